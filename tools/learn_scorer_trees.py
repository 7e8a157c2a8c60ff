# ruff: noqa: ANN401, PLR0917
"""Small regression trees over binned integer features, to boost a sum over the words of a name.

A comparison's log odds are the sum of what each pair of words says and what the whole says; both kinds of trees are
fitted in turn to the same residuals, which no ready-made library does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

BINS = 48
Columns = dict[str, list[int]]


def edges(rows: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    """Return the thresholds of every feature: a value goes left of a threshold if it is at most that."""
    found = []
    for column in rows.T:
        values = np.unique(column)
        if values.size > BINS:
            values = np.unique(np.quantile(column, np.linspace(0, 1, BINS), method="lower"))
        found.append(values[:-1].astype(np.int64))
    return found


def binned(rows: NDArray[np.int32], cuts: list[NDArray[np.int64]]) -> NDArray[np.uint8]:
    """Return every value as the number of thresholds below it."""
    columns = [np.searchsorted(cut, column, side="left") for column, cut in zip(rows.T, cuts, strict=True)]
    return np.stack(columns, 1).astype(np.uint8)


@njit(cache=True)
def _sums(rows: Any, place: Any, slope: Any, curve: Any, nodes: int) -> Any:
    total = np.zeros((nodes, rows.shape[1], BINS, 2))
    for at in range(rows.shape[0]):
        node = place[at]
        if node < 0:
            continue
        for feature in range(rows.shape[1]):
            cell = rows[at, feature]
            total[node, feature, cell, 0] += slope[at]
            total[node, feature, cell, 1] += curve[at]
    return total


@njit(cache=True)
def _worth(slope: float, curve: float, calm: float) -> float:
    return slope * slope / (curve + calm)


@njit(cache=True)
def _best(total: Any, rising: Any, calm: float, least: float) -> tuple[float, int, int]:
    gain, chosen, cut = 0.0, -1, -1
    for feature in range(total.shape[0]):
        slope, curve = total[feature, :, 0].sum(), total[feature, :, 1].sum()
        left_slope, left_curve = 0.0, 0.0
        for cell in range(BINS - 1):
            left_slope += total[feature, cell, 0]
            left_curve += total[feature, cell, 1]
            right_slope, right_curve = slope - left_slope, curve - left_curve
            if left_curve < least or right_curve < least:
                continue
            if rising[feature] * (right_slope / (right_curve + calm) - left_slope / (left_curve + calm)) < 0:
                continue
            found = _worth(left_slope, left_curve, calm) + _worth(right_slope, right_curve, calm)
            found -= _worth(slope, curve, calm)
            if found > gain:
                gain, chosen, cut = found, feature, cell
    return gain, chosen, cut


@njit(cache=True)
def _send(rows: Any, place: Any, node: int, feature: int, cut: int, left: int, right: int) -> None:
    for at in range(rows.shape[0]):
        if place[at] == node:
            place[at] = left if rows[at, feature] <= cut else right


def grow(
    rows: NDArray[np.uint8], slope: Any, curve: Any, *, rising: NDArray[np.int64], depth: int, rate: float
) -> tuple[list[tuple[int, int, int, int, float]], NDArray[np.float64]]:
    """Return nodes (feature or -1, bin, left, right, value), and the value of every row."""
    calm, least = 8.0, 12.0
    nodes: list[list[float]] = [[-1, 0, 0, 0, 0.0]]
    place = np.zeros(rows.shape[0], np.int64)
    level = [0]
    for deep in range(depth + 1):
        number = {node: at for at, node in enumerate(level)}
        local = np.full(len(nodes), -1)
        local[level] = range(len(level))
        total = _sums(rows, local[place], slope, curve, len(level))
        new: list[int] = []
        for node in level:
            sums = total[number[node]]
            whole = sums[0].sum(0)
            nodes[node][4] = rate * whole[0] / (whole[1] + calm)
            if deep == depth:
                continue
            _, feature, cut = _best(sums, rising, calm, least)
            if feature < 0:
                continue
            left = len(nodes)
            nodes[node][:4] = [feature, cut, left, left + 1]
            nodes.extend([[-1, 0, 0, 0, 0.0], [-1, 0, 0, 0, 0.0]])
            _send(rows, place, node, feature, cut, left, left + 1)
            new += [left, left + 1]
        level = new
        if not level:
            break
    values = np.array([node[4] for node in nodes])
    return [(int(a), int(b), int(c), int(d), e) for a, b, c, d, e in nodes], values[place]


def freeze(trees: list[list[tuple[int, int, int, int, float]]], cuts: list[NDArray[np.int64]], unit: int) -> Columns:
    """Return trees as the columns of `evenhand.matching.scorer.Trees`, points in fixed point."""
    out: Columns = {name: [] for name in ("feature", "threshold", "left", "right", "points", "root")}
    for tree in trees:
        base = len(out["feature"])
        out["root"].append(base)
        for feature, cut, left, right, value in tree:
            leaf = feature < 0
            out["feature"].append(feature)
            out["threshold"].append(0 if leaf else int(cuts[feature][cut]))
            out["left"].append(0 if leaf else base + left)
            out["right"].append(0 if leaf else base + right)
            out["points"].append(round(value * unit) if leaf else 0)
    return out
