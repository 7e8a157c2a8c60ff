"""PAXLST read: passenger and crew lists, changes, cancellations and flight closures.

Knows:    UN/EDIFACT PAXLST D.02B and later, by the WCO/IATA/ICAO API guidelines.
Told:     one message of an interchange, and today's date.
Answers:  a list of travellers and of those it could not read; the fault of a message it must refuse.
Trusted:  no: a carrier's list is a claim; but nobody in it gets lost here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, Protocol

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document, Sex
from evenhand.interop.carriers.edifact import EdifactError, Segment
from evenhand.interop.carriers.envelope import Interchange, Message, read_interchange
from evenhand.interop.carriers.flights import (
    Listed,
    ListKind,
    NotScreened,
    Purpose,
    TravellerList,
    birth_date,
    expiry_date,
    local_time,
)
from evenhand.travellers.codes import KNOWN_CODES, iso_code
from evenhand.travellers.traveller import Journey, Traveller, known_name

_RELEASE: Final = re.compile(r"(?:0[2-9]|[1-8]\d)[AB]", re.ASCII)
_KINDS: Final[dict[str, ListKind]] = {
    "745": "passengers", "250": "crew", "336": "crew", "266": "flight_status", "655": "gate_passes",
}  # fmt: skip
_FUNCTIONS: Final[dict[str, Purpose]] = {
    "": "original", "9": "original", "4": "change", "5": "change", "36": "change", "1": "cancel",
}  # fmt: skip
"""BGM's function code, which any list may have (data element 1225)."""
_CLOSES: Final[dict[str, Purpose]] = dict.fromkeys(("CL", "CLNB", "CLOB"), "close")
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
Role = Literal["passenger", "crew", "transit", "unknown"]
_ROLES: Final[dict[str, Role]] = {
    "FL": "passenger", "FM": "crew", "DDU": "transit", "DDT": "crew", "COT": "unknown", "ZZZ": "unknown",
}  # fmt: skip
"""NAD's qualifier. COT asks for a gate pass; ZZZ stands in cancellations and closures, often with references alone."""
_TRAVELLER_TAGS: Final = frozenset(
    {"NAD", "ATT", "DTM", "MEA", "GEI", "GIS", "FTX", "LOC", "COM", "EMP", "NAT", "RFF", "DOC", "CPI", "QTY", "GID"}
    | {"BII"}
)
"""What the directories let stand of a traveller: also who pays (CPI), goods (GID) and, before it was GEI, GIS."""
_HEADER_TAGS: Final = frozenset({"BGM", "RFF", "DTM", "NAD", "COM", "TDT", "LOC", "FTX", "GIS", "GEI", "CTA"})
_DOCUMENTS: Final = {"P": "passport", "V": "visa", "I": "identity_card", "A": "identity_card", "C": "identity_card"}
_SEXES: Final[dict[str, Sex]] = {"F": "F", "M": "M", "X": "X", "U": "U"}


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
    for group in groups:
        booking, reference = _references(group)
        try:
            traveller = _traveller(group, flight, (booking, reference), today)
        except (InputError, ValueError) as error:
            missed.append(NotScreened(segment=group[0].number, why=str(error), booking=booking, reference=reference))
        else:
            entry = Listed(traveller=traveller, booking=booking, reference=reference, segment=group[0].number)
            listed.append(entry)
    return TravellerList(
        kind=kind,
        purpose=purpose,
        message=message.reference,
        transaction=transaction,
        flight=flight,
        travellers=tuple(listed),
        not_screened=tuple(missed),
        announced=_announced(trailer),
        **stops,
    )


def _fault(what: str, at: Segment, fault: int) -> EdifactError:
    return EdifactError(what, fault=fault, segment=at.number, tag=at.tag, offset=at.offset)


def _groups(message: Message) -> tuple[list[Segment], list[list[Segment]], list[Segment]]:
    """Divide a message into header, one group for each traveller, and trailer."""
    header: list[Segment] = []
    groups: list[list[Segment]] = []
    trailer: list[Segment] = []
    for item in message.segments:
        if trailer or item.tag in ("CNT", "AUT"):
            trailer.append(item)
        elif item.tag == "NAD" and item.get(0) != "MS":
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


