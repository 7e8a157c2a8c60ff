"""The stored ledger: grows by whole batches, proves itself, and notices damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import CorruptionError, NotFoundError
from evenhand.ground.store import MemoryStore
from evenhand.ledger import merkle
from evenhand.ledger.log import Log, entry_row, head_row
from evenhand.ledger.tiles import decode_bundle, decode_tile


def leaves(count: int, start: int = 0) -> list[bytes]:
    return [b"leaf %d" % i for i in range(start, start + count)]


def grown(*sizes: int) -> tuple[MemoryStore, Log]:
    store = MemoryStore()
    log = Log(store, "ITA")
    for size in sizes:
        extension = log.extend(leaves(size, log.size))
        store.apply(extension.rows)
        log.adopt(extension)
    return store, log


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 300), max_size=5), st.data())
def test_every_prefix_has_the_root_of_its_leaves_and_proves_it(sizes: list[int], data: st.DataObject) -> None:
    store, log = grown(*sizes)
    total = sum(sizes)
    assert log.root == merkle.root_of([merkle.leaf_hash(leaf) for leaf in leaves(total)])
    again = Log(store, "ITA")
    assert (again.size, again.root) == (log.size, log.root)
    assert again.recompute() == log.root
    if total:
        size = data.draw(st.integers(1, total))
        index = data.draw(st.integers(0, size - 1))
        root = again.root_at(size)
        merkle.verify_inclusion(merkle.leaf_hash(b"leaf %d" % index), index, size, again.inclusion(index, size), root)
        merkle.verify_consistency(size, total, again.consistency(size, total), root, log.root)


def test_nothing_changes_before_adoption() -> None:
    store, log = grown(3)
    before = store.rows()
    log.extend(leaves(2, 3))
    assert (log.size, store.rows()) == (3, before)


def test_tiles_and_bundles_are_those_of_the_specification() -> None:
    _, log = grown(600)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(600)]
    assert decode_tile(log.tile(0, 1, 256)) == hashes[256:512]
    assert decode_tile(log.tile(0, 2, 88)) == hashes[512:]
    assert decode_tile(log.tile(1, 0, 2)) == [merkle.root_of(hashes[:256]), merkle.root_of(hashes[256:512])]
    assert decode_bundle(log.bundle(2, 88)) == leaves(88, 512)
    for level, index, width in ((0, 2, 89), (1, 0, 3)):
        with pytest.raises(NotFoundError):
            log.tile(level, index, width)
    with pytest.raises(NotFoundError):
        log.bundle(2, 89)


def test_a_size_not_reached_has_no_root() -> None:
    _, log = grown(2)
    with pytest.raises(NotFoundError):
        log.root_at(3)


def test_a_checkpoint_is_kept_until_a_newer_one_comes() -> None:
    store, log = grown(2)
    extension = log.with_checkpoint(b"note")
    store.apply(extension.rows)
    log.adopt(extension)
    later = log.extend(leaves(1, 2))
    store.apply(later.rows)
    log.adopt(later)
    assert (log.head.checkpoint, log.head.checkpoint_size, log.size) == (b"note", 2, 3)
    assert Log(store, "ITA").head == log.head


def test_parts_are_found_by_place_and_name() -> None:
    store, log = grown(2)
    store.apply({b"part/ITA/" + (1).to_bytes(8, "big") + b"match": b"sealed"})
    assert log.parts(0, 2) == {(1, "match"): b"sealed"}
    assert log.part(1, "match") == b"sealed"
    assert log.part(0, "match") is None


def test_missing_rows_are_corruption_not_silence() -> None:
    store, log = grown(300)
    store.apply({entry_row("ITA", 7): None})
    for read in (lambda: log.entries(0, 10), lambda: log.hash_at(0, 7), log.recompute):
        with pytest.raises(CorruptionError):
            read()
    store, log = grown(300)
    store.apply({key: None for key in store.rows() if key.startswith(b"node/")})
    with pytest.raises(CorruptionError):
        log.tile(1, 0, 1)


def test_changed_rows_are_found_by_recomputing() -> None:
    store, log = grown(5)
    store.apply({entry_row("ITA", 3): b"another"})
    with pytest.raises(CorruptionError, match="does not hash"):
        log.recompute()
    store, log = grown(300)
    (node,) = [key for key in store.rows() if key.startswith(b"node/")]
    store.apply({node: bytes(32)})
    with pytest.raises(CorruptionError, match="tile row"):
        log.recompute()


@pytest.mark.parametrize("damage", [b"\xff", b"\x80"])
def test_a_damaged_head_is_said_in_words(damage: bytes) -> None:
    store, _ = grown(5)
    store.apply({head_row("ITA"): damage + store.rows()[head_row("ITA")]})
    with pytest.raises(CorruptionError, match="head"):
        Log(store, "ITA")


def test_the_memory_of_roots_is_bounded() -> None:
    _, log = grown(3)
    for size in range(5000):
        log._roots[-size - 1] = b""
    extension = log.extend(leaves(1, 3))
    log.adopt(extension)
    assert len(log._roots) == 1
    assert log.root == extension.root
