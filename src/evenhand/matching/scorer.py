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
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import int64
from evenhand.matching.bands import NAME_SHARE
from evenhand.matching.kernels import jit, kernel
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
AT_ONCE: Final = 8
"""So many trees are walked down together."""
_NODE: Final = 4
_ONE, _TWO, _THREE, _FOUR = (np.uint64(step) for step in range(1, 5))
NO_CUT: Final = -(1 << 50)
"""Below everything that trees can say."""


class Trees(NamedTuple):
    """Trees as arrays, AT_ONCE in a group; the more a tree can change, the earlier it comes.

    `node`: four numbers a node: feature, threshold or points, the place in `node` where to go on if the value is at
    most that, and where if it is more; a leaf goes on to itself, so that every way down a tree has as many steps and no
    processor has to guess when it ends; `root`: the place where each tree begins, the last group filled up with an
    empty one; `steps`: how many steps each group takes; `most`: the most that a group and those after it can add;
    `base`: what is there before any tree.
    """

    node: NDArray[np.int32]
    root: NDArray[np.uint32]
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
    columns += [np.where(leaf, itself, left) * _NODE, np.where(leaf, itself, right) * _NODE]
    empty = [0, 0, len(feature) * _NODE, len(feature) * _NODE]
    node = np.stack(columns, axis=1).astype(np.int32)
    edges = list(pairwise([*root.tolist(), len(feature)]))
    steps = [_steps(node, first) for first in root.tolist()]
    leaves = [points[low:high][feature[low:high] < 0].astype(np.int64) for low, high in edges]
    order = sorted(range(len(root)), key=lambda tree: (-int(np.ptp(leaves[tree])), tree))
    groups = [order[at : at + AT_ONCE] for at in range(0, len(order), AT_ONCE)]
    highest = np.array([sum(int(leaves[tree].max()) for tree in group) for group in groups], np.int64)
    roots = np.full(len(groups) * AT_ONCE, len(feature), np.uint32)
    roots[: len(order)] = root[order]
    return Trees(
        np.append(node, np.array(empty, np.int32)), roots * np.uint32(_NODE),
        np.array([max(steps[tree] for tree in group) for group in groups], np.int32),
        np.cumsum(highest[::-1])[::-1].copy(), base.astype(np.int32),
    )  # fmt: skip


def _steps(node: NDArray[np.int32], at: int) -> int:
    """Return the most steps from a node down to a leaf."""
    left, right = (node[at, 2:] // _NODE).tolist()
    return 0 if left == right == at else 1 + max(_steps(node, left), _steps(node, right))


@cache
def forest() -> Forest:
    """Return the shipped trees."""
    return Forest(trees_of("words"), trees_of("names"))


@jit
def _down(node: Any, row: Any, at: Any) -> Any:
    """Return where a step down a tree leads from a place in `node`."""
    more = np.uint64(row[np.uint64(node[at])] > node[at + _ONE])
    return np.uint64(node[at + _TWO + more])


@kernel
def add_up(trees: Any, row: Any, cut: int) -> int:
    """Return what the trees say of a row; anything below `cut` if they cannot reach it.

    A group of trees is walked down together: a step waits for the last one of its own tree alone. Places are without
    sign, for every index that may be below zero costs two instructions more.
    """
    total, node, root, first = int64(trees.base[0]), trees.node, trees.root, np.uint64(0)
    for group in range(trees.steps.size):
        if total + trees.most[group] < cut:
            return int(total + trees.most[group])
        a, b, c, d = (np.uint64(root[first]), np.uint64(root[first + _ONE]),
                      np.uint64(root[first + _TWO]), np.uint64(root[first + _THREE]))  # fmt: skip
        first += _FOUR
        e, f, g, h = (np.uint64(root[first]), np.uint64(root[first + _ONE]),
                      np.uint64(root[first + _TWO]), np.uint64(root[first + _THREE]))  # fmt: skip
        first += _FOUR
        for _ in range(trees.steps[group]):
            a, b, c, d = _down(node, row, a), _down(node, row, b), _down(node, row, c), _down(node, row, d)
            e, f, g, h = _down(node, row, e), _down(node, row, f), _down(node, row, g), _down(node, row, h)
        total += int64(node[a + _ONE]) + int64(node[b + _ONE]) + int64(node[c + _ONE]) + int64(node[d + _ONE])
        total += int64(node[e + _ONE]) + int64(node[f + _ONE]) + int64(node[g + _ONE]) + int64(node[h + _ONE])
    return int(total)


@kernel
def score(trees: Any, words: Any, count: int, row: Any, cut: int) -> int:
    """Return the log odds of a comparison, in POINTS_PER_UNIT; fills in what the words say of it.

    Where they are below `cut`, any number below it.
    """
    none = int64(NO_CUT)
    total, least, second = 0, _NONE, _NONE
    for k in range(count):
        found = add_up(trees.words, words[k], none)
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
