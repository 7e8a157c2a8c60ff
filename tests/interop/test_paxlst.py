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


def flight(*travellers: str, begin: str = "BGM+745'", end: str = "", una: str = "UNA:+.? '") -> TravellerList:
    body = begin + HEADER + "".join(travellers) + (end or f"CNT+42:{len(travellers)}'")
    read = read_batch(interchange(body).replace(b"UNA:+.? '", una.encode()), today=TODAY)
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
        ("BGM+266+CLNB'", "flight_status", "close_absent"),
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


@pytest.mark.parametrize("begin", ["BGM+266+CLNB'", "BGM+266+CLOB'", "BGM+745+XR'"])
@pytest.mark.parametrize("role", ["ZZZ", "ZZ", "FL"])
def test_who_is_named_by_references_alone_was_answered_before(begin: str, role: str) -> None:
    read = flight(f"NAD+{role}'RFF+AVF:LOC1'RFF+ABO:P1'", f"NAD+{role}'RFF+ABO:P2'", ANNA, begin=begin)
    assert [(one.booking, one.reference) for one in read.referred] == [("LOC1", "P1"), ("", "P2")]
    assert (len(read.travellers), read.not_screened, read.received, read.is_whole) == (1, (), 3, True)


@pytest.mark.parametrize(
    ("group", "begin"),
    [
        ("NAD+ZZZ'RFF+ABO:P1'", "BGM+745'"),
        ("NAD+ZZZ'", "BGM+266+CLOB'"),
        ("NAD+ZZZ'RFF+ABO:P1'DTM+329:740812'", "BGM+266+CLOB'"),
        ("NAD+QQ'RFF+ABO:P1'", "BGM+266+CLOB'"),
        ("NAD+ZZZ+++FNU'RFF+ABO:P1'", "BGM+266+CLOB'"),
    ],
)
def test_any_other_group_without_name_and_document_is_not_screened(group: str, begin: str) -> None:
    read = flight(group, begin=begin)
    assert (read.referred, read.travellers, len(read.not_screened)) == ((), (), 1)
    assert read.not_screened[0].traveller is None
    assert not read.is_whole


def test_fnu_is_unknown_and_never_a_name() -> None:
    for text in ("ERIKSSON:FNU", "FNU:ERIKSSON", "ERIKSSON"):
        traveller = flight(f"NAD+FL+++{text}'").travellers[0].traveller
        assert (traveller.names[0].text, traveller.names[0].given) == ("ERIKSSON", None)
        assert traveller.unknown == ("given name", "birth date")
    nameless = flight("NAD+FL'DOC+P+1'").travellers[0].traveller
    assert (nameless.names, len(nameless.documents)) == ((), 1)
    assert nameless.unknown == ("name", "given name", "birth date")


@pytest.mark.parametrize("text", ["LNU:FNU", "XXX:XXX", "-:-", ".:FNU", ":"])
def test_a_placeholder_is_no_name(text: str) -> None:
    nameless = flight(f"NAD+FL+++{text}'DOC+P+1'").travellers[0].traveller
    assert (nameless.names, "name" in nameless.unknown) == ((), True)


