# ruff: noqa: ANN401
"""From features to a name score: a small forest of integer trees.

Knows:    trees fitted on invented and public training names (tools/learn_scorer.py), frozen as integers.
Told:     a row of features.
Answers:  log odds in fixed point, and thousandths; the same on every machine.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.bands import NAME_SHARE
from evenhand.matching.measuring import IDENTICAL, LEAST, ROLE_PARTICLE, SECOND_LEAST, SUM

POINTS_PER_UNIT: Final = 4096
"""Fixed point of log odds."""
NAME_MIN: Final = 720
"""The name score at which a name alone is worth an officer's look (a strength of 604)."""
CUT_POINTS: Final = 4 * POINTS_PER_UNIT
"""Log odds at which NAME_MIN is reached: one false alarm in a hundred on names that are not listed."""
FULL_POINTS: Final = 12 * POINTS_PER_UNIT
"""Log odds of a name score of 1000."""
LOOK_MIN: Final = 500
"""The lowest name score that other evidence, such as an equal birth date, can lift to the cut-off."""

LOOK_POINTS: Final = CUT_POINTS - (NAME_MIN - LOOK_MIN) * (FULL_POINTS - CUT_POINTS) // (1000 - NAME_MIN)
"""Log odds of LOOK_MIN."""


IDENTICAL_POINTS: Final = 6 * POINTS_PER_UNIT
"""The least log odds of a name that is the same, word for word: it is never lost, however common."""
_NONE: Final = 1 << 20


class Trees(NamedTuple):
    """Trees as arrays: node feature (-1: leaf), threshold (go left if value <= it), children, points; roots; base."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    points: NDArray[np.int32]
    root: NDArray[np.int32]
    base: NDArray[np.int32]


class Forest(NamedTuple):
    """Trees for a pair of words, summed over the pairs, and trees for the whole, found in a list."""

    words: Trees
    names: Trees


def _trees(part: str) -> Trees:
    with files("evenhand.matching").joinpath("tables/forest.npz").open("rb") as file:
        loaded: Any = np.load(file, allow_pickle=False)
        return Trees(**{name: loaded[f"{part}_{name}"] for name in Trees._fields})


@cache
def forest() -> Forest:
    """Return the shipped trees."""
    return Forest(_trees("words"), _trees("names"))


@cache
def pair_trees() -> Trees:
    """Return the trees for two names that nobody searched for in a list: CUT_POINTS at even odds that they are one."""
    return _trees("pairs")


@njit(cache=True, nogil=True)
def add_up(trees: Any, row: Any) -> int:
    """Return what the trees say of a row."""
    total = np.int64(trees.base[0])
    for tree in range(trees.root.size):
        node = trees.root[tree]
        while trees.feature[node] >= 0:
            node = trees.left[node] if row[trees.feature[node]] <= trees.threshold[node] else trees.right[node]
        total += trees.points[node]
    return int(total)


@njit(cache=True, nogil=True)
def score(trees: Any, words: Any, count: int, row: Any) -> int:
    """Return the log odds of a comparison, in POINTS_PER_UNIT; fills in what the words say of it."""
    total, least, second = 0, _NONE, _NONE
    for k in range(count):
        found = add_up(trees.words, words[k])
        total += found
        if words[k, 8] == ROLE_PARTICLE:
            continue
        if found < least:
            least, second = found, least
        elif found < second:
            second = found
    row[SUM], row[LEAST], row[SECOND_LEAST] = total, least, second
    points = add_up(trees.names, row)
    return max(points, IDENTICAL_POINTS) if row[IDENTICAL] else points


def name_score(points: int) -> int:
    """Return log odds as a name score from 0 to 1000: NAME_MIN at CUT_POINTS, order kept."""
    value = NAME_MIN + (points - CUT_POINTS) * (1000 - NAME_MIN) // (FULL_POINTS - CUT_POINTS)
    return max(0, min(1000, value))


def strength_points(weight: int) -> int:
    """Return a weight in thousandths of strength as points of the scorer."""
    return weight * (FULL_POINTS - CUT_POINTS) // ((1000 - NAME_MIN) * NAME_SHARE // 100)
