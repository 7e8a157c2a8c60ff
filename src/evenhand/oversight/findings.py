"""What a rule found: which rule, how grave, who must answer, by when, on what evidence.

Knows:    severities, their clocks, and who may see an officer's id.
Told:     by the rules.
Answers:  findings with ids that are equal wherever the same events are judged.
Trusted:  for their words only: a finding opens a question; people decide fault.

Source: PROCEDURE section 4.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.screening.clocks import Policy

Severity = Literal["S1", "S2", "S3"]
FindingState = Literal["OPEN", "EXCEPTED", "RETRACTED"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One finding. `member` and `unit` answer for it; `evidence` are event ids.

    The breach lasted from `since_ms` (the event that began it) to `at_ms` (when it was one), in UTC ms.

    RETRACTED: an event that arrived late shows that the duty was met in time. EXCEPTED: `exception` names
    the declared exception; it is counted and published, not held against anyone.
    """

    finding_id: str
    rule: str
    severity: Severity
    member: str
    unit: str
    found: str
    since_ms: int
    at_ms: int
    answer_by_ms: int
    evidence: tuple[str, ...]
    officer: str = ""
    encounter: str = ""
    notice: str = ""
    state: FindingState = "OPEN"
    exception: str = ""


def answer_by_ms(severity: Severity, at_ms: int, policy: Policy) -> int:
    """Return when an answer is due: S1 at once, S2 in 72 h, S3 with the weekly review."""
    if severity == "S1":
        return at_ms
    return at_ms + (policy.finding_answer_ms if severity == "S2" else policy.finding_weekly_ms)


def as_shown_to(finding: Finding, member: str) -> Finding:
    """Return the finding as `member` and its oversight may see it: others' officers stay unnamed."""
    return finding if member == finding.member else msgspec.structs.replace(finding, officer="")
