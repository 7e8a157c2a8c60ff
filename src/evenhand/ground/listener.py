"""A listener: takes in connections, no more than there is room for, and stays calm where no descriptor is left.

asyncio's own takes in whoever comes until the process has no descriptor left, and then a thousand times in one go tries
again, says so, and plans a thousand trials for the second after: the loop does nothing else any more.

Knows:    sockets, TLS handshakes, descriptors.
Told:     listening sockets, how many may be here in all and from one address, and who of them can be spared.
Answers:  connected protocols, as `asyncio.Server` would; whoever finds no room finds a closed connection.
Trusted:  for availability. Where it is full, a newcomer takes the place of one who asks nothing: first of those who
          never did, longest here first. So connections held open for nothing keep nobody out.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any, Final, NamedTuple

import structlog

from evenhand.ground.limits import ACCEPT_PAUSE_SECONDS, HANDSHAKE_SECONDS

_AT_ONCE: Final = 64  # taken in before others in the loop have their turn
_LINE_OF_ONE: Final = 64  # bits of an IPv6 address that whoever has one has all the rest of (RFC 6177)
_REMEDY: Final = "if it is EMFILE, allow more descriptors: `evenhand doctor` says how many there are"
_LOG: Final = structlog.get_logger("evenhand.ground.listener")


class Room(NamedTuple):
    """How many connections there may be, and from one address."""

    all: int
    of_one: int


def _kept(_: asyncio.BaseProtocol) -> int | None:
    """Spare nobody who has come in: where all of them have shown who they are."""
    return None


def line_of(address: str) -> str:
    """Return by what one caller's connections are known: an address, of IPv6 a whole line, of a socket file nothing."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found  # as a socket for both families names callers by IPv4
    return str(int(found) >> _LINE_OF_ONE if found.version == 6 else found)  # noqa: PLR2004 - IPv6


class _Guest(socket.socket):
    """A connection taken in. It says when it is closed, which is when its descriptor is free."""

    def __init__(self, taken: socket.socket, line: str, left: Callable[[_Guest], None]) -> None:
        super().__init__(taken.family, taken.type, taken.proto, fileno=taken.detach())
        self.setblocking(False)  # noqa: FBT003 - the socket module's own form
        self.line, self._left = line, left
        self.coming: asyncio.Task[None] | None = None
        self.met: tuple[asyncio.Transport, asyncio.BaseProtocol] | None = None

    def close(self) -> None:
        """Close, and say so."""
        super().close()
        self._left(self)

    def turn_out(self) -> None:
        """End the connection, or its handshake, at once."""
        if self.met is not None:
            self.met[0].abort()
        elif self.coming is not None:
            self.coming.cancel()


class Listener:
    """What stands in for an `asyncio.Server` with uvicorn and aiohttp."""

    def __init__(
        self, sockets: Sequence[socket.socket], made: Callable[[], asyncio.BaseProtocol], room: Room, *,
        context: ssl.SSLContext | None = None, idle: Callable[[Any], int | None] = _kept,
    ) -> None:  # fmt: skip
        self.sockets = tuple(sockets)
        self._made, self._room, self._context, self._idle = made, room, context, idle
        self._loop = asyncio.get_running_loop()
        self._guests: dict[_Guest, None] = {}  # in the order in which they came
        self._lines: dict[str, dict[_Guest, None]] = {}
        self._turned_away = 0
        self._said_at = -ACCEPT_PAUSE_SECONDS
        for one in self.sockets:
            one.setblocking(False)  # noqa: FBT003 - the socket module's own form
            self._listen(one)

    def close(self) -> None:
        """Stop listening; who is in may stay."""
        for one in self.sockets:
            if one.fileno() >= 0:
                self._loop.remove_reader(one.fileno())
                one.close()

    async def wait_closed(self) -> None:
        """Return at once, as `asyncio.Server` of Python 3.11 does."""

    def __len__(self) -> int:
        return len(self._guests)

    def _listen(self, listening: socket.socket) -> None:
        if listening.fileno() >= 0:
            self._loop.add_reader(listening.fileno(), self._take, listening)

    def _take(self, listening: socket.socket) -> None:
        """Take in who waits."""
        for _ in range(_AT_ONCE):
            try:
                taken, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            except OSError as error:  # no descriptor is left, or the network is not what it was
                self._say("not_accepted", kind=errno.errorcode.get(error.errno or 0, ""), remedy=_REMEDY)
                self._loop.remove_reader(listening.fileno())
                self._spare(self._guests)
                self._loop.call_later(ACCEPT_PAUSE_SECONDS, self._listen, listening)
                return
            if not self._welcome(_Guest(taken, line_of(address[0]) if isinstance(address, tuple) else "", self._left)):
                return  # whoever was turned out gives back the descriptor at the loop's next turn

    def _welcome(self, guest: _Guest) -> bool:
        """Let a guest in where there is room, or can be made; say whether there was."""
        theirs, had_room = self._lines.get(guest.line, {}), True
        for here, most in ((theirs, self._room.of_one), (self._guests, self._room.all)):
            if len(here) < most:
                continue
            had_room = False
            if not self._spare(here):
                self._turned_away += 1
                self._say("connections_full", most=most, turned_away=self._turned_away)
                guest.close()
                return False
        self._guests[guest] = None
        self._lines.setdefault(guest.line, {})[guest] = None
        guest.coming = self._loop.create_task(self._meet(guest))
        return had_room

    async def _meet(self, guest: _Guest) -> None:
        """Connect a guest with a protocol, after the handshake if there is one."""
        patience = HANDSHAKE_SECONDS if self._context else None
        with contextlib.suppress(OSError, asyncio.CancelledError):  # who spoils the handshake, or is turned out in it
            guest.met = await self._loop.connect_accepted_socket(
                self._made, guest, ssl=self._context, ssl_handshake_timeout=patience
            )

    def _spare(self, guests: dict[_Guest, None]) -> bool:
        """Turn out whoever can best be spared; say whether there was one."""
        spared: _Guest | None = None
        for one in guests:
            rank = 0 if one.met is None else self._idle(one.met[1])
            if rank == 0:
                spared = one
                break
            if rank is not None and spared is None:
                spared = one
        if spared is None:
            return False
        self._left(spared)
        spared.turn_out()
        return True

    def _left(self, guest: _Guest) -> None:
        self._guests.pop(guest, None)
        theirs = self._lines.get(guest.line, {})
        theirs.pop(guest, None)
        if not theirs:
            self._lines.pop(guest.line, None)

    def _say(self, event: str, **more: object) -> None:
        """Log, once a second at most."""
        now = self._loop.time()
        if now - self._said_at >= ACCEPT_PAUSE_SECONDS:
            self._said_at, self._turned_away = now, 0
            _LOG.warning(event, here=len(self._guests), **more)
