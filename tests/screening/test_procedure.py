"""An encounter from query to close, and every refusal on the way."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, HOUR_MS, MINUTE_MS
from evenhand.screening.encounter import Encounter, open_duties, review_owed, sides_at
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    CustodyStep,
    EncounterClosed,
    FollowedUp,
    HitReported,
    LiveChecked,
    MessageReceived,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    QueryMade,
    ReportItem,
    SideStateEntered,
    Verified,
)
from evenhand.screening.notice_events import NoticeStatusChanged
from tests.screening.post import ARREST, AUTHORISED, NINE, OTHER, PHL, Post, acts, at_answer, at_arrest


@pytest.fixture
def post() -> Post:
    return Post()


def test_a_lawful_arrest_from_query_to_close(post: Post) -> None:
    assert acts(post.query()) == set()
    shown = post.must(CandidatesShown, candidates=(ARREST,))
    assert acts(shown) == {"OPEN_CANDIDATE", "CLOSE"}
    assert acts(post.must(CandidateOpened)) == {"VERIFY", "CLOSE"}
    assert acts(post.verify()) == {"CHECK_LIVE", "REPORT_HIT", "CLOSE"}
    assert "CONTACT_ORIGINATOR" in acts(post.check())
    asked = post.contact()
    assert next(d for d in asked.duties if d.act == "ANSWER").owed_by == "PHL"
    post.must(MessageReceived, message="m1", member="PHL")
    assert "ANSWER" not in acts(post.answer())
    post.authorise()
    held = post.must(ActionTaken, action="ARREST")
    assert acts(held) >= {"GIVE_REASONS", "GIVE_LANGUAGE", "GIVE_LAWYER_NOTICE", "OFFER_CONSUL", "BRING_TO_JUDGE"}
    for act in ("REASONS", "LANGUAGE", "LAWYER_NOTICE", "CONSULAR_OFFER", "ASYLUM_CLAIMED"):
        held = post.must(CustodyStep, act=act)
    assert acts(held) == {"PASS_ON_ASYLUM", "BRING_TO_JUDGE", "REPORT_HIT", "CLOSE"}
    for act in ("ASYLUM_CLAIMED", "ASYLUM_PASSED_ON", "JUDGE"):
        post.must(CustodyStep, act=act)
    post.refused("A-04", EncounterClosed, reviewer_unit="u2")
    assert acts(post.must(HitReported, notice=PHL, items=NINE)) == {"FOLLOW_UP", "CLOSE"}
    post.must(ActionEnded, how="HANDED_OVER")
    post.refused("C-03", EncounterClosed, reviewer_unit="u2")
    post.must(FollowedUp, outcome="HANDED_OVER", leaflet="l1")
    post.refused("C-03", EncounterClosed)
    post.refused("C-03", EncounterClosed, reviewer_unit="u1")
    done = post.must(EncounterClosed, reviewer_unit="u2")
    assert done.state.stage == "CLOSED"
    assert done.duties == ()
    post.refused("Q-01", CandidateOpened)


def test_no_hit_ends_at_once(post: Post) -> None:
    post.query()
    post.refused("Q-01", EncounterClosed)
    assert post.must(CandidatesShown).state.stage == "NO_HIT"
    post.refused("Q-01", CandidatesShown)


def test_a_query_states_its_reasons(post: Post) -> None:
    post.refused("Q-01", CandidatesShown)
    post.refused("Q-01", QueryMade)
    post.refused("Q-01", QueryMade, purpose="CURIOSITY", officer="o2", categories=("terrorism",))
    post.query()
    post.refused("Q-02", QueryMade)
    post.refused("O-02", CandidatesShown, minutes=-5)
    post.at_ms += 5 * MINUTE_MS
    post.show()
    post.refused("Q-01", CandidatesShown)
    post.refused("V-01", CandidateOpened)


def test_a_wrong_match_is_cleared_and_told(post: Post) -> None:
    post.query()
    post.show()
    post.refused("C-04", PairCleared, notice=PHL, person="q1", basis="b")
    post.refused("C-04", OriginatorContacted, notice=PHL, message="m0", about="NEGATIVE")
    done = post.verify(outcome="NEGATIVE")
    assert done.state.stage == "NEGATIVE"
    assert acts(done) == {"CLEAR_PAIR", "TELL_ORIGINATOR", "CLOSE"}
    post.refused("C-04", EncounterClosed, reviewer_unit="u2")
    post.must(PairCleared, notice=PHL, person="q1", basis="b")
    post.must(OriginatorContacted, notice=PHL, message="m0", about="NEGATIVE")
    post.refused("V-01", Verified, notice=PHL, outcome="POSITIVE", officer="v1")
    post.refused("C-03", HitReported, notice=PHL, items=NINE)
    post.must(EncounterClosed, reviewer_unit="u2")


def test_verification_is_by_people_on_shown_candidates_in_force(post: Post) -> None:
    second = Candidate(notice=OTHER, version=1, action="DISCREET_REPORT")
    post.query()
    post.refused("V-01", Verified, notice=PHL, outcome="POSITIVE", officer="v1")
    post.show(ARREST, second)
    post.refused("V-01", Verified, notice="PHL:" + "9" * 32, outcome="POSITIVE", officer="v1")
    post.refused("V-01", Verified, notice=PHL, outcome="POSITIVE", officer="v1", second="v1")
    post.refused("V-01", Verified, notice=PHL, outcome="POSITIVE", officer="")
    post.refused("V-01", LiveChecked, notice=PHL, version=1, status="PUBLISHED")
    post.must(NoticeStatusChanged, notice=PHL, status="WITHDRAWN")
    post.refused("V-04", Verified, notice=PHL, outcome="POSITIVE", officer="v1")
    post.refused("V-04", NoticeStatusChanged, notice="PHL:" + "9" * 32, status="WITHDRAWN")
    post.verify(OTHER)
    post.refused("V-01", LiveChecked, notice=PHL, version=1, status="PUBLISHED")


def test_one_candidate_is_acted_on_at_a_time_and_the_next_one_follows(post: Post) -> None:
    second = Candidate(notice=OTHER, version=1, action="DISCREET_REPORT")
    post.query()
    post.show(ARREST, second)
    post.verify()
    post.refused("V-01", Verified, notice=OTHER, outcome="POSITIVE", officer="v1")
    fallen = post.verify(outcome="NEGATIVE")
    assert fallen.state.stage == "VERIFYING"
    assert fallen.state.notice is None
    post.verify(OTHER)
    post.check(notice=OTHER)
    post.contact(notice=OTHER)
    post.refused("A-01", ActionTaken, action="DISCREET_REPORT", subject_told=True)
    post.must(ActionTaken, action="DISCREET_REPORT")
    post.must(ActionEnded)
    post.refused("C-03", FollowedUp, outcome="UPDATED")
    post.must(HitReported, notice=OTHER, items=NINE)
    post.refused("A-01", FollowedUp, outcome="UPDATED", leaflet="l1")
    post.must(FollowedUp, outcome="UPDATED")


def test_a_person_held_is_released_before_the_next_candidate(post: Post) -> None:
    post.query()
    post.show(ARREST, Candidate(notice=OTHER, version=1, action="ARREST"))
    post.verify()
    post.check()
    post.contact()
    post.authorise("HOLD", independent=True)
    post.must(ActionTaken, action="HOLD", child=True)
    fallen = post.answer("DENY")
    assert "RELEASE" in acts(fallen)
    assert "END_UNCONFIRMED_HOLD" in acts(fallen)
    post.refused("A-04", ActionAuthorised, **AUTHORISED, action="HOLD")
    assert post.must(ActionEnded, how="RELEASED").state.stage == "VERIFYING"


def test_messages_belong_to_their_encounter(post: Post) -> None:
    post.query()
    post.show()
    answer = {"notice": PHL, "message": "m1", "member": "PHL", "officer": "l1", "version": 1, "answer": "CONFIRM"}
    post.refused("C-01", OriginatorAnswered, **answer)
    post.verify()
    post.refused("V-03", OriginatorContacted, notice=PHL, message="m1")
    post.must(OriginatorContacted, notice=PHL, message="m7", about="ERROR")
    post.check()
    post.check(reached=False)
    post.contact()
    post.refused("C-01", MessageReceived, message="m2")
    post.refused("C-02", OriginatorAnswered, **(answer | {"member": "FRA"}))
    post.answer("MORE_INFO")
    late = sides_at(post.state, post.at_ms + DAY_MS, DEFAULT_POLICY)  # type: ignore[arg-type]
    assert late >= {"OVERDUE", "ESCALATED"}
    assert sides_at(post.state, post.at_ms, DEFAULT_POLICY) == frozenset()  # type: ignore[arg-type]
    post.contact(message="m2")
    post.answer(message="m2")


@pytest.mark.parametrize(
    ("skip", "rule"), [("second", "V-01"), ("compared", "V-02"), ("skipped", "V-02"), ("supervisor", "V-01")]
)
def test_coercion_needs_a_proper_verification(post: Post, skip: str, rule: str) -> None:
    post.query()
    post.show()
    post.refused("V-01", ActionTaken, action="INTERVIEW")
    more: dict[str, dict[str, Any]] = {
        "second": {"second": ""}, "compared": {"compared": ()}, "skipped": {"available": ("biometric",)},
        "supervisor": {"outcome": "INCONCLUSIVE"},
    }  # fmt: skip
    post.verify(**more[skip])
    post.check()
    post.contact()
    post.answer()
    post.refused(rule, ActionAuthorised, **AUTHORISED, action="ARREST")
    post.authorise("INTERVIEW")
    post.must(ActionTaken, action="INTERVIEW")
    post.refused("A-05", CustodyStep, act="REASONS")


def test_coercion_needs_check_contact_confirmation_and_a_second_mind(post: Post) -> None:
    at_arrest_of = {"action": "ARREST"}
    post.query()
    post.show()
    post.verify(outcome="INCONCLUSIVE", supervisor="s9")
    post.refused("V-03", ActionAuthorised, **AUTHORISED, **at_arrest_of)
    post.check(reached=False)
    post.refused("V-03", ActionAuthorised, **AUTHORISED, **at_arrest_of)
    post.check(compatible=False)
    post.refused("V-04", ActionAuthorised, **AUTHORISED, **at_arrest_of)
    post.check()
    post.refused("C-01", ActionAuthorised, **AUTHORISED, **at_arrest_of)
    post.contact()
    post.refused("A-03", ActionAuthorised, **AUTHORISED, **at_arrest_of)
    post.answer()
    post.refused("A-02", ActionAuthorised, **(AUTHORISED | {"officer": "v1"}), **at_arrest_of)
    post.refused("A-02", ActionAuthorised, **(AUTHORISED | {"legal_basis": "none"}), **at_arrest_of)
    post.refused("A-02", ActionAuthorised, **(AUTHORISED | {"proportionality": ""}), **at_arrest_of)
    post.refused("A-02", ActionTaken, action="ARREST")
    post.authorise()
    post.refused("A-02", ActionTaken, action="HOLD")
    post.refused("V-01", ActionTaken, action="ARREST", officer="")
    post.refused("V-03", ActionTaken, action="ARREST", minutes=30)
    post.check()
    post.must(ActionTaken, action="ARREST")
    post.must(ActionTaken, action="NONE")


def test_a_short_hold_on_a_domestic_ground_becomes_an_arrest_with_the_first_clock(post: Post) -> None:
    at_answer(post)
    post.authorise("HOLD", independent=True)
    held = post.must(ActionTaken, action="HOLD")
    clock = next(d for d in held.deadlines if d.duty.act == "END_UNCONFIRMED_HOLD")
    assert clock.by_ms == post.at_ms + HOUR_MS
    started = held.state.action_ms
    answer = next(d for d in held.deadlines if d.duty.act == "ANSWER")
    assert answer.by_ms == started + 30 * MINUTE_MS
    post.answer()
    post.authorise()
    arrested = post.must(ActionTaken, action="ARREST")
    assert arrested.state.action_ms == started


def test_never_up_the_ladder_and_no_board_has_a_telephone(post: Post) -> None:
    post.query()
    post.show(Candidate(notice=PHL, version=1, action="NO_BOARD", terrorism=True))
    post.verify()
    post.check()
    post.contact()
    post.answer()
    post.refused("A-01", ActionAuthorised, **AUTHORISED, action="HOLD")
    post.authorise("NO_BOARD")
    post.refused("V-01", ActionTaken, action="NO_BOARD")
    post.must(ActionTaken, action="NO_BOARD", telephone="+39 06 0")
    post.must(HitReported, notice=PHL, items=NINE)
    post.authorise("NO_BOARD")
    post.must(ActionTaken, action="NO_BOARD", telephone="+39 06 0")


def test_a_flag_and_an_old_copy_lower_the_action(post: Post) -> None:
    at_answer(post, offline=True, view_age_ms=2 * DAY_MS)
    post.answer()
    post.must(LiveChecked, notice=PHL, version=1, status="PUBLISHED", reached=False)
    post.refused("A-01", ActionAuthorised, **AUTHORISED, action="INTERVIEW")
    post.check(flag="INTERVIEW")
    assert "FLAGGED_HERE" in post.state.sides  # type: ignore[union-attr]
    post.refused("A-01", ActionAuthorised, **AUTHORISED, action="ARREST")


@pytest.mark.parametrize("status", ["WITHDRAWN", "EXPIRED", "ERASED", "REVIEW_DUE"])
def test_a_notice_annulled_means_release_now(post: Post, status: str) -> None:
    at_arrest(post)
    answer = post.must(NoticeStatusChanged, notice=PHL, status=status)
    assert "RELEASE" in acts(answer)
    by_ms = next(d.by_ms for d in answer.deadlines if d.duty.act == "RELEASE")
    assert by_ms == post.at_ms + 15 * MINUTE_MS
    post.must(NoticeStatusChanged, notice=PHL, status="PUBLISHED")
    assert "ANNULLED" in post.state.sides  # type: ignore[union-attr]
    post.must(ActionEnded, how="RELEASED")
    post.must(EncounterClosed, reviewer_unit="u2")


def test_the_live_check_and_the_answer_annul_too(post: Post) -> None:
    at_answer(post)
    post.check(status="SUSPENDED")
    post.refused("A-04", ActionTaken, action="INTERVIEW")
    assert "ANNULLED" in post.answer("WITHDRAW").state.sides


def test_a_block_lifted_goes_on(post: Post) -> None:
    at_answer(post)
    post.must(NoticeStatusChanged, notice=PHL, status="BLOCKED")
    post.refused("A-04", ActionAuthorised, **AUTHORISED, action="ARREST")
    post.must(NoticeStatusChanged, notice=PHL, status="PUBLISHED")
    post.answer()
    post.authorise()


def test_a_protected_person_is_not_reported_to_the_state_fled(post: Post) -> None:
    post.query()
    post.show(ARREST, Candidate(notice=OTHER, version=1, action="INTERVIEW"))
    post.verify()
    kept = post.check(protected=True)
    assert acts(kept) == {"CLOSE"}
    post.refused("P-03", OriginatorContacted, notice=PHL, message="m1")
    post.refused("P-03", HitReported, notice=PHL, items=NINE)
    post.refused("A-01", ActionAuthorised, **AUTHORISED, action="HOLD")
    post.must(ActionTaken, action="INTERVIEW")
    post.must(ActionEnded)
    assert acts(post.verify(outcome="NEGATIVE")) == {"CLEAR_PAIR", "VERIFY", "CLOSE"}


def test_the_victim_of_a_misused_identity_goes_free(post: Post) -> None:
    at_answer(post)
    post.must(SideStateEntered, side="REDRESS_OPEN", notice=PHL)
    post.must(SideStateEntered, side="MISUSED_IDENTITY", notice=PHL, until_ms=None)
    post.refused("A-04", ActionTaken, action="INTERVIEW")
    post.must(EncounterClosed, reviewer_unit="u2")


def test_a_report_fills_all_nine_or_says_why(post: Post) -> None:
    at_arrest(post)
    post.refused("C-03", HitReported, notice=PHL, items=NINE[1:])
    empty = (ReportItem(item=NINE[0].item), *NINE[1:])
    post.refused("C-03", HitReported, notice=PHL, items=empty)
    reasoned = (ReportItem(item=NINE[0].item, not_obtained_because="asleep"), *NINE[1:])
    post.must(HitReported, notice=PHL, items=reasoned)


def test_an_action_ends_once(post: Post) -> None:
    at_answer(post)
    post.refused("A-02", ActionEnded)


def test_the_sample_for_review_is_the_same_everywhere() -> None:
    drawn = [
        review_owed(
            Encounter(encounter=f"x{n}", member="ITA", unit="u", officer="o", stage="NEGATIVE", last_ms=0),
            DEFAULT_POLICY,
        )
        for n in range(1000)
    ]
    assert 25 <= sum(drawn) <= 80
    quiet = Encounter(encounter="x", member="ITA", unit="u", officer="o", stage="QUERIED", last_ms=0)
    assert open_duties(quiet, DEFAULT_POLICY) == ((), ())
