"""Slavic names as the states next door write them; names that only look so stay two."""

from __future__ import annotations

from collections import Counter

import pytest

from evenhand.names.forms import forms
from evenhand.names.latin import sound
from evenhand.names.parts import ARTICLES, PARTICLES, PATRONYMIC
from evenhand.names.slavic import alike, lines, slavic
from evenhand.names.usages import USAGES_MAX, are_usages, usages
from evenhand.names.word import USAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("volodymyr", "vladimir"), ("uladzimir", "volodymyr"), ("serhii", "sergey"), ("siarhei", "serhiy"),
        ("yevhen", "evgeny"), ("yauhen", "evgenii"), ("ryhor", "grigory"), ("mykola", "nikolai"),
        ("mikalai", "mykola"), ("dzmitry", "dmytro"), ("pavlo", "pavel"), ("petro", "piotr"), ("aleh", "oleh"),
        ("oleksiy", "alexey"), ("henadz", "gennady"), ("tetiana", "tatsiana"), ("olena", "elena"),
        ("katsiaryna", "kateryna"), ("halyna", "galina"), ("volha", "olga"), ("djordje", "dorde"),
    ],
)  # fmt: skip
def test_a_given_name_is_known_in_each_language(one: str, other: str) -> None:
    assert are_usages(one, other)
    assert are_usages(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("serhiyovych", "sergeevich"), ("serhiiovych", "siarheyevich"), ("hryhorovych", "grigorievich"),
        ("volodymyrivna", "uladzimirauna"), ("mykolaivna", "nikolaevna"), ("uladzislavavich", "vladyslavovych"),
        ("pavlivna", "paulauna"), ("igorevich", "ihorovych"), ("yakovlevich", "yakovych"),
        ("petrovich", "piatrovich"), ("ihorivna", "igorevna"),
    ],
)  # fmt: skip
def test_patronymics_follow_the_name_of_the_father(one: str, other: str) -> None:
    assert are_usages(one, other)
    assert are_usages(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hnatiuk", "gnatyuk"), ("honcharenko", "goncharenko"), ("lukashenka", "lukashenko"),
        ("karpiankou", "karpenkov"), ("novikau", "novikov"), ("kavaliou", "kavalev"), ("ibrahimov", "ibragimov"),
        ("djordjevic", "dordevic"), ("holovko", "golovko"), ("makarava", "makarova"),
    ],
)  # fmt: skip
def test_a_family_name_is_known_next_door(one: str, other: str) -> None:
    assert are_usages(one, other)
    assert are_usages(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oleksiy", "oleksandr"), ("pavlo", "petro"), ("vladimir", "vladislav"), ("vladimirovich", "vladislavovich"),
        ("ivanovich", "ivanovna"), ("olena", "olha"), ("hamidou", "hamidov"), ("mamadou", "mamadov"),
        ("moreau", "morov"), ("mathieu", "mathiev"), ("harrison", "garrison"), ("halley", "galley"),
        ("khomenko", "kgomenko"), ("shevchenko", "sgevchenko"), ("raman", "roman"), ("safiya", "sofia"),
        ("duric", "djuric"),
    ],
)  # fmt: skip
def test_two_names_stay_two(one: str, other: str) -> None:
    assert other not in usages(one)


def test_systems_of_writing_one_language_are_alike() -> None:
    assert len({alike(word) for word in ("serhii", "serhiy", "serhij", "serhi")}) == 1
    assert len({alike(word) for word in ("yevhen", "jevhen", "ievhen")}) == 1
    assert len({alike(word) for word in ("siarheyevich", "siarhejevich", "siarheievich")}) == 1
    assert len({alike(word) for word in ("yuri", "youri", "uri")}) == 3


def test_the_table_is_in_order() -> None:
    told = lines()
    words = [word for given in told for names in given for word in names]
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in words)
    assert not set(words) & (PARTICLES | ARTICLES)
    assert not [word for word, count in Counter(words).items() if count > 1]
    for word in words:
        heard = [sound(one) for one in (word, *usages(word))]
        assert len(heard) == len(set(heard)) <= USAGES_MAX + 1


def test_no_word_is_another_usage_of_itself() -> None:
    for word in ("hnatiuk", "karpenkov", "vladimir", "lukashenka", "djokovic"):
        assert word not in usages(word)
        assert slavic(word)


def test_a_patronymic_is_asked_in_other_usages_too() -> None:
    _, middle, _ = forms("Velko Serhiyovych Tisharin")[0]
    assert middle.kind == PATRONYMIC
    assert "sergeevich" in {text for text, _, kind in middle.spellings if kind & USAGE}
    _, middle, _ = forms("Marta Uladzimirauna Tisharina")[0]
    assert middle.kind == PATRONYMIC
