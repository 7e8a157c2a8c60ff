"""The service: admits a request, has it answered, and gives every answer its headers.

Knows:    keys, rates, purposes, parameters, repeats and preconditions; nothing of sockets or routers.
Told:     a row and a request as values.
Answers:  a reply; every refusal is an error of the product.
Trusted:  yes: nothing reaches an operation that was not admitted here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from evenhand.api.callers import check_may, check_reader, identify, not_known, token_in
from evenhand.api.links import read_link
from evenhand.api.problems import HttpError
from evenhand.api.rates import Rates, at_the_door, bucket_of
from evenhand.api.repeats import Repeats
from evenhand.api.rows import Asked, Reply, Row
from evenhand.api.streams import Streams
from evenhand.api.tags import is_of, notice_tag
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import EvenhandError, InputError, RefusedError
from evenhand.ground.limits import API_BODY_BYTES_MAX, API_HEADER_CHARACTERS_MAX
from evenhand.ground.store import Store
from evenhand.node.config import ApiRules
from evenhand.node.epochs import key_of_epoch
from evenhand.node.operations import perform
from evenhand.node.people.accounts import Caller
from evenhand.node.showing import ShowRequest, show
from evenhand.node.site import Progress, Site, Stated
from evenhand.screening.purpose import PURPOSES

PURPOSE: Final = "evenhand-purpose"
LEGAL_BASIS: Final = "evenhand-legal-basis"
REFERENCE: Final = "evenhand-reference"
_TITLE: Final = b"evenhand/repeats/answers/v2\n"
_IDS_ALONE: Final = frozenset(
    {
        "notice.publish", "notice.correct", "notice.withdraw", "notice.erase", "notice.flag", "notice.link",
        "notice.sighting", "redress.forget", "redress.take-back",
    }
)  # fmt: skip
"""Writes whose answers name no person, so that an erasure, which some of them are, does not concern them."""
_OK, _CREATED = 200, 201
_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"', re.ASCII)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came: header names in small letters, query values in order."""

    path_values: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    target: str = ""


