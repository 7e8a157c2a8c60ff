# ruff: noqa: ANN401
"""One searchable part of what is listed: its names for the kernels, its people and numbers, as flat arrays.

Knows:    how a listing, keys, encoded people and document numbers lie in one file.
Told:     listed notices by key.
Answers:  owners by key or document number, encoded people, and readings found by a question.
Trusted:  yes: a person left out here is a suspect waved through.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document
from evenhand.matching.contract import Listed, Query
from evenhand.matching.evidence import normal_number, unmistaken
from evenhand.matching.explaining import explain, points_of
from evenhand.matching.facts import cuts, facts_of
from evenhand.matching.finding import ANSWERED, TABLES, TURNS, Desk, find_many, in_hand, learn_many, room_for
from evenhand.matching.listing import build_listing
from evenhand.matching.scorer import forest
from evenhand.matching.together import Together
from evenhand.matching.wording import Vocabulary, Words
from evenhand.matching.working import (
    BEGIN,
    BUMP,
    LIMIT,
    NOT_YET,
    Listing,
    Near,
    more_words,
    near_for,
    work_for,
)

FIRST_YEAR, LAST_YEAR = 1, 9999
_THREADS: Final = 2
"""So many threads may come without what was looked up before being lost."""
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Listed)


class Held(NamedTuple):
    """The arrays of a block beside its listing."""

    people: NDArray[np.int16]
    """Per owner: whether still listed, first and last birth year (0: none is known), what else is known (facts_of)."""
    key_text: NDArray[np.uint8]
    key_start: NDArray[np.int64]
    key_hash: NDArray[np.uint64]
    key_owner: NDArray[np.int32]
    body: NDArray[np.uint8]
    body_start: NDArray[np.int64]
    number_hash: NDArray[np.uint64]
    number_owner: NDArray[np.int32]


class Block:
    """Owners 0, 1, 2 … that no longer change but for being forgotten."""

    def __init__(self, listing: Listing, held: Held) -> None:
        self.listing, self.held = listing, held
        self.together = Together(listing, held.people)
        self.foreseen = 0
        """How many of the commonest words of names were looked up before anybody asked for them."""
        self._near: Near | None = None
        self._near_threads = 0
        self._desks: list[tuple[Desk, Any]] = []
        self._in_hand: Any = None

    def __len__(self) -> int:
        """Return the number of owners, forgotten ones too."""
        return int(self.held.people.shape[0])

    def key(self, owner: int) -> str:
        """Return the key of an owner."""
        start = self.held.key_start
        return self.held.key_text[start[owner] : start[owner + 1]].tobytes().decode()

    def listed(self, owner: int) -> Listed:
        """Return what is held of an owner."""
        start = self.held.body_start
        return _DECODER.decode(self.held.body[start[owner] : start[owner + 1]].tobytes())

    def owner_of(self, key: str) -> int | None:
        """Return the owner of a key that is still listed."""
        for owner in _equal(self.held.key_hash, self.held.key_owner, hash_of(key)):
            if self.held.people[owner, 0] and self.key(owner) == key:
                return owner
        return None

    def owners_of_numbers(self, hashes: NDArray[np.uint64]) -> list[tuple[int, int]]:
        """Return (place in `hashes`, owner) of whoever may hold one of some document numbers, still listed.

        All at once: to be asked number by number costs a flight a third of its time.
        """
        held, owners, people = self.held.number_hash, self.held.number_owner, self.held.people
        if not held.size:
            return []
        first, last = held.searchsorted(hashes, "left"), held.searchsorted(hashes, "right")
        return [
            (at, owner)
            for at in np.flatnonzero(first < last).tolist()
            for owner in owners[first[at] : last[at]].tolist()
            if people[owner, 0]
        ]

    def forget(self, owner: int) -> None:
        """Leave an owner out of every later answer."""
        self.held.people[owner, 0] = 0

    def forgotten(self) -> int:
        """Return how many owners are left out of every answer."""
        return int(np.count_nonzero(self.held.people[:, 0] == 0))

    def living(self) -> Iterator[tuple[str, bytes]]:
        """Return key and encoded notice of every owner still listed."""
        start = self.held.body_start
        for owner in np.flatnonzero(self.held.people[:, 0]).tolist():
            yield self.key(owner), self.held.body[start[owner] : start[owner + 1]].tobytes()

    def prepare(self, asked_words: int, threads: int = 1) -> None:
        """Make room for so many distinct words of questions and so many threads; not while one of them is at work."""
        grown = max(1024, asked_words + asked_words // 2)
        if self._near is None or self._near_threads < threads:
            self._near_threads = max(threads, _THREADS)
            self._near, self._desks = near_for(self.listing, grown, self._near_threads), []
        elif self._near.size.size < asked_words:
            self._near = more_words(self._near, grown)
            self._desks = [(desk := old._replace(near=self._near), in_hand(desk)) for old, _ in self._desks]
        while len(self._desks) < threads:
            work, room = work_for(self.listing, len(self._desks)), room_for(self.listing)
            out = np.empty((self.listing.owner.size * 2, 2), np.int64)
            desk = Desk(self.listing, self.held.people, self._near, work, room, TABLES, cuts(), forest(), out)
            self._desks.append((desk, in_hand(desk)))
        if any(desk.work.room[BUMP] > desk.work.room[LIMIT] for desk, _ in self._desks):
            self._near.size[:] = NOT_YET
            for desk, _ in self._desks:
                desk.work.room[BUMP] = desk.work.room[BEGIN]

    def learn(self, words: Any, asked: NDArray[np.int32]) -> None:
        """Look up what is near some words of questions and keep it. Call `prepare` before."""
        learn_many(words, asked, self._desks[0][1], turns())

    def find(
        self, words: Any, starts: NDArray[np.int64], ids: NDArray[np.int32], asks: NDArray[np.int64], *,
        turn: NDArray[np.int64], thread: int = 0,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
        """Answer questions in turn with other threads: rows (reading, points); rows (question, where its rows end).

        Whose turn it is not is answered by another thread. Call `prepare` before. `words`: those of the questions, in
        hand; `turn`: see `turns`, the same for all threads; `thread`: a number that no other uses at the same time.
        """
        said = np.empty((starts.size - 1, 2), np.int64)
        if not self.listing.owner.size or not said.size:
            return np.zeros((0, 2), np.int64), said[:0]
        desk, held = self._desks[thread]
        parts, answered, before = list[NDArray[np.int64]](), 0, 0
        while True:
            count = find_many(words, starts, ids, asks, held, turn, said[answered:])
            if count:
                parts.append(desk.out[: said[answered + count - 1, 1]].copy())
                said[answered : answered + count, 1] += before
                before, answered = before + parts[-1].shape[0], answered + count
            if turn[ANSWERED] >= said.shape[0]:
                return (parts[0] if len(parts) == 1 else _all_rows(parts)), said[:answered]

    def explain(
        self, words: Any, ids: NDArray[np.int32], reading: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:  # fmt: skip
        """Return the features and the aligned words of a question's words against a reading, whoever else asks."""
        return explain(words, ids, self._listing_in_hand(), reading)

    def points(
        self, words: Any, starts: NDArray[np.int64], ids: NDArray[np.int32], rows: Sequence[int],
        readings: Sequence[int],
    ) -> list[list[int]]:  # fmt: skip
        """Return the log odds of some rows of questions (down) against some readings (across), whoever else asks."""
        down, across = np.array(rows, np.int64), np.array(readings, np.int64)
        points = points_of(words, starts, ids, down, listing=self._listing_in_hand(), readings=across)
        found: list[list[int]] = points.tolist()
        return found

    def _listing_in_hand(self) -> Any:
        if self._in_hand is None:
            self._in_hand = in_hand(self.listing)
        return self._in_hand

    def forget_questions(self) -> None:
        """Forget which words were asked; their numbers will be given again."""
        self._near, self._desks, self.foreseen = None, [], 0


