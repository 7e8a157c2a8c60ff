"""Fuzzing targets for what is asked of the matcher: names, and questions as they arrive."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import STRENGTH_MAX, Listed, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.names.forms import forms
from tests.fuzz.targets import Target

PLAIN = PlainMatcher()
PLAIN.put("ITA:1", Listed(person=Person(
    names=(Name(text="Ярослав Чернов", script="Cyrl"), Name(text="Anna Maria Eriksson")),
    birth_dates=(BirthDate(value="1974-08-12"),),
    documents=(Document(type="passport", number="L898902C3", issuer="UTO"),),
)))  # fmt: skip
ASKED = (
    b'{"names":["Anna Eriksson"],"birth_date":"1974-08","nationalities":["UTO"],'
    b'"documents":[{"number":"L898902C3"}]}'
)


def names(data: bytes) -> None:
    """Every word of a name has Latin spellings."""
    for reading in forms(data.decode("utf-8", "replace")[:500]):
        assert all(text.isascii() for word in reading for text, _, _ in word.spellings)


def question(data: bytes) -> None:
    """A question is answered or refused; strength stays on its scale."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, InputError):
        query = msgspec.json.decode(data, type=Query)
        assert all(0 <= one.strength <= STRENGTH_MAX for one in PLAIN.search(query).candidates)


TARGETS = {
    "names": Target(names, lambda: ["Ярослав Чернов".encode(), "محمد بن علي".encode(), b"ERIKSSON, Anna"], 120),
    "question": Target(question, lambda: [ASKED, '{"names":["Ярослав Чернов"]}'.encode()], 400),
}
