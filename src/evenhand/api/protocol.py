"""HTTP below the application: what is no request, or has no end to its head, is refused with a problem as well.

An answer that is there in one piece leaves in one write: head and body by themselves are two calls of the system here
and two readings there, and uvicorn's checks of each header once more.

A connection is closed in stages (RFC 9112, 9.6): a socket closed over unread bytes is reset, and a reset throws away
the answer that the caller has not read yet. So the answer ends our side, and what still comes is dropped for a while.

Knows:    uvicorn's protocol over httptools.
Told:     bytes of one connection.
Answers:  problems and a closed connection; sound requests go on to the application.
Trusted:  for availability: a head is held in memory, so it must not grow without bound.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from evenhand.api.problems import HttpError, print_problem, problem_of
from evenhand.ground.limits import API_DROPPED_BYTES_MAX, API_DROPPED_SECONDS, API_HEAD_BYTES_MAX

WHOLE: Final = "evenhand.whole"
"""The extension of a request's scope by which an answer in one piece is sent: awaited with status, headers and body."""
_INSTANCE_BYTES: Final = 8
_ADDRESS_BYTES_MAX: Final = 0xFFFF
"""Of a longer one httptools cannot say what its parts are."""
_Headers = Iterable[tuple[bytes, bytes]]
Whole = Callable[[int, _Headers, bytes], Awaitable[None]]


class _Way(NamedTuple):
    """What a request's answer does to its connection."""

    write: Callable[[bytes], None]
    close: Callable[[], None]
    is_closing: Callable[[], bool]


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn makes it
        super().__init__(*arguments, **named)
        self._in_head = True
        self._head_bytes = 0
        self._dropped = -1  # bytes since our side ended; none before

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection."""
        super().connection_made(transport)
        self._way = _Way(transport.write, self._leave, transport.is_closing)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that goes on beyond the limit is refused."""
        if self._dropped >= 0:
            self._drop(len(data))
            return
        if self._in_head:
            if self._head_bytes > API_HEAD_BYTES_MAX:
                remedy = f"send at most {API_HEAD_BYTES_MAX} bytes of them"
                self._refuse(HttpError(431, "address and headers are too long", remedy=remedy))
                return
            self._head_bytes += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Begin to take a body."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()
        self.cycle.transport = self._way  # type: ignore[assignment]
        self.scope["extensions"] = {WHOLE: partial(self._send_whole, self.cycle)}  # type: ignore[dict-item]

    async def _send_whole(self, cycle: RequestResponseCycle, status: int, headers: _Headers, body: bytes) -> None:
        """Send an answer as uvicorn's `send` does in two messages. Raises RuntimeError on a header that is none."""
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        lines = [STATUS_LINE[status]]
        for name, value in (*cycle.default_headers, *headers):
            if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
                raise RuntimeError("Invalid HTTP header.")
            lines += (name, b": ", value, b"\r\n")
        lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        if cycle.scope["method"] != "HEAD":
            lines.append(body)
        cycle.transport.write(b"".join(lines))
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    def on_message_complete(self) -> None:
        """Begin to take the next head."""
        self._in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, where our side has not ended."""
        if self._dropped < 0:
            super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what httptools cannot read; of an address that is too long it says no more than that."""
        if len(self.url) > _ADDRESS_BYTES_MAX:
            remedy = f"send at most {API_HEAD_BYTES_MAX} bytes of it with all headers; what is long goes in a body"
            self._refuse(HttpError(414, "the address is too long", code="address_too_long", remedy=remedy))
            return
        self._refuse(HttpError(HTTPStatus.BAD_REQUEST, "this is no HTTP request", code="input", why=msg))

    def _refuse(self, error: HttpError) -> None:
        problem = problem_of(error, instance=secrets.token_hex(_INSTANCE_BYTES))
        body, media = print_problem(problem, path="", accept="")
        said = {"content-type": media, "content-length": len(body), "cache-control": "no-store", "connection": "close"}
        head = [f"{name}: {value}" for name, value in said.items()]
        self.transport.write(STATUS_LINE[problem.status] + "\r\n".join((*head, "", "")).encode("ascii") + body)
        self._in_head = False  # there may be more of it to come
        self._leave()

    def _leave(self) -> None:
        """Close; where the caller is still speaking, end our side first and let him come to his end."""
        if self._in_head or self.transport.is_closing():
            self.transport.close()
        elif self._dropped < 0:
            self._dropped = 0
            with contextlib.suppress(OSError):  # he may have gone
                if self.transport.can_write_eof():  # not within TLS
                    self.transport.write_eof()
            self.flow.resume_reading()
            self.loop.call_later(API_DROPPED_SECONDS, self.transport.close)

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > API_DROPPED_BYTES_MAX:
            self.transport.close()
