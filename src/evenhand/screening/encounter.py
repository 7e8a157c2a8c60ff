"""What is known of one encounter, and what is owed because of it, at any instant.

Knows:    the steps taken, the side states, and every duty with its clock.
Told:     by `screening.procedure`, which alone makes the next state.
Answers:  the duties open now, who owes them, by when, and under which rule.
Trusted:  yes: a duty not listed here is a duty forgotten.

Duties are derived from the state each time and never stored, so that none can be lost or done twice.
Source: PROCEDURE section 3.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec

from evenhand.notices.model import Action
from evenhand.screening.clocks import (
    Policy,
    answer_within_ms,
    contact_within_ms,
    judge_within_ms,
    report_within_ms,
)
from evenhand.screening.events import Answer, Candidate, CustodyAct, LiveChecked, Outcome
from evenhand.screening.ladder import CUSTODY, Ceiling, Circumstances, ceiling, is_adverse

Stage = Literal[
    "QUERIED", "NO_HIT", "CANDIDATE", "VERIFYING", "NEGATIVE", "INCONCLUSIVE", "POSITIVE", "NOTICE_CHECKED",
    "ORIGINATOR_CONTACTED", "ANSWERED", "ACTION_AUTHORISED", "ACTION_TAKEN", "HIT_REPORTED", "FOLLOWED_UP",
    "CLOSED",
]  # fmt: skip
Side = Literal[
    "OVERDUE", "ESCALATED", "ANNULLED", "FLAGGED_HERE", "MISUSED_IDENTITY", "PROTECTED_PERSON", "REDRESS_OPEN",
    "BLOCKED",
]  # fmt: skip
Act = Literal[
    "OPEN_CANDIDATE", "VERIFY", "RELEASE", "CLEAR_PAIR", "TELL_ORIGINATOR", "CHECK_LIVE", "CONTACT_ORIGINATOR",
    "ANSWER", "END_UNCONFIRMED_HOLD", "GIVE_REASONS", "GIVE_LANGUAGE", "GIVE_LAWYER_NOTICE", "OFFER_CONSUL",
    "PASS_ON_ASYLUM", "BRING_TO_JUDGE", "REPORT_HIT", "FOLLOW_UP", "CLOSE",
]  # fmt: skip
_RIGHTS: Final[tuple[tuple[CustodyAct, Act], ...]] = (
    ("REASONS", "GIVE_REASONS"), ("LANGUAGE", "GIVE_LANGUAGE"), ("LAWYER_NOTICE", "GIVE_LAWYER_NOTICE"),
)  # fmt: skip


class Duty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing owed: what, by whom (a member's code), under which rule, and since when."""

    act: Act
    owed_by: str
    rule: str
    about: str = ""


class Deadline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a duty is overdue: the last instant, in UTC ms, at which doing it is in time."""

    duty: Duty
    by_ms: int


class Encounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One encounter. `refuted` are candidates found to be others; `void` are notices no longer in force."""

    encounter: str
    member: str
    unit: str
    officer: str
    stage: Stage
    last_ms: int
    person: str = ""
    offline: bool = False
    view_age_ms: int = 0
    candidates: tuple[Candidate, ...] = ()
    refuted: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()
    sides: frozenset[Side] = frozenset()
    shown_ms: int = 0
    opened_ms: int = 0
    decided_ms: int = 0
    notice: Candidate | None = None
    outcome: Outcome | None = None
    verifier: str = ""
    second: str = ""
    supervisor: str = ""
    identifiers_compared: bool = False
    checked: LiveChecked | None = None
    message: str = ""
    contacted_ms: int = 0
    received: bool = False
    answer: Answer | None = None
    authorised: Action | None = None
    independent: bool = False
    action: Action | None = None
    underway: bool = False
    action_ms: int = 0
    release_from_ms: int = 0
    child: bool = False
    custody: frozenset[CustodyAct] = frozenset()
    asylum_ms: int = 0
    cleared: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    reported_ms: int = 0
    followed_up: bool = False


def is_in_custody(state: Encounter) -> bool:
    """Say whether the person is held at this moment."""
    return state.underway and state.action in CUSTODY


def must_release(state: Encounter) -> bool:
    """Say whether nothing supports acting any more: refuted, denied, withdrawn, misused or blocked."""
    return (
        state.outcome == "NEGATIVE"
        or state.answer in {"DENY", "WITHDRAW"}
        or bool(state.sides & {"ANNULLED", "MISUSED_IDENTITY", "BLOCKED"})
    )


def ceiling_of(state: Encounter, notice: Candidate, policy: Policy) -> Ceiling:
    """Return the strongest action this encounter allows on `notice`."""
    checked = state.checked
    flag = checked.flag if checked is not None and checked.flag is not None else notice.lower_action
    reached = checked is not None and checked.reached
    return ceiling(
        Circumstances(
            requested=notice.action,
            flag=flag,
            view_age_ms=0 if reached else state.view_age_ms,
            offline=state.offline,
            annulled="ANNULLED" in state.sides,
            protected="PROTECTED_PERSON" in state.sides,
            misused="MISUSED_IDENTITY" in state.sides,
            blocked="BLOCKED" in state.sides,
        ),
        policy,
    )


