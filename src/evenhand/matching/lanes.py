# ruff: noqa: ANN401, PLR0917
"""One asked word measured against many listed ones side by side, a lane each, as `alike_at` does one by one.

Knows:    that processors add rows of small numbers quickest, and how a kernel is written so that they do.
Told:     a form of a question, and the faces of listed forms.
Answers:  which of them are alike enough, and how much; the same as one by one.
Trusted:  yes: part of the matcher's version.

32 lanes go through a whole distance in registers (`vectors`). Sums have sixteen bits: the dearest two words cost
2 * WIDTH * 100. A lane beyond the last form, and a letter beyond its word, hold whatever was there: nothing reads them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.ahead import ahead
from evenhand.matching.alike import (
    AGAIN,
    DROPS,
    DROPS_ABJAD,
    LOOKS,
    PRICES,
    SWAP,
    WIDTH,
    int64,
    look_drops,
    softly,
)  # fmt: skip
from evenhand.matching.kernels import jit, jit_with_room
from evenhand.matching.vectors import (
    ROW,
    at_most,
    in_all_bytes,
    in_all_shorts,
    lesser,
    plus,
    row_at,
    where_same,
    wider,
    write_row,
)
from evenhand.matching.wording import Words
from evenhand.matching.working import AHEAD

FACE: Final = 64
"""Bytes of a face: sounds, letters, four sizes, consonants as bits: what measuring reads of a form, side by side."""
_LETTERS = WIDTH
_LETTERS_SIZE, _SOUNDS_SIZE, _BONES_SIZE, _BARE = (2 * WIDTH + at for at in range(4))
_CONSONANTS: Final = (_BARE + 5) // 8
_SUMS: Final = WIDTH + 1
"""Rows of sums: before the first letter, and after each."""
_MARKS_MAX: Final = 10
"""The most marks that have a price of their own beside another."""
_NONE, _ONE, _END_OF_SOUNDS, _END_OF_LETTERS = (np.uint64(place) for place in (0, 1, WIDTH, 2 * WIDTH))
uint64: Any = np.uint64
_HEARD_MAX: Final = 750
_PARTS_BITS: Final = 20
_PARTS: Final = np.array([0, *(-(-(1 << _PARTS_BITS) // size) for size in range(1, WIDTH + 1))], np.int64)
"""What to multiply by instead of dividing by a size: exact below 43,690, and no amount here is over 25,000."""
_NEVER: Final = 30_000


def _own_prices(table: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return a row for each row of prices by mark: the commonest, how many marks have another, and these with theirs.

    Every lane's mark is compared with these few: that takes less time than to read a table for every lane.
    """
    made = np.zeros((len(table), 2 + 2 * _MARKS_MAX), np.uint8)
    for to, row in zip(made, table, strict=True):
        usual = np.bincount(row).argmax()
        own = np.flatnonzero(row[1:] != usual) + 1  # there is no mark 0
        to[:2], to[2 : 2 + 2 * own.size] = (usual, own.size), np.stack([own, row[own]], 1).ravel()
    return made


