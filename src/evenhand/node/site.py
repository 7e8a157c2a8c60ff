"""Where an operation stands: the member, its driver if it is running, its folder, and who hears of progress.

Knows:    nothing; it holds the parts together.
Told:     by whoever opens a node for commands.
Answers:  the parts, and the means to take ledgers' sealed details apart.
Trusted:  yes.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

import msgspec

from evenhand.casework.retention import DecisionStore
from evenhand.ground.errors import NotFoundError, RefusedError, UsageError
from evenhand.node.config import NodeConfig
from evenhand.node.deciding.casework import Casework
from evenhand.node.driver import NodeDriver
from evenhand.node.folder import Folder
from evenhand.node.member import Member
from evenhand.node.people.accounts import Caller
from evenhand.node.people.registry import Registry
from evenhand.node.people.sessions import People
from evenhand.node.searching import Together
from evenhand.notices.model import check_notice_id
from evenhand.screening.notice_events import AnyEvent
from evenhand.watchlist.fold import Held

Q = TypeVar("Q", bound=msgspec.Struct)
Permission = Literal["read", "publish", "govern", "operate"]
"""What a person must be allowed to: ask; speak for the member; change the coalition; look after the node."""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody is looked up, as whoever asks states it; `via` is the way the question came.

    `caller` is who asks, where a face knows them better than their token does (a program on a node without accounts).
    """

    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""
    via: str = ""
    caller: Caller | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a long operation is."""

    what: str
    done: int
    total: int


async def _nobody(_: Progress) -> None:
    return None


@dataclass
class Site:
    """What an operation may use."""

    member: Member
    folder: Folder
    config: NodeConfig
    driver: NodeDriver | None = None
    report: Callable[[Progress], Awaitable[None]] = _nobody
    token: str = field(default="", repr=False)
    """What the caller showed: a session or a key."""
    stated: Stated = field(default_factory=Stated)
    """Why the caller looks people up, where the request itself says so and not the question."""
    handled: set[tuple[str, int]] = field(default_factory=set, repr=False)
    """Messages (ledger, index) known to be handled; the store knows it for good."""
    watched: dict[str, int] = field(default_factory=dict, repr=False)
    """By state fled: how large its ledger was when it was last compared with the register of protections."""
    tags: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict, repr=False)
    """Tags of protected documents by asker's key and document: each costs a third of a millisecond."""

    @cached_property
    def people(self) -> People:
        """Accounts and sessions; none on a fresh node."""
        member = self.member
        return People(Registry(member.store), keys=member.keys, clock=member.clock, entropy=os.urandom)

    @cached_property
    def casework(self) -> Casework:
        """This member's own decisions. Raises StoreError or CorruptionError."""
        remembered = self.folder.path / "decisions.memory"
        return Casework(self.member, DecisionStore(self.folder.decisions), remembered=remembered)

    def close(self) -> None:
        """Release what was opened for this site alone."""
        opened = self.__dict__.pop("casework", None)
        if opened is not None:
            opened.close()

    @cached_property
    def together(self) -> Together:
        """Where the questions of this moment are searched for in one go."""
        return Together(self.member)

    @cached_property
    def caller(self) -> Caller:
        """Who asks. Raises RefusedError for a stranger."""
        found = self.people.caller(self.token)
        if found is None:
            raise RefusedError("nobody is signed in", remedy="run `evenhand sign-in NAME`")
        return found

    def asked_by(self, token: str, report: Callable[[Progress], Awaitable[None]]) -> Site:
        """Return this site for one request."""
        _ = self.people, self.casework, self.together  # one of each for all requests
        asked = object.__new__(Site)  # as `copy`, at a fifth of its cost
        asked.__dict__.update(self.__dict__)
        asked.__dict__.pop("caller", None)
        asked.token, asked.report = token, report
        return asked

    def record(self, kind: str, payload: dict[str, Any]) -> None:
        """Record what somebody did or looked at, in the decision ledger. Raises StoreError."""
        self.casework.journal(kind, {"at_ms": self.member.clock.now_ms(), **payload})

    async def durable(self) -> None:
        """Return when all that was recorded is on disk: before any answer leaves. Raises StoreError."""
        if "casework" in self.__dict__:
            await self.casework.durable()

    def record_later(self, kind: str, payload: dict[str, Any]) -> None:
        """Record with the next write, which is done before an answer leaves: for what changes nothing."""
        self.casework.journal_later(kind, {"at_ms": self.member.clock.now_ms(), **payload})

    def event(self, event: AnyEvent) -> None:
        """Record an event that the rules judge, in the decision ledger. Raises StoreError."""
        self.casework.record(event)

    def wake(self) -> None:
        """Let partners hear at once of what was published."""
        if self.driver is not None:
            self.driver.wake()

    def running(self) -> NodeDriver:
        """Return the driver. Raises UsageError when no node is running here."""
        if self.driver is None:
            raise UsageError("no node is running in this folder", remedy="start it with `evenhand node run`")
        return self.driver

    def held(self, reference: str) -> Held:
        """Return a notice by `CODE:ID`, by `ID` (ours first) or by a unique beginning of it.

        Raises NotFoundError or UsageError.
        """
        code, _, wanted = reference.strip().rpartition(":")
        ledgers = self.member.watchlist.fold.ledgers
        own = self.member.code
        found = [
            held
            for name in sorted(ledgers, key=lambda one: (one != own, one))
            if code in {"", name}
            for notice_id, held in ledgers[name].notices.items()
            if wanted and notice_id.startswith(wanted.lower())
        ]
        if not found:
            raise NotFoundError(f"no notice {reference[:60]!r} is held here", remedy="see `evenhand notice list`")
        if len(found) > 1 and found[0].notice_id != wanted:
            raise UsageError(f"{reference[:60]!r} begins {len(found)} notices", remedy="write more of its digits")
        return found[0]

    def own(self, reference: str) -> Held:
        """Return one of our own notices. Raises NotFoundError, RefusedError or UsageError."""
        held = self.held(reference if ":" in reference else f"{self.member.code}:{reference}")
        if held.originator != self.member.code:
            raise RefusedError(
                f"{held.key} is {held.originator}'s notice", why="only its originator may change it",
                remedy="flag it instead: `evenhand notice flag`",
            )  # fmt: skip
        check_notice_id(held.notice_id)
        return held


@dataclass(frozen=True)
class Operation(Generic[Q]):
    """One thing a person or program can ask of a node: `run(site, request)` answers a struct."""

    name: str
    request: type[Q]
    permission: Permission
    run: Callable[[Site, Q], Awaitable[Any]]
