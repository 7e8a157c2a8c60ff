"""The room `node`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from evenhand.client.requests import Call, call


class DoctorFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing looked at: how it is, and what to do if it is not good."""

    grade: Literal["fault", "good", "warning"]
    what: str
    remedy: str = ""


class Findings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything looked at, worst first."""

    findings: tuple[DoctorFinding, ...]
    good: bool


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`ok` while the node answers."""

    status: str


def doctor() -> Call[Findings]:
    """What is wrong with this node, and what to do."""
    return call("GET", "/v1/doctor", Findings)


def get_metrics() -> Call[bytes]:
    """Figures for Prometheus."""
    return call("GET", "/v1/metrics", bytes)


def get_healthz() -> Call[Health]:
    """Whether this process answers."""
    return call("GET", "/healthz", Health)


def get_readyz() -> Call[Health]:
    """Whether questions are answered here."""
    return call("GET", "/readyz", Health)


def get_openapi_json() -> Call[dict[str, Any]]:
    """This contract."""
    return call("GET", "/openapi.json", dict[str, Any])


def get_docs() -> Call[bytes]:
    """This contract, as a page."""
    return call("GET", "/docs", bytes)
