"""The corners of each rule about a stop: other ways to break it, and other ways to be within it."""

from __future__ import annotations

from evenhand.screening.events import (
    ActionEnded,
    CustodyStep,
    EncounterClosed,
    FollowedUp,
    HitReported,
    LiveChecked,
    PairCleared,
)
from evenhand.screening.notice_events import NoticeFlagged, NoticeStatusChanged
from tests.oversight.test_rules import DAY, NINE, again, arrested, cleared, held
from tests.oversight.traces import N, Stream, words

SILENT = "C-02:repeated:"


def test_v01_other_ways() -> None:
    for verified in ({"outcome": "NEGATIVE"}, {"outcome": "INCONCLUSIVE"}, {"officer": ""}):
        stream = Stream()
        stream.until_act()
        stream.verify(7, **verified)
        stream.act()
        assert "V-01" in stream.rules()
    stream = Stream()
    stream.act(action="NO_BOARD")
    assert "no person behind" in words(stream, "V-01")
    stream = Stream()
    stream.act(action="INTERVIEW")
    assert stream.rules() == []
    stream.act(9)
    assert {"V-01", "A-02"} <= set(stream.rules())


def test_v02_v03_few_identifiers_and_an_unreached_originator() -> None:
    stream = Stream()
    stream.publish()
    stream.query(view_age_ms=14 * 60_000)
    stream.show()
    stream.verify(compared=())
    stream.say(4, LiveChecked, notice=N, version=1, status="PUBLISHED", reached=False)
    stream.act(5)
    assert {"V-02", "V-03"} <= set(stream.rules())


def test_v04_a_candidate_of_an_expired_overdue_or_restored_notice() -> None:
    stream = Stream()
    stream.publish(review_by_ms=stream.engine.now_ms + 10 * 60_000, expires_ms=stream.engine.now_ms + 20 * 60_000)
    stream.query()
    for at, status in ((11, "REVIEW_DUE"), (20, "EXPIRED")):
        stream.show(at)
        assert status in words(stream, "V-04")
    stream.verify(20)
    stream.act(21, "NONE")
    stream.act(21, "INTERVIEW")
    assert "INTERVIEW on a notice" in words(stream, "V-04")


def test_a01_flags_and_discreet_notices() -> None:
    stream = Stream()
    stream.say(0, NoticeFlagged, notice=N, action="INTERVIEW")
    stream.until_act()
    stream.act()
    assert "at most INTERVIEW" in words(stream, "A-01")
    stream = Stream()
    stream.say(0, NoticeFlagged, notice=N, action="INTERVIEW")
    stream.say(0, NoticeFlagged, notice=N, action=None)
    stream.until_act(action="ARREST")
    stream.act()
    assert words(stream, "A-01") == ""
    stream.say(9, FollowedUp, outcome="UPDATED", leaflet="l")
    assert words(stream, "A-01") == ""
    stream = Stream()
    stream.until_act(action="DISCREET_REPORT")
    stream.act(action="DISCREET_REPORT", subject_told=True)
    stream.say(9, FollowedUp, outcome="UPDATED", leaflet="l")
    assert words(stream, "A-01").count("discreet") == 2


def test_a02_without_authorisation_or_basis() -> None:
    stream = Stream()
    stream.until_answer()
    stream.answer()
    stream.authorise(legal_basis="none")
    stream.act()
    assert "legal basis" in words(stream, "A-02")
    stream.act(9, "HOLD")
    assert "without authorisation" in words(stream, "A-02")


def test_a03_a_ground_or_a_confirmation_stops_the_clock() -> None:
    stream = Stream()
    held(stream)
    stream.act(9, "HOLD")
    stream.authorise(10, "HOLD", independent=True)
    stream.wait(90)
    assert "A-03" not in stream.rules()
    stream = Stream()
    held(stream)
    stream.authorise(9, "HOLD")
    stream.answer(10, "MORE_INFO")
    stream.answer(20)
    stream.wait(90)
    assert "A-03" not in stream.rules()


def test_a04_a_withdrawal_told_to_the_encounter_and_nobody_held() -> None:
    stream = Stream()
    arrested(stream)
    stream.say(9, NoticeStatusChanged, notice=N, status="WITHDRAWN", member="PHL")
    stream.say(10, NoticeStatusChanged, notice=N, status="WITHDRAWN", encounter="x1")
    stream.verify(12, outcome="NEGATIVE")
    stream.wait(30)
    assert stream.rules().count("A-04") == 1
    stream = Stream()
    stream.until_answer()
    stream.verify(6, outcome="NEGATIVE")
    stream.wait(40)
    assert "A-04" not in stream.rules()