@dataclass
class Service:
    """What all rows share."""

    site: Site
    rules: ApiRules
    store: Store
    streams: Streams = field(default_factory=Streams)
    stopping: bool = False
    parts: dict[str, Any] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    repeats: Repeats = field(init=False)
    rates: Rates = field(init=False)
    door: Rates = field(default_factory=at_the_door)

    def __post_init__(self) -> None:
        """Make what is built from the parts."""
        member = self.site.member
        self.repeats = Repeats(self.store, member.clock, key=member.keys.storage_key, seal=self._seal)
        self.rates = Rates(self.rules.requests_per_second)

    def _seal(self) -> bytes:
        member = self.site.member
        return key_of_epoch(member.store, member.keys.storage_key, _TITLE)

    def base_url(self, headers: Mapping[str, str]) -> str:
        """Return the address programs use: as configured, else as this request came."""
        scheme = "https" if self.rules.certificate else "http"
        return (self.rules.url or f"{scheme}://{headers.get('host', '')}").rstrip("/")

    # -- admission ---------------------------------------------------------------------------------------

    def admit(
        self, row: Row, headers: Mapping[str, str], values: Mapping[str, str] | None = None, *, address: str = ""
    ) -> Caller | None:
        """Return who asks. Raises HttpError: 401, 403, 415 or 429. Called before a body is read.

        Whoever is not known is counted by the `address` they come from: wrong keys, and knocking at the door.
        """
        now_ms = self.site.member.clock.now_ms()
        if row.needs == "open":
            if row.method != "GET":
                for rates in (self.rates, self.door):
                    rates.take(bucket_of(address), now_ms)
                _check_media(row, headers)
            return None
        try:
            if row.by_link:
                caller = self.site.people.program(read_link(self.site, values or {})[1])
            else:
                caller = identify(self.site, token_in(headers.get("authorization", "")))
        except HttpError:
            self.rates.take(bucket_of(address), now_ms)
            raise
        self.rates.take(caller.who, now_ms)
        try:
            check_reader(self.site, caller, for_members=row.for_members)
            check_may(self.site, caller, row.operation, row.needs)
        except HttpError as error:
            self._note(row, caller, refused=error.what)
            raise
        if not row.purpose and (row.run is not None or self.site.people.registry.is_empty):
            self._note(row, caller)  # questions note themselves, and so do operations where people have accounts
        _check_media(row, headers)
        return caller

    def _note(self, row: Row, caller: Caller, **more: str) -> None:
        """Have it recorded who came to which door, with the next write: at the latest within a second."""
        name = row.operation or f"{row.method} {row.path}"
        self.site.record_later("people.look", {"who": caller.who, "operation": name, **more})

    def _purpose(self, row: Row, caller: Caller | None, headers: Mapping[str, str]) -> tuple[str, str]:
        """Return purpose and legal basis, of the request or else the one of the key. Raises HttpError (400, 403).

        That somebody would have looked a person up without them is recorded, with the header and the code and not what
        the header said: whoever swaps two of them has written a traveller's name there, and a record is for good.
        """
        if not row.purpose or caller is None:
            return "", ""
        header, refusal = self._unreasoned(row, caller, headers)
        if refusal is not None:
            self._note(row, caller, refused=refusal.code, header=header)
            raise refusal
        return self._reasons(caller, headers)

    def _reasons(self, caller: Caller, headers: Mapping[str, str]) -> tuple[str, str]:
        entitled = caller.entitlement.purposes
        only = next(iter(entitled)) if len(entitled) == 1 else ""
        purpose = headers.get(PURPOSE, "").strip() or only
        return purpose, headers.get(LEGAL_BASIS, "").strip() or self.rules.legal_basis

    def _unreasoned(
        self, row: Row, caller: Caller, headers: Mapping[str, str]
    ) -> tuple[str, EvenhandError | None]:
        """Return which header is wanting, and the refusal; None where nothing is."""
        purpose, basis = self._reasons(caller, headers)
        if not purpose or not basis:
            return LEGAL_BASIS if purpose else PURPOSE, HttpError(
                400, "a person is looked up for a purpose and on a legal basis, and none was stated",
                code="purpose_missing", remedy="send Evenhand-Purpose and Evenhand-Legal-Basis",
            )  # fmt: skip
        if purpose not in PURPOSES:
            return PURPOSE, HttpError(
                400, f"{purpose[:40]!r} is no purpose", code="purpose_unknown",
                remedy=f"use one of {', '.join(PURPOSES)}",
            )  # fmt: skip
        if purpose not in caller.entitlement.purposes:
            return PURPOSE, HttpError(
                403, f"{caller.name} may not ask for {purpose}", code="not_entitled",
                remedy="have the entitlement changed first, or ask for what it was given for",
            )  # fmt: skip
        if PURPOSES[purpose].needs_movement and not headers.get(REFERENCE, "").strip() and not row.names_journey:
            return REFERENCE, HttpError(
                400, f"{purpose} needs the crossing, boarding or case it belongs to", code="reference_missing",
                remedy="send its number as Evenhand-Reference",
            )  # fmt: skip
        for name in (PURPOSE, LEGAL_BASIS, REFERENCE):
            if len(headers.get(name, "")) > API_HEADER_CHARACTERS_MAX:
                why = f"the limit is {API_HEADER_CHARACTERS_MAX} characters"
                return name, InputError(f"{name} is too long", why=why)
        return "", None

    def asked(self, row: Row, caller: Caller | None, incoming: Incoming) -> Asked:
        """Check parameters and purpose, and return the request. Raises InputError or HttpError."""
        values, headers = dict(incoming.path_values), incoming.headers
        if row.by_link:
            headers = {**headers, "authorization": "", **read_link(self.site, values)[0].headers}
        purpose, basis = self._purpose(row, caller, headers)
        query = None if row.lenient else _query(row, incoming.query)
        if row.lenient:
            _check_names(row.lenient_names, incoming.query)
            values = dict(incoming.query) | values
        token = token_in(headers.get("authorization", ""))
        site = self.site.asked_by(token, _nobody_hears) if caller is not None else self.site
        if caller is not None:
            reference = headers.get(REFERENCE, "").strip() if purpose else ""
            via = f"http {row.path}" if purpose else ""
            site.stated = Stated(purpose=purpose, legal_basis=basis, reference=reference, via=via, caller=caller)
        return Asked(
            caller=caller, site=site, service=self, values=values, headers=headers, body=incoming.body,
            row=row, stream=incoming.stream, query=query, purpose=purpose, legal_basis=basis,
        )  # fmt: skip

    # -- answering ---------------------------------------------------------------------------------------

    async def answer(self, row: Row, caller: Caller | None, incoming: Incoming) -> Reply:
        """Answer a request. Raises EvenhandError."""
        asked = self.asked(row, caller, incoming)
        key = incoming.headers.get("idempotency-key", "").strip()
        if row.keyed and caller is not None and (key or row.keyed == "must"):
            if not key or len(key) > API_HEADER_CHARACTERS_MAX:
                raise HttpError(
                    400, "this write needs an Idempotency-Key", code="idempotency_key_missing",
                    remedy="send a fresh random one, and the same again when you repeat the request",
                )  # fmt: skip
            return await self._once(asked, incoming, caller.who, key)
        await self._precondition(asked)
        return _finished(row, await self._perform(asked), incoming.headers)

    async def _once(self, asked: Asked, incoming: Incoming, who: str, key: str) -> Reply:
        """Do a write, or answer as it was answered: what it changed must not refuse its own repeat."""
        request = hashlib.sha256(b"%b %b\0" % (asked.row.method.encode(), incoming.target.encode()))
        request.update(msgspec.json.encode(incoming.query) + b"\0" + incoming.body)
        is_whole = asked.stream is None
        if asked.stream is not None:
            stream = _read_into(request, asked.stream, asked.row)
            if self.repeats.knows(who, key):
                async for _ in stream:
                    pass  # whether it is the same request, its last byte says
                is_whole = True
            asked = msgspec.structs.replace(asked, stream=stream)
        before = self.repeats.begin(who, key, request.digest() if is_whole else b"")
        if before is not None:
            return before
        if is_whole and asked.stream is not None:  # the first was refused while this one was read to its end
            self.repeats.refused(who, key)
            raise HttpError(
                409, "the same write was being done, and was refused", code="idempotency_key_in_use",
                remedy="send it again",
            )  # fmt: skip
        epoch = self._seal()
        try:
            await self._precondition(asked)
            reply = await self._perform(asked)
        except EvenhandError:
            self.repeats.refused(who, key)
            raise
        except BaseException:
            self.repeats.failed(who, key)
            raise
        bare = asked.row.operation in _IDS_ALONE
        # What was composed before an erasure is not kept after it.
        kept = not asked.row.shown_once and (bare or epoch == self._seal())
        kept &= len(reply.body) <= API_BODY_BYTES_MAX  # every refusal of an import, each with its words
        self.repeats.end(who, key, request.digest(), reply if kept else None, bare=bare)
        return reply

    async def _perform(self, asked: Asked) -> Reply:
        row = asked.row
        if row.run is not None:
            try:
                return await row.run(asked)
            finally:
                await asked.site.durable()  # who was looked up is on record before any answer leaves
        try:
            done = await perform(asked.site, row.operation, _request(asked))
        except RefusedError as error:
            if row.operation != "session.open":
                raise
            raise not_known(error.what, why=error.why, remedy=error.remedy) from error
        body = msgspec.json.encode(done) if row.render is None else row.render(done)
        headers = {}
        if row.operation == "notice.show":
            headers["ETag"] = notice_tag(done)
        elif row.status == _CREATED:
            headers["Location"] = f"/v1/notices/{done.key}"
        return Reply(body=body, status=row.status, media=row.media, headers=headers)

    async def _precondition(self, asked: Asked) -> None:
        """Hold If-Match against the notice in the path. Raises HttpError (412, 428)."""
        if not asked.row.guarded:
            return
        wanted = asked.headers.get("if-match", "").strip()
        if not wanted:
            if asked.row.guarded == "must":
                raise HttpError(
                    428, "say which version you are changing", code="precondition_required",
                    remedy="send the notice's ETag as If-Match; get it with GET /v1/notices/{notice}",
                )  # fmt: skip
            return
        if not is_of(wanted, await show(asked.site, ShowRequest(notice=asked.values["notice"]))):
            raise HttpError(
                412, "the notice has changed since you read it", code="precondition_failed",
                remedy="read it again, and decide again",
            )  # fmt: skip


