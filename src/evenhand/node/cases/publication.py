"""Publication of an approved case: its signatures go into the record, and the record into our ledger, once.

Knows:    what partners will check, and which number the notice's next version has.
Told:     that a case shall be published now.
Answers:  the case as published; a refusal, and the case returned where its number was used meanwhile.
Trusted:  yes: the record that leaves here is the word of the member.

A crash between the ledger and the shelf leaves an approved case whose record stands: it is found there, and not
written twice.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.errors import RefusedError
from evenhand.node.cases import shelf
from evenhand.node.cases.model import Case
from evenhand.node.cases.recording import published
from evenhand.node.cases.workflow import CaseRequest, desks_of, next_step
from evenhand.node.narrowing import require_next, written_as
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Site
from evenhand.node.telling import require_may_publish
from evenhand.notices.proving import check_approvals, detail_commitment, with_approvals
from evenhand.trust.permissions import Permission
from evenhand.watchlist.release import parse_label
from evenhand.watchlist.view import ledger_keys


async def publish(site: Site, request: CaseRequest) -> Case:
    """Publish an approved case: every member can check its signatures.

    Raises RefusedError. Where its version number was used meanwhile, the case is returned as well.
    """
    require_may_publish(site)
    case, member = shelf.find(site, request.case), site.member
    if case.state != "APPROVED" or case.originator != member.code:
        raise RefusedError(
            f"the case is {case.state}", why=f"rule P-01: still needed: {', '.join(case.missing) or 'nothing'}",
            remedy=next_step(case),
        )  # fmt: skip
    now_ms = member.clock.now_ms()
    committed = detail_commitment(case.detail)
    notice = with_approvals(case.notice, committed, case.given)
    entry = written_as(member, notice)  # a crash may have come between the ledger and the shelf
    if entry is None:
        _require_still_next(site, case)
    keys = {one.code: ledger_keys(one) for one in member.roster.members}
    faults = check_approvals(
        notice, originator=member.code, keys=keys, published_ms=now_ms, desks=desks_of(member.roster, member.code),
        detail=case.detail,
    )  # fmt: skip
    if faults:
        raise RefusedError(
            "partners would not accept these approvals", why="; ".join(one.found for one in faults),
            remedy="return the case and have it reviewed again",
        )
    outgoing = Outgoing(
        notice, case.detail, match_label=parse_label(case.audience, member.roster, member.code),
        detail_label=parse_label(case.detail_audience, member.roster, member.code),
    )  # fmt: skip
    case = shelf.stepped(case, site.caller, Permission.NOTICE_PUBLISH, now_ms, verdict="PUBLISHED", state="PUBLISHED")
    entry = member.publish([outgoing])[0] if entry is None else entry
    case = shelf.put(site, msgspec.structs.replace(case, notice=notice, entry=entry))
    site.wake()
    published(site, case)
    return case


def _require_still_next(site: Site, case: Case) -> None:
    """Return a case whose number was used since, by an import or another case, and say so. Raises RefusedError.

    Its approvals are void: the number is part of the text that they sign.
    """
    try:
        require_next(site.member, case.notice)
    except RefusedError as error:
        case = shelf.stepped(
            case, site.caller, Permission.NOTICE_PUBLISH, site.member.clock.now_ms(), verdict="RETURNED",
            state="RETURNED", given=(), reason=f"{error.what}: {error.why}",
        )  # fmt: skip
        site.record("case.returned", {"case": case.case, "who": site.caller.who})
        shelf.put(site, case)
        raise RefusedError(
            error.what, why=f"{error.why}; the approvals are of that text, so they are void and the case is RETURNED",
            remedy="look at what stands now, then have its author draft it anew, by `--case` or the list, for review",
        ) from error


PUBLICATION: Final = (Operation("case.publish", CaseRequest, "publish", publish),)
