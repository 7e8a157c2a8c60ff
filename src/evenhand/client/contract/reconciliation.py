"""The room `reconciliation`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

import msgspec

from evenhand.client.requests import Call, call


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address to enter in OpenRefine as a reconciliation service. It ends at `until`, or with its key."""

    url: str
    until: str


class LinksLinkRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For which data set, and for how many hours; the purpose is the request's."""

    dataset: str = "evenhand"
    hours: int = 12


def post_reconciliation_links(body: LinksLinkRequest, *, reference: str = "") -> Call[Link]:
    """Make an address for OpenRefine, which can send no key."""
    return call("POST", "/v1/reconciliation/links", Link, body=body, reference=reference)
