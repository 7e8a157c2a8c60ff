"""Open streams: how many there are of each caller and of all, and none for whoever has theirs.

Knows:    who follows; the limits.
Told:     a caller and a stream to be sent; that it ended, or that nobody will read it.
Answers:  the stream, counted from before its first byte; a refusal.
Trusted:  with availability: one key that takes every place would leave none for the others.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from evenhand.api.problems import HttpError
from evenhand.ground.limits import API_CALLER_STREAMS_MAX, API_STREAMS_MAX

_WAIT: Final = {"Retry-After": "5"}


class Held(AsyncIterator[bytes]):
    """A stream that has a place until it ends, is closed, or is forgotten: one that nobody began has no end."""

    def __init__(self, stream: AsyncGenerator[bytes], streams: Streams, who: str) -> None:
        self._stream = stream
        self._leave = weakref.finalize(self, streams.leave, who)

    async def __anext__(self) -> bytes:
        """Return what comes next."""
        try:
            return await anext(self._stream)
        except BaseException:
            self._leave()
            raise

    async def aclose(self) -> None:
        """End it."""
        self._leave()
        await self._stream.aclose()


class Streams:
    """Places of those who follow."""

    def __init__(self) -> None:
        self._open = Counter[str]()

    @property
    def count(self) -> int:
        """How many are open."""
        return self._open.total()

    def hold(self, who: str, stream: AsyncGenerator[bytes]) -> Held:
        """Give a stream of a caller its place. Raises HttpError: 429 where theirs are taken, 503 where all are."""
        if self._open[who] >= API_CALLER_STREAMS_MAX:
            raise HttpError(
                429, f"{API_CALLER_STREAMS_MAX} streams of this caller are open", code="streams_of_caller_full",
                remedy="share one stream, and close those that nobody reads", headers=_WAIT,
            )  # fmt: skip
        if self.count >= API_STREAMS_MAX:
            raise HttpError(
                503, "too many streams of changes are open", code="streams_full", remedy="share one stream",
                headers=_WAIT,
            )  # fmt: skip
        self._open[who] += 1
        return Held(stream, self, who)

    def leave(self, who: str) -> None:
        """Take a place back."""
        self._open[who] -= 1
        if not self._open[who]:
            del self._open[who]
