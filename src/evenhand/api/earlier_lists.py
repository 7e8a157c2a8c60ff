"""Earlier lists of a flight: whether a closure that names travellers by references alone speaks of people answered.

Knows:    of the lists of the last week, codes of the references of everyone who was answered; no name or reference.
Told:     a list with the verdicts on it; later, a closure.
Answers:  which of those it refers to were on no list that was answered.
Trusted:  yes: who boards without ever having been screened is told to the carrier.

What was screened is deleted within a day, and what stays is a commitment (PROCEDURE section 5): the codes can be
computed by this node alone, and say nothing without the message that holds the references.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from evenhand.ground.clock import Clock
from evenhand.ground.limits import CARRIER_LISTS_SECONDS
from evenhand.ground.store import Batch, Store
from evenhand.interop.carriers.flights import Listed, NotScreened, Referred, TravellerList

_TITLE: Final = b"evenhand/earlier-lists/v1\n"
_BY_FLIGHT: Final = b"carrier/list/v1/flight/"
_BY_TIME: Final = b"carrier/list/v1/time/"
_CODE: Final = 12
"""Bytes of a code: among a week of a member's travellers no two are alike by chance."""
_ROW: Final = 4 * _CODE
_TIME: Final = 8


class EarlierLists:
    """Remembers whom lists were answered for."""

    def __init__(self, store: Store, clock: Clock, *, key: bytes) -> None:
        """`key` is the node's storage key."""
        self._store = store
        self._clock = clock
        self._keyed = hashlib.blake2b(key=hmac.digest(key, _TITLE, "sha256"), digest_size=_CODE)

    def keep(self, flight: TravellerList, answered: Collection[int]) -> None:
        """Remember who of a list was answered: the segments that have a verdict. Durable on return."""
        people: list[Listed | NotScreened] = [*flight.travellers, *flight.not_screened]
        rows = b"".join(
            self._row(one) for one in people
            if one.segment in answered and (one.booking or one.reference)
        )  # fmt: skip
        now = self._clock.now_ms()
        batch = self._old(now)
        if rows:
            place = self._flight(flight) + hashlib.sha256(rows).digest()[:_CODE]
            at = now.to_bytes(_TIME, "big")
            batch |= {_BY_FLIGHT + place: at + rows, _BY_TIME + at + place: b""}
        if batch:
            self._store.apply(batch)

    def unheard(self, flight: TravellerList) -> tuple[Referred, ...]:
        """Return those whom a closure refers to, and no answered list of this flight and day names.

        A traveller stands for one reference: three of a booking are not known by the two of them who were listed.
        """
        held = _BY_FLIGHT + self._flight(flight)
        known: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for _, kept in self._store.scan(held, held + b"\xff" * (_CODE + 1)):
            for start in range(_TIME, len(kept), _ROW):
                who, *codes = (kept[at : at + _CODE] for at in range(start, start + _ROW, _CODE))
                for code in codes:
                    known[code].add(who)
        taken: set[bytes] = set()
        found: list[Referred] = []
        for one in sorted(flight.referred, key=lambda each: not (each.booking and each.reference)):
            free = next((left for code in self._asked(one) if (left := known[code] - taken)), None)
            if free is None:
                found.append(one)
            else:
                taken.add(min(free))
        return tuple(sorted(found, key=lambda each: each.segment))

    def _row(self, one: Listed | NotScreened) -> bytes:
        """Return the codes of who it is, and of each way to refer to them. Without both references the name helps."""
        booking, reference, said = one.booking, one.reference, ""
        if one.traveller is not None and not (booking and reference):
            said = f"{[name.text for name in one.traveller.names]} {one.traveller.birth_date}"
        return (
            self._code("who", booking, reference, said) + self._code("both", booking, reference)
            + self._code("booking", booking) + self._code("reference", reference)
        )  # fmt: skip

    def _asked(self, one: Referred) -> list[bytes]:
        """Return the codes by which a reference is looked up, the best first: a list may have told less than it."""
        if not one.reference:
            return [self._code("booking", one.booking)]
        if not one.booking:
            return [self._code("reference", one.reference)]
        pairs = (one.booking, one.reference), (one.booking, ""), ("", one.reference)
        return [self._code("both", *pair) for pair in pairs]

    def _old(self, now: int) -> Batch:
        """Return what deletes the lists of more than a week ago."""
        batch: Batch = {}
        until = max(0, now - CARRIER_LISTS_SECONDS * 1000)
        for key, _ in self._store.scan(_BY_TIME, _BY_TIME + until.to_bytes(_TIME, "big")):
            batch[key] = None
            at, place = key[len(_BY_TIME) :][:_TIME], _BY_FLIGHT + key[len(_BY_TIME) + _TIME :]
            if (self._store.get(place) or b"").startswith(at):  # not sent again since
                batch[place] = None
        return batch

    def _flight(self, flight: TravellerList) -> bytes:
        """Return the code of a flight on its day; it may leave at another hour than was planned."""
        return self._code("flight", flight.flight, flight.departs_from, flight.departs_at[:10])

    def _code(self, *words: str) -> bytes:
        code = self._keyed.copy()
        code.update("".join([f"{len(word)}:{word}" for word in words]).encode())
        return code.digest()
