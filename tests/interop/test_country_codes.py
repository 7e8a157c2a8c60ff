"""A country is what a list calls it: every code that documents print is read, and nothing is guessed."""

from __future__ import annotations

import pytest

from evenhand.interop.countries import country_alpha2, country_code, country_named
from evenhand.interop.formats import read_list
from evenhand.interop.listed_numbers import take_number
from evenhand.travellers.codes import CODES


def test_every_code_a_document_can_print_is_read() -> None:
    assert {code: country_code(code) for code in CODES} == {code: code for code in CODES} | {"D": "DEU", "XKX": "RKS"}
    assert (country_code(" UNO "), country_code("uno"), country_code("CUW")) == ("UNO", None, "CUW")


@pytest.mark.parametrize(
    ("name", "code"),
    [("gf", "GUF"), ("Greenland", "GRL"), ("EH", "ESH"), ("Curaçao", "CUW"), ("Stateless", "XXA"), ("XXA", "XXA")],
)
def test_territories_and_people_without_a_state_are_known(name: str, code: str) -> None:
    assert country_code(name) == code


def test_not_known_is_not_stateless() -> None:
    assert (country_code("XX"), country_code("xx"), country_code("-")) == (None, None, None)
    assert (country_alpha2("XXA"), country_alpha2("GRL")) == (None, "GL")


def test_a_countrys_other_codes_have_its_two_letters() -> None:
    assert {country_alpha2(code) for code in ("GBD", "GBN", "GBO", "GBP", "GBS", "GBR")} == {"GB"}
    assert (country_alpha2("D"), country_alpha2("XKX"), country_alpha2("UNO"), country_alpha2("XXB")) == (
        "DE", "XK", None, None,
    )  # fmt: skip


def test_an_abbreviation_in_free_text_is_no_country() -> None:
    assert (country_named("D"), country_named("UNK"), country_named("Germany")) == (None, None, "DEU")
    assert take_number("X1234567 (D)") == ("X1234567", None, "D")


def test_the_example_of_the_template_keeps_its_issuer() -> None:
    table = "reference,name,offence,nationality,documents\n7,Ada Bell,theft,D,passport:X1234567:UTO; passport:L1:UNO\n"
    (entry,) = read_list("template", {"file": table.encode()}).entries
    assert entry.person is not None
    assert entry.person.nationalities == ("DEU",)
    assert [paper.issuer for paper in entry.person.documents] == ["UTO", "UNO"]