def test_a_name_where_an_address_should_stand_is_searched_and_its_bearer_not_screened() -> None:
    for at in ("++FERVENTU:ILMAR", "++++FERVENTU:ILMAR"):
        (missed,) = flight(f"NAD+FL{at}'DOC+P+1'").not_screened
        assert (missed.why, missed.name) == ("a name where an address should stand", "FERVENTU/ILMAR")
        assert missed.traveller is not None
        assert missed.traveller.names[0].text == "ILMAR FERVENTU"
    assert flight("NAD+FL++5 MAIN ST+FERVENTU:ILMAR+5 MAIN ST+ROME'").is_whole


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("NAD+QQ+++A:B'", "an unknown role of a traveller"),
        ("NAD+FL+++A:B'ATT+2++9'", "sex: an unknown code"),
        ("NAD+FL+++A:B'DTM+329:741301'", "birth date: no such date"),
        ("NAD+FL+++A:B'DTM+329:7408'", "birth date: no such date"),
        ("NAD+FL+++A:B'DTM+329:20991231'", "birth date: a birth date in the future"),
        ("NAD+FL+++A:B'DTM+329:20270100'", "birth date: a birth date in the future"),
        ("NAD+FL+++A:B'DTM+329:18950101'", "birth date: a birth date more than 130 years ago"),
        ("NAD+FL+++A:B'DTM+329:740812'DTM+329:991231'", "birth date: two values"),
        ("NAD+FL+++A:B'DTM+329:740812'DTM+329:XX'", "birth date: no such date"),
        ("NAD+FL+++A:B'DTM+329:740812'DTM+329:000000'", "birth date: two values"),
        ("NAD+FL+++A:B'DTM+329:740812*329:991231'", "birth date: two values"),
        ("NAD+FL+++A:B'ATT+2++M'ATT+2++F'", "sex: two values"),
        ("NAD+FL+++A:B'ATT+2++M*F'", "sex: two values"),
        ("NAD+FL+++A:B*C:D'", "a repeated name"),
        ("NAD+FL+++A:B'NAT+2+QQQ'", "nationality: not a country code: 'QQQ'"),
        ("NAD+FL+++A:B'NAT+2+ita'", "nationality: not a country code: 'ita'"),
        ("NAD+FL+++A:B'ZZZ+1'", "ZZZ is no segment of a traveller"),
    ],
)
def test_who_was_not_read_whole_is_searched_by_the_rest(wrong: str, why: str) -> None:
    read = flight(ANNA, f"{wrong}RFF+AVF:LOC2'RFF+ABO:P2'DOC+P+1'LOC+91+FRA'", una="UNA:+.?*'")
    assert [listed.reference for listed in read.travellers] == ["P1"]
    (missed,) = read.not_screened
    assert (missed.booking, missed.reference, missed.name, missed.why) == ("LOC2", "P2", "A/B", why)
    assert missed.traveller is not None
    assert (missed.traveller.names[0].text, missed.traveller.documents[0].number) == ("B A", "1")
    assert (missed.traveller.birth_date, missed.traveller.sex, missed.traveller.nationalities) == (None, "U", ())
    assert not read.is_whole


@pytest.mark.parametrize(
    ("papers", "why", "left"),
    [
        ("DOC+P+1'LOC+91+QQQ'", "issuer: not a country code: 'QQQ'", [("1", None, None)]),
        ("DOC+P+1'LOC+91+ITA'DOC+V+2'LOC+91+XYZ'", "issuer: not a country code: 'XYZ'",
         [("1", "ITA", None), ("2", None, None)]),
        ("DOC+P+1'LOC+91+ITA'LOC+91+FRA'", "issuer: two values", [("1", None, None)]),
        ("DOC+P+1'LOC+91+ITA*FRA'", "issuer: two values", [("1", None, None)]),
        ("DOC+P+1'DTM+36:300231'LOC+91+ITA'", "expiry: no such date", [("1", "ITA", None)]),
        ("DOC+P+1'DTM+36:300228'DTM+36:310228'", "expiry: two values", [("1", None, None)]),
        ("DOC+P+1*2'", "a repeated document", [("1", None, None)]),
        (f"DOC+P+{'7' * 201}'", "document: text of 201 characters", []),
        ("DOC+P+1'" * 51, "more than 50 documents", [("1", None, None)] * 50),
    ],
)  # fmt: skip
def test_a_bad_field_of_a_document_hides_nothing_else(papers: str, why: str, left: list[object]) -> None:
    (missed,) = flight(f"NAD+FL+++FERVENTU:ILMAR'DTM+329:740812'{papers}", una="UNA:+.?*'").not_screened
    assert missed.why == why
    assert missed.traveller is not None
    assert missed.traveller.birth_date == "1974-08-12"
    assert [(one.number, one.issuer, one.expires) for one in missed.traveller.documents] == left


