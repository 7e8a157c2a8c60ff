"""The room `coalition`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.requests import Call, call, quoted


class Apply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signed roster document."""

    document: str


class Carried(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file carried: entries by ledger after it, bytes, and what of it was refused."""

    place: str
    bytes: int
    entries: dict[str, int]
    new: int
    refused: tuple[str, ...] = ()


class DigestPosition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one ledger is applied. `express` entries count ahead of `size`; `missing` ones lack a part."""

    ledger: str
    size: int
    root: str
    express: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A roster document on its way: who has signed it (unverified names), and how many must."""

    document: str
    version: int
    hash: str
    threshold: int
    signed_by: tuple[str, ...]


class FinalHead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a member's ledger ends for the coalition: nothing at or after index `size` is accepted."""

    size: int
    root: str


class InForce(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The roster in force, its hash, and the hash of the genesis everything follows from."""

    roster: Roster
    hash: str
    genesis: str
    document: str


class KeepingVerdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ledger checked from its first byte. `fault` is empty where everything verified."""

    ledger: str
    entries: int
    root: str
    signed: int
    cosigned_by: tuple[str, ...]
    parts: int
    fault: str


class LedgerParity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How two members stand on one ledger; counts are entries."""

    ledger: str
    difference: Literal["equal", "express", "forked", "parts_missing", "they_are_behind", "we_are_behind"]
    we_lack: int
    they_lack: int
    not_released_to_us: int
    not_released_to_them: int
    text: str


class LinkState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether we talk to a partner."""

    partner: str
    cut: bool


class LogKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ledger key in C2SP vkey form, valid for entries from index `first` on."""

    vkey: str
    first: int = 0


class ParityAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How we stand with a partner by its last heartbeat; one line per ledger."""

    partner: str
    equal: bool
    ours: str
    theirs: str
    said_at: str
    heard_seconds_ago: int
    ledgers: tuple[LedgerParity, ...]
    remarks: tuple[str, ...]


class PeerHead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ledger as a partner and we hold it."""

    ledger: str
    ours: int
    theirs: int | None
    cosigned_by: tuple[str, ...]
    quarantined: bool


class PeerStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a partner stands towards us."""

    code: str
    urls: tuple[str, ...]
    standing: str
    connected: bool
    cut: bool
    last_heard_ms: int | None
    state: str | None
    last_error: str
    heads: tuple[PeerHead, ...]


class Peers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every partner; `evidence` names the members proved to have shown two histories."""

    peers: tuple[PeerStatus, ...]
    now_ms: int
    evidence: tuple[str, ...]


class Proof(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A C2SP tlog-proof and the entry it proves (base64), both of which anyone can check offline."""

    proof: str
    entry: str
    size: int


class Propose(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change: `subject` is a member code, or the text of a card for join and rotate."""

    change: Literal["charter", "expel", "join", "leave", "reinstate", "renew", "rotate", "suspend"]
    subject: str = ""
    threshold: int | None = None
    parameters: dict[str, int] | None = None


class Roster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of the coalition."""

    format: Literal[1] = 1
    coalition: str
    version: int
    previous: str | None
    issued: str
    expires: str
    threshold: int
    members: tuple[RosterMember, ...]
    charter: dict[str, int] | None = None


class RosterMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member: its code (ICAO 9303), keys, addresses and standing."""

    code: str
    name: str
    logs: tuple[LogKey, ...]
    witness: str
    sealing: str
    certificate: str
    urls: tuple[str, ...] = ()
    status: Literal["active", "expelled", "suspended"] = "active"
    final: FinalHead | None = None


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state digest and what it is the digest of; `notices` counts those that are listed."""

    member: str
    digest: str
    vector: ViewVector
    notices: int
    running: bool


class Verdicts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every ledger asked for; `good` if none has a fault."""

    ledgers: tuple[KeepingVerdict, ...]
    good: bool


class ViewVector(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that decides an answer, beside the question, the instant and the clearance."""

    roster: int
    matcher: str
    positions: tuple[DigestPosition, ...]


def state() -> Call[State]:
    """The state digest: equal at two members means the same picture."""
    return call("GET", "/v1/state", State)


def peer_status() -> Call[Peers]:
    """How every partner stands towards us."""
    return call("GET", "/v1/peers", Peers)


def parity(code: str) -> Call[ParityAnswer]:
    """Our picture against a partner's."""
    return call("GET", f"/v1/peers/{quoted(code)}/parity", ParityAnswer)


def peer_cut(code: str, *, once: str = "") -> Call[LinkState]:
    """Stop talking to a partner."""
    return call("POST", f"/v1/peers/{quoted(code)}/cut", LinkState, once=once)


def peer_heal(code: str, *, once: str = "") -> Call[LinkState]:
    """Talk to a partner again."""
    return call("POST", f"/v1/peers/{quoted(code)}/heal", LinkState, once=once)


def roster_show() -> Call[InForce]:
    """The roster in force."""
    return call("GET", "/v1/roster", InForce)


def roster_propose(body: Propose, *, once: str = "") -> Call[Document]:
    """Draft the next roster with one change, and sign it."""
    return call("POST", "/v1/roster/proposals", Document, body=body, once=once)


def roster_apply(body: Apply, *, once: str = "") -> Call[InForce]:
    """Take in the next roster."""
    return call("POST", "/v1/roster", InForce, body=body, once=once)


def ledger_verify(*, code: str | None = None) -> Call[Verdicts]:
    """Check every signature, part and hash again."""
    return call("GET", "/v1/ledgers/verification", Verdicts, query={"code": code})


def ledger_proof(code: str, index: int) -> Call[Proof]:
    """Prove that an entry is in a ledger."""
    return call("GET", f"/v1/ledgers/{quoted(code)}/entries/{quoted(index)}/proof", Proof)


def get_ledgers_code_bundle(code: str, *, reader: str) -> Call[bytes]:
    """A ledger to carry by hand."""
    return call("GET", f"/v1/ledgers/{quoted(code)}/bundle", bytes, query={"reader": reader})


def post_ledgers_bundles(body: bytes, *, once: str = "") -> Call[Carried]:
    """Take in a ledger carried by hand."""
    return call("POST", "/v1/ledgers/bundles", Carried, sent=body, media="application/octet-stream", once=once)
