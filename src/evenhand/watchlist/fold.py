"""The fold: verified records in ledger order become what is true when.

Knows:    notices with their versions, retractions, flags, links, sightings, receipts, erasures.
Told:     one opened record at a time, each with its place and time.
Answers:  which notices changed, which parts to delete, which orders to receipt.
Trusted:  yes: every member folds the same records to the same state, in whatever order ledgers interleave.

Order matters within one ledger only: a member can speak about its own notices alone, and what it says
about others' (flags, links, sightings, receipts) is kept under its own name. So any interleaving of
ledgers gives the same state, and one ledger can be folded afresh without the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.notices.model import (
    DocumentNotice,
    ErasureOrder,
    Flag,
    Link,
    Notice,
    NoticeRef,
    PersonNotice,
    Receipt,
    Record,
    Retraction,
    Sighting,
)


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

    @property
    def key(self) -> str:
        """`NoticeRef.key` of this notice."""
        return f"{self.originator}:{self.notice_id}"

    @property
    def latest(self) -> Version | None:
        """The version in force, if any is held."""
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True)
class Told:
    """One record with its place. `text` is the exact bytes of the `match` part."""

    originator: str
    index: int
    time_ms: int
    record: Record
    text: bytes = field(repr=False)
    detail: bool = False


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
    """What one member's ledger says."""

    notices: dict[str, Held] = {}
    flags: dict[str, Flag] = {}
    links: dict[str, Link] = {}
    sightings: list[tuple[int, Sighting]] = []
    receipts: dict[str, Receipt] = {}
    orders: list[tuple[int, str]] = []
    """(index, act) of every retraction and erasure."""
    refused: list[tuple[int, str]] = []
    """Entries that said something their author may not say, and why."""


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

    def apply(self, told: Told, effects: Effects) -> None:
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
                ledger.flags[record.notice.key] = record
            case Link():
                ledger.links[f"{record.first.key}|{record.second.key}"] = record
            case Sighting():
                if all(index != told.index for index, _ in ledger.sightings):
                    ledger.sightings.append((told.index, record))
            case Receipt():
                ledger.receipts[f"{record.originator}:{record.index}:{record.act}"] = record
            case _:
                assert_never(record)


def _held(ledger: Ledgerfold, originator: str, notice_id: str) -> Held:
    found = ledger.notices.get(notice_id)
    if found is None:
        found = ledger.notices[notice_id] = Held(originator, notice_id, [])
    return found


def _publish(ledger: Ledgerfold, told: Told, record: Notice, effects: Effects) -> None:
    held = _held(ledger, told.originator, record.notice_id)
    if any(version.index == told.index for version in held.versions):
        return
    latest = held.latest
    if latest is not None and record.version <= latest.number:
        ledger.refused.append((told.index, f"version {record.version} does not follow {latest.number}"))
        return
    source = None if record.source is None else (record.source.list, record.source.entry_id)
    if not held.erased:
        held.versions.append(
            Version(
                index=told.index, time_ms=told.time_ms, number=record.version, text=told.text,
                valid_from_ms=parse_ms(record.valid_from), expires_ms=parse_ms(record.expires),
                detail=told.detail, source=source,
            )
        )  # fmt: skip
    # A retraction that overtook this version stands: withdrawal outruns publication.
    effects.changed.add(held.key)


def _retract(ledger: Ledgerfold, told: Told, notice_id: str, effects: Effects) -> None:
    held = _held(ledger, told.originator, notice_id)
    if all(index != told.index for index, _ in ledger.orders):
        ledger.orders.append((told.index, "withdrawn"))
        effects.to_receipt.append((told.originator, told.index, "withdrawn"))
    if held.retracted is None:
        held.retracted = (told.index, told.time_ms)
    effects.changed.add(held.key)


def _erase(ledger: Ledgerfold, told: Told, record: ErasureOrder, effects: Effects) -> None:
    held = _held(ledger, told.originator, record.notice_id)
    if all(index != told.index for index, _ in ledger.orders):
        ledger.orders.append((told.index, "erased"))
        effects.to_receipt.append((told.originator, told.index, "erased"))
    held.erased = True
    if held.retracted is None:
        held.retracted = (told.index, told.time_ms)
    held.versions.clear()
    effects.changed.add(held.key)
    # An order reaches back only: the author cannot empty entries it has yet to write.
    effects.erase += [(told.originator, index) for index in record.entries if index < told.index]
