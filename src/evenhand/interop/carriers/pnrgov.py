"""The passenger part of PNRGOV read: names (TIF) and the travel documents booked with (SSR DOCS).

Knows:    IATA PNRGOV EDIFACT 11.1 and later; of a booking who travels, with which document, and how many there are.
Told:     one message of an interchange, and today's date.
Answers:  travellers, and those it could not read whole; payment, contact and seat data are not kept.
Trusted:  no: booking data is typed by travellers and agents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_DOCUMENTS_MAX, QUERY_NAMES_MAX
from evenhand.identity.numbers import states_no_number
from evenhand.identity.person import Document, Sex
from evenhand.interop.carriers.edifact import EdifactError, Segment
from evenhand.interop.carriers.envelope import Message
from evenhand.interop.carriers.flights import (
    Listed,
    NotScreened,
    TravellerList,
    agreed,
    all_faults,
    birth_date,
    country,
    expiry_date,
    is_two_digit_year,
    local_time,
    longest_names,
    sex_in,
)
from evenhand.interop.carriers.pnrgov_booking import Booking, bookings
from evenhand.interop.carriers.pnrgov_people import Booked, Papers
from evenhand.travellers.traveller import Journey, Traveller, asks_every_name, unknown_parts

_TYPES: Final = {"P": "passport", "I": "identity_card", "A": "identity_card", "C": "identity_card"}
_SEXES: Final[dict[str, Sex]] = {"F": "F", "FI": "F", "M": "M", "MI": "M", "X": "X", "XI": "X", "U": "U", "UI": "U"}
_FINAL: Final = "F"
_PART: Final = 3
"""The element of UNH that says which of several messages this is (S010)."""


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
    booked = bookings(message.segments)
    for booking in booked:
        outside = [] if booking.is_one else ["a traveller outside a booking (SRC)"]
        people = [(person, [*outside]) for person in booking.people]
        for number, why, named in booking.orphans:
            if named is None:
                missed.append(NotScreened(segment=number, why=why, booking=booking.locator))
            else:
                people.append((named, [why]))
        for person, faults in people:
            read = _read(person, booking, flight, today, faults)
            if isinstance(read, Listed):
                listed.append(read)
            else:
                missed.append(read)
    missed += _uncounted(message, sum(booking.is_one for booking in booked))
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


def _uncounted(message: Message, received: int) -> Iterator[NotScreened]:
    """Yield that bookings are missing, or are too many, by EQN: it counts those of all messages of a push."""
    part, last = message.header.get(_PART).lstrip("0"), message.header.get(_PART, 1)
    if part and (part, last) != ("1", _FINAL):
        return
    for item in message.segments:
        if item.tag == "SRC":
            return
        if item.tag == "EQN" and item.get(0) and item.get(0).lstrip("0") != str(received or ""):
            why = f"{item.get(0)[:9]} bookings announced, {received} received"
            yield NotScreened(segment=item.number, why=why)


def _read(person: Booked, booking: Booking, flight: str, today: date, faults: list[str]) -> Listed | NotScreened:
    """Return a traveller with their documents. Whoever could not be read whole is not screened, and never lost."""
    names = list(longest_names(person.family, person.given, faults))
    births, sexes, nations = list[str](), list[str](), dict[str, None]()
    documents: list[Document] = []
    for papers in person.papers:
        births += [papers.birth] if papers.birth else []
        sexes += [papers.sex] if papers.sex else []
        nation = agreed([papers.nationality], country, "nationality", faults) if papers.nationality else None
        nations |= {nation: None} if nation is not None else {}
        names += longest_names(papers.family, papers.given, faults)
        documents += _document(papers, today, faults)
    documents = list(dict.fromkeys(documents))
    if len(documents) > QUERY_DOCUMENTS_MAX:
        faults.append(f"more than {QUERY_DOCUMENTS_MAX} documents")
    traveller = None
    if names or documents:
        born = agreed(births, lambda text: birth_date(text, today), "birth date", faults) if births else None
        sex = agreed(sexes, partial(sex_in, _SEXES), "sex", faults) if sexes else None
        traveller = Traveller(
            names=tuple(dict.fromkeys(names)),
            birth_date=born,
            sex=sex or "U",
            nationalities=tuple(nations),
            documents=tuple(documents[:QUERY_DOCUMENTS_MAX]),
            journey=Journey(
                transport=flight or None, booking=booking.locator or None, reference=person.reference or None
            ),
            role="passenger",
            unknown=unknown_parts(names, born),
            two_digit_year=born is not None and is_two_digit_year(births),
        )
        if not asks_every_name(traveller):
            faults.append(f"more than {QUERY_NAMES_MAX} names")
        if not faults:
            return Listed(
                traveller=traveller, booking=booking.locator, reference=person.reference, segment=person.number
            )
    else:
        faults.append("a traveller without name and document")
    return NotScreened(
        segment=person.number, why=all_faults(faults), booking=booking.locator,
        reference=person.reference, name=f"{person.family}/{person.given}".strip("/ "), traveller=traveller,
    )  # fmt: skip


def _document(papers: Papers, today: date, faults: list[str]) -> Iterator[Document]:
    """Yield the document, if there is a number."""
    kind = _TYPES.get(papers.kind[:1], "other")
    issuer = agreed([papers.issuer], country, "issuer", faults) if papers.issuer else None
    expires = None
    if papers.expires:
        expires = agreed([papers.expires], lambda text: expiry_date(text, today), "expiry", faults)
    if not states_no_number(papers.number):
        try:
            yield Document(type=kind, number=papers.number, issuer=issuer, expires=expires)
        except InputError as error:
            faults.append(f"document: {error.what}")
