"""A member alone with people: made in memory, signed in by real passwords and codes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyotp
import pytest
from argon2 import PasswordHasher

from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.store import MemoryStore
from evenhand.matching.build import build_matcher
from evenhand.node.config import NodeConfig
from evenhand.node.deciding.casework import Casework
from evenhand.node.folder import Folder
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.operations import perform
from evenhand.node.people import credentials
from evenhand.node.site import Site
from evenhand.trust.keys import generate_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

NOW = 1_790_000_000_000
PASSWORD = "four unrelated words, one comma"


@pytest.fixture(autouse=True)
def quick_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real argon2 at its smallest cost: its strength is not what these tests measure."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(credentials, "_HASHER", quick)
    credentials._nobody.cache_clear()
    for name, value in (("_TIME_COST", 1), ("_MEMORY_KIB", 8), ("_LANES", 1)):
        monkeypatch.setattr(credentials, name, value)


def new_site(folder: Path, clock: ManualClock, code: str = "ITA") -> Site:
    keys = generate_keys(member=code, coalition="c.example", entropy=os.urandom, now_ms=NOW)
    roster = Roster(
        coalition="c.example", version=1, previous=None, issued=format_ms(NOW), expires=format_ms(NOW + 10**11),
        threshold=1, members=(card(keys, name=code, urls=()),),
    )  # fmt: skip
    around = Surroundings(MemoryStore(), MemoryGuard(), clock, os.urandom, build_matcher())
    genesis = sign_roster(roster, [keys.log_signer()])
    member = Member(keys, around, pinned_genesis=roster_hash(roster), genesis=genesis)
    member.open()
    config = NodeConfig(member=code, name=code, coalition="c.example", listen="127.0.0.1:1")
    site = Site(member, Folder(folder), config)
    site.casework = Casework(member, MemoryStore())  # the real one; only its disk is memory
    return site


class Staff:
    """People of one site, and what they ask as themselves."""

    def __init__(self, site: Site, clock: ManualClock) -> None:
        self.site, self.clock = site, clock
        self.tokens: dict[str, str] = {"": ""}
        self.secrets: dict[str, str] = {}

    async def ask(self, name: str, operation: str, /, **request: Any) -> Any:
        async def report(_: object) -> None:
            return None

        site = self.site.asked_by(self.tokens[name], report)
        return msgspec.json.decode(msgspec.json.encode(await perform(site, operation, msgspec.json.encode(request))))

    async def enrol(self, name: str, code: str) -> None:
        uri = (await self.ask("", "session.enrol", name=name, code=code, password=PASSWORD))["totp"]
        self.secrets[name] = pyotp.parse_uri(uri).secret

    def code(self, name: str) -> str:
        return pyotp.TOTP(self.secrets[name]).at(self.clock.now_ms() // 1000)

    async def sign_in(self, name: str) -> str:
        self.clock.advance(seconds=30)  # a code counts once
        opened = await self.ask("", "session.open", name=name, password=PASSWORD, code=self.code(name))
        self.tokens[name] = opened["token"]
        return str(opened["token"])

    async def hire(self, name: str, *roles: Role, unit: str = "desk 1", **more: Any) -> str:
        """Add a person and sign them in; the administrator must be the first."""
        by = "admin" if "admin" in self.tokens else ""
        added = await self.ask(by, "people.add", name=name, roles=list(roles), unit=unit, **more)
        await self.enrol(name, added["code"])
        await self.sign_in(name)
        return str(added["account"])

    async def hire_all(self, roles: Iterable[Role] = Role) -> None:
        await self.hire("admin", Role.ADMINISTRATOR, unit="operations")
        for role in roles:
            if role is not Role.ADMINISTRATOR:
                await self.hire(f"a-{role.value.replace('_', '-')}", role, purposes=["BORDER_CHECK"], categories=["*"])
        self.tokens["a-administrator"] = self.tokens["admin"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def staff(tmp_path: Path, clock: ManualClock) -> Iterator[Staff]:
    site = new_site(tmp_path, clock)
    yield Staff(site, clock)
    site.close()
    site.member.close()
