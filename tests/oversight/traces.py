"""A stream of events for the rules, written as a conversation."""

from __future__ import annotations

from typing import Any

from evenhand.oversight.engine import Oversight
from evenhand.oversight.findings import Finding
from evenhand.screening.clocks import HOUR_MS, MINUTE_MS
from evenhand.screening.events import (
    ActionAuthorised,
    ActionTaken,
    Candidate,
    CandidatesShown,
    Comparison,
    Event,
    ExceptionDeclared,
    LiveChecked,
    Movement,
    OriginatorAnswered,
    OriginatorContacted,
    QueryMade,
    Verified,
)
from evenhand.screening.notice_events import (
    AcknowledgementOwed,
    EntitlementSet,
    LegalBasisRegistered,
    NoticeApproved,
    NoticePublished,
    PartiesChanged,
)

START = 1_798_761_600_000  # 2027-01-01T00:00:00Z
N = "PHL:" + "0" * 32
BOTH = (Comparison(identifier="document", agrees=True), Comparison(identifier="birth_date", agrees=True))


class Stream:
    """Feeds an engine; `at` counts minutes from START."""

    def __init__(self) -> None:
        self.engine = Oversight()
        self.found: list[Finding] = []
        self.number = 0
        self.say(0, PartiesChanged, parties=("ITA", "PHL", "FRA"))
        self.say(0, EntitlementSet, subject="o1", purposes=("BORDER_CHECK", "REDRESS"), categories=("*",))
        for action in ("ARREST", "HOLD", "NO_BOARD"):
            self.say(0, LegalBasisRegistered, action=action, legal_basis="law")

    def say(self, at: int, kind: type[Event], /, **fields: Any) -> list[Finding]:
        self.number += 1
        base: dict[str, Any] = {"event_id": f"e{self.number}", "at_ms": START + at * MINUTE_MS, "member": "ITA",
                                "unit": "u1", "officer": "o1"}  # fmt: skip
        if kind.__name__ in ENCOUNTERED:
            base["encounter"] = "x1"
        found = self.engine.observe(kind(**(base | fields)))
        self.found += found
        return found

    def wait(self, at: int) -> list[Finding]:
        found = self.engine.due(START + at * MINUTE_MS)
        self.found += found
        return found

    def rules(self, state: str = "OPEN") -> list[str]:
        return [finding.rule for finding in self.found if finding.state == state]

    def excuse(self, at: int = 0, **fields: Any) -> None:
        """Declare an exception of the unit for a day from `at`."""
        given: dict[str, Any] = {"code": "DANGER_TO_LIFE", "reason": "fire", "second": "o2"}
        span = {"from_ms": START + at * MINUTE_MS, "until_ms": START + at * MINUTE_MS + 24 * HOUR_MS}
        self.say(at, ExceptionDeclared, **(given | span | fields))

    # -- pieces of a lawful story --------------------------------------------------------------------

    def publish(self, at: int = 0, **fields: Any) -> None:
        version = fields.get("version", 1)
        for officer, role in (("a1", "NATIONAL"), ("a2", "LEGAL"), ("a3", "COMPLIANCE")):
            self.say(at, NoticeApproved, notice=N, version=version, role=role, officer=officer, member="PHL")
        given: dict[str, Any] = {
            "notice": N, "version": 1, "action": "ARREST", "fallback": "INTERVIEW", "category": "c", "text": "t",
            "review_by_ms": START + 300 * 24 * HOUR_MS, "expires_ms": START + 360 * 24 * HOUR_MS, "member": "PHL",
            "officer": "author", "unit": "desk", "identity": "b",
        }  # fmt: skip
        self.say(at, NoticePublished, **(given | fields))
        if version > 1:
            self.owe(at, version=version)

    def owe(self, at: int, **fields: Any) -> None:
        """Say that all but the originator have yet to acknowledge a change."""
        given: dict[str, Any] = {"notice": N, "version": 1, "member": "PHL", "unit": "", "owed_by": ("FRA", "ITA")}
        self.say(at, AcknowledgementOwed, **(given | fields))

    def query(self, at: int = 1, **fields: Any) -> None:
        given = {"authority": "a", "post": "p", "device": "d", "purpose": "BORDER_CHECK", "legal_basis": "l",
                 "terms": "t", "view": "v", "person": "q"}  # fmt: skip
        self.say(at, Movement, what="CROSSING", person=fields.get("person", "q"))
        self.say(at, QueryMade, **(given | fields))

    def show(self, at: int = 2, *, action: Any = "ARREST", version: int = 1, **fields: Any) -> None:
        shown = Candidate(notice=N, version=version, action=action)
        self.say(at, CandidatesShown, **({"candidates": (shown,)} | fields))

    def verify(self, at: int = 3, outcome: str = "POSITIVE", **fields: Any) -> list[Finding]:
        given: dict[str, Any] = {"notice": N, "officer": "v1", "second": "v2", "compared": BOTH}
        return self.say(at, Verified, **(given | {"outcome": outcome} | fields))

    def contact(self, at: int = 5, **fields: Any) -> list[Finding]:
        return self.say(at, OriginatorContacted, **({"notice": N, "message": "m1"} | fields))

    def answer(self, at: int = 6, answer: str = "CONFIRM", **fields: Any) -> list[Finding]:
        given = {"notice": N, "message": "m1", "member": "PHL", "unit": "d", "officer": "l1", "version": 1}
        return self.say(at, OriginatorAnswered, **(given | {"answer": answer} | fields))

    def authorise(self, at: int = 7, action: str = "ARREST", **fields: Any) -> None:
        given = {"officer": "s1", "legal_basis": "law", "proportionality": "none milder"}
        self.say(at, ActionAuthorised, **(given | {"action": action} | fields))

    def act(self, at: int = 8, action: str = "ARREST", **fields: Any) -> list[Finding]:
        return self.say(at, ActionTaken, **({"action": action} | fields))

    def until_answer(self, **fields: Any) -> None:
        self.publish()
        self.query()
        self.show(**fields)
        self.verify()
        self.say(4, LiveChecked, notice=N, version=1, status="PUBLISHED")
        self.contact()

    def until_act(self, **fields: Any) -> None:
        self.until_answer(**fields)
        self.answer()
        self.authorise()


ENCOUNTERED = {
    "QueryMade", "CandidatesShown", "Verified", "LiveChecked", "OriginatorContacted", "OriginatorAnswered",
    "ActionAuthorised", "ActionTaken", "ActionEnded", "CustodyStep", "HitReported", "FollowedUp", "PairCleared",
    "EncounterClosed", "SideStateEntered",
}  # fmt: skip


def words(stream: Stream, code: str) -> str:
    """Return what was found under a rule, in its words."""
    return " | ".join(finding.found for finding in stream.found if finding.rule == code)
