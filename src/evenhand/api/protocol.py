"""HTTP below the application: what is no request, or has no end to its head, is refused with a problem as well.

Knows:    uvicorn's protocol over httptools.
Told:     bytes of one connection.
Answers:  problems and a closed connection; sound requests go on to the application.
Trusted:  for availability: a head is held in memory, so it must not grow without bound.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from evenhand.api.problems import HttpError, print_problem, problem_of
from evenhand.ground.limits import API_HEAD_BYTES_MAX

_INSTANCE_BYTES: Final = 8


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn makes it
        super().__init__(*arguments, **named)
        self._in_head = True
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that goes on beyond the limit is refused."""
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

    def on_message_complete(self) -> None:
        """Begin to take the next head."""
        self._in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what httptools cannot read."""
        self._refuse(HttpError(HTTPStatus.BAD_REQUEST, "this is no HTTP request", code="input", why=msg))

    def _refuse(self, error: HttpError) -> None:
        problem = problem_of(error, instance=secrets.token_hex(_INSTANCE_BYTES))
        body, media = print_problem(problem, path="", accept="")
        said = {"content-type": media, "content-length": len(body), "cache-control": "no-store", "connection": "close"}
        head = [f"{name}: {value}" for name, value in said.items()]
        self.transport.write(STATUS_LINE[problem.status] + "\r\n".join((*head, "", "")).encode("ascii") + body)
        self.transport.close()
