"""A start from the snapshot is the start by replay, only sooner; a damaged or foreign snapshot is not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.ground.errors import CorruptionError
from evenhand.matching.contract import Query
from evenhand.node import comparable
from evenhand.node.member import Member
from evenhand.node.packing import Packed, write_packed
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from tests.world.disk import FallibleStore
from tests.world.world import World

CODES = ("ITA", "PHL", "XPO")


@pytest.fixture
def world() -> World:
    """Return a coalition in which notices were published, corrected, withdrawn, flagged and linked."""
    world = World(5, CODES)
    world.clock.run()
    ita, phl = world.member("ITA"), world.member("PHL")
    said = [ita.publish() for _ in range(4)]
    world.clock.run()
    ita.correct(said[0])
    ita.withdraw(said[1])
    phl.flag(said[2])
    phl.link(said[2], said[3])
    world.settle()
    return world


def again(world: World, path: Path) -> tuple[Member, bool]:
    """Open PHL once more on a copy of its disk."""
    site = world.member("PHL")
    store = FallibleStore()
    store.restore(site.store.rows())
    member = site._member(store, site.guard)
    return member, open_with_snapshot(member, path)


def answers(world: World, member: Member) -> list[bytes]:
    """Return what a member says about every notice that was published."""
    at = world.clock.now_ms
    return [
        member.find(Query(names=(one.name,)), at_ms=at).body_bytes()
        for site in world.sites.values() for one in site.said
    ]  # fmt: skip


def test_a_start_from_the_snapshot_answers_as_before_and_goes_on(world: World, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    before = world.member("PHL").up
    save_snapshot(before, path)
    member, fitted = again(world, path)
    assert fitted
    assert member.vector() == before.vector()
    assert answers(world, member) == answers(world, before)
    save_snapshot(member, tmp_path / "second")
    assert answers(world, again(world, tmp_path / "second")[0]) == answers(world, before)


def test_an_index_of_other_words_is_built_again_and_the_digest_says_so(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = tmp_path / "snapshot", world.member("PHL").up
    digest, said = before.vector().digest(), answers(world, before)
    save_snapshot(before, path)
    monkeypatch.setattr(comparable, "_DECIDING", (("evenhand.travellers", "codes.py"),))
    comparable.picture_version.cache_clear()
    loaded: list[bytes] = []
    monkeypatch.setattr(type(before.matcher), "load", lambda _, data: loaded.append(data))
    member, fitted = again(world, path)
    assert (fitted, loaded) == (True, [])
    assert member.vector().digest() != digest
    assert [one.count(b"candidate") for one in answers(world, member)] == [one.count(b"candidate") for one in said]
    comparable.picture_version.cache_clear()


def test_a_withdrawal_after_such_a_start_counts(world: World, tmp_path: Path) -> None:
    path, ita, phl = tmp_path / "snapshot", world.member("ITA"), world.member("PHL")
    save_snapshot(phl.up, path)
    standing = ita.said[3]
    ita.withdraw(standing)
    world.settle()
    member, fitted = again(world, path)
    assert fitted, "what came after the snapshot is replayed upon it"
    assert member.vector() == phl.up.vector()
    assert answers(world, member) == answers(world, phl.up)
    found = member.find(Query(names=(standing.name,))).answer.candidates
    assert standing.notice_id not in [one.notice_id for one in found]


def test_any_changed_byte_sends_a_start_back_to_replay(world: World, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    before = world.member("PHL").up
    save_snapshot(before, path)
    whole = path.read_bytes()
    for at in (0, 30, 60, len(whole) // 2, len(whole) - 40, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        member, fitted = again(world, path)
        assert not fitted
        assert answers(world, member) == answers(world, before)
    for cut in (b"", whole[:10], whole[:-1], whole + b"x"):
        path.write_bytes(cut)
        assert not again(world, path)[1]
    path.unlink()
    assert not again(world, path)[1]


def test_content_of_another_edition_is_not_used(world: World, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    write_packed(path, key=world.member("PHL").keys.storage_key, content=b"\x93\x01\x02\x03", blocks=[])
    assert not again(world, path)[1]


def test_a_block_changed_after_the_file_was_opened_is_refused(tmp_path: Path) -> None:
    path, key = tmp_path / "packed", bytes(32)
    write_packed(path, key=key, content=b"table", blocks=[b"first", b"second", b""])
    packed = Packed(path, key)
    assert (packed.content, packed.first, packed.block(1), packed.block(2)) == (b"table", b"first", b"second", b"")
    with path.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    assert packed.block(1) == b"second"
    with pytest.raises(CorruptionError, match="while it was in use"):
        packed.block(2)
    with pytest.raises(CorruptionError, match="damaged"):
        Packed(path, key)
    with pytest.raises(CorruptionError, match="damaged"):
        Packed(path, b"1" * 32)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    write_packed(path, key=bytes(32), content=b"", blocks=[])
    assert path.stat().st_mode & 0o777 == 0o600
