"""Instants: one way to write them, and clocks that move as told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.clock import ManualClock, SystemClock, format_ms, parse_ms
from evenhand.ground.errors import InputError


@given(st.integers(0, 4_102_444_800_000))
def test_every_instant_prints_and_reads_back(instant: int) -> None:
    assert parse_ms(format_ms(instant)) == instant


@pytest.mark.parametrize(
    "text",
    ["2026-01-01", "2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00Z", "2026-13-01T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z"],
)
def test_any_other_way_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_ms(text)


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5)
    clock.advance(ms=1, seconds=2, days=1)
    assert clock.now_ms() == 5 + 1 + 2_000 + 86_400_000


def test_the_system_clock_is_in_this_century() -> None:
    assert 1_700_000_000_000 < SystemClock().now_ms() < 4_102_444_800_000