def test_a_name_over_the_limit_is_searched_as_far_as_it_goes() -> None:
    (missed,) = flight(f"NAD+FL+++{'F' * 101}:ILMAR'").not_screened
    assert missed.traveller is not None
    (name,) = missed.traveller.names
    assert (name.family, name.given, name.truncated) == ("F" * 100, "ILMAR", True)
    assert missed.why == "a name of more than 100 characters"


def test_the_same_told_twice_is_told_once() -> None:
    read = flight("NAD+FL+++A:B'DTM+329:740812'DTM+329:19740812'ATT+2++F'ATT+2++F'ATT+2'DOC+P+1'LOC+91+D'LOC+91+DEU'")
    assert read.is_whole
    traveller = read.travellers[0].traveller
    assert (traveller.birth_date, traveller.sex, traveller.documents[0].issuer) == ("1974-08-12", "F", "DEU")


def test_every_nationality_is_read_and_two_letters_are_a_country() -> None:
    read = flight("NAD+FL+++A:B'NAT+2+IT**FRA'NAT'NAT+2+US'DOC+P+1'LOC+91+DE'", una="UNA:+.?*'")
    traveller = read.travellers[0].traveller
    assert (traveller.nationalities, traveller.documents[0].issuer) == (("ITA", "FRA", "USA"), "DEU")


def test_a_sender_among_the_travellers_is_not_screened_and_takes_nobody_along() -> None:
    read = flight("NAD+FL+++GOOD:MAN'DTM+329:740812'", "NAD+MS+++FERVENTU:ILMAR'DTM+329:990812'DOC+P+X1234567'")
    (good,) = read.travellers
    assert (good.traveller.birth_date, good.traveller.documents) == ("1974-08-12", ())
    (missed,) = read.not_screened
    assert (missed.why, missed.name) == ("an unknown role of a traveller", "FERVENTU/ILMAR")
    assert missed.traveller is not None
    assert missed.traveller.documents[0].number == "X1234567"


@pytest.mark.parametrize(
    "empty",
    ["DTM+329:'", "DTM+329'", "DTM+329:000000'", "ATT+2'", "DTM+329::101'", "NAT+2'", "DOC+P+1'DTM+36:'",
     "DOC+P+1'LOC+91'"],
)  # fmt: skip
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


def test_a_first_list_that_names_nobody_and_counts_nobody_is_not_whole() -> None:
    for begin, whole in (("BGM+745'", False), ("BGM+250'", False), ("BGM+745+CP'", True), ("BGM+266+CLNB'", True)):
        assert flight(begin=begin, end="AUT+1'").is_whole is whole
    assert flight(begin="BGM+745'", end="CNT+42:0'").is_whole


def test_the_version_of_a_transaction_is_kept() -> None:
    read = batch("BGM+745'RFF+TN:TX1:::1'TDT+20+UT1'CNT+42:0'", "BGM+745'RFF+TN'TDT+20+UT1'CNT+42:0'").lists
    assert [(one.transaction, one.transaction_more) for one in read] == [("TX1", ("", "", "1")), ("", ())]


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
    assert expiry_date("20310131", TODAY) == "2031-01-31"
    assert (expiry_date("310100", TODAY), expiry_date("00000000", TODAY)) == ("2031-01", None)
    for partial in ("640000", "19640000", "64<<<<", "1964<<<<"):
        assert birth_date(partial, TODAY) == "1964"
    for partial in ("740800", "19740800", "7408<<", "197408<<"):
        assert birth_date(partial, TODAY) == "1974-08"
    for unknown in ("000000", "00000000"):
        assert birth_date(unknown, TODAY) is None
    assert (birth_date("20261123", TODAY), birth_date("18961123", TODAY)) == ("2026-11-23", "1896-11-23")
    assert local_time("261123") == "2026-11-23"
    assert local_time("202611231005") == "2026-11-23T10:05"
    for wrong in ("2611", "26112X", "2611231060"):
        with pytest.raises(ValueError, match="time"):
            local_time(wrong)
    for wrong in ("12QQQ64", "1930408", "9304080", "93040", "", "19740013", "19741300", "00000812", "00", "2026112<",
                  "20261124", "20270000", "202612<<", "18951231"):  # fmt: skip
        with pytest.raises(ValueError, match="date"):
            birth_date(wrong, TODAY)


