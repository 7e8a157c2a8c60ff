"""Words around a listed number: a label is no country, a number with odd marks is one, and each costs its length."""

from __future__ import annotations

import json
import time

import pytest

from evenhand.interop.formats import read_list
from evenhand.interop.listed_numbers import take_bare_number, take_number

SECONDS_MAX = 0.2


@pytest.mark.parametrize(
    ("field", "number", "label"),
    [
        ("No 123456", "123456", "No"), ("NO: A12345", "A12345", "NO"), ("No A12345", "A12345", "No"),
        ("NIC 880123456V", "880123456V", "NIC"), ("ID A12345", "A12345", "ID"), ("Id: 44411", "44411", "Id"),
        ("PP A12345", "A12345", "PP"), ("CNIC 12345", "12345", "CNIC"), ("Passport:12345", "12345", "Passport"),
        ("passport123456", "123456", "passport"), ("ID:12345", "12345", "ID"), ("A12345 No", "A12345", "No"),
        ("A12345 identity card", "A12345", "identity; card"),
    ],
)  # fmt: skip
def test_a_label_is_no_country_and_is_kept(field: str, number: str, label: str) -> None:
    assert take_number(field) == (number, None, label)


@pytest.mark.parametrize("field", ["in A12345", "et A12345", "by A12345", "at A12345", "to A12345", "us: 12345"])
def test_a_word_that_is_also_a_code_is_no_country(field: str) -> None:
    assert take_number(field) == ("", None, field)


@pytest.mark.parametrize("number", ["AT 1234567", "BY 123456", "TO 123456", "IN 123456"])
def test_capitals_before_a_number_are_its_series(number: str) -> None:
    assert take_number(number) == (number, None, "")


def test_a_code_behind_a_number_is_no_country() -> None:
    assert take_number("A123456 (NO)") == ("A123456", None, "NO")
    assert take_number("A123456 (ID)") == ("A123456", None, "ID")


@pytest.mark.parametrize(
    ("field", "taken"),
    [
        ("UK passport 123456", ("123456", "GBR", "UK passport")), ("US: 12345", ("12345", "USA", "US")),
        ("UAE ID No. 784", ("784", "ARE", "UAE ID No.")),
        ("Libya passport B011111", ("B011111", "LBY", "Libya passport")),
        ("DRC passport OB0811578", ("OB0811578", "COD", "DRC passport")),
        ("A123456 Libya", ("A123456", "LBY", "Libya")),
        ("A123456 (UK)", ("A123456", "GBR", "UK")),
    ],
)  # fmt: skip
def test_a_country_that_is_named_is_the_issuer(field: str, taken: tuple[str, str, str]) -> None:
    assert take_number(field) == taken


@pytest.mark.parametrize(
    "number",
    ["123456–7", "123456—7", "A’12345", "P<1234", "[A] 12345", "1,234,567", "abc12345", "Abc12345", "123ABc4",
     "AB 123456 7 D E", "X:12345", "A12345"],
)  # fmt: skip
def test_a_number_with_odd_marks_is_one(number: str) -> None:
    assert take_number(number) == (number, None, "")
    assert take_number(f"{number},") == (number, None, "")


def test_a_former_number_stays_beside_the_one_that_counts() -> None:
    assert take_number("A12345 (old B12345)") == ("A12345", None, "old B12345")
    assert take_number("A12345 (formerly B12345)") == ("A12345", None, "formerly B12345")


@pytest.mark.parametrize("field", ["A123456,B654321", "123456,654321", "B12345(Libya", "1 " * 13 + "!"])
def test_two_numbers_in_one_word_are_none(field: str) -> None:
    assert take_number(field) == ("", None, field)


@pytest.mark.parametrize(
    "field",
    ["A1234567 / B7654321", "A1234567/B7654321", "A1234567 B7654321", "AB123456 AB123457", "Passport A1234567/B7654321",
     "A1234567 | B7654321", "A 1234567 B 7654321", "12345678 / 87654321", "1234567/7654321"],
)  # fmt: skip
def test_two_numbers_beside_each_other_are_none(field: str) -> None:
    assert take_number(field) == take_bare_number(field) == ("", None, field)


@pytest.mark.parametrize(
    "field",
    ["AB 123456 7", "SE 012345", "4510 123456", "12/BAHANA(N)010023", "A12345/2009", "PE 5 1", "123456/7654321",
     "1234567 7654321"],
)  # fmt: skip
def test_one_number_in_several_pieces_is_one(field: str) -> None:
    assert take_number(field)[0] == field


@pytest.mark.parametrize("field", ["0000000", "0", "00 00", "0-0", "xxx", "N/A", "Unknown"])
def test_noughts_are_no_number_where_a_bare_one_belongs(field: str) -> None:
    assert take_bare_number(field) == ("", None, "")
    rows = f"reference,name,offence,documents\n7,Ada Bell,theft,passport:{field}\n"
    read = read_list("template", {"file": rows.encode()})
    assert len(read.refusals) == 1
    assert [one.person.documents for one in read.entries if one.person is not None] == [()]


@pytest.mark.parametrize("field", ["Xyzzy 12345", "in A12345"])
def test_where_a_bare_number_belongs_two_words_are_one(field: str) -> None:
    assert take_bare_number(field) == (field, None, "")
    assert take_bare_number("No 123456") == ("123456", None, "No")
    (entry,) = read_list(
        "template", {"file": f"reference,name,offence,documents\n7,Ada Bell,theft,passport:{field}\n".encode()}
    ).entries
    assert entry.person is not None
    assert [one.number for one in entry.person.documents] == [field]
    paper = {"schema": "Passport", "properties": {"number": [field]}}
    for said in ({"passportNumber": [field]}, {"passports": [paper]}):
        entity = {"id": "a", "schema": "Person", "properties": {"name": ["Ada Bell"], "topics": ["wanted"], **said}}
        (entry,) = read_list("ftm", {"file": json.dumps(entity).encode()}).entries
        assert entry.person is not None
        assert [one.number for one in entry.person.documents] == [field]


@pytest.mark.parametrize(
    "field",
    ["A123456, B654321", "A123456,B654321", "issued 1999", "something else", "one of 3", "(1999)", "Unknown",
     "x" * 501 + " 1"],
)  # fmt: skip
def test_words_that_are_no_bare_number_are_none(field: str) -> None:
    assert take_bare_number(field)[0] == ""


@pytest.mark.parametrize(
    "field",
    ["1(" + "A" * 498, "1(" * 3 + "A" * 490, "#" * 499 + "1", "x! " + "1 " * 240, "1" + "(a)" * 160,
     "1" + " " * 498 + "x", "1 " + "(aa) " * 90, "1 " + "no " * 160, "[" * 499 + "1", "1" + ",1" * 240],
)  # fmt: skip
def test_a_field_costs_what_it_is_long(field: str) -> None:
    before = time.process_time()
    take_bare_number(field)
    assert time.process_time() - before < SECONDS_MAX
