"""Operations that write or read a file, over HTTP: the file is the answer or the body.

Knows:    which operations name a file, and how to give them one of our own.
Told:     requests without a place, or bytes.
Answers:  the file's bytes, or what the operation says of them.
Trusted:  yes: no name that a caller chose touches the disk, and what was written is deleted with its answer.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, get_type_hints

import msgspec

from evenhand.api.rows import Asked, Reply, Row, without
from evenhand.api.uploads import OCTETS, kept
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_BUNDLE_BYTES_MAX
from evenhand.node.operations import OPERATIONS, perform
from evenhand.node.people.gate import POWERS

IN_FILES = ("audit.export", "encounter.carry-out", "encounter.merge")
"""Operations whose request names a file of the node's machine."""
_PLACE = ("place",)


async def file_out(asked: Asked) -> Reply:
    """Return what an operation writes. Raises as the operation."""
    name = asked.row.stands_for
    request = _request(asked.body, without(OPERATIONS[name].request, _PLACE))
    place = asked.site.folder.path / f"download-{secrets.token_hex(8)}"
    try:
        await perform(asked.site, name, msgspec.json.encode({**request, "place": str(place)}))
        return Reply(body=await asyncio.to_thread(place.read_bytes), media=OCTETS)
    finally:
        place.unlink(missing_ok=True)


async def file_in(asked: Asked) -> Reply:
    """Have an operation read the body. Raises as the operation."""
    place = await kept(asked)
    try:
        request = {**msgspec.to_builtins(asked.query), "place": str(place)}
        done = await perform(asked.site, asked.row.stands_for, msgspec.json.encode(request))
    finally:
        place.unlink(missing_ok=True)
    return Reply(body=msgspec.json.encode(done))


def _request(body: bytes, kind: type[msgspec.Struct]) -> dict[str, Any]:
    try:
        said: dict[str, Any] = msgspec.to_builtins(msgspec.json.decode(body, type=kind))
    except UNREADABLE as error:
        raise InputError("the request cannot be used", why=str(error)) from error
    return said


def _out(path: str, name: str, summary: str) -> Row:
    return Row(
        "POST", path, summary, "operations", run=file_out, power=POWERS[name], stands_for=name,
        takes=without(OPERATIONS[name].request, _PLACE), media=OCTETS,
    )  # fmt: skip


ROWS = (
    _out("/v1/operations/audit.export", "audit.export", "Decisions with their proofs, as a file that verifies offline"),
    _out("/v1/operations/encounter.carry-out", "encounter.carry-out",
         "What this post decided while it was cut off, as a file for its member"),
    Row("POST", "/v1/operations/encounter.merge", "Take in what a post decided while it was cut off", "operations",
        run=file_in, power=POWERS["encounter.merge"], stands_for="encounter.merge", accepts=OCTETS,
        query_type=without(OPERATIONS["encounter.merge"].request, _PLACE), streams_in=True,
        gives=get_type_hints(OPERATIONS["encounter.merge"].run)["return"], takes_key=True,
        body_bytes_max=API_BUNDLE_BYTES_MAX),
)  # fmt: skip
