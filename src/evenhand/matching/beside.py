"""Whether two names side by side, which nobody searched for in a list, are one person's.

Knows:    the trees for two names by themselves, and what they ask.
Told:     two names as written.
Answers:  points, CUT_POINTS at even odds; the same whichever name comes first.
Trusted:  no: it decides nobody's alarm; a list is asked by `evenhand.matching.engine`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.measuring import FEATURES, IDENTICAL, LEAST, SECOND_LEAST
from evenhand.matching.naming import pack_names
from evenhand.matching.packing import Packed
from evenhand.matching.pair import score_pair
from evenhand.matching.remarks import father_and_son, is_kunya
from evenhand.matching.scorer import CUT_POINTS, IDENTICAL_POINTS, NO_CUT, Forest, Trees, add_up, trees_of
from evenhand.matching.spelled import SPELLED, spelled
from evenhand.names.besides import made_one
from evenhand.names.forms import forms
from evenhand.names.korean import may_be_one
from evenhand.names.word import WRITTEN

BESIDE: Final = (*SPELLED, *FEATURES)
"""What the trees ask: how the names are spelled, then what is measured for a list too."""

_ANOTHER: Final = CUT_POINTS // 2
"""The most that two names of different people are given: well below even odds."""
_ONE_IN_HANGUL: Final = CUT_POINTS * 5 // 4
"""The least that two names in Latin letters are given which may be one in Hangul: a little more than even odds."""
_NO_WORDS: Final = 1 << 20
"""What the scorer puts for a least pair of words where there is none: here it is the least, not the most."""


@cache
def pair_trees() -> Trees:
    """Return the trees for two names by themselves."""
    return trees_of("pairs")


@cache
def _words() -> Forest:
    """Return the trees of words that the pair trees were fitted with: a list's may be fitted again without these."""
    return Forest(trees_of("pairs_words"), trees_of("names"))


def rows_of(asked: str, listed: str) -> NDArray[np.int32]:
    """Return a row (see BESIDE) for every reading of one name against every reading of the other, both ways round.

    A short form is looked up for the name that is asked: so that the order of two names says nothing, both are asked.
    """
    found = [*_one_way(asked, listed), *_one_way(listed, asked)]
    return np.array(found, np.int32).reshape(-1, len(BESIDE))


def _one_way(asked: str, listed: str) -> list[NDArray[np.int32]]:
    q, p = pack_names((asked,), nicknames=True), pack_names((listed,), nicknames=False)
    mine, theirs = forms(asked), forms(listed)
    ones, others = made_one(mine), made_one(theirs)
    left_out = (*ones, *others) if ones and others else ()  # where both say al-Din, words apart say all there is
    return [
        np.concatenate([np.array(spelled((asked, listed), (one, other)), np.int32), _measured(q, i, p, j)])
        for i, one in enumerate(mine)
        for j, other in enumerate(theirs)
        if one not in left_out and other not in left_out
    ]


def _measured(q: Packed, i: int, p: Packed, j: int) -> NDArray[np.int32]:
    """Return what is measured for a list; a pair of words that is not there says as little as one that is apart."""
    row = score_pair(q, i, p, j, _words())[1]
    row[LEAST] = row[LEAST] if row[LEAST] < _NO_WORDS else -_NO_WORDS
    row[SECOND_LEAST] = row[SECOND_LEAST] if row[SECOND_LEAST] < _NO_WORDS else -_NO_WORDS
    return row


def _in_latin(name: str) -> tuple[str, ...]:
    """Return the words of a name that is written in Latin letters, by its first reading; none of another name."""
    words = [word.spellings[0] for word in next(iter(forms(name)), ())]
    return tuple(text for text, _, _ in words) if all(kind == WRITTEN for _, _, kind in words) else ()


def alone(asked: str, listed: str) -> tuple[int, bool] | None:
    """Compare two names by themselves: points (CUT_POINTS at even odds), and whether one of them is but a kunya.

    None if there is nothing in one of them that can be compared.
    """
    rows = rows_of(asked, listed)
    if not rows.size:
        return None
    points = max(int(add_up(pair_trees(), row, NO_CUT)) for row in rows)
    if father_and_son(asked, listed):
        points = min(points, _ANOTHER)
    elif rows[:, len(SPELLED) + IDENTICAL].any():
        points = max(points, IDENTICAL_POINTS)
    elif may_be_one(_in_latin(asked), _in_latin(listed)):
        points = max(points, _ONE_IN_HANGUL)
    return points, is_kunya(asked) or is_kunya(listed)
