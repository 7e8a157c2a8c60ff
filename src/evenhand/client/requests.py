"""Requests and answers without a socket: what both clients send, and how both read what comes back.

Knows:    paths, headers, forms.
Told:     calls by programs; statuses, headers and bytes by either client.
Answers:  requests as values; answers as forms, or the node's problem raised.
Trusted:  no.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from evenhand.client.forms import (
    Answer,
    BatchAnswer,
    Change,
    Draft,
    Page,
    Problem,
    Question,
    Shown,
    State,
    Written,
)

F = TypeVar("F")
JSON: Final = "application/json"
EDIFACT: Final = "application/edifact"
_ERRORS_FROM: Final = 400
_TOKEN_BYTES: Final = 16


class ApiError(Exception):
    """A request that the node refused; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.detail}. {problem.why} {problem.remedy}".strip())
        self.problem = problem

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status


@dataclass(frozen=True)
class Call(Generic[F]):
    """One request: `form` is what its answer is read as, bytes as they are."""

    method: str
    path: str
    form: type[F]
    query: Mapping[str, str | int | bool] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def parameters(self) -> dict[str, str]:
        """Return the query as text."""
        return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in self.query.items() if v != ""}


def in_bytes(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    """Return headers as they go over the wire: in UTF-8, since a legal basis has letters of every language."""
    return {name.encode("ascii"): text.encode("utf-8") for name, text in headers.items()}


def answer_of(call: Call[F], status: int, headers: Mapping[str, str], body: bytes) -> F:
    """Read an answer as the call's form. Raises ApiError."""
    if status >= _ERRORS_FROM:
        raise ApiError(_problem(status, body))
    if call.form is bytes:
        return cast("F", body)
    read = msgspec.json.decode(body, type=call.form)
    if isinstance(read, Shown):
        return cast("F", msgspec.structs.replace(read, tag=headers.get("etag", "")))
    return read


def _problem(status: int, body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):  # something between us and the node answered
        return Problem(type="about:blank", title="", status=status, detail="the answer is no problem of Evenhand's")


def _json(method: str, path: str, form: type[F], value: object, **headers: str) -> Call[F]:
    head = {"Content-Type": JSON, **{name.replace("_", "-"): text for name, text in headers.items() if text}}
    return Call(method, path, form, headers=head, body=msgspec.json.encode(value))


def _once(key: str) -> str:
    return key or secrets.token_urlsafe(_TOKEN_BYTES)


def quoted(part: str | int) -> str:
    """Return one part of a path as it goes over the wire."""
    return quote(str(part), safe=":")


def call(
    method: str, path: str, form: type[F], *, body: object = None, sent: bytes | None = None, media: str = JSON,
    query: Mapping[str, str | int | bool | None] | None = None, reference: str = "", tag: str = "",
    once: str | None = None,
) -> Call[F]:  # fmt: skip
    """Return a call of the contract: `body` is a form, `sent` bytes of type `media`, `once` an Idempotency-Key.

    An empty `once` makes a fresh one; None is for a call that needs none.
    """
    written = sent if body is None else msgspec.json.encode(body)
    said = {
        "Content-Type": "" if written is None else media, "Evenhand-Reference": reference, "If-Match": tag,
        "Idempotency-Key": "" if once is None else _once(once),
    }  # fmt: skip
    return Call(
        method, path, form, query={name: value for name, value in (query or {}).items() if value is not None},
        headers={name: text for name, text in said.items() if text}, body=written,
    )  # fmt: skip


def notice_path(notice: str, rest: str = "") -> str:
    """Return the path of a notice."""
    return f"/v1/notices/{quoted(notice)}{rest}"


def find(question: Question, reference: str = "", at: str = "") -> Call[Answer]:
    """Ask about one person or document."""
    asked = msgspec.to_builtins(msgspec.structs.replace(question, reference=""))
    return _json("POST", "/v1/find", Answer, {**asked, **({"at": at} if at else {})}, Evenhand_Reference=reference)


def find_batch(questions: Iterable[Question], reference: str = "") -> Call[BatchAnswer]:
    """Ask about many."""
    asked = {"questions": list(questions)}
    return _json("POST", "/v1/find/batch", BatchAnswer, asked, Evenhand_Reference=reference)


def flight(paxlst: bytes) -> Call[bytes]:
    """Screen a flight."""
    return Call("POST", "/v1/carriers/paxlst", bytes, headers={"Content-Type": EDIFACT}, body=paxlst)


def publish(draft: Draft, key: str = "") -> Call[Written]:
    """Publish a notice."""
    return _json("POST", "/v1/notices", Written, draft, Idempotency_Key=_once(key))


def correct(shown: Shown, draft: Draft, key: str = "") -> Call[Written]:
    """Correct a notice, if it still is as shown."""
    path = notice_path(shown.key)
    return _json("PUT", path, Written, draft, If_Match=shown.tag, Idempotency_Key=_once(key))


def withdraw(notice: str, reason: str, key: str = "") -> Call[Written]:
    """Withdraw a notice."""
    path = notice_path(notice, "/withdrawal")
    return _json("POST", path, Written, {"reason": reason}, Idempotency_Key=_once(key))


def show(notice: str, at: str = "") -> Call[Shown]:
    """Show a notice."""
    return Call("GET", notice_path(notice), Shown, query={"at": at})


def page(cursor: str = "", limit: int = 100, **wanted: str | bool) -> Call[Page]:
    """Return one page of notices; `wanted`: mine, source, everything."""
    return Call("GET", "/v1/notices", Page, query={"limit": limit, "cursor": cursor, **wanted})


def state() -> Call[State]:
    """Return the state digest."""
    return Call("GET", "/v1/state", State)


def changes(after: str = "", *, from_start: bool = False) -> Call[bytes]:
    """Open the stream of changes."""
    headers = {"Last-Event-ID": after} if after else {}
    return Call("GET", "/v1/changes", bytes, query={"from_start": True} if from_start else {}, headers=headers)


class EventReader:
    """Lines of a stream of server-sent events in, changes out (WHATWG HTML section 9.2.6)."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def line(self, line: str) -> Iterator[Change]:
        """Take one line without its end."""
        if line:
            name, _, value = line.partition(":")
            if name:
                self._fields.setdefault(name, []).append(value.removeprefix(" "))
            return
        fields, self._fields = self._fields, {}
        if "data" in fields:
            change = msgspec.json.decode("\n".join(fields["data"]), type=Change)
            yield msgspec.structs.replace(change, id=fields.get("id", [""])[-1])
