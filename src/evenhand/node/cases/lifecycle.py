"""After publication: what is due, what is suspended, who approved, and errors that others report.

Knows:    the clocks of PROCEDURE section 2, and how a notice is told to stop or to stand.
Told:     by people of the originator, and by members that hold evidence of an error.
Answers:  lists with deadlines; refusals that say what to do instead.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import InputError, NotFoundError, RefusedError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import page_of
from evenhand.identity.person import check_text
from evenhand.node.cases import shelf
from evenhand.node.cases.model import Case
from evenhand.node.cases.workflow import CaseRequest, desks_of
from evenhand.node.details import detail_of
from evenhand.node.post import Letter, send
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Site
from evenhand.node.telling import new_id, reach
from evenhand.notices.checks import DAY_MS, Finding
from evenhand.notices.model import Notice, StatusChange, decode_record
from evenhand.notices.proving import check_approvals, provenance
from evenhand.screening.notice_events import NoticeStatusChanged
from evenhand.watchlist.view import ledger_keys

WARN_DAYS: Final = 120
"""PROCEDURE section 2: the originator is warned four months ahead of expiry."""
TELL_MS: Final = 2 * DAY_MS
"""Two working days, counted as 48 h, from evidence of an error to the originator."""
RESOLVE_MS: Final = 61 * DAY_MS
"""Two months from the report to its resolution; then it goes to the oversight bodies of both."""
_PLACE: Final = b"error/"


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One case in a list."""

    case: str
    key: str
    version: int
    kind: str
    state: str
    action: str
    missing: tuple[str, ...]
    since: str


class CaseList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of cases, oldest first."""

    cases: tuple[CaseLine, ...]
    next: str | None


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cases under way, or `everything`; `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


async def list_cases(site: Site, request: ListRequest) -> CaseList:
    """List cases under way. Raises RefusedError for posts, InputError."""
    shelf.require_reader(site.caller)
    wanted = [one for one in shelf.every(site) if request.everything or one.state not in {"PUBLISHED", "REFUSED"}]
    page, following = page_of(
        wanted, lambda one: f"{one.since_ms:020} {one.case}", limit=request.limit, after=request.cursor,
        question=["case.list", request.everything],
    )  # fmt: skip
    return CaseList(
        cases=tuple(
            CaseLine(
                case=one.case, key=one.key, version=one.notice.version, kind=one.kind, state=one.state,
                action=one.notice.action, missing=one.missing, since=format_ms(one.since_ms),
            )
            for one in page
        ),
        next=following,
    )  # fmt: skip


async def show_case(site: Site, request: CaseRequest) -> Case:
    """Show a case with every step. Raises RefusedError for posts, NotFoundError."""
    shelf.require_reader(site.caller)
    return shelf.find(site, request.case)


class NoticeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice by `CODE:ID` or the beginning of its id."""

    notice: str


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """On what a notice rests, who signed, and every objection of rule P-01."""

    key: str
    version: int
    provenance: str
    signed: tuple[tuple[str, str, str, str], ...]
    objections: tuple[Finding, ...]


async def prove(site: Site, request: NoticeRequest) -> Proved:
    """Check rule P-01 from the published record alone, as any member can. Raises NotFoundError."""
    member, held = site.member, site.held(request.notice)
    if not held.versions:
        raise NotFoundError(
            f"{held.key} has no version left to check", why="it was erased", remedy="see `evenhand notice show`"
        )
    latest = held.versions[-1]
    notice = decode_record(latest.text)
    assert isinstance(notice, Notice)
    objections: tuple[Finding, ...] = ()
    if provenance(notice) != "from a list":
        objections = check_approvals(
            notice, originator=held.originator, published_ms=latest.time_ms,
            desks=desks_of(member.roster, held.originator),
            keys={one.code: ledger_keys(one) for one in member.roster.members},
            detail=detail_of(member, held.originator, latest.index),
        )  # fmt: skip
    given = () if notice.approvals is None else notice.approvals.given
    return Proved(
        key=held.key, version=latest.number, provenance=provenance(notice), objections=objections,
        signed=tuple((one.role, one.by.member, one.by.officer, one.at) for one in given),
    )  # fmt: skip


class DueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice of ours whose review or expiry is near or past; days count from now, negative: overdue."""

    key: str
    review_by: str
    expires: str
    review_days: int
    expires_days: int


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Notices of ours that ask for a decision, most urgent first."""

    notices: tuple[DueLine, ...]


