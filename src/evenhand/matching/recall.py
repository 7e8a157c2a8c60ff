# ruff: noqa: ANN401, C901, PLR0917
"""Candidates by guarantee: every reading that shares enough of the asked name's weight, and no scan of the rest.

Knows:    postings from words to readings, lightest reading first, and which words were asked lately.
Told:     questions as word numbers.
Answers:  the readings that share enough weight with the question, all of them (see `passes`).
Trusted:  yes: a candidate lost here is a suspect waved through.

Why nothing is lost: an asked word's list holds every reading with a word near it. Those that pass by that word alone
are light, so they are at the head of its list, sorted by weight. Any other candidate is hit by two asked words at
least, so it lies in two lists: walking all lists but the longest, and marking, meets every reading that lies in two of
them; one in the longest and another is met by asking for it there. `passes` is the definition; the brute-force test
applies it to every reading.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import int64
from evenhand.matching.lookup import (
    GRADE_BASE,
    GRADE_BITS,
    GRADE_MAX,
    GRADE_STEP,
    KEYS_MAX,
    first_of,
    grade_of,
    grade_of_join,
    join_hash,
    keys_of,
)
from evenhand.matching.unfolding import SLOTS_MAX, jit, may_join
from evenhand.matching.wording import Words
from evenhand.names.forms import ABJAD, NICKNAME
from evenhand.names.parts import PATRONYMIC, PLAIN

SAME: Final = 990
"""Similarity, in thousandths, from which names are the same: they are candidates however common."""
NOT_YET: Final = -1
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)
_BYTE: Final = np.uint64(0xFF)
_FAR: Final = 24


class Listing(NamedTuple):
    """A list that no longer changes. Readings are sorted by weight; postings and lists are sorted by reading."""

    words: Words
    keyed: NDArray[np.uint64]
    bucket: NDArray[np.int32]
    """Hash above, form below, sorted; and where each bucket of hashes begins."""
    used_start: NDArray[np.int32]
    used: NDArray[np.int32]
    """Per form: the words spelt so."""
    post_start: NDArray[np.int64]
    post: NDArray[np.int32]
    """Per word: its readings."""
    start: NDArray[np.int64]
    ids: NDArray[np.int32]
    mass: NDArray[np.int32]
    owner: NDArray[np.int32]
    place: NDArray[np.uint16]
    """Per reading: its words, the weight of those that take part in retrieval, whose it is, which of their names."""
    joins: NDArray[np.uint64]
    join_bucket: NDArray[np.int32]
    """Hash of two neighbouring words as one above, reading below, sorted."""


class Work(NamedTuple):
    """Room for one thread. `pool` holds the lists of words asked before, from 0 to room[BUMP]."""

    room: NDArray[np.int64]
    tick: NDArray[np.int64]
    """Per form: the last spelling that it was compared with."""
    once: NDArray[np.uint64]
    twice: NDArray[np.uint64]
    """A bit a reading, zeros between questions."""
    grade: NDArray[np.uint8]
    """Per reading, zeros between lists."""
    pool: NDArray[np.int32]
    """Rows of a list: reading above, grade below."""
    list_start: NDArray[np.int64]
    list_size: NDArray[np.int64]
    """Per asked word: its list in the pool; size NOT_YET if it has none."""
    found: NDArray[np.int32]
    near: NDArray[np.int32]
    near_start: NDArray[np.int64]
    near_size: NDArray[np.int64]
    """Per asked word: rows of listed form above, grade below, from 0 to room[NEAR]; size NOT_YET if it has none."""


STAMP, BUMP, NEAR = 0, 1, 2


@jit
def hit_weight(w: Any, ids: Any, mask: int) -> int:
    """Return the weight of the asked words in a mask that take part in retrieval."""
    hit = 0
    for at in range(ids.size):
        if mask >> at & 1 and (w.word_kind[ids[at]] == PLAIN or w.word_kind[ids[at]] == PATRONYMIC):
            hit += w.weight[ids[at]]
    return hit


@jit
def passes(sums: Any, asked: int, listed: int, share: int, least: int) -> bool:
    """The definition of a candidate.

    `sums`: over the asked words, weight times similarity in thousandths, and weight times what it lies above a half.
    The first is at least `share` hundredths of the lighter name's weight; the second, halved, at least `least`, unless
    the names are the same.
    """
    if sums[0] == 0 or sums[0] < share * min(asked, listed) * 10:
        return False
    return bool(sums[1] >= least * 500 or (asked == listed and sums[0] >= SAME * asked))


@jit
def sum_up(q: Any, ids: Any, grades: Any, sums: Any) -> None:
    """Fill `sums` (see passes) from the grade of each asked word."""
    sums[0], sums[1] = 0, 0
    for at in range(ids.size):
        if grades[at] and (q.word_kind[ids[at]] == PLAIN or q.word_kind[ids[at]] == PATRONYMIC):
            alike = GRADE_BASE + GRADE_STEP * grades[at]
            sums[0] += q.weight[ids[at]] * alike
            sums[1] += q.weight[ids[at]] * (alike - 500)


@jit
def _mark(work: Any, reading: Any, grade: int, edges: Any) -> None:
    row = reading >> 6
    work.once[row] |= _ONE << np.uint64(reading & 63)
    work.grade[reading] = max(work.grade[reading], grade)
    edges[0] = min(edges[0], row)
    edges[1] = max(edges[1], row)


@jit
def _mark_words(listing: Any, form: Any, work: Any, grade: int, edges: Any) -> None:
    """Mark the readings of every word that is spelt as a form."""
    for at in range(listing.used_start[form], listing.used_start[form + 1]):
        word = listing.used[at]
        for place in range(listing.post_start[word], listing.post_start[word + 1]):
            _mark(work, listing.post[place], grade, edges)


@jit
def _mark_near(q: Any, u: int, exact: int, listing: Any, work: Any, lines: Any, edges: Any, place: int) -> int:
    """Mark the readings of every listed form near spelling u; `exact`: the whole key only.

    Writes the forms to work.near from a place on; returns the place after the last: its size if it is full.
    """
    keys = np.zeros(KEYS_MAX, np.uint64)
    f = q.form[u]
    work.room[STAMP] += 1
    count = keys_of(
        q.keys[f], q.sizes[f, 2], q.bones[f], q.sizes[f, 3], int64(q.kind[u] & ABJAD), int64(1), exact, keys,
        q.letters[f], q.sizes[f, 0],
    )  # fmt: skip
    for k in range(count):
        at = first_of(listing.keyed, listing.bucket, keys[k])
        while at < listing.keyed.size and listing.keyed[at] >> _HALF == keys[k]:
            form = int64(listing.keyed[at] & _LOW)
            at += 1
            if work.tick[form] != work.room[STAMP]:
                work.tick[form] = work.room[STAMP]
                grade = grade_of(q, u, listing.words, form, lines)
                if grade:
                    _mark_words(listing, form, work, grade, edges)
                    if place < work.near.size:
                        work.near[place] = form << GRADE_BITS | grade
                        place += 1
    return place


@jit
def _mark_joined(q: Any, u: int, listing: Any, work: Any, spare: Any, lines: Any, edges: Any) -> None:
    """Mark the readings in which two neighbouring words written as one are spelling u."""
    f = q.form[u]
    value = join_hash(q.keys[f], q.sizes[f, 2])
    at = first_of(listing.joins, listing.join_bucket, value)
    while at < listing.joins.size and listing.joins[at] >> _HALF == value:
        reading = int64(listing.joins[at] & _LOW)
        at += 1
        for k in range(listing.start[reading], listing.start[reading + 1] - 1):
            one, other = listing.ids[k], listing.ids[k + 1]
            if may_join(listing.words, one, other):
                grade = grade_of_join(q, u, listing.words, one, other, spare, lines)
                if grade:
                    _mark(work, reading, grade, edges)


@jit
def _gather(work: Any, edges: Any, at: int) -> int:
    """Write the marked readings to the pool from a place on, unmark them and return the place after the last."""
    for row in range(edges[0], edges[1] + 1):
        bits = work.once[row]
        if bits:
            work.once[row] = 0
            for eight in range(0, 64, 8):
                part = int64(bits >> np.uint64(eight) & _BYTE)
                for bit in range(8 if part else 0):
                    if part >> bit & 1:
                        reading = row * 64 + eight + bit
                        work.pool[at] = reading << GRADE_BITS | work.grade[reading]
                        work.grade[reading] = 0
                        at += 1
    return at


@jit
def list_of(q: Any, word: int, listing: Any, work: Any, spare: Any) -> None:
    """Make the list of an asked word in the pool and keep it there."""
    lines = np.zeros((3, 32), np.int32)
    edges = np.array([int64(1) << 40, int64(-1)])
    known, place = work.near_size[word] != NOT_YET, int64(work.room[NEAR])
    for row in range(work.near_start[word], work.near_start[word] + work.near_size[word] if known else 0):
        _mark_words(listing, work.near[row] >> GRADE_BITS, work, work.near[row] & GRADE_MAX, edges)
    for u in range(q.spelling_start[word], q.spelling_start[word + 1]):
        nickname = q.kind[u] & NICKNAME
        if not known:
            place = _mark_near(q, u, int64(nickname), listing, work, lines, edges, place)
        if not nickname:
            _mark_joined(q, u, listing, work, spare, lines, edges)
    if not known and place < work.near.size:
        work.near_start[word], work.near_size[word] = work.room[NEAR], place - work.room[NEAR]
        work.room[NEAR] = place
    begin = work.room[BUMP]
    end = _gather(work, edges, begin)
    work.list_start[word], work.list_size[word] = begin, end - begin
    work.room[BUMP] = end


@jit
def _lists(q: Any, ids: Any, asked: Any, listing: Any, work: Any, spare: Any, lists: Any) -> int:
    """Fill rows (begin, end, mask of asked words) of lists and return their number; `asked`: the question unfolded."""
    count = 0
    for at in range(ids.size):
        word = ids[at]
        if hit_weight(q, ids, 1 << at) == 0:
            continue
        if work.list_size[word] == NOT_YET:
            list_of(q, word, listing, work, spare)
        if work.list_size[word]:
            lists[count, 0] = work.list_start[word]
            lists[count, 1] = work.list_start[word] + work.list_size[word]
            lists[count, 2] = 1 << at
            count += 1
    lines = np.zeros((3, 32), np.int32)
    end = work.room[BUMP]
    for slot in range(ids.size, asked.slot_start[1]):
        if hit_weight(q, ids, asked.span[slot]) == 0:
            continue
        edges = np.array([int64(1) << 40, int64(-1)])
        for u in range(asked.spelling_start[slot], asked.spelling_start[slot + 1]):
            _mark_near(asked, u, int64(1), listing, work, lines, edges, int64(work.near.size))
        begin, end = end, _gather(work, edges, end)
        if end > begin:
            lists[count, 0], lists[count, 1], lists[count, 2] = begin, end, asked.span[slot]
            count += 1
    return count


@jit
def _place_in(pool: Any, low: int, high: int, value: int) -> int:
    """Return the first place from low to high whose number is at least `value`."""
    while low < high:
        middle = (low + high) >> 1
        if pool[middle] < value:
            low = middle + 1
        else:
            high = middle
    return int(low)


@jit
def _take(work: Any, reading: int, count: int) -> int:
    """Add a reading to what was found, once."""
    row, bit = reading >> 6, _ONE << np.uint64(reading & 63)
    if not work.twice[row] & bit:
        work.twice[row] |= bit
        work.found[count] = reading
        count += 1
    return count


@jit
def _heads(q: Any, ids: Any, lists: Any, total: int, listing: Any, work: Any, bars: Any) -> int:
    """Take the readings that pass by one list alone: light ones, at the head of a list."""
    asked, count = hit_weight(q, ids, (1 << ids.size) - 1), 0
    sums = np.zeros(2, np.int64)
    for k in range(total):
        hit = hit_weight(q, ids, lists[k, 2])
        light = listing.mass.size
        if hit < bars[1] and hit < asked:
            light = 0
        elif hit * 100 < bars[0] * asked:
            light = _place_in(listing.mass, int64(0), int64(listing.mass.size), hit * 100 // bars[0] + 1)
        for at in range(lists[k, 0], _place_in(work.pool, lists[k, 0], lists[k, 1], light << GRADE_BITS)):
            reading = work.pool[at] >> GRADE_BITS
            alike = GRADE_BASE + GRADE_STEP * (work.pool[at] & GRADE_MAX)
            sums[0], sums[1] = hit * alike, hit * (alike - 500)
            if passes(sums, asked, listing.mass[reading], bars[0], bars[1]):
                count = _take(work, reading, count)
    return count


@jit
def _met_twice(lists: Any, total: int, work: Any, count: int) -> int:
    """Take every reading that lies in two lists."""
    longest, others = 0, 0
    for k in range(total):
        if lists[k, 1] - lists[k, 0] > lists[longest, 1] - lists[longest, 0]:
            longest = k
    for k in range(total):
        if k == longest:
            continue
        others += lists[k, 1] - lists[k, 0]
        for at in range(lists[k, 0], lists[k, 1]):
            reading = work.pool[at] >> GRADE_BITS
            row, bit = reading >> 6, _ONE << np.uint64(reading & 63)
            if work.once[row] & bit:
                count = _take(work, reading, count)
            work.once[row] |= bit
    scan = lists[longest, 1] - lists[longest, 0] < others * _FAR
    if scan:
        for at in range(lists[longest, 0], lists[longest, 1]):
            reading = work.pool[at] >> GRADE_BITS
            if work.once[reading >> 6] & (_ONE << np.uint64(reading & 63)):
                count = _take(work, reading, count)
    for k in range(total):
        if k == longest:
            continue
        for at in range(lists[k, 0], lists[k, 1]):
            reading = work.pool[at] >> GRADE_BITS
            work.once[reading >> 6] = 0
            if not scan:
                place = _place_in(work.pool, lists[longest, 0], lists[longest, 1], reading << GRADE_BITS)
                if place < lists[longest, 1] and work.pool[place] >> GRADE_BITS == reading:
                    count = _take(work, reading, count)
    return count


@jit
def candidates(q: Any, ids: Any, asked: Any, listing: Any, work: Any, spare: Any, bars: Any, sums: Any) -> int:
    """Write every candidate for a question to work.found, its sums (see passes) to `sums`, and return their number.

    `ids`: the question's words; `asked`: the same unfolded; `bars`: share and least; `spare`: room for one reading.
    """
    lists = np.zeros((SLOTS_MAX, 3), np.int64)
    total = _lists(q, ids, asked, listing, work, spare, lists)
    if total == 0:
        return 0
    count = _met_twice(lists, total, work, _heads(q, ids, lists, total, listing, work, bars))
    whole, kept = hit_weight(q, ids, (1 << ids.size) - 1), 0
    grades = np.zeros(ids.size, np.int64)
    for at in range(count):
        reading = work.found[at]
        work.twice[reading >> 6] = 0
        grades[:] = 0
        for k in range(total):
            place = _place_in(work.pool, lists[k, 0], lists[k, 1], reading << GRADE_BITS)
            if place < lists[k, 1] and work.pool[place] >> GRADE_BITS == reading:
                for word in range(ids.size):
                    if lists[k, 2] >> word & 1:
                        grades[word] = max(grades[word], work.pool[place] & GRADE_MAX)
        sum_up(q, ids, grades, sums[kept])
        if passes(sums[kept], whole, listing.mass[reading], bars[0], bars[1]):
            work.found[kept] = reading
            kept += 1
    return kept
