"""Live changes as Server-Sent Events, resumed by what was read: `Last-Event-ID` holds a size for each ledger.

Knows:    entries of every ledger, and which of them are open to this member.
Told:     where a reader stopped; that something happened.
Answers:  one event for each record, in the order of its ledger, and a comment every few seconds.
Trusted:  yes, as `notice show`.

Who listens is identified again before every event and every comment: a stream ends with its key, its session or the
power to read. Listening keeps no session from ending by idleness.

There is no session and no queue: an id names sizes of append-only ledgers, so whoever reconnects, to this
process or the next, misses nothing. A withdrawal that overtakes its turn is told at once, marked
`overtaking`, and once more in its place: events are told at least once.

Source: WHATWG HTML, section 9.2 (server-sent events).
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Iterator
from typing import Final

import msgspec

from evenhand.api.callers import check_may, check_reader, identify, token_in
from evenhand.api.problems import HttpError
from evenhand.api.rows import Asked, Reply
from evenhand.exchange.feed import envelope_of
from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.ground.limits import API_CURSOR_CHARACTERS_MAX
from evenhand.node.member import Member
from evenhand.notices.model import (
    DocumentNotice,
    Flag,
    Link,
    Outcome,
    PersonNotice,
    Record,
    Sighting,
)
from evenhand.watchlist.opening import open_entry

MEDIA: Final = "text/event-stream"
_COMMENT_SECONDS: Final = 15.0
_ENTRIES: Final = 256
_ENDED: Final = b": ended: this key or session may not follow any more\n\n"


class ChangesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`from_start` tells everything held first; `last_event_id` is for who cannot set a header."""

    from_start: bool = False
    last_event_id: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record of a ledger. `kind` is as in the record; `notice` what it is about, where it is about one."""

    ledger: str
    entry: int
    at: str
    kind: str
    notice: str = ""
    version: int = 0
    overtaking: bool = False


def event_id(positions: dict[str, int]) -> str:
    """Return the id that resumes after these sizes."""
    return urlsafe_b64encode(canonical_bytes(positions)).decode("ascii").rstrip("=")


def positions_of(text: str) -> dict[str, int]:
    """Return the sizes an id stands for. Raises InputError."""
    if len(text) > API_CURSOR_CHARACTERS_MAX * 8:
        raise InputError("the event id is too long", remedy="begin again without one")
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=dict[str, int])
    except (ValueError, *UNREADABLE) as error:
        raise InputError("not an event id of this node", remedy="begin again without one") from error
    if any(size < 0 for size in found.values()):
        raise InputError("not an event id of this node", remedy="begin again without one")
    return found


def _check_held(member: Member, positions: dict[str, int]) -> None:
    """Refuse an id that this node cannot have given: it would be silent until its ledgers are as long.

    Raises InputError. A member who was ended stays in the roster, and so in every later id.
    """
    known = member.ledgers.codes()
    for code, size in positions.items():
        if code not in known or size > member.ledgers.log(code).size:
            raise InputError(
                "this event id is of more than this node holds",
                why="it is another node's, or this one is still fetching its ledgers again",
                remedy="begin again without an id; with `from_start=true` everything held is told once more",
            )


async def changes(asked: Asked) -> Reply:
    """Open a stream of changes. Raises InputError, or HttpError (429, 503) where too many are open."""
    member = asked.site.member
    told = asked.headers.get("last-event-id", "") or asked.query.last_event_id
    if told:
        positions = positions_of(told)
        _check_held(member, positions)
    elif asked.query.from_start:
        positions = {}
    else:
        positions = {code: member.ledgers.log(code).size for code in member.ledgers.codes()}
    assert asked.caller is not None
    stream = asked.service.streams.hold(asked.caller.who, _stream(asked, positions))
    return Reply(media=MEDIA, stream=stream, headers={"X-Accel-Buffering": "no"})


async def _stream(asked: Asked, positions: dict[str, int]) -> AsyncGenerator[bytes]:
    service, member = asked.service, asked.site.member
    overtook: set[tuple[str, int]] = set()
    seen = -1
    # An id at once: who is cut before anything happened resumes here, and misses nothing.
    yield b": changes\nid: %b\n\n" % event_id(positions).encode("ascii")
    while not service.stopping:
        quiet = True
        for change in fresh_changes(member, positions, overtook):
            quiet = False
            if not _may_follow(asked):
                yield _ENDED
                return
            yield _event(change, event_id(positions))
        if quiet:
            activity = await _wait(asked, seen)
            if not _may_follow(asked):
                yield _ENDED
                return
            if activity == seen:
                yield b": still here\n\n"
            seen = activity
        else:
            await asyncio.sleep(0)


def _may_follow(asked: Asked) -> bool:
    """Say whether the caller may still do what it was let in for."""
    need = asked.row.needs
    assert need != "open"
    try:
        caller = identify(asked.site, token_in(asked.headers.get("authorization", "")), acts=False)
        check_reader(asked.site, caller, for_members=asked.row.for_members)
        check_may(asked.site, caller, asked.row.operation, need)
    except HttpError:
        return False
    return True


async def _wait(asked: Asked, seen: int) -> int:
    driver = asked.site.driver
    if driver is None:
        await asyncio.sleep(_COMMENT_SECONDS)
        return asked.site.member.activity
    return await driver.activity(seen, _COMMENT_SECONDS)


def _event(change: Change, identity: str) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        identity.encode("ascii"), change.kind.encode("ascii"), msgspec.json.encode(change)
    )  # fmt: skip


def fresh_changes(member: Member, positions: dict[str, int], overtook: set[tuple[str, int]]) -> Iterator[Change]:
    """Yield some changes after the positions, moving them on."""
    for code in member.ledgers.codes():
        for index in sorted(member.ledgers.express.get(code, ())):
            if index >= positions.get(code, 0) and (code, index) not in overtook:
                overtook.add((code, index))
                waiting = member.ledgers.express[code][index]
                parts = {(index, name): data for name, data in waiting.parts}
                yield from _read(member, code, index, waiting.leaf, parts, overtaking=True)
    for code in member.ledgers.codes():
        log = member.ledgers.log(code)
        start = positions.get(code, 0)
        stop = min(log.size, start + _ENTRIES)
        if start >= stop:
            continue
        parts = log.parts(start, stop)
        for index, leaf in enumerate(log.entries(start, stop), start):
            positions[code] = index + 1
            overtook.discard((code, index))
            yield from _read(member, code, index, leaf, parts, overtaking=False)


def _read(
    member: Member, code: str, index: int, leaf: bytes, parts: dict[tuple[int, str], bytes], *, overtaking: bool
) -> Iterator[Change]:
    try:
        opened = open_entry(envelope_of(leaf), parts, member.watchlist.keyring)
    except EvenhandError:
        return  # damaged here: the node fetches it again, and `doctor` names it
    if opened.told is None:
        return  # sealed to others, or keys: nothing that concerns a reader
    record = opened.told.record
    yield Change(
        ledger=code, entry=index, at=envelope_of(leaf).time, kind=str(record.__struct_config__.tag),
        notice=_about(code, record), overtaking=overtaking,
        version=record.version if isinstance(record, PersonNotice | DocumentNotice) else 0,
    )  # fmt: skip


def _about(code: str, record: Record) -> str:
    if isinstance(record, Flag | Sighting | Outcome):
        return record.notice.key
    if isinstance(record, Link):
        return record.first.key
    notice_id = getattr(record, "notice_id", "")
    return f"{code}:{notice_id}" if notice_id else ""
