# ruff: noqa: ANN401, C901, PLR0912, PLR0917, PLR2004
"""Which listed words may be an asked word: keys that two like words share.

Knows:    deletion neighbourhoods (W. Garbe, SymSpell) over vowel-blind sound keys and letters, consonant skeletons.
Told:     words.
Answers:  for a form, every listed form that shares a key with it.
Trusted:  yes: the relation is part of the matcher's version; what shares no key is never compared.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH, alike_from, apart, int64, softly
from evenhand.matching.kernels import jit, jit_with_room, kernel, kernel_with_room
from evenhand.matching.packing import JOIN_SPELLINGS
from evenhand.matching.unfolding import joined
from evenhand.matching.wording import Words
from evenhand.names.word import ASKED_ALONE, NICKNAME

KEY_CHARACTERS: Final = 8
KEYS_MAX: Final = 80
LETTERS_KEYED: Final = 10
_LETTERS_MIN: Final = 4
_ONE_DROP_MIN: Final = 4
_TWO_DROPS_MIN: Final = 7
_BONES_MIN: Final = 3
_LIKENED_MIN: Final = 3
_BONES_DROP_MIN: Final = 5
NEIGHBOUR_MIN: Final = 700
NICKNAME_MIN: Final = 900
NICKNAME_WORTH: Final = 860
GRADE_BITS: Final = 5
GRADE_MAX: Final = (1 << GRADE_BITS) - 1
GRADE_BASE: Final = 690
GRADE_STEP: Final = 10
_BASIS: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_LOW: Final = np.uint64(0xFFFFFFFF)


@jit
def _hash(text: Any, size: int, skip: int, skip_too: int, space: int) -> Any:
    value = (_BASIS ^ np.uint64(space)) * _PRIME
    for at in range(size):
        if at not in (skip, skip_too):
            value = (value ^ np.uint64(text[at])) * _PRIME
    return (value ^ (value >> np.uint64(29))) & _LOW


def _likened() -> NDArray[np.uint8]:
    """Return for every sound the one it is taken for from one language to the next; 0: it is left out."""
    table = np.arange(128, dtype=np.uint8)
    for sounds in ("sSCzJ", "kgX", "td", "pbf"):
        for one in sounds[1:]:
            table[ord(one)] = ord(sounds[0])
    table[ord("h")] = 0
    return table


LIKENED: Final = _likened()
_T, _S = ord("t"), ord("s")


@jit
def likened_hash(first: Any, long: int, second: Any, wide: int, space: int) -> Any:
    """Return the hash of two sound keys one after the other (or of one) with like sounds made one.

    No h, nothing twice in a row, no t before s: what two words sound like does not change when they are written as one.
    """
    value, last = (_BASIS ^ np.uint64(space)) * _PRIME, int64(0)
    for at in range(long + wide + 1):
        mark = int64(0)
        if at < long + wide:
            mark = int64(LIKENED[first[at]]) if at < long else int64(LIKENED[second[at - long]])
            if mark in (int64(0), last):
                continue
        if last and not (last == _T and mark == _S):
            value = (value ^ np.uint64(last)) * _PRIME
        last = mark
    return (value ^ (value >> np.uint64(29))) & _LOW


@jit
def _letter_keys(letters: Any, size: int, out: Any, count: int) -> int:
    """Write the hashes of a word's letters, whole and with one dropped; return the number of all keys."""
    if size >= _LETTERS_MIN - 1:
        for one in range(-1, size if size >= _LETTERS_MIN else 0):
            out[count] = _hash(letters, size, int64(one), int64(-1), int64(5))
            count += 1
    return count


