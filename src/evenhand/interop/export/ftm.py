"""Notices as FollowTheMoney entities, the language of OpenSanctions, yente and Aleph.

Knows:    the FollowTheMoney 4 schemata Person, Passport, Identification, Vehicle, Asset and Sanction.
Told:     notices that passed `released.choose`.
Answers:  entities as plain values and as JSON lines; the id of a notice's subject, which never changes.
Trusted:  yes: what is written here is read as said by this member.

Source: followthemoney.tech, schemata and property types of release 4. Country codes are ISO 3166-1 alpha-2
in small letters there; a date may be partial; a property holds several values and none of them is "the" one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from evenhand.ground.canonical import canonical_bytes, digest
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, FileReference, Person
from evenhand.interop.countries import country_alpha2
from evenhand.interop.export.numbering import numbered
from evenhand.interop.export.released import Exportable
from evenhand.interop.export.wording import VEHICLE_TYPES, files_line, handling_marks, place_line, subject_line
from evenhand.notices.model import DocumentNotice, PersonNotice, Reliability

DATASET: Final = "evenhand"
Entity = dict[str, Any]

_NAME_PROPERTY: Final = {
    "primary": "name", "transliteration": "name", "birth": "previousName", "maiden": "previousName",
    "alias_good": "alias", "kunya": "alias", "nickname": "weakAlias", "alias_low": "weakAlias",
}  # fmt: skip
_GENDERS: Final = {"F": "female", "M": "male", "X": "other"}
_TRAVEL: Final = {"passport": "Passport", "travel_document": "Passport"}
_WANTED: Final = {"ARREST", "HOLD"}


class _Properties:
    """Values per property, each once, in the order told."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}

    def add(self, name: str, *values: str | None) -> None:
        for value in values:
            if value and value not in self.said.setdefault(name, []):
                self.said[name].append(value)

    def built(self) -> dict[str, list[str]]:
        return {name: self.said[name] for name in sorted(self.said) if self.said[name]}


def subject_id(key: str) -> str:
    """Return the entity id of a notice's subject: `eh-ITA-0123…`, the same at every member."""
    return "eh-" + key.replace(":", "-")


def entities(item: Exportable, *, dataset: str = DATASET) -> list[Entity]:
    """Return the entities of a notice, its subject first; none where it no longer stands.

    The subject is a Person, for a document notice an Asset (a Passport must have a holder, and a lost one
    has nobody we could name), for a number plate a Vehicle.
    """
    if not item.stands:
        return []
    made = _Maker(item, dataset)
    if isinstance(item.notice, PersonNotice):
        subject = made.person(item.notice.person)
        papers = [made.paper(*one) for one in numbered([*(was.notice for was in item.earlier), item.notice])]
    else:
        subject, papers = made.document(item.notice), []
    return [subject, *papers, made.measure()]