def review_owed(state: Encounter, policy: Policy) -> bool:
    """Say whether another unit reviews: every adverse action, and a sample of the rest by the id's hash."""
    if state.action is not None and is_adverse(state.action):
        return True
    drawn = int.from_bytes(hashlib.sha256(state.encounter.encode()).digest()[:8], "big")
    return drawn % 1000 < policy.review_sample_permille


def open_duties(state: Encounter, policy: Policy) -> tuple[tuple[Duty, ...], tuple[Deadline, ...]]:
    """Return every duty open in this state, and the clock of each."""
    if state.stage in {"NO_HIT", "CLOSED", "QUERIED"}:
        return (), ()
    found = [
        *_verifying(state, policy),
        *_negative(state, policy),
        *_originator(state, policy),
        *_custody(state, policy),
        *_afterwards(state, policy),
    ]
    return tuple(deadline.duty for deadline in found), tuple(found)


def sides_at(state: Encounter, now_ms: int, policy: Policy) -> frozenset[Side]:
    """Return the side states at an instant: those entered, and those that passing time brings."""
    late = {deadline.duty.act for deadline in open_duties(state, policy)[1] if deadline.by_ms < now_ms}
    sides: set[Side] = set(state.sides)
    if late:
        sides.add("OVERDUE")
    if "ANSWER" in late:
        sides.add("ESCALATED")
    return frozenset(sides)


def _own(state: Encounter, act: Act, rule: str, by_ms: int) -> Deadline:
    return Deadline(duty=Duty(act=act, owed_by=state.member, rule=rule), by_ms=by_ms)


def _verifying(state: Encounter, policy: Policy) -> list[Deadline]:
    if state.stage == "CANDIDATE":
        return [_own(state, "OPEN_CANDIDATE", "C-01", state.shown_ms + policy.open_candidate_ms)]
    if state.stage == "VERIFYING":
        return [_own(state, "VERIFY", "C-01", state.opened_ms + policy.verify_ms)]
    return []


def _negative(state: Encounter, policy: Policy) -> list[Deadline]:
    found: list[Deadline] = []
    if must_release(state) and state.underway:
        found.append(_own(state, "RELEASE", "A-04", state.release_from_ms + policy.release_ms))
    by_ms = state.decided_ms + policy.cleared_message_ms
    silent = "PROTECTED_PERSON" in state.sides
    owed: list[tuple[str, Act]] = [(notice, "CLEAR_PAIR") for notice in sorted(state.refuted - state.cleared)]
    if not silent:
        owed += [(notice, "TELL_ORIGINATOR") for notice in sorted(state.refuted - state.told)]
    for notice, act in owed:
        duty = Duty(act=act, owed_by=state.member, rule="C-04", about=notice)
        found.append(Deadline(duty=duty, by_ms=by_ms))
    return found


def _originator(state: Encounter, policy: Policy) -> list[Deadline]:
    notice = state.notice
    if notice is None or must_release(state) or "PROTECTED_PERSON" in state.sides:
        return []
    if state.checked is None:
        within_ms = contact_within_ms(policy, terrorism=notice.terrorism)
        return [_own(state, "CHECK_LIVE", "V-03", state.decided_ms + within_ms)]
    if not state.message:
        within_ms = contact_within_ms(policy, terrorism=notice.terrorism)
        return [_own(state, "CONTACT_ORIGINATOR", "C-01", state.decided_ms + within_ms)]
    if state.answer in {None, "MORE_INFO"}:
        held = is_in_custody(state)
        from_ms = max(state.contacted_ms, state.action_ms) if held else state.contacted_ms
        duty = Duty(act="ANSWER", owed_by=notice.notice.partition(":")[0], rule="C-02", about=state.message)
        return [Deadline(duty=duty, by_ms=from_ms + answer_within_ms(policy, held=held))]
    return []


def _custody(state: Encounter, policy: Policy) -> list[Deadline]:
    if not is_in_custody(state):
        return []
    start, found = state.action_ms, []
    if state.answer != "CONFIRM":
        found.append(_own(state, "END_UNCONFIRMED_HOLD", "A-03", start + policy.hold_unconfirmed_ms))
    found += [
        _own(state, act, "A-05", start + policy.rights_ms) for step, act in _RIGHTS if step not in state.custody
    ]
    if "CONSULAR_OFFER" not in state.custody:
        found.append(_own(state, "OFFER_CONSUL", "A-05", start + policy.consular_ms))
    if state.asylum_ms and "ASYLUM_PASSED_ON" not in state.custody:
        found.append(_own(state, "PASS_ON_ASYLUM", "A-05", state.asylum_ms + policy.asylum_ms))
    if "JUDGE" not in state.custody:
        found.append(_own(state, "BRING_TO_JUDGE", "A-06", start + judge_within_ms(policy, child=state.child)))
    return found


def _afterwards(state: Encounter, policy: Policy) -> list[Deadline]:
    notice, found = state.notice, []
    if notice is not None and not must_release(state) and "PROTECTED_PERSON" not in state.sides:
        if not state.reported_ms:
            from_ms = state.action_ms or state.decided_ms
            within_ms = report_within_ms(policy, terrorism=notice.terrorism)
            found.append(_own(state, "REPORT_HIT", "C-03", from_ms + within_ms))
        elif not state.followed_up:
            found.append(_own(state, "FOLLOW_UP", "C-03", state.reported_ms + policy.follow_up_ms))
    found.append(_own(state, "CLOSE", "C-03", state.shown_ms + policy.close_ms))
    return found
