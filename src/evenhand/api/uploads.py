"""Files over HTTP: a list to import, a ledger carried by hand; never a path on this machine.

Knows:    how to keep an upload beside the node until it was read, within a limit.
Told:     bytes as they arrive.
Answers:  as the operations `import`, `case.draft-list`, `ledger.import` and `ledger.export`.
Trusted:  yes: what arrives is judged by those operations; no name that the sender chose touches the disk.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.api.archives import unpack
from evenhand.api.rows import JSON, Asked, Reply
from evenhand.exchange.bundle import write_bundle
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, LimitError
from evenhand.interop import ofac_legacy
from evenhand.node.list_formats import format_called, list_formats
from evenhand.node.operations import perform
from evenhand.watchlist.release import ALL

OCTETS: Final = "application/octet-stream"


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to import the list in the body; `dry_run` says what would be done.

    `policy` is an import policy, `columns` what the columns of a table of one's own mean; both are JSON objects.
    """

    dry_run: bool = False
    accept_mass_withdrawal: bool = False
    audience: str = ALL
    detail_audience: str = ALL
    policy: str = ""
    columns: str = ""


async def import_list(asked: Asked) -> Reply:
    """Import the list in the body. Raises as the operation `import`."""
    wanted, name = asked.query, asked.values["format"]
    format_called(name, list_formats())
    request = {**_list_request(asked, name), "accept_mass_withdrawal": wanted.accept_mass_withdrawal}
    return await _with_list(asked, "import", request)


class DraftsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to draft the list in the body; `dry_run` says what would be done.

    `policy` and `columns` are as for an import, `statements` what the author states of every entry: JSON objects.
    `only` is a JSON list of the entries that are meant; empty: all.
    """

    dry_run: bool = False
    audience: str = ALL
    detail_audience: str = ALL
    policy: str = ""
    columns: str = ""
    statements: str = ""
    only: str = ""


async def draft_list(asked: Asked) -> Reply:
    """Draft a case for every entry of the list in the body. Raises as the operation `case.draft-list`."""
    wanted, name = asked.query, asked.values["format"]
    format_called(name, list_formats())
    request = _list_request(asked, name)
    if wanted.statements:
        request["statements"] = _object("statements", wanted.statements)
    if wanted.only:
        request["only"] = _json("only", wanted.only, list[str])
    return await _with_list(asked, "case.draft-list", request)


def _list_request(asked: Asked, name: str) -> dict[str, Any]:
    wanted = asked.query
    return {
        "format": name, "dry_run": wanted.dry_run, "audience": wanted.audience,
        "detail_audience": wanted.detail_audience,
        **{field: _object(field, text) for field in ("policy", "columns") if (text := getattr(wanted, field))},
    }  # fmt: skip


async def _with_list(asked: Asked, operation: str, request: dict[str, Any]) -> Reply:
    name = request["format"]
    place = await kept(asked)
    folder = place.with_name(f"{place.name}-files")
    try:
        if name == ofac_legacy.LIST_NAME:
            folder.mkdir()
            await asyncio.to_thread(unpack, place, folder)
        request["place"] = str(folder if folder.exists() else place)
        done = await perform(asked.site, operation, msgspec.json.encode(request))
    finally:
        place.unlink(missing_ok=True)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return Reply(body=msgspec.json.encode(done), media=JSON)


def _object(field: str, text: str) -> dict[str, Any]:
    made: dict[str, Any] = _json(field, text, dict[str, Any])
    return made


def _json(field: str, text: str, kind: Any) -> Any:  # noqa: ANN401 - a type, and a value of it
    try:
        return msgspec.json.decode(text, type=kind)
    except UNREADABLE as error:
        raise InputError(f"{field} is not the JSON that is asked for", why=str(error)) from error


async def bundle_in(asked: Asked) -> Reply:
    """Take in a ledger carried by hand. Raises as the operation `ledger.import`."""
    place = await kept(asked)
    try:
        done = await perform(asked.site, "ledger.import", msgspec.json.encode({"place": str(place)}))
    finally:
        place.unlink(missing_ok=True)
    return Reply(body=msgspec.json.encode(msgspec.structs.replace(done, place="")))


class BundleQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom the bundle is: it carries what that member may have, and no more."""

    reader: str


async def bundle_out(asked: Asked) -> Reply:
    """Return a ledger as a bundle for one reader. Raises RefusedError or NotFoundError."""
    member = asked.site.member
    code = member.roster.member(asked.values["code"].upper()).code
    reader = member.roster.member(asked.query.reader.upper()).code
    chunks = write_bundle(member.desk, reader=reader, positions={code: 0}, rosters=member.rosters.since(0))
    first = next(chunks, b"")  # a refusal comes before the first byte

    async def stream() -> AsyncIterator[bytes]:
        yield first
        for chunk in chunks:
            yield chunk

    return Reply(media=OCTETS, stream=stream())


async def kept(asked: Asked) -> Path:
    """Keep the body in a file of the data folder. Raises LimitError or InputError."""
    place = asked.site.folder.path / f"upload-{secrets.token_hex(8)}"
    try:
        await _write(asked, place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return place


async def _write(asked: Asked, place: Path) -> None:
    assert asked.stream is not None
    size = 0
    with place.open("xb") as file:
        async for chunk in asked.stream:
            size += len(chunk)
            if size > asked.row.body_bytes_max:
                raise LimitError("the body is too large", why=f"the limit is {asked.row.body_bytes_max} bytes")
            file.write(chunk)
    if not size:
        raise InputError("the body is empty", remedy="send the file as the body")
