"""Rules V: nobody is touched before a person looked, properly, at a notice in force.

Knows:    verification, what was compared and could have been, live checks and notices' status.
Told:     candidates shown, verifications, live checks and acts.
Answers:  findings V-01 to V-04.
Trusted:  yes: most candidates are the wrong person.
"""

from __future__ import annotations

from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.clocks import stale_after_ms
from evenhand.screening.events import ActionTaken, CandidatesShown
from evenhand.screening.ladder import is_adverse


class V01(Rule):
    """Adverse action before a human verification, or a NO BOARD sent by software alone."""

    code = "V-01"
    source = "PROCEDURE section 3 states 3 and 4; Directive (EU) 2016/681 art 6(5); 2016/680 art 11"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        if not is_adverse(event.action):
            return []
        facts = self.world.encounter(event.encounter)
        verified = facts.verified
        if not event.officer or (event.action == "NO_BOARD" and not event.telephone):
            return [self.find(event, f"{event.action} with no person behind it", "S1", notice=facts.notice)]
        if verified is None or not verified.officer or verified.outcome == "NEGATIVE":
            return [self.find(event, f"{event.action} before a person verified", "S1", notice=facts.notice)]
        if verified.outcome == "INCONCLUSIVE" and verified.supervisor in {"", verified.officer}:
            evidence = (event.event_id, verified.event_id)
            words = f"{event.action} on an inconclusive verification without a supervisor"
            return [self.find(event, words, "S1", notice=facts.notice, evidence=evidence)]
        return []


class V02(Rule):
    """Too few independent identifiers compared, or an available document or biometric check skipped."""

    code = "V-02"
    source = "PROCEDURE section 3 state 3; CJEU C-817/19 paragraphs 203-208"
    parameters = ("identifiers_count",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        verified = facts.verified
        if verified is None or not is_adverse(event.action):
            return []
        compared = {comparison.identifier for comparison in verified.compared} - {"name"}
        skipped = sorted({"document", "biometric"} & set(verified.available) - compared)
        evidence = (event.event_id, verified.event_id)
        found = []
        if len(compared) < self.policy.identifiers_count:
            words = f"{len(compared)} identifiers compared besides the name"
            found.append(self.find(event, words, "S1", key="few", notice=facts.notice, evidence=evidence))
        if skipped:
            words = f"available and not compared: {', '.join(skipped)}"
            found.append(self.find(event, words, "S1", key="skipped", notice=facts.notice, evidence=evidence))
        return found


class V03(Rule):
    """Adverse action on an old copy without a live check."""

    code = "V-03"
    source = "PROCEDURE section 3 state 5 (copies and their age)"
    parameters = ("stale_online_ms", "stale_offline_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        query, checked = facts.query, facts.checked
        if query is None or not is_adverse(event.action):
            return []
        limit_ms = stale_after_ms(self.policy, offline=query.offline)
        if checked is not None and checked.reached:
            age_ms = event.at_ms - checked.at_ms
        else:
            age_ms = query.view_age_ms + event.at_ms - query.at_ms
        if age_ms <= limit_ms:
            return []
        words = f"{event.action} on a copy {age_ms // 60_000} minutes old without a live check"
        evidence = (event.event_id, query.event_id)
        return [self.find(event, words, "S2", notice=facts.notice, evidence=evidence)]


class V04(Rule):
    """A candidate or action rested on a notice expired, overdue, suspended, blocked or withdrawn."""

    code = "V-04"
    source = "PROCEDURE section 2 (life of a notice); Regulation (EU) 2018/1862 arts 53-55"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {CandidatesShown: self._shown, ActionTaken: self._acted}

    def _status(self, notice: str, at_ms: int) -> str | None:
        facts = self.world.notices.get(notice)
        status = facts.status_at(at_ms) if facts is not None else None
        return None if status == "PUBLISHED" else status

    def _shown(self, event: CandidatesShown) -> list[Finding]:
        found = []
        for candidate in event.candidates:
            status = self._status(candidate.notice, event.at_ms)
            if status is not None:
                words = f"a candidate was shown from a notice that was {status}"
                found.append(self.find(event, words, "S1", key=candidate.notice, notice=candidate.notice))
        return found

    def _acted(self, event: ActionTaken) -> list[Finding]:
        notice = self.world.encounter(event.encounter).notice
        status = self._status(notice, event.at_ms)
        if status is None or event.action == "NONE":
            return []
        return [self.find(event, f"{event.action} on a notice that was {status}", "S1", notice=notice)]
