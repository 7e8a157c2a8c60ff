"""For each of the 25 rules: a breach found, a near-miss not found, a declared exception counted."""

# A trace is a lambda of calls in a row; what they return is of no interest.
# mypy: disable-error-code="func-returns-value"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from evenhand.oversight.engine import RULES
from evenhand.screening.clocks import DEFAULT_POLICY, SOURCES
from evenhand.screening.events import (
    ActionEnded,
    CandidatesShown,
    CustodyStep,
    EncounterClosed,
    HitReported,
    LiveChecked,
    Movement,
    PairCleared,
    QueryMade,
    ReportItem,
    SideStateEntered,
)
from evenhand.screening.notice_events import (
    MANDATORY,
    AuditChecked,
    ConnectionChanged,
    NoticeAcknowledged,
    NoticeExtended,
    NoticeObjected,
    NoticeStatusChanged,
    RedressDecided,
    RedressRequested,
)
from evenhand.screening.procedure import REPORT_ITEMS
from tests.oversight.traces import START, N, Stream

HOUR, DAY = 60, 1440
Trace = Callable[[Stream], Any]
NINE = tuple(ReportItem(item=name, text="seen") for name in sorted(REPORT_ITEMS))  # type: ignore[arg-type]


def q04(stream: Stream, checks: int) -> None:
    for group, people, hits in (("AAA", 400, checks), ("BBB", 400, 100)):
        for number in range(people):
            stream.say(1, Movement, what="CROSSING", person=f"{group}{number}", lane="l1", nationality=group)
        for number in range(hits):
            given = {"person": f"{group}{number}", "lane": "l1", "nationality": group, "encounter": f"{group}{number}"}
            stream.say(2, QueryMade, **given, authority="a", purpose="BORDER_CHECK", legal_basis="l")
            stream.say(2, CandidatesShown, encounter=f"{group}{number}")
    stream.wait(33 * DAY)


def held(stream: Stream, **more: Any) -> None:
    stream.until_answer()
    stream.authorise(action="HOLD", **more)
    stream.act(action="HOLD")


def arrested(stream: Stream) -> None:
    stream.until_act()
    stream.act()


def custody(stream: Stream, at: int, *acts: str) -> None:
    for act in acts:
        stream.say(at, CustodyStep, act=act)


def a05(stream: Stream, at: int) -> None:
    arrested(stream)
    custody(stream, at, "REASONS", "LANGUAGE", "LAWYER_NOTICE")
    custody(stream, 8 + DAY, "CONSULAR_OFFER")


def published(stream: Stream, **fields: Any) -> None:
    stream.publish(**fields)


def cleared(stream: Stream, **more: Any) -> None:
    stream.publish()
    stream.query()
    stream.show()
    stream.verify(outcome="NEGATIVE")
    stream.say(4, PairCleared, **({"notice": N, "person": "q", "basis": "b"} | more))
    stream.contact(about="NEGATIVE")


def again(stream: Stream, **more: Any) -> None:
    cleared(stream, **more)
    stream.query(20, encounter="x2")
    stream.show(21, encounter="x2")


def reported(stream: Stream, at: int) -> None:
    arrested(stream)
    stream.say(at, HitReported, notice=N, items=NINE)


def blocked(stream: Stream, at: int) -> None:
    stream.publish()
    stream.say(10, NoticeObjected, notice=N, ground="NEUTRALITY")
    stream.say(at, NoticeStatusChanged, notice=N, status="BLOCKED", member="PHL")
    stream.wait(DAY)


def extended(stream: Stream, **fields: Any) -> None:
    stream.publish()
    given = {"notice": N, "text": "new", "assessment": "a", "review_by_ms": START + 10**10, "member": "PHL",
             "expires_ms": START + 10**10, "officer": "r1", "unit": "desk"}  # fmt: skip
    stream.say(10, NoticeExtended, **(given | fields))


def corrected(stream: Stream, at: int) -> None:
    stream.say(0, ConnectionChanged, online=False, member="FRA", unit="")
    stream.publish()
    stream.publish(10, version=2, identity="b")
    stream.say(at, NoticeAcknowledged, notice=N, version=2, unit="")
    stream.wait(DAY - 10)


def redress(stream: Stream, at: int, **decider: Any) -> None:
    stream.publish()
    stream.say(1, RedressRequested, request="r1", notice=N, what="ACCESS")
    stream.say(at, RedressDecided, **({"request": "r1", "outcome": "GRANTED"} | decider))


ENTITLED: Final[dict[str, Any]] = {"authority": "a", "purpose": "BORDER_CHECK", "legal_basis": "l", "person": "q"}
PHL: Final = {"member": "PHL", "unit": "desk", "officer": "o1"}

