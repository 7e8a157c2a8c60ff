# ruff: noqa: ANN401
"""Fit the trees of name scores on the training half of the judged names, and freeze them as integers.

Run: python -m tools.learn_scorer rows PERSONS.jsonl.gz TOKEN_PAIRS.jsonl.gz ROWS.npz [workers share]
then: python -m tools.learn_scorer fit ROWS.npz src/evenhand/matching/tables/forest.npz
Needs scikit-learn at derivation only.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from evenhand.matching.measuring import FEATURES, LEAST, ROLE_PARTICLE, SECOND_LEAST, SUM, WORD_FEATURES
from evenhand.matching.scorer import CUT_POINTS, POINTS_PER_UNIT
from tools.learn_scorer_rows import WORDS, gather
from tools.learn_scorer_trees import Columns, binned, edges, freeze, grow

ROUNDS, DEPTH, RATE = 45, 4, 0.25
NAME_TREES, NAME_LEAVES = 110, 16
RISING = ("share_asked", "share_listed", "mass", "characters_same", "sum", "least", "second_least")
FALLING = (
    "missing_asked", "missing_listed", "initials_against", "rare_missing_asked", "rare_missing_listed", "near_conflict",
    "weight_missing_asked", "weight_missing_listed",
)  # fmt: skip
WORD_RISING = ("found",)
FALSE_ALARMS = 0.01
FALSE_WEIGHT = 3.0
MIXTURE = {"real": 0.61, "native": 0.14, "mixed": 0.25}
_NONE = 1 << 20


class Data:
    """Rows grouped by question: a true pair, or an innocent."""

    def __init__(self, path: Path) -> None:
        held: Any = np.load(path)
        self.names = held["names"].astype(np.int32)
        self.group, self.kind, self.label = held["group"], held["kind"], held["label"]
        counts, words = held["counts"].astype(int), held["words"]
        self.line = np.repeat(np.arange(len(counts)), counts)
        self.words = words.reshape(-1, words.shape[2])[(np.arange(WORDS)[None, :] < counts[:, None]).ravel()].astype(
            np.int32
        )
        self.true = self.label[self.group].astype(bool)

    def chosen(self, margin: Any, most: int) -> Any:
        """Return the rows of every question that score best: one of a true pair, some of an innocent's."""
        order = np.lexsort((-margin, self.group))
        first = np.searchsorted(self.group[order], self.group[order], side="left")
        rank = np.arange(order.size) - first
        return np.sort(order[(rank == 0) | (~self.true[order] & (rank < most))]), order[rank == 0]


def weights_of(data: Data) -> Any:
    """Return a weight a row: every kind of true pair by the root of its number, innocents heavier."""
    kinds, count = np.unique(data.kind, return_counts=True)
    share = dict(zip(kinds, np.sqrt(3000 / count), strict=True))
    each = np.array([np.clip(share[kind], 0.5, 1.5) for kind in data.kind])
    each[data.label == 0] = FALSE_WEIGHT
    return each[data.group]


def residuals(data: Data, margin: Any, weight: Any) -> tuple[Any, Any]:
    """Return slope and curve of the logistic loss at every row."""
    chance = 1 / (1 + np.exp(-margin))
    return weight * (data.true - chance), weight * chance * (1 - chance)


