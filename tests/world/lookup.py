"""A real and very plain matcher: the same name or the same document number, nothing like it.

It fills the contract of `evenhand.matching.contract`; forty of them fit into one simulated second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from evenhand.matching.contract import Answer, Candidate, Listed, Query, Reason


class ExactMatcher:
    """The Matcher protocol by equality."""

    version = hashlib.sha256(b"evenhand world matcher 1").hexdigest()

    def __init__(self) -> None:
        self._listed: dict[str, Listed] = {}
        self._by_word: dict[str, set[str]] = {}

    def fresh(self) -> ExactMatcher:
        return ExactMatcher()

    def put(self, key: str, listed: Listed) -> None:
        self.drop(key)
        self._listed[key] = listed
        for word in _words(listed):
            self._by_word.setdefault(word, set()).add(key)

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        for key, listed in items:
            self.put(key, listed)

    def drop(self, key: str) -> None:
        listed = self._listed.pop(key, None)
        if listed is not None:
            for word in _words(listed):
                self._by_word[word].discard(key)

    def search(self, query: Query) -> Answer:
        asked = [("name", name) for name in query.names]
        asked += [("document", document.number) for document in query.documents]
        found: dict[str, list[Reason]] = {}
        for field, word in asked:
            for key in self._by_word.get(word, ()):
                found.setdefault(key, []).append(
                    Reason(field="name" if field == "name" else "document", weight=1000, text="the same")
                )
        return Answer(
            candidates=tuple(
                Candidate(key=key, strength=1000, band="strong", reasons=tuple(found[key]))
                for key in sorted(found)
            )
        )

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(self._listed)

    def load(self, data: bytes) -> None:
        self._listed, self._by_word = {}, {}
        self.put_many(msgspec.msgpack.decode(data, type=dict[str, Listed]).items())


def _words(listed: Listed) -> set[str]:
    words = set() if listed.person is None else {name.text for name in listed.person.names}
    documents = () if listed.person is None else listed.person.documents
    if listed.document is not None:
        documents = (*documents, listed.document)
    return words | {document.number for document in documents}
