"""Garbage collection: put off while much is taken in at once, and kept short while a node answers.

Knows:    that what a batch leaves behind is plain data without cycles, and that most of what a node keeps, it keeps.
Told:     when such work begins and ends; when a node has started, and stops.
Answers:  the same work, without the collector walking over a growing watchlist again and again.
Trusted:  no: it changes when memory is given back, nothing else.

A whole collection walks over everything kept since the last one that was set aside, and nobody is answered meanwhile:
40 to 60 ms after a day's travellers, where a flight of 300 takes 130. So what survives one is set aside at once, as all
is that a node stands on when it starts, and the next walks over what came after. A cycle that dies among what was set
aside is found by the hourly walk over everything.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_HOUR_SECONDS: Final = 3600.0
_THRESHOLDS: Final = (5_000, 5, 4)
"""New objects between two short collections, and these between longer ones: what 25,000 and 100,000 leave is walked
over in 1 and 5 ms. By the interpreter's own (700, 10, 10) a flight had sixteen short ones."""


def keep() -> None:
    """Walk once over what a node stands on: no later collection holds up an answer for it."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.collect()  # the size of the last walk decides when the next is due: the next is over little as well


@contextmanager
def _short() -> Iterator[None]:
    """Keep collections short inside."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    gc.callbacks.append(_set_aside)
    try:
        yield
    finally:
        gc.callbacks.remove(_set_aside)
        gc.set_threshold(*before)
        gc.unfreeze()


def _set_aside(phase: str, info: dict[str, int]) -> None:
    """Set aside what survived a whole collection."""
    if phase == "stop" and info["generation"] == 2:  # noqa: PLR2004 - the oldest
        gc.freeze()


async def tend() -> None:
    """Keep collections short until this is cancelled, and walk over everything at once and then once an hour."""
    with _short():
        while True:
            keep()
            await asyncio.sleep(_HOUR_SECONDS)


@contextmanager
def put_off(*, for_good: bool = False) -> Iterator[None]:
    """Look for no cycles inside. `for_good`: what came of it is walked once, and by no later collection."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if for_good:
            gc.collect(0)
            gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
