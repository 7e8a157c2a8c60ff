"""What a name in one text may mean besides: read as a zone, a booking or a list has it, and without titles."""

from __future__ import annotations

import pytest

from evenhand.travellers.typed_names import may_mean_more, meanings


@pytest.mark.parametrize("name", ["Anna Maria Eriksson", "العَنبري", "Demran Ali", "anna"])
def test_a_name_as_people_write_it_means_what_it_says(name: str) -> None:
    assert not may_mean_more(name)


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("ERIKSSON<<ANNA<MARIA<<<<<<", ["ANNA MARIA ERIKSSON"]),
        ("Eriksson/Anna Maria", ["Anna Maria Eriksson"]),
        ("Eriksson, Anna Maria", ["Anna Maria Eriksson"]),
        ("ERIKSSON/ANNA MRS", ["ANNA ERIKSSON", "ANNA MRS ERIKSSON"]),
        ("HAQ<<ABDULMR", ["ABDUL HAQ", "ABDULMR HAQ"]),
        ("Anna Mrs Eriksson", ["Anna Eriksson"]),
        ("<<ANNA<MARIA", ["ANNA MARIA"]),
        ("ERIKSSON", []),
        ("<<<", []),
        ("MR", []),
    ],
)
def test_a_name_of_a_zone_a_booking_or_a_list_is_read_as_such(name: str, means: list[str]) -> None:
    assert may_mean_more(name)
    assert meanings(name, ()) == means


def test_a_family_name_with_a_title_run_on_may_be_the_given_one() -> None:
    assert "ABDUL HAQ" in meanings("ABDULMR, HAQ", ())
    assert "ABDULMR HAQ" in meanings("ABDULMR, HAQ", ())


def test_letters_of_a_zone_stand_for_arabic_ones() -> None:
    assert "محمد" in meanings("MXHMD", ())
    assert any(one.startswith("محمد ") for one in meanings("ALQAXDZY<<MXHMD<<<<", ()))


def test_letters_that_any_language_has_need_a_state_that_writes_arabic() -> None:
    assert meanings("MHMD", ()) == []
    assert meanings("MHMD", ("SAU",)) != []


@pytest.mark.parametrize("name", ["ERIKSSON<<ANNA<MRS<<<", "HAQ/ABDULMR", "ALQAXDZY<<MXHMD", "Abdul Mr Haq"])
def test_what_is_returned_means_nothing_more(name: str) -> None:
    first = meanings(name, ("SAU",))
    assert {again for one in first for again in meanings(one, ("SAU",))} <= {name, *first}
