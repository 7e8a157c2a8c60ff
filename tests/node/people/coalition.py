"""Several members in memory, each with people; what one publishes reaches the others by `share`."""

from __future__ import annotations

import os
from pathlib import Path

from evenhand.exchange.mirror import AskFrom
from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.store import MemoryStore
from evenhand.matching.build import build_matcher
from evenhand.node.config import NodeConfig
from evenhand.node.deciding.casework import Casework
from evenhand.node.folder import Folder
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.site import Site
from evenhand.node.topics import look
from evenhand.trust.keys import MemberKeys, generate_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

from .conftest import NOW, Staff

ROLES = (
    Role.ANALYST, Role.APPROVER, Role.LEGAL_REVIEWER, Role.COMPLIANCE_DESK, Role.REDRESS_OFFICER, Role.LIAISON,
    Role.OFFICER,
)  # fmt: skip


class Coalition:
    """Members by code, one clock."""

    def __init__(
        self, folder: Path, clock: ManualClock, codes: tuple[str, ...], keys: dict[str, MemberKeys] | None = None
    ) -> None:
        self.clock = clock
        self.away: set[str] = set()
        """Members that nothing reaches and nothing comes from."""
        keys = self.keys = keys or {
            code: generate_keys(member=code, coalition="c.example", entropy=os.urandom, now_ms=NOW) for code in codes
        }
        roster = Roster(
            coalition="c.example", version=1, previous=None, issued=format_ms(NOW), expires=format_ms(NOW + 10**11),
            threshold=1, members=tuple(card(keys[code], name=code, urls=()) for code in sorted(codes)),
        )  # fmt: skip
        genesis = sign_roster(roster, [one.log_signer() for one in keys.values()])
        self.staff: dict[str, Staff] = {}
        for code in codes:
            around = Surroundings(MemoryStore(), MemoryGuard(), clock, os.urandom, build_matcher())
            member = Member(keys[code], around, pinned_genesis=roster_hash(roster), genesis=genesis)
            member.open()
            (folder / code).mkdir()
            config = NodeConfig(member=code, name=code, coalition="c.example", listen="127.0.0.1:1")
            site = Site(member, Folder(folder / code), config)
            site.casework = Casework(member, MemoryStore())  # the real one; only its disk is memory
            self.staff[code] = Staff(site, clock)

    def __getitem__(self, code: str) -> Staff:
        return self.staff[code]

    async def man(self, *codes: str, roles: tuple[Role, ...] = ROLES) -> None:
        for code in codes:
            await self.staff[code].hire_all(roles)

    async def wake_up(self, code: str) -> None:
        """Sign everybody of a member in again, after time has passed."""
        for name in list(self.staff[code].secrets):
            await self.staff[code].sign_in(name)
        self.staff[code].tokens["a-administrator"] = self.staff[code].tokens["admin"]

    def share(self, rounds: int = 3) -> None:
        """Let everything reach everyone, and every member read its post."""
        for _ in range(rounds):
            here = [one for code, one in self.staff.items() if code not in self.away]
            for source in here:
                for reader in here:
                    if reader is not source:
                        self._pump(source.site.member, reader.site.member)
            for one in here:
                look(one.site)

    @staticmethod
    def _pump(source: Member, reader: Member) -> None:
        reader.publisher.heard_from.add(source.code)  # a heartbeat is the first thing a partner sends
        feed = source.desk.open(reader.code, {source.code: reader.ledgers.log(source.code).size}, "ordinary")
        while frames := source.desk.next_frames(feed):
            for frame in frames:
                assert not isinstance(reader.receive(frame, source.code), AskFrom)

    def close(self) -> None:
        for one in self.staff.values():
            one.site.close()
            one.site.member.close()