@kernel
def keys_of(
    key: Any, key_size: int, bones: Any, bones_size: int, bare: int, asked: int, exact: int, out: Any,
    letters: Any, letters_size: int,
) -> int:  # fmt: skip
    """Write the hashes of a form's keys, without doubles, and return their number.

    One slip of the hand changes the sounds of a word more than its letters, so words of which one written letter was
    dropped meet too (not those of abjads, whose letters are guessed).
    Skeletons join an abjad's form to any other: all listed skeletons lie in space 2, those of abjads in space 3
    too; an asked form from an abjad looks in space 2, any other in space 3. `exact`: nothing may be dropped.
    """
    count, none, whole = 0, int64(-1), int64(1)
    size = min(int(key_size), KEY_CHARACTERS)
    out[count] = _hash(key, size, none, none, whole)
    count += 1
    if size >= _LIKENED_MIN:
        out[count] = likened_hash(key, int64(key_size), key, int64(0), int64(6))
        count += 1
    if exact:
        return count
    if size >= _ONE_DROP_MIN:
        for one in range(size):
            out[count] = _hash(key, size, one, none, whole)
            count += 1
            if size >= _TWO_DROPS_MIN:
                for other in range(one):
                    out[count] = _hash(key, size, one, other, whole)
                    count += 1
    if not bare:
        count = _letter_keys(letters, min(int(letters_size), LETTERS_KEYED), out, count)
    size = min(int(bones_size), KEY_CHARACTERS)
    if size >= _BONES_MIN:
        for space in range(2, 4):
            if (asked and (space == 2) != (bare != 0)) or (not asked and space == 3 and not bare):
                continue
            out[count] = _hash(bones, size, none, none, space)
            count += 1
            if size >= _BONES_DROP_MIN:
                for one in range(size):
                    out[count] = _hash(bones, size, one, none, space)
                    count += 1
    kept = 0
    for at in range(count):
        seen = False
        for before in range(kept):
            if out[before] == out[at]:
                seen = True
                break
        if not seen:
            out[kept] = out[at]
            kept += 1
    return kept


@kernel
def join_hash(key: Any, size: int) -> Any:
    """Return the hash under which a joined word and a word that sounds so lie: the whole key, like sounds made one."""
    return likened_hash(key, int64(size), key, int64(0), int64(4))


@kernel_with_room
def _all_keys(words: Any, out: Any) -> int:
    row = np.zeros(KEYS_MAX, np.uint64)
    total = 0
    for form in range(words.keys.shape[0]):
        count = keys_of(
            words.keys[form], words.sizes[form, 2], words.bones[form], words.sizes[form, 3],
            int64(words.bare[form]), int64(0), int64(0), row, words.letters[form], words.sizes[form, 0],
        )  # fmt: skip
        if out.size:
            for at in range(count):
                out[total + at] = row[at] << np.uint64(32) | np.uint64(form)
        total += count
    return total


@jit
def bucket_of(bucket: Any, value: Any) -> Any:
    """Return where in `bucket` (see table_of) it stands from where on rows may have `value` in their upper half."""
    shift = np.uint64(32)
    size = bucket.size - 1
    while size > 1:
        size >>= 1
        shift -= np.uint64(1)
    return value >> shift


@jit
def first_of(table: Any, bucket: Any, value: Any) -> int:
    """Return the place of the first row of a table (see table_of) whose upper half is at least `value`."""
    place = bucket_of(bucket, value)
    low, high = bucket[place], bucket[place + np.uint64(1)]
    while low < high:
        middle = (low + high) >> 1
        if table[middle] >> np.uint64(32) < value:
            low = middle + 1
        else:
            high = middle
    return int(low)


