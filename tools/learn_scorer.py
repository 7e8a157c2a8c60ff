# ruff: noqa: ANN401
"""Fit the trees of name scores on the training half of the judged names, and freeze them as integers.

Run: python -m tools.learn_scorer rows PERSONS.jsonl.gz TOKEN_PAIRS.jsonl.gz ROWS.npz [workers share]
then: python -m tools.learn_scorer fit ROWS.npz src/evenhand/matching/tables/forest.npz
or:   python -m tools.learn_scorer names ROWS.npz src/evenhand/matching/tables/forest.npz (found in a list alone)
then: python -m tools.learn_scorer level src/evenhand/matching/tables/forest.npz (as the development split asks)
and:  python -m tools.learn_scorer told src/evenhand/matching/tables/forest.npz (what changed letters say)
or:   python -m tools.learn_scorer check ROWS.npz (fit on four fifths of the questions, measure on the rest)
The trees for two names side by side have a file of their own (tools.learn_pairs); they stay as they are.
Needs scikit-learn at derivation only.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from evenhand.matching.measuring import FEATURES, IDENTICAL, LEAST, ROLE_PARTICLE, SECOND_LEAST, SUM, WORD_FEATURES
from evenhand.matching.scorer import CUT_POINTS, POINTS_PER_UNIT
from tools.learn_scorer_levels import MIXTURE, MOVED, SHARES, STRESSES, TOLD, Judged, class_of, levels, tree_of
from tools.learn_scorer_rows import WORDS, gather
from tools.learn_scorer_trees import Columns, binned, edges, freeze, grow

ROUNDS, DEPTH, RATE = 45, 4, 0.25
NAME_TREES, NAME_LEAVES = 110, 16
RISING = ("share_asked", "share_listed", "mass", "characters_same", "sum", "least", "second_least")
FALLING = (
    "replaced", "patronymics_apart",
    "missing_asked", "missing_listed", "initials_against", "rare_missing_asked", "rare_missing_listed", "near_conflict",
    "weight_missing_asked", "weight_missing_listed",
)  # fmt: skip
WORD_RISING = ("found",)
FALSE_ALARMS, HELD_OUT, FOLDS = 0.01, 0.2, 3
FALSE_WEIGHT, NEAR_WEIGHT, RIVAL_WEIGHT = 3.0, 0.3, 0.5
"""What all innocents weigh together beside all true pairs; all pairs made for two people; all rivals of true pairs."""
MEAN_TREES, MEAN_LEAVES, MEAN_LEAST, MEAN_MOST, MEAN_NEAR, MEAN_STRESS = 130, 18, -6.0, 12.0, 2.5, 5.0
"""The forest that learns the mean: log odds that are told apart, and how much more those near the cut-off weigh."""
LIST_SIZE = 100_000
"""The length of the list at which one innocent in a hundred reaches the cut-off."""
_NONE = 1 << 20


class Data:
    """Rows grouped by question: a true pair, or an innocent."""

    def __init__(self, held: Any, keep: Any = None) -> None:
        group = held["group"]
        rows = slice(None) if keep is None else keep[group]
        self.listed = int(held["listed"][0])
        self.names = held["names"][rows].astype(np.int32)
        self.group, self.kind, self.label = group[rows], held["kind"], held["label"]
        self.asked = np.unique(self.group)
        counts, words = held["counts"][rows].astype(int), held["words"][rows]
        self.line = np.repeat(np.arange(len(counts)), counts)
        self.words = words.reshape(-1, words.shape[2])[(np.arange(WORDS)[None, :] < counts[:, None]).ravel()].astype(
            np.int32
        )
        self.true = self.label[self.group].astype(bool)
        self.near = np.char.startswith(self.kind, "near_")
        self.rival = np.char.startswith(self.kind, "rival_")
        self.false = np.zeros(len(self.label))
        for kind, asked in zip(held["asked_kinds"], held["asked"], strict=True):
            self.false[self.kind == kind] = MIXTURE[kind] / asked

    def chosen(self, margin: Any, most: int) -> Any:
        """Return the rows of every question that score best, some of an innocent's; then the best alone."""
        order = np.lexsort((-margin, self.group))
        group = self.group[order]
        rank = np.arange(order.size) - np.searchsorted(group, group, side="left")
        wanted = np.where(self.false[group] > 0, most, np.where(self.rival[group], min(most, 2), 1))
        return np.sort(order[rank < wanted]), order[rank == 0]


def weights_of(data: Data, stress: dict[str, float] | None = None) -> Any:
    """Return a weight a row: what its question counts, by kind; `stress`: how much more or less in this fit."""
    each = np.where(data.near, NEAR_WEIGHT / max(1, data.near.sum()), 0.0)
    each[data.rival] = RIVAL_WEIGHT / max(1, data.rival.sum())
    for kind, share in SHARES.items():
        here = data.kind == kind
        each[here] = share * (stress or {}).get(kind, 1.0) / max(1, here.sum())
    each[data.label == 1] /= each[data.label == 1].sum()
    each += FALSE_WEIGHT * data.false
    return each[data.group] * data.label.sum()


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


