"""The listener: no more than there is room for, newcomers before who asks nothing, and calm without descriptors."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.ground import descriptors, listener
from evenhand.ground.limits import API_CONNECTIONS_MAX, DESCRIPTORS_WANTED
from evenhand.ground.listener import Listener, Room, line_of
from evenhand.node.doctor import check_machine
from evenhand.node.folder import Folder


class Host(asyncio.Protocol):
    """Says what it hears; is at work from `work` on, and was at work before from `done` on."""

    def __init__(self) -> None:
        self.idle: int | None = 0
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.idle = {b"work": None, b"done": 1}[data]
        self.transport.write(data)


def idle(host: Host) -> int | None:
    return host.idle


class Deaf(socket.socket):
    """A listening socket of a process that has no descriptor left."""

    tries = 0
    error: OSError | None = OSError(errno.EMFILE, "Too many open files")

    def accept(self) -> tuple[socket.socket, Any]:
        self.tries += 1
        if self.error is not None:
            raise self.error
        return super().accept()


def listening(kind: type[socket.socket] = socket.socket) -> Any:
    made = kind(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.bind(("127.0.0.1", 0))
    made.listen(100)
    return made


@contextlib.asynccontextmanager
async def serving(room: Room, **more: Any) -> AsyncIterator[tuple[Listener, Any]]:
    here = listening()
    made = Listener((here,), Host, room, idle=idle, **more)
    address = here.getsockname()
    try:
        yield made, address
    finally:
        made.close()
        made.close()
        await made.wait_closed()


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def come(address: Any, said: bytes = b"") -> Line:
    reader, writer = await asyncio.open_connection(*address)
    if said:
        writer.write(said)
        assert await reader.readexactly(4) == said
    await asyncio.sleep(0.02)
    return reader, writer


async def is_out(line: Line) -> bool:
    try:
        async with asyncio.timeout(0.2):
            return await line[0].read(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


async def leave(*lines: Line) -> None:
    for _, writer in lines:
        writer.close()
    await asyncio.sleep(0.05)


async def test_whoever_leaves_makes_room() -> None:
    async with serving(Room(2, 2)) as (made, address):
        lines = [await come(address, b"work") for _ in range(2)]
        assert len(made) == 2
        await leave(lines[0])
        assert len(made) == 1
        third = await come(address, b"work")
        await leave(lines[1], third)
        assert len(made) == 0
        assert not made._lines


@pytest.mark.parametrize("room", [Room(3, 9), Room(9, 3)])
async def test_a_newcomer_takes_the_place_of_who_asks_nothing(room: Room) -> None:
    async with serving(room) as (made, address):
        busy, done, silent = [await come(address, said) for said in (b"work", b"done", b"")]
        first = await come(address, b"work")
        assert [await is_out(one) for one in (busy, done, silent)] == [False, False, True], "who never asked goes first"
        second = await come(address, b"work")
        assert [await is_out(one) for one in (busy, done)] == [False, True], "then who asks nothing now"
        assert len(made) == 3
        refused = await come(address)
        assert await is_out(refused), "nobody is turned out of an answer"
        assert [await is_out(one) for one in (busy, first, second)] == [False] * 3
        await leave(busy, done, silent, first, second, refused)


async def test_a_handshake_that_does_not_go_on_is_spared_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HANDSHAKE_SECONDS", 1.0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    async with serving(Room(2, 2), context=context) as (made, address):
        lines = [await come(address) for _ in range(3)]
        assert [await is_out(one) for one in lines] == [True, False, False]
        await asyncio.sleep(1.0)
        assert len(made) == 0, "a handshake has an end"
        await leave(*lines)


async def test_without_descriptors_it_waits_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(listener, "ACCEPT_PAUSE_SECONDS", 0.2)
    here = listening(Deaf)
    made = Listener((here,), Host, Room(5, 5), idle=idle)
    waiting = asyncio.create_task(come(here.getsockname(), b"work"))
    await asyncio.sleep(0.5)
    assert 2 <= here.tries <= 4
    told = capsys.readouterr()
    lines = [one for one in (told.out + told.err).splitlines() if "not_accepted" in one]
    assert 1 <= len(lines) <= here.tries
    assert "EMFILE" in lines[0]
    here.error = None
    async with asyncio.timeout(2):
        line = await waiting
    here.error = OSError(errno.EMFILE, "Too many open files")
    late = asyncio.create_task(come(here.getsockname()))
    await asyncio.sleep(0.1)
    made.close()
    await asyncio.sleep(0.3)
    assert not await is_out(line), "who is at work stays"
    await leave(line, await late)


async def test_without_descriptors_who_asks_nothing_goes() -> None:
    here = listening(Deaf)
    here.error = None
    made = Listener((here,), Host, Room(5, 5), idle=idle)
    line = await come(here.getsockname())
    here.error = OSError(errno.ENFILE, "File table overflow")
    late = await come(here.getsockname())
    assert await is_out(line)
    made.close()
    await leave(line, late)


def test_a_caller_is_known_by_a_line() -> None:
    assert line_of("192.0.2.7") == line_of("::ffff:192.0.2.7") != line_of("192.0.2.8")
    assert line_of("2001:db8:0:1::5") == line_of("2001:db8:0:1:ffff::9%eth0") != line_of("2001:db8:0:2::5")
    assert line_of("") == line_of("nowhere") == ""


def test_most_descriptors_are_kept_for_files_and_partners() -> None:
    for limit in (64, 256, 1_024, DESCRIPTORS_WANTED):
        found = descriptors.shares(limit)
        assert sum(found) <= limit * 13 // 16
        assert min(found) > 0
    assert descriptors.shares(DESCRIPTORS_WANTED).api == API_CONNECTIONS_MAX
    assert descriptors.shares().api <= API_CONNECTIONS_MAX


@pytest.mark.parametrize(("hard", "grade"), [(1_024, "warning"), (DESCRIPTORS_WANTED, "good")])
def test_the_doctor_says_where_there_are_few(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hard: int, grade: str
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, hard))
    (found,) = [one for one in check_machine(Folder(tmp_path)) if "connections may be open" in one.what]
    assert (found.grade, str(hard) in found.what) == (grade, True)
    assert ("LimitNOFILE" in found.remedy) == (grade == "warning")


@pytest.mark.parametrize(("soft", "hard", "after"), [
    (256, 1_024, 1_024), (256, 100_000, DESCRIPTORS_WANTED), (256, resource.RLIM_INFINITY, DESCRIPTORS_WANTED),
    (20_000, 20_000, 20_000), (512, 512, 512),
])  # fmt: skip
def test_the_limit_is_raised_as_far_as_is_wanted(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, after: int
) -> None:
    now = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: now[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: now.append(limits))
    descriptors.raise_descriptors()
    assert now[-1] == (after, hard)
