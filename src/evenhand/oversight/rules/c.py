"""Rules C: originator and executor speak to each other in time, and wrong matches are remembered.

Knows:    contacts, answers, hit reports and cleared pairs, each with its clock.
Told:     verifications, messages, acts, reports and pairs.
Answers:  findings C-01 to C-04.
Trusted:  yes: silence is what held an innocent for 77 days.

Of a person protected against the originator nothing is owed to it: rule P-03 forbids what C-01, C-03 and C-04 ask.
"""

from __future__ import annotations

from collections import deque

from evenhand.oversight.findings import Finding, Severity
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.clocks import contact_within_ms, report_within_ms
from evenhand.screening.events import (
    ActionEnded,
    ActionTaken,
    CandidatesShown,
    EncounterClosed,
    HitReported,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    QueryMade,
    SideStateEntered,
    Verified,
)
from evenhand.screening.ladder import CUSTODY
from evenhand.screening.procedure import empty_items


def is_protected(event: SideStateEntered | LiveChecked) -> bool:
    """Say whether an event tells that the person is protected against the originator."""
    return event.protected if isinstance(event, LiveChecked) else event.side == "PROTECTED_PERSON"


class C01(Rule):
    """POSITIVE or INCONCLUSIVE, and the originator not contacted in time."""

    code = "C-01"
    source = "PROCEDURE section 3 state 6; Regulation (EU) 2018/1862 art 48"
    parameters = ("contact_terrorism_ms", "contact_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {
            Verified: self._verified,
            OriginatorContacted: self._contacted,
            SideStateEntered: self._protected,
            LiveChecked: self._protected,
        }

    def _protected(self, event: SideStateEntered | LiveChecked) -> list[Finding]:
        if is_protected(event):
            self.release(f"{event.encounter}:{event.notice}")
        return []

    def _verified(self, event: Verified) -> list[Finding]:
        key = f"{event.encounter}:{event.notice}"
        if event.outcome == "NEGATIVE":
            self.release(key)
        elif not self.is_owed(key):
            facts = self.world.encounter(event.encounter)
            within_ms = contact_within_ms(self.policy, terrorism=facts.terrorism)
            finding = self.find(event, "the originator was not contacted in time", "S2")
            if facts.contacted_ms is None and not facts.protected:
                self.owe(key, event.at_ms + within_ms, finding)
        return []

    def _contacted(self, event: OriginatorContacted) -> list[Finding]:
        return self.meet(f"{event.encounter}:{event.notice}", event) if event.about == "CONFIRMATION" else []


