"""Statistics in integers, the month's figures, and the ladder of consequences."""

from __future__ import annotations

from math import comb
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.oversight.consequences import RUNGS, CaseAct, case_of, standing
from evenhand.oversight.figures import Figures, hold_class, share
from evenhand.oversight.findings import Finding, answer_by_ms
from evenhand.oversight.months import Months
from evenhand.oversight.rules.profile import month_of
from evenhand.oversight.statistics import is_ratio_reached, is_significant, quantile, wilson_permille
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, HOUR_MS, MINUTE_MS
from evenhand.screening.events import ActionEnded, MessageReceived
from evenhand.screening.notice_events import (
    NoticeAcknowledged,
    NoticeExtended,
    NoticeRefused,
    NoticeStatusChanged,
    RedressDecided,
    RedressRequested,
)
from tests.oversight.test_rules import again, cleared
from tests.oversight.traces import START, N, Stream


def test_fisher_against_the_textbook() -> None:
    # Fisher's tea: 4 of 4 right by chance has p = 1/70.
    assert comb(8, 4) == 70
    assert is_significant(4, 4, 0, other_of=4, permille=15)
    assert not is_significant(4, 4, 0, other_of=4, permille=14)


def test_the_normal_test_above_the_exact_one() -> None:
    assert is_significant(600, 2000, 500, other_of=2000, permille=10)
    assert not is_significant(520, 2000, 500, other_of=2000, permille=10)
    assert not is_significant(400, 2000, 500, other_of=2000, permille=10)
    assert is_significant(900, 2000, 500, other_of=2000, permille=0)


def test_ratios() -> None:
    assert is_ratio_reached(150, 100, 100, other_of=100, permille=1500)
    assert not is_ratio_reached(149, 100, 100, other_of=100, permille=1500)


