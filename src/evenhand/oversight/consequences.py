"""From findings to consequences, in steps that people take and that can be appealed.

Knows:    the seven rungs, what opens each, and what an appeal undoes.
Told:     findings, and acts of people on them: explanations, peer reviews, appeals.
Answers:  the rung each case has reached, and what a member may still do.
Trusted:  yes: it lowers notices and suspends members, by itself, from signed acts alone.

Software opens a case and counts; that a breach was one, only a peer review says. Source: PROCEDURE
sections 1 (point 6) and 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, assert_never

import msgspec

from evenhand.ground.errors import InputError
from evenhand.oversight.findings import Finding
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, Policy

Rung = Literal[
    "NONE", "NOTICE", "EXPLANATION", "PEER_REVIEW", "PUBLIC_COUNT", "COERCIVE_AS_DISCREET",
    "PUBLISHING_SUSPENDED", "QUERYING_SUSPENDED",
]  # fmt: skip
RUNGS: Final[tuple[Rung, ...]] = (
    "NONE", "NOTICE", "EXPLANATION", "PEER_REVIEW", "PUBLIC_COUNT", "COERCIVE_AS_DISCREET",
    "PUBLISHING_SUSPENDED", "QUERYING_SUSPENDED",
)  # fmt: skip


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many upheld cases within the window open each effect; defaults of this project."""

    window_ms: int = 90 * DAY_MS
    discreet_count: int = 3
    publishing_count: int = 5
    querying_count: int = 8


DEFAULT_THRESHOLDS: Final = Thresholds()


class CaseAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What somebody did about a finding. `by_member` decides nothing about itself, except to explain."""

    finding_id: str
    act: Literal["EXPLAINED", "ACCEPTED", "UPHELD", "DISMISSED", "APPEALED", "APPEAL_GRANTED", "APPEAL_REFUSED"]
    at_ms: int
    by_member: str
    reason: str


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one finding stands; `upheld_ms` is set while a peer review's verdict stands."""

    finding: Finding
    rung: Rung
    upheld_ms: int | None = None
    closed: bool = False
    appealed: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a member may do, and why: the highest rung reached and the findings behind it."""

    member: str
    rung: Rung
    coercive_as_discreet: bool
    may_publish: bool
    may_query: bool
    upheld: tuple[str, ...]


def case_of(finding: Finding, acts: Iterable[CaseAct], now_ms: int, policy: Policy = DEFAULT_POLICY) -> Case:
    """Fold the acts on one finding, in order of time, into its case.

    A finding retracted or excepted has no case beyond its count. No explanation in 72 h goes to peer
    review by itself. Raises InputError where a member judges itself or an act has no reason.
    """
    if finding.state != "OPEN":
        return Case(finding=finding, rung="NONE", closed=True)
    case = Case(finding=finding, rung="NOTICE")
    explained = False
    for act in sorted(acts, key=lambda item: item.at_ms):
        if act.finding_id != finding.finding_id or act.at_ms > now_ms:
            continue
        _check(finding, act)
        explained = explained or act.act == "EXPLAINED"
        case = _after(case, act)
    overdue = now_ms > finding.at_ms + policy.finding_answer_ms
    if case.rung == "NOTICE" and not explained and overdue:
        return msgspec.structs.replace(case, rung="PEER_REVIEW")
    return case


def _check(finding: Finding, act: CaseAct) -> None:
    own = act.act in {"EXPLAINED", "APPEALED"}
    if own is not (act.by_member == finding.member):
        raise InputError(
            f"{act.by_member} cannot enter {act.act} on a finding about {finding.member}",
            why="a member explains and appeals for itself; others judge", remedy="have the right member sign it",
        )  # fmt: skip
    if not act.reason.strip():
        raise InputError("an act on a finding states its reason")


def _after(case: Case, act: CaseAct) -> Case:
    match act.act:
        case "EXPLAINED":
            return case if case.upheld_ms is not None else msgspec.structs.replace(case, rung="EXPLANATION")
        case "ACCEPTED" | "DISMISSED" | "APPEAL_GRANTED":
            return msgspec.structs.replace(case, rung="NONE", upheld_ms=None, closed=True, appealed=False)
        case "UPHELD":
            return msgspec.structs.replace(case, rung="PUBLIC_COUNT", upheld_ms=act.at_ms, closed=False)
        case "APPEALED":
            return msgspec.structs.replace(case, appealed=True)
        case "APPEAL_REFUSED":
            return msgspec.structs.replace(case, appealed=False)
        case _:
            assert_never(act.act)


def standing(
    member: str, cases: Iterable[Case], now_ms: int, *, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> Standing:
    """Return a member's standing now, from its cases.

    Upheld S1 and S2 cases within the window count; an appeal under way leaves the effect, a granted one
    lifts it. Repeated silence (rule C-02) lowers coercive notices without waiting for a review, because
    the rule itself says so and nobody is harmed by a gentler action.
    """
    own = [case for case in cases if case.finding.member == member]
    upheld = [
        case for case in own
        if case.upheld_ms is not None and now_ms - case.upheld_ms <= thresholds.window_ms
        and case.finding.severity != "S3"
    ]  # fmt: skip
    silent = any(
        not case.closed and case.finding.finding_id.startswith("C-02:repeated:")
        and now_ms - case.finding.at_ms <= thresholds.window_ms
        for case in own
    )  # fmt: skip
    rung = RUNGS[max((RUNGS.index(case.rung) for case in own), default=0)]
    count = len(upheld)
    if count >= thresholds.querying_count:
        rung = "QUERYING_SUSPENDED"
    elif count >= thresholds.publishing_count:
        rung = "PUBLISHING_SUSPENDED"
    elif count >= thresholds.discreet_count or silent:
        rung = "COERCIVE_AS_DISCREET"
    reached = RUNGS.index(rung)
    return Standing(
        member=member, rung=rung, upheld=tuple(sorted(case.finding.finding_id for case in upheld)),
        coercive_as_discreet=reached >= RUNGS.index("COERCIVE_AS_DISCREET"),
        may_publish=reached < RUNGS.index("PUBLISHING_SUSPENDED"),
        may_query=reached < RUNGS.index("QUERYING_SUSPENDED"),
    )  # fmt: skip
