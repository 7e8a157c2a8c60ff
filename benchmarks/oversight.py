"""How many events a second the 25 rules judge on one core, and how long a month of ten million takes to report.

Knows:    a mixed, mostly lawful stream, made by arithmetic: the same on every machine.
Told:     how many encounters.
Answers:  `findings_events_per_s`, `month_report_s`, `breach_shows_ms`, and what they rest on.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from evenhand.oversight.engine import Oversight
from evenhand.oversight.months import Months
from evenhand.oversight.rules.profile import month_of
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    Comparison,
    CustodyStep,
    EncounterClosed,
    Event,
    LiveChecked,
    Movement,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    QueryMade,
    Verified,
)
from evenhand.screening.notice_events import (
    EntitlementSet,
    LegalBasisRegistered,
    NoticeApproved,
    NoticePublished,
    PartiesChanged,
)

START_MS = 1_798_761_600_000
NOTICES = 1_000
BOTH = (Comparison(identifier="document", agrees=True), Comparison(identifier="birth_date", agrees=True))


def stream(encounters: int, every_ms: int = 200) -> Iterator[Event]:
    """Yield movements, queries, one candidate in ten, one hit in a hundred, one breach in a thousand.

    An encounter begins every `every_ms`.
    """
    at, number = START_MS, 0

    def make(kind: type[Event], **fields: Any) -> Event:  # noqa: ANN401 - fields of the event
        nonlocal number
        number += 1
        base: dict[str, Any] = {"event_id": f"e{number}", "at_ms": at, "member": "ITA", "unit": "u1", "officer": "o1"}
        return kind(**(base | fields))

    yield make(PartiesChanged, parties=("FRA", "ITA", "PHL"))
    yield make(EntitlementSet, subject="o1", purposes=("BORDER_CHECK",), categories=("*",))
    yield make(LegalBasisRegistered, action="HOLD", legal_basis="law")
    for index in range(NOTICES):
        notice = f"PHL:{index:032x}"
        for officer, role in (("a1", "NATIONAL"), ("a2", "LEGAL"), ("a3", "COMPLIANCE")):
            yield make(NoticeApproved, notice=notice, version=1, role=role, officer=officer, member="PHL")
        yield make(NoticePublished, notice=notice, version=1, action="HOLD", fallback="NONE", category="c", text="t",
                   review_by_ms=2**50, expires_ms=2**50, member="PHL", officer="author", identity="b")  # fmt: skip
    for index in range(encounters):
        at += every_ms
        notice, told = f"PHL:{index % NOTICES:032x}", {"encounter": f"x{index}"}
        group = {"lane": f"l{index % 20}", "nationality": f"N{index % 7}", "sex": "FM"[index % 2]}
        yield make(Movement, what="CROSSING", person=f"q{index}", systematic=True, **group)
        yield make(QueryMade, **told, **group, authority="a", post="p", device="d", purpose="BORDER_CHECK",
                   legal_basis="l", terms="t", view="v", person=f"q{index}")  # fmt: skip
        if index % 10:
            yield make(CandidatesShown, **told)
            continue
        yield make(CandidatesShown, **told, candidates=(Candidate(notice=notice, version=1, action="HOLD"),))
        yield make(CandidateOpened, **told)
        hit = index % 100 == 0
        yield make(Verified, **told, notice=notice, outcome="POSITIVE" if hit else "NEGATIVE", compared=BOTH,
                   officer="v1", second="v2")  # fmt: skip
        if hit:
            yield make(LiveChecked, **told, notice=notice, version=1, status="PUBLISHED")
            yield make(OriginatorContacted, **told, notice=notice, message=f"m{index}")
            yield make(OriginatorAnswered, **told, notice=notice, message=f"m{index}", answer="CONFIRM", version=1,
                       member="PHL")  # fmt: skip
            yield make(ActionAuthorised, **told, action="HOLD", legal_basis="law",
                       officer="v1" if index % 1000 == 0 else "s1")  # fmt: skip
            yield make(ActionTaken, **told, action="HOLD")
            for act in ("REASONS", "LANGUAGE", "LAWYER_NOTICE"):
                yield make(CustodyStep, **told, act=act)
            yield make(ActionEnded, **told, how="HANDED_OVER")
        else:
            yield make(PairCleared, **told, notice=notice, person=f"q{index}", basis="b")
            yield make(OriginatorContacted, **told, notice=notice, message=f"m{index}", about="NEGATIVE")
        yield make(EncounterClosed, **told)


def run(encounters: int = 100_000) -> dict[str, int]:
    """Judge a stream once; return events per second, events and findings."""
    events = list(stream(encounters))
    engine = Oversight()
    found = 0
    begin = time.perf_counter_ns()
    for event in events:
        found += len(engine.observe(event))
    spent = time.perf_counter_ns() - begin
    return {
        "findings_events_per_s": len(events) * 10**9 // spent,
        "findings_events": len(events),
        "findings_found": found,
    }


def month(events: int = 10_000_000, block: int = 250_000) -> dict[str, float]:
    """Count a month of events as they would come, and report it; return seconds (wall clock) and the instant itself.

    The same block of events comes again and again: what it leaves open is closed in it.
    """
    some = list(islice(stream(block), 5_000, 5_000 + block))  # behind the notices
    months, counted = Months("ITA", DEFAULT_POLICY), 0
    begin = time.perf_counter()
    while counted < events:
        for event in some:
            months.observe(event)
        counted += len(some)
    began = time.perf_counter()
    report = months.report(*month_of(START_MS))
    ended = time.perf_counter()
    assert report is not None
    assert report.queries > counted // 5
    return {
        "month_report_s": round(ended - begin, 2), "month_events": counted, "month_at_once_s": round(ended - began, 3)
    }  # fmt: skip


def shown() -> dict[str, float]:
    """Return how long a breach takes from its event to its finding in the list, ms: an act nobody verified."""
    engine, spent = Oversight(), []
    for event in stream(5_000):
        engine.observe(event)
    for number in range(100):
        act = ActionTaken(event_id=f"b{number}", at_ms=engine.now_ms, member="ITA", unit="u1", officer="o1",
                          encounter=f"b{number}", action="HOLD")  # fmt: skip
        begin = time.perf_counter()
        found = engine.observe(act)
        spent.append(time.perf_counter() - begin)
        assert any(one.rule == "V-01" for one in found)
    return {"breach_shows_ms": round(max(spent) * 1000, 2)}


if __name__ == "__main__":
    print(json.dumps(run() | month() | shown()))
