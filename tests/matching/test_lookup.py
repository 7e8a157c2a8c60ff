"""Which words share a key, and so are compared at all."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.matching.lookup import KEYS_MAX, keys_of
from evenhand.matching.packing import form_row


def keys(word: str, *, asked: bool = False, bare: bool = False, exact: bool = False) -> set[int]:
    letters, _, key, bones, sizes, _ = form_row(word)
    rows = [np.frombuffer(one, np.uint8) for one in (key, bones, letters)]
    out = np.zeros(KEYS_MAX, np.uint64)
    count = keys_of(
        rows[0], sizes[2], rows[1], sizes[3], int(bare), int(asked), int(exact), out, rows[2], sizes[0]
    )
    found = {int(one) for one in out[:count]}
    assert len(found) == count <= KEYS_MAX
    return found


@pytest.mark.parametrize(
    ("asked", "listed"),
    [("arcjer", "archer"), ("tisharim", "tisharin"), ("jamse", "james"), ("mller", "miller"), ("millerr", "miller")],
)
def test_one_slip_of_the_hand_leaves_a_key_in_common(asked: str, listed: str) -> None:
    assert keys(asked, asked=True) & keys(listed)


def test_other_words_and_exact_questions_share_none() -> None:
    assert not keys("archer", asked=True) & keys("tisharin")
    assert len(keys("archer", asked=True, exact=True)) == 1


def test_letters_of_an_abjad_are_guessed_and_give_no_key() -> None:
    assert len(keys("tisharin", bare=True)) < len(keys("tisharin"))


def test_the_longest_word_fits() -> None:
    assert len(keys("bcdfghjklmnpqrstvwxz", bare=True)) <= KEYS_MAX
    assert len(keys("bcdfghjklmnpqrstvwxz")) <= KEYS_MAX