def turns() -> NDArray[np.int64]:
    """Return whose turn it is before any thread began: the next word to look up, the next question to answer."""
    return np.zeros(TURNS, np.int64)


def _all_rows(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)


def hash_of(text: str) -> int:
    """Return 64 bits by which keys and numbers are found."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _equal(hashes: NDArray[np.uint64], owners: NDArray[np.int32], value: int) -> list[int]:
    wanted = np.uint64(value)
    first, last = np.searchsorted(hashes, wanted, "left"), np.searchsorted(hashes, wanted, "right")
    return [int(owner) for owner in owners[first:last]]


def birth_years(dates: tuple[BirthDate, ...]) -> tuple[int, int]:
    """Return first and last year that a birth date may name; (0, 0): none is known; every year if there are several."""
    if not dates:
        return 0, 0
    if len(dates) > 1:
        return FIRST_YEAR, LAST_YEAR
    spread = 2 if dates[0].certainty == "approximate" else 0
    return int(dates[0].value[:4]) - spread, int(dates[0].until or dates[0].value[:4]) + spread


def _known_of(listed: Listed) -> tuple[int, int, int]:
    """Return first and last birth year, and what else is known of who is listed beside names."""
    if (person := listed.person) is None:
        return 0, 0, 0
    papers = bool(person.documents) or listed.document is not None
    return *birth_years(person.birth_dates), facts_of(person.sex, person.nationalities, papers=papers)


def numbers_of(listed: Listed) -> set[str]:
    """Return the document numbers by which a notice is found."""
    documents: tuple[Document, ...] = () if listed.person is None else listed.person.documents
    if listed.document is not None:
        documents = (*documents, listed.document)
    numbers = {normal_number(document.number) for document in documents} - {""}
    return numbers | {unmistaken(number) for number in numbers}


class NumbersAsked(NamedTuple):
    """Document numbers of questions, by hash, and which question asks for each."""

    hashes: NDArray[np.uint64]
    asker: list[int]


def numbers_asked(queries: Sequence[Query]) -> NumbersAsked:
    """Return the numbers of every document in hand, as written and as a machine may have misread them."""
    hashes, asker = list[int](), list[int]()
    for at, query in enumerate(queries):
        for document in query.documents:
            number = normal_number(document.number)
            each = {number, unmistaken(number)}
            hashes += [hash_of(one) for one in each]
            asker += [at] * len(each)
    return NumbersAsked(np.array(hashes, np.uint64), asker)


class _Rows:
    """Byte strings one after the other."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._start = array("q", [0])

    def add(self, row: bytes) -> None:
        self._text += row
        self._start.append(len(self._text))

    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        return np.frombuffer(self._text, np.uint8), np.array(self._start, np.int64)


