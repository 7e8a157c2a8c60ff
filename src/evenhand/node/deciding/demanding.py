"""Demanding exports: who oversees asks for records, and whoever keeps them back is found.

Knows:    which exports were asked for and are neither delivered nor refused.
Told:     requests of oversight, a court or a data protection authority, entered by oversight or a redress officer.
Answers:  requests with their last day; that one was delivered, by `audit export --request`, or refused with reasons.
Trusted:  yes: rule O-02 runs its clock from here.

A refusal is a finding by itself, as the rule says: its reasons are for those who judge it. Source: PROCEDURE section 4
(rule O-02); Directive (EU) 2016/680 arts 25(3) and 47 (the authority's powers).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.casework.office import Item, Told
from evenhand.casework.records import JournalRecord
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, NotFoundError
from evenhand.node.deciding.acting import Acting, Actor, actor
from evenhand.node.site import Site
from evenhand.screening.notice_events import ExportAnswered, ExportRequested


class Demand(Acting, frozen=True, kw_only=True):
    """Who asks, and for what."""

    by: str
    what: str


class Demanded(msgspec.Struct, frozen=True, kw_only=True):
    """One request that waits; after `due` it is found."""

    request: str
    by: str
    what: str
    since: str
    due: str


class Demands(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that wait, the oldest first."""

    requests: tuple[Demanded, ...]


def _view(site: Site, event: ExportRequested) -> Demanded:
    due_ms = event.at_ms + site.casework.office.policy.export_ms
    return Demanded(
        request=event.request, by=event.by, what=event.what, since=format_ms(event.at_ms), due=format_ms(due_ms)
    )


async def demand(site: Site, request: Demand) -> Demanded:
    """Enter a request for an export: it is due within ten days. Raises InputError."""
    who, casework = actor(site, request), site.casework
    if not request.by.strip() or not request.what.strip():
        raise InputError("a request says who asks, and for what", remedy="give --by and the records wanted")
    event = ExportRequested(
        event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit=who.unit, officer=who.officer,
        request=casework.new_id(), by=request.by, what=request.what,
    )  # fmt: skip
    casework.record(event)
    return _view(site, event)


async def demands(site: Site, _: Acting) -> Demands:
    """List the requests that wait."""
    site.casework.tick()
    waiting = site.casework.office.overseer.engine.world.exports.values()
    return Demands(requests=tuple(_view(site, one) for one in sorted(waiting, key=lambda one: one.at_ms)))


def asked_for(site: Site, wanted: str) -> ExportRequested:
    """Return the one waiting request that an id or its beginning names. Raises NotFoundError."""
    waiting = site.casework.office.overseer.engine.world.exports
    found = [one for key, one in waiting.items() if wanted and key.startswith(wanted)]
    if len(found) != 1:
        raise NotFoundError(
            f"{wanted[:40]!r} names no single request that waits", remedy="see `evenhand audit requests`"
        )
    return found[0]


def answered(site: Site, who: Actor, asked: ExportRequested, refused: str = "") -> None:
    """Record that a request was answered: delivered, or refused for a reason."""
    casework = site.casework
    event = ExportAnswered(
        event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit=who.unit, officer=who.officer,
        request=asked.request, refused=bool(refused),
    )  # fmt: skip
    text = canonical_bytes({"event": event.event_id, "reason": refused}).decode("utf-8")
    also: list[Item] = [(JournalRecord(kind="audit.refused", text=text), "log")] if refused else []
    casework.office.take([Told(event=event, keeping="log")], casework.now_ms, also=also)
    casework.tick()


class Refuse(Acting, frozen=True, kw_only=True):
    """Which request, and why."""

    request: str
    reason: str


async def refuse(site: Site, request: Refuse) -> Demanded:
    """Refuse an export, with reasons: rule O-02 finds it. Raises NotFoundError or InputError."""
    who, asked = actor(site, request), asked_for(site, request.request)
    if not request.reason.strip():
        raise InputError("a refusal states its reason", remedy="give --reason; it is for those who judge the finding")
    answered(site, who, asked, request.reason)
    return _view(site, asked)


DEMANDING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("audit.request", Demand, demand),
    ("audit.requests", Acting, demands),
    ("audit.refuse", Refuse, refuse),
)
