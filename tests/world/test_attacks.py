"""Attacks in the domain's own words; after each of them the world is whole."""

from __future__ import annotations

import pytest

from evenhand.exchange.evidence import open_evidence
from evenhand.exchange.frames import RosterFrame
from evenhand.ground.errors import RefusedError, RollbackError, SignatureInvalidError
from evenhand.ledger.envelope import open_leaf
from evenhand.node import publishing
from evenhand.trust.sealing import commitment
from evenhand.watchlist.keyring import Grant
from evenhand.watchlist.parity import compare
from tests.world.disk import ROTTING
from tests.world.four import CODES, found, four_members, publishes_behind
from tests.world.world import World


@pytest.fixture
def world() -> World:
    return four_members()


def test_two_histories_are_proved_and_quarantined(world: World) -> None:
    world.settle()
    world.split_view("XPO", ["PHL"])
    world.settle()
    world.check()
    for site in world.honest():
        assert open_evidence(site.up.ledgers.evidence["XPO"], site.up.roster).ledger == "XPO"
    size = world.member("DEU").up.ledgers.log("XPO").size
    late = world.member("XPO").publish()
    world.settle()
    assert world.member("DEU").up.ledgers.log("XPO").size == size
    assert found(world, "DEU", late) == []


def test_entries_whose_own_signature_is_broken_are_taken_in_alike_by_every_path(world: World) -> None:
    world.settle()
    for reader in ("DEU", "ITA"):
        world.cut("XPO", reader)
    author = world.member("XPO")
    with author.signing_badly():
        said, other = author.publish(), author.publish()
        author.withdraw(other)  # overtakes: by the express lane
    honest = author.publish()
    world.network.wake("XPO")  # PHL has it from its author, the others through PHL, and one after a start
    world.clock.run()
    world.stop("ITA")
    world.heal()
    world.check()
    world.stop("PHL")
    world.heal()
    world.check()
    for code in CODES:
        assert [found(world, code, one) for one in (said, other, honest)] == [[said.notice_id], [], [honest.notice_id]]
        assert world.member(code).up.ledgers.log("XPO").size == author.up.ledgers.log("XPO").size
        assert world.member(code).up.vector().digest() == author.up.vector().digest()
    held = world.member("DEU").up
    assert said.index is not None
    with pytest.raises(SignatureInvalidError):
        open_leaf(
            held.ledgers.log("XPO").entries(said.index, said.index + 1)[0], originator="XPO", index=said.index,
            verifier=held.roster.entry_verifier("XPO", said.index),
        )  # fmt: skip


@pytest.mark.parametrize("key", ["no base64!", "c2hvcnQ="])
def test_a_malformed_key_for_one_member_stops_nobody(world: World, key: str) -> None:
    author = world.member("ITA").up.publisher
    size = author.log.size
    grants = {code: [Grant(audience="00" * 16, epoch=1, key=key, readers=(code,))] for code in ("PHL",)}
    author._write([author._keys_entry(grants, world.member("ITA").up.roster)])
    said = world.member("ITA").publish()
    world.settle()
    assert [found(world, code, said) for code in CODES] == [[said.notice_id]] * len(CODES)
    assert [at for at, _ in world.member("PHL").up.watchlist.faults["ITA"]] == [size]
    assert "ITA" not in world.member("DEU").up.watchlist.faults


@pytest.mark.parametrize("deep", [b'{"a":%b,"kind":"person"}', b'{"kind":"person","person":%b}'])
def test_a_record_nested_without_end_stops_nobody(world: World, monkeypatch: pytest.MonkeyPatch, deep: bytes) -> None:
    member, size = world.member("ITA"), world.member("ITA").up.publisher.log.size
    with monkeypatch.context() as lie:
        lie.setattr(publishing, "encode_record", lambda record: deep % (b"[" * 5000 + b"]" * 5000))
        member.publish()
    member.said.clear()  # it was nothing that could be said
    said = member.publish()
    world.settle()
    assert [found(world, code, said) for code in CODES] == [[said.notice_id]] * len(CODES)
    assert [at for at, _ in world.member("PHL").up.watchlist.faults["ITA"]] == [size + 1], "after the keys it is under"
    world.member("PHL").stop()
    world.heal()
    assert found(world, "PHL", said) == [said.notice_id]