def _table(hashes: array[int], owners: NDArray[np.int32]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    found = np.array(hashes, np.uint64)
    order = np.argsort(found, kind="stable")
    return found[order], owners[order]


def build_block(items: Iterable[tuple[str, Listed | bytes]], words: Vocabulary | None = None) -> Block:
    """Return a block of notices, each as it is or already encoded; `words`: those of another block, used again."""
    words = Vocabulary(nicknames=False) if words is None else words
    starts, ids, owners, places = array("q", [0]), array("i"), array("i"), array("H")
    keys, bodies = _Rows(), _Rows()
    key_hashes, number_hashes, number_owners, people = array("Q"), array("Q"), array("i"), array("h")
    for owner, (key, given) in enumerate(items):
        listed = _DECODER.decode(given) if isinstance(given, bytes) else given
        keys.add(key.encode())
        bodies.add(given if isinstance(given, bytes) else _ENCODER.encode(given))
        key_hashes.append(hash_of(key))
        for number in sorted(numbers_of(listed)):
            number_hashes.append(hash_of(number))
            number_owners.append(owner)
        people.extend((1, *_known_of(listed)))
        for place, name in enumerate(() if listed.person is None else listed.person.names):
            for reading in words.readings(name.text):
                ids.extend(reading)
                starts.append(len(ids))
                owners.append(owner)
                places.append(place)
    listing = build_listing(
        words.words(), np.array(starts, np.int64), np.array(ids, np.int32), np.array(owners, np.int32),
        np.array(places, np.uint16), people=np.array(people, np.int16).reshape(-1, 4),
    )  # fmt: skip
    by_key = _table(key_hashes, np.arange(len(key_hashes), dtype=np.int32))
    held = Held(
        np.array(people, np.int16).reshape(-1, 4), *keys.arrays(), *by_key, *bodies.arrays(),
        *_table(number_hashes, np.array(number_owners, np.int32)),
    )  # fmt: skip
    block = Block(listing, held)
    for at in np.flatnonzero(by_key[0][1:] == by_key[0][:-1]).tolist():
        if block.key(int(by_key[1][at])) == block.key(int(by_key[1][at + 1])):
            block.forget(int(by_key[1][at]))  # the later notice of a key stands
    return block


def arrays_of(block: Block) -> dict[str, NDArray[Any]]:
    """Return every array of a block by name."""
    listing = block.listing._asdict()
    words = listing.pop("words")
    return {f"words.{name}": part for name, part in words._asdict().items()} | listing | block.held._asdict()


def block_of(arrays: dict[str, NDArray[Any]]) -> Block:
    """Return the block of some arrays by name. Raises KeyError if one is missing."""
    words = Words(*(arrays[f"words.{name}"] for name in Words._fields))
    listing = Listing(words, *(arrays[name] for name in Listing._fields if name != "words"))
    return Block(listing, Held(*(arrays[name] for name in Held._fields)))