class C02(Rule):
    """The originator gave no answer in time; its coercive notices are lowered after several silences."""

    code = "C-02"
    source = "PROCEDURE section 3 state 7; Regulation (EU) 2018/1862 (12 h)"
    parameters = ("answer_held_ms", "answer_ms", "silence_count", "silence_window_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._asked: dict[str, OriginatorContacted] = {}
        self._silences: dict[str, deque[Finding]] = {}
        self.handlers = {
            OriginatorContacted: self._contacted,
            ActionTaken: self._acted,
            ActionEnded: self._ended,
            OriginatorAnswered: self._answered,
        }

    def _clock(self, asked: OriginatorContacted, from_ms: int, *, held: bool) -> None:
        severity: Severity = "S1" if held else "S2"
        within_ms = self.policy.answer_held_ms if held else self.policy.answer_ms
        words = "no answer while a person was held" if held else "no answer in time"
        # The violator is the originator: the asking member only waits.
        finding = self.find(
            asked, words, severity, key="held" if held else "", officer="", unit="",
            member=asked.notice.partition(":")[0],
        )  # fmt: skip
        self.owe(f"{asked.encounter}:held" if held else asked.encounter, from_ms + within_ms, finding)

    def _contacted(self, event: OriginatorContacted) -> list[Finding]:
        if event.about == "CONFIRMATION":
            self._asked[event.encounter] = event
            self._clock(event, event.at_ms, held=False)
            if self.world.encounter(event.encounter).held:
                self._clock(event, event.at_ms, held=True)
        return []

    def _acted(self, event: ActionTaken) -> list[Finding]:
        asked = self._asked.get(event.encounter)
        if asked is not None and event.action in CUSTODY and not self.is_owed(f"{event.encounter}:held"):
            self._clock(asked, event.at_ms, held=True)
        return []

    def _ended(self, event: ActionEnded) -> list[Finding]:
        return self.meet(f"{event.encounter}:held", event)

    def _answered(self, event: OriginatorAnswered) -> list[Finding]:
        self._asked.pop(event.encounter, None)
        found = self.meet(event.encounter, event) + self.meet(f"{event.encounter}:held", event)
        return [again for finding in found for again in self._counted(finding)]

    def due(self, now_ms: int) -> list[Finding]:
        """Return the missed answers, and a finding of its own where one originator misses several."""
        return [again for finding in super().due(now_ms) for again in self._counted(finding)]

    def _counted(self, finding: Finding) -> list[Finding]:
        if finding.state == "RETRACTED":
            return [finding]
        silences = self._silences.setdefault(finding.member, deque())
        silences.append(finding)
        while finding.at_ms - silences[0].at_ms > self.policy.silence_window_ms:
            silences.popleft()
        if len({silence.encounter for silence in silences}) < self.policy.silence_count:
            return [finding]
        evidence = tuple(dict.fromkeys(item for silence in silences for item in silence.evidence))
        repeated = Finding(
            finding_id=f"{self.code}:repeated:{finding.finding_id}", rule=self.code, severity="S1",
            member=finding.member, unit="", since_ms=silences[0].since_ms, at_ms=finding.at_ms,
            answer_by_ms=finding.at_ms, evidence=evidence,
            found="silent several times: its coercive notices are served as DISCREET_REPORT",
        )  # fmt: skip
        silences.clear()
        return [finding, repeated]


class C03(Rule):
    """A hit report missing, late, or with an item of the nine empty without a reason."""

    code = "C-03"
    source = "PROCEDURE section 3 state 10; Regulation (EU) 2018/1862 art 37"
    parameters = ("report_terrorism_ms", "report_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._done: set[str] = set()
        self.handlers = {
            ActionTaken: self._acted,
            HitReported: self._reported,
            OriginatorAnswered: self._answered,
            EncounterClosed: self._closed,
            SideStateEntered: self._protected,
            LiveChecked: self._protected,
        }

    def _protected(self, event: SideStateEntered | LiveChecked) -> list[Finding]:
        if is_protected(event):
            self.release(event.encounter)
        return []

    def _closed(self, event: EncounterClosed) -> list[Finding]:
        self._done.discard(event.encounter)
        return []

    def _owe(self, event: ActionTaken | OriginatorAnswered, notice: str) -> None:
        self._done.add(event.encounter)  # one clock for one hit: the first act or confirmation starts it
        within_ms = report_within_ms(self.policy, terrorism=self.world.encounter(event.encounter).terrorism)
        verified = self.world.encounter(event.encounter).verified or event
        finding = self.find(verified, "the hit was not reported in time", "S2", notice=notice)
        self.owe(event.encounter, event.at_ms + within_ms, finding)

    def _acted(self, event: ActionTaken) -> list[Finding]:
        notice = self.world.encounter(event.encounter).notice
        protected = self.world.encounter(event.encounter).protected
        if notice and event.action != "NONE" and event.encounter not in self._done and not protected:
            self._owe(event, notice)
        return []

    def _answered(self, event: OriginatorAnswered) -> list[Finding]:
        protected = self.world.encounter(event.encounter).protected
        if event.answer == "CONFIRM" and event.encounter not in self._done and not protected:
            self._owe(event, event.notice)
        elif event.answer in {"DENY", "WITHDRAW"}:
            self._done.discard(event.encounter)
            self.release(event.encounter)
        return []

    def _reported(self, event: HitReported) -> list[Finding]:
        found = self.meet(event.encounter, event)
        empty = empty_items(event)
        if empty:
            found.append(self.find(event, f"empty without a reason: {', '.join(empty)}", "S2"))
        return found


class C04(Rule):
    """NEGATIVE without a cleared pair and message in time; the cleared person stopped again."""

    code = "C-04"
    source = "PROCEDURE section 1 point 4; Regulation (EU) 2018/1862 (2 working days); DHS OIG-09-103"
    parameters = ("cleared_message_ms",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._pairs: dict[tuple[str, str, str, str], tuple[PairCleared, int]] = {}
        """By member, person, the document the decision rested on (or none), and notice."""
        self.handlers = {
            Verified: self._verified,
            PairCleared: self._cleared,
            OriginatorContacted: self._contacted,
            CandidatesShown: self._shown,
            SideStateEntered: self._protected,
            LiveChecked: self._protected,
        }

    def _protected(self, event: SideStateEntered | LiveChecked) -> list[Finding]:
        if is_protected(event):
            self.release(f"{event.encounter}:{event.notice}:told")
        return []

    def _verified(self, event: Verified) -> list[Finding]:
        if event.outcome == "NEGATIVE":
            by_ms = event.at_ms + self.policy.cleared_message_ms
            protected = self.world.encounter(event.encounter).protected
            for act, words in (("pair", "no cleared pair was written"), ("told", "the originator was not told")):
                if act == "told" and protected:
                    continue
                finding = self.find(event, words, "S2", key=f"{event.notice}:{act}")
                self.owe(f"{event.encounter}:{event.notice}:{act}", by_ms, finding)
        return []

    def _cleared(self, event: PairCleared) -> list[Finding]:
        self._pairs[event.member, event.person, event.document, event.notice] = (event, 0)
        return self.meet(f"{event.encounter}:{event.notice}:pair", event)

    def _contacted(self, event: OriginatorContacted) -> list[Finding]:
        return self.meet(f"{event.encounter}:{event.notice}:told", event) if event.about == "NEGATIVE" else []

    def _shown(self, event: CandidatesShown) -> list[Finding]:
        facts = self.world.encounters.get(event.encounter)
        if facts is None or facts.query is None:
            return []
        found = []
        for candidate in event.candidates:
            key = self._held(event.member, facts.query, candidate.notice)
            pair, times = self._pairs.get(key, (None, 0))
            if pair is None or self._lapsed(pair) or event.at_ms < pair.at_ms:
                continue
            self._pairs[key] = (pair, times + 1)
            severity: Severity = "S1" if times else "S2"
            words = f"a cleared person was stopped again for the same notice ({times + 1})"
            evidence = (event.event_id, pair.event_id)
            found.append(
                self.find(event, words, severity, key=candidate.notice, notice=candidate.notice, evidence=evidence)
            )
        return found

    def _held(self, member: str, query: QueryMade, notice: str) -> tuple[str, str, str, str]:
        """Return where the pair of this person stands: another document than it rested on is another question."""
        exact = (member, query.person, query.document, notice)
        return exact if exact in self._pairs else (member, query.person, "", notice)

    def _lapsed(self, pair: PairCleared) -> bool:
        """Say whether the notice's subject is described otherwise than when the pair was written."""
        facts = self.world.notices.get(pair.notice)
        return facts is not None and facts.published is not None and facts.published.identity != pair.basis
