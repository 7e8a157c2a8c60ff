"""Steps of an encounter that officers take, from opening a candidate to closing the case.

Knows:    which event each step makes, and what software adds: pairs, messages, live checks.
Told:     requests that name the encounter and who acts.
Answers:  how the encounter stands after the step; a refusal with its rule and what to do instead.
Trusted:  yes.

`anyway` says that something was done although the procedure refuses it. It is recorded with the rule that
refused it, and oversight sees it; nothing else makes it easier. Source: PROCEDURE section 3.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Literal

import msgspec

from evenhand.casework.office import refused
from evenhand.ground.errors import PeerUnreachableError
from evenhand.node.deciding.acting import actor, present_person
from evenhand.node.deciding.clearing import clearing
from evenhand.node.deciding.driving import live_head
from evenhand.node.deciding.looking import EncounterView, encounter_of, view_of
from evenhand.node.deciding.sheltering import asked_about, shows_refugee
from evenhand.node.deciding.statuses import held_of, status_of
from evenhand.node.deciding.stepping import Step, base, candidate, in_hand, take
from evenhand.node.site import Site
from evenhand.notices.model import Action
from evenhand.screening.coercion import Refusal
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    CandidateOpened,
    Comparison,
    CustodyAct,
    CustodyStep,
    EncounterClosed,
    Identifier,
    LiveChecked,
    Outcome,
    SideStateEntered,
    Verified,
)
from evenhand.screening.ladder import is_adverse
from evenhand.trust.permissions import Permission

_CATCH_UP_SECONDS: Final = 3.0


async def open_candidate(site: Site, request: Step) -> EncounterView:
    """Say that an officer reads the evidence now. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    return take(site, request, CandidateOpened(**base(site, state, who)))


class Verify(Step, frozen=True, kw_only=True):
    """What was compared, what could have been, and what the officer and a second person found.

    Where people have accounts, whoever is named beside the officer types a one-time code of their own.
    """

    notice: str
    outcome: Outcome
    compared: tuple[Comparison, ...] = ()
    available: tuple[Identifier, ...] = ()
    second: str = ""
    second_code: str = ""
    supervisor: str = ""
    supervisor_code: str = ""
    grounds: str = ""


async def verify(site: Site, request: Verify) -> EncounterView:
    """Record a verification. A NEGATIVE writes the cleared pair and tells the originator by itself."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = candidate(state, request.notice)
    event = Verified(
        **base(site, state, who), notice=notice, outcome=request.outcome, compared=request.compared,
        available=request.available, grounds=request.grounds,
        second=present_person(site, request.second, request.second_code, Permission.CANDIDATE_OPEN),
        supervisor=present_person(
            site, request.supervisor, request.supervisor_code, Permission.INCONCLUSIVE_DECIDE
        ),
    )  # fmt: skip
    if request.outcome != "NEGATIVE":
        take(site, request, event)
        # Members are asked now, so that their words are here when the originator must be told (rules P-03 and C-01).
        fresh = encounter_of(site, state.encounter)
        if fresh.notice is not None and fresh.notice.notice == notice:
            await asked_about(site, fresh, notice)
        return view_of(site, encounter_of(site, state.encounter))
    begins = {"at_ms": event.at_ms, "unit": who.unit, "officer": who.officer}
    events, items = clearing(site.casework, state, notice, request.grounds, base=begins)
    return take(site, request, event, *events, also=tuple(items))


class Check(Step, frozen=True, kw_only=True):
    """Whether the person is known to be protected against the originator (a refugee document says so by itself)."""

    protected: bool = False


async def check(site: Site, request: Check) -> EncounterView:
    """Ask the originator's own node now, and record how the notice stands. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = in_hand(state)
    key = notice.notice
    reached, age_ms = await _reach(site, key.partition(":")[0])
    now = site.casework.now_ms
    standing, held = site.member.view.now(key, now), held_of(site.member, key)
    latest = None if held is None else held.latest
    flag: Action | None = standing.action if standing is not None and standing.flagged_here else None  # type: ignore[assignment]
    if site.casework.standing(key.partition(":")[0]).coercive_as_discreet and is_adverse(notice.action):
        flag = "DISCREET_REPORT"
    said = await asked_about(site, state, key)
    protected = request.protected or shows_refugee(site, state) or (said is not None and said.report == "no")
    event = LiveChecked(
        **base(site, state, who), notice=key, version=0 if latest is None else latest.number,
        status=status_of(site.member, key, now), reached=reached, view_age_ms=age_ms, flag=flag,
        protected=protected, compatible=_is_compatible(site, key, now),
    )  # fmt: skip
    return take(site, request, event)


