"""Garbage collection of a running node: short, and nothing that dies is kept for longer than until the next hour."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
import weakref
from collections.abc import AsyncIterator

import pytest

from evenhand.node import garbage


@pytest.fixture(autouse=True)
def nothing_of_others() -> None:
    """Collect what other tests left behind: its warnings would be taken for those of a test that collects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class _Ring:
    """What only a collection frees: it holds itself."""

    def __init__(self) -> None:
        self.me = self


def _walked(one: object) -> bool:
    """Tell whether the next whole collection walks over an object."""
    return any(one is each for each in gc.get_objects())


@contextlib.asynccontextmanager
async def _tended() -> AsyncIterator[None]:
    tending = asyncio.create_task(garbage.tend())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        tending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tending


async def test_what_survives_a_whole_collection_is_not_walked_over_again() -> None:
    before = _Ring()
    async with _tended():
        assert not _walked(before)
        after = _Ring()
        assert _walked(after)
        gc.collect()
        assert not _walked(after)
        gone = weakref.ref(_Ring())
        gc.collect()
        assert gone() is None


async def test_a_cycle_that_dies_among_what_was_set_aside_goes_with_the_next_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage, "_HOUR_SECONDS", 0.01)
    async with _tended():
        ring = _Ring()
        gone = weakref.ref(ring)
        gc.collect()
        assert not _walked(ring)
        del ring
        gc.collect()
        assert gone() is not None
        for _ in range(100):
            await asyncio.sleep(0.05)
            if gone() is None:
                break
        assert gone() is None


async def test_a_node_that_stopped_leaves_the_collector_as_it_was() -> None:
    thresholds, callbacks = gc.get_threshold(), list(gc.callbacks)
    async with _tended():
        assert gc.get_threshold() != thresholds
    assert (gc.get_threshold(), gc.callbacks, gc.get_freeze_count()) == (thresholds, callbacks, 0)
