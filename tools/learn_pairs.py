# ruff: noqa: ANN401
"""Fit the trees for two names side by side on the training half of the judged names, and freeze them as integers.

Run: python -m tools.learn_pairs rows PERSONS.jsonl.gz TOKEN_PAIRS.jsonl.gz ROWS.npz [workers share]
then: python -m tools.learn_pairs fit ROWS.npz src/evenhand/matching/tables/forest.npz
Every other tree in that file stays as it is. Needs scikit-learn at derivation only.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA
from sklearn.ensemble import HistGradientBoostingClassifier

from evenhand.matching.beside import BESIDE, rows_of
from evenhand.matching.scorer import CUT_POINTS, POINTS_PER_UNIT
from evenhand.matching.spelled import LATIN, SPELLED
from tools.learn_pairs_made import true_pairs
from tools.learn_pairs_near import crossed, near_pairs
from tools.learn_pairs_words import more_of_one, more_of_two, of_one, of_two
from tools.learn_scorer import frozen
from tools.learn_scorer_near import near_misses
from tools.learn_scorer_pairs import Pair, Person, composed, natural, noisy, people, thinned, words_of

TREES, LEAVES, RATE, LEAF_ROWS, CALM = 150, 31, 0.1, 30, 5.0
BAGS, BAG_SHARE = 3, 0.8
"""The mean of so many forests is taken, each fitted on a share of the pairs: one alone moves by a point."""
FIRST_TREES, FIRST_RATE = 80, 0.15
"""Of the trees that only say which row is the best."""
COLUMNS_SHARE = 0.3
"""The share of the numbers that a branch may ask, drawn anew for each: no one number says all."""
SHARE = 0.2
"""The share of what can be made that is taken unless told otherwise: made in minutes; more was not tried."""
RISING = ("joined_alike", "worst_alike", "strange_alike", "initials_met", "share_asked", "share_listed", "mass", "sum",
          "least", "second_least")  # fmt: skip
FALLING = ("edits", "strange_edits", "initials_clash", "initials_against", "near_conflict", "patronymics_apart",
           "replaced")
SHARE_MIN, ALIKE_MIN, HELD_OUT = 400, 550, 0.2
FALSE_WEIGHT = 1.0
"""How much heavier the pairs of two people are, all together, than those of one."""
CROSSED_WEIGHT = 0.5
"""What is written in another script is often read as the word it was exchanged for: it teaches half."""
OLD_SHARE = 0.7
"""The share of the pairs of a list that is taken: rather less of them than of those made for this."""
_USUAL_SHARE = 0.6
"""The number of pairs of a kind that counts once, beside the largest kind's."""
_NATURAL = frozenset({"variant", "chadwick", "xs_nonlatin", "roman", "two_noises"})
_FEW_LETTERS, _TWO_WORDS, _MANY_WORDS = 3, 2, 5
_LIKE = frozenset({"near_like", "near_both", "near_like_other", "near_stem", "near_tail"})
_TO_CROSS = frozenset({"near_like", "near_stem", "near_replaced", "near_stem_less", "near_syllables", "near_half"})
_COLUMN = {name: at for at, name in reversed(list(enumerate(BESIDE)))}
_SHARES = _COLUMN["share_asked"], _COLUMN["share_listed"]


def _rows(pair: Pair) -> Any:
    return rows_of(pair.asked, pair.listed)


def _teaches(kind: str, rows: Any) -> bool:
    """Tell whether a true pair has something in common: what no matcher can bring together teaches nothing."""
    alike = (
        rows[:, _SHARES].max() >= SHARE_MIN
        or rows[:, SPELLED.index("joined_alike")].max() >= ALIKE_MIN
        or rows[:, SPELLED.index("bag")].min() == 0
    )
    natural = kind in _NATURAL and (_replaced(rows) or _one_of_many(rows))
    return bool(alike) and not natural and not _few_of_many(rows)


def _replaced(rows: Any) -> bool:
    """Tell whether either name has a word that the other has not: another name of one person, not the same name."""
    return bool((np.minimum(rows[:, _COLUMN["missing_asked"]], rows[:, _COLUMN["missing_listed"]]) > 0).all())


def _one_of_many(rows: Any) -> bool:
    """Tell whether one name is but a word of the other, in Latin letters: that says little of who is meant."""
    row = rows[0]
    return bool(
        row[_COLUMN["written"]] == LATIN
        and row[_COLUMN["words_few"]] == 1
        and row[_COLUMN["letters_over"]] > _FEW_LETTERS
        and not row[_COLUMN["initials_met"]]
        and row[_COLUMN["joined_alike"]] < ALIKE_MIN
    )


