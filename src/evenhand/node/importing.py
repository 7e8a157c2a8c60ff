"""Importing a list: read it, compare it with what we published of it, publish exactly the difference.

Knows:    where a list comes from, and which of our notices came from it.
Told:     a format, a place and a policy.
Answers:  what was done or would be done, every refusal, or an alarm and nothing done.
Trusted:  yes: it speaks in the member's name, for thousands of notices at once.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Final, Protocol

import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import RefusedError, UsageError
from evenhand.interop import template
from evenhand.interop.formats import ListFormat, one_file, read_list
from evenhand.interop.importing import Fate, HeldNotice, Planner, known_by
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import ImportPolicy, content_digest, to_notice, too_wide
from evenhand.node import list_editions
from evenhand.node.details import detail_of, order_in
from evenhand.node.list_formats import format_called, list_formats
from evenhand.node.list_places import files_at, lines_at
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Progress, Site
from evenhand.node.telling import reach
from evenhand.notices.model import Notice, PersonNotice, Retraction, decode_record
from evenhand.watchlist.fold import Held
from evenhand.watchlist.release import ALL, parse_label

_GONE: Final = "No longer on the list it came from."
_BY_PERSON: Final = (
    "its notice was withdrawn or erased here by a person; publish it by hand if it shall stand again"
)
_CHUNK: Final = 250  # entries between two looks at the network, and two lines of progress


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to import. `place` is an absolute path or a URL; `policy` overrides the careful default.

    `columns` is for the format `template`: the template's column for a column of the table.
    """

    format: str
    place: str
    dry_run: bool = False
    accept_mass_withdrawal: bool = False
    accept_older_edition: bool = False
    policy: ImportPolicy | None = None
    columns: dict[str, str] | None = None
    audience: str = ALL
    detail_audience: str = ALL


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or would be: counts of notices; every refusal of the list with line and reason."""

    list: str
    edition: str
    dry_run: bool
    published: int
    corrected: int
    withdrawn: int
    unchanged: int
    refusals: tuple[Refusal, ...]
    alarm: str


async def import_list(site: Site, request: ImportRequest) -> Imported:
    """Import a list. Raises InputError before anything changed, RefusedError on a mass withdrawal.

    The list is gone through twice, to plan and to publish; a list of lines is never in memory as a whole.
    """
    format_ = _format(request)
    await site.report(Progress(what="reading the list", done=0, total=0))
    if format_.lines is not None:
        async with lines_at(request.place) as lines:
            return await _import(site, request, _Streamed(format_, lines))
    files = await files_at(request.format, request.place)
    parsed = await asyncio.to_thread(read_list, request.format, files, formats={request.format: format_})
    return await _import(site, request, _Whole(format_, parsed))


def _format(request: ImportRequest) -> ListFormat:
    formats = list_formats()
    if request.columns is not None:
        if request.format != template.LIST_NAME:
            raise UsageError(
                f"columns are mapped for the format {template.LIST_NAME!r} alone", remedy="leave the columns out"
            )
        mapped = partial(template.parse, mapping=request.columns)
        return replace(formats[request.format], parse=one_file(request.format, mapped))
    return format_called(request.format, formats)


class _Reading(Protocol):
    """A list that can be gone through as often as needed; `edition` is known after the first time.

    It is `dated` where it has a date of its own, not only dates of its entries.
    """

    format: ListFormat
    name: str
    edition: str
    dated: bool

    def told(self) -> Iterator[ImportedEntry | Refusal]:
        """Yield entries and refusals, in the same order each time."""


class _Whole:
    def __init__(self, format_: ListFormat, parsed: ParsedList) -> None:
        self.format, self.name, self.edition = format_, parsed.name, parsed.edition
        self._parsed, self.dated = parsed, True

    def told(self) -> Iterator[ImportedEntry | Refusal]:
        return chain(self._parsed.refusals, self._parsed.entries)


class _Streamed:
    def __init__(self, format_: ListFormat, lines: Callable[[], Iterator[bytes]]) -> None:
        assert format_.lines is not None
        self.format, self.name, self.edition = format_, format_.name, ""
        self._read, self._lines, self.dated = format_.lines, lines, False

    def told(self) -> Iterator[ImportedEntry | Refusal]:
        for one in self._read(self._lines):
            if isinstance(one, ImportedEntry):
                self.edition = max(self.edition, one.source.edition or "")
            yield one


async def _batches(reading: _Reading) -> AsyncIterator[list[ImportedEntry | Refusal]]:
    """Yield what a list says in pieces, read beside the network's thread."""
    told = reading.told()
    while batch := await asyncio.to_thread(lambda: list(islice(told, _CHUNK))):
        yield batch


