# ruff: noqa: ANN401, FBT001, PLR0917, PLR2004
"""What the letters say in which two words differ: another usual spelling, a slip, or another word.

Knows:    how telling every letter for another, every letter too many and every swap was seen to be, by its neighbours.
Told:     two words as letters.
Answers:  how much likelier the differences are between two spellings of one word, or between a word and the same word
          mistyped or misread, than between two words that happen to be alike; the same on every machine.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH, int64
from evenhand.matching.kernels import kernel, kernel_with_room

_MARKS: Final = 27
"""Letters a to z, and none: before a word, behind it, or where the neighbours of two letters differ."""
_PAIRS: Final = _MARKS * _MARKS
_PLACES: Final = 3
OTHER, OTHER_PLACE = 0, _PAIRS
"""A letter for another; the same by its place in the word, by the letter before it and by the one behind it."""
OTHER_AFTER: Final = OTHER_PLACE + _PLACES * _PAIRS
OTHER_BEFORE: Final = OTHER_AFTER + _MARKS * _PAIRS
MORE: Final = OTHER_BEFORE + _MARKS * _PAIRS
"""A letter that one word lacks; the same by its place, by the letter before it, by the one behind it, and by both."""
MORE_PLACE: Final = MORE + _MARKS
MORE_AFTER: Final = MORE_PLACE + _PLACES * _MARKS
MORE_BEFORE: Final = MORE_AFTER + _PAIRS
MORE_BETWEEN: Final = MORE_BEFORE + _PAIRS
SWAPPED: Final = MORE_BETWEEN + _MARKS * _PAIRS
"""Two neighbours turned about: inside a word, and at its beginning."""
KINDS: Final = SWAPPED + 2
FOUND_MAX: Final = 5 * 2 * WIDTH
"""So many numbers tell two words apart at most: five for every letter of both."""
_VOWELS: Final = np.array([mark in b"\x01\x05\x09\x0f\x15\x19" for mark in range(_MARKS)])
_VOWEL, _CONSONANT, _BOTH, _LACKS, _SWAP = 7, 10, 14, 9, 10
"""Prices by which letters are put side by side: what they say is told by the table, not by these."""
SLIPS: Final = 200
"""How much likelier a slip is than another spelling before a letter is seen, in hundredths of log odds; chosen on
training questions, as is what one pair of words may say at most."""
TOLD_MAX: Final = 600


@cache
def _table() -> dict[str, NDArray[np.int16]]:
    with files("evenhand.matching").joinpath("tables/changes.npz").open("rb") as file:
        loaded: Any = np.load(file, allow_pickle=False)
        return {name: loaded[name] for name in ("said", "either")}


def changes_said() -> NDArray[np.int16]:
    """Return what every kind of change says, in hundredths of log odds: row 0 of another spelling, row 1 of a slip."""
    return _table()["said"]


def either_said() -> NDArray[np.int16]:
    """Return by how much log odds of two explanations together are above the better one, by how far they lie apart."""
    return _table()["either"]


@kernel_with_room
def room_for_changes() -> Any:
    """Return room for `changes_between`: prices, and the kinds of changes."""
    return np.empty((WIDTH + 1, WIDTH + 1), np.int32), np.empty(FOUND_MAX, np.int32)


@njit(cache=True, nogil=True, inline="always")
def _price(one: int, other: int) -> int:
    if one == other:
        return 0
    if _VOWELS[one] != _VOWELS[other]:
        return _BOTH
    return _VOWEL if _VOWELS[one] else _CONSONANT


@kernel
def _priced(one: Any, long: int, other: Any, wide: int, price: Any) -> None:
    """Fill what it costs at least to turn every beginning of one word into every beginning of the other."""
    for j in range(wide + 1):
        price[0, j] = _LACKS * j
    for i in range(1, long + 1):
        a = int64(one[i - 1] & 31)
        price[i, 0] = _LACKS * i
        for j in range(1, wide + 1):
            b = int64(other[j - 1] & 31)
            best = min(price[i - 1, j - 1] + _price(a, b), min(price[i - 1, j], price[i, j - 1]) + _LACKS)
            if i > 1 and j > 1 and a != b and a == other[j - 2] & 31 and b == one[i - 2] & 31:
                best = min(best, price[i - 2, j - 2] + _SWAP)
            price[i, j] = best


@kernel
def _other_letter(one: Any, long: int, i: int, other: Any, wide: int, j: int, found: Any, count: int) -> int:
    """Write the kinds of the letter at i of one word for that at j of the other; return how many are written now."""
    a, b = int64(one[i] & 31), int64(other[j] & 31)
    pair = min(a, b) * _MARKS + max(a, b)
    place = 0 if i == 0 or j == 0 else 1 if i == long - 1 or j == wide - 1 else 2
    before, behind = int64(0), int64(0)
    if i > 0 and j > 0 and one[i - 1] == other[j - 1]:
        before = int64(one[i - 1] & 31)
    if i < long - 1 and j < wide - 1 and one[i + 1] == other[j + 1]:
        behind = int64(one[i + 1] & 31)
    found[count], found[count + 1] = OTHER + pair, OTHER_PLACE + place * _PAIRS + pair
    found[count + 2], found[count + 3] = OTHER_AFTER + before * _PAIRS + pair, OTHER_BEFORE + behind * _PAIRS + pair
    return count + 4


@kernel
def _more_letter(word: Any, size: int, at: int, found: Any, count: int) -> int:
    """Write the kinds of a letter of one word that the other lacks; return how many are written now."""
    mark = int64(word[at] & 31)
    before = int64(word[at - 1] & 31) if at > 0 else int64(0)
    behind = int64(word[at + 1] & 31) if at < size - 1 else int64(0)
    place = 0 if before == 0 else 1 if behind == 0 else 2
    found[count], found[count + 1] = MORE + mark, MORE_PLACE + place * _MARKS + mark
    found[count + 2], found[count + 3] = MORE_AFTER + before * _MARKS + mark, MORE_BEFORE + behind * _MARKS + mark
    found[count + 4] = MORE_BETWEEN + (before * _MARKS + behind) * _MARKS + mark
    return count + 5


@kernel
def changes_between(one: Any, long: int, other: Any, wide: int, price: Any, found: Any) -> int:
    """Write the kinds of all changes between two words; return how many numbers are written."""
    _priced(one, long, other, wide, price)
    count, i, j = 0, int64(long), int64(wide)
    while i > 0 or j > 0:
        here = price[i, j]
        if i > 0 and j > 0:
            a, b = int64(one[i - 1] & 31), int64(other[j - 1] & 31)
            if here == price[i - 1, j - 1] + _price(a, b):
                i, j = i - 1, j - 1
                if a != b:
                    count = _other_letter(one, long, i, other, wide, j, found, count)
                continue
            swapped = i > 1 and j > 1 and a == other[j - 2] & 31 and b == one[i - 2] & 31
            if swapped and here == price[i - 2, j - 2] + _SWAP:
                found[count] = SWAPPED + (1 if i == 2 or j == 2 else 0)
                i, j, count = i - 2, j - 2, count + 1
                continue
        if i > 0 and here == price[i - 1, j] + _LACKS:
            i -= 1
            count = _more_letter(one, long, i, found, count)
        else:
            j -= 1
            count = _more_letter(other, wide, j, found, count)
    return int(count)


@kernel_with_room
def said_of(one: Any, long: int, other: Any, wide: int, said: Any) -> tuple[int, int]:
    """Return what the changes between two words say of another spelling, and of a slip."""
    spelling, slip = int64(0), int64(0)
    price, found = room_for_changes()
    count = changes_between(one, long, other, wide, price, found)
    for at in range(count):
        spelling += said[0, found[at]]
        slip += said[1, found[at]]
    return int(spelling), int(slip)


@kernel_with_room
def told(one: Any, long: int, other: Any, wide: int, read: bool, said: Any, either: Any) -> int:
    """Return how much likelier two words that differ are one word than two, in hundredths of log odds.

    As another spelling or by a slip, whichever; what was `read` from another script nobody mistyped. `either`: see
    `either_said`.
    """
    spelling, slip = said_of(one, long, other, wide, said)
    if not read:
        slip += SLIPS
        apart = min(abs(spelling - slip), either.size - 1)
        spelling = max(spelling, slip) + int64(either[apart])
    return int(max(-TOLD_MAX, min(TOLD_MAX, spelling)))