def boost(data: Data) -> tuple[Columns, Any]:
    """Fit trees of words and of names in turn; return the trees of words, and their points a word."""
    word_cuts, name_cuts = edges(data.words), edges(data.names)
    words, names = binned(data.words, word_cuts), binned(data.names, name_cuts)
    weight = weights_of(data)
    margin = np.full(len(names), -2.0) + (data.names[:, 4] - data.names[:, 36] // 2 - data.names[:, 37] // 2) / 60.0
    rows, _ = data.chosen(margin, 4)
    margin = np.full(len(names), -2.0)
    rising = np.array([name in WORD_RISING for name in WORD_FEATURES], np.int64)
    direction = np.array([(name in RISING) - (name in FALLING) for name in FEATURES], np.int64)
    trees, said = [], np.zeros(len(words))
    for turn in range(ROUNDS):
        if turn and turn % 15 == 0:
            rows, _ = data.chosen(margin, 4)
        use = np.zeros(len(names), bool)
        use[rows] = True
        slope, curve = residuals(data, margin, weight * use)
        keep = use[data.line]
        lines = data.line[keep]
        tree, _ = grow(words[keep], slope[lines], curve[lines], rising=rising, depth=DEPTH, rate=RATE)
        value = follow(tree, words)
        trees.append(tree)
        said += value
        margin += np.bincount(data.line, value, len(names))
        slope, curve = residuals(data, margin, weight * use)
        tree, _ = grow(names[use], slope[use], curve[use], rising=direction, depth=3, rate=RATE)
        margin += follow(tree, names)
        if turn % 15 == 14:  # noqa: PLR2004
            loss = np.log1p(np.exp(np.where(data.true, -margin, margin)))
            print("round", turn + 1, "loss", float(np.mean(loss[rows])))
    return freeze(trees, word_cuts, POINTS_PER_UNIT), np.round(said * POINTS_PER_UNIT)


def follow(tree: list[tuple[int, int, int, int, float]], rows: Any) -> Any:
    """Return the value of a tree for every row."""
    place = np.zeros(len(rows), np.int64)
    for node, (feature, cut, left, right, _) in enumerate(tree):
        if feature >= 0:
            here = place == node
            place[here] = np.where(rows[here, feature] <= cut, left, right)
    return np.array([node[4] for node in tree])[place]


def put_sums(data: Data, said: Any) -> None:
    """Fill in what the words say: their sum, and the two least."""
    data.names[:, SUM] = np.bincount(data.line, said, len(data.names))
    plain = data.words[:, WORD_FEATURES.index("role")] != ROLE_PARTICLE
    order = np.lexsort((said, data.line))
    order = order[plain[order]]
    lines = data.line[order]
    first = np.searchsorted(lines, lines, side="left")
    rank = np.arange(order.size) - first
    for column, place in ((LEAST, 0), (SECOND_LEAST, 1)):
        data.names[:, column] = _NONE
        data.names[lines[rank == place], column] = said[order[rank == place]]


def forest(data: Data) -> tuple[Columns, int, Any]:
    """Fit the trees of names; return them, their base, and every row's points."""
    direction = [(name in RISING) - (name in FALLING) for name in FEATURES]
    weight = weights_of(data)
    margin = data.names[:, SUM] / POINTS_PER_UNIT - (data.names[:, 36] + data.names[:, 37]) / 40
    for _ in range(2):
        rows, _ = data.chosen(margin, 5)
        model = HistGradientBoostingClassifier(
            max_iter=NAME_TREES, max_leaf_nodes=NAME_LEAVES, learning_rate=0.12, min_samples_leaf=60,
            l2_regularization=5.0, monotonic_cst=direction, random_state=7,
        )  # fmt: skip
        model.fit(data.names[rows].astype(float), data.true[rows], sample_weight=weight[rows])
        margin = model.decision_function(data.names.astype(float))
    columns: Columns = {name: [] for name in ("feature", "threshold", "left", "right", "points", "root")}
    for stage in model._predictors:  # noqa: SLF001 - the fitted trees have no public form
        base = len(columns["feature"])
        columns["root"].append(base)
        for node in stage[0].nodes:
            leaf = bool(node["is_leaf"])
            columns["feature"].append(-1 if leaf else int(node["feature_idx"]))
            columns["threshold"].append(0 if leaf else int(np.floor(node["num_threshold"])))
            columns["left"].append(0 if leaf else base + int(node["left"]))
            columns["right"].append(0 if leaf else base + int(node["right"]))
            columns["points"].append(round(float(node["value"]) * POINTS_PER_UNIT) if leaf else 0)
    start = round(float(np.ravel(model._baseline_prediction)[0]) * POINTS_PER_UNIT)  # noqa: SLF001
    return columns, start, margin * POINTS_PER_UNIT


def cut_off(data: Data, points: Any) -> float:
    """Return the points that one innocent in a hundred reaches, and print the recall there of every kind."""
    _, best = data.chosen(points, 1)
    kind, top = data.kind[data.group[best]], points[best]
    false = data.label[data.group[best]] == 0
    weight = np.zeros(len(top))
    for name, share in MIXTURE.items():
        here = false & (kind == name)
        weight[here] = share / max(1, here.sum())
    order = np.argsort(-top)
    cut = float(top[order][np.searchsorted(np.cumsum(weight[order]), FALSE_ALARMS)])
    for name in np.unique(kind):
        here = kind == name
        print(f"{name:20s} {here.sum():6d} {np.mean(top[here] > cut):.3f}")
    return cut


def fit(rows: Path, out: Path) -> None:
    """Fit both kinds of trees, set the cut-off by the innocents, and write them."""
    data = Data(rows)
    word_columns, said = boost(data)
    put_sums(data, said)
    name_columns, start, points = forest(data)
    cut = cut_off(data, points)
    arrays = {}
    for part, columns, base in (("words", word_columns, 0), ("names", name_columns, start + round(CUT_POINTS - cut))):
        for name, column in columns.items():
            arrays[f"{part}_{name}"] = np.array(column, np.int16 if name == "feature" else np.int32)
        arrays[f"{part}_base"] = np.array([base], np.int32)
    np.savez_compressed(out, **arrays)
    print("cut", cut, {name: array.size for name, array in arrays.items() if name.endswith("feature")})


if __name__ == "__main__":
    paths = [Path(one) for one in sys.argv[2:5]]
    if sys.argv[1] == "rows":
        workers, share = (int(sys.argv[5]), float(sys.argv[6])) if len(sys.argv) > 6 else (1, 1.0)  # noqa: PLR2004
        gather(paths[0], paths[1], paths[2], workers=workers, share=share)
    else:
        fit(paths[0], paths[1])
