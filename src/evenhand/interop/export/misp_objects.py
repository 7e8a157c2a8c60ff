"""Persons and documents as MISP objects: person, passport, identity-document, vehicle.

Knows:    the templates `person` (version 21) and `vehicle` (version 5) of misp-objects, and two of our own.
Told:     the match part of a notice.
Answers:  each object's values by relation and ordinal, so that the same thing keeps the same place.
Trusted:  yes.

A person object has one passport and one birth date without precision; so documents are objects of their own
here, and a date that is not one exact day is said in words.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from evenhand.identity.person import Document, Person
from evenhand.interop.export.wording import VEHICLE_TYPES, place_line
from evenhand.notices.model import Notice, PersonNotice

_EXACT_DAY: Final = len("2026-01-31")
_PERSON_TYPES: Final = {
    "full-name": "full-name", "first-name": "first-name", "last-name": "last-name",
    "date-of-birth": "date-of-birth", "place-of-birth": "place-of-birth", "gender": "gender",
    "nationality": "nationality", "passport-number": "passport-number",
    "identity-card-number": "identity-card-number",
}  # fmt: skip
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


class Described(NamedTuple):
    """One object: its template, its number among those of that template, values by (relation, ordinal)."""

    template: Template
    number: int
    values: dict[tuple[str, int], str]

    @property
    def place(self) -> tuple[str, int]:
        """What stays the same from version to version."""
        return self.template.name, self.number


def described(notice: Notice) -> list[Described]:
    """Return the objects of a notice, the person first."""
    made = [Described(PERSON, 0, _person(notice.person))] if isinstance(notice, PersonNotice) else []
    documents = notice.person.documents if isinstance(notice, PersonNotice) else (notice.document,)
    counts: dict[str, int] = {}
    for document in documents:
        template, values = _paper(document)
        number = counts.get(template.name, 0)
        counts[template.name] = number + 1
        made.append(Described(template, number, values))
    return made


class _Values:
    def __init__(self) -> None:
        self.said: dict[tuple[str, int], str] = {}
        self._counts: dict[str, int] = {}

    def add(self, relation: str, value: str | None) -> None:
        if value:
            ordinal = self._counts.get(relation, 0)
            self._counts[relation] = ordinal + 1
            self.said[relation, ordinal] = value


def _person(person: Person) -> dict[tuple[str, int], str]:
    said = _Values()
    first = next((one for one in person.names if one.kind == "primary"), person.names[0])
    said.add("full-name", first.text)
    said.add("first-name", first.given)
    said.add("last-name", first.family)
    for name in person.names:
        if name is not first:
            said.add("alias", name.text)
    exact = [b for b in person.birth_dates if len(b.value) == _EXACT_DAY and b.certainty == "exact"]
    said.add("date-of-birth", exact[0].value if exact else None)
    for born in person.birth_dates:
        if born not in exact[:1]:
            until = f" to {born.until}" if born.until else ""
            said.add("text", f"Date of birth ({born.certainty}): {born.value}{until}")
    for place in person.birth_places[:1]:
        said.add("place-of-birth", place_line(place))
    for place in person.birth_places[1:]:
        said.add("text", f"Place of birth: {place_line(place)}")
    said.add("gender", _GENDERS.get(person.sex))
    for code in person.nationalities:
        said.add("nationality", code)
    numbers = {one.type: one.number for one in reversed(person.documents)}
    said.add("passport-number", numbers.get("passport"))
    said.add("identity-card-number", next((n for t, n in numbers.items() if t in _IDENTITY_CARDS), None))
    return said.said


def _paper(document: Document) -> tuple[Template, dict[tuple[str, int], str]]:
    said = _Values()
    if document.type in VEHICLE_TYPES:
        issuer = f", {document.issuer}" if document.issuer else ""
        said.add("description", f"{document.type.replace('_', ' ')}: {document.status}{issuer}")
        said.add("vin" if document.type == "vin" else "license-plate-number", document.number)
        return VEHICLE, said.said
    for relation, value in (
        ("type", document.type), ("number", document.number), ("issuer", document.issuer),
        ("issued", document.issued), ("expires", document.expires), ("status", document.status),
        ("note", document.note),
    ):  # fmt: skip
        said.add(relation, value)
    return (PASSPORT if document.type in _PASSPORTS else IDENTITY_DOCUMENT), said.said
