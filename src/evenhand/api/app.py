"""The application: rows become Litestar routes, errors become problems, and nothing else happens here.

Knows:    Litestar, HTTP's headers.
Told:     a service and the rows it serves.
Answers:  an ASGI application.
Trusted:  with availability; admission and answers are the service's.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import ClientException, HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send

from evenhand.api.contract import document, print_document
from evenhand.api.page import print_page
from evenhand.api.problems import MEDIA, HttpError, Problem, failure, problem_of
from evenhand.api.rows import Reply, Row
from evenhand.api.service import Incoming, Service
from evenhand.ground.errors import EvenhandError

_LOG: Final = structlog.get_logger("evenhand.api")
_ALWAYS: Final = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
}  # fmt: skip
_INSTANCE_BYTES: Final = 8
_TOO_LARGE: Final = 413
_Asking = Request[Any, Any, Any]


class App:
    """An ASGI application; HEAD is answered as GET without its body, which the server leaves out."""

    def __init__(self, service: Service, rows: Iterable[Row]) -> None:
        self.service = service
        self.rows = tuple(rows)
        service.parts["contract"] = print_document(self.rows)
        service.parts["page"] = print_page(document(self.rows))
        self._allow: dict[str, str] = {}
        self._litestar: ASGIApp = Litestar(
            route_handlers=[self._handler(row) for row in self.rows],
            exception_handlers={Exception: self._problem},
            openapi_config=None, logging_config=None, debug=False,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope.get("method") == "HEAD":
            # A copy: the server's own scope still says HEAD, by which it leaves the body out.
            scope = cast("Scope", {**scope, "method": "GET"})
        await self._litestar(scope, receive, send)

    def _handler(self, row: Row) -> HTTPRouteHandler:
        async def handle(request: _Asking) -> Response[Any]:
            return await self._answer(row, request)

        path = row.path
        for name in row.in_path:
            path = path.replace(f"{{{name}}}", f"{{{name}:str}}")
        handler = HTTPRouteHandler(
            path, http_method=row.method, name=row.name, status_code=200,
            request_max_body_size=row.body_bytes_max, media_type=row.media,
        )  # fmt: skip
        return handler(handle)

    async def _answer(self, row: Row, request: _Asking) -> Response[Any]:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
        caller = self.service.admit(row, headers)
        incoming = Incoming(
            path_values={name: str(value) for name, value in request.path_params.items()},
            query=tuple(_pairs(request)), headers=headers,
            body=await request.body() if row.has_body and not row.streams_in else b"",
            stream=request.stream() if row.streams_in else None,
            target=request.url.path,
        )  # fmt: skip
        reply = await self.service.answer(row, caller, incoming)
        self._count(row.name, reply.status)
        return _response(reply)

    def _problem(self, request: _Asking, error: Exception) -> Response[Any]:
        instance = secrets.token_hex(_INSTANCE_BYTES)
        headers: dict[str, str] = {}
        if isinstance(error, HTTPException):
            error = self._of_router(error, request)
        if isinstance(error, EvenhandError):
            problem = problem_of(error, instance=instance)
            headers = error.headers if isinstance(error, HttpError) else {}
        else:
            problem = failure(instance=instance)
            # Neither the error's words nor the request's: both may name a person.
            _LOG.error("request_failed", instance=instance, kind=type(error).__name__, at=_where(error))
        self._count("problem", problem.status)
        return _problem_response(problem, headers)

    def _of_router(self, error: HTTPException, request: _Asking) -> EvenhandError:
        """Return what Litestar refuses by itself, in our words."""
        if error.status_code == _TOO_LARGE:
            return HttpError(413, "the body is too large", remedy="send less at once")
        if error.status_code == 405:  # noqa: PLR2004 - method not allowed
            able = _allowed(self.rows, request.url.path)
            return HttpError(405, "this path is not asked that way", remedy=f"use {able}", headers={"Allow": able})
        if error.status_code == 404:  # noqa: PLR2004 - not found
            return HttpError(404, "there is nothing at this path", remedy="see /docs")
        if isinstance(error, ClientException):
            return HttpError(400, "the request cannot be read", code="input")
        return HttpError(error.status_code, "the request was not answered")

    def _count(self, name: str, status: int) -> None:
        counts = self.service.counts
        counts[name, status] = counts.get((name, status), 0) + 1


def _pairs(request: _Asking) -> Iterable[tuple[str, str]]:
    return ((str(name), str(value)) for name, value in request.query_params.multi_items())


def _response(reply: Reply) -> Response[Any]:
    headers = {**_ALWAYS, **reply.headers}
    if reply.stream is not None:
        return Stream(reply.stream, status_code=reply.status, media_type=reply.media, headers=headers)
    if reply.status in {204, 304}:
        return Response(content=None, status_code=reply.status, headers=headers)
    return Response(content=reply.body, status_code=reply.status, media_type=reply.media, headers=headers)


def _problem_response(problem: Problem, headers: dict[str, str]) -> Response[Any]:
    return Response(
        content=msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA,
        headers={**_ALWAYS, **headers},
    )  # fmt: skip


def _allowed(rows: Iterable[Row], path: str) -> str:
    wanted = path.strip("/").split("/")
    found = {"OPTIONS"}
    for row in rows:
        parts = row.path.strip("/").split("/")
        if len(parts) == len(wanted) and all(a.startswith("{") or a == b for a, b in zip(parts, wanted, strict=True)):
            found |= {row.method} | ({"HEAD"} if row.method == "GET" else set())
    return ", ".join(sorted(found))


def _where(error: BaseException) -> str:
    """Return file and line of the innermost frame."""
    at, place = error.__traceback__, ""
    while at is not None:
        place = f"{at.tb_frame.f_code.co_filename.rpartition('/evenhand/')[2]}:{at.tb_lineno}"
        at = at.tb_next
    return place
