"""The next step of an encounter, or a refusal that names the rule and what to do instead.

Knows:    which step may follow which, and what must stand before a person is touched.
Told:     a state, one event, and the charter (periods, entitlements, registered legal bases).
Answers:  the next state with its duties and deadlines, or a Refusal; the same for the same arguments.
Trusted:  yes: this is where an unlawful act is stopped before it happens.

A refusal changes nothing. What was done against it is still recorded in the stream, where the rules of
oversight find it. A release is never refused. Source: PROCEDURE section 3.
"""

from __future__ import annotations

from typing import Any, Final, assert_never

import msgspec

from evenhand.screening.clocks import Policy
from evenhand.screening.coercion import Charter, Refusal, objected, refuse_action, refuse_authorisation
from evenhand.screening.encounter import (
    Deadline,
    Duty,
    Encounter,
    Side,
    is_in_custody,
    must_release,
    open_duties,
    review_owed,
)
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidateOpened,
    CandidatesShown,
    CustodyStep,
    EncounterClosed,
    FollowedUp,
    HitReported,
    LiveChecked,
    MessageReceived,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    QueryMade,
    SideStateEntered,
    Status,
    Verified,
)
from evenhand.screening.notice_events import EncounterEvent, NoticeStatusChanged
from evenhand.screening.purpose import Entitlement, check_query

