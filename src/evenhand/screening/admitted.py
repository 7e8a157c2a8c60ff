"""What was done against the procedure is a fact: the state follows it, so that its clocks run.

Knows:    which acts change a person's situation whether they were lawful or not.
Told:     a state, an event that the procedure refused, and the charter.
Answers:  the state after it; never a refusal.
Trusted:  yes: a person held unlawfully is owed reasons, a lawyer and a judge like anybody else.

An authorisation, verification or check that was refused stays without effect: it must not open the door to
the next step. An act begins its clocks, an end ends them. Source: PROCEDURE section 1 (point 6) and section 3.
"""

from __future__ import annotations

import msgspec

from evenhand.screening.coercion import Charter
from evenhand.screening.encounter import Encounter, is_in_custody, open_duties
from evenhand.screening.events import ActionEnded, ActionTaken, CustodyStep, QueryMade
from evenhand.screening.notice_events import EncounterEvent
from evenhand.screening.procedure import Step


def admit(state: Encounter | None, event: EncounterEvent, charter: Charter) -> Step | None:
    """Return the step a refused event makes all the same; None where there is no encounter to change."""
    if state is None:
        if not isinstance(event, QueryMade):
            return None
        state = Encounter(
            encounter=event.encounter, member=event.member, unit=event.unit, officer=event.officer, stage="QUERIED",
            last_ms=event.at_ms, person=event.person, offline=event.offline, view_age_ms=event.view_age_ms,
        )  # fmt: skip
    else:
        state = _after(state, event)
    duties, deadlines = open_duties(state, charter.policy)
    return Step(state=state, duties=duties, deadlines=deadlines)


def _after(state: Encounter, event: EncounterEvent) -> Encounter:
    last_ms = max(state.last_ms, event.at_ms)
    match event:
        case ActionTaken():
            held = is_in_custody(state)
            return msgspec.structs.replace(
                state, last_ms=last_ms, stage="ACTION_TAKEN", action=event.action, underway=True,
                action_ms=state.action_ms if held else event.at_ms, child=state.child or event.child,
                custody=state.custody if held else frozenset(), authorised=None,
            )  # fmt: skip
        case ActionEnded():
            return msgspec.structs.replace(state, last_ms=last_ms, underway=False, authorised=None)
        case CustodyStep():
            return msgspec.structs.replace(state, last_ms=last_ms, custody=state.custody | {event.act})
        case _:
            return msgspec.structs.replace(state, last_ms=last_ms)
