"""PAXLST read: passenger and crew lists, changes, cancellations and flight closures.

Knows:    UN/EDIFACT PAXLST D.02B and later, by the WCO/IATA/ICAO API guidelines.
Told:     one message of an interchange, and today's date.
Answers:  a list of travellers and of those it could not read; the fault of a message it must refuse.
Trusted:  no: a carrier's list is a claim; but nobody in it gets lost here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from evenhand.interop.carriers.edifact import EdifactError, Segment
from evenhand.interop.carriers.envelope import Interchange, Message, read_interchange
from evenhand.interop.carriers.flights import (
    Listed,
    ListKind,
    NotScreened,
    Purpose,
    Referred,
    TravellerList,
    laid_out,
    local_time,
)
from evenhand.interop.carriers.paxlst_person import is_reference_only, read_person, references

_RELEASE: Final = re.compile(r"(?:0[2-9]|[1-8]\d)[AB]", re.ASCII)
_KINDS: Final[dict[str, ListKind]] = {
    "745": "passengers", "250": "crew", "336": "crew", "266": "flight_status", "655": "gate_passes",
}  # fmt: skip
_FUNCTIONS: Final[dict[str, Purpose]] = {
    "": "original", "9": "original", "4": "change", "5": "change", "36": "change", "1": "cancel",
}  # fmt: skip
"""BGM's function code, which any list may have (data element 1225)."""
_CLOSES: Final[dict[str, Purpose]] = {"CL": "close", "CLOB": "close", "CLNB": "close_absent"}
_TRAVELLERS: Final[dict[str, Purpose]] = {
    **dict.fromkeys(("NP", "NB"), "original"), **dict.fromkeys(("CP", "CPI", "CCC"), "change"),
    **dict.fromkeys(("XR", "RP", "XP", "XC", "XF"), "cancel"), **_CLOSES,
}  # fmt: skip
_PURPOSES: Final[dict[str, dict[str, Purpose]]] = {
    "745": _TRAVELLERS, "655": _TRAVELLERS, "266": {"XF": "cancel", "CF": "change", **_TRAVELLERS},
    "250": {
        **dict.fromkeys(("C", "B", "A", "D", "E", "F"), "original"),
        **dict.fromkeys(("CC", "BC", "EC", "FC"), "change"), **_CLOSES,
    },
    "336": {"G": "original", "H": "cancel", "I": "change"},
}  # fmt: skip
"""BGM's document identifier by its document name, as the guidelines and border agencies use them.

Of a crew list: C and B passenger and cargo flight, A and D overflights of either, E and F their domestic continuance,
with a second C where the crew changes. Of a master crew list: G adds, H deletes, I changes.
"""
_REFERRING: Final = frozenset({"cancel", "close", "close_absent"})
_HEADER_TAGS: Final = frozenset({"BGM", "RFF", "DTM", "NAD", "COM", "TDT", "LOC", "FTX", "GIS", "GEI", "CTA"})


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One interchange: its readable messages, and each refused one with its fault."""

    interchange: Interchange
    lists: tuple[TravellerList, ...]
    refused: tuple[tuple[Message, EdifactError], ...]


class MessageReader(Protocol):
    """Reads one message. Raises EdifactError if its flight cannot be told."""

    def __call__(self, message: Message, *, today: date) -> TravellerList:
        """Return the message's travellers, and those who could not be read."""


def read_batch(data: bytes, *, today: date, readers: Mapping[str, MessageReader] = MappingProxyType({})) -> Batch:
    """Read an interchange of any number of flights. Raises EdifactError if nothing of it can be relied on.

    `readers` read messages of other types than PAXLST, by type; without one, such a message is refused.
    """
    interchange = read_interchange(data)
    lists: list[TravellerList] = []
    refused: list[tuple[Message, EdifactError]] = []
    for message in interchange.messages:
        try:
            lists.append(readers.get(message.type, read_paxlst)(message, today=today))
        except EdifactError as error:
            refused.append((message, error))
    return Batch(interchange=interchange, lists=tuple(lists), refused=tuple(refused))


def read_paxlst(message: Message, *, today: date) -> TravellerList:
    """Read one message. Raises EdifactError if its flight cannot be told; single travellers never raise."""
    if message.fault is not None:
        raise message.fault
    if message.type != "PAXLST" or message.version != "D" or not _RELEASE.fullmatch(message.release):
        raise _fault("not a PAXLST of D.02B or later", message.header, 14)
    header, groups, trailer = _groups(message)
    kind, purpose = _purpose(header, message)
    flight, transaction, stops = _flight(header)
    listed: list[Listed] = []
    missed: list[NotScreened] = []
    referred: list[Referred] = []
    for group in groups:
        if purpose in _REFERRING and is_reference_only(group):
            booking, reference = references(group)
            referred.append(Referred(segment=group[0].number, booking=booking, reference=reference))
            continue
        read = read_person(group, flight, today)
        if isinstance(read, Listed):
            listed.append(read)
        else:
            missed.append(read)
    return TravellerList(
        kind=kind,
        purpose=purpose,
        message=message.reference,
        transaction=transaction[0],
        transaction_more=transaction[1:],
        flight=flight,
        travellers=tuple(listed),
        not_screened=tuple(missed),
        referred=tuple(referred),
        announced=_announced(trailer),
        **stops,
    )


