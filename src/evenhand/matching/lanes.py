# ruff: noqa: ANN401, PLR0917
"""One asked word measured against many listed ones side by side, a lane each, as `alike_at` does one by one.

Knows:    that processors add rows of small numbers quickest, and how a kernel is written so that they do.
Told:     a form of a question, and the faces of listed forms.
Answers:  which of them are alike enough, and how much; the same as one by one.
Trusted:  yes: part of the matcher's version.

Every loop over lanes is a function of few arrays: with more of them the compiler cannot tell that they lie apart, and
goes through the lanes one by one. Sums have sixteen bits: the dearest two words cost 2 * WIDTH * 100.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import (
    AGAIN,
    DROPS,
    DROPS_ABJAD,
    LOOKS,
    PRICES,
    SWAP,
    WIDTH,
    int64,
    letter_bits,
    letters_apart,
    look_drops,
    softly,
)  # fmt: skip
from evenhand.matching.unfolding import jit
from evenhand.matching.wording import Words

FACE: Final = 64
"""Bytes of a face: sounds, letters, four sizes, consonants and letters as bits: what measuring reads, side by side."""
_LETTERS = WIDTH
_LETTERS_SIZE, _SOUNDS_SIZE, _BONES_SIZE, _BARE = (2 * WIDTH + at for at in range(4))
_BITS, _CONSONANTS = _BARE // 4 + 1, (_BARE + 5) // 8
LANES: Final = 256
_NONE, _STEP, _END_OF_SOUNDS, _END_OF_LETTERS = (np.uint64(place) for place in (0, 1, WIDTH, 2 * WIDTH))
_HEARD_MAX: Final = 750
_PARTS_BITS: Final = 20
_PARTS: Final = np.array([0, *(-(-(1 << _PARTS_BITS) // size) for size in range(1, WIDTH + 1))], np.int64)
"""What to multiply by instead of dividing by a size: exact below 43,690, and no amount here is over 25,000."""
_NEVER: Final = np.int16(30_000)
_SWAP: Final = np.int16(SWAP)
_AGAIN: Final = np.int16(AGAIN)
_PRICES, _LOOKS, _DROPS, _DROPS_ABJAD, _LOOK_DROPS = (
    table.astype(np.int16) for table in (PRICES, LOOKS, DROPS, DROPS_ABJAD, look_drops())
)


def faces_of(words: Words, bits: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return what measuring reads of every form, in 64 bytes each; `bits`: which letters it holds."""
    made = np.zeros((words.bare.size, FACE), np.uint8)
    made[:, :_LETTERS], made[:, _LETTERS:_LETTERS_SIZE] = words.sounds, words.letters
    made[:, _LETTERS_SIZE], made[:, _SOUNDS_SIZE] = words.sizes[:, 0], words.sizes[:, 1]
    made[:, _BONES_SIZE], made[:, _BARE] = words.sizes[:, 3], words.bare
    made.view(np.uint32)[:, _BITS] = bits
    made.view(np.int64)[:, _CONSONANTS] = words.consonants
    return made


@jit
def _copied(of: Any, begin: Any, size: Any, to: Any, at: Any, end: Any) -> Any:
    """Copy marks from `begin` on to place `at` on, as far as there is room before `end`; return the next place."""
    size = min(size, end - at)
    for place in range(size):
        to[at + place] = of[begin + place]
    return at + size


@jit
def write_joined(faces: Any, g: int, h: int, again: int, to: Any, at: int) -> None:
    """Write the face of two forms written as one (see unfolding.joined) to row `at` of `to`.

    `again`: 1 where the first bone of the second is the last of the first.
    """
    one, other, face = faces[np.uint64(g)], faces[np.uint64(h)], to[np.uint64(at)]
    face[:] = 0
    heard, more = np.uint64(one[_SOUNDS_SIZE]), np.uint64(other[_SOUNDS_SIZE])
    twice = np.uint64(heard > _NONE and more > _NONE and one[heard - _STEP] == other[0])
    end = _copied(one, _NONE, heard, face, _NONE, _END_OF_SOUNDS)
    end = _copied(other, twice, more - twice, face, end, _END_OF_SOUNDS)
    seen = _copied(one, _END_OF_SOUNDS, np.uint64(one[_LETTERS_SIZE]), face, _END_OF_SOUNDS, _END_OF_LETTERS)
    seen = _copied(other, _END_OF_SOUNDS, np.uint64(other[_LETTERS_SIZE]), face, seen, _END_OF_LETTERS)
    face[_LETTERS_SIZE], face[_SOUNDS_SIZE] = seen - _END_OF_SOUNDS, end
    face[_BONES_SIZE] = min(int64(WIDTH), int64(one[_BONES_SIZE]) + int64(other[_BONES_SIZE]) - again)
    face[_BARE] = one[_BARE] | other[_BARE]
    marks, written = faces.view(np.int64), to.view(np.int64)
    written[at, _CONSONANTS] = marks[g, _CONSONANTS] | marks[h, _CONSONANTS]
    bits = int64(0)
    for place in range(_END_OF_SOUNDS, seen):
        bits |= int64(1) << int64(face[place] & 31)
    to.view(np.uint32)[at, _BITS] = bits


