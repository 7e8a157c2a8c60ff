"""What a node gathers for others: parts only for their readers, and standing in the words of the exporters."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import RefusedError
from evenhand.interop.export.released import Chosen, choose
from evenhand.node.exporting import ExportRequest, gather, terms_of
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
