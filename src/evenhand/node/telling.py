"""What a member says: publish, correct, withdraw, erase, flag, link, sighting.

Knows:    how a draft becomes a notice, and the procedure's checks.
Told:     drafts and references by people of this member.
Answers:  the entries written; a refusal names the rule.
Trusted:  yes: it speaks in the member's name.
"""

from __future__ import annotations

import os
from typing import Any, Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import Place
from evenhand.node.narrowing import label_of_all
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Site
from evenhand.notices.checks import DAY_MS, refuse_on_findings
from evenhand.notices.model import (
    Action,
    Detail,
    DocumentNotice,
    ErasureOrder,
    Flag,
    Link,
    Notice,
    NoticeRef,
    PersonNotice,
    Record,
    Retraction,
    Sighting,
)
from evenhand.watchlist.fold import Held
from evenhand.watchlist.release import ALL, parse_label

_REVIEW_DAYS: Final = 180
_EXPIRY_DAYS: Final = 365
_ID_BYTES: Final = 16


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice as a person writes it.

    `notice` is a person or document notice in which `notice_id`, `version`, `valid_from`, `review_by` and
    `expires` may be left out. `detail` is always asked for; `detail_audience` may be narrower.
    """

    notice: dict[str, Any]
    detail: Detail
    audience: str = ALL
    detail_audience: str = ALL


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was published: the notice concerned and the entry of our ledger."""

    key: str
    version: int
    entry: int
    readers: tuple[str, ...]


def complete(draft: Draft, *, notice_id: str, version: int, now_ms: int) -> Notice:
    """Return the notice of a draft with what it left out. Raises InputError or RefusedError."""
    given = dict(draft.notice)
    for name, value in (("notice_id", notice_id), ("version", version)):
        if given.setdefault(name, value) != value:
            raise InputError(
                f"the draft says {name} {given[name]!r}", why=f"it must be {value!r}", remedy="leave it out"
            )
    given.setdefault("valid_from", format_ms(now_ms))
    given.setdefault("review_by", format_ms(now_ms + _REVIEW_DAYS * DAY_MS))
    given.setdefault("expires", format_ms(now_ms + _EXPIRY_DAYS * DAY_MS))
    try:
        notice: Notice = msgspec.convert(given, PersonNotice | DocumentNotice)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(
            "the draft is not a notice", why=str(error), remedy="see the example in docs/reference/cli.md"
        ) from error
    refuse_on_findings(notice, draft.detail)
    return notice


def require_may_publish(site: Site) -> None:
    """Refuse while upheld findings suspend this member's publishing. Raises RefusedError."""
    if not site.casework.standing(site.member.code).may_publish:
        raise RefusedError(
            f"{site.member.code}'s publishing is suspended", why="upheld findings: see `evenhand finding standing`",
            remedy="appeal with `evenhand finding appeal`; withdrawing stays possible",
        )  # fmt: skip


def _publish(site: Site, outgoing: Outgoing, key: str, version: int) -> Written:
    if isinstance(outgoing.record, Notice):
        require_may_publish(site)
    entry = site.member.publish([outgoing])[0]
    site.wake()
    readers = site.member.roster.active_codes if outgoing.match_label == ALL else outgoing.match_label.split(",")
    return Written(key=key, version=version, entry=entry, readers=tuple(readers))


def _outgoing(site: Site, draft: Draft, notice: Notice) -> Outgoing:
    roster, own = site.member.roster, site.member.code
    return Outgoing(
        notice, draft.detail, match_label=parse_label(draft.audience, roster, own),
        detail_label=parse_label(draft.detail_audience, roster, own),
    )  # fmt: skip


async def publish(site: Site, draft: Draft) -> Written:
    """Publish a new notice. Raises InputError or RefusedError."""
    notice = complete(draft, notice_id=new_id(), version=1, now_ms=site.member.clock.now_ms())
    return _publish(site, _outgoing(site, draft, notice), f"{site.member.code}:{notice.notice_id}", 1)


def new_id() -> str:
    """Return a fresh opaque id: 128 random bits."""
    return os.urandom(_ID_BYTES).hex()


