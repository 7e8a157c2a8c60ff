# ruff: noqa: ANN401, PLR0917
"""A row of word numbers unfolded into the slots that words are compared by, joined words among them.

Knows:    which two neighbouring words may be one, and that a joined word sounds as its parts one after the other.
Told:     words and a reading's word numbers.
Answers:  a packed block of one reading, as `compare` takes it.
Trusted:  yes: both sides of every comparison pass here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH, int64
from evenhand.matching.kernels import jit, kernel
from evenhand.matching.packing import JOIN_PART_MAX, JOIN_SPELLINGS, WORDS_PER_READING_MAX, Packed
from evenhand.matching.wording import SPELLINGS_PER_WORD_MAX
from evenhand.names.parts import INITIAL, PARTICLE, PLAIN, TITLE
from evenhand.names.word import ASKED_ALONE

SLOTS_MAX: Final = 2 * WORDS_PER_READING_MAX
FORMS_MAX: Final = WORDS_PER_READING_MAX * (SPELLINGS_PER_WORD_MAX + JOIN_SPELLINGS * JOIN_SPELLINGS)
ONE_READING: Final = np.dtype(
    [
        ("native", np.int64, SLOTS_MAX),
        ("consonants", np.int64, FORMS_MAX),
        ("letters", np.uint8, (FORMS_MAX, WIDTH)),
        ("sounds", np.uint8, (FORMS_MAX, WIDTH)),
        ("keys", np.uint8, (FORMS_MAX, WIDTH)),
        ("bones", np.uint8, (FORMS_MAX, WIDTH)),
        ("sizes", np.uint8, (FORMS_MAX, 4)),
        ("bare", np.uint8, FORMS_MAX),
        ("form", np.int32, FORMS_MAX),
        ("number", np.int32, FORMS_MAX),
        ("cost", np.int16, FORMS_MAX),
        ("kind", np.uint8, FORMS_MAX),
        ("spelling_start", np.int32, SLOTS_MAX + 1),
        ("span", np.uint16, SLOTS_MAX),
        ("slot_kind", np.uint8, SLOTS_MAX),
        ("weight", np.int16, SLOTS_MAX),
        ("slot_start", np.int32, 2),
        ("words", np.uint8, 1),
        ("mass", np.int32, 1),
        ("owner", np.int32, 1),
    ],
    align=True,
)
"""The columns of `Packed` for one reading in one piece: kernels hand on its address, not nineteen arrays.

