"""The corners of each rule: other ways to break it, and other ways to be within it."""

from __future__ import annotations

from typing import Any

from evenhand.oversight.figures import Figures
from evenhand.oversight.findings import as_shown_to
from evenhand.oversight.months import Months
from evenhand.oversight.rules.profile import month_of
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.events import (
    ActionEnded,
    CustodyStep,
    EncounterClosed,
    FollowedUp,
    HitReported,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
)
from evenhand.screening.notice_events import (
    AuditChecked,
    ConnectionChanged,
    ExportAnswered,
    ExportRequested,
    NoticeAcknowledged,
    NoticeExtended,
    NoticeFlagged,
    NoticeRefused,
    NoticeStatusChanged,
    NoticeSubmitted,
    PartiesChanged,
    RedressBlockDecided,
    RedressDecided,
    RedressRequested,
)
from tests.oversight.test_rules import DAY, NINE, again, arrested, cleared, held
from tests.oversight.traces import START, N, Stream, words

FAR: dict[str, Any] = {"review_by_ms": 2**50, "expires_ms": 2**50}
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


def test_p01_lists_what_is_lacking_and_drafts_shown() -> None:
    stream = Stream()
    stream.show(1)
    stream.show(1)
    assert "before publication" in words(stream, "P-01")
    assert "V-04" not in stream.rules()
    stream.say(2, NoticeSubmitted, notice=N, member="PHL", officer="author")
    stream.publish(3, version=1)
    stream.say(4, NoticeSubmitted, notice=N, member="PHL", officer="author")
    stream.engine.world.notice(N).approvals.clear()
    from evenhand.screening.notice_events import NoticePublished

    stream.say(5, NoticePublished, notice=N, version=2, action="HOLD", fallback="NONE", category="c", text="t", **FAR)
    assert "no legal approval" in words(stream, "P-01")
    assert "compliance desk" in words(stream, "P-01")


def test_p02_coercion_needs_a_strong_identifier() -> None:
    stream = Stream()
    stream.publish(strong_identifier=False)
    assert "strong identifier" in words(stream, "P-02")


def test_p03_a_refused_notice_resubmitted() -> None:
    stream = Stream()
    own = {"notice": N, "member": "PHL", "unit": "desk"}
    stream.say(1, NoticeSubmitted, **own)
    stream.say(2, NoticeRefused, **own, reason="political")
    stream.say(3, NoticeSubmitted, **own, resubmission=True, new_facts=True)
    stream.say(4, NoticeSubmitted, **own, resubmission=True)
    stream.say(5, NoticeSubmitted, **own, resubmission=True)
    stream.say(6, NoticeStatusChanged, notice=N, status="PUBLISHED", member="PHL")
    stream.wait(20)
    assert stream.rules() == ["P-03"]
    assert as_shown_to(stream.found[0], "ITA").officer == ""
    assert as_shown_to(stream.found[0], "PHL").officer == "o1"


def test_l01_reviews() -> None:
    stream = Stream()
    now = stream.engine.now_ms
    stream.publish(review_by_ms=now + 60_000, expires_ms=now + 10**9)
    stream.wait(2)
    assert "without a review" in words(stream, "L-01")
    stream.say(3, NoticeExtended, notice=N, text="n0", assessment="", **FAR)
    assert "assessment" in words(stream, "L-01")
    for number in range(1, 21):
        stream.say(3, NoticeExtended, notice=N, text=f"n{number}", assessment="a", **FAR)
    assert "21 extensions" in words(stream, "L-01")
    stream.say(70, NoticeExtended, notice=N, text="n99", assessment="a", **FAR)
    stream.say(71, NoticeStatusChanged, notice=N, status="SUSPENDED", member="PHL")
    stream.say(71, NoticeStatusChanged, notice=N, status="WITHDRAWN", member="PHL")
    assert stream.rules().count("L-01") == 3


