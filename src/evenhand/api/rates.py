"""Rates: how many requests each caller may make, by a bucket that fills evenly.

Knows:    one bucket for each caller.
Told:     that a caller asks, and when.
Answers:  nothing, or a refusal that says how long to wait.
Trusted:  for availability: one program's fault must not silence the posts beside it.
"""

from __future__ import annotations

from math import ceil

from evenhand.api.problems import HttpError


class Rates:
    """Buckets of tokens; `per_second` refill each, and hold two seconds' worth."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._full = 2.0 * per_second
        self._buckets: dict[str, tuple[float, int]] = {}

    def take(self, caller: str, now_ms: int, cost: float = 1.0) -> None:
        """Take `cost` tokens. Raises HttpError (429) with Retry-After in seconds."""
        held, since = self._buckets.get(caller, (self._full, now_ms))
        held = min(self._full, held + max(0, now_ms - since) * self._per_second / 1_000)
        if held < min(cost, self._full):
            wait = ceil((min(cost, self._full) - held) / self._per_second)
            self._buckets[caller] = (held, now_ms)
            raise HttpError(
                429, f"more than {self._per_second} requests a second", code="rate_limited",
                remedy=f"wait {wait} s; ask for many people at once with POST /v1/find/batch",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip
        self._buckets[caller] = (held - min(cost, self._full), now_ms)
