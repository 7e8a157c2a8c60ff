"""Dates and papers that a list states in parts or in its own order: read as meant, or refused, and never half."""

from __future__ import annotations

import json

import pytest

from evenhand.identity.dates import BirthDate
from evenhand.interop.formats import read_list
from evenhand.interop.list_dates import birth_date, birth_date_day_first, birth_date_unslashed
from evenhand.interop.model import ParsedList


def read(name: str, data: str) -> ParsedList:
    return read_list(name, {"file": data.encode()})


def births(parsed: ParsedList) -> list[str]:
    return [born.value for one in parsed.entries if one.person for born in one.person.birth_dates]


def fields(parsed: ParsedList) -> list[str]:
    return [one.field for one in parsed.refusals]


# -- day first -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("31/12/1966", BirthDate(value="1966-12-31")), ("03/04/1966", BirthDate(value="1966-04-03")),
        ("1966-12-31", BirthDate(value="1966-12-31")), ("12/31/1966", None), ("circa 12/31/1966", None),
        ("circa 03/04/1966", BirthDate(value="1966-04-03", certainty="approximate")),
        ("12/31/1966 to 1970", None), ("1963 to 1965", BirthDate(value="1963", until="1965")),
        ("dd/mm/1967", BirthDate(value="1967")), ("5 Mar 1968", BirthDate(value="1968-03-05")),
    ],
)  # fmt: skip
def test_the_month_is_never_first(text: str, born: BirthDate | None) -> None:
    assert birth_date_day_first(text) == born


def test_a_table_in_the_order_of_the_united_states_is_refused_where_it_shows() -> None:
    row = "7,Ada Bell,theft,12/31/1966\n8,Cy Dorn,theft,31/12/1966\n"
    parsed = read("template", "reference,name,offence,birth_date\n" + row)
    assert births(parsed) == ["1966-12-31"]
    assert [(one.line, one.entry_id, one.field) for one in parsed.refusals] == [(2, "7", "birth_date")]
    head = "Reference,Name of Individual or Entity,Type,Name Type,Date of Birth\n"
    parsed = read("au-dfat", head + "8,Ada Bell,Individual,Primary Name,a) 5/06/1965 or 12/31/1966\n")
    assert (births(parsed), fields(parsed)) == (["1965-06-05"], ["Date of Birth"])


def test_ofac_puts_the_month_first() -> None:
    assert birth_date("12/31/1966") == BirthDate(value="1966-12-31")


# -- the parts of a date in the list of the European Union -------------------------------------------------


def eu(body: str) -> ParsedList:
    return read("eu-fsf", f"""<export><sanctionEntity euReferenceNumber="E"><subjectType code="person"/>
    <nameAlias wholeName="Ada Bell"/>{body}</sanctionEntity></export>""")


@pytest.mark.parametrize(
    ("attributes", "born", "refused"),
    [
        ('dayOfMonth="16" monthOfYear="7" year="1962"', ["1962-07-16"], []),
        ('monthOfYear="7" year="1962"', ["1962-07"], []),
        ('dayOfMonth="16" year="1962"', ["1962"], ["birthdate@dayOfMonth"]),
        ('dayOfMonth="16" monthOfYear="7"', [], ["birthdate@monthOfYear", "birthdate@dayOfMonth"]),
        ('dayOfMonth="6" monthOfYear="Apr" year="1972"', ["1972"], ["birthdate@monthOfYear", "birthdate@dayOfMonth"]),
        ('monthOfYear="13" year="1972"', [], ["birthdate"]),
        ('year="1973" yearRangeFrom="1972" yearRangeTo="1974"', ["1972"], ["birthdate@yearRangeFrom"]),
        ('birthdate="1976-02-03" dayOfMonth="3" monthOfYear="2" year="1976"', ["1976-02-03"], []),
        ('birthdate="1976-02-03" year="1976"', ["1976-02-03"], []),
        ('birthdate="1976-02-03" year="1977" monthOfYear="5"', ["1976-02-03"], ["birthdate@year"]),
        ('birthdate="soon" year="1977" monthOfYear="5"', ["1977-05"], ["birthdate"]),
        ('birthdate="soon"', [], ["birthdate"]),
        ('monthOfYear="5" calendarType="ISLAMIC"', [], ["birthdate@calendarType"]),
        ('calendarType="ISLAMIC"', [], []),
    ],
)  # fmt: skip
def test_no_part_of_a_date_is_left_out(attributes: str, born: list[str], refused: list[str]) -> None:
    parsed = eu(f"<birthdate {attributes}/>")
    assert (births(parsed), fields(parsed)) == (born, refused)


def test_eu_numbers_of_papers_are_freed_of_their_words() -> None:
    parsed = eu("""<identification number="\u0413 12345 (issued 3 May 2001)" identificationTypeCode="passport"/>
    <identification number="B011111 (Libya)" knownExpired="true" identificationTypeCode="passport"/>
    <identification number="C22222 (stolen, expires 3 May 2011)" identificationTypeCode="passport"
    countryIso2Code="IT"/>
    <identification number="(passport-National passport) " identificationTypeCode="passport" issuedBy="Town"/>
    <identification issueDate="2001-05-03" validTo="2011-05-03" countryIso2Code="IT" identificationTypeCode="id"/>
    <identification number="" latinNumber="D33" identificationTypeDescription="Odd paper"/>""")
    (entry,) = parsed.entries
    assert entry.person is not None
    assert [(one.number, one.issuer, one.issued, one.expires, one.status, one.note)
            for one in entry.person.documents] == [
        ("\u0413 12345", None, "2001-05-03", None, "unknown", "issued 3 May 2001"),
        ("B011111", "LBY", None, None, "expired", "Libya"),
        ("C22222", "ITA", None, "2011-05-03", "stolen", "stolen, expires 3 May 2011"),
        ("D33", None, None, None, "unknown", "Odd paper"),
    ]  # fmt: skip
    assert fields(parsed) == ["identification@number"] * 2
    assert entry.material.remarks == (
        "Document: passport; (passport-National passport); Town",
        "Document: id; ITA; issued 2001-05-03; expires 2011-05-03",
    )


