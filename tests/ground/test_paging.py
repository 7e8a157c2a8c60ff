"""Pages of a list hold each item once, in the order of its key, and end in none; a cursor is bound to its question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_CURSOR_CHARACTERS_MAX, API_PAGE_ITEMS_MAX
from evenhand.ground.paging import page_of

KEYS = st.sets(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20), max_size=30)


@given(KEYS, st.integers(1, 7))
def test_pages_hold_each_item_once_in_order(keys: set[str], limit: int) -> None:
    read, cursor = list[str](), ""
    while True:
        page, following = page_of(keys, str, limit=limit, after=cursor, question=["q"])
        read += page
        assert len(page) == limit or following is None
        if following is None:
            break
        cursor = following
    assert read == sorted(keys)


@given(KEYS.filter(bool))
def test_what_comes_and_goes_meanwhile_moves_nothing_else(keys: set[str]) -> None:
    page, following = page_of(keys, str, limit=1, after="", question="q")
    rest, _ = page_of(keys - set(page), str, limit=100, after=following or "", question="q")
    assert [*page, *rest] == sorted(keys)


@pytest.mark.parametrize("limit", [0, -1, API_PAGE_ITEMS_MAX + 1])
def test_a_page_of_no_size_is_refused(limit: int) -> None:
    with pytest.raises(InputError, match="limit"):
        page_of("ab", str, limit=limit, after="", question="q")


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "x" * (API_CURSOR_CHARACTERS_MAX + 1)])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        page_of("ab", str, limit=1, after=cursor, question="q")


def test_a_cursor_of_another_question_is_refused() -> None:
    _, following = page_of("ab", str, limit=1, after="", question="q")
    with pytest.raises(InputError, match="another question"):
        page_of("ab", str, limit=1, after=following or "", question="other")
