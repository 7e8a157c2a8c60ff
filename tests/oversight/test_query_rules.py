"""The corners of the rules on questions: who may ask, how often, and of what."""

from __future__ import annotations

from typing import Any

from evenhand.oversight.rules.q import Q02, Q03
from evenhand.screening.events import (
    DataReleased,
    Movement,
    PersonAsked,
    QueryMade,
)
from evenhand.screening.notice_events import (
    EntitlementSet,
)
from tests.oversight.test_rules import DAY, ENTITLED
from tests.oversight.traces import N, Stream, words

FAR: dict[str, Any] = {"review_by_ms": 2**50, "expires_ms": 2**50}
SILENT = "C-02:repeated:"


def test_q01_names_entitlement_and_wrong_recipients() -> None:
    stream = Stream()
    stream.query(officer="o5")
    assert "entitlement" in words(stream, "Q-01")
    stream.say(2, DataReleased, notice="PHL:" + "7" * 32, recipient="carrier", reach="CARRIER")
    stream.publish(3, tlp="AMBER", audience=("ITA",))
    for recipient, reach in (("USA", "MEMBER"), ("FRA", "MEMBER"), ("air", "CARRIER")):
        assert stream.say(4, DataReleased, notice=N, recipient=recipient, reach=reach)[0].severity == "S1"
    for recipient, reach in (("ITA", "MEMBER"), ("police", "DOMESTIC")):
        assert stream.say(4, DataReleased, notice=N, recipient=recipient, reach=reach) == []


ASKED: dict[str, Any] = {
    "authority": "a", "purpose": "BORDER_CHECK", "legal_basis": "l", "person": "q", "reference": "r",
}  # fmt: skip


def test_q01_judges_questions_outside_encounters_too() -> None:
    stream = Stream()
    assert stream.say(1, PersonAsked, **ASKED) == []
    stream.say(1, PersonAsked, **(ASKED | {"officer": "", "legal_basis": ""}))
    assert "without officer, legal basis" in words(stream, "Q-01")
    stream.say(1, PersonAsked, **(ASKED | {"purpose": "VISA"}))
    assert "entitlement: VISA" in words(stream, "Q-01")
    stream.say(1, EntitlementSet, subject="o2", purposes=("BORDER_CHECK",), categories=("fugitive",))
    stream.say(1, PersonAsked, **(ASKED | {"officer": "o2", "categories": ("fugitive", "terrorism")}))
    assert "entitlement: terrorism" in words(stream, "Q-01")


def test_a_question_counts_as_the_query_of_a_crossing_and_needs_one_itself() -> None:
    stream = Stream()
    stream.say(1, Movement, what="CROSSING", person="q", systematic=True)
    stream.say(5, PersonAsked, **ASKED)
    stream.say(6, PersonAsked, **(ASKED | {"person": "p2", "reference": ""}))
    stream.say(7, PersonAsked, **(ASKED | {"person": "p3", "reference": ""}))
    stream.say(8, Movement, what="CASE", person="p3")
    stream.wait(60)
    assert words(stream, "Q-03") == ""
    assert words(stream, "Q-02") == "no crossing, boarding or case stands beside the question"


def test_a_list_compared_again_every_day_is_no_curiosity() -> None:
    stream = Stream()
    stream.say(0, EntitlementSet, subject="o1", purposes=("RESCREENING",), categories=("*",))
    for day in range(5):
        stream.say(day * DAY, PersonAsked, **(ASKED | {"purpose": "RESCREENING"}))
    assert words(stream, "Q-02") == ""
    for day in range(5, 8):
        stream.say(day * DAY, PersonAsked, **ASKED)
    assert "3 times" in words(stream, "Q-02")


def test_q02_remembers_the_later_queries_when_the_first_leaves_the_window() -> None:
    stream = Stream()
    for day in (0, 20, 31, 45):
        stream.say(day * DAY, PersonAsked, **ASKED)
    assert words(stream, "Q-02").count("3 times") == 1, "20, 31 and 45"


def test_a_person_seen_a_thousand_times_costs_no_more_than_one() -> None:
    stream = Stream()
    q02, q03 = stream.engine.rules[1], stream.engine.rules[2]
    for minute in range(3 * DAY):
        if minute % 3 == 0:
            stream.say(minute, Movement, what="CROSSING", person="q")
            stream.say(minute, Movement, what="CROSSING", person=f"p{minute}", systematic=True)
            stream.say(minute, PersonAsked, **(ASKED | {"reference": f"r{minute}"}))
    assert isinstance(q02, Q02)
    assert isinstance(q03, Q03)
    assert len(q02._seen["ITA", "q"]) <= DAY // 3 + 1, "a day of instants, and no more"
    assert len(q02._seen) <= 2 * DAY // 3 + 3, "and nobody who passed once stays for ever"
    assert all(len(held) <= 1 for held in q03._waiting.values())
    assert words(stream, "Q-02") == ""


def test_q02_counts_queries_of_one_encounter_and_forgets_after_the_window() -> None:
    stream = Stream()
    for day in (0, 31, 64):
        stream.query(day * DAY)
    assert words(stream, "Q-02") == ""
    stream.query(64 * DAY + 1)
    stream.query(64 * DAY + 2)
    assert "3 times" in words(stream, "Q-02")
    stream.say(64 * DAY + 3, QueryMade, **(ENTITLED | {"purpose": "REDRESS"}), encounter="x9")


def test_q02_waits_for_each_query_and_a_late_case_retracts() -> None:
    stream = Stream()
    for at in (1, 100):
        stream.say(at, QueryMade, **ENTITLED, encounter=f"x{at}")
    assert stream.rules() == ["Q-02"]
    stream.say(20, Movement, what="CASE", person="q")
    assert stream.rules("RETRACTED") == ["Q-02"]
    stream.say(101, Movement, what="CASE", person="q")
    stream.wait(300)
    assert stream.rules() == ["Q-02"]
    assert not stream.engine.open
