"""What a node gathers for others: parts only for their readers, and standing in the words of the exporters."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from evenhand.exchange.feed import envelope_of
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import RefusedError
from evenhand.identity.person import Place
from evenhand.interop.export.released import Chosen, choose
from evenhand.node.details import header_of
from evenhand.node.exporting import ExportRequest, gather, terms_of
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Handling, NoticeRef, PersonNotice, Sighting, StatusChange, decode_record
from tests.world.site import Site
from tests.world.world import World

CODES = ("DEU", "ITA", "PHL")


@pytest.fixture
def world() -> World:
    made = World(11, CODES)
    made.clock.run()
    return made


def given(site: Site, keys: list[str], reader: str) -> Chosen:
    terms = terms_of(site.up, ExportRequest(format="stix", reader=reader))
    return choose(gather(site.up, keys, terms.reader), terms)


def test_a_reader_is_given_the_parts_released_to_it(world: World) -> None:
    ita = world.member("ITA")
    said = [
        ita.publish(),
        ita.publish(match_to="ITA,PHL", detail_to="ITA"),
        ita.publish(match_to="DEU,ITA", detail_to="DEU,ITA"),
    ]
    world.settle()
    keys = [one.key for one in said]
    theirs = given(ita, keys, "phl")
    assert theirs.withheld == 1
    assert {item.key: item.detail is not None for item in theirs.items} == {keys[0]: True, keys[1]: False}
    assert given(ita, keys, "ITA").withheld == 0
    # A third member passes on what it knows the reader may read, and no more.
    assert {item.key for item in given(world.member("DEU"), keys, "PHL").items} == {keys[0]}


def test_a_reader_who_may_read_no_more_is_told_to_drop_what_it_had(world: World) -> None:
    ita = world.member("ITA")
    narrowed = ita.publish(of=ita.publish(), match_to="DEU,ITA", detail_to="ITA")
    widened = ita.publish(of=ita.publish(match_to="ITA", detail_to="ITA"))
    world.settle()
    theirs = given(ita, [narrowed.key, widened.key], "PHL")
    found = {item.key: item for item in theirs.items}
    assert {key: item.state for key, item in found.items()} == {narrowed.key: "taken_back", widened.key: "stands"}
    assert (found[narrowed.key].notice.version, found[widened.key].earlier, theirs.withheld) == (1, (), 1)
    ours = {item.key: item for item in given(ita, [narrowed.key, widened.key], "ITA").items}
    assert {len(item.earlier) for item in ours.values()} == {1}


def test_standing_is_told_in_three_words(world: World) -> None:
    ita, phl = world.member("ITA"), world.member("PHL")
    withdrawn, erased, expiring = ita.publish(), ita.publish(), ita.publish(days=1)
    later = ita.correct(ita.publish())
    ita.withdraw(withdrawn)
    ita.erase(erased)
    world.settle()
    world.clock.advance(days=2)
    found = {item.key: item for item in gather(phl.up, [withdrawn.key, erased.key, expiring.key, later.key], "PHL")}
    assert {key: item.state for key, item in found.items()} == {
        withdrawn.key: "withdrawn", erased.key: "withdrawn", expiring.key: "expired", later.key: "stands",
    }  # fmt: skip
    assert found[expiring.key].detail is None
    assert found[erased.key].notice.category == "erased"
    assert len(found[later.key].earlier) == 1
    assert found[withdrawn.key].modified > found[withdrawn.key].created


def test_our_flag_counts_for_ourselves_alone(world: World) -> None:
    ita, phl = world.member("ITA"), world.member("PHL")
    said = ita.publish()
    world.settle()
    phl.flag(said, "NONE")
    assert given(phl, [said.key], "PHL").items[0].action == "NONE"
    assert given(phl, [said.key], "DEU").items[0].action != "NONE"


def test_nothing_is_exported_for_a_stranger(world: World) -> None:
    with pytest.raises(RefusedError, match="FRA"):
        terms_of(world.member("ITA").up, ExportRequest(format="ftm", reader="FRA"))
    assert gather(world.member("ITA").up, [f"ITA:{'0' * 32}"], "ITA") == []


def test_an_erasure_is_told_to_those_alone_who_were_released_a_version(world: World) -> None:
    deu, ita, phl = (world.member(code) for code in CODES)
    first = phl.publish(match_to="PHL", detail_to="PHL")
    world.clock.advance(days=1)
    narrow, wide = phl.publish(match_to="DEU,PHL", detail_to="PHL"), phl.publish(of=first, match_to="ITA,PHL")
    world.settle()
    before = {item.key: item.created_ms for item in gather(phl.up, [first.key, narrow.key], "PHL")}
    world.clock.advance(days=1)
    phl.withdraw(narrow)
    phl.erase(narrow)
    phl.erase(wide)
    world.settle()
    keys = [first.key, narrow.key]
    told = {code: {one.key for one in given(phl, keys, code).items} for code in CODES}
    assert told == {"DEU": {narrow.key}, "ITA": {first.key}, "PHL": set(keys)}
    for item in given(phl, keys, "PHL").items:
        assert (item.gone, item.erased, item.created_ms) == (True, True, before[item.key])
        assert item.modified_ms > item.created_ms
    # Another member passes on what it knows the reader could read; and what it could not read, it does not hold.
    assert [one.key for one in given(deu, keys, "DEU").items] == [narrow.key]
    assert given(deu, keys, "ITA").items == given(ita, keys, "DEU").items == ()


def test_an_erasure_that_overtook_what_it_empties_is_told_to_nobody_yet(world: World) -> None:
    phl = world.member("PHL")
    said = phl.publish()
    phl.erase(said)
    world.settle()
    held = phl.up.watchlist.fold.ledger("PHL").notices[said.notice_id]
    entries, log = held.emptied, phl.up.ledgers.log("PHL")
    held.emptied = {log.size}
    assert gather(phl.up, [said.key], "PHL") == []
    keys = next(n for n in range(log.size) if header_of(envelope_of(log.entries(n, n + 1)[0]), "match") is None)
    held.emptied = {keys}
    assert gather(phl.up, [said.key], "PHL") == [], "an entry of keys was released to nobody"
    held.emptied = entries
    assert len(gather(phl.up, [said.key], "PHL")) == 1


def test_what_was_put_off_is_taken_back_until_it_begins(world: World) -> None:
    ita, now = world.member("ITA"), world.clock.now_ms
    standing, hidden, new = ita.publish(), ita.publish(match_to="DEU,ITA", detail_to="ITA"), ita.publish()
    world.settle()
    keys = [standing.key, hidden.key, new.key]
    before = {item.key: item for item in given(ita, keys, "PHL").items}
    for said in (standing, hidden, new):
        held = ita.up.watchlist.fold.ledger("ITA").notices[said.notice_id].versions
        later = decode_record(held[0].text)
        assert isinstance(later, PersonNotice)
        begins = format_ms(now + 86_400_000)
        later = msgspec.structs.replace(later, version=2, valid_from=begins, review_by=later.expires)
        ita.up.publish([Outgoing(later, match_label="all")])
        if said is new:  # it stood for nobody
            held[0].valid_from_ms = now + 3_600_000_000
    world.settle()
    put_off = given(ita, keys, "PHL")
    assert put_off.withheld == 0
    (item,) = put_off.items
    assert (item.key, item.state, item.gone, item.notice.version) == (standing.key, "taken_back", False, 1)
    assert item.modified > before[standing.key].modified
    assert {one.key for one in given(ita, keys, "DEU").items} == {standing.key, hidden.key}
    world.clock.advance(days=2)
    begun = {one.key: one for one in given(ita, keys, "PHL").items}
    assert all(one.stands for one in begun.values())
    assert begun.keys() == set(keys)
    assert begun[standing.key].modified > item.modified, "a receiver takes the later version only"


def test_a_sighting_keeps_the_stricter_of_the_marks_it_was_said_under_and_those_of_now(world: World) -> None:
    ita, phl = world.member("ITA"), world.member("PHL")
    said, told = ita.publish(), []
    world.settle()
    versions = ita.up.watchlist.fold.ledger("ITA").notices[said.notice_id].versions

    def sight() -> None:
        ref = NoticeRef(originator="ITA", notice_id=said.notice_id)
        seen = Sighting(notice=ref, seen_at="2026-09-01T10:00:00Z", place=Place(city="Nowhere"), report="Walked past.")
        phl.up.publish([Outgoing(seen, match_label="all")])
        world.settle()

    sight()
    for tlp in ("RED", "AMBER", "AMBER", "GREEN"):
        world.clock.advance(days=1)
        latest = decode_record(versions[-1].text)
        assert isinstance(latest, PersonNotice)
        change = {"version": latest.version + 1, "handling": Handling(tlp=tlp)}
        ita.up.publish([Outgoing(msgspec.structs.replace(latest, **change), match_label="all")])
        world.settle()
        (seen,) = gather(ita.up, [said.key], "ITA")[0].sightings
        told.append((seen.handling.tlp, seen.marked_ms))
    times = [one.time_ms for one in versions]
    assert told == [("RED", times[1]), ("AMBER", times[2]), ("AMBER", times[2]), ("AMBER", times[2])]
    sight()
    world.clock.advance(days=1)
    sight()
    found = [one.handling.tlp for one in gather(ita.up, [said.key], "ITA")[0].sightings]
    assert found == ["AMBER", "AMBER", "GREEN"], "it may not have had the milder version yet, whatever the clocks say"


def test_a_sighting_said_before_any_version_by_its_clock_goes_by_the_first(world: World) -> None:
    ita, phl = world.member("ITA"), world.member("PHL")
    said = ita.publish()
    world.settle()
    ref = NoticeRef(originator="ITA", notice_id=said.notice_id)
    seen = Sighting(notice=ref, seen_at="2026-09-01T10:00:00Z", place=Place(city="Nowhere"), report="Walked past.")
    phl.up.publish([Outgoing(seen, match_label="all")])
    world.settle()
    (first,) = ita.up.watchlist.fold.ledger("ITA").notices[said.notice_id].versions
    first.time_ms += 86_400_000
    (found,) = gather(ita.up, [said.key], "ITA")[0].sightings
    assert (found.handling, found.marked_ms) == (Handling(), first.time_ms)


def test_nothing_tells_a_reader_of_what_was_said_after_it_left(world: World) -> None:
    ita = world.member("ITA")
    first = ita.publish()
    world.settle()

    def theirs() -> tuple[str, int, str]:
        (item,) = given(ita, [first.key], "PHL").items
        return item.state, item.modified_ms, item.modified

    narrowed = ita.publish(of=first, match_to="DEU,ITA", detail_to="ITA")
    left = theirs()
    versions = ita.up.watchlist.fold.ledger("ITA").notices[first.notice_id].versions
    assert left[:2] == ("taken_back", versions[1].time_ms)
    world.clock.advance(days=1)
    ita.publish(of=narrowed, match_to="DEU,ITA", detail_to="ITA", days=2)
    assert theirs() == left, "a version"
    for status in ("SUSPENDED", "STANDING", "BLOCKED", "STANDING"):
        world.clock.advance(days=1)
        said = StatusChange(notice_id=first.notice_id, status=status, reason="r")
        ita.up.publish([Outgoing(said, match_label="DEU,ITA")])
        assert theirs() == left, status
    world.clock.advance(days=5)
    assert gather(ita.up, [first.key], "ITA")[0].state == "expired"
    assert theirs() == left, "and its expiry"
    ita.withdraw(first)
    (gone,) = given(ita, [first.key], "PHL").items
    assert gone.gone
    assert gone.modified > left[2]


def test_what_is_only_said_again_is_no_later_word(world: World) -> None:
    ita, phl = world.member("ITA"), world.member("PHL")
    said = ita.publish()
    stamps = []
    for status in ("STANDING", "SUSPENDED", "SUSPENDED", "BLOCKED", "STANDING", "STANDING"):
        world.clock.advance(days=1)
        change = StatusChange(notice_id=said.notice_id, status=status, reason="r")
        ita.up.publish([Outgoing(change, match_label="all")])
        stamps.append(gather(ita.up, [said.key], "PHL")[0].modified_ms)
    assert [one < two for one, two in pairwise(stamps)] == [True, False, True, True, False]
    ita.withdraw(said)
    gone = gather(ita.up, [said.key], "PHL")[0].modified_ms
    world.clock.advance(days=1)
    change = StatusChange(notice_id=said.notice_id, status="SUSPENDED", reason="r")
    ita.up.publish([Outgoing(change, match_label="all")])
    assert gather(ita.up, [said.key], "PHL")[0].modified_ms == gone
    # Whom a later version leaves out holds the earlier one, and the word that it stands no longer.
    other = ita.publish()
    world.settle()
    world.clock.advance(days=1)
    ita.publish(of=other, match_to="DEU,ITA", detail_to="ITA")
    world.settle()
    (held,) = gather(phl.up, [other.key], "PHL")
    ((_, told_ms, _),) = phl.up.watchlist.fold.ledger("ITA").notices[other.notice_id].outdated
    assert (held.state, held.modified_ms) == ("suspended", told_ms)
