# ruff: noqa: ANN401, PLR0917
"""Every listed name whose shared words could weigh enough, and none that could not: candidates with a proof.

Knows:    what a candidate is (`enough`), and how little of a list must be read to meet all of them.
Told:     a question's words, its bars, and a list.
Answers:  every candidate, with the sums that made it one.
Trusted:  yes: a candidate lost here is a suspect waved through.

What a listed word can add is rounded up to whole levels. Each slot of the question gets an allowance, together below
the least a candidate must have; a name whose words are all within their slot's allowance is no candidate, so it is
enough to read the postings of words above it, and of all ways to spread the allowance the one with the fewest postings
is taken. A posting carries sixteen bits of each other word of its name: where the most that all of them may add is too
little, the name itself is not looked at. `enough` is the definition; a test applies it to every name of a list.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.alike import int64
from evenhand.matching.lookup import GRADE_BASE, GRADE_BITS, GRADE_MAX, GRADE_STEP, first_of
from evenhand.matching.nearby import MASK, SLOT, WHOLE, near_slots, takes_part
from evenhand.matching.packing import WORDS_PER_READING_MAX
from evenhand.matching.unfolding import SLOTS_MAX, jit

ALONE, DATED, SHARE, LEAST, TOLL, CUT, YEAR, ASK = 0, 4, 0, 1, 2, 3, 8, 9
"""Places in the row of a question: share, least weight, toll and cut for people without a birth date (from ALONE on)
and for those with one (from DATED on); the year asked or 0; how long the row is."""
MANY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Beside a posting: the reading has more than four other words; look at it."""
LOOK: Final = 0xFFFF
"""The birth year of an owner of whom more than one year may be right."""
ENOUGH: Final = 135
"""The weight, in eighths of a bit, that always makes a candidate."""
OWNER, MASS, WORDS, RECORD = 0, 1, 2, 8
"""Places in the record of a reading: whose it is, the weight of its words that take part, how many those are, and they
themselves; -1 of them: more than there is room for."""
_UNIT: Final = 100
_LEVEL: Final = 2000
_LEVELS: Final = 64
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)
_CODE: Final = np.uint64(0xFFFF)
_BASIS: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)


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
def _least(ask: Any, bars: int, mass: int) -> int:
    """Return the least second sum, halved, that `enough` can ask of any reading, for a question of some weight.

    What is shared counts at most 7/4 as much in the first sum as in the second (at the lowest grade), and what the
    question has beyond it is left over, so the toll has a least as well.
    """
    least, toll = ask[bars + LEAST], ask[bars + TOLL]
    with_toll = (400 * least + 4 * toll * mass) // (400 + 7 * toll) - 1
    return int(min(ENOUGH, max(least, with_toll)))


@jit
def code_of(word: int) -> Any:
    """Return the sixteen bits, never zero, by which a listed word stands beside a posting."""
    mixed = np.uint64(word + 1) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(48)) | _ONE


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
def likeness(grade: int) -> int:
    """Return the similarity in thousandths that a grade stands for."""
    return int(GRADE_BASE + GRADE_STEP * grade)


@jit
def _weigh_slots(weights: Any, slots: Any, count: int) -> None:
    """Write the weight of each slot's asked words beside it."""
    for slot in range(count):
        slots[slot, WHOLE] = 0
        for at in range(weights.size):
            if slots[slot, MASK] >> at & 1:
                slots[slot, WHOLE] += weights[at]


