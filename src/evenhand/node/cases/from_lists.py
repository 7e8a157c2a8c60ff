"""Entries of a list become cases: of a table of one's own, or of a list whose people more is asked of.

Knows:    what stands of a list, and which cases are under way on its entries.
Told:     a list, a policy, what the author states of all its entries, and which of them are meant.
Answers:  a case for each entry that says something new; what is not in the list any more, for a person to withdraw.
Trusted:  yes, as `case.draft` is: nothing is published here, and three people look at each case.

The same list drafted again changes nothing. A row that changed writes its draft anew; where it is under review, the
review goes first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

import msgspec

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import LIST_DRAFTS_MAX
from evenhand.interop.importing import Fate, Planner
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, Refusal
from evenhand.interop.policy import ImportPolicy, content_digest, to_notice
from evenhand.node import list_editions
from evenhand.node.cases import shelf
from evenhand.node.cases.model import Case, Statements
from evenhand.node.cases.workflow import DraftRequest, drafted
from evenhand.node.importing import ListRequest, Reading, batches, labels_of, list_read, plan, too_wide_of
from evenhand.node.list_held import fresh_id, held_for_drafts, set_apart
from evenhand.node.site import Operation, Progress, Site
from evenhand.node.telling import Draft
from evenhand.notices.model import Detail, Notice

_AT_A_TIME: Final = 20  # cases between two looks at the network
_OPEN: Final = frozenset({"DRAFT", "RETURNED"})


class DraftListRequest(ListRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to draft, as of `ListRequest`; `statements` hold for each entry.

    `only` names the entries that are meant; empty means all.
    """

    statements: Statements = Statements()
    only: tuple[str, ...] = ()


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """What was drafted, or would be: counts of cases; `cases` are those opened or written anew.

    `under_way` are entries whose case says what the list says, `unchanged` those whose notice does. `gone` are notices
    that stand and are not in the list: a person withdraws them. `alarm` says what to look at before submitting a case.
    """

    list: str
    edition: str
    dry_run: bool
    drafted: int
    rewritten: int
    under_way: int
    unchanged: int
    cases: tuple[str, ...]
    gone: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


@dataclass
class _Plan:
    """What becomes of each entry that says something new."""

    writes: list[tuple[ImportedEntry, Case | None]] = field(default_factory=list)
    """An entry and the case to write anew, or None for a new one."""
    under_way: int = 0
    refusals: list[Refusal] = field(default_factory=list)


async def draft_list(site: Site, request: DraftListRequest) -> Drafted:
    """Draft a case for every entry of a list that says something new. Raises InputError, LimitError, RefusedError."""
    async with list_read(site, request) as reading:
        policy = request.policy or reading.format.policy
        ours = [one for one in shelf.every(site) if one.originator == site.member.code]
        digests = {one.entry: _said(one) for one in ours if one.entry is not None}
        planner = Planner(held_for_drafts(site.member, reading.name, digests), policy)
        new = await _new(site, request, reading, planner)
    cases = {one.notice.notice_id: one for one in ours if one.state != "PUBLISHED"}
    made = _sorted(site, new, planner, policy, cases)
    ids = () if request.dry_run else await _write(site, request, made, planner, policy)
    stale = list_editions.objection(site.member, reading.name, reading.edition) if reading.dated else ""
    rewritten = sum(old is not None for _, old in made.writes)
    return Drafted(
        list=reading.name, edition=reading.edition, dry_run=request.dry_run, drafted=len(made.writes) - rewritten,
        rewritten=rewritten, under_way=made.under_way, unchanged=planner.count(Fate.UNCHANGED), cases=ids,
        gone=() if request.only else tuple(f"{site.member.code}:{one.held.notice_id}" for one in planner.gone()),
        refusals=(*planner.refusals, *made.refusals),
        alarm="; ".join(one for one in (stale, planner.somebody_else()) if one),
    )  # fmt: skip


