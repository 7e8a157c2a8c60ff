"""Findings: seen after the proof that nothing is missing, explained, excepted, put to all, judged, appealed.

Knows:    this member's findings and their proofs; every member's cases and standing.
Told:     requests of supervisors, oversight and redress.
Answers:  findings with evidence; steps published to all members; standings.
Trusted:  yes. Software opens a finding; only people decide fault. Source: PROCEDURE section 4.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from evenhand.casework.breaches import ToldFinding, told_by_partners
from evenhand.casework.exporting import ExportedEntry, make_export
from evenhand.casework.records import FindingStep
from evenhand.casework.standings import Open, Said, check_step
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, NotFoundError, RefusedError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import page_of
from evenhand.node.cases.lifecycle import ReportLine, unresolved
from evenhand.node.deciding.acting import Acting, actor, note_look, present_person
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Site
from evenhand.notices.conduct import Conduct
from evenhand.oversight.consequences import Standing
from evenhand.oversight.engine import is_valid
from evenhand.oversight.findings import Finding
from evenhand.screening.clocks import HOUR_MS
from evenhand.screening.events import ExceptionDeclared


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What the findings rest on: how much is recorded, under which root, and up to where partners cosigned it."""

    size: int
    root: str
    witnessed: int
    now: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """One finding and where it stands."""

    finding: str
    rule: str
    severity: str
    state: str
    member: str
    unit: str
    officer: str
    found: str
    since: str
    at: str
    answer_by: str
    encounter: str
    notice: str
    rung: str
    unanswered: bool


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Completeness first, then a page of findings, gravest and oldest first; exceptions are counted by rule and code.

    `told` are findings S1 that partners told us because they concern us too; `errors` are those in notices that nobody
    resolved in two months: they go to the oversight bodies of both (PROCEDURE section 2).
    """

    completeness: Completeness
    findings: tuple[FindingView, ...]
    next: str | None
    excepted: dict[str, int]
    told: tuple[ToldFinding, ...]
    errors: tuple[ReportLine, ...]


class ListRequest(Acting, frozen=True, kw_only=True):
    """`state`: OPEN, EXCEPTED, RETRACTED or empty for all; `rule` of one rule only; `cursor`: where a page ended."""

    state: Literal["", "OPEN", "EXCEPTED", "RETRACTED"] = "OPEN"
    rule: str = ""
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


def _completeness(site: Site) -> Completeness:
    book = site.casework.book
    seals = book.seals()
    return Completeness(
        size=book.size, root=book.log.root.hex(), witnessed=seals[-1][0] if seals else 0,
        now=format_ms(site.casework.now_ms),
    )  # fmt: skip


def _view(site: Site, finding: Finding, cases: dict[str, Open]) -> FindingView:
    opened, said = cases.get(finding.finding_id), site.casework.office.overseer.said.get(finding.finding_id)
    rung = ("EXPLANATION" if said else "NONE") if opened is None else opened.case.rung
    owes = finding.state == "OPEN" and finding.member == site.member.code and rung in {"NONE", "NOTICE", "PEER_REVIEW"}
    return FindingView(
        finding=finding.finding_id, rule=finding.rule, severity=finding.severity, state=finding.state,
        member=finding.member, unit=finding.unit,
        officer=finding.officer if finding.member == site.member.code else "", found=finding.found,
        since=format_ms(finding.since_ms), at=format_ms(finding.at_ms), answer_by=format_ms(finding.answer_by_ms),
        encounter=finding.encounter, notice=finding.notice, rung=rung,
        unanswered=owes and finding.severity != "S3" and site.casework.now_ms > _answer_by(site, finding),
    )  # fmt: skip


def _answer_by(site: Site, finding: Finding) -> int:
    """Return until when its member explains a finding: 72 hours, whatever else is due at once."""
    return max(finding.answer_by_ms, finding.at_ms + site.casework.office.policy.finding_answer_ms)


async def list_findings(site: Site, request: ListRequest) -> Findings:
    """List what the rules found at this member. Raises InputError."""
    site.casework.tick()
    overseer, cases = site.casework.office.overseer, site.casework.cases()
    wanted = [
        one for one in overseer.findings.values()
        if request.state in {"", one.state} and request.rule in {"", one.rule}
    ]  # fmt: skip
    page, following = page_of(
        wanted, lambda one: f"{one.severity} {one.at_ms:020} {one.finding_id}", limit=request.limit,
        after=request.cursor, question=["finding.list", request.state, request.rule],
    )  # fmt: skip
    excepted = {f"{rule} {code}": count for (rule, code), count in sorted(overseer.engine.excepted.items())}
    letters = [one.letter for one in site.casework.office.mailroom.kept.values()]
    told = [
        one for one in told_by_partners(letters, site.member.code)
        if request.state in {"", one.says.state} and request.rule in {"", one.says.rule}
    ]  # fmt: skip
    return Findings(
        completeness=_completeness(site), findings=tuple(_view(site, one, cases) for one in page),
        next=following, excepted=excepted, told=tuple(told), errors=unresolved(site),
    )  # fmt: skip


class FindingRequest(Acting, frozen=True, kw_only=True):
    """A finding, or a unique beginning of its id."""

    finding: str


class StepTaken(msgspec.Struct, frozen=True, kw_only=True):
    """One step taken about a finding: by which member, when, which, and why."""

    by: str
    at: str
    step: str
    reason: str


class ShownFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with the events it rests on, each with its inclusion proof, and every step taken about it."""

    completeness: Completeness
    finding: FindingView
    checkpoint: str
    evidence: tuple[ExportedEntry, ...]
    events: tuple[dict[str, Any], ...]
    steps: tuple[StepTaken, ...]


