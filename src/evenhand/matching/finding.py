# ruff: noqa: ANN401, PLR0917
"""One question or many against one list, in one kernel: candidates, their comparison, and the cut.

Knows:    which birth years can still agree.
Told:     questions as word numbers with their cuts, a list, and room for one thread.
Answers:  (reading, points) of every candidate at or above its cut.
Trusted:  yes: a candidate lost here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import DROPS, DROPS_ABJAD, LOOKS, PRICES, int64, look_drops
from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.recall import BUMP, NEAR, NOT_YET, Listing, Work, candidates, hit_weight, passes
from evenhand.matching.scorer import room_for_sums, score
from evenhand.matching.unfolding import FORMS_MAX, jit, rooms_for_one, unfold

TABLES: Final = (PRICES, LOOKS, DROPS, DROPS_ABJAD, look_drops())
PAIRS_MAX: Final = 32
NEAR_MAX: Final = 16_000_000
"""Listed forms kept as near to words asked before."""
SUMS_KEPT: Final = 8192
"""Pairs of words of which is remembered what the trees said: a pair meets in one candidate after the other."""
KEPT_MAX: Final = 32_000_000
"""Readings kept in the lists of words asked before; then they are made anew."""
ALONE, DATED, SHARE, LEAST, CUT, YEAR = 0, 3, 0, 1, 2, 6
"""Places in the row of a question: share, least weight and cut for people without a birth date (from ALONE on) and for
those with one (from DATED on); the year asked or 0."""


class Room(NamedTuple):
    """What one thread works in beside `Work`."""

    asked: Any
    listed: Any
    """Arrays of one record: numba takes an array from Python at once, a record through a text that describes it."""
    memo: NDArray[np.int32]
    words: NDArray[np.int32]
    row: NDArray[np.int32]
    pairs: NDArray[np.int32]
    sums: NDArray[np.int64]
    bars: NDArray[np.int64]
    kept: NDArray[np.int32]


@njit(cache=True, nogil=True)
def years_agree(year: int, first: int, last: int) -> bool:
    """Tell whether a birth year may agree with a listed range: in it, one beside it, or one digit off."""
    if first - 1 <= year <= last + 1:
        return True
    if first != last:
        return False
    differing = 0
    while year > 0 or first > 0:
        if year % 10 != first % 10:
            differing += 1
        year //= 10
        first //= 10
    return differing == 1


@jit
def _forget_joined(b: Any, memo: Any) -> None:
    """Forget what was remembered of the joined words of the reading just compared; their numbers are given again."""
    for form in range(b.spelling_start[b.words[0]], b.spelling_start[b.slot_start[1]]):
        for slot in range(SLOTS_MAX):
            memo[b.number[form], slot] = 0


@jit
def _forget(listing: Any, reading: int, room: Any) -> None:
    """Forget what was remembered of the words of a reading, for the next question."""
    w = listing.words
    for place in range(listing.start[reading], listing.start[reading + 1]):
        word = listing.ids[place]
        for spelling in range(w.spelling_start[word], w.spelling_start[word + 1]):
            form = w.form[spelling]
            for slot in range(SLOTS_MAX):
                room.memo[form, slot] = 0


@njit(cache=True, nogil=True)
def find(
    q: Any, ids: Any, ask: Any, listing: Any, people: Any, work: Any, room: Any, tables: Any, trees: Any,
    out: Any, at: int,
) -> int:  # fmt: skip
    """Write rows (reading, points) from row `at` of `out` on; return the row after the last.

    `people`: (alive, first birth year, last birth year) by owner; a first year of 0: no birth date is listed.
    """
    if work.room[BUMP] > KEPT_MAX:
        work.list_size[:] = NOT_YET
        work.room[BUMP] = 0
    if work.room[NEAR] > work.near.size // 8 * 7:
        work.near_size[:] = NOT_YET
        work.room[NEAR] = 0
    asked, listed = room.asked[0], room.listed[0]
    unfold(q, ids, asked)
    for bar in (SHARE, LEAST):
        room.bars[bar] = min(ask[ALONE + bar], ask[DATED + bar]) if ask[YEAR] else ask[ALONE + bar]
    count = candidates(q, ids, asked, listing, work, listed, room.bars, room.sums)
    whole = hit_weight(q, ids, (1 << ids.size) - 1)
    for k in range(count):
        reading = work.found[k]
        owner = listing.owner[reading]
        if not people[owner, 0]:
            continue
        dated = ask[YEAR] != 0 and people[owner, 1] != 0
        first = DATED if dated else ALONE
        if dated and not years_agree(ask[YEAR], people[owner, 1], people[owner, 2]):
            continue
        if not passes(room.sums[k], whole, listing.mass[reading], ask[first + SHARE], ask[first + LEAST]):
            continue
        unfold(listing.words, listing.ids[listing.start[reading] : listing.start[reading + 1]], listed)
        met = compare(asked, int64(0), listed, int64(0), tables, room.memo, room.words, room.row, room.pairs)
        points = score(trees, room.words, met, room.row, ask[first + CUT], room.kept)
        _forget_joined(listed, room.memo)
        if points >= ask[first + CUT]:
            out[at, 0], out[at, 1] = reading, points
            at += 1
    for k in range(count):
        _forget(listing, work.found[k], room)
    return at


@njit(cache=True, nogil=True)
def find_many(
    q: Any, starts: Any, ids: Any, asks: Any, listing: Any, people: Any, work: Any, room: Any, tables: Any, trees: Any,
    out: Any, ends: Any, begin: int,
) -> int:  # fmt: skip
    """Answer questions from `begin` on; `ends` receives where the rows of each end in `out`.

    Returns the first question not answered: fewer than asked if `out` has no room for every reading once more.
    """
    at = int64(0)  # a literal would be compiled for on its own
    for question in range(begin, starts.size - 1):
        if at + listing.owner.size > out.shape[0]:
            return question
        at = find(
            q, ids[starts[question] : starts[question + 1]], asks[question], listing, people, work, room, tables, trees,
            out, at,
        )  # fmt: skip
        ends[question] = at
    return int(starts.size - 1)


def work_for(listing: Listing, asked_words: int) -> Work:
    """Return room for one thread over a list, and over questions of so many distinct words."""
    forms, readings = max(1, listing.words.letters.shape[0]), max(1, listing.owner.size)
    return Work(
        np.zeros(3, np.int64),
        np.zeros(forms, np.int64),
        np.zeros(readings // 64 + 1, np.uint64),
        np.zeros(readings // 64 + 1, np.uint64),
        np.zeros(readings, np.uint8),
        np.empty(min(KEPT_MAX, readings * 1000) + (SLOTS_MAX + 1) * readings, np.int32),
        np.zeros(asked_words, np.int64),
        np.full(asked_words, NOT_YET, np.int64),
        np.zeros(readings, np.int32),
        np.empty(min(NEAR_MAX, forms * 1000) + 64, np.int32),
        np.zeros(asked_words, np.int64),
        np.full(asked_words, NOT_YET, np.int64),
    )


def room_for(listing: Listing) -> Room:
    """Return the rest of the room for one thread over a list."""
    return Room(
        rooms_for_one(1),
        rooms_for_one(1),
        np.zeros((listing.words.bare.size + FORMS_MAX, SLOTS_MAX), np.int32),
        np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32),
        np.zeros(len(FEATURES), np.int32),
        np.zeros((PAIRS_MAX, 4), np.int32),
        np.zeros((max(1, listing.owner.size), 2), np.int64),
        np.zeros(2, np.int64),
        room_for_sums(SUMS_KEPT),
    )