async def _reach(site: Site, code: str) -> tuple[bool, int]:
    """Return whether the originator's ledger was asked now and is held as it stands, else how old the copy is."""
    if code == site.member.code:
        return True, 0
    heard = site.member.ledgers.heard_ms.get(code)
    age_ms = site.casework.now_ms - heard if heard is not None else site.casework.office.policy.stale_offline_ms + 1
    try:
        head = await live_head(site, code)
    except PeerUnreachableError:
        return False, age_ms
    loop, log = asyncio.get_running_loop(), site.member.ledgers.log(code)
    deadline = loop.time() + _CATCH_UP_SECONDS
    while site.driver is not None and log.size < head.size and loop.time() < deadline:
        await site.driver.activity(site.member.activity, deadline - loop.time())
    same = log.size >= head.size and log.root_at(head.size) == head.root
    return same, 0 if same else age_ms


def _is_compatible(site: Site, key: str, now_ms: int) -> bool:
    """Say whether no linked notice on the same person asks for discretion where this one would be felt."""
    standing = site.member.view.now(key, now_ms)
    if standing is None:
        return True
    others = [site.member.view.now(other, now_ms) for _, relation, other in standing.links if relation == "same_person"]
    return not any(
        one is not None and one.notice.action == "DISCREET_REPORT" and is_adverse(standing.notice.action)
        for one in others
    )


class Authorise(Step, frozen=True, kw_only=True):
    """The action, its registered legal basis, why no milder one serves; `independent`: a domestic ground of its own."""

    action: Action
    legal_basis: str = ""
    proportionality: str = ""
    independent: bool = False


async def authorise(site: Site, request: Authorise) -> EncounterView:
    """Authorise an action, as somebody who did not verify. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    event = ActionAuthorised(
        **base(site, state, who), action=request.action, legal_basis=request.legal_basis,
        proportionality=request.proportionality, independent=request.independent,
    )  # fmt: skip
    return take(site, request, event)


class Act(Step, frozen=True, kw_only=True):
    """What is done, where, with what force; a NO BOARD names a telephone that a person answers."""

    action: Action
    place: str = ""
    force: str = "none"
    telephone: str = ""
    subject_told: bool = False
    child: bool = False


async def act(site: Site, request: Act) -> EncounterView:
    """Record that an action begins. Raises RefusedError, which names what is missing."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    event = ActionTaken(
        **base(site, state, who), action=request.action, place=request.place, force=request.force,
        telephone=request.telephone, subject_told=request.subject_told, child=request.child,
    )  # fmt: skip
    return take(site, request, event)


class End(Step, frozen=True, kw_only=True):
    """How an action ended."""

    how: Literal["RELEASED", "HANDED_OVER", "DONE"] = "RELEASED"


async def end(site: Site, request: End) -> EncounterView:
    """Record that an action is over: a release is never refused. Raises RefusedError if none is under way."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    return take(site, request, ActionEnded(**base(site, state, who), how=request.how))


class Custody(Step, frozen=True, kw_only=True):
    """A guarantee given, claimed or passed on."""

    act: CustodyAct
    note: str = ""


async def custody(site: Site, request: Custody) -> EncounterView:
    """Record a guarantee of a person who is held. Raises RefusedError if nobody is."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    return take(site, request, CustodyStep(**base(site, state, who), act=request.act, note=request.note))


class Close(Step, frozen=True, kw_only=True):
    """The unit that reviewed it, where a review is owed; where people have accounts, that of whoever closes it."""

    reviewer_unit: str = ""


async def close(site: Site, request: Close) -> EncounterView:
    """Close an encounter to which nothing is owed any more. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    reviewer = request.reviewer_unit
    if not site.caller.is_owner:
        if reviewer not in {"", who.unit}:
            raise refused(Refusal(
                rule="C-03", found=f"you are of {who.unit} and cannot review for {reviewer[:40]}",
                instead="have somebody of that unit close it: whoever closes has reviewed, for their own unit",
            ))  # fmt: skip
        reviewer = who.unit if who.unit != state.unit else ""
    return take(site, request, EncounterClosed(**base(site, state, who), reviewer_unit=reviewer))


class SideState(Step, frozen=True, kw_only=True):
    """A fact that changes what may be done, and the candidate it concerns."""

    side: Literal["MISUSED_IDENTITY", "PROTECTED_PERSON", "REDRESS_OPEN"]
    notice: str


async def side(site: Site, request: SideState) -> EncounterView:
    """Record misuse of the identity, protection, or open redress. Raises InputError or RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = candidate(state, request.notice)
    return take(site, request, SideStateEntered(**base(site, state, who), side=request.side, notice=notice))


STEPS: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("encounter.open", Step, open_candidate),
    ("encounter.verify", Verify, verify),
    ("encounter.check", Check, check),
    ("encounter.authorise", Authorise, authorise),
    ("encounter.act", Act, act),
    ("encounter.end", End, end),
    ("encounter.custody", Custody, custody),
    ("encounter.close", Close, close),
    ("encounter.side", SideState, side),
)
