"""The application: rows become Litestar routes, errors become problems, and nothing else happens here.

Knows:    Litestar, HTTP's headers.
Told:     a service and the rows it serves.
Answers:  an ASGI application.
Trusted:  with availability; admission and answers are the service's.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, suppress
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from evenhand.api.headers import check_host, said
from evenhand.api.problems import HttpError, failure, headers_of, print_problem, problem_of
from evenhand.api.protocol import WHOLE, Whole
from evenhand.api.rows import Reply, Row
from evenhand.api.service import LEGAL_BASIS, PURPOSE, REFERENCE, Incoming, Service
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.ground.faults import fault
from evenhand.ground.limits import API_BODY_BYTES_MAX, API_PARAMETERS_MAX

_LOG: Final = structlog.get_logger("evenhand.api")
_ALWAYS: Final = (
    (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"),
)  # fmt: skip
_BODILESS: Final = frozenset({204, 304})
"""A length there would be that of the answer to GET (RFC 9110 section 8.6): 0 is not."""
_BODILESS_ANSWER: Final = "evenhand.head"
"""The extension of a scope by which its answer is sent without a body: a stream is not begun."""
_ANY_PATH: Final = "OPTIONS"
_ANY_PAGE: Final = (b"access-control-allow-origin", b"*")
_PREFLIGHT: Final = {
    "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "600",
}  # fmt: skip
_BY_KEY: Final = f"authorization, content-type, {PURPOSE}, {LEGAL_BASIS}, {REFERENCE}"
"""What a page must send by itself: with an origin of `*` a browser adds no credentials of its own, and no page more."""
_INSTANCE_BYTES: Final = 8
_Asking = Request[Any, Any, Any]


class App:
    """An ASGI application; HEAD is answered as GET without its body, which the server leaves out."""

    def __init__(self, service: Service, rows: Iterable[Row]) -> None:
        self.service = service
        self.rows = tuple(rows)
        service.parts["rows"] = self.rows
        self._by_link = _paths([row for row in self.rows if row.by_link])
        self._for_pages = _paths([row for row in self.rows if row.for_pages])
        self._direct = {f"{row.method} {row.path}": row for row in self.rows if not row.in_path}
        self._litestar: ASGIApp = Litestar(
            route_handlers=[self._handler(row) for row in self.rows],
            exception_handlers={Exception: self._problem},
            openapi_config=None, logging_config=None, debug=False,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            check_host(scope["headers"], scope["http_version"])
        except InputError as error:
            await _send(self._refusal(error, scope), receive, send)
            return
        if scope.get("method") == "OPTIONS" and await self._told_methods(scope, receive, send):
            return
        if self._for_pages(scope.get("path", "")):
            send = _for_pages(send)
        if scope.get("method") == "HEAD":
            # A copy: the server's own scope still says HEAD, by which it leaves the body out.
            able = {**(scope.get("extensions") or {}), _BODILESS_ANSWER: {}}
            scope = cast("Scope", {**scope, "method": "GET", "extensions": able})
        row = self._direct.get(f"{scope.get('method')} {scope.get('path')}")
        if row is None:
            await self._litestar(scope, receive, send)
            return
        # A path without a parameter needs no router: a third of what a question costs beside the matcher.
        try:
            reply = await self._answer(row, scope, receive)
        except Exception as error:  # noqa: BLE001 - as Litestar's own outermost layer
            reply = self._refusal(error, scope)
        whole = cast("Whole | None", (scope.get("extensions") or {}).get(WHOLE))
        if whole is None or reply.stream is not None:
            await _send(reply, receive, send)
        else:
            await whole(reply.status, _headers(reply), reply.body)

    async def _told_methods(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Say which methods a path has; of reconciliation's also that pages of other origins may ask them."""
        able = _allowed(self.rows, scope["path"])
        if able == _ANY_PATH:
            return False
        headers = {"Allow": able}
        if self._for_pages(scope["path"]):
            sent = "content-type" if self._by_link(scope["path"]) else _BY_KEY
            headers |= _PREFLIGHT | {"Access-Control-Allow-Headers": sent}
        await _send(Reply(status=204, media="", headers=headers), receive, send)
        return True

    def _handler(self, row: Row) -> HTTPRouteHandler:
        """Return the handler of a row. It answers by bare ASGI: a response object costs more than an answer."""

        async def handle(request: _Asking) -> ASGIApp:
            reply = await self._answer(row, request.scope, request.receive)

            async def respond(_: Scope, receive: Receive, send: Send) -> None:
                await _send(reply, receive, send)

            return respond

        path = row.path
        for name in row.in_path:
            path = path.replace(f"{{{name}}}", f"{{{name}:str}}")
        return HTTPRouteHandler(path, http_method=row.method, name=row.name, status_code=200)(handle)

    async def _answer(self, row: Row, scope: Scope, receive: Receive) -> Reply:
        headers = said(scope["headers"])
        if "host" not in headers:
            headers["host"] = _here(scope)
        values = {name: str(value) for name, value in scope["path_params"].items()} if row.in_path else {}
        client = scope.get("client")
        caller = self.service.admit(row, headers, values, address=client[0] if client else "")
        if row.has_body:
            _check_length(headers.get("content-length", ""), row.body_bytes_max)
        elif not (row.reads_body or row.streams_in):
            await _refuse_body(headers, receive)
        incoming = Incoming(
            path_values=values,
            query=_pairs(scope["query_string"]), headers=headers,
            body=await _body(receive, row.body_bytes_max) if row.reads_body else b"",
            stream=_chunks(receive) if row.streams_in else None, target=scope["path"],
        )  # fmt: skip
        reply = await self.service.answer(row, caller, incoming)
        self._count(row.name, reply.status)
        if reply.stream is not None and _BODILESS_ANSWER in (scope.get("extensions") or {}):
            await cast("AsyncGenerator[bytes, None]", reply.stream).aclose()
            return msgspec.structs.replace(reply, stream=_nothing())
        return reply

    def _problem(self, request: _Asking, error: Exception) -> Response[Any]:
        known = self._of_router(error, request) if isinstance(error, HTTPException) else error
        reply = self._refusal(known, request.scope)
        headers = {name.decode(): value.decode() for name, value in _ALWAYS}
        return Response(
            content=reply.body, status_code=reply.status, media_type=reply.media, headers={**headers, **reply.headers}
        )

    def _refusal(self, error: Exception, scope: Scope) -> Reply:
        """Return an error as a problem; the log hears of what nobody expected, without its words."""
        instance = secrets.token_hex(_INSTANCE_BYTES)
        headers: dict[str, str] = {}
        if isinstance(error, EvenhandError):
            problem = problem_of(error, instance=instance)
            headers = headers_of(error)
        else:
            problem = failure(instance=instance)
            # Neither the error's words nor the request's: both may name a person.
            _LOG.error("request_failed", instance=instance, **fault(error))
        self._count("problem", problem.status)
        accept = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
        body, media = print_problem(problem, path=scope["path"], accept=accept)
        return Reply(body=body, status=problem.status, media=media, headers=headers)

    def _of_router(self, error: HTTPException, request: _Asking) -> EvenhandError:
        """Return what Litestar refuses by itself, in our words."""
        if error.status_code == HTTPStatus.NOT_FOUND:
            return HttpError(404, "there is nothing at this path", remedy="see /docs")
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            able = _allowed(self.rows, request.url.path)
            return HttpError(405, "this path is not asked that way", remedy=f"use {able}", headers={"Allow": able})
        return HttpError(error.status_code, "the request cannot be read", code="input")

    def _count(self, name: str, status: int) -> None:
        counts = self.service.counts
        counts[name, status] = counts.get((name, status), 0) + 1


