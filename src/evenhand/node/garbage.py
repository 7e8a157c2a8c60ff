"""Garbage collection, put off while much is taken in at once.

Knows:    that what a batch leaves behind is plain data without cycles, and that it stays.
Told:     when such work begins and ends; when a node has started.
Answers:  the same work, without the collector walking over a growing watchlist again and again.
Trusted:  no: it changes when memory is given back, nothing else.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def keep() -> None:
    """Walk once over what a node that has started stands on: no later collection holds up an answer for it."""
    gc.collect()
    gc.freeze()


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
