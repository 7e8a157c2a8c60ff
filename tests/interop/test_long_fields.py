"""A field costs what it is long; one longer than any notice can hold is refused before anything looks into it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from lxml import etree

from evenhand.ground.limits import LIST_FIELD_CHARACTERS_MAX
from evenhand.interop.attributes import AttributeReader
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader
from evenhand.interop.formats import read_list
from evenhand.interop.list_dates import birth_date, expiry_in, issue_in
from evenhand.interop.listed_documents import document_status, document_type
from evenhand.interop.listed_names import Part, names_in_note, split_names
from evenhand.interop.listed_numbers import number_in, take_number
from evenhand.interop.model import ParsedList
from evenhand.interop.neutrality import neutral
from evenhand.interop.ofac_words import is_document
from evenhand.interop.rows import RecordReader
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_formats import WRITERS

LONG = "9" * (LIST_FIELD_CHARACTERS_MAX + 1)
REASON = f"text of {len(LONG)} characters: the limit is {LIST_FIELD_CHARACTERS_MAX}"
HOSTILE = (
    "1", "1 ", "a", "A-", "A ", "no ", "no:", "card 1", "(", "a (", "()", "; ", "a;(", ",", ", ", "expir", "expires ",
    "expires-", "valid until ", "issued-", "tribe. ", "identi", "passport ", "blank stolen ", "circa ", "1 to ",
    "original script ", "A1 ",
)  # fmt: skip
SECONDS_MAX = 0.5


def read(name: str, data: str) -> ParsedList:
    return read_list(name, {"sdn.csv" if name == "ofac-legacy" else "file": data.encode()})


def told(parsed: ParsedList) -> list[tuple[str, str]]:
    return [(one.field, one.reason) for one in parsed.refusals]


# -- every expression ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [("", ""), ("a (", ")"), ("no ", "1"), ("1", "x(")], ids=str)
@pytest.mark.parametrize(
    "look", [take_number, number_in, document_type, document_status, expiry_in, issue_in, birth_date, split_names,
             names_in_note, neutral, is_document],
)  # fmt: skip
def test_a_text_costs_what_it_is_long(look: Callable[[str], object], ends: tuple[str, str]) -> None:
    before = time.process_time()
    for hostile in HOSTILE:
        look((ends[0] + hostile * LIST_FIELD_CHARACTERS_MAX)[: LIST_FIELD_CHARACTERS_MAX - 9] + ends[1])
    assert time.process_time() - before < SECONDS_MAX * len(HOSTILE) / 5


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_remark_of_the_legacy_files_costs_what_it_is_long(hostile: str) -> None:
    before = time.process_time()
    (entry,) = read("ofac-legacy", f'1,"BELL, Ada",individual,P,,,,,,,,"{hostile * (15_000 // len(hostile))}"').entries
    assert time.process_time() - before < SECONDS_MAX
    assert entry.entry_id == "1"


# -- what the linear expressions still find -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "expires", "issued"),
    [
        ("Expired on 5 May 2001", "2001-05-05", None), ("expires12 May 2001", "2001-05-12", None),
        ("(expiration date: 2001-05-12)", "2001-05-12", None), ("valid until May 2001; x", "2001-05", None),
        ("Issued on 3 Jun 1999, expiry: 3 Jun 2009", "2009-06-03", "1999-06-03"),
        ("issued in 2001-02-03", None, "2001-02-03"), ("expires soon, expires 5 May 2001", "2001-05-05", None),
    ],
)  # fmt: skip
def test_dates_are_found_in_notes(note: str, expires: str | None, issued: str | None) -> None:
    assert (expiry_in(note), issue_in(note)) == (expires, issued)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Ada Bell; A. Bell", ["Ada Bell", "A. Bell"]), ("Ada (one; two)", ["Ada", "one; two"]),
        ("A (x); B; C (y; z)", ["A", "x", "B", "C", "y; z"]), ("Ada; (B) Cy\u061b Dee)", ["Ada", "(B) Cy\u061b Dee)"]),
        (";;Ada;", ["Ada"]),
    ],
)  # fmt: skip
def test_semicolons_divide_names_but_not_inside_brackets(field: str, names: list[str]) -> None:
    assert [part.text for part in split_names(field)] == names


def test_a_bracket_of_capitalised_words_is_a_variant() -> None:
    assert split_names("Ada Bell (Bel-Ami Anne)") == [Part("name", "Ada Bell"), Part("variant", "Bel-Ami Anne")]


# -- too long for any notice -------------------------------------------------------------------------------


def test_a_field_that_is_too_long_is_refused_and_costs_no_other() -> None:
    uk = f"""<Designations><Designation><UniqueID>U1</UniqueID><IndividualEntityShip>Individual</IndividualEntityShip>
    <Names><Name><Name6>Bell</Name6><NameType>Primary Name</NameType></Name></Names>
    <IndividualDetails><Individual><PassportDetails><Passport><PassportNumber>{LONG}</PassportNumber>
    <PassportAdditionalInformation>{LONG}</PassportAdditionalInformation></Passport></PassportDetails></Individual>
    </IndividualDetails></Designation></Designations>"""
    parsed = read("uk-sanctions", uk)
    assert len(parsed.entries) == 1
    assert {reason for field, reason in told(parsed) if "Passport/" in field} == {REASON}
    assert [one.line for one in parsed.refusals if one.reason == REASON] == [3, 4]

    eu = f"""<export><sanctionEntity euReferenceNumber="E"><subjectType code="person"/><nameAlias wholeName="Ada Bell"
    function="{LONG}"/><remark>{LONG}</remark></sanctionEntity></export>"""
    parsed = read("eu-fsf", eu)
    assert told(parsed) == [("nameAlias@function", REASON), ("remark", REASON)]

    ftm = {"id": "a", "schema": "Person", "properties": {
        "name": ["Ada Bell", LONG, "A. Bell"], "birthPlace": [LONG], "notes": ["short"], "gender": [["m"]], "odd": LONG,
    }}  # fmt: skip
    parsed = read("ftm", json.dumps(ftm))
    (entry,) = parsed.entries
    assert entry.person is not None
    assert [name.text for name in entry.person.names] == ["Ada Bell", "A. Bell"]
    assert entry.material.remarks == ("short",)
    assert told(parsed) == [
        ("properties/name", REASON), ("properties/birthPlace", REASON),
        ("properties/gender", "a field the importer does not know"), ("properties/odd", REASON),
    ]  # fmt: skip

    table = f"reference,name,offence,remarks\n7,Ada Bell,theft,{LONG}\n"
    assert told(read("template", table)) == [("remarks", REASON)]

    legacy = f'1,"BELL, Ada",individual,P,,,,,,,,"DOB 1960; {LONG}"'
    parsed = read("ofac-legacy", legacy)
    assert (len(parsed.entries), told(parsed)) == (1, [("remarks", REASON)])


def test_an_entry_of_many_values_costs_what_they_are_many() -> None:
    many = [f"value {number}" for number in range(20_000)]
    said = {"name": ["Ada Bell"], "idNumber": many, "notes": many, "address": many, "birthPlace": many}
    before = time.process_time()
    parsed = read("ftm", json.dumps({"id": "a", "schema": "Person", "properties": said}))
    assert time.process_time() - before < 5
    assert told(parsed)[-1][0] == "entry"  # more than a notice holds


def test_white_space_does_not_make_a_field_long() -> None:
    reader = RecordReader({"a": "x" + " " * len(LONG) + "y", "b": [1, "z"], "c": 3}, 1)
    assert (reader.text("a"), reader.texts("b"), reader.text("c"), reader.leftovers()) == ("x y", ["1", "z"], "3", [])


# -- text where an XML format has none ----------------------------------------------------------------------

MIXED = """<r>before<a>Wanted for <b>theft</b> since 1999</a>
<c>x</c>\u00a0<c/> between <d><e/>inside</d> </r>"""


def test_text_after_an_element_is_told_of() -> None:
    reader = FieldReader(etree.fromstring(MIXED))
    assert reader.text("a") == "Wanted for"
    assert list(reader.leftovers()) == [
        (1, "r", "a field the importer does not know"), (1, "a/b", "a field the importer does not know"),
        (2, "c", "a field the importer does not know"), (1, "b", "text after an element: 'since 1999'"),
        (2, "c", "text after an element: 'between'"), (2, "e", "text after an element: 'inside'"),
    ]  # fmt: skip
    inner = AttributeReader(etree.fromstring(MIXED))
    assert [field for _, field, _ in inner.leftovers()] == ["text", "a", "b", "c", "b", "c", "e"]


def test_text_after_an_element_of_a_list_is_refused_with_its_line() -> None:
    body = """<INDIVIDUAL>stray<REFERENCE_NUMBER>Q1</REFERENCE_NUMBER><FIRST_NAME>Ada</FIRST_NAME>
    <COMMENTS1>Wanted for <b>theft</b> since 1999.</COMMENTS1></INDIVIDUAL>"""
    parsed = read("un-sc", f"<CONSOLIDATED_LIST><INDIVIDUALS>{body}</INDIVIDUALS></CONSOLIDATED_LIST>")
    assert [(one.line, one.entry_id, one.field) for one in parsed.refusals] == [
        (1, "Q1", "INDIVIDUAL"), (2, "Q1", "COMMENTS1/b"), (2, "Q1", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_no_list_as_it_is_printed_holds_a_stray_text(name: str) -> None:
    parsed = read_list(name, {"file": WRITERS[name](synthetic_persons(3, 20))})
    assert (len(parsed.entries), parsed.refusals) == (20, ())


def test_a_remark_longer_than_a_notice_holds_is_refused() -> None:
    draft = EntryDraft(entry_id="1", line=1)
    draft.labelled(2, "Title", "x" * LIST_FIELD_CHARACTERS_MAX)
    assert draft.remarks == []
    assert [(one.line, one.field) for one in draft.refusals] == [(2, "Title")]