def _few_of_many(rows: Any) -> bool:
    """Tell whether a name is but two words of five or more: of many people of that family."""
    few, many = rows[:, _COLUMN["words_few"]], rows[:, _COLUMN["words_many"]]
    return bool(((few <= _TWO_WORDS) & (many >= _MANY_WORDS)).all())


def apart(near: list[Pair], everyone: list[Person]) -> list[Pair]:
    """Return the pairs that names can tell to be of two people.

    Nobody has both names, no initial begins the other's word, and more than one letter differs: one may be a slip.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for one in everyone:
        for text, _ in one.names:
            owners[text].add(one.key)
    return [
        pair
        for pair in near
        if not owners[pair.asked] & owners[pair.listed]
        and (pair.kind not in _LIKE or OSA.distance(pair.asked.casefold(), pair.listed.casefold()) > 1)
        and (
            pair.kind != "near_half" or all(len(word.strip(".")) > 1 for word in f"{pair.asked} {pair.listed}".split())
        )
    ]


def gather(persons: Path, token_pairs: Path, out: Path, *, workers: int, share: float) -> None:
    """Write the rows of all pairs, the pair each belongs to, and the label and kind of every pair."""
    dice = Random(31)  # noqa: S311 - reproducible, not secret
    everyone = people(persons)
    true = noisy(everyone, dice) + natural(everyone, dice) + composed(everyone, token_pairs, dice)
    true = thinned(true, share * OLD_SHARE, dice) + true_pairs(everyone, dice, share) + of_one(everyone, dice, share)
    near = near_misses(everyone, dice, share * OLD_SHARE) + near_pairs(everyone, dice, share)
    near += of_two(everyone, dice, share)
    alike = [pair for pair in near if pair.kind in _TO_CROSS and pair.listed.isascii()]
    near += crossed(everyone, alike, words_of(token_pairs), dice, share)
    true += more_of_one(everyone, Random(37), share)  # noqa: S311
    near = apart(near + more_of_two(everyone, Random(41), share), everyone)  # noqa: S311
    print(len(true), "of one person,", len(near), "of two", flush=True)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        found = pool.map(_rows, [*true, *near], chunksize=200)
    pairs = [(pair, label) for pairs, label in ((true, 1), (near, 0)) for pair in pairs]
    kept = [(pair, label, rows) for (pair, label), rows in zip(pairs, found, strict=True)
            if rows.size and (not label or _teaches(pair.kind, rows))]  # fmt: skip
    np.savez(
        out,
        rows=np.concatenate([rows for _, _, rows in kept]).astype(np.int32),
        group=np.repeat(np.arange(len(kept)), [len(rows) for _, _, rows in kept]),
        label=np.array([label for _, label, _ in kept]),
        kind=np.array([pair.kind for pair, _, _ in kept]),
        text=np.array([f"{pair.asked} | {pair.listed}" for pair, _, _ in kept]),
    )


def weights_of(kind: Any, label: Any) -> Any:
    """Return a weight a pair: kinds by the root of their number, both labels alike in all."""
    kinds, place, count = np.unique(kind, return_inverse=True, return_counts=True)
    del kinds
    each = np.clip(np.sqrt(_USUAL_SHARE * count.max() / count), 0.5, 1.5)[place]
    each[kind == "near_crossed"] *= CROSSED_WEIGHT
    each[label == 0] *= FALSE_WEIGHT * each[label == 1].sum() / each[label == 0].sum()
    return each


def best_rows(group: Any, margin: Any) -> Any:
    """Return the row of every pair that scores best."""
    order = np.lexsort((-margin, group))
    first = np.ones(order.size, bool)
    first[1:] = group[order][1:] != group[order][:-1]
    return order[first]


def fitted(rows: Any, group: Any, label: Any, kind: Any) -> list[Any]:
    """Fit forests, each on a share of the pairs: their mean is the answer."""
    dice = np.random.default_rng(11)
    found = []
    for seed in range(BAGS):
        kept = dice.random(label.size) < BAG_SHARE
        held = {"rows": rows, "group": group, "label": label, "kind": kind}
        found.append(_forest(*part(held, kept), seed))
    return found


def margin_of(forests: list[Any], rows: Any) -> Any:
    """Return what forests say of rows together."""
    return np.mean([one.decision_function(rows.astype(float)) for one in forests], axis=0)


def _forest(rows: Any, group: Any, label: Any, kind: Any, seed: int) -> Any:
    """Fit trees on the best row of every pair of one person, and on all rows of every other: each may be the best.

    Twice: the first trees say which row is the best.
    """
    weight = weights_of(kind, label)[group] * 2 / np.bincount(group)[group]
    weight[label[group] == 1] = weights_of(kind, label)[group][label[group] == 1]
    direction = [(name in RISING) - (name in FALLING) for name in BESIDE]
    margin = rows[:, _COLUMN["joined_alike"]] + rows[:, _SHARES[0]] + rows[:, _SHARES[1]]
    model: Any = None
    for trees, rate in ((FIRST_TREES, FIRST_RATE), (TREES, RATE)):
        use = label[group] == 0
        use[best_rows(group, margin)] = True
        model = HistGradientBoostingClassifier(
            max_iter=trees, max_leaf_nodes=LEAVES, learning_rate=rate, min_samples_leaf=LEAF_ROWS,
            max_features=COLUMNS_SHARE, l2_regularization=CALM, monotonic_cst=direction, random_state=seed,
            early_stopping=False,
        )  # fmt: skip
        model.fit(rows[use].astype(float), label[group[use]], sample_weight=weight[use])
        margin = model.decision_function(rows.astype(float))
    return model


def together(forests: list[Any]) -> tuple[dict[str, list[int]], int]:
    """Return the mean of forests as the columns of one (see evenhand.matching.scorer.Trees), and its base."""
    columns: dict[str, list[int]] = defaultdict(list)
    bases = []
    for one in forests:
        frozen_one, base = frozen(one)
        first = len(columns["feature"])
        leaves = [feature < 0 for feature in frozen_one["feature"]]
        for name, column in frozen_one.items():
            if name in ("left", "right"):
                column = [0 if leaf else at + first for at, leaf in zip(column, leaves, strict=True)]  # noqa: PLW2901
            elif name == "root":
                column = [at + first for at in column]  # noqa: PLW2901
            elif name == "points":
                column = [round(points / len(forests)) for points in column]  # noqa: PLW2901
            columns[name].extend(column)
        bases.append(base)
    return dict(columns), round(sum(bases) / len(bases))


def say(forests: list[Any], rows: Any, group: Any, label: Any, kind: Any) -> None:
    """Print the share called one person's of every kind, and precision and recall at even odds."""
    margin = margin_of(forests, rows)
    best = best_rows(group, margin)
    pair = group[best]
    said, true, kinds = margin[best] > 0, label[pair] == 1, kind[pair]
    for name in np.unique(kinds):
        print(f"{name:20s} {np.sum(kinds == name):6d} {np.mean(said[kinds == name]):.3f}")
    each = weights_of(kind, label)[pair]
    met = each[said & true].sum()
    print("precision", round(met / each[said].sum(), 4), "recall", round(met / each[true].sum(), 4))


