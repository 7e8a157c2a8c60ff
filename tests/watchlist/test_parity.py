"""Parity says equal, or exactly what each side lacks and why."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.watchlist.digest import Position, ViewVector
from evenhand.watchlist.parity import compare, remarks


def at(size: int, root: str = "r", **more: Any) -> Position:
    return Position(ledger="ITA", size=size, root=root, **more)


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix", "difference", "words"),
    [
        (at(3), at(3), None, "equal", "equal at 3"),
        (at(3), at(5), None, "we_are_behind", "we are behind by 2 entries of ITA"),
        (at(5), at(3, "p"), "p", "they_are_behind", "they are behind by 2 entries of ITA"),
        (at(5), at(3, "q"), "p", "forked", "not a prefix"),
        (at(3), at(3, "q"), None, "forked", "two histories"),
        (None, at(2), None, "we_are_behind", "by 2"),
        (at(2), None, None, "they_are_behind", "by 2"),
        (at(3, missing=(1,)), at(3), None, "parts_missing", "ours 1, theirs 0"),
        (at(3, express=(7,)), at(3), None, "express", "ahead of their turn"),
    ],
)
def test_a_difference_is_named(
    ours: Position | None, theirs: Position | None, prefix: str | None, difference: str, words: str
) -> None:
    found = compare(ours, theirs, prefix_root=prefix, withheld=(0, 0), ledger="ITA")
    assert found.difference == difference
    assert words in found.text


def test_what_is_not_released_is_counted_on_both_sides() -> None:
    found = compare(at(3), at(3), prefix_root=None, withheld=(2, 1), ledger="ITA")
    assert "2 entries are not released to us by ITA" in found.text
    assert "1 entries are not released to them by ITA" in found.text


def test_versions_that_differ_are_remarked() -> None:
    assert remarks({"roster": (1, 2), "matcher": ("a", "a")}) == ("roster differs: ours 1, theirs 2",)


def test_the_state_digest_depends_on_everything_that_decides_an_answer() -> None:
    def digest(roster: int = 1, matcher: str = "m", *positions: Position) -> str:
        return ViewVector(roster=roster, matcher=matcher, positions=positions or (at(1),)).digest()

    digests = {digest(), digest(2), digest(1, "n"), digest(1, "m", at(2)), digest(1, "m", at(1, "q")),
               digest(1, "m", at(1, express=(4,))), digest(1, "m", at(1, missing=(0,)))}  # fmt: skip
    assert len(digests) == 7
    assert digest() == digest()
