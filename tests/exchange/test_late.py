"""The order in which parts came late: kept over a restart, and by a store that begins anew not mistaken for its own."""

from __future__ import annotations

from evenhand.exchange.late import LOT_ENTRIES_MAX, LateParts
from evenhand.ground.store import MemoryStore


def test_what_came_is_told_in_order_after_any_instant() -> None:
    store = MemoryStore()
    late = LateParts(store)
    assert (late.last_us, list(late.after(0))) == (0, [])
    assert late.rows("XPO", (), 5) == {}
    store.apply(late.rows("XPO", {9, 2}, 5))
    store.apply(late.rows("ITA", {1}, 5))
    store.apply(late.rows("XPO", {4}, 3))  # the clock went back: the order does not
    every = [(5_001, "XPO", [2, 9]), (5_002, "ITA", [1]), (5_003, "XPO", [4])]
    for one in (late, LateParts(store)):
        assert one.last_us == 5_003
        assert list(one.after(0)) == every
        assert list(one.after(5_001)) == every[1:]
        assert list(one.after(5_003)) == list(one.after(2**64)) == []


def test_many_come_in_lots() -> None:
    store = MemoryStore()
    late = LateParts(store)
    store.apply(late.rows("XPO", range(LOT_ENTRIES_MAX + 1), 1))
    assert [len(indexes) for _, _, indexes in late.after(0)] == [LOT_ENTRIES_MAX, 1]


def test_a_store_that_begins_anew_gives_none_of_the_instants_given_before() -> None:
    first, second = MemoryStore(), MemoryStore()
    first.apply(LateParts(first).rows("XPO", range(1_000), 5))
    place = LateParts(first).last_us
    second.apply(LateParts(second).rows("XPO", {1}, 6))
    assert [indexes for _, _, indexes in LateParts(second).after(place)] == [[1]]