TRACES: Final[dict[str, tuple[Trace, Trace, dict[str, Any]]]] = {
    "Q-01": (lambda s: s.query(officer=""), Stream.query, {}),
    "Q-02": (
        lambda s: (s.say(1, QueryMade, **ENTITLED), s.say(32, Movement, what="CASE", person="q")),
        lambda s: (s.say(1, QueryMade, **ENTITLED), s.say(31, Movement, what="CASE", person="q")),
        {},
    ),
    "Q-03": (
        lambda s: (s.say(1, Movement, what="CROSSING", person="q", systematic=True), s.query(12)),
        lambda s: (s.say(1, Movement, what="CROSSING", person="q", systematic=True), s.query(11)),
        {"code": "OUTAGE"},
    ),
    "Q-04": (lambda s: q04(s, 150), lambda s: q04(s, 149), {}),
    "V-01": (
        lambda s: (s.until_act(), s.act(officer="")),
        lambda s: (s.until_act(), s.act(officer="o7")),
        {},
    ),
    "V-02": (
        lambda s: (s.until_answer(), s.verify(5, available=("biometric",)), s.answer(), s.authorise(), s.act()),
        lambda s: (s.until_answer(), s.verify(5, available=("document",)), s.answer(), s.authorise(), s.act()),
        {},
    ),
    "V-03": (
        lambda s: (s.until_act(), s.act(20)),
        lambda s: (s.until_act(), s.act(19)),
        {},
    ),
    "V-04": (
        lambda s: (s.until_act(), s.say(7, NoticeStatusChanged, notice=N, status="SUSPENDED", member="PHL"), s.act()),
        lambda s: (s.until_act(), s.act(), s.say(9, NoticeStatusChanged, notice=N, status="SUSPENDED", member="PHL")),
        {},
    ),
    "A-01": (
        lambda s: (s.until_act(action="HOLD"), s.act(action="ARREST")),
        lambda s: (s.until_act(action="ARREST"), s.act(action="ARREST")),
        {},
    ),
    "A-02": (
        lambda s: (s.until_answer(), s.answer(), s.authorise(officer="v1"), s.act()),
        lambda s: (s.until_answer(), s.answer(), s.authorise(officer="v2"), s.act()),
        {},
    ),
    "A-03": (
        lambda s: (held(s), s.say(69, ActionEnded, how="RELEASED")),
        lambda s: (held(s), s.say(68, ActionEnded, how="RELEASED")),
        {},
    ),
    "A-04": (
        lambda s: (arrested(s), s.answer(10, "DENY"), s.say(26, ActionEnded, how="RELEASED")),
        lambda s: (arrested(s), s.answer(10, "DENY"), s.say(25, ActionEnded, how="RELEASED")),
        {},
    ),
    "A-05": (lambda s: a05(s, 69), lambda s: a05(s, 68), {}),
    "A-06": (
        lambda s: (arrested(s), custody(s, 2 * DAY + 9, "JUDGE")),
        lambda s: (arrested(s), custody(s, 2 * DAY + 8, "JUDGE")),
        {"from_ms": START + 2 * DAY * 60_000, "until_ms": START + 3 * DAY * 60_000},
    ),
    "C-01": (
        lambda s: (s.publish(), s.query(), s.show(), s.verify(), s.contact(64)),
        lambda s: (s.publish(), s.query(), s.show(), s.verify(), s.contact(63)),
        {},
    ),
    "C-02": (
        lambda s: (held(s, independent=True), s.answer(39)),
        lambda s: (held(s, independent=True), s.answer(38)),
        {"member": "PHL", "unit": ""},
    ),
    "C-03": (lambda s: reported(s, 12 * HOUR + 7), lambda s: reported(s, 12 * HOUR + 6), {}),
    "C-04": (again, lambda s: again(s, basis="of another version"), {}),
    "P-01": (lambda s: published(s, officer="a2"), lambda s: published(s, officer="a9"), PHL | {"unit": "desk"}),
    "P-02": (
        lambda s: published(s, stated=MANDATORY[1:]),
        lambda s: published(s, stated=MANDATORY),
        PHL,
    ),
    "P-03": (lambda s: blocked(s, 26), lambda s: blocked(s, 25), {"member": "PHL", "unit": "", "notice": N}),
    "L-01": (lambda s: extended(s, text="t"), extended, PHL),
    "L-02": (lambda s: corrected(s, 26), lambda s: corrected(s, 25), {"unit": ""}),
    "O-01": (
        lambda s: redress(s, 9, member="PHL"),
        lambda s: redress(s, 9, member="FRA"),
        {"member": "PHL"},
    ),
    "O-02": (
        lambda s: s.say(1, AuditChecked, skew_ms=-5001),
        lambda s: s.say(1, AuditChecked, skew_ms=-5000),
        {},
    ),
}
RULE_CODES = [rule.code for rule in RULES]


