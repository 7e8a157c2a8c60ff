"""Two names side by side: the same whichever comes first, and what is a slip and what another person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.cli.bench import score_names
from evenhand.matching.beside import BESIDE, alone, rows_of
from evenhand.matching.scorer import CUT_POINTS, IDENTICAL_POINTS, trees_of
from evenhand.matching.spelled import NO_ROLE, OF_ENDING, OF_FATHER, SPELLED, chinese, is_short_form
from tests.matching.test_scorer import NAMES


def called_one(one: str, other: str) -> bool:
    found = alone(one, other)
    return found is not None and found[0] >= CUT_POINTS


def says(one: str, other: str, what: str) -> int:
    return int(rows_of(one, other)[0][SPELLED.index(what)])


@settings(deadline=None, max_examples=60)
@given(NAMES, NAMES)
def test_the_order_of_two_names_says_nothing(one: str, other: str) -> None:
    assert alone(one, other) == alone(other, one)


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_a_name_beside_itself_is_the_same(name: str) -> None:
    found = alone(name, name)
    assert found is not None
    assert found[0] >= IDENTICAL_POINTS


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_compared_or_refused(one: str, other: str) -> None:
    found = alone(one, other)
    assert found is None or isinstance(found[0], int)


def test_what_cannot_be_compared_has_no_rows() -> None:
    assert alone("12 34", "Marta Olsunde") is None
    assert rows_of("12 34", "Marta Olsunde").shape == (0, len(BESIDE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MartaOlsunde", "Marta Olsunde"), ("Marta Olsu nde", "Marta Olsunde"), ("atraM ednuslO", "Marta Olsunde"),
        ("Dr. Marta Olsunde", "Marta Olsunde"), ("Theo Olsunde", "Theodore Olsunde"),
        ("Ted Olsunde", "Theodore Olsunde"),
        ("M. Olsunde", "Marta Olsunde"), ("Zhang Tse-hung", "Chang Zehong"), ("Radomir Tisharin", "Radomirs Tisharins"),
        ("Marta Olsunde", "Marta Olsumde"), ("Ραδομίρ Τισάριν", "Radomir Tisarin"),
        ("Muhammad Aly Husayn", "Mohammed Ali Hussein"), ("President Olsunde", "Marta Helga Olsunde"),
        ("Velko Husayn", "Velko Hussein"), ("Cemal Olsunde", "Jamal Olsunde"), ("Muaz Olsunde", "Muadh Olsunde"),
        ("Selahattin Olsunde", "Salah al-Din Olsunde"), ("Pavlo Olsunde", "Pavel Olsunde"),
        ("Mikalai Ivanavich Tishankou", "Nikolai Ivanovich Tishenkov"), ("Dorde Tisharic", "Djordje Tisharitch"),
        ("Ham Sok Hon", "Ham Seok-heon"), ("Pak Chong-hui", "Park Jeong-hui"), ("Jo Yon Jun", "Yon Chun Cho"),
    ],
)  # fmt: skip
def test_one_person_written_otherwise(one: str, other: str) -> None:
    assert called_one(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marta G. Olsunde", "Olsunde, Marta W."), ("G. Olsunde", "Marta Olsunde"), ("Marta", "Marta Helga Olsunde"),
        ("Radomir Tisharenko", "Radomir Tisharevich"), ("Радомир Тишаренко", "Радомир Тишаревич"),
        ("Kang Hyun-wook", "Kang Jae-sik"), ("Радомир Тишарин", "Stanislav Tisharin"),
        ("Daniel Olsunde", "Donald Olsunde"), ("Velko ben Mohamed al-Belusi", "Velko ben Ahmed al-Belusi"),
        ("Marta Radomirsdottir", "Marta Velkosdottir"), ("Oleksiy Tisharenko", "Oleksandr Tisharenko"),
        ("Pavlo Tisharenko", "Petro Tisharenko"), ("Kim Jong-il", "Kim Jong-un"), ("김종은", "김정은"),
        ("Lee Min-ho", "Lee Min-hee"),
    ],
)  # fmt: skip
def test_two_people_with_names_alike(one: str, other: str) -> None:
    assert not called_one(one, other)


def test_a_short_form_is_a_beginning_with_or_without_an_ending() -> None:
    assert is_short_form("theo", "theodore")
    assert is_short_form("danny", "daniel")
    assert is_short_form("theodore", "theo")
    assert not is_short_form("theo", "theo")
    assert not is_short_form("marta", "martina")
    assert not is_short_form("al", "alfred")


def test_two_ways_of_writing_chinese_are_one() -> None:
    assert chinese(("chang", "tsehung")) == chinese(("zhang", "zehong"))
    assert chinese(("hsu", "chingkuo")) == chinese(("xu", "jingguo"))
    assert chinese(("olsunde", "marta")) is None
    assert chinese(("zhang",)) is None


def test_words_apart_say_all_where_both_names_are_made_with_a_word_of_faith() -> None:
    assert len(rows_of("Nur al-Din Olsunde", "Nur al-Din Tisharin")) == 2
    assert len(rows_of("Nuruddin Olsunde", "Nur al-Din Tisharin")) == 4


def test_letters_are_counted_whatever_their_order() -> None:
    assert says("atraM ednuslO", "Marta Olsunde", "bag") == 0
    assert says("Marta Olsunde", "Marta Olsumde", "bag") == 2
    assert says("Marta Olsunde", "Marta Olsumde", "edits") == 1


def test_initials_fit_or_clash() -> None:
    assert says("Marta G. Olsunde", "Marta Gerda Olsunde", "initials_met") == 1
    assert says("Marta G. Olsunde", "Marta W. Olsunde", "initials_clash") == 2
    assert says("HG Olsunde", "Helga Gerda Olsunde", "merged_initials") == 1


def test_a_title_counts_where_both_names_have_it() -> None:
    assert says("Marta Hilde Agha", "Marta Agha", "words_few") == 2
    assert says("Marta Agha", "Marta Olsunde", "words_few") == 1


def test_a_word_known_in_two_spellings_is_no_strange_word() -> None:
    assert says("Marta Husayn", "Marta Hussein", "strange_edits") == 0
    assert says("Marta Husayn", "Marta Hussein", "worst_respelt") > 0
    assert says("Daniel Olsunde", "Donald Olsunde", "strange_known") == 1
    usual, rare = says("Daniel Olsunde", "Donald Olsunde", "worst_rarer"), says("Olsunde", "Olsumde", "worst_rarer")
    assert usual < rare
    assert says("Marta Olsunde", "Marta Olsumde", "strange_known") == 0
    assert says("Ted Olsunde", "Theodore Olsunde", "strange_edits") == 0


def test_what_a_father_is_called_has_a_place_of_its_own() -> None:
    assert says("Velko ben Mohamed al-Belusi", "Velko ben Ahmed al-Belusi", "worst_role") == OF_FATHER
    assert says("Velko ben Abd al-Karim", "Velko ben Abu Radomir", "worst_role") == OF_FATHER
    assert says("Marta Radomirsdottir", "Marta Velkosdottir", "worst_role") == OF_ENDING
    assert says("Marta Olsunde", "Marta Olsumde", "worst_role") == NO_ROLE


def test_a_title_beside_fewer_words_counts() -> None:
    assert says("President Olsunde", "Marta Olsunde", "titled") == 1
    assert says("Dr. Marta Olsunde", "Marta Olsunde", "titled") == 0
    assert says("Olsunde", "Marta Olsunde", "titled") == 0


def test_han_is_the_same_in_any_of_its_forms() -> None:
    assert says("習近平", "习近平", "edits") == 0
    assert says("习近朋", "习近平", "edits") == 1


def test_the_trees_for_pairs_ask_their_own_words() -> None:
    """A list's trees may be fitted again: no tree of a pair reads what those say."""
    node = trees_of("pairs").node.reshape(-1, 4)
    asked = node[node[:, 2] != np.arange(len(node)) * 4, 0]  # a leaf asks nothing: it goes on to itself
    assert np.all(asked < len(BESIDE))
    assert np.any(asked < len(SPELLED))


def test_whose_child_is_whose_tells_two_people_apart() -> None:
    turned = (("Salim bin Tarek", "Tarek bin Salim"), ("Salim ibn Tarek al-Belusi", "Tarek bin Salim al-Belusi"))
    for one, other in turned:
        assert score_names(one, other)[1] == score_names(other, one)[1] == "none"
    for name in ("Salim bin Tarek al-Belusi", "Ludwig van Tisharin", "Salim bin Salim"):
        family, given = name.split()[-1], " ".join(name.split()[:-1])
        assert score_names(name, f"{family}, {given}")[1] == "possible"
