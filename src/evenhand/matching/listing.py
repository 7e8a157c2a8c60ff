# ruff: noqa: ANN401, PLR0917
"""Listed names as arrays: built once from word numbers, never changed, written and mapped as files.

Knows:    how readings are sorted and which postings the kernels ask for.
Told:     words, readings as word numbers, and whose they are.
Answers:  a Listing.
Trusted:  yes: a reading left out here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH
from evenhand.matching.candidacy import mass_of, same_hash
from evenhand.matching.kernels import kernel, kernel_with_room
from evenhand.matching.lanes import faces_of
from evenhand.matching.lookup import buckets_of, join_hash, key_rows, table_of
from evenhand.matching.nearby import (
    takes_part,
)
from evenhand.matching.packing import JOIN_SPELLINGS
from evenhand.matching.recall import LOOK, MANY
from evenhand.matching.unfolding import joined, may_join, room_for_one
from evenhand.matching.wording import Words
from evenhand.matching.working import MASS, OWNER, RECORD, TAKING_PART, WORDS, Listing, code_of
from evenhand.names.word import ASKED_ALONE

_BESIDE_MAX: Final = 4
_OF_FORMS: Final = ("letters", "sounds", "keys", "bones", "sizes", "consonants", "bare")


@kernel_with_room
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


@kernel
def _join_rows(w: Any, start: Any, ids: Any, spare: Any, out: Any, pairs: Any) -> int:
    """Write a row for every two neighbouring words that may be one: hash above, reading below; and the two words."""
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
                    if (w.kind[u] | w.kind[v]) & ASKED_ALONE:
                        continue
                    if out.size:
                        joined(
                            w, w.form[u], w.form[v],
                            spare.letters[0], spare.sounds[0], spare.keys[0], spare.bones[0], spare.sizes[0],
                        )  # fmt: skip
                        value = join_hash(spare.keys[0], spare.sizes[0, 2])
                        out[total] = value << np.uint64(32) | np.uint64(reading)
                        pairs[total, 0], pairs[total, 1] = one, other
                    total += 1
    return total


def _inverse(groups: int, start: NDArray[np.int64], ids: NDArray[np.int32]) -> tuple[Any, Any]:
    post_start, post = np.zeros(groups + 1, np.int64), np.empty(ids.size, np.int32)
    return post_start, post[: _postings(groups, start, ids, post_start, post)].copy()


@kernel
def _retrieving(w: Any, start: Any, ids: Any, new_start: Any, new_ids: Any) -> int:
    """Copy the words of readings that take part in retrieval; return how many there are."""
    at = 0
    for reading in range(start.size - 1):
        for place in range(start[reading], start[reading + 1]):
            if takes_part(w, ids[place]):
                new_ids[at] = ids[place]
                at += 1
        new_start[reading + 1] = at
    return at


@kernel
def _records(w: Any, start: Any, ids: Any, owner: Any, out: Any) -> None:
    """Fill the record of every reading (see candidacy.OWNER) from its words that take part in retrieval."""
    for reading in range(owner.size):
        first, last = start[reading], start[reading + 1]
        out[reading, OWNER], out[reading, MASS] = owner[reading], mass_of(w, ids[first:last])
        out[reading, WORDS] = last - first if last - first < RECORD - WORDS else -1
        for place in range(first, last if out[reading, WORDS] >= 0 else first):
            out[reading, WORDS + 1 + place - first] = ids[place]


@kernel
def _beside(post_start: Any, post: Any, start: Any, ids: Any, record: Any, people: Any, out: Any, about: Any) -> None:
    """Fill what stands beside each posting: codes of the reading's other words; birth year, weight and reading."""
    for word in range(post_start.size - 1):
        for at in range(post_start[word], post_start[word + 1]):
            reading, codes, count, own = post[at], np.uint64(0), 0, False
            for place in range(start[reading], start[reading + 1]):
                if ids[place] == word and not own:
                    own = True  # this posting's; the same word once more adds once more
                    continue
                codes = codes << np.uint64(16) | code_of(ids[place])
                count += 1
            out[at] = codes if count <= _BESIDE_MAX else MANY
            first, last = people[record[reading, OWNER], 1], people[record[reading, OWNER], 2]
            born = first if first == last else LOOK
            about[at] = np.uint64(born) << np.uint64(48) | np.uint64(record[reading, MASS] << 32 | reading)


@kernel
def _same_rows(w: Any, start: Any, ids: Any, out: Any) -> None:
    for reading in range(out.size):
        value = same_hash(w, ids[start[reading] : start[reading + 1]])
        out[reading] = value << np.uint64(32) | np.uint64(reading)


