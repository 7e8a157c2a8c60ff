"""A post that takes one encounter step by step, for the tests of the procedure."""

from __future__ import annotations

from typing import Any

from evenhand.screening.clocks import MINUTE_MS
from evenhand.screening.coercion import Charter, Refusal
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import (
    ActionAuthorised,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    Comparison,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    QueryMade,
    ReportItem,
    Verified,
)
from evenhand.screening.procedure import REPORT_ITEMS, Step, step
from evenhand.screening.purpose import Entitlement

PHL, OTHER = "PHL:" + "0" * 32, "FRA:" + "1" * 32
CHARTER = Charter(
    entitlements={"o1": Entitlement(purposes=frozenset({"BORDER_CHECK"}), categories=frozenset({"*"}))},
    legal_bases=frozenset(
        ("ITA", action, "Code 1") for action in ("ARREST", "HOLD", "NO_BOARD", "SEARCH", "REFUSE_ENTRY")
    ),
)
BOTH = (Comparison(identifier="document", agrees=True), Comparison(identifier="birth_date", agrees=True))
ARREST = Candidate(notice=PHL, version=1, action="ARREST")


class Post:
    """A post that takes steps one minute apart, and keeps what came back."""

    def __init__(self) -> None:
        self.state: Encounter | None = None
        self.at_ms = 1_000_000_000
        self.number = 0

    def do(self, kind: type, /, *, minutes: int = 1, **fields: Any) -> Step | Refusal:
        self.at_ms += minutes * MINUTE_MS
        self.number += 1
        base = {"event_id": f"e{self.number}", "at_ms": self.at_ms, "member": "ITA", "unit": "u1", "officer": "o1",
                "encounter": "x1"}  # fmt: skip
        answer = step(self.state, kind(**(base | fields)), CHARTER)
        if isinstance(answer, Step):
            self.state = answer.state
        return answer

    def must(self, kind: type, /, **fields: Any) -> Step:
        answer = self.do(kind, **fields)
        assert isinstance(answer, Step), answer
        return answer

    def refused(self, rule: str, kind: type, /, **fields: Any) -> None:
        before = self.state
        answer = self.do(kind, **fields)
        assert isinstance(answer, Refusal), answer
        assert answer.rule == rule
        assert answer.found
        assert answer.instead
        assert self.state is before

    # -- the usual way ------------------------------------------------------------------------------

    def query(self, **fields: Any) -> Step:
        given = {"authority": "a", "post": "p", "device": "d", "purpose": "BORDER_CHECK", "legal_basis": "Code 0",
                 "terms": "t", "view": "v", "person": "q1"}  # fmt: skip
        return self.must(QueryMade, **(given | fields))

    def show(self, *candidates: Candidate) -> None:
        self.must(CandidatesShown, candidates=candidates or (ARREST,))
        self.must(CandidateOpened)

    def verify(self, notice: str = PHL, outcome: str = "POSITIVE", **fields: Any) -> Step:
        given: dict[str, Any] = {"officer": "v1", "second": "v2", "compared": BOTH, "notice": notice}
        return self.must(Verified, outcome=outcome, **(given | fields))

    def check(self, **fields: Any) -> Step:
        return self.must(LiveChecked, **({"notice": PHL, "version": 1, "status": "PUBLISHED"} | fields))

    def contact(self, **fields: Any) -> Step:
        return self.must(OriginatorContacted, **({"notice": PHL, "message": "m1"} | fields))

    def answer(self, answer: str = "CONFIRM", **fields: Any) -> Step:
        given = {"notice": PHL, "message": "m1", "member": "PHL", "officer": "l1", "version": 1}
        return self.must(OriginatorAnswered, answer=answer, **(given | fields))

    def authorise(self, action: str = "ARREST", **fields: Any) -> Step:
        return self.must(ActionAuthorised, **(AUTHORISED | {"action": action} | fields))


AUTHORISED: dict[str, Any] = {"officer": "s1", "legal_basis": "Code 1", "proportionality": "no milder way"}
NINE = tuple(ReportItem(item=name, text="seen") for name in sorted(REPORT_ITEMS))  # type: ignore[arg-type]


def at_answer(post: Post, **query: Any) -> None:
    post.query(**query)
    post.show()
    post.verify()
    post.check()
    post.contact()


def at_arrest(post: Post) -> None:
    at_answer(post)
    post.answer()
    post.authorise()
    post.must(ActionTaken, action="ARREST")


def acts(answer: Step) -> set[str]:
    return {duty.act for duty in answer.duties}
