"""The room `redress`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.contract.shared import FileReference, Name, PersonDocument
from evenhand.client.requests import Call, call


class Alarm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A protected person was reported to an originator."""

    finding: str
    encounter: str
    notice: str
    at: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the person is told."""

    request: str
    text: str


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The letter to the person, and whether it was in time."""

    request: str
    letter: str
    in_time: bool


class Assess(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which notices a request concerns, and whether it is plausible."""

    request: str
    notices: tuple[str, ...] = ()
    plausible: bool = False
    decider: str = ""


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the precautionary block of a matter stays; due within ten days."""

    matter: str
    uphold: bool
    reason: str


class Claimant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who asks, and where the answer goes."""

    names: tuple[str, ...]
    contact: str
    birth_date: str | None = None
    documents: tuple[PersonDocument, ...] = ()


class Decide(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The decision: what the person gets, and what becomes of the notice (`ruling` empty for access)."""

    matter: str
    result: Literal["GRANTED", "NEITHER_CONFIRM_NOR_DENY", "PARTLY", "REFUSED"]
    reasons: str
    ruling: Literal["", "CORRECT", "DELETE", "KEEP"] = ""
    published_reason: str = "decided on redress"


class Desk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lies on the redress desk; `alarms` first. In pages: requests, oldest first, and then matters."""

    requests: tuple[Request, ...]
    matters: tuple[Matter, ...]
    next: str | None
    alarms: tuple[Alarm, ...] = ()
    hunted: tuple[tuple[str, ...], ...] = ()


class Forget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answered request whose personal data shall go."""

    request: str


class Issue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's documents, and the notices they are not the subject of."""

    documents: tuple[PersonDocument, ...]
    notices: tuple[str, ...]
    misuse: Misuse | None = None


class Issued(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number for the person to keep."""

    number: str
    entry: int
    cleared: tuple[str, ...]


class ListingListRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Open requests and matters, or `everything`; `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = 100
    cursor: str = ""


class Matter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request as it concerns one notice. `decider` is the member that decides: never the originator."""

    matter: str
    request: str
    what: Literal["ACCESS", "CORRECTION", "DELETION"]
    notice: str
    version: int
    plausible: bool
    statement: str
    receiver: str
    decider: str
    since_ms: int
    documents: tuple[PersonDocument, ...] = ()
    position: str = ""
    block: Literal["", "LIFTED", "UPHELD"] = ""
    result: Literal["", "GRANTED", "NEITHER_CONFIRM_NOR_DENY", "PARTLY", "REFUSED"] = ""
    ruling: Literal["", "CORRECT", "DELETE", "KEEP"] = ""
    reasons: str = ""
    decided_ms: int = 0


class Matters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Matters, oldest first."""

    matters: tuple[Matter, ...]


class Misuse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a victim lets be known, and the file reference of their consent."""

    consent: str
    names: tuple[Name, ...] = ()
    documents: tuple[PersonDocument, ...] = ()
    marks: tuple[str, ...] = ()
    photos: tuple[FileReference, ...] = ()


class Position(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the originator says about a matter that another member decides."""

    matter: str
    position: str


class Receive(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person asks, and who they are."""

    what: Literal["ACCESS", "CORRECTION", "DELETION"]
    claimant: Claimant
    statement: str


class Received(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receipt for the person: a number and dates, and nothing about any notice."""

    request: str
    target: str
    limit: str


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person asked here; `answer` is what they were told, and when."""

    request: str
    what: Literal["ACCESS", "CORRECTION", "DELETION"]
    claimant: Claimant
    statement: str
    since_ms: int
    received_by: str
    possible: tuple[str, ...] = ()
    assessed: bool = False
    answer: str = ""
    answered_ms: int = 0


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number of ours whose holder takes consent back, or that is no longer right."""

    number: str


def redress_answer(body: Answer, *, once: str = "") -> Call[Answered]:
    """Answer the person, once every matter is decided."""
    return call("POST", "/v1/operations/redress.answer", Answered, body=body, once=once)


def redress_assess(body: Assess, *, once: str = "") -> Call[Matters]:
    """Open a matter for each notice concerned; plausible ones block it at once."""
    return call("POST", "/v1/operations/redress.assess", Matters, body=body, once=once)


def redress_block(body: Block, *, once: str = "") -> Call[Matter]:
    """Decide whether the block stays until the matter is decided."""
    return call("POST", "/v1/operations/redress.block", Matter, body=body, once=once)


def redress_decide(body: Decide, *, once: str = "") -> Call[Matter]:
    """Decide a matter; a ruling binds every member from this entry on."""
    return call("POST", "/v1/operations/redress.decide", Matter, body=body, once=once)


def redress_forget(body: Forget, *, once: str = "") -> Call[Answered]:
    """Delete an answered request and its matters from this node."""
    return call("POST", "/v1/operations/redress.forget", Answered, body=body, once=once)


def redress_list(body: ListingListRequest) -> Call[Desk]:
    """List requests and matters; whoever answers for our notices sees those matters alone."""
    return call("POST", "/v1/operations/redress.list", Desk, body=body)


def redress_number(body: Issue, *, once: str = "") -> Call[Issued]:
    """Issue a redress number, seen by every member at once."""
    return call("POST", "/v1/operations/redress.number", Issued, body=body, once=once)


def redress_position(body: Position, *, once: str = "") -> Call[Matter]:
    """Give the decider our reasons for a notice of ours."""
    return call("POST", "/v1/operations/redress.position", Matter, body=body, once=once)


def redress_receive(body: Receive, *, once: str = "") -> Call[Received]:
    """Take in a request of anyone, whatever their nationality."""
    return call("POST", "/v1/operations/redress.receive", Received, body=body, once=once)


def redress_take_back(body: TakeBack, *, once: str = "") -> Call[Issued]:
    """Have a number erased at every member, with all it says."""
    return call("POST", "/v1/operations/redress.take-back", Issued, body=body, once=once)
