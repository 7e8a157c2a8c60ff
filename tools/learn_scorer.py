"""Fit the forest of name scores from rows of features, and freeze it as integers.

Run: python tools/learn_scorer.py ROWS.npz OUT.npz  (a matrix of features and labels)
Needs scikit-learn at derivation only.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

POINTS_PER_UNIT = 4096
RISING = ("share_asked", "share_listed", "mass", "worst", "mean")
FALLING = (
    "missing_asked",
    "missing_listed",
    "initials_against",
    "rare_missing_asked",
    "rare_missing_listed",
    "near_conflict",
)


def main(rows_path: str, out_path: str) -> None:
    """Fit and write."""
    from evenhand.matching.comparing import FEATURES  # noqa: PLC0415

    rows = np.load(rows_path)
    features, labels, kinds = rows["X"].astype(float), rows["Y"], rows["T"]
    direction = [1 if name in RISING else -1 if name in FALLING else 0 for name in FEATURES]
    weights = np.where(labels, 1.0, np.where(kinds == "neg", 2.0, 0.35))
    model = HistGradientBoostingClassifier(
        max_iter=140, max_leaf_nodes=20, learning_rate=0.1, min_samples_leaf=40, l2_regularization=3.0,
        monotonic_cst=direction, random_state=7,
    )  # fmt: skip
    model.fit(features, labels, sample_weight=weights)
    columns: dict[str, list[int]] = {name: [] for name in ("feature", "threshold", "left", "right", "points", "root")}
    for stage in model._predictors:  # noqa: SLF001 - the fitted trees have no public form
        nodes = stage[0].nodes
        base = len(columns["feature"])
        columns["root"].append(base)
        for node in nodes:
            leaf = bool(node["is_leaf"])
            columns["feature"].append(-1 if leaf else int(node["feature_idx"]))
            columns["threshold"].append(0 if leaf else int(np.floor(node["num_threshold"])))
            columns["left"].append(0 if leaf else base + int(node["left"]))
            columns["right"].append(0 if leaf else base + int(node["right"]))
            columns["points"].append(round(float(node["value"]) * POINTS_PER_UNIT) if leaf else 0)
    start = round(float(np.ravel(model._baseline_prediction)[0]) * POINTS_PER_UNIT)  # noqa: SLF001
    kinds_of = {"feature": np.int16}
    arrays = {name: np.array(column, kinds_of.get(name, np.int32)) for name, column in columns.items()}
    np.savez_compressed(out_path, base=np.array([start], np.int32), **arrays)
    print(len(arrays["feature"]), "nodes;", features.shape, "rows")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