@jit
def written_as(faces: Any, form: int, letters: Any, size: int) -> bool:
    """Tell whether a form has these letters; `faces`: as rows of bytes."""
    same = int64(0)
    while same < size and faces[form, _LETTERS + same] == letters[same]:
        same += 1
    return bool(same == size and faces[form, _LETTERS_SIZE] == size)


@jit
def consonants_in(faces: Any, form: int) -> int:
    """Return the consonants of a form as bits; `faces`: as rows of 64-bit numbers."""
    return int(faces[form, _CONSONANTS])


@jit
def sounds_in(faces: Any, form: int) -> int:
    """Return how many sounds a form has; `faces`: as rows of bytes."""
    return int(faces[form, _SOUNDS_SIZE])


@jit
def _raised(to: Any, of: Any, price: Any, lanes: int) -> None:
    for lane in range(lanes):
        to[lane] = np.int16(of[lane] + price)


@jit
def _added(to: Any, of: Any, prices: Any, lanes: int) -> None:
    for lane in range(lanes):
        to[lane] = np.int16(of[lane] + prices[lane])


@jit
def _looked_up(to: Any, table: Any, marks: Any, lanes: int) -> None:
    for lane in range(lanes):
        to[lane] = table[marks[lane]]


@jit
def _doubled(drops: Any, before: Any, marks: Any, lanes: int) -> None:
    for lane in range(lanes):
        drops[lane] = _AGAIN if before[lane] == marks[lane] else drops[lane]


@jit
def _cheapest(to: Any, left: Any, corner: Any, above: Any, drops: Any, prices: Any, leave: Any, lanes: int) -> None:
    for lane in range(lanes):
        best, other = np.int16(corner[lane] + prices[lane]), np.int16(above[lane] + leave)
        best = min(other, best)
        other = np.int16(left[lane] + drops[lane])
        to[lane] = min(other, best)


@jit
def _swapped(to: Any, swap: Any, before: Any, marks: Any, mark: Any, last: Any, lanes: int) -> None:
    for lane in range(lanes):
        other = np.int16(swap[lane] + _SWAP)
        other = other if (before[lane] == mark) & (marks[lane] == last) else _NEVER
        to[lane] = min(other, to[lane])


@jit
def _distances(
    ones: Any, f: int, long: int, found: Any, wide: int, lanes: int, prices: Any, drops: Any, lines: Any, leaving: Any,
    price: Any,
) -> int:  # fmt: skip
    """Do what `alike.distance_at` does for every lane; return which of `lines` holds the sums, by letters taken.

    `found`: letters by place and lane; `leaving`, `price`: room.
    """
    swap, before, line = int64(2), int64(0), int64(1)
    lines[1, 0, :lanes] = 0
    for j in range(wide):
        _looked_up(leaving[j], drops, found[j], lanes)
        _added(lines[1, j + 1], lines[1, j], leaving[j], lanes)
        if j:
            _doubled(leaving[j], found[j - 1], found[j], lanes)
    last = np.uint8(0)
    for i in range(long):
        swap, before, line = before, line, swap
        mark = ones[f, i]
        _raised(lines[line, 0], lines[before, 0], drops[mark], lanes)
        leave = _AGAIN if i and mark == last else drops[mark]
        for j in range(wide):
            _looked_up(price, prices[mark], found[j], lanes)
            _cheapest(
                lines[line, j + 1], lines[line, j], lines[before, j], lines[before, j + 1], leaving[j], price, leave,
                lanes,
            )  # fmt: skip
            if i and j and mark != last:
                _swapped(lines[line, j + 1], lines[swap, j - 1], found[j - 1], found[j], mark, last, lanes)
        last = mark
    return int(line)


@jit
def _turned(faces: Any, forms: Any, begin: int, lanes: int, first: int, size: int, found: Any) -> int:
    """Write the letters of some forms by place and lane; return how many places the longest has."""
    wide = int64(0)
    for lane in range(lanes):
        wide = max(wide, int64(faces[forms[begin + lane], size]))
    for lane in range(lanes):
        form = forms[begin + lane]
        for place in range(wide):
            found[place, lane] = faces[form, first + place]
    return int(wide)


@jit
def _sorted(faces: Any, kind: int, bones: int, forms: Any, count: int, order: Any, places: Any) -> int:
    """Write forms to `order` by their number of sounds, those of cheap vowels last; return where these begin."""
    sizes = np.zeros(2 * (WIDTH + 1) + 1, np.int64)
    for at in range(count):
        form = forms[at]
        soft = softly(kind, int64(faces[form, _BARE]), bones, int64(faces[form, _BONES_SIZE]))
        places[at] = int64(soft) * (WIDTH + 1) + int64(faces[form, _SOUNDS_SIZE])
        sizes[places[at] + 1] += 1
    for size in range(1, sizes.size):
        sizes[size] += sizes[size - 1]
    hard = sizes[WIDTH + 1]
    for at in range(count):
        order[sizes[places[at]]] = forms[at]
        sizes[places[at]] += 1
    return int(hard)


