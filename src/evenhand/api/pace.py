"""Pace: how long a caller may take to say something, or to read what was answered.

Knows:    seconds, and how far one must have come in them.
Told:     once a second what a connection waits for, and how far that has come.
Answers:  whether it has waited for long enough.
Trusted:  for availability: each connection is a descriptor, and there are not many.

An answer under way, a stream of changes above all, is our own work: nobody is hurried by it, unless he reads none of
what is there.
"""

from __future__ import annotations

from typing import Final, Literal

from evenhand.ground.limits import API_HEAD_SECONDS, API_PACE_BYTES, API_PACE_SECONDS, API_UNREAD_SECONDS

Waiting = Literal["head", "body", "reader"]
_TERMS: Final[dict[Waiting, tuple[float, int]]] = {
    "head": (API_HEAD_SECONDS, 1), "body": (API_PACE_SECONDS, API_PACE_BYTES), "reader": (API_UNREAD_SECONDS, 1),
}  # fmt: skip
"""By what is waited for: for how many seconds, unless so much more was done."""


class Pace:
    """What one connection waits for, since when."""

    def __init__(self) -> None:
        self._since: tuple[Waiting | None, int, float] = (None, 0, 0.0)

    def is_over(self, waiting: Waiting | None, done: int, now: float) -> bool:
        """Say whether the caller's time is over; `done` only grows: heads and bytes of bodies, or bytes read."""
        if waiting is None:
            self._since = (None, 0, now)
            return False
        before, had, since = self._since
        seconds, least = _TERMS[waiting]
        if waiting != before or done - had >= least:
            self._since = (waiting, done, now)
            return False
        return now - since >= seconds
