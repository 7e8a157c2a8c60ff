"""Invented people written in every official format parse back to themselves."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.identity.person import Document, Name
from evenhand.interop.formats import read_list
from evenhand.interop.model import ImportedEntry
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons
from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
from evenhand.interop.synthetic_lists import write_ofac_legacy, write_ofac_sdn_xml, write_un_xml
from evenhand.interop.synthetic_names import CULTURES

WHOLE = ("un-sc", "ofac-advanced", "ofac-sdn", "ofac-legacy")
LATIN_ONLY = {"ofac-sdn", "ofac-legacy"}


def written(name: str, people: list[SyntheticPerson]) -> dict[str, bytes]:
    if name == "ofac-legacy":
        return write_ofac_legacy(people)
    writer = {
        "un-sc": write_un_xml,
        "ofac-sdn": write_ofac_sdn_xml,
        "ofac-advanced": write_ofac_advanced_xml,
    }[name]
    return {"list.xml": writer(people)}


def names(found: Iterable[Name], *, latin: bool) -> set[tuple[str, str, str]]:
    return {(name.text, name.script, name.kind) for name in found if not latin or name.script == "Latn"}


def documents(found: Iterable[Document]) -> list[tuple[object, ...]]:
    return [(one.type, one.number, one.issuer, one.issued, one.expires) for one in found]


def same(one: SyntheticPerson, entry: ImportedEntry, *, latin: bool) -> None:
    person = entry.person
    assert person is not None
    assert names(person.names, latin=latin) == names(one.person.names, latin=latin)
    assert person.birth_dates == one.person.birth_dates
    assert person.birth_places == one.person.birth_places
    assert person.sex == one.person.sex
    assert person.nationalities == one.person.nationalities
    assert documents(person.documents) == documents(one.person.documents)
    assert entry.material.addresses == one.addresses
    remarks = " ".join(entry.material.remarks)
    assert one.designation in remarks
    assert one.remark.rstrip(".") in remarks


@pytest.mark.parametrize("name", WHOLE)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_people_written_in_a_format_parse_back(name: str, seed: int) -> None:
    people = synthetic_persons(seed, 2 * len(CULTURES))
    parsed = read_list(name, written(name, people))
    assert parsed.refusals == ()
    assert len(parsed.entries) == len(people)
    for one, entry in zip(people, parsed.entries, strict=True):
        same(one, entry, latin=name in LATIN_ONLY)


def test_the_same_seed_gives_the_same_people_and_another_seed_does_not() -> None:
    assert synthetic_persons(1, 30) == synthetic_persons(1, 30)
    assert synthetic_persons(1, 30) != synthetic_persons(2, 30)


def test_every_script_occurs() -> None:
    scripts = {name.script for one in synthetic_persons(5, len(CULTURES)) for name in one.person.names}
    assert scripts == {culture.script for culture in CULTURES}
    assert len(scripts) >= 15


def test_the_advanced_format_keeps_given_and_family_names() -> None:
    people = synthetic_persons(3, len(CULTURES))
    parsed = read_list("ofac-advanced", written("ofac-advanced", people))
    for one, entry in zip(people, parsed.entries, strict=True):
        assert entry.person is not None
        assert entry.person.names[0] == one.person.names[0]
        assert entry.listed_on == one.listed_on


def test_long_remarks_run_on_in_the_comments_file() -> None:
    one = synthetic_persons(1, 1)[0]
    long = SyntheticPerson(
        reference=one.reference, person=one.person, addresses=one.addresses, designation=one.designation,
        remark="A long remark. " * 90, listed_on=one.listed_on,
    )  # fmt: skip
    files = write_ofac_legacy([long])
    assert files["sdn_comments.csv"].count(b"A long remark") > 20
    entry = read_list("ofac-legacy", files).entries[0]
    assert sum(remark.count("A long remark") for remark in entry.material.remarks) == 90
