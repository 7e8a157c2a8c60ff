# ruff: noqa: ANN401, PLR0917
"""What a candidate is: the definition that retrieval is proved against.

Knows:    how much of two names' weight must be shared, by whom it is counted, and which birth years can agree.
Told:     rows of listed words and readings that are near the question's, and a reading.
Answers:  what the two names share, and whether that is enough.
Trusted:  yes: too narrow a definition is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.alike import int64
from evenhand.matching.kernels import jit
from evenhand.matching.lookup import GRADE_MAX
from evenhand.matching.nearby import likeness, takes_part
from evenhand.matching.working import ADDS, GRADED, MASK, UNIT, WHOLE, WORD, WORDS, code_of

ALONE, DATED, SHARE, LEAST, TOLL, CUT, YEAR, FACTS, ASK = 0, 4, 0, 1, 2, 3, 8, 9, 10
"""Places in the row of a question: share, least weight, toll and cut for people without a birth date (from ALONE on)
and for those with one (from DATED on); the year asked or 0; what else is asked (see facts.WHOLE_CUT); how long the row
is."""
ENOUGH: Final = 135
"""The weight, in eighths of a bit, that always makes a candidate."""
_BASIS: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_HALF: Final = np.uint64(32)
_ONE: Final = np.uint64(1)


@jit
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
def enough(first: int, second: int, asked: int, listed: int, ask: Any, bars: int, same: int) -> bool:
    """The definition of a candidate.

    `first`, `second`: over the words, the weight that each shares with a word of the other name (the lesser of the two)
    times their likeness in thousandths, and times what it lies above a half. The first is at least `SHARE` hundredths
    of the lighter name's weight. The second, halved, is at least `LEAST`, and `TOLL` hundredths of all the weight on
    either side that is not shared, but never more than ENOUGH: one rare word is enough whatever stands beside it.
    Names that are the `same` word for word need no weight.
    """
    if first == 0 or first < ask[bars + SHARE] * min(asked, listed) * 10:
        return False
    left_over = max(0, (asked + listed) * 1000 - 2 * first) // 1000
    needed = ask[bars + LEAST] * 500 + ask[bars + TOLL] * left_over * 5
    return bool(same != 0 or second >= min(needed, ENOUGH * 500))


@jit
def same_hash(w: Any, ids: Any) -> Any:
    """Return 32 bits that names of the same words have in common, in any order."""
    total = np.uint64(0)
    for word in ids:
        if not takes_part(w, word):
            continue
        form = w.form[w.spelling_start[word]]
        value = (_BASIS ^ np.uint64(w.bare[form])) * _PRIME
        for at in range(w.sizes[form, 0]):
            value = (value ^ np.uint64(w.letters[form, at])) * _PRIME
        total += (value ^ value >> np.uint64(29)) * np.uint64(0x9E3779B97F4A7C15)
    return total >> _HALF


@jit
def mass_of(w: Any, ids: Any) -> int:
    """Return the weight of those of some words that take part in retrieval."""
    total = int64(0)
    for word in ids:
        if takes_part(w, word):
            total += w.weight[word]
    return int(total)


@jit
def row_of(pool: Any, begin: int, end: int, number: int) -> int:
    """Return the first row of a word or a reading among sorted rows, or -1."""
    low, size = np.uint64(begin), np.uint64(max(end - begin, int64(0)))
    while size > _ONE:  # without a branch that a processor would guess wrongly half of the time
        half = size >> _ONE
        low += half * np.uint64(pool[low + half - _ONE, WORD] < number)
        size -= half
    return int(low if size == _ONE and pool[low, WORD] == number else -1)


@jit
def grade_in(pool: Any, begin: int, end: int, reading: int) -> int:
    """Return the best grade of a reading among sorted rows, or 0."""
    best, row = int64(0), int64(row_of(pool, begin, end, reading))
    while 0 <= row < end and pool[row, WORD] == reading:
        best = max(best, int64(pool[row, GRADED] & GRADE_MAX))
        row += 1
    return int(best)


@jit
def sum_up(
    weights: Any, record: Any, start: Any, ids: Any, pool: Any, slots: Any, count: int, reading: int, some: Any,
    sums: Any,
) -> None:  # fmt: skip
    """Fill `sums` (see enough) for a reading from the grades of its words.

    Counted by asked words (column 1 and on), each with the listed word it shares most with, and by listed words; the
    lesser counts (column 0). `weights`: of the asked words; `some`: 0 by code of words that are near no slot.
    """
    for at in range(weights.size + 1):
        sums[0, at], sums[1, at] = 0, 0
    size = int64(record[reading, WORDS])
    begin = start[reading] if size < 0 else int64(0)
    for place in range(size if size >= 0 else start[reading + 1] - begin):
        word = int64(record[reading, WORDS + 1 + place] if size >= 0 else ids[begin + place])
        most, least = int64(0), int64(0)
        for slot in range(count if some[code_of(word)] else int64(0)):
            row = int64(row_of(pool, slots[slot, 0], slots[slot, 1], word))
            if row >= 0:
                grade = int64(pool[row, GRADED] & GRADE_MAX)
                whole, shared = slots[slot, WHOLE], (int64(pool[row, ADDS]) >> 16) * UNIT // likeness(grade)
                most, least = max(most, shared * likeness(grade)), max(least, shared * (likeness(grade) - 500))
                for at in range(weights.size):
                    if slots[slot, MASK] >> at & 1:
                        mine = weights[at]  # shared: what the listed word weighs, if that is less
                        mine = mine if shared == whole else (shared if mine == whole else shared * mine // whole)
                        sums[0, at + 1] = max(sums[0, at + 1], mine * likeness(grade))
                        sums[1, at + 1] = max(sums[1, at + 1], mine * (likeness(grade) - 500))
        sums[0, 0] += most
        sums[1, 0] += least
    for slot in range(count):
        if slots[slot, 2] > slots[slot, 1]:
            _sum_joined(weights, pool, slots, slot, reading, sums)
    for which in range(2):
        total = int64(0)
        for at in range(weights.size):
            total += sums[which, at + 1]
        sums[which, 0] = min(sums[which, 0], total)


@jit
def _sum_joined(weights: Any, pool: Any, slots: Any, slot: int, reading: int, sums: Any) -> None:
    """Count two listed words written as one in a reading; they weigh what the asked word weighs."""
    grade = grade_in(pool, slots[slot, 1], slots[slot, 2], reading)
    for at in range(weights.size if grade else 0):
        if slots[slot, MASK] >> at & 1:
            first, second = weights[at] * likeness(grade), weights[at] * (likeness(grade) - 500)
            sums[0, at + 1], sums[1, at + 1] = max(sums[0, at + 1], first), max(sums[1, at + 1], second)
            sums[0, 0] += first
            sums[1, 0] += second
