"""Live changes as Server-Sent Events, resumed by what was read: `Last-Event-ID` holds the places of a reader.

Knows:    who may follow, and for how long.
Told:     where a reader stopped; that something happened.
Answers:  one event for each record, in the order of its ledger, or when it opened; a comment every few seconds.
Trusted:  yes, as `notice show`.

Who listens is identified again before every event and every comment: a stream ends with its key, its session or the
power to read. Listening keeps no session from ending by idleness.

There is no session and no queue: an id names places in append-only ledgers, and one in the order of the parts that came
late (`changes`), so whoever reconnects, to this process or the next, misses nothing. A withdrawal that overtakes its
turn is told at once, marked `overtaking`, and once more in its place; what opened later than its turn is marked `late`.
Events are told at least once.

Source: WHATWG HTML, section 9.2 (server-sent events).
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator
from typing import Final

import msgspec

from evenhand.api.callers import check_may, check_reader, identify, token_in
from evenhand.api.changes import LATE, Change, Reading, ledger_of, places_now
from evenhand.api.problems import HttpError
from evenhand.api.rows import Asked, Reply
from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_CURSOR_CHARACTERS_MAX
from evenhand.node.member import Member

MEDIA: Final = "text/event-stream"
_COMMENT_SECONDS: Final = 15.0
_PLACES_MAX: Final = 2**53
"""No ledger is as long, and no instant as late: it is the year 2255."""
_ENDED: Final = b": ended: this key or session may not follow any more\n\n"


class ChangesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`from_start` tells everything held first; `last_event_id` is for who cannot set a header."""

    from_start: bool = False
    last_event_id: str = ""


def event_id(places: dict[str, int]) -> str:
    """Return the id that resumes after these places."""
    return urlsafe_b64encode(canonical_bytes(places)).decode("ascii").rstrip("=")


def positions_of(text: str) -> dict[str, int]:
    """Return the places an id stands for. Raises InputError."""
    if len(text) > API_CURSOR_CHARACTERS_MAX * 8:
        raise InputError("the event id is too long", remedy="begin again without one")
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=dict[str, int])
    except (ValueError, *UNREADABLE) as error:
        raise InputError("not an event id of this node", remedy="begin again without one") from error
    if any(not 0 <= place < _PLACES_MAX for place in found.values()):
        raise InputError("not an event id of this node", remedy="begin again without one")
    return found


def _check_held(member: Member, places: dict[str, int]) -> None:
    """Refuse an id that this node cannot have given: it would be silent until its ledgers are as long.

    Raises InputError. A member who was ended stays in the roster, and so in every later id. An instant of late parts is
    never beyond what is to come.
    """
    known = member.ledgers.codes()
    for place, size in places.items():
        code = ledger_of(place)
        if place != LATE and (code not in known or size > member.ledgers.log(code).size):
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
        places = positions_of(told)
        _check_held(member, places)
    else:
        places = {} if asked.query.from_start else places_now(member)
    assert asked.caller is not None
    reading = Reading(member, places)
    stream = asked.service.streams.hold(asked.caller.who, _stream(asked, reading))
    return Reply(media=MEDIA, stream=stream, headers={"X-Accel-Buffering": "no"})


async def _stream(asked: Asked, reading: Reading) -> AsyncGenerator[bytes]:
    service, member = asked.service, asked.site.member
    seen = -1
    # An id at once: who is cut before anything happened resumes here, and misses nothing.
    yield b": changes\nid: %b\n\n" % event_id(reading.places).encode("ascii")
    while not service.stopping:
        for change in reading.turn():
            if not _may_follow(asked):
                yield _ENDED
                return
            yield _event(change, event_id(reading.places))
        if not reading.has_come_to(places_now(member)):
            await asyncio.sleep(0)
            continue
        activity = await _wait(asked, seen)
        if not _may_follow(asked):
            yield _ENDED
            return
        if activity == seen:
            yield b": still here\n\n"
        seen = activity


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
