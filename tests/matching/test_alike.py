"""Measuring that stops early says what measuring to the end says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH, alike_at, alike_from, letter_bits, letters_apart, softly
from evenhand.matching.lanes import faces_of, near_forms
from evenhand.matching.packing import form_row
from evenhand.matching.wording import Vocabulary
from evenhand.names.parts import PLAIN
from evenhand.names.word import ABJAD, Word

WORDS = st.text("abcdefghiklmnorstuvyz", min_size=1, max_size=12)
Form = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def form(word: str) -> Form:
    letters, sounds, _, _, sizes, _ = form_row(word)
    rows = [np.frombuffer(row, np.uint8).reshape(1, WIDTH).copy() for row in (letters, sounds)]
    return rows[0], rows[1], np.array([sizes], np.uint8)


def both(one: str, other: str, *, soft: bool, need: int) -> tuple[int, int]:
    (a, a_sounds, a_sizes), (b, b_sounds, b_sizes) = form(one), form(other)
    lines = np.zeros((3, 32), np.int32)
    apart = letters_apart(letter_bits(a[0], int(a_sizes[0, 0])), letter_bits(b[0], int(b_sizes[0, 0])))
    whole = alike_at(a, a_sounds, 0, a_sizes, b, b_sounds, 0, b_sizes, soft, lines)
    early = alike_from(a, a_sounds, 0, a_sizes, b, b_sounds, 0, b_sizes, soft, apart, need, lines)
    return whole, early


@given(WORDS, WORDS, st.booleans(), st.sampled_from([560, 700, 900]))
def test_two_words_at_random(one: str, other: str, soft: bool, need: int) -> None:
    whole, early = both(one, other, soft=soft, need=need)
    assert early == (whole if whole >= need else 0)


@given(WORDS, st.integers(0, 11), st.sampled_from("aeirstn"), st.booleans(), st.sampled_from([560, 700, 900]))
def test_a_word_and_its_slip(word: str, place: int, mark: str, soft: bool, need: int) -> None:
    at = place % len(word)
    head, tail = word[:at], word[at + 1 :]
    turned = head + word[at : at + 2][::-1] + word[at + 2 :]
    for slip in (head + mark + tail, head + mark + word[at:], head + tail or word, turned):
        whole, early = both(word, slip, soft=soft, need=need)
        assert early == (whole if whole >= need else 0), slip


@pytest.mark.parametrize(("one", "other"), [("karim", "kairm"), ("martin", "matrin"), ("abcd", "bacd")])
def test_a_swap_is_not_given_up_half_way(one: str, other: str) -> None:
    whole, early = both(one, other, soft=False, need=700)
    assert early == whole > 700


@njit
def measured_together(words: Any, faces: Any, asked: Any, forms: Any, similar: Any) -> int:
    order, f = np.zeros(forms.size, np.int64), asked[0]
    return near_forms(
        words.letters, words.sounds, words.sizes, f, asked[1], asked[2], faces, forms, forms.size, order, similar
    )


@njit
def measured_alone(w: Any, kind: int, form: int, lines: Any) -> int:
    soft = softly(kind, w.bare[form], w.sizes[0, 3], w.sizes[form, 3])
    return alike_at(w.letters, w.sounds, 0, w.sizes, w.letters, w.sounds, form, w.sizes, soft, lines)


@given(st.lists(WORDS, min_size=2, max_size=600, unique=True), st.sampled_from([0, ABJAD]), st.sampled_from([560, 900]))
@settings(max_examples=40)
def test_many_words_side_by_side(texts: list[str], kind: int, need: int) -> None:
    first = texts[0]
    texts += [first[:at] + mark + first[at + 1 :] for at in range(len(first)) for mark in "aesth"]
    vocabulary = Vocabulary(nicknames=False)
    for at, text in enumerate(dict.fromkeys(texts)):
        spelling = (text, 0, ABJAD if at % 3 == 1 else 0)
        vocabulary.number(Word(spellings=(spelling,), kind=PLAIN, tied=False))
    words = vocabulary.words()
    forms, similar = np.arange(words.bare.size), np.zeros(words.bare.size, np.int64)
    asked = np.array([0, kind, need], np.int64)
    count = measured_together(words, faces_of(words), asked, forms, similar)
    lines = np.zeros((3, 32), np.int32)
    alone = {form: measured_alone(words, kind, form, lines) for form in range(words.bare.size)}
    assert dict(zip(forms[:count].tolist(), similar[:count].tolist(), strict=True)) == {
        form: likeness for form, likeness in alone.items() if likeness >= need
    }