async def due(site: Site, _: ListRequest) -> Due:
    """List notices of ours to be reviewed, or expiring within four months."""
    member, now_ms = site.member, site.member.clock.now_ms()
    lines = []
    for held in member.watchlist.fold.ledger(member.code).notices.values():
        standing = member.view.now(held.key, now_ms)
        if standing is None:
            continue
        review_ms, expires_ms = parse_ms(standing.notice.review_by), parse_ms(standing.notice.expires)
        if min(review_ms, expires_ms) - now_ms <= WARN_DAYS * DAY_MS:
            lines.append(
                DueLine(
                    key=held.key, review_by=standing.notice.review_by, expires=standing.notice.expires,
                    review_days=(review_ms - now_ms) // DAY_MS, expires_days=(expires_ms - now_ms) // DAY_MS,
                )
            )  # fmt: skip
    return Due(notices=tuple(sorted(lines, key=lambda one: (min(one.review_days, one.expires_days), one.key))))


class StandRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of ours and why it is suspended, or stands again."""

    notice: str
    reason: str


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that says so."""

    key: str
    status: str
    entry: int


async def suspend(site: Site, request: StandRequest) -> Stands:
    """Suspend a notice of ours: it stops no one until it is restored. Raises RefusedError."""
    return change_status(site, request.notice, "SUSPENDED", request.reason)


async def restore(site: Site, request: StandRequest) -> Stands:
    """Let a suspended notice of ours stand again. Raises RefusedError: a blocked one waits for redress."""
    held = site.own(request.notice)
    if held.status != "SUSPENDED":
        raise RefusedError(
            f"{held.key} is not suspended", why="what redress blocked, redress decides",
            remedy="see `evenhand redress list`",
        )  # fmt: skip
    return change_status(site, request.notice, "STANDING", request.reason)


def change_status(
    site: Site, reference: str, status: Literal["SUSPENDED", "BLOCKED", "STANDING"], reason: str, *,
    by_software: bool = False,
) -> Stands:  # fmt: skip
    """Tell everyone who may read a notice of ours that it stops no one, or stands. Raises RefusedError."""
    held = site.own(reference)
    if held.retracted is not None or not held.versions:
        raise RefusedError(
            f"{held.key} was withdrawn", why="a withdrawal is final", remedy="draft a case for a new notice"
        )
    record = StatusChange(notice_id=held.notice_id, status=status, reason=reason)
    entry = site.member.publish([Outgoing(record, match_label=reach(site, held))])[0]
    site.wake()
    unit = site.member.code if by_software else ""
    fields = shelf.event_fields(site, f"{held.notice_id}:{status}", unit=unit, by_software=by_software)
    said = "PUBLISHED" if status == "STANDING" else status
    site.event(NoticeStatusChanged(**fields, notice=held.key, status=said))
    return Stands(key=held.key, status=status, entry=entry)


# -- errors that others find --------------------------------------------------------------------------------------


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`error.report`: evidence that a notice is wrong, found at `found_at` and told at `told_at`; then the answer."""

    report: str
    notice: str
    found: str
    found_at: str
    reporter: str
    told_at: str = ""
    answer: str = ""
    answered_at: str = ""

    def __post_init__(self) -> None:
        """Check texts and instants. Raises InputError."""
        check_text(self.found)
        for moment in (self.found_at, self.told_at, self.answered_at):
            if moment:
                parse_ms(moment)


_CODEC: Final = Codec(ErrorReport)


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of another member, what is wrong with it, and when that was found (RFC 3339; absent: now)."""

    notice: str
    found: str
    found_at: str | None = None


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """One report with its clocks."""

    report: ErrorReport
    tell_by: str
    resolve_by: str
    state: Literal["open", "answered", "to oversight"]
    told_late: bool


def _line(report: ErrorReport, now_ms: int) -> ReportLine:
    found_ms = parse_ms(report.found_at)
    state: Literal["open", "answered", "to oversight"] = (
        "answered" if report.answered_at else "to oversight" if now_ms > found_ms + RESOLVE_MS else "open"
    )
    return ReportLine(
        report=report, tell_by=format_ms(found_ms + TELL_MS), resolve_by=format_ms(found_ms + RESOLVE_MS), state=state,
        told_late=parse_ms(report.told_at or report.found_at) > found_ms + TELL_MS,
    )  # fmt: skip


