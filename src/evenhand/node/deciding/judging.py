"""What the rules are told of a partner's notice when it arrives: and they judge how it was published.

Knows:    approvals inside the record, who vouches for whom, and what every notice states.
Told:     a notice that came, or the key of one that is about to be shown.
Answers:  records for the decision ledger: each approval that holds, and the publication, judged by rules P-01 and P-02.
Trusted:  yes: a notice that one person put into the list is found by every member that may read it.

Our own notices were judged when we published them. What another authority's list says rests on that list. On a node
without accounts, where members are set up and tried out, a notice without any approval is only known. Source:
PROCEDURE section 4; docs/adr/0061.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.casework.office import Item
from evenhand.casework.records import EventRecord, FactRecord
from evenhand.ground.clock import parse_ms
from evenhand.node.cases.workflow import desks_of
from evenhand.node.deciding.statuses import held_of, published_fact
from evenhand.node.details import detail_of
from evenhand.node.site import Site
from evenhand.notices.approvals import Approval
from evenhand.notices.checks import check_notice, has_strong_identifier
from evenhand.notices.model import Detail, Notice, PersonNotice, decode_record
from evenhand.notices.proving import provenance, subject_of
from evenhand.screening.notice_events import MANDATORY, NoticeApproved, NoticePublished
from evenhand.watchlist.fold import Held
from evenhand.watchlist.view import ledger_keys

_STATEMENT: Final = {
    "identity-name": "name", "identity-birth": "birth_date", "review-date": "review_date", "fallback": "fallback",
}  # fmt: skip
"""The statement that is missing where a check of the record fails."""


def told(site: Site, key: str) -> list[Item]:
    """Return what the rules must know of a notice before it is shown, if they do not know it yet."""
    held = held_of(site.member, key)
    known = site.casework.facts(key)
    found = judged(site, held) if known and held is not None else []
    return found or known


def judged(site: Site, held: Held) -> list[Item]:
    """Return how a partner published the version in force, for rules P: nothing where that is known or not asked.

    What does not stand any more is not judged.
    """
    member, latest, now = site.member, held.latest, site.casework.now_ms
    stands = latest is not None and held.retracted is None and now < latest.expires_ms
    if latest is None or not stands or held.originator == member.code or not site.casework.facts(held.key):
        return []
    notice, fact = decode_record(latest.text), published_fact(held)
    assert isinstance(notice, Notice)
    assert fact is not None
    rests_on = provenance(notice)
    if rests_on == "from a list" or (rests_on == "not approved" and site.people.registry.is_empty):
        return []
    good = _good(site, notice, held.originator, fact.at_ms)
    items: list[Item] = [(FactRecord(event=_approved(fact, one)), "case") for one in good if one.role != "AUTHOR"]
    strong = has_strong_identifier(notice.person) if isinstance(notice, PersonNotice) else True
    event = msgspec.structs.replace(
        fact, officer=next((one.by.officer for one in good if one.role == "AUTHOR"), ""), strong_identifier=strong,
        stated=_stated(notice, detail_of(member, held.originator, latest.index)),
    )  # fmt: skip
    return [*items, (EventRecord(event=event), "case")]


def _good(site: Site, notice: Notice, originator: str, published_ms: int) -> list[Approval]:
    """Return the approvals that hold: signed by whom their member vouches for, in time, at the right member."""
    if notice.approvals is None:
        return []
    roster = site.member.roster
    keys = {one.code: ledger_keys(one) for one in roster.members}
    subject, desks = subject_of(notice, notice.approvals.detail), desks_of(roster, originator)
    return [
        one for one in notice.approvals.given
        if not one.fault(subject, keys) and parse_ms(one.at) <= published_ms
        and one.by.member in (desks if one.role == "COMPLIANCE" else {originator})
    ]  # fmt: skip


def _approved(fact: NoticePublished, one: Approval) -> NoticeApproved:
    return NoticeApproved(
        event_id=f"{fact.event_id}:{one.role}:{one.by.officer}", at_ms=parse_ms(one.at), member=one.by.member, unit="",
        officer=one.by.officer, notice=fact.notice, version=fact.version, role=one.role,  # type: ignore[arg-type]
    )  # fmt: skip


def _stated(notice: Notice, detail: Detail | None) -> tuple[str, ...]:
    """Return which mandatory statements a notice makes, as far as we may read it."""
    missing = set() if detail is None else {_STATEMENT.get(one.rule, "") for one in check_notice(notice, detail)}
    return tuple(name for name in MANDATORY if name not in missing)
