"""The overseer: the 25 rules run over the decision book as it grows, and what they found.

Knows:    every finding with its present state.
Told:     events and facts in the order of the book, and the time.
Answers:  findings that are new, so that they are recorded once; findings by what is asked.
Trusted:  yes: what it does not see, oversight does not see.

A deadline of the procedure that none of the 25 rules found missed (to answer a query in seconds, to open a candidate,
to verify it, to check, to report where nothing was done, to follow up, to close) becomes a finding S3 of the rule its
duty names, for the weekly review: every deadline is met or found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from evenhand.casework.docket import Overdue
from evenhand.casework.records import FindingStep
from evenhand.ground.errors import NotFoundError
from evenhand.oversight.engine import Oversight
from evenhand.oversight.findings import Finding, answer_by_ms
from evenhand.screening.clocks import Policy
from evenhand.screening.encounter import Act, Encounter
from evenhand.screening.events import CandidatesShown, Event

_OF_NO_RULE: Final[frozenset[Act]] = frozenset({"OPEN_CANDIDATE", "VERIFY", "CHECK_LIVE", "FOLLOW_UP", "CLOSE"})
"""Duties whose clock none of the 25 rules has: what the rule they name found besides does not stand for them."""


class Overseer:
    """Rules over one member's stream."""

    def __init__(self, policy: Policy) -> None:
        self.engine = Oversight(policy)
        self.findings: dict[str, Finding] = {}
        self.said: dict[str, list[FindingStep]] = {}
        """What this member answered, by finding."""
        self._recorded: set[tuple[str, str]] = set()
        self._ruled: set[tuple[str, str]] = set()
        """Rules that found something of an encounter by themselves."""
        self._fresh: dict[tuple[str, str], Finding] = {}

    @property
    def policy(self) -> Policy:
        """The parameters in force."""
        return self.engine.policy

    def observe(self, event: Event) -> None:
        """Let the rules judge an event."""
        late = self._answered_late(event) if type(event) is CandidatesShown else []
        self._note(self.engine.observe(event) + late)

    def _answered_late(self, event: CandidatesShown) -> list[Finding]:
        """Find an answer that took longer than a lane or a carrier can wait (state 0); asked before it is forgotten."""
        facts = self.engine.world.encounters.get(event.encounter)
        query = None if facts is None else facts.query
        within_ms = self.policy.answer_carrier_ms if event.carrier else self.policy.answer_lane_ms
        if query is None or event.at_ms - query.at_ms <= within_ms:
            return []
        took_ms, who = event.at_ms - query.at_ms, "a carrier" if event.carrier else "the lane"
        return [
            Finding(
                finding_id=f"Q-01:late:{event.event_id}", rule="Q-01", severity="S3", member=event.member,
                unit=event.unit, officer=event.officer, found=f"{who} waited {took_ms} ms for an answer",
                since_ms=query.at_ms + within_ms, at_ms=event.at_ms, evidence=(query.event_id, event.event_id),
                answer_by_ms=answer_by_ms("S3", event.at_ms, self.policy), encounter=event.encounter,
            )
        ]  # fmt: skip

    def fact(self, event: Event) -> None:
        """Tell the rules what the shared ledger says; it is judged where it was done."""
        self.engine.world.observe(event)

    def due(self, now_ms: int) -> None:
        """Let time pass."""
        self._note(self.engine.due(now_ms))

    def missed(self, overdue: Overdue, state: Encounter) -> None:
        """Make a finding of a missed duty that its rule did not find; told after `due`."""
        duty, by_ms = overdue.deadline.duty, overdue.deadline.by_ms
        if duty.act not in _OF_NO_RULE and (duty.rule, state.encounter) in self._ruled:
            return
        own = duty.owed_by == state.member
        words = duty.act.lower().replace("_", " ")
        self._note([
            Finding(
                finding_id=f"{duty.rule}:overdue:{state.encounter}:{duty.act}:{by_ms}", rule=duty.rule, severity="S3",
                member=duty.owed_by, unit=state.unit if own else "", officer=state.officer if own else "",
                found=f"overdue: {words}",
                since_ms=by_ms, at_ms=by_ms, answer_by_ms=answer_by_ms("S3", by_ms, self.policy), evidence=(),
                encounter=state.encounter, notice=state.notice.notice if state.notice is not None else "",
            )
        ])  # fmt: skip

    def _note(self, found: list[Finding]) -> None:
        for finding in found:
            key = (finding.finding_id, finding.state)
            self._keep(finding)
            if key not in self._recorded:
                self._fresh[key] = finding

    def recorded(self, finding: Finding) -> None:
        """Note that a finding stands in the book."""
        key = (finding.finding_id, finding.state)
        self._recorded.add(key)
        self._fresh.pop(key, None)
        self._keep(finding)

    def _keep(self, finding: Finding) -> None:
        self.findings[finding.finding_id] = finding
        if finding.severity != "S3":
            self._ruled.add((finding.rule, finding.encounter))

    def forget(self, encounters: Iterable[str], before_ms: int) -> None:
        """Forget findings made before an instant, and what is known of encounters: their records are deleted."""
        self.findings = {key: one for key, one in self.findings.items() if one.at_ms >= before_ms}
        self._recorded = {key for key in self._recorded if key[0] in self.findings}
        self._ruled = {(one.rule, one.encounter) for one in self.findings.values() if one.severity != "S3"}
        self.said = {key: steps for key, steps in self.said.items() if key in self.findings}
        for encounter in encounters:
            self.engine.world.encounters.pop(encounter, None)

    def fresh(self) -> list[Finding]:
        """Return the findings that do not stand in the book yet."""
        return list(self._fresh.values())

    def finding(self, wanted: str) -> Finding:
        """Return a finding by its id or a unique beginning of it. Raises NotFoundError."""
        exact = self.findings.get(wanted)
        found = [one for key, one in self.findings.items() if wanted and key.startswith(wanted)]
        if exact is None and len(found) != 1:
            raise NotFoundError(f"{wanted[:60]!r} names no single finding", remedy="see `evenhand finding list`")
        return exact or found[0]

    @property
    def next_due_ms(self) -> int:
        """The earliest instant after which `due` may find something."""
        return self.engine.next_due_ms
