"""Fuzzing targets for what clients ask: names, questions to the matcher, cursors, and bodies of every operation."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from evenhand.api.events import event_id, positions_of
from evenhand.api.opensanctions import MatchRequest
from evenhand.api.paging import after_of, cursor
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import STRENGTH_MAX, Listed, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.names.forms import forms
from evenhand.node.operations import OPERATIONS
from tests.fuzz.targets import Target

REQUESTS = tuple(one.request for one in OPERATIONS.values())
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


def page_cursor(data: bytes) -> None:
    """A cursor is ours or refused."""
    text = data.decode("utf-8", "replace")
    with suppress(InputError):
        assert not text or cursor(after_of(text, {"q": 1}), {"q": 1}) == text


def event(data: bytes) -> None:
    """A place in the stream of changes is sizes or refused."""
    with suppress(InputError):
        assert min(positions_of(data.decode("utf-8", "replace")).values(), default=0) >= 0


def body(data: bytes) -> None:
    """A body is an operation's request or refused; the first byte chooses the operation."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, EvenhandError):
        msgspec.json.decode(data[1:], type=REQUESTS[(data[0] if data else 0) % len(REQUESTS)])


def yente(data: bytes) -> None:
    """A body of /match is queries or refused."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        msgspec.json.decode(data, type=MatchRequest)


YENTE = b'{"queries":{"q":{"schema":"Person","properties":{"name":["Anna Eriksson"],"birthDate":"1974"}}}}'
TARGETS = {
    "names": Target(names, lambda: ["Ярослав Чернов".encode(), "محمد بن علي".encode(), b"ERIKSSON, Anna"], 120),
    "question": Target(question, lambda: [ASKED, '{"names":["Ярослав Чернов"]}'.encode()], 400),
    "cursor": Target(page_cursor, lambda: [cursor("k", {"q": 1}).encode()], 200),
    "event-id": Target(event, lambda: [event_id({"ITA": 3}).encode()], 200),
    "http-body": Target(body, lambda: [bytes([n]) + ASKED for n in range(len(REQUESTS))], 500),
    "yente-body": Target(yente, lambda: [YENTE], 500),
}
