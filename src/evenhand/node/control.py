"""The control socket: how commands on this machine reach the node that holds the store.

Knows:    HTTP over a unix socket that only the owner may open.
Told:     an operation's name and JSON.
Answers:  lines of JSON: progress, then one `done` or one `error`.
Trusted:  yes: whoever can open the socket can read the keys too.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from aiohttp import web

from evenhand.exchange.sites import ListeningSite
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.descriptors import shares
from evenhand.ground.errors import EvenhandError
from evenhand.ground.faults import fault
from evenhand.ground.listener import Room
from evenhand.node.operations import perform
from evenhand.node.site import Progress, Site

_BODY_BYTES_MAX: Final = 16 << 20
_LOG: Final = structlog.get_logger("evenhand.node.control")


def problem(error: EvenhandError) -> dict[str, Any]:
    """Return an error as a value."""
    return {
        "code": error.code, "what": error.what, "why": error.why, "remedy": error.remedy, "exit_code": error.exit_code
    }  # fmt: skip


class ControlServer:
    """Serves the operations of one site on a socket file."""

    def __init__(self, site: Site, path: Path) -> None:
        self._site = site
        self._path = path
        app = web.Application(client_max_size=_BODY_BYTES_MAX)
        app.add_routes([web.post("/{name}", self._answer)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self._folder = -1

    async def start(self) -> None:
        """Make the socket, mode 0600, and listen."""
        await self._runner.setup()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        # A socket's path may have 107 bytes; through an open folder its name alone counts.
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listening.bind(f"/proc/self/fd/{self._folder}/{self._path.name}")
        finally:
            os.umask(before)
        most = shares().control
        await ListeningSite(self._runner, (listening,), Room(most, most)).start()

    async def stop(self) -> None:
        """Stop listening and remove the socket."""
        await self._runner.cleanup()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        os.close(self._folder)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)

        async def say(value: object) -> None:
            with contextlib.suppress(ConnectionError):  # who hung up still gets the work done
                await response.write(canonical_bytes(value) + b"\n")

        async def report(progress: Progress) -> None:
            await say({"progress": msgspec.to_builtins(progress)})

        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        site = self._site.asked_by(token, report)
        try:
            done = await perform(site, request.match_info["name"], await request.read())
            await say({"done": msgspec.to_builtins(done)})
        except EvenhandError as error:
            await say({"error": problem(error)})
        except Exception as error:  # noqa: BLE001 - whoever asked must get an answer; the log keeps kind and place
            _LOG.error("operation_failed", operation=request.match_info["name"], **fault(error))
            await say({"error": problem(EvenhandError("the node failed at this", remedy="see the node's log"))})
        return response