def test_l02_old_versions_and_missing_acknowledgements() -> None:
    stream = Stream()
    stream.publish()
    stream.publish(10, version=2)
    stream.say(11, ConnectionChanged, online=False)
    stream.say(12, ConnectionChanged, online=False)
    stream.show(40)
    assert "L-02" not in {f.rule for f in stream.found if f.member == "ITA"}
    stream.say(41, ConnectionChanged, online=True)
    stream.show(42)
    stream.show(11 + DAY)
    stream.show(12 + DAY, version=2)
    assert [f.severity for f in stream.found if "was shown" in f.found] == ["S2", "S1"]
    assert "not acknowledged in a day" in words(stream, "L-02")
    stream.say(2 * DAY, NoticeStatusChanged, notice=N, status="WITHDRAWN", member="PHL")
    stream.owe(2 * DAY, version=2, status="WITHDRAWN")
    for member in ("ITA", "FRA"):
        stream.say(2 * DAY + 1, NoticeAcknowledged, notice=N, version=2, status="WITHDRAWN", member=member)
    stream.wait(4 * DAY)
    assert "WITHDRAWN not" not in words(stream, "L-02")


def test_l02_who_left_the_coalition_owes_nothing_any_more() -> None:
    stream = Stream()
    stream.publish()
    stream.owe(10, status="SUSPENDED")
    stream.say(11, PartiesChanged, parties=("ITA", "PHL"))
    stream.wait(2 * DAY)
    assert {f.member for f in stream.found if f.rule == "L-02"} == {"ITA"}


def test_o01_clocks_and_deciders() -> None:
    stream = Stream()
    arrested(stream)
    stream.act(9, action="NONE", encounter="elsewhere")
    stream.say(10, RedressRequested, request="r1", notice=N, what="DELETION", plausible=True)
    stream.say(11, RedressRequested, request="r2", notice="PHL:" + "8" * 32, what="DELETION", plausible=True)
    stream.say(12, RedressBlockDecided, request="r2", upheld=True)
    stream.wait(11 * DAY)
    assert "block" in words(stream, "O-01")
    stream.say(11 * DAY, RedressDecided, request="r1", outcome="GRANTED", officer="author")
    assert "the author and the unit that acted" in words(stream, "O-01")
    stream.say(11 * DAY, RedressDecided, request="r1", outcome="GRANTED")
    stream.say(11 * DAY, RedressDecided, request="r2", outcome="REFUSED", unit="u9")
    assert stream.rules().count("O-01") == 2


def test_o02_gaps_hashes_exports_and_absence() -> None:
    stream = Stream()
    stream.say(1, AuditChecked, problem="GAP")
    stream.say(2, AuditChecked, problem="HASH")
    stream.say(3, ExportRequested, request="e1")
    stream.say(4, ExportAnswered, request="e1", refused=True)
    stream.say(4, ExportRequested, request="e2")
    stream.say(4, ExportAnswered, request="e2")
    stream.say(5, PartiesChanged, parties=("ITA", "PHL"))
    stream.wait(2 * DAY)
    found = words(stream, "O-02")
    for part in ("gap", "hash", "refused", "away"):
        assert part in found
    assert {f.member for f in stream.found if "away" in f.found} == {"ITA", "PHL"}


def test_an_exception_that_counts_is_there_to_be_read() -> None:
    stream = Stream()
    stream.excuse()
    (declared,) = stream.engine.declared("ITA")
    assert stream.engine.declared("PHL") == ()
    figures = Figures("ITA")
    figures.observe(declared)
    assert figures.report(declared.at_ms).exceptions == {"DANGER_TO_LIFE": 1}


def test_an_answer_to_nothing_asked_is_no_answer_of_ours() -> None:
    months = Months("ITA", DEFAULT_POLICY)
    base: dict[str, Any] = {"member": "ITA", "unit": "u", "encounter": "x", "notice": N}
    asked = OriginatorContacted(event_id="a", at_ms=START, message="m1", **base)
    base["member"] = "PHL"
    months.observe(asked)
    for second, message in enumerate(("m1", "m1", "m9"), 1):
        said: dict[str, Any] = {"event_id": f"b{second}", "at_ms": START + second * 1000, "message": message}
        months.observe(OriginatorAnswered(**said, **base, answer="CONFIRM", version=1))
    assert months.waits(*month_of(START)) == {"PHL": [1000]}


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
