# ruff: noqa: ANN401, PLR0917
"""Every listed name whose shared words could weigh enough, and none that could not: candidates with a proof.

Knows:    what a candidate is (`candidacy.enough`), and how little of a list must be read to meet all of them.
Told:     a question's words, its bars, and a list.
Answers:  every candidate, with the sums that made it one.
Trusted:  yes: a candidate lost here is a suspect waved through.

What a listed word can add is rounded up to whole levels. Each slot of the question gets an allowance, together below
the least a candidate must have; a name whose words are all within their slot's allowance is no candidate, so it is
enough to read the postings of words above it, and of all ways to spread the allowance the one with the fewest postings
is taken. A posting carries sixteen bits of each other word of its name: where the most that all of them may add is too
little, the name itself is not looked at. A test applies the definition to every name of a list.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.ahead import ahead
from evenhand.matching.alike import int64
from evenhand.matching.candidacy import (
    ALONE,
    DATED,
    ENOUGH,
    LEAST,
    TOLL,
    YEAR,
    enough,
    mass_of,
    same_hash,
    sum_up,
    years_agree,
)
from evenhand.matching.kernels import jit, jit_with_room
from evenhand.matching.lookup import GRADE_BITS, GRADE_MAX, first_of
from evenhand.matching.nearby import (
    likeness,
    near_slots,
)
from evenhand.matching.packing import WORDS_PER_READING_MAX
from evenhand.matching.unfolding import SLOTS_MAX
from evenhand.matching.working import (
    ADDS,
    AHEAD,
    GRADED,
    MASS,
    NOT_TOLD,
    OWNER,
    POSTS,
    SLOT,
    UNDATED,
    UNIT,
    WHOLE,
    WORD,
    WORDS,
    code_of,
)

MANY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Beside a posting: the reading has more than four other words; look at it."""
LOOK: Final = 0xFFFF
"""The birth year of an owner of whom more than one year may be right."""
_EVERYBODY, _UNDATED, _DATED = 0, 1, 2
_LEVEL: Final = 2000
_LEVELS: Final = 64
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)
_CODE: Final = np.uint64(0xFFFF)
_SIXTEEN, _FORTY_EIGHT = np.uint64(16), np.uint64(48)


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
def _fill(pool: Any, slots: Any, count: int, bound: Any, some: Any, above: Any) -> None:
    """Write what each near word adds; above[dated, slot, level]: how many postings of whom lie above a level."""
    some[_CODE] = 1  # a posting with MANY beside it is always looked at
    for slot in range(count):
        for row in range(slots[slot, 0], slots[slot, 1]):
            code, adds = code_of(pool[row, WORD]), int64(pool[row, ADDS])
            known = int64(bound[code])
            bound[code] = max(known >> 16, adds >> 16) << 16 | max(known & LOOK, adds & LOOK)
            some[code] = 1
            level, undated = _level(adds & LOOK), int64(pool[row, UNDATED])
            above[0, slot, level] += undated
            above[1, slot, level] += (pool[row, GRADED] >> GRADE_BITS) - undated
        for level in range(_LEVELS - 2, -1, -1):
            above[0, slot, level] += above[0, slot, level + 1]
            above[1, slot, level] += above[1, slot, level + 1]


