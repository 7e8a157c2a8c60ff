"""One name of Arabic origin in the spellings of several peoples; names that only look so stay two."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from evenhand.names.forms import forms
from evenhand.names.latin import sound
from evenhand.names.parts import ARTICLES, PARTICLES
from evenhand.names.usages import USAGES_MAX, lines, usages
from evenhand.names.word import USAGE, WRITTEN

ONE_NAME = [
    ("kazim", "kadhim"), ("golani", "jawlani"), ("colani", "jawlani"), ("ethem", "adham"), ("muaz", "muadh"),
    ("muath", "muadh"), ("cebel", "jabal"), ("hani", "xani"), ("ramazan", "ramadan"), ("zulfikar", "dhulfiqar"),
    ("cemal", "jamal"), ("djamel", "gamal"), ("osman", "uthman"), ("halit", "khalid"), ("mehmet", "muhammad"),
    ("mamadou", "muhammad"), ("hatice", "khadija"), ("ziya", "diya"), ("huzeyfe", "hudhayfa"), ("usame", "usama"),
    ("recep", "rajab"), ("zerkavi", "zarqawi"), ("xhemal", "jamal"), ("hodza", "khoja"), ("sabit", "thabit"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_each_usage_leads_to_the_others(one: str, other: str) -> None:
    assert sound(other) in {sound(found) for found in usages(one)}
    assert sound(one) in {sound(found) for found in usages(other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("cemali", "jamali"), ("ethemi", "adhami"), ("abdulcemil", "abduljamil"), ("abdelmouadh", "abdulmuaz")],
)
def test_what_is_made_of_such_a_name_follows_it(one: str, other: str) -> None:
    assert other in usages(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kemal", "jamal"), ("hamad", "ahmad"), ("mohamed", "ahmed"), ("hasan", "husayn"), ("salim", "salman"),
        ("said", "saad"), ("sami", "shami"), ("mehmet", "mamadou"),
        ("melek", "malika"), ("radomir", "radomira"), ("", "ali"),
    ],
)  # fmt: skip
def test_two_names_stay_two(one: str, other: str) -> None:
    assert other not in usages(one)
    assert one not in usages(other)


def test_no_spelling_is_told_that_sounds_like_another_one() -> None:
    for line in lines():
        for word in line:
            heard = [sound(one) for one in (word, *usages(word))]
            assert len(heard) == len(set(heard)) <= USAGES_MAX + 1


def test_the_table_is_in_order() -> None:
    told = lines()
    assert all(one < other for one, other in pairwise(told))
    assert all(len(line) == len(set(line)) > 1 for line in told)
    words = [word for line in told for word in line]
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in words)
    assert not set(words) & (PARTICLES | ARTICLES)
    twice = {word for word, count in Counter(words).items() if count > 1}
    assert twice == {"ahmad", "ahmed", "fadhel", "mohamed", "mohammed", "muhammad"}


def test_a_question_has_the_spellings_behind_what_is_written() -> None:
    ((first, *others),) = [word.spellings for word in forms("Cebel Tisharin")[0][:1]]
    assert first == ("cebel", 0, WRITTEN)
    assert {kind for _, _, kind in others} == {USAGE}
    assert "jabal" in {text for text, _, _ in others}
