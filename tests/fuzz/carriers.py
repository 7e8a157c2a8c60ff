"""Fuzzing targets for carriers' messages: syntax, passenger lists, bookings, and the answers to all of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import dropwhile

from evenhand.ground.errors import InputError
from evenhand.interop.carriers.contrl import reject_interchange, report_messages
from evenhand.interop.carriers.cusres import Desk, Reply, write_cusres
from evenhand.interop.carriers.edifact import LEVELS, EdifactError, parse, print_segments
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.paxlst import read_batch
from evenhand.interop.carriers.pnrgov import read_pnrgov
from evenhand.interop.carriers.sending import Address
from tests.fuzz.targets import Target

TODAY = date(2026, 11, 23)
DESK = Desk(telephone="+39 06 0000000")
ADDRESS = Address(sender="BORDER", recipient="CARRIER", reference="A1", at=datetime(2026, 11, 23, 10, 5, tzinfo=UTC))
ANNA = (
    "NAD+FL+++ERIKSSON:ANNA'ATT+2++F'DTM+329:740812'LOC+178+FCO'LOC+179+MNL'NAT+2+UTO'RFF+AVF:LOC1'RFF+ABO:P1'"
    "DOC+P:110:ZZZ+L898902C3'DTM+36:320415'LOC+91+D'"
)
BODY = f"BGM+745'RFF+TN:T1'NAD+MS+++DESK'TDT+20+UT123'LOC+125+FCO'DTM+189:2611231000:201'{ANNA}NAD+FL+++FNU'CNT+42:2'"
BOOKING = (
    "MSG+:22'ORG+UT:FCO'TVL+231126:1000::1200+FCO+MNL+UT+123'SRC'RCI+UT:LOC1'TIF+ERIKSSON+ANNAMS:A:1'"
    "SSR+DOCS:HK:1:UT:::::/P/UTO/L898902C3/UTO/12AUG74/F/15APR32/ERIKSSON/ANNA/MARIA'"
)


def whole(body: str, kind: str, *, una: str = "", group: bool = False) -> bytes:
    """Return an interchange of one message."""
    message = f"UNH+1+{kind}'{body}UNT+{body.count(chr(39)) + 2}+1'"
    if group:
        message = f"UNG+PAXLST+C+B+261123:1000+1+UN+D:05B'{message}UNE+1+1'"
    return f"{una}UNB+UNOA:4+CARRIER+BORDER+261123:1000+R1'{message}UNZ+1+R1'".encode()


def syntax(data: bytes) -> None:
    """Segments are read or refused, and read back the same when printed."""
    try:
        marks, segments = parse(data)
    except InputError:
        return
    encoding = LEVELS[segments[0].get(0)]
    again = parse(print_segments(segments, marks, encoding=encoding))[1]
    assert [(one.tag, one.elements) for one in again] == [(one.tag, one.elements) for one in segments]


def passengers(data: bytes) -> None:
    """Every message is read or refused; nobody in it is lost, nor searched for by a date that cannot be theirs."""
    try:
        batch = read_batch(data, today=TODAY)
    except InputError:
        return
    assert len(batch.lists) + len(batch.refused) == len(batch.interchange.messages)
    messages = {one.reference: one for one in batch.interchange.messages}
    for flight in batch.lists:
        if len(messages) == len(batch.interchange.messages):
            names = [one for one in messages[flight.message].segments if one.tag == "NAD"]
            there = list(dropwhile(lambda one: one.get(0) == "MS", names))
            assert flight.received == len(there)
        read = [one.traveller for one in flight.travellers]
        read += [one.traveller for one in flight.not_screened if one.traveller is not None]
        assert all((one.birth_date or "") <= TODAY.isoformat() for one in read)
        assert all(one.names or "name" in one.unknown for one in read)


def bookings(data: bytes) -> None:
    """Whoever is named is read or listed as not screened; a name told again under its reference is one person."""
    with suppress(InputError):
        for message in read_interchange(data).messages:
            with suppress(EdifactError):
                read = read_pnrgov(message, today=TODAY)
                named = {
                    (one.get(0), one.get(1), one.get(1, 2)) if one.get(1, 2) else one.number
                    for one in message.segments if one.tag == "TIF"
                }  # fmt: skip
                assert len(read.travellers) + len(read.not_screened) >= len(named)


def answer(data: bytes) -> None:
    """Whatever comes is answered: CUSRES for flights, CONTRL for the rest, and both read back as messages."""
    try:
        batch = read_batch(data, today=TODAY)
    except EdifactError as error:
        sent = reject_interchange(error, ADDRESS)
        assert read_interchange(sent).messages[0].type == "CONTRL"
        return
    address = Address(
        sender=batch.interchange.recipient or "BORDER", recipient=batch.interchange.sender or "UNKNOWN",
        reference="A1", at=ADDRESS.at, level=batch.interchange.level,
    )  # fmt: skip
    if batch.refused:
        assert len(read_interchange(report_messages(batch, address)).messages) == 1
    for flight in batch.lists:
        travels = flight.purpose != "cancel"
        replies = {one.segment: Reply(verdict="cleared") for one in flight.travellers if travels}
        sent = write_cusres(flight, replies, DESK, address)
        said = [one.get(0) for one in read_interchange(sent).messages[0].segments if one.tag == "ERC"]
        assert said.count("0Z") == len(flight.travellers) * travels
        assert said.count("4Z") >= len(flight.not_screened) * travels


UNA = "UNA:+.?*'"
PAXLST = "PAXLST:D:05B:UN:IATA"
TARGETS = {
    "edifact": Target(syntax, lambda: [
        whole(BODY, PAXLST), whole("FTX+A?'B?+C??'", "X:D:05B", una=UNA), whole("A1B+a*b:c'", PAXLST, una=UNA),
    ], 400),
    "paxlst": Target(passengers, lambda: [whole(BODY, PAXLST), whole(BODY, PAXLST, group=True)], 700),
    "pnrgov": Target(bookings, lambda: [whole(BOOKING, "PNRGOV:11:1:IA")], 500),
    "carrier-answer": Target(answer, lambda: [whole(BODY, PAXLST), whole("BGM+745'ZZZ'", PAXLST), b"UNB+"], 700),
}  # fmt: skip