@jit
def _parted(amount: int, size: int) -> int:
    """Return `amount` in thousandths of so many letters, a letter being a hundred; 0 of none. Divides by a table."""
    return int(amount * 10 * _PARTS[size] >> _PARTS_BITS)


@jit
def _heard(distance: int, first: int, size: int, soft: int, least: int, need: int) -> int:
    """Return what the sounds of two forms differ by, in thousandths; -1 where they cannot be alike enough.

    `distance`: of all sounds, `first`: of the first; `size`: sounds of the longer; `least`: what letters differ by at
    least. Without a branch, which a processor would guess wrongly half of the time.
    """
    heard, by_sound = int64(_parted(distance + first, size)), 60 + 25 * soft
    over = (distance > 45 * size) | ((soft == 0) & (heard > _HEARD_MAX))
    over |= 1000 - (heard * by_sound + least * (100 - by_sound)) // 100 < need
    return int(-1 if over else heard)


@jit
def _by_sounds(
    sounds: Any, sizes: Any, f: int, bits: int, faces: Any, order: Any, hard: int, count: int, need: int, forms: Any,
    heard: Any, room: Any,
) -> int:  # fmt: skip
    """Write to `forms` those of `order` that sound alike enough, and to `heard` twice the difference, plus softness.

    Returns how many they are.
    """
    found, price, lines, leaving = room
    long, longer, marks = int64(sizes[f, 1]), int64(sizes[f, 0]), faces.view(np.uint32)
    begin, left = int64(0), int64(0)
    while begin < count:
        soft = int64(begin >= hard)
        lanes = min(int64(LANES), (count if soft else hard) - begin)
        wide = _turned(faces, order, begin, lanes, int64(0), int64(_SOUNDS_SIZE), found)
        line = _distances(
            sounds, f, long, found, wide, lanes, _PRICES, _DROPS_ABJAD if soft else _DROPS, lines, leaving, price
        )
        for lane in range(lanes):
            form = int64(order[begin + lane])
            size = int64(faces[form, _SOUNDS_SIZE])
            least = letters_apart(bits, int64(marks[form, _BITS]))
            least = min(1000, int64(_parted(least, max(longer, int64(faces[form, _LETTERS_SIZE])))))
            first = int64(PRICES[sounds[f, 0], faces[form, 0]]) // 4
            far = int64(_heard(int64(lines[line, size, lane]), first, max(long, size), soft, least, need))
            forms[left], heard[left] = form, far << 1 | soft
            left += int64(far >= 0)
        begin += lanes
    return int(left)


@jit
def near_forms(
    letters: Any, sounds: Any, sizes: Any, f: int, kind: int, need: int, faces: Any, forms: Any, count: int, order: Any,
    similar: Any,
) -> int:  # fmt: skip
    """Write to `forms` those of `count` forms that `alike_at` calls alike enough, and to `similar` how much.

    Returns how many they are. `order`: room for `count` forms.
    """
    found, price = np.empty((WIDTH, LANES), np.uint8), np.empty(LANES, np.int16)
    lines, leaving = np.empty((3, WIDTH + 1, LANES), np.int16), np.empty((WIDTH, LANES), np.int16)
    long, longer, kept = int64(sizes[f, 1]), int64(sizes[f, 0]), int64(0)
    hard = _sorted(faces, kind, int64(sizes[f, 3]), forms, count, order, similar)
    bits, room = letter_bits(letters[f], longer), (found, price, lines, leaving)
    left = _by_sounds(sounds, sizes, f, bits, faces, order, hard, count, need, forms, similar, room)
    for begin in range(0, left, LANES):
        lanes = min(int64(LANES), left - begin)
        wide = _turned(faces, forms, begin, lanes, int64(_LETTERS), int64(_LETTERS_SIZE), found)
        line = _distances(letters, f, longer, found, wide, lanes, _LOOKS, _LOOK_DROPS, lines, leaving, price)
        for lane in range(lanes):
            form, heard = forms[begin + lane], similar[begin + lane] >> 1
            by_sound, size = 60 + 25 * (similar[begin + lane] & 1), int64(faces[form, _LETTERS_SIZE])
            distance = int64(lines[line, size, lane])
            seen = min(1000, int64(_parted(distance, max(longer, size))))
            likeness = 1000 - (heard * by_sound + seen * (100 - by_sound)) // 100
            if distance == 0 and size == longer:
                likeness = int64(1000)
            elif long == 0 and faces[form, _SOUNDS_SIZE] == 0:
                likeness = int64(0)  # neither has a sound, and they are not written alike
            forms[kept], similar[kept] = form, likeness
            kept += int64(likeness >= need)
    return int(kept)
