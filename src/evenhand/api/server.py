"""The server: uvicorn in the node's own event loop, beside the exchange.

Knows:    sockets, TLS, uvicorn.
Told:     a site, an address and an application.
Answers:  nothing; requests go to the application.
Trusted:  with availability. One loop and one thread: an operation and the exchange never run at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from typing import Final

import structlog
import uvicorn
from httptools import __version__ as parser_version

from evenhand.api.app import App
from evenhand.api.protocol import Protocol
from evenhand.api.routes import ROWS
from evenhand.api.service import Service
from evenhand.ground.descriptors import shares
from evenhand.ground.errors import EvenhandError, PeerUnreachableError
from evenhand.ground.faults import fault
from evenhand.ground.limits import API_CONNECTIONS_OF_ONE_MAX
from evenhand.ground.listener import Listener, Room
from evenhand.ground.sqlite import SqliteStore
from evenhand.node import garbage
from evenhand.node.certificates import read_pair
from evenhand.node.config import split_address
from evenhand.node.site import Site

STORE_FILE: Final = "api.sqlite"
_BACKLOG: Final = 1024
_STOP_SECONDS: Final = 1
_TICKS_OF_A_SECOND: Final = 10  # of uvicorn's main loop
_KEEP_ALIVE_SECONDS: Final = 75
_LOG: Final = structlog.get_logger("evenhand.api.server")


class _WithoutWords(logging.Filter):
    """Takes from a line what an exception says: it may name a person. Its kind stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, without its traceback."""
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = f"{record.msg}".strip() + f" ({record.exc_info[0].__name__})", ()
            record.exc_info = record.exc_text = None
        return True


class _InOurForm(logging.Handler):
    """Says what uvicorn says in the form of every other line of the node's log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a line. What it tells of a request is uvicorn's own words, never the request's."""
        _LOG.log(record.levelno, "http_server", said=record.getMessage())


def _keep_quiet() -> None:
    """Let uvicorn log no address: a search is in it. Its own switch leaves the logger open to others' handlers."""
    logging.getLogger("uvicorn.access").disabled = True
    errors = logging.getLogger("uvicorn.error")
    if not any(isinstance(one, _WithoutWords) for one in errors.filters):
        errors.addFilter(_WithoutWords())
        errors.addHandler(_InOurForm())


class _Server(uvicorn.Server):
    """Uvicorn without its own handling of signals: the node stops it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so to whoever waits for it."""
        await super().startup([])  # it listens nowhere: its own listening lets in whoever comes
        config, state, loop = self.config, self.server_state, asyncio.get_running_loop()

        def made() -> Protocol:
            return Protocol(config=config, server_state=state, app_state=self.lifespan.state, _loop=loop)

        room = Room(shares().api, API_CONNECTIONS_OF_ONE_MAX)
        listener = Listener(sockets or (), made, room, context=config.ssl, idle=_idle)
        self.servers = [listener]  # type: ignore[list-item]
        self.listens.set()

    async def on_tick(self, counter: int) -> bool:
        """Do what is due ten times a second; once a second look who has been slow for too long."""
        if counter % _TICKS_OF_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for one in tuple(self.server_state.connections):
                if isinstance(one, Protocol):
                    one.look(now)
        return await super().on_tick(counter)


def _idle(protocol: Protocol) -> int | None:
    return protocol.idle


class ApiFace:
    """Serves the API of one running node; `site.config.api` says where."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rules = site.config.api
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._tending: list[asyncio.Task[None]] = []
        self._service: Service | None = None

    async def start(self) -> None:
        """Listen, if the configuration names an address. Raises PeerUnreachableError or InputError."""
        if not self._rules.listen:
            return
        secured = read_pair(self._site.folder.path, self._rules)  # before a caller is let in to wait
        listening = _listen(self._rules.listen)
        site = self._site
        store = SqliteStore(site.folder.path / STORE_FILE)
        self._service = Service(site=site, rules=self._rules, store=store)
        config = uvicorn.Config(
            App(self._service, ROWS), loop="none", http=Protocol, ws="none", lifespan="off",
            access_log=False, log_config=None, server_header=False, proxy_headers=False, backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=_STOP_SECONDS,
        )  # fmt: skip
        config.load()
        config.ssl = secured.context if secured else None  # uvicorn's own reading would ask the terminal for a password
        self._server = _Server(config)
        _keep_quiet()
        self._tending = [asyncio.create_task(one) for one in (garbage.tend(), self._service.repeats.tend())]
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        try:
            await self._begun(self._server, self._task)
        except EvenhandError:
            listening.close()
            await self.stop()
            raise
        self._task.add_done_callback(self._ended)
        _LOG.info("api_started", listen=self._rules.listen, parser=parser_version)

    async def _begun(self, server: _Server, task: asyncio.Task[None]) -> None:
        """Wait until the server takes connections. Raises PeerUnreachableError where it ended before."""
        waiting = asyncio.create_task(server.listens.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            error = task.exception()
            raise PeerUnreachableError(
                f"the API does not serve {self._rules.listen}", why=f"its server ended ({type(error).__name__})",
                remedy="start the node again; if it stays so, take `listen` out of [api] and report it",
            ) from error  # fmt: skip

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Say that the server ended by itself: nobody waits for it until the node stops."""
        error = None if task.cancelled() else task.exception()
        if error is None and (self._service is None or self._service.stopping):
            return
        if self._server is not None:
            for listening in self._server.servers:  # whoever comes is turned away instead of let in to wait
                listening.close()
        said = fault(error) if error else {}
        _LOG.error("api_ended", listen=self._rules.listen, remedy="stop the node and start it again", **said)

    async def stop(self) -> None:
        """End open streams and stop listening."""
        if self._server is None or self._task is None or self._service is None:
            return
        self._service.stopping = True
        self._site.wake()
        self._server.should_exit = True
        await asyncio.gather(self._task, return_exceptions=True)  # `_ended` says how it failed
        for one in self._tending:
            one.cancel()
        await asyncio.gather(*self._tending, return_exceptions=True)
        self._service.store.close()
        self._server = None


def _listen(address: str) -> socket.socket:
    host, port = split_address(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it each answer waits for 40 ms.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(_BACKLOG)  # from here on a caller waits instead of being turned away
    except OSError as error:
        made.close()
        raise PeerUnreachableError(
            f"the API cannot listen on {address}", why=error.strerror or str(error),
            remedy="choose another `listen` under [api] in evenhand.toml, or stop what uses this one",
        ) from error  # fmt: skip
    made.setblocking(False)  # noqa: FBT003 - the socket module's own form
    return made
