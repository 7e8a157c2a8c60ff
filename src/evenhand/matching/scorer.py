# ruff: noqa: ANN401, PLR0917
"""From features to a name score: a small forest of integer trees.

Knows:    trees fitted on invented and public training names (tools/learn_scorer.py), frozen as integers.
Told:     a row of features.
Answers:  log odds in fixed point, and thousandths; the same on every machine.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import int64
from evenhand.matching.bands import NAME_SHARE
from evenhand.matching.measuring import IDENTICAL, LEAST, ROLE_PARTICLE, SECOND_LEAST, SUM, WORD_FEATURES

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
NO_CUT: Final = -(1 << 50)
"""Below everything that trees can say."""


class Trees(NamedTuple):
    """Trees as arrays; the more a tree can change, the earlier it comes.

    `node`: feature, threshold or points, where to go on if the value is at most that, and where if it is more; a leaf
    goes on to itself, so that every way down a tree has as many steps and no processor has to guess when it ends;
    `root`: where each tree begins; `steps`: how many steps it takes; `most`: the most that this tree and those after it
    can add; `base`: what is there before any tree.
    """

    node: NDArray[np.int32]
    root: NDArray[np.int32]
    steps: NDArray[np.int32]
    most: NDArray[np.int64]
    base: NDArray[np.int32]


class Forest(NamedTuple):
    """Trees for a pair of words, summed over the pairs, and trees for the whole, found in a list."""

    words: Trees
    names: Trees


def trees_of(part: str) -> Trees:
    """Return the shipped trees of a part."""
    with files("evenhand.matching").joinpath("tables/forest.npz").open("rb") as file:
        loaded: Any = np.load(file, allow_pickle=False)
        feature, threshold, left, right, points, root, base = (
            loaded[f"{part}_{name}"] for name in ("feature", "threshold", "left", "right", "points", "root", "base")
        )
    leaf, itself = feature < 0, np.arange(len(feature))
    columns = [np.maximum(feature, 0), np.where(leaf, points, threshold)]
    columns += [np.where(leaf, itself, left), np.where(leaf, itself, right)]
    node = np.stack(columns, axis=1).astype(np.int32)
    edges = list(pairwise([*root.tolist(), len(feature)]))
    steps = np.array([_steps(node, first) for first in root.tolist()], np.int32)
    leaves = [points[low:high][feature[low:high] < 0].astype(np.int64) for low, high in edges]
    order = sorted(range(len(root)), key=lambda tree: (-int(np.ptp(leaves[tree])), tree))
    highest = np.array([*(leaves[tree].max() for tree in order), 0], np.int64)
    most = np.cumsum(highest[::-1])[::-1].copy()
    return Trees(node, root[order].astype(np.int32), steps[order], most, base.astype(np.int32))


def _steps(node: NDArray[np.int32], at: int) -> int:
    """Return the most steps from a node down to a leaf."""
    left, right = node[at, 2:].tolist()
    return 0 if left == right == at else 1 + max(_steps(node, left), _steps(node, right))


@cache
def forest() -> Forest:
    """Return the shipped trees."""
    return Forest(trees_of("words"), trees_of("names"))


@njit(cache=True, nogil=True)
def add_up(trees: Any, row: Any, cut: int) -> int:
    """Return what the trees say of a row; anything below `cut` if they cannot reach it."""
    total, node, root, steps, most = int64(trees.base[0]), trees.node, trees.root, trees.steps, trees.most
    for tree in range(root.size):
        if total + most[tree] < cut:
            return int(total + most[tree])
        at = int64(root[tree])
        for _ in range(steps[tree]):
            at = int64(node[at, 2 + int64(row[node[at, 0]] > node[at, 1])])
        total += node[at, 1]
    return int(total)


@njit(cache=True, nogil=True)
def _add_up_word(trees: Any, row: Any, kept: Any) -> int:
    """Return what the trees say of a pair of words; `kept` remembers it (see room_for_sums)."""
    code = np.uint64(0)
    for at in range(row.size):
        code = (code ^ np.uint64(row[at])) * np.uint64(0x9E3779B97F4A7C15)
    place = int64(code >> np.uint64(40)) % kept.shape[0]
    same = kept[place, row.size + 1] != 0
    for at in range(row.size):
        same = same and kept[place, at] == row[at]
    if not same:
        kept[place, row.size] = add_up(trees, row, int64(NO_CUT))
        kept[place, row.size + 1] = 1
        for at in range(row.size):
            kept[place, at] = row[at]
    return int(kept[place, row.size])


def room_for_sums(rows: int) -> NDArray[np.int32]:
    """Return room to remember what the trees said of so many pairs of words."""
    return np.zeros((rows, len(WORD_FEATURES) + 2), np.int32)


@njit(cache=True, nogil=True)
def score(trees: Any, words: Any, count: int, row: Any, cut: int, kept: Any) -> int:
    """Return the log odds of a comparison, in POINTS_PER_UNIT; fills in what the words say of it.

    Where they are below `cut`, any number below it. `kept`: see room_for_sums.
    """
    none = int64(NO_CUT)
    total, least, second = 0, _NONE, _NONE
    for k in range(count):
        found = _add_up_word(trees.words, words[k], kept)
        total += found
        if words[k, 8] == ROLE_PARTICLE:
            continue
        if found < least:
            least, second = found, least
        elif found < second:
            second = found
    row[SUM], row[LEAST], row[SECOND_LEAST] = total, least, second
    points = add_up(trees.names, row, none if row[IDENTICAL] else int64(cut))
    return max(points, IDENTICAL_POINTS) if row[IDENTICAL] else points


def name_score(points: int) -> int:
    """Return log odds as a name score from 0 to 1000: NAME_MIN at CUT_POINTS, order kept."""
    value = NAME_MIN + (points - CUT_POINTS) * (1000 - NAME_MIN) // (FULL_POINTS - CUT_POINTS)
    return max(0, min(1000, value))


def strength_points(weight: int) -> int:
    """Return a weight in thousandths of strength as points of the scorer."""
    return weight * (FULL_POINTS - CUT_POINTS) // ((1000 - NAME_MIN) * NAME_SHARE // 100)
