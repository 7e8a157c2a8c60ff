"""A table of one's own in the languages of its clerks: its headings and what stands under them."""

from __future__ import annotations

import pytest

from evenhand.interop import template
from evenhand.interop.countries import country_code
from evenhand.interop.country_words import country_meant, country_words, sex_meant
from evenhand.interop.model import ParsedList


def test_a_surname_and_a_given_name_are_a_name() -> None:
    proposal = template.propose("Lfd. Nr.,Nachname,Vorname,Tatvorwurf\n1,Bell,Ada,§129a\n".encode())
    assert proposal.missing == ()
    assert template.propose(b"Nr,Vorname,Tatvorwurf\n1,Ada,x\n").missing == ("name",)


@pytest.mark.parametrize(
    "heading", ["NÉ(E) LE", "Né(e) le", "Née le", "Né le / Née le", "Nato/a il", "Nacido(a) el", "geb. am"]
)
def test_born_on_is_a_date_of_birth_for_men_and_women(heading: str) -> None:
    assert template.propose(f"{heading}\n1970\n".encode()).mapping == {heading: "birth_date"}


HEAD = "reference,name,offence,birth_date,birth_country,sex,nationality,documents,listed_on\n"


def read(*rows: str) -> ParsedList:
    return template.parse((HEAD + "\n".join(rows)).encode())


@pytest.mark.parametrize(
    ("row", "sex", "nationality"),
    [
        ("03.04.1971,Россия,мужской,россиянин", "M", "RUS"), ("03.04.1971,Russland,männlich,russische", "M", "RUS"),
        ("3.4.1971,Türkei,w,türkisch", "F", "TUR"), ("03.04.1971,Algérie,Féminin,Française", "F", "FRA"),
        ("1971-04-03,Rusya,kadın,Alman", "F", "DEU"), ("03/04/1971,روسيا,ذكر,سوري", "M", "SYR"),
        ("3 Apr 1971,Russia,H,Russian", "M", "RUS"), ("3 Apr 1971,Russia,x,ITA", "U", "ITA"),
    ],
)  # fmt: skip
def test_values_are_read_in_the_languages_of_the_headings(row: str, sex: str, nationality: str) -> None:
    parsed = read(f"7,Ada Bell,theft,{row},Reisepass:X1:Deutschland,01.02.2003")
    (entry,) = parsed.entries
    assert entry.person is not None
    assert parsed.refusals == ()
    assert [one.value for one in entry.person.birth_dates] == ["1971-04-03"]
    assert (entry.person.sex, entry.person.nationalities) == (sex, (nationality,))
    assert entry.person.birth_places[0].country is not None
    assert entry.person.documents[0].issuer == "DEU"
    assert entry.listed_on == "2003-02-01"


def test_where_h_stands_for_men_m_may_stand_for_women() -> None:
    parsed = read("7,Ada Bell,theft,,,M", "8,Cy Dorn,theft,,,H", "9,Eve Foss,theft,,,Mujer")
    assert [one.person.sex for one in parsed.entries if one.person] == ["U", "U", "F"]
    assert [(one.line, one.field) for one in parsed.refusals] == [(2, "sex"), (3, "sex")]


def test_a_proposal_shows_what_would_be_refused() -> None:
    rows = ["Nr,Name,Tatvorwurf,Geburtsdatum,Geburtsland,Geschlecht,Nationalität,Reisepass,Aufgenommen,listed_on",
            "1,Ada Bell,x,03.04.1971,Deutschland,w,türkisch; italienisch,passport:X1:D,,2003-01-02",
            "2,Cy Dorn,x,im Mai; 1970,Atlantis,groß,Marsianer,X1,,gestern",
            *["3,Eve Foss,x,,,,Marsianer,passport:UNKNOWN:ITA; passport:X2:Atlantis,,"] * 2]  # fmt: skip
    said = template.propose("\n".join(rows).encode()).unread
    assert {column: (one.count, one.samples) for column, one in said.items()} == {
        "Geburtsdatum": (1, ("im Mai",)), "Geburtsland": (1, ("Atlantis",)), "Geschlecht": (1, ("groß",)),
        "Nationalität": (3, ("Marsianer",)),
        "Reisepass": (5, ("X1", "passport:UNKNOWN:ITA", "passport:X2:Atlantis")), "listed_on": (1, ("gestern",)),
    }  # fmt: skip
    assert template.propose(template.empty_template()).unread == {}


def test_words_of_countries_contradict_no_name_that_lists_use() -> None:
    for word, code in country_words().items():
        assert country_code(word) in {None, code}, word
    assert country_meant("Moskau") is None
    assert sex_meant("tall") is None
