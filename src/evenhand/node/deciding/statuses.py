"""How a notice stands, in the procedure's words, and what the rules must know of it.

Knows:    versions, review dates, expiry, suspension, withdrawal, erasure and outcomes of redress.
Told:     a member's watchlist, a notice and an instant.
Answers:  its status; the facts that are told to the rules before it is shown.
Trusted:  yes: a notice that does not stand must release whoever was stopped for it.
"""

from __future__ import annotations

from typing import Final

from evenhand.ground.canonical import digest
from evenhand.ground.clock import parse_ms
from evenhand.node.member import Member
from evenhand.notices.model import Notice, decode_record
from evenhand.screening.cleared import identity_basis
from evenhand.screening.events import Status
from evenhand.screening.notice_events import NoticePublished, NoticeStatusChanged
from evenhand.watchlist.fold import Held

_SAID: Final[dict[str, Status]] = {"SUSPENDED": "SUSPENDED", "BLOCKED": "BLOCKED", "STANDING": "PUBLISHED"}


def held_of(member: Member, key: str) -> Held | None:
    """Return a notice by its key, or None."""
    originator, _, notice_id = key.partition(":")
    ledger = member.watchlist.fold.ledgers.get(originator)
    return None if ledger is None else ledger.notices.get(notice_id)


def status_of(member: Member, key: str, now_ms: int) -> Status:
    """Return how a notice stands; one that is not held or not listed any more counts as withdrawn."""
    held = held_of(member, key)
    if held is None:
        return "WITHDRAWN"
    if held.erased:
        return "ERASED"
    if held.retracted is not None or held.latest is None:
        return "WITHDRAWN"
    if held.status != "STANDING":
        return _SAID[held.status]
    if not member.view.is_listed(held):
        return "WITHDRAWN"  # its originator was expelled, or redress overruled it
    if now_ms >= held.latest.expires_ms:
        return "EXPIRED"
    notice = decode_record(held.latest.text)
    assert isinstance(notice, Notice)
    return "REVIEW_DUE" if now_ms > parse_ms(notice.review_by) else "PUBLISHED"


def is_terrorism(category: str) -> bool:
    """Say whether a category is one of terrorism: its clocks are the short ones."""
    return "terror" in category.casefold()


def published_fact(held: Held) -> NoticePublished | None:
    """Return what a notice's newest version says, as a fact for the rules; None where its content is gone."""
    latest = held.latest
    if latest is None:
        return None
    notice = decode_record(latest.text)
    assert isinstance(notice, Notice)
    return NoticePublished(
        event_id=f"{held.key}:v{latest.number}", at_ms=latest.time_ms, member=held.originator, unit="",
        notice=held.key, version=latest.number, action=notice.action, fallback=notice.fallback,
        category=notice.category, review_by_ms=parse_ms(notice.review_by), expires_ms=latest.expires_ms,
        text=digest(notice).hex(), identity=identity_basis(notice), terrorism=is_terrorism(notice.category),
        tlp=notice.handling.tlp,
    )  # fmt: skip


def status_fact(key: str, status: Status, now_ms: int, *, number: int) -> NoticeStatusChanged:
    """Return a change of status as a fact for the rules; `number` tells changes of one notice apart."""
    return NoticeStatusChanged(
        event_id=f"{key}:{status}:{number}", at_ms=now_ms, member=key.partition(":")[0], unit="", notice=key,
        status=status,
    )  # fmt: skip
