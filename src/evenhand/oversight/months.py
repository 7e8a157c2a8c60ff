"""Months: the figures of every month, counted as events come, so that a report need not read the book again.

Knows:    which month an instant is in; the figures of the last fourteen months.
Told:     one member's events and findings, in the order of its decision book.
Answers:  a month's report at once; how long each originator let us wait.
Trusted:  for arithmetic: the same count as over the book, which a test holds.

Source: PROCEDURE section 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from evenhand.oversight.figures import Figures, MonthlyReport, Open
from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.profile import month_of
from evenhand.screening.clocks import Policy, policy_of
from evenhand.screening.events import Event, OriginatorAnswered, OriginatorContacted
from evenhand.screening.notice_events import CharterChanged

KEPT: Final = 14
"""Months that are counted ahead; of an older one the book is read."""


class Question(msgspec.Struct):
    """One question of ours to an originator: when, and how long the first answer took; None while none came."""

    originator: str
    at_ms: int
    waited_ms: int | None = None


class Months:
    """The figures of one member by month."""

    def __init__(self, member: str, policy: Policy) -> None:
        self._member, self._policy = member, policy
        self._months: dict[int, Figures] = {}
        self._questions: dict[str, Question] = {}
        self._bounds = (0, 0)
        self._open = Open()
        self._current = Figures(member, policy, self._open)
        self._before_ms = 0
        """Months that began before this are not counted any more."""

    def observe(self, event: Event) -> None:
        """Count an event in the month of its own instant."""
        at_ms = event.at_ms
        if not self._bounds[0] <= at_ms < self._bounds[1]:
            self._turn(at_ms)
        self._current.observe(event)
        if isinstance(event, CharterChanged) and event.member == self._member:
            self._policy = policy_of(event.parameters)
            for figures in self._months.values():
                figures.observe(event)
        elif isinstance(event, OriginatorContacted):
            originator = event.notice.partition(":")[0]
            self._questions[event.message] = Question(originator=originator, at_ms=at_ms)
        elif isinstance(event, OriginatorAnswered):
            asked = self._questions.get(event.message)
            if asked is not None and asked.waited_ms is None:
                asked.waited_ms = at_ms - asked.at_ms

    def find(self, finding: Finding) -> None:
        """Count a finding in the month in which it was found."""
        if not self._bounds[0] <= finding.at_ms < self._bounds[1]:
            self._turn(finding.at_ms)
        self._current.find(finding)

    def _turn(self, at_ms: int) -> None:
        """Go to the month of an instant; the oldest one is let go where there are too many."""
        self._bounds = month_of(at_ms)
        start_ms = self._bounds[0]
        found = self._months.get(start_ms)
        if found is None:
            found = self._months[start_ms] = Figures(self._member, self._policy, self._open)
            while len(self._months) > KEPT:
                oldest = min(self._months)
                del self._months[oldest]
                self._before_ms = max(self._before_ms, month_of(oldest)[1])
                self._questions = {key: one for key, one in self._questions.items() if one.at_ms >= self._before_ms}
        self._current = found

    def asked_us(self, message: str, at_ms: int, *, held: bool) -> None:
        """Count a hit message about a notice of ours in the month in which it came."""
        if not self._bounds[0] <= at_ms < self._bounds[1]:
            self._turn(at_ms)
        self._current.asked_us(message, at_ms, held=held)

    def replied(self, message: str, at_ms: int) -> None:
        """Note that we answered one, in whichever month it came."""
        for figures in self._months.values():
            figures.replied(message, at_ms)

    def forget(self, encounters: Iterable[str]) -> None:
        """Forget encounters whose records are deleted."""
        for encounter in encounters:
            self._open.forget(encounter)

    def report(self, start_ms: int, end_ms: int, now_ms: int | None = None) -> MonthlyReport | None:
        """Return the report of the month that begins and ends so, or None where the book must be read.

        In a month under way questions are judged at `now_ms`.
        """
        if start_ms < self._before_ms:
            return None
        found = self._months.get(start_ms)
        figures = Figures(self._member, self._policy) if found is None else found
        return figures.report(end_ms, until_ms=end_ms if now_ms is None else min(end_ms, now_ms))

    def waits(self, start_ms: int, end_ms: int) -> dict[str, list[int | None]] | None:
        """Return, by originator, how long each question of a month waited; None where the book must be read."""
        if start_ms < self._before_ms:
            return None
        found: dict[str, list[int | None]] = {}
        for one in self._questions.values():
            if start_ms <= one.at_ms < end_ms:
                found.setdefault(one.originator, []).append(one.waited_ms)
        return found
