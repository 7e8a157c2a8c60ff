"""A road between two members that can be long or broken: a TCP proxy with a delay and a switch.

Knows:    bytes; TLS passes through it unread.
Told:     where to listen, where to lead, how long the way is, and when it is cut.
Answers:  the same bytes, later; how much later than asked; or nothing.
Trusted:  no: measured, not shipped.

epoll rounds a wait up to whole milliseconds, so a road in the usual loop is a millisecond or two longer than it
says. `run_exactly` runs it in a loop on select, which waits to the microsecond, and `late_ms` tells how far the
delays missed their mark all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

_READ_BYTES = 65_536
_Answer = TypeVar("_Answer")


def run_exactly(main: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Run as `asyncio.run`, in a loop whose timers are exact to microseconds."""
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
        return runner.run(main)


class Road:
    """A proxy on one port of the loopback. `delay_s` is one way; set `is_cut` by `cut` and `heal`."""

    def __init__(self, listen: int, target: int, delay_s: float = 0.0) -> None:
        self._listen, self._target, self._delay_s = listen, target, delay_s
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_cut = False
        self.late_ms: list[float] = []
        """By how much each delivery came later than the road is long."""

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._listen)

    async def close(self) -> None:
        """Stop listening and drop what travels."""
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Drop every connection, and every later one at once."""
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()

    def heal(self) -> None:
        """Let connections through again."""
        self.is_cut = False

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except ConnectionError:  # the member behind the road does not listen yet, or no more
            writer.transport.abort()
            return
        for one in (writer, onward_writer):
            self._writers.add(one)
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for source, sink in ((reader, onward_writer), (onward_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await source.read(_READ_BYTES):
                due = loop.time() + self._delay_s
                loop.call_at(due, self._put, sink, data, due)
        except ConnectionError:
            pass
        finally:
            loop.call_at(loop.time() + self._delay_s, self._end, sink)

    def _put(self, sink: asyncio.StreamWriter, data: bytes, due: float) -> None:
        if not sink.is_closing():
            sink.write(data)
            self.late_ms.append((asyncio.get_running_loop().time() - due) * 1000)

    def _end(self, sink: asyncio.StreamWriter) -> None:
        self._writers.discard(sink)
        with contextlib.suppress(OSError):
            sink.close()
