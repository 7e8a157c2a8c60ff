"""Rules A: no stronger action than asked for, on lawful authority, and liberty's own clocks.

Knows:    the ladder, authorisation, legal bases, and the guarantees of a person who is held.
Told:     acts, authorisations, answers and custody steps.
Answers:  findings A-01 to A-06.
Trusted:  yes: these stand between a wrong match and a wrongful detention.
"""

from __future__ import annotations

from typing import Final

from evenhand.oversight.findings import Finding, Severity
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.clocks import judge_within_ms
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    CustodyAct,
    CustodyStep,
    FollowedUp,
    OriginatorAnswered,
    Verified,
)
from evenhand.screening.ladder import CUSTODY, is_above, is_adverse, lower_of
from evenhand.screening.notice_events import NoticeStatusChanged


class A01(Rule):
    """Action above the lower of notice and flag, or the subject of a discreet notice was told."""

    code = "A-01"
    source = "PROCEDURE section 3 (action ladder); Regulation (EU) 2018/1862 arts 24-26, 36-37"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted, FollowedUp: self._followed_up}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        shown = facts.candidates.get(facts.notice)
        if shown is None:
            return []  # nothing was matched: V-01 and A-02 find that
        flag = self.world.notice(facts.notice).flags.get(event.member)
        limit = lower_of(lower_of(shown.action, shown.lower_action), flag)
        found = []
        if is_above(event.action, limit):
            words = f"{event.action} where at most {limit} was allowed"
            found.append(self.find(event, words, "S1", notice=facts.notice))
        if event.subject_told and shown.action == "DISCREET_REPORT":
            words = "the subject of a discreet notice was told"
            found.append(self.find(event, words, "S1", key="told", notice=facts.notice))
        return found

    def _followed_up(self, event: FollowedUp) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        shown = facts.candidates.get(facts.notice)
        if not event.leaflet or shown is None or shown.action != "DISCREET_REPORT":
            return []
        return [self.find(event, "a leaflet told the subject of a discreet notice", "S1", notice=facts.notice)]


class A02(Rule):
    """No authorisation, authoriser = verifier, or a legal basis not registered for that action."""

    code = "A-02"
    source = "PROCEDURE section 3 state 8; ICCPR art 9(1); ECHR art 5(1)"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        if not is_adverse(event.action):
            return []
        facts = self.world.encounter(event.encounter)
        given = facts.authorised
        if given is None or given.action != event.action or given.at_ms > event.at_ms:
            return [self.find(event, f"{event.action} without authorisation", "S1", notice=facts.notice)]
        evidence = (event.event_id, given.event_id)
        found = []
        if facts.verified is not None and given.officer == facts.verified.officer:
            found.append(self.find(event, "the verifier authorised", "S1", key="same", evidence=evidence))
        if (event.member, event.action, given.legal_basis) not in self.world.legal_bases:
            words = f"no such legal basis is registered by {event.member} for {event.action}"
            found.append(self.find(event, words, "S1", key="basis", evidence=evidence))
        return found


