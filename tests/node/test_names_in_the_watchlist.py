"""The names engine inside a node: every change of the watchlist counts in the next answer, at every member alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.matching.contract import Matcher, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.node.asking import MATCHER_DIFFERS, PartnerRequest, parity
from evenhand.node.config import NodeConfig
from evenhand.node.folder import Folder
from evenhand.node.member import Member
from evenhand.node.site import Site
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from evenhand.node.warming import PatientMatcher
from tests.world.disk import FallibleStore
from tests.world.site import Said
from tests.world.world import World

NAME, CYRILLIC = "Radomir Velkovan Bartholomej Tisharin", "Радомир Велкован Бартоломей Тишарин"
CUT = "TISHARIN<<RADOMIR<VELKOVAN<BAR"
ARABIC_NAME, LATIN = "طارق البلوشاني", "Tariq al-Balushani"
DAY_MS = 86_400_000


@pytest.fixture
def world(compiled_kernels: None) -> World:
    world = World(5, ("ITA", "PHL"), build_matcher=PatientMatcher)
    world.clock.run()
    return world


def found(world: World, code: str, name: str, *, days: int = 0) -> list[str]:
    at_ms = world.clock.now_ms + days * DAY_MS
    answer = world.member(code).up.find(Query(names=(name,)), at_ms=at_ms).answer
    return [one.notice_id for one in answer.candidates]


def publish(world: World, name: str) -> Said:
    said = world.member("ITA").publish(name)
    world.settle()
    return said


def test_published_corrected_expired_withdrawn(world: World) -> None:
    said = publish(world, NAME)
    for spelling in (NAME, CYRILLIC, CUT):
        assert found(world, "PHL", spelling) == [said.notice_id]
    assert found(world, "PHL", CYRILLIC, days=400) == [], "it has expired by then"
    world.member("ITA").correct(said, ARABIC_NAME)
    world.settle()
    assert found(world, "PHL", CYRILLIC) == [], "nobody goes on matching the name that was corrected away"
    assert found(world, "PHL", LATIN) == [said.notice_id]
    world.member("ITA").withdraw(said)
    world.settle()
    assert found(world, "PHL", LATIN) == []


def test_two_members_answer_byte_for_byte(world: World) -> None:
    publish(world, NAME)
    publish(world, ARABIC_NAME)
    at_ms = world.clock.now_ms
    for name in (NAME, CYRILLIC, CUT, LATIN):
        query = Query(names=(name,))
        one, other = (world.member(code).up.find(query, at_ms=at_ms).body_bytes() for code in ("ITA", "PHL"))
        assert one == other
        assert b'"reasons"' in one


def again(world: World, path: Path, matcher: Matcher) -> tuple[Member, bool]:
    """Open PHL once more, with some matcher, on a copy of its disk."""
    site = world.member("PHL")
    store = FallibleStore()
    store.restore(site.store.rows())
    made, site._founding.build_matcher = site._founding.build_matcher, lambda: matcher
    member = site._member(store, site.guard)
    site._founding.build_matcher = made
    return member, open_with_snapshot(member, path)


def test_a_snapshot_brings_the_index_and_a_damaged_or_foreign_one_is_built_again(world: World, tmp_path: Path) -> None:
    publish(world, NAME)
    path, before = tmp_path / "snapshot", world.member("PHL").up
    at_ms, query = world.clock.now_ms, Query(names=(CYRILLIC,))
    answer = before.find(query, at_ms=at_ms).body_bytes()
    assert b'"reasons"' in answer
    save_snapshot(before, path)
    matcher = PatientMatcher()
    member, fitted = again(world, path, matcher)
    assert fitted
    assert matcher._base, "the index came with the snapshot; nothing was built"
    assert not matcher._waiting
    assert member.find(query, at_ms=at_ms).body_bytes() == answer
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    member, fitted = again(world, path, PatientMatcher())
    assert not fitted
    assert member.find(query, at_ms=at_ms).body_bytes() == answer
    path.write_bytes(whole)
    member, fitted = again(world, path, PlainMatcher())
    assert fitted, "the view is the same; the index of the other engine is left alone"
    assert member.find(Query(names=(NAME,)), at_ms=at_ms).answer.candidates


async def test_parity_tells_when_engines_differ(tmp_path: Path) -> None:
    engines = iter((PatientMatcher(), PlainMatcher()))
    world = World(5, ("ITA", "PHL"), build_matcher=lambda: next(engines))
    world.clock.run()
    publish(world, NAME)
    world.heartbeat()
    world.clock.run()
    config = NodeConfig(member="ITA", name="ITA", coalition="shield.example", listen="127.0.0.1:7401")
    site = Site(world.member("ITA").up, Folder(tmp_path), config)
    said = await parity(site, PartnerRequest(code="PHL"))
    assert not said.equal
    assert said.remarks == (MATCHER_DIFFERS,)
