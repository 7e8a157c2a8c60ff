"""Persons and documents as MISP objects: person, passport, identity-document, vehicle.

Knows:    the templates `person` (version 21) and `vehicle` (version 5) of misp-objects, and two of our own.
Told:     the match parts of the versions of a notice that one reader had.
Answers:  each version's objects, values by relation and ordinal, so that the same thing keeps the same place; and all
          the places there may have been, where nobody knows any more what was said.
Trusted:  yes.

A person object has one passport and one birth date without precision; so documents are objects of their own
here, and a date that is not one exact day is said in words, in the one `text` that the template has.

Places are numbered by what a thing is (`numbering`): a document by type, number and issuer, an alias by its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, NameKind, Person
from evenhand.interop.export.numbering import Numbers, told_apart
from evenhand.interop.export.wording import VEHICLE_TYPES, place_line
from evenhand.notices.model import Notice, PersonNotice

_EXACT_DAY: Final = len("2026-01-31")
_PERSON_TYPES: Final = {
    "full-name": "full-name", "first-name": "first-name", "middle-name": "middle-name", "last-name": "last-name",
    "date-of-birth": "date-of-birth", "place-of-birth": "place-of-birth", "gender": "gender",
    "nationality": "nationality", "passport-number": "passport-number", "passport-country": "passport-country",
    "passport-expiration": "passport-expiration", "identity-card-number": "identity-card-number",
}  # fmt: skip
_PAPER: Final = ("type", "number", "issuer", "issued", "expires", "status", "note")
_GENDERS: Final = {"F": "Female", "M": "Male", "X": "Other"}
_IDENTITY_CARDS: Final = frozenset({"identity_card", "national_id"})
_PASSPORTS: Final = frozenset({"passport", "travel_document"})


class Template(NamedTuple):
    """A MISP object template: those of misp-objects keep their own UUID."""

    name: str
    uuid: str
    version: int
    category: str
    description: str

    def kind(self, relation: str) -> tuple[str, str]:
        """Return the attribute type and category of a relation."""
        if self is PERSON and relation == "passport-creation":
            return "datetime", "Other"
        special = _PERSON_TYPES.get(relation) if self is PERSON else None
        if special is None and relation == "number" and self is PASSPORT:
            special = "passport-number"
        return ("text", "Other") if special is None else (special, "Person")


PERSON: Final = Template(
    "person", "a15b0477-e9d1-4b9c-9546-abe78a4f4248", 21, "misc",
    "An object which describes a person or an identity.",
)  # fmt: skip
VEHICLE: Final = Template(
    "vehicle", "683c076c-f695-4ff2-8efa-e98a418049f4", 5, "misc",
    "Vehicle object template to describe a vehicle information and registration",
)  # fmt: skip
PASSPORT: Final = Template(
    "passport", "0c1e0a4e-7f0e-5a4b-8a55-2f3f6b1f8f10", 1, "misc",
    "A passport or travel document, by number and issuer.",
)  # fmt: skip
IDENTITY_DOCUMENT: Final = Template(
    "identity-document", "4d4b0b3d-0b7c-5f0e-9d0a-6a1f0c8be5d7", 1, "misc",
    "An identity document other than a passport, by type, number and issuer.",
)  # fmt: skip

ALIASES_MAX: Final = 64
"""How many aliases an erasure names as deleted: the longest entry of a public list has fewer than 60 names."""
NATIONALITIES_MAX: Final = 8
PAPERS_MAX: Final = 10
"""How many objects of each template for documents an erasure names as deleted."""
_PLACES: Final = (
    (PERSON, 1, (*_PERSON_TYPES, "text", "passport-creation", "alias")),
    (PASSPORT, PAPERS_MAX, _PAPER), (IDENTITY_DOCUMENT, PAPERS_MAX, _PAPER),
    (VEHICLE, PAPERS_MAX, ("description", "vin", "license-plate-number")),
)  # fmt: skip
_ORDINALS: Final = {"alias": ALIASES_MAX, "nationality": NATIONALITIES_MAX}


Slot = tuple[str, int]
"""A relation, and which of its values."""


class Described(NamedTuple):
    """One object: its template, its number among those of that template, values by (relation, ordinal).

    `kinds` says of names which they are; the template has one relation for all of them but the first.
    """

    template: Template
    number: int
    values: dict[Slot, str]
    kinds: Mapping[Slot, tuple[NameKind, ...]] = MappingProxyType({})

    @property
    def place(self) -> tuple[str, int]:
        """What stays the same from version to version."""
        return self.template.name, self.number


def described(versions: Iterable[Notice]) -> list[list[Described]]:
    """Return the objects of each version of a notice, the person first. `versions` are those that the reader had."""
    numbers = Numbers()
    return [_described(notice, numbers) for notice in versions]


def every_place() -> list[Described]:
    """Return all the objects that any notice may have had, with every relation: so they say nothing of one of them."""
    return [
        Described(template, number, {(name, n): "" for name in relations for n in range(_ORDINALS.get(name, 1))})
        for template, count, relations in _PLACES for number in range(count)
    ]  # fmt: skip


def _described(notice: Notice, numbers: Numbers) -> list[Described]:
    made = [_person(notice.person, numbers)] if isinstance(notice, PersonNotice) else []
    documents = notice.person.documents if isinstance(notice, PersonNotice) else (notice.document,)
    for thing, document in told_apart(documents):
        template, values = _paper(document)
        made.append(Described(template, numbers.of(template.name, thing), values))
    return made


def _person(person: Person, numbers: Numbers) -> Described:
    first = next((one for one in person.names if one.kind == "primary"), person.names[0])
    exact = [b for b in person.birth_dates if len(b.value) == _EXACT_DAY and b.certainty == "exact"][:1]
    said = {
        "full-name": first.text, "first-name": first.given, "middle-name": first.patronymic, "last-name": first.family,
        "date-of-birth": exact[0].value if exact else None,
        "place-of-birth": place_line(person.birth_places[0]) if person.birth_places else None,
        "text": "\n".join(_in_words(person, exact)), "gender": _GENDERS.get(person.sex), **_papers(person.documents),
    }  # fmt: skip
    aliases: dict[Slot, str] = {}
    kinds: dict[Slot, tuple[NameKind, ...]] = {("full-name", 0): (first.kind,)}
    for one in person.names:
        if one is not first:
            slot = "alias", numbers.of("alias", one.text)
            aliases[slot], kinds[slot] = one.text, (*kinds.get(slot, ()), one.kind)
    codes = {("nationality", numbers.of("nationality", code)): code for code in person.nationalities}
    return Described(PERSON, 0, {(name, 0): value for name, value in said.items() if value} | aliases | codes, kinds)


def _in_words(person: Person, exact: Sequence[BirthDate]) -> Iterable[str]:
    """Yield what the template has no second place for."""
    for born in person.birth_dates:
        if born not in exact:
            until = f" to {born.until}" if born.until else ""
            yield f"Date of birth ({born.certainty}): {born.value}{until}"
    for place in person.birth_places[1:]:
        yield f"Place of birth: {place_line(place)}"


def _papers(documents: Sequence[Document]) -> dict[str, str | None]:
    """Return what a person object says of the first passport and the first identity card."""
    card = next((one.number for one in documents if one.type in _IDENTITY_CARDS), None)
    passport = next((one for one in documents if one.type == "passport"), None)
    if passport is None:
        return {"identity-card-number": card}
    issued = passport.issued if passport.issued and len(passport.issued) == _EXACT_DAY else None
    return {
        "identity-card-number": card, "passport-number": passport.number, "passport-country": passport.issuer,
        "passport-creation": issued and f"{issued}T00:00:00.000000+0000",  # as MISP itself writes an instant
        "passport-expiration": passport.expires,
    }  # fmt: skip


def _paper(document: Document) -> tuple[Template, dict[tuple[str, int], str]]:
    if document.type in VEHICLE_TYPES:
        said = {
            "description": "\n".join(_vehicle_lines(document)),
            "vin" if document.type == "vin" else "license-plate-number": document.number,
        }  # fmt: skip
        return VEHICLE, {(name, 0): value for name, value in said.items()}
    told = ((name, getattr(document, name)) for name in _PAPER)
    template = PASSPORT if document.type in _PASSPORTS else IDENTITY_DOCUMENT
    return template, {(name, 0): value for name, value in told if value}


def _vehicle_lines(document: Document) -> Iterable[str]:
    issuer = f", {document.issuer}" if document.issuer else ""
    yield f"{document.type.replace('_', ' ')}: {document.status}{issuer}"
    if document.issued:
        yield f"Issued: {document.issued}"
    if document.expires:
        yield f"Expires: {document.expires}"
    if document.note:
        yield document.note
