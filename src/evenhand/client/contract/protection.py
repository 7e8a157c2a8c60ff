"""The room `protection`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.contract.shared import PersonDocument
from evenhand.client.requests import Call, call


class Ask(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Documents of a person in hand, and the originator that would be told about them."""

    documents: tuple[PersonDocument, ...]
    originator: str


class Grant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's documents and the states they fled."""

    documents: tuple[PersonDocument, ...]
    against: tuple[str, ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everyone protected here, and notices by a state fled that may be about them."""

    protected: tuple[Protected, ...]
    notices: tuple[tuple[str, ...], ...]


class Look(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question of ours."""

    question: str


class Objected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the objection went."""

    matter: str
    desk: str


class Protected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person under protection here: their documents, the states they fled, and since when."""

    protection: str
    documents: tuple[PersonDocument, ...]
    against: tuple[str, ...]
    since: str


class ProtectionEnd(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A protection that has ended."""

    protection: str


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known: `report` says whether the originator may be told now, and `why`."""

    question: str
    awaited: tuple[str, ...]
    report: Literal["no", "wait", "yes"]
    why: str
    since: str


class ToObject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of a state fled, and grounds for the desk's redress officer alone."""

    notice: str
    grounds: str


def protection_ask(body: Ask, *, once: str = "") -> Call[Standing]:
    """Ask every member but the originator, blinded, whether it protects a person."""
    return call("POST", "/v1/operations/protection.ask", Standing, body=body, once=once)


def protection_end(body: ProtectionEnd, *, once: str = "") -> Call[Protected]:
    """Delete a protection."""
    return call("POST", "/v1/operations/protection.end", Protected, body=body, once=once)


def protection_grant(body: Grant, *, once: str = "") -> Call[Protected]:
    """Enter a protection."""
    return call("POST", "/v1/operations/protection.grant", Protected, body=body, once=once)


def protection_list() -> Call[Listing]:
    """List the register, and the notices of states fled that name a protected person's document."""
    return call("POST", "/v1/operations/protection.list", Listing)


def protection_object(body: ToObject, *, once: str = "") -> Call[Objected]:
    """Object at the compliance desk to a notice on somebody protected here."""
    return call("POST", "/v1/operations/protection.object", Objected, body=body, once=once)


def protection_show(body: Look) -> Call[Standing]:
    """Say what a question has brought so far."""
    return call("POST", "/v1/operations/protection.show", Standing, body=body)
