"""Bad input gets a plain answer: an error that says what is wrong, or "cannot be compared"; never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_NAME_CHARACTERS_MAX
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher

ALPHABET = "abzéßøŁИжрДіΣπעבدم王金민さカดกখत्ஜ̶\u0301\u200b\u202e\u2066\ufeff\x00\x1b\t .,-'’<0159ꦗ𐎠𝓐🙂\ue000"


@pytest.fixture(scope="module")
def matcher() -> NameMatcher:
    found = NameMatcher()
    born = (BirthDate(value="1970-02-03"),)
    found.put("ITA:1", Listed(person=Person(names=(Name(text="Radomir Tisharin"),), birth_dates=born)))
    found.put("ITA:2", Listed(person=Person(names=(Name(text="Радомир Тишарин"),))))
    return found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "nothing to look for"),
        ({"names": ("x" * 10_000,)}, "a name is too long"),
        ({"names": ("Radomir",) * 1_000}, "too many names"),
        ({"names": ("Radomir",), "birth_date": "1970-02-30"}, "date"),
        ({"names": ("Radomir",), "birth_date": "1970-13"}, "date"),
        ({"names": ("Radomir",), "birth_date": "0000"}, "date"),
        ({"names": ("Radomir",), "birth_date": "yesterday"}, "date"),
        ({"names": ("Radomir",), "nationalities": ("Italy",)}, "country"),
    ],
)
def test_what_nobody_could_mean_is_refused_in_words(query: dict[str, tuple[str, ...]], said: str) -> None:
    with pytest.raises(InputError) as refused:
        Query(**query)  # type: ignore[arg-type]
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "name", ["", " ", "\n\t", "…", "123", "\u202e\u202c", "<<<<", "🙂", "ꦗꦮ", "𐎠𐎡", "\ue000\ue001"]
)
def test_a_name_without_letters_to_compare_is_said_to_be_so(matcher: NameMatcher, name: str) -> None:
    answer = matcher.search(Query(names=(name,)))
    assert answer.candidates == ()
    assert len(answer.not_compared) == 1
    assert "compare" in answer.not_compared[0]


@pytest.mark.parametrize(
    "name",
    [
        "Rado\x00mir Tish\x1barin", "Rado\u200bmir\ufeff Tisharin", "\u2066Radomir\u2069 \u202aTisharin\u202c",
        "R\u0336a\u0336d\u0336o\u0336mir Tisharin", "Ｒａｄｏｍｉｒ Tisharin", "𝓡𝓪𝓭𝓸𝓶𝓲𝓻 Tisharin", "Rаdomir Tishаrin",
        "Рaдoмир Тишaрин",
        "Radomir\u00a0\u3000Tisharin", "  Radomir\t\nTisharin  ", "Ra\u00addomir Tisharin",
    ],
)  # fmt: skip
def test_hidden_marks_and_lookalike_letters_hide_nobody(matcher: NameMatcher, name: str) -> None:
    assert {"ITA:1", "ITA:2"} == {one.key for one in matcher.search(Query(names=(name,))).candidates}


def test_a_part_in_an_unknown_script_is_reported_beside_what_the_rest_finds(matcher: NameMatcher) -> None:
    answer = matcher.search(Query(names=("Radomir Tisharin ꦗꦮ",)))
    assert "ITA:1" in {one.key for one in answer.candidates}
    assert "script" in answer.not_compared[0]


@pytest.mark.parametrize("name", ["Ｒａｄｏｍｉｒ Ｔｉｓｈａｒｉｎ", "𝓡𝓪𝓭𝓸𝓶𝓲𝓻 Tisharin", "Ｒ．Tisharin"])
def test_letters_of_another_width_are_compared_and_not_said_to_be_unknown(matcher: NameMatcher, name: str) -> None:
    answer = matcher.search(Query(names=(name,)))
    assert "ITA:1" in {one.key for one in answer.candidates}
    assert answer.not_compared == ()


@pytest.mark.parametrize("word", ["Radomir", "Ра", "a"])
def test_words_beyond_those_that_are_compared_are_told_of(matcher: NameMatcher, word: str) -> None:
    """They were left out without a word."""
    assert matcher.search(Query(names=(" ".join([word] * 12),))).not_compared == ()
    (said,) = matcher.search(Query(names=(" ".join([word] * 13),))).not_compared
    assert "the first 12 were compared" in said


def test_a_name_as_long_as_allowed_is_compared(matcher: NameMatcher) -> None:
    for text in (
        "x" * QUERY_NAME_CHARACTERS_MAX,
        "ab " * (QUERY_NAME_CHARACTERS_MAX // 3),
        "-" * QUERY_NAME_CHARACTERS_MAX,
    ):
        assert matcher.search(Query(names=(text,))).candidates == ()


@settings(max_examples=120, deadline=None)
@given(st.lists(st.text(ALPHABET, max_size=40), min_size=1, max_size=3))
def test_any_text_is_answered_or_said_not_to_be_compared(matcher: NameMatcher, names: list[str]) -> None:
    answer = matcher.search(Query(names=tuple(names)))
    again = matcher.search(Query(names=tuple(names)))
    assert answer == again
    for name in names:
        if not any(mark.isalpha() for mark in name):
            assert any("no letters" in line for line in answer.not_compared)
