"""The interface every matcher fills: a question, candidates with reasons, and a version.

Knows:    descriptions of people and documents, and evidence between them.
Told:     listed notices by key, one at a time, and questions.
Answers:  candidates in a fixed order with integer strength; the same on every machine.
Trusted:  yes: a lost candidate is a suspect waved through, a false one an innocent stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_DOCUMENTS_MAX, QUERY_NAME_CHARACTERS_MAX, QUERY_NAMES_MAX
from evenhand.identity.dates import check_partial_date
from evenhand.identity.person import Document, Person, Sex, check_country

Band = Literal["possible", "strong"]
STRENGTH_MAX = 1000
"""Strength is fixed-point: 0 (nothing speaks for it) to 1000 (everything asked agrees)."""


class QueryDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document in hand. Its number is compared with kind and issuing country, where both sides state them.

    The kind may be said in any words lists use (`P`, `Passport`), the issuer by any code or name of a country; kinds
    that may be one document, and a number one misread character off, are weaker evidence.
    """

    number: str
    type: str = "passport"
    issuer: str | None = None


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is known of the person or document in hand."""

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()

    def __post_init__(self) -> None:
        """Check sizes and forms. Raises InputError."""
        if not self.names and not self.documents:
            raise InputError("nothing to look for", remedy="give a name or a document")
        if len(self.names) > QUERY_NAMES_MAX or len(self.documents) > QUERY_DOCUMENTS_MAX:
            raise InputError("too many names or documents in one question")
        if any(len(name) > QUERY_NAME_CHARACTERS_MAX for name in self.names):
            raise InputError("a name is too long", why=f"the limit is {QUERY_NAME_CHARACTERS_MAX} characters")
        if self.birth_date is not None:
            check_partial_date(self.birth_date)
        for code in (*self.nationalities, *(d.issuer for d in self.documents if d.issuer is not None)):
            check_country(code)


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One piece of evidence: what was compared, for or against, and words for an officer."""

    field: Literal["name", "birth_date", "sex", "nationality", "document", "place"]
    weight: int
    text: str
    asked: str | None = None
    listed: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One notice that may concern the person in hand; `key` is `NoticeRef.key`."""

    key: str
    strength: int
    band: Band
    reasons: tuple[Reason, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Candidates by falling strength, then key; `not_compared` names what could not be compared and why."""

    candidates: tuple[Candidate, ...]
    not_compared: tuple[str, ...] = ()


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a matcher holds of a notice: a person, or a bare document."""

    person: Person | None = None
    document: Document | None = None


class Matcher(Protocol):
    """A searchable list of notices."""

    @property
    def version(self) -> str:
        """SHA-256 in hex over tables, weights, thresholds and code that decide an answer."""
        ...

    def fresh(self) -> Matcher:
        """Return an empty matcher of the same version."""
        ...

    def put(self, key: str, listed: Listed) -> None:
        """Add a notice or replace what was held under its key; the next search sees it."""
        ...

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Add many at once (initial load, restart)."""
        ...

    def drop(self, key: str) -> None:
        """Forget a notice; unknown keys are ignored."""
        ...

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off."""
        ...

    def dump(self) -> bytes:
        """Return the index as bytes that `load` of the same version takes back."""
        ...

    def load(self, data: bytes) -> None:
        """Replace the index by a dump. Raises CorruptionError if it is damaged or of another version."""
        ...
