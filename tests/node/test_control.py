"""The control socket answers its owner: progress, answers, errors, and never a half answer."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.errors import EvenhandError, PeerUnreachableError
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.node.config import NodeConfig
from evenhand.node.control import ControlServer
from evenhand.node.control_client import ask_node
from evenhand.node.folder import Folder, open_member
from evenhand.node.site import Site
from evenhand.trust.keys import generate_keys, save_keys
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

NOW = 1_790_000_000_000


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Site]:
    deep = tmp_path / ("d" * 80)  # longer than a socket's path may be
    folder, clock = Folder(deep), ManualClock(NOW)
    keys = generate_keys(member="ITA", coalition="c.example", entropy=os.urandom, now_ms=NOW)
    roster = Roster(
        coalition="c.example", version=1, previous=None, issued=format_ms(NOW), expires=format_ms(NOW + 10**10),
        threshold=1, members=(card(keys, name="Italy", urls=()),),
    )  # fmt: skip
    config = NodeConfig(
        member="ITA", name="I", coalition="c.example", listen="127.0.0.1:1", genesis=roster_hash(roster)
    )
    folder.make(config)
    save_keys(keys, folder.keys)
    with open_member(folder, clock, genesis=sign_roster(roster, [keys.log_signer()])) as member:
        site = Site(member, folder, config)
        server = ControlServer(site, folder.control)
        await server.start()
        yield site
        await server.stop()
    assert not folder.control.exists()


async def ask(site: Site, operation: str, tell: Any = lambda _: None, **request: object) -> dict[str, Any] | None:
    return await asyncio.to_thread(ask_node, site.folder.control, operation, request, tell)


async def test_only_the_owner_may_open_it(served: Site) -> None:
    assert served.folder.control.stat().st_mode & 0o077 == 0


async def test_it_answers_and_tells_progress(served: Site) -> None:
    path = served.folder.path / "list.xml"
    path.write_bytes(write_un_xml(synthetic_persons(1, 300)))
    told: list[dict[str, Any]] = []
    done = await ask(served, "import", told.append, format="un-sc", place=str(path))
    assert done is not None
    assert done["published"] == 300
    assert [one["done"] for one in told if one["what"] == "publishing"] == [250, 300]
    state = await ask(served, "state")
    assert state is not None
    assert state["notices"] == 300


async def test_errors_keep_their_kind(served: Site) -> None:
    with pytest.raises(EvenhandError, match="no operation") as unknown:
        await ask(served, "conquer")
    assert (unknown.value.code, unknown.value.exit_code) == ("usage", 2)
    with pytest.raises(EvenhandError, match="nothing to look for"):
        await ask(served, "find")
    with pytest.raises(EvenhandError, match="cannot be used"):
        await ask(served, "find", colour=3)


async def test_a_failure_of_ours_is_an_answer_too(served: Site) -> None:
    matcher, served.member.matcher = served.member.matcher, None  # type: ignore[assignment]
    with pytest.raises(EvenhandError, match="the node failed at this"):
        await ask(served, "find", names=["X"])
    served.member.matcher = matcher


def test_where_no_node_runs_there_is_no_answer(tmp_path: Path) -> None:
    assert ask_node(tmp_path / "control.sock", "state", {}, lambda _: None) is None


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
async def test_a_node_that_stops_in_the_middle_is_said_to(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "control.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.recv(65_536)
        connection.sendall(said)
        connection.close()
        listener.close()

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(hang_up))
        with pytest.raises(PeerUnreachableError, match="stopped"):
            await asyncio.to_thread(ask_node, path, "state", {}, lambda _: None)
