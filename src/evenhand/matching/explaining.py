# ruff: noqa: ANN401, PLR0917
"""How a listed name that was found meets the asked one: the comparison once more, by the words that found it.

Knows:    that words are kept by number on both sides, so that nothing need be read or packed again.
Told:     a question's words, a list, and a reading that was found in it.
Answers:  the features and the aligned words that a reason is made of.
Trusted:  yes: reasons must come from the comparison that decided.
"""

from __future__ import annotations

from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import int64
from evenhand.matching.borrowing import borrowed
from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.finding import PAIRS_MAX, TABLES
from evenhand.matching.kernels import jit, kernel_with_room
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.scorer import NO_CUT, forest, score
from evenhand.matching.unfolding import FORMS_MAX, rooms_for_one, unfold

_FEATURES = len(FEATURES)


@jit
def _compare(
    asked: Any, listing: Any, reading: int, tables: Any, listed: Any, memo: Any, features: Any, row: Any, pairs: Any
) -> int:
    """Fill `row` and `pairs` as `compare` does, of an unfolded question against a reading; return how many pairs."""
    unfold(listing.words, listing.ids[listing.start[reading] : listing.start[reading + 1]], listed)
    forms = listed.spelling_start[listed.slot_start[1]]
    for form in range(forms):
        listed.number[form] = form  # the memory is of this one reading
    met = compare(asked, int64(0), listed, int64(0), tables, memo, features, row, pairs)
    for form in range(forms):
        for slot in range(SLOTS_MAX):
            memo[form, slot] = 0
    return int(met)


@kernel_with_room
def _explain(
    words: Any, ids: Any, at_listing: Any, reading: int, tables: Any, rooms: Any, memo: Any, features: Any, row: Any,
    pairs: Any,
) -> int:  # fmt: skip
    """Compare a question's words with a reading (see _compare)."""
    q, listing, tables = borrowed(words.value), borrowed(at_listing.value), borrowed(tables)
    unfold(q, ids, rooms[0])
    return int(_compare(rooms[0], listing, reading, tables, rooms[1], memo, features, row, pairs))


@kernel_with_room
def _points(
    words: Any, starts: Any, ids: Any, rows: Any, at_listing: Any, readings: Any, tables: Any, trees: Any, rooms: Any,
    memo: Any, features: Any, out: Any,
) -> None:  # fmt: skip
    """Fill `out` with the log odds of each of some rows of a question against each of some readings."""
    q, listing, tables, trees = borrowed(words.value), borrowed(at_listing.value), borrowed(tables), borrowed(trees)
    row, pairs, none = np.zeros(_FEATURES, np.int32), np.zeros((PAIRS_MAX, 4), np.int32), int64(NO_CUT)
    for at in range(rows.size):
        unfold(q, ids[starts[rows[at]] : starts[rows[at] + 1]], rooms[0])
        for other in range(readings.size):
            reading = int64(readings[other])
            met = _compare(rooms[0], listing, reading, tables, rooms[1], memo, features, row, pairs)
            out[at, other] = score(trees, features, met, row, none)


class _Rooms(local):
    """What a thread compares in."""

    def __init__(self) -> None:
        self.readings = rooms_for_one(2)
        self.memo = np.zeros((FORMS_MAX, SLOTS_MAX), np.int32)
        self.features = np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32)


_ROOMS = _Rooms()


def explain(
    words: Any, ids: NDArray[np.int32], listing: Any, reading: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:  # fmt: skip
    """Return the features and the aligned words of a question's words against a reading of a list, both in hand."""
    row, pairs = np.zeros(len(FEATURES), np.int32), np.zeros((PAIRS_MAX, 4), np.int32)
    rooms = _ROOMS
    met = _explain(words, ids, listing, reading, TABLES, rooms.readings, rooms.memo, rooms.features, row, pairs)
    return row, pairs[:met]


def points_of(
    words: Any, starts: NDArray[np.int64], ids: NDArray[np.int32], rows: NDArray[np.int64], *, listing: Any,
    readings: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    """Return the log odds of some rows of a question (down) against some readings of a list (across), both in hand."""
    found, rooms = np.empty((rows.size, readings.size), np.int64), _ROOMS
    _points(
        words, starts, ids, rows, listing, readings, TABLES, forest(), rooms.readings, rooms.memo, rooms.features, found
    )
    return found
