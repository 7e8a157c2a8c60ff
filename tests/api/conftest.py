"""A node with its API: one member, invented people, keys for programs; in the loop or behind a socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from evenhand.api.app import App
from evenhand.api.routes import ROWS
from evenhand.api.server import ApiFace
from evenhand.api.service import Service
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.store import MemoryStore
from evenhand.node.config import ApiRules, NodeConfig
from evenhand.node.driver import NodeDriver
from evenhand.node.folder import Folder, open_member
from evenhand.node.operations import perform
from evenhand.node.people.accounts import MachineKey
from evenhand.node.site import Site
from evenhand.screening.purpose import PURPOSES
from evenhand.trust.keys import generate_keys, save_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

DAY_MS = 86_400_000
PEOPLE = (
    ("Ilmar Ferventu", "1984-05-02", "X1234567"),
    ("Dasha Molnarova", "1990-11-30", "X7654321"),
    ("Qasim Belhadri", "1979-01-15", "X1111111"),
)
ROLES = (Role.OFFICER, Role.ANALYST, Role.APPROVER, Role.LEGAL_REVIEWER, Role.LIAISON, Role.SUPERVISOR)
PURPOSE = {"Evenhand-Purpose": "RESCREENING", "Evenhand-Legal-Basis": "invented law, article 1"}


def draft(name: str, born: str = "1984-05-02", number: str = "X1234567", **more: Any) -> dict[str, Any]:
    """Return a draft of a notice about an invented person."""
    return {
        "notice": {
            "kind": "person", "category": "terrorism", "action": "HOLD", "fallback": "DISCREET_REPORT",
            "person": {
                "names": [{"text": name}], "birth_dates": [{"value": born}], "nationalities": ["UTO"],
                "documents": [{"type": "passport", "number": number, "issuer": "UTO"}],
            },
        },
        "detail": {
            "offence": "recruitment for terrorism", "legal_basis": "arrest warrant",
            "decision_reference": "court 12/26", "issuing_authority": "public prosecutor",
            "proportionality": "grave, and no milder means would do",
        },
        **more,
    }  # fmt: skip


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def make_folder(path: Path, *, others: tuple[str, ...] = (), **rules: Any) -> tuple[Folder, bytes]:
    """Make a data folder of one member, ITA, alone in its coalition or with others that have no node."""
    folder, now = Folder(path), SystemClock().now_ms()
    keys = generate_keys(member="ITA", coalition="shield.example", entropy=os.urandom, now_ms=now)
    listen = f"127.0.0.1:{free_port()}"
    cards = [card(keys, name="Italy", urls=(f"https://{listen}",))]
    for code in others:
        theirs = generate_keys(member=code, coalition="shield.example", entropy=os.urandom, now_ms=now)
        cards.append(card(theirs, name=code, urls=(f"https://127.0.0.1:{free_port()}",)))
    roster = Roster(
        coalition="shield.example", version=1, previous=None, issued=format_ms(now),
        expires=format_ms(now + 365 * DAY_MS), threshold=1,
        members=tuple(sorted(cards, key=lambda one: one.code)),
    )  # fmt: skip
    folder.make(
        NodeConfig(
            member="ITA", name="Italy", coalition="shield.example", listen=listen, genesis=roster_hash(roster),
            api=ApiRules(telephone="+39 06 0000000", legal_basis="invented law, article 1", **rules),
        )
    )  # fmt: skip
    save_keys(keys, folder.keys)
    return folder, sign_roster(roster, [keys.log_signer()])


def make_key(
    site: Site, name: str, *roles: Role, unit: str = "tests",
    purposes: tuple[str, ...] = tuple(PURPOSES), categories: tuple[str, ...] = ("*",),
) -> str:  # fmt: skip
    """Return a new key for a program."""
    row = MachineKey(
        machine="", name=name, token_hash="", roles=roles, unit=unit, purposes=purposes, categories=categories,
        until_ms=site.member.clock.now_ms() + DAY_MS,
    )  # fmt: skip
    return site.people.new_machine(row)


class Desk:
    """A node with its API in this event loop, and clients for it."""

    def __init__(self, site: Site, app: App) -> None:
        self.site = site
        self.app = app
        self.service: Service = app.service
        self.key = make_key(site, "everything", *ROLES)
        self.operator = make_key(site, "operator", Role.ADMINISTRATOR)
        self.auditor = make_key(site, "auditor", Role.OVERSIGHT, Role.SUPERVISOR)
        self.transport = httpx.ASGITransport(app)  # type: ignore[arg-type]

    def client(self, key: str | None = None, **headers: str) -> httpx.AsyncClient:
        """Return a client with a key, which states a purpose."""
        shown = {"Authorization": f"Bearer {key or self.key}"} if key != "" else {}
        return httpx.AsyncClient(
            transport=self.transport, base_url="http://node", headers={**PURPOSE, **shown, **headers}
        )

    async def publish(self, *people: tuple[str, str, str]) -> list[str]:
        """Publish notices and return their keys."""
        done = [
            await perform(self.site, "notice.publish", msgspec.json.encode(draft(*one))) for one in people
        ]
        return [one.key for one in done]


@contextlib.contextmanager
def opened(path: Path, *, others: tuple[str, ...] = (), **rules: Any) -> Iterator[Site]:
    """Open a fresh node, not running."""
    folder, genesis = make_folder(path, others=others, **rules)
    with open_member(folder, SystemClock(), genesis=genesis) as member:
        yield Site(member, folder, folder.read_config())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A running node with three notices, and its API without a socket."""
    with opened(tmp_path / "ita") as site:
        host, _, port = site.config.listen.partition(":")
        site.driver = NodeDriver(site.member, host=host, port=int(port))
        await site.driver.start()
        made = Desk(site, App(Service(site=site, rules=site.config.api, store=MemoryStore()), ROWS))
        await made.publish(*PEOPLE)
        try:
            yield made
        finally:
            await site.driver.stop()


