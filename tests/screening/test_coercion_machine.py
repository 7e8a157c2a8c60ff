"""Hypothesis looks for any path to coercion that lacks one of its conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from evenhand.notices.model import ACTION_LADDER
from evenhand.screening.clocks import DEFAULT_POLICY, HOUR_MS, MINUTE_MS
from evenhand.screening.coercion import Charter
from evenhand.screening.encounter import open_duties
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    Comparison,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    QueryMade,
    SideStateEntered,
    Verified,
)
from evenhand.screening.notice_events import NoticeStatusChanged
from evenhand.screening.procedure import Step, step
from evenhand.screening.purpose import Entitlement

A, B = "PHL:" + "0" * 32, "FRA:" + "1" * 32
ACTIONS = st.sampled_from(sorted(ACTION_LADDER))
NOTICES = st.sampled_from([A, A, A, B])
PEOPLE = st.sampled_from(["p1", "p2", "p3", ""])
BASES = frozenset(("ITA", action, "law") for action in ("ARREST", "HOLD", "SEARCH", "NO_BOARD"))
CHARTER = Charter(
    entitlements={"p1": Entitlement(purposes=frozenset({"BORDER_CHECK"}), categories=frozenset({"*"}))},
    legal_bases=BASES,
)


class Procedure(RuleBasedStateMachine):
    """Any event, in any order; beside it, a plain memory of what was accepted, judged independently."""

    @initialize(action=ACTIONS)
    def begin(self, action: Any) -> None:
        self.state: Any = None
        self.at_ms, self.number = 10**9, 0
        self.log: list[Any] = []
        self.said("query", QueryMade, officer="p1", authority="a", post="p", device="d", purpose="BORDER_CHECK",
                  legal_basis="l", terms="t", view="v", person="q")  # fmt: skip
        shown = tuple(Candidate(notice=n, version=1, action=action) for n in (A, B))
        self.said("shown", CandidatesShown, candidates=shown)
        self.said("opened", CandidateOpened)
        self.action = action

    def said(self, _name: str, kind: Any, **fields: Any) -> None:
        self.number += 1
        self.at_ms += MINUTE_MS
        base = {"event_id": str(self.number), "at_ms": self.at_ms, "member": "ITA", "unit": "u", "encounter": "x"}
        event = kind(**(base | fields))
        answer = step(self.state, event, CHARTER)
        if not isinstance(answer, Step):
            assert answer.rule
            assert answer.instead
            return
        self.state = answer.state
        if isinstance(event, ActionTaken) and ACTION_LADDER[event.action] >= ACTION_LADDER["SEARCH"]:
            self.judge(event)
        self.log.append(event)

    def last(self, kind: Any, **fields: Any) -> Any:
        for event in reversed(self.log):
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
        return None

    def judge(self, acted: ActionTaken) -> None:
        """What the memory must hold before anybody is touched."""
        verified = self.last(Verified)
        assert verified is not None
        notice = verified.notice
        assert verified.outcome != "NEGATIVE"
        assert verified.officer
        assert verified.second not in {"", verified.officer}
        assert verified.outcome == "POSITIVE" or verified.supervisor
        assert len({c.identifier for c in verified.compared} - {"name"}) >= 2
        checked = self.last(LiveChecked, notice=notice)
        assert checked is not None
        assert checked.reached
        assert checked.status == "PUBLISHED"
        assert acted.at_ms - checked.at_ms <= DEFAULT_POLICY.stale_online_ms
        contacted = self.last(OriginatorContacted, notice=notice)
        assert contacted is not None
        authorised = self.last(ActionAuthorised)
        assert authorised is not None
        assert authorised.action == acted.action
        assert authorised.officer not in {"", verified.officer}
        assert ("ITA", acted.action, authorised.legal_basis) in BASES
        answered = self.last(OriginatorAnswered, notice=notice)
        confirmed = answered is not None and answered.answer == "CONFIRM" and answered.at_ms > contacted.at_ms
        assert confirmed or (acted.action == "HOLD" and authorised.independent)
        assert ACTION_LADDER[acted.action] <= ACTION_LADDER[self.action]
        gone = [e for e in self.log if isinstance(e, NoticeStatusChanged) and e.notice == notice]
        assert all(e.status in {"SUSPENDED", "BLOCKED", "PUBLISHED"} for e in gone)
        assert not gone or gone[-1].status == "PUBLISHED"
        assert self.last(SideStateEntered, side="MISUSED_IDENTITY", notice=notice) is None

    @rule(notice=NOTICES, outcome=st.sampled_from(["POSITIVE", "POSITIVE", "INCONCLUSIVE", "NEGATIVE"]),
          officer=PEOPLE, second=PEOPLE, supervisor=PEOPLE, full=st.booleans())  # fmt: skip
    def verify(self, full: bool, **fields: Any) -> None:
        names = ("document", "birth_date") if full else ("name", "sex")
        compared = tuple(Comparison(identifier=name, agrees=True) for name in names)  # type: ignore[arg-type]
        self.said("verified", Verified, compared=compared, **fields)

    @rule(notice=NOTICES, reached=st.booleans(), protected=st.sampled_from([False, False, False, True]),
          status=st.sampled_from(["PUBLISHED", "PUBLISHED", "PUBLISHED", "BLOCKED", "WITHDRAWN"]))  # fmt: skip
    def check(self, **fields: Any) -> None:
        self.said("checked", LiveChecked, version=1, **fields)

    @rule(notice=NOTICES)
    def contact(self, notice: str) -> None:
        self.said("contacted", OriginatorContacted, notice=notice, message=f"m{self.number}", officer="p1")

    @rule(answer=st.sampled_from(["CONFIRM", "CONFIRM", "DENY", "WITHDRAW", "MORE_INFO"]))
    def answered(self, answer: Any) -> None:
        asked = self.last(OriginatorContacted)
        if asked is not None:
            self.said("answered", OriginatorAnswered, notice=asked.notice, message=asked.message, answer=answer,
                      version=1, member=asked.notice[:3], officer="l")  # fmt: skip

    @rule(action=ACTIONS, officer=PEOPLE, legal_basis=st.sampled_from(["law", "law", ""]), independent=st.booleans())
    def authorise(self, **fields: Any) -> None:
        self.said("authorised", ActionAuthorised, proportionality="no milder way", **fields)

    @rule(action=ACTIONS, officer=PEOPLE)
    def act(self, **fields: Any) -> None:
        self.said("acted", ActionTaken, telephone="1", **fields)

    @rule()
    def act_as_authorised(self) -> None:
        given = self.last(ActionAuthorised)
        if given is not None:
            self.said("acted", ActionTaken, action=given.action, officer="p1", telephone="1")

    @rule()
    def end(self) -> None:
        self.said("ended", ActionEnded, officer="p1")

    @rule(notice=NOTICES, status=st.sampled_from(["WITHDRAWN", "BLOCKED", "PUBLISHED", "EXPIRED"]))
    def status(self, **fields: Any) -> None:
        self.said("status", NoticeStatusChanged, **fields)

    @rule(notice=NOTICES, side=st.sampled_from(["MISUSED_IDENTITY", "PROTECTED_PERSON", "REDRESS_OPEN"]))
    def side(self, **fields: Any) -> None:
        self.said("side", SideStateEntered, **fields)

    @rule()
    def wait(self) -> None:
        self.at_ms += HOUR_MS

    @invariant()
    def custody_always_has_a_clock(self) -> None:
        if self.state is not None and self.state.underway and self.state.action in {"HOLD", "ARREST"}:
            owed = {duty.act for duty in open_duties(self.state, DEFAULT_POLICY)[0]}
            assert owed & {"BRING_TO_JUDGE", "RELEASE", "END_UNCONFIRMED_HOLD"}


Procedure.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestProcedure = Procedure.TestCase
