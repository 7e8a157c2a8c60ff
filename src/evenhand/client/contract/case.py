"""The room `case`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.contract.shared import Approval, Detail, DocumentNotice, Draft, ListRequest, PersonNotice
from evenhand.client.requests import Call, call


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case. `given` are the signatures so far, the author's first."""

    case: str
    kind: Literal["CORRECTION", "EXTENSION", "NEW"]
    state: Literal["APPROVED", "COMPLIANCE_REVIEW", "DRAFT", "PUBLISHED", "REFUSED", "RETURNED", "SUBMITTED"]
    originator: str
    notice: PersonNotice | DocumentNotice
    detail: Detail
    audience: str
    detail_audience: str
    statements: Statements | None = None
    given: tuple[Approval, ...] = ()
    steps: tuple[ModelStep, ...] = ()
    desk: str = ""
    entry: int | None = None
    since_ms: int = 0


class CaseLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case in a list."""

    case: str
    key: str
    version: int
    kind: str
    state: str
    action: str
    missing: tuple[str, ...]
    since: str


class CaseList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of cases, oldest first."""

    cases: tuple[CaseLine, ...]
    next: str | None


class CaseRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case by its id, or a unique beginning of it."""

    case: str


class DraftRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A draft; `case` replaces the text of one that is ours to edit, `corrects` names a notice of ours."""

    draft: Draft
    statements: Statements | None = None
    case: str = ""
    corrects: str = ""
    kind: Literal["CORRECTION", "EXTENSION", "NEW"] = "NEW"


class Due(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Notices of ours that ask for a decision, most urgent first."""

    notices: tuple[DueLine, ...]


class DueLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of ours whose review or expiry is near or past; days count from now, negative: overdue."""

    key: str
    review_by: str
    expires: str
    review_days: int
    expires_days: int


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One objection: the rule's name, what was found, and what to do about it."""

    rule: str
    found: str
    remedy: str


class LayRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case, and the member whose compliance desk shall see it; empty: the coalition's."""

    case: str
    desk: str = ""


class ModelStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody did in a case: an opaque account, in which duty, with what verdict and reason."""

    who: str
    permission: Permission
    at_ms: int
    verdict: str
    reason: str = ""


class NoticeRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice by `CODE:ID` or the beginning of its id."""

    notice: str


Permission = Literal[
    "account.manage", "account.own", "account.sign_in", "action.authorise", "action.record", "audit.export",
    "audit.read", "candidate.decide_inconclusive", "candidate.open", "candidate.verify", "custody.record",
    "data.release", "encounter.close", "encounter.merge", "encounter.read", "error.report", "exception.declare",
    "finding.decide", "finding.explain", "finding.read", "hit.report", "law.register", "movement.record",
    "node.operate", "node.watch", "notice.approve", "notice.draft", "notice.export", "notice.extend", "notice.flag",
    "notice.publish", "notice.read", "notice.review_compliance", "notice.review_legally", "notice.withdraw",
    "originator.answer", "originator.contact", "person.query", "quality.review", "redress.block", "redress.decide",
    "redress.receive", "report.read",
]
"""Everything that can be done; `noun.verb`."""


class Proved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """On what a notice rests, who signed, and every objection of rule P-01."""

    key: str
    version: int
    provenance: str
    signed: tuple[tuple[str, ...], ...]
    objections: tuple[Finding, ...]


class ReviewRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verdict on a case; `ground` says NEUTRALITY or PROTECTION where that is why it is refused."""

    case: str
    verdict: Literal["APPROVE", "REFUSE", "RETURN"]
    reason: str
    ground: str = ""


class Statements(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an author states beside the notice (PROCEDURE section 2); empty where it is not needed."""

    penalty_threshold: str = ""
    child: Literal["no", "unknown", "yes"] = "unknown"
    child_reason: str = ""
    neutrality: str = ""
    nationality_unknown: bool = False
    protection: str = ""
    compatible_with: tuple[str, ...] = ()
    compatibility: str = ""
    new_facts: str = ""
    assessment: str = ""


def case_approve(body: ReviewRequest, *, once: str = "") -> Call[Case]:
    """Approve, return or refuse as national approver."""
    return call("POST", "/v1/operations/case.approve", Case, body=body, once=once)


def case_check(body: NoticeRequest) -> Call[Proved]:
    """Check rule P-01 from the published record alone, as any member can."""
    return call("POST", "/v1/operations/case.check", Proved, body=body)


def case_compliance(body: ReviewRequest, *, once: str = "") -> Call[Case]:
    """Approve, return or refuse at the compliance desk."""
    return call("POST", "/v1/operations/case.compliance", Case, body=body, once=once)


def case_draft(body: DraftRequest, *, once: str = "") -> Call[Case]:
    """Open a case, or write its text anew."""
    return call("POST", "/v1/operations/case.draft", Case, body=body, once=once)


def case_due(body: ListRequest) -> Call[Due]:
    """List notices of ours to be reviewed, or expiring within four months."""
    return call("POST", "/v1/operations/case.due", Due, body=body)


def case_lay_before(body: LayRequest, *, once: str = "") -> Call[Case]:
    """Send a case to the compliance desk, sealed to it and us."""
    return call("POST", "/v1/operations/case.lay-before", Case, body=body, once=once)


def case_legal(body: ReviewRequest, *, once: str = "") -> Call[Case]:
    """Approve, return or refuse as legal reviewer."""
    return call("POST", "/v1/operations/case.legal", Case, body=body, once=once)


def case_list(body: ListRequest) -> Call[CaseList]:
    """List cases under way."""
    return call("POST", "/v1/operations/case.list", CaseList, body=body)


def case_publish(body: CaseRequest, *, once: str = "") -> Call[Case]:
    """Publish an approved case: every member can check its signatures."""
    return call("POST", "/v1/operations/case.publish", Case, body=body, once=once)


def case_show(body: CaseRequest) -> Call[Case]:
    """Show a case with every step."""
    return call("POST", "/v1/operations/case.show", Case, body=body)


def case_submit(body: CaseRequest, *, once: str = "") -> Call[Case]:
    """Ask for review: the machine looks first, then the author signs."""
    return call("POST", "/v1/operations/case.submit", Case, body=body, once=once)