`number`: per form, by what number its likeness is remembered.
"""


def rooms_for_one(rooms: int) -> NDArray[Any]:
    """Return empty records, each with room for one reading of any size."""
    made = np.zeros(rooms, ONE_READING)
    made["form"] = made["number"] = np.arange(FORMS_MAX, dtype=np.int32)
    return made


def room_for_one() -> Any:
    """Return an empty record with room for one reading of any size."""
    return rooms_for_one(1)[0]


def reading_of(packed: Packed, reading: int) -> Any:
    """Return one reading of a packed block as a record."""
    room = room_for_one()
    first, last = int(packed.slot_start[reading]), int(packed.slot_start[reading + 1])
    begin, end = int(packed.spelling_start[first]), int(packed.spelling_start[last])
    forms = packed.form[begin:end]
    for name in ("letters", "sounds", "keys", "bones", "sizes", "consonants", "bare"):
        room[name][: end - begin] = getattr(packed, name)[forms]
    for name in ("cost", "kind"):
        room[name][: end - begin] = getattr(packed, name)[begin:end]
    for name in ("span", "slot_kind", "weight", "native"):
        room[name][: last - first] = getattr(packed, name)[first:last]
    room["spelling_start"][: last - first + 1] = packed.spelling_start[first : last + 1] - begin
    room["slot_start"][1] = last - first
    for name in ("words", "mass", "owner"):
        room[name][0] = getattr(packed, name)[reading]
    return room


@jit
def _append(one: Any, long: int, other: Any, wide: int, out: Any) -> int:
    """Write two rows one after the other, a mark that ends one and begins the other once; return their size."""
    size = 0
    for at in range(long):
        out[size] = one[at]
        size += 1
    for at in range(wide):
        if size < out.size and not (at == 0 and size and out[size - 1] == other[0]):
            out[size] = other[at]
            size += 1
    for at in range(size, out.size):
        out[at] = 0
    return size


@jit
def joined(w: Any, f: int, g: int, letters: Any, sounds: Any, keys: Any, bones: Any, sizes: Any) -> None:
    """Write the rows of form f and form g written as one word."""
    size = 0
    for at in range(w.sizes[f, 0]):
        letters[size] = w.letters[f, at]
        size += 1
    for at in range(w.sizes[g, 0]):
        if size < letters.size:
            letters[size] = w.letters[g, at]
            size += 1
    for at in range(size, letters.size):
        letters[at] = 0
    sizes[0] = size
    sizes[1] = _append(w.sounds[f], w.sizes[f, 1], w.sounds[g], w.sizes[g, 1], sounds)
    sizes[2] = _append(w.keys[f], w.sizes[f, 2], w.keys[g], w.sizes[g, 2], keys)
    sizes[3] = _append(w.bones[f], w.sizes[f, 3], w.bones[g], w.sizes[g, 3], bones)


@jit
def may_join(w: Any, one: int, other: int) -> bool:
    """Tell whether two neighbouring words may be one."""
    a, b = w.word_kind[one], w.word_kind[other]
    if (a == INITIAL) != (b == INITIAL) or TITLE in (a, b):
        return False
    first, second = w.form[w.spelling_start[one]], w.form[w.spelling_start[other]]
    return bool(w.tied[one] or a == PARTICLE or min(w.sizes[first, 0], w.sizes[second, 0]) <= JOIN_PART_MAX)


@jit
def _unfold_joined(w: Any, one: int, other: int, out: Any, used: int) -> int:
    first = used
    for u in range(w.spelling_start[one], min(w.spelling_start[one] + JOIN_SPELLINGS, w.spelling_start[one + 1])):
        for v in range(
            w.spelling_start[other], min(w.spelling_start[other] + JOIN_SPELLINGS, w.spelling_start[other + 1])
        ):
            kind = w.kind[u] | w.kind[v]
            if kind & ASKED_ALONE:
                continue
            f, g = w.form[u], w.form[v]
            joined(w, f, g, out.letters[used], out.sounds[used], out.keys[used], out.bones[used], out.sizes[used])
            known = False
            for at in range(first, used):
                same = 0
                while same < WIDTH and out.letters[at, same] == out.letters[used, same]:
                    same += 1
                known = known or same == WIDTH
            if known:
                continue
            out.number[used] = w.bare.size + used
            out.consonants[used] = w.consonants[f] | w.consonants[g]
            out.bare[used] = w.bare[f] | w.bare[g]
            out.cost[used] = min(250, w.cost[u] + w.cost[v])
            out.kind[used] = kind
            used += 1
    return used


@jit
def unfold(w: Any, ids: Any, out: Any) -> None:
    """Fill the block `out` (see room_for_one) with the reading of some words."""
    used, slots, mass = int64(0), 0, 0
    for at in range(ids.size):
        word = ids[at]
        for u in range(w.spelling_start[word], w.spelling_start[word + 1]):
            f = w.form[u]
            for place in range(WIDTH):
                out.letters[used, place] = w.letters[f, place]
                out.sounds[used, place] = w.sounds[f, place]
                out.keys[used, place] = w.keys[f, place]
                out.bones[used, place] = w.bones[f, place]
            for place in range(4):
                out.sizes[used, place] = w.sizes[f, place]
            out.number[used] = f
            out.consonants[used] = w.consonants[f]
            out.bare[used] = w.bare[f]
            out.cost[used] = w.cost[u]
            out.kind[used] = w.kind[u]
            used += 1
        out.span[slots] = np.uint16(1) << np.uint16(at)
        out.slot_kind[slots] = w.word_kind[word]
        out.weight[slots] = w.weight[word]
        out.native[slots] = w.native[word]
        mass += w.weight[word]
        slots += 1
        out.spelling_start[slots] = used
    for at in range(ids.size - 1):
        if not may_join(w, ids[at], ids[at + 1]):
            continue
        used = _unfold_joined(w, ids[at], ids[at + 1], out, used)
        out.span[slots] = np.uint16(3) << np.uint16(at)
        out.slot_kind[slots] = PLAIN
        out.weight[slots] = 0
        out.native[slots] = 0
        slots += 1
        out.spelling_start[slots] = used
    out.slot_start[1] = slots
    out.words[0] = ids.size
    out.mass[0] = mass


@kernel
def unfold_outside(w: Any, ids: Any, out: Any) -> None:
    """Unfold a reading for Python."""
    unfold(w, ids, out)
