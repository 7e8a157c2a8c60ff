"""Boarding: what people decided of a traveller on this very flight, for a carrier that asks again.

Knows:    encounters, the questions they began with, and who did what in them.
Told:     a traveller as scanned at a flight's post, and the notices found for them.
Answers:  who stopped them and where that is recorded; that they still wait; or that nobody has begun to look.
Trusted:  yes: a lawful NO BOARD by a person, still under way and for a notice that still stands, stops somebody;
          nothing else does, and it stops nobody on another flight.

A carrier asks again until it hears a decision. Its repeated question opens no second encounter while people look
into the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from evenhand.casework.records import EventRecord
from evenhand.node.answering import Found
from evenhand.node.deciding.recognising import evidence_of, unless_cleared
from evenhand.node.deciding.scanning import Scan
from evenhand.node.people.accounts import MachineKey
from evenhand.node.site import Site
from evenhand.screening.encounter import Encounter, must_release
from evenhand.screening.events import ActionTaken, CandidatesShown, QueryMade


class Looked(NamedTuple):
    """An encounter that people have; `officer` is who stopped the traveller, empty while it is looked into."""

    encounter: str
    officer: str = ""


def looked(site: Site, scan: Scan, found: Sequence[Found]) -> Looked | None:
    """Return what became of the same question at the same post; `found` are the notices that stand for it now."""
    docket, waits = site.casework.office.docket, None
    shown = {f"{one.originator}:{one.notice_id}" for one in unless_cleared(site, scan, found)[0]}
    for state in _of_person(site, scan):
        officer = _stopped_by(site, state, shown)
        if officer:
            return Looked(state.encounter, officer)
        asked, rest = {one.notice for one in state.candidates} - state.void, shown - state.refuted
        if state.encounter in docket.open and rest and rest <= asked:
            waits = Looked(state.encounter)
    return waits or _begun_just_now(site, scan, shown)


def _begun_just_now(site: Site, scan: Scan, shown: AbstractSet[str]) -> Looked | None:
    """Return an encounter of this person at this post that goes into the book with the next write."""
    person, encounters = evidence_of(site, scan).person, set[str]()
    for record in site.casework.office.coming():
        event = record.event if isinstance(record, EventRecord) else None
        if isinstance(event, QueryMade) and (event.person, event.post) == (person, scan.post):
            encounters.add(event.encounter)
        elif (
            isinstance(event, CandidatesShown) and event.encounter in encounters
            and shown and shown <= {one.notice for one in event.candidates}
        ):  # fmt: skip
            return Looked(event.encounter)
    return None


def _of_person(site: Site, scan: Scan) -> Iterator[Encounter]:
    """Yield the encounters of this person that began at this post."""
    office = site.casework.office
    for state in office.docket.of_person(evidence_of(site, scan).person):
        if any(isinstance(one, QueryMade) and one.post == scan.post for one in office.events(state.encounter)):
            yield state


def _stopped_by(site: Site, state: Encounter, shown: AbstractSet[str]) -> str:
    """Return the officer whose lawful NO BOARD holds here and now, or nothing."""
    if state.action != "NO_BOARD" or not state.underway or must_release(state):
        return ""
    if state.notice is None or state.notice.notice not in shown:
        return ""
    told = [one for one in site.casework.office.decisions(state.encounter) if isinstance(one, EventRecord)]
    last = next((one for one in reversed(told) if isinstance(one.event, ActionTaken)), None)
    if last is None or last.against or site.people.registry.get(MachineKey, last.event.officer) is not None:
        return ""
    return last.event.officer