def test_a05_an_asylum_claim_outlives_the_detention() -> None:
    stream = Stream()
    arrested(stream)
    stream.say(9, CustodyStep, act="ASYLUM_CLAIMED")
    stream.say(10, ActionEnded, how="RELEASED")
    stream.wait(9 + DAY + 1)
    assert words(stream, "A-05") == "an asylum claim was not passed on"
    stream.say(9 + DAY, CustodyStep, act="ASYLUM_PASSED_ON")
    assert stream.rules("RETRACTED") == ["A-05"]


def test_a06_a_child_has_a_day_and_a_judge_once_is_enough() -> None:
    stream = Stream()
    stream.until_act()
    stream.act(child=True)
    stream.wait(9 + DAY)
    assert "A-06" in stream.rules()
    stream = Stream()
    arrested(stream)
    stream.say(9, CustodyStep, act="JUDGE")
    stream.act(10)
    stream.wait(5 * DAY)
    assert "A-06" not in stream.rules()


def test_c01_a_negative_verification_owes_no_contact() -> None:
    stream = Stream()
    stream.publish()
    stream.query()
    stream.show()
    stream.verify()
    stream.verify(4)
    stream.verify(5, outcome="NEGATIVE")
    stream.contact(6, about="NEGATIVE")
    stream.contact(7, about="ERROR")
    stream.wait(DAY)
    assert "C-01" not in stream.rules()
    stream.contact(DAY + 1)
    stream.verify(DAY + 2)


def test_c02_three_silences_in_ninety_days_lower_the_notices() -> None:
    stream = Stream()
    for number, day in enumerate((0, 200, 201, 202)):
        stream.contact(day * DAY, encounter=f"x{number}", message=f"m{number}")
    stream.wait(203 * DAY)
    raised = [finding for finding in stream.found if finding.finding_id.startswith(SILENT)]
    assert [(finding.member, finding.severity) for finding in raised] == [("PHL", "S1")]
    stream.answer(202 * DAY + 1, encounter="x3", message="m3")
    assert "C-02" in stream.rules("RETRACTED")


def test_c02_asking_while_held_has_the_short_clock() -> None:
    stream = Stream()
    stream.act(1, "HOLD")
    stream.contact(2)
    stream.act(3, "HOLD")
    stream.say(31, ActionEnded, how="RELEASED")
    stream.wait(100)
    assert "C-02" not in stream.rules()


def test_c03_empty_items_and_denied_hits() -> None:
    stream = Stream()
    arrested(stream)
    stream.say(9, HitReported, notice=N, items=NINE[2:])
    assert "empty" in words(stream, "C-03")
    stream.say(10, EncounterClosed)
    stream = Stream()
    stream.until_answer()
    stream.answer(answer="CONFIRM")
    stream.answer(7, answer="CONFIRM")
    stream.answer(8, answer="DENY")
    stream.answer(9, answer="MORE_INFO")
    stream.wait(DAY)
    assert "C-03" not in stream.rules()


def test_c04_the_second_stop_is_graver_and_others_are_none() -> None:
    stream = Stream()
    again(stream)
    stream.query(30, encounter="x3")
    stream.show(31, encounter="x3")
    assert [f.severity for f in stream.found if f.rule == "C-04"] == ["S2", "S1"]
    stream.query(40, encounter="x4", person="somebody else")
    stream.show(41, encounter="x4")
    stream.show(42, encounter="never queried")
    assert stream.rules().count("C-04") == 2
    stream = Stream()
    cleared(stream)
    stream.engine.world.notices.clear()
    stream.show(50)
    assert "C-04" in stream.rules()


def test_c04_pair_and_message_are_owed() -> None:
    stream = Stream()
    stream.publish()
    stream.query()
    stream.show()
    stream.verify(outcome="NEGATIVE")
    stream.say(2 * DAY + 4, PairCleared, notice=N, person="q", basis="b")
    stream.wait(2 * DAY + 4)
    assert stream.rules().count("C-04") == 2


def test_an_authorisation_is_used_up_with_its_act() -> None:
    stream = Stream()
    stream.until_act()
    stream.act()
    stream.say(20, ActionEnded, how="RELEASED")
    assert "A-02" not in stream.rules()
    stream.act(25)
    assert words(stream, "A-02") == "ARREST without authorisation"
    again = Stream()
    again.until_answer()
    again.authorise(action="HOLD", independent=True)
    again.act(action="HOLD")
    again.say(20, ActionEnded, how="RELEASED")
    again.authorise(25, action="HOLD")
    again.act(26, action="HOLD")
    again.wait(26 + 61)
    assert "A-03" in again.rules(), "the ground of the first hold is not that of the second"
