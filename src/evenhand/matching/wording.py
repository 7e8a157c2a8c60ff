# ruff: noqa: ANN401
"""Words of names, each kept once: what a word says, how it is spelt, and whole names as rows of word numbers.

Knows:    how words of the names room become integers, and how two neighbouring words sound as one.
Told:     names.
Answers:  word numbers and arrays for the kernels; the same for a question and for a list.
Trusted:  yes: both sides of every comparison pass here.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.alike import WIDTH
from evenhand.matching.packing import WORDS_PER_READING_MAX, form_row, weight_of
from evenhand.names.besides import korean_too, with_usual_tie
from evenhand.names.forms import forms
from evenhand.names.parts import PARTICLE, PATRONYMIC, PLAIN, class_of, may_serve
from evenhand.names.usual import usual
from evenhand.names.word import ABJAD, ASKED_ALONE, Word

SPELLINGS_PER_WORD_MAX: Final = 24
_STRANGER: Final = "qxz"


class Words(NamedTuple):
    """Distinct words as arrays. A spelling points to a form; a form is a text, once from an abjad and once not."""

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
    word_kind: NDArray[np.uint8]
    weight: NDArray[np.int16]
    tied: NDArray[np.uint8]
    native: NDArray[np.int64]
    """Per word."""


class _Column:
    """An array that grows at its end: numbers, or rows of bytes. Written by its bytes, in a tenth of numpy's time."""

    def __init__(self, kind: type, wide: int = 0) -> None:
        self.size = 0
        self._wide = wide
        self._keep(np.zeros((1024, wide) if wide else 1024, kind))

    def _keep(self, rows: NDArray[Any]) -> None:
        self._rows, self.flat = rows, memoryview(rows.reshape(-1))  # type: ignore[arg-type]

    def append(self, value: int) -> None:
        if self.size == len(self._rows):
            self._keep(np.concatenate([self._rows, np.zeros_like(self._rows)]))
        self.flat[self.size] = value
        self.size += 1

    def append_row(self, row: bytes) -> None:
        if self.size == len(self._rows):
            self._keep(np.concatenate([self._rows, np.zeros_like(self._rows)]))
        begin = self.size * self._wide
        self.flat[begin : begin + self._wide] = row
        self.size += 1

    def view(self) -> Any:
        return self._rows[: self.size]

    def rows(self) -> Any:
        return self._rows


