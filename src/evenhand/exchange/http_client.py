"""The link to one partner: two streams kept open, reopened from the sizes held whenever they break.

Knows:    HTTP (aiohttp), reconnecting, and when to fetch tiles before following.
Told:     which ledgers to ask this partner for; where the roster says it lives.
Answers:  frames, one at a time, to the node.
Trusted:  no: what arrives is judged by the mirror.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import aiohttp
import msgspec
import structlog

from evenhand.exchange.catch_up import batches
from evenhand.exchange.feed import Lane, is_far_behind
from evenhand.exchange.frames import Frame, FrameReader, RosterFrame
from evenhand.exchange.ledgers import Ledgers
from evenhand.exchange.tls import client_context
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import EvenhandError, InputError, PeerUnreachableError, StoreError
from evenhand.ledger.checkpoint import parse_checkpoint
from evenhand.trust.keys import MemberKeys
from evenhand.trust.note import parse_note
from evenhand.trust.roster import RosterMember

_SILENCE_SECONDS: Final = 4.0  # heartbeats come each second: four missed ones and the stream is dead
_RETRY_SECONDS: Final = 0.2  # a healed link must be in use again at once: most cuts last seconds
_PATIENCE: Final = 300  # attempts, about a minute; a partner away for longer is asked less often
_LATER_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 3.0
_READ_BYTES: Final = 65_536
_GIVE_WAY_SECONDS: Final = 0.001
_LANES: Final[tuple[Lane, ...]] = ("express", "ordinary")
_LOG: Final = structlog.get_logger("evenhand.exchange.client")


class Inbox(Protocol):
    """What the link needs of the node."""

    ledgers: Ledgers

    def roster_version(self) -> int:
        """Return the roster version in force."""
        ...

    async def deliver(self, frame: Frame, sender: str) -> bool:
        """Take in a frame; False asks for the stream to be reopened from the sizes held."""
        ...


@dataclass
class Link:
    """The link to one partner."""

    keys: MemberKeys
    peer: RosterMember
    inbox: Inbox
    wants: Callable[[], tuple[str, ...]]
    connected: dict[str, bool] = field(default_factory=lambda: {"ordinary": False, "express": False})
    last_error: str = ""
    _tasks: dict[Lane, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None
    _wanted: tuple[str, ...] = ()
    _turn: int = 0
    """Which of the partner's addresses is asked first: the next one after each that failed."""

    @property
    def is_up(self) -> bool:
        """Whether the express stream, which carries heartbeats, is open."""
        return self.connected["express"]

    def start(self) -> None:
        """Begin to keep both streams open."""
        context = client_context(self.keys, self.peer.certificate)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, limit=8, keepalive_timeout=30),
            timeout=timeout, read_bufsize=_READ_BYTES,
        )  # fmt: skip
        for lane in _LANES:
            self._open(lane)

    def _open(self, lane: Lane) -> None:
        """Begin a stream, instead of the one that is there."""
        task = self._tasks.get(lane)
        if task is not None:
            task.cancel()
        self._tasks[lane] = asyncio.create_task(self._keep(lane))

    async def stop(self) -> None:
        """Close both streams."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        self.connected.update(ordinary=False, express=False)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _keep(self, lane: Lane) -> None:
        failures = 0
        while True:
            try:
                await self._follow(lane)
                failures = 0
            except StoreError as error:
                # Memory and disk may differ: the node takes in nothing more before it was started again.
                self.connected[lane] = False
                self.last_error = str(error)
                _LOG.error("link_stopped", peer=self.peer.code, lane=lane, reason=error.what)
                return
            except (aiohttp.ClientError, OSError, TimeoutError, EvenhandError) as error:
                self.last_error = str(error) or type(error).__name__
                _LOG.info("link_down", peer=self.peer.code, lane=lane, error=type(error).__name__)
                failures = 0 if self.connected[lane] else failures + 1
                if lane == "express" and self.connected[lane]:
                    # Only this stream has a pulse: where it died, the other may hang without a sign of it.
                    self._open("ordinary")
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end a link in silence
                self.last_error = f"a fault in this program: {type(error).__name__}"
                _LOG.error("link_fault", peer=self.peer.code, lane=lane, kind=type(error).__name__)
                failures = _PATIENCE
            self.connected[lane] = False
            await asyncio.sleep(_RETRY_SECONDS if failures < _PATIENCE else _LATER_SECONDS)

    # -- requests --------------------------------------------------------------------------------------

    async def fetch(self, path: str) -> bytes:
        """Fetch a resource. Raises PeerUnreachableError."""
        if self._session is None:
            raise PeerUnreachableError(f"the link to {self.peer.code} is closed")
        refused: PeerUnreachableError | None = None
        for url in self._addresses():
            try:
                async with self._session.get(
                    f"{url}/{path}", timeout=aiohttp.ClientTimeout(total=30, sock_connect=_CONNECT_SECONDS)
                ) as response:
                    if response.status == 200:  # noqa: PLR2004 - HTTP OK
                        return await response.read()
                    refused = PeerUnreachableError(
                        f"{self.peer.code} answered {response.status} to {path.split('?', maxsplit=1)[0]}",
                        why=(await response.text())[:200].strip(),
                    )
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self.last_error = str(error) or type(error).__name__
        raise refused or PeerUnreachableError(f"{self.peer.code} does not answer", why=self.last_error)

    def _addresses(self) -> list[str]:
        """Return the partner's addresses, beginning with the one whose turn it is."""
        urls = self.peer.urls
        return [urls[(self._turn + i) % len(urls)] for i in range(len(urls))]

    async def fetch_parts(self, ledger: str, start: int, stop: int) -> list[tuple[int, str, bytes]]:
        """Fetch the sealed parts of entries start..stop-1 that this partner lets us have.

        Raises PeerUnreachableError or msgspec.DecodeError.
        """
        body = await self.fetch(f"ledger/{ledger}/parts?from={start}&to={stop}")
        return msgspec.msgpack.decode(body, type=list[tuple[int, str, bytes]])

    async def _rosters(self) -> list[bytes]:
        body = await self.fetch(f"roster?since={self.inbox.roster_version()}")
        try:
            return msgspec.msgpack.decode(body, type=list[bytes])
        except UNREADABLE as error:
            raise InputError(f"{self.peer.code} sent rosters that do not parse", why=str(error)) from error

    # -- streams -----------------------------------------------------------------------------------------

    async def _follow(self, lane: Lane) -> None:
        wanted = self._wanted = self.wants()
        if lane == "ordinary":
            for ledger in wanted:
                await self._catch_up(ledger)
        async for frame in self._frames(lane, wanted):
            if not await self.inbox.deliver(frame, self.peer.code):
                return
            if lane == "ordinary" and self.wants() != wanted:
                return

    async def _catch_up(self, ledger: str) -> None:
        held = self.inbox.ledgers.log(ledger).size
        try:
            checkpoint = await self.fetch(f"ledger/{ledger}/checkpoint")
        except PeerUnreachableError:
            return  # nothing held there yet, or no link: following will tell
        if not is_far_behind(held, parse_checkpoint(parse_note(checkpoint).text).size):
            return
        for document in await self._rosters():  # who left is known before what was said without them
            await self.inbox.deliver(RosterFrame(document=document), self.peer.code)

        def fetch(path: str) -> Awaitable[bytes]:
            return self.fetch(f"ledger/{ledger}/{path}")

        async for batch in batches(fetch, ledger, held, self.inbox.ledgers.roster.member(ledger).final):
            self.connected["ordinary"] = True
            if not await self.inbox.deliver(batch, self.peer.code):
                return

    async def _frames(self, lane: Lane, wanted: tuple[str, ...]) -> AsyncIterator[Frame]:
        if self._session is None:
            return
        positions = [("from", f"{code}:{self.inbox.ledgers.log(code).size}") for code in wanted]
        query = [("lane", lane), ("roster", str(self.inbox.roster_version())), *positions]
        silence = _SILENCE_SECONDS if lane == "express" else None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=silence)
        turn = self._turn
        try:
            # One address for each attempt: whichever fails, now or later, the next attempt begins after it.
            async with self._session.get(
                f"{self._addresses()[0]}/follow", params=query, timeout=timeout
            ) as response:
                await self._require_stream(response)
                self.connected[lane] = True
                reader = FrameReader()
                async for data in response.content.iter_any():
                    for frame in reader.feed(data):
                        yield frame
                        # A backlog gives way: an urgent frame on the other stream is read before the next.
                        await asyncio.sleep(_GIVE_WAY_SECONDS if lane == "ordinary" else 0)
        except (aiohttp.ClientError, OSError, TimeoutError, PeerUnreachableError):
            if self._turn == turn:  # the other stream may have seen the same address fail
                self._turn += 1
            raise

    async def _require_stream(self, response: aiohttp.ClientResponse) -> None:
        if response.status != 200:  # noqa: PLR2004 - HTTP OK
            raise PeerUnreachableError(
                f"{self.peer.code} refused to be followed", why=(await response.text())[:200]
            )

    def restart_if_changed(self) -> None:
        """Reopen the streams when other ledgers are wanted from this partner than they carry."""
        if self._wanted == self.wants():
            return
        for lane, task in self._tasks.items():
            if not task.done():  # a stream that stopped over a failed write stays stopped
                self._open(lane)
