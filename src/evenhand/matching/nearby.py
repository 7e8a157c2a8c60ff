# ruff: noqa: ANN401, PLR0917
"""Which listed words are near an asked word, and which listed names hold it written as two: found once, then kept.

Knows:    that travellers' words repeat, so that what was found for a word is worth keeping.
Told:     a question's words and a list.
Answers:  rows of (listed word, grade) and of (reading, grade) for every word of the question.
Trusted:  yes: a listed word left out here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import apart, int64, letter_bits, letters_apart
from evenhand.matching.lookup import GRADE_BITS, KEYS_MAX, first_of, grade_at, grade_of_join, join_hash, keys_of
from evenhand.matching.packing import WORDS_PER_READING_MAX
from evenhand.matching.unfolding import SLOTS_MAX, jit, may_join
from evenhand.matching.wording import SPELLINGS_PER_WORD_MAX, Words
from evenhand.names.forms import ABJAD, NICKNAME
from evenhand.names.parts import PATRONYMIC, PLAIN

NOT_YET: Final = -1
NEAR_MAX: Final = 16_000_000
"""Rows kept for words asked before; then they are found anew."""
BUCKETS: Final = 1 << 16
STAMP, BUMP, LIMIT = 0, 1, 2
MASK, WHOLE, SLOT = 3, 4, 5
"""Places in the row of a slot, behind where its words begin and end and its readings end; size of the row."""
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)


class Listing(NamedTuple):
    """A list that no longer changes. Postings are sorted by reading."""

    words: Words
    keyed: NDArray[np.uint64]
    bucket: NDArray[np.int32]
    """Hash above, form below, sorted; and where each bucket of hashes begins."""
    bits: NDArray[np.int64]
    """Per form: which letters it holds."""
    used_start: NDArray[np.int32]
    used: NDArray[np.int32]
    """Per form: the words spelt so."""
    post_start: NDArray[np.int64]
    post: NDArray[np.int32]
    """Per word that takes part in retrieval: its readings."""
    beside: NDArray[np.uint64]
    """Per posting: sixteen bits of each of the reading's other words, or recall.MANY."""
    about: NDArray[np.uint32]
    """Per posting: above, the birth year of the reading's owner, 0 (none is known) or recall.LOOK; below, its mass."""
    record: NDArray[np.int32]
    """Per reading in one piece: see recall.OWNER."""
    start: NDArray[np.int64]
    ids: NDArray[np.int32]
    owner: NDArray[np.int32]
    place: NDArray[np.uint16]
    """Per reading: all its words, whose it is, which of their names."""
    joins: NDArray[np.uint64]
    join_bucket: NDArray[np.int32]
    """Hash of two neighbouring words as one above, reading below, sorted."""
    same: NDArray[np.uint64]
    same_bucket: NDArray[np.int32]
    """Hash of all words that take part in retrieval above, reading below, sorted."""


class Work(NamedTuple):
    """Room for one thread. `pool` holds the rows of words asked before, from 0 to room[BUMP]."""

    room: NDArray[np.int64]
    tick: NDArray[np.int64]
    """Per form: the last spelling that it was compared with."""
    level: NDArray[np.uint8]
    """Per listed word, zeros between asked words."""
    pool: NDArray[np.int32]
    """Rows: listed word or reading above, grade below."""
    near_start: NDArray[np.int64]
    near_size: NDArray[np.int64]
    join_size: NDArray[np.int64]
    """Per asked word: its rows of words, and behind them its rows of readings; size NOT_YET if it has none yet."""
    hit: NDArray[np.uint8]
    """Per listed word and slot of the question: its grade; zeros between questions."""
    bound: NDArray[np.uint32]
    """Per sixteen bits of a listed word: the most it can add to the first sum, and to the second; zeros between."""
    taken: NDArray[np.uint64]
    """A bit a reading, zeros between questions."""
    found: NDArray[np.int32]


