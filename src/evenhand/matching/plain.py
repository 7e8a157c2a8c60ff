"""The plain matcher: folded tokens, an inverted index, and fuzzy neighbours.

Knows:    Latin look-alikes of any script, token by token.
Told:     listed notices by key, and questions.
Answers:  candidates by the evidence rules of `bands`; equal names are always found, common or not.
Trusted:  yes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, cast

import msgspec
from anyascii import anyascii
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from evenhand.ground.errors import CorruptionError
from evenhand.identity.person import Name
from evenhand.matching.bands import band_of, weigh
from evenhand.matching.contract import STRENGTH_MAX, Answer, Candidate, Listed, Query, Reason
from evenhand.matching.evidence import document_reasons, normal_number, numberless, person_reasons
from evenhand.matching.parting import Way, borne_parts, long_words, ways, written_apart

_WEAK_KINDS = ("alias_low", "kunya", "nickname")
_TOKEN = re.compile(r"[a-z0-9]+")
_NEIGHBOUR_MIN = 84
_NAME_MIN = 700
_TOKEN_MIN = 750
_LONE_TOKEN = 400  # one common part of a longer name is not that name
_WRITTEN_APART = 10  # a name that was run together says a little less than the same name written apart


_Postings = dict[str, "set[str] | msgspec.Raw"]
"""Keys by term; as they were loaded (places in the order of keys, packed) until somebody asks for the term."""


class _Dump(msgspec.Struct, array_like=True):
    listed: dict[str, msgspec.Raw]
    by_token: dict[str, msgspec.Raw]
    by_number: dict[str, msgspec.Raw]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Listed)
_DUMP_DECODER = msgspec.msgpack.Decoder(_Dump)
_PLACES_DECODER = msgspec.msgpack.Decoder(list[int])


def fold(name: str) -> tuple[str, ...]:
    """Return the folded Latin tokens of a name in any script."""
    text = anyascii(unicodedata.normalize("NFKC", name)).lower().replace("'", "").replace("<", " ")
    return tuple(_TOKEN.findall(text))


class _Asked(NamedTuple):
    """An asked name: its tokens and, if it is written apart, those that a listed name must have."""

    tokens: tuple[str, ...]
    parts: Way


class PlainMatcher:
    """The Matcher protocol over dictionaries."""

    def __init__(self) -> None:
        # Packed: few are ever looked at, and a restart need not unpack them.
        self._listed: dict[str, bytes | msgspec.Raw] = {}
        self._by_token: _Postings = {}
        self._by_number: _Postings = {}
        self._order: list[str] = []  # keys by their place in what was loaded
        self._loaded: bytes | None = None  # what was loaded, while nothing has changed

    @property
    def version(self) -> str:
        """SHA-256 in hex of this matcher's name and edition."""
        return hashlib.sha256(b"evenhand plain matcher 4").hexdigest()

    def fresh(self) -> PlainMatcher:
        """Return an empty matcher of the same version."""
        return PlainMatcher()

    def put(self, key: str, listed: Listed) -> None:
        """Add or replace one notice."""
        self.drop(key)
        self._loaded = None
        self._listed[key] = _ENCODER.encode(listed)
        for token in self._tokens(listed):
            self._keys(self._by_token, token).add(key)
        for number in self._numbers(listed):
            self._keys(self._by_number, number).add(key)

    def _keys(self, index: _Postings, term: str) -> set[str]:
        """Return the keys of a term, to be changed in place."""
        keys = index.get(term)
        if not isinstance(keys, set):
            order, places = self._order, () if keys is None else _PLACES_DECODER.decode(keys)
            keys = index[term] = {order[place] for place in places}
        return keys

    def _forget(self, index: _Postings, term: str, key: str) -> None:
        """Take a key from a term, and the term away with its last key: a withdrawn name leaves nothing behind."""
        keys = self._keys(index, term)
        keys.discard(key)
        if not keys:
            del index[term]

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Add many."""
        for key, listed in items:
            self.put(key, listed)

    def drop(self, key: str) -> None:
        """Forget one notice."""
        held = self._listed.pop(key, None)
        if held is None:
            return
        self._loaded = None
        listed = _DECODER.decode(held)
        for token in self._tokens(listed):
            self._forget(self._by_token, token, key)
        for number in self._numbers(listed):
            self._forget(self._by_number, number, key)

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off."""
        keys: set[str] = set()
        unknown = []
        asked = {name: self._readings(name) for name in query.names}
        for name, readings in asked.items():
            tokens = readings[0].tokens
            for apart in readings[1:]:
                keys |= self._bearing(apart.parts)
            if not tokens:
                unknown.append(f"{name[:60]!r}: no letters that can be compared")
            for token in tokens:
                for near, _, _ in process.extract(
                    token, list(self._by_token), scorer=fuzz.ratio, score_cutoff=_NEIGHBOUR_MIN, limit=None
                ):
                    keys |= self._keys(self._by_token, near)
        for document in query.documents:
            number = normal_number(document.number)
            if number in self._by_number:
                keys |= self._keys(self._by_number, number)
        found = [candidate for key in keys if (candidate := self._weigh(query, asked, key)) is not None]
        found.sort(key=lambda candidate: (-candidate.strength, candidate.key))
        return Answer(candidates=tuple(found), not_compared=(*unknown, *numberless(query)))

    def _readings(self, name: str) -> list[_Asked]:
        """Return a name as it is written and, where somebody bears what it may be made of, written apart."""
        runs = [run for run in long_words(name) if run.word not in self._by_token]
        every = [(run, [way for way in ways(run.word, self._are_listed) if self._bearing(way)]) for run in runs]
        made_of = [(run, found) for run, found in every if found]
        apart = written_apart(name, made_of, lambda parts: bool(self._bearing(parts))) if made_of else ()
        return [_Asked(fold(name), ()), *(_Asked(fold(one.name), borne_parts(one.parts)) for one in apart)]

    def _are_listed(self, tokens: Sequence[str]) -> list[bool]:
        return [token in self._by_token for token in tokens]

    def _bearing(self, parts: Way) -> set[str]:
        """Return the keys of those one of whose names has all parts that somebody must bear."""
        borne = borne_parts(parts)
        keys = set[str].intersection(*(self._keys(self._by_token, token) for token in borne))
        return {key for key in keys if any(_has(fold(name.text), borne) for name in self._names_of(key))}

    def _names_of(self, key: str) -> tuple[Name, ...]:
        person = _DECODER.decode(self._listed[key]).person
        return () if person is None else person.names

    def _weigh(self, query: Query, asked: Mapping[str, Sequence[_Asked]], key: str) -> Candidate | None:
        listed = _DECODER.decode(self._listed[key])
        person = listed.person
        documents = () if person is None else person.documents
        if listed.document is not None:
            documents = (*documents, listed.document)
        reasons = document_reasons(query, documents)
        strength = weigh(0, weak_name=False, reasons=reasons)
        if person is not None:
            beside = [*reasons, *person_reasons(query, person)]
            for score, mine, name in _nearest(asked, person.names):
                weak = name.kind in _WEAK_KINDS
                reached = weigh(score, weak_name=weak, reasons=beside)
                if reached >= strength:
                    strength, reasons = reached, [_name_reason(score, mine, name), *beside]
        band = band_of(strength)
        if band is None:
            return None
        return Candidate(key=key, strength=strength, band=band, reasons=tuple(reasons))

    def dump(self) -> bytes:
        """Return the whole index as bytes."""
        if self._loaded is not None:
            return self._loaded
        place = {key: i for i, key in enumerate(self._listed)}
        body = _ENCODER.encode(
            _Dump(
                {key: _raw(listed) for key, listed in self._listed.items()},
                *(
                    {term: self._packed(index, term, place) for term in index}
                    for index in (self._by_token, self._by_number)
                ),
            )
        )
        return bytes.fromhex(self.version) + hashlib.sha256(body).digest() + body

    def _packed(self, index: _Postings, term: str, place: dict[str, int]) -> msgspec.Raw:
        return msgspec.Raw(_ENCODER.encode(sorted(place[key] for key in self._keys(index, term))))

    def load(self, data: bytes) -> None:
        """Replace the index. Raises CorruptionError."""
        if data[:32] != bytes.fromhex(self.version) or data[32:64] != hashlib.sha256(data[64:]).digest():
            raise CorruptionError("the index is damaged or of another version", remedy="build it again")
        held = _DUMP_DECODER.decode(memoryview(data)[64:])
        self._order, self._loaded = list(held.listed), data
        self._listed = cast("dict[str, bytes | msgspec.Raw]", held.listed)
        self._by_token, self._by_number = cast("_Postings", held.by_token), cast("_Postings", held.by_number)

    @staticmethod
    def _tokens(listed: Listed) -> set[str]:
        return set() if listed.person is None else {t for name in listed.person.names for t in fold(name.text)}

    @staticmethod
    def _numbers(listed: Listed) -> set[str]:
        documents = () if listed.person is None else listed.person.documents
        if listed.document is not None:
            documents = (*documents, listed.document)
        return {normal_number(document.number) for document in documents}


