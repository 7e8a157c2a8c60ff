# ruff: noqa: E501, ANN401, FBT001, PLR0917, PLR2004, SIM110
"""What an alignment of two names looks like in numbers: a row for every pair of words, and one for the whole.

Knows:    rarity, distance by sound and by letters, roles of words, what is left over, characters of one script.
Told:     two packed readings and the pairs of words that met.
Answers:  rows of integer features for the trees of `evenhand.matching.scorer`.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.alike import alike_at, apart, distance, int64, softly
from evenhand.matching.changes import told
from evenhand.matching.kernels import kernel, kernel_with_room
from evenhand.names.native import CHARACTER_BITS, SCRIPT_BITS
from evenhand.names.parts import INITIAL, PARTICLE, PATRONYMIC, PLAIN, TITLE, TRUNCATED
from evenhand.names.word import ABJAD, ASIAN, ASKED_ALONE, LEARNED, NICKNAME, USAGE

WORD_FEATURES: Final = (
    "found", "weight_asked", "weight_listed", "letters_short", "letters_long", "begin_same", "end_same", "scripts",
    "role", "cost", "last", "first", "vowels_end", "looks", "same_script",
)  # fmt: skip
FEATURES: Final = (
    "words_asked", "words_listed", "share_asked", "share_listed", "mass", "worst", "mean", "matched", "missing_asked",
    "missing_listed", "rare_missing_asked", "rare_missing_listed", "initials", "initials_against", "nicknames", "joined",
    "turned", "scripts", "last", "first", "near_conflict", "soft_missing", "worst_letters", "cost", "last_listed",
    "worst_weight", "letters", "particles_differ", "second_worst", "exact_words", "sum", "least", "second_least",
    "characters_asked", "characters_listed", "characters_same", "weight_missing_asked", "weight_missing_listed",
    "weight_asked", "weight_listed", "missing_last_asked", "missing_last_listed", "missing_first_asked",
    "missing_first_listed", "patronymic_missing", "identical", "replaced", "patronymics_apart", "first_kept", "last_kept",
    "particles_met", "changed", "changes",
)  # fmt: skip
SUM, LEAST, SECOND_LEAST, IDENTICAL = 30, 31, 32, 45
CHANGED, CHANGES = 51, 52
"""How many pairs of words differ in their letters, and what that says (see `evenhand.matching.changes`)."""
ASKED_ALONE_MIN: Final = 900
"""How alike a listed word must be to what an asked one stands for (see `evenhand.names.forms.ASKED_ALONE`)."""
BEGINS: Final = 32
"""A kind beside those of `evenhand.names.forms`: one word is the beginning of the other."""
ROLE_PLAIN, ROLE_NICKNAME, ROLE_JOINED, ROLE_INITIAL, ROLE_INITIALS, ROLE_CUT, ROLE_PARTICLE, ROLE_PATRONYMIC = range(8)
ROLE_BEGINS: Final = 8
_CHARACTER: Final = (1 << CHARACTER_BITS) - 1
_SCRIPT: Final = (1 << SCRIPT_BITS) - 1
_OWN_SCRIPT: Final = 0
_HANGUL: Final = 0xAC00
"""Han characters come before Hangul syllables; the few rarer Han after them are left to their readings."""
_VOWELS: Final = np.array([mark in b"aeiouy" for mark in range(128)])


@kernel
def _span_weight(p: Any, start: int, words: int, slot: int) -> int:
    total = 0
    span = p.span[start + slot]
    for at in range(words):
        if span & (1 << at):
            total += p.weight[start + at]
    return total


@kernel
def _best_spellings(a: Any, x: int, b: Any, y: int, lines: Any) -> tuple[int, int]:
    """Return the two spellings by which slots x and y are most alike."""
    best, bu, bv = -1, a.spelling_start[x], b.spelling_start[y]
    if a.spelling_start[x + 1] - bu == 1 and b.spelling_start[y + 1] - bv == 1:
        return int(bu), int(bv)
    for u in range(a.spelling_start[x], a.spelling_start[x + 1]):
        f, kind = int64(a.form[u]), int64(a.kind[u])
        for v in range(b.spelling_start[y], b.spelling_start[y + 1]):
            g = int64(b.form[v])
            if apart(a.consonants[f], b.consonants[g], max(a.sizes[f, 1], b.sizes[g, 1])):
                continue
            soft = softly(int(kind), b.bare[g], a.sizes[f, 3], b.sizes[g, 3])
            found = alike_at(a.letters, a.sounds, f, a.sizes, b.letters, b.sounds, g, b.sizes, soft, lines)
            if kind & USAGE and found < ASKED_ALONE_MIN:
                continue
            found -= (a.cost[u] + b.cost[v]) * 2 // 3
            if kind & NICKNAME:
                found -= 140
            if found > best:
                best, bu, bv = found, u, v
                if best == 1000:
                    return int(bu), int(bv)
    return int(bu), int(bv)


@kernel
def _same_word(a: Any, x: int, b: Any, y: int, joined: bool) -> bool:
    """Tell whether two slots hold the same word in the same script.

    The characters of a Han or Hangul name are kept with its first word; `_identical` counts them for the whole.
    """
    au, bv = a.spelling_start[x], b.spelling_start[y]
    written = not a.kind[au] & LEARNED and not b.kind[bv] & LEARNED
    if not written and not (a.kind[au] & LEARNED and b.kind[bv] & LEARNED):
        return False
    if not written:
        return bool(not joined and a.native[x] == b.native[y] and (a.native[x] != 0 or a.kind[au] & ASIAN))
    f, g = a.form[au], b.form[bv]
    same, size = 0, a.sizes[f, 0]
    while same < size and a.letters[f, same] == b.letters[g, same]:
        same += 1
    return bool(same == size and size == b.sizes[g, 0])


@kernel
def _one_script(one: int, other: int) -> bool:
    """Tell whether two words were written in one script other than Latin, and not as Han or Hangul names."""
    if one >= 0 or other >= 0:
        return False
    mine, theirs = (-1 - one) & _SCRIPT, (-1 - other) & _SCRIPT
    return bool(mine != 0 and mine == theirs)


@kernel
def _role(x: int, aw: int, ka: int, y: int, bw: int, kb: int, kinds: int) -> int:
    if INITIAL in (ka, kb):
        return ROLE_INITIALS if ka == kb else ROLE_INITIAL
    if ka == TRUNCATED:
        return ROLE_CUT
    if PARTICLE in (ka, kb):
        return ROLE_PARTICLE
    if kinds & BEGINS:
        return ROLE_BEGINS
    if kinds & NICKNAME:
        return ROLE_NICKNAME
    if x >= aw or y >= bw:
        return ROLE_JOINED
    return ROLE_PATRONYMIC if PATRONYMIC in (ka, kb) else ROLE_PLAIN


@kernel
def _word(
    a: Any, a0: int, aw: int, x: int, b: Any, b0: int, bw: int, y: int, found: int, kinds: int, tables: Any, lines: Any, row: Any, out: Any
) -> None:  # fmt: skip
    """Fill the row of one pair of words (see WORD_FEATURES), and add to the whole what they differ in."""
    u, v = _best_spellings(a, a0 + x, b, b0 + y, lines)
    f, g = a.form[u], b.form[v]
    long, wide = int(a.sizes[f, 0]), int(b.sizes[g, 0])
    short = min(long, wide)
    begin, end = 0, 0
    while begin < short and a.letters[f, begin] == b.letters[g, begin]:
        begin += 1
    while end < short - begin and a.letters[f, long - 1 - end] == b.letters[g, wide - 1 - end]:
        end += 1
    one, other = int(a.kind[u]) & ~ASKED_ALONE, int(b.kind[v])
    either, both = one | other, one & other
    scripts = 0
    if either & ASIAN:
        scripts = 6 if both & ASIAN else 5
    elif either & ABJAD:
        scripts = 4 if both & LEARNED else 3
    elif either & LEARNED:
        scripts = 2 if both & LEARNED else 1
    if _one_script(a.native[a0 + x], b.native[b0 + y]):
        scripts = _OWN_SCRIPT
    seen = 0
    if found < 1000:
        seen = distance(a.letters[f], long, b.letters[g], wide, tables[1], tables[4], 100 * max(long, wide), lines)
    row[0] = found
    row[1], row[2] = _span_weight(a, a0, aw, x), _span_weight(b, b0, bw, y)
    row[3], row[4], row[5], row[6], row[7] = short, max(long, wide), begin, end, scripts
    row[8] = _role(x, aw, a.slot_kind[a0 + x], y, bw, b.slot_kind[b0 + y], kinds)
    row[9] = a.cost[u] + b.cost[v]
    row[10] = (1 if a.span[a0 + x] & (1 << (aw - 1)) else 0) + (1 if b.span[b0 + y] & (1 << (bw - 1)) else 0)
    row[11] = (1 if a.span[a0 + x] & 1 else 0) + (1 if b.span[b0 + y] & 1 else 0)
    if end == 0 and found < 1000 and _VOWELS[a.letters[f, long - 1]] and _VOWELS[b.letters[g, wide - 1]]:
        row[12] = 1
    row[13] = seen
    row[14] = 1 if _same_word(a, a0 + x, b, b0 + y, x >= aw or y >= bw) else 0
    if (begin < long or begin < wide) and row[8] in (ROLE_PLAIN, ROLE_JOINED, ROLE_PATRONYMIC):
        out[CHANGED] += 1
        out[CHANGES] += told(a.letters[f], long, b.letters[g], wide, scripts != _OWN_SCRIPT, tables[5], tables[6])


@kernel
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
    out[38], out[39] = total_a, total_b
    return total_a, total_b


@kernel
def _left_over(p: Any, start: int, words: int, used: int, side: int, out: Any) -> None:
    """Measure the words of one side (0 asked, 1 listed) that met none."""
    for at in range(words):
        kind = p.slot_kind[start + at]
        if used & (1 << at):
            continue
        if kind == INITIAL:
            out[13] += 1
        elif kind == PARTICLE:
            out[27] += 1
        elif kind in (PATRONYMIC, TRUNCATED):
            out[21] += 1
            out[44] += 1 if kind == PATRONYMIC else 0
        elif kind == PLAIN:
            out[8 + side] += 1
            out[10 + side] = max(out[10 + side], p.weight[start + at])
            out[36 + side] += p.weight[start + at]
            if at == words - 1:
                out[40 + side] = 1
            if at == 0:
                out[42 + side] = 1


@kernel
def _patronymic_left(p: Any, start: int, words: int, used: int) -> bool:
    """Tell whether a patronymic of one side met none."""
    for at in range(words):
        if p.slot_kind[start + at] == PATRONYMIC and not used & (1 << at):
            return True
    return False


@kernel
def _apart(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, used_a: int, used_b: int, out: Any) -> None:
    """Measure what speaks against: a word, or a patronymic, that stands for another one."""
    out[46] = min(out[36], out[37])
    out[47] = 1 if _patronymic_left(a, a0, aw, used_a) and _patronymic_left(b, b0, bw, used_b) else 0


@kernel
def _near(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, grid: Any, used_a: int, used_b: int) -> int:
    """Return how alike two left-over words are that did not meet."""
    near = 0
    for x in range(aw):
        if not used_a & (1 << x) and a.slot_kind[a0 + x] == PLAIN:
            for y in range(bw):
                if not used_b & (1 << y) and b.slot_kind[b0 + y] == PLAIN:
                    near = max(near, grid[x, y])
    return near


@kernel
def _has_characters(p: Any, start: int, words: int) -> bool:
    """Tell whether the characters of a Han or Hangul name are kept."""
    for at in range(min(words, 4)):
        if p.native[start + at] > 0:
            return True
    return False


@kernel_with_room
def _characters(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, out: Any) -> None:
    """Count the characters of two names that both are Han or both Hangul, and those they share."""
    if not _has_characters(a, a0, aw) or not _has_characters(b, b0, bw):
        return
    mine, theirs = np.zeros(12, np.int64), np.zeros(12, np.int64)
    asked, listed = 0, 0
    for at in range(min(aw, 4)):
        code = a.native[a0 + at]
        while code > 0:
            mine[asked] = code & _CHARACTER
            asked += 1
            code >>= CHARACTER_BITS
    for at in range(min(bw, 4)):
        code = b.native[b0 + at]
        while code > 0:
            theirs[listed] = code & _CHARACTER
            listed += 1
            code >>= CHARACTER_BITS
    if not asked or not listed or (mine[0] >= _HANGUL) != (theirs[0] >= _HANGUL):
        return
    out[33], out[34] = asked, listed
    for at in range(asked):
        for other in range(listed):
            if mine[at] == theirs[other]:
                out[35] += 1
                theirs[other] = 0
                break


@kernel
def _ends(a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, pairs: Any, count: int, cost_bits: int, out: Any) -> None:
    """Measure first and last words and the scripts."""
    for k in range(count):
        if a.span[a0 + pairs[k, 0]] & (1 << (aw - 1)):
            out[18] = pairs[k, 2]
        if a.span[a0 + pairs[k, 0]] & 1:
            out[19] = pairs[k, 2]
        if b.span[b0 + pairs[k, 1]] & (1 << (bw - 1)):
            out[24] = pairs[k, 2]
            out[49] = 1 if a.span[a0 + pairs[k, 0]] & (1 << (aw - 1)) else 0
        if b.span[b0 + pairs[k, 1]] & 1:
            out[48] = 1 if a.span[a0 + pairs[k, 0]] & 1 else 0
    out[17] = 1 if cost_bits & LEARNED else 0
    if cost_bits & ABJAD:
        out[17] = 2
    if cost_bits & ASIAN:
        out[17] = 3
    read_a = a.kind[a.spelling_start[a0]] & LEARNED
    read_b = b.kind[b.spelling_start[b0]] & LEARNED
    out[23] = (1 if read_a else 0) + (2 if read_b else 0)


@kernel
def _turned(pairs: Any, k: int) -> int:
    """Count the earlier pairs that stand the other way round."""
    count = 0
    for m in range(k):
        if (pairs[m, 0] - pairs[k, 0]) * (pairs[m, 1] - pairs[k, 1]) < 0:
            count += 1
    return count


@kernel
def _identical(words: Any, count: int, out: Any) -> bool:
    """Tell whether every word but titles met the same word, written in the same script."""
    same, plain = 0, 0  # titles count as the same
    for k in range(count):
        role = words[k, 8]
        if words[k, 14] and (words[k, 0] == 1000 or role == ROLE_INITIALS):
            same += 1
        if role in (ROLE_PLAIN, ROLE_PATRONYMIC, ROLE_JOINED):
            plain += 1
    if same < count or not plain:
        return False
    return bool(
        out[8] + out[9] + out[13] + out[21] + out[27] == 0 and (out[33] == 0 or out[35] == max(out[33], out[34]))
    )


@kernel
def _sum_up(words: Any, pairs: Any, count: int, total_a: int, total_b: int, out: Any) -> int:
    """Add up the pairs of words; return the kinds of spellings used."""
    got_a, got_b, mass, weighted, worst, second = 0, 0, 0, 0, 1000, 1000
    plain, letters, bits = 0, 0, 0
    for k in range(count):
        found, wa, wb, role, kinds = words[k, 0], words[k, 1], words[k, 2], words[k, 8], pairs[k, 3]
        if role in (ROLE_INITIAL, ROLE_INITIALS):
            out[12] += 1
            low = min(wa, wb)
            got_a += wa if wa == low else wa // 2
            got_b += wb if wb == low else wb // 2
            continue
        got_a += wa * found // 1000
        got_b += wb * found // 1000
        low = min(wa, wb)
        if role == ROLE_JOINED:
            out[15] += 1
            low = min(max(wa, wb), 124)
        if role == ROLE_PARTICLE:
            out[50] += 1
            continue
        mass += low * max(0, found - 500) // 500
        weighted += low * found
        letters += low
        plain += 1
        bits |= kinds
        out[14] += 1 if role in (ROLE_NICKNAME, ROLE_BEGINS) else 0
        out[29] += 1 if found == 1000 else 0
        if found < worst:
            second = worst
            worst, out[25], out[22] = found, low, words[k, 3]
        elif found < second:
            second = found
        out[16] += _turned(pairs, k)
    out[2], out[3] = got_a * 1000 // max(1, total_a), got_b * 1000 // max(1, total_b)
    out[4], out[5], out[6], out[7] = mass, worst if plain else 0, weighted // max(1, letters), plain
    out[26], out[28] = letters, second if plain > 1 else worst
    return bits


@kernel_with_room
def measure(
    a: Any, a0: int, aw: int, b: Any, b0: int, bw: int, grid: Any, pairs: Any, count: int, used_a: int, used_b: int, tables: Any, words: Any, out: Any
) -> None:  # fmt: skip
    """Turn an alignment into features; rows of titles stay zero."""
    lines = np.zeros((3, 32), np.int32)
    out[:] = 0
    words[:count] = 0
    total_a, total_b = _totals(a, a0, aw, b, b0, bw, out)
    for k in range(count):
        x, y = pairs[k, 0], pairs[k, 1]
        if a.slot_kind[a0 + x] == TITLE or b.slot_kind[b0 + y] == TITLE:
            words[k, 8], words[k, 0], words[k, 14] = ROLE_PARTICLE, 1000, 1
            continue
        _word(a, a0, aw, x, b, b0, bw, y, pairs[k, 2], pairs[k, 3], tables, lines, words[k], out)
    bits = _sum_up(words, pairs, count, total_a, total_b, out)
    _left_over(a, a0, aw, used_a, int64(0), out)
    _left_over(b, b0, bw, used_b, int64(1), out)
    _apart(a, a0, aw, b, b0, bw, used_a, used_b, out)
    out[20] = _near(a, a0, aw, b, b0, bw, grid, used_a, used_b)
    _ends(a, a0, aw, b, b0, bw, pairs, count, bits, out)
    _characters(a, a0, aw, b, b0, bw, out)
    out[45] = 1 if _identical(words, count, out) else 0
