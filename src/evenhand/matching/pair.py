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
from evenhand.matching.scorer import NO_CUT, add_up, forest, pair_trees, room_for_sums, score
from evenhand.matching.unfolding import FORMS_MAX, reading_of


def score_pair(q: Packed, i: int, p: Packed, j: int) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return points, features and the aligned slots of one reading against another."""
    row = np.zeros(len(FEATURES), np.int32)
    words = np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32)
    pairs = np.zeros((PAIRS_MAX, 4), np.int32)
    memo = np.zeros((FORMS_MAX, SLOTS_MAX), np.int32)
    count = compare(reading_of(q, i), 0, reading_of(p, j), 0, TABLES, memo, words, row, pairs)
    return int(score(forest(), words, count, row, NO_CUT, room_for_sums(1))), row, pairs[:count]


def score_alone(q: Packed, i: int, p: Packed, j: int) -> int:
    """Return the points of two readings as two names that were put side by side, not found in a list.

    In a list of a hundred thousand people a common name finds a namesake, so rarity weighs; of two names side by side
    the question is only whether they are one name.
    """
    _, row, _ = score_pair(q, i, p, j)
    return int(add_up(pair_trees(), row, NO_CUT))
