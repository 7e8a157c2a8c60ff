# ruff: noqa: ANN401, C901, PLR0917, PLR2004
"""Which listed words may be an asked word: keys that two like words share.

Knows:    deletion neighbourhoods (W. Garbe, SymSpell) over vowel-blind sound keys, and consonant skeletons.
Told:     packed forms.
Answers:  for a form, every listed form that shares a key with it.
Trusted:  yes: the relation is part of the matcher's version; what shares no key is never compared.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

KEY_CHARACTERS: Final = 8
KEYS_MAX: Final = 64
_ONE_DROP_MIN: Final = 3
_TWO_DROPS_MIN: Final = 7
_BONES_MIN: Final = 3
_BONES_DROP_MIN: Final = 5
_BASIS: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)


@njit(cache=True, nogil=True)
def _hash(text: Any, size: int, skip: int, skip_too: int, space: int) -> Any:
    value = (_BASIS ^ np.uint64(space)) * _PRIME
    for at in range(size):
        if at not in (skip, skip_too):
            value = (value ^ np.uint64(text[at])) * _PRIME
    return value ^ (value >> np.uint64(29))


@njit(cache=True, nogil=True)
def keys_of(key: Any, key_size: int, bones: Any, bones_size: int, bare: int, asked: int, exact: int, out: Any) -> int:
    """Write the hashes of a form's keys, without doubles, and return their number.

    Skeletons join an abjad's form to any other: all listed skeletons lie in space 2, those of abjads in space 3
    too; an asked form from an abjad looks in space 2, any other in space 3. `exact`: nothing may be dropped.
    """
    count = 0
    size = min(int(key_size), KEY_CHARACTERS)
    out[count] = _hash(key, size, -1, -1, 1)
    count += 1
    if exact:
        return count
    if size >= _ONE_DROP_MIN:
        for one in range(size):
            out[count] = _hash(key, size, one, -1, 1)
            count += 1
            if size >= _TWO_DROPS_MIN:
                for other in range(one):
                    out[count] = _hash(key, size, one, other, 1)
                    count += 1
    size = min(int(bones_size), KEY_CHARACTERS)
    if size >= _BONES_MIN:
        for space in range(2, 4):
            if (asked and (space == 2) != (bare != 0)) or (not asked and space == 3 and not bare):
                continue
            out[count] = _hash(bones, size, -1, -1, space)
            count += 1
            if size >= _BONES_DROP_MIN:
                for one in range(size):
                    out[count] = _hash(bones, size, one, -1, space)
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
def _all_keys(keys: Any, bones: Any, sizes: Any, bare: Any, hashes: Any, forms: Any) -> int:
    row = np.zeros(KEYS_MAX, np.uint64)
    total = 0
    for form in range(keys.shape[0]):
        count = keys_of(keys[form], sizes[form, 2], bones[form], sizes[form, 3], bare[form], 0, 0, row)
        if hashes.size:
            for at in range(count):
                hashes[total + at] = row[at]
                forms[total + at] = form
        total += count
    return total


@njit(cache=True, nogil=True)
def _fill(hashes: Any, slots: Any, starts: Any, mask: int) -> None:
    """Put the start of each run of equal hashes into an open-addressed table."""
    for at in range(hashes.size):
        if at and hashes[at] == hashes[at - 1]:
            continue
        place = np.int64(hashes[at] & np.uint64(mask))
        while starts[place] >= 0:
            place = (place + 1) & mask
        slots[place] = hashes[at]
        starts[place] = at


@njit(cache=True, nogil=True)
def run_of(slots: Any, starts: Any, mask: int, value: Any) -> int:
    """Return where the run of a hash begins, or -1."""
    place = np.int64(value & np.uint64(mask))
    while starts[place] >= 0:
        if slots[place] == value:
            return int(starts[place])
        place = (place + 1) & mask
    return -1


def key_table(
    keys: NDArray[np.uint8], bones: NDArray[np.uint8], sizes: NDArray[np.uint8], bare: NDArray[np.uint8]
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint64], NDArray[np.int32]]:
    """Return (hashes sorted, forms beside them, table of distinct hashes, their starts)."""
    none = np.zeros(0, np.uint64)
    total = _all_keys(keys, bones, sizes, bare, none, np.zeros(0, np.int32))
    hashes, forms = np.empty(total, np.uint64), np.empty(total, np.int32)
    _all_keys(keys, bones, sizes, bare, hashes, forms)
    order = np.argsort(hashes, kind="stable")
    hashes, forms = hashes[order], forms[order]
    distinct = int(np.count_nonzero(np.diff(hashes))) + 1 if total else 0
    room = 4
    while room < distinct * 2:
        room *= 2
    slots, starts = np.zeros(room, np.uint64), np.full(room, -1, np.int32)
    _fill(hashes, slots, starts, room - 1)
    return hashes, forms, slots, starts
