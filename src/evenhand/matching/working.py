# ruff: noqa: ANN401
"""The arrays that kernels work on: a list, what was looked up near asked words, and the room of one thread.

Knows:    how they lie in memory, and how much of it there must be.
Told:     a list, how many words were asked, how many threads.
Answers:  the arrays, empty but for the list.
Trusted:  yes: room that is too small would lose candidates.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.kernels import jit
from evenhand.matching.packing import WORDS_PER_READING_MAX
from evenhand.matching.unfolding import SLOTS_MAX
from evenhand.matching.wording import Words
from evenhand.names.parts import PATRONYMIC, PLAIN

NOT_YET, UNDER_WAY = -1, -2
"""What stands for the size of what is near a word that nobody looked up, and of one that a thread is looking up."""
AHEAD: Final = 12
"""So many rows before they are needed their memory is asked for."""
NEAR_MAX: Final = 16_000_000
"""Rows that a thread keeps for words asked before; then they are found anew."""
BUCKETS: Final = 1 << 16
BEGIN, BUMP, LIMIT = 0, 1, 2
"""Places in the room of a thread: where its rows begin, where the next is written, where it keeps no more."""
WORD, ADDS, POSTS, GRADED, UNDATED, ROW = 0, 1, 2, 3, 4, 5
"""Places in a row of what is near: the listed word, or the reading; the most that the word adds to the first sum, and
to the second, in hundreds; where its postings begin; above, how many they are, below, the grade; how many of them are
of people without a birth date; size of the row. Of a reading: its mass stands in place of what it adds, the codes of up
to four words in place of postings and of people, and above the grade how many words it has, or NOT_TOLD."""
NOT_TOLD: Final = 31
"""The number of words of a reading whose record must be looked at: it has more than four."""
OWNER, MASS, WORDS, RECORD = 0, 1, 2, 8
"""Places in the record of a reading: whose it is, the weight of its words that take part, how many those are, and they
themselves; -1 of them: more than there is room for."""
MASK, WHOLE, SLOT = 3, 4, 5
"""Places in the row of a slot, behind where its words begin and end and its readings end: which words of the question
it is, what they weigh together; size of the row."""
UNIT: Final = 100
TAKING_PART: Final = (PLAIN, PATRONYMIC)
"""The kinds of words that count in retrieval: no initial, particle, title or cut-off word does."""


@jit
def code_of(word: int) -> Any:
    """Return the sixteen bits, never zero, by which a listed word stands beside a posting."""
    mixed = np.uint64(word + 1) * np.uint64(0x9E3779B97F4A7C15)
    return max(mixed >> np.uint64(48), np.uint64(1))


class Listing(NamedTuple):
    """A list that no longer changes. Postings are sorted by reading."""

    words: Words
    keyed: NDArray[np.uint64]
    bucket: NDArray[np.int32]
    """Hash above, form below, sorted; and where each bucket of hashes begins."""
    faces: NDArray[np.uint8]
    """Per form: what measuring reads (see lanes.faces_of)."""
    used_start: NDArray[np.int32]
    used: NDArray[np.int32]
    """Per form: the words spelt so that take part in retrieval."""
    post_start: NDArray[np.int64]
    dated_start: NDArray[np.int64]
    """Per word: where its postings begin, and among them those of people whose birth date is known."""
    beside: NDArray[np.uint64]
    """Per posting, by word that takes part in retrieval: sixteen bits of each of the reading's other words, or
    recall.MANY."""
    about: NDArray[np.uint64]
    """Per posting: the birth year of the reading's owner, 0 (none is known) or recall.LOOK, above; its mass; the
    reading below."""
    record: NDArray[np.int32]
    """Per reading in one piece: see candidacy.OWNER."""
    start: NDArray[np.int64]
    ids: NDArray[np.int32]
    owner: NDArray[np.int32]
    place: NDArray[np.uint16]
    """Per reading: all its words, whose it is, which of their names."""
    joins: NDArray[np.uint64]
    join_bucket: NDArray[np.int32]
    """Hash of two neighbouring words as one above, reading below, sorted by the hash."""
    join_pair: NDArray[np.int32]
    """For each of these the two words; those of equal hash lie pair by pair."""
    same: NDArray[np.uint64]
    same_bucket: NDArray[np.int32]
    """Hash of all words that take part in retrieval above, reading below, sorted."""


class Near(NamedTuple):
    """What is near the words asked before, for all threads over one list."""

    pool: NDArray[np.int32]
    """Rows (see WORD) of words and of readings; each thread writes to a part of its own."""
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    join_size: NDArray[np.int64]
    """Per asked word: its rows of words, and behind them its rows of readings; size below zero: not all are there."""


class Work(NamedTuple):
    """Room for one thread."""

    room: NDArray[np.int64]
    met: NDArray[np.uint64]
    """A bit a form, zeros between spellings."""
    forms: NDArray[np.int64]
    order: NDArray[np.int64]
    similar: NDArray[np.int64]
    level: NDArray[np.uint8]
    """Per listed word: its best grade; zeros between asked words."""
    rows: NDArray[np.int64]
    """Words, or readings with their grades, before they are sorted."""
    bound: NDArray[np.uint32]
    """Per sixteen bits of a listed word: the most it can add to the first sum, and to the second; zeros between."""
    some: NDArray[np.uint8]
    """One for each of these that is not zero."""
    looked: NDArray[np.int64]
    """Postings of one word that are worth a look."""
    taken: NDArray[np.uint64]
    """A bit a reading, zeros between questions."""
    found: NDArray[np.int32]


def rows_for(listing: Listing) -> tuple[int, int]:
    """Return how many rows a thread keeps of words asked before, and how many one question may add to them."""
    words = max(1, listing.words.word_kind.size)
    return min(NEAR_MAX, words * 1000), SLOTS_MAX * words + WORDS_PER_READING_MAX * listing.joins.size


def near_for(listing: Listing, asked_words: int, threads: int) -> Near:
    """Return room for what is near so many distinct words, none of them looked up yet."""
    return Near(
        np.empty((sum(rows_for(listing)) * threads, ROW), np.int32),  # touched as far as it is used
        np.zeros(asked_words, np.int64),
        np.full(asked_words, NOT_YET, np.int64),
        np.zeros(asked_words, np.int64),
    )


def more_words(near: Near, asked_words: int) -> Near:
    """Return the same room for questions of so many distinct words, more than before."""
    more = asked_words - near.size.size
    return near._replace(
        start=np.concatenate([near.start, np.zeros(more, np.int64)]),
        size=np.concatenate([near.size, np.full(more, NOT_YET, np.int64)]),
        join_size=np.concatenate([near.join_size, np.zeros(more, np.int64)]),
    )


def work_for(listing: Listing, thread: int) -> Work:
    """Return room for one thread over a list."""
    forms = max(1, listing.words.bare.size)
    words, readings = max(1, listing.words.word_kind.size), max(1, listing.owner.size)
    kept, more = rows_for(listing)
    begin = (kept + more) * thread
    return Work(
        np.array([begin, begin, begin + kept], np.int64),
        np.zeros(forms // 64 + 1, np.uint64),
        np.empty(forms, np.int64),
        np.empty(forms, np.int64),
        np.empty(forms, np.int64),
        np.zeros(words, np.uint8),
        np.empty(max(words, listing.joins.size), np.int64),
        np.zeros(BUCKETS, np.uint32),
        np.zeros(BUCKETS, np.uint8),
        np.empty(readings + 1, np.int64),
        np.zeros(readings // 64 + 1, np.uint64),
        np.zeros(readings, np.int32),
    )
