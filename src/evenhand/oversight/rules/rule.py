"""What every rule is: a code with a source, handlers by kind of event, and clocks of its own.

Knows:    how a finding is made, and how a duty is owed, met, missed, or shown later to have been met.
Told:     events by the engine, and the time.
Answers:  findings; the same for the same events, whatever else runs.
Trusted:  yes: a rule that forgets a clock forgives a breach.

A rule is incremental: `observe` takes one event and costs the same after ten million as after ten.
Offline encounters arrive late: a duty missed by the clock is retracted when an event shows, by its own
time, that it was met. Source: PROCEDURE section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, ClassVar

import msgspec

from evenhand.oversight.findings import Finding, Severity, answer_by_ms
from evenhand.oversight.world import World
from evenhand.screening.clocks import Policy
from evenhand.screening.events import Event

Handler = Callable[[Any], list[Finding]]
NEVER_MS = 2**62


class Rule:
    """One of the 25. Subclasses set the three class attributes and fill `handlers`."""

    code: ClassVar[str]
    source: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, world: World) -> None:
        self.world = world
        self.handlers: dict[type[Event], Handler] = {}
        self.next_due_ms = NEVER_MS
        self._owed: dict[str, tuple[int, Finding]] = {}
        self._missed: dict[str, tuple[int, Finding]] = {}
        self._timers: list[tuple[int, str]] = []

    @property
    def policy(self) -> Policy:
        """The parameters in force; a clock that runs keeps the period it began with."""
        return self.world.policy

    def observe(self, event: Event) -> list[Finding]:
        """Return what this event shows; `world` has observed it already."""
        handler = self.handlers.get(type(event))
        return handler(event) if handler is not None else []

    def due(self, now_ms: int) -> list[Finding]:
        """Return the duties whose last instant lies before `now_ms` and that nobody met."""
        found = []
        while self._timers and self._timers[0][0] < now_ms:
            by_ms, key = heappop(self._timers)
            owed = self._owed.get(key)
            if owed is not None and owed[0] == by_ms:
                del self._owed[key]
                self._missed[key] = owed
                found.append(owed[1])
        self.next_due_ms = self._timers[0][0] if self._timers else NEVER_MS
        return found

    def find(self, event: Event, found: str, severity: Severity, *, key: str = "", **more: Any) -> Finding:  # noqa: ANN401 - fields of Finding
        """Make a finding on an event. `key` tells several on one event apart; `more` overrides fields."""
        at_ms = event.at_ms
        fields: dict[str, Any] = {
            "finding_id": f"{self.code}:{event.event_id}:{key}" if key else f"{self.code}:{event.event_id}",
            "rule": self.code, "severity": severity, "member": event.member, "unit": event.unit, "found": found,
            "since_ms": event.at_ms, "at_ms": at_ms, "answer_by_ms": answer_by_ms(severity, at_ms, self.policy),
            "evidence": (event.event_id,), "officer": event.officer, "encounter": event.encounter,
            "notice": getattr(event, "notice", ""),
        }  # fmt: skip
        return Finding(**(fields | more))

    def owe(self, key: str, by_ms: int, finding: Finding) -> None:
        """Start a clock: `finding` is found after `by_ms` unless the duty is met. A new one replaces it."""
        self._owed[key] = (by_ms, msgspec.structs.replace(
            finding, at_ms=by_ms, answer_by_ms=answer_by_ms(finding.severity, by_ms, self.policy),
        ))  # fmt: skip
        heappush(self._timers, (by_ms, key))
        self.next_due_ms = self._timers[0][0]

    def meet(self, key: str, event: Event) -> list[Finding]:
        """Note that the duty was met at the event's own time: in time, late, or after it was missed."""
        owed = self._owed.pop(key, None)
        if owed is not None:
            if event.at_ms <= owed[0]:
                return []
            self._missed[key] = owed
            return [owed[1]]
        missed = self._missed.get(key)
        if missed is None or event.at_ms > missed[0]:
            return []
        del self._missed[key]
        return [msgspec.structs.replace(missed[1], state="RETRACTED")]

    def is_owed(self, key: str) -> bool:
        """Say whether a clock runs under this key."""
        return key in self._owed

    def release(self, key: str) -> None:
        """Stop a clock without judgement: the duty fell away."""
        self._owed.pop(key, None)
