"""What this member holds, in the formats of others, page by page, within releasability and marks.

Knows:    how to gather a notice with its versions, parts, readers and sightings for the exporters.
Told:     a format, whose hands it is for, and the strictest marks that outlet may carry.
Answers:  pieces of the export, and how many notices were kept back.
Trusted:  yes: what leaves the member by file, feed or server is gathered here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from math import inf
from typing import Any, Final, Literal, NamedTuple

import msgspec

from evenhand.exchange.feed import envelope_of
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import RefusedError
from evenhand.identity.person import Name, Person
from evenhand.interop.export import ftm, misp, stix
from evenhand.interop.export.released import (
    Chosen,
    Earlier,
    Exportable,
    Pap,
    Seen,
    State,
    Terms,
    Tlp,
    choose,
    stricter,
)
from evenhand.ledger.envelope import Envelope
from evenhand.node.asking import standing_of
from evenhand.node.deciding.noting import note_released
from evenhand.node.details import detail_of, header_of
from evenhand.node.member import Member
from evenhand.node.site import Operation, Progress, Site
from evenhand.notices.model import Action, Handling, Notice, PersonNotice, Sighting, decode_record
from evenhand.watchlist.fold import Held, Version
from evenhand.watchlist.opening import audience_of, said_ms

PAGE_NOTICES: Final = 500
_STATES: Final[dict[str, State]] = {
    "stands": "stands", "suspended": "suspended", "expired": "expired", "blocked": "taken_back",
    "overruled": "taken_back", "not yet valid": "to_come",
}  # fmt: skip
"""How the words of `standing_of` travel; every other word means that the notice is gone for good."""
_APART_MS: Final = 3_600_000
"""How far two members may be apart in what they think is the marking of a notice: by their clocks, and by the way."""
_ANY_VERSION: Final = 2**53
"""Whatever redress keeps from standing under this number stands under none: it ordered deletion, not correction."""


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page of an export. `reader` is the member it is for, ourselves if absent; `after` a key, or nothing."""

    format: Literal["ftm", "stix", "misp"]
    reader: str | None = None
    tlp_max: Tlp = "AMBER+STRICT"
    pap_max: Pap = "RED"
    detail: bool = True
    after: str = ""