@jit
def _level(second: int) -> int:
    """Return the level of what a word adds to the second sum, in hundreds."""
    return int(min((second * UNIT + _LEVEL - 1) // _LEVEL, _LEVELS - 1))


@jit
def _empty(pool: Any, slots: Any, count: int, bound: Any, some: Any) -> None:
    """Take back what `_fill` wrote."""
    for slot in range(count):
        for row in range(slots[slot, 0], slots[slot, 1]):
            code = code_of(pool[row, WORD])
            bound[code] = 0
            some[code] = 0
    some[_CODE] = 0


@jit_with_room
def _allow(above: Any, count: int, most: int, allowed: Any) -> None:
    """Spread `most` levels over the slots so that the fewest postings are left to read; below zero: read all."""
    if most < 0:
        allowed[:count] = -1
        return
    best, line = np.zeros(_LEVELS, np.int64), np.zeros(_LEVELS, np.int64)
    chosen = np.empty((count, _LEVELS), np.int64)
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
def _may_pass(first: int, second: int, about: int, ask: Any, mass: int) -> bool:
    """Tell whether a reading may pass whose words add at most so much, by what stands in its posting."""
    born, year, listed = about >> 16, ask[YEAR], about & LOOK
    if not year or not born:
        return enough(first, second, mass, listed, ask, int64(ALONE), int64(0))
    if not enough(first, second, mass, listed, ask, int64(DATED), int64(0)):
        return False
    return bool(born == LOOK or years_agree(year, born, born))


@jit
def _worth_a_look(beside: Any, begin: Any, end: Any, some: Any, every: Any, out: Any) -> Any:
    """Write the postings beside which another word of the question may stand; `every`: 1 for all of them.

    Returns how many. Numbers have no sign: every index that may be below zero costs two instructions more.
    """
    count = np.uint64(0)
    for place in range(begin, end):
        others = beside[place]
        met = some[others & _CODE] | some[others >> _SIXTEEN & _CODE]
        if others >> _HALF:  # names of four words and more are few
            met |= some[others >> _HALF & _CODE] | some[others >> _FORTY_EIGHT]
        out[count] = place
        count += np.uint64(met | every)
    return count


@jit
def _most(own: int, others: Any, bound: Any) -> int:
    """Return the most that a posting's word and those beside it add, to the first sum above, to the second below."""
    most = own + int64(bound[others & _CODE]) + int64(bound[others >> _SIXTEEN & _CODE])
    return int(most + int64(bound[others >> _HALF & _CODE]) + int64(bound[others >> _FORTY_EIGHT]))


@jit
def _heavy(own: int, least: int, beside: Any, about: Any, bound: Any, looked: Any, count: Any) -> Any:
    """Keep of some postings those whose words may add `least`; what else is known of them is asked for."""
    kept = np.uint64(0)
    for at in range(count):
        place = np.uint64(looked[at])
        others = beside[place]
        looked[kept] = place
        if others == MANY or _most(own, others, bound) & LOOK >= least:
            ahead(about, place)
            kept += _ONE
    return kept


@jit
def _read_slot(
    ask: Any, listing: Any, pool: Any, slot: Any, allowed: int, least: int, mass: int, whose: int, work: Any, seen: int
) -> int:  # fmt: skip
    """Write to work.found the readings that may pass, from the postings of a slot's words above its allowance.

    `whose`: see _read.
    """
    beside, about, bound, some, looked = listing.beside, listing.about, work.bound, work.some, work.looked
    least = -(-least * 500 // UNIT)
    for row in range(slot[0], slot[1]):
        if _level(int64(pool[row, ADDS]) & LOOK) <= allowed:
            continue
        ahead(beside, pool[min(row + AHEAD, slot[1] - 1), POSTS])
        own, begin = int64(bound[code_of(pool[row, WORD])]), int64(pool[row, POSTS])
        end, undated = begin + (pool[row, GRADED] >> GRADE_BITS), begin + int64(pool[row, UNDATED])
        begin, end = undated if whose == _DATED else begin, undated if whose == _UNDATED else end
        count = _worth_a_look(beside, np.uint64(begin), np.uint64(end), some, np.uint8(own & LOOK >= least), looked)
        count = _heavy(own, least, beside, about, bound, looked, count)
        for at in range(count):
            place = np.uint64(looked[at])
            others = beside[place]
            if others != MANY:
                most = int64(_most(own, others, bound))
                if not _may_pass((most >> 16) * UNIT, (most & LOOK) * UNIT, int64(about[place] >> _HALF), ask, mass):
                    continue
            seen = _note(int64(about[place] & _LOW), work.taken, work.found, seen)
    return seen


@jit_with_room
def _read(
    ask: Any, listing: Any, pool: Any, slots: Any, count: int, above: Any, mass: int, whose: int, work: Any, seen: int
) -> int:  # fmt: skip
    """Write to work.found whoever may pass, of all, of people without a birth date, or of those with one (`whose`).

    `above`: per slot and level how many of their postings lie above it.
    """
    if not above[:, 0].any():
        return seen
    allowed, least = np.zeros(count, np.int64), int64(_least(ask, int64(DATED if whose == _DATED else ALONE), mass))
    _allow(above, count, (least * 500 - 1) // _LEVEL, allowed)
    for slot in range(count):
        seen = _read_slot(ask, listing, pool, slots[slot], allowed[slot], least, mass, whose, work, seen)
    return seen


@jit
def _beside_joined(record: Any, bound: Any, pool: Any, row: int) -> int:
    """Return the most that the words of a reading with a joined word (a row of pool) add, as `_most`; -1: not known."""
    reading, size = int64(pool[row, WORD]), int64(pool[row, GRADED] >> GRADE_BITS)
    told, most = size != NOT_TOLD, int64(0)
    size = size if told else int64(record[reading, WORDS])
    if size < 0:
        return -1
    codes = np.uint64(np.uint32(pool[row, POSTS])) | np.uint64(np.uint32(pool[row, UNDATED])) << _HALF
    for at in range(size):
        code = codes & _CODE if told else code_of(int64(record[reading, WORDS + 1 + at]))
        most += int64(bound[code])
        codes >>= _SIXTEEN
    return int(most)


@jit_with_room
def _joined(
    record: Any, people: Any, bound: Any, pool: Any, slots: Any, count: int, ask: Any, mass: int, work: Any, seen: int
) -> int:  # fmt: skip
    """Write to work.found the readings that may pass and hold asked words written as two.

    The rows of every slot are sorted by reading: while those of one are gone through, the others are followed.
    """
    at = np.empty(count, np.int64)
    for slot in range(count):
        for each in range(count):
            at[each] = slots[each, 1]
        for row in range(slots[slot, 1], slots[slot, 2]):
            reading, most = int64(pool[row, WORD]), int64(_beside_joined(record, bound, pool, row))
            first, second = (most >> 16) * UNIT, (most & LOOK) * UNIT
            for each in range(count):
                grade, at[each] = _grade_from(pool, at[each], slots[each, 2], reading)
                if grade:
                    first += slots[each, WHOLE] * likeness(grade)
                    second += slots[each, WHOLE] * (likeness(grade) - 500)
            bars = int64(DATED if ask[YEAR] and people[record[reading, OWNER], 1] else ALONE)
            if most < 0 or enough(first, second, mass, int64(pool[row, ADDS]), ask, bars, int64(0)):
                seen = _note(reading, work.taken, work.found, seen)
    return seen


@jit
def _grade_from(pool: Any, at: int, end: int, reading: int) -> tuple[int, int]:
    """Return the best grade of a reading among sorted rows, or 0, and its first row or the next; `at`: no later row."""
    while at < end and pool[at, WORD] < reading:
        at += 1
    best, row = int64(0), at
    while row < end and pool[row, WORD] == reading:
        best = max(best, int64(pool[row, GRADED] & GRADE_MAX))
        row += 1
    return best, at


@jit
def _note(reading: int, taken: Any, found: Any, seen: int) -> int:
    """Write a reading to `found` once."""
    row, bit = reading >> 6, _ONE << np.uint64(reading & 63)
    if not taken[row] & bit:
        taken[row] |= bit
        found[seen] = reading
        seen += 1
    return seen


@jit_with_room
def _kept(
    weights: Any, ask: Any, listing: Any, people: Any, pool: Any, work: Any, slots: Any, count: int, mass: int,
    same: int, seen: int,
) -> int:  # fmt: skip
    """Keep of what was written to work.found only what passes and is still listed; the first `same` are the same."""
    sums = np.zeros((2, WORDS_PER_READING_MAX + 1), np.int64)
    record, start, ids, found, kept = listing.record, listing.start, listing.ids, work.found, int64(0)
    for at in range(seen):
        ahead(record, found[min(at + AHEAD, seen - 1)])
        reading = int64(found[at])
        work.taken[reading >> 6] = 0
        sum_up(weights, record, start, ids, pool, slots, count, reading, work.some, sums)
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


@jit_with_room
def candidates(
    q: Any, ids: Any, asked: Any, ask: Any, listing: Any, people: Any, near: Any, work: Any, spare: Any
) -> int:  # fmt: skip
    """Write every candidate for a question to work.found and return their number.

    `ids`: the question's words; `asked`: the same unfolded; `ask`: its row of bars; `people`: (alive, first birth year,
    last birth year) by owner; `near`: what was looked up before; `spare`: room for one reading.
    """
    slots, weights = np.zeros((SLOTS_MAX, SLOT), np.int64), np.zeros(ids.size, np.int64)
    count, mass, seen = near_slots(q, ids, asked, listing, near, work, spare, slots), mass_of(q, ids), int64(0)
    if count == 0:
        return 0
    for at in range(ids.size):
        weights[at] = q.weight[ids[at]]
    pool, bound, some, taken, found = near.pool, work.bound, work.some, work.taken, work.found
    above = np.zeros((2, count, _LEVELS), np.int64)
    _fill(pool, slots, count, bound, some, above)
    value = same_hash(q, ids)
    at = first_of(listing.same, listing.same_bucket, value)
    while at < listing.same.size and listing.same[at] >> _HALF == value:
        seen = _note(int64(listing.same[at] & _LOW), taken, found, seen)
        at += 1
    same = seen
    seen = _joined(listing.record, people, bound, pool, slots, count, ask, mass, work, seen)
    if ask[YEAR]:
        seen = _read(ask, listing, pool, slots, count, above[0], mass, int64(_UNDATED), work, seen)
        seen = _read(ask, listing, pool, slots, count, above[1], mass, int64(_DATED), work, seen)
    else:
        seen = _read(ask, listing, pool, slots, count, above[0] + above[1], mass, int64(_EVERYBODY), work, seen)
    kept = _kept(weights, ask, listing, people, pool, work, slots, count, mass, same, seen)
    _empty(pool, slots, count, bound, some)
    return int(kept)