def _raw(listed: bytes | msgspec.Raw) -> msgspec.Raw:
    return listed if isinstance(listed, msgspec.Raw) else msgspec.Raw(listed)


def _nearest(asked: Mapping[str, Sequence[_Asked]], listed: Sequence[Name]) -> list[tuple[int, str, Name]]:
    """Return the most alike pair of names of all, and the most alike of full names, the one to be told last.

    A low-quality alias spelt as asked must not hide that a full name is alike, which proves more.
    """
    met = [
        (_similar(reading, fold(name.text)), one, name)
        for one, readings in asked.items() for name in listed for reading in readings
    ]  # fmt: skip
    met = [pair for pair in met if pair[0] >= _NAME_MIN]
    full = [pair for pair in met if pair[2].kind not in _WEAK_KINDS]
    return [max(pairs, key=itemgetter(0)) for pairs in (met, full) if pairs]


def _has(tokens: Sequence[str], parts: Way) -> bool:
    return not Counter(parts) - Counter(tokens)


def _similar(asked: _Asked, listed: tuple[str, ...]) -> int:
    """Return how alike names are in thousandths; 0 where a name written apart is not one of all its parts."""
    left, right, less = asked.tokens, listed, _WRITTEN_APART if asked.parts else 0
    if not _has(right, asked.parts):
        return 0
    if not left or not right:
        return 0
    if len(left) > len(right):
        left, right = right, left
    free = list(right)
    total = 0
    for token in left:
        best = max(free, key=lambda other: (JaroWinkler.similarity(token, other), other))
        alike = round(JaroWinkler.similarity(token, best) * 1000)
        total += alike if alike >= _TOKEN_MIN else 0  # what two different names share by chance is no evidence
        free.remove(best)
    missing = len(right) - len(left)
    return max(0, total // len(left) - 40 * missing - (_LONE_TOKEN if len(left) == 1 < len(right) else 0) - less)


def _name_reason(score: int, asked: str, name: Name) -> Reason:
    text = "the names are the same" if score == STRENGTH_MAX else "the names are alike"
    if name.kind in _WEAK_KINDS:
        text += "; the listed name is a weak alias"
    return Reason(field="name", weight=score, text=text, asked=asked, listed=name.text)