def test_what_was_not_committed_to_is_listed_nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commitment outlives the part: were another text read, its author could deny what everybody acted on."""
    author = world.member("ITA")
    honest = author.publish()
    with monkeypatch.context() as lie:
        lie.setattr(publishing, "commitment", lambda salt, name, text: commitment(salt, name, text + b" "))
        false = author.publish()
    later = author.publish()
    world.settle()
    for code in CODES:
        held = [found(world, code, one) for one in (honest, false, later)]
        assert held == [[honest.notice_id], [], [later.notice_id]], code
        ((index, words),) = world.member(code).up.watchlist.faults["ITA"]
        assert (index, "not what was committed to" in words) == (false.index, True)
    world.member("PHL").stop()
    world.heal()
    assert found(world, "PHL", false) == []


def test_an_urgent_entry_with_a_broken_signature_outlives_a_start_ahead_of_its_turn(world: World) -> None:
    said = world.member("XPO").publish()
    world.settle()
    author, reader = world.member("XPO"), world.member("PHL").up
    feed = author.up.desk.open("PHL", {"XPO": reader.ledgers.log("XPO").size + 1}, "express")
    with author.signing_badly():
        author.publish()
        author.withdraw(said)
    for frame in author.up.desk.next_frames(feed):
        reader.receive(frame, "XPO")
    assert reader.ledgers.express["XPO"]
    world.member("PHL").stop()
    world.start("PHL")
    assert world.member("PHL").up.ledgers.express["XPO"]
    assert found(world, "PHL", said) == []
    world.heal()
    world.check()


def test_an_expelled_member_gets_nothing_more_from_anyone(world: World) -> None:
    before = world.member("ITA").publish()
    world.settle()
    world.expel("XPO", tell="ITA")
    world.settle()
    after = world.member("ITA").publish()
    world.settle()
    world.check()
    assert found(world, "PHL", after) == [after.notice_id]
    assert found(world, "XPO", before) == [before.notice_id]
    assert found(world, "XPO", after) == []
    for code in ("DEU", "ITA", "PHL"):
        desk = world.member(code).up.desk
        with pytest.raises(RefusedError, match="gets nothing"):
            desk.open("XPO", {"ITA": 0}, "ordinary")
        with pytest.raises(RefusedError, match="gets nothing"):
            desk.parts_for("XPO", "ITA", [1])


def test_everyone_ends_an_expelled_ledger_at_the_same_entry(world: World) -> None:
    world.settle()
    world.cut("ITA", "XPO")
    world.cut("ITA", "PHL")
    world.cut("ITA", "DEU")
    world.member("XPO").publish()
    world.network.wake("XPO")
    world.clock.run()
    assert world.member("PHL").up.ledgers.log("XPO").size == 2
    world.expel("XPO", tell="ITA")  # who holds nothing of it
    world.heal()
    world.check()
    assert world.member("PHL").up.position("XPO") == world.member("ITA").up.position("XPO")


def test_a_batch_across_a_final_head_is_taken_up_to_it(world: World) -> None:
    world.settle()
    author, reader = world.member("XPO"), world.member("PHL")
    for code in ("DEU", "ITA", "PHL"):
        world.cut("XPO", code)
    author.publish()
    start = reader.up.ledgers.log("XPO").size
    feed = author.up.desk.open("ITA", {"XPO": start}, "ordinary")
    first = author.up.desk.next_frames(feed)
    for frame in first:
        world.member("ITA").up.receive(frame, "XPO")
    final = world.member("ITA").up.ledgers.log("XPO").size
    author.publish()
    feed = author.up.desk.open("PHL", {"XPO": start}, "ordinary")
    crossing = author.up.desk.next_frames(feed)  # as by a partner that has not heard of the end
    world.expel("XPO", tell="ITA")
    reader.up.receive(RosterFrame(document=world.documents[-1]), "ITA")
    assert reader.up.ledgers.log("XPO").size == start < final
    for frame in crossing:
        reader.up.receive(frame, "DEU")
    assert reader.up.ledgers.log("XPO").size == final
    world.heal()
    world.check()


def test_a_newcomer_gets_the_same_picture_old_epochs_too() -> None:
    world = World(9, CODES[:3], outside=["XPO"])
    world.clock.run()
    old = world.member("ITA").publish()
    world.settle()
    world.expel("DEU", tell="ITA")
    world.settle()
    newer = world.member("ITA").publish()
    world.admit("XPO")
    world.settle()
    world.check()
    assert found(world, "XPO", old) == [old.notice_id]
    assert found(world, "XPO", newer) == [newer.notice_id]


@pytest.mark.parametrize("guard_too", [False, True])
def test_a_restored_backup_does_not_sign_before_it_is_refilled(world: World, guard_too: bool) -> None:
    ita = world.member("ITA")
    ita.publish()
    world.settle()
    world.back_up("ITA")
    lost = ita.publish(detail_to="ITA,PHL")
    world.settle()
    world.restore_backup("ITA", guard_too=guard_too)
    with pytest.raises(RefusedError):
        ita.publish()
    world.settle()
    publishes_behind(world, lost)
    assert found(world, "ITA", lost) == [lost.notice_id]


@pytest.mark.parametrize("has_published", [True, False])
def test_a_restored_backup_does_not_seal_to_who_has_left(world: World, has_published: bool) -> None:
    ita = world.member("ITA")
    if has_published:
        ita.publish()
    world.settle()
    world.back_up("ITA")
    world.expel("XPO", tell="ITA")
    world.settle()
    world.restore_backup("ITA")
    member = ita.up
    member.publisher.heard_from.add("PHL")
    assert member.roster.version == 1
    with pytest.raises(RefusedError, match="roster version 1"):
        ita.publish()
    for document in world.documents[1:]:
        member.receive(RosterFrame(document=document), "PHL")
    world.settle()
    said = ita.publish()
    world.settle()
    world.check()
    assert found(world, "XPO", said) == []


def test_another_roster_of_the_same_version_is_refused(world: World) -> None:
    world.expel("XPO", tell="ITA")
    fork = World(8, CODES)
    fork.expel("DEU", tell="ITA")
    with pytest.raises(RollbackError):
        world.member("ITA").up.receive(RosterFrame(document=fork.documents[1]), "PHL")
    world.settle()
    world.check()


@pytest.mark.parametrize("kind", ROTTING[:3])
@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_on_disk_is_noticed_and_mended(kind: bytes, seed: int) -> None:
    world = World(seed, CODES[:3])
    for code in CODES[:3]:
        world.member(code).publish()
        world.settle()
    site = world.member("ITA")
    site.stop()
    assert site.store.flip_bit(world.dice, (kind,)) is not None
    world.heal()
    world.check()


def test_parity_says_what_each_side_lacks_and_why(world: World) -> None:
    world.cut("ITA", "PHL")
    world.cut("PHL", "XPO")
    world.cut("PHL", "DEU")
    world.member("ITA").publish(match_to="ITA,DEU")
    world.network.wake("ITA")
    world.clock.run()
    ours, theirs = world.member("DEU").up, world.member("PHL").up
    said = compare(
        ours.position("ITA"), theirs.position("ITA"), prefix_root=None, ledger="ITA",
        withheld=(ours.watchlist.withheld("ITA", "DEU"), ours.watchlist.withheld("ITA", "PHL")),
    )  # fmt: skip
    assert (said.difference, said.they_lack, said.not_released_to_them) == ("they_are_behind", 3, 1)
    world.heal()
    world.check()
    assert world.member("DEU").up.vector().digest() == world.member("PHL").up.vector().digest()
