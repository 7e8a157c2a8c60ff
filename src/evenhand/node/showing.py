"""One notice with its whole life: what it says, who confirmed it, who has carried out its withdrawal.

Knows:    versions, flags, links, sightings, receipts, cosignatures.
Told:     a reference to a notice and, perhaps, an instant.
Answers:  everything this member may know of it.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.exchange.witness import cosigned_by
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import NotFoundError
from evenhand.node.asking import standing_of
from evenhand.node.details import detail_of, order_in
from evenhand.node.member import Member
from evenhand.node.site import Operation, Site
from evenhand.notices.model import Detail, Flag, Link, Notice, Sighting, decode_record
from evenhand.watchlist.fold import Held


class ShowRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice, and the instant as of which it is shown (RFC 3339; absent: now)."""

    notice: str
    at: str | None = None


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One version in its ledger."""

    number: int
    entry: int
    said_at: str


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal or erasure: who has signed a receipt for it, and who has not yet."""

    act: str
    entry: int
    receipts: tuple[tuple[str, str], ...]
    awaited: tuple[str, ...]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as this member may see it. `witnesses` cosigned the ledger's present head."""

    key: str
    standing: str
    at: str
    notice: Notice | None
    detail: Detail | None
    refer_to_originator: bool
    action_here: str
    versions: tuple[VersionLine, ...]
    orders: tuple[OrderLine, ...]
    flags: tuple[tuple[str, Flag], ...]
    links: tuple[tuple[str, Link], ...]
    sightings: tuple[tuple[str, Sighting], ...]
    witnesses: tuple[str, ...]


async def show(site: Site, request: ShowRequest) -> Shown:
    """Show one notice. Raises NotFoundError, UsageError or InputError."""
    member, held = site.member, site.held(request.notice)
    now = member.clock.now_ms()
    at_ms = now if request.at is None else parse_ms(request.at)
    versions = [one for one in held.versions if one.time_ms <= at_ms or request.at is None]
    if request.at is not None and not versions:
        raise NotFoundError(
            f"{held.key} had not been published at {request.at}", remedy="ask for a later instant, or leave --at out"
        )
    latest = versions[-1] if versions else None
    record = None if latest is None else decode_record(latest.text)
    standing = member.view.now(held.key, at_ms) if request.at is None else member.view.at(held.key, at_ms)
    detail = None if latest is None else detail_of(member, held.originator, latest.index)
    log, lines = member.ledgers.log(held.originator), member.ledgers.cosignatures.get(held.originator, {})
    said = member.watchlist.fold.ledgers
    return Shown(
        key=held.key, at=format_ms(at_ms), detail=detail, notice=record if isinstance(record, Notice) else None,
        standing=_standing(member, held, at_ms, past=request.at is not None),
        refer_to_originator=latest is not None and not latest.detail,
        action_here="NONE" if standing is None else standing.action,
        versions=tuple(VersionLine(number=v.number, entry=v.index, said_at=format_ms(v.time_ms)) for v in versions),
        orders=tuple(_orders(member, held)),
        flags=tuple((code, said[code].flags[held.key][1]) for code in sorted(said) if held.key in said[code].flags),
        links=tuple(
            (code, link) for code in sorted(said) for _, link in said[code].links.values()
            if held.key in {link.first.key, link.second.key}
        ),
        sightings=tuple(
            (code, one) for code in sorted(said) for one in said[code].sightings.values() if one.notice.key == held.key
        ),
        witnesses=tuple(cosigned_by(held.originator, log.head.checkpoint, lines, member.roster)),
    )  # fmt: skip


def _standing(member: Member, held: Held, at_ms: int, *, past: bool) -> str:
    if past and (held.retracted is None or held.retracted[1] > at_ms):
        return "stood" if member.view.at(held.key, at_ms) is not None else "not valid then"
    return standing_of(member, held, at_ms)


def _orders(member: Member, held: Held) -> list[OrderLine]:
    """Return the withdrawal and erasures of this notice with their receipts."""
    if held.retracted is None:
        return []
    fold = member.watchlist.fold
    lines = []
    for index, act in sorted(fold.ledger(held.originator).orders.items()):
        order = order_in(member, held.originator, index)
        if order is None or order.notice_id != held.notice_id:
            continue
        name = f"{held.originator}:{index}:{act}"
        receipts = tuple(
            (code, fold.ledgers[code].receipts[name].done_at)
            for code in sorted(fold.ledgers) if name in fold.ledgers[code].receipts
        )  # fmt: skip
        done = {code for code, _ in receipts} | {held.originator}
        awaited = tuple(code for code in member.roster.active_codes if code not in done)
        lines.append(OrderLine(act=act, entry=index, receipts=receipts, awaited=awaited))
    return lines


SHOWING: Final = (Operation("notice.show", ShowRequest, "read", show),)