@given(st.integers(1, 10**6), st.data())
def test_wilson_holds_its_share(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, middle, high = wilson_permille(hits, of)
    assert 0 <= low <= middle <= high <= 1000


def test_wilson_known() -> None:
    assert wilson_permille(0, 0) == (0, 0, 1000)
    assert wilson_permille(10, 100) == (55, 100, 175)  # 0.0552, 0.1744
    assert share(0, 10).high_permille == 278
    assert share(10, 10).low_permille == 722


def test_quantiles_months_and_classes() -> None:
    assert quantile([], 500) == 0
    assert quantile([1, 2, 3, 4], 500) == 2
    assert quantile([1, 2, 3, 4], 950) == 4
    assert month_of(START)[0] == START
    assert month_of(month_of(START - 1)[0])[1] == START
    assert [hold_class(m * MINUTE_MS) for m in (0, 15, 60, 5000)] == ["0-15", "15-60", "60-240", "2880-"]


def test_answers_are_due_by_severity() -> None:
    assert [answer_by_ms(s, 0, DEFAULT_POLICY) for s in ("S1", "S2", "S3")] == [0, 72 * HOUR_MS, 7 * DAY_MS]


class Recorder(Stream):
    """A stream that is counted as well."""

    def __init__(self, member: str) -> None:
        self.figures = Figures(member)
        super().__init__()

    def say(self, at: int, kind: Any, /, **fields: Any) -> list[Finding]:
        engine = self.engine

        class Both:
            def observe(_self, event: Any) -> list[Finding]:  # noqa: N805 - a shim around the engine
                self.figures.observe(event)
                return engine.observe(event)

        self.engine = Both()  # type: ignore[assignment]
        try:
            found = super().say(at, kind, **fields)
        finally:
            self.engine = engine
        for finding in found:
            self.figures.find(finding)
        return found


def test_a_month_in_figures() -> None:
    post = Recorder("ITA")
    again(post)
    post.query(30, encounter="x5", nationality="AAA")
    post.say(30, MessageReceived, message="m1")
    from evenhand.screening.events import CandidatesShown

    post.say(31, CandidatesShown, encounter="x5")
    post.query(32, encounter="x6", nationality="AAA")
    post.show(33, encounter="x6")
    post.verify(34, outcome="INCONCLUSIVE", encounter="x6")
    post.verify(43, encounter="x6")
    post.verify(44, encounter="x7")
    post.contact(45, encounter="x6")
    post.act(46, "HOLD", encounter="x6")
    post.act(46, "INTERVIEW", encounter="x6")
    post.say(100, ActionEnded, encounter="x6")
    post.say(101, ActionEnded, encounter="x6")
    post.say(102, RedressRequested, request="r1", notice=N, what="ACCESS")
    post.say(102 + 1440, RedressDecided, request="r1", outcome="GRANTED", unit="u9")
    post.say(102 + 1440, RedressDecided, request="r0", outcome="GRANTED", unit="u9")
    report = post.figures.report(START + 2 * DAY_MS)
    assert (report.queries, report.candidates, report.verifications, report.holds) == (4, 3, 4, 1)
    assert report.outcomes == {"NEGATIVE": 1, "INCONCLUSIVE": 1, "POSITIVE": 2}
    assert (report.false_positive.count, report.false_positive.of) == (1, 3)
    assert report.repeat_stops == 2
    assert report.resolution.count == 2
    assert report.hold_minutes == {"15-60": 1}
    assert report.redress == {"redress_requested": 1, "redress_decided": 2}
    assert report.redress_duration.p50_ms == DAY_MS
    assert report.outcomes_by_group["nationality AAA POSITIVE"] == 1
    assert report.findings["C-04 OPEN"] == 2
    assert msgspec.json.decode(msgspec.json.encode(report), type=type(report)) == report


def test_an_originators_month() -> None:
    post = Recorder("PHL")
    cleared(post)
    for at, message, urgency in ((10, "m1", "FLASH"), (10, "m2", "ROUTINE")):
        post.contact(at, message=message, encounter=message, urgency=urgency)
        post.answer(50, message=message, encounter=message)
    post.answer(51, message="m9")
    given = {"notice": N, "member": "PHL", "unit": "desk"}
    post.publish(60, version=2)
    post.say(61, NoticeExtended, **given, text="x", assessment="a", review_by_ms=2**50, expires_ms=2**50)
    post.say(62, NoticeRefused, **given, reason="political")
    assert post.figures.report(START + DAY_MS).notice_age.p95_days == 1
    post.say(63, NoticeAcknowledged, notice=N, version=2)
    post.say(64, NoticeStatusChanged, **given, status="SUSPENDED")
    post.say(64, NoticeStatusChanged, **given, status="WITHDRAWN")
    post.say(65, NoticeAcknowledged, notice=N, version=2, status="WITHDRAWN")
    report = post.figures.report(START + DAY_MS)
    assert report.notices == {"entered": 1, "extended": 1, "refused": 1, "withdrawn": 1}
    assert (report.answers.count, report.answers_late.count) == (2, 1)
    assert report.refusal_reasons == {"political": 1}
    assert report.withdrawal_propagation.p99_ms == MINUTE_MS
    assert report.notice_age.count == 0


def finding(number: int = 1, **fields: Any) -> Finding:
    given: dict[str, Any] = {
        "finding_id": f"f{number}", "rule": "A-03", "severity": "S1", "member": "ITA", "unit": "u", "found": "held",
        "since_ms": 0, "at_ms": 0, "answer_by_ms": 0, "evidence": ("e1",),
    }  # fmt: skip
    return Finding(**(given | fields))


def test_a_retraction_takes_its_count_back() -> None:
    figures = Figures("ITA")
    figures.find(finding())
    figures.find(finding(state="RETRACTED"))
    figures.find(finding(member="FRA"))
    assert figures.report(0).findings == {"A-03 RETRACTED": 1}


def act(what: str, at_ms: int = 1, by: str = "FRA", number: int = 1, reason: str = "r") -> CaseAct:
    return CaseAct(finding_id=f"f{number}", act=what, at_ms=at_ms, by_member=by, reason=reason)  # type: ignore[arg-type]


def test_a_case_goes_up_by_acts_of_people() -> None:
    assert case_of(finding(state="EXCEPTED"), (), 0).rung == "NONE"
    assert case_of(finding(), (), 0).rung == "NOTICE"
    assert case_of(finding(), (), 72 * HOUR_MS + 1).rung == "PEER_REVIEW"
    explained = (act("EXPLAINED", by="ITA"),)
    assert case_of(finding(), explained, 2).rung == "EXPLANATION"
    assert case_of(finding(), (*explained, act("ACCEPTED", 2)), 3).closed
    upheld = (*explained, act("UPHELD", 2), act("EXPLAINED", 3, "ITA"), act("APPEALED", 4, "ITA"))
    assert case_of(finding(), upheld, 5).appealed
    assert case_of(finding(), upheld, 5).rung == "PUBLIC_COUNT"
    assert not case_of(finding(), (*upheld, act("APPEAL_REFUSED", 5)), 5).appealed
    assert case_of(finding(), (*upheld, act("APPEAL_GRANTED", 5)), 5).rung == "NONE"
    assert case_of(finding(), (act("UPHELD", 9), act("UPHELD", number=2)), 5).rung == "NOTICE"


@pytest.mark.parametrize("wrong", [act("UPHELD", by="ITA"), act("EXPLAINED"), act("UPHELD", reason=" ")])
def test_nobody_judges_itself_or_without_a_reason(wrong: CaseAct) -> None:
    with pytest.raises(InputError):
        case_of(finding(), (wrong,), 5)


@pytest.mark.parametrize(
    ("count", "rung"),
    [(0, "NONE"), (1, "PUBLIC_COUNT"), (3, "COERCIVE_AS_DISCREET"), (5, "PUBLISHING_SUSPENDED"),
     (8, "QUERYING_SUSPENDED")],
)  # fmt: skip
def test_standing_falls_with_upheld_cases_and_recovers(count: int, rung: str) -> None:
    cases = [case_of(finding(n), (act("UPHELD", number=n),), 5) for n in range(count)]
    now = standing("ITA", cases, 5)
    assert now.rung == rung
    assert now.coercive_as_discreet is (count >= 3)
    assert now.may_publish is (count < 5)
    assert now.may_query is (count < 8)
    assert standing("FRA", cases, 5).rung == "NONE"
    assert standing("ITA", cases, 91 * DAY_MS).may_query
    assert RUNGS.index(now.rung) >= 0


def test_repeated_silence_lowers_at_once() -> None:
    silent = case_of(finding(finding_id="C-02:repeated:x"), (), 5)
    assert standing("ITA", [silent], 5).coercive_as_discreet


def test_an_answer_to_what_nobody_asked_counts_for_nothing() -> None:
    figures = Figures("ITA")
    figures.replied("unheard", 5)
    figures.asked_us("m1", 0, held=True)
    figures.asked_us("m2", 0, held=False)
    figures.replied("m1", 60_000)
    figures.replied("m1", 10**9)
    said = figures.report(10**6)
    assert (said.answers.count, said.answers.p50_ms) == (1, 60_000), "the first answer counts"
    assert (said.answers_late.count, said.answers_late.of) == (0, 1), "whoever still has time is not late"
    assert figures.report(10**9).answers_late.count == 1


def test_a_question_is_counted_in_the_month_in_which_it_came() -> None:
    months = Months("ITA", DEFAULT_POLICY)
    (start, end), (_, later) = month_of(START), month_of(month_of(START)[1])
    months.asked_us("m1", end - 5, held=False)
    months.asked_us("m2", end + 5, held=False)
    months.replied("m1", end + 10)
    first, second = months.report(start, end), months.report(end, later, end + 20)
    assert first is not None
    assert second is not None
    assert (first.answers.count, second.answers.count, second.answers_late.of) == (1, 0, 0)
