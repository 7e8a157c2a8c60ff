"""TAXII 2.1: notices as STIX 2.1 for whoever polls, one collection for each reader and audience.

Knows:    TAXII's resources, filters, headers and media type.
Told:     polls.
Answers:  envelopes and manifests in the order things became known; `next` wherever there is more.
Trusted:  yes. Nothing is ever deleted: what is taken back comes again, empty. What was corrected is not shown again.

A key whose unit is another member's code reads as that member, while that one is active, and nothing but TAXII
(`callers.check_reader`); every other key as this member.
Source: OASIS TAXII 2.1 (10 June 2021), sections 3 to 5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from evenhand.api.callers import reads_for
from evenhand.api.entities import number_in
from evenhand.api.headers import accepts
from evenhand.api.problems import TAXII as MEDIA
from evenhand.api.problems import TAXII_ROOT, HttpError
from evenhand.api.rows import Asked, Reply, Row
from evenhand.api.taxii_feed import AUDIENCES, TITLES, Feed, collection_id
from evenhand.api.taxii_objects import Line
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, NotFoundError
from evenhand.ground.limits import API_BODY_BYTES_MAX, API_PAGE_ITEMS, API_PAGE_ITEMS_MAX, TAXII_LOOKS_MAX
from evenhand.ground.paging import after_of, cursor
from evenhand.node.deciding.noting import note_released
from evenhand.trust.permissions import Permission

_STIX: Final = "application/stix+json;version=2.1"
_ROOT: Final = f"{TAXII_ROOT}/notices"
_SLACK_US: Final = 60_000_000
"""A reader that counts by its own clock may be this much ahead of ours; it knows repeats by id and version."""
_TURN: Final = 500
"""Lines between two looks at the network: some 2 ms."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE_DIGITS_MAX: Final = 19
_FILTERS: Final = ("match[id]", "match[type]", "match[version]", "match[spec_version]")
_VERSIONS: Final = frozenset({"first", "last", "all"})
_PAGED: Final = ("added_after", "limit", "next", *_FILTERS)


def _check_accept(asked: Asked) -> None:
    """Refuse who cannot read TAXII. Raises HttpError (406)."""
    if not accepts(asked.headers.get("accept", ""), MEDIA):
        raise HttpError(406, "only TAXII 2.1 is spoken here", remedy=f"send Accept: {MEDIA}")


def _reply(value: object, headers: dict[str, str] | None = None) -> Reply:
    return Reply(body=msgspec.json.encode(value), media=MEDIA, headers=headers or {})


async def discovery(asked: Asked) -> Reply:
    """Say where the API root is: an absolute URL, which clients follow."""
    _check_accept(asked)
    root = f"{asked.service.base_url(asked.headers)}{_ROOT}/"
    member = asked.site.member
    said = {"title": f"Evenhand {member.code}", "description": f"Notices as {member.code} holds them.",
            "default": root, "api_roots": [root]}  # fmt: skip
    return _reply(said)


async def api_root(asked: Asked) -> Reply:
    """Describe the API root."""
    _check_accept(asked)
    said = {"title": "Notices", "versions": [MEDIA], "max_content_length": API_BODY_BYTES_MAX}
    return _reply(said)


async def status(asked: Asked) -> Reply:
    """Say that no status is kept: nothing is written here. Raises NotFoundError."""
    _check_accept(asked)
    raise NotFoundError("there is no status with this id", why="collections here are not written to by TAXII")


def _reader(asked: Asked) -> str:
    """Return the member who reads; that it is an active one was checked at admission."""
    assert asked.caller is not None
    return reads_for(asked.site, asked.caller)


def _feed(asked: Asked) -> Feed:
    feeds: dict[str, Feed] = asked.service.parts.setdefault("taxii", {})
    reader = _reader(asked)
    if reader not in feeds:
        feeds[reader] = Feed(asked.service.store, asked.site.member, reader)
    return feeds[reader]


def _collection(asked: Asked, audience: str) -> dict[str, Any]:
    member, reader = asked.site.member, _reader(asked)
    return {
        "id": collection_id(member, reader, audience), "title": f"{TITLES[audience]}, for {reader}",
        "alias": f"{reader.lower()}-{audience}", "can_read": True, "can_write": False, "media_types": [_STIX],
    }  # fmt: skip


def _audience(asked: Asked) -> str:
    wanted = asked.values["collection"]
    for audience in AUDIENCES:
        one = _collection(asked, audience)
        if wanted in {one["id"], one["alias"]}:
            return audience
    raise NotFoundError("there is no such collection for this key", remedy=f"see {_ROOT}/collections/")