@jit
def _fill(listing: Any, work: Any, slots: Any, count: int, above: Any) -> None:
    """Write what each near word adds; above[slot, level]: how many postings lie above a level."""
    above[:count] = 0
    for slot in range(count):
        for row in range(slots[slot, 0], slots[slot, 1]):
            word, grade = int64(work.pool[row] >> GRADE_BITS), int64(work.pool[row] & GRADE_MAX)
            shared = min(slots[slot, WHOLE], int64(listing.words.weight[word]))
            first, second = shared * likeness(grade), shared * (likeness(grade) - 500)
            work.hit[word, slot] = grade
            code = code_of(word)
            known = int64(work.bound[code])
            first = max((first + _UNIT - 1) // _UNIT, known >> 16)
            work.bound[code] = first << 16 | max((second + _UNIT - 1) // _UNIT, known & LOOK)
            level = min((second + _LEVEL - 1) // _LEVEL, _LEVELS - 1)
            above[slot, level] += listing.post_start[word + 1] - listing.post_start[word]
        for level in range(_LEVELS - 2, -1, -1):
            above[slot, level] += above[slot, level + 1]


@jit
def _empty(work: Any, slots: Any, count: int) -> None:
    """Take back what `_fill` wrote."""
    for slot in range(count):
        for row in range(slots[slot, 0], slots[slot, 1]):
            word = work.pool[row] >> GRADE_BITS
            work.hit[word, slot] = 0
            work.bound[code_of(word)] = 0


@jit
def _allow(above: Any, count: int, most: int, allowed: Any) -> None:
    """Spread `most` levels over the slots so that the fewest postings are left to read; below zero: read all."""
    if most < 0:
        allowed[:count] = -1
        return
    best, line = np.zeros(_LEVELS, np.int64), np.zeros(_LEVELS, np.int64)
    chosen = np.zeros((SLOTS_MAX, _LEVELS), np.int64)
    for slot in range(count):
        for whole in range(most + 1):
            line[whole] = -1
            for part in range(whole + 1):
                cost = best[whole - part] + above[slot, part + 1]
                if line[whole] < 0 or cost < line[whole]:
                    line[whole], chosen[slot, whole] = cost, part
        best[: most + 1] = line[: most + 1]
    rest = most
    for slot in range(count - 1, -1, -1):
        allowed[slot] = chosen[slot, rest]
        rest -= chosen[slot, rest]


@jit
def _joined_grade(pool: Any, low: int, end: int, reading: int) -> int:
    """Return the grade of a reading in sorted rows, or 0."""
    high = end
    while low < high:
        middle = (low + high) >> 1
        if pool[middle] >> GRADE_BITS < reading:
            low = middle + 1
        else:
            high = middle
    best = int64(0)
    while low < end and pool[low] >> GRADE_BITS == reading:
        best = max(best, int64(pool[low] & GRADE_MAX))
        low += 1
    return int(best)


@jit
def sum_up(
    weights: Any, record: Any, start: Any, ids: Any, listed: Any, hit: Any, pool: Any, slots: Any, count: int,
    reading: int, sums: Any,
) -> None:  # fmt: skip
    """Fill `sums` (see enough) for a reading from the grades of its words.

    Counted by asked words (column 1 and on), each with the listed word it shares most with, and by listed words; the
    lesser counts (column 0). `weights`: of the asked words, `listed`: of all listed words.
    """
    sums[:, : weights.size + 1] = 0
    size = int64(record[reading, WORDS])
    begin = start[reading] if size < 0 else int64(0)
    for place in range(size if size >= 0 else start[reading + 1] - begin):
        word = int64(record[reading, WORDS + 1 + place] if size >= 0 else ids[begin + place])
        most, least = int64(0), int64(0)
        for slot in range(count):
            grade = int64(hit[word, slot])
            if grade:
                weight, whole = int64(listed[word]), slots[slot, WHOLE]
                shared = min(whole, weight)
                most, least = max(most, shared * likeness(grade)), max(least, shared * (likeness(grade) - 500))
                for at in range(weights.size):
                    if slots[slot, MASK] >> at & 1:
                        mine = weights[at]
                        mine = mine if whole <= weight else (weight if mine == whole else weight * mine // whole)
                        sums[0, at + 1] = max(sums[0, at + 1], mine * likeness(grade))
                        sums[1, at + 1] = max(sums[1, at + 1], mine * (likeness(grade) - 500))
        sums[0, 0] += most
        sums[1, 0] += least
    for slot in range(count):
        if slots[slot, 2] > slots[slot, 1]:
            _sum_joined(weights, pool, slots[slot], reading, sums)
    for which in range(2):
        total = int64(0)
        for at in range(weights.size):
            total += sums[which, at + 1]
        sums[which, 0] = min(sums[which, 0], total)


@jit
def _sum_joined(weights: Any, pool: Any, slot: Any, reading: int, sums: Any) -> None:
    """Count two listed words written as one in a reading; they weigh what the asked word weighs."""
    grade = _joined_grade(pool, slot[1], slot[2], reading)
    for at in range(weights.size if grade else 0):
        if slot[MASK] >> at & 1:
            first, second = weights[at] * likeness(grade), weights[at] * (likeness(grade) - 500)
            sums[0, at + 1], sums[1, at + 1] = max(sums[0, at + 1], first), max(sums[1, at + 1], second)
            sums[0, 0] += first
            sums[1, 0] += second


@jit
def _may_pass(first: int, second: int, about: int, ask: Any, mass: int) -> bool:
    """Tell whether a reading may pass whose words add at most so much, by what stands in its posting."""
    born, year, listed = about >> 16, ask[YEAR], about & LOOK
    if not year or not born:
        return enough(first, second, mass, listed, ask, int64(ALONE), int64(0))
    if not enough(first, second, mass, listed, ask, int64(DATED), int64(0)):
        return False
    return bool(born == LOOK or years_agree(year, born, born))


@jit
def _read(ask: Any, listing: Any, work: Any, slot: Any, allowed: int, least: int, mass: int, seen: int) -> int:
    """Write to work.found the readings that may pass, from the postings of a slot's words above its allowance."""
    bound, beside, about, post, found = work.bound, listing.beside, listing.about, listing.post, work.found
    least = -(-least * 500 // _UNIT)
    for row in range(slot[0], slot[1]):
        word, grade = int64(work.pool[row] >> GRADE_BITS), int64(work.pool[row] & GRADE_MAX)
        second = min(slot[WHOLE], int64(listing.words.weight[word])) * (likeness(grade) - 500)
        if min((second + _LEVEL - 1) // _LEVEL, _LEVELS - 1) <= allowed:
            continue
        own = int64(bound[code_of(word)])
        for at in range(listing.post_start[word], listing.post_start[word + 1]):
            others = beside[at]
            if others != MANY:
                most = own + int64(bound[others & _CODE]) + int64(bound[others >> np.uint64(16) & _CODE])
                most += int64(bound[others >> _HALF & _CODE]) + int64(bound[others >> np.uint64(48)])
                if most & LOOK < least:
                    continue
                if not _may_pass((most >> 16) * _UNIT, (most & LOOK) * _UNIT, int64(about[at]), ask, mass):
                    continue
            bit = _ONE << np.uint64(post[at] & 63)
            if not work.taken[post[at] >> 6] & bit:
                work.taken[post[at] >> 6] |= bit
                found[seen] = post[at]
                seen += 1
    return seen


@jit
def _joined_may_pass(
    record: Any, people: Any, bound: Any, pool: Any, slots: Any, count: int, reading: int, ask: Any, mass: int
) -> bool:  # fmt: skip
    """Tell whether a reading may pass that holds asked words written as two."""
    if record[WORDS] < 0:
        return True
    first, second = int64(0), int64(0)
    for slot in range(count):
        grade = _joined_grade(pool, slots[slot, 1], slots[slot, 2], reading)
        if grade:
            first += slots[slot, WHOLE] * likeness(grade)
            second += slots[slot, WHOLE] * (likeness(grade) - 500)
    for at in range(record[WORDS]):
        most = int64(bound[code_of(int64(record[WORDS + 1 + at]))])
        first, second = first + (most >> 16) * _UNIT, second + (most & LOOK) * _UNIT
    bars = int64(DATED if ask[YEAR] and people[record[OWNER], 1] else ALONE)
    return enough(first, second, mass, int64(record[MASS]), ask, bars, int64(0))


@jit
def _note(reading: int, work: Any, seen: int) -> int:
    """Write a reading to work.found once."""
    row, bit = reading >> 6, _ONE << np.uint64(reading & 63)
    if not work.taken[row] & bit:
        work.taken[row] |= bit
        work.found[seen] = reading
        seen += 1
    return seen


@jit
def _kept(
    weights: Any, ask: Any, listing: Any, people: Any, work: Any, slots: Any, count: int, mass: int, same: int,
    seen: int,
) -> int:  # fmt: skip
    """Keep of what was written to work.found only what passes and is still listed; the first `same` are the same."""
    sums = np.zeros((2, WORDS_PER_READING_MAX + 1), np.int64)
    record, start, ids, listed = listing.record, listing.start, listing.ids, listing.words.weight
    hit, pool, found, kept = work.hit, work.pool, work.found, int64(0)
    for at in range(seen):
        reading = int64(found[at])
        work.taken[reading >> 6] = 0
        sum_up(weights, record, start, ids, listed, hit, pool, slots, count, reading, sums)
        owner = record[reading, OWNER]
        bars = int64(DATED if ask[YEAR] and people[owner, 1] else ALONE)
        if (
            enough(sums[0, 0], sums[1, 0], mass, int64(record[reading, MASS]), ask, bars, int64(at < same))
            and people[owner, 0]
            and (bars == ALONE or years_agree(ask[YEAR], int64(people[owner, 1]), int64(people[owner, 2])))
        ):
            found[kept] = reading
            kept += 1
    return int(kept)


@jit
def candidates(q: Any, ids: Any, asked: Any, ask: Any, listing: Any, people: Any, work: Any, spare: Any) -> int:
    """Write every candidate for a question to work.found and return their number.

    `ids`: the question's words; `asked`: the same unfolded; `ask`: its row of bars; `people`: (alive, first birth year,
    last birth year) by owner; `spare`: room for one reading.
    """
    slots, weights = np.zeros((SLOTS_MAX, SLOT), np.int64), np.zeros(ids.size, np.int64)
    count, mass, seen = near_slots(q, ids, asked, listing, work, spare, slots), mass_of(q, ids), int64(0)
    if count == 0:
        return 0
    for at in range(ids.size):
        weights[at] = q.weight[ids[at]]
    above, allowed = np.zeros((SLOTS_MAX, _LEVELS), np.int64), np.zeros(SLOTS_MAX, np.int64)
    _weigh_slots(weights, slots, count)
    _fill(listing, work, slots, count, above)
    value = same_hash(q, ids)
    at = first_of(listing.same, listing.same_bucket, value)
    while at < listing.same.size and listing.same[at] >> _HALF == value:
        seen = _note(int64(listing.same[at] & _LOW), work, seen)
        at += 1
    same = seen
    for slot in range(count):
        for row in range(slots[slot, 1], slots[slot, 2]):
            reading = int64(work.pool[row] >> GRADE_BITS)
            record = listing.record[reading]
            if _joined_may_pass(record, people, work.bound, work.pool, slots, count, reading, ask, mass):
                seen = _note(reading, work, seen)
    least = _least(ask, int64(ALONE), mass)
    if ask[YEAR]:
        least = min(least, _least(ask, int64(DATED), mass))
    _allow(above, count, (least * 500 - 1) // _LEVEL, allowed)
    for slot in range(count):
        seen = _read(ask, listing, work, slots[slot], allowed[slot], least, mass, seen)
    kept = _kept(weights, ask, listing, people, work, slots, count, mass, same, seen)
    _empty(work, slots, count)
    return int(kept)
