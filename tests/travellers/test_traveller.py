"""Travellers of zones and rows, the codes on them, and the spellings to search by."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document
from evenhand.interop.countries import country_alpha2, country_code, country_codes
from evenhand.matching.contract import Query
from evenhand.travellers.codes import CODES, is_protected, iso_code, read_code
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_suggest import suggest
from evenhand.travellers.transliteration import (
    SPELLINGS_MAX,
    mrz_spellings,
    plain_spellings,
    recommended_spelling,
)
from evenhand.travellers.traveller import (
    Traveller,
    TravellerName,
    document_keys,
    known_name,
    query_fields,
    traveller_of_mrz,
    truncated_names,
)
from evenhand.travellers.visible_zone import traveller_of_row

TODAY = date(2026, 11, 23)
PASSPORT = ("P<D<<ERIKSSON<<FNU<<<<<<<<<<<<<<<<<<<<<<<<<<", "L898902C36XXB7408122F1204159ZE184226B<<<<<10")


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Müller", {"MUELLER", "MULLER", "MUXXLLER"}),
        ("Bjørn Åse", {"BJOERN AASE", "BJORN AASE", "BJOERN ASE", "BJORN ASE"}),
        ("Weiß", {"WEISS"}),
        ("Núñez", {"NUNEZ", "NUNXXEZ"}),
        ("O'Connor-Łuk", {"OCONNOR LUK"}),
        ("Юрий", {f"{yu}R{i}{j}" for yu in ("IU", "YU") for i in "IY" for j in "IY"}),
        ("Жанна", {"ZHANNA", "ZANNA"}),
        ("شريف", {"XSHRYF", "SHRYF"}),
        ("佐藤", set()),
        ("عبد\u200cالله", set(mrz_spellings("عبدالله"))),
        ("ﬀ", {"FF"}),
        ("a\u0301b", {"AB"}),
        ("𝒜\u0301", {"A"}),
    ],
)
def test_names_have_a_set_of_spellings(name: str, spellings: set[str]) -> None:
    assert mrz_spellings(name) == spellings


def test_the_recommended_spelling_is_one() -> None:
    assert recommended_spelling("Görög") == "GOEROEG"
    assert recommended_spelling("佐藤") is None


def test_spellings_are_bounded() -> None:
    assert len(mrz_spellings("ü" * 40)) == 3
    many = mrz_spellings("äöüøåñ" * 4 + "ئآأ")
    assert len(many) == SPELLINGS_MAX
    with pytest.raises(InputError):
        mrz_spellings("a" * 501)


def test_escapes_are_read_beside_the_name() -> None:
    assert plain_spellings("NUNXXEZ") == {"NUNXXEZ", "NUNEZ"}
    assert {"MUXXLLER", "MULLER", "MUELLER"} <= plain_spellings("MUXXLLER")
    assert plain_spellings("MANUEL") == {"MANUEL", "MANUL"}


def test_codes_are_told_apart() -> None:
    assert (iso_code("D"), iso_code("GBN"), iso_code("ITA"), iso_code("XPO")) == ("DEU", "GBR", "ITA", "XPO")
    assert iso_code("QQQ") == "QQQ"
    assert [code for code in CODES if is_protected(code)] == ["XXA", "XXB", "XXC"]
    assert not is_protected("QQQ")
    wanted = "XXA XXB XXC UNO UNA UNK XPO EUE XOM XXX XBA XIM XCC XMP XDC D RKS XKX GBD GBN GBO GBP GBS"
    assert set(wanted.split()) <= set(CODES)


def test_a_refugees_document_asks_for_protection_and_fnu_is_no_name() -> None:
    mrz = parse_mrz(PASSPORT, today=TODAY)
    traveller = traveller_of_mrz(mrz, truncated=True)
    assert traveller.needs_protection_check
    assert traveller.names == (TravellerName(family="ERIKSSON", truncated=True),)
    assert traveller.unknown == ("given name",)
    assert truncated_names(traveller) == ("ERIKSSON",)
    assert document_keys(traveller) == (("passport", "L898902C3", "DEU"),)
    query = msgspec.convert(query_fields(traveller), Query)
    assert query.names[0] == "ERIKSSON"
    assert "FNU" not in " ".join(query.names)
    assert query.documents[0].issuer == "DEU"


def test_a_traveller_without_a_name_keeps_the_document() -> None:
    mrz = msgspec.structs.replace(
        parse_mrz(PASSPORT, today=TODAY), primary="UNK", issuer="1", nationality="", birth_date=None
    )
    traveller = traveller_of_mrz(mrz)
    assert (traveller.names, traveller.nationalities, traveller.documents[0].issuer) == ((), (), None)
    assert traveller.unknown == ("name", "given name", "birth date")
    assert not traveller.needs_protection_check


def test_a_misread_code_is_no_issuer_and_no_nationality() -> None:
    mrz = msgspec.structs.replace(parse_mrz(PASSPORT, today=TODAY), issuer="QQQ", nationality="QQQ")
    traveller = traveller_of_mrz(mrz)
    assert (traveller.nationalities, traveller.documents[0].issuer) == ((), None)


def test_a_birth_date_beside_a_wrong_check_digit_speaks_against_nobody() -> None:
    mended = PASSPORT[1].replace("7408122F", "1408122F")
    mrz = parse_mrz((PASSPORT[0], mended), today=TODAY)
    assert mrz.birth_date == "2014-08-12"
    assert ("birth_date", "check_digit") in {(one.field, one.kind) for one in mrz.problems}
    traveller = traveller_of_mrz(mrz)
    assert (traveller.birth_date, "birth date" in traveller.unknown) == (None, True)
    assert query_fields(traveller)["birth_date"] is None
    assert (2, 14, "1", "7") in {
        (one.line, one.column, one.found, one.instead) for one in suggest((PASSPORT[0], mended), today=TODAY)
    }


@pytest.mark.parametrize("word", ["XX", "xxx", "-", "...", "FNU"])
def test_a_placeholder_is_no_name_and_a_letter_is_one(word: str) -> None:
    assert known_name(word, word) is None
    assert known_name("X", word) == TravellerName(family="X")
    assert known_name("佐藤", word) == TravellerName(family="佐藤")


def test_two_letters_of_a_country_are_its_code() -> None:
    row = {"family_name": "FERVENTU", "document_number": "X1", "nationality": "it", "issuer": "DE"}
    traveller = traveller_of_row(row, today=TODAY)
    assert (traveller.nationalities, traveller.documents[0].issuer) == (("ITA",), "DEU")
    twos = {one.alpha2: one.code for one in CODES.values() if one.alpha2}
    assert len(twos) == 250
    assert all(country_code(two) in (None, code) for two, code in twos.items())
    known = [code for code in country_codes() if code in CODES and code != "ANT"]  # whose AN is no ISO code any more
    assert all(read_code(country_alpha2(code) or code) == code for code in known)
    assert (read_code("D"), read_code("GBN"), read_code("ZZ"), read_code("")) == ("DEU", "GBR", None, None)


@pytest.mark.parametrize("born", ["2026-11-24", "2099", "2026-12", "1895-12-31"])
def test_a_row_of_nobody_alive_is_refused(born: str) -> None:
    assert traveller_of_row({**ROW, "birth_date": "2026-11-23"}, today=TODAY).birth_date == "2026-11-23"
    with pytest.raises(InputError, match="nobody alive was born"):
        traveller_of_row({**ROW, "birth_date": born}, today=TODAY)


@pytest.mark.parametrize(("written", "kind"), [("P", "passport"), ("Passport", "passport"), ("ID", "identity_card"),
                                               ("", "passport"), ("Residence permit", "residence_permit")])  # fmt: skip
def test_the_type_of_a_row_may_be_what_is_printed_on_the_page(written: str, kind: str) -> None:
    row = {"family_name": "FERVENTU", "document_number": "X1", "document_type": written}
    assert traveller_of_row(row, today=TODAY).documents[0].type == kind


def test_a_zone_without_a_number_has_a_holder_all_the_same() -> None:
    mrz = parse_mrz((PASSPORT[0], "<" * 9 + PASSPORT[1][9:]), today=TODAY)
    assert "missing" in {problem.kind for problem in mrz.problems}
    traveller = traveller_of_mrz(mrz)
    assert (traveller.names[0].text, traveller.birth_date, traveller.documents) == ("ERIKSSON", "1974-08-12", ())
    assert traveller.needs_protection_check
    with pytest.raises(InputError, match="without name and document"):
        traveller_of_mrz(msgspec.structs.replace(mrz, primary="", secondary=""))


def test_one_component_is_the_family_name() -> None:
    assert known_name("FNU", "ANNA") == TravellerName(family="ANNA")
    assert known_name("LNU", "FNU") is None
    name = known_name("ERIKSSON", "ANNA MARIA")
    assert name is not None
    assert name.text == "ANNA MARIA ERIKSSON"


def test_empty_travellers_are_refused() -> None:
    for wrong in (
        {},
        {"names": (TravellerName(family="A"),), "birth_date": "1974-13"},
        {"documents": (Document(type="passport", number="1"),), "nationalities": ("??",)},
    ):
        with pytest.raises(InputError):
            Traveller(**wrong)
    with pytest.raises(InputError):
        TravellerName(family=" ")


ROW = {
    "family_name": "Eriksson",
    "given_names": "Anna  Maria",
    "birth_date": "1974-08-12",
    "sex": "f",
    "nationality": "uto",
    "document_number": "L898902C3",
    "issuer": "D",
    "expires": "2012-04-15",
}


def test_a_row_makes_a_traveller() -> None:
    traveller = traveller_of_row(ROW, today=TODAY)
    assert traveller.names[0].text == "Anna Maria Eriksson"
    assert (traveller.sex, traveller.nationalities) == ("F", ("UTO",))
    assert traveller.documents == (
        Document(type="passport", number="L898902C3", issuer="DEU", expires="2012-04-15"),
    )
    assert traveller.unknown == ()
    alone = traveller_of_row({"family_name": "Eriksson"}, today=TODAY)
    assert (alone.sex, alone.documents, alone.unknown) == ("U", (), ("given name",))
    nameless = traveller_of_row({"document_number": "1", "document_type": "visa"}, today=TODAY)
    assert (nameless.names, nameless.documents[0].issuer, nameless.documents[0].type) == ((), None, "visa")
    assert nameless.unknown == ("name", "given name")


@pytest.mark.parametrize(
    "wrong", [{"name": "x"}, {"sex": "female"}, {"nationality": "QQQ"}, {"birth_date": "12/08/1974"}, {"expires": "?"}]
)
def test_a_row_is_not_guessed_at(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        traveller_of_row({**ROW, **wrong}, today=TODAY)


def test_letters_of_urdu_follow_the_table_and_keep_what_was_written_before() -> None:
    """Part 3 section 6 C: yeh barree XYB, with hamza XBE, E-yeh Y; readers met all three shifted by one."""
    assert recommended_spelling("\u06d2") == "XYB"
    assert recommended_spelling("\u06d3") == "XBE"
    assert recommended_spelling("\u06d0") == "Y"
    assert {"XYB", "XBE", "E", "Y"} == set(mrz_spellings("\u06d2"))


def test_vowel_marks_may_be_spelled_or_left_out() -> None:
    marked = mrz_spellings("مُحَمَّد")
    assert {"MXHMD", "MHMD", "MUXHAMAD"} <= marked


def test_an_old_french_identity_card_is_named_as_one() -> None:
    card = ("IDFRABERTIERI<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858SABINA<<<<<<<<6512068F6")
    problems = parse_mrz(card, today=TODAY).problems
    assert [one.found for one in problems if "France before 2021" in one.text] == ["IDFRA"]
    traveller = traveller_of_mrz(parse_mrz(card, today=TODAY))
    assert (traveller.names[0].text, traveller.birth_date, traveller.nationalities) == ("BERTIERI", None, ())
