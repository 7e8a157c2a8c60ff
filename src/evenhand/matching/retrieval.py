# ruff: noqa: E501, ANN401, PLR0917, PLR2004
"""Candidates by guarantee: every reading that shares enough of the asked name's weight, and no scan of the rest.

Knows:    postings from forms to readings, lightest reading first.
Told:     packed questions.
Answers:  the readings whose hit weight is at least SHARE_MIN hundredths of the lighter name's weight, all of them.
Trusted:  yes: a candidate lost here is a suspect waved through.

Why nothing is lost: words are walked from the fewest postings to the most. When the words not yet walked weigh w
together, a reading not seen so far can only pass if SHARE_MIN · min(asked, listed) ≤ 100 · w. If the asked name is too
heavy for that, only readings of mass ≤ 100 · w / SHARE_MIN can pass, and postings are sorted by mass, so the walk stops
there. `passes` is the definition; the brute-force test applies it to every reading.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import DROPS, DROPS_ABJAD, LOOKS, PRICES, alike, apart, look_drops, softly
from evenhand.matching.neighbours import KEYS_MAX, key_table, keys_of, run_of
from evenhand.matching.packing import Packed
from evenhand.names.forms import ABJAD, NICKNAME
from evenhand.names.parts import PATRONYMIC, PLAIN

SHARE_MIN: Final = 60
"""Hundredths of the lighter name's weight that must be hit."""
NEIGHBOUR_MIN: Final = 700
NICKNAME_MIN: Final = 900
_CONSONANTS: Final = (1 << 58) - 1
TABLES: Final = (PRICES, LOOKS, DROPS, DROPS_ABJAD, look_drops())


class Index(NamedTuple):
    """A packed list with its keys and postings."""

    packed: Packed
    hashes: NDArray[np.uint64]
    forms: NDArray[np.int32]
    run_bits: NDArray[np.int64]
    """Per key: the form's consonants and, above them, the length of its sound key: read in a row, without a miss."""
    slots: NDArray[np.uint64]
    starts: NDArray[np.int32]
    post_start: NDArray[np.int64]
    post: NDArray[np.int32]


@njit(cache=True, nogil=True)
def _postings(p: Any, forms: int) -> Any:
    """Return (starts by form, readings): each reading once a form, in the order of readings given by mass."""
    order = np.argsort(p.mass, kind="mergesort")
    counts = np.zeros(forms + 1, np.int64)
    last = np.full(forms, -1, np.int32)
    for reading in order:
        for u in range(p.spelling_start[p.slot_start[reading]], p.spelling_start[p.slot_start[reading + 1]]):
            form = p.form[u]
            if last[form] != reading:
                last[form] = reading
                counts[form + 1] += 1
    starts = np.cumsum(counts)
    place = starts[:-1].copy()
    post = np.empty(starts[-1], np.int32)
    last[:] = -1
    for reading in order:
        for u in range(p.spelling_start[p.slot_start[reading]], p.spelling_start[p.slot_start[reading + 1]]):
            form = p.form[u]
            if last[form] != reading:
                last[form] = reading
                post[place[form]] = reading
                place[form] += 1
    return starts, post


def build_index(packed: Packed) -> Index:
    """Return the index of a packed list."""
    hashes, forms, slots, starts = key_table(packed.keys, packed.bones, packed.sizes, packed.bare)
    post_start, post = _postings(packed, packed.letters.shape[0])
    run_bits = packed.consonants[forms] | (packed.sizes[forms, 1].astype(np.int64) << 58)
    return Index(packed, hashes, forms, run_bits, slots, starts, post_start, post)


@njit(cache=True, nogil=True)
def near(q: Any, u: int, p: Any, form: int, tables: Any, lines: Any) -> bool:
    """Tell whether a listed form that shares a key with spelling u of the question is near enough to count."""
    f = q.form[u]
    if apart(q.consonants[f], p.consonants[form], max(q.sizes[f, 1], p.sizes[form, 1])):
        return False
    found = alike(
        q.letters[f], q.sounds[f], q.sizes[f, 0], q.sizes[f, 1],
        p.letters[form], p.sounds[form], p.sizes[form, 0], p.sizes[form, 1],
        softly(int(q.kind[u]), p.bare[form], q.sizes[f, 3], p.sizes[form, 3]), tables[0], tables[1], tables[2], tables[3], tables[4], lines,
    )  # fmt: skip
    return bool(found >= (NICKNAME_MIN if q.kind[u] & NICKNAME else NEIGHBOUR_MIN))


@njit(cache=True, nogil=True)
def retrieves(q: Any, slot: int) -> bool:
    """Tell whether a slot of the question takes part in retrieval."""
    return bool(q.slot_kind[slot] == PLAIN or q.slot_kind[slot] == PATRONYMIC)


@njit(cache=True, nogil=True)
def asked_mass(q: Any, i: int) -> int:
    """Return the weight of the words of a question that take part in retrieval."""
    total = 0
    first = q.slot_start[i]
    for at in range(q.words[i]):
        if retrieves(q, first + at):
            total += q.weight[first + at]
    return total


