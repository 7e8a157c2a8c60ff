"""Standings: from the steps that members signed about findings to what each member may still do.

Knows:    which step is whose to take, and how many members make it one of the coalition.
Told:     every member's steps as their ledgers give them, and the roster's threshold.
Answers:  cases and standings, the same at every member that holds the same ledgers.
Trusted:  yes: it takes effect by itself, on signed steps alone.

A step of judgement (UPHELD, DISMISSED, an appeal granted or refused) counts when as many members as change
the roster have said so; the accused is none of them. Whoever opens a case alone changes nothing. Source:
PROCEDURE section 4; `oversight.consequences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from evenhand.ground.errors import InputError
from evenhand.notices.conduct import Conduct
from evenhand.oversight.consequences import Case, CaseAct, Standing, case_of, standing
from evenhand.oversight.findings import Finding, answer_by_ms
from evenhand.screening.clocks import DEFAULT_POLICY, Policy

JUDGEMENTS: Final = frozenset({"UPHELD", "DISMISSED", "APPEAL_GRANTED", "APPEAL_REFUSED"})
OWN: Final = frozenset({"EXPLAINED", "APPEALED"})


@dataclass(frozen=True)
class Said:
    """One step with the member whose ledger holds it, and when it was said there, in UTC ms."""

    by_member: str
    at_ms: int
    conduct: Conduct


@dataclass(frozen=True)
class Open:
    """A case that was put to all, with every step that counts."""

    case: Case
    opened_by: str
    steps: tuple[Said, ...]


def is_proper(said: Said) -> bool:
    """Say whether this step is this member's to take: who is concerned explains and appeals, others judge."""
    own = said.by_member == said.conduct.member
    return said.conduct.step == "OPENED" or own == (said.conduct.step in OWN)


def open_cases(
    said: Iterable[Said], *, threshold: int, now_ms: int, policy: Policy = DEFAULT_POLICY
) -> dict[str, Open]:
    """Fold steps, in whatever order, into the cases as they stand at an instant."""
    ordered = sorted(
        (one for one in said if one.at_ms <= now_ms and is_proper(one)),
        key=lambda one: (one.at_ms, one.conduct.step != "OPENED", one.by_member),
    )
    steps: dict[str, list[Said]] = {}
    for one in ordered:
        steps.setdefault(one.conduct.finding, []).append(one)
    found: dict[str, Open] = {}
    for key, told in sorted(steps.items()):
        opening = next((one for one in told if one.conduct.step == "OPENED"), None)
        if opening is not None:
            counted = [one for one in told if one.conduct.member == opening.conduct.member]
            case = _case(opening, counted, threshold, now_ms, policy)
            found[key] = Open(case=case, opened_by=opening.by_member, steps=tuple(counted))
    return found


def _case(opening: Said, told: Sequence[Said], threshold: int, now_ms: int, policy: Policy) -> Case:
    acts: list[CaseAct] = []
    voices: dict[str, set[str]] = {}
    for one in told:
        step = one.conduct.step
        if step == "OPENED":
            continue
        if step in JUDGEMENTS:
            heard = voices.setdefault(step, set())
            heard.add(one.by_member)
            if len(heard) != threshold:
                continue
            voices[step] = set()  # the same judgement after an appeal is a new one
        acts.append(
            CaseAct(
                finding_id=opening.conduct.finding, act=cast("str", step), at_ms=one.at_ms,  # type: ignore[arg-type]
                by_member=one.by_member, reason=one.conduct.reason,
            )
        )  # fmt: skip
    return case_of(finding_of(opening, policy), acts, now_ms, policy)


def finding_of(opening: Said, policy: Policy) -> Finding:
    """Return the finding that was put to all; its clocks run from when it was said."""
    told = opening.conduct
    return Finding(
        finding_id=told.finding, rule=told.rule, severity=told.severity, member=told.member, unit="", found=told.found,
        since_ms=told.since_ms, at_ms=opening.at_ms, evidence=(),
        answer_by_ms=answer_by_ms(told.severity, opening.at_ms, policy),
    )  # fmt: skip


def standing_of(member: str, cases: Iterable[Open], now_ms: int) -> Standing:
    """Return what a member may still do."""
    return standing(member, [one.case for one in cases], now_ms)


def check_step(said: Said, cases: dict[str, Open]) -> None:
    """Refuse a step that would not count. Raises InputError."""
    if said.conduct.step != "OPENED" and said.conduct.finding not in cases:
        raise InputError("this finding was not put to all", remedy="open it first: `evenhand finding open`")
    if not is_proper(said):
        raise InputError(
            f"{said.by_member} cannot enter {said.conduct.step} on a finding about {said.conduct.member}",
            why="a member explains and appeals for itself; others judge", remedy="have the right member sign it",
        )  # fmt: skip
