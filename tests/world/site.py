"""One member's machine in the simulated coalition: its disk, its clock, its member when it runs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Literal

from msgspec.structs import replace

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import StoreError
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import Matcher
from evenhand.node.deciding.statuses import held_of
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.narrowing import label_of_all
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import (
    Detail,
    ErasureOrder,
    Flag,
    Link,
    NoticeRef,
    PersonNotice,
    Record,
    Retraction,
    StatusChange,
)
from evenhand.trust.keys import MemberKeys, generate_keys
from tests.world.disk import AtWrite, FallibleStore
from tests.world.timing import BORN_MS, Scheduler, SkewedClock

COALITION = "shield.example"
MARK = "Zqxworld"
"""Every sealed text of the world holds this word: no store may ever hold it in the open."""
_DAY_MS = 86_400_000
DETAIL = Detail(
    offence=f"{MARK} offence", legal_basis="invented act, article 1", decision_reference="D-1",
    issuing_authority="Invented Court", proportionality="no lesser measure would do",
)  # fmt: skip


@lru_cache(maxsize=256)
def keys_of(code: str) -> MemberKeys:
    """Return a member's keys: the same in every world, for making certificates is slow."""
    dice = Random(f"keys of {code}")
    return generate_keys(member=code, coalition=COALITION, entropy=dice.randbytes, now_ms=BORN_MS)


@dataclass
class Said:
    """One notice version that a member set out to publish."""

    originator: str
    notice_id: str
    version: int
    name: str
    match_label: str
    detail_label: str
    roster: int
    index: int | None = None
    """Where it stands in the ledger; None if publication was never acknowledged."""
    forked: bool = False
    withdrawn_at: int | None = None
    erased_at: int | None = None
    stopped: bool = False
    """Whether its originator ever set out to suspend, withdraw or erase the notice."""

    @property
    def key(self) -> str:
        """`NoticeRef.key` of the notice."""
        return f"{self.originator}:{self.notice_id}"


@dataclass
class Founding:
    """What every machine is set up with."""

    scheduler: Scheduler
    pinned: str
    genesis: bytes
    build_matcher: Callable[[], Matcher]
    log: Callable[..., None]


