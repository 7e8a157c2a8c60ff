# ruff: noqa: ANN401, PLR0917
"""Rows of features for true pairs, for what they find beside, and for what innocents find, to learn the scores from."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numba import njit

from evenhand.identity.person import Name, Person
from evenhand.matching.asking import LOOSE_BARS, WIDE_BARS
from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.contract import Listed
from evenhand.matching.engine import NameMatcher
from evenhand.matching.finding import PAIRS_MAX, TABLES
from evenhand.matching.measuring import FEATURES, IDENTICAL, WORD_FEATURES
from evenhand.matching.naming import pack_names
from evenhand.matching.packing import Packed
from evenhand.matching.scorer import CUT_POINTS, NO_CUT
from tools.learn_scorer_near import near_misses
from tools.learn_scorer_pairs import Pair, composed, innocents, listed_names, natural, noisy, people, split, thinned

WORDS = 6
"""So many pairs of words of a comparison are kept: a name of more is rare."""
KEPT_NEGATIVE, KEPT_UNLIKELY, KEPT_POSITIVE, KEPT_RIVALS = 18, 12, 3, 3
LOOKED_AT = 150
"""Of what a name finds: so many that score highest today, of which the best and a few others are kept."""
Rows = tuple[Any, Any, Any]
SHARE_ASKED, SHARE_LISTED, MASS, WORST, MISSING_ASKED, MISSING_LISTED = 2, 3, 4, 5, 36, 37
SHARE_MIN = 400
"""Thousandths of either name's weight that a true pair has in common at least."""
RIVALS = 0.1
"""The share of true pairs of which is asked, too, who else is found."""


@njit(cache=True, nogil=True)
def measure_all(
    q: Any, i: int, p: Any, found: Any, tables: Any, memo: Any, names: Any, words: Any, counts: Any
) -> None:
    """Fill rows for every candidate reading."""
    row = np.zeros((PAIRS_MAX, words.shape[2]), np.int32)
    pairs = np.zeros((PAIRS_MAX, 4), np.int32)
    out = np.zeros(names.shape[1], np.int32)
    for k in range(found.size):
        count = compare(q, i, p, found[k], tables, memo, row, out, pairs)
        names[k] = out
        counts[k] = min(count, WORDS)
        for at in range(min(count, WORDS)):
            words[k, at] = row[at]
    for k in range(found.size):
        for u in range(p.spelling_start[p.slot_start[found[k]]], p.spelling_start[p.slot_start[found[k] + 1]]):
            memo[p.form[u], :] = 0


def rows_of(q: Packed, i: int, p: Packed, found: Any, memo: Any) -> Rows:
    """Return (names, words, counts) of reading i against some readings of a list."""
    names = np.zeros((found.size, len(FEATURES)), np.int16)
    words = np.zeros((found.size, WORDS, len(WORD_FEATURES)), np.int16)
    counts = np.zeros(found.size, np.int16)
    measure_all(q, i, p, found, TABLES, memo, names, words, counts)
    return names, words, counts


def best_of(rows: Sequence[Rows], most: int) -> Rows | None:
    """Return the rows that look most like a match, before anything is learned."""
    rows = [one for one in rows if one[0].shape[0]]
    if not rows:
        return None
    names, words, counts = (np.concatenate([one[part] for one in rows]) for part in range(3))
    wide = names.astype(np.int32)
    worth = wide[:, MASS] - (wide[:, MISSING_ASKED] + wide[:, MISSING_LISTED]) // 2 - (1000 - wide[:, WORST]) // 12
    order = np.argsort(-worth, kind="stable")
    order = order[:most]
    return names[order], words[order], counts[order]


def _alone(pair: Pair, most: int = KEPT_POSITIVE) -> Rows | None:
    """Return the rows of two names compared by themselves; None if nothing of them can be compared."""
    q, p = pack_names((pair.asked,), nicknames=True), pack_names((pair.listed,), nicknames=False)
    if not q.owner.size or not p.owner.size:
        return None
    memo = np.zeros((p.letters.shape[0], SLOTS_MAX), np.int32)
    found = np.arange(p.owner.size, dtype=np.int32)
    return best_of([rows_of(q, i, p, found, memo) for i in range(q.owner.size)], most)


def _true(pair: Pair) -> Rows | None:
    best = _alone(pair)
    # forms of one person that share nothing teach nothing: no name matcher can, or may, bring them together
    return best if best is not None and max(best[0][0, SHARE_ASKED], best[0][0, SHARE_LISTED]) >= SHARE_MIN else None


