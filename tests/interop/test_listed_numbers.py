"""Number fields as list editors fill them: the number comes out alone, or it is told that none does."""

from __future__ import annotations

import json

import pytest

from evenhand.interop.formats import read_list
from evenhand.interop.list_dates import issue_in
from evenhand.interop.listed_numbers import take_number
from evenhand.interop.model import ParsedList


@pytest.mark.parametrize(
    ("field", "taken"),
    [
        ("German travel document (“Reiseausweis”) A 0139243",
         ("A 0139243", None, "German travel document (“Reiseausweis”)")),
        ("A123456, issued in Kabul on 1 Jan 1999", ("A123456", None, "issued in Kabul on 1 Jan 1999")),
        ("A123456 ISSUED IN KABUL", ("A123456", None, "ISSUED IN KABUL")),
        ("AB 98765 (expired) (cancelled)", ("AB 98765", None, "expired; cancelled")),
        ("D000000483, Diplomatic (Syria)", ("D000000483", "SYR", "Diplomatic; Syria")),
        ("B011111(Libya)", ("B011111", "LBY", "Libya")), ("A123456 (1999)", ("A123456", None, "1999")),
        ("PASSPORT A 0139243", ("A 0139243", None, "PASSPORT")), ("identity card 123", ("123", None, "identity card")),
        ("SSN 156-92-9858 (United States of America)", ("156-92-9858", "USA", "SSN; United States of America")),
        ("Passport 8208 No. 555627", ("8208 555627", None, "Passport")), ("8208 № 555627", ("8208 555627", None, "")),
        ("серия АБ № 123456", ("АБ № 123456", None, "серия")),
        ("جواز سفر رقم ١٢٣٤٥٦", ("١٢٣٤٥٦", None, "جواز سفر رقم")),
    ],
)  # fmt: skip
def test_a_number_is_freed_of_its_words(field: str, taken: tuple[str, str | None, str]) -> None:
    assert take_number(field) == taken


@pytest.mark.parametrize(
    "number",
    ["12/BAHANA(N)010023", "(Naing)019077", "D489833(9)", "D489833 (9)", "C234897(0)", "N348171/IRAQ", "14.929.950",
     "N°235/MISPAT/DIRCAB/SP", "No34409/129", "35202- 4135948-7", "TR-P 614 166", "AIMO-681106-9F7", "96 03 464086",
     "ab-777", "ab 123456", "АБ 123456", "ب ١٢٣٤٥٦", "CFGHJKLMN", "12CP63882.3FRA", "V-14211633"],
)  # fmt: skip
def test_a_number_with_marks_and_letters_of_any_script_survives(number: str) -> None:
    assert take_number(number) == (number, None, "")


@pytest.mark.parametrize(
    "field",
    ["A123456 and B654321", "A123456, B654321", "A 123456 (B 789)", "A123456 (replaced by B765432)", "something else",
     "ISSUED IN KABUL A123456", "61 Niha El-Mehfara", "OR801168 and Kuwaiti National ID No. 281020505755", "(expired)",
     "Passport No", "A B C 123", "BELL", "A1 (b) c)", "1" * 501],
)  # fmt: skip
def test_where_it_is_not_sure_what_is_the_number_there_is_none(field: str) -> None:
    assert take_number(field) == ("", None, field)


def test_a_word_for_no_number_is_neither_number_nor_word() -> None:
    assert take_number("Not known") == ("", None, "")


def test_the_day_of_issue_stands_behind_the_place() -> None:
    assert issue_in("issued by the Consulate in Rome on 22 Mar. 2006, expired") == "2006-03-22"
    assert issue_in("issued in Rome (1999) on 22 Mar. 2006") is None


# -- every list ------------------------------------------------------------------------------------------

LISTS = {
    "un-sc": """<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><REFERENCE_NUMBER>X.1</REFERENCE_NUMBER>
    <FIRST_NAME>Ada</FIRST_NAME><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
    <NUMBER>{}</NUMBER></INDIVIDUAL_DOCUMENT></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>""",
    "uk-sanctions": """<Designations><Designation><UniqueID>U</UniqueID>
    <IndividualEntityShip>Individual</IndividualEntityShip><Names><Name><Name6>Bell</Name6>
    <NameType>Primary Name</NameType></Name></Names><IndividualDetails><Individual><PassportDetails><Passport>
    <PassportNumber>{}</PassportNumber></Passport></PassportDetails></Individual></IndividualDetails></Designation>
    </Designations>""",
    "eu-fsf": """<export><sanctionEntity euReferenceNumber="E"><subjectType code="person"/>
    <nameAlias wholeName="Ada Bell"/><identification number="{}" identificationTypeCode="passport"/>
    </sanctionEntity></export>""",
    "ofac-sdn": """<sdnList><sdnEntry><uid>1</uid><lastName>BELL</lastName><sdnType>Individual</sdnType><idList><id>
    <idType>Passport</idType><idNumber>{}</idNumber></id></idList></sdnEntry></sdnList>""",
    "us-csl": json.dumps([{"id": "1", "type": "Individual", "name": "BELL", "ids": [
        {"type": "Passport", "number": "NUMBER"}]}]).replace("{", "{{").replace("}", "}}").replace("NUMBER", "{}"),
    "template": 'reference,name,offence,documents\n7,Ada Bell,theft,"passport:{}"\n',
}  # fmt: skip


def ftm(number: str, *, bare: bool) -> ParsedList:
    said = {"passportNumber": [number]} if bare else {"passports": [
        {"schema": "Passport", "properties": {"number": [number]}}
    ]}  # fmt: skip
    entity = {"id": "a", "schema": "Person", "properties": {"name": ["Ada Bell"], "topics": ["wanted"], **said}}
    return read_list("ftm", {"file": json.dumps(entity).encode()})


def readings(number: str) -> list[ParsedList]:
    lists = [read_list(name, {"file": text.format(number).encode()}) for name, text in LISTS.items()]
    return [*lists, ftm(number, bare=True), ftm(number, bare=False)]


@pytest.mark.parametrize("number", ["Unknown", "A123456 and B654321"])
def test_in_no_list_do_words_become_a_number(number: str) -> None:
    for parsed in readings(number):
        (entry,) = parsed.entries
        assert entry.person is not None
        assert entry.person.documents == (), parsed.name
        assert len(parsed.refusals) == 1, parsed.name
        assert parsed.refusals[0].reason.startswith("a document without a number cannot be matched")
        assert number in " ".join(entry.material.remarks) or number == "Unknown"


def test_in_every_list_a_number_is_taken_apart_from_its_words() -> None:
    for parsed in readings("A123456 (Libya)"):
        (entry,) = parsed.entries
        assert entry.person is not None
        assert [(one.number, one.issuer) for one in entry.person.documents] == [("A123456", "LBY")], parsed.name
        assert "Libya" in (entry.person.documents[0].note or ""), parsed.name
        assert parsed.refusals == (), parsed.name


def test_a_paper_of_the_uk_list_that_says_nothing_is_none() -> None:
    parsed = read_list("uk-sanctions", {"file": LISTS["uk-sanctions"].format("").encode()})
    assert parsed.refusals == ()


def test_un_a_travel_document_among_passports_is_one() -> None:
    (entry,) = read_list("un-sc", {"file": LISTS["un-sc"].format("Laissez-passer no. A1").encode()}).entries
    assert entry.person is not None
    assert [(one.type, one.number) for one in entry.person.documents] == [("travel_document", "A1")]