async def collections(asked: Asked) -> Reply:
    """List the collections of whoever asks."""
    _check_accept(asked)
    return _reply({"collections": [_collection(asked, audience) for audience in AUDIENCES]})


async def collection(asked: Asked) -> Reply:
    """Describe one collection."""
    _check_accept(asked)
    return _reply(_collection(asked, _audience(asked)))


class _Page(msgspec.Struct, frozen=True):
    lines: list[tuple[int, Line]]
    next: str

    def headers(self) -> dict[str, str]:
        if not self.lines:
            return {}
        first, last = self.lines[0][0], self.lines[-1][0]
        return {"X-TAXII-Date-Added-First": _format(first), "X-TAXII-Date-Added-Last": _format(last)}


async def _page(asked: Asked, *, only: str = "") -> _Page:
    """Return a page of lines by the filters asked for. Raises InputError or NotFoundError."""
    _check_accept(asked)
    values, audience, feed = asked.values, _audience(asked), _feed(asked)
    values = {**values, "match[version]": _versions(values.get("match[version]", ""))}
    limit = min(number_in(values, "limit", API_PAGE_ITEMS, most=10**8), API_PAGE_ITEMS_MAX)
    if not limit:
        raise InputError("limit must be above 0")
    await feed.follow()
    question = [audience, only, *(values.get(name, "") for name in (*_FILTERS, "added_after"))]
    token = values.get("next", "")
    after = _place(after_of(token, question)) if token else _after(values, feed, audience)
    named = [only] if only else list(filter(None, values.get("match[id]", "").split(",")))
    if named:
        found = [one for one in (feed.line(audience, name) for name in dict.fromkeys(named)) if one is not None]
        lines = sorted(one for one in found if one[0] > after and _fits(one[1], values))
        last = lines[limit - 1][0] if len(lines) > limit else None
    else:
        lines, last = await _look(feed, audience, after, values, limit)
    return _Page(lines[:limit], "" if last is None else cursor(str(last), question))


async def _look(
    feed: Feed, audience: str, after: int, values: Mapping[str, str], limit: int
) -> tuple[list[tuple[int, Line]], int | None]:
    """Return up to `limit` lines that pass the filters, and the instant to go on after; None at the end.

    Few may pass, or none: others have their turn meanwhile, and after many looks the page ends before it is full.
    """
    step = max(_TURN, limit + 1)  # without filters a page is one look: nothing changes while it is made
    lines: list[tuple[int, Line]] = []
    last: int | None = after
    turns = 0
    while last is not None and turns * step < TAXII_LOOKS_MAX:
        if turns:
            await asyncio.sleep(0)
        looked = list(islice(feed.lines(audience, last), step))
        fitting, room = [one for one in looked if _fits(one[1], values)], limit - len(lines)
        lines += fitting[:room]
        turns += 1
        if len(fitting) > room:
            last = lines[-1][0]
            break
        last = looked[-1][0] if len(looked) == step else None
    if turns > 1:
        await feed.follow()
        lines = [one for one in lines if feed.is_date_added(audience, one[0])]  # what was replaced comes at the end
    return lines, last


def _place(text: str) -> int:
    """Return where a cursor goes on, in microseconds. Raises InputError for what no answer of ours gave."""
    if not (text.isascii() and text.isdigit() and len(text) <= _PLACE_DIGITS_MAX):
        raise InputError("not a cursor of this API", remedy="begin again without `next`")
    return int(text)


def _after(values: Any, feed: Feed, audience: str) -> int:  # noqa: ANN401 - the request's values
    text = values.get("added_after", "")
    if not text:
        return 0
    instant = _parse(text)
    return instant if feed.is_date_added(audience, instant) else max(0, instant - _SLACK_US)


def _versions(text: str) -> str:
    """Return the versions asked for, instants as lines have them: 12:00:00Z is 12:00:00.000Z. Raises InputError."""
    return ",".join(one if one in _VERSIONS else _instant(one) for one in (text or "last").split(","))


