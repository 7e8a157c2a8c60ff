"""Which of a person's names meets which asked name, how, and what to tell the officer.

Knows:    packed readings, the scorer, and words for reasons.
Told:     asked names and a person's names.
Answers:  the best pair of names with its score and its reason.
Trusted:  yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.identity.person import Name
from evenhand.matching.contract import Reason
from evenhand.matching.measuring import BEGINS
from evenhand.matching.packing import Packed, Packer
from evenhand.matching.pair import score_pair
from evenhand.matching.remarks import remarks, weakness
from evenhand.matching.scorer import name_score
from evenhand.names.forms import forms
from evenhand.names.word import ABJAD, ASIAN, LEARNED, NICKNAME, USAGE

_SAME = 1000
_STANDS_FOR: Final = ((NICKNAME | BEGINS, "by a usual short form"), (USAGE, "by another usual spelling"))


class Named(NamedTuple):
    """The best pair of names: score 0 … 1000, whether the listed or asked name is weak, and the reason."""

    score: int
    weak: bool
    points: int
    reason: Reason


@lru_cache(maxsize=50_000)
def pack_names(names: tuple[str, ...], *, nicknames: bool) -> Packed:
    """Return the packed readings of some names; a reading's owner is the place of its name."""
    packer = Packer(nicknames=nicknames)
    for owner, name in enumerate(names):
        for reading in forms(name):
            packer.add(reading, owner)
    return packer.packed()


def named_by(
    names: tuple[str, Name], points: int, compared: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> Named:
    """Return an asked and a listed name as a pair with its reason: features and aligned words of their comparison."""
    (mine, theirs), score, weak = names, name_score(points), weakness(*names)
    parts = [*_words(*compared), *remarks(mine, theirs.text)]
    if weak:
        parts.append(f"but {weak} alone proves nothing")
    reason = Reason(field="name", weight=score, text=", ".join(parts), asked=mine, listed=theirs.text)
    return Named(score, bool(weak), points, reason)


def best_name(asked: tuple[str, ...], listed: Sequence[Name]) -> Named | None:
    """Return the best pair of names, a full name before a weak one; None if none can be compared."""
    q = pack_names(asked, nicknames=True)
    p = pack_names(tuple(name.text for name in listed), nicknames=False)
    best: tuple[tuple[int, bool, int, int], Named] | None = None
    for i in range(q.owner.size):
        for j in range(p.owner.size):
            points, row, pairs = score_pair(q, i, p, j)
            mine, theirs = asked[q.owner[i]], listed[p.owner[j]]
            rank = (points, not weakness(mine, theirs), -int(p.owner[j]), -int(q.owner[i]))
            if best is None or rank > best[0]:
                best = (rank, named_by((mine, theirs), points, (row, pairs)))
    return None if best is None else best[1]


def _words(row: NDArray[np.int32], pairs: NDArray[np.int32]) -> list[str]:
    kinds = 0
    for pair in pairs:
        kinds |= int(pair[3])
    worst, missing_asked, missing_listed = int(row[5]), int(row[8]), int(row[9])
    parts = ["the names are the same" if worst == _SAME else "the names are alike"]
    if kinds & ASIAN:
        parts.append("read from Chinese, Japanese or Korean characters")
    elif kinds & ABJAD:
        parts.append("read from a script without short vowels")
    elif kinds & LEARNED:
        parts.append("read from another script")
    parts += [text for mask, text in _STANDS_FOR if kinds & mask]
    if row[12]:
        parts.append("by an initial")
    if row[15]:
        parts.append("two words written as one")
    if row[16]:
        parts.append("in another order")
    if missing_listed:
        parts.append(f"{missing_listed} listed {'word was' if missing_listed == 1 else 'words were'} not given")
    if missing_asked:
        parts.append(f"{missing_asked} given {'word is' if missing_asked == 1 else 'words are'} not listed")
    return parts
