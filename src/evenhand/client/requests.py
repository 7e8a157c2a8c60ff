"""Requests and answers without a socket: what both clients send, and how both read what comes back.

Knows:    paths, headers, forms.
Told:     calls by programs; statuses, headers and bytes by either client.
Answers:  requests as values; answers as forms, or the node's problem raised.
Trusted:  no.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
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
EVENTS: Final = "text/event-stream"
_GOOD: Final = range(200, 300)
_MOVED: Final = range(300, 400)
_TOKEN_BYTES: Final = 16
_FOREIGN: Final = "the answer is none of Evenhand's"
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON raises: not JSON, not UTF-8, or nested too deeply."""


class ApiError(Exception):
    """A request that the node refused, or an answer that is none of a node's; `problem` says why and what to do."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        super().__init__(f"{problem.status} {problem.detail}. {problem.why} {problem.remedy}".strip())
        self.problem = problem
        self.retry_after = retry_after
        """Seconds after which to ask again, where the answer says so (429, 503)."""

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
    """Read an answer as the call's form. Raises ApiError, also for an answer that is none of a node's."""
    if status not in _GOOD:
        raise ApiError(_problem(status, headers, body), retry_after=_seconds(headers.get("retry-after", "")))
    if call.form is bytes:
        return cast("F", body)
    try:
        read = msgspec.json.decode(body, type=call.form)
    except UNREADABLE as error:  # something between us and the node answered, or another edition of it
        raise _foreign(status, f"it cannot be read as {call.form.__name__}") from error
    if isinstance(read, Shown):
        return cast("F", msgspec.structs.replace(read, tag=headers.get("etag", "")))
    return read


def check_stream(call: Call[bytes], status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise ApiError where an answer is no stream of changes; `body` is read where the status is no success."""
    if status not in _GOOD:
        answer_of(call, status, headers, body)
    media = headers.get("content-type", "")
    if media.partition(";")[0].strip().lower() != EVENTS:
        raise _foreign(status, f"it is {media[:80] or 'of no type'} instead of a stream of changes")


def _problem(status: int, headers: Mapping[str, str], body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=Problem)
    except UNREADABLE:  # something between us and the node answered
        detail, why = "the answer is no problem of Evenhand's", ""
    if status in _MOVED:
        detail, why = "the answer points elsewhere, and is not followed", f"to {headers.get('location', '')[:200]}"
    return Problem(type="about:blank", title="", status=status, detail=detail, why=why)


def _foreign(status: int, why: str) -> ApiError:
    remedy = "check the address, and what stands between this program and the node"
    return ApiError(
        Problem(type="about:blank", title="", status=status, detail=_FOREIGN, why=f"{why}.", remedy=remedy)
    )


def _seconds(retry_after: str) -> float | None:
    """Read Retry-After (RFC 9110 section 10.2.3): seconds, or a date."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, until.timestamp() - time.time())


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
    """Publish a notice alone: refused wherever people have accounts."""
    return _json("POST", "/v1/notices", Written, draft, Idempotency_Key=_once(key))


def correct(shown: Shown, draft: Draft, key: str = "") -> Call[Written]:
    """Correct a notice alone, if it still is as shown: refused wherever people have accounts."""
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

    def __init__(self, last: str = "") -> None:
        self.last = last
        """The id after which to resume; the node gives one when it opens a stream, before anything happens."""
        self.opened = self.told = False
        """Whether this stream was accepted; whether it told a change."""
        self._fields: dict[str, list[str]] = {}

    def begin(self, *, opened: bool) -> None:
        """Forget what a stream before left half said."""
        self.opened, self.told, self._fields = opened, False, {}

    def line(self, line: str) -> Iterator[Change]:
        """Take one line without its end. Raises ApiError for a change that cannot be read."""
        if line:
            name, _, value = line.partition(":")
            if name:
                self._fields.setdefault(name, []).append(value.removeprefix(" "))
            return
        fields, self._fields = self._fields, {}
        if "data" in fields:
            try:
                change = msgspec.json.decode("\n".join(fields["data"]), type=Change)
            except UNREADABLE as error:
                raise _foreign(200, "a change of the stream cannot be read") from error
            self.told = True
            yield msgspec.structs.replace(change, id=fields.get("id", [""])[-1])
        self.last = fields.get("id", [self.last])[-1]  # now only: whoever stopped at the change hears it again
