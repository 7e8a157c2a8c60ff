"""Carriers' lists read: who travels, who could not be read, and what is refused by segment and error."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.interop.carriers.edifact import EdifactError
from evenhand.interop.carriers.flights import TravellerList, birth_date, expiry_date, local_time
from evenhand.interop.carriers.paxlst import Batch, read_batch

TODAY = date(2026, 11, 23)
HEADER = (
    "RFF+TN:T1'NAD+MS+++DESK'COM+123:TE'TDT+20+UT123'TDT+20+UT124'"
    "LOC+125+FCO'DTM+189:2611231000:201'LOC+87+MNL'DTM+232:2611240700:201'LOC+92+XXX'DTM+1:2'"
)
ANNA = (
    "NAD+FL+++ERIKSSON:ANNA:MARIA'ATT+2++F'DTM+329:740812'GEI+4+173'LOC+178+FCO'LOC+179+MNL'LOC+22+MNL'"
    "NAT+2+UTO'RFF+AVF:LOC1'RFF+ABO:P1'DTM+5:1'DOC+P:110:ZZZ+L898902C3'DTM+36:120415'DTM+7:1'LOC+91+D'LOC+5+X'DOC+V'"
)


def interchange(*messages: str, release: str = "05B") -> bytes:
    text = "UNA:+.? 'UNB+UNOA:4+CARRIER+BORDER+261123:1000+R1'"
    for number, body in enumerate(messages, start=1):
        count = body.count("'") + 2
        text += f"UNH+{number}+PAXLST:D:{release}:UN:IATA'{body}UNT+{count}+{number}'"
    return (text + f"UNZ+{len(messages)}+R1'").encode()


def batch(*messages: str, release: str = "05B") -> Batch:
    return read_batch(interchange(*messages, release=release), today=TODAY)


def flight(*travellers: str, begin: str = "BGM+745'", end: str = "") -> TravellerList:
    read = batch(begin + HEADER + "".join(travellers) + (end or f"CNT+42:{len(travellers)}'"))
    assert not read.refused, read.refused
    return read.lists[0]


def test_a_passenger_list_reads() -> None:
    read = flight(ANNA)
    assert (read.kind, read.purpose, read.flight, read.transaction) == ("passengers", "original", "UT123", "T1")
    assert (read.departs_from, read.departs_at) == ("FCO", "2026-11-23T10:00")
    assert (read.arrives_to, read.arrives_at) == ("MNL", "2026-11-24T07:00")
    listed = read.travellers[0]
    assert (listed.booking, listed.reference) == ("LOC1", "P1")
    anna = listed.traveller
    assert (anna.names[0].text, anna.birth_date, anna.sex) == ("ANNA MARIA ERIKSSON", "1974-08-12", "F")
    assert (anna.nationalities, anna.role, anna.unknown) == (("UTO",), "passenger", ())
    assert [(d.type, d.number, d.issuer, d.expires) for d in anna.documents] == [
        ("passport", "L898902C3", "DEU", "2012-04-15")
    ]
    assert anna.journey is not None
    assert (anna.journey.embarks, anna.journey.disembarks) == ("FCO", "MNL")
    assert read.is_whole


@pytest.mark.parametrize(
    ("begin", "kind", "purpose"),
    [
        ("BGM+745'", "passengers", "original"),
        ("BGM+745+CP'", "passengers", "change"),
        ("BGM+745+XR'", "passengers", "cancel"),
        ("BGM+745+A1+1'", "passengers", "cancel"),
        ("BGM+250'", "crew", "original"),
        ("BGM+266+CLOB'", "flight_status", "close"),
        ("BGM+745+RP'", "passengers", "cancel"),
        ("BGM+745++4'", "passengers", "change"),
        ("BGM+266+CL'", "flight_status", "close"),
        ("BGM+266+CLNB'", "flight_status", "close"),
        ("BGM+266+XF'", "flight_status", "cancel"),
        ("BGM+266+CF'", "flight_status", "change"),
        *((f"BGM+250+{code}'", "crew", "original") for code in "CBADEF"),
        *((f"BGM+250+{code}C'", "crew", "change") for code in "CBEF"),
        ("BGM+336+G'", "crew", "original"),
        ("BGM+336+H'", "crew", "cancel"),
        ("BGM+336+I'", "crew", "change"),
        ("BGM+655'", "gate_passes", "original"),
    ],
)
def test_what_a_list_is_for(begin: str, kind: str, purpose: str) -> None:
    read = flight(begin=begin)
    assert (read.kind, read.purpose) == (kind, purpose)


def test_roles() -> None:
    codes = ("FL", "FM", "DDU", "DDT", "COT", "ZZZ")
    roles = [flight(f"NAD+{code}+++A:B'").travellers[0].traveller.role for code in codes]
    assert roles == ["passenger", "crew", "transit", "crew", "unknown", "unknown"]


def test_a_closure_by_references_alone_screens_nobody_and_says_so() -> None:
    read = flight("NAD+ZZZ'RFF+AVF:LOC1'RFF+ABO:P1'", begin="BGM+266+CLNB'")
    assert (read.kind, read.purpose, read.travellers) == ("flight_status", "close", ())
    assert [(one.booking, one.reference) for one in read.not_screened] == [("LOC1", "P1")]


def test_fnu_is_unknown_and_never_a_name() -> None:
    for text in ("ERIKSSON:FNU", "FNU:ERIKSSON", "ERIKSSON"):
        traveller = flight(f"NAD+FL+++{text}'").travellers[0].traveller
        assert (traveller.names[0].text, traveller.names[0].given) == ("ERIKSSON", None)
        assert traveller.unknown == ("given name", "birth date")
    nameless = flight("NAD+FL'DOC+P+1'").travellers[0].traveller
    assert (nameless.names, len(nameless.documents)) == ((), 1)


@pytest.mark.parametrize(
    "wrong",
    [
        "NAD+FL'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+QQ+++A:B'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'ATT+2++9'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'DTM+329:741301'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'DTM+329:7408'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'NAT+2+QQQ'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'ZZZ+1'RFF+AVF:LOC2'RFF+ABO:P2'",
        "NAD+FL+++A:B'RFF+AVF:LOC2'RFF+ABO:P2'DOC+P+1'LOC+91+QQQ'",
    ],
)
def test_nobody_is_lost(wrong: str) -> None:
    read = flight(ANNA, wrong)
    assert [listed.reference for listed in read.travellers] == ["P1"]
    assert [(missed.booking, missed.reference) for missed in read.not_screened] == [("LOC2", "P2")]
    assert read.not_screened[0].why
    assert not read.is_whole


@pytest.mark.parametrize(
    "empty", ["DTM+329:'", "DTM+329'", "DTM+329::101'", "NAT+2'", "DOC+P+1'DTM+36:'", "DOC+P+1'LOC+91'"]
)
def test_what_is_sent_empty_is_unknown_and_the_traveller_is_screened(empty: str) -> None:
    read = flight(ANNA, f"NAD+FL+++FERVENTU:ILMAR'{empty}")
    assert read.is_whole
    ilmar = read.travellers[1].traveller
    assert (ilmar.names[0].text, ilmar.birth_date, ilmar.nationalities) == ("ILMAR FERVENTU", None, ())
    assert ilmar.unknown == ("birth date",)
    assert [(one.number, one.expires, one.issuer) for one in ilmar.documents] == [("1", None, None)] * ("DOC" in empty)


@pytest.mark.parametrize("more", ["CPI+4'QTY+17:2'", "GIS+173'", "GID+1'FTX+AAA+++TOYS'QTY+17:2'"])
def test_what_the_directory_lets_stand_of_a_traveller_keeps_nobody_from_being_screened(more: str) -> None:
    assert flight(ANNA, f"{ANNA}{more}").is_whole
    assert batch("BGM+745'GEI+4+173'" + HEADER + ANNA + "CNT+42:1'").lists[0].is_whole


def test_a_count_that_does_not_fit_is_not_whole() -> None:
    assert not flight(ANNA, end="CNT+42:2'").is_whole
    assert flight(ANNA, end="CNT+7:2'AUT+1'").is_whole


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", 13),
        ("RFF+TN:1'TDT+20+UT1'", 13),
        ("BGM+999'TDT+20+UT1'", 12),
        ("BGM+745+ZZ'TDT+20+UT1'", 12),
        ("BGM+745+G'TDT+20+UT1'", 12),
        ("BGM+336+CP'TDT+20+UT1'", 12),
        ("BGM+745'", 13),
        ("BGM+745'TDT+20+UT1'DTM+189:26'", 12),
        ("BGM+745'TDT+20+UT1'DTM+189:2611232500'", 12),
        ("BGM+745'TDT+20+UT1'ZZZ+1'", 15),
        ("BGM+745'TDT+20+UT1'CNT+42:X'", 12),
        ("BGM+745'TDT+20+UT1'CNT+42:0'NAD+FL+++A:B'", 15),
    ],
)
def test_a_list_without_sense_is_refused_and_the_others_are_read(body: str, fault: int) -> None:
    read = batch(body, "BGM+745'" + HEADER + ANNA + "CNT+42:1'")
    assert [error.fault for _, error in read.refused] == [fault]
    assert len(read.lists) == 1


@pytest.mark.parametrize("release", ["01B", "99A", "5B"])
def test_old_directories_are_refused(release: str) -> None:
    assert batch("BGM+745'", release=release).refused[0][1].fault == 14


def test_a_message_with_a_wrong_count_is_refused() -> None:
    data = interchange("BGM+745'" + HEADER).replace(b"UNT+14", b"UNT+15")
    assert read_batch(data, today=TODAY).refused[0][1].fault == 29


@given(st.text("NADFLOCRT+:'?0123 ", max_size=40))
def test_any_segment_is_read_or_refused(text: str) -> None:
    with suppress(EdifactError):
        read = batch("BGM+745'" + HEADER + ANNA + text + "CNT+42:1'")
        found = sum(len(each.travellers) + len(each.not_screened) for each in read.lists)
        assert found >= 1 or read.refused


def test_dates_of_carriers() -> None:
    assert birth_date("12JUL64", TODAY) == "1964-07-12"
    assert birth_date("19640712", TODAY) == "1964-07-12"
    assert expiry_date("310131", TODAY) == "2031-01-31"
    assert local_time("261123") == "2026-11-23"
    assert local_time("202611231005") == "2026-11-23T10:05"
    for wrong in ("2611", "26112X", "2611231060"):
        with pytest.raises(ValueError, match="time"):
            local_time(wrong)
    for wrong in ("12QQQ64", "1930408", "9304080", "93040", ""):
        with pytest.raises(ValueError, match="date"):
            birth_date(wrong, TODAY)


def test_a_days_flights_come_in_one_interchange_and_each_is_read_for_itself() -> None:
    day = ["BGM+745'" + HEADER.replace("UT123", f"UT{n}") + ANNA * 5 + "CNT+42:5'" for n in range(200, 240)]
    day[7] = "BGM+745'"
    read = batch(*day)
    assert [message.reference for message, _ in read.refused] == ["8"]
    assert [one.flight for one in read.lists] == [f"UT{n}" for n in range(200, 240) if n != 207]
    assert all(one.is_whole and len(one.travellers) == 5 for one in read.lists)
