"""The one gate: every operation asks for exactly one permission, and nobody passes without it.

Knows:    which permission each operation asks for; what happens to strangers.
Told:     a caller or none, and an operation.
Answers:  nothing, or a refusal; a record of who asked for what either way.
Trusted:  yes: an operation that names no permission is closed to everyone but the owner of an unmanned node.
"""

from __future__ import annotations

from typing import Final

from evenhand.ground.errors import RefusedError
from evenhand.node.people.accounts import Caller
from evenhand.trust.permissions import Permission, check_allowed

_P = Permission
POWERS: Final[dict[str, Permission]] = {
    "find": _P.QUERY,
    "find.batch": _P.QUERY,
    "state": _P.NODE_WATCH,
    "parity": _P.NODE_WATCH,
    "peer.status": _P.NODE_WATCH,
    "roster.show": _P.NODE_WATCH,
    "who-can-see": _P.NODE_WATCH,
    "ledger.verify": _P.NODE_WATCH,
    "ledger.proof": _P.NODE_WATCH,
    "doctor": _P.NODE_WATCH,
    "ledger.export": _P.NODE_OPERATE,
    "ledger.import": _P.NODE_OPERATE,
    "peer.cut": _P.NODE_OPERATE,
    "peer.heal": _P.NODE_OPERATE,
    "roster.propose": _P.NODE_OPERATE,
    "roster.apply": _P.NODE_OPERATE,
    "notice.list": _P.NOTICE_READ,
    "notice.show": _P.NOTICE_READ,
    "notice.publish": _P.NOTICE_PUBLISH,
    "notice.correct": _P.NOTICE_PUBLISH,
    "import": _P.NOTICE_PUBLISH,
    "export": _P.NOTICE_EXPORT,
    "notice.withdraw": _P.NOTICE_WITHDRAW,
    "notice.erase": _P.NOTICE_WITHDRAW,
    "notice.flag": _P.NOTICE_FLAG,
    "notice.link": _P.NOTICE_DRAFT,
    "notice.sighting": _P.HIT_REPORT,
    "encounter.scan": _P.QUERY,
    "encounter.open": _P.CANDIDATE_OPEN,
    "encounter.verify": _P.CANDIDATE_VERIFY,
    "encounter.check": _P.CANDIDATE_OPEN,
    "encounter.contact": _P.ORIGINATOR_CONTACT,
    "encounter.authorise": _P.ACTION_AUTHORISE,
    "encounter.act": _P.ACTION_RECORD,
    "encounter.end": _P.ACTION_RECORD,
    "encounter.custody": _P.CUSTODY_RECORD,
    "encounter.report": _P.HIT_REPORT,
    "encounter.follow-up": _P.HIT_REPORT,
    "encounter.close": _P.ENCOUNTER_CLOSE,
    "encounter.side": _P.CANDIDATE_VERIFY,
    "encounter.error": _P.ERROR_REPORT,
    "encounter.inbox": _P.ENCOUNTER_READ,
    "encounter.read": _P.ENCOUNTER_READ,
    "encounter.answer": _P.ORIGINATOR_ANSWER,
    "encounter.list": _P.ENCOUNTER_READ,
    "encounter.show": _P.ENCOUNTER_READ,
    "encounter.carry-out": _P.ENCOUNTER_MERGE,
    "encounter.merge": _P.ENCOUNTER_MERGE,
    "encounter.law": _P.LAW_REGISTER,
    "encounter.movement": _P.MOVEMENT_RECORD,
    "notice.pass-on": _P.DATA_RELEASE,
    "audit.verify": _P.AUDIT_READ,
    "audit.retention": _P.NODE_OPERATE,
    "audit.sample": _P.AUDIT_READ,
    "audit.export": _P.AUDIT_EXPORT,
    "audit.request": _P.AUDIT_READ,
    "audit.requests": _P.AUDIT_READ,
    "audit.refuse": _P.AUDIT_EXPORT,
    "finding.list": _P.FINDING_READ,
    "finding.show": _P.FINDING_READ,
    "finding.except": _P.EXCEPTION_DECLARE,
    "finding.open": _P.FINDING_DECIDE,
    "finding.answer": _P.FINDING_EXPLAIN,
    "finding.judge": _P.FINDING_DECIDE,
    "finding.standing": _P.FINDING_READ,
    "notice.suspend": _P.NOTICE_WITHDRAW,
    "notice.restore": _P.NOTICE_PUBLISH,
    "case.draft": _P.NOTICE_DRAFT,
    "case.draft-list": _P.NOTICE_DRAFT,
    "case.submit": _P.NOTICE_DRAFT,
    "case.approve": _P.NOTICE_APPROVE,
    "case.legal": _P.NOTICE_LEGAL,
    "case.compliance": _P.NOTICE_COMPLIANCE,
    "case.lay-before": _P.NOTICE_APPROVE,
    "case.publish": _P.NOTICE_PUBLISH,
    "case.list": _P.NOTICE_READ,
    "case.show": _P.NOTICE_READ,
    "case.check": _P.NOTICE_READ,
    "case.due": _P.NOTICE_READ,
    "error.report": _P.ERROR_REPORT,
    "error.answer": _P.ORIGINATOR_ANSWER,
    "error.list": _P.ERROR_REPORT,
    "redress.receive": _P.REDRESS_RECEIVE,
    "redress.assess": _P.REDRESS_BLOCK,
    "redress.block": _P.REDRESS_BLOCK,
    "redress.position": _P.ORIGINATOR_ANSWER,
    "redress.decide": _P.REDRESS_DECIDE,
    "redress.answer": _P.REDRESS_DECIDE,
    "redress.list": _P.NOTICE_READ,
    "redress.forget": _P.REDRESS_DECIDE,
    "redress.number": _P.REDRESS_DECIDE,
    "redress.take-back": _P.REDRESS_DECIDE,
    "protection.grant": _P.REDRESS_BLOCK,
    "protection.end": _P.REDRESS_BLOCK,
    "protection.list": _P.REDRESS_BLOCK,
    "protection.object": _P.REDRESS_BLOCK,
    "protection.ask": _P.ORIGINATOR_CONTACT,
    "protection.show": _P.ORIGINATOR_CONTACT,
    "report.month": _P.REPORT_READ,
    "report.publish": _P.NODE_OPERATE,
    "report.total": _P.REPORT_READ,
    "report.scorecard": _P.REPORT_READ,
    "report.pledge": _P.NODE_OPERATE,
    "report.verify": _P.REPORT_READ,
    "people.add": _P.ACCOUNT_MANAGE,
    "people.change": _P.ACCOUNT_MANAGE,
    "people.list": _P.ACCOUNT_MANAGE,
    "people.key": _P.ACCOUNT_MANAGE,
    "people.revoke": _P.ACCOUNT_MANAGE,
    "people.journal": _P.AUDIT_READ,
    "people.code": _P.ACCOUNT_OWN,
    "session.enrol": _P.SIGN_IN,
    "session.open": _P.SIGN_IN,
    "session.begin": _P.SIGN_IN,
    "session.finish": _P.SIGN_IN,
    "session.show": _P.ACCOUNT_OWN,
    "session.close": _P.ACCOUNT_OWN,
}
"""Operation by permission; a test holds it equal to the operations there are."""

BY_APPROVAL: Final = frozenset({"notice.publish", "notice.correct"})
"""Ways round the approvals: open on a node without accounts, to set up and to try out, and closed ever after.

`import` is no way round them: it says what another authority's list says, and refuses everything else by itself.
"""


def authorise(caller: Caller | None, operation: str) -> None:
    """Let an operation be asked, or raise RefusedError that says who may."""
    permission = POWERS.get(operation)
    if permission is _P.SIGN_IN or (caller is not None and caller.is_owner):
        return
    if caller is None:
        raise RefusedError(
            "nobody is signed in", why="this node has accounts, and your session is missing, ended or unknown",
            remedy="run `evenhand sign-in NAME`",
        )  # fmt: skip
    if permission is None:
        raise RefusedError(
            f"{operation} is closed", why="no permission is named for it",
            remedy="bring program and node to the same release",
        )
    check_allowed(caller.roles, permission)
    if operation in BY_APPROVAL:
        raise RefusedError(
            "a notice is not published by one person",
            why="rule P-01: author, national approver and legal reviewer are three people",
            remedy="draft a case: `evenhand case draft`, or POST /v1/operations/case.draft",
        )