def part(held: Any, keep: Any) -> tuple[Any, Any, Any, Any]:
    """Return rows, groups, labels and kinds of some pairs."""
    rows = keep[held["group"]]
    return held["rows"][rows], (np.cumsum(keep) - 1)[held["group"][rows]], held["label"][keep], held["kind"][keep]


def fit(path: Path, out: Path) -> None:
    """Fit on four fifths and print what holds on the rest; then fit on all and put the trees in their place."""
    held = dict(np.load(path))
    unseen = np.random.default_rng(5).random(len(held["label"])) < HELD_OUT
    say(fitted(*part(held, ~unseen)), *part(held, unseen))
    columns, base = together(fitted(*part(held, np.ones(len(unseen), bool))))
    shipped = dict(np.load(out))
    for name, column in columns.items():
        shipped[f"pairs_{name}"] = np.array(column, np.int16 if name == "feature" else np.int32)
    shipped["pairs_base"] = np.array([base + CUT_POINTS], np.int32)
    np.savez_compressed(out, **shipped)
    print(len(columns["feature"]), "nodes;", POINTS_PER_UNIT, "points a unit")


if __name__ == "__main__":
    paths = [Path(one) for one in sys.argv[2:5]]
    if sys.argv[1] == "rows":
        workers, share = (int(sys.argv[5]), float(sys.argv[6])) if len(sys.argv) > 6 else (1, SHARE)  # noqa: PLR2004
        gather(paths[0], paths[1], paths[2], workers=workers, share=share)
    else:
        fit(paths[0], paths[1])
