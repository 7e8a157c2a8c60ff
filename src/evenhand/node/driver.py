"""The driver: a member on a real network, in one event loop.

Knows:    links to partners, the server towards them, and what is due when.
Told:     by the network and the clock.
Answers:  status of partners; everything else goes through the member.
Trusted:  yes for availability; judgement is the member's.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import msgspec
import structlog
from aiohttp import web

from evenhand.exchange.frames import Frame
from evenhand.exchange.http_client import Link
from evenhand.exchange.http_server import Server
from evenhand.exchange.mirror import Parts
from evenhand.exchange.sites import ListeningSite, bound
from evenhand.exchange.tls import server_context, trust_roster
from evenhand.exchange.witness import cosigned_by
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.descriptors import shares
from evenhand.ground.errors import (
    EvenhandError,
    PeerUnreachableError,
    RefusedError,
    StoreError,
    VerificationError,
)
from evenhand.ground.limits import BATCH_ENTRIES_MAX, PARTNER_CONNECTIONS_OF_ONE_MAX
from evenhand.ground.listener import Room
from evenhand.node.member import Member
from evenhand.trust.roster import RosterMember

_TICK_SECONDS: Final = 0.25
_RELAY_AFTER_SECONDS: Final = 3.0  # an owner silent for this long is read through others
_MISSING_PER_TICK: Final = 8192
_LOG: Final = structlog.get_logger("evenhand.node.driver")


class PeerHead(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger as a partner and we hold it."""

    ledger: str
    ours: int
    theirs: int | None
    cosigned_by: tuple[str, ...]
    quarantined: bool


class PeerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a partner stands towards us."""

    code: str
    urls: tuple[str, ...]
    standing: str
    connected: bool
    cut: bool
    last_heard_ms: int | None
    state: str | None
    last_error: str
    heads: tuple[PeerHead, ...]


class NodeDriver:
    """Runs a member: serves partners, follows them, does what is due."""

    def __init__(self, member: Member, *, host: str, port: int) -> None:
        self.member = member
        self.ledgers = member.ledgers
        self.desk = member.desk
        self._host, self._port = host, port
        self._links: dict[str, Link] = {}
        self._cut: set[str] = set()
        self._down_since: dict[str, float] = {}
        self._waiters: set[asyncio.Future[None]] = set()
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._roster_seen = 0
        self._context = server_context(member.keys, member.roster)

    # -- life ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen and begin to follow. Raises PeerUnreachableError if the address cannot be listened on."""
        self._runner = web.AppRunner(Server(self).app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            sockets = await bound(self._host, self._port)
            room = Room(shares().partners, PARTNER_CONNECTIONS_OF_ONE_MAX)
            await ListeningSite(self._runner, sockets, room, self._context).start()
        except OSError as error:
            raise PeerUnreachableError(
                f"cannot listen on {self._host}:{self._port}", why=str(error),
                remedy="choose another `listen` address in evenhand.toml, or stop what uses this one",
            ) from error  # fmt: skip
        await self._follow_roster()
        self._ticker = asyncio.create_task(self._tick_forever())

    async def stop(self) -> None:
        """Close every link and stop listening."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        for link in list(self._links.values()):
            await link.stop()
        self._links.clear()
        self.wake()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self._tick()
            except StoreError as error:
                # No partner is served or followed from here on; commands are told to start the node again.
                _LOG.error("node_stopped", reason=error.what, why=error.why, remedy=error.remedy)
                self.wake()
                return
            except EvenhandError as error:
                _LOG.warning("tick_failed", reason=error.code)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not stop receipts and rosters in silence
                _LOG.error("tick_failed", reason="fault", kind=type(error).__name__)

    async def _tick(self) -> None:
        before = self.member.activity
        self.member.tick()
        if self.member.activity != before:
            self.wake()
        if self._roster_seen != self.member.roster.version:
            await self._follow_roster()
        for link in self._links.values():
            link.restart_if_changed()
        await self._fetch_missing()

    async def _follow_roster(self) -> None:
        """Open links to whom the roster names, close those to whom it no longer does."""
        roster = self.member.roster
        self._roster_seen = roster.version
        trust_roster(self._context, roster)
        wanted = {
            m.code: m
            for m in roster.members
            if m.status == "active" and m.code != self.member.code and m.urls
        }
        if self.member.code in roster.by_code and not roster.is_active(self.member.code):
            wanted = {}  # who is not in it yet knocks: the later rosters come from those who let it in
        for code in [code for code, link in self._links.items() if wanted.get(code) != link.peer]:
            await self._links.pop(code).stop()
        for code, peer in wanted.items():
            if code not in self._links and code not in self._cut:
                self._open(peer)
        self.wake()

    def _open(self, peer: RosterMember) -> None:
        link = Link(self.member.keys, peer, self, lambda: self._wants(peer.code))
        self._links[peer.code] = link
        self._down_since.setdefault(peer.code, asyncio.get_running_loop().time())
        link.start()

    # -- what to ask whom ------------------------------------------------------------------------------------

    def _wants(self, peer: str) -> tuple[str, ...]:
        """Return the ledgers to ask a partner for: its own; ours, to refill it; absent members', as relay."""
        wanted = [peer]
        refill = self.member.publisher.is_behind
        for code in self.ledgers.codes():
            if code == peer or code in self.ledgers.evidence:
                continue
            if code == self.member.code:
                if refill:
                    wanted.append(code)
            elif self._is_absent(code) and self._relay_for(code) == peer:
                wanted.append(code)
        return tuple(sorted(wanted))

    def _is_absent(self, code: str) -> bool:
        link = self._links.get(code)
        now = asyncio.get_running_loop().time()
        if link is not None and link.is_up:
            self._down_since[code] = now
            return False
        return now - self._down_since.get(code, 0.0) > _RELAY_AFTER_SECONDS

    def _relay_for(self, code: str) -> str | None:
        """Return the connected partner that holds most of an absent member's ledger."""
        best, best_size = None, -1
        for peer, link in sorted(self._links.items()):
            heartbeat = self.ledgers.heartbeats.get(peer)
            if not link.is_up or heartbeat is None or peer == code:
                continue
            size = next((head.size for head in heartbeat.heads if head.ledger == code), 0)
            if size > best_size:
                best, best_size = peer, size
        return best

    async def _fetch_missing(self) -> None:
        """Ask for parts that should be here: from their owner first, then from whoever is connected."""
        for code, missing in list(self.member.watchlist.missing.items()):
            wanted = sorted(missing)[:_MISSING_PER_TICK]
            for peer in [code, *sorted(self._links)]:
                link = self._links.get(peer)
                if wanted and link is not None and link.is_up:
                    found = await self._fetch_parts(link, code, wanted)
                    if found:
                        self._take_parts(peer, code, found)
                    wanted = [
                        index for index in wanted if index in self.member.watchlist.missing.get(code, ())
                    ]

    def _take_parts(self, peer: str, code: str, found: Parts) -> None:
        try:
            self.member.take_parts(code, found)
        except VerificationError as error:
            # Of another history, or damaged: the next partner may have the right ones.
            _LOG.warning("parts_refused", peer=peer, ledger=code, reason=error.code)
        self.wake()

    @staticmethod
    async def _fetch_parts(link: Link, code: str, wanted: list[int]) -> Parts:
        found: Parts = {}
        while wanted:
            window = [index for index in wanted if index < wanted[0] + BATCH_ENTRIES_MAX]
            try:
                offered = await link.fetch_parts(code, window[0], window[-1] + 1)
            except (PeerUnreachableError, *UNREADABLE):
                return found
            asked = set(window)
            found.update({(index, name): sealed for index, name, sealed in offered if index in asked})
            wanted = wanted[len(window) :]
        return found

    # -- what links and server ask ---------------------------------------------------------------

    def roster_version(self) -> int:
        """Return the roster version in force."""
        return self.member.roster.version

    async def deliver(self, frame: Frame, sender: str) -> bool:
        """Take in a frame; False asks for the stream to be reopened."""
        before = self.member.activity
        try:
            asked = self.member.receive(frame, sender)
        except RefusedError as error:
            _LOG.info("refused", peer=sender, reason=error.what)
            return True
        if self.member.activity != before:
            self.wake()
        if self._roster_seen != self.member.roster.version:
            self.wake()
        return asked is None

    def heartbeat(self) -> bytes:
        """Return a signed heartbeat."""
        return self.member.heartbeat()

    def roster_documents(self, since: int) -> list[bytes]:
        """Return roster documents after a version."""
        return self.member.rosters.since(since)

    def add_checkpoint(self, body: bytes) -> tuple[int, str, bytes]:
        """Answer a tlog-witness request."""
        return self.member.witness.add_checkpoint(
            body, self.member.roster, self.member.clock.now_ms() // 1000
        )

    def is_cut(self, code: str) -> bool:
        """Say whether this partner is kept off."""
        return code in self._cut

    def require_whole(self) -> None:
        """Raise StoreError after a failed write."""
        self.member.require_whole()

    def wake(self) -> None:
        """Tell every feed that something happened: after a local publish, or an arrival."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def activity(self, seen: int, seconds: float) -> int:
        """Wait until something happened after `seen`, or for some seconds; return the present count."""
        if self.member.activity == seen:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
            self._waiters.discard(waiter)
        return self.member.activity

    # -- for people ------------------------------------------------------------------------------

    async def cut(self, code: str) -> None:
        """Stop talking to a partner, both ways, until `heal`."""
        self._cut.add(code)
        link = self._links.pop(code, None)
        if link is not None:
            await link.stop()
        self.wake()

    async def heal(self, code: str) -> None:
        """Talk to a partner again."""
        self._cut.discard(code)
        await self._follow_roster()

    def peer_status(self) -> list[PeerStatus]:
        """Return how every partner stands towards us."""
        return [
            self._status(member) for member in self.member.roster.members if member.code != self.member.code
        ]

    def _status(self, peer: RosterMember) -> PeerStatus:
        link, heartbeat = self._links.get(peer.code), self.ledgers.heartbeats.get(peer.code)
        theirs = {} if heartbeat is None else {head.ledger: head.size for head in heartbeat.heads}
        return PeerStatus(
            code=peer.code, urls=peer.urls, standing=peer.status, connected=link is not None and link.is_up,
            cut=peer.code in self._cut, last_heard_ms=self.ledgers.heard_ms.get(peer.code),
            state=None if heartbeat is None else heartbeat.state,
            last_error="" if link is None else link.last_error,
            heads=tuple(self._head(code, theirs.get(code)) for code in self.ledgers.codes()),
        )  # fmt: skip

    def _head(self, code: str, theirs: int | None) -> PeerHead:
        log = self.ledgers.log(code)
        lines = self.ledgers.cosignatures.get(code, {})
        return PeerHead(
            ledger=code, ours=log.size, theirs=theirs, quarantined=code in self.ledgers.evidence,
            cosigned_by=tuple(cosigned_by(code, log.head.checkpoint, lines, self.member.roster)),
        )  # fmt: skip
