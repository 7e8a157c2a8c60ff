"""Whom a birth year of two digits may mean: both centuries, where somebody so old may be alive."""

from __future__ import annotations

import pytest

from evenhand.ground.clock import parse_ms
from evenhand.matching.contract import Query
from evenhand.node.elders import both_centuries

NOW_MS = parse_ms("2026-11-23T10:00:00.000Z")


@pytest.mark.parametrize(
    ("born", "also"),
    [
        ("2025-01-25", "1925-01-25"), ("2025-01", "1925-01"), ("2025", "1925"), ("1996-12-31", "1896-12-31"),
        ("2004-02-29", "1904-02-29"), ("1995-12-31", None), ("1984-05-02", None), ("2000-02-29", None), (None, None),
    ],
)  # fmt: skip
def test_whoever_may_be_a_century_older_is_asked_for_by_both(born: str | None, also: str | None) -> None:
    query = Query(names=("Velmo Tarsinek",), birth_date=born, nationalities=("UTO",))
    first, *rest = both_centuries(query, NOW_MS, two_digit_year=True)
    assert first is query
    assert [one.birth_date for one in rest] == ([also] if also else [])
    assert both_centuries(query, NOW_MS, two_digit_year=False) == (query,)
    assert all((one.names, one.nationalities) == (query.names, query.nationalities) for one in rest)
