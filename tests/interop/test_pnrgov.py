"""The passenger part of booking records: names and the documents booked with."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.interop.carriers.edifact import EdifactError
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.flights import TravellerList
from evenhand.interop.carriers.pnrgov import read_pnrgov

TODAY = date(2026, 11, 23)
START = "MSG+:22'ORG+UT:FCO'TVL+231126:1000::1200+FCO+MNL+UT+123'"
DOCS = "SSR+DOCS:HK:1:UT:::::/P/UTO/L898902C3/UTO/12AUG74/F/15APR12/ERIKSSON/ANNA/MARIA"


def read(body: str, kind: str = "PNRGOV:11:1:IA") -> TravellerList:
    count = body.count("'") + 2
    text = f"UNB+IATA:1+UT+BORDER+261123:1000+R1'UNH+1+{kind}'{body}UNT+{count}+1'UNZ+1+R1'"
    return read_pnrgov(read_interchange(text.encode()).messages[0], today=TODAY)


def test_a_booking_reads() -> None:
    found = read(START + "SRC'RCI+UT:LOC1'TIF+ERIKSSON+ANNAMS:A:1'" + DOCS + "'")
    assert (found.kind, found.flight, found.departs_at) == ("bookings", "UT123", "2026-11-23T10:00")
    assert (found.departs_from, found.arrives_to, found.not_screened) == ("FCO", "MNL", ())
    listed = found.travellers[0]
    assert (listed.booking, listed.reference) == ("LOC1", "1")
    traveller = listed.traveller
    assert [name.text for name in traveller.names] == ["ANNAMS ERIKSSON", "ANNA ERIKSSON", "ANNA MARIA ERIKSSON"]
    assert (traveller.birth_date, traveller.sex, traveller.nationalities) == ("1974-08-12", "F", ("UTO",))
    document = traveller.documents[0]
    assert (document.type, document.number, document.issuer, document.expires) == (
        "passport",
        "L898902C3",
        "UTO",
        "2012-04-15",
    )


def test_documents_find_their_travellers() -> None:
    pair = "SRC'RCI+UT:LOC1'TIF+A+B:A:1'TIF+C+D:A:2'"
    found = read(START + pair + "TVL+1'" + DOCS + "+1'")
    assert [len(listed.traveller.documents) for listed in found.travellers] == [1, 0]
    assert found.is_whole
    lost = read(START + pair + "TVL+1'" + DOCS + "'")
    assert [missed.why for missed in lost.not_screened] == ["travel document data that refers to no traveller"]
    alone = read(START + "SRC'TIF+A+B:A:1'TVL+1'" + DOCS + "'")
    assert len(alone.travellers[0].traveller.documents) == 1


def test_parts_that_are_not_there_are_unknown() -> None:
    found = read(START + "SRC'TIF+ERIKSSON'SSR+DOCS:HK:1:UT:::::/P'SSR+VGML'TIF+FNU+MR'TIF+ERIKSSON+MR'")
    traveller = found.travellers[0].traveller
    assert (traveller.birth_date, traveller.documents, traveller.unknown) == (None, (), ("given name",))
    number = read(START + "SRC'TIF+ERIKSSON'SSR+DOCS:HK:1:UT:::::/V//X1'").travellers[0].traveller
    assert (number.documents[0].type, number.documents[0].issuer) == ("other", None)
    nameless = read(START + "SRC'TIF+FNU+FNUMR:A:1'")
    assert len(nameless.travellers) + len(nameless.not_screened) == 1


@pytest.mark.parametrize("docs", ["/P/QQQ/1", "/P/UTO/1/UTO/99XXX99", "/P/UTO/1/UTO/12AUG74/9"])
def test_nobody_is_lost(docs: str) -> None:
    found = read(START + f"SRC'RCI+UT:LOC1'TIF+A+B:A:1'SSR+DOCS:HK:1:UT:::::{docs}'")
    assert (found.travellers, found.not_screened[0].booking) == ((), "LOC1")
    empty = read(START + "SRC'TIF'")
    assert len(empty.not_screened) == 1


@pytest.mark.parametrize(
    ("body", "kind", "fault"),
    [
        (START, "PAXLST:D:05B", 14),
        ("MSG+:22'", "PNRGOV:11:1", 14),
        ("TVL+X:Y+A+B'", "PNRGOV:11:1", 12),
    ],
)
def test_a_message_without_sense_is_refused(body: str, kind: str, fault: int) -> None:
    with pytest.raises(EdifactError) as caught:
        read(body, kind)
    assert caught.value.fault == fault


def test_a_message_with_a_wrong_count_is_refused() -> None:
    text = f"UNB+IATA:1+UT+BORDER+261123:1000+R1'UNH+1+PNRGOV:11:1'{START}UNT+99+1'UNZ+1+R1'"
    with pytest.raises(EdifactError):
        read_pnrgov(read_interchange(text.encode()).messages[0], today=TODAY)
