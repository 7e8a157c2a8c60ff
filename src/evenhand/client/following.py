"""How both clients reach a node and stay with its changes: whom they trust, when silence is a cut, when to try again.

Knows:    the rhythm of the node's stream; kinds of failure that pass.
Told:     by either client, what happened on its line and when.
Answers:  contexts, times, pauses; or raises what will not pass.
Trusted:  with whom the key is sent to: a bundle or a context given here decides it.
"""

from __future__ import annotations

import os
import random
import ssl
from typing import Final

import httpx

from evenhand.client.requests import ApiError, EventReader

COMMENT_SECONDS: Final = 15.0
"""The node says `: still here` this often where nothing happens."""
SILENCE_SECONDS: Final = 3 * COMMENT_SECONDS
"""A stream that said nothing for so long is cut: one comment may be late, and one lost with a relay; not three."""
GIVE_UP_SECONDS: Final = 600.0
"""`follow` raises what the last attempt raised once it had no stream for so long: who follows must know its own age."""
_PAUSE_SECONDS_MIN: Final = 0.5
_PAUSE_SECONDS_MAX: Final = 30.0
_PASSING: Final = frozenset({429, 502, 503, 504})
Verify = ssl.SSLContext | str | os.PathLike[str]


def trusted(verify: Verify | None) -> ssl.SSLContext | bool:
    """Return whom to trust: a context as it is, the certificates of a bundle alone, or the public authorities."""
    if verify is None:
        return True
    return verify if isinstance(verify, ssl.SSLContext) else ssl.create_default_context(cafile=verify)


def stream_timeout(timeout_seconds: float) -> httpx.Timeout:
    """Return how long a stream may take to open, and how long it may be silent."""
    return httpx.Timeout(timeout_seconds, read=SILENCE_SECONDS)


class Persistence:
    """Decides after each cut how long to wait; pauses double, and begin anew once something was told."""

    def __init__(self, give_up_seconds: float) -> None:
        self._give_up_seconds = give_up_seconds
        self._until: float | None = None  # None: never connected
        self._pause = _PAUSE_SECONDS_MIN

    def after(self, error: Exception | None, reader: EventReader, now: float) -> float:
        """Return the seconds to wait before the next attempt; no error: the stream ended by itself.

        Raises the error where waiting does not help: before the first connection, for a refusal, and at last.
        """
        if reader.opened:
            self._until = now + self._give_up_seconds
        if reader.told:
            self._pause = _PAUSE_SECONDS_MIN
        if error is not None and (self._until is None or now >= self._until or not _passes(error)):
            raise error
        wanted = (error.retry_after if isinstance(error, ApiError) else None) or 0.0
        # Not all at once: whoever was cut with us comes back, too.
        pause = max(wanted, self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
        self._pause = min(2 * self._pause, _PAUSE_SECONDS_MAX)
        return min(pause, _PAUSE_SECONDS_MAX)


def _passes(error: Exception) -> bool:
    return error.status in _PASSING if isinstance(error, ApiError) else isinstance(error, httpx.TransportError)
