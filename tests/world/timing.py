"""Virtual time: a heap of what happens next, and clocks that are wrong by a known amount."""

from __future__ import annotations

import heapq
from collections.abc import Callable

BORN_MS = 1_790_000_000_000
_DAY_MS = 86_400_000
_EVENTS_MAX = 2_000_000  # forty times what a life of forty-one members takes


class Scheduler:
    """What happens when; nothing happens by itself."""

    def __init__(self) -> None:
        self.now_ms = BORN_MS
        self.events = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, delay_ms: int, action: Callable[[], None]) -> None:
        """Let something happen later; what was asked for first happens first."""
        self._count += 1
        heapq.heappush(self._heap, (self.now_ms + delay_ms, self._count, action))

    def run(self, *, until_ms: int | None = None) -> None:
        """Let everything happen up to an instant, or until nothing is left to happen."""
        while self._heap and (until_ms is None or self._heap[0][0] <= until_ms):
            at, _, action = heapq.heappop(self._heap)
            self.now_ms = max(self.now_ms, at)
            self.events += 1
            assert self.events < _EVENTS_MAX, "the coalition does not come to rest"
            action()
        if until_ms is not None:
            self.now_ms = max(self.now_ms, until_ms)

    def advance(self, *, seconds: float = 0, days: int = 0) -> None:
        """Move time, letting happen what falls into it."""
        self.run(until_ms=self.now_ms + int(seconds * 1000) + days * _DAY_MS)


class SkewedClock:
    """A member's own clock: the world's time, early or late by up to ten minutes."""

    def __init__(self, scheduler: Scheduler, skew_ms: int) -> None:
        self._scheduler = scheduler
        self.skew_ms = skew_ms

    def now_ms(self) -> int:
        """Return what this member believes the time to be."""
        return self._scheduler.now_ms + self.skew_ms
