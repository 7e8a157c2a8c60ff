"""Clearing: what follows when somebody turns out to be another person than a notice's subject.

Knows:    the pair to remember, the evidence it rests on, and the letter to the originator.
Told:     an encounter and the candidate that was refuted, by a verification or by the originator itself.
Answers:  events and records that belong into the transaction of the refutation.
Trusted:  yes: a pair that is not written stops the same person again.

Source: PROCEDURE section 1 (point 4), section 3 state 4, and rule C-04.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenhand.casework.letters import Cleared, Letter
from evenhand.casework.office import Item
from evenhand.casework.records import LetterRecord, PairRecord
from evenhand.screening.cleared import ClearedPair, Evidence, identity_basis
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import OriginatorContacted, PairCleared
from evenhand.screening.notice_events import AnyEvent

if TYPE_CHECKING:
    from evenhand.node.deciding.casework import Casework


def clearing(
    casework: Casework, state: Encounter, notice: str, grounds: str, *, base: dict[str, Any]
) -> tuple[list[AnyEvent], list[Item]]:
    """Return the cleared pair and the message to the originator; `base` is what the events begin with."""
    now, member = casework.now_ms, casework.member
    standing = member.view.now(notice, now)
    basis = "" if standing is None else identity_basis(standing.notice)
    evidence = casework.office.evidence.get(state.encounter, Evidence(person=state.person))
    pair = ClearedPair(notice=notice, basis=basis, evidence=evidence, cleared_ms=now, encounter=state.encounter)
    version = next(one.version for one in state.candidates if one.notice == notice)
    base = {**base, "encounter": state.encounter, "member": member.code}
    events: list[AnyEvent] = [
        PairCleared(
            **base, event_id=casework.new_id(), notice=notice, person=evidence.person, document=evidence.document,
            basis=basis,
        )
    ]
    items: list[Item] = [(PairRecord(pair=pair), "case")]
    if "PROTECTED_PERSON" not in state.sides:
        letter = Letter(
            letter=casework.new_id(), sender=member.code, recipient=notice.partition(":")[0],
            encounter=state.encounter, notice=notice, content=Cleared(version=version, grounds=grounds),
        )  # fmt: skip
        items.append((LetterRecord(letter=letter, outgoing=True, at_ms=now), "case"))
        events.append(
            OriginatorContacted(
                **base, event_id=casework.new_id(), notice=notice, message=letter.letter, about="NEGATIVE"
            )
        )
    return events, items
