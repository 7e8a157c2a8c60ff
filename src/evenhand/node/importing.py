"""Importing a list: read it, compare it with what we published of it, publish exactly the difference.

Knows:    where a list comes from, and which of our notices came from it.
Told:     a format, a place and a policy.
Answers:  what was done or would be done, every refusal, or an alarm and nothing done.
Trusted:  yes: it speaks in the member's name, for thousands of notices at once. One person imports, so where people
          have accounts it says no more than the list's own authority did; the rest is drafted as cases.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Final, Protocol

import msgspec

from evenhand.ground.errors import RefusedError, UsageError
from evenhand.interop import template
from evenhand.interop.formats import ListFormat, one_file, read_list
from evenhand.interop.importing import Fate, Planner, Withdrawal
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import ImportPolicy, to_notice, too_wide
from evenhand.node import list_editions, list_gone
from evenhand.node.list_formats import format_called, list_formats
from evenhand.node.list_held import GONE, fresh_id, held_of, is_as_planned, set_apart
from evenhand.node.list_places import files_at, lines_at
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Progress, Site
from evenhand.node.telling import reach, require_may_publish
from evenhand.notices.checks import is_coercive
from evenhand.notices.model import Retraction
from evenhand.notices.proving import OTHERS_LISTS
from evenhand.watchlist.release import ALL, parse_label

_MEANWHILE: Final = "its notice was published or withdrawn by somebody during this import: import the list again"
_CHUNK: Final = 250  # entries between two looks at the network, and two lines of progress


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to read. `place` is an absolute path or a URL; `policy` overrides the careful default.

    `columns` is for the format `template`: the template's column for a column of the table.
    """

    format: str
    place: str
    dry_run: bool = False
    policy: ImportPolicy | None = None
    columns: dict[str, str] | None = None
    audience: str = ALL
    detail_audience: str = ALL


