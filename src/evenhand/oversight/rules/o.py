"""Rules O: redress is decided in time by somebody apart, and oversight itself is not kept away.

Knows:    requests and their clocks, who published and who acted, audits and exports.
Told:     redress requests and decisions, acts, audit contacts and exports.
Answers:  findings O-01 and O-02.
Trusted:  yes: without these two the other 23 could be switched off.
"""

from __future__ import annotations

from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.notice_events import (
    AuditChecked,
    ConnectionChanged,
    ExportAnswered,
    ExportRequested,
    PartiesChanged,
    RedressBlockDecided,
    RedressDecided,
    RedressRequested,
)


class O01(Rule):
    """Redress undecided in time, or decided by originator, author or executing unit."""

    code = "O-01"
    source = "PROCEDURE section 5; CCF statute art 40; Regulation (EU) 2018/1862 art 67"
    parameters = ("redress_access_ms", "redress_deletion_ms", "redress_block_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._requests: dict[str, RedressRequested] = {}
        self.handlers = {
            RedressRequested: self._requested,
            RedressBlockDecided: self._blocked,
            RedressDecided: self._decided,
        }

    def _requested(self, event: RedressRequested) -> list[Finding]:
        self._requests[event.request] = event
        access = event.what == "ACCESS"
        within_ms = self.policy.redress_access_ms if access else self.policy.redress_deletion_ms
        self.owe(event.request, event.at_ms + within_ms, self.find(event, "redress was not decided in time", "S2"))
        if event.plausible:
            finding = self.find(event, "no decision on the block in time", "S2", key="block")
            self.owe(f"{event.request}:block", event.at_ms + self.policy.redress_block_ms, finding)
        return []

    def _blocked(self, event: RedressBlockDecided) -> list[Finding]:
        return self.meet(f"{event.request}:block", event)

    def _decided(self, event: RedressDecided) -> list[Finding]:
        found = self.meet(event.request, event) + self.meet(f"{event.request}:block", event)
        request = self._requests.pop(event.request, None)
        if request is None:
            return found
        facts = self.world.notice(request.notice)
        authors = {facts.author, facts.published.officer if facts.published is not None else ""} - {""}
        apart = {
            "the originator": event.member == request.notice.partition(":")[0],
            "the author": event.officer in authors,
            "the unit that acted": (event.member, event.unit) in self.world.executors.get(request.notice, ()),
        }
        close = [who for who, is_close in apart.items() if is_close]
        if close:
            words = f"redress was decided by {' and '.join(close)}"
            evidence = (event.event_id, request.event_id)
            found.append(self.find(event, words, "S2", notice=request.notice, evidence=evidence))
        return found


class O02(Rule):
    """A gap, a hash that does not fit, a wrong clock, an export kept back, a member away from audit."""

    code = "O-02"
    source = "PROCEDURE section 4; Directive (EU) 2016/680 art 25"
    parameters = ("clock_skew_ms", "export_ms", "audit_away_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._members: frozenset[str] = frozenset()
        self._observer = ""
        """Whose stream this is: while it has no line it cannot say of others that they stay away."""
        self.handlers = {
            AuditChecked: self._checked,
            ConnectionChanged: self._connected,
            ExportRequested: self._asked,
            ExportAnswered: self._answered,
            PartiesChanged: self._parties,
        }

    def _away(self, event: AuditChecked | PartiesChanged | ConnectionChanged, member: str) -> None:
        finding = self.find(
            event, "away from audit for too long", "S1", key=f"away:{member}", member=member, unit="", officer=""
        )
        self.owe(f"away:{member}", event.at_ms + self.policy.audit_away_ms, finding)

    def _parties(self, event: PartiesChanged) -> list[Finding]:
        now = frozenset(event.parties) if len(event.parties) > 1 else frozenset()  # alone, nobody is there to audit
        self._observer = event.member
        for member in sorted(now - self._members):
            self._away(event, member)
        for member in self._members - now:
            self.release(f"away:{member}")
        self._members = now
        return []

    def _connected(self, event: ConnectionChanged) -> list[Finding]:
        if event.member != self._observer:
            return []
        for member in sorted(self._members - {self._observer}):
            if event.online:
                self._away(event, member)
            else:
                self.release(f"away:{member}")
        return []

    def _checked(self, event: AuditChecked) -> list[Finding]:
        found = self.meet(f"away:{event.member}", event)
        if event.member in self._members:
            self._away(event, event.member)
        if event.problem != "NONE":
            words = "a gap in the ledger" if event.problem == "GAP" else "a hash in the ledger does not fit"
            found.append(self.find(event, words, "S1", key="ledger"))
        if abs(event.skew_ms) > self.policy.clock_skew_ms:
            found.append(self.find(event, f"a clock is off by {event.skew_ms} ms", "S1", key="clock"))
        return found

    def _asked(self, event: ExportRequested) -> list[Finding]:
        finding = self.find(event, "an export was not delivered in time", "S1")
        self.owe(event.request, event.at_ms + self.policy.export_ms, finding)
        return []

    def _answered(self, event: ExportAnswered) -> list[Finding]:
        found = self.meet(event.request, event)
        if event.refused:
            found.append(self.find(event, "an export was refused", "S1"))
        return found
