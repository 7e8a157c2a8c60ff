"""Which words share a key, and so are compared at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from evenhand.matching.lookup import KEYS_MAX, join_hash, keys_of, likened_hash
from evenhand.matching.packing import form_row


@njit
def joined_hash(one: Any, long: int, other: Any, wide: int) -> Any:
    return likened_hash(one, long, other, wide, 4)


def keys(word: str, *, asked: bool = False, bare: bool = False, exact: bool = False) -> set[int]:
    letters, _, key, bones, sizes, _ = form_row(word)
    rows = [np.frombuffer(one, np.uint8) for one in (key, bones, letters)]
    out = np.zeros(KEYS_MAX, np.uint64)
    count = keys_of(rows[0], sizes[2], rows[1], sizes[3], int(bare), int(asked), int(exact), out, rows[2], sizes[0])
    found = {int(one) for one in out[:count]}
    assert len(found) == count <= KEYS_MAX
    return found


@pytest.mark.parametrize(
    ("asked", "listed"),
    [("arcjer", "archer"), ("tisharim", "tisharin"), ("jamse", "james"), ("mller", "miller"), ("millerr", "miller")],
)
def test_one_slip_of_the_hand_leaves_a_key_in_common(asked: str, listed: str) -> None:
    assert keys(asked, asked=True) & keys(listed)


@pytest.mark.parametrize(("asked", "listed"), [("tam", "tarm"), ("rsh", "rosh"), ("tamm", "tam")])
def test_a_letter_too_few_of_three_leaves_a_key_in_common(asked: str, listed: str) -> None:
    assert keys(asked, asked=True) & keys(listed)


@pytest.mark.parametrize(
    ("asked", "listed"),
    [("tishusha", "tichoucha"), ("sirasima", "shirashima"), ("krikor", "grigor"), ("boudhat", "putat")],
)
def test_two_sounds_taken_for_their_like_leave_a_key_in_common(asked: str, listed: str) -> None:
    assert keys(asked, asked=True) & keys(listed)


def test_other_words_and_exact_questions_share_none() -> None:
    assert not keys("archer", asked=True) & keys("tisharin")
    assert len(keys("archer", asked=True, exact=True)) == 2  # the whole sound, and the same with like sounds made one


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("seok", "heon", "seokheon"),  # kh that is no kh
        ("dalpat", "singh", "dalpatsingh"),  # ts that is no ts
        ("phil", "hun", "pilhun"), ("jas", "harun", "jasharun"), ("abdal", "lat", "abdallat"),
    ],
)  # fmt: skip
def test_two_words_written_as_one_have_the_key_of_the_one(first: str, second: str, whole: str) -> None:
    one, other, both = (np.frombuffer(form_row(text)[2], np.uint8) for text in (first, second, whole))
    sizes = [form_row(text)[4][2] for text in (first, second, whole)]
    assert joined_hash(one, sizes[0], other, sizes[1]) == join_hash(both, sizes[2])
    assert joined_hash(one, sizes[0], other, sizes[1]) != join_hash(one, sizes[0])


def test_letters_of_an_abjad_are_guessed_and_give_no_key() -> None:
    assert len(keys("tisharin", bare=True)) < len(keys("tisharin"))


def test_the_longest_word_fits() -> None:
    assert len(keys("bcdfghjklmnpqrstvwxz", bare=True)) <= KEYS_MAX
    assert len(keys("bcdfghjklmnpqrstvwxz")) <= KEYS_MAX
