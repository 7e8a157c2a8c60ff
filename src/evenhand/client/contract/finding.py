"""The room `finding`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from evenhand.client.contract.shared import ReportLine
from evenhand.client.requests import Call, call


class Breach(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding S1 that concerns both (PROCEDURE section 4)."""

    body: Literal["breach"]
    finding: str
    rule: str
    member: str
    unit: str
    found: str
    since_ms: int
    at_ms: int
    state: Literal["EXCEPTED", "OPEN", "RETRACTED"] = "OPEN"


class CaseView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a finding put to all stands, and what its member may still do."""

    finding: str
    member: str
    rule: str
    found: str
    opened_by: str
    rung: str
    closed: bool
    appealed: bool
    voices: int
    needed: int
    standing: ConsequencesStanding


class Completeness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the findings rest on."""

    size: int
    root: str
    witnessed: int
    now: str


class ConsequencesStanding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member may do, and why: the highest rung reached and the findings behind it."""

    member: str
    rung: Literal[
        "COERCIVE_AS_DISCREET", "EXPLANATION", "NONE", "NOTICE", "PEER_REVIEW", "PUBLIC_COUNT", "PUBLISHING_SUSPENDED",
        "QUERYING_SUSPENDED",
    ]
    coercive_as_discreet: bool
    may_publish: bool
    may_query: bool
    upheld: tuple[str, ...]


class Except(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A declared exception: code, reason, second person, what it covers and for how long (at most a day)."""

    officer: str = ""
    unit: str = ""
    code: Literal["DANGER_TO_LIFE", "OUTAGE"]
    reason: str
    second: str
    second_code: str = ""
    encounter: str = ""
    notice: str = ""
    rules: tuple[str, ...] = ()
    hours_back: int = 0
    hours_ahead: int = 1


class Excepted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The exception, and the findings it covers so far."""

    exception: str
    covers: tuple[str, ...]


class Explaining(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the member concerned says: an explanation, or an appeal."""

    officer: str = ""
    unit: str = ""
    finding: str
    step: Literal["APPEALED", "EXPLAINED"]
    reason: str


class ExportedEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry: its place, leaf, proof, and payload (base64) if it is still held."""

    index: int
    leaf: str
    proof: tuple[str, ...]
    payload: str = ""


class FindingFindings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Completeness first, then a page of findings, gravest and oldest first."""

    completeness: Completeness
    findings: tuple[FindingView, ...]
    next: str | None
    excepted: dict[str, int]
    told: tuple[ToldFinding, ...]
    errors: tuple[ReportLine, ...]


class FindingListRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`state`."""

    officer: str = ""
    unit: str = ""
    state: Literal["", "EXCEPTED", "OPEN", "RETRACTED"] = "OPEN"
    rule: str = ""
    limit: int = 100
    cursor: str = ""


class FindingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding, or a unique beginning of its id."""

    officer: str = ""
    unit: str = ""
    finding: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding and where it stands."""

    finding: str
    rule: str
    severity: str
    state: str
    member: str
    unit: str
    officer: str
    found: str
    since: str
    at: str
    answer_by: str
    encounter: str
    notice: str
    rung: str
    unanswered: bool


class Judging(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What another member says; it counts once enough members have said it."""

    officer: str = ""
    unit: str = ""
    finding: str
    step: Literal["ACCEPTED", "APPEAL_GRANTED", "APPEAL_REFUSED", "DISMISSED", "UPHELD"]
    reason: str


class Opening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a finding is put to all members; that stays."""

    officer: str = ""
    unit: str = ""
    finding: str
    reason: str


class ShownFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding with the events it rests on, each with its inclusion proof, and every step taken about it."""

    completeness: Completeness
    finding: FindingView
    checkpoint: str
    evidence: tuple[ExportedEntry, ...]
    events: tuple[dict[str, Any], ...]
    steps: tuple[StepTaken, ...]


class StandingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member, or all."""

    officer: str = ""
    unit: str = ""
    member: str = ""


class Standings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What each member may still do, and every case put to all."""

    standings: tuple[ConsequencesStanding, ...]
    cases: tuple[CaseView, ...]


class StepTaken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step taken about a finding: by which member, when, which, and why."""

    by: str
    at: str
    step: str
    reason: str


class ToldFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding S1 of another member, as it told us."""

    by: str
    letter: str
    says: Breach


def finding_answer(body: Explaining, *, once: str = "") -> Call[CaseView]:
    """Sign a step about a finding and publish it to all."""
    return call("POST", "/v1/operations/finding.answer", CaseView, body=body, once=once)


def finding_except(body: Except, *, once: str = "") -> Call[Excepted]:
    """Declare an exception: counted and published, and held against nobody."""
    return call("POST", "/v1/operations/finding.except", Excepted, body=body, once=once)


def finding_judge(body: Judging, *, once: str = "") -> Call[CaseView]:
    """Sign a step about a finding and publish it to all."""
    return call("POST", "/v1/operations/finding.judge", CaseView, body=body, once=once)


def finding_list(body: FindingListRequest) -> Call[FindingFindings]:
    """List what the rules found at this member."""
    return call("POST", "/v1/operations/finding.list", FindingFindings, body=body)


def finding_open(body: Opening, *, once: str = "") -> Call[CaseView]:
    """Put a finding to all members."""
    return call("POST", "/v1/operations/finding.open", CaseView, body=body, once=once)


def finding_show(body: FindingRequest) -> Call[ShownFinding]:
    """Show a finding with its evidence."""
    return call("POST", "/v1/operations/finding.show", ShownFinding, body=body)


def finding_standing(body: StandingRequest) -> Call[Standings]:
    """Show members' standing."""
    return call("POST", "/v1/operations/finding.standing", Standings, body=body)
