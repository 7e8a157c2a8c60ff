"""When notices begin and end to be valid: no ledger says so when it happens.

Knows:    the instants of the next day, of every notice held; those further off are looked for when their day comes.
Told:     the notices that changed; what time it is.
Answers:  the notices that began or ended since it was last asked.
Trusted:  yes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Final

from evenhand.node.member import Member

_AHEAD_MS: Final = 86_400_000
"""Two million notices have four million instants; of one day few, and once a day all may be looked at."""
_TURN: Final = 500
"""Notices between two looks at the network: some 2 ms."""


class Instants:
    """The instants that come, kept up with the list."""

    def __init__(self, member: Member, seen_ms: int) -> None:
        """Begin after an instant up to which all is known; 0: at the first one asked about."""
        self._member = member
        self._seen_ms = self._ahead_ms = seen_ms
        self._coming: list[tuple[int, str]] = []

    def note(self, key: str) -> None:
        """Take in when a notice that changed begins and ends: who looks at it now needs no instant before."""
        originator, _, notice_id = key.partition(":")
        for instant in self._of(originator, notice_id):
            if self._seen_ms < instant <= self._ahead_ms:
                heappush(self._coming, (instant, key))

    async def passed(self, now_ms: int) -> list[str]:
        """Return the keys of notices that began or ended since this was last asked, and up to now."""
        if not self._seen_ms:
            self._seen_ms = self._ahead_ms = now_ms
        if now_ms >= self._ahead_ms:
            await self._look_ahead(now_ms + _AHEAD_MS)
        found = []
        while self._coming and self._coming[0][0] <= now_ms:
            found.append(heappop(self._coming)[1])
        self._seen_ms = max(self._seen_ms, now_ms)
        return found

    async def _look_ahead(self, until_ms: int) -> None:
        """Look at every notice, some at a time. One that changes meanwhile is noted by the next who is told of it."""
        coming, looked = list(self._coming), 0
        for code, ledger in list(self._member.watchlist.fold.ledgers.items()):
            for notice_id in list(ledger.notices):
                coming += [
                    (instant, f"{code}:{notice_id}")
                    for instant in self._of(code, notice_id)
                    if self._ahead_ms < instant <= until_ms
                ]
                looked += 1
                if looked % _TURN == 0:
                    await asyncio.sleep(0)
        heapify(coming)
        self._coming, self._ahead_ms = coming, until_ms

    def _of(self, originator: str, notice_id: str) -> Iterator[int]:
        ledger = self._member.watchlist.fold.ledgers.get(originator)
        held = None if ledger is None else ledger.notices.get(notice_id)
        if held is not None and held.latest is not None:
            yield held.latest.expires_ms
            yield held.latest.valid_from_ms
