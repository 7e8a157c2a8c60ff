"""Codes and words as they are compared: one for each country and each kind of document, listed or asked about.

Knows:    that D and DEU are one country, P, Passport and passport one kind of document, and Abdul Mr Haq no other man
          than Abdul Haq.
Told:     notices as their originators wrote them; questions as people and programs write them.
Answers:  both in the same words, and the version of these; a question with a code that nobody has is refused.
Trusted:  yes: a document is found by type, number and issuer; one written otherwise would be found by nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import product
from operator import is_
from string import ascii_uppercase
from typing import Final, Protocol

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_NAMES_MAX
from evenhand.identity.person import Document, Person, Sex, check_country
from evenhand.interop.countries import country_code
from evenhand.matching.contract import Listed, Query, QueryDocument
from evenhand.notices.model import DocumentNotice, PersonNotice
from evenhand.travellers.arabic_readings import ARABIC_STATES
from evenhand.travellers.codes import CODES, KNOWN_CODES, compared_code, document_word
from evenhand.travellers.traveller import in_turn
from evenhand.travellers.typed_names import may_mean_more, meanings

_ALPHA2_LETTERS: Final = 2
_NO_NATIONALITY: Final = frozenset(
    one.code for one in CODES.values() if one.kind in ("protected", "unspecified", "organisation")
)
_ARABIC_STATES: Final = ARABIC_STATES | {
    code for code in map("".join, product(ascii_uppercase, repeat=_ALPHA2_LETTERS))
    if country_code(code) in ARABIC_STATES
}  # fmt: skip
"""The same in either of ISO 3166's ways."""
_DECIDING: Final = (
    ("evenhand.node", "comparable.py"), ("evenhand.travellers", "codes.py"),
    ("evenhand.travellers", "titles.py"), ("evenhand.travellers", "typed_names.py"),
    ("evenhand.travellers", "tables/codes.tsv"),
    ("evenhand.travellers", "arabic_readings.py"), ("evenhand.travellers", "tables/spellings.tsv"),
    ("evenhand.interop", "country_table.py"),
)  # fmt: skip
"""Which files say what is compared as one."""


class Asking(Protocol):
    """Whatever describes the person or document in hand."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names, in any script."""

    @property
    def birth_date(self) -> str | None:
        """YYYY, YYYY-MM or YYYY-MM-DD."""

    @property
    def sex(self) -> Sex:
        """F, M, X or U."""

    @property
    def nationalities(self) -> tuple[str, ...]:
        """Codes of ICAO 9303 or ISO 3166-1."""

    @property
    def documents(self) -> tuple[QueryDocument, ...]:
        """Documents in hand."""


@cache
def picture_version(matcher_version: str) -> str:
    """Return the version of a matcher together with these words: what both say decides every answer.

    It stands in the state digest, and with the index that a snapshot keeps: one of other words is built again.
    """
    parts = (files(room).joinpath(part).read_bytes() for room, part in _DECIDING)
    return hashlib.sha256(b"".join((bytes.fromhex(matcher_version), *map(_sha256, parts)))).hexdigest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def names_asked(asking: Asking) -> tuple[str, ...]:
    """Return the names to ask by: as they are said, without titles, in Arabic script where a zone's letters tell it.

    The same for a question as for whatever it was made of. A title in a name hides who is listed (ABDUL MR HAQ,
    ABDULMR HAQ), and a name may be written as one is: both are asked, as many as a question has room for. So is MXHMD,
    which a gate took from a zone as it stands there: alone, or with its fillers (ALQAXDZY<<MXHMD<<<<).
    """
    said = asking.names
    further = in_turn(_further(asking))
    return tuple(dict.fromkeys((*said, *further)))[: max(len(said), QUERY_NAMES_MAX)]


def names_said(asking: Asking) -> tuple[str, ...]:
    """Return the names without those that `names_asked` adds: those of a question are those it was made of."""
    further = set[str]().union(*_further(asking))
    return tuple(name for name in asking.names if name not in further)


def _further(asking: Asking) -> list[list[str]]:
    """Return what each name may stand for besides: nothing for nearly every name as people write it."""
    closer = [name for name in asking.names if may_mean_more(name)]
    if not closer:
        return []
    states = {*asking.nationalities, *[one.issuer for one in asking.documents]}
    written = () if _ARABIC_STATES.isdisjoint(states) else ARABIC_STATES
    return [meanings(name, written) for name in closer]


def question_of(asking: Asking) -> Query:
    """Return the matcher's question. Raises InputError, also for a country that there is not."""
    return Query(
        names=names_asked(asking), birth_date=asking.birth_date, sex=asking.sex,
        nationalities=_nations(map(_country, asking.nationalities)),
        documents=tuple(map(_asked, asking.documents)),
    )  # fmt: skip


def in_hand(documents: Iterable[Document]) -> tuple[QueryDocument, ...]:
    """Return documents of a person described here as documents to ask about."""
    return tuple(
        QueryDocument(number=one.number, type=one.type, issuer=one.issuer) for one in map(_document, documents)
    )


def listed_of(notice: PersonNotice | DocumentNotice) -> Listed:
    """Return what a matcher holds of a notice."""
    if isinstance(notice, DocumentNotice):
        return Listed(document=_document(notice.document))
    return Listed(person=_person(notice.person))


def _nations(codes: Iterable[str]) -> tuple[str, ...]:
    """Return what is a nationality: the document of a refugee, or of an organisation's servant, tells none (XXB, UNO).

    Whoever holds one may still be listed with a nationality, and it must not speak against that.
    """
    return tuple(dict.fromkeys(code for code in codes if code not in _NO_NATIONALITY))


def _asked(document: QueryDocument) -> QueryDocument:
    if not document.type.strip():
        raise InputError("a document's type is empty", remedy="leave it out, or write passport, identity_card, visa")
    issuer = None if document.issuer is None else _country(document.issuer)
    return QueryDocument(number=document.number, type=document_word(document.type), issuer=issuer)


def _country(code: str) -> str:
    check_country(code)
    if code in KNOWN_CODES:
        return compared_code(code)
    found = country_code(code) if len(code) == _ALPHA2_LETTERS else None
    if found is None:
        raise InputError(
            f"no state or organisation has the code {code!r}", remedy="use ICAO 9303 part 3 codes (ITA, D, XXA, UNO)"
        )
    return compared_code(found)


def _person(person: Person) -> Person:
    """Return a person with codes and words to compare: most are as they were."""
    nationalities = _nations(map(compared_code, person.nationalities))
    documents = tuple(map(_document, person.documents))
    if nationalities == person.nationalities and all(map(is_, documents, person.documents)):
        return person
    return msgspec.structs.replace(person, nationalities=nationalities, documents=documents)


def _document(document: Document) -> Document:
    word = document_word(document.type)
    issuer = None if document.issuer is None else compared_code(document.issuer)
    if (word, issuer) == (document.type, document.issuer):
        return document
    return msgspec.structs.replace(document, type=word, issuer=issuer)
