# ruff: noqa: ANN401, PLR0917
"""One searchable block of listed names: arrays, postings, and room to work in.

Knows:    how to ask the kernels for candidates and their scores.
Told:     packed names and packed questions.
Answers:  (owner, reading, points) of every candidate at or above a cut-off.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.packing import Packed
from evenhand.matching.retrieval import TABLES, Index, build_index, candidates
from evenhand.matching.scorer import forest, score

_PAIRS_MAX = 32


@njit(cache=True, nogil=True)
def _score_all(q: Any, i: int, p: Any, found: Any, tables: Any, trees: Any, memo: Any, out: Any) -> None:
    row = np.zeros(len(FEATURES), np.int32)
    words = np.zeros((_PAIRS_MAX, len(WORD_FEATURES)), np.int32)
    pairs = np.zeros((_PAIRS_MAX, 4), np.int32)
    for k in range(found.size):
        count = compare(q, i, p, found[k], tables, memo, words, row, pairs)
        out[k] = score(trees, words, count, row)
    for k in range(found.size):
        for u in range(p.spelling_start[p.slot_start[found[k]]], p.spelling_start[p.slot_start[found[k] + 1]]):
            memo[p.form[u], :] = 0


class Segment:
    """A block of readings that no longer changes, but for owners that are forgotten."""

    def __init__(self, packed: Packed, owners: int) -> None:
        self.packed = packed
        self.index: Index = build_index(packed)
        self.alive = np.ones(max(1, owners), np.uint8)
        forms, readings = max(1, packed.letters.shape[0]), max(1, packed.owner.size)
        self._work = (
            np.zeros(forms, np.uint16),
            np.zeros(forms, np.int64),
            np.zeros(readings, np.int64),
            np.zeros(3, np.int64),
            np.zeros(forms * 4 + 64, np.int32),
        )
        self._out = np.zeros(readings, np.int32)
        self._memo = np.zeros((forms, SLOTS_MAX), np.int32)

    def retrieve(self, q: Packed, i: int) -> NDArray[np.int32]:
        """Return every candidate reading for reading i of the question."""
        if not self.packed.owner.size:
            return np.zeros(0, np.int32)
        count = candidates(q, i, self.index, self.alive, TABLES, self._work, self._out)
        return self._out[:count].copy()

    def search(self, q: Packed, i: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return every candidate reading for reading i of the question, with its points."""
        found = self.retrieve(q, i)
        points = np.zeros(found.size, np.int64)
        if found.size:
            _score_all(q, i, self.packed, found, TABLES, forest(), self._memo, points)
        return found, points


def score_pair(q: Packed, i: int, p: Packed, j: int) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return points, features and the aligned slots of one reading against another."""
    row = np.zeros(len(FEATURES), np.int32)
    words = np.zeros((_PAIRS_MAX, len(WORD_FEATURES)), np.int32)
    pairs = np.zeros((_PAIRS_MAX, 4), np.int32)
    memo = np.zeros((p.letters.shape[0], SLOTS_MAX), np.int32)
    count = compare(q, i, p, j, TABLES, memo, words, row, pairs)
    return int(score(forest(), words, count, row)), row, pairs[:count]
