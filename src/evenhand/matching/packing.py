"""Names as flat arrays: words, their spellings, their weights.

Knows:    how readings of the names room become integers.
Told:     readings.
Answers:  a Packed block for the kernels; the same for a question and for a list.
Trusted:  yes: both sides of every comparison pass here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH
from evenhand.names.latin import retrieval_key, skeleton, sound
from evenhand.names.native import is_burmese
from evenhand.names.parts import INITIAL, PARTICLE, PATRONYMIC, PLAIN, TITLE, TRUNCATED, rarity
from evenhand.names.word import ABJAD, ASKED_ALONE, Reading, Word

INITIAL_WEIGHT: Final = 10
PARTICLE_WEIGHT: Final = 8
TITLE_WEIGHT: Final = 4
TRUNCATED_WEIGHT: Final = 24
PATRONYMIC_WEIGHT_MAX: Final = 12
BURMESE_WEIGHT_MAX: Final = 56
"""A Burmese name is made of some hundreds of syllables; few of them were counted, so most would pass for rare words."""
WORDS_PER_READING_MAX: Final = 12
JOIN_PART_MAX: Final = 7
JOIN_SPELLINGS: Final = 2
_NEAR_BEST_COST: Final = 26


class Packed(NamedTuple):
    """Arrays of readings. A slot is a word or two joined words; a spelling points to a form."""

    letters: NDArray[np.uint8]
    sounds: NDArray[np.uint8]
    keys: NDArray[np.uint8]
    bones: NDArray[np.uint8]
    sizes: NDArray[np.uint8]
    consonants: NDArray[np.int64]
    bare: NDArray[np.uint8]
    """Per form: letters, sounds, retrieval key, skeleton; their sizes; consonants as bits; whether from an abjad."""
    form: NDArray[np.int32]
    cost: NDArray[np.int16]
    kind: NDArray[np.uint8]
    """Per spelling."""
    spelling_start: NDArray[np.int32]
    span: NDArray[np.uint16]
    slot_kind: NDArray[np.uint8]
    weight: NDArray[np.int16]
    native: NDArray[np.int64]
    """Per slot; `native`: three characters of a Han or Hangul name, else 0."""
    slot_start: NDArray[np.int32]
    words: NDArray[np.uint8]
    mass: NDArray[np.int32]
    owner: NDArray[np.int32]
    """Per reading: its first slot, its number of words, their weight, whose it is."""
    number: NDArray[np.int32]
    """Per form: by what number its likeness is remembered."""


def weight_of(word: Word) -> int:
    """Return how much a word says, in eighths of a bit."""
    fixed = {INITIAL: INITIAL_WEIGHT, PARTICLE: PARTICLE_WEIGHT, TITLE: TITLE_WEIGHT, TRUNCATED: TRUNCATED_WEIGHT}
    if word.kind in fixed:
        return fixed[word.kind]
    near = [text for text, cost, kind in word.spellings[:6] if cost <= _NEAR_BEST_COST and not kind & ASKED_ALONE]
    least = min(rarity(text) for text in near or [word.spellings[0][0]])
    if is_burmese(word.native):
        return min(least, BURMESE_WEIGHT_MAX)
    return min(least, PATRONYMIC_WEIGHT_MAX) if word.kind == PATRONYMIC else least


Spelling = tuple[tuple[str, ...], int, int]
"""A text, or two that are written as one; cost; kind."""


def joins(reading: Reading) -> list[tuple[int, tuple[Spelling, ...]]]:
    """Return the places where two neighbouring words may be one, with the joined spellings."""
    found = []
    for at in range(len(reading) - 1):
        one, other = reading[at], reading[at + 1]
        if (one.kind == INITIAL) != (other.kind == INITIAL) or TITLE in (one.kind, other.kind):
            continue
        first, second = one.spellings[0][0], other.spellings[0][0]
        if one.tied or one.kind == PARTICLE or min(len(first), len(second)) <= JOIN_PART_MAX:
            texts: dict[str, Spelling] = {}
            for text, cost, kind in one.spellings[:JOIN_SPELLINGS]:
                for more, paid, bits in other.spellings[:JOIN_SPELLINGS]:
                    if not (kind | bits) & ASKED_ALONE:
                        texts.setdefault((text + more)[:WIDTH], ((text, more), cost + paid, kind | bits))
            found.append((at, tuple(texts.values())))
    return found


Row = tuple[bytes, bytes, bytes, bytes, tuple[int, int, int, int], int]


def joined_row(one: str, other: str) -> Row:
    """Return the row of two words written as one, which sounds as its parts one after the other."""
    first, second = form_row(one), form_row(other)
    rows = [(one + other)[:WIDTH].encode("ascii")]
    for a, b in zip(first[1:4], second[1:4], strict=True):
        head, tail = a.rstrip(b"\0"), b.rstrip(b"\0")
        rows.append((head + (tail[1:] if head[-1:] == tail[:1] else tail))[:WIDTH])
    sizes = (len(rows[0]), len(rows[1]), len(rows[2]), len(rows[3]))
    filled = [row.ljust(WIDTH, b"\0") for row in rows]
    return filled[0], filled[1], filled[2], filled[3], sizes, first[5] | second[5]


@lru_cache(maxsize=600_000)
def form_row(text: str) -> Row:
    """Return letters, sound, retrieval key and skeleton of a form, each filled up with zeros to WIDTH."""
    heard = sound(text) or text
    rows = (text[:WIDTH], heard[:WIDTH], retrieval_key(heard)[:WIDTH], skeleton(heard)[:WIDTH])
    raw = [row.encode("ascii").ljust(WIDTH, b"\0") for row in rows]
    bits = 0
    for mark in rows[3]:
        bits |= 1 << (ord(mark) & 31 | (32 if mark.isupper() else 0))
    return raw[0], raw[1], raw[2], raw[3], (len(rows[0]), len(rows[1]), len(rows[2]), len(rows[3])), bits


class Packer:
    """Collects readings into arrays; equal forms are kept once."""

    def __init__(self, *, nicknames: bool) -> None:
        self._nicknames = nicknames
        self._ids: dict[tuple[tuple[str, ...], bool], int] = {}
        self._form: list[int] = []
        self._cost: list[int] = []
        self._kind: list[int] = []
        self._spelling_start = [0]
        self._span: list[int] = []
        self._slot_kind: list[int] = []
        self._weight: list[int] = []
        self._native: list[int] = []
        self._slot_start = [0]
        self._words: list[int] = []
        self._mass: list[int] = []
        self._owner: list[int] = []

    def _slot(self, spellings: Iterable[Spelling], *, span: int, kind: int, weight: int, native: int = 0) -> None:
        for text, cost, bits in spellings:
            if bits & ASKED_ALONE and not self._nicknames:
                continue
            self._form.append(self._ids.setdefault((text, bool(bits & ABJAD)), len(self._ids)))
            self._cost.append(min(cost, 250))
            self._kind.append(bits)
        self._spelling_start.append(len(self._form))
        self._span.append(span)
        self._slot_kind.append(kind)
        self._weight.append(weight)
        self._native.append(native)

    def add(self, reading: Reading, owner: int) -> None:
        """Add one reading of the owner's."""
        reading = reading[:WORDS_PER_READING_MAX]
        mass = 0
        for at, word in enumerate(reading):
            weight = weight_of(word)
            mass += weight
            self._slot(
                [((text,), cost, bits) for text, cost, bits in word.spellings],
                span=1 << at,
                kind=word.kind,
                weight=weight,
                native=word.native,
            )
        for at, spellings in joins(reading):
            self._slot(spellings, span=3 << at, kind=PLAIN, weight=0)
        self._slot_start.append(len(self._span))
        self._words.append(len(reading))
        self._mass.append(mass)
        self._owner.append(owner)

    def packed(self) -> Packed:
        """Return the arrays."""
        rows = [form_row(text[0]) if len(text) == 1 else joined_row(*text) for text, _ in self._ids]
        columns = [
            np.frombuffer(b"".join(row[part] for row in rows), np.uint8).reshape(-1, WIDTH).copy()  # type: ignore[misc]
            for part in range(4)
        ]
        sizes = np.array([row[4] for row in rows], np.uint8).reshape(-1, 4)
        return Packed(
            columns[0],
            columns[1],
            columns[2],
            columns[3],
            sizes,
            np.array([row[5] for row in rows], np.int64),
            np.array([bare for _, bare in self._ids], np.uint8),
            np.array(self._form, np.int32),
            np.array(self._cost, np.int16),
            np.array(self._kind, np.uint8),
            np.array(self._spelling_start, np.int32),
            np.array(self._span, np.uint16),
            np.array(self._slot_kind, np.uint8),
            np.array(self._weight, np.int16),
            np.array(self._native, np.int64),
            np.array(self._slot_start, np.int32),
            np.array(self._words, np.uint8),
            np.array(self._mass, np.int32),
            np.array(self._owner, np.int32),
            np.arange(len(rows), dtype=np.int32),
        )