class ImportRequest(ListRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to import, as of `ListRequest`, and what a person says to an alarm."""

    accept_mass_withdrawal: bool = False
    accept_older_edition: bool = False


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or would be: counts of notices; every refusal of the list with line and reason.

    `gone` are notices that stand by approvals and are not on the list any more: a person withdraws them.
    """

    list: str
    edition: str
    dry_run: bool
    published: int
    corrected: int
    withdrawn: int
    unchanged: int
    gone: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


async def import_list(site: Site, request: ImportRequest) -> Imported:
    """Import a list. Raises InputError before anything changed, RefusedError on an alarm, or for one person (P-01).

    The list is gone through twice, to plan and to publish; a list of lines is never in memory as a whole.
    """
    if not site.people.registry.is_empty:
        _refuse_alone(request)
    async with list_read(site, request) as reading:
        return await _import(site, request, reading)


def _refuse_alone(request: ImportRequest) -> None:
    """Refuse what several people must decide. Raises RefusedError: who imports has nobody beside them (rule P-01)."""
    format_called(request.format, list_formats())
    draft = f"draft its entries as cases: `evenhand case draft-list {request.format}`"
    if request.format not in OTHERS_LISTS:
        raise RefusedError(
            "a list of one's own is not published by one person",
            why=f"rule P-01: author, national approver and legal reviewer are three people, and {request.format!r} is"
            " no other authority's list",
            remedy=draft,
        )  # fmt: skip
    if request.policy is not None and is_coercive(request.policy.action):
        raise RefusedError(
            f"{request.policy.action} is not asked for by one person",
            why="rule P-01: a list names people and decides on no action; a policy that does needs the approvals",
            remedy=f"import it with INTERVIEW or less, and for whom more is needed {draft} with that policy and --only",
        )


@asynccontextmanager
async def list_read(site: Site, request: ListRequest) -> AsyncIterator[Reading]:
    """Open a list, so that it can be gone through. Raises UsageError, InputError."""
    format_ = _format(request)
    await site.report(Progress(what="reading the list", done=0, total=0))
    if format_.lines is not None:
        async with lines_at(request.place) as lines:
            yield _Streamed(format_, lines)
        return
    files = await files_at(request.format, request.place)
    parsed = await asyncio.to_thread(read_list, request.format, files, formats={request.format: format_})
    yield _Whole(format_, parsed)


def _format(request: ListRequest) -> ListFormat:
    formats = list_formats()
    if request.columns is not None:
        if request.format != template.LIST_NAME:
            raise UsageError(
                f"columns are mapped for the format {template.LIST_NAME!r} alone", remedy="leave the columns out"
            )
        mapped = partial(template.parse, mapping=request.columns)
        return replace(formats[request.format], parse=one_file(request.format, mapped))
    return format_called(request.format, formats)


class Reading(Protocol):
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


async def batches(reading: Reading) -> AsyncIterator[list[ImportedEntry | Refusal]]:
    """Yield what a list says in pieces, read beside the network's thread."""
    told = reading.told()
    while batch := await asyncio.to_thread(lambda: list(islice(told, _CHUNK))):
        yield batch


async def _import(site: Site, request: ImportRequest, reading: Reading) -> Imported:
    policy = _policy(site, request, reading.format.policy)
    planner = Planner(held_of(site.member, reading.name), policy)
    labels = labels_of(site.member, request)
    done = 0
    async for batch in batches(reading):
        objections = too_wide_of(site.member, batch, labels) | _set_apart(site.member, batch, planner)
        await asyncio.to_thread(plan, planner, batch, objections)
        done += len(batch)
        await site.report(Progress(what="reading the list", done=done, total=0))
    stale = list_editions.objection(site.member, reading.name, reading.edition) if reading.dated else ""
    gone = list_gone.left_by(site.member, reading.name, planner)
    answer = _answer(
        reading, planner, gone, "" if request.accept_older_edition else stale, dry_run=request.dry_run
    )
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
    if answer.published or answer.corrected:
        require_may_publish(site)
    if reading.dated:
        list_editions.remember(site.member, reading.name, reading.edition)
    await _publish(site, request, planner, reading, policy)
    gone = list_gone.left_by(site.member, reading.name, planner)  # anew, as the counts: people went on working
    list_gone.remember(site.member, reading.name, gone)
    return msgspec.structs.replace(_answer(reading, planner, gone, "", dry_run=False), alarm=answer.alarm)


def plan(planner: Planner, batch: list[ImportedEntry | Refusal], objections: Mapping[str, str]) -> None:
    """Take a piece of a list into a plan."""
    for one in batch:
        if isinstance(one, Refusal):
            planner.refuse(one)
        else:
            planner.take(one, objections.get(one.entry_id, ""))


def _answer(
    reading: Reading, planner: Planner, gone: tuple[str, ...], stale: str, *, dry_run: bool
) -> Imported:
    return Imported(
        list=reading.name, edition=reading.edition, dry_run=dry_run, published=planner.count(Fate.PUBLISH),
        corrected=planner.count(Fate.CORRECT), withdrawn=len(planner.gone()),
        unchanged=planner.count(Fate.UNCHANGED), gone=gone, refusals=tuple(planner.refusals),
        alarm="; ".join(one for one in (stale, planner.alarm()) if one),
    )  # fmt: skip


def _policy(site: Site, request: ImportRequest, careful: ImportPolicy) -> ImportPolicy:
    if request.policy is not None:
        return request.policy
    percent = site.config.imports.withdraw_percent_max
    return msgspec.structs.replace(careful, withdraw_percent_max=percent)


def _set_apart(member: Member, batch: list[ImportedEntry | Refusal], planner: Planner) -> dict[str, str]:
    """Object to entries whose notice people decided on here: a list must not undo that by itself."""
    return {
        one.entry_id: why
        for one in batch
        if isinstance(one, ImportedEntry) and one.entry_id not in planner.held and (why := set_apart(member, one))
    }


def labels_of(member: Member, request: ListRequest) -> tuple[str, str]:
    """Return the labels of both audiences. Raises RefusedError."""
    match, detail = (
        parse_label(label, member.roster, member.code) for label in (request.audience, request.detail_audience)
    )
    return match, detail


def too_wide_of(
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
    site: Site, request: ImportRequest, planner: Planner, reading: Reading, policy: ImportPolicy
) -> None:
    """Publish a plan in pieces: withdrawals first; whoever interrupts it repeats the import.

    Between pieces people go on working. What they published or withdrew since the plan was made stays as they left it,
    and an entry that would have said something else is told as a refusal.
    """
    member = site.member
    now = member.clock.now_ms()
    match, detail = labels_of(member, request)
    gone = planner.gone()
    total = len(gone) + planner.count(Fate.CORRECT) + planner.count(Fate.PUBLISH)
    done = 0
    for start in range(0, len(gone), _CHUNK):
        withdrawals = list(_to_withdraw(site, planner, gone[start : start + _CHUNK]))
        if withdrawals:
            done = await _piece(site, withdrawals, done, total)
    place = 0
    async for batch in batches(reading):
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


def _to_withdraw(site: Site, planner: Planner, gone: Sequence[Withdrawal]) -> Iterator[Outgoing]:
    for one in gone:
        if not is_as_planned(site.member, one.held):
            planner.keep(one.entry_id)
            continue
        record = Retraction(notice_id=one.held.notice_id, reason=GONE)
        yield Outgoing(record, match_label=reach(site, site.own(one.held.notice_id)))


def _to_say(
    member: Member, planner: Planner, entries: list[ImportedEntry], place: int
) -> Iterator[tuple[ImportedEntry, str, int]]:
    """Yield the entries that are to be published, each with its notice's id and version."""
    for at, entry in enumerate(entries, start=place):
        fate = planner.fate(at)
        if fate not in {Fate.CORRECT, Fate.PUBLISH}:
            continue
        held = planner.held.get(entry.entry_id)
        if set_apart(member, entry) if held is None else not is_as_planned(member, held):
            planner.leave(at, entry.entry_id, _MEANWHILE)
        elif held is None:
            yield entry, fresh_id(member, entry), 1
        else:
            yield entry, held.notice_id, held.version + 1


async def _piece(site: Site, piece: Sequence[Outgoing], done: int, total: int) -> int:
    site.member.publish(piece)
    site.wake()
    await site.report(Progress(what="publishing", done=done + len(piece), total=total))
    await asyncio.sleep(0)
    return done + len(piece)


IMPORTING: Final = (Operation("import", ImportRequest, "publish", import_list),)
