"""What an alignment looks like in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.finding import TABLES
from evenhand.matching.measuring import (
    FEATURES,
    IDENTICAL,
    ROLE_BEGINS,
    ROLE_INITIAL,
    ROLE_JOINED,
    ROLE_NICKNAME,
    ROLE_PLAIN,
    WORD_FEATURES,
)
from evenhand.matching.naming import pack_names
from evenhand.matching.packing import BURMESE_WEIGHT_MAX, weight_of
from evenhand.matching.unfolding import FORMS_MAX, reading_of
from evenhand.names.forms import forms


def measured(asked: str, listed: str, *, reading: int = 0) -> tuple[dict[str, int], list[dict[str, int]]]:
    q, p = pack_names((asked,), nicknames=True), pack_names((listed,), nicknames=False)
    row, words = np.zeros(len(FEATURES), np.int32), np.zeros((32, len(WORD_FEATURES)), np.int32)
    memo, one, other = np.zeros((FORMS_MAX, SLOTS_MAX), np.int32), reading_of(q, reading), reading_of(p, reading)
    count = compare(one, 0, other, 0, TABLES, memo, words, row, np.zeros((32, 4), np.int32))
    whole = {name: int(value) for name, value in zip(FEATURES, row, strict=True)}
    return whole, [{n: int(v) for n, v in zip(WORD_FEATURES, words[k], strict=True)} for k in range(count)]


def test_places_that_the_scorer_fills_or_reads_are_named_right() -> None:
    assert FEATURES[IDENTICAL] == "identical"
    assert WORD_FEATURES[8] == "role"


@pytest.mark.parametrize(
    ("asked", "listed", "same"),
    [
        ("Radomir Tisharin", "Radomir Tisharin", 1),
        ("Tisharin, Radomir", "RADOMIR TISHARIN", 1),
        ("Dr Radomir Tisharin", "Radomir Tisharin", 1),
        ("Radomir J. Tisharin", "Radomir J. Tisharin", 1),
        ("Radomir J. Tisharin", "Radomir K. Tisharin", 0),
        ("Radomir Tisharin", "Radomir Velko Tisharin", 0),
        ("Radomir Tisharin", "Радомир Тишарин", 0),
        ("Радомир Тишарин", "Радомир Тишарин", 1),
        ("Radomir Tisharin", "Radomira Tisharin", 0),
    ],
)
def test_identical_names(asked: str, listed: str, same: int) -> None:
    assert measured(asked, listed)[0]["identical"] == same


@pytest.mark.parametrize(
    ("asked", "listed", "role"),
    [
        ("Radomir Tisharin", "Radomir Tisharin", ROLE_PLAIN),
        ("R. Tisharin", "Radomir Tisharin", ROLE_INITIAL),
        ("Rado Tisharin", "Radomir Tisharin", ROLE_BEGINS),
        ("Bill Tisharin", "William Tisharin", ROLE_NICKNAME),
        ("Radomir Tisharin", "Rado Mir Tisharin", ROLE_JOINED),
    ],
)
def test_roles_of_words(asked: str, listed: str, role: int) -> None:
    assert role in {word["role"] for word in measured(asked, listed)[1]}


def test_another_usage_of_a_name_has_no_changed_letters() -> None:
    whole, words = measured("Cemal Tisharin", "Jamal Tisharin")
    assert (whole["changed"], whole["changes"], whole["nicknames"]) == (0, 0, 0)
    assert {(word["role"], word["looks"], word["same_script"]) for word in words} == {
        (ROLE_PLAIN, 0, 0), (ROLE_PLAIN, 0, 1)
    }  # fmt: skip


def test_what_is_left_over_is_counted_with_its_weight() -> None:
    whole, _ = measured("Radomir Velko Tisharin", "Radomir Tisharin")
    assert (whole["missing_asked"], whole["missing_listed"]) == (1, 0)
    assert whole["weight_missing_asked"] == whole["rare_missing_asked"] > 0
    assert whole["missing_last_asked"] == whole["missing_first_asked"] == 0


def test_characters_of_one_script_are_counted() -> None:
    whole, _ = measured("陳大文", "陈大明")
    assert (whole["characters_asked"], whole["characters_listed"], whole["characters_same"]) == (3, 3, 2)
    assert measured("陳大文", "Chen Dawen")[0]["characters_asked"] == 0
    assert measured("김철수", "金哲洙")[0]["characters_asked"] == 0


def test_two_words_of_one_alphabet_count_as_written() -> None:
    assert {word["scripts"] for word in measured("Радомир Тишарин", "Радомир Тишорин")[1]} == {0}
    assert {word["scripts"] for word in measured("Радомир Тишарин", "Radomir Tisharin")[1]} == {1}


def test_a_syllable_of_a_burmese_name_says_little() -> None:
    words = forms("ဦးသန်းစိန်")[0]
    assert max(weight_of(word) for word in words) <= BURMESE_WEIGHT_MAX
    assert weight_of(forms("Than Sein")[0][1]) > BURMESE_WEIGHT_MAX  # a Latin word may be of any people


def test_what_changed_letters_say_is_counted_where_words_differ() -> None:
    same, _ = measured("Thomas Helland", "Helland, Thomas")
    assert (same["changed"], same["changes"]) == (0, 0)
    spelt, _ = measured("Moustafa Mansour", "Mustafa Mansur")
    other, _ = measured("Thomas Helland", "Thomas Holland")
    assert (spelt["changed"], other["changed"]) == (2, 1)
    assert spelt["changes"] > 200 > other["changes"]


def test_initials_and_short_forms_change_no_letters() -> None:
    whole, _ = measured("W. Palmer", "William Palmer")
    assert whole["changed"] == 0
    whole, _ = measured("Bill Palmer", "William Palmer")
    assert whole["changed"] == 0