REPORT_ITEMS: Final = frozenset(
    {
        "located", "place_time_reason", "route", "companions", "identity", "vehicle", "objects", "circumstances",
        "requested",
    }
)  # fmt: skip
"""The nine items of a hit report (Regulation (EU) 2018/1862 art 37; PROCEDURE section 3 state 10)."""
_SIDE_OF: Final[dict[Status, Side]] = {
    "SUSPENDED": "BLOCKED", "BLOCKED": "BLOCKED", "REVIEW_DUE": "ANNULLED", "EXPIRED": "ANNULLED",
    "WITHDRAWN": "ANNULLED", "ERASED": "ANNULLED",
}  # fmt: skip


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lawful step: the next state, what is owed now, and by when."""

    state: Encounter
    duties: tuple[Duty, ...]
    deadlines: tuple[Deadline, ...]


def step(state: Encounter | None, event: EncounterEvent, charter: Charter) -> Step | Refusal:
    """Take one event; return the next state with duties and deadlines, or a Refusal.

    `state` is None before the query. Events of one encounter arrive in the order of their own times.
    """
    if state is None:
        return _begin(event, charter)
    if state.stage in {"NO_HIT", "CLOSED"}:
        return Refusal(rule="Q-01", found="the encounter is over", instead="begin a new one with its own query")
    if event.at_ms < state.last_ms:
        return Refusal(rule="O-02", found="the event is older than the last one", instead="record events in order")
    following = _move(state, event, charter)
    if isinstance(following, Refusal):
        return following
    return _stepped(msgspec.structs.replace(following, last_ms=event.at_ms), charter.policy)


def _stepped(state: Encounter, policy: Policy) -> Step:
    duties, deadlines = open_duties(state, policy)
    return Step(state=state, duties=duties, deadlines=deadlines)


def _begin(event: EncounterEvent, charter: Charter) -> Step | Refusal:
    if not isinstance(event, QueryMade):
        return Refusal(rule="Q-01", found="nothing was asked yet", instead="begin with a query and its purpose")
    objections = check_query(event, charter.entitlements.get(event.officer, Entitlement()))
    if objections:
        return objected(objections)
    state = Encounter(
        encounter=event.encounter, member=event.member, unit=event.unit, officer=event.officer,
        stage="QUERIED", last_ms=event.at_ms, person=event.person, offline=event.offline,
        view_age_ms=event.view_age_ms,
    )  # fmt: skip
    return _stepped(state, charter.policy)


def _move(state: Encounter, event: EncounterEvent, charter: Charter) -> Encounter | Refusal:  # noqa: C901, PLR0912 - one branch for each event
    match event:
        case QueryMade():
            return Refusal(rule="Q-02", found="this encounter has its query", instead="begin a new encounter")
        case CandidatesShown():
            return _shown(state, event)
        case CandidateOpened():
            return _opened(state, event)
        case Verified():
            return _verified(state, event, charter.policy)
        case PairCleared():
            return _cleared(state, event)
        case LiveChecked():
            return _checked(state, event)
        case OriginatorContacted():
            return _contacted(state, event)
        case MessageReceived():
            return _received(state, event)
        case OriginatorAnswered():
            return _answered(state, event)
        case ActionAuthorised():
            return _authorised(state, event, charter)
        case ActionTaken():
            return _acted(state, event, charter)
        case ActionEnded():
            return _ended(state, event)
        case CustodyStep():
            return _custody(state, event)
        case HitReported():
            return _reported(state, event)
        case FollowedUp():
            return _followed_up(state, event)
        case EncounterClosed():
            return _closed(state, event, charter.policy)
        case SideStateEntered():
            return _with_side(state, event.notice, event.side, event.at_ms)
        case NoticeStatusChanged():
            return _status_changed(state, event)
        case _:
            assert_never(event)


def _replace(state: Encounter, **changes: Any) -> Encounter:  # noqa: ANN401 - fields of Encounter
    return msgspec.structs.replace(state, **changes)


def _shown(state: Encounter, event: CandidatesShown) -> Encounter | Refusal:
    if state.stage != "QUERIED":
        return Refusal(rule="Q-01", found="the query was answered already", instead="begin a new encounter")
    if not event.candidates:
        return _replace(state, stage="NO_HIT")
    return _replace(state, stage="CANDIDATE", candidates=event.candidates, shown_ms=event.at_ms)


def _opened(state: Encounter, event: CandidateOpened) -> Encounter | Refusal:
    if state.stage != "CANDIDATE":
        return Refusal(rule="V-01", found="there is no unopened candidate", instead="go on with the open one")
    return _replace(state, stage="VERIFYING", opened_ms=event.at_ms)


def _candidate(state: Encounter, key: str) -> Candidate | None:
    return next((candidate for candidate in state.candidates if candidate.notice == key), None)


def _verified(state: Encounter, event: Verified, policy: Policy) -> Encounter | Refusal:
    if state.stage in {"QUERIED", "CANDIDATE"}:
        return Refusal(rule="V-01", found="no candidate was opened", instead="open it and compare each identifier")
    found = _candidate(state, event.notice)
    if found is None or event.notice in state.refuted:
        return Refusal(rule="V-01", found="this notice is no open candidate here", instead="verify one that is shown")
    if event.notice in state.void:
        return Refusal(rule="V-04", found="the notice is no longer in force", instead="release, or verify another")
    if not event.officer or event.officer in {event.second, event.supervisor}:
        return Refusal(rule="V-01", found="a person verifies, and another one looks again", instead="name two people")
    if state.notice is not None and state.notice.notice != event.notice and event.outcome != "NEGATIVE":
        return Refusal(rule="V-01", found="another candidate is being acted on", instead="finish with that one first")
    if event.outcome == "NEGATIVE":
        refuted = _replace(state, refuted=state.refuted | {event.notice}, decided_ms=event.at_ms)
        return _settled(refuted, event.at_ms)
    strong = {comparison.identifier for comparison in event.compared} - {"name"}
    skipped = {"document", "biometric"} & set(event.available) - strong
    return _replace(
        state, notice=found, outcome=event.outcome, verifier=event.officer, second=event.second,
        supervisor=event.supervisor, decided_ms=event.at_ms,
        identifiers_compared=len(strong) >= policy.identifiers_count and not skipped,
        stage=event.outcome if state.stage in {"VERIFYING", "INCONCLUSIVE", "POSITIVE"} else state.stage,
        authorised=None,
    )  # fmt: skip


def _settled(state: Encounter, at_ms: int) -> Encounter:
    """Drop the notice in hand if it fell; go on with the next candidate, or end in NEGATIVE without one."""
    fallen = state.refuted | state.void
    dropped = state.notice is not None and state.notice.notice in fallen
    if dropped:
        release_ms = state.release_from_ms or at_ms
        state = _replace(state, outcome="NEGATIVE", authorised=None, release_from_ms=release_ms)
    if all(candidate.notice in fallen for candidate in state.candidates):
        return _replace(state, stage="NEGATIVE", outcome="NEGATIVE", authorised=None)
    if dropped and not state.underway:
        return _replace(
            state, stage="VERIFYING", opened_ms=at_ms, notice=None, outcome=None, checked=None, message="",
            answer=None, release_from_ms=0, sides=state.sides & {"PROTECTED_PERSON", "REDRESS_OPEN"},
        )  # fmt: skip
    return state


def _cleared(state: Encounter, event: PairCleared) -> Encounter | Refusal:
    if event.notice not in state.refuted:
        return Refusal(rule="C-04", found="nobody found this person to be another", instead="verify first")
    return _replace(state, cleared=state.cleared | {event.notice})


def _checked(state: Encounter, event: LiveChecked) -> Encounter | Refusal:
    if state.notice is None or state.notice.notice != event.notice:
        return Refusal(rule="V-01", found="no person verified this notice", instead="verify the candidate first")
    state = _replace(state, checked=event)
    if state.stage in {"POSITIVE", "INCONCLUSIVE"}:
        state = _replace(state, stage="NOTICE_CHECKED")
    if event.flag is not None:
        state = _replace(state, sides=state.sides | {"FLAGGED_HERE"})
    if event.protected:
        state = _replace(state, sides=state.sides | {"PROTECTED_PERSON"})
    side = _SIDE_OF.get(event.status)
    return state if side is None else _with_side(state, event.notice, side, event.at_ms)


def _contacted(state: Encounter, event: OriginatorContacted) -> Encounter | Refusal:
    if "PROTECTED_PERSON" in state.sides:
        return Refusal(
            rule="P-03", found="the person is protected against the originator",
            instead="tell this member's oversight, and nobody else",
        )  # fmt: skip
    if event.about == "NEGATIVE":
        if event.notice not in state.refuted:
            return Refusal(rule="C-04", found="the verification was not negative", instead="verify first")
        return _replace(state, told=state.told | {event.notice})
    if event.about == "ERROR":
        return state
    if state.notice is None or state.notice.notice != event.notice or state.checked is None:
        return Refusal(rule="V-03", found="the notice was not checked live", instead="check it, then ask")
    stage = "ORIGINATOR_CONTACTED" if state.stage == "NOTICE_CHECKED" else state.stage
    return _replace(state, stage=stage, message=event.message, contacted_ms=event.at_ms, received=False, answer=None)


def _received(state: Encounter, event: MessageReceived) -> Encounter | Refusal:
    if not event.message or event.message != state.message:
        return Refusal(rule="C-01", found="this receipt is for another message", instead="file it with its encounter")
    return _replace(state, received=True)


def _answered(state: Encounter, event: OriginatorAnswered) -> Encounter | Refusal:
    notice = state.notice
    if notice is None or not state.message or event.message != state.message or event.notice != notice.notice:
        return Refusal(rule="C-01", found="nothing was asked that this answers", instead="contact the originator first")
    if event.member != notice.notice.partition(":")[0] or not event.officer:
        return Refusal(rule="C-02", found="only an officer of the originator answers", instead="wait for its answer")
    stage = "ANSWERED" if state.stage == "ORIGINATOR_CONTACTED" else state.stage
    state = _replace(state, stage=stage, answer=event.answer, received=True)
    if event.answer == "DENY":
        return _settled(_replace(state, refuted=state.refuted | {notice.notice}, decided_ms=event.at_ms), event.at_ms)
    return _with_side(state, notice.notice, "ANNULLED", event.at_ms) if event.answer == "WITHDRAW" else state


def _authorised(state: Encounter, event: ActionAuthorised, charter: Charter) -> Encounter | Refusal:
    refusal = refuse_authorisation(state, event, charter)
    if refusal is not None:
        return refusal
    stage = state.stage if state.underway or state.reported_ms else "ACTION_AUTHORISED"
    return _replace(state, stage=stage, authorised=event.action, independent=event.independent)


def _acted(state: Encounter, event: ActionTaken, charter: Charter) -> Encounter | Refusal:
    refusal = refuse_action(state, event, charter)
    if refusal is not None:
        return refusal
    stage = state.stage if state.reported_ms else "ACTION_TAKEN"
    # A hold that becomes an arrest is one deprivation of liberty: its clocks run from the first minute.
    from_ms = state.action_ms if is_in_custody(state) else event.at_ms
    custody = state.custody if is_in_custody(state) else frozenset()
    return _replace(
        state, stage=stage, action=event.action, underway=True, action_ms=from_ms, child=state.child or event.child,
        custody=custody, authorised=None,
    )  # fmt: skip


def _ended(state: Encounter, event: ActionEnded) -> Encounter | Refusal:
    if not state.underway:
        return Refusal(rule="A-02", found="no action is under way", instead="nothing to end: the person is free")
    return _settled(_replace(state, underway=False, authorised=None), event.at_ms)


def _custody(state: Encounter, event: CustodyStep) -> Encounter | Refusal:
    if not is_in_custody(state):
        return Refusal(rule="A-05", found="nobody is held in this encounter", instead="record it where they are held")
    asylum_ms = event.at_ms if event.act == "ASYLUM_CLAIMED" and not state.asylum_ms else state.asylum_ms
    return _replace(state, custody=state.custody | {event.act}, asylum_ms=asylum_ms)


def _reported(state: Encounter, event: HitReported) -> Encounter | Refusal:
    if state.notice is None or state.notice.notice != event.notice or must_release(state):
        return Refusal(rule="C-03", found="there is no hit to report", instead="report only what was verified")
    if "PROTECTED_PERSON" in state.sides:
        return Refusal(
            rule="P-03", found="a hit on a protected person is never reported to the state fled",
            instead="tell this member's oversight, and nobody else",
        )  # fmt: skip
    empty = empty_items(event)
    if empty:
        return Refusal(rule="C-03", found=f"empty: {', '.join(empty)}", instead="fill each, or say why not")
    return _replace(state, stage="HIT_REPORTED", reported_ms=event.at_ms)


def empty_items(event: HitReported) -> tuple[str, ...]:
    """Return the items of the nine that say nothing, and not why (rule C-03)."""
    filled = {item.item for item in event.items if item.text or item.not_obtained_because}
    return tuple(sorted(REPORT_ITEMS - filled))


def _followed_up(state: Encounter, event: FollowedUp) -> Encounter | Refusal:
    if "PROTECTED_PERSON" in state.sides:
        return Refusal(
            rule="P-03", found="nothing more is told to the state that this person fled",
            instead="tell this member's oversight, and nobody else",
        )  # fmt: skip
    if not state.reported_ms:
        return Refusal(rule="C-03", found="the hit was not reported", instead="report it first")
    if event.leaflet and state.notice is not None and state.notice.action == "DISCREET_REPORT":
        return Refusal(rule="A-01", found="a leaflet would tell the subject", instead="leave it out")
    return _replace(state, stage="FOLLOWED_UP", followed_up=True)


def _closed(state: Encounter, event: EncounterClosed, policy: Policy) -> Encounter | Refusal:
    if state.underway:
        return Refusal(rule="A-04", found="an action is still under way", instead="end it, and record when")
    owed = [
        one.duty for one in open_duties(state, policy)[1]
        if one.duty.act != "CLOSE" and (one.duty.owed_by == state.member or one.by_ms >= event.at_ms)
    ]  # an originator that stayed silent for as long as it had keeps nobody's encounter open (state 7: SILENT)
    if owed:
        acts = ", ".join(dict.fromkeys(duty.act for duty in owed))
        return Refusal(rule=owed[0].rule, found=f"still owed: {acts}", instead="do these first")
    if state.stage == "QUERIED":
        return Refusal(rule="Q-01", found="the query has no answer yet", instead="record the answer")
    if review_owed(state, policy) and event.reviewer_unit in {"", state.unit}:
        return Refusal(rule="C-03", found="a review by another unit is owed", instead="have another unit review it")
    return _replace(state, stage="CLOSED")


def _with_side(state: Encounter, notice: str, side: Side, at_ms: int) -> Encounter:
    """Enter a side state. One that concerns a candidate not in hand takes that candidate out of play."""
    in_hand = state.notice is not None and state.notice.notice == notice
    if side in {"PROTECTED_PERSON", "REDRESS_OPEN"}:
        return _replace(state, sides=state.sides | {side})
    if in_hand:
        void = state.void | {notice} if side == "ANNULLED" else state.void
        state = _replace(
            state, sides=state.sides | {side}, void=void, authorised=None,
            release_from_ms=state.release_from_ms or at_ms,
        )  # fmt: skip
        return _settled(state, at_ms)
    return _settled(_replace(state, void=state.void | {notice}), at_ms)


def _status_changed(state: Encounter, event: NoticeStatusChanged) -> Encounter | Refusal:
    if _candidate(state, event.notice) is None:
        return Refusal(rule="V-04", found="the notice is no candidate here", instead="tell the encounters it concerns")
    side = _SIDE_OF.get(event.status)
    if side is not None:
        return _with_side(state, event.notice, side, event.at_ms)
    # In force again: a block is lifted; what was annulled stays so, and is verified anew elsewhere.
    lifted = _replace(state, sides=state.sides - {"BLOCKED"})
    return lifted if must_release(lifted) else _replace(lifted, release_from_ms=0)
