"""What a member serves its partners over HTTPS: C2SP tiles and checkpoints, sealed parts, and `/follow`.

Knows:    HTTP (aiohttp) and paths.
Told:     requests over mutual TLS.
Answers:  static ledger resources, streams of frames, roster documents.
Trusted:  only with availability; every reader verifies, and parts are encrypted.

    GET  /ledger/CODE/checkpoint            C2SP tlog-tiles, for our own ledger and every mirror
    GET  /ledger/CODE/tile/L/N[.p/W]        C2SP tlog-tiles
    GET  /ledger/CODE/tile/entries/N[.p/W]  C2SP tlog-tiles
    GET  /ledger/CODE/parts?from=A&to=B     sealed parts of entries A..B-1 that the caller may have
    GET  /follow?lane=L&from=CODE:SIZE…     frames as they come; resume is by size
    GET  /roster?since=VERSION              roster documents
    POST /add-checkpoint                    C2SP tlog-witness
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec
import structlog
from aiohttp import web

from evenhand.exchange.feed import Feed, FeedDesk, Lane
from evenhand.exchange.frames import Pulse, RosterFrame, print_frame
from evenhand.exchange.ledgers import Ledgers
from evenhand.exchange.tls import peer_code
from evenhand.ground.errors import EvenhandError, InputError, NotFoundError, RefusedError
from evenhand.ground.limits import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, NOTE_BYTES_MAX
from evenhand.ledger.log import Log
from evenhand.ledger.tiles import parse_tile_path

PULSE_SECONDS: Final = 1.0
_STATUS: Final = ((RefusedError, 403), (NotFoundError, 404), (InputError, 400))
_LOG: Final = structlog.get_logger("evenhand.exchange.server")
READER: Final = web.RequestKey("reader", str)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Host(Protocol):
    """What the server needs of the node it stands in."""

    ledgers: Ledgers
    desk: FeedDesk

    def heartbeat(self) -> bytes:
        """Return a signed heartbeat."""
        ...

    def roster_documents(self, since: int) -> list[bytes]:
        """Return roster documents after a version."""
        ...

    def add_checkpoint(self, body: bytes) -> tuple[int, str, bytes]:
        """Answer a C2SP tlog-witness request: (status, content type, body)."""
        ...

    def is_cut(self, code: str) -> bool:
        """Say whether this partner is kept off."""
        ...

    def require_whole(self) -> None:
        """Raise StoreError after a failed write: nothing is answered before the node was started again."""
        ...

    async def activity(self, seen: int, seconds: float) -> int:
        """Wait until something happened after `seen`, or for some seconds; return the present count."""
        ...


class Server:
    """The HTTP face towards partners."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.app = web.Application(middlewares=[self._guard], client_max_size=NOTE_BYTES_MAX)
        self.app.add_routes(
            [
                web.get("/follow", self._follow),
                web.get("/roster", self._roster),
                web.get("/ledger/{code}/checkpoint", self._checkpoint),
                web.get("/ledger/{code}/parts", self._parts),
                web.get("/ledger/{code}/{path:tile/.+}", self._tile),
                web.post("/add-checkpoint", self._add_checkpoint),
            ]
        )

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in active members only, and turn errors into words and a status."""
        transport = request.transport
        connection = None if transport is None else transport.get_extra_info("ssl_object")
        code = peer_code(connection, self._host.ledgers.roster)
        if code is None or self._host.is_cut(code):
            return web.Response(status=403, text="not an active member of this roster\n")
        request[READER] = code
        try:
            self._host.require_whole()
            return await handler(request)
        except EvenhandError as error:
            status = next((number for kind, number in _STATUS if isinstance(error, kind)), 500)
            return web.Response(status=status, text=f"{error}\n")

    def _log(self, request: web.Request) -> Log:
        code = request.match_info["code"]
        self._host.ledgers.roster.member(code)
        return self._host.ledgers.log(code)

    async def _checkpoint(self, request: web.Request) -> web.Response:
        log = self._log(request)
        if not log.head.checkpoint:
            raise NotFoundError(f"no checkpoint of {log.code} is held here")
        return web.Response(
            body=log.head.checkpoint,
            content_type="text/plain",
            charset="utf-8",
            headers={"Cache-Control": "no-store"},
        )

    async def _tile(self, request: web.Request) -> web.Response:
        log, tile = self._log(request), parse_tile_path(request.match_info["path"])
        if tile.level is None:
            body = log.bundle(tile.index, tile.width)
        else:
            body = log.tile(tile.level, tile.index, tile.width)
        return web.Response(
            body=body,
            content_type="application/octet-stream",
            headers={"Cache-Control": "max-age=31536000, immutable"},
        )

    async def _parts(self, request: web.Request) -> web.Response:
        log = self._log(request)
        start, stop = _number(request, "from"), _number(request, "to")
        if stop - start > BATCH_ENTRIES_MAX:
            raise InputError(f"parts of at most {BATCH_ENTRIES_MAX} entries can be asked for at once")
        found: list[tuple[int, str, bytes]] = []
        total = 0
        for part in self._host.desk.parts_for(request[READER], log.code, list(range(start, stop))):
            total += len(part[2])
            if total > BATCH_BYTES_MAX and found:
                break  # the reader asks again for what is missing
            found.append(part)
        return web.Response(body=msgspec.msgpack.encode(found), content_type="application/msgpack")

    async def _roster(self, request: web.Request) -> web.Response:
        documents = self._host.roster_documents(_number(request, "since"))
        return web.Response(body=msgspec.msgpack.encode(documents), content_type="application/msgpack")

    async def _add_checkpoint(self, request: web.Request) -> web.Response:
        status, content_type, body = self._host.add_checkpoint(await request.read())
        return web.Response(status=status, body=body, content_type=content_type)

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        lane: Lane = "express" if request.query.get("lane") == "express" else "ordinary"
        feed = self._host.desk.open(request[READER], _positions(request), lane)
        response = web.StreamResponse(
            headers={"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        try:
            await self._stream(response, feed, _number(request, "roster"))
        except ConnectionError:
            _LOG.debug("reader_left", reader=feed.reader)
        except EvenhandError as error:
            _LOG.info("feed_ended", reader=feed.reader, reason=error.code)
        return response

    async def _stream(self, response: web.StreamResponse, feed: Feed, roster: int) -> None:
        loop = asyncio.get_running_loop()
        seen, pulse_due = -1, loop.time()
        while not self._host.is_cut(feed.reader):
            self._host.require_whole()
            # Before any entry, on both lanes: who holds what was said after an expulsion must know of it, or would pass
            # it on to the expelled.
            for document in self._host.roster_documents(roster):
                await response.write(print_frame(RosterFrame(document=document)))
                roster += 1
            if feed.lane == "express" and loop.time() >= pulse_due:
                pulse_due = loop.time() + PULSE_SECONDS
                await response.write(print_frame(Pulse(note=self._host.heartbeat())))
            frames = self._host.desk.next_frames(feed)
            for frame in frames:
                await response.write(print_frame(frame))
            if frames:
                await asyncio.sleep(0)  # others' turn: an urgent entry must not wait for a backlog
            else:
                wait = max(0.0, pulse_due - loop.time()) if feed.lane == "express" else PULSE_SECONDS
                seen = await self._host.activity(seen, wait)


def _number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - below 2^63
        raise InputError(f"parameter {name} must be a number", remedy=f"add {name}=0")
    return int(text)


def _positions(request: web.Request) -> dict[str, int]:
    positions = {}
    for text in request.query.getall("from", []):
        code, _, size = text.partition(":")
        if not (size.isascii() and size.isdigit() and len(size) < 19):  # noqa: PLR2004 - below 2^63
            raise InputError(f"not a position: {text[:40]!r}", remedy="write from=ITA:0")
        positions[code] = int(size)
    return positions
