# ruff: noqa: ANN401
"""Listed names as arrays: built once from word numbers, never changed, written and mapped as files.

Knows:    how readings are sorted and which postings the kernels ask for.
Told:     words, readings as word numbers, and whose they are.
Answers:  a Listing.
Trusted:  yes: a reading left out here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.lookup import join_hash, key_rows, table_of
from evenhand.matching.packing import JOIN_SPELLINGS
from evenhand.matching.recall import Listing
from evenhand.matching.unfolding import joined, may_join, retrieving_mass, room_for_one
from evenhand.matching.wording import Words
from evenhand.names.forms import NICKNAME


@njit(cache=True, nogil=True)
def _masses(w: Any, start: Any, ids: Any, out: Any) -> None:
    for reading in range(out.size):
        out[reading] = retrieving_mass(w, ids[start[reading] : start[reading + 1]])


@njit(cache=True, nogil=True)
def _sorted(order: Any, start: Any, ids: Any, new_start: Any, new_ids: Any) -> None:
    """Copy the words of readings in another order."""
    at = 0
    for k in range(order.size):
        for place in range(start[order[k]], start[order[k] + 1]):
            new_ids[at] = ids[place]
            at += 1
        new_start[k + 1] = at


@njit(cache=True, nogil=True)
def _postings(groups: int, start: Any, ids: Any, post_start: Any, post: Any) -> int:
    """Invert rows: for each number the rows that hold it, each once, in order; return how many there are."""
    last = np.full(groups, -1, np.int64)
    for row in range(start.size - 1):
        for place in range(start[row], start[row + 1]):
            if last[ids[place]] != row:
                last[ids[place]] = row
                post_start[ids[place] + 1] += 1
    for number in range(groups):
        post_start[number + 1] += post_start[number]
    fill = post_start[:-1].copy()
    last[:] = -1
    for row in range(start.size - 1):
        for place in range(start[row], start[row + 1]):
            number = ids[place]
            if last[number] != row:
                last[number] = row
                post[fill[number]] = row
                fill[number] += 1
    return int(post_start[groups])


@njit(cache=True, nogil=True)
def _join_rows(w: Any, start: Any, ids: Any, spare: Any, out: Any) -> int:
    """Write a row for every two neighbouring words that may be one: hash above, reading below."""
    total = 0
    for reading in range(start.size - 1):
        for place in range(start[reading], start[reading + 1] - 1):
            one, other = ids[place], ids[place + 1]
            if not may_join(w, one, other):
                continue
            for u in range(
                w.spelling_start[one], min(w.spelling_start[one] + JOIN_SPELLINGS, w.spelling_start[one + 1])
            ):
                for v in range(
                    w.spelling_start[other], min(w.spelling_start[other] + JOIN_SPELLINGS, w.spelling_start[other + 1])
                ):
                    if (w.kind[u] | w.kind[v]) & NICKNAME:
                        continue
                    if out.size:
                        joined(
                            w, w.form[u], w.form[v],
                            spare.letters[0], spare.sounds[0], spare.keys[0], spare.bones[0], spare.sizes[0],
                        )  # fmt: skip
                        value = join_hash(spare.keys[0], spare.sizes[0, 2])
                        out[total] = value << np.uint64(32) | np.uint64(reading)
                    total += 1
    return total


def _inverse(groups: int, start: NDArray[np.int64], ids: NDArray[np.int32]) -> tuple[Any, Any]:
    post_start, post = np.zeros(groups + 1, np.int64), np.empty(ids.size, np.int32)
    return post_start, post[: _postings(groups, start, ids, post_start, post)].copy()


def build_listing(
    words: Words, start: NDArray[np.int64], ids: NDArray[np.int32], owner: NDArray[np.int32], place: NDArray[np.uint16]
) -> Listing:
    """Return the listing of some readings: their first words, all words, whose they are, which of their names."""
    words = Words._make(np.ascontiguousarray(column) for column in words)
    mass = np.zeros(owner.size, np.int32)
    _masses(words, start, ids, mass)
    order = np.argsort(mass, kind="stable")
    new_start, new_ids = np.zeros(owner.size + 1, np.int64), np.empty(ids.size, np.int32)
    _sorted(order, start, ids, new_start, new_ids)
    post_start, post = _inverse(words.word_kind.size, new_start, new_ids)
    used_start, used = _inverse(words.bare.size, words.spelling_start.astype(np.int64), words.form)
    joins = np.empty(_join_rows(words, new_start, new_ids, room_for_one(), np.zeros(0, np.uint64)), np.uint64)
    _join_rows(words, new_start, new_ids, room_for_one(), joins)
    return Listing(
        words,
        *table_of(key_rows(words)),
        used_start.astype(np.int32),
        used,
        post_start,
        post,
        new_start,
        new_ids,
        mass[order],
        owner[order],
        place[order],
        *table_of(joins),
    )
