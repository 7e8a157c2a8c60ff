"""What several rooms speak of, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values; unknown fields of a newer node's answers are left unread.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Approval(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An officer's signature under an act."""

    role: Literal["AUTHOR", "COMPLIANCE", "LEGAL", "NATIONAL", "REDRESS"]
    at: str
    by: OfficerKey
    signature: str


class Approvals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who answers for a notice: the author first, then everyone who approved it."""

    detail: str
    given: tuple[Approval, ...]


class BirthDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stated date of birth."""

    value: str
    until: str | None = None
    certainty: Literal["approximate", "exact"] = "exact"


class Detail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why, and what else is known: the `detail` part of a person or document notice."""

    offence: str
    legal_basis: str
    decision_reference: str
    issuing_authority: str
    proportionality: str
    reliability: Reliability | None = None
    addresses: tuple[Place, ...] = ()
    marks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    photos: tuple[FileReference, ...] = ()
    remarks: tuple[str, ...] = ()
    salt: str | None = None


class DocumentNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="document"):
    """A stolen, lost or blank document to be found: the `match` part."""

    notice_id: str
    version: int
    category: str
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    valid_from: str
    review_by: str
    expires: str
    fallback: Literal[
        "ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH",
    ] = "NONE"
    source: Source | None = None
    handling: Handling | None = None
    approvals: Approvals | None = None
    document: PersonDocument


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice as a person writes it."""

    notice: dict[str, Any]
    detail: Detail
    audience: str = "all"
    detail_audience: str = "all"


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`error.report`."""

    report: str
    notice: str
    found: str
    found_at: str
    reporter: str
    told_at: str = ""
    answer: str = ""
    answered_at: str = ""


class FileReference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo or biometric sample held by the originator: its SHA-256, never the sample."""

    kind: Literal["dna", "face", "fingerprint", "iris", "palmprint", "photo"]
    sha256: str
    media_type: str


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One notice that may concern the person or document in hand."""

    originator: str
    notice_id: str
    version: int
    kind: str
    listed_as: str
    category: str
    requested_action: str
    fallback_action: str
    action_here: str
    strength: int
    band: str
    reasons: tuple[Reason, ...]
    handling: Handling
    expires: str
    flagged_here: bool = False
    refer_to_originator: bool = False
    links: tuple[Linked, ...] = ()


class Handling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TLP 2.0 (FIRST) and PAP: who may be told, and what may be done that the subject could notice."""

    tlp: Literal["AMBER", "AMBER+STRICT", "CLEAR", "GREEN", "RED"] = "AMBER"
    pap: Literal["AMBER", "CLEAR", "GREEN", "RED"] = "AMBER"


class Linked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member says of this notice and another."""

    said_by: str
    relation: str
    notice: str


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cases under way, or `everything`; `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = 100
    cursor: str = ""


class Name(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One name as written. `script` is ISO 15924 (Latn, Arab, Hani …); parts only where stated."""

    text: str
    script: str = "Latn"
    kind: Literal[
        "alias_good", "alias_low", "birth", "kunya", "maiden", "nickname", "primary", "transliteration",
    ] = "primary"
    given: str | None = None
    family: str | None = None
    patronymic: str | None = None
    language: str | None = None


class OfficerKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An officer's public key and what its holder may sign, vouched for by `member` (base64, RFC 3339)."""

    member: str
    officer: str
    roles: tuple[Literal["AUTHOR", "COMPLIANCE", "LEGAL", "NATIONAL", "REDRESS"], ...]
    key: str
    since: str
    until: str
    signature: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a post needs to tell one person from another."""

    names: tuple[Name, ...]
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[Place, ...] = ()
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[PersonDocument, ...] = ()
    biometrics: tuple[FileReference, ...] = ()


class PersonDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A travel or identity document."""

    type: str
    number: str
    issuer: str | None = None
    issued: str | None = None
    expires: str | None = None
    status: Literal["blank_stolen", "expired", "forged", "lost", "revoked", "stolen", "unknown", "valid"] = "unknown"
    note: str | None = None


class PersonNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="person"):
    """A person to be found: the `match` part."""

    notice_id: str
    version: int
    category: str
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    valid_from: str
    review_by: str
    expires: str
    fallback: Literal[
        "ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH",
    ] = "NONE"
    source: Source | None = None
    handling: Handling | None = None
    approvals: Approvals | None = None
    person: Person


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place as described; `country` is an ICAO code where known."""

    text: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


class QueryDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document in hand."""

    number: str
    type: str = "passport"
    issuer: str | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of evidence: what was compared, for or against, and words for an officer."""

    field: Literal["birth_date", "document", "name", "nationality", "place", "sex"]
    weight: int
    text: str
    asked: str | None = None
    listed: str | None = None


class Reliability(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Admiralty scale: source letter and information number, kept as two, never averaged."""

    source: Literal["A", "B", "C", "D", "E", "F"]
    information: Literal["1", "2", "3", "4", "5", "6"]


class ReportLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One report with its clocks."""

    report: ErrorReport
    tell_by: str
    resolve_by: str
    state: Literal["answered", "open", "to oversight"]
    told_late: bool


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a record comes from: a list's short name, its entry id, its edition."""

    list: str
    entry_id: str
    edition: str | None = None
