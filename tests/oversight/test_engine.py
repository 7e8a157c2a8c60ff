"""Exceptions, retractions and clocks of the engine, and of a rule alone."""

from __future__ import annotations

from typing import Any

from evenhand.screening.events import (
    ActionEnded,
    CandidatesShown,
    FollowedUp,
    MessageReceived,
    Movement,
    QueryMade,
)
from evenhand.screening.notice_events import (
    AuditChecked,
)
from tests.oversight.test_rules import DAY, ENTITLED, arrested
from tests.oversight.traces import Stream

FAR: dict[str, Any] = {"review_by_ms": 2**50, "expires_ms": 2**50}
SILENT = "C-02:repeated:"


def test_an_exception_needs_reason_second_person_and_bounds() -> None:
    for wrong in ({"second": "o1"}, {"reason": " "}, {"until_ms": 2**60}, {"rules": ("A-01",)}, {"unit": "u9"},
                  {"member": "FRA"}, {"encounter": "x9"}, {"from_ms": 0, "until_ms": 1}):  # fmt: skip
        stream = Stream()
        stream.excuse(**wrong)
        stream.query(officer="")
        assert stream.rules() == ["Q-01", "Q-01"]


def test_an_exception_that_arrives_late_takes_its_findings_back() -> None:
    stream = Stream()
    stream.query(officer="")
    assert stream.rules() == ["Q-01", "Q-01"]
    stream.excuse(at=0, encounter="x1")
    assert stream.rules("EXCEPTED") == ["Q-01", "Q-01"]
    assert not stream.engine.open


def test_the_engine_tells_when_to_ask_again_and_says_nothing_twice() -> None:
    stream = Stream()
    arrested(stream)
    due_ms = stream.engine.next_due_ms
    assert stream.engine.due(due_ms) == []
    later = due_ms + 100 * 60_000
    assert stream.engine.due(later)
    assert stream.engine.due(later) == []
    rule = stream.engine.rules[0]
    from evenhand.screening.events import ExceptionDeclared

    assert rule.observe(FollowedUp(event_id="e", at_ms=1, member="ITA", unit="u", outcome="UPDATED")) == []
    odd = ExceptionDeclared(event_id="e", at_ms=1, member="ITA", unit="u", code="OUTAGE", reason="", second="",
                            from_ms=1, until_ms=0)  # fmt: skip
    assert rule.observe(odd) == []
    query = QueryMade(event_id="again", at_ms=1, member="ITA", unit="u")
    assert rule.observe(query)[0].rule == "Q-01"
    assert stream.engine._judged(rule.observe(query))
    assert stream.engine._judged(rule.observe(query)) == []
    stream.say(9, MessageReceived, message="m1")


def test_a_rule_alone_judges_a_late_release_by_its_own_clock() -> None:
    from evenhand.oversight.rules.a import A03
    from evenhand.oversight.world import World
    from evenhand.screening.events import ActionTaken

    base: dict[str, Any] = {"member": "ITA", "unit": "u", "encounter": "x"}
    taken = ActionTaken(event_id="1", at_ms=0, action="HOLD", **base)
    ended = ActionEnded(event_id="2", at_ms=61 * 60_000, **base)
    rule = A03(World())
    assert rule.observe(taken) == []
    assert [finding.rule for finding in rule.observe(ended)] == ["A-03"]
    assert rule.observe(ended) == []
    assert rule.observe(AuditChecked(event_id="3", at_ms=0, member="ITA", unit="u")) == []


def test_q04_counts_acts_without_a_candidate_and_closes_a_month_once() -> None:
    stream = Stream()
    given: dict[str, Any] = {**ENTITLED, "lane": "l1"}
    stream.say(1, QueryMade, **given, nationality="AAA")
    stream.act(2, "INTERVIEW")
    stream.act(3, "INTERVIEW", encounter="never queried")
    stream.say(3, Movement, what="CASE", person="q", lane="l1")
    stream.say(3, Movement, what="CROSSING", person="q", lane="l1")
    stream.wait(40 * DAY)
    stream.say(4, Movement, what="CROSSING", person="q", lane="l1")
    stream.say(5, QueryMade, **given)
    stream.say(5, CandidatesShown)
    stream.say(41 * DAY, Movement, what="CROSSING", person="q", lane="l1")
    assert "Q-04" not in stream.rules()
    assert len(stream.engine.open) == len({f.finding_id for f in stream.found if f.state == "OPEN"})


def test_q03_keeps_waiting_for_what_is_too_far() -> None:
    stream = Stream()
    for at in (1, 300):
        stream.say(at, Movement, what="BOARDING", person="q", systematic=True)
    stream.query(301)
    stream.wait(400)
    assert stream.rules().count("Q-03") == 1


def test_a_finding_seen_before_retraction_of_an_excepted_one_stays_silent() -> None:
    stream = Stream()
    stream.excuse(encounter="x1")
    stream.say(1, QueryMade, **ENTITLED)
    stream.wait(40)
    assert stream.rules("EXCEPTED") == ["Q-02"]
    stream.say(20, Movement, what="CASE", person="q")
    assert stream.rules("RETRACTED") == []