class Vocabulary:
    """Gives every distinct word a number; a question's words keep their nicknames, listed ones do not."""

    def __init__(self, *, nicknames: bool) -> None:
        self._nicknames = nicknames
        self._forms: dict[tuple[str, bool], int] = {}
        self._ids: dict[Word, int] = {}
        self._simple: dict[str, int] = {}
        self._changing: list[Word] = []
        self._columns = (
            *(_Column(np.uint8, WIDTH) for _ in range(4)), _Column(np.uint8, 4), _Column(np.int64), _Column(np.uint8),
            _Column(np.int32), _Column(np.int16), _Column(np.uint8), _Column(np.int32), _Column(np.uint8),
            _Column(np.int16), _Column(np.uint8), _Column(np.int64),
        )  # fmt: skip
        self._columns[10].append(0)
        self._words = 0, Words(*(column.view() for column in self._columns))
        self._roomy = 0, Words(*(column.rows() for column in self._columns))

    def __len__(self) -> int:
        """Return the number of words."""
        return self._columns[11].size

    def words(self) -> Words:
        """Return the arrays; they stay as they are when words are added."""
        if self._words[0] != len(self):
            self._words = len(self), Words(*(column.view() for column in self._columns))
        return self._words[1]

    def roomy(self) -> Words:
        """Return the arrays with room for words to come: the same ones until they must grow, for who asks by number."""
        if self._roomy[0] != len(self):
            rows = tuple(column.rows() for column in self._columns)
            same = all(one is other for one, other in zip(rows, self._roomy[1], strict=True))
            self._roomy = len(self), self._roomy[1] if same else Words(*rows)
        return self._roomy[1]

    def readings(self, name: str) -> list[list[int]]:
        """Return the readings of a name as word numbers."""
        found = self._as_written(name)
        if self._nicknames:
            found += [[self.number(word) for word in reading] for reading in korean_too(name)]
        return found

    def _as_written(self, name: str) -> list[list[int]]:
        pieces = name.split()
        ids = []
        if len(pieces) <= WORDS_PER_READING_MAX:
            for at, piece in enumerate(pieces):
                found = self._simple.get(piece)
                if found is None:
                    found = self._look(piece)
                if found == -1:
                    break
                if found < -1:
                    found = self._changed(self._changing[-2 - found], at, len(pieces))
                ids.append(found)
            else:
                kinds = self._columns[11].flat
                if any(kinds[number] == PLAIN for number in ids):
                    return [ids]
        return [[self.number(word) for word in reading[:WORDS_PER_READING_MAX]] for reading in forms(name) if reading]

    def _look(self, piece: str) -> int:
        """Return the number of a piece that is one word in any name, -1 of another, -2 … where its class may change."""
        word = usual(piece)
        if word is not None:
            self._simple[piece] = found = self.number(word)
            return found
        found = -1
        readings = () if "<" in piece or _has_own_names(piece) else forms(f"{piece} {_STRANGER} {piece}")
        if len(readings) == 1 and len(readings[0]) == 3:  # noqa: PLR2004 - none was joined, split or left out
            first, _, last = readings[0]
            head, bare = first.spellings[0][0], _without_nicknames(first)
            alike = bare == _without_nicknames(last) and not first.tied and not last.tied  # longer names: as three
            if alike and not may_serve(head):
                kinds = {class_of(head, at, count) for count in range(1, 4) for at in range(count)}
                if kinds == {PLAIN}:
                    found = self.number(first)
                elif len(alone := forms(piece)) == 1 and len(alone[0]) == 1 and _without_nicknames(alone[0][0]) == bare:
                    self._changing.append(alone[0][0])
                    found = -1 - len(self._changing)
        self._simple[piece] = found
        return found

    def _changed(self, word: Word, at: int, count: int) -> int:
        kind = class_of(word.spellings[0][0], at, count)
        if kind in (PLAIN, PATRONYMIC):  # a patronymic is asked as other languages have it too
            return self.number(word._replace(kind=kind))
        bare = _without_nicknames(word)
        return self.number(word._replace(spellings=with_usual_tie(bare) if kind == PARTICLE else bare, kind=kind))

    def number(self, word: Word) -> int:
        """Return the number of a word, a new one if it was never seen."""
        known = self._ids.get(word)
        if known is None:
            known = len(self)
            self._ids[word] = known
            self._add(word)
        return known

    def _add(self, word: Word) -> None:
        kept = [one for one in word.spellings if self._nicknames or not one[2] & ASKED_ALONE][:SPELLINGS_PER_WORD_MAX]
        numbers = []
        for text, _, bits in kept:
            key = (text, bool(bits & ABJAD))
            known = self._forms.get(key)
            if known is None:
                known = len(self._forms)
                self._forms[key] = known
                self._add_form(text, bare=key[1])
            numbers.append(known)
        forms, costs, kinds = self._columns[7:10]
        for number, (_, cost, bits) in zip(numbers, kept, strict=True):
            forms.append(number)
            costs.append(min(cost, 250))
            kinds.append(bits)
        row = (forms.size, word.kind, weight_of(word), word.tied, word.native)
        for column, value in zip(self._columns[10:], row, strict=True):
            column.append(value)

    def _add_form(self, text: str, *, bare: bool) -> None:
        *rows, sizes, bits = form_row(text)
        for column, row in zip(self._columns, (*rows, bytes(sizes)), strict=False):
            column.append_row(row)
        self._columns[5].append(bits)
        self._columns[6].append(bare)


def _without_nicknames(word: Word) -> tuple[tuple[str, int, int], ...]:
    return tuple(one for one in word.spellings if not one[2] & ASKED_ALONE)


def _has_own_names(piece: str) -> bool:
    """Tell whether a piece holds Han, kana or Hangul, which are read as a whole name."""
    return any(
        "\u2e80" <= mark <= "\ua4cf" or "\u1100" <= mark <= "\u11ff" or "\ua960" <= mark <= "\ua97f" or mark >= "\uac00"
        for mark in piece
    )
