"""What the ledgers tell whoever reads them forward: each record once it can be opened, however late that is.

Knows:    entries of every ledger, which of them are open to this member, and which keys others were given.
Told:     places that a reader keeps: how far it is in each ledger, in what keys opened, and among parts that came late.
Answers:  changes, and with each the places after it; a reader may stop at any of them, and go on there.
Trusted:  yes, as `notice show`.

A ledger grows at its end alone, but what stands in it may open later: a member that joined is given the keys of earlier
entries, and parts come when somebody sends them. Keys are an entry themselves: behind the first that gives a key to the
reader comes what lies before it under that key. Parts are no entry: they are read in the order in which they came here.
A change may be told twice, and never less than once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from evenhand.exchange.feed import envelope_of
from evenhand.exchange.late import LOT_ENTRIES_MAX
from evenhand.ground.errors import EvenhandError
from evenhand.ledger.envelope import Envelope
from evenhand.node.member import Member
from evenhand.notices.model import (
    DocumentNotice,
    Flag,
    Link,
    Outcome,
    PersonNotice,
    Record,
    Sighting,
)
from evenhand.watchlist.keyring import AudienceKey
from evenhand.watchlist.opening import OPEN, audience_of, open_entry

LATE: Final = "late"
"""The place among late parts, an instant in microseconds; every other name is a ledger's code."""
_KEYS: Final = "/keys"
"""Behind a code: how far the entries are told that were opened by the keys at the place in that ledger."""
_ENTRIES: Final = LOT_ENTRIES_MAX
"""Entries in one turn: it holds up the node's loop for some ten milliseconds."""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record of a ledger. `kind` is as in the record; `notice` what it is about, where it is about one.

    `overtaking` says that it comes before its turn, `late` that its entry was passed before it could be opened.
    """

    ledger: str
    entry: int
    at: str
    kind: str
    notice: str = ""
    version: int = 0
    overtaking: bool = False
    late: bool = False


def places_now(member: Member) -> dict[str, int]:
    """Return the places of a reader who has been told everything."""
    sizes = {code: member.ledgers.log(code).size for code in member.ledgers.codes()}
    return sizes | {LATE: member.ledgers.late.last_us}


def ledger_of(place: str) -> str:
    """Return the code of the ledger in which a place is; empty for the one among late parts."""
    return "" if place == LATE else place.removesuffix(_KEYS)


class Reading:
    """One reader's way through every ledger. `places` move on with each change that is taken from a turn."""

    def __init__(self, member: Member, places: dict[str, int], reader: str = "") -> None:
        self._member, self._reader, self.places = member, reader or member.code, places
        self._overtook: set[tuple[str, int]] = set()
        self._begun: dict[str, int] = {}
        """Where this way began in each ledger: what of the entries before was closed then, nobody remembers."""
        self._closed: set[AudienceKey] = set()
        """Keys that were wanted on this way, and not there."""
        if LATE in places:
            self._begun = dict(places)
        else:  # as an earlier edition kept them, which lost what came late: tell everything
            self.begin_again()

    def begin_again(self) -> None:
        """Go back to the beginning of every ledger."""
        self.places.clear()
        self.places[LATE] = self._member.ledgers.late.last_us  # whatever came is there when its turn comes
        self._begun.clear()
        self._closed.clear()

    def has_come_to(self, places: Mapping[str, int]) -> bool:
        """Say whether everything up to some places has been read."""
        return all(self.places.get(name, 0) >= place for name, place in places.items())

    def turn(self) -> Iterator[Change]:
        """Yield what some hundred entries tell, moving the places on."""
        codes = self._member.ledgers.codes()
        yield from self._overtaking(codes)
        yield from self._late()
        behind = [code for code in codes if self.places.get(code, 0) < self._member.ledgers.log(code).size]
        for code in behind:  # each has its share: an import into one of them must not keep the others waiting
            yield from self._in_turn(code, max(1, _ENTRIES // len(behind)))

    def _overtaking(self, codes: Iterable[str]) -> Iterator[Change]:
        ledgers = self._member.ledgers
        for code in codes:
            for index in sorted(ledgers.express.get(code, ())):
                if index >= self.places.get(code, 0) and (code, index) not in self._overtook:
                    waiting = ledgers.express[code].get(index)
                    if waiting is None:
                        continue  # while others were told its turn has come
                    self._overtook.add((code, index))
                    parts = {(index, name): data for name, data in waiting.parts}
                    change = self._read(code, waiting.leaf, parts)[1]
                    if change is not None:
                        yield msgspec.structs.replace(change, overtaking=True)

    def _late(self) -> Iterator[Change]:
        """Yield what the next lot of late parts opened."""
        lot = next(self._member.ledgers.late.after(self.places[LATE]), None)
        if lot is None:
            return
        came_us, code, indexes = lot
        told: list[Change] = []
        for index in indexes:
            if index >= self.places.get(code, 0):
                continue  # it comes in its turn
            if index >= self._member.ledgers.log(code).size:
                self._go_back(code, index)  # the ledger was damaged, and is fetched again
                continue
            envelope, change = self._read_again(code, index)
            if envelope is not None and _gives_keys(envelope):
                self._go_back(code, index)  # everything behind it may have waited for it
            elif change is not None:
                told.append(change)
        yield from told[:-1]
        self.places[LATE] = came_us  # with the last: whoever stops at one before hears all of them again
        yield from told[-1:]

    def _go_back(self, code: str, index: int) -> None:
        self.places[code] = index
        self.places.pop(code + _KEYS, None)

    def _in_turn(self, code: str, most: int) -> Iterator[Change]:
        log, start = self._member.ledgers.log(code), self.places.get(code, 0)
        stop = min(log.size, start + most)
        if start >= stop:
            return
        parts = log.parts(start, stop)
        for index, leaf in enumerate(log.entries(start, stop), start):
            envelope, change = self._read(code, leaf, parts)
            if envelope is not None and _gives_keys(envelope):
                is_all = yield from self._opened_by(code, index, most)
                if not is_all:
                    return  # another turn goes on with it
            self.places[code] = index + 1
            self._overtook.discard((code, index))
            if envelope is not None:
                self._closed.update(self._missed(envelope))
            if change is not None:
                yield change

    def _opened_by(self, code: str, index: int, most: int) -> Generator[Change, None, bool]:
        """Yield up to `most` of what an entry of keys opened before it; return whether that was the last of it."""
        watchlist, place = self._member.watchlist, code + _KEYS
        names, start = watchlist.first_given(code, index, self._reader), self.places.get(place, 0)
        missed = [name for name in names if name in self._closed]
        others = [name for name in names if name not in self._closed]  # on this way they were there at once
        found = watchlist.sealed(missed, start, index, most=most)
        found += watchlist.sealed(others, start, min(index, self._begun.get(code, 0)), most=most)
        found = sorted(set(found))[:most]
        for one in found:
            change = self._read_again(code, one)[1]
            self.places[place] = one + 1
            if change is not None:
                yield change
        if len(found) == most:
            return False
        self.places.pop(place, None)
        return True

    def _read_again(self, code: str, index: int) -> tuple[Envelope | None, Change | None]:
        """Read an entry that was passed before."""
        log = self._member.ledgers.log(code)
        envelope, change = self._read(code, log.entries(index, index + 1)[0], log.parts(index, index + 1))
        return envelope, None if change is None else msgspec.structs.replace(change, late=True)

    def _read(
        self, code: str, leaf: bytes, parts: Mapping[tuple[int, str], bytes]
    ) -> tuple[Envelope | None, Change | None]:
        """Return an entry's envelope, and what it tells; none where it cannot be read, or is sealed to others."""
        try:
            envelope = envelope_of(leaf)
            opened = open_entry(envelope, parts, self._member.watchlist.keyring)
        except EvenhandError:
            return None, None  # damaged here: the node fetches it again, and `doctor` names it
        if opened.told is None:
            return envelope, None
        record = opened.told.record
        change = Change(
            ledger=code, entry=envelope.index, at=envelope.time, kind=str(record.__struct_config__.tag),
            notice=_about(code, record),
            version=record.version if isinstance(record, PersonNotice | DocumentNotice) else 0,
        )  # fmt: skip
        return envelope, change

    def _missed(self, envelope: Envelope) -> Iterator[AudienceKey]:
        """Yield the keys of an entry that the reader has not."""
        keyring, own = self._member.watchlist.keyring, self._reader == self._member.code
        for header in envelope.parts:
            name = audience_of(envelope, header)
            has = keyring.key(name) is not None if own else keyring.may_read(self._reader, name)
            if header.audience != OPEN and not has:
                yield name


def _gives_keys(envelope: Envelope) -> bool:
    return any(header.audience == OPEN for header in envelope.parts)


def _about(code: str, record: Record) -> str:
    if isinstance(record, Flag | Sighting | Outcome):
        return record.notice.key
    if isinstance(record, Link):
        return record.first.key
    notice_id = getattr(record, "notice_id", "")
    return f"{code}:{notice_id}" if notice_id else ""
