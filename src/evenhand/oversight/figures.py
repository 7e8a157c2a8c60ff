"""The figures every member publishes monthly: counts, shares with intervals, and times.

Knows:    PROCEDURE section 6, and nothing about any person.
Told:     one member's events of one month, and the findings on them.
Answers:  numerators, denominators, Wilson intervals in per mille, quantiles in ms.
Trusted:  for arithmetic: what was not recorded cannot be counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any, Final

import msgspec

from evenhand.oversight.findings import Finding
from evenhand.oversight.statistics import quantile, wilson_permille
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, HOUR_MS, MINUTE_MS, Policy, answer_within_ms, policy_of
from evenhand.screening.events import (
    ActionEnded,
    ActionTaken,
    CandidatesShown,
    EncounterClosed,
    Event,
    ExceptionDeclared,
    OriginatorAnswered,
    OriginatorContacted,
    PersonAsked,
    QueryMade,
    Verified,
)
from evenhand.screening.ladder import CUSTODY
from evenhand.screening.notice_events import (
    CharterChanged,
    NoticeAcknowledged,
    NoticeExtended,
    NoticePublished,
    NoticeRefused,
    NoticeStatusChanged,
    RedressDecided,
    RedressRequested,
)

_GROUPS: Final = ("nationality", "sex", "age_band")
HOLD_BOUNDS_MS: Final = (15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS)
"""Upper bounds (exclusive) of the histogram's classes; the last class has none."""