def _flight(header: Sequence[Segment]) -> tuple[str, str, dict[str, str]]:
    """Return flight, transaction reference, and the stops of a header, of which the flight must be told."""
    flight = transaction = ""
    stops: dict[str, str] = {}
    for item in header:
        if item.tag == "TDT" and not flight:
            flight = item.get(1)
        elif item.tag == "RFF" and item.get(0) == "TN":
            transaction = item.get(0, 1)
        elif item.tag == "LOC" and item.get(0) in ("125", "87"):
            stops["departs_from" if item.get(0) == "125" else "arrives_to"] = item.get(1)
        elif item.tag == "DTM" and item.get(0) in ("189", "232"):
            try:
                stops["departs_at" if item.get(0) == "189" else "arrives_at"] = local_time(item.get(0, 1))
            except ValueError as error:
                raise _fault("no such time", item, 12) from error
    if not flight:
        raise _fault("a list without a flight (TDT)", header[0], 13)
    return flight, transaction, stops


def _announced(trailer: Sequence[Segment]) -> int | None:
    for item in trailer:
        if item.tag == "CNT" and item.get(0) in ("41", "42"):
            if not item.get(0, 1).isdecimal():
                raise _fault("a count that is no number", item, 12)
            return int(item.get(0, 1)[:9])
    return None


def _references(group: Sequence[Segment]) -> tuple[str, str]:
    """Return booking and passenger reference, the first of each."""
    told: dict[str, str] = {}
    for item in group:
        if item.tag == "RFF":
            told.setdefault(item.get(0), item.get(0, 1))
    return told.get("AVF", ""), told.get("ABO", "")


def _traveller(group: Sequence[Segment], flight: str, references: tuple[str, str], today: date) -> Traveller:
    """Return the traveller of a group. Raises InputError or ValueError, and then nobody was screened."""
    tags = [item.tag for item in group]
    if not _TRAVELLER_TAGS.issuperset(tags):
        raise _fault("an unexpected segment", next(one for one in group if one.tag not in _TRAVELLER_TAGS), 13)
    head = group[0]
    role = _ROLES.get(head.get(0))
    if role is None:
        raise _fault("an unknown role of a traveller", head, 12)
    parts = head.elements[3][0] if len(head.elements) > 3 else ()  # noqa: PLR2004 - C080, the fourth
    name = known_name(parts[0] if parts else "", " ".join(parts[1:]))
    place = {"178": "", "179": ""}
    starts = [at for at, tag in enumerate(tags) if tag == "DOC"] if "DOC" in tags else []
    born, sex, nations = None, "U", []
    for item in group[: starts[0]] if starts else group:
        tag = item.tag
        if tag == "DTM":
            born = birth_date(item.get(0, 1), today) if _tells(item, "329") else born
        elif tag == "ATT":
            sex = item.get(2) if item.get(0) == "2" else sex
        elif tag == "NAT":
            nations += [_country(item.get(1))] if item.get(1) else []
        elif tag == "LOC" and item.get(0) in place:
            place[item.get(0)] = item.get(1)
    if sex not in _SEXES:
        raise _fault("an unknown sex", head, 12)
    known = {"given name": name is not None and name.given, "birth date": born}
    return Traveller(
        names=(name,) if name is not None else (),
        birth_date=born,
        sex=_SEXES[sex],
        nationalities=tuple(nations),
        documents=_documents(group, starts, today),
        journey=Journey(
            transport=flight,
            embarks=place["178"] or None,
            disembarks=place["179"] or None,
            booking=references[0] or None,
            reference=references[1] or None,
        ),
        role=role,
        unknown=tuple(what for what, value in known.items() if not value),
    )


def _tells(item: Segment, code: str) -> bool:
    """Tell whether a DTM of this qualifier has a date. Carriers send it empty where the date is not known (DTM+36:)."""
    return item.get(0) == code and bool(item.get(0, 1))


def _documents(group: Sequence[Segment], starts: Sequence[int], today: date) -> tuple[Document, ...]:
    """Return each document; a visa announced without a number (DOC+V) says nothing to search by."""
    documents = []
    for start, end in pairwise((*starts, len(group))):
        head, number = group[start], group[start].get(1)
        expires = issuer = None
        for item in group[start + 1 : end]:
            if item.tag == "DTM" and _tells(item, "36"):
                expires = expiry_date(item.get(0, 1), today)
            elif item.tag == "LOC" and item.get(0) == "91" and item.get(1):
                issuer = _country(item.get(1))
        if number:
            kind = _DOCUMENTS.get(head.get(0)[:1], "other")
            documents.append(Document(type=kind, number=number, issuer=issuer, expires=expires))
    return tuple(documents)


def _country(code: str) -> str:
    if code not in KNOWN_CODES:
        raise InputError(f"not a country code: {code[:10]!r}")
    return iso_code(code)
