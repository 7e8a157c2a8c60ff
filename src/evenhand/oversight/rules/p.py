"""Rules P: what was published, by how many people, saying what, against whom.

Knows:    approvals, mandatory statements, objections and refusals.
Told:     submissions, approvals, publications, candidates shown, objections and blocks.
Answers:  findings P-01 to P-03.
Trusted:  yes: a notice that should not exist stops people in forty states.
"""

from __future__ import annotations

from typing import Final

from evenhand.notices.checks import is_coercive
from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.events import (
    CandidatesShown,
    EncounterClosed,
    HitReported,
    LiveChecked,
    OriginatorContacted,
    SideStateEntered,
)
from evenhand.screening.notice_events import (
    MANDATORY,
    NoticeObjected,
    NoticePublished,
    NoticeRefused,
    NoticeStatusChanged,
    NoticeSubmitted,
)

COMPLIANCE_ACTIONS: Final = frozenset({"ARREST", "HOLD", "NO_BOARD"})
"""Actions for which the coalition's compliance desk approves as well (PROCEDURE section 2)."""
_BREACH: Final = "a protected person was reported to the originator"


def _about(event: OriginatorContacted | HitReported | SideStateEntered | LiveChecked) -> str:
    return event.notice.partition(":")[0]


class P01(Rule):
    """Too few approvers, no legal approval before publication, or visible before publication."""

    code = "P-01"
    source = "PROCEDURE section 2; INTERPOL Rules on the Processing of Data art 86"
    parameters = ("approvers_count", "clock_skew_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {NoticePublished: self._published, CandidatesShown: self._shown}

    def _published(self, event: NoticePublished) -> list[Finding]:
        given = [
            approval
            for approval in self.world.notice(event.notice).approvals
            if approval.version == event.version and approval.at_ms <= event.at_ms
            and approval.officer not in {"", event.officer}
        ]  # fmt: skip
        evidence = (event.event_id, *(approval.event_id for approval in given))
        people, roles = {approval.officer for approval in given}, {approval.role for approval in given}
        lacks = []
        if len(people) < self.policy.approvers_count:
            lacks.append(f"{len(people)} approvers besides the author")
        if "LEGAL" not in roles:
            lacks.append("no legal approval")
        if event.action in COMPLIANCE_ACTIONS and "COMPLIANCE" not in roles:
            lacks.append(f"no approval by the compliance desk for {event.action}")
        return [self.find(event, f"published with {'; '.join(lacks)}", "S1", evidence=evidence)] if lacks else []

    def _shown(self, event: CandidatesShown) -> list[Finding]:
        """A publication bears its originator's clock, which may be ahead of ours by what clocks may be."""
        return [
            self.find(event, "visible to a post before publication", "S1", key=candidate.notice,
                      notice=candidate.notice)
            for candidate in event.candidates
            if not self.world.notice(candidate.notice).version_at(event.at_ms + self.policy.clock_skew_ms)
        ]  # fmt: skip


class P02(Rule):
    """A mandatory statement missing, or a coercive action without a strong identifier."""

    code = "P-02"
    source = "PROCEDURE section 2; INTERPOL Rules on the Processing of Data art 83"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {NoticePublished: self._published}

    def _published(self, event: NoticePublished) -> list[Finding]:
        missing = [name for name in MANDATORY if name not in event.stated]
        found = []
        if missing:
            found.append(self.find(event, f"published without {', '.join(missing)}", "S2", key="missing"))
        if is_coercive(event.action) and not event.strong_identifier:
            found.append(self.find(event, f"{event.action} without a strong identifier", "S2", key="strong"))
        return found


class P03(Rule):
    """Neutrality or protection breach, or a refused notice resubmitted unchanged, and not blocked.

    At a hit: a protected person reported to the originator, or reported while a member had not said (the exception
    declared with it counts that; a protection learned afterwards is a breach all the same).
    """

    code = "P-03"
    source = "INTERPOL Constitution arts 2-3; GA-2017-86-RES-09; 1951 Refugee Convention art 33"
    parameters = ("block_objection_ms",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._refused: set[str] = set()
        self._told: dict[str, dict[str, str]] = {}
        """The first message to each originator told, by encounter and originator."""
        self._protected: dict[str, set[str]] = {}
        """Against whom the person of an encounter is protected."""
        self._unsaid: set[str] = set()
        """Encounters told of without every member's word: remembered when they are over, for a late one."""
        self.handlers = {
            OriginatorContacted: self._reported,
            HitReported: self._reported,
            SideStateEntered: self._entered,
            LiveChecked: self._checked,
            EncounterClosed: self._closed,
            NoticeObjected: self._objected,
            NoticeSubmitted: self._submitted,
            NoticeRefused: self._was_refused,
            NoticeStatusChanged: self._status,
        }

    def _reported(self, event: OriginatorContacted | HitReported) -> list[Finding]:
        if isinstance(event, OriginatorContacted) and event.about != "CONFIRMATION":
            return []  # it says that the person is somebody else
        key = _about(event)
        self._told.setdefault(event.encounter, {}).setdefault(key, event.event_id)
        if event.without:
            self._unsaid.add(event.encounter)
        if key in self._protected.get(event.encounter, ()):
            return [self.find(event, _BREACH, "S1", key="protected")]
        if event.without:
            words = f"the originator was told without the word of {', '.join(event.without)} on protection"
            return [self.find(event, words, "S2", key="unsaid")]
        return []

    def _entered(self, event: SideStateEntered) -> list[Finding]:
        return self._learned(event) if event.side == "PROTECTED_PERSON" else []

    def _checked(self, event: LiveChecked) -> list[Finding]:
        return self._learned(event) if event.protected else []

    def _learned(self, event: SideStateEntered | LiveChecked) -> list[Finding]:
        known, key = self._protected.setdefault(event.encounter, set()), _about(event)
        told = self._told.get(event.encounter, {}).get(key)
        if key in known or told is None:
            known.add(key)
            return []
        known.add(key)
        return [self.find(event, _BREACH, "S1", key="protected", evidence=(event.event_id, told))]

    def _closed(self, event: EncounterClosed) -> list[Finding]:
        if event.encounter not in self._unsaid:
            self._told.pop(event.encounter, None)
            self._protected.pop(event.encounter, None)
        return []

    def _objected(self, event: NoticeObjected) -> list[Finding]:
        return self._open(event, f"{event.ground.lower()} breach, and the notice was not blocked")

    def _submitted(self, event: NoticeSubmitted) -> list[Finding]:
        if event.notice not in self._refused or event.new_facts:
            return []
        return self._open(event, "a refused notice was resubmitted without new facts, and not blocked")

    def _open(self, event: NoticeObjected | NoticeSubmitted, words: str) -> list[Finding]:
        # The originator answers, whoever objected.
        originator = event.notice.partition(":")[0]
        own = originator == event.member
        finding = self.find(
            event, words, "S1", member=originator, unit=event.unit if own else "", officer=event.officer if own else ""
        )
        if not self.is_owed(event.notice):
            self.owe(event.notice, event.at_ms + self.policy.block_objection_ms, finding)
        return []

    def _was_refused(self, event: NoticeRefused) -> list[Finding]:
        self._refused.add(event.notice)
        return self.meet(event.notice, event)

    def _status(self, event: NoticeStatusChanged) -> list[Finding]:
        return [] if event.status in {"PUBLISHED", "REVIEW_DUE"} else self.meet(event.notice, event)
