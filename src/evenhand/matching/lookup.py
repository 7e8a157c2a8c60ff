# ruff: noqa: ANN401, C901, PLR0917, PLR2004
"""Which listed words may be an asked word: keys that two like words share.

Knows:    deletion neighbourhoods (W. Garbe, SymSpell) over vowel-blind sound keys, and consonant skeletons.
Told:     words.
Answers:  for a form, every listed form that shares a key with it.
Trusted:  yes: the relation is part of the matcher's version; what shares no key is never compared.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import int64
from evenhand.matching.unfolding import jit
from evenhand.matching.wording import Words

KEY_CHARACTERS: Final = 8
KEYS_MAX: Final = 64
_ONE_DROP_MIN: Final = 3
_TWO_DROPS_MIN: Final = 7
_BONES_MIN: Final = 3
_BONES_DROP_MIN: Final = 5
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


@njit(cache=True, nogil=True)
def keys_of(key: Any, key_size: int, bones: Any, bones_size: int, bare: int, asked: int, exact: int, out: Any) -> int:
    """Write the hashes of a form's keys, without doubles, and return their number.

    Skeletons join an abjad's form to any other: all listed skeletons lie in space 2, those of abjads in space 3
    too; an asked form from an abjad looks in space 2, any other in space 3. `exact`: nothing may be dropped.
    """
    count, none, whole = 0, int64(-1), int64(1)
    size = min(int(key_size), KEY_CHARACTERS)
    out[count] = _hash(key, size, none, none, whole)
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


@njit(cache=True, nogil=True)
def join_hash(key: Any, size: int) -> Any:
    """Return the hash under which a joined word and a word as long lie: the whole sound key, nothing dropped."""
    return _hash(key, int64(size), int64(-1), int64(-1), int64(4))


@njit(cache=True, nogil=True)
def _all_keys(words: Any, out: Any) -> int:
    row = np.zeros(KEYS_MAX, np.uint64)
    total = 0
    for form in range(words.keys.shape[0]):
        count = keys_of(
            words.keys[form], words.sizes[form, 2], words.bones[form], words.sizes[form, 3],
            int64(words.bare[form]), int64(0), int64(0), row,
        )  # fmt: skip
        if out.size:
            for at in range(count):
                out[total + at] = row[at] << np.uint64(32) | np.uint64(form)
        total += count
    return total


@jit
def first_of(table: Any, bucket: Any, value: Any) -> int:
    """Return the place of the first row of a table (see table_of) whose upper half is at least `value`."""
    shift = np.uint64(32)
    size = bucket.size - 1
    while size > 1:
        size >>= 1
        shift -= np.uint64(1)
    low, high = bucket[value >> shift], bucket[(value >> shift) + np.uint64(1)]
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
    bits = min(22, max(4, int(rows.size).bit_length()))
    edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    return rows, np.append(np.searchsorted(rows, edges), rows.size).astype(np.int32)


def key_rows(words: Words) -> NDArray[np.uint64]:
    """Return for every form of some words a row a key: hash above, form below."""
    rows = np.empty(_all_keys(words, np.zeros(0, np.uint64)), np.uint64)
    _all_keys(words, rows)
    return rows
