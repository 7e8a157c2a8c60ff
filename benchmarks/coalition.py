"""A coalition of two to measure: keys, roster, folders, and invented notices of realistic size.

Knows:    how a member is wired on a disk.
Told:     a folder, ports, and how the index is to be built.
Answers:  a plan that any process can open a member from; notices to publish.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.sqlite import SqliteStore
from evenhand.ground.store import Batch, Store
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons
from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Answer, Listed, Matcher, Query
from evenhand.node.guard import FileGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Detail, PersonNotice, Source
from evenhand.trust.keys import MemberKeys, generate_keys, load_keys, save_keys
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

OWNER, FOLLOWER = "ITA", "PHL"
CODES = (OWNER, FOLLOWER)
_DAY_MS = 86_400_000
_PEOPLE = 1_000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a process needs to open a member: where its files are, and where it listens."""

    folder: str
    ports: dict[str, int]

    def keys(self, code: str) -> MemberKeys:
        """Read a member's keys."""
        return load_keys(Path(self.folder) / f"{code}.keys")

    def genesis(self) -> tuple[bytes, str]:
        """Return the genesis roster and its hash."""
        folder = Path(self.folder)
        return (folder / "genesis").read_bytes(), (folder / "genesis.hash").read_text()

    def store_path(self, code: str) -> Path:
        """Return where a member's store lies."""
        return Path(self.folder) / code / "store.db"


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_plan(folder: Path, *, seen_at: dict[str, int] | None = None) -> Plan:
    """Make keys, a signed roster and empty folders. Partners dial `seen_at`, where it is not our own port."""
    folder.mkdir(parents=True, exist_ok=True)
    now = SystemClock().now_ms()
    ports = {code: free_port() for code in CODES}
    dialled = ports | (seen_at or {})
    keys = {
        code: generate_keys(member=code, coalition="bench.example", entropy=os.urandom, now_ms=now)
        for code in CODES
    }
    roster = Roster(
        coalition="bench.example", version=1, previous=None, issued=format_ms(now),
        expires=format_ms(now + 365 * _DAY_MS), threshold=len(CODES),
        members=tuple(
            card(keys[code], name=code, urls=(f"https://127.0.0.1:{dialled[code]}",)) for code in CODES
        ),
    )  # fmt: skip
    for code in CODES:
        save_keys(keys[code], folder / f"{code}.keys")
    (folder / "genesis").write_bytes(sign_roster(roster, [keys[code].log_signer() for code in CODES]))
    (folder / "genesis.hash").write_text(roster_hash(roster))
    return Plan(folder=str(folder), ports=ports)


def build_member(
    plan: Plan, code: str, *, store: Store | None = None, matcher: Matcher | None = None
) -> Member:
    """Wire a member on its folder, not yet opened."""
    document, pinned = plan.genesis()
    around = Surroundings(
        store=SqliteStore(plan.store_path(code)) if store is None else store,
        guard=FileGuard(Path(plan.folder) / code / "guard"), clock=SystemClock(), entropy=os.urandom,
        matcher=build_matcher() if matcher is None else matcher,
    )  # fmt: skip
    return Member(plan.keys(code), around, pinned_genesis=pinned, genesis=document)


class NoMatcher:
    """An index that holds nothing, to measure everything but the index."""

    version = "0" * 64

    def fresh(self) -> NoMatcher:
        """Return another that holds nothing."""
        return NoMatcher()

    def put(self, key: str, listed: Listed) -> None:
        """Hold nothing."""

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Hold nothing."""
        for _ in items:
            pass

    def drop(self, key: str) -> None:
        """Nothing to forget."""

    def search(self, query: Query) -> Answer:  # noqa: ARG002 - the interface's
        """Find nobody."""
        return Answer(candidates=())

    def dump(self) -> bytes:
        """Return nothing."""
        return b""

    def load(self, data: bytes) -> None:
        """Take nothing."""


class TimedStore(SqliteStore):
    """A store on disk that tells when each batch was durable."""

    def __init__(self, path: Path, durable: dict[int, int]) -> None:
        super().__init__(path)
        self._durable = durable

    def apply(self, batch: Batch) -> None:
        """Write, then note by entry index of the owner's ledger when it was durable (monotonic ns)."""
        super().apply(batch)
        now = _now_ns()
        prefix = f"leaf/{OWNER}/".encode()
        for key in batch:
            if key.startswith(prefix):
                self._durable.setdefault(int.from_bytes(key[-8:], "big"), now)


def _now_ns() -> int:
    import time  # noqa: PLC0415 - kept from the module's face: the benchmarks' only clock

    return time.monotonic_ns()


# -- what is published ------------------------------------------------------------------------------

DETAIL = Detail(
    offence="Preparation of an attack, invented", legal_basis="Invented Act, article 12",
    decision_reference="Invented Court 2026/0815", issuing_authority="Invented Prosecutor",
    proportionality="The measure is the mildest that serves the purpose",
    remarks=("Invented for measurement: no such person exists.",),
)  # fmt: skip


@cache
def _people() -> tuple[SyntheticPerson, ...]:
    return tuple(synthetic_persons(7, _PEOPLE))


def notice_id(number: int) -> str:
    """Return the id of the numbered notice."""
    return f"{number:032x}"


def passport(number: int) -> str:
    """Return the document number by which the numbered notice is found and no other."""
    return f"BX{number:09d}"


def notice(number: int) -> PersonNotice:
    """Return an invented notice: several names, mostly in two scripts, dates, documents; about 1 KB."""
    base = _people()[number % _PEOPLE].person
    first = base.documents[0]
    unique = msgspec.structs.replace(first, type="passport", number=passport(number), issuer="UTO")
    names = tuple(
        msgspec.structs.replace(one, text=f"{one.text} {_word(number)}") if i == 0 else one
        for i, one in enumerate(base.names)
    )
    now = SystemClock().now_ms() // _DAY_MS * _DAY_MS
    return PersonNotice(
        notice_id=notice_id(number), version=1, category="terrorism", action="HOLD",
        fallback="DISCREET_REPORT", valid_from=format_ms(now), review_by=format_ms(now + 180 * _DAY_MS),
        expires=format_ms(now + 360 * _DAY_MS),
        person=msgspec.structs.replace(base, names=names, documents=(unique, *base.documents)),
        source=Source(list="BENCH", entry_id=str(number)),
    )  # fmt: skip


def _word(number: int) -> str:
    """Spell a number as an invented second family name, so that a hundred thousand people differ."""
    syllables = ("ba", "do", "ki", "lu", "mer", "nas", "po", "ril", "sta", "tev")
    return "".join(syllables[int(digit)] for digit in f"{number:04d}").capitalize()


def outgoing(start: int, count: int) -> Iterator[Outgoing]:
    """Yield numbered notices with their details."""
    for number in range(start, start + count):
        yield Outgoing(notice(number), DETAIL)