class Share(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proportion: numerator, denominator, and its 95 % Wilson interval in per mille."""

    count: int
    of: int
    low_permille: int
    permille: int
    high_permille: int


class Times(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Durations in ms: how many, and the nearest-rank quantiles."""

    count: int
    p50_ms: int
    p95_ms: int
    p99_ms: int


class Ages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ages of the notices in force, in whole days."""

    count: int
    p50_days: int
    p95_days: int


class MonthlyReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One member's month (PROCEDURE section 6); maps have sorted keys in canonical form.

    `exceptions` counts declared exceptions by code; it is left out where there was none.
    """

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
    exceptions: dict[str, int] = {}


def share(count: int, of: int) -> Share:
    """Return a proportion with its interval."""
    low, middle, high = wilson_permille(count, of)
    return Share(count=count, of=of, low_permille=low, permille=middle, high_permille=high)


def times(values: list[int]) -> Times:
    """Return count and quantiles of durations."""
    ordered = sorted(values)
    return Times(
        count=len(ordered), p50_ms=quantile(ordered, 500), p95_ms=quantile(ordered, 950),
        p99_ms=quantile(ordered, 990),
    )  # fmt: skip


def hold_class(duration_ms: int) -> str:
    """Return the histogram class of a hold, in minutes: `0-15`, `15-60` … `2880-`."""
    index = bisect_right(HOLD_BOUNDS_MS, duration_ms)
    low = HOLD_BOUNDS_MS[index - 1] // MINUTE_MS if index else 0
    high = str(HOLD_BOUNDS_MS[index] // MINUTE_MS) if index < len(HOLD_BOUNDS_MS) else ""
    return f"{low}-{high}"


class Open:
    """What has begun and not ended yet: it may end in another month, and is counted where it ends."""

    def __init__(self) -> None:
        self.groups_of: dict[str, tuple[str, str, str]] = {}
        self.shown: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.asked: dict[str, OriginatorContacted] = {}
        self.requested: dict[str, int] = {}

    def forget(self, encounter: str) -> None:
        """Forget an encounter that is over or whose record is deleted."""
        for known in (self.groups_of, self.shown, self.held):
            known.pop(encounter, None)


class Figures:
    """A fold over one member's month. Answers are counted for the originator, the rest for the actor.

    `begun` is what months share: a hold, a request or a question that one month began and another ends.
    """

    def __init__(self, member: str, policy: Policy = DEFAULT_POLICY, begun: Open | None = None) -> None:
        self._member, self._policy = member, policy
        self._open = Open() if begun is None else begun
        self._of_us: dict[str, tuple[int, bool, int | None]] = {}
        """Hit messages of others about our notices: when, whether somebody was held, and when we answered."""
        self._count: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._groups: Counter[str] = Counter()
        self._holds: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._exceptions: Counter[str] = Counter()
        self._published: dict[str, int] = {}
        self._withdrawn: dict[str, int] = {}
        self._times: dict[str, list[int]] = {name: [] for name in ("resolve", "answer", "redress", "withdraw")}
        self._folds: dict[type[Event], Any] = {
            QueryMade: self._query,
            PersonAsked: self._asked_about,
            CandidatesShown: self._candidates,
            Verified: self._verified,
            ActionTaken: self._acted,
            ActionEnded: self._ended,
            NoticePublished: self._entered,
            NoticeExtended: self._extended,
            NoticeRefused: self._refused,
            NoticeStatusChanged: self._status,
            RedressRequested: self._request,
            RedressDecided: self._decided,
            ExceptionDeclared: self._excepted,
            EncounterClosed: self._closed,
            CharterChanged: self._charter,
        }
        self._of_anyone: dict[type[Event], Any] = {
            OriginatorContacted: self._contacted,
            OriginatorAnswered: self._answered,
            NoticeAcknowledged: self._acknowledged,
        }

    def observe(self, event: Event) -> None:
        """Count one event; other members' events count only where they answer or acknowledge this one's."""
        kind = type(event)
        fold = self._folds.get(kind) if event.member == self._member else None
        fold = fold or self._of_anyone.get(kind)
        if fold is not None:
            fold(event)

    def find(self, finding: Finding) -> None:
        """Count one finding by rule and state; a retraction takes its finding back."""
        if finding.member != self._member:
            return
        if finding.state == "RETRACTED":
            self._findings[f"{finding.rule} OPEN"] -= 1
        self._findings[f"{finding.rule} {finding.state}"] += 1
        if finding.rule == "C-04" and "stopped again" in finding.found:
            self._count["repeat_stops"] += 1

    def asked_us(self, message: str, at_ms: int, *, held: bool) -> None:
        """Count a hit message that another member wrote about a notice of ours."""
        self._of_us.setdefault(message, (at_ms, held, None))

    def replied(self, message: str, at_ms: int) -> None:
        """Note that we answered; the first answer counts."""
        asked = self._of_us.get(message)
        if asked is not None and asked[2] is None:
            self._of_us[message] = (asked[0], asked[1], at_ms)

    def _answers(self, until_ms: int) -> tuple[list[int], Share]:
        """Return how long answers took, and the share that was late: whoever did not answer in time was late too."""
        took, late, owed = list(self._times["answer"]), self._count["late"], len(self._times["answer"])
        for at_ms, held, replied_ms in self._of_us.values():
            waited_ms = (until_ms if replied_ms is None else replied_ms) - at_ms
            is_late = waited_ms > answer_within_ms(self._policy, held=held)
            if replied_ms is not None:
                took.append(waited_ms)
            owed += replied_ms is not None or is_late
            late += is_late
        return took, share(late, owed)

    def report(self, now_ms: int, *, until_ms: int | None = None) -> MonthlyReport:
        """Return the month's report; the age of notices is that at `now_ms`, in days.

        Questions that wait are judged at `until_ms`, `now_ms` if absent.
        """
        count = self._count
        decided = self._outcomes["NEGATIVE"] + self._outcomes["POSITIVE"]
        answered, late = self._answers(now_ms if until_ms is None else until_ms)
        ages = sorted((now_ms - at_ms) // DAY_MS for at_ms in self._published.values())
        return MonthlyReport(
            member=self._member, queries=count["queries"], candidates=count["candidates"],
            verifications=count["verifications"], outcomes=dict(self._outcomes),
            false_positive=share(self._outcomes["NEGATIVE"], decided), repeat_stops=count["repeat_stops"],
            resolution=times(self._times["resolve"]), holds=sum(self._holds.values()),
            hold_minutes=dict(self._holds), answers=times(answered),
            answers_late=late,
            notices={name: count[name] for name in ("entered", "extended", "refused", "withdrawn")},
            refusal_reasons=dict(self._refusals),
            notice_age=Ages(count=len(ages), p50_days=quantile(ages, 500), p95_days=quantile(ages, 950)),
            redress={name: count[name] for name in ("redress_requested", "redress_decided")},
            redress_duration=times(self._times["redress"]),
            withdrawal_propagation=times(self._times["withdraw"]),
            findings={key: value for key, value in self._findings.items() if value},
            outcomes_by_group=dict(self._groups), exceptions=dict(self._exceptions),
        )  # fmt: skip

    def _excepted(self, event: ExceptionDeclared) -> None:
        self._exceptions[event.code] += 1

    def _charter(self, event: CharterChanged) -> None:
        self._policy = policy_of(event.parameters)

    def _closed(self, event: EncounterClosed) -> None:
        self._open.forget(event.encounter)

    def _query(self, event: QueryMade) -> None:
        self._count["queries"] += 1
        self._open.groups_of[event.encounter] = (event.nationality, event.sex, event.age_band)

    def _asked_about(self, event: PersonAsked) -> None:
        self._count["queries"] += 1
        self._count["candidates"] += event.found

    def _candidates(self, event: CandidatesShown) -> None:
        if event.candidates:
            self._count["candidates"] += len(event.candidates)
            self._open.shown[event.encounter] = event.at_ms
        else:
            self._open.groups_of.pop(event.encounter, None)

    def _verified(self, event: Verified) -> None:
        self._count["verifications"] += 1
        self._outcomes[event.outcome] += 1
        shown_ms = self._open.shown.pop(event.encounter, None) if event.outcome != "INCONCLUSIVE" else None
        if shown_ms is not None:
            self._times["resolve"].append(event.at_ms - shown_ms)
        for attribute, value in zip(_GROUPS, self._open.groups_of.get(event.encounter, ()), strict=False):
            self._groups[f"{attribute} {value or 'unknown'} {event.outcome}"] += 1

    def _acted(self, event: ActionTaken) -> None:
        if event.action in CUSTODY:
            self._open.held.setdefault(event.encounter, event.at_ms)

    def _ended(self, event: ActionEnded) -> None:
        start_ms = self._open.held.pop(event.encounter, None)
        if start_ms is not None:
            self._holds[hold_class(event.at_ms - start_ms)] += 1

    def _contacted(self, event: OriginatorContacted) -> None:
        self._open.asked[event.message] = event

    def _answered(self, event: OriginatorAnswered) -> None:
        asked = self._open.asked.pop(event.message, None)
        if asked is None or event.member != self._member:
            return
        waited_ms = event.at_ms - asked.at_ms
        self._times["answer"].append(waited_ms)
        # Whether somebody was held is the asking member's to know; its message says so by urgency.
        if waited_ms > answer_within_ms(self._policy, held=asked.urgency == "FLASH"):
            self._count["late"] += 1

    def _entered(self, event: NoticePublished) -> None:
        if event.version == 1:
            self._count["entered"] += 1
            self._published[event.notice] = event.at_ms

    def _extended(self, _event: NoticeExtended) -> None:
        self._count["extended"] += 1

    def _refused(self, event: NoticeRefused) -> None:
        self._count["refused"] += 1
        self._refusals[event.reason] += 1

    def _status(self, event: NoticeStatusChanged) -> None:
        if event.status == "WITHDRAWN" and not event.encounter:
            self._count["withdrawn"] += 1
            self._withdrawn[event.notice] = event.at_ms
        if event.status in {"WITHDRAWN", "EXPIRED", "ERASED"}:
            self._published.pop(event.notice, None)

    def _acknowledged(self, event: NoticeAcknowledged) -> None:
        at_ms = self._withdrawn.get(event.notice)
        if at_ms is not None and event.status == "WITHDRAWN":
            self._times["withdraw"].append(event.at_ms - at_ms)

    def _request(self, event: RedressRequested) -> None:
        self._count["redress_requested"] += 1
        self._open.requested[event.request] = event.at_ms

    def _decided(self, event: RedressDecided) -> None:
        self._count["redress_decided"] += 1
        at_ms = self._open.requested.pop(event.request, None)
        if at_ms is not None:
            self._times["redress"].append(event.at_ms - at_ms)
