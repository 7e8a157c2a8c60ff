"""Who may do what: a closed list of permissions, roles, and the duties one person must not join.

Knows:    eleven roles, every permission, and separation of duties.
Told:     roles of a person, and who did what before on the same matter.
Answers:  allowed or refused, with the rule and what to do instead.
Trusted:  yes: every route and command names exactly one of these permissions.

Source: PROCEDURE sections 1 (point 7), 2, 3 and 5; NIST SP 800-53 AC-5 (separation of duties).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from evenhand.ground.errors import RefusedError


class Role(StrEnum):
    """The people of issue and procedure; one person may hold several, within `INCOMPATIBLE`."""

    OFFICER = "officer"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    APPROVER = "approver"
    LEGAL_REVIEWER = "legal_reviewer"
    LIAISON = "liaison"
    COMPLIANCE_DESK = "compliance_desk"
    REDRESS_OFFICER = "redress_officer"
    OVERSIGHT = "oversight"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """Everything that can be done; `noun.verb`."""

    QUERY = "person.query"
    CANDIDATE_OPEN = "candidate.open"
    CANDIDATE_VERIFY = "candidate.verify"
    INCONCLUSIVE_DECIDE = "candidate.decide_inconclusive"
    ACTION_AUTHORISE = "action.authorise"
    ACTION_RECORD = "action.record"
    CUSTODY_RECORD = "custody.record"
    ENCOUNTER_CLOSE = "encounter.close"
    ENCOUNTER_READ = "encounter.read"
    ENCOUNTER_MERGE = "encounter.merge"
    LAW_REGISTER = "law.register"
    EXCEPTION_DECLARE = "exception.declare"
    ORIGINATOR_CONTACT = "originator.contact"
    ORIGINATOR_ANSWER = "originator.answer"
    HIT_REPORT = "hit.report"
    MOVEMENT_RECORD = "movement.record"
    DATA_RELEASE = "data.release"
    NOTICE_READ = "notice.read"
    NOTICE_EXPORT = "notice.export"
    NOTICE_DRAFT = "notice.draft"
    NOTICE_APPROVE = "notice.approve"
    NOTICE_LEGAL = "notice.review_legally"
    NOTICE_COMPLIANCE = "notice.review_compliance"
    NOTICE_PUBLISH = "notice.publish"
    NOTICE_WITHDRAW = "notice.withdraw"
    NOTICE_EXTEND = "notice.extend"
    NOTICE_FLAG = "notice.flag"
    ERROR_REPORT = "error.report"
    REDRESS_RECEIVE = "redress.receive"
    REDRESS_DECIDE = "redress.decide"
    REDRESS_BLOCK = "redress.block"
    FINDING_READ = "finding.read"
    FINDING_EXPLAIN = "finding.explain"
    FINDING_DECIDE = "finding.decide"
    AUDIT_READ = "audit.read"
    AUDIT_EXPORT = "audit.export"
    REPORT_READ = "report.read"
    QUALITY_REVIEW = "quality.review"
    ACCOUNT_MANAGE = "account.manage"
    NODE_OPERATE = "node.operate"
    NODE_WATCH = "node.watch"
    ACCOUNT_OWN = "account.own"
    SIGN_IN = "account.sign_in"


_P = Permission
TABLE: Final[dict[Role, frozenset[Permission]]] = {
    Role.OFFICER: frozenset(
        {_P.QUERY, _P.CANDIDATE_OPEN, _P.ENCOUNTER_READ, _P.ACTION_RECORD, _P.CUSTODY_RECORD, _P.HIT_REPORT,
         _P.EXCEPTION_DECLARE, _P.ERROR_REPORT, _P.REDRESS_RECEIVE, _P.MOVEMENT_RECORD, _P.DATA_RELEASE}
    ),
    Role.VERIFIER: frozenset(
        {_P.CANDIDATE_OPEN, _P.ENCOUNTER_READ, _P.CANDIDATE_VERIFY, _P.NOTICE_READ, _P.ORIGINATOR_CONTACT,
         _P.ERROR_REPORT}
    ),
    Role.SUPERVISOR: frozenset(
        {_P.NOTICE_READ, _P.ENCOUNTER_READ, _P.ENCOUNTER_MERGE, _P.INCONCLUSIVE_DECIDE, _P.ACTION_AUTHORISE,
         _P.ENCOUNTER_CLOSE, _P.EXCEPTION_DECLARE, _P.DATA_RELEASE,
         _P.FINDING_READ, _P.FINDING_EXPLAIN, _P.QUALITY_REVIEW, _P.REPORT_READ}
    ),
    Role.ANALYST: frozenset(
        {_P.NOTICE_READ, _P.NOTICE_EXPORT, _P.NOTICE_DRAFT, _P.NOTICE_EXTEND, _P.NOTICE_WITHDRAW, _P.ERROR_REPORT,
         _P.REPORT_READ}
    ),
    Role.APPROVER: frozenset({_P.NOTICE_READ, _P.NOTICE_APPROVE, _P.NOTICE_PUBLISH, _P.NOTICE_FLAG}),
    Role.LEGAL_REVIEWER: frozenset({_P.NOTICE_READ, _P.NOTICE_LEGAL, _P.LAW_REGISTER, _P.NOTICE_FLAG}),
    Role.LIAISON: frozenset(
        {_P.NOTICE_READ, _P.NOTICE_EXPORT, _P.ENCOUNTER_READ, _P.ORIGINATOR_CONTACT, _P.ORIGINATOR_ANSWER,
         _P.HIT_REPORT, _P.NOTICE_WITHDRAW, _P.ERROR_REPORT, _P.DATA_RELEASE}
    ),
    Role.COMPLIANCE_DESK: frozenset({_P.NOTICE_READ, _P.NOTICE_COMPLIANCE, _P.REPORT_READ}),
    Role.REDRESS_OFFICER: frozenset(
        {_P.NOTICE_READ, _P.REDRESS_RECEIVE, _P.REDRESS_DECIDE, _P.REDRESS_BLOCK, _P.AUDIT_READ}
    ),
    Role.OVERSIGHT: frozenset(
        {_P.NOTICE_READ, _P.ENCOUNTER_READ, _P.FINDING_READ, _P.FINDING_DECIDE, _P.AUDIT_READ, _P.AUDIT_EXPORT,
         _P.REPORT_READ}
    ),
    Role.ADMINISTRATOR: frozenset({_P.ACCOUNT_MANAGE, _P.NODE_OPERATE, _P.REPORT_READ}),
}  # fmt: skip
_EVERYONE: Final = frozenset({_P.NODE_WATCH, _P.ACCOUNT_OWN, _P.SIGN_IN})
TABLE.update({role: powers | _EVERYONE for role, powers in TABLE.items()})
"""Role by permission. The administrator operates and reads no personal data."""

PERSONAL: Final = frozenset(Permission) - {_P.ACCOUNT_MANAGE, _P.NODE_OPERATE, _P.REPORT_READ} - _EVERYONE
"""Permissions whose exercise shows data on a person."""

INCOMPATIBLE: Final[tuple[tuple[frozenset[Role], str], ...]] = (
    (frozenset({Role.ADMINISTRATOR}), "who operates the node reads no personal data"),
    (frozenset({Role.OVERSIGHT}), "who oversees does not act"),
    (frozenset({Role.REDRESS_OFFICER}), "who decides on redress does not act or publish"),
    (frozenset({Role.COMPLIANCE_DESK}), "the compliance desk is the coalition's, not a member's"),
)
"""Roles that stand alone: whoever holds one holds no other."""


class Separation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two duties on one matter that one person must not join."""

    first: Permission
    second: Permission
    rule: str
    instead: str


