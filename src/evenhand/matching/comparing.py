# ruff: noqa: ANN401, FBT003, PLR0917, PLR1714, PLR2004
"""Two readings side by side: which words meet.

Knows:    alignment of words in any order, joined words, initials, cut-off words.
Told:     a packed question and a packed list, one reading of each.
Answers:  the pairs of words that meet, and the numbers of `evenhand.matching.measuring` about them.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.alike import alike_from, apart, int64, letter_bits, letters_apart, softly
from evenhand.matching.changes import told
from evenhand.matching.kernels import kernel, kernel_with_room
from evenhand.matching.measuring import ASKED_ALONE_MIN, BEGINS, FEATURES, WORD_FEATURES, measure
from evenhand.names.parts import INITIAL, PARTICLE, PLAIN, TITLE, TRUNCATED
from evenhand.names.word import ASKED_ALONE, LEARNED, NICKNAME

__all__ = ["FEATURES", "MATCH_MIN", "SLOTS_MAX", "WORD_FEATURES", "compare", "slots_alike"]
MATCH_MIN: Final = 560
_JOINED_MIN: Final = 760
_NICK_WORTH: Final = 860
_KIND_BITS: Final = 5
_KINDS: Final = (1 << _KIND_BITS) - 1
SLOTS_MAX: Final = 24
_BEGINS_WORTH: Final = 720
_BEGINS_MIN: Final = 3
_SLIPPED_MIN: Final = 250
"""What letters must say of two words too unlike to meet, in hundredths of log odds: Tcc is Tee, misread."""


@kernel
def _word_alike(a: Any, x: int, b: Any, g: int, least: int, lines: Any) -> int:
    """Return the best similarity of a slot's spellings with one listed form, times 32, plus the spelling's kind.

    What is not `least` alike may be called less.
    """
    best, bits = 0, letter_bits(b.letters[g], int64(b.sizes[g, 0]))
    for u in range(a.spelling_start[x], a.spelling_start[x + 1]):
        f = int64(a.form[u])
        kind = int64(a.kind[u])
        if apart(a.consonants[f], b.consonants[g], max(a.sizes[f, 1], b.sizes[g, 1])):
            continue
        soft = softly(int(kind), b.bare[g], a.sizes[f, 3], b.sizes[g, 3])
        need = int64(ASKED_ALONE_MIN if kind & ASKED_ALONE else least)
        far = letters_apart(letter_bits(a.letters[f], int64(a.sizes[f, 0])), bits)
        found = alike_from(a.letters, a.sounds, f, a.sizes, b.letters, b.sounds, g, b.sizes, soft, far, need, lines)
        if kind & ASKED_ALONE and found == 0:
            continue
        if kind & NICKNAME:
            found = _NICK_WORTH - a.cost[u] // 2 - (1000 - found) // 2
        else:
            found -= min(60, a.cost[u] * 2 // 3)
        if found > best >> _KIND_BITS:
            best = found << _KIND_BITS | kind
            if found == 1000:
                break
    return int(best)


@kernel
def slots_alike(a: Any, x: int, at: int, b: Any, y: int, least: int, lines: Any, memo: Any) -> tuple[int, int]:
    """Return the best similarity of two slots' spellings (0 … 1000) and the kinds of the two spellings.

    What is not `least` alike may be called less: it counts nowhere, and need not be measured to the end.
    `memo` (int32, one row a number of a listed form, one column a slot of the question) keeps what was found, plus one.
    """
    best, kinds = 0, 0
    for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
        g = int64(b.form[v])
        row = b.number[g]
        known = memo[row, at] - 1
        if known < 0:
            known = _word_alike(a, x, b, g, least, lines)
            memo[row, at] = known + 1
        found = (known >> _KIND_BITS) - min(60, b.cost[v] * 2 // 3)
        if found > best:
            best, kinds = found, (known & _KINDS) | b.kind[v]
    return best, kinds


@kernel
def _initial_fits(a: Any, x: int, b: Any, y: int) -> bool:
    """Tell whether the single letter of slot x begins a spelling of slot y."""
    for u in range(a.spelling_start[x], a.spelling_start[x + 1]):
        f = a.form[u]
        for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
            g = b.form[v]
            if b.kind[v] & ASKED_ALONE:
                continue
            if a.letters[f, 0] == b.letters[g, 0] or a.sounds[f, 0] == b.sounds[g, 0]:
                return True
    return False


@kernel
def _begins(a: Any, x: int, b: Any, y: int) -> bool:
    """Tell whether a spelling of slot y begins with the whole first spelling of slot x."""
    f = a.form[a.spelling_start[x]]
    size = a.sizes[f, 0]
    for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
        g = b.form[v]
        if b.sizes[g, 0] >= size:
            same = 0
            for at in range(size):
                if a.letters[f, at] == b.letters[g, at]:
                    same += 1
            if same == size or (size > 4 and same == size - 1):
                return True
    return False


@kernel
def _short_form(a: Any, x: int, b: Any, y: int) -> bool:
    """Tell whether one word is the beginning of the other, three letters or more: a usual way to shorten a name."""
    f, g = a.form[a.spelling_start[x]], b.form[b.spelling_start[y]]
    size = min(a.sizes[f, 0], b.sizes[g, 0])
    if size < _BEGINS_MIN:
        return False
    same = 0
    while same < size and a.letters[f, same] == b.letters[g, same]:
        same += 1
    return bool(same == size)


@kernel_with_room
def _fill(
    a: Any, a0: int, an: int, aw: int, b: Any, b0: int, bn: int, bw: int, memo: Any, grid: Any, bits: Any
) -> None:
    """Fill the similarities of every asked slot with every listed slot."""
    lines = np.zeros((3, 32), np.int32)
    for x in range(an):
        kx = a.slot_kind[a0 + x]
        for y in range(bn):
            ky = b.slot_kind[b0 + y]
            if x >= aw and y >= bw:
                continue
            if (kx == TITLE) != (ky == TITLE):
                continue
            if kx == INITIAL or ky == INITIAL:
                if (x >= aw or y >= bw) or kx in (TITLE, PARTICLE) or ky in (TITLE, PARTICLE):
                    continue
                if kx == INITIAL and _initial_fits(a, a0 + x, b, b0 + y):
                    grid[x, y] = 700 if ky != INITIAL else 990
                elif ky == INITIAL and _initial_fits(b, b0 + y, a, a0 + x):
                    grid[x, y] = 700
                continue
            if kx == TRUNCATED and x < aw and y < bw and _begins(a, a0 + x, b, b0 + y):
                grid[x, y] = 960
                continue
            least = int64(_JOINED_MIN if x >= aw or y >= bw else MATCH_MIN)
            found, kinds = slots_alike(a, a0 + x, x, b, b0 + y, least, lines, memo)
            if (x >= aw or y >= bw) and found < _JOINED_MIN:
                continue
            if found < _BEGINS_WORTH and kx == PLAIN and ky == PLAIN and _short_form(a, a0 + x, b, b0 + y):
                found, kinds = _BEGINS_WORTH, kinds | BEGINS
            grid[x, y], bits[x, y] = found, kinds


@kernel
def _written_word(p: Any, slot: int) -> bool:
    """Tell whether a slot is a plain word in Latin letters."""
    return bool(p.slot_kind[slot] == PLAIN and not p.kind[p.spelling_start[slot]] & LEARNED)


@kernel
def _slipped(a: Any, a0: int, x: int, b: Any, b0: int, bw: int, used: int, tables: Any) -> int:
    """Return the listed word that met none and was mistyped or misread as asked word x, -1 if there is none."""
    best, by, f = int64(_SLIPPED_MIN - 1), -1, a.form[a.spelling_start[a0 + x]]
    for y in range(bw):
        if not used & b.span[b0 + y] and _written_word(b, b0 + y):
            g = b.form[b.spelling_start[b0 + y]]
            sizes = int(a.sizes[f, 0]), int(b.sizes[g, 0])
            found = told(a.letters[f], sizes[0], b.letters[g], sizes[1], False, tables[5], tables[6])
            if found > best:
                best, by = int64(found), y
    return by


@kernel
def _meet_slips(
    a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, used_a: int, used_b: int, tables: Any, pairs: Any, count: int
) -> tuple[int, int, int]:
    """Pair words that met none where one is the other with slips; return which are used now, and how many pairs."""
    for x in range(min(aw, SLOTS_MAX)):
        if not used_a & a.span[a0 + x] and _written_word(a, a0 + x):
            y = int64(_slipped(a, a0, x, b, b0, bw, used_b, tables))
            if y >= 0:
                used_a |= a.span[a0 + x]
                used_b |= b.span[b0 + y]
                pairs[count, 0], pairs[count, 1], pairs[count, 2], pairs[count, 3] = x, y, MATCH_MIN, 0
                count += 1
    return used_a, used_b, count


@kernel_with_room
def compare(a: Any, i: int, b: Any, j: int, tables: Any, memo: Any, words: Any, out: Any, pairs: Any) -> int:
    """Fill `out` and `words` with the features of reading i of `a` (asked) against j of `b` (listed).

    `pairs` receives rows (asked slot, listed slot, similarity, kinds); their number is returned. `words` gets a row a
    pair.
    """
    a0, b0 = a.slot_start[i], b.slot_start[j]
    an, bn = a.slot_start[i + 1] - a0, b.slot_start[j + 1] - b0
    aw, bw = int(a.words[i]), int(b.words[j])
    an, bn = min(an, SLOTS_MAX), min(bn, SLOTS_MAX)
    grid = np.zeros((an, bn), np.int32)
    bits = np.zeros((an, bn), np.int32)
    _fill(a, a0, an, aw, b, b0, bn, bw, memo, grid, bits)
    used_a, used_b, count = int64(0), int64(0), int64(0)
    for _ in range(aw + bw):
        best, bx, by = 0, -1, -1
        for x in range(an):
            if used_a & a.span[a0 + x]:
                continue
            for y in range(bn):
                if used_b & b.span[b0 + y] or grid[x, y] < MATCH_MIN:
                    continue
                worth = grid[x, y] * 16
                if x >= aw or y >= bw:
                    worth = worth - 640
                elif x == y:
                    worth += 3
                if a.slot_kind[a0 + x] == INITIAL or b.slot_kind[b0 + y] == INITIAL:
                    worth -= 8000
                if worth > best or best == 0:
                    best, bx, by = worth, x, y
        if bx < 0:
            break
        used_a |= a.span[a0 + bx]
        used_b |= b.span[b0 + by]
        pairs[count, 0], pairs[count, 1] = bx, by
        pairs[count, 2], pairs[count, 3] = grid[bx, by], bits[bx, by]
        count += 1
    used_a, used_b, count = _meet_slips(a, a0, aw, b, b0, bw, used_a, used_b, tables, pairs, count)
    measure(a, a0, aw, b, b0, bw, grid, pairs, count, used_a, used_b, tables, words, out)
    return int(count)
