"""Notices as FollowTheMoney entities for this member's own programs, and questions read from entities.

Knows:    which properties of an entity the matcher can use, and how an entity names a notice.
Told:     entities by clients of OpenSanctions, keys of notices.
Answers:  questions for the matcher; entities with what stands beside them.
Trusted:  yes: a candidate that may not be exported is named as withheld, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from evenhand.ground.errors import InputError, LimitError, NotFoundError
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX, QUERY_BIRTH_DATES_MAX
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
_PARTS: Final = ("firstName", "middleName", "lastName")
_COUNTRIES: Final = ("nationality", "citizenship", "country")
_PAPERS: Final = {
    "passportNumber": "passport", "idNumber": "national_id", "registrationNumber": "national_id", "number": None,
}  # fmt: skip
READ: Final = frozenset({*_NAMES, *_PARTS, *_COUNTRIES, *_PAPERS, "birthDate", "gender"})
"""The properties that a question is made of; any other is named as not compared."""
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?")
_SEXES: Final[dict[str, Sex]] = {"female": "F", "f": "F", "male": "M", "m": "M", "other": "X"}
_NESTED: Final = {"Sanction": "sanctions", "Passport": "identification", "Identification": "identification"}
_WITHHELD: Final = "withheld here by its marks: ask POST /v1/find"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The questions that an entity is, one for each birth date, and what of it none of them asks about.

    There are none for a kind that we hold nothing of; `says_nothing` where it is of our kinds and names nobody.
    """

    queries: tuple[Query, ...] = ()
    not_compared: tuple[str, ...] = ()
    says_nothing: bool = False


def questions_of(schema: str, properties: Properties) -> Reading:
    """Return the matcher's questions for an entity. Raises InputError for a value that cannot be asked about."""
    if schema not in PERSON_SCHEMATA | PAPER_SCHEMATA:
        return Reading()
    said = {kind: told for kind, texts in properties.items() if (told := [one for one in texts if one.strip()])}
    # A name is preferred to its parts: a surname alone would be another, and much weaker, question.
    aside = {*_NAMES, *_PARTS} if schema in PAPER_SCHEMATA else _PARTS if said.keys() & set(_NAMES) else ()
    left = sorted(kind[:40] for kind in said if kind not in READ or kind in aside)
    names = [] if schema in PAPER_SCHEMATA else _names(said)
    nations: dict[str, None] = {}
    for kind in _COUNTRIES:
        for text in said.get(kind, ()):
            code = country_code(text)
            if code is None:
                left.append(f"{kind} {text[:40]!r}")
            else:
                nations[code] = None
    documents = _documents(said, next(iter(nations)) if len(nations) == 1 else None)
    if not names and not documents:
        return Reading(not_compared=tuple(left), says_nothing=True)
    sex, strange = _sex(said.get("gender", []))
    base = Query(names=tuple(names), sex=sex, nationalities=tuple(nations), documents=documents)
    born = tuple(dict.fromkeys(_date(text) for text in said.get("birthDate", ())))
    if len(born) > QUERY_BIRTH_DATES_MAX:
        raise InputError(f"{len(born)} birth dates of one person", why=f"the limit is {QUERY_BIRTH_DATES_MAX}")
    queries = tuple(msgspec.structs.replace(base, birth_date=one) for one in born) or (base,)
    return Reading(queries=queries, not_compared=(*left, *strange))


def nothing() -> InputError:
    """Return the refusal of an entity that names nobody."""
    return InputError("nothing to look for", remedy="give a name or a document")


def asked_by(schema: str) -> str:
    """Return the property that words alone are for: a person's name, a document's number."""
    return "number" if schema in PAPER_SCHEMATA else "name"


def _names(said: Properties) -> list[str]:
    """Return the names, or where there is none what its parts make."""
    names = [text for kind in _NAMES for text in said.get(kind, ())]
    whole = " ".join(" ".join(said[kind]) for kind in _PARTS if kind in said)
    return names or ([whole] if whole else [])


def _sex(told: list[str]) -> tuple[Sex, list[str]]:
    """Return the sex where all that is told agrees, and what is not compared."""
    read = {_SEXES.get(one.strip().lower()) for one in told}
    if None not in read and len(read) == 1:
        return next(one for one in read if one is not None), []
    return "U", [f"gender {one[:40]!r}" for one in told]


def _date(text: str) -> str:
    """Return a date as it is written; of an instant (ISO 8601) its day. `Query` refuses what is neither."""
    if _INSTANT.fullmatch(text.strip()) is None:
        return text.strip()
    try:
        return datetime.fromisoformat(text.strip()).date().isoformat()
    except ValueError as error:
        raise InputError(f"no such instant: {text[:40]!r}", why=str(error)) from error


def _documents(said: Properties, issuer: str | None) -> tuple[QueryDocument, ...]:
    """Return documents; an entity seldom says who issued one, so its only country stands in."""
    return tuple(
        QueryDocument(number=number, issuer=issuer, **({} if kind is None else {"type": kind}))
        for name, kind in _PAPERS.items() for number in said.get(name, ())
    )  # fmt: skip


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


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the matcher knows of an entity: candidates, the strongest first, and what it could not compare."""

    candidates: tuple[Candidate, ...]
    not_compared: tuple[str, ...] = ()


def ask(site: Site, queries: Iterable[Query], stated: Stated) -> Known:
    """Ask the matcher, each question on record: the best of what stands and may be shown. Raises RefusedError."""
    best: dict[str, Candidate] = {}
    left: dict[str, None] = {}
    for query in dict.fromkeys(queries):
        found, shown = searched(site, query, stated)
        keys = {f"{one.originator}:{one.notice_id}" for one in shown}
        left.update(dict.fromkeys(found.not_compared))
        for one in found.candidates:
            if one.key in keys and (one.key not in best or one.strength > best[one.key].strength):
                best[one.key] = one
    ranked = sorted(best.values(), key=lambda one: (-one.strength, one.key))
    return Known(candidates=tuple(ranked), not_compared=tuple(left))


def check_batch(count: int, questions: int) -> None:
    """Refuse a batch of no queries, and one of too many questions. Raises InputError or LimitError."""
    if not count:
        raise InputError("no queries", remedy="give at least one")
    if count > API_BATCH_QUESTIONS_MAX or questions > API_BATCH_QUESTIONS_MAX:
        raise LimitError(f"{max(count, questions)} questions", why=f"1 to {API_BATCH_QUESTIONS_MAX} at once")


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

