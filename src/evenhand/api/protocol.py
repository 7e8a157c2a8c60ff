"""HTTP below the application: what is no request, or has no end to its head, is refused with a problem as well.

An answer that is there in one piece leaves in one write: head and body by themselves are two calls of the system here
and two readings there, and uvicorn's checks of each header once more.

A connection is closed in stages (RFC 9112, 9.6): a socket closed over unread bytes is reset, and a reset throws away
the answer that the caller has not read yet. So the answer ends our side, and what still comes is dropped for a while.

What follows a body is no header (RFC 9110, 6.5.1): trailers are passed over. They and all else that stands around a
body, such as extensions of chunks, are bounded as a head is.

Knows:    uvicorn's protocol over httptools.
Told:     bytes of one connection; once a second what time it is.
Answers:  problems and a closed connection; sound requests go on to the application.
Trusted:  for availability: a head is held in memory, so it must not grow without bound; nor may a caller stay for ever
          who says nothing, or not all.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import secrets
import sys
import termios
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

from evenhand.api.pace import Pace, Waiting
from evenhand.api.problems import HttpError, print_problem, problem_of
from evenhand.ground.limits import (
    API_DROPPED_BYTES_MAX,
    API_DROPPED_SECONDS,
    API_FRAMING_BYTES_MAX,
    API_HEAD_BYTES_MAX,
    API_PACE_BYTES,
)

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
        self._framing = 0  # bytes that stood around the present body, less what its own bytes allow
        self._late = 0  # bytes of a body that came after the answer
        self._done = 0  # bytes of bodies, and for each head as many as a body must have to get on
        self._written = 0  # bytes of answers
        self._pace = Pace()
        self._dropped = -1  # bytes since our side ended; none before

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection."""
        super().connection_made(transport)
        self._way = _Way(self._write, self._leave, transport.is_closing)

    def _write(self, data: bytes) -> None:
        self._written += len(data)
        self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head, or what stands around a body, that goes on beyond the limit is refused."""
        if self._dropped >= 0:
            self._drop(len(data))
            return
        if self._in_head:
            if self._head_bytes > API_HEAD_BYTES_MAX:
                self._refuse(_long("address and headers are too long"))
                return
            self._head_bytes += len(data)
        else:
            self._framing += len(data)
            self._late += len(data) if self.cycle.response_complete else 0
        super().data_received(data)
        if self._framing > API_HEAD_BYTES_MAX and not self._in_head and self._dropped < 0:
            self._break_off(_long("what stands around the body, such as trailers, is too long"))
        elif self._late > API_DROPPED_BYTES_MAX:
            self._leave()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what follows a body is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to take a body."""
        self._in_head, self._head_bytes, self._framing, self._late = False, 0, 0, 0
        self._done += API_PACE_BYTES
        super().on_headers_complete()
        self.cycle.transport = self._way  # type: ignore[assignment]
        self.scope["extensions"] = {WHOLE: partial(self._send_whole, self.cycle)}  # type: ignore[dict-item]

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._framing = max(0, self._framing - API_FRAMING_BYTES_MAX * len(body))
        self._done += len(body)
        super().on_body(body)

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
        self._in_head, self._framing, self._late = True, 0, 0
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

    # -- whoever is slow -----------------------------------------------------------------------------------------

    @property
    def idle(self) -> int | None:
        """How well this connection can be spared: 0, nothing was asked yet; 1, nothing is asked now; None, not."""
        if not self._done or self._dropped >= 0:
            return 0
        return 1 if self._in_head and self.cycle.response_complete and not self.pipeline else None

    def look(self, now: float) -> None:
        """Let go of a caller who has been at a head, at a body, or at reading for too long; asked once a second."""
        waiting, done = self._waiting()
        if not self._pace.is_over(waiting, done, now):
            return
        if waiting == "reader":
            self.transport.abort()
        elif waiting == "body":
            self._break_off(_slow("the body"))
        elif self._head_bytes:
            self._refuse(_slow("the head of the request"))
        else:
            self.transport.close()

    def _waiting(self) -> tuple[Waiting | None, int]:
        """Return what is waited for, if it is the caller's to do, and how far it has come."""
        unread = self.transport.get_write_buffer_size()
        if unread or self.transport.is_closing():
            return "reader", self._written - unread - _underway(self.transport)
        if self._dropped >= 0:
            return None, 0  # `_leave` has set a time
        if not self._in_head:
            is_ours = self.flow.read_paused or self.cycle.waiting_for_100_continue
            return None if is_ours else "body", self._done
        if not self._done:
            return "head", 0
        # Between two requests uvicorn's own timer runs, until a byte comes.
        is_answered = self.cycle.response_complete and not self.pipeline
        return "head" if is_answered and self._head_bytes else None, self._done

    def _break_off(self, error: HttpError) -> None:
        """End a request whose rest is not waited for: by a refusal, where no part of an answer was sent."""
        if self.cycle.response_complete:
            self._leave()
        elif self.cycle.response_started or self.pipeline:
            self.transport.abort()
        else:
            self.cycle.disconnected = True  # whoever waits for the rest need not, and is not listened to
            self.cycle.message_event.set()
            self._refuse(error)

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


def _long(what: str) -> HttpError:
    return HttpError(431, what, remedy=f"send at most {API_HEAD_BYTES_MAX} bytes of them")


def _slow(what: str) -> HttpError:
    return HttpError(408, f"{what} came too slowly", remedy="send it again, over a better line or in smaller parts")


def _underway(transport: asyncio.Transport) -> int:
    """Return what the system holds for a reader: it takes more of us only once a third of its room is free."""
    held = b""
    with contextlib.suppress(OSError, ValueError):  # closed meanwhile
        held = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(held, sys.byteorder)
