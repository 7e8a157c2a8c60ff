"""The corners of the rules that follow a notice: how it is published, lives, is contested and is audited."""

from __future__ import annotations

from typing import Any

from evenhand.oversight.figures import Figures
from evenhand.oversight.findings import as_shown_to
from evenhand.oversight.months import Months
from evenhand.oversight.rules.profile import month_of
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.events import OriginatorAnswered, OriginatorContacted
from evenhand.screening.notice_events import (
    AuditChecked,
    ConnectionChanged,
    ExportAnswered,
    ExportRequested,
    NoticeAcknowledged,
    NoticeExtended,
    NoticeRefused,
    NoticeStatusChanged,
    NoticeSubmitted,
    PartiesChanged,
    RedressBlockDecided,
    RedressDecided,
    RedressRequested,
)
from tests.oversight.test_rules import DAY, arrested
from tests.oversight.traces import START, N, Stream, words

FAR: dict[str, Any] = {"review_by_ms": 2**50, "expires_ms": 2**50}


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
