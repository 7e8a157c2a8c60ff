# ruff: noqa: E501, ANN401, C901, PLR0917, PLR1714, PLR2004
"""Two readings side by side: which words meet, and what the meeting looks like in numbers.

Knows:    alignment of words in any order, joined words, initials, cut-off words.
Told:     a packed question and a packed list, one reading of each.
Answers:  a row of integer features.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from evenhand.matching.alike import alike, apart, softly
from evenhand.names.forms import ABJAD, ASIAN, LEARNED, NICKNAME
from evenhand.names.parts import INITIAL, PARTICLE, PATRONYMIC, PLAIN, TITLE, TRUNCATED

FEATURES: Final = (
    "words_asked", "words_listed", "share_asked", "share_listed", "mass", "worst", "mean", "matched", "missing_asked",
    "missing_listed", "rare_missing_asked", "rare_missing_listed", "initials", "initials_against", "nicknames", "joined",
    "turned", "scripts", "last", "first", "near_conflict", "soft_missing", "worst_letters", "cost", "last_listed",
    "worst_weight", "letters", "particles_differ", "second_worst", "exact_words",
)  # fmt: skip
MATCH_MIN: Final = 560
_NICK_MIN: Final = 900
_NICK_WORTH: Final = 860
SLOTS_MAX: Final = 24


@njit(cache=True, nogil=True)
def _word_alike(a: Any, x: int, b: Any, g: int, tables: Any, lines: Any) -> int:
    """Return the best similarity of a slot's spellings with one listed form, times 16, plus the spelling's kind."""
    best = 0
    for u in range(a.spelling_start[x], a.spelling_start[x + 1]):
        f = a.form[u]
        kind = np.int64(a.kind[u])
        if apart(a.consonants[f], b.consonants[g], max(a.sizes[f, 1], b.sizes[g, 1])):
            continue
        found = alike(
            a.letters[f], a.sounds[f], a.sizes[f, 0], a.sizes[f, 1],
            b.letters[g], b.sounds[g], b.sizes[g, 0], b.sizes[g, 1],
            softly(int(kind), b.bare[g], a.sizes[f, 3], b.sizes[g, 3]), tables[0], tables[1], tables[2], tables[3], tables[4], lines,
        )  # fmt: skip
        if kind & NICKNAME:
            if found < _NICK_MIN:
                continue
            found = _NICK_WORTH - a.cost[u] // 2 - (1000 - found) // 2
        else:
            found -= min(60, a.cost[u] * 2 // 3)
        if found > best >> 4:
            best = found * 16 + kind
            if found == 1000:
                break
    return int(best)


@njit(cache=True, nogil=True)
def slots_alike(a: Any, x: int, at: int, b: Any, y: int, tables: Any, lines: Any, memo: Any) -> tuple[int, int]:
    """Return the best similarity of two slots' spellings (0 … 1000) and the kinds of the two spellings.

    `memo` (int32, one row a listed form, one column a slot of the question) keeps what was found, plus one.
    """
    best, kinds = 0, 0
    for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
        g = b.form[v]
        known = memo[g, at] - 1
        if known < 0:
            known = _word_alike(a, x, b, g, tables, lines)
            memo[g, at] = known + 1
        found = (known >> 4) - min(60, b.cost[v] * 2 // 3)
        if found > best:
            best, kinds = found, (known & 15) | b.kind[v]
    return best, kinds


@njit(cache=True, nogil=True)
def _initial_fits(a: Any, x: int, b: Any, y: int) -> bool:
    """Tell whether the single letter of slot x begins a spelling of slot y."""
    for u in range(a.spelling_start[x], a.spelling_start[x + 1]):
        f = a.form[u]
        for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
            g = b.form[v]
            if b.kind[v] & NICKNAME:
                continue
            if a.letters[f, 0] == b.letters[g, 0] or a.sounds[f, 0] == b.sounds[g, 0]:
                return True
    return False


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _fill(
    a: Any, a0: int, an: int, aw: int, b: Any, b0: int, bn: int, bw: int, tables: Any, memo: Any, grid: Any, bits: Any
) -> None:
    """Fill the similarities of every asked slot with every listed slot."""
    lines = np.zeros((3, 32), np.int32)
    for x in range(an):
        kx = a.slot_kind[a0 + x]
        for y in range(bn):
            ky = b.slot_kind[b0 + y]
            if x >= aw and y >= bw:
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
            found, kinds = slots_alike(a, a0 + x, x, b, b0 + y, tables, lines, memo)
            if (x >= aw or y >= bw) and found < 760:
                continue
            grid[x, y], bits[x, y] = found, kinds


@njit(cache=True, nogil=True)
def compare(a: Any, i: int, b: Any, j: int, tables: Any, memo: Any, out: Any, pairs: Any) -> int:
    """Fill `out` with the features of reading i of `a` (asked) against j of `b` (listed).

    `pairs` receives rows (asked slot, listed slot, similarity, kinds); their number is returned.
    """
    a0, b0 = a.slot_start[i], b.slot_start[j]
    an, bn = a.slot_start[i + 1] - a0, b.slot_start[j + 1] - b0
    aw, bw = int(a.words[i]), int(b.words[j])
    an, bn = min(an, SLOTS_MAX), min(bn, SLOTS_MAX)
    grid = np.zeros((an, bn), np.int32)
    bits = np.zeros((an, bn), np.int32)
    _fill(a, a0, an, aw, b, b0, bn, bw, tables, memo, grid, bits)
    used_a, used_b, count = 0, 0, 0
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
    for at in range(out.size):
        out[at] = 0
    _measure(a, a0, aw, b, b0, bw, grid, pairs, count, used_a, used_b, out)
    return count


@njit(cache=True, nogil=True)
def _span_weight(p: Any, start: int, words: int, slot: int) -> int:
    total = 0
    span = p.span[start + slot]
    for at in range(words):
        if span & (1 << at):
            total += p.weight[start + at]
    return total


@njit(cache=True, nogil=True)
def _totals(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, out: Any) -> tuple[int, int]:
    """Count the words of both sides and return their weights."""
    total_a, total_b = 0, 0
    for x in range(aw):
        if a.slot_kind[a0 + x] != TITLE:
            total_a += a.weight[a0 + x]
            out[0] += 1
    for y in range(bw):
        if b.slot_kind[b0 + y] != TITLE:
            total_b += b.weight[b0 + y]
            out[1] += 1
    return total_a, total_b


@njit(cache=True, nogil=True)
def _missing(
    a: Any,
    a0: int,
    aw: int,
    b: Any,
    b0: int,
    bw: int,
    grid: Any,
    used_a: int,
    used_b: int,
    out: Any,
) -> None:
    """Measure what is left over on both sides."""
    near = 0
    for x in range(aw):
        kind = a.slot_kind[a0 + x]
        if used_a & (1 << x):
            continue
        if kind == INITIAL:
            out[13] += 1
        elif kind == PARTICLE:
            out[27] += 1
        elif kind in (PATRONYMIC, TRUNCATED):
            out[21] += 1
        elif kind == PLAIN:
            out[8] += 1
            out[10] = max(out[10], a.weight[a0 + x])
            for y in range(bw):
                if not used_b & (1 << y) and b.slot_kind[b0 + y] == PLAIN:
                    near = max(near, grid[x, y])
    for y in range(bw):
        kind = b.slot_kind[b0 + y]
        if used_b & (1 << y):
            continue
        if kind == INITIAL:
            out[13] += 1
        elif kind == PARTICLE:
            out[27] += 1
        elif kind == PATRONYMIC:
            out[21] += 1
        elif kind == PLAIN:
            out[9] += 1
            out[11] = max(out[11], b.weight[b0 + y])
    out[20] = near


@njit(cache=True, nogil=True)
def _ends(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, pairs: Any, count: int, cost_bits: int, out: Any) -> None:
    """Measure first and last words and the scripts."""
    for k in range(count):
        if a.span[a0 + pairs[k, 0]] & (1 << (aw - 1)):
            out[18] = pairs[k, 2]
        if a.span[a0 + pairs[k, 0]] & 1:
            out[19] = pairs[k, 2]
        if b.span[b0 + pairs[k, 1]] & (1 << (bw - 1)):
            out[24] = pairs[k, 2]
    out[17] = 1 if cost_bits & LEARNED else 0
    if cost_bits & ABJAD:
        out[17] = 2
    if cost_bits & ASIAN:
        out[17] = 3
    read_a = a.kind[a.spelling_start[a0]] & LEARNED
    read_b = b.kind[b.spelling_start[b0]] & LEARNED
    out[23] = (1 if read_a else 0) + (2 if read_b else 0)


@njit(cache=True, nogil=True)
def _store(out: Any, total_a: int, total_b: int, sums: Any) -> None:
    """Write what was summed over the aligned words."""
    got_a, got_b, mass, worst, second, weighted, letters, plain, worst_letters, worst_weight, turned, exact = sums
    out[2] = got_a * 1000 // max(1, total_a)
    out[3] = got_b * 1000 // max(1, total_b)
    out[4], out[5], out[6], out[7] = mass, worst if plain else 0, weighted // max(1, letters), plain
    out[22], out[25], out[16], out[26], out[28], out[29] = (
        worst_letters,
        worst_weight,
        turned,
        letters,
        second if plain > 1 else worst,
        exact,
    )


@njit(cache=True, nogil=True)
def _turned(pairs: Any, k: int) -> int:
    """Count the earlier pairs that stand the other way round."""
    count = 0
    for m in range(k):
        if (pairs[m, 0] - pairs[k, 0]) * (pairs[m, 1] - pairs[k, 1]) < 0:
            count += 1
    return count


@njit(cache=True, nogil=True)
def _measure(
    a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, grid: Any, pairs: Any, count: int, used_a: int, used_b: int, out: Any
) -> None:  # fmt: skip
    """Turn an alignment into features (see FEATURES)."""
    total_a, total_b = _totals(a, a0, aw, b, b0, bw, out)
    got_a, got_b, mass, weighted, worst, second = 0, 0, 0, 0, 1000, 1000
    worst_weight, worst_letters, plain, turned, letters, cost_bits, exact = 0, 0, 0, 0, 0, 0, 0
    for k in range(count):
        x, y, found, kinds = pairs[k, 0], pairs[k, 1], pairs[k, 2], pairs[k, 3]
        wa, wb = _span_weight(a, a0, aw, x), _span_weight(b, b0, bw, y)
        ka, kb = a.slot_kind[a0 + x], b.slot_kind[b0 + y]
        if ka == TITLE or kb == TITLE:
            continue
        if ka == INITIAL or kb == INITIAL:
            out[12] += 1
            got_a += wa if ka == INITIAL else wa // 2
            got_b += wb if kb == INITIAL else wb // 2
            continue
        got_a += wa * found // 1000
        got_b += wb * found // 1000
        low = min(wa, wb)
        if x >= aw or y >= bw:
            out[15] += 1
            low = min(max(wa, wb), 124)
        if ka == PARTICLE or kb == PARTICLE:
            continue
        mass += low * max(0, found - 500) // 500
        weighted += low * found
        letters += low
        plain += 1
        cost_bits |= kinds
        if kinds & NICKNAME:
            out[14] += 1
        if found == 1000:
            exact += 1
        if found < worst:
            second = worst
            worst, worst_weight = found, low
            worst_letters = int(a.sizes[a.form[a.spelling_start[a0 + x]], 0])
        elif found < second:
            second = found
        turned += _turned(pairs, k)
    _store(
        out,
        total_a,
        total_b,
        (got_a, got_b, mass, worst, second, weighted, letters, plain, worst_letters, worst_weight, turned, exact),
    )
    _missing(a, a0, aw, b, b0, bw, grid, used_a, used_b, out)
    _ends(a, a0, aw, b, b0, bw, pairs, count, cost_bits, out)
