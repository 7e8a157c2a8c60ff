"""Notices as FollowTheMoney entities for this member's own programs, and questions read from entities.

Knows:    which properties of an entity the matcher can use, and how an entity names a notice.
Told:     entities by clients of OpenSanctions, keys of notices.
Answers:  questions for the matcher; entities with what stands beside them.
Trusted:  yes: a candidate that may not be exported is named as withheld, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from evenhand.ground.errors import InputError, NotFoundError
from evenhand.ground.limits import QUERY_DOCUMENTS_MAX, QUERY_NAMES_MAX
from evenhand.identity.person import Sex
from evenhand.interop.countries import country_code
from evenhand.interop.export import ftm
from evenhand.interop.export.released import Terms, choose
from evenhand.matching.contract import Candidate, Query, QueryDocument
from evenhand.node.asking import searched
from evenhand.node.exporting import gather
from evenhand.node.member import Member
from evenhand.node.site import Site, Stated

Properties = Mapping[str, list[str]]
DATASET: Final = ftm.DATASET
DATASETS: Final = frozenset({DATASET, "default", "sanctions"})
"""Our one data set, under the names that clients of OpenSanctions ask for out of the box."""
PERSON_SCHEMATA: Final = frozenset({"Person", "LegalEntity", "Thing"})
PAPER_SCHEMATA: Final = frozenset({"Passport", "Identification", "Asset"})
_NAMES: Final = ("name", "alias", "weakAlias", "previousName")
_COUNTRIES: Final = ("nationality", "citizenship", "country")
_SEXES: Final[dict[str, Sex]] = {"female": "F", "f": "F", "male": "M", "m": "M", "other": "X"}
_NESTED: Final = {"Sanction": "sanctions", "Passport": "identification", "Identification": "identification"}
_WITHHELD: Final = "withheld here by its marks: ask POST /v1/find"


def question_of(schema: str, properties: Properties) -> Query | None:
    """Return the matcher's question for an entity; None for a kind we hold nothing of. Raises InputError."""
    if schema not in PERSON_SCHEMATA | PAPER_SCHEMATA:
        return None
    names = [text for kind in _NAMES for text in properties.get(kind, ()) if text.strip()]
    if schema in PAPER_SCHEMATA:
        names = []
    if not names:
        parts = [" ".join(properties.get(kind, ())) for kind in ("firstName", "middleName", "lastName")]
        names = [" ".join(part for part in parts if part)] if any(parts) else []
    nations = tuple(code for one in _values(properties, _COUNTRIES) if (code := country_code(one)) is not None)
    documents = list(_documents(properties, nations[0] if len(nations) == 1 else None))
    born = next(iter(properties.get("birthDate", ())), None)
    sexes = [_SEXES[one.lower()] for one in properties.get("gender", ()) if one.lower() in _SEXES]
    return Query(
        names=tuple(names[:QUERY_NAMES_MAX]), birth_date=born, sex=sexes[0] if sexes else "U",
        nationalities=nations, documents=tuple(documents[:QUERY_DOCUMENTS_MAX]),
    )  # fmt: skip


def _values(properties: Properties, kinds: Iterable[str]) -> list[str]:
    return [text for kind in kinds for text in properties.get(kind, ())]


def _documents(properties: Properties, issuer: str | None) -> Iterable[QueryDocument]:
    """Yield documents; an entity seldom says who issued one, so its only country stands in."""
    for kind, names in (("passport", ("passportNumber",)), ("national_id", ("idNumber", "registrationNumber"))):
        for number in _values(properties, names):
            yield QueryDocument(number=number, type=kind, issuer=issuer)
    for number in properties.get("number", ()):
        yield QueryDocument(number=number, issuer=issuer)


def key_of(entity_id: str) -> str:
    """Return the notice key in an entity id. Raises NotFoundError."""
    head, _, rest = entity_id.partition("-")
    code, _, notice_id = rest.partition("-")
    if head != "eh" or not code or not notice_id:
        raise NotFoundError("no entity has this id here", remedy="ids begin with eh-")
    return f"{code}:{notice_id.partition('-')[0]}"


def _own(member: Member) -> Terms:
    return Terms(own=member.code, reader=member.code)


def entities_of(member: Member, key: str) -> list[ftm.Entity]:
    """Return the entities of a notice, subject first; none where it no longer stands or may not be exported."""
    chosen = choose(gather(member, [key], member.code), _own(member))
    return [one for item in chosen.items for one in ftm.entities(item)]


def subject_of(member: Member, key: str) -> ftm.Entity:
    """Return a notice's subject, or a bare one that says it is withheld: a candidate must not vanish."""
    found = entities_of(member, key)
    if found:
        return found[0]
    return {
        "id": ftm.subject_id(key), "caption": _WITHHELD, "schema": "Person", "properties": {"name": [_WITHHELD]},
        "referents": [], "datasets": [DATASET], "target": True,
        "first_seen": None, "last_seen": None, "last_change": None,
    }  # fmt: skip


def nested(found: list[ftm.Entity]) -> ftm.Entity:
    """Return a subject with what stands beside it put into its properties, as yente does."""
    subject, *others = found
    properties: dict[str, list[Any]] = {name: list(values) for name, values in subject["properties"].items()}
    for one in others:
        properties.setdefault(_NESTED[one["schema"]], []).append(one)
    return {**subject, "properties": properties}


def ask(site: Site, query: Query, stated: Stated) -> list[Candidate]:
    """Ask the matcher, on record: what stands and may be shown. Raises RefusedError or StoreError."""
    found, shown = searched(site, query, stated)
    keys = {f"{one.originator}:{one.notice_id}" for one in shown}
    return [one for one in found.candidates if one.key in keys]


def check_dataset(name: str) -> None:
    """Refuse a data set we do not have. Raises NotFoundError."""
    if name not in DATASETS:
        raise NotFoundError(f"there is no data set {name[:40]!r}", remedy=f"use {DATASET}")


def number_in(values: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    """Return a whole-number parameter. Raises InputError."""
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > most:  # noqa: PLR2004 - below 10^9
        raise InputError(f"{name} must be a number up to {most}")
    return int(text)