def test_there_are_25_rules_each_with_a_source_and_known_parameters() -> None:
    assert len(set(RULE_CODES)) == 25
    assert set(TRACES) == set(RULE_CODES)
    for rule in RULES:
        assert rule.source
        assert rule.__doc__
        assert set(rule.parameters) <= set(DEFAULT_POLICY.__struct_fields__)


@pytest.mark.parametrize("code", RULE_CODES)
def test_a_breach_is_found_once(code: str) -> None:
    stream = Stream()
    TRACES[code][0](stream)
    found = [finding for finding in stream.found if finding.rule == code and finding.state == "OPEN"]
    assert found, stream.found
    assert len({finding.finding_id for finding in found}) == len(found)
    for finding in found:
        assert finding.evidence
        assert finding.found
        assert finding.answer_by_ms >= finding.at_ms >= finding.since_ms


@pytest.mark.parametrize("code", RULE_CODES)
def test_a_near_miss_is_not_found(code: str) -> None:
    stream = Stream()
    TRACES[code][1](stream)
    assert code not in stream.rules()


@pytest.mark.parametrize("code", RULE_CODES)
def test_a_declared_exception_is_counted_and_not_found(code: str) -> None:
    stream = Stream()
    stream.excuse(rules=(code,), **TRACES[code][2])
    TRACES[code][0](stream)
    assert code not in stream.rules()
    assert code in stream.rules("EXCEPTED")
    assert sum(count for (rule, _), count in stream.engine.excepted.items() if rule == code) >= 1


def hit(stream: Stream, **more: Any) -> None:
    stream.publish()
    stream.query()
    stream.show()
    stream.verify()
    stream.contact(**more)


def protected(stream: Stream, at: int = 20, **more: Any) -> list[Any]:
    return stream.say(at, SideStateEntered, **({"side": "PROTECTED_PERSON", "notice": N} | more))


SILENT: Final[dict[str, Any]] = {"code": "PARTNER_SILENT", "silent": ("FRA",), "encounter": "x1", "rules": ("P-03",)}


def test_a_report_without_a_members_word_is_counted_and_a_late_yes_is_a_breach() -> None:
    stream = Stream()
    stream.excuse(**SILENT)
    hit(stream, without=("FRA",))
    assert "P-03" in stream.rules("EXCEPTED")
    stream.say(10, HitReported, notice=N, items=NINE, without=("FRA",))
    stream.say(15, EncounterClosed)
    assert "P-03" not in stream.rules()
    stream.excuse(15 + 24 * HOUR, **SILENT)
    found = protected(stream, 25 * HOUR)
    assert [(one.rule, one.severity, one.state) for one in found] == [("P-03", "S1", "OPEN")]
    assert protected(stream, 25 * HOUR) == []


def test_a_report_without_a_word_and_without_an_exception_is_found() -> None:
    stream = Stream()
    hit(stream, without=("FRA",))
    assert [one.severity for one in stream.found if one.rule == "P-03"] == ["S2"]


@pytest.mark.parametrize("live", [True, False])
def test_a_protected_person_is_not_reported_before_or_after(live: bool) -> None:
    stream = Stream()
    hit(stream)
    protected(stream, side="REDRESS_OPEN")
    stream.say(20, LiveChecked, notice=N, version=1, status="PUBLISHED", protected=False)
    assert "P-03" not in stream.rules()
    if live:
        stream.say(21, LiveChecked, notice=N, version=1, status="PUBLISHED", protected=True)
    else:
        protected(stream, 21)
    assert stream.rules().count("P-03") == 1
    before = Stream()
    before.publish()
    before.query()
    before.show()
    before.verify()
    protected(before, 4)
    before.contact(about="NEGATIVE")
    assert "P-03" not in before.rules(), "it says that the person is somebody else"
    before.contact()
    assert before.rules().count("P-03") == 1
    before.say(6, EncounterClosed)


def test_only_what_a_lawful_story_owes_is_found() -> None:
    stream = Stream()
    a05(stream, 20)
    stream.say(9 + DAY, ActionEnded, how="HANDED_OVER")
    assert set(stream.rules()) <= {"C-03", "O-02"}




def test_the_page_lists_every_rule_with_its_parameters_and_source() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/rules.md").read_text("utf-8")
    for rule in RULES:
        row = next(line for line in page.splitlines() if line.startswith(f"| {rule.code} |"))
        assert rule.source in row
        assert all(f"`{name}`" in row for name in rule.parameters)


def test_the_page_lists_every_parameter_with_its_value_and_source() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/procedure.md").read_text("utf-8")
    for name, source in SOURCES.items():
        assert f"| `{name}` | {getattr(DEFAULT_POLICY, name)} | {source} |" in page
