"""A person as described: impossible values never get in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError
from evenhand.ground.limits import ITEMS_PER_FIELD_MAX, NAMES_PER_NOTICE_MAX
from evenhand.identity.dates import BirthDate, check_partial_date
from evenhand.identity.person import Document, FileReference, Name, Person, Place

NAME = Name(text="Ada Bell")
SHA = "0" * 64


@pytest.mark.parametrize(
    "text", ["", "80", "1980-13", "1980-02-30", "1980-1-1", "1849", "2151", "٢٠٠٠", "1980-01-01\n"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        check_partial_date(text)


@given(st.dates().filter(lambda day: 1850 <= day.year <= 2150))
def test_real_days_months_and_years_are_dates(day: object) -> None:
    text = str(day)
    assert {check_partial_date(text[:size]) for size in (4, 7, 10)} == {int(text[:4])}


@pytest.mark.parametrize("until", ["1979", "198", "1985-01", "soon"])
def test_a_range_ends_with_a_year_not_before_it_begins(until: str) -> None:
    with pytest.raises(InputError):
        BirthDate(value="1980", until=until)
    assert BirthDate(value="1980", until="1980").until == "1980"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Name(text=" "),
        lambda: Name(text="x" * 501),
        lambda: Name(text="a\x00b"),
        lambda: Name(text="a\ud800"),
        lambda: Name(text="Ada", given=""),
        lambda: Name(text="Ada", script="latin"),
        Place,
        lambda: Place(country="italy"),
        lambda: Place(city=""),
        lambda: Document(type="", number="1"),
        lambda: Document(type="passport", number="1", issuer="12"),
        lambda: Document(type="passport", number="1", issued="soon"),
        lambda: Document(type="passport", number="1", note=""),
        lambda: FileReference(kind="photo", sha256="0", media_type="image/png"),
        lambda: FileReference(kind="photo", sha256=SHA, media_type=""),
        lambda: Person(names=()),
        lambda: Person(names=(NAME,) * (NAMES_PER_NOTICE_MAX + 1)),
        lambda: Person(names=(NAME,), nationalities=("ITA",) * (ITEMS_PER_FIELD_MAX + 1)),
        lambda: Person(names=(NAME,), nationalities=("Italian",)),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        make()


countries = st.sampled_from(["ITA", "PHL", "D", "XXA"])
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
people = st.builds(
    Person,
    names=st.lists(
        st.builds(Name, text=words, script=st.sampled_from(["Latn", "Arab"]), given=st.none() | words),
        min_size=1, max_size=4,
    ).map(tuple),
    birth_dates=st.lists(
        st.builds(BirthDate, value=st.sampled_from(["1980", "1980-02", "1980-02-29"]))
    ).map(tuple),
    birth_places=st.lists(st.builds(Place, city=words, country=st.none() | countries), max_size=2).map(tuple),
    nationalities=st.lists(countries, max_size=3).map(tuple),
    documents=st.lists(
        st.builds(Document, type=words, number=words, issuer=countries, expires=st.just("2030"), note=words),
        max_size=2,
    ).map(tuple),
    biometrics=st.lists(
        st.builds(FileReference, kind=st.just("face"), sha256=st.just(SHA), media_type=st.just("image/png")),
        max_size=1,
    ).map(tuple),
)  # fmt: skip


@given(people)
def test_a_person_prints_back_the_same_bytes(person: Person) -> None:
    codec = Codec(Person)
    data = codec.encode(person)
    assert codec.decode(data) == person
    assert codec.encode(codec.decode(data)) == data