class Served:
    """A node that serves its API on a socket, in a thread of its own."""

    def __init__(self, url: str, key: str, operator: str, site: Site, keys: list[str]) -> None:
        self.url, self.key, self.operator, self.site, self.notices = url, key, operator, site, keys
        self.screening = ""
        self.loop: asyncio.AbstractEventLoop | None = None

    def ask(self, operation: str, request: dict[str, Any]) -> Any:
        """Perform an operation in the node's own loop."""
        assert self.loop is not None
        asked = perform(self.site, operation, msgspec.json.encode(request))
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(30)


async def _serve(path: Path, ready: Callable[[Served, asyncio.AbstractEventLoop, asyncio.Event], None]) -> None:
    address = f"127.0.0.1:{free_port()}"
    with opened(path, listen=address) as site:
        host, _, port = site.config.listen.partition(":")
        site.driver = NodeDriver(site.member, host=host, port=int(port))
        await site.driver.start()
        face, stop = ApiFace(site), asyncio.Event()
        await face.start()
        key, operator = make_key(site, "everything", *ROLES), make_key(site, "operator", Role.ADMINISTRATOR)
        done = [await perform(site, "notice.publish", msgspec.json.encode(draft(*one))) for one in PEOPLE]
        served = Served(f"http://{address}", key, operator, site, [one.key for one in done])
        served.screening = make_key(site, "screening", Role.OFFICER, Role.ANALYST, purposes=("RESCREENING",))
        ready(served, asyncio.get_running_loop(), stop)
        await stop.wait()
        await face.stop()
        await site.driver.stop()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A node with three notices behind a socket, for clients that nobody here wrote."""
    began = threading.Event()
    box: list[tuple[Served, asyncio.AbstractEventLoop, asyncio.Event]] = []

    def ready(made: Served, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        made.loop = loop
        box.append((made, loop, stop))
        began.set()

    thread = threading.Thread(target=lambda: asyncio.run(_serve(tmp_path / "ita", ready)))
    thread.start()
    assert began.wait(30)
    made, loop, stop = box[0]
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
