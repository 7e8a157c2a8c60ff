"""A small real coalition: members on disk, drivers on loopback ports, certificates in a roster."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.sqlite import SqliteStore
from evenhand.ground.store import Store
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.build import build_matcher
from evenhand.node.driver import NodeDriver
from evenhand.node.guard import FileGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import open_with_snapshot
from evenhand.notices.model import Detail, PersonNotice
from evenhand.trust.keys import MemberKeys, generate_keys
from evenhand.trust.roster import FinalHead, Roster, RosterMember, card, roster_hash, sign_roster

DAY_MS = 86_400_000
DETAIL = Detail(
    offence="membership of a terrorist group", legal_basis="invented act, article 1", decision_reference="D-1",
    issuing_authority="Invented Court", proportionality="no lesser measure would do",
)  # fmt: skip


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def notice(number: int, name: str, *, version: int = 1) -> PersonNotice:
    """Return an invented person notice."""
    now = SystemClock().now_ms()
    return PersonNotice(
        notice_id=f"{number:032x}", version=version, category="terrorism", action="HOLD",
        valid_from=format_ms(now - DAY_MS), review_by=format_ms(now + 100 * DAY_MS),
        expires=format_ms(now + 300 * DAY_MS),
        person=Person(
            names=(Name(text=name),), documents=(Document(type="passport", number=f"U{number:07d}", issuer="UTO"),)
        ),
    )  # fmt: skip


def outgoing(number: int, name: str, **labels: str) -> Outgoing:
    """Return a notice with its detail, ready to publish."""
    return Outgoing(notice(number, name), DETAIL, **labels)


class Coalition:
    """Members by code, each with its folder; drivers run inside `running`."""

    def __init__(
        self, root: Path, codes: tuple[str, ...] = ("ITA", "PHL", "XPO"), *, listed: int | None = None
    ) -> None:
        self.root = root
        self.codes = codes
        self.ports = {code: free_port() for code in codes}
        now = SystemClock().now_ms()
        self.keys: dict[str, MemberKeys] = {
            code: generate_keys(member=code, coalition="shield.example", entropy=os.urandom, now_ms=now)
            for code in codes
        }
        first = codes if listed is None else codes[:listed]
        self.genesis = Roster(
            coalition="shield.example", version=1, previous=None, issued=format_ms(now),
            expires=format_ms(now + 365 * DAY_MS), threshold=2 if len(first) > 1 else 1,
            members=tuple(self.card(code) for code in first),
        )  # fmt: skip
        self.document = sign_roster(self.genesis, [self.keys[code].log_signer() for code in first])
        self.members: dict[str, Member] = {}
        self.drivers: dict[str, NodeDriver] = {}

    def card(self, code: str) -> RosterMember:
        """Return a member's roster entry with its loopback address."""
        return card(self.keys[code], name=code, urls=(f"https://127.0.0.1:{self.ports[code]}",))

    def open(self, code: str, store: Store | None = None) -> Member:
        """Open a member from its folder (or on another store), by snapshot if it has one."""
        folder = self.root / code
        around = Surroundings(
            store=store or SqliteStore(folder / "store.sqlite"), guard=FileGuard(folder / "guard"), clock=SystemClock(),
            entropy=os.urandom, matcher=build_matcher(),
        )  # fmt: skip
        member = Member(self.keys[code], around, pinned_genesis=roster_hash(self.genesis), genesis=self.document)
        open_with_snapshot(member, folder / "snapshot")
        self.members[code] = member
        return member

    async def start(self, code: str) -> NodeDriver:
        """Open a member and let it talk."""
        driver = NodeDriver(self.open(code), host="127.0.0.1", port=self.ports[code])
        await driver.start()
        self.drivers[code] = driver
        return driver

    async def stop(self, code: str) -> None:
        """Stop a member and close its files."""
        await self.drivers.pop(code).stop()
        self.members.pop(code).close()

    @contextlib.asynccontextmanager
    async def running(self, *codes: str) -> AsyncIterator[Coalition]:
        """Run members (all by default) until the block ends."""
        try:
            for code in codes or self.codes:
                await self.start(code)
            yield self
        finally:
            for code in list(self.drivers):
                await self.stop(code)

    def publish(self, code: str, *records: Outgoing) -> list[int]:
        """Publish at a member and wake its feeds."""
        indexes = self.members[code].publish(list(records))
        self.drivers[code].wake()
        return indexes

    def successor(self, *, expel: str | None = None, join: str | None = None) -> bytes:
        """Return the next roster, signed by the first two members."""
        current = next(iter(self.members.values())).roster
        now = SystemClock().now_ms()
        members = {member.code: member for member in current.members}
        if join is not None:
            members[join] = self.card(join)
        if expel is not None:
            log = self.members[self.codes[0]].ledgers.log(expel)
            old = members[expel]
            members[expel] = RosterMember(
                code=old.code, name=old.name, logs=old.logs, witness=old.witness, sealing=old.sealing,
                certificate=old.certificate, urls=old.urls, status="expelled",
                final=FinalHead(size=log.size, root=root_text(log.root)),
            )  # fmt: skip
        following = Roster(
            coalition=current.coalition, version=current.version + 1, previous=roster_hash(current),
            issued=format_ms(now), expires=format_ms(now + 365 * DAY_MS), threshold=current.threshold,
            members=tuple(members[code] for code in sorted(members)),
        )  # fmt: skip
        return sign_roster(following, [self.keys[code].log_signer() for code in self.codes[:2]])


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition; fail loudly when it does not come."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition():
        assert loop.time() < deadline, "the awaited condition did not come"
        await asyncio.sleep(0.01)
