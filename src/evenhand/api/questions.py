"""Entities of FollowTheMoney as questions for the matcher.

Knows:    which properties of an entity the matcher can use, and of which kinds a document may be.
Told:     entities by clients of OpenSanctions and OpenRefine.
Answers:  questions, and what of an entity none of them asks about.
Trusted:  yes: what is not asked about is named, never passed over.

A number whose kind an entity does not tell is asked about as every kind that it may be; the matcher counts it once.
Who issued a person's document an entity does not say: nationality and country are the person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from evenhand.api.schemata import ALL_KINDS, COUNTRIES, NAMES, PARTS, VEHICLES, Shape, shape_of
from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_BIRTH_DATES_MAX, QUERY_DOCUMENTS_MAX
from evenhand.identity.person import Sex
from evenhand.interop.countries import country_code
from evenhand.interop.export.wording import documents_in_line
from evenhand.interop.listed_documents import document_type
from evenhand.matching.contract import Query, QueryDocument
from evenhand.matching.evidence import are_kin
from evenhand.node.comparable import question_of
from evenhand.travellers.codes import document_word, read_code

Properties = Mapping[str, list[str]]
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?")
_SEXES: Final[dict[str, Sex]] = {"female": "F", "f": "F", "male": "M", "m": "M", "other": "X"}
_UNSAID: Final = "other"
_WORLDWIDE: Final = "vin"
"""The number of a vehicle that no country gave: its plate's country says nothing against it."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The questions that an entity is, and what of it none of them asks about; there are none for a kind not held here.

    `says_nothing` where it is of our kinds and names nobody. `only` is the key of the one notice asked for by its id.
    """

    queries: tuple[Query, ...] = ()
    only: str = ""
    not_compared: tuple[str, ...] = ()
    says_nothing: bool = False


def questions_of(schema: str, properties: Properties) -> Reading:
    """Return the matcher's questions for an entity.

    Raises InputError for a schema that there is not, and a value that cannot be asked about.
    """
    shape = shape_of(schema)
    if shape is None:
        return Reading(not_compared=(f"schema {schema}: nothing of this kind is held here",))
    said = {kind: told for kind, texts in properties.items() if (told := [one for one in texts if one.strip()])}
    # A name is preferred to its parts: a surname alone would be another, and much weaker, question.
    aside = PARTS if shape.names and said.keys() & set(NAMES) else ()
    lines = list(_lines(shape, said))
    known = shape.reads | ({"name"} if lines else set())
    left = sorted(kind[:40] for kind in said if kind not in known or kind in aside)
    countries = _countries(shape, said, left)
    names = _names(said) if shape.names else []
    documents = [*lines, *_documents(shape, said, countries)]
    if not names and not documents:
        return Reading(not_compared=tuple(left), says_nothing=True)
    sex, strange = _sex(said.get("gender", []) if shape.names else [])
    nations = tuple(countries) if shape.names else ()
    base = Query(names=tuple(names), sex=sex, nationalities=nations, documents=tuple(documents[:1]))
    queries = [
        question_of(msgspec.structs.replace(base, birth_date=born, documents=tuple(some)))
        for born in _births(said.get("birthDate", []) if shape.names else [])
        for some in _in_parts(documents)
    ]
    return Reading(queries=tuple(queries), not_compared=(*left, *strange))


def asked_in_words(schema: str, words: str) -> Reading:
    """Return the questions that words alone are: a person's name, a document's number, either where it may be both.

    Raises InputError.
    """
    shape = shape_of(schema)
    read = questions_of(schema, {"name" if shape is None else shape.words: [words]})
    if shape is None or not (shape.names and shape.line) or not any(mark.isdigit() for mark in words):
        return read
    number = questions_of(schema, {"number": [words]})
    return Reading(queries=(*read.queries, *number.queries), not_compared=read.not_compared)


def nothing() -> InputError:
    """Return the refusal of an entity that names nobody."""
    return InputError("nothing to look for", remedy="give a name or a document")


def asked_by(schema: str) -> str:
    """Return the property that words alone are for: a person's name, a document's number. Raises InputError."""
    shape = shape_of(schema)
    return "name" if shape is None else shape.words


def _countries(shape: Shape, said: Properties, left: list[str]) -> list[str]:
    """Return the countries that an entity names, each once; what is none is left aside."""
    nations: dict[str, None] = {}
    for kind in COUNTRIES if shape.names else ("country",):
        for text in said.get(kind, ()):
            code = country_code(text)
            if code is None:
                left.append(f"{kind} {text[:40]!r}")
            else:
                nations[code] = None
    return list(nations)


def _names(said: Properties) -> list[str]:
    """Return the names, or where there is none what its parts make."""
    names = [text for kind in NAMES for text in said.get(kind, ())]
    whole = " ".join(" ".join(said[kind]) for kind in PARTS if kind in said)
    return names or ([whole] if whole else [])


def _sex(told: list[str]) -> tuple[Sex, list[str]]:
    """Return the sex where all that is told agrees, and what is not compared."""
    read = {_SEXES.get(one.strip().lower()) for one in told}
    if None not in read and len(read) == 1:
        return next(one for one in read if one is not None), []
    return "U", [f"gender {one[:40]!r}" for one in told]


def _births(told: list[str]) -> tuple[str | None, ...]:
    """Return the birth dates, each a question of its own; one question without. Raises InputError for too many."""
    born = tuple(dict.fromkeys(_date(text) for text in told))
    if len(born) > QUERY_BIRTH_DATES_MAX:
        raise InputError(f"{len(born)} birth dates of one person", why=f"the limit is {QUERY_BIRTH_DATES_MAX}")
    return born or (None,)


def _date(text: str) -> str:
    """Return a date as it is written; of an instant (ISO 8601) its day. `Query` refuses what is neither."""
    if _INSTANT.fullmatch(text.strip()) is None:
        return text.strip()
    try:
        return datetime.fromisoformat(text.strip()).date().isoformat()
    except ValueError as error:
        raise InputError(f"no such instant: {text[:40]!r}", why=str(error)) from error


def _lines(shape: Shape, said: Properties) -> Iterator[QueryDocument]:
    """Yield the documents that names may be our own lines about: `national id NI1 (UTO)`, as an Asset is called."""
    for text in said.get("name", ()) if shape.line else ():
        for kind, number, issuer in documents_in_line(text):
            yield QueryDocument(number=number, type=kind, issuer=issuer and read_code(issuer))


def _documents(shape: Shape, said: Properties, countries: list[str]) -> Iterator[QueryDocument]:
    """Yield each number as every kind that it may be. Raises InputError for too many numbers."""
    numbers = [(name, number) for name in shape.numbers for number in said.get(name, ())]
    if len(numbers) > QUERY_DOCUMENTS_MAX:
        raise InputError("too many names or documents in one question", why=f"the limit is {QUERY_DOCUMENTS_MAX}")
    issuer = countries[0] if shape.issues and len(countries) == 1 else None
    told = [document_word(one) for one in said.get("type", ())] if shape.issues else []
    for name, number in numbers:
        for kind in _kinds(told, shape.numbers[name]):
            yield QueryDocument(number=number, type=kind, issuer=issuer)
            if kind == _WORLDWIDE and issuer is not None:
                yield QueryDocument(number=number, type=kind)


def _kinds(told: list[str], able: tuple[str, ...]) -> tuple[str, ...]:
    """Return as which kinds a number is asked about: what may be the same as the one told, else whatever is able."""
    kinds: dict[str, None] = {}
    for word in told:
        guess = word if word in ALL_KINDS else document_type(word.replace("_", " "))
        kinds[word] = None
        if guess == _UNSAID or guess in VEHICLES:
            kinds |= dict.fromkeys(able)
        else:
            kinds |= dict.fromkeys(one for one in ALL_KINDS if one == guess or are_kin(one, guess))
    return tuple(kinds) or able


def _in_parts(documents: list[QueryDocument]) -> Iterator[list[QueryDocument]]:
    """Yield as many documents as one question may have; none once where there are none."""
    for start in range(0, len(documents) or 1, QUERY_DOCUMENTS_MAX):
        yield documents[start : start + QUERY_DOCUMENTS_MAX]