async def _import(site: Site, request: ImportRequest, reading: _Reading) -> Imported:
    policy = _policy(site, request, reading.format.policy)
    planner = Planner(held_of(site.member, reading.name), policy)
    labels = _labels(site.member, request)
    done = 0
    async for batch in _batches(reading):
        objections = _too_wide(site.member, batch, labels) | _set_apart(site.member, batch, planner)
        await asyncio.to_thread(_plan, planner, batch, objections)
        done += len(batch)
        await site.report(Progress(what="reading the list", done=done, total=0))
    stale = list_editions.objection(site.member, reading.name, reading.edition) if reading.dated else ""
    answer = _answer(reading, planner, "" if request.accept_older_edition else stale, dry_run=request.dry_run)
    if request.dry_run:
        return answer
    if stale and not request.accept_older_edition:
        raise RefusedError(
            "the import was stopped and nothing was changed", why=stale,
            remedy="get the newest edition; if you truly want this one, repeat with --accept-older-edition",
        )  # fmt: skip
    if answer.alarm and not request.accept_mass_withdrawal:
        raise RefusedError(
            "the import was stopped and nothing was changed", why=answer.alarm,
            remedy="make sure the list is whole and its numbers stand; if so, repeat with --accept-mass-withdrawal",
        )  # fmt: skip
    if reading.dated:
        list_editions.remember(site.member, reading.name, reading.edition)
    await _publish(site, request, planner, reading, policy)
    return answer


def _plan(planner: Planner, batch: list[ImportedEntry | Refusal], objections: Mapping[str, str]) -> None:
    for one in batch:
        if isinstance(one, Refusal):
            planner.refuse(one)
        else:
            planner.take(one, objections.get(one.entry_id, ""))


def _answer(reading: _Reading, planner: Planner, stale: str, *, dry_run: bool) -> Imported:
    return Imported(
        list=reading.name, edition=reading.edition, dry_run=dry_run, published=planner.count(Fate.PUBLISH),
        corrected=planner.count(Fate.CORRECT), withdrawn=len(planner.gone()),
        unchanged=planner.count(Fate.UNCHANGED), refusals=tuple(planner.refusals),
        alarm="; ".join(one for one in (stale, planner.alarm()) if one),
    )  # fmt: skip


def _policy(site: Site, request: ImportRequest, careful: ImportPolicy) -> ImportPolicy:
    if request.policy is not None:
        return request.policy
    percent = site.config.imports.withdraw_percent_max
    return msgspec.structs.replace(careful, withdraw_percent_max=percent)


def held_of(member: Member, list_name: str) -> dict[str, HeldNotice]:
    """Return what stands of a list in our own ledger, by entry id.

    A notice past its review date has an empty digest: an entry that the list still has is then confirmed by
    a new version, because the list's next edition is the review.
    """
    now = member.clock.now_ms()
    found = {}
    for held in member.watchlist.fold.ledger(member.code).notices.values():
        latest = held.latest
        if latest is None or held.retracted is not None or latest.source is None or latest.source[0] != list_name:
            continue
        notice, detail = decode_record(latest.text), detail_of(member, member.code, latest.index)
        assert isinstance(notice, Notice)
        due = detail is None or now >= parse_ms(notice.review_by)
        digest = "" if due or detail is None else content_digest(notice, detail)
        told = notice.person if isinstance(notice, PersonNotice) else notice.document
        found[latest.source[1]] = HeldNotice(
            notice_id=held.notice_id, version=latest.number, digest=digest, known_by=known_by(told)
        )
    return found


def imported_id(member: Member, entry: ImportedEntry, generation: int = 0) -> str:
    """Return the id of the notice an entry becomes: opaque to others, the same here at every import.

    So an entry is recognised even when erasure has left nothing of its notice but the id.
    """
    said = f"evenhand/import/v1/{entry.source.list}/{entry.entry_id}/{generation}"
    return hmac.digest(member.keys.storage_key, said.encode(), "sha256")[:16].hex()


