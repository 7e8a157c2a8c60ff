"""The room `audit`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.requests import Call, call


class Acting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every request of an encounter may say: who acts and for which unit, where nobody is signed in."""

    officer: str = ""
    unit: str = ""


class Audited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict on our own book, and what each partner said when asked to cosign it now."""

    verdict: Verdict
    partners: tuple[Witnessed, ...]
    good: bool


class Deleted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one run deleted, by keeping; `searched` only with a proof, over `needles` payloads."""

    deleted: dict[str, int]
    before: dict[str, int]
    through: dict[str, int]
    needles: int = 0
    searched: tuple[Searched, ...] = ()


class Demand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who asks, and for what."""

    officer: str = ""
    unit: str = ""
    by: str
    what: str


class Demanded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request that waits; after `due` it is found."""

    request: str
    by: str
    what: str
    since: str
    due: str


class Demands(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Requests that wait, the oldest first."""

    requests: tuple[Demanded, ...]


class Drawn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sample, and all that is needed to draw it again."""

    what: str
    seed: str
    size: int
    root: str
    among: int
    encounters: tuple[str, ...]


class ExportRequestBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to export (an encounter, a finding, or entries FIRST..LAST) and where to."""

    officer: str = ""
    unit: str = ""
    encounter: str = ""
    finding: str = ""
    first: int = 0
    last: int | None = None
    request: str = ""


class Refuse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which request, and why."""

    officer: str = ""
    unit: str = ""
    request: str
    reason: str


class Retain(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`prove`: search every file of the data folder for what was deleted, before and after."""

    officer: str = ""
    unit: str = ""
    prove: bool = False


class SampleRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which encounters to draw from, how many, and the seed."""

    officer: str = ""
    unit: str = ""
    what: Literal["adverse", "all", "negative", "open"] = "adverse"
    count: int = 20
    seed: str = ""


class Searched(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of the folder: how many of the payloads it held before the deletion, and holds after it."""

    file: str
    size_bytes: int
    before: int
    after: int


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was looked at. `good` means no problem; `witnessed` is the newest size a partner cosigned."""

    good: bool
    size: int
    root: str
    checked: int
    deleted: int
    seals: int
    witnessed: int
    problems: tuple[VerifyingProblem, ...]


class VerifyingProblem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is not as it must be; `entry` is None where it concerns the whole book."""

    kind: Literal["CHECKPOINT", "CLOCK", "DROPPED", "GAP", "HASH", "KEPT", "WITNESS"]
    entry: int | None
    found: str


class Witnessed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one partner said when asked to cosign: COSIGNED, REFUSED (another history), or UNREACHABLE."""

    partner: str
    verdict: str
    size: int
    why: str = ""


def audit_export(body: ExportRequestBody) -> Call[bytes]:
    """Decisions with their proofs, as a file that verifies offline."""
    return call("POST", "/v1/operations/audit.export", bytes, body=body)


def audit_refuse(body: Refuse, *, once: str = "") -> Call[Demanded]:
    """Refuse an export, with reasons: rule O-02 finds it."""
    return call("POST", "/v1/operations/audit.refuse", Demanded, body=body, once=once)


def audit_request(body: Demand, *, once: str = "") -> Call[Demanded]:
    """Enter a request for an export: it is due within ten days."""
    return call("POST", "/v1/operations/audit.request", Demanded, body=body, once=once)


def audit_requests(body: Acting) -> Call[Demands]:
    """List the requests that wait."""
    return call("POST", "/v1/operations/audit.requests", Demands, body=body)


def audit_retention(body: Retain, *, once: str = "") -> Call[Deleted]:
    """Delete every payload whose time is over."""
    return call("POST", "/v1/operations/audit.retention", Deleted, body=body, once=once)


def audit_sample(body: SampleRequest) -> Call[Drawn]:
    """Draw a sample of encounters for review."""
    return call("POST", "/v1/operations/audit.sample", Drawn, body=body)


def audit_verify(body: Acting) -> Call[Audited]:
    """Compute every commitment, hash, clock and deletion again, and ask partners what they remember."""
    return call("POST", "/v1/operations/audit.verify", Audited, body=body)
