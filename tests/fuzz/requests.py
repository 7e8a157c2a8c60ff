"""Fuzzing targets for the HTTP API: cursors, places in the stream of changes, bodies of every operation, archives."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import msgspec

from evenhand.api.archives import unpack
from evenhand.api.events import event_id, positions_of
from evenhand.api.opensanctions import MatchRequest
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.ground.paging import after_of, cursor
from evenhand.interop.formats import LEGACY_FILES
from evenhand.interop.template import COLUMNS, SEVERAL, empty_template, parse, propose
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


def archive(data: bytes) -> None:
    """An archive gives files of the list and no others, or is refused."""
    with tempfile.TemporaryDirectory() as made:
        with suppress(InputError):
            unpack(io.BytesIO(data), Path(made))
        assert {one.name for one in Path(made).iterdir()} <= set(LEGACY_FILES)


def columns(data: bytes) -> None:
    """A table's columns are proposed, those that take one value once, or the table is refused."""
    with suppress(InputError):
        said = propose(data)
        assert set(said.mapping.values()) <= set(COLUMNS)
        single = [one for one in said.mapping.values() if one not in SEVERAL]
        assert len(set(single)) == len(single)
        assert not set(said.mapping) & set(said.unmapped)
        if not said.missing:
            parse(data, said.mapping)


def packed() -> bytes:
    """Return a sound archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in LEGACY_FILES[:2]:
            made.writestr(zipfile.ZipInfo(f"list/{name.upper()}"), b"1,a\r\n")
    return stream.getvalue()


YENTE = b'{"queries":{"q":{"schema":"Person","properties":{"name":["Anna Eriksson"],"birthDate":"1974"}}}}'
TARGETS = {
    "cursor": Target(page_cursor, lambda: [cursor("k", {"q": 1}).encode()], 200),
    "event-id": Target(event, lambda: [event_id({"ITA": 3}).encode()], 200),
    "http-body": Target(body, lambda: [bytes([n]) + BODY for n in range(len(REQUESTS))], 500),
    "yente-body": Target(yente, lambda: [YENTE], 500),
    "list-archive": Target(archive, lambda: [packed()], 600),
    "columns": Target(columns, lambda: [empty_template()[:900], b"Nr,Full name,DOB\r\n1,x,1984\r\n"], 1_000),
}
