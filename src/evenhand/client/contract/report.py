"""The room `report`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

import msgspec

from evenhand.client.requests import Call, call


class Ages(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ages of the notices in force, in whole days."""

    count: int
    p50_days: int
    p95_days: int


class Month(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A month's figures with what they rest on."""

    month: str
    taken_at: str
    decisions: int
    root: str
    report: MonthlyReport
    pledge: Pledge | None = None


class MonthAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures, the signed JSON, and the page."""

    figures: Month
    signed: str
    page: str


class MonthRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A month as 2026-11; empty: the last one that is over."""

    month: str = ""


class MonthlyReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member's month (PROCEDURE section 6); maps have sorted keys in canonical form."""

    member: str
    queries: int
    candidates: int
    verifications: int
    outcomes: dict[str, int]
    false_positive: Share
    repeat_stops: int
    resolution: Times
    holds: int
    hold_minutes: dict[str, int]
    answers: Times
    answers_late: Share
    notices: dict[str, int]
    refusal_reasons: dict[str, int]
    notice_age: Ages
    redress: dict[str, int]
    redress_duration: Times
    withdrawal_propagation: Times
    findings: dict[str, int]
    outcomes_by_group: dict[str, int]
    exceptions: dict[str, int] | None = None


class Pledge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member promised to deliver; 0 is no promise. Units are in the names."""

    notices_monthly: int = 0
    publish_hours: int = 0
    answer_minutes: int = 0
    released_permille: int = 0


class Published(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The entry that carries the figures."""

    month: str
    entry: int


class Range(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Members' own medians: the lowest, the middle and the highest, in ms, of how many members."""

    members: int
    low_ms: int
    middle_ms: int
    high_ms: int


class ScoreAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scorecard and its page."""

    scorecard: Scorecard
    page: str


class Scorecard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A month, as seen by `seen_by`."""

    month: str
    seen_by: str
    lines: tuple[ScorecardLine, ...]


class ScorecardLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member."""

    member: str
    pledge: Pledge
    entered: int
    decided_to_published: Times
    approved: Share
    with_detail: Share
    released: dict[str, Share]
    asked: int
    answered: Share
    answer: Times
    kept: dict[str, bool]


class Share(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A proportion: numerator, denominator, and its 95 % Wilson interval in per mille."""

    count: int
    of: int
    low_permille: int
    permille: int
    high_permille: int


class Times(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Durations in ms: how many, and the nearest-rank quantiles."""

    count: int
    p50_ms: int
    p95_ms: int
    p99_ms: int


class TotalAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The coalition's figures and their page."""

    totals: Totals
    page: str


class Totals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The coalition's month. Counts add up; quantiles do not, so these are given as ranges over members."""

    month: str
    members: tuple[str, ...]
    missing: tuple[str, ...]
    counts: dict[str, int]
    outcomes: dict[str, int]
    hold_minutes: dict[str, int]
    findings: dict[str, int]
    refusal_reasons: dict[str, int]
    outcomes_by_group: dict[str, int]
    false_positive: Share
    answers_late: Share
    medians: dict[str, Range]


class VerifyRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signed report, as a file holds it."""

    signed: str


def report_month(body: MonthRequest, *, once: str = "") -> Call[MonthAnswer]:
    """Count a month of this member."""
    return call("POST", "/v1/operations/report.month", MonthAnswer, body=body, once=once)


def report_pledge(body: Pledge, *, once: str = "") -> Call[Pledge]:
    """Say what this member promises; it goes out with every month's figures from now on."""
    return call("POST", "/v1/operations/report.pledge", Pledge, body=body, once=once)


def report_publish(body: MonthRequest, *, once: str = "") -> Call[Published]:
    """Publish a month that is over, to every member."""
    return call("POST", "/v1/operations/report.publish", Published, body=body, once=once)


def report_scorecard(body: MonthRequest, *, once: str = "") -> Call[ScoreAnswer]:
    """Say what each member pledged and delivered, as this member can see."""
    return call("POST", "/v1/operations/report.scorecard", ScoreAnswer, body=body, once=once)


def report_total(body: MonthRequest, *, once: str = "") -> Call[TotalAnswer]:
    """Add what the members published of a month; a report that cannot be read counts as missing."""
    return call("POST", "/v1/operations/report.total", TotalAnswer, body=body, once=once)


def report_verify(body: VerifyRequest, *, once: str = "") -> Call[Month]:
    """Check a signed report of any member."""
    return call("POST", "/v1/operations/report.verify", Month, body=body, once=once)
