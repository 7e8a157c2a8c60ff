# ruff: noqa: ANN401, PLR0917
"""Which listed names hold an asked word written as two.

Knows:    that two neighbouring words written as one sound as their whole keys one after the other.
Told:     an asked word and a list.
Answers:  rows of (reading, grade), with what tells whether the reading may pass.
Trusted:  yes: a reading left out here is a suspect waved through.

Hundreds of pairs of words may sound as one asked word: they are written as one, and measured side by side.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.ahead import ahead
from evenhand.matching.alike import WIDTH, apart, int64
from evenhand.matching.kernels import jit, jit_with_room
from evenhand.matching.lanes import FACE, consonants_in, near_forms, sounds_in, write_joined, written_as
from evenhand.matching.lookup import (
    GRADE_BITS,
    GRADE_MAX,
    NEIGHBOUR_MIN,
    first_of,
    grade_for,
    join_hash,
    likened_hash,
)
from evenhand.matching.packing import JOIN_SPELLINGS
from evenhand.matching.unfolding import joined
from evenhand.matching.wording import SPELLINGS_PER_WORD_MAX
from evenhand.matching.working import ADDS, AHEAD, GRADED, MASS, NOT_TOLD, POSTS, UNDATED, WORD, WORDS, code_of
from evenhand.names.word import ASKED_ALONE

_TOLD_MAX: Final = 4
_FACES_MAX: Final = 256
"""Joined words that are measured together."""
_OF_A_PAIR: Final = JOIN_SPELLINGS * JOIN_SPELLINGS
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)


@jit
def _hashes(q: Any, word: int, out: Any) -> None:
    """Write for every spelling of an asked word the hash of its whole sound key; 0 for nicknames."""
    begin = q.spelling_start[word]
    for u in range(begin, q.spelling_start[word + 1]):
        f = q.form[u]
        out[u - begin] = np.uint64(0) if q.kind[u] & ASKED_ALONE else join_hash(q.keys[f], q.sizes[f, 2])


@jit
def _write_pair(w: Any, listed: Any, one: int, other: int, value: Any, spare: Any, faces: Any, at: int) -> int:
    """Write the faces of two listed words written as one that sound as `value`, from row `at` on; return the next.

    `listed`: the faces of listed forms.
    """
    keys, bones, sizes, form, starts = w.keys, w.bones, w.sizes, w.form, w.spelling_start  # a call copies all of them
    alone = starts[one + 1] - starts[one] == 1 and starts[other + 1] - starts[other] == 1  # what else would sound so
    for a in range(starts[one], min(starts[one] + JOIN_SPELLINGS, starts[one + 1])):
        for b in range(starts[other], min(starts[other] + JOIN_SPELLINGS, starts[other + 1])):
            g, h = int64(form[a]), int64(form[b])
            long, wide = int64(sizes[g, 2]), int64(sizes[h, 2])
            if not alone and long + wide <= WIDTH:
                if likened_hash(keys[g], long, keys[h], wide, int64(4)) != value:
                    continue
            elif not alone:
                joined(w, g, h, spare.letters[0], spare.sounds[0], spare.keys[0], spare.bones[0], spare.sizes[0])
                if join_hash(spare.keys[0], spare.sizes[0, 2]) != value:
                    continue
            touching = sizes[g, 3] and sizes[h, 3] and bones[g, sizes[g, 3] - 1] == bones[h, 0]
            write_joined(listed, g, h, int64(touching), faces, at)
            at += 1
    return at


@jit
def _graded(q: Any, u: int, faces: Any, count: int, pair_of: Any, room: Any, best: Any) -> None:
    """Grade the first faces against spelling u of the question: the best of each pair (see lookup.grade_of_join).

    Words written alike may sound otherwise where they are two: DJ, and D. J.; they are the same all the same.
    """
    forms, order, similar = room
    f, kind, cost, kept, marks = q.form[u], int64(q.kind[u]), int64(q.cost[u]), int64(0), faces.view(np.int64)
    consonants, size, letters = q.consonants[f], int64(q.sizes[f, 1]), int64(q.sizes[f, 0])
    for form in range(count):
        if apart(consonants, consonants_in(marks, form), max(size, sounds_in(faces, form))):
            continue
        if written_as(faces, form, q.letters[f], letters):
            pair = pair_of[form]
            best[pair] = max(best[pair], int64(grade_for(int64(1000), kind, cost)))
        else:
            forms[kept] = form
            kept += 1
    kept = near_forms(
        q.letters, q.sounds, q.sizes, int64(f), kind, int64(NEIGHBOUR_MIN), faces, forms, kept, order, similar
    )
    for k in range(kept):
        pair = pair_of[forms[k]]
        best[pair] = max(best[pair], int64(grade_for(similar[k], kind, cost)))


@jit_with_room
def _sounding_as(
    q: Any, word: int, hashes: Any, value: Any, listing: Any, spare: Any, faces: Any, rows: Any, count: int
) -> int:  # fmt: skip
    """Write to `rows` the readings with their grades that hold two words which, as one, sound as `value`.

    From `count` on; returns how many there are then.
    """
    joins, pairs, begin = listing.joins, listing.join_pair, q.spelling_start[word]
    pair_of, best = np.empty(_FACES_MAX, np.int64), np.empty(_FACES_MAX, np.int64)
    known = np.empty(_FACES_MAX, np.int64)
    room = np.empty(_FACES_MAX, np.int64), np.empty(_FACES_MAX, np.int64), np.empty(_FACES_MAX, np.int64)
    place = int64(first_of(joins, listing.join_bucket, value))
    while place < joins.size and joins[place] >> _HALF == value:
        written, pair = int64(0), int64(-1)
        one, other = int64(-1), int64(-1)
        while place < joins.size and joins[place] >> _HALF == value:
            if pairs[place, 0] != one or pairs[place, 1] != other:
                if written > _FACES_MAX - _OF_A_PAIR or pair == _FACES_MAX - 1:
                    break
                one, other = int64(pairs[place, 0]), int64(pairs[place, 1])
                end = int64(_write_pair(listing.words, listing.faces, one, other, value, spare, faces, written))
                pair += 1
                pair_of[written:end] = pair
                best[pair], known[pair], written = 0, place, end
            place += 1
        for u in range(begin, q.spelling_start[word + 1]):
            if hashes[u - begin] == value:
                _graded(q, u, faces, written, pair_of, room, best)
        for which in range(pair + 1):
            for at in range(known[which], known[which + 1] if which < pair else place):
                if best[which]:
                    rows[count] = int64(joins[at] & _LOW) << GRADE_BITS | best[which]
                    count += 1
    return count


@jit_with_room
def holding(q: Any, word: int, listing: Any, work: Any, pool: Any, spare: Any, at: int) -> int:
    """Write a row for each reading in which two neighbouring words written as one are an asked word, in their order.

    From row `at` on; returns the row after the last.
    """
    hashes, rows, record, count = np.zeros(SPELLINGS_PER_WORD_MAX, np.uint64), work.rows, listing.record, int64(0)
    faces = np.empty((_FACES_MAX, FACE), np.uint8)
    _hashes(q, word, hashes)
    for u in range(q.spelling_start[word + 1] - q.spelling_start[word]):
        known = hashes[u] == 0
        for before in range(u):
            known = known or hashes[before] == hashes[u]
        if not known:
            count = _sounding_as(q, word, hashes, hashes[u], listing, spare, faces, rows, count)
    rows[:count].sort()
    for row in range(count):
        ahead(record, rows[min(row + AHEAD, count - 1)] >> GRADE_BITS)
        pool[at, WORD], pool[at, GRADED] = rows[row] >> GRADE_BITS, rows[row] & GRADE_MAX
        _tell_reading(record, pool, at)
        at += 1
    return at


@jit
def _tell_reading(record: Any, pool: Any, at: int) -> None:
    """Write to the row of a reading what must be known of it to tell whether it may pass (see working.WORD)."""
    reading = pool[at, WORD]
    size = int64(record[reading, WORDS])
    told = 0 <= size <= _TOLD_MAX
    pool[at, ADDS], pool[at, POSTS], pool[at, UNDATED] = record[reading, MASS], 0, 0
    pool[at, GRADED] |= (size if told else int64(NOT_TOLD)) << GRADE_BITS
    for word in range(size if told else int64(0)):
        code = int64(code_of(int64(record[reading, WORDS + 1 + word]))) << 16 * (word & 1)
        if word < _TOLD_MAX // 2:
            pool[at, POSTS] |= code
        else:
            pool[at, UNDATED] |= code