async def show(site: Site, request: FindingRequest) -> ShownFinding:
    """Show a finding with its evidence. Raises NotFoundError."""
    site.casework.tick()
    who, book = actor(site, request), site.casework.book
    finding = site.casework.office.overseer.finding(request.finding)
    note_look(site, who, "finding.show", finding.finding_id)
    indexes = sorted(one for one in map(book.index_of, finding.evidence) if one is not None)
    export = make_export(book, indexes)
    cases = site.casework.cases()
    steps = cases[finding.finding_id].steps if finding.finding_id in cases else ()
    own = site.casework.office.overseer.said.get(finding.finding_id, [])
    return ShownFinding(
        completeness=_completeness(site), finding=_view(site, finding, cases), checkpoint=export.checkpoint,
        evidence=export.entries, events=tuple(msgspec.to_builtins(book.entry(index).decision) for index in indexes),
        steps=(
            *(_step(site.member.code, one.at_ms, one.act, one.reason) for one in own),
            *(_step(one.by_member, one.at_ms, one.conduct.step, one.conduct.reason) for one in steps),
        ),
    )  # fmt: skip


def _step(by: str, at_ms: int, step: str, reason: str) -> StepTaken:
    return StepTaken(by=by, at=format_ms(at_ms), step=step, reason=reason)


class Except(Acting, frozen=True, kw_only=True):
    """A declared exception: code, reason, second person, what it covers and for how long (at most a day).

    Where people have accounts, the second person types a one-time code of their own.
    """

    code: Literal["OUTAGE", "DANGER_TO_LIFE"]
    reason: str
    second: str
    second_code: str = ""
    encounter: str = ""
    notice: str = ""
    rules: tuple[str, ...] = ()
    hours_back: int = 0
    hours_ahead: int = 1


class Excepted(msgspec.Struct, frozen=True, kw_only=True):
    """The exception, and the findings it covers so far."""

    exception: str
    covers: tuple[str, ...]


async def declare(site: Site, request: Except) -> Excepted:
    """Declare an exception: counted and published, and held against nobody. Raises RefusedError."""
    casework, who = site.casework, actor(site, request)
    now = casework.now_ms
    event = ExceptionDeclared(
        event_id=casework.new_id(), at_ms=now, member=site.member.code, unit=who.unit, officer=who.officer,
        encounter=request.encounter, code=request.code, reason=request.reason,
        second=present_person(site, request.second, request.second_code), notice=request.notice, rules=request.rules,
        from_ms=now - request.hours_back * HOUR_MS, until_ms=now + request.hours_ahead * HOUR_MS,
    )  # fmt: skip
    if not is_valid(event, casework.office.policy):
        raise RefusedError(
            "this is no exception", why="PROCEDURE section 4: it needs a reason, a second person, and at most a day",
            remedy="give --reason and --second, and a span of 24 hours at most",
        )  # fmt: skip
    casework.record(event)
    covered = [one.finding_id for one in casework.office.overseer.findings.values() if one.exception == event.event_id]
    return Excepted(exception=event.event_id, covers=tuple(sorted(covered)))


class Opening(FindingRequest, frozen=True, kw_only=True):
    """Why a finding is put to all members; that stays."""

    reason: str


class Explaining(FindingRequest, frozen=True, kw_only=True):
    """What the member concerned says: an explanation, or an appeal."""

    step: Literal["EXPLAINED", "APPEALED"]
    reason: str