def _fault(what: str, at: Segment, fault: int) -> EdifactError:
    return EdifactError(what, fault=fault, segment=at.number, tag=at.tag, offset=at.offset)


def _groups(message: Message) -> tuple[list[Segment], list[list[Segment]], list[Segment]]:
    """Divide a message into header, one group for each traveller, and trailer.

    Behind the first traveller every NAD begins a group, whatever its role: nobody's data may pass for another's.
    """
    header: list[Segment] = []
    groups: list[list[Segment]] = []
    trailer: list[Segment] = []
    for item in message.segments:
        if trailer or item.tag in ("CNT", "AUT"):
            trailer.append(item)
        elif item.tag == "NAD" and (groups or item.get(0) != "MS"):
            groups.append([item])
        elif groups:
            groups[-1].append(item)
        elif item.tag in _HEADER_TAGS:
            header.append(item)
        else:
            raise _fault(f"{item.tag} before the first traveller", item, 15)
    if any(item.tag not in ("CNT", "AUT") for item in trailer):
        raise _fault("a segment after the count", trailer[-1], 15)
    return header, groups, trailer


def _purpose(header: Sequence[Segment], message: Message) -> tuple[ListKind, Purpose]:
    begin = header[0] if header else message.header
    if begin.tag != "BGM":
        raise _fault("a PAXLST begins with BGM", begin, 13)
    kind = _KINDS.get(begin.get(0))
    code = begin.get(2) or begin.get(1)
    purpose = _FUNCTIONS.get(code) or _PURPOSES.get(begin.get(0), {}).get(code)
    if kind is None or purpose is None:
        raise _fault("an unknown kind or function of list", begin, 12)
    return kind, purpose


class _Leg:
    """One flight of a message: its number, and where and when it leaves and arrives, by the qualifiers of LOC."""

    def __init__(self) -> None:
        self.flight = ""
        self.places: dict[str, str] = {}
        self._times: dict[str, Segment] = {}
        self._elsewhere: dict[str, Segment] = {}
        self._at = ""

    @property
    def is_begun(self) -> bool:
        """Tell whether a place was told: a TDT that comes then is another leg's, and one before it another number."""
        return bool(self._at)

    @property
    def times(self) -> dict[str, Segment]:
        """The DTM of departure and arrival. Where neither end is told by its code, the first of each."""
        return self._times if self.places else {**self._elsewhere, **self._times}

    def take(self, item: Segment) -> None:
        """Take a TDT, LOC or DTM. A time behind another place than the two ends is that place's.

        Behind one of the ends its qualifier tells whose it is: some tell both places before both times.
        """
        if item.tag == "TDT":
            self.flight = self.flight or item.get(1)
        elif item.tag == "LOC":
            self._at = item.get(0) or "?"
            if self._at in _ENDS:
                self.places.setdefault(self._at, item.get(1))
        elif item.get(0) in _TIMES:
            times = self._times if self._at in _ENDS or not self._at else self._elsewhere
            times.setdefault(item.get(0), item)


_ENDS: Final = {"125": "departs_from", "87": "arrives_to"}
"""LOC: the last airport before the border is crossed, and the first behind it. Others (92, 130) are stops inland."""
_TIMES: Final = {"189": "departs_at", "232": "arrives_at"}


def _flight(header: Sequence[Segment]) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Return flight, transaction reference with its parts, and the stops of a header; the flight must be told.

    Of several legs it is the one that crosses the border, with the places 125 and 87, or the first.
    """
    transaction: tuple[str, ...] = ("",)
    legs = [_Leg()]
    for item in header:
        if item.tag == "RFF" and item.get(0) == "TN":
            transaction = item.elements[0][0][1:] or ("",)
        elif item.tag in ("TDT", "LOC", "DTM"):
            if item.tag == "TDT" and legs[-1].flight and legs[-1].is_begun:
                legs.append(_Leg())
            legs[-1].take(item)
    leg = max(legs, key=lambda one: len(one.places))  # the first of those that tell most
    flight = leg.flight or next((one.flight for one in legs if one.flight), "")
    if not flight:
        raise _fault("a list without a flight (TDT)", header[0], 13)
    stops = {_ENDS[code]: place for code, place in leg.places.items()}
    return flight, transaction, stops | {_TIMES[code]: _time(item) for code, item in leg.times.items()}


def _time(item: Segment) -> str:
    """Return the time of a DTM. One that is not of its stated format is read by its length: it is of no person."""
    text = item.get(0, 1)
    with suppress(ValueError):
        return local_time(laid_out(text, item.get(0, 2), timed=True))
    try:
        return local_time(text)
    except ValueError as error:
        raise _fault("no such time", item, 12) from error


def _announced(trailer: Sequence[Segment]) -> int | None:
    for item in trailer:
        if item.tag == "CNT" and item.get(0) in ("41", "42"):
            if not item.get(0, 1).isdecimal():
                raise _fault("a count that is no number", item, 12)
            return int(item.get(0, 1)[:9])
    return None
