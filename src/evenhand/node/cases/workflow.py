"""The workflow: draft, submit, review by three or four people; then `publication`.

Knows:    which step follows which, who may take it, and what it records and signs.
Told:     requests of people who are signed in; verdicts of another member's compliance desk.
Answers:  the case as it stands; refusals that name the rule and what to do instead.
Trusted:  yes: nothing is published but what was approved here, or as another authority's list says it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.errors import InputError, RefusedError
from evenhand.node.cases import shelf
from evenhand.node.cases.checking import check_case, subject_digest
from evenhand.node.cases.model import (
    FROM_DESK,
    PERMISSION_OF,
    TO_DESK,
    Case,
    FromDesk,
    Kind,
    Review,
    Statements,
    Step,
    ToDesk,
    Verdict,
)
from evenhand.node.cases.recording import approved, objected, refused, submitted
from evenhand.node.details import detail_of
from evenhand.node.narrowing import next_version, require_next
from evenhand.node.post import Letter, send
from evenhand.node.site import Operation, Site
from evenhand.node.telling import Draft, complete, new_id
from evenhand.notices.proving import COMPLIANCE_ACTIONS, detail_commitment, needed_roles, subject_of
from evenhand.trust.permissions import Permission
from evenhand.trust.roster import Roster
from evenhand.watchlist.release import parse_label
from evenhand.watchlist.view import ledger_keys

_P = Permission
CENTRAL: Final = "XPO"
"""INTERPOL: where it is a member, the coalition's compliance desk sits there."""


def desks_of(roster: Roster, originator: str) -> frozenset[str]:
    """Return the members whose compliance desk may approve a notice of `originator`."""
    if roster.is_active(CENTRAL):
        return frozenset({CENTRAL})
    return frozenset(roster.active_codes) - {originator} or frozenset({originator})


class DraftRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft; `case` replaces the text of one that is ours to edit, `corrects` names a notice of ours."""

    draft: Draft
    statements: Statements = Statements()
    case: str = ""
    corrects: str = ""
    kind: Kind = "NEW"


async def draft(site: Site, request: DraftRequest) -> Case:
    """Open a case, or write its text anew. Raises InputError, NotFoundError or RefusedError."""
    return drafted(site, request, fresh_id=new_id())


def drafted(site: Site, request: DraftRequest, *, fresh_id: str) -> Case:
    """Open a case as `draft` does; a new notice gets this id. Raises InputError, NotFoundError or RefusedError."""
    now_ms = site.member.clock.now_ms()
    old = shelf.find(site, request.case) if request.case else None
    if old is not None and old.state not in {"DRAFT", "RETURNED"}:
        raise RefusedError(
            f"the case is {old.state}", why="what was submitted is what is reviewed",
            remedy="ask a reviewer to return it: `evenhand case review --return`",
        )  # fmt: skip
    notice_id, version = _numbered(site, request, old) or (fresh_id, 1)
    notice = complete(request.draft, notice_id=notice_id, version=version, now_ms=now_ms)
    if notice.approvals is not None:
        raise InputError("a draft brings no approvals", remedy="leave them out: people give them")
    remarks = (*request.draft.detail.remarks, *request.statements.remarks())
    detail = msgspec.structs.replace(request.draft.detail, salt=new_id(), remarks=remarks)
    kind = _kind(site, request, old, version)
    made = Case(
        case=new_id() if old is None else old.case, kind=kind, state="DRAFT", originator=site.member.code,
        notice=notice, detail=detail, audience=request.draft.audience, detail_audience=request.draft.detail_audience,
        statements=request.statements, since_ms=now_ms if old is None else old.since_ms,
        steps=() if old is None else tuple(step for step in old.steps if step.permission is _P.NOTICE_DRAFT),
    )  # fmt: skip
    made = shelf.stepped(made, site.caller, _P.NOTICE_DRAFT, now_ms, verdict="DRAFTED")
    site.record("case.drafted", {"case": made.case, "who": site.caller.who})
    return shelf.put(site, made)


def _kind(site: Site, request: DraftRequest, old: Case | None, version: int) -> Kind:
    """Return what a draft is; an extension with the old reasons is refused (rule L-01)."""
    kind: Kind = "NEW" if not request.corrects else "CORRECTION" if request.kind == "NEW" else request.kind
    if old is not None:  # a new notice is a correction once an import published one under its id
        kind = "CORRECTION" if old.kind == "NEW" and version > 1 else old.kind
    if kind == "EXTENSION" and request.corrects:
        held = site.own(request.corrects)
        before = detail_of(site.member, held.originator, held.versions[-1].index) if held.versions else None
        if before is not None and before.proportionality.split() == request.draft.detail.proportionality.split():
            raise RefusedError(
                "an extension with the old text", why="rule L-01: an extension is a new reasoned act",
                remedy="say anew why the notice is still proportionate, or let it expire",
            )  # fmt: skip
    return kind


def _numbered(site: Site, request: DraftRequest, old: Case | None) -> tuple[str, int] | None:
    """Return the id and version that a draft continues, or None for a new notice.

    A case written anew is numbered anew: its number may have been used since.
    """
    if old is not None:
        return old.notice.notice_id, next_version(site.member, old.notice.notice_id)
    if not request.corrects:
        return None
    held = site.own(request.corrects)
    if held.retracted is not None or not held.versions:
        raise RefusedError(f"{held.key} was withdrawn", why="a withdrawal is final", remedy="draft a new notice")
    return held.notice_id, held.versions[-1].number + 1


class CaseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case by its id, or a unique beginning of it."""

    case: str