def _dated_last(
    post_start: NDArray[np.int64], beside: NDArray[np.uint64], about: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Put postings of people whose birth date is known behind the others of their word; return where they begin."""
    dated = about >> np.uint64(48) != 0
    word = np.repeat(np.arange(post_start.size - 1), np.diff(post_start))
    order = np.argsort(word * 2 + dated, kind="stable")
    undated = np.bincount(word[~dated], minlength=post_start.size - 1)
    return post_start[:-1] + undated, beside[order], about[order]


def _users(words: Words) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for each form the words spelt so that take part in retrieval."""
    part = np.isin(words.word_kind, TAKING_PART)
    sizes = np.diff(words.spelling_start) * part
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    used_start, used = _inverse(words.bare.size, start, words.form[np.repeat(part, np.diff(words.spelling_start))])
    return used_start.astype(np.int32), used


def _in_order(words: Words) -> tuple[Words, NDArray[np.int32]]:
    """Return words and forms in the order of keys and letters, and the new number of each word.

    What is near one asked word lies side by side then, and so do its postings.
    """
    text = f"S{WIDTH}"
    columns = (np.ascontiguousarray(part).view(text).reshape(-1) for part in (words.letters, words.sounds, words.keys))
    forms = np.lexsort(tuple(columns))
    form = _numbers(forms)[words.form]
    order = np.argsort(form[words.spelling_start[:-1]], kind="stable")
    sizes = np.diff(words.spelling_start)[order]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    spellings = np.repeat(words.spelling_start[:-1][order] - start[:-1], sizes) + np.arange(start[-1])
    moved = {name: getattr(words, name)[forms] for name in _OF_FORMS} | {"spelling_start": start}
    moved |= {"form": form[spellings], "cost": words.cost[spellings], "kind": words.kind[spellings]}
    moved |= {name: getattr(words, name)[order] for name in ("word_kind", "weight", "tied", "native")}
    return Words(**{name: np.ascontiguousarray(moved[name]) for name in Words._fields}), _numbers(order)


def _numbers(order: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the place of every number in an order."""
    places = np.empty(order.size, np.int32)
    places[order] = np.arange(order.size, dtype=np.int32)
    return places


def _pair_by_pair(joins: NDArray[np.uint64], pairs: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return rows of joined words in the order of their hash, those of the same two words side by side."""
    half, low = np.uint64(32), np.uint64(0xFFFFFFFF)
    mixed = (pairs[:, 0].astype(np.uint64) << half | pairs[:, 1].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    return np.argsort(joins & ~low | mixed >> half, kind="stable")


def build_listing(
    words: Words, start: NDArray[np.int64], ids: NDArray[np.int32], owner: NDArray[np.int32],
    place: NDArray[np.uint16], *, people: NDArray[np.int16],
) -> Listing:  # fmt: skip
    """Return the listing of some readings: their first words, all words, whose they are, which of their names.

    `people`: per owner whether still listed, first and last birth year (0: none is known).
    """
    words, numbers = _in_order(words)
    ids = numbers[ids] if ids.size else ids
    same, record = np.zeros(owner.size, np.uint64), np.zeros((owner.size, RECORD), np.int32)
    _same_rows(words, start, ids, same)
    part_start, part_ids = np.zeros(owner.size + 1, np.int64), np.empty(ids.size, np.int32)
    part_ids = part_ids[: _retrieving(words, start, ids, part_start, part_ids)]
    post_start, post = _inverse(words.word_kind.size, part_start, part_ids)
    _records(words, part_start, part_ids, owner, record)
    beside, about = np.zeros(post.size, np.uint64), np.zeros(post.size, np.uint64)
    _beside(post_start, post, part_start, part_ids, record, people, beside, about)
    dated_start, beside, about = _dated_last(post_start, beside, about)
    used_start, used = _users(words)
    count = _join_rows(words, start, ids, room_for_one(), np.zeros(0, np.uint64), np.zeros((0, 2), np.int32))
    joins, pairs = np.empty(count, np.uint64), np.empty((count, 2), np.int32)
    _join_rows(words, start, ids, room_for_one(), joins, pairs)
    by_pair = _pair_by_pair(joins, pairs)
    return Listing(
        words,
        *table_of(key_rows(words)),
        faces_of(words),
        used_start,
        used,
        post_start,
        dated_start,
        beside,
        about,
        record,
        start,
        ids,
        owner,
        place,
        joins[by_pair],
        buckets_of(joins[by_pair]),
        pairs[by_pair],
        *table_of(same),
    )