def test_eu_numbers_are_kept_in_both_scripts() -> None:
    parsed = eu("""<identification number="АБ 123456" latinNumber="AB 123456" identificationTypeCode="passport"/>
    <identification number="ab-777" latinNumber="AB 777" identificationTypeCode="passport"/>
    <identification number="без номера" latinNumber="C55" identificationTypeCode="passport"/>
    <identification number="Д66 (Libya)" latinNumber="none" identificationTypeCode="passport"/>
    <identification number="нет" latinNumber="none" identificationTypeCode="passport"/>""")
    (entry,) = parsed.entries
    assert entry.person is not None
    assert [(one.number, one.note) for one in entry.person.documents] == [
        ("AB 123456", None), ("АБ 123456", None), ("AB 777", None), ("C55", None),
        ("Д66", "Libya"),
    ]  # fmt: skip
    assert fields(parsed) == ["identification@number"]
    assert entry.material.remarks == ("Document: passport",)


# -- papers in a cell of the Consolidated Screening List ---------------------------------------------------


def csl(ids: str) -> ParsedList:
    return read("us-csl", f'id,type,name,ids\n1,Individual,"Bell, Ada","{ids}"\n')


@pytest.mark.parametrize(
    ("ids", "paper", "refused"),
    [
        ("Passport, X1, IT, 2000-01-01, 2010-01-01", ("X1", "ITA", "2000-01-01", "2010-01-01"), []),
        ("Passport, X1, IT, , 2010-01-01", ("X1", "ITA", None, "2010-01-01"), []),
        ("Passport, X1, IT, 2010-01-01", ("X1", "ITA", None, None), ["ids/a date of issue or of expiry"]),
        ("Passport, X1, IT, soon, later", ("X1", "ITA", None, None), ["ids/issued", "ids/expires"]),
        ("Passport, X1, , ", ("X1", None, None, None), []),
        ("Passport, X1", ("X1", None, None, None), []),
        ("Passport, , IT", None, ["ids"]),
        ("Passport, X1, IT, 2000-01-01, 2010-01-01, Tehran, 7", ("X1", "ITA", "2000-01-01", "2010-01-01"),
         ["ids/what follows"]),
    ],
)  # fmt: skip
def test_every_piece_of_an_identification_is_read_or_refused(
    ids: str, paper: tuple[str | None, ...] | None, refused: list[str]
) -> None:
    parsed = csl(ids)
    (entry,) = parsed.entries
    assert entry.person is not None
    assert [(one.number, one.issuer, one.issued, one.expires) for one in entry.person.documents] == [
        *([] if paper is None else [paper])
    ]  # fmt: skip
    assert fields(parsed) == refused


def test_the_two_forms_of_the_list_say_the_same_of_a_paper() -> None:
    said = {"type": "Passport", "number": "X1", "country": "IT", "issue_date": "2000-01-01",
            "expiration_date": "2010-01-01"}  # fmt: skip
    (one,) = read("us-csl", json.dumps([{"id": "1", "type": "Individual", "name": "Bell, Ada", "ids": [said]}])).entries
    (other,) = csl("Passport, X1, IT, 2000-01-01, 2010-01-01").entries
    assert one.person == other.person


def test_slashes_are_no_date_where_nobody_says_what_stands_first() -> None:
    for text in ("03/04/1966", "1966/04/03", "circa 03/04/1966", "1960 to 03/04/1966"):
        assert birth_date_unslashed(text) is None
    assert birth_date_unslashed("1966-04-03") == birth_date_unslashed("3 Apr 1966") == BirthDate(value="1966-04-03")
    entity = {"id": "a", "schema": "Person", "properties": {
        "name": ["Ada Bell"], "birthDate": ["03/04/1966", "1967"],
        "sanctions": [{"properties": {"reason": ["theft"], "listingDate": ["03/04/2006"]}}],
        "passports": [{"schema": "Passport", "properties": {"number": ["X1"], "startDate": ["03/04/2006"]}}],
    }}  # fmt: skip
    parsed = read_list("ftm", {"file": json.dumps(entity).encode()})
    assert parsed.entries[0].person is not None
    assert parsed.entries[0].person.birth_dates == (BirthDate(value="1967"),)
    assert parsed.entries[0].listed_on is None
    assert [one.field for one in parsed.refusals] == ["birthDate", "document/startDate", "sanction/listingDate"]
    canada = b"""<data-set><record><Country>X</Country><Item>1</Item><GivenName>Ada</GivenName><LastName>Bell</LastName>
    <DateOfBirth>03/04/1966</DateOfBirth><DateOfListing>03/04/2006</DateOfListing></record></data-set>"""
    parsed = read_list("ca-sema", {"file": canada})
    assert [one.field for one in parsed.refusals] == ["DateOfBirth", "DateOfListing"]
