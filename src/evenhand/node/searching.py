"""Searching: on every core, beside the loop, each answer under the picture it was made of.

Knows:    which matchers take many questions at once, and that the picture may move while they think.
Told:     questions of one batch or flight; single ones, of whoever asks at this moment.
Answers:  for each in order what the matcher says, and the state digest that decided it.
Trusted:  yes, as a single question: the same answers in the same order.

Single questions that came in at one moment are searched in one go: a matcher held by one thread is no faster for
two. Nobody waits for company: whoever comes to an idle matcher is searched for at once, and who comes meanwhile is
next. A thread takes the questions where they take long, and goes on to those who came meanwhile without waiting for the
loop, which is busy with the answers; to hand over what takes less than the handing over is a loss.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from functools import reduce
from threading import Lock
from time import thread_time
from typing import Final, NamedTuple, Protocol, cast

from evenhand.ground.clock import format_ms
from evenhand.matching.contract import Answer, Query
from evenhand.node.answering import AnswerBody, AnswerDocument, Freshness, freshness, standing_candidates, united
from evenhand.node.elders import both_centuries
from evenhand.node.member import Member
from evenhand.watchlist.digest import ViewVector

TURN: Final = 20
"""Questions between two looks at the network, where they are asked one by one: some milliseconds."""
CHUNK: Final = 100
"""Questions asked at once; the matcher is held for so long, and a single question beside them waits."""
_FEW: Final = 3
"""So many are searched for by one thread, by whose time is known what a question costs."""
_AHEAD: Final = 2
"""So many chunks are under way: while kernels answer one, the names of the next are read."""
_BESIDE_SECONDS: Final = 0.000_25
"""What takes longer is searched beside the loop: a thread and back costs some 0.1 ms of processor."""


class Searched(NamedTuple):
    """An answer, and the digest of the picture that it was made of."""

    answer: Answer
    state: str


_Waiting = tuple[Query, ViewVector, "asyncio.Future[Searched]"]
"""A question, the picture when it came, and who waits for the answer."""


class ManyMatcher(Protocol):
    """A matcher that takes many questions at once."""

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off."""
        ...

    def search_many(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer many questions as `search` would, in their order."""
        ...


def _many(member: Member) -> ManyMatcher | None:
    """Return the matcher, if it takes many questions at once."""
    matcher = member.matcher
    return cast("ManyMatcher", matcher) if hasattr(matcher, "search_many") else None


async def search_all(member: Member, queries: Sequence[Query]) -> AsyncIterator[Searched]:
    """Yield what the matcher says to each question. Raises StoreError after a failed write, NotReadyError.

    The next questions are searched for while the answers to the last are used, and read while others are searched for.
    """
    if not queries:
        return
    matcher = _many(member)
    if matcher is None:
        for start in range(0, len(queries), TURN):
            await asyncio.sleep(0)
            member.require_whole()
            state = member.vector().digest()
            for answer in [member.matcher.search(query) for query in queries[start : start + TURN]]:
                yield Searched(answer, state)
        return
    chunks = [queries[start : start + CHUNK] for start in range(0, len(queries), CHUNK)]
    coming = [_begin(member, matcher, chunk) for chunk in chunks[:_AHEAD]]
    for number, chunk in enumerate(chunks):
        begun, state = coming.pop(0)
        answers = await begun
        if state != member.vector().digest():  # the picture moved: ask again while nothing else can happen
            member.require_whole()
            answers, state = matcher.search_many(chunk), member.vector().digest()
        if number + _AHEAD < len(chunks):
            coming.append(_begin(member, matcher, chunks[number + _AHEAD]))
        for answer in answers:
            yield Searched(answer, state)


def _begin(
    member: Member, matcher: ManyMatcher, chunk: Sequence[Query]
) -> tuple[asyncio.Future[list[Answer]], str]:  # fmt: skip
    """Have a thread search, and return the digest of the picture as it was then."""
    member.require_whole()
    state = member.vector().digest()
    return asyncio.get_running_loop().run_in_executor(None, matcher.search_many, chunk), state


def of_one_picture(member: Member, queries: Sequence[Query], found: Sequence[Searched]) -> Sequence[Searched]:
    """Return the answers to all questions about one person, asked again at once where the picture moved meanwhile."""
    if len({one.state for one in found}) <= 1:
        return found
    state = member.vector().digest()
    return [Searched(member.matcher.search(query), state) for query in queries]


def renewed(member: Member, queries: Sequence[Query], document: AnswerDocument) -> AnswerDocument:
    """Return the answer to one or more questions about one person, made again where the picture moved since."""
    if document.answer.state == member.vector().digest():
        return document
    return reduce(united, map(member.find, queries))


def freshness_here(member: Member, now_ms: int) -> Freshness:
    """Return how old this member's copy is."""
    heard = member.ledgers.heard_ms
    return freshness({code: heard.get(code) for code in member.roster.active_codes if code != member.code}, now_ms)


def document_of(member: Member, searched: Searched, *, at_ms: int | None = None) -> AnswerDocument:
    """Return what was just searched as an answer of now, or of an instant by what is known now."""
    now = member.clock.now_ms()
    at = now if at_ms is None else at_ms
    body = AnswerBody(
        at=format_ms(at), state=searched.state, candidates=standing_candidates(searched.answer, member.view, at),
        not_compared=searched.answer.not_compared,
    )  # fmt: skip
    return AnswerDocument(answer=body, freshness=freshness_here(member, now))


class Together:
    """Single questions of everybody who asks at this moment."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._lock = Lock()  # over who waits, and whether a thread will come for them
        self._waiting: list[_Waiting] = []
        self._is_searching = False
        self._is_called = False
        self._cost = _BESIDE_SECONDS  # of processor for a question, by the last that one thread searched for

    async def search(self, query: Query) -> Searched:
        """Return what the matcher says, under the picture of this moment. Raises StoreError, NotReadyError."""
        member, matcher = self._member, _many(self._member)
        member.require_whole()
        if matcher is not None:
            loop = asyncio.get_running_loop()
            vector, waiter = member.vector(), loop.create_future()
            with self._lock:
                self._waiting.append((query, vector, waiter))
                is_first = not self._is_searching and not self._is_called
            if is_first:
                self._is_called = True
                loop.call_soon(self._begin, matcher, loop)  # after everyone whose request came in with this one
            found: Searched = await waiter
            member.require_whole()
            if vector is member.vector() or found.state == member.vector().digest():
                return found
        # Nothing else can happen between this answer and what its asker makes of it.
        return Searched(member.matcher.search(query), member.vector().digest())

    async def document(
        self, query: Query, *, at_ms: int | None = None, two_digit_year: bool = False
    ) -> AnswerDocument:
        """Return what the list says of now, or of an instant by what is known now: as `Member.find`, byte by byte.

        `two_digit_year`: somebody may be meant who is a century older, and is asked for as well, of the same picture.
        """
        member = self._member
        asked = both_centuries(query, member.clock.now_ms(), two_digit_year=two_digit_year)
        if len(asked) == 1:
            found: Sequence[Searched] = [await self.search(query)]
        else:
            found = of_one_picture(member, asked, await asyncio.gather(*map(self.search, asked)))
        return reduce(united, [document_of(member, one, at_ms=at_ms) for one in found])

    def _begin(self, matcher: ManyMatcher, loop: asyncio.AbstractEventLoop) -> None:
        """Search here for those who wait where that takes a moment, else beside the loop."""
        self._is_called = False
        if self._is_searching:
            return  # who waits is searched for next
        if self._takes_a_moment():
            taken, self._waiting = self._waiting, []  # no thread is searching: none else takes any
            self._tell(taken, self._found(matcher, taken), matcher, loop)
        elif self._waiting:
            self._is_searching = True
            loop.run_in_executor(None, self._search_all, matcher, loop)

    def _takes_a_moment(self) -> bool:
        return len(self._waiting) <= _FEW and self._cost * len(self._waiting) < _BESIDE_SECONDS

    def _search_all(self, matcher: ManyMatcher, loop: asyncio.AbstractEventLoop) -> None:
        """Search for whoever waits until nobody does, or until that takes but a moment; a thread of its own."""
        taken = self._next()
        try:
            while taken:
                found, told = self._found(matcher, taken), taken
                taken = self._next()  # before any of them is told, and asks again
                loop.call_soon_threadsafe(self._tell, told, found, matcher, loop)
        except RuntimeError:  # the loop has ended, and those who waited with it
            with self._lock:
                self._waiting, self._is_searching = [], False

    def _next(self) -> list[_Waiting]:
        """Return whom a thread searches for next, as many as at once; nobody where it should end."""
        with self._lock:
            ends = self._takes_a_moment()
            taken = [] if ends else self._waiting[:CHUNK]
            self._waiting = self._waiting[len(taken) :]
            self._is_searching = not ends
            return taken

    def _found(self, matcher: ManyMatcher, taken: Sequence[_Waiting]) -> Sequence[Answer | Exception]:
        """Return what the matcher says to some, and keep what that cost."""
        answers, seconds = _each(matcher, [query for query, _, _ in taken])
        self._cost = seconds or self._cost
        return answers

    def _tell(
        self, taken: Sequence[_Waiting], found: Sequence[Answer | Exception], matcher: ManyMatcher,
        loop: asyncio.AbstractEventLoop,
    ) -> None:  # fmt: skip
        """Give each his answer, as of the picture when he asked: it was searched for after that."""
        for (_, vector, waiter), answer in zip(taken, found, strict=True):
            if waiter.done():
                continue  # whoever waited has gone
            if isinstance(answer, Answer):
                waiter.set_result(Searched(answer, vector.digest()))
            else:
                waiter.set_exception(answer)
        if self._waiting and not self._is_called:
            self._begin(matcher, loop)  # whom the thread left because they take a moment


class _Answers(NamedTuple):
    """Answers, or what a question broke; and the processor time of one, 0 where several threads had them."""

    answers: Sequence[Answer | Exception]
    seconds_each: float


def _each(matcher: ManyMatcher, queries: Sequence[Query]) -> _Answers:
    """Answer questions of different people: what one of them breaks is an error of its own."""
    begun = thread_time()
    answers: Sequence[Answer | Exception] | None = None
    if len(queries) > 1:
        with suppress(Exception):
            answers = matcher.search_many(queries)
    if answers is None:
        answers = [_one(matcher, query) for query in queries]
    return _Answers(answers, (thread_time() - begun) / len(queries) if len(queries) <= _FEW else 0)


def _one(matcher: ManyMatcher, query: Query) -> Answer | Exception:
    try:
        return matcher.search(query)
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        return error
