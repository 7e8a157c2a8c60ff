"""The fold: verified records in ledger order become what is true when.

Knows:    notices with their versions, retractions, flags, links, sightings, receipts, erasures.
Told:     one opened record at a time, each with its place and time.
Answers:  which notices changed, which parts to delete, which orders to receipt.
Trusted:  yes: every member folds the same records to the same state, in whatever order ledgers interleave.

Every record carries its index, and the fold keeps what the index decides (the last flag, the first use of a
version number, the earliest withdrawal). So any order of arrival gives the same state: urgent entries may
overtake, and parts that come late (a new member's, a slow partner's) are folded in where they belong. A
member speaks about its own notices alone; what it says about others' is kept under its own name.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from math import inf
from operator import itemgetter
from typing import TypeVar, assert_never

import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.notices.conduct import Conduct
from evenhand.notices.model import (
    DocumentNotice,
    ErasureOrder,
    Flag,
    Link,
    Message,
    MonthlyFigures,
    Notice,
    NoticeRef,
    Outcome,
    PersonNotice,
    Receipt,
    Record,
    RedressNumber,
    Retraction,
    Sighting,
    StatusChange,
)

Said = TypeVar("Said", Flag, Link, RedressNumber, MonthlyFigures)


class Version(msgspec.Struct, array_like=True):
    """One published version: where it stands in the ledger, when it was said, and its `match` text."""

    index: int
    time_ms: int
    number: int
    text: bytes
    valid_from_ms: int
    expires_ms: int
    detail: bool
    """Whether the detail part was released to us."""
    source: tuple[str, str] | None = None
    """Source list and entry id, so that an import finds what it published before."""


class Held(msgspec.Struct, array_like=True):
    """A notice and its life; `retracted` is (index, instant) of the withdrawal."""

    originator: str
    notice_id: str
    versions: list[Version]
    retracted: tuple[int, int] | None = None
    erased: bool = False
    statuses: list[tuple[int, int, str]] = []
    """(index, instant, SUSPENDED, BLOCKED or STANDING) as the originator said them, in order of index."""
    outcomes: dict[str, tuple[int, int, Outcome]] = {}
    """The last (index, instant, outcome of redress) that another member decided, by that member."""
    emptied: set[int] = set()
    """The entries that erasures emptied: whom they were for outlives what they said."""
    erased_ms: int = 0
    """When the latest of those erasures was ordered."""
    outdated: list[tuple[int, int, int]] = []
    """(index, instant, number) of each word that the versions up to a number stand for nobody, in order of index."""

    @property
    def key(self) -> str:
        """`NoticeRef.key` of this notice."""
        return f"{self.originator}:{self.notice_id}"

    @property
    def latest(self) -> Version | None:
        """The version in force, if any is held."""
        return self.versions[-1] if self.versions else None

    @property
    def status(self) -> str:
        """What the originator says of the version in force: SUSPENDED, BLOCKED or STANDING."""
        return self.status_of(self.versions[-1].number if self.versions else 0)

    def status_of(self, number: int, *, at_ms: float = inf) -> str:
        """What the originator said of a version until an instant. An outdated one stays so, whatever is said after."""
        if any(said_ms <= at_ms and number <= last for _, said_ms, last in self.outdated):
            return "SUSPENDED"
        return next((status for _, said_ms, status in reversed(self.statuses) if said_ms <= at_ms), "STANDING")


class Told(msgspec.Struct, frozen=True):
    """One record with its place. `text` is the exact bytes of the `match` part."""

    originator: str
    index: int
    time_ms: int
    record: Record
    text: bytes
    detail: bool = False

    def __repr__(self) -> str:
        """Name the entry and not what it says: this may end in a log."""
        return f"Told({self.originator}/{self.index})"


@dataclass
class Effects:
    """What folding some records asks the room above to do."""

    changed: set[str] = field(default_factory=set)
    """Keys whose entry in the matcher must be brought up to date."""
    erase: list[tuple[str, int]] = field(default_factory=list)
    """Entries (originator, index) whose parts must go."""
    to_receipt: list[tuple[str, int, str]] = field(default_factory=list)
    """Orders (originator, index, act) of others that were carried out here."""


class Ledgerfold(msgspec.Struct, array_like=True):
    """What one member's ledger says; whatever can be said again keeps the index at which it was said last."""

    notices: MutableMapping[str, Held] = msgspec.field(default_factory=dict)
    flags: dict[str, tuple[int, Flag]] = {}
    links: dict[str, tuple[int, Link]] = {}
    sightings: dict[int, Sighting] = {}
    receipts: dict[str, Receipt] = {}
    orders: dict[int, str] = {}
    """Index of every retraction and erasure, and which it is (`withdrawn`, `erased`)."""
    number_words: dict[str, dict[int, RedressNumber]] = {}
    """All that was said of each redress number, by index: an erased word leaves the word before it standing."""
    messages: dict[int, tuple[int, Message]] = {}
    """Index of every message we may read: its instant and what it says."""
    gone: set[int] = set()
    """Entries whose erasure was ordered: what they said is not taken in again."""
    conduct: dict[int, tuple[int, Conduct]] = {}
    """Index of every step about a finding: its instant and what it says."""
    figures: dict[str, tuple[int, MonthlyFigures]] = {}
    """By month."""
    ruled: set[str] = set()
    """Keys of others' notices on which this member decided redress."""

    @property
    def numbers(self) -> dict[str, tuple[int, RedressNumber]]:
        """By redress number: where it was said last, and what."""
        return {number: max(words.items(), key=itemgetter(0)) for number, words in self.number_words.items()}