def _here(scope: Scope) -> str:
    """Return the address that a request came to: of one older than `Host`, all that is known of whom it asked."""
    host, port = scope.get("server") or ("", None)
    named = f"[{host}]" if ":" in host else host
    return named if port is None else f"{named}:{port}"


async def _nothing(chunks: tuple[bytes, ...] = ()) -> AsyncIterator[bytes]:
    """Yield nothing: a body whose length is not said."""
    for chunk in chunks:
        yield chunk


def _paths(rows: Iterable[Row]) -> Callable[[str], bool]:
    """Return what tells whether a path is one of these rows'."""
    known = (re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(row.path)) for row in rows)
    match = re.compile(f"(?:{'|'.join(known)})/?").fullmatch
    return lambda path: match(path) is not None


def _for_pages(send: Send) -> Send:
    """Return a `send` that lets pages of any origin read the answer: OpenRefine's asks from its own (ADR 0066)."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], _ANY_PAGE]
        await send(message)

    return told


def _pairs(query: bytes) -> tuple[tuple[str, str], ...]:
    """Return the parameters in order. Raises InputError."""
    if not query:
        return ()
    try:
        text = query.decode("ascii")
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=API_PARAMETERS_MAX))
    except ValueError as error:  # of which a wrong encoding is one
        raise InputError("the parameters cannot be read", why="they are not UTF-8, or too many") from error


async def _body(receive: Receive, bytes_max: int) -> bytes:
    """Read a body into memory. Raises HttpError (413), or InputError where the sender hung up."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InputError("the body broke off", remedy="send it again")
        more = bool(message.get("more_body"))
        chunk = cast("bytes", message.get("body", b""))
        size += len(chunk)
        if size > bytes_max:
            raise _too_large(bytes_max)
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _refuse_body(headers: Mapping[str, str], receive: Receive) -> None:
    """Refuse a body where none is read: what it asks for would go unheard. Raises InputError, HttpError (413).

    Nothing, or an empty object, says nothing (RFC 9110 section 9.3.1 gives a body of GET no meaning).
    """
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return  # nothing is waited for: this is what all but a few requests are
    _check_length(headers.get("content-length", ""), API_BODY_BYTES_MAX)
    if "".join((await _body(receive, API_BODY_BYTES_MAX)).decode("latin-1").split()) not in {"", "{}"}:
        raise InputError("this path takes no body", remedy="leave it empty, and send what you ask for as parameters")


