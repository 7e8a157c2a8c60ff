"""The matcher: names, dates and documents asked against everything listed.

Knows:    blocks of packed names, document numbers, and what is listed under each key.
Told:     listed notices by key, and questions.
Answers:  the Matcher interface; candidates with reasons, in an order that is the same on every machine.
Trusted:  yes: a lost candidate is a suspect waved through, a false one an innocent stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from threading import RLock
from typing import Final

import msgspec
import numpy as np

from evenhand.ground.errors import CorruptionError
from evenhand.identity.person import Document
from evenhand.matching.bands import POSSIBLE_MIN, band_of, weigh
from evenhand.matching.contract import Answer, Candidate, Listed, Query, Reason
from evenhand.matching.evidence import document_reasons, normal_number, person_reasons, unmistaken
from evenhand.matching.naming import best_name, pack_names
from evenhand.matching.packing import Packed, Packer
from evenhand.matching.scorer import CUT_POINTS, LOOK_MIN, LOOK_POINTS, NAME_MIN, strength_points
from evenhand.matching.segment import Segment
from evenhand.names.forms import forms
from evenhand.names.script import scripts_in

_PENDING_MAX: Final = 128
_SEGMENTS_MAX: Final = 6


@cache
def matcher_version() -> str:
    """Return SHA-256 in hex over the code and tables of names and matching."""
    total = hashlib.sha256()
    for package in ("evenhand.names", "evenhand.matching"):
        room = files(package)
        parts = [*room.iterdir(), *room.joinpath("tables").iterdir()]
        for part in sorted(parts, key=lambda one: one.name):
            if part.is_file() and part.name.endswith((".py", ".npz", ".gz")):
                total.update(part.name.encode() + b"\0" + hashlib.sha256(part.read_bytes()).digest())
    return total.hexdigest()


class _Block:
    """A segment with the keys of its owners."""

    def __init__(self, keys: list[str], packed: Packed) -> None:
        self.keys = keys
        self.segment = Segment(packed, len(keys))


class NameMatcher:
    """The Matcher protocol over packed segments; changes gather in a small one that is rebuilt at the next search."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._listed: dict[str, bytes] = {}
        self._blocks: list[_Block] = []
        self._place: dict[str, tuple[_Block, int]] = {}
        self._pending: dict[str, Listed] = {}
        self._fresh: _Block | None = None
        self._numbers: dict[str, set[str]] = {}

    @property
    def version(self) -> str:
        """SHA-256 in hex over tables, weights, thresholds and code that decide an answer."""
        return matcher_version()

    # -- changes -----------------------------------------------------------------------------------

    def put(self, key: str, listed: Listed) -> None:
        """Add a notice or replace what was held under its key; the next search sees it."""
        with self._lock:
            self.drop(key)
            self._listed[key] = msgspec.msgpack.encode(listed)
            for number in _numbers(listed):
                self._numbers.setdefault(number, set()).add(key)
            if listed.person is not None:
                self._pending[key] = listed
                self._fresh = None
                if len(self._pending) > _PENDING_MAX:
                    self._settle()

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Add many at once."""
        with self._lock:
            for key, listed in items:
                self.drop(key)
                self._listed[key] = msgspec.msgpack.encode(listed)
                for number in _numbers(listed):
                    self._numbers.setdefault(number, set()).add(key)
                if listed.person is not None:
                    self._pending[key] = listed
            self._fresh = None
            self._settle()

    def drop(self, key: str) -> None:
        """Forget a notice; unknown keys are ignored."""
        with self._lock:
            held = self._listed.pop(key, None)
            if held is None:
                return
            for number in _numbers(_decode(held)):
                self._numbers[number].discard(key)
                if not self._numbers[number]:
                    del self._numbers[number]
            if self._pending.pop(key, None) is not None:
                self._fresh = None
            place = self._place.pop(key, None)
            if place is not None:
                place[0].segment.alive[place[1]] = 0

    def _settle(self) -> None:
        """Move what is pending into a block; merge the blocks when they are many."""
        items = self._pending
        self._pending, self._fresh = {}, None
        if len(self._blocks) >= _SEGMENTS_MAX:
            small = sorted(self._blocks, key=lambda block: len(block.keys))[: _SEGMENTS_MAX - 1]
            for block in small:
                for key in block.keys:
                    if self._place.get(key, (None, 0))[0] is block:
                        items[key] = _decode(self._listed[key])
            self._blocks = [block for block in self._blocks if block not in small]
        if items:
            block = _block(items)
            self._blocks.append(block)
            self._place.update((key, (block, at)) for at, key in enumerate(block.keys))

    def _all_blocks(self) -> list[_Block]:
        if self._pending and self._fresh is None:
            self._fresh = _block(self._pending)
        return [*self._blocks, *([self._fresh] if self._fresh is not None else [])]

    # -- questions ---------------------------------------------------------------------------------

    def rank(self, query: Query, *, cut: int = -(1 << 40)) -> list[tuple[str, int]]:
        """Return (key, points) of every candidate by name whose points reach `cut`, best first; no other evidence."""
        best: dict[str, int] = {}
        asked = pack_names(query.names, nicknames=True)
        with self._lock:
            for block in self._all_blocks():
                owners = block.segment.packed.owner
                for i in range(asked.owner.size):
                    found, points = block.segment.search(asked, i)
                    for reading, value in zip(found[points >= cut], points[points >= cut], strict=True):
                        key = block.keys[owners[reading]]
                        best[key] = max(best.get(key, -(1 << 50)), int(value))
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))

    def rank_with_dates(self, query: Query, *, keep: int) -> list[tuple[str, int]]:
        """Return the `keep` best (key, points) by name, birth date, sex and nationality together, uncut."""
        ranked = self.rank(query)
        if query.birth_date is not None or query.nationalities or query.sex != "U":
            ranked = [
                (key, points + strength_points(sum(reason.weight for reason in self._beside(query, key))))
                for key, points in ranked[: max(keep * 20, 400)]
            ]
            ranked.sort(key=lambda item: (-item[1], item[0]))
        return ranked[:keep]

    def _beside(self, query: Query, key: str) -> list[Reason]:
        person = _decode(self._listed[key]).person
        return [] if person is None else person_reasons(query, person)

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off."""
        with self._lock:
            alone = query.birth_date is None and not query.nationalities and not query.documents
            cut = CUT_POINTS if alone else LOOK_POINTS
            keys = {key for key, _ in self.rank(query, cut=cut)} if query.names else set()
            for document in query.documents:
                number = normal_number(document.number)
                keys |= self._numbers.get(number, set()) | self._numbers.get(unmistaken(number), set())
            found = [candidate for key in sorted(keys) if (candidate := self._weigh(query, key)) is not None]
        found.sort(key=lambda candidate: (-candidate.strength, candidate.key))
        return Answer(candidates=tuple(found), not_compared=_not_compared(query.names))

    def _weigh(self, query: Query, key: str) -> Candidate | None:
        listed = _decode(self._listed[key])
        documents: tuple[Document, ...] = () if listed.person is None else listed.person.documents
        if listed.document is not None:
            documents = (*documents, listed.document)
        reasons = document_reasons(query, documents)
        score, weak = 0, False
        if listed.person is not None and query.names:
            named = best_name(query.names, listed.person.names)
            if named is not None and named.score >= (
                NAME_MIN if query.birth_date is None and not query.documents else LOOK_MIN
            ):
                score, weak = named.score, named.weak
                reasons = [named.reason, *reasons, *person_reasons(query, listed.person)]
        strength = weigh(score, weak_name=weak, reasons=reasons)
        band = band_of(strength)
        if band is None or strength < POSSIBLE_MIN:
            return None
        return Candidate(key=key, strength=strength, band=band, reasons=tuple(reasons))

    # -- snapshots ---------------------------------------------------------------------------------

    def dump(self) -> bytes:
        """Return the index as bytes that `load` of the same version takes back."""
        with self._lock:
            self._settle()
            if len(self._blocks) > 1 or any(not block.segment.alive.all() for block in self._blocks):
                held = {key: _decode(data) for key, data in self._listed.items()}
                self._blocks, self._place = [], {}
                self._pending = {key: listed for key, listed in held.items() if listed.person is not None}
                self._settle()
            arrays: list[tuple[str, list[int], bytes]] = []
            keys: list[str] = []
            for block in self._blocks:
                keys = block.keys
                arrays = [(part.dtype.str, list(part.shape), part.tobytes()) for part in block.segment.packed]
            body = msgspec.msgpack.encode((self._listed, keys, arrays))
        return bytes.fromhex(self.version) + hashlib.sha256(body).digest() + body

    def load(self, data: bytes) -> None:
        """Replace the index by a dump. Raises CorruptionError if it is damaged or of another version."""
        if data[:32] != bytes.fromhex(self.version):
            raise CorruptionError("the index is of another matcher version", remedy="build it again from the notices")
        if data[32:64] != hashlib.sha256(data[64:]).digest():
            raise CorruptionError("the index is damaged", remedy="build it again from the notices")
        shape = tuple[dict[str, bytes], list[str], list[tuple[str, list[int], bytes]]]
        listed, keys, arrays = msgspec.msgpack.decode(data[64:], type=shape)
        with self._lock:
            self._listed, self._pending, self._fresh = listed, {}, None
            self._blocks, self._place, self._numbers = [], {}, {}
            for key, held in listed.items():
                for number in _numbers(_decode(held)):
                    self._numbers.setdefault(number, set()).add(key)
            if arrays:
                parts = [np.frombuffer(raw, np.dtype(kind)).reshape(size).copy() for kind, size, raw in arrays]
                block = _Block(keys, Packed(*parts))
                self._blocks = [block]
                self._place = {key: (block, at) for at, key in enumerate(keys)}


def _decode(data: bytes) -> Listed:
    return msgspec.msgpack.decode(data, type=Listed)


def _block(items: dict[str, Listed]) -> _Block:
    packer = Packer(nicknames=False)
    for owner, listed in enumerate(items.values()):
        if listed.person is not None:
            for name in listed.person.names:
                for reading in forms(name.text):
                    packer.add(reading, owner)
    return _Block(list(items), packer.packed())


def _numbers(listed: Listed) -> set[str]:
    documents: tuple[Document, ...] = () if listed.person is None else listed.person.documents
    if listed.document is not None:
        documents = (*documents, listed.document)
    numbers = {normal_number(document.number) for document in documents} - {""}
    return numbers | {unmistaken(number) for number in numbers}


def _not_compared(names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for name in names:
        shown = repr(name[:60])
        if "Zzzz" in scripts_in(name):
            found.append(f"{shown}: written in a script this matcher does not know; compare it by hand")
        elif not forms(name):
            found.append(f"{shown}: no letters that can be compared")
    return tuple(found)
