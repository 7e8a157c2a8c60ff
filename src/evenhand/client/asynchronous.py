"""The client for programs on asyncio.

Knows:    httpx, connections kept open.
Told:     calls by a program.
Answers:  forms; refusals as ApiError; what failed on the way as httpx's errors.
Trusted:  no.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from types import TracebackType
from typing import Self

import httpx

from evenhand.client import requests
from evenhand.client.following import GIVE_UP_SECONDS, Persistence, Verify, stream_timeout, trusted
from evenhand.client.forms import Answer, BatchAnswer, Change, Draft, Page, Question, Shown, State, Written
from evenhand.client.requests import ApiError, Call, EventReader, F, answer_of, check_stream, in_bytes
from evenhand.client.synchronous import headers_of


class AsyncClient:
    """A member's node. `purpose` and `legal_basis` go with every question; `transport` is for tests.

    `verify`: a bundle (PEM) of the authorities to trust instead of the public ones, or a context of your own. `proxy`:
    its address. The environment is not asked for either: what stands there must not decide where keys and names go.
    """

    def __init__(
        self, url: str, *, key: str, purpose: str = "", legal_basis: str = "", timeout_seconds: float = 30.0,
        verify: Verify | None = None, proxy: str | None = None, transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        self._stream_timeout = stream_timeout(timeout_seconds)
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers_of(key, purpose, legal_basis), timeout=timeout_seconds, transport=transport,
            verify=trusted(verify), proxy=proxy, trust_env=False,
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(self, call: Call[F]) -> F:
        """Make any call, of `evenhand.client.contract` for one. Raises ApiError."""
        reply = await self._http.request(
            call.method, call.path, params=call.parameters(), headers=in_bytes(call.headers), content=call.body
        )
        return answer_of(call, reply.status_code, reply.headers, reply.content)

    async def find(self, question: Question, *, reference: str = "", at: str = "") -> Answer:
        """Ask whether a person or document is listed; `reference` is the crossing, boarding or case."""
        return await self.ask(requests.find(question, reference, at))

    async def find_batch(self, questions: Iterable[Question], *, reference: str = "") -> BatchAnswer:
        """Ask about many at once."""
        return await self.ask(requests.find_batch(questions, reference))

    async def screen_flight(self, paxlst: bytes) -> bytes:
        """Send PAXLST, get CUSRES."""
        return await self.ask(requests.flight(paxlst))

    async def publish(self, draft: Draft, *, idempotency_key: str = "") -> Written:
        """Publish a notice alone: every node refuses it (403). Three people do: `case_draft` of `contract.case`."""
        return await self.ask(requests.publish(draft, idempotency_key))

    async def correct(self, shown: Shown, draft: Draft, *, idempotency_key: str = "") -> Written:
        """Correct a notice alone: every node refuses it (403). Draft a case that `corrects` it: `contract.case`."""
        return await self.ask(requests.correct(shown, draft, idempotency_key))

    async def withdraw(self, notice: str, *, reason: str, idempotency_key: str = "") -> Written:
        """Withdraw a notice."""
        return await self.ask(requests.withdraw(notice, reason, idempotency_key))

    async def show(self, notice: str, *, at: str = "") -> Shown:
        """Show a notice, now or at an instant."""
        return await self.ask(requests.show(notice, at))

    async def page(self, *, cursor: str = "", limit: int = 100, **wanted: str | bool) -> Page:
        """Return one page of notices; `wanted`: mine, source, everything."""
        return await self.ask(requests.page(cursor, limit, **wanted))

    async def state(self) -> State:
        """Return the state digest."""
        return await self.ask(requests.state())

    async def changes(self, *, after: str = "", from_start: bool = False) -> AsyncIterator[Change]:
        """Yield changes as they come, until the connection ends; resume with `after=change.id`, or use `follow`.

        Raises httpx.ReadTimeout where the node is silent for longer than three of its comments, as after a cut.
        """
        async with aclosing(self._told(EventReader(after), from_start=from_start)) as told:
            async for change in told:
                yield change

    async def follow(
        self, *, after: str = "", from_start: bool = False, give_up_seconds: float = GIVE_UP_SECONDS
    ) -> AsyncIterator[Change]:
        """Yield changes for good: after a cut the stream is taken up where it was, with growing pauses.

        Raises what `changes` raises: before it was connected once, where the node refuses, and when it had no stream
        for `give_up_seconds`.
        """
        reader, persistence = EventReader(after), Persistence(give_up_seconds)
        while True:
            error: Exception | None = None
            reader.begin(opened=False)
            try:
                async with aclosing(self._told(reader, from_start=from_start and not reader.last)) as told:
                    async for change in told:
                        yield change
            except (httpx.TransportError, ApiError) as cut:
                error = cut
            await asyncio.sleep(persistence.after(error, reader, time.monotonic()))

    async def _told(self, reader: EventReader, *, from_start: bool) -> AsyncGenerator[Change, None]:
        call = requests.changes(reader.last, from_start=from_start)
        async with self._http.stream(
            call.method, call.path, params=call.parameters(), headers=in_bytes(call.headers),
            timeout=self._stream_timeout,
        ) as reply:  # fmt: skip
            check_stream(call, reply.status_code, reply.headers, b"" if reply.is_success else await reply.aread())
            reader.begin(opened=True)
            async for line in reply.aiter_lines():
                for change in reader.line(line):
                    yield change