_DROP: Final = np.stack([DROPS, DROPS_ABJAD, look_drops()])
_PRICES, _FIRST, _LOOKS, _DROPS = (_own_prices(table) for table in (PRICES, PRICES // 4, LOOKS, _DROP))
_LOOKED: Final = 2
"""Rows of what a dropped mark costs: a sound, a sound beside a script without vowels, and this, a letter."""


def faces_of(words: Words) -> NDArray[np.uint8]:
    """Return what measuring reads of every form, in 64 bytes each."""
    made = np.zeros((words.bare.size, FACE), np.uint8)
    made[:, :_LETTERS], made[:, _LETTERS:_LETTERS_SIZE] = words.sounds, words.letters
    made[:, _LETTERS_SIZE], made[:, _SOUNDS_SIZE] = words.sizes[:, 0], words.sizes[:, 1]
    made[:, _BONES_SIZE], made[:, _BARE] = words.sizes[:, 3], words.bare
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
    twice = np.uint64(heard > _NONE and more > _NONE and one[heard - _ONE] == other[0])
    end = _copied(one, _NONE, heard, face, _NONE, _END_OF_SOUNDS)
    end = _copied(other, twice, more - twice, face, end, _END_OF_SOUNDS)
    seen = _copied(one, _END_OF_SOUNDS, np.uint64(one[_LETTERS_SIZE]), face, _END_OF_SOUNDS, _END_OF_LETTERS)
    seen = _copied(other, _END_OF_SOUNDS, np.uint64(other[_LETTERS_SIZE]), face, seen, _END_OF_LETTERS)
    face[_LETTERS_SIZE], face[_SOUNDS_SIZE] = seen - _END_OF_SOUNDS, end
    face[_BONES_SIZE] = min(int64(WIDTH), int64(one[_BONES_SIZE]) + int64(other[_BONES_SIZE]) - again)
    face[_BARE] = one[_BARE] | other[_BARE]
    marks, written = faces.view(np.int64), to.view(np.int64)
    written[at, _CONSONANTS] = marks[g, _CONSONANTS] | marks[h, _CONSONANTS]


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
def _priced(marks: Any, own: Any, row: int) -> Any:
    """Return the price of every lane's mark; `own`, `row`: see `_own_prices`."""
    price = in_all_bytes(own[row, 0])
    for at in range(2, 2 + 2 * own[row, 1], 2):
        price = where_same(marks, in_all_bytes(own[row, at]), in_all_bytes(own[row, at + 1]), price)
    return price


@jit
def _distances(ones: Any, f: int, long: int, prices: Any, dropped: int, wide: int, room: Any) -> int:
    """Do what `alike.distance_at` does for every lane; return the row of sums before the first letter.

    `dropped`: which row of prices holds for marks that one side lacks; `wide`: letters of the longest lane; the letters
    by place, and the sums by letters taken, lie in `room`.
    """
    found, lines, leaving = room
    swap, before, line = uint64(2 * _SUMS), uint64(0), uint64(_SUMS)
    again, step, far = in_all_bytes(AGAIN), in_all_shorts(SWAP), in_all_shorts(_NEVER)
    left = in_all_shorts(0)
    write_row(lines, line, left)
    for j in range(uint64(wide)):
        marks = row_at(found, j)
        price = _priced(marks, _DROPS, dropped)
        left = plus(left, wider(price))
        write_row(lines, line + j + _ONE, left)
        if j > _NONE:
            price = where_same(row_at(found, j - _ONE), marks, again, price)
        write_row(leaving, j, price)
    last = np.uint8(0)
    for i in range(uint64(long)):
        swap, before, line = before, line, swap
        mark = ones[f, i]
        corner, drop = row_at(lines, before), int64(_DROP[dropped, mark])
        left = plus(corner, in_all_shorts(drop))
        write_row(lines, line, left)
        leave = in_all_shorts(AGAIN if mark == last else drop)
        marked, lasting = in_all_bytes(mark), in_all_bytes(last)
        for j in range(uint64(wide)):
            marks, above = row_at(found, j), row_at(lines, before + j + _ONE)
            best = lesser(plus(corner, wider(_priced(marks, prices, mark))), plus(above, leave))
            best = lesser(best, plus(left, wider(row_at(leaving, j))))
            if i > _NONE and j > _NONE and mark != last:
                swapped = where_same(marks, lasting, plus(row_at(lines, swap + j - _ONE), step), far)
                best = lesser(best, where_same(row_at(found, j - _ONE), marked, swapped, far))
            write_row(lines, line + j + _ONE, best)
            corner, left = above, best
        last = mark
    return int(line)


@jit
def _cut(to: Any, eights: Any, shift: Any) -> None:
    for lane in range(ROW):
        to[lane] = np.uint8(eights[lane] >> shift)


@jit
def _turned(faces: Any, forms: Any, begin: int, lanes: int, first: int, wide: int, found: Any, eights: Any) -> None:
    """Write the first `wide` letters of some forms by place and lane; `first`: the byte of a face where they begin.

    Eight letters are read as one number, and each place is cut out of it in all lanes at once; `eights`: room.
    """
    marks = faces.view(np.uint64)
    for start in range(0, wide, 8):
        for lane in range(lanes):
            eights[lane] = marks[uint64(forms[begin + lane]), uint64((first + start) >> 3)]
        for place in range(start, min(start + 8, wide)):
            _cut(found[place], eights, uint64(8 * (place - start)))


@jit
def _sorted(faces: Any, kind: int, bones: int, forms: Any, count: int, order: Any, places: Any, ends: Any) -> None:
    """Write forms to `order` by how many sounds they have, those of cheap vowels last, and where each group ends.

    A group is `_SUMS` times softness, and the sounds; `places`: room.
    """
    ends[:] = 0
    for at in range(count):
        ahead(faces, forms[min(at + AHEAD, count - 1)])
        form = forms[at]
        soft = softly(kind, int64(faces[form, _BARE]), bones, int64(faces[form, _BONES_SIZE]))
        places[at] = int64(soft) * _SUMS + int64(faces[form, _SOUNDS_SIZE])
        ends[places[at]] += 1
    before = int64(0)
    for group in range(ends.size):
        ends[group], before = before, before + ends[group]
    for at in range(count):
        order[ends[places[at]]] = forms[at]
        ends[places[at]] += 1


@jit
def _parted(amount: int, size: int) -> int:
    """Return `amount` in thousandths of so many letters, a letter being a hundred; 0 of none. Divides by a table."""
    return int(amount * 10 * _PARTS[size] >> _PARTS_BITS)


@jit
def _heard_most(need: int, by_sound: int, size: int, soft: int) -> int:
    """Return the most that the sounds of two forms may differ by where they can still be alike enough."""
    most = ((1001 - need) * 100 - 1) // by_sound
    most = most if soft else min(most, int64(_HEARD_MAX))
    return int(max(0, ((most + 1) * size - 1) // 10))


@jit
def _by_sounds(
    sounds: Any, f: int, long: int, faces: Any, order: Any, ends: Any, need: int, forms: Any, heard: Any, room: Any,
    eights: Any,
) -> int:  # fmt: skip
    """Write to `forms` those of `order` that sound alike enough; to `heard` twice what they differ by, plus softness.

    `ends`: see `_sorted`. Returns how many they are.
    """
    found, lines, _ = room
    begin, left = int64(0), int64(0)
    for group in range(ends.size):
        soft = int64(group >= _SUMS)
        wide = group - _SUMS * soft
        size = max(long, wide)
        over = in_all_shorts(45 * size)
        most = in_all_shorts(_heard_most(need, 60 + 25 * soft, size, soft))
        while begin < ends[group]:
            lanes = min(int64(ROW), ends[group] - begin)
            _turned(faces, order, begin, lanes, int64(0), wide, found, eights)
            line = _distances(sounds, f, long, _PRICES, soft, wide, room)
            distance = row_at(lines, line + wide)
            whole = plus(distance, wider(_priced(row_at(found, 0), _FIRST, sounds[f, 0])))
            write_row(lines, line, whole)
            alike = at_most(distance, over) & at_most(whole, most)
            for lane in range(lanes):
                forms[left], heard[left] = order[begin + lane], int64(lines[line, lane]) << 1 | soft
                left += int64(alike >> np.uint32(lane) & np.uint32(1))
            begin += lanes
    return int(left)


@jit
def _longest(faces: Any, forms: Any, begin: int, lanes: int, size: int) -> int:
    wide = int64(0)
    for lane in range(lanes):
        wide = max(wide, int64(faces[forms[begin + lane], size]))
    return int(wide)


@jit_with_room
def near_forms(
    letters: Any, sounds: Any, sizes: Any, f: int, kind: int, need: int, faces: Any, forms: Any, count: int, order: Any,
    similar: Any,
) -> int:  # fmt: skip
    """Write to `forms` those of `count` forms that `alike_at` calls alike enough, and to `similar` how much.

    Returns how many they are. `order`: room for `count` forms.
    """
    found, leaving = np.empty((WIDTH, ROW), np.uint8), np.empty((WIDTH, ROW), np.uint8)
    lines, eights = np.empty((3 * _SUMS, ROW), np.int16), np.empty(ROW, np.uint64)
    long, longer, kept, room = int64(sizes[f, 1]), int64(sizes[f, 0]), int64(0), (found, lines, leaving)
    ends = np.empty(2 * _SUMS, np.int64)
    _sorted(faces, kind, int64(sizes[f, 3]), forms, count, order, similar, ends)
    left = _by_sounds(sounds, f, long, faces, order, ends, need, forms, similar, room, eights)
    for begin in range(0, left, ROW):
        lanes = min(int64(ROW), left - begin)
        wide = _longest(faces, forms, begin, lanes, int64(_LETTERS_SIZE))
        _turned(faces, forms, begin, lanes, int64(_LETTERS), wide, found, eights)
        line = _distances(letters, f, longer, _LOOKS, int64(_LOOKED), wide, room)
        for lane in range(lanes):
            form, soft = forms[begin + lane], similar[begin + lane] & 1
            heard = _parted(similar[begin + lane] >> 1, max(long, int64(faces[form, _SOUNDS_SIZE])))
            by_sound, size = 60 + 25 * soft, int64(faces[form, _LETTERS_SIZE])
            distance = int64(lines[line + size, lane])
            seen = min(1000, int64(_parted(distance, max(longer, size))))
            likeness = 1000 - (heard * by_sound + seen * (100 - by_sound)) // 100
            if distance == 0 and size == longer:
                likeness = int64(1000)
            elif long == 0 and faces[form, _SOUNDS_SIZE] == 0:
                likeness = int64(0)  # neither has a sound, and they are not written alike
            forms[kept], similar[kept] = form, likeness
            kept += int64(likeness >= need)
    return int(kept)
