"""Codes and words that mean one thing are compared as one, whoever wrote them and on which side."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import Query, QueryDocument
from evenhand.matching.plain import PlainMatcher
from evenhand.node.asking import FindRequest
from evenhand.node.comparable import in_hand, listed_of, names_said, question_of
from evenhand.notices.model import DocumentNotice, PersonNotice

STOLEN = Document(type="passport", number="C01X00T47", issuer="DEU", status="stolen")


COMMON: dict[str, Any] = {
    "notice_id": "0" * 32, "version": 1, "category": "terrorism", "action": "DISCREET_REPORT",
    "valid_from": "2026-01-01T00:00:00.000Z", "review_by": "2026-06-01T00:00:00.000Z",
    "expires": "2026-12-01T00:00:00.000Z",
}  # fmt: skip


def notice_of(document: Document) -> DocumentNotice:
    return DocumentNotice(document=document, **COMMON)


def asked(kind: str = "passport", issuer: str | None = "DEU") -> Query:
    return question_of(FindRequest(documents=(QueryDocument(number="C01X00T47", type=kind, issuer=issuer),)))


@pytest.mark.parametrize(("written", "issuer"), [("passport", "DEU"), ("Passport", "D"), ("P", "DEU")])
@pytest.mark.parametrize("kind", ["passport", "Passport", "PASSPORT", "P", "P<", "PD"])
@pytest.mark.parametrize("by", ["DEU", "D", "DE"])
def test_a_stolen_passport_is_found_however_type_and_issuer_are_written(
    written: str, issuer: str, kind: str, by: str
) -> None:
    matcher = PlainMatcher()
    matcher.put("XPO:1", listed_of(notice_of(msgspec.structs.replace(STOLEN, type=written, issuer=issuer))))
    (found,) = matcher.search(asked(kind, by)).candidates
    assert (found.band, found.key) == ("strong", "XPO:1")


def test_other_kinds_and_other_issuers_are_other_documents() -> None:
    matcher = PlainMatcher()
    matcher.put("XPO:1", listed_of(notice_of(STOLEN)))
    for question in (asked("ID"), asked("Identity Card"), asked(issuer="AUT"), asked(issuer="AT")):
        assert matcher.search(question).candidates == ()
    assert asked("Identity Card") == asked("identity-card") == asked("ID") == asked("AC")
    assert asked("Weapon Permit").documents[0].type == "weapon_permit"


@pytest.mark.parametrize("code", ["ZZZ", "ZZ", "XXK", "A"])
def test_a_country_that_there_is_not_is_refused_and_not_compared(code: str) -> None:
    with pytest.raises(InputError, match=f"the code '{code}'"):
        question_of(FindRequest(names=("Ilmar Ferventu",), nationalities=(code,)))
    with pytest.raises(InputError, match=f"the code '{code}'"):
        asked(issuer=code)


def test_nationalities_are_compared_by_one_code_each() -> None:
    asking = FindRequest(names=("Ilmar Ferventu",), nationalities=("D", "DE", "DEU", "GBN", "XKX", "UTO"))
    assert question_of(asking).nationalities == ("DEU", "GBR", "RKS", "UTO")
    for wrong in ("it", "ITALY", ""):
        with pytest.raises(InputError, match="not a country code"):
            question_of(FindRequest(names=("Ilmar Ferventu",), nationalities=(wrong,)))
    with pytest.raises(InputError, match="type is empty"):
        asked(" ")


@pytest.mark.parametrize("code", ["XXA", "XXB", "XXC", "XXX", "UNO", "XPO", "EUE"])
def test_a_document_that_tells_no_nationality_speaks_against_nobody(code: str) -> None:
    person = Person(names=(Name(text="Ilmar Ferventu"),), nationalities=("UTO",))
    other = msgspec.structs.replace(person, nationalities=(code,))
    for listed, nationality in ((person, code), (other, "UTO"), (other, code)):
        matcher = PlainMatcher()
        matcher.put("XPO:1", listed_of(PersonNotice(person=listed, **COMMON)))
        asking = FindRequest(names=("Ilmar Ferventu",), nationalities=(nationality,))
        (found,) = matcher.search(question_of(asking)).candidates
        assert [one.field for one in found.reasons] == ["name"]


def test_a_notice_is_held_with_one_code_each_and_otherwise_as_it_was_written() -> None:
    person = Person(names=(Name(text="Ilmar Ferventu"),), nationalities=("UTO",), documents=(STOLEN,))
    assert _held(person) is person
    odd = msgspec.structs.replace(STOLEN, type="-", issuer="QQQ")
    other = msgspec.structs.replace(person, nationalities=("GBO", "GBR", "QQQ"), documents=(odd, STOLEN))
    held = _held(other)
    assert held is not None
    assert (held.nationalities, held.documents) == (("GBR", "QQQ"), (odd, STOLEN))
    assert in_hand((msgspec.structs.replace(STOLEN, type="P", issuer="D"),)) == (
        QueryDocument(number="C01X00T47", type="passport", issuer="DEU"),
    )


def _held(person: Person) -> Person | None:
    return listed_of(PersonNotice(person=person, **COMMON)).person


@pytest.mark.parametrize("nationality", ["IRQ", "IQ"])
def test_a_name_as_a_zone_has_it_is_asked_in_arabic_too(nationality: str) -> None:
    asking = FindRequest(names=("EBD ALLXTTYF MNXSSWR", "KRYM FRYD"), nationalities=(nationality,))
    question = question_of(asking)
    assert question.names[:2] == asking.names
    assert {"عبد اللطيف منصور", "كريم فريد"} <= set(question.names)
    assert names_said(question) == names_said(asking) == asking.names, "known again by either"
    listed = Person(names=(Name(text="عبد اللطيف منصور"),), birth_dates=(BirthDate(value="1970-03-04"),))
    matcher = PlainMatcher()
    matcher.put("XPO:1", listed_of(PersonNotice(person=listed, **COMMON)))
    (found,) = matcher.search(msgspec.structs.replace(question, birth_date="1970-03-04")).candidates
    assert found.band == "strong"


def test_a_person_is_known_again_by_the_names_as_said() -> None:
    for names in (("ABDUL MR HAQ",), ("ABDULMR HAQ", "ABDUL HAQ"), ("KRYM BDWY",), ("Dr Ilmar Ferventu", "MR")):
        told = [
            names_said(question_of(FindRequest(names=names, nationalities=states))) for states in ((), ("EGY",), ("D",))
        ]
        assert told == [names_said(FindRequest(names=names))] * 3
    assert names_said(FindRequest(names=("ABDUL MR HAQ",))) == ("ABDUL MR HAQ",)


def test_a_name_as_people_write_it_is_not_read_back() -> None:
    for name in ("Ebd Allxttyf", "Xavier Sharif", "ALEX MAXWELL", "SHRYF"):
        assert question_of(FindRequest(names=(name,))).names == (name,)