def _check_length(announced: str, bytes_max: int) -> None:
    """Refuse a body by its announced length, before any of it is waited for. Raises HttpError (413)."""
    if announced.isdecimal() and (len(announced) > len(str(bytes_max)) or int(announced) > bytes_max):
        raise _too_large(bytes_max)


def _too_large(bytes_max: int) -> HttpError:
    return HttpError(413, "the body is too large", remedy=f"send at most {bytes_max} bytes at once")


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Yield a body as it comes. Raises InputError where the sender hung up."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InputError("the body broke off", remedy="send it again")
        more = bool(message.get("more_body"))
        if message.get("body"):
            yield message["body"]  # type: ignore[typeddict-item]


async def _send(reply: Reply, receive: Receive, send: Send) -> None:
    """Send a reply, whole or as it comes; a stream ends when its reader hangs up."""
    start = {"type": "http.response.start", "status": reply.status, "headers": _headers(reply)}
    await send(cast("Message", start))
    if reply.stream is None:
        await send(cast("Message", {"type": "http.response.body", "body": reply.body, "more_body": False}))
        return
    sending = asyncio.ensure_future(_send_stream(reply.stream, send))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not sending.done():
            sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending


def _headers(reply: Reply) -> list[tuple[bytes, bytes]]:
    headers = [*_ALWAYS]
    if reply.media:
        headers.append((b"content-type", reply.media.encode("latin-1")))
    if reply.stream is None and reply.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    if reply.headers:
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    return headers


async def _left(receive: Receive) -> None:
    """Wait until the reader hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_stream(stream: AsyncIterator[bytes], send: Send) -> None:
    async with aclosing(cast("AsyncGenerator[bytes, None]", stream)) as chunks:
        async for chunk in chunks:
            await send(cast("Message", {"type": "http.response.body", "body": chunk, "more_body": True}))
    await send(cast("Message", {"type": "http.response.body", "body": b"", "more_body": False}))


def _allowed(rows: Iterable[Row], path: str) -> str:
    wanted = path.strip("/").split("/")
    found = {"OPTIONS"}
    for row in rows:
        parts = row.path.strip("/").split("/")
        if len(parts) == len(wanted) and all(a.startswith("{") or a == b for a, b in zip(parts, wanted, strict=True)):
            found |= {row.method} | ({"HEAD"} if row.method == "GET" else set())
    return ", ".join(sorted(found))
