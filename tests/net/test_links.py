"""Links that break: another address is tried, a hanging stream is reopened, a failed write ends the following."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from evenhand.exchange.http_client import Link
from evenhand.ground.errors import PeerUnreachableError
from evenhand.node.driver import NodeDriver
from tests.net.coalition import Coalition, free_port, outgoing, until
from tests.world.disk import FallibleStore


async def through(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes both ways between a connection and a port."""
    onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                while data := await source.read(65_536):
                    sink.write(data)
                    await sink.drain()
        finally:
            sink.close()

    await asyncio.gather(carry(reader, onward_writer), carry(onward_reader, writer))


class Road:
    """An address before a member's own: bytes pass while it is open; closed, it takes them and says nothing."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self.accepted = 0
        self._to = port
        self._open = True
        self._carrying: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def built(self) -> AsyncIterator[Road]:
        """Listen until the block ends."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        try:
            yield self
        finally:
            server.close()
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)

    def close(self) -> None:
        """Let nothing pass any more, without a word to either end."""
        self._open = False
        for task in self._carrying:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self._open:
            self._carrying.append(asyncio.ensure_future(through(self._to, reader, writer)))
        else:
            self._carrying.append(asyncio.ensure_future(self._hold(writer)))

    @staticmethod
    async def _hold(writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            writer.close()


def link_by(coalition: Coalition, asker: str, server: str, *urls: str) -> Link:
    """Return a link that knows other addresses of a partner than its roster does."""
    peer = msgspec.structs.replace(coalition.card(server), urls=urls)
    return Link(coalition.keys[asker], peer, coalition.drivers[asker], lambda: (server,))


def test_a_partner_whose_first_address_is_dead_is_followed_by_its_second(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path, ("ITA", "PHL")).running() as coalition:
            dead, good = f"https://127.0.0.1:{free_port()}", coalition.card("ITA").urls[0]
            link = link_by(coalition, "PHL", "ITA", dead, good)
            link.start()
            try:
                await until(lambda: all(link.connected.values()))
                assert await link.fetch("roster?since=0")
            finally:
                await link.stop()

    asyncio.run(story())


def test_an_address_that_falls_silent_is_left_for_the_other_and_both_streams_come_back(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL"))
        first, second = Road(coalition.ports["ITA"]), Road(coalition.ports["ITA"])
        async with coalition.running(), first.built(), second.built():
            # PHL knows ITA by these two roads only: no link of its driver's own.
            await coalition.drivers["PHL"]._links.pop("ITA").stop()
            coalition.drivers["PHL"]._cut.add("ITA")
            urls = (f"https://127.0.0.1:{first.port}", f"https://127.0.0.1:{second.port}")
            link = link_by(coalition, "PHL", "ITA", *urls)
            link.start()
            try:
                coalition.publish("ITA", outgoing(1, "Invented Person"))
                await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 2)
                assert second.accepted == 0
                first.close()
                coalition.publish("ITA", outgoing(2, "Invented Second"))
                await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 3)
                await until(lambda: all(link.connected.values()))
                assert second.accepted
            finally:
                await link.stop()

    asyncio.run(story())


def test_a_partner_that_refuses_at_every_address_says_why(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path, ("ITA", "PHL")).running() as coalition:
            url = coalition.card("ITA").urls[0]
            link = link_by(coalition, "PHL", "ITA", url, url)
            await coalition.drivers["ITA"].cut("PHL")
            link.start()
            try:
                with pytest.raises(PeerUnreachableError, match="403"):
                    await link.fetch("roster?since=0")
                await until(lambda: "refused to be followed" in link.last_error)
            finally:
                await link.stop()

    asyncio.run(story())


def test_after_a_failed_write_a_node_follows_nobody_and_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL"))
        async with coalition.running("ITA"):
            store = FallibleStore()
            member = coalition.open("PHL", store)
            driver = coalition.drivers["PHL"] = NodeDriver(member, host="127.0.0.1", port=coalition.ports["PHL"])
            await driver.start()
            both = (driver, coalition.drivers["ITA"])
            await until(lambda: all(one.peer_status()[0].connected for one in both))
            store.fail_at(0, "failed")
            coalition.publish("ITA", outgoing(1, "Invented Person"))
            link = driver._links["ITA"]
            await until(lambda: member.broken is not None and all(task.done() for task in link._tasks.values()))
            coalition.publish("ITA", outgoing(2, "Invented Second"))
            await asyncio.sleep(1.5)
            (status,) = driver.peer_status()
            assert not status.connected
            assert "failed write" in status.last_error
            assert all(task.done() for task in link._tasks.values())
            assert member.ledgers.log("ITA").size == 0
            # Partners see it, too: a node that stopped serves nobody.
            await until(lambda: "failed write" in coalition.drivers["ITA"].peer_status()[0].last_error)
            assert not coalition.drivers["ITA"].peer_status()[0].connected
            await coalition.stop("PHL")
            await coalition.start("PHL")
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 3)

    asyncio.run(story())


def test_a_newcomer_knocks_until_it_is_let_in_and_then_learns_the_rosters(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL", "XPO"), listed=2)
        async with coalition.running():
            coalition.publish("ITA", outgoing(1, "Invented Person"))
            newcomer = coalition.members["XPO"]
            refusal = newcomer.publisher.refusal(newcomer.roster)
            assert refusal is not None
            assert "not in the roster" in refusal.why
            await asyncio.sleep(0.5)
            assert newcomer.ledgers.log("ITA").size == 0
            coalition.members["ITA"].take_roster(coalition.successor(join="XPO"))
            coalition.drivers["ITA"].wake()
            await until(lambda: newcomer.roster.version == 2)
            await until(lambda: len({m.vector().digest() for m in coalition.members.values()}) == 1)
            assert newcomer.ledgers.log("ITA").size >= 2
            coalition.publish("XPO", outgoing(2, "Invented Second"))
            await until(lambda: coalition.members["PHL"].ledgers.log("XPO").size >= 2)

    asyncio.run(story())