class ExportPage(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 500 notices. `pieces` are entities (ftm), objects (stix) or events (misp).

    `standing` and `taken_back` count what the page carries, `withheld` what it does not; `next` is the key to
    go on after, empty at the end.
    """

    pieces: tuple[dict[str, Any], ...]
    standing: int
    taken_back: int
    withheld: int
    next: str


async def export(site: Site, request: ExportRequest) -> ExportPage:
    """Export one page. Raises RefusedError for a reader who is not an active member."""
    terms = terms_of(site.member, request)
    keys = sorted(key for key in _keys(site.member) if key > request.after)
    page = keys[:PAGE_NOTICES]
    chosen = choose(gather(site.member, page, terms.reader), terms)
    if terms.reader != site.member.code:
        note_released(site, [item.key for item in chosen.items if item.stands], terms.reader)
        await site.casework.durable()
    await site.report(Progress(what="exporting", done=len(page), total=len(keys)))
    return ExportPage(
        pieces=tuple(_pieces(request.format, chosen)),
        standing=sum(item.stands for item in chosen.items),
        taken_back=sum(not item.stands for item in chosen.items),
        withheld=chosen.withheld,
        next=page[-1] if len(keys) > len(page) else "",
    )


def terms_of(member: Member, request: ExportRequest) -> Terms:
    """Return the terms of a request. Raises RefusedError for a reader who is not an active member."""
    reader = member.code if request.reader is None else request.reader.strip().upper()
    if not member.roster.is_active(reader):
        raise RefusedError(
            f"{reader[:20]} cannot be given an export", why="it is not an active member of the roster",
            remedy="see `evenhand roster show`",
        )  # fmt: skip
    return Terms(
        own=member.code, reader=reader, tlp_max=request.tlp_max, pap_max=request.pap_max, with_detail=request.detail
    )


def _pieces(form: str, chosen: Chosen) -> Iterator[dict[str, Any]]:
    if form == "ftm":
        yield from (one for item in chosen.items for one in ftm.entities(item))
    elif form == "misp":
        yield from (misp.event(item) for item in chosen.items)
    else:
        yield from stix.frame(chosen.items)
        yield from (one for item in chosen.items for one in stix.objects(item))


def _keys(member: Member) -> Iterator[str]:
    for code, ledger in member.watchlist.fold.ledgers.items():
        yield from (f"{code}:{notice_id}" for notice_id in ledger.notices)


# -- gathering ---------------------------------------------------------------------------------------------


def gather(member: Member, keys: list[str], reader: str) -> list[Exportable]:
    """Gather notices by key, with what `reader` may know of them as far as we know it ourselves."""
    sightings = _sightings(member, set(keys))
    now = member.clock.now_ms()
    found = []
    for key in keys:
        code, _, notice_id = key.partition(":")
        ledger = member.watchlist.fold.ledgers.get(code)
        held = None if ledger is None else ledger.notices.get(notice_id)
        item = None if held is None else _item(member, held, reader, now)
        if item is not None and held is not None and not item.erased:
            seen = tuple(_seen(member, held, one, reader) for one in sightings.get(key, ()))
            item = msgspec.structs.replace(item, sightings=seen)
        found += [] if item is None else [item]
    return found


def _item(member: Member, held: Held, reader: str, now_ms: int) -> Exportable | None:
    word = standing_of(member, held, now_ms)
    latest = held.latest
    if latest is None:
        return _erased(member, held, reader)
    notices = [(version, _notice_of(version)) for version in held.versions]
    notice, state = notices[-1][1], _state(member, held, word)
    standing = member.view.now(held.key, now_ms)
    said = [*_turns(held, latest), *([latest.expires_ms] if word == "expired" else [])]
    # What began later than it was said was taken back until then, and must be the later word when it begins.
    said += [latest.valid_from_ms + 1] if latest.time_ms < latest.valid_from_ms <= now_ms else []
    flag = member.watchlist.fold.ledger(member.code).flags.get(held.key) if reader == member.code else None
    said += [] if flag is None else [parse_ms(_envelope(member, member.code, flag[0]).time)]  # it changed the action
    return Exportable(
        originator=held.originator,
        notice=notice,
        earlier=tuple(
            Earlier(
                notice=one, readers=readers_for(member, held.originator, version.index, "match", reader),
                begun=version.valid_from_ms <= now_ms, until_ms=after.time_ms,
            )
            for (version, one), (after, _) in pairwise(notices)
        ),
        created_ms=held.versions[0].time_ms,
        modified_ms=max(said),
        gone_ms=_gone_ms(held) if state == "withdrawn" else 0,
        action=_action(notice, None if standing is None or reader != member.code else standing.action),
        state=state,
        detail=detail_of(member, held.originator, latest.index) if standing is not None and latest.detail else None,
        readers=readers_for(member, held.originator, latest.index, "match", reader),
        detail_readers=readers_for(member, held.originator, latest.index, "detail", reader),
    )


def _turns(held: Held, latest: Version) -> Iterator[int]:
    """Yield when anything was said that changed how the version in force stands: not what only says it again."""
    yield latest.time_ms
    ended = inf if held.retracted is None else held.retracted[0]
    before = "STANDING"
    for index, when, status in held.statuses:
        if status != before and index < ended:
            yield when
        before = status
    outdated = [when for index, when, number in held.outdated if latest.number <= number and index < ended]
    yield from outdated[:1]
    yield from (when for _, when, _ in held.outcomes.values())
    yield from [] if held.retracted is None else [held.retracted[1]]


def _gone_ms(held: Held) -> int:
    """Return by which word a notice went for good; 0 where nobody said one: its originator was expelled."""
    deleted = [when for _, when, outcome in held.outcomes.values() if outcome.decision == "DELETE"]
    return min([*deleted, *([] if held.retracted is None else [held.retracted[1]])], default=0)


def _notice_of(version: Version) -> Notice:
    notice = decode_record(version.text)
    assert isinstance(notice, Notice)
    return notice


def _state(member: Member, held: Held, word: str) -> State:
    """Return how a standing travels: as gone for good only where no later version or decision can bring it back."""
    if held.outcomes and member.view.overruled(held, _ANY_VERSION):
        return "withdrawn"
    return _STATES.get(word, "withdrawn")


def _action(notice: Notice, here: str | None) -> Action:
    """What is asked: our own flag lowers it for ourselves, and for nobody else."""
    return notice.action if here is None else msgspec.convert(here, Action)


def _erased(member: Member, held: Held, reader: str) -> Exportable | None:
    """Return an erased notice, of which only its id is left, for a reader who was released a version of it.

    What the entries said is gone, but not their envelopes: to whom each was sealed, and when it was written.
    """
    emptied = [
        _envelope(member, held.originator, index)
        for index in sorted(held.emptied)
        if _is_here(member, held.originator, index)
    ]
    if not any(_was_released(member, one, reader) for one in emptied):
        return None
    ended = held.erased_ms
    nothing = PersonNotice(
        notice_id=held.notice_id, version=1, category="erased", action="NONE", valid_from=format_ms(ended),
        review_by=format_ms(ended), expires=format_ms(ended), person=Person(names=(Name(text="erased"),)),
    )  # fmt: skip
    return Exportable(
        originator=held.originator, notice=nothing, created_ms=said_ms(emptied[0]), modified_ms=ended,
        action="NONE", state="withdrawn", readers=frozenset({reader}), erased=True,
    )  # fmt: skip


def _is_here(member: Member, code: str, index: int) -> bool:
    """Say whether an entry's envelope is held: an erasure may overtake what it empties."""
    return index < member.ledgers.log(code).size or index in member.ledgers.express.get(code, {})


def _was_released(member: Member, envelope: Envelope, reader: str) -> bool:
    header = header_of(envelope, "match")
    if header is None:
        return False
    name, keyring = audience_of(envelope, header), member.watchlist.keyring
    return keyring.key(name) is not None if reader == member.code else keyring.may_read(reader, name)


class _Sighted(NamedTuple):
    """A sighting and its entry."""

    code: str
    entry: int
    said: Sighting


def _sightings(member: Member, keys: set[str]) -> dict[str, list[_Sighted]]:
    """Return by notice who saw it, and what was said."""
    found: dict[str, list[_Sighted]] = {}
    for code in sorted(member.watchlist.fold.ledgers):
        for index, sighting in sorted(member.watchlist.fold.ledgers[code].sightings.items()):
            if sighting.notice.key in keys:
                found.setdefault(sighting.notice.key, []).append(_Sighted(code, index, sighting))
    return found


def _seen(member: Member, held: Held, one: _Sighted, reader: str) -> Seen:
    said = parse_ms(_envelope(member, one.code, one.entry).time)
    handling, marked_ms = _marks_of(held, said)
    return Seen(
        member=one.code, said_ms=said, sighting=one.said, handling=handling, marked_ms=marked_ms,
        readers=readers_for(member, one.code, one.entry, "match", reader),
    )  # fmt: skip


def _marks_of(held: Held, said_ms: int) -> tuple[Handling, int]:
    """Return the marks of what a member said of a notice then: the stricter of then and now; and since when.

    Its clock may be wrong, and a version takes time to reach it: so the strictest of an hour before and after. What was
    said before the first version known here goes by that one.
    """
    versions = [(version.time_ms, _notice_of(version).handling) for version in held.versions]
    before = [marks for time_ms, marks in versions if time_ms <= said_ms - _APART_MS][-1:] or [versions[0][1]]
    then = reduce(stricter, (marks for time_ms, marks in versions if abs(time_ms - said_ms) < _APART_MS), before[0])
    since, now = 0, stricter(then, versions[-1][1])
    for time_ms, marks in reversed(versions):
        if stricter(then, marks) != now:
            break
        since = time_ms
    return now, since


def _envelope(member: Member, code: str, index: int) -> Envelope:
    log = member.ledgers.log(code)
    if index < log.size:
        return envelope_of(log.entries(index, index + 1)[0])
    return envelope_of(member.ledgers.express[code][index].leaf)  # an urgent entry ahead of its turn


def readers_for(member: Member, code: str, index: int, part: str, reader: str) -> frozenset[str] | None:
    """Return who may read a part, as far as it concerns `reader`; None needs no look: it is ourselves."""
    if reader == member.code:
        return None
    envelope = _envelope(member, code, index)
    header = header_of(envelope, part)
    may = header is not None and member.watchlist.keyring.may_read(reader, audience_of(envelope, header))
    return frozenset({reader}) if may else frozenset()


EXPORTING: Final = (Operation("export", ExportRequest, "operate", export),)
