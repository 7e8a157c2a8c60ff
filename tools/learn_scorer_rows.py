# ruff: noqa: ANN401, PLR0917
"""Rows of features for true pairs and for what innocents' names find, to learn the scores from."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numba import njit

from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.finding import TABLES
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.naming import pack_names
from evenhand.matching.packing import Packed, Packer
from evenhand.names.forms import NICKNAME, forms
from tools.learn_scorer_near import near_misses
from tools.learn_scorer_pairs import Pair, composed, innocents, listed_names, natural, noisy, people, split, thinned

WORDS, PAIRS, KEPT_NEGATIVE, KEPT_POSITIVE = 6, 32, 30, 3
SHARE_ASKED, SHARE_LISTED, MASS, WORST, MISSING_ASKED, MISSING_LISTED = 2, 3, 4, 5, 36, 37
SHARE_MIN = 400
"""Thousandths of either name's weight that a true pair has in common at least."""
Rows = tuple[Any, Any, Any]
NEAREST, POSTINGS_MAX = 250, 6000


@njit(cache=True, nogil=True)
def measure_all(
    q: Any, i: int, p: Any, found: Any, tables: Any, memo: Any, names: Any, words: Any, counts: Any
) -> None:
    """Fill rows for every candidate reading."""
    row = np.zeros((PAIRS, words.shape[2]), np.int32)
    pairs = np.zeros((PAIRS, 4), np.int32)
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
    if most > KEPT_POSITIVE:  # some unlikely ones too, that the trees learn them
        order = np.concatenate([order[: most * 2 // 3], order[most * 2 // 3 :: max(1, order.size * 3 // most)]])
    order = order[:most]
    return names[order], words[order], counts[order]


def _alone(pair: Pair) -> Rows | None:
    """Return the rows of two names compared by themselves; None if nothing of them can be compared."""
    q, p = pack_names((pair.asked,), nicknames=True), pack_names((pair.listed,), nicknames=False)
    if not q.owner.size or not p.owner.size:
        return None
    memo = np.zeros((p.letters.shape[0], SLOTS_MAX), np.int32)
    found = np.arange(p.owner.size, dtype=np.int32)
    return best_of([rows_of(q, i, p, found, memo) for i in range(q.owner.size)], KEPT_POSITIVE)


def _true(pair: Pair) -> Rows | None:
    best = _alone(pair)
    # forms of one person that share nothing teach nothing: no name matcher can, or may, bring them together
    return best if best is not None and max(best[0][0, SHARE_ASKED], best[0][0, SHARE_LISTED]) >= SHARE_MIN else None


class Listed:
    """An invented list, found by the vowel-blind sounds and the consonants of its words.

    The matcher's own retrieval finds a little more, at many times the price; what looks most alike is found here too.
    """

    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self.memo = np.zeros((packed.letters.shape[0], SLOTS_MAX), np.int32)
        slots = np.repeat(np.arange(packed.span.size), np.diff(packed.spelling_start))
        reading = np.repeat(np.arange(packed.owner.size), np.diff(packed.slot_start))[slots]
        found: dict[bytes, list[int]] = defaultdict(list)
        for form, place in zip(packed.form, reading, strict=True):
            for key in self.keys(packed, int(form)):
                found[key].append(int(place))
        self.post = {key: np.unique(places) for key, places in found.items()}

    @staticmethod
    def keys(p: Packed, form: int) -> tuple[bytes, ...]:
        """Return the keys of a form: its sounds with vowels alike, and its consonants if they are three or more."""
        whole = p.keys[form].tobytes()
        return (whole, b"+" + p.bones[form].tobytes()) if p.sizes[form, 3] > 2 else (whole,)  # noqa: PLR2004

    def near(self, q: Packed, i: int) -> Any:
        """Return the readings that share most weight with reading i of a question."""
        score: dict[int, int] = defaultdict(int)
        first = q.slot_start[i]
        for slot in range(first, q.slot_start[i + 1]):
            hit: set[int] = set()
            for u in range(q.spelling_start[slot], q.spelling_start[slot + 1]):
                for key in self.keys(q, int(q.form[u]))[: 1 if q.kind[u] & NICKNAME else 2]:
                    places = self.post.get(key)
                    if places is not None:
                        hit.update(places[:POSTINGS_MAX].tolist())
            worth = int(q.weight[slot]) or 60
            for place in hit:
                score[place] += worth
        return np.array(sorted(score, key=lambda place: (-score[place], place))[:NEAREST], np.int32)

    def ask(self, name: str, most: int) -> tuple[Rows | None, Any]:
        """Return the rows of what a name finds that look most like a match, and their readings."""
        q = pack_names((name,), nicknames=True)
        found = [self.near(q, i) for i in range(q.owner.size)]
        rows = [rows_of(q, i, self.packed, near, self.memo) for i, near in enumerate(found)]
        return best_of(rows, most), np.unique(np.concatenate(found)) if found else np.zeros(0, np.int32)


_held: list[Listed] = []


def _false(pair: Pair) -> Rows | None:
    return _held[0].ask(pair.asked, KEPT_NEGATIVE)[0]


def gather(persons: Path, token_pairs: Path, out: Path, *, workers: int, share: float, searched: bool = True) -> None:
    """Write names, words, counts, group (which question), label and kind of every row.

    `searched`: ask innocents of a list too; without it only names side by side are measured, in a fifth of the time.
    """
    dice = Random(20)  # noqa: S311 - reproducible, not secret
    everyone = people(persons)
    listed, held = split(everyone)
    true = noisy(everyone, dice) + natural(everyone, dice) + composed(everyone, token_pairs, dice)
    true = thinned(true, share, dice)
    near = near_misses(everyone, dice, share)
    false = thinned(innocents(listed, held, token_pairs, dice), share, dice) if searched else []
    print(len(listed), "listed,", len(true), "true pairs,", len(near), "near,", len(false), "innocents", flush=True)
    if searched:
        packer = Packer(nicknames=False)
        for owner, one in enumerate(listed):
            for name in listed_names(one):
                for reading in forms(name):
                    packer.add(reading, owner)
        _held.append(Listed(packer.packed()))
        print("list made", flush=True)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        found = pool.map(_true, true, chunksize=500)
        apart = pool.map(_alone, near, chunksize=500)
        print("pairs measured", flush=True)
        wrong = pool.map(_false, false, chunksize=100)
    kept = [(pair.kind, 1, rows) for pair, rows in zip(true, found, strict=True) if rows is not None]
    kept += [(pair.kind, 0, rows) for pair, rows in zip(near, apart, strict=True) if rows is not None]
    kept += [(pair.kind, 0, rows) for pair, rows in zip(false, wrong, strict=True) if rows is not None]
    # an innocent whose name finds nothing counts too: the cut-off is a share of all of them
    np.savez(
        out,
        names=np.concatenate([rows[0] for _, _, rows in kept]),
        words=np.concatenate([rows[1] for _, _, rows in kept]),
        counts=np.concatenate([rows[2] for _, _, rows in kept]),
        group=np.repeat(np.arange(len(kept)), [len(rows[2]) for _, _, rows in kept]),
        label=np.array([label for _, label, _ in kept]),
        kind=np.array([kind for kind, _, _ in kept]),
        asked=np.array([len(false)]),
        listed=np.array([len(listed)]),
    )
