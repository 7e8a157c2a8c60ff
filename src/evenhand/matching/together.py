"""Which listed names hold several words that were asked as one.

Knows:    that words lie in a list by number, each with its postings and with what stands beside these.
Told:     a list, asked words, and rows of words.
Answers:  what an asked word may be made of so that one listed name has all of it; whether a reading has some words.
Trusted:  yes: who is not told here is not found by a name that was run together.

What a word is made of is found once for a list and kept: travellers' words repeat. Kept with it is one reading of
somebody living, not everybody's: a common name has thousands of bearers, and one is enough. When that one is forgotten
another is looked for, so the same is asked whatever a list held before. Whoever is forgotten never comes back to a
list, so what nobody living bears is borne by nobody from then on.

What is kept changes while a question is answered: whoever asks has the matcher's lock. `holds` only reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.matching.parting import Apart, Run, Way, borne_parts, long_words, ways, written_apart
from evenhand.matching.recall import MANY
from evenhand.matching.working import Listing
from evenhand.names.parts import is_known

_KEPT_MAX: Final = 100_000
"""So much is kept for a list: asked words, what they may be made of, and rows of words with one reading of each.

Each takes some 130 bytes (measured with the UN list), one of six long words 500: thirteen megabytes, at worst fifty.
"""
_NOBODY: Final = -1
_AT_FIRST: Final = 256
"""So many bearers are looked at before all others: where many bear something, one of these does."""
_MIX: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_HALF, _LOW, _CODE_SHIFT = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(48)


class Together:
    """What is run together in asked words, for one list."""

    def __init__(self, listing: Listing, people: NDArray[np.int16]) -> None:
        self._listing, self._people = listing, people
        self._made: dict[str, tuple[Way, ...]] = {}
        self._bearer: dict[Way, int] = {}
        self._index: tuple[NDArray[np.uint64], NDArray[np.int64]] | None = None
        self._first: tuple[NDArray[np.uint64], NDArray[np.int32]] | None = None
        self._ways = 0

    def kept(self) -> int:
        """Return how much is kept: asked words, what they may be made of, rows of words with one reading of each."""
        return len(self._made) + self._ways + len(self._bearer)

    def made_of(self, word: str) -> tuple[Way, ...]:
        """Return the rows of words that a folded word may be made of so that somebody's name has all of them."""
        found = self._made.get(word)
        if found is None:
            found = tuple(way for way in ways(word, self._listed) if self.borne(way))
            self._make_room()
            self._made[word] = found
            self._ways += len(found)
            return found
        return tuple(way for way in found if self.borne(way)) if found else ()

    def borne(self, parts: Way) -> bool:
        """Tell whether one name of somebody who is listed has all of some words."""
        must = tuple(sorted(borne_parts(parts)))  # the same reading has them in any order, with any articles
        one = self._bearer.get(must)
        if one is None or (one != _NOBODY and not self._people[self._listing.owner[one], 0]):
            one = self._somebody(must)
            self._make_room()
            self._bearer[must] = one
        return one != _NOBODY

    def _make_room(self) -> None:
        if self.kept() >= _KEPT_MAX:
            self._made, self._bearer, self._ways = {}, {}, 0

    def holds(self, reading: int, parts: Way) -> bool:
        """Tell whether a reading has those of some words that somebody must bear, as written, each as often."""
        start, words = self._listing.start, self._listing.words
        spelt = [
            words.letters[words.form[words.spelling_start[word]]].tobytes().rstrip(b"\0").decode("ascii")
            for word in self._listing.ids[start[reading] : start[reading + 1]].tolist()
        ]
        return not Counter(borne_parts(parts)) - Counter(spelt)

    def _somebody(self, must: Way) -> int:
        """Return one reading of somebody living that has all of some words, _NOBODY if there is none.

        The same as asking `holds` of each, but of all at once: everybody who bears the rarest is looked at where the
        others are particles, which have no postings.
        """
        every = self._holding(must)
        wanted = [(self._spelt(part), times) for part, times in Counter(must).items()] if every.size else []
        if not all(words.size for words, _ in wanted):
            return _NOBODY
        wanted.sort(key=lambda one: self._postings(one[0]))  # particles first: postings told nothing of them
        for readings in (every[:_AT_FIRST], every[_AT_FIRST:]):
            found = readings[self._people[self._listing.owner[readings], 0] != 0]
            for words, times in wanted:
                found = self._with(found, words, times)
            if found.size:
                return int(found[0])
        return _NOBODY

    def _with(self, readings: NDArray[np.int64], words: NDArray[np.int32], times: int) -> NDArray[np.int64]:
        """Return those of some readings that have any of some words so often."""
        if not readings.size:
            return readings
        first = self._listing.start[readings]
        sizes = self._listing.start[readings + 1] - first
        begins = np.cumsum(sizes) - sizes
        like = _among(self._listing.ids[np.repeat(first - begins, sizes) + np.arange(sizes.sum())], words)
        if not like.any():  # most often: to count costs more than to look
            return readings[:0]
        return readings[np.add.reduceat(like, begins, dtype=np.int64) >= times]

    def _spelt(self, text: str) -> NDArray[np.int32]:
        """Return the listed words, particles too, that are written so in the first place."""
        letters = self._listing.words.letters
        row = text.encode("ascii").ljust(letters.shape[1], b"\0")
        if len(row) > letters.shape[1]:
            return np.zeros(0, np.int32)
        start, form = self._listing.words.spelling_start, self._listing.words.form
        if self._first is None:
            mixed = _mixed(letters[form[start[:-1]]])
            order = np.argsort(mixed)
            self._first = mixed[order], order.astype(np.int32)
        values, words = self._first
        asked = np.frombuffer(row, np.uint8)
        value = _mixed(asked.reshape(1, -1))[0]
        alike = words[values.searchsorted(value, "left") : values.searchsorted(value, "right")]
        found: NDArray[np.int32] = alike[(letters[form[start[alike]]] == asked).all(axis=1)]
        return found

    def _listed(self, texts: Sequence[str]) -> list[bool]:
        return [form >= 0 for form in self._forms(texts)]

    def _forms(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the form that is written as each of some words, -1 where none is."""
        if self._index is None:
            written = np.flatnonzero(self._listing.words.bare == 0)
            values = _mixed(self._listing.words.letters[written])
            order = np.argsort(values)
            self._index = values[order], written[order]
        values, forms = self._index
        wide = self._listing.words.letters.shape[1]
        rows = [text.encode("ascii").ljust(wide, b"\0") for text in texts]
        if not values.size:
            return [-1] * len(rows)
        asked = _mixed(np.frombuffer(b"".join(row[:wide] for row in rows), np.uint8).reshape(-1, wide))
        places = np.minimum(values.searchsorted(asked), values.size - 1)
        same, found = (values[places] == asked).tolist(), forms[places].tolist()
        letters = self._listing.words.letters
        return [
            form if like and letters[form].tobytes() == row else -1
            for form, like, row in zip(found, same, rows, strict=True)
        ]

    def _holding(self, must: Way) -> NDArray[np.int64]:
        """Return the readings that may hold all of some words, by the postings of the one that is borne by fewest."""
        listing = self._listing
        words = [self._words(form) for form in self._forms(must) if form >= 0]
        words = [one for one in words if one]  # the others are particles, which have no postings
        if not words:
            return np.zeros(0, np.int64)
        start = listing.post_start
        least = min(words, key=self._postings)
        rows = np.concatenate([np.arange(start[one], start[one + 1]) for one in least])
        beside = listing.beside[rows]
        lanes, maybe = beside.view(np.uint16).reshape(-1, 4), np.ones(rows.size, bool)
        for every in words:
            if every is not least:
                maybe &= np.isin(lanes, _codes(every)).any(axis=1)
        found: NDArray[np.int64] = (listing.about[rows[maybe | (beside == MANY)]] & _LOW).astype(np.int64)
        return found

    def _postings(self, words: Sequence[int] | NDArray[np.int32]) -> int:
        start = self._listing.post_start
        return sum(int(start[one + 1] - start[one]) for one in words)

    def _words(self, form: int) -> list[int]:
        used_start = self._listing.used_start
        return self._listing.used[used_start[form] : used_start[form + 1]].tolist()  # type: ignore[no-any-return]


def _mixed(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a number of 64 bits for each row of letters; the same for the same letters."""
    parts = np.ascontiguousarray(letters).view(np.uint64) * _MIX
    total = parts[:, 0] ^ parts[:, 1] >> np.uint64(7) ^ parts[:, 2] >> np.uint64(13)
    mixed: NDArray[np.uint64] = (total ^ total >> _HALF) * _MIX[1]
    return mixed


def _among(ids: NDArray[np.int32], words: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell of each of some numbers whether it is that of one of a few words."""
    found = np.zeros(ids.size, bool)
    for word in words:
        found |= ids == word
    return found


def _codes(words: Sequence[int]) -> NDArray[np.uint16]:
    """Return what `working.code_of` makes of some listed words."""
    codes = (np.array(words, np.uint64) + np.uint64(1)) * _MIX[0] >> _CODE_SHIFT
    told: NDArray[np.uint16] = np.maximum(codes, np.uint64(1)).astype(np.uint16)
    return told


WrittenApart = dict[int, tuple[Apart, ...]]
"""By place of a name among those asked, how it is asked besides."""


def long_words_of(names: Sequence[str]) -> dict[int, list[Run]]:
    """Return by place of a name its words that may be several: long ones that are no known name."""
    runs = ((at, [run for run in long_words(name) if not is_known(run.word)]) for at, name in enumerate(names))
    return {at: found for at, found in runs if found}


def _of_all(lists: Sequence[Together], word: str) -> tuple[Way, ...]:
    """Return what a word may be made of in any of some lists, in an order that does not tell how they are divided."""
    found = {way for one in lists for way in one.made_of(word)}
    return tuple(sorted(found, key=lambda way: (len(way), way))) if found else ()


def apart_in(names: Sequence[str], runs: Mapping[int, Sequence[Run]], lists: Sequence[Together]) -> WrittenApart:
    """Return how names are asked besides, for what somebody in one of some lists bears."""
    found = WrittenApart()
    for at, every in runs.items():
        made_of = [_of_all(lists, run.word) for run in every]
        if any(made_of):
            parted = [(run, ways) for run, ways in zip(every, made_of, strict=True) if ways]
            more = written_apart(names[at], parted, lambda parts: any(one.borne(parts) for one in lists))
            if more:
                found[at] = more
    return found