async def _new(site: Site, request: DraftListRequest, reading: Reading, planner: Planner) -> list[ImportedEntry]:
    """Go through a list, and return the entries that say something new. Raises LimitError or InputError."""
    member, labels, wanted = site.member, labels_of(site.member, request), frozenset(request.only)
    places: list[tuple[int, ImportedEntry]] = []
    seen: set[str] = set()
    place = done = 0
    async for batch in batches(reading):
        meant = [one for one in batch if not wanted or one.entry_id in wanted]
        seen.update(one.entry_id for one in meant)
        entries = [one for one in meant if isinstance(one, ImportedEntry)]
        apart = {
            one.entry_id: why
            for one in entries if one.entry_id not in planner.held and (why := set_apart(member, one))
        }  # fmt: skip
        await asyncio.to_thread(plan, planner, meant, too_wide_of(member, meant, labels) | apart)
        says = (Fate.PUBLISH, Fate.CORRECT)
        places += [(at, one) for at, one in enumerate(entries, start=place) if planner.fate(at) in says]
        place, done = place + len(entries), done + len(batch)
        await site.report(Progress(what="reading the list", done=done, total=0))
        if len(places) > LIST_DRAFTS_MAX:
            raise LimitError(
                "too many cases for one go, and nothing was changed",
                why=f"the limit is {LIST_DRAFTS_MAX}, and each is read by three people",
                remedy="draft the list in parts: name their entries with --only",
            )
    if missing := sorted(wanted - seen):
        raise InputError(f"the list has no entry {missing[0][:60]!r}", remedy="write its number as the list does")
    return [one for at, one in places if planner.fate(at) is not Fate.REFUSED]


def _sorted(
    site: Site, new: list[ImportedEntry], planner: Planner, policy: ImportPolicy, cases: dict[str, Case]
) -> _Plan:
    """Sort entries by what is under way on them: a case whose number was used since is not, it cannot be published."""
    made = _Plan()
    for entry in new:
        notice_id = _notice_id(site, entry, planner)
        old = cases.get(notice_id)
        notice, detail = _notice(site, entry, policy, notice_id, planner)
        same = old is not None and _said(old) == content_digest(notice, detail)
        if old is None or (old.state == "REFUSED" and not same):
            made.writes.append((entry, None))
        elif old.state == "REFUSED":
            made.refusals.append(_refused(entry, f"case {old.case} on it was refused: draft it by hand with new facts"))
        elif same and old.notice.version == notice.version:
            made.under_way += 1
        elif old.state in _OPEN:
            made.writes.append((entry, old))
        else:
            made.refusals.append(_refused(entry, f"case {old.case} on it is {old.state}: have it returned first"))
    return made


async def _write(
    site: Site, request: DraftListRequest, made: _Plan, planner: Planner, policy: ImportPolicy
) -> tuple[str, ...]:
    ids = []
    for done, (entry, old) in enumerate(made.writes, start=1):
        notice_id = _notice_id(site, entry, planner)
        notice, detail = _notice(site, entry, policy, notice_id, planner)
        said = msgspec.to_builtins(notice)
        del said["notice_id"], said["version"]  # the case has them
        draft = Draft(
            notice=said, detail=detail, audience=request.audience, detail_audience=request.detail_audience
        )
        wanted = DraftRequest(
            draft=draft, statements=request.statements, case="" if old is None else old.case,
            corrects="" if entry.entry_id not in planner.held or old is not None else notice_id,
        )  # fmt: skip
        ids.append(drafted(site, wanted, fresh_id=notice_id).case)
        if done % _AT_A_TIME == 0:
            await site.report(Progress(what="drafting", done=done, total=len(made.writes)))
            await asyncio.sleep(0)
    return tuple(ids)


def _notice_id(site: Site, entry: ImportedEntry, planner: Planner) -> str:
    held = planner.held.get(entry.entry_id)
    return fresh_id(site.member, entry) if held is None else held.notice_id


def _notice(
    site: Site, entry: ImportedEntry, policy: ImportPolicy, notice_id: str, planner: Planner
) -> tuple[Notice, Detail]:
    held = planner.held.get(entry.entry_id)
    version = 1 if held is None else held.version + 1
    return to_notice(entry, policy, notice_id=notice_id, version=version, now_ms=site.member.clock.now_ms())


def _said(case: Case) -> str:
    """Return the digest of what a case says of its entry: without the author's statements, which the list has not."""
    stated = len(case.statements.remarks())
    remarks = case.detail.remarks[: len(case.detail.remarks) - stated]
    return content_digest(case.notice, msgspec.structs.replace(case.detail, remarks=remarks))


def _refused(entry: ImportedEntry, reason: str) -> Refusal:
    return Refusal(line=entry.line, entry_id=entry.entry_id, field=WHOLE_ENTRY, reason=reason)


FROM_LISTS: Final = (Operation("case.draft-list", DraftListRequest, "publish", draft_list),)
