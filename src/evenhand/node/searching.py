"""Searching for many at once: on every core, beside the loop, each answer under the picture it was made of.

Knows:    which matchers take many questions at once, and that the picture may move while they think.
Told:     questions of one batch or one flight.
Answers:  for each in order what the matcher says, and the state digest that decided it.
Trusted:  yes, as a single question: the same answers in the same order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

from evenhand.matching.contract import Answer, Query
from evenhand.node.member import Member

TURN: Final = 20
"""Questions between two looks at the network, where they are asked one by one: some milliseconds."""
CHUNK: Final = 100
"""Questions asked at once; the matcher is held for so long, and a single question beside them waits."""


class Searched(NamedTuple):
    """An answer, and the digest of the picture that it was made of."""

    answer: Answer
    state: str


@runtime_checkable
class ManyMatcher(Protocol):
    """A matcher that takes many questions at once."""

    def search_many(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer many questions as `search` would, in their order."""
        ...


async def search_all(member: Member, queries: Sequence[Query]) -> AsyncIterator[Searched]:
    """Yield what the matcher says to each question. Raises StoreError after a failed write, NotReadyError."""
    matcher = member.matcher
    size = CHUNK if isinstance(matcher, ManyMatcher) else TURN
    for start in range(0, len(queries), size):
        await asyncio.sleep(0)
        member.require_whole()
        chunk, state, seen = queries[start : start + size], member.vector().digest(), member.activity
        if isinstance(matcher, ManyMatcher):
            answers = await asyncio.to_thread(matcher.search_many, chunk)
            if member.activity != seen:  # the picture moved under them: ask again while nothing else can happen
                member.require_whole()
                state, answers = member.vector().digest(), matcher.search_many(chunk)
        else:
            answers = [matcher.search(query) for query in chunk]
        for answer in answers:
            yield Searched(answer, state)