SEPARATIONS: Final = (
    Separation(first=_P.NOTICE_DRAFT, second=_P.NOTICE_APPROVE, rule="P-01", instead="ask another approver"),
    Separation(first=_P.NOTICE_DRAFT, second=_P.NOTICE_LEGAL, rule="P-01", instead="ask another legal reviewer"),
    Separation(first=_P.NOTICE_DRAFT, second=_P.NOTICE_COMPLIANCE, rule="P-01", instead="ask the compliance desk"),
    Separation(first=_P.NOTICE_APPROVE, second=_P.NOTICE_LEGAL, rule="P-01", instead="ask another legal reviewer"),
    Separation(first=_P.CANDIDATE_VERIFY, second=_P.ACTION_AUTHORISE, rule="A-02", instead="ask another authoriser"),
    Separation(first=_P.CANDIDATE_VERIFY, second=_P.INCONCLUSIVE_DECIDE, rule="V-01", instead="ask a supervisor"),
    Separation(first=_P.NOTICE_DRAFT, second=_P.REDRESS_DECIDE, rule="O-01", instead="ask another redress officer"),
    Separation(first=_P.ACTION_RECORD, second=_P.REDRESS_DECIDE, rule="O-01", instead="ask another redress officer"),
    Separation(first=_P.ACTION_AUTHORISE, second=_P.REDRESS_DECIDE, rule="O-01", instead="ask another redress officer"),
    Separation(first=_P.ACTION_RECORD, second=_P.QUALITY_REVIEW, rule="C-03", instead="ask another unit"),
)
"""Checked on one matter (a notice, an encounter), in both directions of time."""


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody did on the same matter before."""

    person: str
    permission: Permission


def check_roles(roles: frozenset[Role]) -> None:
    """Refuse a set of roles that one person must not hold together. Raises RefusedError."""
    for alone, why in INCOMPATIBLE:
        if alone < roles:
            held = ", ".join(sorted(roles))
            raise RefusedError(f"one person cannot be {held}", why=why, remedy="give the roles to two people")


def is_allowed(roles: Iterable[Role], permission: Permission) -> bool:
    """Say whether any of the roles carries the permission."""
    return any(permission in TABLE[role] for role in roles)


@lru_cache(maxsize=1_024)  # of sets of roles there are few, and every request asks
def _carries(roles: frozenset[Role], permission: Permission) -> bool:
    return is_allowed(roles, permission)


def check_allowed(roles: frozenset[Role], permission: Permission) -> None:
    """Refuse what no role of the person allows, naming the roles that do. Raises RefusedError."""
    if not _carries(roles, permission):
        able = ", ".join(role for role in Role if permission in TABLE[role])
        raise RefusedError(f"your roles do not allow {permission}", remedy=f"ask one of: {able}")


def check_separate(person: str, permission: Permission, earlier: Iterable[Deed]) -> None:
    """Refuse a duty that this person must not join with an earlier one on the same matter.

    Raises RefusedError, naming the rule.
    """
    done = {deed.permission for deed in earlier if deed.person == person}
    for pair in SEPARATIONS:
        if (pair.first == permission and pair.second in done) or (pair.second == permission and pair.first in done):
            other = pair.second if pair.first == permission else pair.first
            raise RefusedError(
                f"you did {other} in this matter and cannot do {permission}",
                why=f"rule {pair.rule}: these are two people's duties", remedy=pair.instead,
            )  # fmt: skip


def check_redress_decider(*, decider: tuple[str, str], originator: str, executors: Iterable[tuple[str, str]]) -> None:
    """Refuse a decider (member, unit) of the originator or of a unit that acted. Raises RefusedError (O-01)."""
    if decider[0] == originator or decider in set(executors):
        raise RefusedError(
            f"{decider[1]} of {decider[0]} cannot decide this request",
            why="rule O-01: neither the originator nor a unit that acted decides on redress",
            remedy="pass it to a redress officer of another unit, or of another member",
        )  # fmt: skip
