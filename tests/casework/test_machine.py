"""Hypothesis drives an office: any step in any order, time passing, crashes; the law is judged from the book alone."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from evenhand.casework.memory import dump, load
from evenhand.casework.records import EventRecord, OverdueRecord, PairRecord
from evenhand.ground.errors import RefusedError
from evenhand.notices.model import ACTION_LADDER
from evenhand.screening.cleared import ClearedPair, Evidence
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.encounter import open_duties
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    CandidateOpened,
    CustodyStep,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    Verified,
)
from evenhand.screening.notice_events import NoticeStatusChanged

from .post import BOTH, HOLD, NOTICE, Post

PEOPLE = st.sampled_from(["o1", "v1", "v2", "s1"])
ACTIONS = st.sampled_from(["HOLD", "HOLD", "HOLD", "ARREST", "SEARCH", "INTERVIEW"])

class Driven(RuleBasedStateMachine):
    """One office, one person after another, every kind of step; nothing is believed but what the book says."""

    @initialize()
    def begin(self) -> None:
        self.post = Post()
        self.post.begin()
        self.encounter = "x1"
        self.count = 1
        self.cleared = False

    def step(self, kind: type, /, **fields: Any) -> None:
        before, refused = self.post.book.size, None
        try:
            self.post.do(kind, encounter=self.encounter, **fields)
        except RefusedError as error:
            refused = error
        if refused is not None:
            assert refused.why.startswith("rule ")
            assert refused.remedy
            assert self.post.book.size == before

    @rule(minutes=st.sampled_from([1, 10, 40, 800]))
    def wait(self, minutes: int) -> None:
        self.post.wait(minutes)

    @rule()
    def crash(self) -> None:
        size = self.post.book.size
        found = self.post.found()
        self.post.open()
        assert self.post.book.size == size
        assert self.post.found() == found

    @rule()
    def sleep_and_wake(self) -> None:
        """Stop and start from the kept memory: nothing may be different."""
        found, due = self.post.found(), self.post.office.next_due_ms
        memory = load(dump(self.post.office.memory(self.post.clock.now_ms())))
        assert memory is not None
        self.post.open(memory)
        assert (self.post.found(), self.post.office.next_due_ms) == (found, due)

    @rule(steps=st.integers(1, 8))
    def go_on_lawfully(self, steps: int) -> None:
        """Take the next steps of the lawful way, from wherever the encounter stands."""
        message = f"m{self.count}"
        way: list[tuple[set[str], type, dict[str, Any]]] = [
            ({"CANDIDATE"}, CandidateOpened, {}),
            ({"VERIFYING"}, Verified, {"notice": NOTICE, "outcome": "POSITIVE", "compared": BOTH, "officer": "v1",
                                       "second": "v2"}),
            ({"POSITIVE", "INCONCLUSIVE"}, LiveChecked, {"notice": NOTICE, "version": 1, "status": "PUBLISHED"}),
            ({"NOTICE_CHECKED"}, OriginatorContacted, {"notice": NOTICE, "message": message}),
            ({"ORIGINATOR_CONTACTED"}, OriginatorAnswered, {"notice": NOTICE, "message": message, "answer": "CONFIRM",
                                                           "version": 1, "member": "PHL", "officer": "l1"}),
            ({"ANSWERED"}, ActionAuthorised, {"action": "HOLD", "legal_basis": "law", "proportionality": "short",
                                              "officer": "s1"}),
            ({"ACTION_AUTHORISED"}, ActionTaken, {"action": "HOLD"}),
        ]  # fmt: skip
        for _ in range(steps):
            stage = self.post.office.docket.states[self.encounter].stage
            for stages, kind, fields in way:
                if stage in stages:
                    self.step(kind, **fields)

    @rule()
    def look(self) -> None:
        self.step(CandidateOpened)

    @rule(outcome=st.sampled_from(["POSITIVE", "POSITIVE", "INCONCLUSIVE", "NEGATIVE"]), officer=PEOPLE, second=PEOPLE,
          full=st.booleans())  # fmt: skip
    def verify(self, full: bool, **fields: Any) -> None:
        self.step(Verified, notice=NOTICE, compared=BOTH if full else BOTH[:1], **fields)

    @rule()
    def clear(self) -> None:
        before = self.post.book.size
        self.step(PairCleared, notice=NOTICE, person="q1", basis="b")
        if self.post.book.size > before:
            self.cleared = True
            pair = ClearedPair(
                notice=NOTICE, basis="b", evidence=Evidence(person="q1"), cleared_ms=0, encounter=self.encounter
            )
            self.post.office.write([(PairRecord(pair=pair), "case")], self.post.clock.now_ms())

    @rule(reached=st.booleans(), status=st.sampled_from(["PUBLISHED", "PUBLISHED", "PUBLISHED", "WITHDRAWN"]))
    def check(self, **fields: Any) -> None:
        self.step(LiveChecked, notice=NOTICE, version=1, **fields)

    @rule(about=st.sampled_from(["CONFIRMATION", "CONFIRMATION", "NEGATIVE"]))
    def contact(self, about: str) -> None:
        self.step(OriginatorContacted, notice=NOTICE, message=f"m{self.count}", about=about)

    @rule(answer=st.sampled_from(["CONFIRM", "CONFIRM", "DENY", "MORE_INFO"]))
    def answered(self, answer: str) -> None:
        self.step(OriginatorAnswered, notice=NOTICE, message=f"m{self.count}", answer=answer, version=1, member="PHL",
                  officer="l1")  # fmt: skip

    @rule(action=ACTIONS, officer=PEOPLE, basis=st.sampled_from(["law", "law", "none"]), independent=st.booleans())
    def authorise(self, basis: str, **fields: Any) -> None:
        self.step(ActionAuthorised, legal_basis=basis, proportionality="no milder way", **fields)

    @rule(action=ACTIONS)
    def act(self, action: str) -> None:
        self.step(ActionTaken, action=action)

    @rule(act=st.sampled_from(["REASONS", "LANGUAGE", "LAWYER_NOTICE"]))
    def custody(self, act: str) -> None:
        self.step(CustodyStep, act=act)

    @rule()
    def end(self) -> None:
        self.step(ActionEnded, how="RELEASED")

    @rule(status=st.sampled_from(["WITHDRAWN", "BLOCKED"]))
    def change(self, status: str) -> None:
        self.step(NoticeStatusChanged, notice=NOTICE, status=status)

    @precondition(lambda self: self.cleared)
    @rule()
    def the_cleared_person_comes_again(self) -> None:
        assert self.post.office.pairs.suppresses(NOTICE, "b", Evidence(person="q1")) is not None
        assert self.post.office.pairs.suppresses(NOTICE, "another identity", Evidence(person="q1")) is None

    @rule()
    def next_person(self) -> None:
        self.count += 1
        self.encounter = f"x{self.count}"
        self.post.query(self.encounter)
        self.cleared = False
        assert self.post.office.docket.states[self.encounter].candidates == (HOLD,)

    # -- judged from the book ----------------------------------------------------------------------------

    @invariant()
    def nobody_is_touched_without_all_that_must_stand(self) -> None:
        if not hasattr(self, "post"):
            return
        events = [one.event for one in (e.decision for e in self.post.book.entries())
                  if isinstance(one, EventRecord) and one.event.encounter == self.encounter]  # fmt: skip
        for number, event in enumerate(events):
            if isinstance(event, ActionTaken) and ACTION_LADDER[event.action] >= ACTION_LADDER["SEARCH"]:
                self.judge(event, events[:number])

    @staticmethod
    def judge(acted: ActionTaken, before: list[Any]) -> None:
        def last(kind: type, **fields: Any) -> Any:
            fits = [one for one in before if type(one) is kind and all(getattr(one, k) == v for k, v in fields.items())]
            return fits[-1] if fits else None

        verified, checked, given = last(Verified), last(LiveChecked), last(ActionAuthorised)
        assert verified.outcome == "POSITIVE"
        assert verified.second not in {"", verified.officer}
        assert len(verified.compared) > 1
        assert checked.reached
        assert checked.status == "PUBLISHED"
        assert acted.at_ms - checked.at_ms <= DEFAULT_POLICY.stale_online_ms
        assert last(OriginatorContacted, about="CONFIRMATION") is not None
        assert given.action == acted.action == "HOLD"
        assert given.officer != verified.officer
        assert given.legal_basis == "law"
        answered = last(OriginatorAnswered)
        assert given.independent or (answered is not None and answered.answer == "CONFIRM")
        assert last(NoticeStatusChanged) is None

    @invariant()
    def every_deadline_is_met_or_found(self) -> None:
        if not hasattr(self, "post"):
            return
        post, now = self.post, self.post.clock.now_ms()
        post.office.tick(now)
        recorded = {
            (one.decision.encounter, one.decision.act, one.decision.by_ms)
            for one in post.book.entries() if isinstance(one.decision, OverdueRecord)
        }  # fmt: skip
        found = post.office.overseer.findings.values()
        rules, own = {(one.rule, one.encounter) for one in found}, {one.finding_id for one in found}
        for state in post.office.docket.states.values():
            for deadline in open_duties(state, DEFAULT_POLICY)[1]:
                if deadline.by_ms < now:
                    act = deadline.duty.act
                    assert (state.encounter, act, deadline.by_ms) in recorded
                    assert (deadline.duty.rule, state.encounter) in rules, act
                    if act in {"OPEN_CANDIDATE", "VERIFY", "CHECK_LIVE", "FOLLOW_UP", "CLOSE"}:
                        assert f"{deadline.duty.rule}:overdue:{state.encounter}:{act}:{deadline.by_ms}" in own

    def teardown(self) -> None:
        if hasattr(self, "post"):
            assert self.post.verify().good


Driven.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestDriven = Driven.TestCase