def _check_media(row: Row, headers: Mapping[str, str]) -> None:
    """Refuse a body of another type, or one that is packed. Raises HttpError (415)."""
    if not row.has_body:
        return
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HttpError(
            415, "a body here is not packed", remedy="send it without Content-Encoding",
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != row.accepts:
        raise HttpError(
            415, f"a body here is {row.accepts}", remedy=f"send `Content-Type: {row.accepts}`",
            headers={"Accept": row.accepts},
        )  # fmt: skip


async def _read_into(request: hashlib._Hash, stream: AsyncIterator[bytes], row: Row) -> AsyncIterator[bytes]:
    """Yield a body as it comes, adding it to the digest of its request. Raises HttpError (413)."""
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > row.body_bytes_max:
            raise HttpError(413, "the body is too large", remedy=f"send at most {row.body_bytes_max} bytes at once")
        request.update(chunk)
        yield chunk


async def _nobody_hears(_: Progress) -> None:
    """Take progress that HTTP has no place for."""


def _query(row: Row, given: tuple[tuple[str, str], ...]) -> Any:  # noqa: ANN401 - a struct of the row
    """Return the query as the row's struct. Raises InputError on unknown, repeated or unreadable parameters."""
    known = row.parameters
    _check_names(() if known is None else known.__struct_encode_fields__, given)
    if known is None:
        return None
    try:
        return msgspec.convert(dict(given), known, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        cause = error.__cause__
        raise (cause if isinstance(cause, InputError) else InputError("a parameter is wrong", why=str(error))) from None


def _check_names(names: tuple[str, ...], given: tuple[tuple[str, str], ...]) -> None:
    """Refuse unknown and repeated parameters. Raises InputError."""
    seen: set[str] = set()
    for name, _ in given:
        if name not in names:
            able = f"use {', '.join(names)}" if names else "this path takes none"
            raise InputError(f"no parameter is called {name[:40]!r}", remedy=able)
        if name in seen:
            raise InputError(f"the parameter {name} is given twice")
        seen.add(name)


def _request(asked: Asked) -> bytes:
    """Return the JSON request of an operation: path, query and body put together. Raises InputError."""
    row = asked.row
    if row.method == "GET":
        stated = {} if asked.query is None else msgspec.to_builtins(asked.query)
        return msgspec.json.encode({**stated, **row.in_request(asked.values)})
    if not row.has_body and asked.body.strip() and _object(asked.body):
        raise InputError("this path takes no body", remedy="leave it empty")
    if not row.in_path and not row.body_field:
        return asked.body if row.has_body else b"{}"
    if row.body_field:
        whole = msgspec.Raw(_checked_json(asked.body))
        return msgspec.json.encode({**row.in_request(asked.values), row.body_field: whole})
    stated = {} if not row.has_body else _object(asked.body)
    for name in row.in_path:
        if name in stated:
            raise InputError(f"{name} is in the path already", remedy="leave it out of the body")
    return msgspec.json.encode({**stated, **row.in_request(asked.values)})


def _checked_json(body: bytes) -> bytes:
    _object(body)
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except UNREADABLE as error:
        raise InputError("the body is not a JSON object", why=str(error)) from error


def _finished(row: Row, reply: Reply, headers: Mapping[str, str]) -> Reply:
    """Give an answer that can be asked for again its ETag; answer 304 where the asker has it."""
    if row.method != "GET" or reply.stream is not None or reply.status != _OK:
        return reply
    tag = reply.headers.get("ETag") or f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
    told = headers.get("if-none-match", "")
    # Weakly compared (RFC 9110 section 13.1.2): a proxy that packs answers makes our tags weak ones.
    if told and (told.strip() == "*" or tag in [one.removeprefix("W/") for one in _ETAG.findall(told)]):
        return Reply(status=304, media="", headers={**reply.headers, "ETag": tag})
    return Reply(body=reply.body, media=reply.media, headers={**reply.headers, "ETag": tag})
