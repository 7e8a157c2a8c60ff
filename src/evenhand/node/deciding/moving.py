"""Movements: who crossed, boarded, or whose case stands open, as the border's own systems report it.

Knows:    how a person becomes a token, and in which group and lane they are counted.
Told:     crossings and boardings by machines and officers, at once or later, whether anybody was looked up or not.
Answers:  how many were taken; nothing of what was said of a person is kept but a token and groups.
Trusted:  yes: without it nobody sees who was never looked up (rule Q-03), or who always is (rule Q-04).

A scan that states its movement has said it already. Each movement counts at its own time. Source: PROCEDURE
section 1 (point 5) and rules Q-02 to Q-04.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from evenhand.casework.office import Told
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import MOVEMENTS_MAX
from evenhand.identity.person import Sex
from evenhand.matching.contract import QueryDocument
from evenhand.node.comparable import question_of
from evenhand.node.deciding.acting import Acting, Actor, actor
from evenhand.node.deciding.recognising import evidence_of
from evenhand.node.deciding.scanning import age_band
from evenhand.node.site import Site
from evenhand.screening.events import Movement


class Moved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One movement. `systematic`: everybody is checked at this lane. `at`: RFC 3339, now if absent."""

    what: Literal["CROSSING", "BOARDING", "CASE"] = "CROSSING"
    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    lane: str = ""
    systematic: bool = False
    at: str | None = None


class Movements(Acting, frozen=True, kw_only=True):
    """Movements of one unit, in any order."""

    movements: tuple[Moved, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """How many movements were recorded."""

    recorded: int


async def record(site: Site, request: Movements) -> Taken:
    """Record movements, all of them or none. Raises InputError or LimitError."""
    who, casework = actor(site, request), site.casework
    if not 0 < len(request.movements) <= MOVEMENTS_MAX:
        raise LimitError(f"{len(request.movements)} movements", why=f"1 to {MOVEMENTS_MAX} at once")
    events = sorted((_event(site, who, one) for one in request.movements), key=lambda one: one.at_ms)
    casework.office.take([Told(event=one, keeping="log") for one in events], casework.now_ms)
    casework.tick()
    return Taken(recorded=len(events))


def _event(site: Site, who: Actor, moved: Moved) -> Movement:
    casework = site.casework
    at_ms = casework.now_ms if moved.at is None else parse_ms(moved.at)
    if at_ms > casework.now_ms + casework.office.policy.clock_skew_ms:
        raise InputError(
            "a movement lies in the future", why="rule O-02", remedy="correct the clocks, then report it again"
        )
    query = question_of(moved)  # with its checks: what could not be asked about could never stand beside a query
    return Movement(
        event_id=casework.new_id(), at_ms=at_ms, member=site.member.code, unit=who.unit, officer=who.officer,
        what=moved.what, person=evidence_of(site, query).person, lane=moved.lane, systematic=moved.systematic,
        nationality=moved.nationalities[0] if moved.nationalities else "", sex="" if moved.sex == "U" else moved.sex,
        age_band=age_band(moved.birth_date, format_ms(at_ms)),
    )  # fmt: skip


MOVING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (("encounter.movement", Movements, record),)
