"""Spellings of one word are known in either order; two names are not one, however alike."""

from __future__ import annotations

import pytest

from evenhand.names.respelt import respellings, respelt


@pytest.mark.parametrize(
    ("one", "other"), [("husayn", "hussein"), ("muhammad", "mohammed"), ("aleksej", "aleksey"), ("ali", "aly")]
)
def test_spellings_of_one_word(one: str, other: str) -> None:
    assert respelt(one, other) == respelt(other, one) > 1
    assert (other, respelt(one, other)) in respellings(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohamed", "ahmed"), ("daniel", "donald"), ("portugal", "castile"), ("husayn", "husayn"), ("", "ali")],
)
def test_two_words(one: str, other: str) -> None:
    assert respelt(one, other) == 0


def test_a_word_nobody_bears_has_no_other_spellings() -> None:
    assert respellings("olsunde") == ()


def test_a_word_is_no_spelling_of_itself() -> None:
    assert all(other != "hussein" and bits > 0 for other, bits in respellings("hussein"))
