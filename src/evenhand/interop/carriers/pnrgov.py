"""The passenger part of PNRGOV read: names (TIF) and the travel documents booked with (SSR DOCS).

Knows:    IATA PNRGOV EDIFACT 11.1 and later; of a booking only who travels, with which document.
Told:     one message of an interchange, and today's date.
Answers:  travellers, and those it could not read; payment, contact and seat data are not kept.
Trusted:  no: booking data is typed by travellers and agents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document, Sex
from evenhand.interop.carriers.edifact import EdifactError, Segment
from evenhand.interop.carriers.envelope import Message
from evenhand.interop.carriers.flights import (
    Listed,
    NotScreened,
    TravellerList,
    birth_date,
    expiry_date,
    local_time,
)
from evenhand.travellers.codes import KNOWN_CODES, iso_code
from evenhand.travellers.traveller import Journey, Traveller, TravellerName, known_name

_TITLES: Final = ("MSTR", "MISS", "MRS", "MR", "MS", "DR")
_DOCS_FIELDS: Final = 9
_TYPES: Final = {"P": "passport", "I": "identity_card", "A": "identity_card", "C": "identity_card"}
_SEXES: Final[dict[str, Sex]] = {"F": "F", "FI": "F", "M": "M", "MI": "M", "X": "X", "U": "U", "": "U"}


def read_pnrgov(message: Message, *, today: date) -> TravellerList:
    """Read one message. Raises EdifactError if its flight cannot be told; single travellers never raise."""
    if message.fault is not None:
        raise message.fault
    flight_segment = next((item for item in message.segments if item.tag == "TVL"), None)
    if message.type != "PNRGOV" or flight_segment is None:
        at = message.header
        raise EdifactError("not a PNRGOV with a flight (TVL)", fault=14, segment=at.number, tag=at.tag)
    flight = flight_segment.get(3) + flight_segment.get(4)
    listed: list[Listed] = []
    missed: list[NotScreened] = []
    for booking, names, orphans in _bookings(message.segments):
        why = "travel document data that refers to no traveller"
        missed += [NotScreened(segment=item.number, why=why, booking=booking) for item in orphans]
        for name, documents in names:
            try:
                traveller = _traveller(name, documents, (flight, booking), today)
            except (InputError, ValueError) as error:
                missed.append(NotScreened(segment=name.number, why=str(error), booking=booking))
            else:
                reference = name.get(1, 2)
                listed.append(
                    Listed(traveller=traveller, booking=booking, reference=reference, segment=name.number)
                )
    try:
        departs_at = local_time(_day_first(flight_segment))
    except ValueError as error:
        at = flight_segment
        raise EdifactError("no such time", fault=12, segment=at.number, tag=at.tag) from error
    return TravellerList(
        kind="bookings",
        purpose="original",
        message=message.reference,
        flight=flight,
        departs_from=flight_segment.get(1),
        departs_at=departs_at,
        arrives_to=flight_segment.get(2),
        travellers=tuple(listed),
        not_screened=tuple(missed),
    )


def _day_first(flight: Segment) -> str:
    """TVL writes DDMMYY and HHMM; turn it into YYMMDDHHMM."""
    day = flight.get(0)
    return day[4:6] + day[2:4] + day[:2] + flight.get(0, 1)


_Booked = tuple[Segment, list[Segment]]


def _bookings(segments: Sequence[Segment]) -> Iterator[tuple[str, list[_Booked], list[Segment]]]:
    """Yield each booking's locator, names with their documents, and documents of nobody; SRC begins it."""
    starts = [index for index, item in enumerate(segments) if item.tag == "SRC"]
    for start, end in pairwise([*starts, len(segments)]):
        part = segments[start:end]
        locator = next((item.get(0, 1) for item in part if item.tag == "RCI"), "")
        names: list[_Booked] = [(item, []) for item in part if item.tag == "TIF"]
        by_number = {item.number: kept for item, kept in names}
        by_reference = {item.get(1, 2): kept for item, kept in names if item.get(1, 2)}
        owner: list[Segment] | None = names[0][1] if len(names) == 1 else None
        orphans: list[Segment] = []
        for item in part:
            if item.tag == "TIF":
                owner = by_number[item.number]
            elif item.tag == "TVL" and len(names) > 1:
                owner = None
            elif item.tag == "SSR" and item.get(0) == "DOCS":
                kept = by_reference.get(item.get(1)) if item.get(1) else owner
                (orphans if kept is None else kept).append(item)
        yield locator, names, orphans


def _traveller(
    name: Segment, documents: Sequence[Segment], journey: tuple[str, str], today: date
) -> Traveller:
    """Return the traveller of a TIF with its documents. Raises InputError or ValueError."""
    flight, booking = journey
    reference = name.get(1, 2)
    names = list(_booked_names(name.get(0), name.get(1)))
    kept: list[Document] = []
    born: str | None = None
    sex: Sex = "U"
    nations: list[str] = []
    for item in documents:
        fields = "".join(item.elements[0][0][8:]).split("/")[1:]
        fields += [""] * (_DOCS_FIELDS - len(fields))
        kind, issuer, number, nation, birth, sex_text, expires, family, given = fields[:_DOCS_FIELDS]
        if sex_text not in _SEXES:
            raise InputError("an unknown sex in DOCS")
        born, sex = birth_date(birth, today) if birth else born, _SEXES[sex_text]
        nations += [_country(nation)] if nation else []
        named = known_name(family, " ".join((given, *fields[_DOCS_FIELDS:])))
        names += [named] if named is not None else []
        if number:
            kept.append(
                Document(
                    type=_TYPES.get(kind[:1], "other"),
                    number=number,
                    issuer=_country(issuer) if issuer else None,
                    expires=expiry_date(expires, today) if expires else None,
                )
            )
    return Traveller(
        names=tuple(dict.fromkeys(names)),
        birth_date=born,
        sex=sex,
        nationalities=tuple(dict.fromkeys(nations)),
        documents=tuple(kept),
        journey=Journey(transport=flight or None, booking=booking or None, reference=reference or None),
        role="passenger",
        unknown=() if any(each.given for each in names) else ("given name",),
    )


def _booked_names(family: str, given: str) -> Iterator[TravellerName]:
    """Yield the name as booked, and without a title run into it: WILLIAMMR is kept, WILLIAM asked too."""
    whole = known_name(family, given)
    if whole is not None:
        yield whole
    title = next((title for title in _TITLES if given.upper().endswith(title)), None)
    if title is not None:
        short = known_name(family, given[: -len(title)])
        if short is not None:
            yield short


def _country(code: str) -> str:
    if code not in KNOWN_CODES:
        raise InputError(f"not a country code: {code[:10]!r}")
    return iso_code(code)
