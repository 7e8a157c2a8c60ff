"""What letters say in which two words differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH
from evenhand.matching.changes import (
    FOUND_MAX,
    KINDS,
    MORE,
    OTHER,
    SLIPS,
    SWAPPED,
    TOLD_MAX,
    changes_between,
    changes_said,
    either_said,
    room_for_changes,
    said_of,
    told,
)

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=WIDTH)


def letters(word: str) -> NDArray[np.uint8]:
    row = np.zeros(WIDTH, np.uint8)
    row[: len(word)] = np.frombuffer(word.encode(), np.uint8)
    return row


def between(one: str, other: str) -> list[int]:
    price, found = room_for_changes()
    count = changes_between(letters(one), len(one), letters(other), len(other), price, found)
    return [int(kind) for kind in found[:count]]


def said(one: str, other: str) -> tuple[int, int]:
    spelling, slip = said_of(letters(one), len(one), letters(other), len(other), changes_said())
    return int(spelling), int(slip)


def all_told(one: str, other: str, *, read: bool) -> int:
    rows = letters(one), len(one), letters(other), len(other)
    return int(told(*rows, read, changes_said(), either_said()))


@given(WORDS, WORDS)
def test_every_change_is_of_a_known_kind_and_there_is_room_for_all(one: str, other: str) -> None:
    found = between(one, other)
    assert len(found) <= FOUND_MAX
    assert all(0 <= kind < KINDS for kind in found)
    assert (found == []) is (one == other)
    if one != other:
        assert -TOLD_MAX <= all_told(one, other, read=False) <= TOLD_MAX


@given(WORDS)
def test_a_letter_too_many_is_one_change_wherever_it_stands(word: str) -> None:
    for at in range(min(len(word), WIDTH - 1)):
        longer = (word[:at] + "q" + word[at:])[:WIDTH]
        if len(longer) > len(word):
            assert [kind - MORE for kind in between(word, longer) if MORE <= kind < MORE + 27] == [ord("q") - 96]


def test_a_letter_for_another_and_a_swap_are_told_from_one_another() -> None:
    assert between("meyer", "mayer")[0] == OTHER + 1 * 27 + 5  # a for e
    assert between("saudners", "saunders") == [SWAPPED]
    assert between("ehnry", "henry") == [SWAPPED + 1]


@pytest.mark.parametrize(
    ("one", "other"), [("youssef", "yusuf"), ("sergei", "sergey"), ("mahmoud", "mahmud"), ("viktor", "victor")]
)
def test_usual_spellings_say_more_than_words_that_happen_to_be_alike(one: str, other: str) -> None:
    spelling, slip = said(one, other)
    assert spelling > max(said(*pair)[0] for pair in (("helland", "holland"), ("barnes", "byrnes"), ("landi", "lando")))
    assert spelling > slip


@pytest.mark.parametrize(("one", "other"), [("gernmell", "gemmell"), ("saudners", "saunders"), ("frawlry", "frawley")])
def test_slips_say_more_of_a_slip_than_of_another_spelling(one: str, other: str) -> None:
    spelling, slip = said(one, other)
    assert slip > spelling
    assert slip > said("helland", "holland")[1]


@pytest.mark.parametrize(("one", "other"), [("youssef", "yusuf"), ("gernmell", "gemmell"), ("helland", "holland")])
def test_either_explanation_says_more_than_the_better_one_alone(one: str, other: str) -> None:
    spelling, slip = said(one, other)
    both = all_told(one, other, read=False)
    assert max(spelling, slip + SLIPS) <= both <= max(spelling, slip + SLIPS) + 70  # log 2 where both say the same
    assert both == round(100 * np.logaddexp(spelling / 100, (slip + SLIPS) / 100))


def test_what_was_read_from_another_script_was_not_mistyped() -> None:
    assert all_told("gernmell", "gemmell", read=True) == said("gernmell", "gemmell")[0]
