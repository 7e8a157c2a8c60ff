"""Findings S1 told at once to the other member they concern, and so to its oversight body.

Knows:    which findings S1 were told to nobody yet, whom each concerns, and when that member may hear of it.
Told:     findings and letters in the order of the decision book, the docket and the roster's parties.
Answers:  letters to send now, each once.
Trusted:  yes: a breach that one side keeps to itself is not answered for; and one that is told to the state somebody
          fled betrays them.

Of an encounter the originator hears no earlier than of the person: once it was contacted, because only then is it
known that nobody protects that person against it (rule P-03). What concerns a protected person, and rule P-03
itself, never travels. Source: PROCEDURE section 4 (severity S1) and section 5; docs/adr/0071.
"""

from __future__ import annotations

import msgspec

from evenhand.casework.docket import Docket
from evenhand.casework.letters import Breach, Letter
from evenhand.ground.canonical import digest
from evenhand.oversight.findings import Finding
from evenhand.oversight.world import World
from evenhand.screening.encounter import Encounter

_ID_DIGITS = 32


class Breaches:
    """What is still to be told."""

    def __init__(self) -> None:
        self.waiting: dict[str, Finding] = {}
        self.fresh = False
        """Whether something was taken in since `due` was asked."""
        self._told: dict[str, dict[str, int]] = {}
        """By finding: in which states it was told, with the finding's instant."""

    def take(self, finding: Finding) -> None:
        """Take in a finding as it was recorded; one that was told and does not stand any more is told again."""
        told = self._told.get(finding.finding_id, {})
        if finding.severity != "S1" or finding.rule == "P-03" or finding.state in told:
            return
        if finding.state == "OPEN" or told:
            self.waiting[finding.finding_id] = finding
            self.fresh = True
        else:
            self.waiting.pop(finding.finding_id, None)

    def was_told(self, said: Breach) -> None:
        """Note that a letter about a finding stands in the book."""
        self._told.setdefault(said.finding, {})[said.state] = said.at_ms
        held = self.waiting.get(said.finding)
        if held is not None and held.state == said.state:
            del self.waiting[said.finding]

    def forget(self, before_ms: int) -> None:
        """Forget findings made before an instant: their records are deleted."""
        gone = [key for key, one in self.waiting.items() if one.at_ms < before_ms]
        for key in gone:
            del self.waiting[key]
        self._told = {key: one for key, one in self._told.items() if max(one.values()) >= before_ms}

    def due(self, own: str, docket: Docket, world: World) -> list[Letter]:
        """Return the letters to write now; what is nobody else's business, or never may be told, waits no more."""
        self.fresh = False
        found: list[Letter] = []
        for finding in list(self.waiting.values()):
            state = docket.states.get(finding.encounter)
            notice = finding.notice or ("" if state is None or state.notice is None else state.notice.notice)
            concerned = ({finding.member, notice.partition(":")[0]} - {own}) & world.parties
            facts = world.encounters.get(finding.encounter)
            was_asked = facts is not None and facts.contacted_ms is not None and facts.notice == notice
            if finding.encounter and (state is None or not _may_hear(state, notice, was_asked=was_asked)):
                if state is None or _never(state):
                    del self.waiting[finding.finding_id]
                continue
            if not concerned:
                del self.waiting[finding.finding_id]
                continue
            found += [_letter(finding, own, code, notice) for code in sorted(concerned)]
        return found


def _may_hear(state: Encounter, notice: str, *, was_asked: bool) -> bool:
    """Say whether a notice's originator knows of this person already, from us: also where it was asked irregularly."""
    if "PROTECTED_PERSON" in state.sides:
        return False
    in_hand = state.notice is not None and state.notice.notice == notice
    return was_asked or notice in state.told or (in_hand and bool(state.message))


def _never(state: Encounter) -> bool:
    return "PROTECTED_PERSON" in state.sides or state.stage == "CLOSED"


def _letter(finding: Finding, own: str, recipient: str, notice: str) -> Letter:
    """Return the letter; its id follows from what it says, so that it is written once."""
    standing = finding.state == "OPEN"
    said = Breach(
        finding=finding.finding_id, rule=finding.rule, member=finding.member, unit=finding.unit, found=finding.found,
        since_ms=finding.since_ms, at_ms=finding.at_ms, state=finding.state,
    )  # fmt: skip
    return Letter(
        letter=digest([finding.finding_id, finding.state, own, recipient]).hex()[:_ID_DIGITS], sender=own,
        recipient=recipient, encounter=finding.encounter, notice=notice, urgency="URGENT" if standing else "ROUTINE",
        content=said,
    )  # fmt: skip


class ToldFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding S1 of another member, as it told us."""

    by: str
    letter: str
    says: Breach


def told_by_partners(letters: list[Letter], own: str) -> tuple[ToldFinding, ...]:
    """Return what partners told us, each finding as they said last."""
    latest = {
        (one.sender, one.content.finding): ToldFinding(by=one.sender, letter=one.letter, says=one.content)
        for one in letters if isinstance(one.content, Breach) and one.recipient == own
    }  # fmt: skip
    return tuple(one for _, one in sorted(latest.items()))
