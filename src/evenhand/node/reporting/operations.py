"""What can be asked about figures: a month, publishing it, totals, the scorecard, a pledge.

Knows:    the shape of each request.
Told:     by supervisors, analysts, the compliance desk, oversight and the administrator.
Answers:  figures, signed JSON, pages. No figure names a person.
Trusted:  yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from evenhand.casework.records import Decision
from evenhand.ground.errors import InputError, RefusedError
from evenhand.node.publishing import Outgoing
from evenhand.node.reporting.month import (
    MONTHS,
    SIGNED,
    Month,
    Pledge,
    Totals,
    bounds,
    completed,
    count,
    month_before,
    open_signed,
    sign,
    taken,
    total,
)
from evenhand.node.reporting.page import month_page, scorecard_page, total_page
from evenhand.node.reporting.scorecard import Scorecard, scorecard, waited
from evenhand.node.site import Operation, Site
from evenhand.notices.model import MonthlyFigures
from evenhand.watchlist.view import ledger_keys

_PLEDGE: Final = b"report/pledge"


class MonthRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month as 2026-11; empty: the last one that is over."""

    month: str = ""


class MonthAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The figures, the signed JSON, and the page."""

    figures: Month
    signed: str
    page: str


def _chosen(site: Site, month: str) -> str:
    chosen = month or month_before(site.member.clock.now_ms())
    bounds(chosen)
    return chosen


def _decisions(site: Site) -> Iterator[Decision]:
    return (entry.decision for entry in site.casework.book.entries() if entry.decision is not None)


def _pledge(site: Site) -> Pledge:
    data = site.member.store.get(_PLEDGE)
    return Pledge() if data is None else msgspec.json.decode(data, type=Pledge)


def _month(site: Site, month: str) -> Month:
    member, book = site.member, site.casework.book
    now = member.clock.now_ms()
    counted = site.casework.office.months.report(*bounds(month), now)
    if counted is None:  # older than what is counted ahead
        counted = count(member.code, _decisions(site), month=month, now_ms=now)
    report = completed(member.code, counted, member.watchlist.fold, month=month)
    return taken(
        report, month=month, now_ms=now, ledger=(book.size, book.log.root.hex()), pledge=_pledge(site)
    )


async def month(site: Site, request: MonthRequest) -> MonthAnswer:
    """Count a month of this member. Raises InputError."""
    figures = _month(site, _chosen(site, request.month))
    signed = SIGNED.encode(sign(figures, site.member.keys)).decode("utf-8")
    return MonthAnswer(figures=figures, signed=signed, page=month_page(figures))


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that carries the figures."""

    month: str
    entry: int


async def publish(site: Site, request: MonthRequest) -> Published:
    """Publish a month that is over, to every member. Raises RefusedError."""
    chosen = _chosen(site, request.month)
    if bounds(chosen)[1] > site.member.clock.now_ms():
        raise RefusedError(f"{chosen} is not over", remedy="publish it when it is")
    body = MONTHS.encode(_month(site, chosen)).decode("utf-8")
    entry = site.member.publish([Outgoing(MonthlyFigures(month=chosen, body=body))])[0]
    site.wake()
    return Published(month=chosen, entry=entry)


class TotalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The coalition's figures and their page."""

    totals: Totals
    page: str


async def totals(site: Site, request: MonthRequest) -> TotalAnswer:
    """Add what the members published of a month; a report that cannot be read counts as missing."""
    chosen, member = _chosen(site, request.month), site.member
    reports = []
    for code in member.roster.active_codes:
        said = member.watchlist.fold.ledger(code).figures.get(chosen)
        try:
            figures = None if said is None else MONTHS.decode(said[1].body.encode("utf-8"))
        except InputError:
            figures = None
        if figures is not None and figures.report.member == code and figures.month == chosen:
            reports.append(figures.report)
    found = total(chosen, reports, member.roster.active_codes)
    return TotalAnswer(totals=found, page=total_page(found))


class ScoreAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The scorecard and its page."""

    scorecard: Scorecard
    page: str


async def score(site: Site, request: MonthRequest) -> ScoreAnswer:
    """Say what each member pledged and delivered, as this member can see. Raises InputError."""
    chosen = _chosen(site, request.month)
    waits = site.casework.office.months.waits(*bounds(chosen))
    if waits is None:  # older than what is counted ahead
        waits = waited(_decisions(site), month=chosen)
    found = scorecard(site.member, waits, month=chosen)
    return ScoreAnswer(scorecard=found, page=scorecard_page(found))


async def pledge(site: Site, request: Pledge) -> Pledge:
    """Say what this member promises; it goes out with every month's figures from now on. Raises InputError."""
    if min(msgspec.structs.astuple(request)) < 0 or request.released_permille > 1000:  # noqa: PLR2004 - per mille
        raise InputError("a pledge counts from 0, and no more than 1000 of 1000 can be released")
    site.member.store.apply({_PLEDGE: msgspec.json.encode(request)})
    site.record("report.pledged", {"who": site.caller.who, **msgspec.structs.asdict(request)})
    return request


class VerifyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed report, as a file holds it."""

    signed: str


async def verify(site: Site, request: VerifyRequest) -> Month:
    """Check a signed report of any member. Raises InputError, NotFoundError or SignatureInvalidError."""
    data = request.signed.strip().encode("utf-8")
    claimed = SIGNED.decode(data).figures.report.member
    return open_signed(data, ledger_keys(site.member.roster.member(claimed)))


REPORTING: Final = (
    Operation("report.month", MonthRequest, "read", month),
    Operation("report.publish", MonthRequest, "operate", publish),
    Operation("report.total", MonthRequest, "read", totals),
    Operation("report.scorecard", MonthRequest, "read", score),
    Operation("report.pledge", Pledge, "operate", pledge),
    Operation("report.verify", VerifyRequest, "read", verify),
)