def forest(data: Data, weight: Any, most: int, bases: Any, use: Any = None) -> Any:
    """Fit the trees of names on the `most` best rows of an innocent's question, one of any other; return the model.

    `use`: whether a question is fitted on; without it all are.
    """
    direction = [(name in RISING) - (name in FALLING) for name in FEATURES]
    margin = bases
    for _ in range(2):
        rows, _ = data.chosen(margin, most)
        rows = rows if use is None else rows[use[data.group[rows]]]
        model = HistGradientBoostingClassifier(
            max_iter=NAME_TREES, max_leaf_nodes=NAME_LEAVES, learning_rate=0.12, min_samples_leaf=60,
            l2_regularization=5.0, monotonic_cst=direction, early_stopping=False, random_state=7,
        )  # fmt: skip
        model.fit(data.names[rows].astype(float), data.true[rows], sample_weight=weight[rows] / weight[rows].mean())
        margin = points_of(model, data)
    return model


def points_of(model: Any, data: Data) -> Any:
    """Return every row's log odds by a fitted model."""
    return model.decision_function(data.names.astype(float))


def frozen(model: Any) -> tuple[Columns, int]:
    """Return a fitted model as columns (see evenhand.matching.scorer.Trees), and its base."""
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
    return columns, round(float(np.ravel(model._baseline_prediction)[0]) * POINTS_PER_UNIT)  # noqa: SLF001


def unseen(data: Data, stress: dict[str, float]) -> Any:
    """Return every row's log odds by trees of names that were not fitted on its question."""
    fold = np.random.default_rng(7).integers(0, FOLDS, data.label.size)
    margin = np.zeros(len(data.names))
    for one in range(FOLDS):
        model = forest(data, weights_of(data, stress), 5, start_of(data), fold != one)
        here = fold[data.group] == one
        margin[here] = points_of(model, data)[here]
    return margin


def judged(data: Data, margin: Any) -> Judged:
    """Return the questions as they stand by some log odds, to be levelled."""
    return Judged(data, margin, SHARES, data.false, FALSE_ALARMS)


def cut_off(data: Data, margin: Any) -> float:
    """Return the log odds that one innocent in a hundred reaches.

    The innocents asked a list of `data.listed` people; of a longer one they find more, in proportion.
    """
    _, best = data.chosen(margin, 1)
    top, weight = margin[best], data.false[data.group[best]]
    order = np.argsort(-top)
    cut = float(top[order][np.searchsorted(np.cumsum(weight[order]), FALSE_ALARMS)])
    return cut + float(np.log(LIST_SIZE / data.listed))


def levelled(data: Data, stress: dict[str, float]) -> Any:
    """Return every row's log odds by trees that were not fitted on its question, levelled, less the cut-off.

    Of its own questions a fit knows by heart who is innocent: a forest that learns that lets others through.
    """
    margin = unseen(data, stress)
    questions = judged(data, margin)
    level = levels(questions)
    print("levels", level.tolist(), "worth", round(questions.worth(level), 2))
    for kind, share in questions.recall(level).items():
        print(f"{kind:20s} {share:.3f}")
    moved = margin + level[class_of(data.names)]
    return moved - cut_off(data, moved)


def listed(data: Data, before: Any = None) -> tuple[Columns, int]:
    """Return the trees of names found in a list, and their base: one forest that says what several say in the mean.

    `before`: every row's log odds by the trees shipped until now, less the cut-off, if they have a say.
    """
    said = [levelled(data, stress) for stress in STRESSES] + ([] if before is None else [before])
    cut = CUT_POINTS / POINTS_PER_UNIT
    mean = np.clip(np.mean(said, axis=0) + cut, MEAN_LEAST, MEAN_MOST)
    model = HistGradientBoostingRegressor(
        max_iter=MEAN_TREES, max_leaf_nodes=MEAN_LEAVES, learning_rate=0.2, min_samples_leaf=40, l2_regularization=2.0,
        monotonic_cst=[(name in RISING) - (name in FALLING) for name in FEATURES], early_stopping=False, random_state=7,
    )  # fmt: skip
    rows = data.names[:, IDENTICAL] == 0  # a name that is the same has a floor of its own
    weight = 1 + MEAN_STRESS * np.exp(-(((mean - cut) / MEAN_NEAR) ** 2))
    model.fit(data.names[rows].astype(float), mean[rows], sample_weight=weight[rows])
    return frozen(model)


