"""The action ladder: what may be done at most, and why no more.

Knows:    the order of actions, flags, the age of the copy, and what lowers a ceiling.
Told:     a notice's action and the circumstances of one encounter.
Answers:  the strongest action allowed, with the words for it.
Trusted:  yes: the procedure and rule A-01 judge by it.

Source: PROCEDURE section 3 (an officer may go down, never up).
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.notices.checks import is_coercive
from evenhand.notices.model import ACTION_LADDER, Action
from evenhand.screening.clocks import Policy

CUSTODY: Final[frozenset[Action]] = frozenset({"HOLD", "ARREST"})
"""Actions that deprive a person of liberty."""


def is_adverse(action: Action) -> bool:
    """Say whether the person is touched, held or turned away: SEARCH and all above it."""
    return is_coercive(action)


def lower_of(first: Action, second: Action | None) -> Action:
    """Return the weaker of two actions; of two equal ones the first; None limits nothing."""
    if second is None or ACTION_LADDER[first] <= ACTION_LADDER[second]:
        return first
    return second


def is_above(action: Action, ceiling: Action) -> bool:
    """Say whether `action` is stronger than `ceiling`.

    REFUSE_ENTRY and NO_BOARD stand on one rung: a border refuses, a carrier does not board.
    """
    return ACTION_LADDER[action] > ACTION_LADDER[ceiling]


class Ceiling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The strongest action allowed, and the words for what set it."""

    action: Action
    because: str


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What bears on the ceiling; `requested` is what the notice asks for, ages in milliseconds."""

    requested: Action
    flag: Action | None = None
    view_age_ms: int = 0
    offline: bool = False
    annulled: bool = False
    protected: bool = False
    misused: bool = False
    blocked: bool = False


def ceiling(facts: Circumstances, policy: Policy) -> Ceiling:
    """Return the lowest of all ceilings that apply.

    A withdrawn or blocked notice and a misused identity allow nothing. A protected person may be spoken
    to, no more. A copy older than the offline limit yields a discreet report at most.
    """
    if facts.annulled:
        return Ceiling(action="NONE", because="the notice is no longer in force: release now")
    if facts.blocked:
        return Ceiling(action="NONE", because="the notice is blocked while a request for redress is decided")
    if facts.misused:
        return Ceiling(action="NONE", because="the person is the victim of a misused identity")
    found = Ceiling(action=facts.requested, because="the originator asked for no more")
    limits: list[Ceiling] = []
    if facts.flag is not None:
        limits.append(Ceiling(action=facts.flag, because="this member's flag allows no more"))
    if facts.protected:
        limits.append(Ceiling(action="INTERVIEW", because="the person is protected against the originator"))
    if facts.view_age_ms > policy.stale_offline_ms:
        limits.append(Ceiling(action="DISCREET_REPORT", because="the copy is older than the offline limit"))
    for limit in limits:
        if is_above(found.action, limit.action):
            found = limit
    return found


def is_stale(view_age_ms: int, policy: Policy) -> bool:
    """Say whether a copy must be shown as stale (older than the online limit)."""
    return view_age_ms > policy.stale_online_ms
