"""A post with an office of its own: steps are events, the clock moves when told, and it can crash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from evenhand.casework.book import DecisionBook
from evenhand.casework.memory import Memory
from evenhand.casework.office import Office, Told
from evenhand.casework.records import FactRecord
from evenhand.casework.verifying import Keys, Verdict, verify_book
from evenhand.ground.clock import ManualClock
from evenhand.ground.store import MemoryStore, Store
from evenhand.screening.clocks import MINUTE_MS
from evenhand.screening.events import (
    ActionAuthorised,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    Comparison,
    LiveChecked,
    Movement,
    OriginatorAnswered,
    OriginatorContacted,
    QueryMade,
    ReportItem,
    Verified,
)
from evenhand.screening.notice_events import EntitlementSet, LegalBasisRegistered, NoticePublished
from evenhand.screening.procedure import REPORT_ITEMS
from evenhand.trust.note_keys import COSIGNATURE, Signer

START = 1_798_761_600_000  # 2027-01-01T00:00:00Z
NOTICE = "PHL:" + "0" * 32
ORIGIN = "c.example/ITA/decisions"
SIGNER = Signer(ORIGIN, b"\x01" * 32)
WITNESS = Signer("c.example/PHL/witness", b"\x02" * 32, COSIGNATURE)
KEYS = Keys(member=[SIGNER.verifier], witnesses=[WITNESS.verifier])
BOTH = (Comparison(identifier="document", agrees=True), Comparison(identifier="birth_date", agrees=True))
HOLD = Candidate(notice=NOTICE, version=1, action="HOLD", terrorism=True)
NINE = tuple(ReportItem(item=name, text="seen") for name in sorted(REPORT_ITEMS))  # type: ignore[arg-type]


def entropy() -> Callable[[int], bytes]:
    """Dice that show the same numbers again."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_128(count.to_bytes(8, "big")).digest(size)

    return draw


class Post:
    """One member's office, and a hand that takes steps in it."""

    def __init__(self, store: Store | None = None, now_ms: int = START) -> None:
        self.store: Any = store if store is not None else MemoryStore()
        self.clock = ManualClock(now_ms)
        self.dice = entropy()
        self.number = 0
        self.open()

    def open(self, memory: Memory | None = None) -> None:
        """Open the office anew over the same store: what a start does."""
        self.book = DecisionBook(self.store, SIGNER, self.dice)
        self.office = Office(self.book, "ITA", now_ms=self.clock.now_ms(), memory=memory)

    def do(self, kind: type, /, *, minutes: int = 0, anyway: bool = False, **fields: Any) -> None:
        self.clock.advance(seconds=60 * minutes)
        self.number += 1
        base: dict[str, Any] = {"event_id": f"e{self.number}", "at_ms": self.clock.now_ms(), "member": "ITA",
                                "unit": "u1", "officer": "o1", "encounter": "x1"}  # fmt: skip
        self.office.take([Told(event=kind(**(base | fields)), anyway=anyway)], self.clock.now_ms())

    def wait(self, minutes: int) -> None:
        self.clock.advance(ms=minutes * MINUTE_MS)
        self.office.tick(self.clock.now_ms())

    def found(self) -> list[str]:
        return sorted(one.rule for one in self.office.overseer.findings.values() if one.state == "OPEN")

    def verify(self) -> Verdict:
        return verify_book(self.book, KEYS, now_ms=self.clock.now_ms())

    def witness(self) -> None:
        """Have a partner cosign everything recorded."""
        note = self.book.sign()
        text = note.decode().split("\n\n")[0] + "\n"
        line = WITNESS.sign_at(text, self.clock.now_ms() // 1000)
        self.book.seal(self.book.size, note + line.encode(), self.clock.now_ms())

    # -- the usual way ------------------------------------------------------------------------------------

    def begin(self, encounter: str = "x1") -> None:
        """Entitle the officer, register the law, look a person up at a border."""
        published = NoticePublished(
            event_id="published", at_ms=START - 1, member="PHL", unit="", notice=NOTICE, version=1, action="HOLD",
            fallback="NONE", category="terrorism", review_by_ms=2**50, expires_ms=2**50, text="t",
        )  # fmt: skip
        self.office.write([(FactRecord(event=published), "case")], self.clock.now_ms())
        self.do(EntitlementSet, subject="o1", purposes=("BORDER_CHECK",), categories=("*",), encounter="")
        self.do(LegalBasisRegistered, action="HOLD", legal_basis="law", encounter="")
        self.query(encounter)

    def query(self, encounter: str = "x1") -> None:
        self.do(Movement, what="CROSSING", person="q1", encounter="")
        self.do(QueryMade, encounter=encounter, authority="a", post="p", device="d", purpose="BORDER_CHECK",
                legal_basis="l", terms="t", view="v", person="q1")  # fmt: skip
        self.do(CandidatesShown, encounter=encounter, candidates=(HOLD,))

    def confirm(self) -> None:
        """Everything up to the originator's CONFIRM, a minute a step."""
        self.do(CandidateOpened, minutes=1)
        self.do(Verified, minutes=1, notice=NOTICE, outcome="POSITIVE", compared=BOTH, officer="v1", second="v2")
        self.ask()
        self.do(OriginatorAnswered, minutes=1, notice=NOTICE, message="m1", answer="CONFIRM", version=1,
                member="PHL", officer="l1")  # fmt: skip

    def ask(self) -> None:
        self.do(LiveChecked, minutes=1, notice=NOTICE, version=1, status="PUBLISHED")
        self.do(OriginatorContacted, minutes=1, notice=NOTICE, message="m1", urgency="URGENT")

    def hold(self) -> None:
        self.do(ActionAuthorised, minutes=1, action="HOLD", legal_basis="law", proportionality="short", officer="s1")
        self.do(ActionTaken, minutes=1, action="HOLD", place="airport")