def table_of(rows: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return rows sorted, and where those begin whose upper bits are 0, 1, 2 and so on."""
    rows = np.sort(rows)
    return rows, buckets_of(rows)


def buckets_of(rows: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return where those of some rows, sorted by their upper halves, begin whose upper bits are 0, 1, 2 and so on."""
    bits = min(22, max(4, int(rows.size).bit_length()))
    halves = rows >> np.uint64(32)
    edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(32 - bits)
    return np.append(np.searchsorted(halves, edges), rows.size).astype(np.int32)


def key_rows(words: Words) -> NDArray[np.uint64]:
    """Return for every form of some words a row a key: hash above, form below."""
    rows = np.empty(_all_keys(words, np.zeros(0, np.uint64)), np.uint64)
    _all_keys(words, rows)
    return rows


@jit
def grade_for(found: int, kind: int, cost: int) -> int:
    """Return the grade of a similarity with a spelling of some kind and cost."""
    if kind & NICKNAME:
        found = NICKNAME_WORTH - cost // 2 - (1000 - found) // 2
    else:
        found -= min(60, cost * 2 // 3)
    return int(max(1, (found - GRADE_BASE + GRADE_STEP - 1) // GRADE_STEP))


@jit_with_room
def grade_at(
    letters: Any, sounds: Any, sizes: Any, f: int, kind: int, cost: int,
    others: Any, other_sounds: Any, other_sizes: Any, form: int, bare: int, lines: Any,
) -> int:  # fmt: skip
    """Return what `grade_of` says of two forms that are not apart, by their rows alone."""
    need = int64(NICKNAME_MIN if kind & ASKED_ALONE else NEIGHBOUR_MIN)
    soft = softly(kind, bare, int64(sizes[f, 3]), int64(other_sizes[form, 3]))
    found = alike_from(
        letters, sounds, f, sizes, others, other_sounds, form, other_sizes, soft, int64(0), need, lines
    )
    return int(grade_for(int64(found), kind, cost) if found else 0)


@jit
def grade_of(q: Any, u: int, p: Any, form: Any, lines: Any) -> int:
    """Grade a listed form that shares a key with spelling u of the question: 0 if it is not near, else 1 … 31.

    A grade g stands for a similarity of 690 + 10 g thousandths, the cost of the spelling taken off.
    """
    f = int64(q.form[u])
    if apart(q.consonants[f], p.consonants[form], max(q.sizes[f, 1], p.sizes[form, 1])):
        return 0
    return int(
        grade_at(
            q.letters, q.sounds, q.sizes, f, int64(q.kind[u]), int64(q.cost[u]), p.letters, p.sounds, p.sizes,
            int64(form), int64(p.bare[form]), lines,
        )
    )  # fmt: skip


@jit
def grade_of_join(q: Any, u: int, w: Any, one: int, other: int, spare: Any, lines: Any) -> int:
    """Grade two neighbouring listed words, written as one, that sound as spelling u (see grade_of)."""
    best, f = int64(0), int64(q.form[u])
    keys, sizes, wanted = w.keys, w.sizes, join_hash(q.keys[f], q.sizes[f, 2])
    letters, sounds, q_sizes, consonants = q.letters, q.sounds, q.sizes, q.consonants[f]  # a call copies what it gets
    kind, cost = int64(q.kind[u]), int64(q.cost[u])
    for a in range(w.spelling_start[one], min(w.spelling_start[one] + JOIN_SPELLINGS, w.spelling_start[one + 1])):
        for b in range(
            w.spelling_start[other], min(w.spelling_start[other] + JOIN_SPELLINGS, w.spelling_start[other + 1])
        ):
            g, h = w.form[a], w.form[b]
            long, wide = int64(sizes[g, 2]), int64(sizes[h, 2])
            whole = long + wide <= WIDTH
            if whole and likened_hash(keys[g], long, keys[h], wide, int64(4)) != wanted:
                continue  # most end here, before anything is written
            joined(w, g, h, spare.letters[0], spare.sounds[0], spare.keys[0], spare.bones[0], spare.sizes[0])
            if not whole and join_hash(spare.keys[0], spare.sizes[0, 2]) != wanted:
                continue
            bare = int64(w.bare[g] | w.bare[h])
            if not apart(consonants, w.consonants[g] | w.consonants[h], max(q_sizes[f, 1], spare.sizes[0, 1])):
                grade = grade_at(
                    letters, sounds, q_sizes, f, kind, cost, spare.letters, spare.sounds, spare.sizes, int64(0), bare,
                    lines,
                )  # fmt: skip
                best = max(best, int64(grade))
    return int(best)