def test_a_days_flights_come_in_one_interchange_and_each_is_read_for_itself() -> None:
    day = ["BGM+745'" + HEADER.replace("UT123", f"UT{n}") + ANNA * 5 + "CNT+42:5'" for n in range(200, 240)]
    day[7] = "BGM+745'"
    read = batch(*day)
    assert [message.reference for message, _ in read.refused] == ["8"]
    assert [one.flight for one in read.lists] == [f"UT{n}" for n in range(200, 240) if n != 207]
    assert all(one.is_whole and len(one.travellers) == 5 for one in read.lists)


@pytest.mark.parametrize("stated", [
    "740812", "740812:101", "19740812:102", "740812:102", "19740812:203", "120874:2", "081274:3", "12081974:4",
    "7408121000:201", "197408121000:203",
])  # fmt: skip
def test_a_date_is_read_by_the_code_of_its_format(stated: str) -> None:
    (one,) = flight(f"NAD+FL+++A:B'DTM+329:{stated}'DOC+P+1'DTM+36:{stated.replace('74', '31')}'").travellers
    assert one.traveller.birth_date == "1974-08-12"
    assert one.traveller.documents[0].expires is not None
    assert one.traveller.documents[0].expires[4:] == "-08-12"


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ("740812:999", "a format of date that is not known"), ("7408:102", "a date that is not of its stated format"),
        ("30121974:203", "no such date"), ("310274:2", "no such date"),
        ("12JUL6:2", "a date that is not of its stated format"),
        ("١٢٠٨٧٤:2", "a date that is not of its stated format"),
    ],
)  # fmt: skip
def test_a_date_of_no_known_format_is_not_guessed(stated: str, why: str) -> None:
    body = f"BGM+745'{HEADER}NAD+FL+++FERVENTU:ILMAR'DTM+329:{stated}'DOC+P+1'DTM+36:{stated}'CNT+42:1'"
    data = interchange(body).replace(b"UNOA", b"UNOW")
    (missed,) = read_batch(data, today=TODAY).lists[0].not_screened
    assert missed.why == f"birth date: {why}; expiry: {why}"
    assert missed.traveller is not None
    assert (missed.name, missed.traveller.birth_date) == ("FERVENTU/ILMAR", None)


@pytest.mark.parametrize(
    ("stated", "at"),
    [("231126:2", "2026-11-23"), ("112326:3", "2026-11-23"), ("202611231000:203", "2026-11-23T10:00"),
     ("261123:101", "2026-11-23"), ("20261123:102", "2026-11-23")],
)  # fmt: skip
def test_a_departure_is_read_by_the_code_of_its_format(stated: str, at: str) -> None:
    (one,) = batch(f"BGM+745'TDT+20+UT1'DTM+189:{stated}'CNT+42:0'").lists
    assert one.departs_at == at


@pytest.mark.parametrize("stated", ["202611231000:201", "20261123:203", "2611231000:ZZZ", "2611231000:102"])
def test_a_departure_that_is_not_of_its_format_is_read_by_its_length(stated: str) -> None:
    (one,) = batch(f"BGM+745'TDT+20+UT1'DTM+189:{stated}'CNT+42:0'").lists
    assert one.departs_at[:10] == "2026-11-23", "a flight's time is of no person, and refuses nobody's list"


def test_a_departure_that_is_no_time_refuses_its_message() -> None:
    for stated in ("991399:203", "x"):
        ((_, error),) = batch(f"BGM+745'TDT+20+UT1'DTM+189:{stated}'CNT+42:0'").refused
        assert (error.fault, error.what) == (12, "no such time")


def test_of_many_faults_ten_are_said() -> None:
    odd = "".join(f"NAT+2+A{number}'" for number in range(30))
    (missed,) = flight(f"NAD+FL+++FERVENTU:ILMAR'{odd}DOC+P+1'").not_screened
    assert missed.why.count(";") == 10
    assert missed.why.endswith("; and 20 more")