async def report_error(site: Site, request: ReportRequest) -> ReportLine:
    """Tell the originator that a notice of its is wrong. Raises RefusedError or NotFoundError."""
    held, now_ms = site.held(request.notice), site.member.clock.now_ms()
    if request.found_at is not None and parse_ms(request.found_at) > now_ms:
        raise InputError("an error is found before it is told", remedy="give an instant that is over, or leave it out")
    if held.originator == site.member.code:
        raise RefusedError("that notice is ours", remedy="correct it: `evenhand case draft --corrects`")
    report = ErrorReport(
        report=new_id(), notice=held.key, found=request.found, reporter=site.member.code,
        found_at=request.found_at or format_ms(now_ms), told_at=format_ms(now_ms),
    )  # fmt: skip
    send(site, to=held.originator, topic="error.report", thread=report.report, body=_CODEC.encode(report))
    _keep(site, report)
    site.record("error.reported", {"report": report.report, "notice": held.key, "who": site.caller.who})
    return _line(report, now_ms)


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report and what came of it: corrected, withdrawn, or why the notice is right."""

    report: str
    answer: str


async def answer_error(site: Site, request: AnswerRequest) -> ReportLine:
    """Answer a report on a notice of ours. Raises NotFoundError or InputError."""
    found = [one for one in _reports(site) if request.report and one.report.startswith(request.report)]
    if len(found) != 1 or found[0].reporter == site.member.code:
        raise NotFoundError(f"no report {request.report[:40]!r} waits for us", remedy="see `evenhand case errors`")
    check_text(request.answer)
    now_ms = site.member.clock.now_ms()
    report = msgspec.structs.replace(found[0], answer=request.answer, answered_at=format_ms(now_ms))
    send(site, to=report.reporter, topic="error.answer", thread=report.report, body=_CODEC.encode(report))
    _keep(site, report)
    site.record("error.answered", {"report": report.report, "who": site.caller.who})
    return _line(report, now_ms)


class ReportList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of reports made here or to us, oldest first."""

    reports: tuple[ReportLine, ...]
    next: str | None


async def list_errors(site: Site, request: ListRequest) -> ReportList:
    """List error reports with their clocks. Raises InputError."""
    lines = (_line(one, site.member.clock.now_ms()) for one in _reports(site))
    page, following = page_of(
        (one for one in lines if request.everything or one.state != "answered"),
        lambda one: f"{one.report.found_at} {one.report.report}", limit=request.limit, after=request.cursor,
        question=["error.list", request.everything],
    )  # fmt: skip
    return ReportList(reports=page, next=following)


def unresolved(site: Site) -> tuple[ReportLine, ...]:
    """Return the errors that nobody resolved in two months: they are for the oversight bodies of both."""
    lines = (_line(one, site.member.clock.now_ms()) for one in _reports(site))
    return tuple(one for one in lines if one.state == "to oversight")


def _keep(site: Site, report: ErrorReport) -> None:
    site.member.store.apply({_PLACE + report.report.encode("ascii"): _CODEC.encode(report)})


def _reports(site: Site) -> list[ErrorReport]:
    rows = site.member.store.scan(_PLACE, _PLACE + b"\xff")
    return sorted((_CODEC.decode(value) for _, value in rows), key=lambda one: (one.found_at, one.report))


def take_error(site: Site, letter: Letter) -> None:
    """Take in a report on a notice of ours, or an answer to a report of ours. Raises InputError."""
    report = _CODEC.decode(letter.body)
    known = next((one for one in _reports(site) if one.report == report.report), None)
    if letter.topic == "error.report":
        ours = report.notice.startswith(f"{site.member.code}:") and not report.answer
        fits = ours and report.reporter == letter.sender and (known is None or known.reporter == letter.sender)
    else:
        fits = known is not None and known.notice.startswith(f"{letter.sender}:") and known.reporter == site.member.code
        report = report if known is None else msgspec.structs.replace(
            known, answer=report.answer, answered_at=report.answered_at
        )
    if not fits:
        raise InputError(f"{letter.sender} has nothing to say about that notice")
    if known is None or letter.topic == "error.answer":
        _keep(site, report)


LIFECYCLE: Final = (
    Operation("case.list", ListRequest, "read", list_cases),
    Operation("case.show", CaseRequest, "read", show_case),
    Operation("case.check", NoticeRequest, "read", prove),
    Operation("case.due", ListRequest, "read", due),
    Operation("notice.suspend", StandRequest, "publish", suspend),
    Operation("notice.restore", StandRequest, "publish", restore),
    Operation("error.report", ReportRequest, "publish", report_error),
    Operation("error.answer", AnswerRequest, "publish", answer_error),
    Operation("error.list", ListRequest, "read", list_errors),
)