class Judging(FindingRequest, frozen=True, kw_only=True):
    """What another member says; it counts once enough members have said it."""

    step: Literal["ACCEPTED", "UPHELD", "DISMISSED", "APPEAL_GRANTED", "APPEAL_REFUSED"]
    reason: str


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a finding put to all stands, and what its member may still do."""

    finding: str
    member: str
    rule: str
    found: str
    opened_by: str
    rung: str
    closed: bool
    appealed: bool
    voices: int
    needed: int
    standing: Standing


async def put_to_all(site: Site, request: Opening) -> CaseView:
    """Put a finding to all members. Raises NotFoundError, InputError or RefusedError."""
    finding = site.casework.office.overseer.finding(request.finding)
    if finding.state != "OPEN":
        raise RefusedError(f"this finding is {finding.state.lower()}", remedy="nothing is held against anybody")
    if finding.rule == "P-03" and finding.encounter:
        raise RefusedError(
            "this finding is not put to all", why="it would tell the state fled who is protected (PROCEDURE section 5)",
            remedy="it is for this member's oversight and redress officer alone",
        )  # fmt: skip
    conduct = Conduct(
        finding=finding.finding_id, member=finding.member, step="OPENED", reason=request.reason, rule=finding.rule,
        severity=finding.severity, found=finding.found, since_ms=finding.since_ms, at_ms=finding.at_ms,
    )  # fmt: skip
    return _say(site, request, conduct)


async def say(site: Site, request: Explaining | Judging) -> CaseView:
    """Sign a step about a finding and publish it to all. Raises NotFoundError, InputError or RefusedError.

    What was not put to all is explained to this member's own oversight.
    """
    cases = site.casework.cases()
    found = [key for key in cases if request.finding and key.startswith(request.finding)]
    if len(found) != 1 and request.finding not in cases:
        if request.step == "EXPLAINED" and not found:
            return _explain(site, request)
        raise NotFoundError(
            f"{request.finding[:60]!r} names no single finding put to all", remedy="see `evenhand finding standing`"
        )
    key = request.finding if request.finding in cases else found[0]
    member = cases[key].case.finding.member
    return _say(site, request, Conduct(finding=key, member=member, step=request.step, reason=request.reason))


def _say(site: Site, request: Acting, conduct: Conduct) -> CaseView:
    who, casework = actor(site, request), site.casework
    check_step(Said(by_member=site.member.code, at_ms=casework.now_ms, conduct=conduct), casework.cases())
    note_look(site, who, f"finding.{conduct.step.lower()}", conduct.finding)
    site.member.publish([Outgoing(conduct)])
    site.wake()
    return _case_view(site, conduct.finding)


def _explain(site: Site, request: Acting) -> CaseView:
    """Record what this member says of a finding about itself. Raises NotFoundError or RefusedError."""
    assert isinstance(request, Explaining)
    who, casework = actor(site, request), site.casework
    finding = casework.office.overseer.finding(request.finding)
    if finding.member != site.member.code or finding.state != "OPEN":
        raise RefusedError(
            f"this finding is {finding.state.lower()} and about {finding.member}",
            why="PROCEDURE section 4: a member answers for what stands against itself",
            remedy="put it to all with `evenhand finding open`: then its member answers",
        )  # fmt: skip
    if not request.reason.strip():
        raise InputError("an answer states its reason", remedy="give --reason")
    step = FindingStep(
        finding=finding.finding_id, act="EXPLAINED", at_ms=casework.now_ms, officer=who.officer, reason=request.reason
    )
    casework.office.write([(step, "case")], casework.now_ms)
    return CaseView(
        finding=finding.finding_id, member=finding.member, rule=finding.rule, found=finding.found, opened_by="",
        rung="EXPLANATION", closed=False, appealed=False, voices=1, needed=1,
        standing=casework.standing(finding.member),
    )  # fmt: skip


def _case_view(site: Site, key: str) -> CaseView:
    casework = site.casework
    cases = casework.cases(casework.now_ms + casework.office.policy.clock_skew_ms)
    if key not in cases:
        raise InputError("this step does not count", remedy="see `evenhand finding standing`")
    opened = cases[key]
    case, last = opened.case, opened.steps[-1].conduct.step
    return CaseView(
        finding=key, member=case.finding.member, rule=case.finding.rule, found=case.finding.found,
        opened_by=opened.opened_by, rung=case.rung, closed=case.closed, appealed=case.appealed,
        voices=len({one.by_member for one in opened.steps if one.conduct.step == last}),
        needed=site.member.roster.threshold, standing=casework.standing(case.finding.member),
    )  # fmt: skip


class StandingRequest(Acting, frozen=True, kw_only=True):
    """One member, or all."""

    member: str = ""


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """What each member may still do, and every case put to all."""

    standings: tuple[Standing, ...]
    cases: tuple[CaseView, ...]


async def standing(site: Site, request: StandingRequest) -> Standings:
    """Show members' standing. Raises NotFoundError."""
    roster = site.member.roster
    codes = [roster.member(request.member.upper()).code] if request.member else list(roster.active_codes)
    cases = site.casework.cases()
    return Standings(
        standings=tuple(site.casework.standing(code) for code in codes),
        cases=tuple(_case_view(site, key) for key, one in cases.items() if one.case.finding.member in codes),
    )


FINDING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("finding.list", ListRequest, list_findings),
    ("finding.show", FindingRequest, show),
    ("finding.except", Except, declare),
    ("finding.open", Opening, put_to_all),
    ("finding.answer", Explaining, say),
    ("finding.judge", Judging, say),
    ("finding.standing", StandingRequest, standing),
)