@njit(cache=True, nogil=True)
def passes(q: Any, i: int, mask: int, asked: int, listed: int) -> bool:
    """The definition of a candidate: the weight of the hit words against the lighter name."""
    hit = 0
    first = q.slot_start[i]
    for at in range(q.words[i]):
        if mask & (1 << at) and retrieves(q, first + at):
            hit += q.weight[first + at]
    return hit > 0 and hit * 100 >= SHARE_MIN * min(asked, listed)


@njit(cache=True, nogil=True)
def _hits(q: Any, slot: int, index: Any, tables: Any, hit: Any, tick: Any, found: Any, room: Any) -> int:
    """Mark every listed form near a slot of the question; write them to `found` and return their number."""
    p = index.packed
    bit = np.uint16(1) << np.uint16(room[0])
    mask = index.slots.size - 1
    keys = np.zeros(KEYS_MAX, np.uint64)
    lines = np.zeros((3, 32), np.int32)
    count = 0
    for u in range(q.spelling_start[slot], q.spelling_start[slot + 1]):
        f = q.form[u]
        room[1] += 1
        bits, long = q.consonants[f], np.int64(q.sizes[f, 1])
        for k in range(
            keys_of(
                q.keys[f], q.sizes[f, 2], q.bones[f], q.sizes[f, 3], q.kind[u] & ABJAD, 1, q.kind[u] & NICKNAME, keys
            )
        ):
            at = run_of(index.slots, index.starts, mask, keys[k])
            if at < 0:
                continue
            while at < index.hashes.size and index.hashes[at] == keys[k]:
                form, other = index.forms[at], index.run_bits[at]
                at += 1
                wide = other >> 58
                if apart(bits, other & _CONSONANTS, max(long, wide)):
                    continue
                if tick[form] == room[1] or hit[form] & bit:
                    continue
                tick[form] = room[1]
                if near(q, u, p, form, tables, lines):
                    hit[form] |= bit
                    found[count] = form
                    count += 1
    return count


@njit(cache=True, nogil=True)
def _mask_of(p: Any, reading: int, hit: Any, span: Any) -> int:
    """Return the asked words that the forms of a listed reading hit."""
    bits = np.uint16(0)
    for u in range(p.spelling_start[p.slot_start[reading]], p.spelling_start[p.slot_start[reading + 1]]):
        bits |= hit[p.form[u]]
    mask = 0
    at = 0
    while bits:
        if bits & np.uint16(1):
            mask |= span[at]
        bits >>= np.uint16(1)
        at += 1
    return mask


@njit(cache=True, nogil=True)
def _left(q: Any, i: int, span: Any, order: Any, step: int) -> int:
    """Return the weight of the words whose postings are not walked before a step."""
    mask = 0
    for later in range(step, order.size):
        mask |= span[order[later]]
    left = 0
    first = q.slot_start[i]
    for at in range(q.words[i]):
        if mask & (1 << at) and retrieves(q, first + at):
            left += q.weight[first + at]
    return left


@njit(cache=True, nogil=True)
def candidates(q: Any, i: int, index: Any, alive: Any, tables: Any, work: Any, out: Any) -> int:
    """Write every candidate reading of question reading i to `out` and return their number.

    `work`: hit (uint16 a form, zeros), tick (int64 a form), seen (int64 a reading), room (int64[3]), found (int32 a form).
    """
    hit, tick, seen, room, found = work
    p = index.packed
    first = q.slot_start[i]
    slots = min(q.slot_start[i + 1] - first, 26)
    asked = asked_mass(q, i)
    room[2] += 1
    span = np.zeros(16, np.int64)
    begin, end, size = np.zeros(16, np.int64), np.zeros(16, np.int64), np.zeros(16, np.int64)
    lists, total = 0, 0
    for at in range(slots):
        if not retrieves(q, first + at) or lists >= 16:
            continue
        room[0] = lists
        span[lists] = q.span[first + at]
        count = _hits(q, first + at, index, tables, hit, tick, found[total:], room)
        begin[lists], end[lists] = total, total + count
        for k in range(total, total + count):
            size[lists] += index.post_start[found[k] + 1] - index.post_start[found[k]]
        total += count
        lists += 1
    written = 0
    order = np.argsort(size[:lists])
    for step in range(lists):
        left = _left(q, i, span, order, step)
        heavy = 1 << 30
        if left * 100 < SHARE_MIN * asked:
            heavy = left * 100 // SHARE_MIN
        which = order[step]
        for k in range(begin[which], end[which]):
            form = found[k]
            for at in range(index.post_start[form], index.post_start[form + 1]):
                reading = index.post[at]
                if p.mass[reading] > heavy:
                    break
                if seen[reading] == room[2]:
                    continue
                seen[reading] = room[2]
                if alive[p.owner[reading]] and passes(q, i, _mask_of(p, reading, hit, span), asked, p.mass[reading]):
                    out[written] = reading
                    written += 1
    for k in range(total):
        hit[found[k]] = 0
    return written
