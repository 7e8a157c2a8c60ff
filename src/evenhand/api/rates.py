"""Rates: how many requests each caller may make, by a bucket that fills evenly.

Knows:    one bucket for each caller, and for each address from which somebody came whom nobody knows; of such an
          address another one, which holds little, for what is asked without a key: to sign in.
Told:     that a caller asks, and when.
Answers:  nothing, or a refusal that says how long to wait.
Trusted:  for availability: one program's fault must not silence the posts beside it.
"""

from __future__ import annotations

from math import ceil

from evenhand.api.problems import HttpError
from evenhand.ground.limits import API_BUCKETS_MAX, API_DOOR_PER_SECOND
from evenhand.ground.listener import line_of


class Rates:
    """Buckets of tokens; `per_second` refill each, and hold two seconds' worth."""

    def __init__(self, per_second: int, remedy: str = "ask for many people at once with POST /v1/find/batch") -> None:
        self._per_second = per_second
        self._remedy = remedy
        self._full = 2.0 * per_second
        self._buckets: dict[str, tuple[float, int]] = {}

    def take(self, caller: str, now_ms: int) -> None:
        """Take a token. Raises HttpError (429) with Retry-After in seconds."""
        held = self._held(caller, now_ms)
        if held < 1:
            wait = ceil((1 - held) / self._per_second)
            self._buckets[caller] = (held, now_ms)
            raise HttpError(
                429, f"more than {self._per_second} requests a second", code="rate_limited",
                remedy=f"wait {wait} s; {self._remedy}",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip
        if len(self._buckets) >= API_BUCKETS_MAX:
            self._make_room(now_ms)
        self._buckets[caller] = (held - 1, now_ms)

    def _held(self, caller: str, now_ms: int) -> float:
        held, since = self._buckets.get(caller, (self._full, now_ms))
        return min(self._full, held + max(0, now_ms - since) * self._per_second / 1_000)

    def _make_room(self, now_ms: int) -> None:
        """Drop the buckets that are full again, which says nothing; where none is, all: nobody is silenced by it."""
        kept = {one: bucket for one, bucket in self._buckets.items() if self._held(one, now_ms) < self._full}
        self._buckets = kept if len(kept) < API_BUCKETS_MAX else {}


def at_the_door() -> Rates:
    """Return the rates of those who sign in."""
    return Rates(API_DOOR_PER_SECOND, "who is signed in is not counted here")


def bucket_of(address: str) -> str:
    """Return the bucket of whoever comes from an address without being known: of IPv6 one for a whole line."""
    return f"at {line_of(address) or 'nowhere'}"  # a test's transport, or a socket file
