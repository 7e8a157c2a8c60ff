"""Titles beside names: they hide nobody who is listed, and no name is lost that ends as a title does."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.limits import QUERY_NAMES_MAX
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from evenhand.travellers.titles import untitled, untitled_text
from evenhand.travellers.traveller import (
    Traveller,
    TravellerName,
    asks_every_name,
    known_names,
    query_fields,
    traveller_of_mrz,
    unknown_parts,
)
from evenhand.travellers.visible_zone import traveller_of_row

TODAY = date(2026, 11, 23)
TITLES = ("MR", "MRS", "MS", "MISS", "MSTR", "DR", "CHD", "INF", "INFT", "DRMR", "MRSDR")


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("written", ["ILMAR {}", "ILMAR{}", "{} ILMAR", "Ilmar {}.", "ILMAR {} DR"])
def test_a_title_is_read_over_wherever_it_stands(title: str, written: str) -> None:
    names = known_names("FERVENTU", written.format(title))
    assert names[0].given == written.format(title), "as written, in case that it is a name"
    assert "ILMAR FERVENTU" in {name.text.upper() for name in names}
    assert unknown_parts(names) == ()
    assert known_names(f"FERVENTU {title}", "ILMAR")[-1].text == "ILMAR FERVENTU"


@pytest.mark.parametrize("title", [*TITLES, "FNUMR", "FNU MR", "MR FNU", "XXXMR"])
def test_a_given_name_that_is_a_title_only_is_unknown(title: str) -> None:
    (name,) = known_names("FERVENTU", title)
    assert (name.family, name.given) == ("FERVENTU", None)
    assert unknown_parts((name,)) == ("given name",)
    assert known_names(title, title) == known_names("FNU", title) == ()


@pytest.mark.parametrize(
    ("family", "given_name", "asked"),
    [
        ("BELLO", "DEMR", ["DEMR BELLO", "DE BELLO"]),
        ("BELLO", "ALEKSANDR", ["ALEKSANDR BELLO", "ALEKSAN BELLO"]),
        ("BELLO", "ALEKSANDRMR", ["ALEKSANDRMR BELLO", "ALEKSANDR BELLO", "ALEKSAN BELLO"]),
        ("BELLO", "ALEKSANDRMR MR", ["ALEKSANDRMR MR BELLO", "ALEKSANDR BELLO", "ALEKSAN BELLO"]),
        ("BELLO", "ANNA" + "MR" * 30, ["ANNA" + "MR" * 30 + " BELLO", "ANNAMR BELLO", "ANNA BELLO"]),
        ("BELLO", "AMR", ["AMR BELLO"]),
        ("BELLO", "OMAR", ["OMAR BELLO"]),
        ("ADAMS", "ANNA", ["ANNA ADAMS"]),
        ("MISS", "ANNA", ["ANNA MISS", "ANNA"]),
        ("MR", "BELLO ANNA", ["BELLO ANNA MR", "BELLO ANNA"]),
        ("BELLO ANNAMR", "", ["BELLO ANNAMR", "BELLO ANNA"]),
        ("FNU", "ANNA MR", ["ANNA MR", "ANNA"]),
        ("BELLO MR", "FNU", ["BELLO MR", "BELLO"]),
    ],
)
def test_no_name_is_lost_that_ends_as_a_title_does(family: str, given_name: str, asked: list[str]) -> None:
    assert [name.text for name in known_names(family, given_name)] == asked


def test_a_zone_and_a_row_are_read_over_as_well() -> None:
    zone = compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number="L1", primary="FERVENTU", secondary="ILMAR MR",
        nationality="UTO", birth_date="1984-05-02",
    ))  # fmt: skip
    asked = query_fields(traveller_of_mrz(parse_mrz(zone, today=TODAY)))["names"]
    assert asked == ("ILMAR MR FERVENTU", "ILMAR FERVENTU")
    row = traveller_of_row({"family_name": "Ferventu", "given_names": "IlmarMr"}, today=TODAY)
    assert [name.text for name in row.names] == ["IlmarMr Ferventu", "Ilmar Ferventu"]
    alone = traveller_of_row({"family_name": "Ferventu", "given_names": "Mr"}, today=TODAY)
    assert ([name.text for name in alone.names], alone.unknown) == (["Ferventu"], ("given name",))


def test_the_name_without_titles_is_asked_before_any_spelling() -> None:
    row = traveller_of_row({"family_name": "Öztürkoğlu Çağlayan", "given_names": "Gülşah Şükrümr"}, today=TODAY)
    asked = query_fields(row)["names"]
    assert len(asked) == QUERY_NAMES_MAX
    assert asked[:2] == ("Gülşah Şükrümr Öztürkoğlu Çağlayan", "Gülşah Şükrü Öztürkoğlu Çağlayan")
    titled = [name for name in asked if "MR " in name.upper()]
    assert len(titled) == QUERY_NAMES_MAX // 2, "of either the same number of spellings"


def test_who_has_more_names_than_a_question_has_room_for_is_not_asked_by_every_name() -> None:
    names = tuple(TravellerName(family=f"XHSSN{one}{other}") for one, other in product("BDFKLMN", repeat=2))
    some, many = Traveller(names=names[:12]), Traveller(names=names)
    assert asks_every_name(Traveller(names=names[:1]))
    assert asks_every_name(some)
    assert not asks_every_name(many)
    assert query_fields(many)["names"][: len(names)] == tuple(name.text for name in names)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ABDUL MR HAQ", "ABDUL HAQ"), ("ABDULMR HAQ", "ABDUL HAQ"), ("ABDULMRMR HAQ", "ABDUL HAQ"),
        ("Mr. Abdul Haq", "Abdul Haq"),
        ("HAQ ABDUL MSTR", "HAQ ABDUL"), ("ABDUL HAQ", "ABDUL HAQ"), ("Nimr Adams", "Nimr Adams"), ("MR", "MR"),
        ("Dr Mr", "Dr Mr"), ("Aleksandr Bello", "Aleksandr Bello"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_in_one_text_is_told_without_titles(said: str, meant: str) -> None:
    assert untitled_text(said) == untitled_text(meant) == meant


@given(st.text("AMRSIND .", max_size=12), st.booleans())
def test_any_part_has_its_spellings_and_none_twice(part: str, run_on: bool) -> None:
    found = untitled(part, run_on=run_on)
    assert found == ("",) or found[0] == part
    assert len(found) == len(set(found)) <= 3
    assert untitled_text(untitled_text(part)) == untitled_text(part)
    assert untitled_text("ABDUL MR.MR") == "ABDUL"
