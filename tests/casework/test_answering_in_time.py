"""A lane waits two seconds for an answer and a carrier four; a longer wait is found for the weekly review."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.casework.overseer import Overseer
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.events import CandidatesShown, QueryMade

BASE: dict[str, Any] = {"member": "ITA", "unit": "lane 4", "officer": "o1", "encounter": "x"}
START = 1_798_761_600_000


@pytest.mark.parametrize(("carrier", "took_ms", "words"), [
    (False, 2_000, []), (False, 2_001, ["the lane waited 2001 ms for an answer"]),
    (True, 4_000, []), (True, 4_001, ["a carrier waited 4001 ms for an answer"]),
])  # fmt: skip
def test_an_answer_in_time_or_a_finding(carrier: bool, took_ms: int, words: list[str]) -> None:
    overseer = Overseer(DEFAULT_POLICY)
    overseer.observe(QueryMade(**BASE, event_id="q", at_ms=START))
    overseer.observe(CandidatesShown(**BASE, event_id="s", at_ms=START + took_ms, carrier=carrier))
    late = [one for one in overseer.findings.values() if one.finding_id.startswith("Q-01:late:")]
    assert [one.found for one in late] == words
    assert all((one.severity, one.rule, one.evidence) == ("S3", "Q-01", ("q", "s")) for one in late)


def test_an_answer_to_no_query_is_nobodys_delay() -> None:
    overseer = Overseer(DEFAULT_POLICY)
    overseer.observe(CandidatesShown(**BASE, event_id="s", at_ms=START))
    assert not [one for one in overseer.findings if ":late:" in one]
