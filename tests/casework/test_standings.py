"""One member alone changes nobody's standing; enough of them do, by themselves, until an appeal is granted."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.casework.standings import Said, check_step, open_cases, standing_of
from evenhand.ground.errors import InputError
from evenhand.notices.conduct import Conduct
from evenhand.screening.clocks import DAY_MS, HOUR_MS

NOW = 1_798_761_600_000


def said(by: str, step: Any, at: int = 0, *, finding: str = "A-03:e1", member: str = "ITA") -> Said:
    opened = {"rule": "A-03", "found": "held too long", "severity": "S1"} if step == "OPENED" else {}
    conduct = Conduct(finding=finding, member=member, step=step, reason="a reason", **opened)  # type: ignore[arg-type]
    return Said(by_member=by, at_ms=NOW + at * HOUR_MS, conduct=conduct)


def rung(*steps: Said, at: int = 100) -> str:
    return open_cases(steps, threshold=2, now_ms=NOW + at * HOUR_MS)["A-03:e1"].case.rung


def test_steps_climb_and_fall() -> None:
    opened = said("PHL", "OPENED")
    assert rung(opened, at=1) == "NOTICE"
    assert rung(opened, said("ITA", "EXPLAINED", 1)) == "EXPLANATION"
    assert rung(opened, at=73) == "PEER_REVIEW"
    alone = (opened, said("PHL", "UPHELD", 2), said("PHL", "UPHELD", 3))
    assert rung(*alone, at=10) == "NOTICE"
    both = (*alone, said("XPO", "UPHELD", 4))
    assert rung(*both) == "PUBLIC_COUNT"
    assert rung(*reversed(both)) == "PUBLIC_COUNT"
    appealed = (*both, said("ITA", "APPEALED", 5), said("PHL", "APPEAL_GRANTED", 6))
    assert rung(*appealed) == "PUBLIC_COUNT"
    assert rung(*appealed, said("XPO", "APPEAL_GRANTED", 7)) == "NONE"
    assert rung(opened, said("PHL", "ACCEPTED", 1)) == "NONE"


def test_what_is_not_ones_own_to_say_does_not_count() -> None:
    opened = said("PHL", "OPENED")
    assert rung(opened, said("ITA", "DISMISSED", 1), said("PHL", "EXPLAINED", 1), at=2) == "NOTICE"
    assert rung(opened, said("PHL", "UPHELD", 1, member="XPO"), said("XPO", "UPHELD", 1), at=2) == "NOTICE"
    assert open_cases([said("PHL", "UPHELD")], threshold=1, now_ms=NOW) == {}
    assert open_cases([opened], threshold=1, now_ms=NOW - 1) == {}
    cases = open_cases([opened], threshold=2, now_ms=NOW)
    check_step(said("ITA", "APPEALED"), cases)
    with pytest.raises(InputError):
        check_step(said("ITA", "UPHELD"), cases)
    with pytest.raises(InputError):
        check_step(said("PHL", "UPHELD", finding="other"), cases)


@pytest.mark.parametrize(
    ("count", "discreet", "publish", "query"),
    [(2, False, True, True), (3, True, True, True), (5, True, False, True), (8, True, False, False)],
)
def test_upheld_cases_take_effect_by_themselves(count: int, discreet: bool, publish: bool, query: bool) -> None:
    steps = [
        said(by, step, finding=f"A-03:e{number}")
        for number in range(count) for by, step in (("PHL", "OPENED"), ("PHL", "UPHELD"), ("XPO", "UPHELD"))
    ]  # fmt: skip
    cases = open_cases(steps, threshold=2, now_ms=NOW + DAY_MS)
    found = standing_of("ITA", cases.values(), NOW + DAY_MS)
    assert (found.coercive_as_discreet, found.may_publish, found.may_query) == (discreet, publish, query)
    assert standing_of("PHL", cases.values(), NOW + DAY_MS).rung == "NONE"
    later = standing_of("ITA", cases.values(), NOW + 100 * DAY_MS)
    assert later.may_query


def test_an_opening_says_what_was_found() -> None:
    with pytest.raises(InputError):
        Conduct(finding="x", member="ITA", step="OPENED", reason="because")