class Site:
    """A member and its machine; `member` is None while it is down."""

    def __init__(self, code: str, founding: Founding, *, dice: Random, skew_ms: int) -> None:
        self.code = code
        self.keys = keys_of(code)
        self.store = FallibleStore()
        self.guard = MemoryGuard()
        self.clock = SkewedClock(founding.scheduler, skew_ms)
        self.dice = dice
        self.member: Member | None = None
        self.twin: Member | None = None
        """The second history of a member that splits the view."""
        self.deceived: frozenset[str] = frozenset()
        self.said: list[Said] = []
        self.acknowledged: dict[int, bytes] = {}
        """Index to leaf: what this member's publications promised."""
        self._founding = founding
        self._counted = 0

    # -- life ----------------------------------------------------------------------------------------

    def start(self) -> Member:
        """Open the member on its disk: the ordinary path, whatever happened before."""
        self.member = self._member(self.store, self.guard)
        self.member.open()
        return self.member

    def stop(self) -> None:
        """Switch the machine off; the disk stays."""
        self.member = None

    def _member(self, store: FallibleStore, guard: MemoryGuard) -> Member:
        around = Surroundings(store, guard, self.clock, self.dice.randbytes, self._founding.build_matcher())
        return Member(
            self.keys, around, pinned_genesis=self._founding.pinned, genesis=self._founding.genesis
        )

    @property
    def up(self) -> Member:
        """The running member; the caller knows that it runs."""
        assert self.member is not None, f"{self.code} is down"
        return self.member

    def face(self, reader: str) -> Member | None:
        """Return the member as it shows itself to a reader."""
        return self.twin if self.twin is not None and reader in self.deceived else self.member

    def crash(self, *, at_write: AtWrite) -> None:
        """Let the next write fail, before or after it persists."""
        self.store.fail_at(0, at_write)

    def restore_backup(self, rows: dict[bytes, bytes], *, guard_too: bool = False) -> None:
        """Put an older disk image back; the guard lives elsewhere, unless the whole machine was restored."""
        self.stop()
        self.store.repair()
        self.store.restore(rows)
        if guard_too:
            self.guard.signed = None

    # -- what it says --------------------------------------------------------------------------------

    def publish(
        self, name: str | None = None, *, match_to: str = "all", detail_to: str = "all",
        days: int = 300, of: Said | None = None,
    ) -> Said:  # fmt: skip
        """Publish a notice about an invented person, or the next version of one; returns what was said."""
        self._counted += 1
        serial = f"{self.code}{self._counted}"
        said = Said(
            self.code, self.dice.randbytes(16).hex() if of is None else of.notice_id,
            1 if of is None else self._next_version(of), name or f"{MARK} {serial}", match_to, detail_to,
            self.up.roster.version,
        )  # fmt: skip
        self.said.append(said)
        outgoing = Outgoing(self._notice(said, days), DETAIL, match_label=match_to, detail_label=detail_to)
        said.index = self._say(outgoing)
        return said

    def _next_version(self, said: Said) -> int:
        held = held_of(self.up, said.key)
        return said.version + 1 if held is None or held.latest is None else held.latest.number + 1

    def correct(self, said: Said, name: str | None = None, *, match_to: str = "", detail_to: str = "") -> Said:
        """Publish the next version of a notice, for the same readers or others."""
        return self.publish(
            name, of=said, match_to=match_to or said.match_label, detail_to=detail_to or said.detail_label
        )

    def change_status(self, said: Said, status: Literal["SUSPENDED", "BLOCKED", "STANDING"]) -> int:
        """Say to everybody who may ever have read a notice how it stands."""
        self._stop(said)
        held = held_of(self.up, said.key)
        label = said.match_label if held is None else label_of_all(self.up, held.versions)
        record = StatusChange(notice_id=said.notice_id, status=status, reason=f"{MARK} reason")
        return self._say(Outgoing(record, match_label=label or said.match_label))

    def _stop(self, said: Said) -> None:
        for one in self.said:
            one.stopped |= one.notice_id == said.notice_id

    def withdraw(self, said: Said) -> int:
        """Withdraw a notice."""
        self._stop(said)
        label = said.match_label
        index = self._say(Outgoing(Retraction(notice_id=said.notice_id, reason="mistake"), match_label=label))
        for one in self.said:
            if one.notice_id == said.notice_id:
                one.withdrawn_at = index
        return index

    def erase(self, said: Said) -> int:
        """Order every entry of a notice erased."""
        self._stop(said)
        versions = [one for one in self.said if one.notice_id == said.notice_id]
        entries = tuple(sorted(one.index for one in versions if one.index is not None))
        order = ErasureOrder(notice_id=said.notice_id, entries=entries, reason_class="court")
        index = self._say(Outgoing(order, match_label=said.match_label))
        for one in versions:
            one.erased_at = one.withdrawn_at = index
        return index

    def flag(self, said: Said, action: str = "NONE", *, lifted: bool = False) -> int:
        """Flag another member's notice as not executable here."""
        ref = NoticeRef(originator=said.originator, notice_id=said.notice_id)
        return self._say(
            Outgoing(Flag(notice=ref, action=action, reason=f"{MARK} law", lifted=lifted))  # type: ignore[arg-type]
        )

    def link(self, one: Said, other: Said, relation: str = "same_person") -> int:
        """Say that two notices concern the same person, or not."""
        first, second = sorted((one, other), key=lambda said: said.key)
        record = Link(
            first=NoticeRef(originator=first.originator, notice_id=first.notice_id),
            second=NoticeRef(originator=second.originator, notice_id=second.notice_id),
            relation=relation, reason=f"{MARK} reason",  # type: ignore[arg-type]
        )  # fmt: skip
        return self._say(Outgoing(record))

    def say(self, record: Record) -> int:
        """Publish any record to everyone."""
        return self._say(Outgoing(record))

    def _say(self, outgoing: Outgoing) -> int:
        log = self.up.ledgers.log(self.code)
        before = log.size
        try:
            (index,) = self.up.publish([outgoing])
        except StoreError:
            self.stop()
            raise
        self._acknowledge(before)
        self._founding.log("publish", self.code, type(outgoing.record).__name__, index)
        return index

    def _acknowledge(self, before: int) -> None:
        log = self.up.ledgers.log(self.code)
        self.acknowledged.update(enumerate(log.entries(before, log.size), before))

    def _notice(self, said: Said, days: int) -> PersonNotice:
        now = self._founding.scheduler.now_ms
        number = f"{MARK}{said.name[-12:].replace(' ', '')}"
        return PersonNotice(
            notice_id=said.notice_id, version=said.version, category="terrorism", action="HOLD",
            valid_from=format_ms(now - _DAY_MS), review_by=format_ms(now), expires=format_ms(now + days * _DAY_MS),
            person=Person(
                names=(Name(text=said.name),),
                documents=(Document(type="passport", number=number, issuer="UTO"),),
            ),
        )  # fmt: skip

    @contextmanager
    def signing_badly(self) -> Iterator[None]:
        """Break the own signature of every entry published inside; the checkpoints above them are good."""
        publisher = self.up.publisher
        held, publisher._keys = publisher._keys, replace(self.keys, log=b64encode(bytes(32)).decode())
        try:
            yield
        finally:
            publisher._keys = held

    def split_view(self, deceived: frozenset[str]) -> None:
        """Show some readers another history from now on: the same keys, a second tree."""
        store, guard = FallibleStore(), MemoryGuard()
        store.restore(self.store.rows())
        guard.signed = self.guard.signed
        twin = self._member(store, guard)
        twin.open()
        twin.publisher.heard_from |= self.up.publisher.heard_from
        honest = self.publish(f"{MARK} {self.code} to some")
        honest.forked = True
        said = Said(
            self.code, self.dice.randbytes(16).hex(), 1, f"{MARK} {self.code} to others", "all", "all",
            self.up.roster.version, forked=True,
        )  # fmt: skip
        self.said.append(said)
        twin.publish([Outgoing(self._notice(said, 300), DETAIL)])
        self.twin, self.deceived = twin, deceived