def put(arrays: dict[str, Any], part: str, columns: Columns, base: int) -> None:
    """Put the trees of a part among the arrays of the file."""
    for name, column in columns.items():
        arrays[f"{part}_{name}"] = np.array(column, np.int16 if name == "feature" else np.int32)
    arrays[f"{part}_base"] = np.array([base], np.int32)


def names_alone(rows: Path, out: Path) -> None:
    """Fit the trees of names found in a list anew, on what the shipped trees of words say; leave all others."""
    shipped = dict(np.load(out))
    words, names = (
        {name[6:]: column.tolist() for name, column in shipped.items() if name.startswith(f"{part}_")}
        for part in ("words", "names")
    )
    data = Data(np.load(rows))
    put_sums(data, heard(words, data.words))
    before = heard(names, data.names) + names["base"][0] - CUT_POINTS
    put(shipped, "names", *listed(data, before / POINTS_PER_UNIT))
    np.savez_compressed(out, **shipped)


def level(out: Path) -> None:
    """Move what the trees of names say, class by class (see learn_scorer_levels.MOVED); once, after a fit."""
    append(out, tree_of(MOVED, POINTS_PER_UNIT))


def told(out: Path) -> None:
    """Add what changed letters say (see learn_scorer_levels.TOLD); once, to trees that were not fitted on it."""
    moved, shares = ({one: pair[at] for one, pair in TOLD.items()} for at in (1, 0))
    append(out, tree_of(moved, POINTS_PER_UNIT, shares))


def append(out: Path, tree: Columns) -> None:
    """Put one more tree of names in its place."""
    arrays = dict(np.load(out))
    size = len(arrays["names_feature"])
    for name, column in tree.items():
        shift = size if name in ("left", "right", "root") else 0
        old = arrays[f"names_{name}"]
        arrays[f"names_{name}"] = np.append(old, np.array(column) + shift).astype(old.dtype)
    np.savez_compressed(out, **arrays)


def start_of(data: Data) -> Any:
    """Return log odds to begin with: the sum of the words, less what is left over."""
    return data.names[:, SUM] / POINTS_PER_UNIT - (data.names[:, 36] + data.names[:, 37]) / 40


def fit(rows: Path, out: Path) -> None:
    """Fit the trees of words and of names in a list; set the cut-off; put them in their place."""
    data = Data(np.load(rows))
    word_columns, said = boost(data)
    put_sums(data, said)
    arrays = {name: array for name, array in np.load(out).items() if name.startswith("pairs_")} if out.exists() else {}
    put(arrays, "words", word_columns, 0)
    put(arrays, "names", *listed(data))
    np.savez_compressed(out, **arrays)
    print({name: array.size for name, array in arrays.items() if name.endswith("feature")})


def heard(trees: Columns, words: Any) -> Any:
    """Return the points that frozen trees give every pair of words."""
    return sum((walk(trees, root, words) for root in trees["root"]), np.zeros(len(words)))


def check(rows: Path) -> None:
    """Fit on four fifths of the questions and print what holds on the rest."""
    held: Any = np.load(rows)
    data = Data(held)
    out = np.random.default_rng(5).random(data.label.size) < HELD_OUT
    trees, _ = boost(Data(held, ~out))
    put_sums(data, heard(trees, data.words))
    level = levels(judged(data, unseen(data, {})))
    model = forest(data, weights_of(data), 5, start_of(data), ~out)
    rest = Data(held, out)
    put_sums(rest, heard(trees, rest.words))
    rest.false /= HELD_OUT
    for kind, share in judged(rest, points_of(model, rest)).recall(level).items():
        print(f"{kind:20s} {share:.3f}")


def walk(trees: Columns, root: int, rows: Any) -> Any:
    """Return the points of one frozen tree for every row."""
    columns = {name: np.array(column) for name, column in trees.items()}
    node = np.full(len(rows), root)
    while (inner := columns["feature"][node] >= 0).any():
        at = node[inner]
        left = rows[inner, columns["feature"][at]] <= columns["threshold"][at]
        node[inner] = np.where(left, columns["left"][at], columns["right"][at])
    return columns["points"][node]


if __name__ == "__main__":
    paths = [Path(one) for one in sys.argv[2:5]]
    if sys.argv[1] == "rows":
        workers, share = (int(sys.argv[5]), float(sys.argv[6])) if len(sys.argv) > 6 else (1, 1.0)  # noqa: PLR2004
        gather(paths[0], paths[1], paths[2], workers=workers, share=share)
    elif sys.argv[1] == "names":
        names_alone(paths[0], paths[1])
    elif sys.argv[1] == "level":
        level(paths[0])
    elif sys.argv[1] == "told":
        told(paths[0])
    elif sys.argv[1] == "check":
        check(paths[0])
    else:
        fit(paths[0], paths[1])
