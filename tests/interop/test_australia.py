"""The Australian list as it is published: numbers given twice, weak aliases, years and citizenships in a row."""

from __future__ import annotations

import pytest

from evenhand.identity.dates import BirthDate
from evenhand.interop.countries import countries_in
from evenhand.interop.formats import read_list
from evenhand.interop.importing import HeldNotice, Planner
from evenhand.interop.model import WHOLE_ENTRY, ParsedList
from evenhand.interop.policy import POLICIES

HEAD = "Reference,Name of Individual or Entity,Type,Name Type,Alias Strength,Date of Birth,Citizenship,Travel Ban\n"


def read(*rows: str) -> ParsedList:
    return read_list("au-dfat", {"file": (HEAD + "\n".join(rows) + "\n").encode()})


def row(number: str, name: str, kind: str = "Primary Name", *more: str, type_: str = "Individual") -> str:
    return ",".join([number, name, type_, kind, *more])


def names(parsed: ParsedList) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (one.entry_id, [(name.text, name.kind) for name in one.person.names]) for one in parsed.entries if one.person
    ]


def told(parsed: ParsedList) -> list[tuple[int, str, str]]:
    return [(one.line, one.entry_id, one.field) for one in parsed.refusals]


# -- a number given twice --------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [True, False])
def test_a_number_with_two_primary_names_is_nobody_and_what_is_held_of_it_stays(*, apart: bool) -> None:
    between = [row("7002", "Cy Dorn")] if apart else []
    parsed = read(row("7001", "Ada Bell"), row("7001a", "A. Bell", "aka"), *between, row("7001", "Eve Foss"))
    second = 5 if apart else 4
    assert names(parsed) == ([("7002", [("Cy Dorn", "primary")])] if apart else [])
    assert told(parsed) == [(2, "7001", WHOLE_ENTRY), (second, "7001", WHOLE_ENTRY)]
    assert f"at lines 2, {second}" in parsed.refusals[0].reason
    planner = Planner({"7001": HeldNotice(notice_id="ab" * 16, version=1, digest="")}, POLICIES["au-dfat"])
    for refusal in parsed.refusals:
        planner.refuse(refusal)
    for one in parsed.entries:
        planner.take(one)
    assert planner.gone() == ()
    assert planner.alarm() == ""


def test_a_number_given_to_a_firm_and_a_person_is_nobody() -> None:
    parsed = read(row("7", "Acme", type_="Entity"), row("8", "Cy Dorn"), row("7", "Eve Foss"))
    assert [one for one, _ in names(parsed)] == ["8"]
    assert told(parsed) == [(2, "7", WHOLE_ENTRY), (4, "7", WHOLE_ENTRY)]
    firms = read(row("7", "Acme", type_="Entity"), row("7", "Acme Two", type_="Entity"))
    assert [one.reason for one in firms.refusals] == ["not a person: Entity"]


@pytest.mark.parametrize("first", [True, False])
def test_a_row_apart_from_its_listing_is_no_name_of_it(*, first: bool) -> None:
    listing = [row("7", "Ada Bell"), row("7a", "A. Bell", "aka")]
    stray, other = row("7b", "Eve Foss", "aka"), row("8", "Cy Dorn")
    parsed = read(stray, other, *listing) if first else read(*listing, other, stray)
    assert dict(names(parsed))["7"] == [("Ada Bell", "primary"), ("A. Bell", "alias_good")]
    assert told(parsed) == [(2 if first else 5, "7", "Reference")]
    assert "'Eve Foss' stands apart" in parsed.refusals[0].reason


def test_of_a_number_without_a_primary_name_the_first_rows_count() -> None:
    parsed = read(row("7", "Ada Bell", "aka"), row("8", "Cy Dorn"), row("7a", "Eve Foss", "aka"))
    assert names(parsed)[0] == ("7", [("Ada Bell", "alias_good")])
    assert told(parsed) == [(4, "7", "Reference")]


# -- names -----------------------------------------------------------------------------------------------


def test_a_weak_alias_is_of_low_quality() -> None:
    parsed = read(
        row("7", "Ada Bell"), row("7a", "Bel", "aka", "Weak"), row("7b", "A. Bell", "a.k.a.", "Strong"),
        row("7c", "Ада Белл", "Original Script"), row("7d", "Бел", "Original Script", "weak"),
        row("7e", "Ada B.", "aka", "Fair"), row("8", "Cy Dorn", "Primary Name", "Weak"),
    )  # fmt: skip
    assert names(parsed) == [
        ("7", [("Ada Bell", "primary"), ("Bel", "alias_low"), ("A. Bell", "alias_good"), ("Ада Белл", "primary"),
               ("Бел", "alias_low"), ("Ada B.", "alias_low")]),
        ("8", [("Cy Dorn", "primary")]),
    ]  # fmt: skip
    assert told(parsed) == [(7, "7", "Alias Strength"), (8, "8", "Alias Strength")]


# -- cells -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1968, 1969, 1970", ["1968", "1969", "1970"]), ("1968, 1969 or 1970", ["1968", "1969", "1970"]),
        ("Between 1963 and 1966", ["1963-1966"]), ("a) 1965 b) approximately 1966", ["1965", "1966?"]),
        ("3/04/1971, 5/06/1971", ["1971-04-03", "1971-06-05"]), ("1968, soon", []), ("Feb, 1980", ["1980-02"]),
    ],
)  # fmt: skip
def test_years_in_a_row_are_years(cell: str, born: list[str]) -> None:
    parsed = read(row("7", "Ada Bell", "Primary Name", "", f'"{cell}"'))
    assert parsed.entries[0].person is not None
    assert [_said(one) for one in parsed.entries[0].person.birth_dates] == born
    assert [one.reason for one in parsed.refusals] == ([] if born else [f"not a date of birth: {cell!r}"])


def _said(born: BirthDate) -> str:
    return f"{born.value}-{born.until}" if born.until else born.value + "?" * (born.certainty == "approximate")


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Russian Federation, Syrian Arab Republic", ["RUS", "SYR"]), ("Bosnia and Herzegovina", ["BIH"]),
        ("Italy and Korea, South", ["ITA", "KOR"]), ("Italy / Bosnia and Herzegovina, Malta", ["ITA", "BIH", "MLT"]),
        ("Congo, Democratic Republic of the, Italy & Malta", ["COD", "ITA", "MLT"]), ("Italy, Atlantis", []),
    ],
)  # fmt: skip
def test_several_citizenships_are_several(cell: str, codes: list[str]) -> None:
    parsed = read(row("7", "Ada Bell", "Primary Name", "", "", f'"{cell}"'))
    assert parsed.entries[0].person is not None
    assert list(parsed.entries[0].person.nationalities) == codes
    assert [one.field for one in parsed.refusals] == ([] if codes else ["Citizenship"])


def test_a_text_with_something_that_is_no_country_stays_whole() -> None:
    assert countries_in("Italy, Atlantis") == ["Italy, Atlantis"]
    assert countries_in("") == [""]


def test_measures_are_told_once_in_a_remark() -> None:
    rows = [row("7", "Ada Bell", "Primary Name", "", "", "", "TRUE"), row("7a", "Bel", "aka", "", "", "", "yes"),
            row("8", "Cy Dorn", "Primary Name", "", "", "", "No"),
            row("9", "Eve Foss", "Primary Name", "", "", "", "perhaps")]  # fmt: skip
    parsed = read(*rows)
    assert [one.material.remarks for one in parsed.entries] == [("Measures imposed: Travel Ban",), (), ()]
    assert told(parsed) == [(5, "9", "Travel Ban")]
