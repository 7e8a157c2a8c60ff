"""What lies on the redress desk: requests, matters and alarms, page by page.

Knows:    who may see which of them.
Told:     by redress officers, and by whoever answers for our notices.
Answers:  a page, and where the next begins.
Trusted:  yes: matters name persons.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import RefusedError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import page_of
from evenhand.node.redress import shelf
from evenhand.node.redress.model import Matter, Request
from evenhand.node.redress.watching import found as found_hunted
from evenhand.node.site import Site
from evenhand.screening.clocks import DAY_MS
from evenhand.trust.permissions import Permission

_ALARM_MS: Final = 90 * DAY_MS


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open requests and matters, or `everything`; `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A protected person was reported to an originator: which finding, encounter and notice, and when it showed."""

    finding: str
    encounter: str
    notice: str
    at: str


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the redress desk; `alarms` first. In pages: requests, oldest first, and then matters."""

    requests: tuple[Request, ...]
    matters: tuple[Matter, ...]
    next: str | None
    alarms: tuple[Alarm, ...] = ()
    hunted: tuple[tuple[str, str, str], ...] = ()
    """(protection, notice, since): notices of states fled that name a document of somebody protected here."""


def _alarms(site: Site, *, everything: bool) -> tuple[Alarm, ...]:
    """Return the breaches of protection at a hit: the last 90 days', or every one."""
    from_ms = 0 if everything else site.member.clock.now_ms() - _ALARM_MS
    found = [
        one for one in site.casework.office.overseer.findings.values()
        if one.rule == "P-03" and one.severity == "S1" and one.encounter and one.at_ms >= from_ms
    ]  # fmt: skip
    return tuple(
        Alarm(finding=one.finding_id, encounter=one.encounter, notice=one.notice, at=format_ms(one.at_ms))
        for one in sorted(found, key=lambda each: each.at_ms)
    )


async def desk(site: Site, request: ListRequest) -> Desk:
    """List requests and matters; whoever answers for our notices sees those matters alone.

    Raises RefusedError or InputError.
    """
    caller, everything, requests = site.caller, request.everything, list[Request]()
    matters = [one for one in shelf.matters(site) if everything or not one.result]
    answers_persons = caller.may(Permission.REDRESS_BLOCK)
    if answers_persons:
        requests = [one for one in shelf.requests(site) if everything or not one.answer]
    elif caller.may(Permission.ORIGINATOR_ANSWER):
        matters = [one for one in matters if one.originator == site.member.code]
    else:
        raise RefusedError("requests of persons are the redress officer's", remedy="ask them")
    rows: list[Request | Matter] = [*requests, *matters]
    page, following = page_of(
        rows, _place, limit=request.limit, after=request.cursor,
        question=["redress.list", everything, answers_persons],
    )  # fmt: skip
    return Desk(
        requests=tuple(one for one in page if isinstance(one, Request)),
        matters=tuple(one for one in page if isinstance(one, Matter)), next=following,
        alarms=_alarms(site, everything=everything) if answers_persons else (),
        hunted=tuple(found_hunted(site)) if answers_persons else (),
    )  # fmt: skip


def _place(one: Request | Matter) -> str:
    name = one.request if isinstance(one, Request) else one.matter
    return f"{int(isinstance(one, Matter))} {one.since_ms:020} {name}"