class A03(Rule):
    """A hold longer than allowed without CONFIRM and without an independent ground."""

    code = "A-03"
    source = "PROCEDURE section 3 state 9; ECHR art 5(1)"
    parameters = ("hold_unconfirmed_ms",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {
            ActionTaken: self._acted,
            ActionAuthorised: self._authorised,
            OriginatorAnswered: self._answered,
            ActionEnded: self._ended,
        }

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        confirmed = facts.answer is not None and facts.answer.answer == "CONFIRM"
        if event.action not in CUSTODY or confirmed or facts.independent or self.is_owed(event.encounter):
            return []
        finding = self.find(event, "held unconfirmed for longer than allowed", "S1", notice=facts.notice)
        self.owe(event.encounter, event.at_ms + self.policy.hold_unconfirmed_ms, finding)
        return []

    def _authorised(self, event: ActionAuthorised) -> list[Finding]:
        return self.meet(event.encounter, event) if event.independent else []

    def _answered(self, event: OriginatorAnswered) -> list[Finding]:
        return self.meet(event.encounter, event) if event.answer == "CONFIRM" else []

    def _ended(self, event: ActionEnded) -> list[Finding]:
        return self.meet(event.encounter, event)


class A04(Rule):
    """Still held after NEGATIVE, DENY or WITHDRAW."""

    code = "A-04"
    source = "PROCEDURE section 3 states 4 and 7; ICCPR art 9(1)"
    parameters = ("release_ms",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {
            Verified: self._verified,
            OriginatorAnswered: self._answered,
            NoticeStatusChanged: self._status,
            ActionEnded: self._ended,
        }

    def _fell(self, event: Verified | OriginatorAnswered | NoticeStatusChanged, why: str) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        held = facts.action
        if not facts.held or held is None or facts.notice != event.notice or self.is_owed(event.encounter):
            return []
        finding = self.find(
            held, f"still held after {why}", "S1", notice=event.notice, evidence=(held.event_id, event.event_id)
        )
        self.owe(event.encounter, event.at_ms + self.policy.release_ms, finding)
        return []

    def _verified(self, event: Verified) -> list[Finding]:
        return self._fell(event, "NEGATIVE") if event.outcome == "NEGATIVE" else []

    def _answered(self, event: OriginatorAnswered) -> list[Finding]:
        return self._fell(event, event.answer) if event.answer in {"DENY", "WITHDRAW"} else []

    def _status(self, event: NoticeStatusChanged) -> list[Finding]:
        told = event.encounter and event.status in {"WITHDRAWN", "ERASED"}
        return self._fell(event, "WITHDRAW") if told else []

    def _ended(self, event: ActionEnded) -> list[Finding]:
        return self.meet(event.encounter, event)


_RIGHTS: Final[tuple[tuple[CustodyAct, str, Severity], ...]] = (
    ("REASONS", "no reasons given in time", "S1"),
    ("LANGUAGE", "nothing said in a language understood in time", "S1"),
    ("LAWYER_NOTICE", "no lawyer notice in time", "S1"),
    ("CONSULAR_OFFER", "consular contact not offered in time", "S2"),
)


class A05(Rule):
    """A detention without reasons, language, lawyer notice, consular offer; an asylum claim kept back."""

    code = "A-05"
    source = "ICCPR art 9(2); ECHR art 5(2); Vienna Convention on Consular Relations art 36; 1951 Convention art 33"
    parameters = ("rights_ms", "consular_ms", "asylum_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted, CustodyStep: self._step, ActionEnded: self._ended}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        if event.action not in CUSTODY or facts.action is not event:
            return []  # a hold that becomes an arrest keeps the first clocks
        for act, words, severity in _RIGHTS:
            within_ms = self.policy.consular_ms if act == "CONSULAR_OFFER" else self.policy.rights_ms
            finding = self.find(event, words, severity, key=act, notice=facts.notice)
            self.owe(f"{event.encounter}:{act}", event.at_ms + within_ms, finding)
        return []

    def _step(self, event: CustodyStep) -> list[Finding]:
        if event.act == "ASYLUM_CLAIMED":
            finding = self.find(event, "an asylum claim was not passed on", "S1")
            self.owe(f"{event.encounter}:ASYLUM_PASSED_ON", event.at_ms + self.policy.asylum_ms, finding)
            return []
        return self.meet(f"{event.encounter}:{event.act}", event)

    def _ended(self, event: ActionEnded) -> list[Finding]:
        # The end of the detention ends what it owed; an asylum claim outlives it.
        return [finding for act, _, _ in _RIGHTS for finding in self.meet(f"{event.encounter}:{act}", event)]


class A06(Rule):
    """Detention for longer than allowed without a judge."""

    code = "A-06"
    source = "ICCPR art 9(3) and General Comment 35 paragraph 33"
    parameters = ("judge_ms", "judge_child_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {ActionTaken: self._acted, CustodyStep: self._step, ActionEnded: self._ended}

    def _acted(self, event: ActionTaken) -> list[Finding]:
        facts = self.world.encounter(event.encounter)
        first = facts.action
        judged = "JUDGE" in facts.custody
        if event.action not in CUSTODY or first is None or judged:
            return []
        child = facts.child
        finding = self.find(first, "held without a judge's decision", "S1", notice=facts.notice)
        self.owe(event.encounter, first.at_ms + judge_within_ms(self.policy, child=child), finding)
        return []

    def _step(self, event: CustodyStep) -> list[Finding]:
        return self.meet(event.encounter, event) if event.act == "JUDGE" else []

    def _ended(self, event: ActionEnded) -> list[Finding]:
        return self.meet(event.encounter, event)