def _instant(text: str) -> str:
    instant_us = _parse(text)
    return text if instant_us % 1000 else format_ms(instant_us // 1000)  # no version of ours is finer than that


def _fits(line: Line, values: Any) -> bool:  # noqa: ANN401 - the request's values
    """Say whether a line passes the filters (section 3.4). Of an object's versions only the last is held."""
    ids, kinds = values.get("match[id]", ""), values.get("match[type]", "")
    versions, specs = values["match[version]"], values.get("match[spec_version]", "")
    return (
        (not ids or line.object_id in ids.split(","))
        and (not kinds or line.object_id.partition("--")[0] in kinds.split(","))
        and not {line.version, *_VERSIONS}.isdisjoint(versions.split(","))
        and (not specs or "2.1" in specs.split(","))
    )


async def objects(asked: Asked) -> Reply:
    """Return an envelope of objects."""
    return await _envelope(asked, await _page(asked))


async def one_object(asked: Asked) -> Reply:
    """Return an envelope of one object. Raises NotFoundError."""
    wanted = unquote(asked.values["object"])
    page = await _page(asked, only=wanted)
    if not page.lines and _feed(asked).line(_audience(asked), wanted) is None:
        raise NotFoundError("there is no such object in this collection")
    return await _envelope(asked, page)


async def _envelope(asked: Asked, page: _Page) -> Reply:
    made = [msgspec.Raw(one) for one in _feed(asked).objects.of(line for _, line in page.lines)]
    await _put_on_record(asked, page)
    said: dict[str, Any] = {"more": True, "next": page.next} if page.next else {"more": False}
    return _reply(said | ({"objects": made} if made else {}), page.headers())


async def _put_on_record(asked: Asked, page: _Page) -> None:
    """Record, before the page leaves, which notices another member is given by it for the first time in this version.

    Polls repeat what was given; that somebody polled is recorded at admission each time.
    """
    feed = _feed(asked)
    new = [(added, line) for added, line in page.lines if line.number and not line.told]
    if not new or feed.reader == asked.site.member.code:
        return
    keys = dict.fromkeys(line.notice for _, line in new)
    note_released(asked.site, list(keys), feed.reader, asked.caller)
    await asked.site.durable()
    feed.note_told(_audience(asked), new)


async def manifest(asked: Asked) -> Reply:
    """Return when each object was added."""
    page = await _page(asked)
    listed = [
        {"id": line.object_id, "date_added": _format(added), "version": line.version, "media_type": _STIX}
        for added, line in page.lines
    ]
    said: dict[str, Any] = {"more": True, "next": page.next} if page.next else {"more": False}
    return _reply(said | ({"objects": listed} if listed else {}), page.headers())


async def versions(asked: Asked) -> Reply:
    """Return the versions held of one object: the last. Raises NotFoundError."""
    wanted = unquote(asked.values["object"])
    page = await _page(asked, only=wanted)
    if not page.lines and _feed(asked).line(_audience(asked), wanted) is None:
        raise NotFoundError("there is no such object in this collection")
    listed = [line.version for _, line in page.lines]
    said: dict[str, Any] = {"more": True, "next": page.next} if page.next else {"more": False}
    return _reply(said | ({"versions": listed} if listed else {}), page.headers())


async def refuse_write(asked: Asked) -> Reply:
    """Refuse to take objects. Raises HttpError (403)."""
    _audience(asked)
    raise HttpError(
        403, "this collection is not written to", code="read_only",
        remedy="publish a notice with POST /v1/notices: it is signed, and its audience chosen",
    )  # fmt: skip


def _format(instant_us: int) -> str:
    moment = _EPOCH + timedelta(microseconds=instant_us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _parse(text: str) -> int:
    """Read an RFC 3339 instant into microseconds. Raises InputError."""
    try:
        moment = datetime.fromisoformat(text)
        return max(0, (moment - _EPOCH) // timedelta(microseconds=1))
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"not an RFC 3339 time: {text[:40]!r}", remedy="write 2026-01-31T12:00:00.000000Z") from error


_IN: Final = f"{_ROOT}/collections/{{collection}}"
_row: Final = partial(Row, tag="TAXII", media=MEDIA, power=Permission.NOTICE_READ, for_members=True)
_paged: Final = partial(_row, lenient=True, lenient_names=_PAGED, statuses=(406,))
ROWS: Final = (
    _row("GET", TAXII_ROOT, "Discovery", run=discovery, statuses=(406,)),
    _row("GET", _ROOT, "The API root", run=api_root, statuses=(406,)),
    _row("GET", f"{_ROOT}/status/{{status}}", "A status", run=status, statuses=(406,)),
    _row("GET", f"{_ROOT}/collections", "Collections", run=collections, statuses=(406,)),
    _row("GET", _IN, "A collection", run=collection, statuses=(406,)),
    _paged("GET", f"{_IN}/manifest", "When each object was added", run=manifest),
    _paged("GET", f"{_IN}/objects", "Objects", run=objects),
    _row("POST", f"{_IN}/objects", "Refused: collections are not written to", run=refuse_write,
         accepts="application/taxii+json", status=202),
    _paged("GET", f"{_IN}/objects/{{object}}", "One object", run=one_object),
    _paged("GET", f"{_IN}/objects/{{object}}/versions", "Versions of an object", run=versions),
)  # fmt: skip