def work_for(listing: Listing, asked_words: int) -> Work:
    """Return room for one thread over a list, and over questions of so many distinct words."""
    words, readings = max(1, listing.words.word_kind.size), max(1, listing.owner.size)
    kept = min(NEAR_MAX, words * 1000)
    most = SLOTS_MAX * words + WORDS_PER_READING_MAX * listing.joins.size  # of one question; seldom touched
    return Work(
        np.array([0, 0, kept], np.int64),
        np.zeros(max(1, listing.words.bare.size), np.int64),
        np.zeros(words, np.uint8),
        np.empty(kept + most, np.int32),
        np.zeros(asked_words, np.int64),
        np.full(asked_words, NOT_YET, np.int64),
        np.zeros(asked_words, np.int64),
        np.zeros((words, SLOTS_MAX), np.uint8),
        np.zeros(BUCKETS, np.uint32),
        np.zeros(readings // 64 + 1, np.uint64),
        np.zeros(readings, np.int32),
    )


def more_words(work: Work, asked_words: int) -> Work:
    """Return the same room for questions of so many distinct words, more than before."""
    more = asked_words - work.near_size.size
    return work._replace(
        near_start=np.concatenate([work.near_start, np.zeros(more, np.int64)]),
        near_size=np.concatenate([work.near_size, np.full(more, NOT_YET, np.int64)]),
        join_size=np.concatenate([work.join_size, np.zeros(more, np.int64)]),
    )


@jit
def takes_part(w: Any, word: int) -> bool:
    """Tell whether a word counts in retrieval: no initial, particle, title or cut-off word does."""
    return bool(w.word_kind[word] == PLAIN or w.word_kind[word] == PATRONYMIC)


@jit
def _near_spelling(q: Any, u: int, exact: int, listing: Any, work: Any, at: int) -> int:
    """Write every listed word near spelling u, and its best grade to work.level; `exact`: by the whole key only."""
    keys, f, kind, cost = np.zeros(KEYS_MAX, np.uint64), int64(q.form[u]), int64(q.kind[u]), int64(q.cost[u])
    letters, sounds, sizes, consonants = q.letters, q.sounds, q.sizes, q.consonants[f]
    lines = np.zeros((3, 32), np.int32)
    w, keyed, tick, level, pool, used = listing.words, listing.keyed, work.tick, work.level, work.pool, listing.used
    others, other_sounds, other_sizes = w.letters, w.sounds, w.sizes  # taken out here: a call copies what it is given
    work.room[STAMP] += 1
    stamp, bits = work.room[STAMP], letter_bits(letters[f], int64(sizes[f, 0]))
    count = keys_of(
        q.keys[f], sizes[f, 2], q.bones[f], sizes[f, 3], int64(kind & ABJAD), int64(1), exact, keys,
        letters[f], sizes[f, 0],
    )  # fmt: skip
    for k in range(count):
        place = first_of(keyed, listing.bucket, keys[k])
        while place < keyed.size and keyed[place] >> _HALF == keys[k]:
            form = int64(keyed[place] & _LOW)
            place += 1
            if tick[form] == stamp:
                continue
            tick[form] = stamp
            if apart(consonants, w.consonants[form], max(int64(sizes[f, 1]), int64(other_sizes[form, 1]))):
                continue
            grade = grade_at(
                letters, sounds, sizes, f, kind, cost, others, other_sounds, other_sizes, form, int64(w.bare[form]),
                letters_apart(bits, listing.bits[form]), lines,
            )  # fmt: skip
            for row in range(listing.used_start[form], listing.used_start[form + 1] if grade else 0):
                word = used[row]
                if takes_part(w, word):
                    if level[word] == 0:
                        pool[at] = word
                        at += 1
                    level[word] = max(level[word], grade)
    return at


@jit
def _graded(work: Any, begin: int, end: int) -> None:
    """Put the grades beside the words just written."""
    for row in range(begin, end):
        word = work.pool[row]
        work.pool[row] = word << GRADE_BITS | work.level[word]
        work.level[word] = 0


@jit
def _joined_hashes(q: Any, word: int, out: Any) -> None:
    """Write for every spelling of an asked word the hash of its whole sound key; 0 for nicknames."""
    begin = q.spelling_start[word]
    for u in range(begin, q.spelling_start[word + 1]):
        f = q.form[u]
        out[u - begin] = np.uint64(0) if q.kind[u] & NICKNAME else join_hash(q.keys[f], q.sizes[f, 2])


@jit
def _joined_grade(
    q: Any, word: int, hashes: Any, value: Any, listing: Any, reading: int, spare: Any, lines: Any
) -> int:
    """Return the best grade of two neighbouring words of a reading and the spellings that sound as `value`."""
    best, begin = int64(0), q.spelling_start[word]
    for k in range(listing.start[reading], listing.start[reading + 1] - 1):
        one, other = listing.ids[k], listing.ids[k + 1]
        if may_join(listing.words, one, other):
            for u in range(begin, q.spelling_start[word + 1]):
                if hashes[u - begin] == value:
                    best = max(best, grade_of_join(q, u, listing.words, one, other, spare, lines))
    return int(best)


@jit
def _joined(q: Any, word: int, listing: Any, work: Any, spare: Any, lines: Any, row: int) -> int:
    """Write the readings in which two neighbouring words written as one are an asked word, each once; not in order."""
    hashes = np.zeros(SPELLINGS_PER_WORD_MAX, np.uint64)
    _joined_hashes(q, word, hashes)
    for u in range(q.spelling_start[word + 1] - q.spelling_start[word]):
        value, known = hashes[u], hashes[u] == 0
        for before in range(u):
            known = known or hashes[before] == value
        at = listing.joins.size if known else first_of(listing.joins, listing.join_bucket, value)
        last = int64(-1)
        while at < listing.joins.size and listing.joins[at] >> _HALF == value:
            reading = int64(listing.joins[at] & _LOW)
            at += 1
            if reading == last:
                continue
            last = reading
            grade = _joined_grade(q, word, hashes, value, listing, reading, spare, lines)
            if grade:
                work.pool[row] = reading << GRADE_BITS | grade
                row += 1
    return row


@jit
def _near(q: Any, word: int, listing: Any, work: Any, spare: Any) -> None:
    """Find what is near an asked word and keep it."""
    lines = np.zeros((3, 32), np.int32)
    begin = int64(work.room[BUMP])
    at = begin
    for u in range(q.spelling_start[word], q.spelling_start[word + 1]):
        at = _near_spelling(q, u, int64(q.kind[u] & NICKNAME), listing, work, at)
    _graded(work, begin, at)
    last = _joined(q, word, listing, work, spare, lines, at)
    if last - at > 1:
        work.pool[at:last] = np.sort(work.pool[at:last])
    work.near_start[word], work.near_size[word], work.join_size[word] = begin, at - begin, last - at
    work.room[BUMP] = last


@jit
def near_slots(q: Any, ids: Any, asked: Any, listing: Any, work: Any, spare: Any, slots: Any) -> int:
    """Fill rows (begin, end of words, end of readings, mask of asked words) of slots and return their number.

    `ids`: the question's words; `asked`: the same unfolded, two words written as one among them; `spare`: room.
    """
    if work.room[BUMP] > work.room[LIMIT]:
        work.near_size[:] = NOT_YET
        work.room[BUMP] = 0
    count, part = 0, int64(0)
    for at in range(ids.size):
        word = ids[at]
        if not takes_part(q, word):
            continue
        part |= int64(1) << at
        if work.near_size[word] == NOT_YET:
            _near(q, word, listing, work, spare)
        slots[count, 0] = work.near_start[word]
        slots[count, 1] = slots[count, 0] + work.near_size[word]
        slots[count, 2] = slots[count, 1] + work.join_size[word]
        slots[count, MASK] = int64(1) << at
        count += 1
    end = int64(work.room[BUMP])
    for slot in range(ids.size, asked.slot_start[1]):
        if not asked.span[slot] & part:
            continue
        begin = end
        for u in range(asked.spelling_start[slot], asked.spelling_start[slot + 1]):
            end = _near_spelling(asked, u, int64(1), listing, work, end)
        _graded(work, begin, end)
        if end > begin:
            slots[count, 0], slots[count, 1], slots[count, 2] = begin, end, end
            slots[count, MASK] = asked.span[slot] & part
            count += 1
    return count
