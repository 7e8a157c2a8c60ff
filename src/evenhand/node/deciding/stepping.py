"""What every step of an encounter shares: its request, its event's beginning, its letter, and how it is taken.

Knows:    how ids, times and names come into an event; which letters go with which step.
Told:     a site, an encounter and who acts.
Answers:  the encounter after the step.
Trusted:  yes: nobody is written to about a step that the procedure refused.
"""

from __future__ import annotations

from typing import Any

from evenhand.casework.letters import Body, Letter
from evenhand.casework.office import Item, Told, refused
from evenhand.casework.records import LetterRecord
from evenhand.ground.errors import InputError
from evenhand.node.deciding.acting import Acting, Actor
from evenhand.node.deciding.looking import EncounterView, encounter_of, view_of
from evenhand.node.site import Site
from evenhand.screening.coercion import Refusal
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import Candidate, Urgency
from evenhand.screening.notice_events import AnyEvent


class Step(Acting, frozen=True, kw_only=True):
    """What every step says: the encounter (or a unique beginning of its id), and whether it was done anyway."""

    encounter: str
    anyway: bool = False


def base(site: Site, state: Encounter, who: Actor) -> dict[str, Any]:
    """Return what every event of a step begins with."""
    return {
        "event_id": site.casework.new_id(), "at_ms": max(site.casework.now_ms, state.last_ms),
        "member": site.member.code, "unit": who.unit, "officer": who.officer, "encounter": state.encounter,
    }  # fmt: skip


def take(site: Site, request: Step, *events: AnyEvent, also: tuple[Item, ...] = ()) -> EncounterView:
    """Take a step's events, and its letters with them: these only if the procedure allows it.

    Raises RefusedError.
    """
    casework, anyway = site.casework, request.anyway and not also
    casework.office.take([Told(event=event, anyway=anyway) for event in events], casework.now_ms, also=also)
    if casework.tick():
        site.wake()
    return view_of(site, encounter_of(site, request.encounter))


def letter_to(site: Site, state: Encounter, notice: str, content: Body, urgency: Urgency) -> tuple[Letter, Item]:
    """Return a letter to a notice's originator, and the record that puts it into the outbox."""
    letter = Letter(
        letter=site.casework.new_id(), sender=site.member.code, recipient=notice.partition(":")[0],
        encounter=state.encounter, notice=notice, urgency=urgency, content=content,
    )  # fmt: skip
    return letter, (LetterRecord(letter=letter, outgoing=True, at_ms=site.casework.now_ms), "case")


def in_hand(state: Encounter) -> Candidate:
    """Return the notice that was verified. Raises RefusedError where none was."""
    if state.notice is None:
        raise refused(
            Refusal(rule="V-01", found="no person verified a candidate", instead="verify it first, or release")
        )
    return state.notice


def candidate(state: Encounter, wanted: str) -> str:
    """Return the one candidate that a key, id or unique beginning of it names. Raises InputError."""
    found = [one.notice for one in state.candidates if wanted and (one.notice.startswith(wanted)
             or one.notice.partition(":")[2].startswith(wanted))]  # fmt: skip
    if len(found) != 1:
        shown = ", ".join(one.notice for one in state.candidates) or "none"
        raise InputError(f"{wanted[:60]!r} names no single candidate here", remedy=f"candidates: {shown}")
    return found[0]
