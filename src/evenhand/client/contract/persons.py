"""The room `persons`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.contract.shared import Found, PersonDocument, QueryDocument
from evenhand.client.requests import Call, call


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part every member with equal view and clearance prints alike."""

    at: str
    state: str
    candidates: tuple[Found, ...]
    not_compared: tuple[str, ...]


class AnswerDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer and this node's freshness."""

    answer: AnswerBody
    freshness: Freshness


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers in the order of the questions; `states` has one digest unless the picture moved meanwhile."""

    at: str
    states: tuple[str, ...]
    answers: tuple[BatchLine, ...]
    freshness: Freshness


class BatchLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one question, or why it could not be asked: `not_asked` is empty where it was."""

    reference: str
    candidates: tuple[Found, ...]
    not_compared: tuple[str, ...]
    not_asked: str = ""


class BatchRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Questions, as of one instant (RFC 3339; absent: now), and why they are asked, as in `find`."""

    questions: tuple[Question, ...]
    at: str | None = None
    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""


class DocumentAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was read and who it may be."""

    zone: ZoneAnswer | None
    traveller: Traveller
    protection_check: bool
    truncated: tuple[str, ...]
    answer: AnswerBody
    freshness: Freshness


class DocumentRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document in hand: its machine-readable `zone`, or the fields of its visible zone as `row`."""

    zone: str = ""
    row: dict[str, str] | None = None
    today: str = ""
    tolerant: bool = False
    at: str | None = None


class FindRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the person or document in hand; `at` is an RFC 3339 instant, now if absent."""

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    at: str | None = None
    as_of: str | None = None
    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""
    two_digit_year: bool = False


class Freshness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How old this node's copy is: seconds since the partner longest unheard was heard (None: never)."""

    oldest_seconds: int | None
    by_member: dict[str, int | None]
    stale: bool
    action_ceiling: str | None


class Journey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a traveller boards and leaves (IATA or UN location codes), and the carrier's references."""

    transport: str | None = None
    embarks: str | None = None
    disembarks: str | None = None
    departs: str | None = None
    arrives: str | None = None
    booking: str | None = None
    reference: str | None = None


class Mrz(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A zone as read."""

    kind: Literal["MRV-A", "MRV-B", "TD1", "TD2", "TD3"]
    document_code: str
    issuer: str
    number: str
    primary: str
    secondary: str = ""
    nationality: str
    birth_date: str | None = None
    sex: Literal["F", "M", "X"] = "X"
    expiry: str | None = None
    optional: str = ""
    optional_more: str = ""
    names_truncated: bool = False
    check_digits: str
    problems: tuple[MrzValuesProblem, ...] = ()


class MrzValuesProblem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong: which field, where (line and column from 1), and in words."""

    field: Literal[
        "birth_date", "composite", "document_code", "expiry", "issuer", "names", "nationality", "number", "optional",
        "sex",
    ]
    kind: Literal["character", "check_digit", "code", "date", "filler", "missing"]
    line: int
    column: int
    found: str
    expected: str
    text: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 section 3: `type` names the kind of problem, `detail` what happened, `remedy` what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    why: str = ""
    remedy: str = ""
    instance: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one person or document in hand; `reference` comes back with the answer."""

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    reference: str = ""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Read `instead` at line and column (from 1): so many problems would go, so many would remain."""

    line: int
    column: int
    found: str
    instead: str
    problems_gone: int
    problems_left: int


class Traveller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person in hand. Codes are those of ISO 3166 and ICAO 9303; dates YYYY, YYYY-MM or YYYY-MM-DD."""

    names: tuple[TravellerName, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[PersonDocument, ...] = ()
    journey: Journey | None = None
    role: Literal["crew", "passenger", "transit", "unknown"] = "unknown"
    unknown: tuple[str, ...] = ()
    two_digit_year: bool = False


class TravellerName(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A name in two identifiers."""

    family: str
    given: str | None = None
    truncated: bool = False


class ZoneAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was read; `suggestions` name the characters that were perhaps misread."""

    read: Mrz
    suggestions: tuple[Suggestion, ...]


class ZoneRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A zone's lines in one text. `today` (YYYY-MM-DD, now if absent) decides centuries."""

    zone: str
    today: str = ""
    tolerant: bool = False


def find(body: FindRequest, *, reference: str = "") -> Call[AnswerDocument]:
    """Ask whether a person or document is listed."""
    return call("POST", "/v1/find", AnswerDocument, body=body, reference=reference)


def find_batch(body: BatchRequest, *, reference: str = "") -> Call[BatchAnswer]:
    """Ask about many at once."""
    return call("POST", "/v1/find/batch", BatchAnswer, body=body, reference=reference)


def post_carriers_paxlst(body: bytes, *, reference: str = "") -> Call[bytes]:
    """Screen a flight: PAXLST in, CUSRES out."""
    return call("POST", "/v1/carriers/paxlst", bytes, sent=body, media="application/edifact", reference=reference)


def post_travel_mrz(body: ZoneRequest) -> Call[ZoneAnswer]:
    """Read a machine-readable zone: its fields, and what is wrong."""
    return call("POST", "/v1/travel/mrz", ZoneAnswer, body=body)


def post_travel_find(body: DocumentRequest, *, reference: str = "") -> Call[DocumentAnswer]:
    """Ask whether the holder of a document is listed, or the document."""
    return call("POST", "/v1/travel/find", DocumentAnswer, body=body, reference=reference)
