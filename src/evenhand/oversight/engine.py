"""All 25 rules over one stream: events in, findings out, declared exceptions counted.

Knows:    the rules, the time reached, open findings, and the exceptions declared.
Told:     events, one at a time, each encounter's in order; and the time, by a driver.
Answers:  new findings, each once; the next instant at which one may become due.
Trusted:  yes: what it does not see, oversight does not see.

The driver calls `due` at `next_due_ms` plus one, so that a missed deadline shows at once; a stream alone
moves time forward too. Source: PROCEDURE section 4.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.a import A01, A02, A03, A04, A05, A06
from evenhand.oversight.rules.c import C01, C02, C03, C04
from evenhand.oversight.rules.l import L01, L02
from evenhand.oversight.rules.o import O01, O02
from evenhand.oversight.rules.p import P01, P02, P03
from evenhand.oversight.rules.profile import Q04
from evenhand.oversight.rules.q import Q01, Q02, Q03
from evenhand.oversight.rules.rule import Handler, Rule
from evenhand.oversight.rules.v import V01, V02, V03, V04
from evenhand.oversight.world import World
from evenhand.screening.clocks import DEFAULT_POLICY, Policy
from evenhand.screening.events import Event, ExceptionDeclared

RULES: Final[tuple[type[Rule], ...]] = (
    Q01, Q02, Q03, Q04, V01, V02, V03, V04, A01, A02, A03, A04, A05, A06, C01, C02, C03, C04, P01, P02, P03,
    L01, L02, O01, O02,
)  # fmt: skip


def is_valid(exception: ExceptionDeclared, policy: Policy) -> bool:
    """Say whether an exception counts: a reason, a second person, and a bounded time."""
    return (
        bool(exception.reason.strip())
        and bool(exception.officer)
        and exception.second not in {"", exception.officer}
        and 0 <= exception.until_ms - exception.from_ms <= policy.exception_ms
    )


def covers(exception: ExceptionDeclared, finding: Finding) -> bool:
    """Say whether an exception covers a finding: its member, rule, time, and encounter, notice or unit."""
    if exception.member != finding.member or (exception.rules and finding.rule not in exception.rules):
        return False
    if exception.code == "PARTNER_SILENT" and finding.severity == "S1":
        return False  # a silence excuses that nobody knew, never that somebody was betrayed
    if finding.at_ms < exception.from_ms or finding.since_ms > exception.until_ms:
        return False
    if exception.encounter or exception.notice:
        return exception.encounter in {"", finding.encounter} and exception.notice in {"", finding.notice}
    return exception.unit == finding.unit


class Oversight:
    """The rules over one stream."""

    def __init__(self, policy: Policy = DEFAULT_POLICY) -> None:
        self.world = World(policy)
        self.rules = tuple(rule(self.world) for rule in RULES)
        self.open: dict[str, Finding] = {}
        self.excepted: Counter[tuple[str, str]] = Counter()
        self.now_ms = 0
        self._known: set[str] = set()
        self._exceptions: dict[str, list[ExceptionDeclared]] = {}
        self._handlers: dict[type[Event], tuple[Handler, ...]] = {}
        for rule in self.rules:
            for kind, handler in rule.handlers.items():
                self._handlers[kind] = (*self._handlers.get(kind, ()), handler)
        self._handlers[ExceptionDeclared] = (self._declared,)

    @property
    def policy(self) -> Policy:
        """The parameters in force."""
        return self.world.policy

    @property
    def next_due_ms(self) -> int:
        """The earliest instant after which `due` may find something."""
        return min(rule.next_due_ms for rule in self.rules)

    def observe(self, event: Event) -> list[Finding]:
        """Take one event; return the findings it shows, after those that fell due before it."""
        found = self.due(event.at_ms) if event.at_ms > self.now_ms else []
        self.world.observe(event)
        for handler in self._handlers.get(type(event), ()):
            seen = handler(event)
            if seen:
                found += self._judged(seen)
        self.world.settle(event)
        return found

    def due(self, now_ms: int) -> list[Finding]:
        """Return the findings whose deadline lies before `now_ms`."""
        self.now_ms = max(self.now_ms, now_ms)
        found: list[Finding] = []
        for rule in self.rules:
            if rule.next_due_ms < self.now_ms:
                found += self._judged(rule.due(self.now_ms))
        return found

    def _judged(self, findings: list[Finding]) -> list[Finding]:
        judged = []
        for finding in findings:
            key = finding.finding_id
            if finding.state == "RETRACTED":
                if self.open.pop(key, None) is not None:
                    judged.append(finding)
                continue
            if key in self._known:
                continue
            self._known.add(key)
            exception = next((item for item in self._exceptions.get(finding.member, ()) if covers(item, finding)), None)
            if exception is None:
                self.open[key] = finding
                judged.append(finding)
            else:
                judged.append(self._except(finding, exception))
        return judged

    def _except(self, finding: Finding, exception: ExceptionDeclared) -> Finding:
        self.excepted[finding.rule, exception.code] += 1
        return msgspec.structs.replace(finding, state="EXCEPTED", exception=exception.event_id)

    def declared(self, member: str) -> tuple[ExceptionDeclared, ...]:
        """Return the exceptions of a member that count, in the order they came."""
        return tuple(self._exceptions.get(member, ()))

    def _declared(self, event: ExceptionDeclared) -> list[Finding]:
        """Remember an exception. Findings already open that it covers (it came late) are excepted now."""
        if not is_valid(event, self.policy):
            return []
        self._exceptions.setdefault(event.member, []).append(event)
        covered = [finding for finding in self.open.values() if covers(event, finding)]
        for finding in covered:
            del self.open[finding.finding_id]
            self._known.discard(finding.finding_id)
        return covered
