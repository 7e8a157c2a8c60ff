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
from collections import Counter
from collections.abc import Collection
from typing import Final

from evenhand.ground.clock import Clock
from evenhand.ground.limits import CARRIER_LISTS_SECONDS
from evenhand.ground.store import Batch, Store
from evenhand.interop.carriers.flights import Listed, NotScreened, Referred, TravellerList

_TITLE: Final = b"evenhand/earlier-lists/v2\n"
_BY_FLIGHT: Final = b"carrier/list/v2/flight/"
_BY_TIME: Final = b"carrier/list/v2/time/"
_CODE: Final = 12
"""Bytes of a code: among a week of a member's travellers no two are alike by chance."""
_NONE: Final = bytes(_CODE)
"""Stands where a traveller has no booking, or no reference."""
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
            code for one in people if one.segment in answered and (one.booking or one.reference)
            for code in self._codes(one)
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

        A traveller stands for one reference: three of a booking are not known by the two of them who were listed. A
        list sent again, with names corrected or references added, lists nobody more.
        """
        known, bookings = self._known(flight)
        used: Counter[bytes] = Counter()

        def is_left(code: bytes) -> bool:
            return known[code] > used[code]

        found: list[Referred] = []
        for one in sorted(flight.referred, key=_vagueness):
            both, booking, reference = self._codes(one)
            if one.booking and one.reference:
                loose = bool(known[self._code("both", one.booking, "")]) and is_left(booking)
                is_known = is_left(both) or loose
                if not is_known and known[self._code("both", "", one.reference)]:
                    is_known = is_left(reference)
            else:
                is_known = is_left(booking if one.booking else reference)
            if is_known:
                used.update({both, booking if one.booking else bookings.get(reference, _NONE), reference})
            else:
                found.append(one)
        return tuple(sorted(found, key=lambda each: each.segment))

    def _known(self, flight: TravellerList) -> tuple[Counter[bytes], dict[bytes, bytes]]:
        """Return how many travellers each code stands for, by the list that has most, and bookings by reference."""
        held = _BY_FLIGHT + self._flight(flight)
        most: Counter[bytes] = Counter()
        bookings: dict[bytes, bytes] = {}
        for _, kept in self._store.scan(held, held + b"\xff" * (_CODE + 1)):
            codes = [kept[at : at + _CODE] for at in range(_TIME, len(kept), _CODE)]
            most |= Counter(codes)  # the greater of two counts
            bookings |= {reference: booking for booking, reference in zip(codes[1::3], codes[2::3], strict=True)}
        return most, bookings

    def _codes(self, one: Listed | NotScreened | Referred) -> tuple[bytes, bytes, bytes]:
        """Return the codes of both references of a traveller, and of each, `_NONE` where there is none."""
        return (
            self._code("both", one.booking, one.reference),
            self._code("booking", one.booking) if one.booking else _NONE,
            self._code("reference", one.reference) if one.reference else _NONE,
        )

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


def _vagueness(one: Referred) -> int:
    """Sort who is named by both references first, then those by their own, then those by their booking."""
    return 0 if one.booking and one.reference else 1 if one.reference else 2