class Correct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of ours, and its whole new text."""

    notice: str
    draft: Draft


async def correct(site: Site, request: Correct) -> Written:
    """Publish the next version of a notice of ours. Raises InputError, NotFoundError or RefusedError."""
    held = _standing(site, request.notice)
    number = held.versions[-1].number + 1
    notice = complete(request.draft, notice_id=held.notice_id, version=number, now_ms=site.member.clock.now_ms())
    return _publish(site, _outgoing(site, request.draft, notice), held.key, number)


def _standing(site: Site, reference: str) -> Held:
    held = site.own(reference)
    if held.retracted is not None or not held.versions:
        raise RefusedError(
            f"{held.key} was withdrawn", why="a withdrawal is final", remedy="publish a new notice instead"
        )
    return held


def reach(site: Site, held: Held) -> str:
    """Return the label that reaches everyone who may ever have read a notice of ours."""
    return label_of_all(site.member, held.versions)


class Withdraw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of ours and why it is withdrawn."""

    notice: str
    reason: str


async def withdraw(site: Site, request: Withdraw) -> Written:
    """Withdraw a notice of ours: it stops matching everywhere at once. Raises NotFoundError or RefusedError."""
    held = _standing(site, request.notice)
    record = Retraction(notice_id=held.notice_id, reason=request.reason)
    return _publish(site, Outgoing(record, match_label=reach(site, held)), held.key, held.versions[-1].number)


class Erase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of ours whose content must go everywhere, and on what ground."""

    notice: str
    reason_class: str


async def erase(site: Site, request: Erase) -> Written:
    """Order the erasure of every version of a notice of ours. Raises NotFoundError, InputError or RefusedError."""
    held = site.own(request.notice)
    if held.erased or not held.versions:
        raise RefusedError(
            f"{held.key} has no content left to erase", why="it was erased before",
            remedy="see who acknowledged it: `evenhand notice show`",
        )
    entries = tuple(version.index for version in held.versions)
    try:
        order = msgspec.convert(
            {"kind": "erasure", "notice_id": held.notice_id, "entries": entries, "reason_class": request.reason_class},
            ErasureOrder,
        )
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(
            f"not a ground for erasure: {request.reason_class[:40]!r}", remedy="use redress, retention, court or error"
        ) from error
    return _publish(site, Outgoing(order, match_label=reach(site, held)), held.key, held.versions[-1].number)


class FlagRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this member does instead of what a notice asks, on its own territory; `lift` takes it back."""

    notice: str
    action: Action
    reason: str
    lift: bool = False


async def flag(site: Site, request: FlagRequest) -> Written:
    """Flag a notice for our own territory. Raises NotFoundError or RefusedError."""
    held = site.held(request.notice)
    record = Flag(notice=_ref(held), action=request.action, reason=request.reason, lifted=request.lift)
    return _say(site, record, held)


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two notices and how they concern each other: same_person, not_same_person or unlinked."""

    first: str
    second: str
    relation: str
    reason: str


async def link(site: Site, request: LinkRequest) -> Written:
    """Say whether two notices concern one person. Raises NotFoundError or InputError."""
    first, second = sorted((site.held(request.first), site.held(request.second)), key=lambda held: held.key)
    try:
        record = msgspec.convert(
            {"kind": "link", "first": msgspec.to_builtins(_ref(first)), "second": msgspec.to_builtins(_ref(second)),
             "relation": request.relation, "reason": request.reason},
            Link,
        )  # fmt: skip
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError("that link cannot be said", why=str(error)) from error
    return _say(site, record, first)


class SightingRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the person or document of a notice was met, and what was found."""

    notice: str
    place: Place
    report: str


async def sighting(site: Site, request: SightingRequest) -> Written:
    """Tell the coalition that a notice's person or document was met now. Raises NotFoundError."""
    held = site.held(request.notice)
    record = Sighting(
        notice=_ref(held), seen_at=format_ms(site.member.clock.now_ms()), place=request.place, report=request.report
    )
    return _say(site, record, held)


def _ref(held: Held) -> NoticeRef:
    return NoticeRef(originator=held.originator, notice_id=held.notice_id)


def _say(site: Site, record: Record, held: Held) -> Written:
    version = held.versions[-1].number if held.versions else 0
    return _publish(site, Outgoing(record), held.key, version)


TELLING: Final = (
    Operation("notice.publish", Draft, "publish", publish),
    Operation("notice.correct", Correct, "publish", correct),
    Operation("notice.withdraw", Withdraw, "publish", withdraw),
    Operation("notice.erase", Erase, "publish", erase),
    Operation("notice.flag", FlagRequest, "publish", flag),
    Operation("notice.link", LinkRequest, "publish", link),
    Operation("notice.sighting", SightingRequest, "publish", sighting),
)
