"""What goes over the wire, as a program outside the node sees it; a test holds each form to the contract.

Knows:    the fields of requests and answers.
Told:     by programs, and by the node.
Answers:  immutable values. A newer node may say more: unknown fields of answers are left unread.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document in hand."""

    number: str
    type: str = "passport"
    issuer: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the person or document in hand. `reference` comes back in a batch."""

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "X", "U"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    reference: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence, for (positive weight) or against."""

    field: str
    weight: int
    text: str
    asked: str | None = None
    listed: str | None = None


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be told (TLP 2.0), and what may be done that the subject could notice (PAP)."""

    tlp: Literal["AMBER", "AMBER+STRICT", "CLEAR", "GREEN", "RED"] = "AMBER"
    pap: Literal["AMBER", "CLEAR", "GREEN", "RED"] = "AMBER"


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """What a member says of this notice and another."""

    said_by: str
    relation: str
    notice: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that may concern the person in hand: a reason to ask a question, never an order."""

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

    @property
    def key(self) -> str:
        """The notice's name in paths: `ITA:0123…`."""
        return f"{self.originator}:{self.notice_id}"


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The part that every member with equal view and clearance gives byte by byte alike."""

    at: str
    state: str
    candidates: tuple[Candidate, ...]
    not_compared: tuple[str, ...]


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How old the node's copy is."""

    oldest_seconds: int | None
    by_member: dict[str, int | None]
    stale: bool
    action_ceiling: str | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one question."""

    answer: Body
    freshness: Freshness

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates, strongest first."""
        return self.answer.candidates


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one question of a batch; `not_asked` says why it could not be asked."""

    reference: str
    candidates: tuple[Candidate, ...]
    not_compared: tuple[str, ...]
    not_asked: str = ""


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answers in the order of the questions."""

    at: str
    states: tuple[str, ...]
    answers: tuple[BatchLine, ...]
    freshness: Freshness


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as written: see `Draft` in the contract for `notice` and `detail`."""

    notice: dict[str, Any]
    detail: dict[str, Any]
    audience: str = "all"
    detail_audience: str = "all"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was published."""

    key: str
    version: int
    entry: int
    readers: tuple[str, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One notice in a list."""

    key: str
    listed_as: str
    version: int
    category: str
    action: str
    standing: str
    source: str
    expires: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `next` is None on the last."""

    notices: tuple[Line, ...]
    next: str | None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One notice with its life; `tag` is the ETag to send when changing it.

    Records are as in the contract: `notice`, `detail`, `orders`, `versions`, and what members say of it, each with who
    says it. `evenhand.client.contract.notices.notice_show` reads them as forms. `witnesses` cosigned the ledger's head.
    """

    key: str
    standing: str
    at: str
    action_here: str
    refer_to_originator: bool
    notice: dict[str, Any] | None
    detail: dict[str, Any] | None
    versions: tuple[dict[str, Any], ...]
    orders: tuple[dict[str, Any], ...]
    flags: tuple[tuple[str, dict[str, Any]], ...]
    links: tuple[tuple[str, dict[str, Any]], ...]
    sightings: tuple[tuple[str, dict[str, Any]], ...]
    witnesses: tuple[str, ...]
    tag: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Which picture the node has; `vector` is what the digest is made of, as in the contract."""

    member: str
    digest: str
    vector: dict[str, Any]
    notices: int
    running: bool


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a ledger, as it came. Resume a stream after `id`."""

    ledger: str
    entry: int
    at: str
    kind: str
    notice: str = ""
    version: int = 0
    overtaking: bool = False
    late: bool = False
    id: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str = ""
    why: str = ""
    remedy: str = ""
    instance: str = ""