class Asked:
    """A list that is asked by the matcher itself: what it finds is measured once more, to learn from."""

    def __init__(self, listed: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._names = dict(listed)
        self._matcher = NameMatcher()
        people = ((key, Person(names=tuple(Name(text=name) for name in own))) for key, own in self._names.items())
        self._matcher.put_many((key, Listed(person=person)) for key, person in people)

    def rows(self, name: str, *, but: str | None = None) -> Rows | None:
        """Return a row of each name found, the highest first, then a few unlikely ones; none of the person `but`."""
        met: dict[tuple[str, int], int] = {}
        for bars in (LOOSE_BARS, WIDE_BARS):  # as the judged names are asked
            for one in self._matcher.find((name,), (*bars, NO_CUT, *bars, NO_CUT, 0)):
                place = one.block.key(one.owner), one.place
                met[place] = max(one.points, met.get(place, one.points))
            if max(met.values(), default=NO_CUT) >= CUT_POINTS:
                break
        order = sorted((place for place in met if place[0] != but), key=lambda place: (-met[place], place))[:LOOKED_AT]
        chosen = [order[at] for at in _spread(len(order))]
        found = [_alone(Pair("", name, self._names[key][at]), most=1) for key, at in chosen]
        kept = [rows for rows in found if rows is not None]
        return tuple(np.concatenate([rows[part] for rows in kept]) for part in range(3)) if kept else None


_held: list[Asked] = []


def _false(pair: Pair) -> Rows | None:
    """Return the rows of the hardest people that a name finds who is not listed."""
    return _held[0].rows(pair.asked)


def _spread(count: int) -> Any:
    """Return the places of the best of some rows, and of a few unlikely ones, that the trees learn them too."""
    rest = np.linspace(KEPT_NEGATIVE, count - 1, KEPT_UNLIKELY).astype(np.int64) if count > KEPT_NEGATIVE else []
    return np.unique(np.concatenate([np.arange(min(count, KEPT_NEGATIVE)), rest]).astype(np.int64))


def _rivals(pair: Pair) -> Rows | None:
    """Return the rows of the hardest other people that an asked name finds; namesakes are nobody's fault."""
    rows = _held[0].rows(pair.asked, but=pair.key)
    other = np.zeros(0, np.int64) if rows is None else np.flatnonzero(rows[0][:, IDENTICAL] == 0)
    other = other[:: max(1, min(3, other.size // KEPT_RIVALS))][:KEPT_RIVALS]
    return None if rows is None or not other.size else _of(rows, other)


def _of(rows: Rows, places: Any) -> Rows:
    names, words, counts = (part[places] for part in rows)
    return names, words, counts


def gather(persons: Path, token_pairs: Path, out: Path, *, workers: int, share: float) -> None:
    """Write names, words, counts, group (which question), label and kind of every row."""
    dice = Random(20)  # noqa: S311 - reproducible, not secret
    everyone = people(persons)
    listed, held = split(everyone)
    true = noisy(everyone, dice) + natural(everyone, dice) + composed(everyone, token_pairs, dice)
    true = thinned(true, share, dice)
    near = near_misses(everyone, dice, share)
    false = innocents(listed, held, token_pairs, dice)
    rivals = thinned(true, RIVALS, dice)
    print(len(listed), "listed,", len(true), "true pairs,", len(near), "near,", len(false), "innocents", flush=True)
    _held.append(Asked((one.key, listed_names(one)) for one in listed))
    print("list made", flush=True)
    kept: list[tuple[str, int, Rows]] = []
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for label, kind, pairs, measured in (
            (1, "", true, _true), (0, "", near, _alone), (0, "", false, _false), (0, "rival_", rivals, _rivals),
        ):  # fmt: skip
            found = pool.map(measured, pairs, chunksize=100)
            kept += [(kind + one.kind, label, rows) for one, rows in zip(pairs, found, strict=True) if rows is not None]
            print(len(kept), "measured", flush=True)
    # an innocent whose name finds nothing counts too: the cut-off is a share of all of them
    kinds, number = np.unique([pair.kind for pair in false], return_counts=True)
    np.savez(
        out,
        names=np.concatenate([rows[0] for _, _, rows in kept]),
        words=np.concatenate([rows[1] for _, _, rows in kept]),
        counts=np.concatenate([rows[2] for _, _, rows in kept]),
        group=np.repeat(np.arange(len(kept)), [len(rows[2]) for _, _, rows in kept]),
        label=np.array([label for _, label, _ in kept]),
        kind=np.array([kind for kind, _, _ in kept]),
        asked_kinds=kinds,
        asked=number,
        listed=np.array([len(listed)]),
    )
