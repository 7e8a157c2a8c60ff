"""One asked reading against one listed reading, outside any list: what a candidate's reasons are made of.

Knows:    how to ask the kernels for a comparison and its score.
Told:     two packed readings.
Answers:  points, features and the aligned words.
Trusted:  yes: reasons must come from the comparison that decided.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.finding import PAIRS_MAX, TABLES
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.packing import Packed
from evenhand.matching.scorer import forest, score


def score_pair(q: Packed, i: int, p: Packed, j: int) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return points, features and the aligned slots of one reading against another."""
    row = np.zeros(len(FEATURES), np.int32)
    words = np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32)
    pairs = np.zeros((PAIRS_MAX, 4), np.int32)
    memo = np.zeros((p.letters.shape[0], SLOTS_MAX), np.int32)
    count = compare(q, i, p, j, TABLES, memo, words, row, pairs)
    return int(score(forest(), words, count, row)), row, pairs[:count]