async def submit(site: Site, request: CaseRequest) -> Case:
    """Ask for review: the machine looks first, then the author signs.

    Raises RefusedError with every finding, or where the notice has a later version than the case was drafted on.
    """
    case, now_ms = shelf.find(site, request.case), site.member.clock.now_ms()
    if case.state not in {"DRAFT", "RETURNED"}:
        raise RefusedError(
            f"the case is {case.state} already", why="a case is submitted once, as a draft or after it was returned",
            remedy="see what is still needed: `evenhand case show`",
        )
    require_next(site.member, case.notice)
    findings = check_case(site.member, case)
    if findings:
        raise RefusedError(
            "the notice does not meet the procedure",
            why="; ".join(f"{one.rule}: {one.found}" for one in findings),
            remedy="; ".join(one.remedy for one in findings),
        )
    parse_label(case.audience, site.member.roster, site.member.code)
    parse_label(case.detail_audience, site.member.roster, site.member.code)
    again = _refused_before(site, case)
    if again and not case.statements.new_facts.strip():
        raise RefusedError(
            "this notice was refused before", why="rule P-03: a refused notice comes again only with new facts",
            remedy="state --new-facts, or leave it",
        )  # fmt: skip
    signed = shelf.sign(site.caller, "AUTHOR", subject_of(case.notice, detail_commitment(case.detail)), now_ms)
    case = shelf.stepped(
        case, site.caller, _P.NOTICE_DRAFT, now_ms, verdict="SUBMITTED", state="SUBMITTED", given=(signed,)
    )
    shelf.put(site, case)
    submitted(site, case, resubmission=again)
    return case


def _refused_before(site: Site, case: Case) -> bool:
    subject = subject_digest(case)
    return any(
        one.state == "REFUSED" and one.originator == case.originator and subject_digest(one) == subject
        for one in shelf.every(site)
    )


class ReviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict on a case; `ground` says NEUTRALITY or PROTECTION where that is why it is refused."""

    case: str
    verdict: Verdict
    reason: str
    ground: str = ""


async def review_nationally(site: Site, request: ReviewRequest) -> Case:
    """Approve, return or refuse as national approver. Raises RefusedError."""
    return _review(site, request, "NATIONAL")


async def review_legally(site: Site, request: ReviewRequest) -> Case:
    """Approve, return or refuse as legal reviewer. Raises RefusedError."""
    return _review(site, request, "LEGAL")


async def review_compliance(site: Site, request: ReviewRequest) -> Case:
    """Approve, return or refuse at the compliance desk. Raises RefusedError."""
    return _review(site, request, "COMPLIANCE")


def _review(site: Site, request: ReviewRequest, role: Review) -> Case:
    case, now_ms, permission = shelf.find(site, request.case), site.member.clock.now_ms(), PERMISSION_OF[role]
    due = case.state in {"SUBMITTED", "COMPLIANCE_REVIEW"} and role in case.missing
    if not due and not _takes_back(site, case, request, role):
        raise RefusedError(
            f"no {role} review is due",
            why=f"rule P-01: the case is {case.state}; still needed: {', '.join(case.missing) or 'nothing'}",
            remedy=next_step(case),
        )
    if not request.reason.strip():
        raise InputError("a verdict says why", remedy="give --reason")
    if role == "COMPLIANCE" and site.member.code not in desks_of(site.member.roster, case.originator):
        raise RefusedError(
            "the compliance desk is not here", why="it is the coalition's",
            remedy="lay the case before it: `evenhand case lay-before`",
        )  # fmt: skip
    given = case.given
    if request.verdict == "APPROVE":
        subject = subject_of(case.notice, detail_commitment(case.detail))
        given = (*case.given, shelf.sign(site.caller, role, subject, now_ms))
    case = shelf.stepped(
        case, site.caller, permission, now_ms, verdict=f"{role} {request.verdict}", reason=request.reason,
        given=given if request.verdict != "RETURN" else (),
    )  # fmt: skip
    case = shelf.put(site, settled(case, request.verdict))
    _after_review(site, case, request, role)
    return case


def _takes_back(site: Site, case: Case, request: ReviewRequest, role: Review) -> bool:
    """Say whether this returns a case of ours that all approved: until it is published, whoever may approve may."""
    approved_here = case.state == "APPROVED" and case.originator == site.member.code
    return approved_here and request.verdict == "RETURN" and role in needed_roles(case.notice.action)


def settled(case: Case, verdict: Verdict) -> Case:
    """Return the case in the state that follows from its signatures and the last verdict."""
    if verdict != "APPROVE":
        return msgspec.structs.replace(case, state="RETURNED" if verdict == "RETURN" else "REFUSED")
    if not case.missing:
        return msgspec.structs.replace(case, state="APPROVED")
    return msgspec.structs.replace(case, state="COMPLIANCE_REVIEW" if case.missing == ("COMPLIANCE",) else "SUBMITTED")


def next_step(case: Case) -> str:
    """Say what brings a case further."""
    match case.state:
        case "DRAFT" | "RETURNED":
            return "have its author submit it: `evenhand case submit`"
        case "SUBMITTED":
            return "have it reviewed: `evenhand case review --as national` and `--as legal`, by two people"
        case "COMPLIANCE_REVIEW":
            return "lay it before the compliance desk: `evenhand case lay-before`, and wait for its verdict"
        case "APPROVED":
            return "have its originator publish it: `evenhand case publish`, or a reviewer return it: `--return`"
        case _:
            return "see what became of it: `evenhand case show`"


def _after_review(site: Site, case: Case, request: ReviewRequest, role: Review) -> None:
    site.record("case.reviewed", {"case": case.case, "role": role, "verdict": request.verdict, "who": site.caller.who})
    if request.verdict == "APPROVE":
        approved(site, case, role)
    elif request.verdict == "REFUSE":
        if request.ground in {"NEUTRALITY", "PROTECTION"}:
            objected(site, case, request.ground)
        refused(site, case, request.reason)
    if case.originator != site.member.code:
        body = FromDesk(
            case=case.case, verdict=request.verdict, reason=request.reason, officer=site.caller.who,
            approval=case.given[-1] if request.verdict == "APPROVE" else None,
        )  # fmt: skip
        send(site, to=case.originator, topic="case.verdict", thread=case.case, body=FROM_DESK.encode(body))


class LayRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case, and the member whose compliance desk shall see it; empty: the coalition's."""

    case: str
    desk: str = ""


