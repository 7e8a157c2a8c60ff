"""Looking at encounters: how each stands, what is owed by when, and what may be done at most.

Knows:    the docket and the clock.
Told:     the beginning of an encounter's id.
Answers:  views for people and programs; nothing here changes an encounter.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotFoundError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import page_of
from evenhand.node.deciding.acting import Acting, actor, note_look
from evenhand.node.site import Site
from evenhand.screening.encounter import Encounter, ceiling_of, open_duties, sides_at


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """One duty with its last instant."""

    act: str
    owed_by: str
    rule: str
    by: str
    overdue: bool
    about: str


class EncounterView(msgspec.Struct, frozen=True, kw_only=True):
    """How an encounter stands. `at_most` is the strongest action allowed now, and why."""

    encounter: str
    stage: str
    sides: tuple[str, ...]
    officer: str
    unit: str
    candidates: tuple[str, ...]
    notice: str
    outcome: str
    answer: str
    message: str
    action: str
    underway: bool
    at_most: str
    because: str
    owed: tuple[Owed, ...]


def encounter_of(site: Site, wanted: str) -> Encounter:
    """Return an encounter by a unique beginning of its id. Raises NotFoundError."""
    states = site.casework.office.docket.states
    found = [states[wanted]] if wanted in states else [
        state for key, state in states.items() if wanted and key.startswith(wanted)
    ]  # fmt: skip
    if len(found) != 1:
        raise NotFoundError(
            f"{wanted[:40]!r} names no single encounter with a candidate", remedy="see `evenhand encounter list`"
        )
    return found[0]


def view_of(site: Site, state: Encounter) -> EncounterView:
    """Return how an encounter stands now."""
    now, policy = site.casework.now_ms, site.casework.office.policy
    limit = None if state.notice is None else ceiling_of(state, state.notice, policy)
    sides = sides_at(state, now, policy)
    return EncounterView(
        encounter=state.encounter, stage=state.stage, sides=tuple(sorted(sides)),
        officer=state.officer, unit=state.unit,
        candidates=tuple(one.notice for one in state.candidates if one.notice not in state.refuted | state.void),
        notice="" if state.notice is None else state.notice.notice, outcome=state.outcome or "",
        answer=state.answer or ("SILENT" if "ESCALATED" in sides else ""), message=state.message,
        action=state.action or "", underway=state.underway,
        at_most="NONE" if limit is None else limit.action,
        because="no person verified a candidate" if limit is None else limit.because,
        owed=tuple(
            Owed(
                act=one.duty.act, owed_by=one.duty.owed_by, rule=one.duty.rule, by=format_ms(one.by_ms),
                overdue=one.by_ms < now, about=one.duty.about,
            )
            for one in sorted(open_duties(state, policy)[1], key=lambda each: each.by_ms)
        ),
    )  # fmt: skip


class ListRequest(Acting, frozen=True, kw_only=True):
    """`everything`: also encounters that are closed. `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


class Encounters(msgspec.Struct, frozen=True, kw_only=True):
    """A page of encounters, the ones with the nearest clock first.

    One whose clock moved while pages were turned may come twice, or on none of them: begin again to see it.
    """

    encounters: tuple[EncounterView, ...]
    next: str | None


async def list_encounters(site: Site, request: ListRequest) -> Encounters:
    """List the encounters under way. Raises InputError."""
    site.casework.tick()
    docket = site.casework.office.docket
    wanted = docket.states if request.everything else docket.open

    def place(state: Encounter) -> str:
        first = min((one.by_ms for one in open_duties(state, docket.policy)[1]), default=None)
        return f"{'~' if first is None else format_ms(first)} {state.encounter}"

    page, following = page_of(
        (docket.states[key] for key in wanted), place, limit=request.limit,
        after=request.cursor, question=["encounter.list", request.everything],
    )  # fmt: skip
    return Encounters(encounters=tuple(view_of(site, state) for state in page), next=following)


class ShowRequest(Acting, frozen=True, kw_only=True):
    """One encounter."""

    encounter: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One encounter with everything recorded of it."""

    encounter: EncounterView
    events: tuple[dict[str, Any], ...]


async def show(site: Site, request: ShowRequest) -> Shown:
    """Show an encounter with all its events; that somebody looked is recorded. Raises NotFoundError."""
    site.casework.tick()
    state, who = encounter_of(site, request.encounter), actor(site, request)
    note_look(site, who, "encounter.show", state.encounter)
    events = [msgspec.to_builtins(event) for event in site.casework.office.events(state.encounter)]
    return Shown(
        encounter=view_of(site, state), events=tuple({**event, "at": format_ms(event["at_ms"])} for event in events)
    )


LOOKING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("encounter.list", ListRequest, list_encounters),
    ("encounter.show", ShowRequest, show),
)