class Fold:
    """Every member's ledger, folded."""

    def __init__(self) -> None:
        self.ledgers: dict[str, Ledgerfold] = {}

    def ledger(self, code: str) -> Ledgerfold:
        """Return what a member's ledger says, empty at first."""
        found = self.ledgers.get(code)
        if found is None:
            found = self.ledgers[code] = Ledgerfold()
        return found

    def notice(self, ref: NoticeRef) -> Held | None:
        """Return a notice by reference."""
        return self.ledger(ref.originator).notices.get(ref.notice_id)

    def apply(self, told: Told, effects: Effects) -> None:  # noqa: C901, PLR0912 - one case for each kind of record
        """Fold one record in; the same record twice changes nothing more."""
        ledger, record = self.ledger(told.originator), told.record
        match record:
            case PersonNotice() | DocumentNotice():
                _publish(ledger, told, record, effects)
            case Retraction():
                _retract(ledger, told, record.notice_id, effects)
            case ErasureOrder():
                _erase(ledger, told, record, effects)
            case Flag():
                _say(ledger.flags, record.notice.key, told.index, record)
            case Link():
                _say(ledger.links, f"{record.first.key}|{record.second.key}", told.index, record)
            case Sighting():
                ledger.sightings[told.index] = record
            case StatusChange():
                _change(ledger, told, record, effects)
            case Outcome():
                self._decide(told, record, effects)
            case RedressNumber():
                if told.index not in ledger.gone:
                    ledger.number_words.setdefault(record.number, {})[told.index] = record
            case Message():
                if told.index not in ledger.gone:
                    ledger.messages[told.index] = (told.time_ms, record)
            case Conduct():
                ledger.conduct[told.index] = (told.time_ms, record)
            case MonthlyFigures():
                _say(ledger.figures, record.month, told.index, record)
            case Receipt():
                ledger.receipts.setdefault(f"{record.originator}:{record.index}:{record.act}", record)
            case _:
                assert_never(record)

    def _decide(self, told: Told, record: Outcome, effects: Effects) -> None:
        """Keep an outcome with the notice; nobody decides on redress against itself (rule O-01)."""
        if told.originator == record.notice.originator:
            return
        held = _held(self.ledger(record.notice.originator), record.notice.originator, record.notice.notice_id)
        self.ledger(told.originator).ruled.add(held.key)
        known = held.outcomes.get(told.originator)
        if known is None or told.index > known[0]:
            held.outcomes[told.originator] = (told.index, told.time_ms, record)
        effects.changed.add(held.key)


def _held(ledger: Ledgerfold, originator: str, notice_id: str) -> Held:
    found = ledger.notices.get(notice_id)
    if found is None:
        found = ledger.notices[notice_id] = Held(originator, notice_id, [])
    return found


def _say(said: dict[str, tuple[int, Said]], about: str, index: int, record: Said) -> None:
    """Keep what was said last, by place in the ledger."""
    known = said.get(about)
    if known is None or index > known[0]:
        said[about] = (index, record)


def _publish(ledger: Ledgerfold, told: Told, record: Notice, effects: Effects) -> None:
    held = _held(ledger, told.originator, record.notice_id)
    # A retraction that overtook this version stands: withdrawal outruns publication.
    effects.changed.add(held.key)
    if held.erased:
        return
    version = Version(
        index=told.index, time_ms=told.time_ms, number=record.version, text=told.text,
        valid_from_ms=parse_ms(record.valid_from), expires_ms=parse_ms(record.expires), detail=told.detail,
        source=None if record.source is None else (record.source.list, record.source.entry_id),
    )  # fmt: skip
    if not held.versions:
        held.versions.append(version)
        return
    # A version number is used once: the first entry that used it counts, in whatever order they became known.
    numbered = {one.number: one for one in held.versions}
    first = numbered.get(version.number, version)
    numbered[version.number] = version if version.index <= first.index else first
    held.versions[:] = [numbered[number] for number in sorted(numbered)]


def _retract(ledger: Ledgerfold, told: Told, notice_id: str, effects: Effects) -> None:
    held = _held(ledger, told.originator, notice_id)
    _order(ledger, told, "withdrawn", effects)
    _withdraw(held, told)
    effects.changed.add(held.key)


def _change(ledger: Ledgerfold, told: Told, record: StatusChange, effects: Effects) -> None:
    held = _held(ledger, told.originator, record.notice_id)
    if record.up_to:
        held.outdated = sorted({*held.outdated, (told.index, told.time_ms, record.up_to)})
    else:
        held.statuses = sorted({*held.statuses, (told.index, told.time_ms, record.status)})
    effects.changed.add(held.key)


def _erase(ledger: Ledgerfold, told: Told, record: ErasureOrder, effects: Effects) -> None:
    held = _held(ledger, told.originator, record.notice_id)
    _order(ledger, told, "erased", effects)
    _withdraw(held, told)
    held.erased = True
    held.versions.clear()
    effects.changed.add(held.key)
    # An order reaches back only: the author cannot empty entries it has yet to write.
    past = {index for index in record.entries if index < told.index}
    held.emptied |= past
    held.erased_ms = max(held.erased_ms, told.time_ms)
    effects.erase += [(told.originator, index) for index in sorted(past)]
    ledger.gone |= past
    for index in past & ledger.messages.keys():
        del ledger.messages[index]
    for number, words in list(ledger.number_words.items()):
        for index in past & words.keys():
            del words[index]
        if not words:
            del ledger.number_words[number]


def _order(ledger: Ledgerfold, told: Told, act: str, effects: Effects) -> None:
    if told.index not in ledger.orders:
        ledger.orders[told.index] = act
        effects.to_receipt.append((told.originator, told.index, act))


def _withdraw(held: Held, told: Told) -> None:
    if held.retracted is None or told.index < held.retracted[0]:
        held.retracted = (told.index, told.time_ms)
