"""The watchlist at work: entries in, notices and keys out; the same path live and at start.

Knows:    the fold, the keyring, what is missing or withheld, which words wait for it, which orders await a receipt.
Told:     arrivals from the ledgers, before they are written.
Answers:  rows to write with them; afterwards, which notices changed.
Trusted:  yes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evenhand.exchange.ledgers import Arrival
from evenhand.ground.errors import InputError
from evenhand.ground.store import Batch
from evenhand.ledger.envelope import Envelope
from evenhand.ledger.log import part_row
from evenhand.notices.model import StatusChange, forget_records
from evenhand.watchlist.fold import Effects, Fold, Told
from evenhand.watchlist.keyring import AudienceKey, Grant, Keyring
from evenhand.watchlist.opening import OPEN, audience_of, open_entry


class Watchlist:
    """What this member knows, folded from every ledger it holds."""

    def __init__(self, own: str, keyring: Keyring) -> None:
        self._own = own
        self.keyring = keyring
        self.fold = Fold()
        self.missing: dict[str, set[int]] = {}
        self.unkeyed: dict[str, set[int]] = {}
        """Of the missing, those that hold keys: what came after them may be for us."""
        self.taken: dict[str, int] = {}
        """How many entries of each ledger were taken in their turn."""
        self.waiting: dict[str, set[int]] = {}
        """Words about older versions, told while the version before them may yet be for us: to be opened again."""
        self.erased: dict[str, set[int]] = {}
        self.damaged: Batch = {}
        """Rows of stored parts that rotted: to be removed, then fetched again."""
        self.faults: dict[str, list[tuple[int, str]]] = {}
        self.sealed_under: dict[AudienceKey, list[int]] = {}
        """Entries by the key of their match part: what is not released to whom, and what a late key opens."""
        self.detail_under: dict[AudienceKey, list[int]] = {}
        """Entries by the key of their detail part, for a late key opens these too."""
        self.ahead_under: dict[AudienceKey, set[int]] = {}
        """Entries ahead of their turn by the key that we lacked for them: for a late key too."""
        self.given: dict[AudienceKey, dict[str, int]] = {}
        """By key and reader the first entry of keys that gave it: what is before that opened to the reader there."""
        self.pending_receipts: set[tuple[str, int, str]] = set()
        self.fresh_grants: list[tuple[str, Grant]] = []
        self.late: dict[str, set[int]] = {}
        """Entries held before their key came: to be opened now."""
        self.scrub_due = False
        """Parts were deleted: leave no byte of them in any file."""

    def take(self, arrival: Arrival) -> tuple[Batch, set[str]]:
        """Fold an arrival in; return rows that belong in its transaction and the keys that changed."""
        effects = Effects()
        for envelope in arrival.envelopes:
            if arrival.express:  # it comes again in its turn, and is counted then
                self._count_ahead(envelope)
            else:
                self._count(envelope)
                self._pass(arrival.ledger, envelope.index)
            self._take_entry(envelope, arrival.parts, effects)
        return self._settle(effects) | self._never_again(arrival.envelopes), effects.changed

    def _never_again(self, envelopes: Iterable[Envelope]) -> Batch:
        """Return rows that keep out parts whose erasure was ordered before they came."""
        return {
            part_row(one.originator, one.index, header.name): None
            for one in envelopes
            if one.index in self.erased.get(one.originator, ())
            for header in one.parts
        }

    def erasures(self) -> Iterator[bytes]:
        """Yield the rows that no order leaves standing: a store that has one of them lost power before it obeyed."""
        for code, indexes in self.erased.items():
            for index in indexes:
                yield from (part_row(code, index, name) for name in ("match", "detail"))

    def unerased(self, code: str, parts: Mapping[tuple[int, str], bytes]) -> dict[tuple[int, str], bytes]:
        """Return parts that may still be written: an order may have come while they were asked for."""
        erased = self.erased.get(code, ())
        return {place: sealed for place, sealed in parts.items() if place[0] not in erased}

    def _take_entry(
        self, envelope: Envelope, parts: Mapping[tuple[int, str], bytes], effects: Effects
    ) -> None:
        code, index = envelope.originator, envelope.index
        opened = open_entry(envelope, parts, self.keyring)
        if opened.missing and index not in self.erased.get(code, ()):
            self.missing.setdefault(code, set()).add(index)
            if any(header.audience == OPEN for header in envelope.parts):
                self.unkeyed.setdefault(code, set()).add(index)
        elif index in self.missing.get(code, ()):
            self.missing[code].discard(index)
            self.unkeyed.get(code, set()).discard(index)
            self.late.setdefault(code, set()).update(self.waiting.pop(code, ()))
        self.damaged.update({part_row(code, index, name): None for name in opened.damaged})
        if opened.fault:
            self.faults.setdefault(code, []).append((index, opened.fault))
        if opened.keys is not None:
            self._take_keys(code, index, opened.keys)
        if opened.told is None:
            return
        if isinstance(opened.told.record, StatusChange) and opened.told.record.up_to and self._must_wait(opened.told):
            self.waiting.setdefault(code, set()).add(index)
        else:
            self.waiting.get(code, set()).discard(index)
            self.fold.apply(opened.told, effects)

    def _must_wait(self, word: Told) -> bool:
        """Say whether the version before a word about older ones may be for us, and its text on the way.

        Whoever is left out has no key of that version and heeds the word; whoever has one goes by the older version
        until the new one is here, as after any correction. Without keys that came before, nobody can tell.
        """
        code, before = word.originator, word.index - 1
        if before in self.late.get(code, ()):  # its key came a moment ago: both are opened then, in their order
            self.late[code].add(word.index)
            return True
        is_here = before < self.taken.get(code, 0) and before not in self.missing.get(code, ())
        return not is_here or any(index < before for index in self.unkeyed.get(code, ()))

    def _count(self, envelope: Envelope) -> None:
        for header in envelope.parts:
            if header.audience != OPEN:
                under = self.sealed_under if header.name == "match" else self.detail_under
                under.setdefault(audience_of(envelope, header), []).append(envelope.index)

    def _count_ahead(self, envelope: Envelope) -> None:
        for header in envelope.parts:
            name = audience_of(envelope, header)
            if header.audience != OPEN and self.keyring.key(name) is None:
                self.ahead_under.setdefault(name, set()).add(envelope.index)

    def _pass(self, code: str, index: int) -> None:
        self.taken[code] = index + 1
        if index + 1 in self.waiting.get(code, ()):  # a word that overtook, and the version before it has come
            self.late.setdefault(code, set()).add(index + 1)

    def _settle(self, effects: Effects) -> Batch:
        rows: Batch = {}
        if effects.erase:
            self.scrub_due = True
            forget_records()
        for code, index in effects.erase:
            rows.update({part_row(code, index, name): None for name in ("match", "detail")})
            self.erased.setdefault(code, set()).add(index)
            self.missing.get(code, set()).discard(index)
        own = self.fold.ledger(self._own).receipts
        for originator, index, act in effects.to_receipt:
            if originator != self._own and f"{originator}:{index}:{act}" not in own:
                self.pending_receipts.add((originator, index, act))
        self.pending_receipts -= (
            {(receipt.originator, receipt.index, receipt.act) for receipt in own.values()}
            if self.pending_receipts
            else set()
        )
        return rows

    def _take_keys(self, code: str, index: int, part: bytes) -> None:
        known = {name for name in (*self.sealed_under, *self.detail_under) if self.keyring.key(name) is not None}
        try:
            grants = self.keyring.take(code, part)
        except InputError as error:
            # The originator's fault, not the carrier's: what follows in this ledger must still come in.
            self.faults.setdefault(code, []).append((index, error.what))
            return
        for grant in grants:
            self.fresh_grants.append((code, grant))
            name = (code, grant.audience, grant.epoch)
            given = self.given.setdefault(name, {})
            for reader in (self._own, *grant.readers):
                given[reader] = min(index, given.get(reader, index))
            if name in self.ahead_under:
                self.late.setdefault(code, set()).update(self.ahead_under.pop(name))
            for under in (self.sealed_under, self.detail_under):
                if name not in known and name in under:
                    self.late.setdefault(code, set()).update(under[name])

    def take_late(
        self, envelopes: Sequence[Envelope], parts: Mapping[tuple[int, str], bytes]
    ) -> tuple[Batch, set[str]]:
        """Fold in entries counted before, whose keys or parts came only now; returns as `take`."""
        effects = Effects()
        for envelope in envelopes:
            self._take_entry(envelope, parts, effects)
        return self._settle(effects) | self._never_again(envelopes), effects.changed

    def first_given(self, code: str, index: int, reader: str) -> list[AudienceKey]:
        """Return the keys that this entry was the first to give a reader, as far as we know."""
        return [name for name, given in self.given.items() if name[0] == code and given.get(reader) == index]

    def sealed(self, names: Iterable[AudienceKey], start: int, stop: int, *, most: int) -> list[int]:
        """Return the first `most` of the entries start..stop-1 that have a part under one of some keys, in order."""
        found: set[int] = set()
        for name in names:
            for held in (self.sealed_under.get(name, []), self.detail_under.get(name, [])):
                first = bisect_left(held, start)
                found.update(held[first : min(first + most, bisect_left(held, stop))])
        return sorted(found)[:most]

    def withheld(self, code: str, reader: str) -> int:
        """Count entries of a ledger, held here, whose match part `reader` cannot open as far as we know."""
        return sum(
            len(indexes) for name, indexes in self.sealed_under.items()
            if name[0] == code and not self._can_read(reader, name)
        )  # fmt: skip

    def _can_read(self, reader: str, name: AudienceKey) -> bool:
        if reader == self._own:
            return self.keyring.key(name) is not None
        return self.keyring.may_read(reader, name) or (
            # An audience we are not in ourselves says nothing about others.
            self.keyring.key(name) is None
        )
