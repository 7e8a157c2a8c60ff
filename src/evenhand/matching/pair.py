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
from evenhand.matching.scorer import NO_CUT, Forest, forest, score
from evenhand.matching.unfolding import FORMS_MAX, reading_of


def score_pair(
    q: Packed, i: int, p: Packed, j: int, trees: Forest | None = None
) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return points, features and the aligned slots of one reading against another, by a list's trees or others."""
    row = np.zeros(len(FEATURES), np.int32)
    words = np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32)
    pairs = np.zeros((PAIRS_MAX, 4), np.int32)
    memo = np.zeros((FORMS_MAX, SLOTS_MAX), np.int32)
    count = compare(reading_of(q, i), 0, reading_of(p, j), 0, TABLES, memo, words, row, pairs)
    return int(score(trees or forest(), words, count, row, NO_CUT)), row, pairs[:count]
