"""An identical name is never lost, and the score keeps its order."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.matching.measuring import CHANGED, CHANGES, FEATURES
from evenhand.matching.naming import best_name, pack_names
from evenhand.matching.pair import score_pair
from evenhand.matching.scorer import (
    CUT_POINTS,
    IDENTICAL_POINTS,
    NAME_MIN,
    NO_CUT,
    POINTS_PER_UNIT,
    add_up,
    forest,
    name_score,
    trees_of,
)

_WORDS = (
    "David", "Smith", "Maria", "de", "al", "Kim", "van", "der", "Garcia", "O'Neil", "Müller", "Jean-Luc", "J.", "Dr",
    "Мария", "Иванов", "Петрович", "محمد", "عبد", "علي", "דוד", "כהן", "Γιώργος", "სანდრო", "सुनील", "สมชาย", "Þór",
)  # fmt: skip
_HAN = ("王伟", "李小龙", "김철수", "山田太郎", "陳大文", "金大中")
NAMES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map(" ".join) | st.sampled_from(_HAN)
_ASCII = [word for word in _WORDS if word.isascii()]
ASCII_NAMES = st.lists(st.sampled_from(_ASCII), min_size=1, max_size=5).map(" ".join)


def points(asked: str, listed: str) -> int:
    q, p = pack_names((asked,), nicknames=True), pack_names((listed,), nicknames=False)
    return max(score_pair(q, i, p, j)[0] for i in range(q.owner.size) for j in range(p.owner.size))


@settings(deadline=None, max_examples=150)
@given(NAMES)
def test_the_same_name_reaches_the_cut_off(name: str) -> None:
    assert points(name, name) >= IDENTICAL_POINTS > CUT_POINTS


@settings(deadline=None, max_examples=60)
@given(ASCII_NAMES)
def test_the_same_name_in_capitals_or_small_letters_reaches_the_cut_off(name: str) -> None:
    assert points(name.upper(), name.lower()) >= IDENTICAL_POINTS


@pytest.mark.parametrize("name", ["David Smith", "John Jones", "Maria Garcia", "Wei Wang", "王伟", "Ivan Petrov", "Li"])
def test_a_common_name_is_found_by_the_matcher(name: str) -> None:
    matcher = NameMatcher()
    matcher.put("k", Listed(person=Person(names=(Name(text=name),))))
    found = matcher.search(Query(names=(name,))).candidates
    assert [one.key for one in found] == ["k"]
    assert found[0].band == "possible"


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("David Smith", "David Smyth"),
        ("David Smith", "Daniel Smith"),
        ("王伟", "王维"),
        ("Мария Иванова", "Maria Ivanova"),
    ],
)
def test_another_name_is_not_lifted_to_the_same_name(asked: str, listed: str) -> None:
    found = best_name((asked,), (Name(text=listed),))
    same = best_name((asked,), (Name(text=asked),))
    assert found is not None
    assert same is not None
    assert found.points < same.points


def test_the_name_score_keeps_the_order_of_points() -> None:
    steps = [name_score(value) for value in range(-100_000, 100_000, 500)]
    assert steps == sorted(steps)
    assert name_score(CUT_POINTS) == NAME_MIN
    assert (steps[0], steps[-1]) == (0, 1000)


@settings(deadline=None, max_examples=60)
@given(NAMES, NAMES, st.integers(-40_000, 40_000))
def test_a_cut_changes_no_answer_that_reaches_it(asked: str, listed: str, above: int) -> None:
    q, p = pack_names((asked,), nicknames=True), pack_names((listed,), nicknames=False)
    row = score_pair(q, 0, p, 0)[1]
    whole = add_up(forest().names, row, NO_CUT)
    for cut in (whole, whole + 1, whole + above):
        found = add_up(forest().names, row, cut)
        assert found == whole if whole >= cut else found < cut


@pytest.mark.parametrize("part", ["words", "names", "pairs", "pairs_words"])
@settings(deadline=None, max_examples=20)
@given(dice=st.randoms(use_true_random=False))
def test_trees_walked_down_together_say_what_each_says_by_itself(part: str, dice: Random) -> None:
    with files("evenhand.matching").joinpath("tables/forest.npz").open("rb") as file:
        held = np.load(file, allow_pickle=False)
        feature, threshold, left, right, points, root = (
            held[f"{part}_{name}"].tolist() for name in ("feature", "threshold", "left", "right", "points", "root")
        )
        total = int(held[f"{part}_base"][0])
    at_threshold = [(one, value) for one, value in zip(feature, threshold, strict=True) if one >= 0]
    row = np.zeros(max(feature) + 1, np.int32)
    for column, value in dice.sample(at_threshold, min(len(at_threshold), 80)):
        row[column] = value + dice.choice((0, 1))
    for at in root:
        while feature[at] >= 0:
            at = right[at] if row[feature[at]] > threshold[at] else left[at]  # noqa: PLW2901 - a way down
        total += points[at]
    assert add_up(trees_of(part), row, NO_CUT) == total


@pytest.mark.parametrize(
    ("spelt", "other"),
    [("Thomas Mansour", "Thomas Mansur"), ("James Frawlry", "James Frawley")],
)
def test_a_name_spelt_otherwise_or_with_a_slip_is_above_one_with_another_word(spelt: str, other: str) -> None:
    assert points(spelt, other) > points("Thomas Helland", "Thomas Holland")


def test_half_of_what_changed_letters_say_is_scored() -> None:
    trees, row = trees_of("names"), np.zeros(len(FEATURES), np.int32)
    row[CHANGED] = 1
    said = []
    for hundredths in (-190, 10, 210):
        row[CHANGES] = hundredths
        said.append(int(add_up(trees, row, NO_CUT)))
    assert [after - before for before, after in pairwise(said)] == [POINTS_PER_UNIT, POINTS_PER_UNIT]
    row[CHANGED] = 0
    assert len({int(add_up(trees, row, NO_CUT)) for row[CHANGES] in (-190, 10, 210)}) == 1


def test_a_word_of_three_letters_of_which_two_are_misread_is_met() -> None:
    assert points("Jay Tcc", "Jay Tee") > points("Jay Dop", "Jay Tee") + POINTS_PER_UNIT
