"""The small rooms the importers are built of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document
from evenhand.interop.countries import country_code, country_codes, country_name
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import birth_date, expiry_in, issue_in, partial_date, year_range
from evenhand.interop.listed_documents import document_status, document_type
from evenhand.interop.listed_names import Part, names_in_note, split_names, unquoted
from evenhand.interop.listed_numbers import number_in, take_number
from evenhand.interop.neutrality import neutral, protected
from evenhand.interop.ofac_words import Identification, birth_place, identification
from evenhand.interop.scripts import COMMON, detect_script, script_of
from evenhand.notices.model import Source


def draft() -> EntryDraft:
    return EntryDraft(entry_id="X.1", line=7)


def test_every_country_name_leads_back_to_its_code() -> None:
    assert all(country_code(country_name(code)) == code for code in country_codes())
    assert country_code("  syrian ARAB republic ") == "SYR"
    assert country_code("Cote d\u2019Ivoire") == "CIV"
    assert country_code("former Soviet Union") is None


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Anna 2", "Latn"), ("Анна", "Cyrl"), ("山田かおり", "Jpan"), ("金은정", "Kore"), ("은정", "Hang"),
        ("淑芬", "Hani"), ("فاطمة", "Arab"), ("123 -", COMMON), ("Ꭰ", COMMON), ("ɐ", COMMON),
        ("Анна Marie", "Latn"), ("Анна B.", "Cyrl"), ("山田", "Hani"), ("かおり", "Jpan"), ("Ωmega", "Latn"),
    ],
)  # fmt: skip
def test_a_text_is_in_the_script_of_most_letters(text: str, script: str) -> None:
    assert detect_script(text) == script


@given(st.characters())
def test_every_character_has_some_script(letter: str) -> None:
    assert len(script_of(letter)) == 4


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("08 Feb 1980", "1980-02-08"), ("Nov. 1973", "1973-11"), ("1956", "1956"),
        ("03/28/2025", "2025-03-28"),
        ("2011-12-07", "2011-12-07"), ("31 Feb 1980", None), ("08 Foo 1980", None), ("soon", None),
    ],
)  # fmt: skip
def test_dates_of_lists(text: str, date: str | None) -> None:
    assert partial_date(text) == date


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("circa 1956", BirthDate(value="1956", certainty="approximate")),
        ("1956 to 1958", BirthDate(value="1956", until="1958")),
        ("circa 1979-1982", BirthDate(value="1979", until="1982", certainty="approximate")),
        ("1956 to 1956", BirthDate(value="1956", certainty="approximate")),
        ("Between 1963 and 1966", BirthDate(value="1963", until="1966")),
        ("c. 1958 (approx)", BirthDate(value="1958", certainty="approximate")),
        ("1958 (approximately)", BirthDate(value="1958", certainty="approximate")),
        ("between 1963 and soon", None), ("1958 to 1956", None), ("1956 to later", None), ("unknown", None),
    ],
)  # fmt: skip
def test_birth_dates_of_lists(text: str, born: BirthDate | None) -> None:
    assert birth_date(text) == born


def test_a_range_of_impossible_years_is_none() -> None:
    assert year_range("19", "20", approximate=False) is None


def test_dates_inside_notes() -> None:
    note = "issued on 3 Feb. 2001, expired on 2 Feb. 2006"
    assert (issue_in(note), expiry_in(note)) == ("2001-02-03", "2006-02-02")
    assert (issue_in("in Rome"), expiry_in("in Rome")) == (None, None)


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("Ada Bell; Ada Bel", [Part("name", "Ada Bell"), Part("name", "Ada Bel")]),
        ("Ada Bell (original script: Ада Белл)", [Part("name", "Ada Bell"), Part("name", "Ада Белл")]),
        ("آدا بيل (Ada Bell; Ada Bel)",
         [Part("name", "آدا بيل"), Part("name", "Ada Bell"), Part("name", "Ada Bel")]),
        ("Ada Bell Сон Адар", [Part("name", "Ada Bell"), Part("name", "Сон Адар")]),
        ("Ada Ада", [Part("name", "Ada Ада")]),
        ("Ada Bell (birth name)", [Part("birth", "Ada Bell")]),
        ("Ada Bell (Belle)", [Part("name", "Ada Bell"), Part("variant", "Belle")]),
        ("Ada Bell (previously listed as)", [Part("name", "Ada Bell"), Part("note", "previously listed as")]),
        ("Ada Bell ()", [Part("name", "Ada Bell")]),
        ("\u201cTek\u201d,", [Part("name", "Tek")]),
        ("(Doctor) Bell", [Part("name", "(Doctor) Bell")]),
        (" ; ", []),
    ],
)  # fmt: skip
def test_one_field_may_hold_several_names(field: str, parts: list[Part]) -> None:
    assert split_names(field) == parts


def test_apostrophes_inside_a_name_stay() -> None:
    assert unquoted("Sa'id") == "Sa'id"
    assert unquoted("''") == "''"
    assert names_in_note("In Arabic: بيل. Original script: Bell") == ["بيل"]


@pytest.mark.parametrize(
    ("field", "taken"),
    [
        ("Afghan passport number SE 012345", ("SE 012345", None, "Afghan passport number")),
        ("R00001111, South Sudan", ("R00001111", "SSD", "South Sudan")),
        ("111222333 (US)", ("111222333", "USA", "US")),
        ("Passport number 5630 (Expired 2018)", ("5630", None, "Passport number; Expired 2018")),
        ("Libya B011111", ("B011111", "LBY", "Libya")),
        ("Series B011111", ("B011111", None, "Series")),
        ("OA 111111", ("OA 111111", None, "")),
    ],
)
def test_document_numbers_are_freed_of_their_words(field: str, taken: tuple[str, str | None, str]) -> None:
    assert take_number(field) == taken


def test_document_words() -> None:
    assert document_type("Numéro de passeport") == "passport"
    assert document_type("Library ticket") == "other"
    assert document_status("reported stolen") == "stolen"
    assert document_status("in Rome") == "unknown"
    assert number_in("Moldavian passport number L 123456 issued") == "L 123456"
    assert number_in("issued in Rome") is None


def test_protected_statements_leave_the_text() -> None:
    assert neutral("Tall. Belongs to the Foo tribe. Limps.") == ("Tall. Limps.", 1)
    assert neutral("Responsible for ethnic cleansing.") == ("Responsible for ethnic cleansing.", 0)
    assert protected("Religion")


def test_a_draft_refuses_what_it_cannot_hold() -> None:
    one = draft()
    one.name(1, "NAME", "--", "primary")
    one.name(1, "NAME", "x" * 501, "primary")
    one.name_field(2, "NAME", "Ada Bell (Belle)", "alias_good")
    one.name_field(2, "NAME", "Ada Bellini (birth name)", "alias_good")
    one.name(3, "NAME", "ADA BELL", "primary")
    one.name(3, "NAME", "007", "alias_low")
    one.sex(4, "SEX", "Female")
    one.sex(5, "SEX", "Male")
    one.sex(5, "SEX", "tall")
    one.nationality(6, "NAT", "Atlantis")
    one.nationality(6, "NAT", "Italy")
    one.nationality(6, "NAT", "Italy")
    one.birth(7, "DOB", None, "never")
    one.birth_place(8, "POB", city="", region="", country="Atlantis", text="Port")
    one.address(8, "ADDRESS", city="", region="", country="", text="")
    one.address(8, "ADDRESS", city="Rome", region="", country="Atlantis")
    one.address(8, "ADDRESS", city="Rome", region="", country="Atlantis")
    one.address(8, "ADDRESS", city="x" * 30_000, region="", country="")
    one.labelled(9, "Religion", "none")
    one.remark(9, "REMARK", "Tall.")
    one.remark(9, "REMARK", "Tall.")
    one.remark(9, "REMARK", "Religion: none")
    one.document(10, "DOC", lambda: Document(type="passport", number=" "))
    one.document(11, "DOC", lambda: Document(type="passport", number="A1"))
    one.document(11, "DOC", lambda: Document(type="passport", number="A1"))
    entry = one.finish(source=Source(list="x", entry_id="X.1"), offence="o", reference="r")
    assert entry is not None
    assert entry.person is not None
    assert [(name.text, name.kind, name.script) for name in entry.person.names] == [
        ("ADA BELL", "primary", "Latn"), ("Belle", "alias_low", "Latn"), ("Ada Bellini", "birth", "Latn"),
        ("007", "alias_low", "Latn"),
    ]  # fmt: skip
    assert (entry.person.sex, entry.person.nationalities) == ("F", ("ITA",))
    assert entry.person.birth_places[0].text == "Port, Atlantis"
    assert len(entry.person.documents) == len(entry.material.addresses) == len(entry.material.remarks) == 1
    assert [refusal.line for refusal in one.refusals] == [1, 1, 5, 5, 6, 7, 8, 9, 9, 10]


def test_an_entry_without_a_name_is_refused_whole() -> None:
    one = draft()
    assert one.finish(source=Source(list="x", entry_id="X.1"), offence="o", reference="r") is None
    assert one.refusals[0].whole
    assert one.refusals[0].line == 7


def test_ofac_identifications() -> None:
    one = draft()
    identification(
        one, 1, "id", Identification("Passport", "A1", "Italy", "soon", "01 Feb 2030", "Fraudulent")
    )
    identification(one, 2, "id", Identification("Email Address", "", "", "", "", ""))
    identification(one, 2, "id", Identification("Website", "x.example", "Italy", "2001", "2002", "old"))
    one.name(1, "NAME", "Ada Bell", "primary")
    birth_place(one, 3, "POB", "Goma, North, Congo, Democratic Republic of the")
    birth_place(one, 3, "POB", "Somewhere")
    entry = one.finish(source=Source(list="x", entry_id="X.1"), offence="o", reference="r")
    assert entry is not None
    assert entry.person is not None
    assert entry.person.documents == (
        Document(
            type="passport",
            number="A1",
            issuer="ITA",
            expires="2030-02-01",
            status="forged",
            note="Fraudulent",
        ),
    )
    assert entry.material.remarks == (
        "Email Address: not stated",
        "Website: x.example (Italy) issued 2001 expires 2002 old",
    )
    assert [place.country for place in entry.person.birth_places] == ["COD", None]
    assert [refusal.field for refusal in one.refusals] == ["id/issued"]


def test_what_is_remembered_is_short_and_changes_no_answer() -> None:
    from evenhand.interop.remembered import CHARACTERS_MAX, remembered

    asked: list[str] = []

    @remembered
    def read(text: str) -> int:
        asked.append(text)
        return len(text)

    long = "x" * (CHARACTERS_MAX + 1)
    assert [read("a"), read("a"), read(long), read(long)] == [1, 1, len(long), len(long)]
    assert asked == ["a", long, long]
