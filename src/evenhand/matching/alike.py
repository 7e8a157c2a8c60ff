# ruff: noqa: ANN401, FBT001, PLR0917, PLR2004
"""How alike two words sound and look: integer kernels over letter arrays.

Knows:    the price of one sound for another, of a dropped letter, of a misread one.
Told:     two words as letters and as sound keys.
Answers:  similarity in thousandths; the same on every machine.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evenhand.matching.kernels import kernel, kernel_folder

KERNELS: Final = kernel_folder()
"""Where compiled kernels of this version are kept; every module with kernels imports this one first."""
int64: Any = np.int64
"""Makes an integer that is no literal: numba compiles a function anew for every literal it is called with."""
WIDTH: Final = 24
"""Letters kept of a word."""


def _prices() -> NDArray[np.int32]:
    """Return the substitution prices of sounds (hundredths of a letter), row and column by letter code."""
    table = np.full((128, 128), 100, np.int32)
    groups = (
        ("aeiou", 25), ("iy", 10), ("yJ", 35), ("Jg", 45), ("JC", 35), ("Jz", 45), ("JS", 55), ("gk", 40), ("Xh", 15),
        ("Xk", 25), ("Xg", 40), ("hg", 55), ("CS", 30), ("Ck", 55), ("Cs", 50), ("Ct", 60), ("Ss", 30), ("sz", 20),
        ("Sz", 50), ("Cz", 40), ("bp", 40), ("bv", 35), ("pf", 45), ("fv", 30), ("vu", 25), ("vo", 45), ("dt", 35),
        ("ts", 70), ("dz", 60), ("lr", 55), ("mn", 50), ("hk", 60), ("gJ", 45), ("XS", 70), ("Jk", 70), ("Xs", 80),
        ("yi", 10), ("ye", 40), ("gv", 70), ("hf", 60),
    )  # fmt: skip
    for letters, price in groups:
        for one in letters:
            for other in letters:
                if one != other:
                    table[ord(one), ord(other)] = min(price, table[ord(one), ord(other)])
    for index in range(128):
        table[index, index] = 0
    return table


def _looks() -> NDArray[np.int32]:
    """Return the prices of one written letter for another: misread, mistyped next to each other, or vowels."""
    table = np.full((128, 128), 100, np.int32)
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for row, line in enumerate(rows):
        for at, one in enumerate(line):
            near = [(row, at + 1), (row + 1, at), (row + 1, at - 1)]
            for down, right in near:
                if down < len(rows) and 0 <= right < len(rows[down]):
                    other = rows[down][right]
                    table[ord(one), ord(other)] = table[ord(other), ord(one)] = 80
    for pair in ("il", "ec", "tf", "uv", "hb", "gq", "oc", "nh", "vy", "lt", "ij", "sz", "kc", "ck", "iy", "vw"):
        table[ord(pair[0]), ord(pair[1])] = table[ord(pair[1]), ord(pair[0])] = 60
    for one in "aeiou":
        for other in "aeiou":
            table[ord(one), ord(other)] = 60
    for index in range(128):
        table[index, index] = 0
    return table


PRICES: Final = _prices()
LOOKS: Final = _looks()
DROPS: Final = np.array([0, *([85] * 127)], np.int32)
"""Price of a sound that one side lacks."""
for _letter, _price in (
    ("a", 40),
    ("e", 35),
    ("i", 40),
    ("o", 40),
    ("u", 40),
    ("h", 35),
    ("y", 40),
    ("v", 65),
    ("X", 70),
):
    DROPS[ord(_letter)] = _price
DROPS_ABJAD: Final = DROPS.copy()
"""The same where one side was read from a script without short vowels."""
for _letter, _price in (("a", 14), ("e", 16), ("i", 20), ("o", 20), ("u", 20), ("h", 30), ("y", 30), ("v", 40)):
    DROPS_ABJAD[ord(_letter)] = _price
_LOOK_DROPS: Final = np.full(128, 90, np.int32)
SWAP: Final = 70
AGAIN: Final = 15
"""Price of a letter written twice."""


@kernel
def distance_at(
    ones: Any, f: int, long: Any, others: Any, g: int, wide: Any, prices: Any, drops: Any, limit: Any, lines: Any
) -> int:
    """Return the priced edit distance (with swaps of neighbours) of row f and row g, or `limit` + 1 if it is above."""
    before, line, swap = 0, 1, 2
    lines[line, 0] = 0
    for j in range(wide):
        lines[line, j + 1] = lines[line, j] + drops[others[g, j]]
    last, least = int64(-1), int64(0)
    for i in range(long):
        swap, before, line, passed_least = before, line, swap, least
        mark = int64(ones[f, i])
        leave = AGAIN if mark == last else int64(drops[mark])
        corner = int64(lines[before, 0])
        left = corner + drops[mark]
        lines[line, 0] = left
        least, passed = int64(left), int64(-1)
        for j in range(wide):
            found = int64(others[g, j])
            above = int64(lines[before, j + 1])
            best = min(corner + prices[mark, found], above + leave)
            best = min(best, left + (AGAIN if found == passed else int64(drops[found])))
            if mark == passed and found == last and mark != found:
                best = min(best, int64(lines[swap, j - 1]) + SWAP)
            lines[line, j + 1] = best
            least = min(least, best)
            corner, left, passed = above, best, found
        if least > limit and passed_least + SWAP > limit:  # a swap reaches over a row
            return int(limit + 1)
        last = mark
    return int(lines[line, wide])


@kernel
def distance(one: Any, long: int, other: Any, wide: int, prices: Any, drops: Any, limit: int, lines: Any) -> int:
    """Return the priced edit distance of two words, or `limit` + 1 when it is above `limit`."""
    return distance_at(
        one.reshape((1, one.size)),
        int64(0),
        int64(long),
        other.reshape((1, other.size)),
        int64(0),
        int64(wide),
        prices,
        drops,
        int64(limit),
        lines,
    )


@njit(cache=True, nogil=True, inline="always")
def softly(kind: int, bare: int, one_bones: int, other_bones: int) -> bool:
    """Tell whether vowels may be dropped cheaply: one side is from an abjad and both have enough consonants."""
    return (kind & 2 != 0 or bare != 0) and one_bones >= 3 and other_bones >= 2


@njit(cache=True, nogil=True, inline="always")
def ones_in(word: int) -> int:
    """Return how many bits are set."""
    bits = np.uint64(word)
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56)))


@njit(cache=True, nogil=True, inline="always")
def apart(one: int, other: int, size: int) -> bool:
    """Tell from the consonants two words hold (as bits) that they cannot be alike."""
    return bool(ones_in(one ^ other) > 2 + size // 3)


@kernel
def alike_at(
    ones: Any, one_sounds: Any, f: int, one_sizes: Any,
    others: Any, other_sounds: Any, g: int, other_sizes: Any, abjad: bool, lines: Any,
) -> int:  # fmt: skip
    """Return the similarity of form f and form g, 0 … 1000. Tables are constants here: passing them costs time."""
    long, wide = int64(one_sizes[f, 0]), int64(other_sizes[g, 0])
    if long == wide:
        same = True
        for at in range(long):
            if ones[f, at] != others[g, at]:
                same = False
                break
        if same:
            return 1000
    one_long, other_wide = int64(one_sizes[f, 1]), int64(other_sizes[g, 1])
    size = max(one_long, other_wide)
    if size == 0:
        return 0
    limit = 45 * size
    heard: Any = distance_at(
        one_sounds, f, one_long, other_sounds, g, other_wide, PRICES, DROPS_ABJAD if abjad else DROPS, limit, lines
    )
    if heard > limit:
        return 0
    first = 0
    if one_sounds[f, 0] != other_sounds[g, 0]:
        first = PRICES[one_sounds[f, 0], other_sounds[g, 0]] // 4
    letters = max(long, wide)
    heard = (heard + first) * 10 // size
    if not abjad and heard * 60 > 45_000:
        return 0
    seen: Any = distance_at(ones, f, long, others, g, wide, LOOKS, _LOOK_DROPS, 100 * letters, lines)
    seen = min(1000, seen * 10 // letters)
    score = 1000 - (heard * 85 + seen * 15) // 100 if abjad else 1000 - (heard * 60 + seen * 40) // 100
    return int(max(0, score))


@kernel
def alike_from(
    ones: Any, one_sounds: Any, f: int, one_sizes: Any,
    others: Any, other_sounds: Any, g: int, other_sizes: Any, abjad: bool, apart_least: int, need: int, lines: Any,
) -> int:  # fmt: skip
    """Return what `alike_at` says where it is at least `need`, else 0; it stops as soon as that is sure.

    `apart_least`: a number that the priced distance of the letters is known to reach.
    """
    long, wide = int64(one_sizes[f, 0]), int64(other_sizes[g, 0])
    if long == wide:
        same = True
        for at in range(long):
            if ones[f, at] != others[g, at]:
                same = False
                break
        if same:
            return 1000
    one_long, other_wide = int64(one_sizes[f, 1]), int64(other_sizes[g, 1])
    size, letters = max(one_long, other_wide), max(long, wide)
    if size == 0:
        return 0
    by_sound = 85 if abjad else 60
    budget = (1001 - need) * 100 - 1  # the most that both distances together may be
    first = int64(0)
    if one_sounds[f, 0] != other_sounds[g, 0]:
        first = int64(PRICES[one_sounds[f, 0], other_sounds[g, 0]]) // 4
    most = (budget - min(1000, apart_least * 10 // letters) * (100 - by_sound)) // by_sound
    most = most if abjad else min(most, 750)
    limit = min(45 * size, ((most + 1) * size - 1) // 10 - first)
    if limit < 0:
        return 0
    heard: Any = distance_at(
        one_sounds, f, one_long, other_sounds, g, other_wide, PRICES, DROPS_ABJAD if abjad else DROPS, limit, lines
    )
    if heard > limit:
        return 0
    heard = (heard + first) * 10 // size
    most = (budget - heard * by_sound) // (100 - by_sound)
    limit = 100 * letters if most >= 1000 else ((most + 1) * letters - 1) // 10
    seen: Any = distance_at(ones, f, long, others, g, wide, LOOKS, _LOOK_DROPS, limit, lines)
    if seen > limit and most < 1000:
        return 0
    seen = min(1000, seen * 10 // letters)
    return int(max(0, 1000 - (heard * by_sound + seen * (100 - by_sound)) // 100))


@njit(cache=True, nogil=True, inline="always")
def letter_bits(text: Any, size: int) -> int:
    """Return which letters a written word holds, as bits."""
    bits = int64(0)
    for at in range(size):
        bits |= int64(1) << int64(text[at] & 31)
    return int(bits)


@njit(cache=True, nogil=True, inline="always")
def letters_apart(one: int, other: int) -> int:
    """Return what the priced distance of two written words reaches at least, from the letters that each holds."""
    return 60 * max(ones_in(one & ~other), ones_in(other & ~one))


def look_drops() -> NDArray[np.int32]:
    """Return the price of a written letter that one side lacks."""
    return _LOOK_DROPS
