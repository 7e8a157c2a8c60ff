"""Fuzzing targets for the HTTP API: cursors, places in the stream of changes, and bodies of every operation."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from evenhand.api.events import event_id, positions_of
from evenhand.api.opensanctions import MatchRequest
from evenhand.api.paging import after_of, cursor
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.node.operations import OPERATIONS
from tests.fuzz.targets import Target

REQUESTS = tuple(one.request for one in OPERATIONS.values())
BODY = b'{"names":["Anna Eriksson"],"birth_date":"1974-08","documents":[{"number":"L898902C3"}],"notice":"ITA-1"}'


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
    "cursor": Target(page_cursor, lambda: [cursor("k", {"q": 1}).encode()], 200),
    "event-id": Target(event, lambda: [event_id({"ITA": 3}).encode()], 200),
    "http-body": Target(body, lambda: [bytes([n]) + BODY for n in range(len(REQUESTS))], 500),
    "yente-body": Target(yente, lambda: [YENTE], 500),
}