class _Maker:
    def __init__(self, item: Exportable, dataset: str) -> None:
        self._item = item
        self._dataset = dataset
        self._subject = subject_id(item.key)
        # On every entity: yente's clients, and whoever picks single lines out of a file, hold one without the others.
        self._marks = handling_marks(item.notice.handling)

    def _entity(self, suffix: str, schema: str, said: _Properties, caption: str) -> Entity:
        return {
            "id": self._subject + suffix, "caption": caption, "schema": schema, "properties": said.built(),
            "referents": [], "datasets": [self._dataset], "target": not suffix,
            "first_seen": self._item.created[:19], "last_seen": self._item.modified[:19],
            "last_change": self._item.modified[:19],
        }  # fmt: skip

    def person(self, person: Person) -> Entity:
        said = _Properties()
        for name in sorted(person.names, key=lambda one: one.kind != "primary"):
            said.add(_NAME_PROPERTY[name.kind], name.text)
            if name.kind == "primary":
                said.add("firstName", name.given)
                said.add("lastName", name.family)
                said.add("middleName", name.patronymic)
        said.add("name", *([] if "name" in said.said else [person.names[0].text]))
        said.add("notes", self._marks)
        for born in person.birth_dates:
            said.add("birthDate", born.value, born.until)
            said.add("notes", _born_about(born))
        said.add("birthPlace", *(place_line(place) for place in person.birth_places))
        said.add("birthCountry", *(_country(place.country) for place in person.birth_places))
        said.add("nationality", *(_country(code) for code in person.nationalities))
        said.add("gender", _GENDERS.get(person.sex))
        for document in person.documents:
            said.add("passportNumber" if document.type in _TRAVEL else "idNumber", document.number)
        said.add("topics", *self._topics())
        said.add("notes", self._held(person.biometrics))
        if self._item.detail is not None:
            said.add("appearance", *self._item.detail.marks)
        self._detail(said)
        return self._entity("", "Person", said, person.names[0].text)

    def document(self, notice: DocumentNotice) -> Entity:
        said, document = _Properties(), notice.document
        caption = subject_line(notice)
        said.add("name", caption)
        said.add("country", _country(document.issuer))
        said.add("notes", self._marks, _status(document), document.note)
        said.add("notes", *(f"{name}: {day}" for name, day in _days(document)))
        said.add("topics", *self._topics())
        if self._item.detail is not None:
            said.add("notes", *self._item.detail.marks)
        self._detail(said)
        if document.type not in VEHICLE_TYPES:
            return self._entity("", "Asset", said, caption)
        said.add("registrationNumber", document.number)
        said.add("type", document.type)
        return self._entity("", "Vehicle", said, caption)

    def paper(self, number: int, document: Document) -> Entity:
        said = _Properties()
        schema = _TRAVEL.get(document.type, "Identification")
        said.add("holder", self._subject)
        said.add("number", document.number)
        said.add("passportNumber", *([document.number] if schema == "Passport" else []))
        said.add("type", document.type)
        said.add("country", _country(document.issuer))
        said.add("startDate", document.issued)
        said.add("endDate", document.expires)
        said.add("summary", self._marks, _status(document), document.note)
        return self._entity(f"-doc-{number}", schema, said, document.number)

    def measure(self) -> Entity:
        """Return the notice itself, in the one schema made for a measure against someone."""
        said, notice, detail = _Properties(), self._item.notice, self._item.detail
        said.add("entity", self._subject)
        said.add("authority", self._item.originator, None if detail is None else detail.issuing_authority)
        said.add("country", _country(self._item.originator))
        said.add("authorityId", notice.notice_id)
        said.add("recordId", None if notice.source is None else notice.source.entry_id)
        said.add("program", notice.category, None if notice.source is None else notice.source.list)
        said.add("provisions", f"requested action: {self._item.action}")
        said.add("provisions", None if notice.fallback == "NONE" else f"fallback action: {notice.fallback}")
        said.add("provisions", f"review by: {notice.review_by[:10]}")
        said.add("startDate", notice.valid_from[:10])
        said.add("endDate", notice.expires[:10])
        said.add("status", "active")
        said.add("summary", self._marks)
        if detail is not None:
            said.add("reason", detail.offence)
            said.add("provisions", f"legal basis: {detail.legal_basis}", f"decision: {detail.decision_reference}")
            said.add("description", f"proportionality: {detail.proportionality}", _reliability(detail.reliability))
        return self._entity("-notice", "Sanction", said, f"{self._item.originator} {notice.category}")

    def _topics(self) -> list[str]:
        topics = ["wanted" if self._item.action in _WANTED else "poi"]
        return [*topics, *(["sanction"] if self._item.notice.source is not None else [])]

    def _held(self, files: Sequence[FileReference]) -> str | None:
        return f"{self._item.originator} holds: {files_line(files)}" if files else None

    def _detail(self, said: _Properties) -> None:
        detail = self._item.detail
        if detail is None:
            return
        said.add("address", *(place_line(place) for place in detail.addresses))
        said.add("notes", *detail.remarks, self._held(detail.photos))
        said.add("notes", f"languages: {', '.join(detail.languages)}" if detail.languages else None)


def _born_about(born: BirthDate) -> str | None:
    words = "approximately " if born.certainty == "approximate" else ""
    if born.until is not None:
        return f"Born {words}between {born.value} and {born.until}"
    return f"Born {words}{born.value}" if words else None


def _reliability(said: Reliability | None) -> str | None:
    return None if said is None else f"reliability: source {said.source}, information {said.information}"


def _days(document: Document) -> Iterable[tuple[str, str]]:
    if document.issued:
        yield "issued", document.issued
    if document.expires:
        yield "expires", document.expires


def _status(document: Document) -> str | None:
    """Return a status in words, for FollowTheMoney has no property for it; that none is known is not worth one."""
    return None if document.status == "unknown" else f"status: {document.status}"


def _country(code: str | None) -> str | None:
    alpha2 = None if code is None else country_alpha2(code)
    return None if alpha2 is None else alpha2.lower()


def json_lines(items: Iterable[Exportable], *, dataset: str = DATASET) -> bytes:
    """Return every entity as one line of JSON, as `entities.ftm.json` of OpenSanctions."""
    return b"".join(canonical_bytes(one) + b"\n" for item in items for one in entities(item, dataset=dataset))


def fingerprint(entity: Entity) -> str:
    """Return SHA-256 in hex over all that an entity says: its stamps count seconds, which two versions may share."""
    return digest(entity).hex()


def changes(items: Iterable[Exportable], known: Mapping[str, str], *, dataset: str = DATASET) -> list[Entity]:
    """Return what changed, as OpenSanctions' delta files say it: ADD, MOD or DEL with an entity.

    `known` are the entities a receiver has, with the `fingerprint` of each as it has it. What it has and is no
    longer given is a DEL with the id alone, whether withdrawn, expired or taken out of its reach.
    """
    now = {one["id"]: one for item in items for one in entities(item, dataset=dataset)}
    said: list[Entity] = [{"op": "DEL", "entity": {"id": gone}} for gone in sorted(known.keys() - now.keys())]
    for name, entity in now.items():
        if name not in known:
            said.append({"op": "ADD", "entity": entity})
        elif known[name] != fingerprint(entity):
            said.append({"op": "MOD", "entity": entity})
    return said


