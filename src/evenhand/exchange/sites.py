"""Where aiohttp serves, by a listener of ours.

Knows:    aiohttp's sites, and how addresses become sockets.
Told:     a runner, and an address.
Answers:  a site that listens.
Trusted:  with availability.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from typing import Final

from aiohttp import web

from evenhand.ground.listener import Listener, Room

_BACKLOG: Final = 128


class ListeningSite(web.BaseSite):
    """A site on sockets that are bound."""

    __slots__ = ("_room", "_sockets")

    def __init__(
        self, runner: web.BaseRunner, sockets: Sequence[socket.socket], room: Room,
        context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        super().__init__(runner, ssl_context=context)
        self._sockets, self._room = sockets, room

    @property
    def name(self) -> str:
        """Return where it listens."""
        return ", ".join(str(one.getsockname()) for one in self._sockets)

    async def start(self) -> None:
        """Begin to listen."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner was not set up")
        for one in self._sockets:
            one.listen(_BACKLOG)
        self._server = Listener(self._sockets, server, self._room, context=self._ssl_context)  # type: ignore[assignment]


async def bound(host: str, port: int) -> list[socket.socket]:
    """Return sockets bound to every address of a host. Raises OSError."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port, start_serving=False)
    sockets = [one.dup() for one in server.sockets]
    server.close()
    return sockets
