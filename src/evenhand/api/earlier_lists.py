"""Earlier lists of a flight: whether a closure that names travellers by references alone speaks of people answered.

Knows:    of the lists of the last week, codes of the references of everyone on them, and who was answered; no name.
Told:     a list with the verdicts on it; later, a closure.
Answers:  which of those it refers to were on no list that was answered.
Trusted:  yes: who boards without ever having been screened is told to the carrier.

The last word counts: whoever was answered once, and could not be read when a list named them again, may be somebody
else by now, and has not been screened until a list with them is answered.

What was screened is deleted within a day, and what stays is a commitment (PROCEDURE section 5): the codes can be
computed by this node alone, and say nothing without the message that holds the references.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain
from operator import itemgetter
from struct import iter_unpack
from typing import Final, NamedTuple

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
"""Stands where a traveller has no booking, or no reference; in the place of a traveller's first code, for a head."""
_TIME: Final = 8
_NUMBER: Final = _CODE // 2
_HEAD: Final = _TIME + _CODE + 2 * _NUMBER
"""Time, `_NONE`, the list's number, and how many were not answered, who come first. A list that was kept before there
was a head has its time alone: who was not answered is not on it."""
_TURN: Final = 5
"""Lists between two looks at the network: of 300 travellers each, some 3 ms."""

_Codes = tuple[bytes, bytes, bytes]
"""Of both references of a traveller, and of each."""


class _Kept(NamedTuple):
    """A list as it was answered: when, and the how manieth of this process, which tells apart those of one moment."""

    at: tuple[int, int]
    answered: list[_Codes]
    unanswered: list[_Codes]


class EarlierLists:
    """Remembers whom lists were answered for."""

    def __init__(self, store: Store, clock: Clock, *, key: bytes) -> None:
        """`key` is the node's storage key."""
        self._store = store
        self._clock = clock
        self._keyed = hashlib.blake2b(key=hmac.digest(key, _TITLE, "sha256"), digest_size=_CODE)
        self._number = 0

    def keep(self, flight: TravellerList, answered: Collection[int]) -> None:
        """Remember who of a list was answered: the segments that have a verdict. Durable on return.

        Who is cancelled, or is named by references alone and was on no list, had no verdict to get.
        """
        people: list[Listed | NotScreened] = [*flight.travellers, *flight.not_screened]
        both: dict[bool, list[_Codes]] = {False: [], True: []}
        for one in people if flight.purpose != "cancel" else ():
            if (one.booking or one.reference) and not (isinstance(one, NotScreened) and one.unheard):
                both[one.segment in answered].append(self._codes(one))
        unanswered = len(both[False]).to_bytes(_NUMBER, "big")
        rows = b"".join(chain.from_iterable((*both[False], *both[True])))
        now = self._clock.now_ms()
        batch = self._old(now)
        if rows:
            self._number += 1
            place = self._flight(flight) + hashlib.sha256(unanswered + rows).digest()[:_CODE]
            at = now.to_bytes(_TIME, "big")
            head = b"".join((at, _NONE, self._number.to_bytes(_NUMBER, "big"), unanswered))
            batch |= {_BY_FLIGHT + place: head + rows, _BY_TIME + at + place: b""}
        if batch:
            self._store.apply(batch)

    async def unheard(self, flight: TravellerList) -> tuple[Referred, ...]:
        """Return those whom a closure refers to, and no answered list of this flight and day names.

        A traveller stands for one reference: three of a booking are not known by the two of them who were listed. A
        list sent again, with names corrected or references added, lists nobody more.
        """
        places = await self._places(flight)
        found = [one for one in sorted(flight.referred, key=_vagueness) if not places.take(self._codes(one))]
        return tuple(sorted(found, key=lambda each: each.segment))

    async def _places(self, flight: TravellerList) -> _Places:
        """Return the places of all who were answered, after the last of the lists."""
        held, lists = _BY_FLIGHT + self._flight(flight), list[_Kept]()
        for number, (_, kept) in enumerate(self._store.scan(held, held + b"\xff" * (_CODE + 1)), 1):
            lists.append(_read(kept))
            await _turn(number)
        places = _Places()
        for number, one in enumerate(sorted(lists, key=itemgetter(0)), 1):
            places.hear(one.answered, one.unanswered)
            await _turn(number)
        return places

    def _codes(self, one: Listed | NotScreened | Referred) -> _Codes:
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


class _Places:
    """Who was answered about one flight, each a place that one reference of a closure can take."""

    def __init__(self) -> None:
        self._left: Counter[bytes] = Counter()
        """By code, as many as the list has that has most: a list sent again lists nobody more."""
        self._answered: set[_Codes] = set()
        self._people: dict[bytes, list[_Codes]] = {}
        """By the code of a booking or a reference: who was answered under it."""
        self._lost: dict[_Codes, list[Collection[bytes]]] = {}
        """By who could not be read when a list named them again: the codes of the places they had."""

    def hear(self, answered: Sequence[_Codes], unanswered: Sequence[_Codes]) -> None:
        """Take in the next list in time."""
        for one in answered if self._lost else ():
            for codes in self._lost.pop(one, ()):
                self._left.update(codes)
        for one, count in Counter(unanswered).items():
            lost = self._lost.setdefault(one, [])
            while len(lost) < count and (taken := self.take(one)):
                lost.append(taken)
        self._left |= Counter(chain.from_iterable(answered))  # the greater of two counts
        for one in answered:
            if one not in self._answered:
                self._answered.add(one)
                for code in {*one[1:]} - {_NONE}:
                    self._people.setdefault(code, []).append(one)

    def take(self, codes: _Codes) -> Collection[bytes]:
        """Take the place of a traveller by their references; return the codes it was known by, none if there is none.

        Whoever is named by one reference, and is the only one who was answered under it, is known by both from then on.
        """
        both, booking, reference = codes
        taken, only = {*codes}, booking if reference == _NONE else reference
        if _NONE in codes:
            is_known, people = self._is_left(only), self._people.get(only, [])
            if len(people) == 1:
                taken.update(people[0])
            elif people and only == reference:
                taken.add(people[-1][1])
        else:
            is_known = self._is_left(both) or any(self._is_alone(one) and self._is_left(one) for one in codes[1:])
        if not is_known:
            return ()
        self._left.subtract(taken)
        return taken

    def _is_left(self, code: bytes) -> bool:
        return self._left[code] > 0

    def _is_alone(self, code: bytes) -> bool:
        """Tell whether somebody was answered under this booking or reference, and had no other."""
        return any(_NONE in one for one in self._people.get(code, ()))


def _read(kept: bytes) -> _Kept:
    at, number, unanswered, head = int.from_bytes(kept[:_TIME], "big"), 0, 0, _TIME
    if kept[_TIME : _TIME + _CODE] == _NONE:
        number, unanswered = (
            int.from_bytes(kept[start : start + _NUMBER], "big") for start in (_HEAD - 2 * _NUMBER, _HEAD - _NUMBER)
        )
        head = _HEAD
    people = list(iter_unpack(f"{_CODE}s" * 3, kept[head:]))
    return _Kept((at, number), people[unanswered:], people[:unanswered])


async def _turn(number: int) -> None:
    if number % _TURN == 0:
        await asyncio.sleep(0)


def _vagueness(one: Referred) -> int:
    """Sort who is named by both references first, then those by their own, then those by their booking."""
    return 0 if one.booking and one.reference else 1 if one.reference else 2