async def lay_before(site: Site, request: LayRequest) -> Case:
    """Send a case to the compliance desk, sealed to it and us. Raises RefusedError."""
    case = shelf.find(site, request.case)
    desks = desks_of(site.member.roster, site.member.code)
    desk = request.desk.upper() or min(desks)
    if case.notice.action not in COMPLIANCE_ACTIONS:
        raise RefusedError(f"{case.notice.action} needs no compliance desk", remedy="run `evenhand case publish`")
    if case.state != "COMPLIANCE_REVIEW":
        raise RefusedError(
            f"the case is {case.state}", why="rule P-01: the national approvals come first", remedy=next_step(case)
        )
    if desk not in desks or desk == site.member.code:
        raise RefusedError(f"{desk} is not another member's compliance desk", remedy=f"use {', '.join(sorted(desks))}")
    send(site, to=desk, topic="case.review", thread=case.case, body=TO_DESK.encode(ToDesk(case=case)))
    return shelf.put(site, msgspec.structs.replace(case, desk=desk))


def take_review(site: Site, letter: Letter) -> None:
    """Put another member's case on our compliance desk. Raises InputError."""
    case = TO_DESK.decode(letter.body).case
    known = shelf.known(site, case.case)
    if case.originator != letter.sender or (known is not None and known.originator != letter.sender):
        raise InputError(f"{letter.sender} sent a case that is not its own")
    shelf.put(site, msgspec.structs.replace(case, state="COMPLIANCE_REVIEW", desk=site.member.code))


def take_verdict(site: Site, letter: Letter) -> None:
    """Take in what another member's compliance desk says of a case of ours. Raises InputError."""
    said = FROM_DESK.decode(letter.body)
    case = shelf.known(site, said.case)
    if case is None or case.desk != letter.sender or case.state != "COMPLIANCE_REVIEW":
        raise InputError(f"{letter.sender} has no case of ours on its desk by that id")
    given = case.given if said.verdict != "RETURN" else ()
    if said.verdict == "APPROVE":
        subject = subject_of(case.notice, detail_commitment(case.detail))
        member = site.member.roster.member(letter.sender)
        if said.approval is None or said.approval.role != "COMPLIANCE":
            raise InputError("an approval without a signature")
        fault = said.approval.fault(subject, {letter.sender: ledger_keys(member)})
        if fault:
            raise InputError(fault)
        given = (*given, said.approval)
    step = Step(
        who=said.officer, permission=_P.NOTICE_COMPLIANCE, at_ms=letter.at_ms, verdict=f"COMPLIANCE {said.verdict}",
        reason=said.reason,
    )  # fmt: skip
    case = msgspec.structs.replace(case, steps=(*case.steps, step), given=given)
    shelf.put(site, settled(case, said.verdict))
    if said.verdict == "APPROVE":
        approved(site, case, "COMPLIANCE", officer=said.officer, unit=letter.sender)
    elif said.verdict == "REFUSE":
        refused(site, case, said.reason, officer=said.officer, unit=letter.sender)


WORKFLOW: Final = (
    Operation("case.draft", DraftRequest, "publish", draft),
    Operation("case.submit", CaseRequest, "publish", submit),
    Operation("case.approve", ReviewRequest, "publish", review_nationally),
    Operation("case.legal", ReviewRequest, "publish", review_legally),
    Operation("case.compliance", ReviewRequest, "publish", review_compliance),
    Operation("case.lay-before", LayRequest, "publish", lay_before),
)