def _fresh_id(member: Member, entry: ImportedEntry) -> tuple[str, bool]:
    """Return an unused id for an entry, and whether a person took its last notice back."""
    notices = member.watchlist.fold.ledger(member.code).notices
    generation = 0
    by_person = False
    while (last := notices.get(imported_id(member, entry, generation))) is not None:
        by_person = last.erased or not _withdrawn_by_import(member, last)
        generation += 1
    return imported_id(member, entry, generation), by_person


def _withdrawn_by_import(member: Member, held: Held) -> bool:
    record = None if held.retracted is None else order_in(member, member.code, held.retracted[0])
    return isinstance(record, Retraction) and record.reason == _GONE


def _set_apart(member: Member, batch: list[ImportedEntry | Refusal], planner: Planner) -> dict[str, str]:
    """Object to entries whose notice a person withdrew or erased here: a list must not bring it back by itself."""
    return {
        one.entry_id: _BY_PERSON
        for one in batch
        if isinstance(one, ImportedEntry) and one.entry_id not in planner.held and _fresh_id(member, one)[1]
    }


def _labels(member: Member, request: ImportRequest) -> tuple[str, str]:
    """Return the labels of both audiences. Raises RefusedError."""
    match, detail = (
        parse_label(label, member.roster, member.code) for label in (request.audience, request.detail_audience)
    )
    return match, detail


def _too_wide(
    member: Member, batch: list[ImportedEntry | Refusal], labels: tuple[str, str]
) -> dict[str, str]:
    """Object to entries that would be published to more members than their marks allow."""
    to_all, to_others = ALL in labels, {*labels} != {member.code}
    return {
        one.entry_id: why
        for one in batch
        if isinstance(one, ImportedEntry) and (why := too_wide(one.handling, to_all=to_all, to_others=to_others))
    }


# -- publishing the difference ---------------------------------------------------------------------------


async def _publish(
    site: Site, request: ImportRequest, planner: Planner, reading: _Reading, policy: ImportPolicy
) -> None:
    """Publish a plan in pieces: withdrawals first; whoever interrupts it repeats the import."""
    member = site.member
    now = member.clock.now_ms()
    match, detail = _labels(member, request)
    withdrawals = [
        Outgoing(
            Retraction(notice_id=one.held.notice_id, reason=_GONE),
            match_label=reach(site, site.own(one.held.notice_id)),
        )
        for one in planner.gone()
    ]
    total = len(withdrawals) + planner.count(Fate.CORRECT) + planner.count(Fate.PUBLISH)
    done = 0
    for start in range(0, len(withdrawals), _CHUNK):
        done = await _piece(site, withdrawals[start : start + _CHUNK], done, total)
    place = 0
    async for batch in _batches(reading):
        entries = [one for one in batch if isinstance(one, ImportedEntry)]
        said = list(_to_say(member, planner, entries, place))
        place += len(entries)
        notices = [
            Outgoing(
                *to_notice(entry, policy, notice_id=notice_id, version=version, now_ms=now),
                match_label=match, detail_label=detail,
            )
            for entry, notice_id, version in said
        ]  # fmt: skip
        if notices:
            done = await _piece(site, notices, done, total)


def _to_say(
    member: Member, planner: Planner, entries: list[ImportedEntry], place: int
) -> Iterator[tuple[ImportedEntry, str, int]]:
    """Yield the entries that are to be published, each with its notice's id and version."""
    for at, entry in enumerate(entries, start=place):
        fate = planner.fate(at)
        if fate is Fate.CORRECT:
            held = planner.held[entry.entry_id]
            yield entry, held.notice_id, held.version + 1
        elif fate is Fate.PUBLISH:
            yield entry, _fresh_id(member, entry)[0], 1


async def _piece(site: Site, piece: Sequence[Outgoing], done: int, total: int) -> int:
    site.member.publish(piece)
    site.wake()
    await site.report(Progress(what="publishing", done=done + len(piece), total=total))
    await asyncio.sleep(0)
    return done + len(piece)


IMPORTING: Final = (Operation("import", ImportRequest, "publish", import_list),)
