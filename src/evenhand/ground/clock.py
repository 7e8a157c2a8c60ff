"""Time as an argument: the clock interface, the machine's clock and a manual one.

Knows:    UTC instants as integer milliseconds since 1970, and RFC 3339 text.
Told:     by the operating system, or by a test or simulation.
Answers:  `now_ms()`.
Trusted:  for age and expiry, never for order: ledgers order.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol

from evenhand.ground.errors import InputError

_RFC3339: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?Z", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Clock(Protocol):
    """A source of UTC time."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The operating system's clock."""

    def now_ms(self) -> int:
        """Return the machine's UTC time in milliseconds."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that moves only when told: for tests, simulation and replay."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Return the time last set."""
        return self._now_ms

    def advance(self, *, ms: int = 0, seconds: int = 0, days: int = 0) -> None:
        """Move forward by the sum of the arguments."""
        self._now_ms += ms + 1_000 * seconds + 86_400_000 * days


def format_ms(instant_ms: int) -> str:
    """Print an instant as RFC 3339 UTC with exactly three decimals."""
    second, rest = divmod(instant_ms, 1000)
    return f"{_second_text(second)}.{rest:03d}Z"


@lru_cache(maxsize=4_096)  # within a second thousands of answers say when they were given
def _second_text(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=65_536)  # the same few instants stand in thousands of records
def parse_ms(text: str) -> int:
    """Read RFC 3339 UTC (`Z` only, at most three decimals) into milliseconds.

    Raises InputError on anything else, an offset included: one way to write an instant.
    """
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise InputError(f"not an RFC 3339 UTC time: {text[:40]!r}", remedy="write 2026-01-31T12:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction = (found.group(7) or "0").ljust(3, "0")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise InputError(f"no such instant: {text}", why=str(error)) from error
    return (moment - _EPOCH) // _MILLISECOND + int(fraction)
