"""What must stand before anyone is searched, turned away, held or arrested.

Knows:    verification, live check, originator contact, separate authoriser, legal basis, ceiling.
Told:     an encounter, an authorisation or action, and the charter.
Answers:  None where the act is lawful, or the first refusal, with its rule and what to do instead.
Trusted:  yes: this is the last door before coercion.

Asked twice, at the authorisation and again at the act: what was true an hour ago is not true now.
Source: PROCEDURE section 3 states 3 to 9 and rules V-01 to A-03.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from evenhand.notices.model import Action
from evenhand.screening.clocks import DEFAULT_POLICY, Policy
from evenhand.screening.encounter import Encounter, ceiling_of, must_release
from evenhand.screening.events import ActionAuthorised, ActionTaken
from evenhand.screening.ladder import is_above, is_adverse
from evenhand.screening.purpose import Entitlement, Objection


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a step may not be taken: the rule, what was found, and what to do instead."""

    rule: str
    found: str
    instead: str


def objected(objections: Sequence[Objection]) -> Refusal:
    """Return objections to a query, of which there is one at least, as one refusal."""
    return Refusal(
        rule=objections[0].rule, found="; ".join(one.found for one in objections),
        instead="; ".join(dict.fromkeys(one.remedy for one in objections)),
    )  # fmt: skip


class Charter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the coalition and the member's law fix: periods, entitlements by officer, legal bases.

    A legal basis is registered as (member, action, text).
    """

    policy: Policy = DEFAULT_POLICY
    entitlements: dict[str, Entitlement] = {}
    legal_bases: frozenset[tuple[str, str, str]] = frozenset()


def refuse_authorisation(state: Encounter, event: ActionAuthorised, charter: Charter) -> Refusal | None:
    """Return why this authorisation is refused, or None."""
    refusal = _refuse_any(state, event.action, charter.policy)
    if refusal is not None or not is_adverse(event.action):
        return refusal
    refusal = _refuse_adverse(state, event.at_ms, charter.policy)
    if refusal is not None:
        return refusal
    if not event.officer or event.officer == state.verifier:
        return Refusal(rule="A-02", found="the verifier cannot authorise", instead="ask somebody who did not verify")
    if (event.member, event.action, event.legal_basis) not in charter.legal_bases or event.member != state.member:
        return Refusal(
            rule="A-02", found=f"{event.member} registered no such legal basis for {event.action}",
            instead="name a registered basis, or choose a lower action",
        )  # fmt: skip
    if not event.proportionality:
        return Refusal(rule="A-02", found="no note on proportionality", instead="say why no milder action serves")
    return _refuse_unconfirmed(state, event.action, independent=event.independent)


def refuse_action(state: Encounter, event: ActionTaken, charter: Charter) -> Refusal | None:
    """Return why this act is refused, or None."""
    refusal = _refuse_any(state, event.action, charter.policy)
    if refusal is not None:
        return refusal
    if event.subject_told and event.action == "DISCREET_REPORT":
        return Refusal(rule="A-01", found="the subject of a discreet notice is not told", instead="say nothing")
    if not is_adverse(event.action):
        return None
    refusal = _refuse_adverse(state, event.at_ms, charter.policy)
    if refusal is not None:
        return refusal
    if state.authorised != event.action:
        return Refusal(rule="A-02", found=f"{event.action} was not authorised", instead="have it authorised first")
    if not event.officer or (event.action == "NO_BOARD" and not event.telephone):
        return Refusal(
            rule="V-01", found="no person stands behind this act",
            instead="name the officer, and for NO BOARD a telephone answered day and night",
        )  # fmt: skip
    return _refuse_unconfirmed(state, event.action, independent=state.independent)


def _refuse_any(state: Encounter, action: Action, policy: Policy) -> Refusal | None:
    if action == "NONE":
        return None
    if state.notice is None or state.outcome is None:
        return Refusal(rule="V-01", found="no person verified the candidate", instead="verify it, or release")
    if must_release(state):
        return Refusal(rule="A-04", found="nothing supports acting any more", instead="release now")
    limit = ceiling_of(state, state.notice, policy)
    if is_above(action, limit.action):
        return Refusal(rule="A-01", found=f"at most {limit.action}: {limit.because}", instead=f"choose {limit.action}")
    return None


def _refuse_adverse(state: Encounter, at_ms: int, policy: Policy) -> Refusal | None:
    if not state.second:
        return Refusal(rule="V-01", found="only one person verified", instead="have a second person look")
    if state.outcome == "INCONCLUSIVE" and not state.supervisor:
        return Refusal(rule="V-01", found="inconclusive, and no supervisor decided", instead="ask a supervisor")
    if not state.identifiers_compared:
        return Refusal(
            rule="V-02", found="too few identifiers were compared, or an available one was skipped",
            instead="compare document and biometrics where there are any, and two identifiers besides the name",
        )  # fmt: skip
    checked = state.checked
    if checked is None or not checked.reached or at_ms - checked.at_ms > policy.stale_online_ms:
        return Refusal(rule="V-03", found="no fresh live check", instead="ask the originator's ledger again now")
    if not checked.compatible:
        return Refusal(rule="V-04", found="another notice on the person contradicts", instead="ask both originators")
    if not state.message:
        return Refusal(rule="C-01", found="the originator was not contacted", instead="contact it first")
    return None


def _refuse_unconfirmed(state: Encounter, action: Action, *, independent: bool) -> Refusal | None:
    if state.answer == "CONFIRM" or (action == "HOLD" and independent):
        return None
    return Refusal(
        rule="A-03", found="the originator has not confirmed",
        instead="wait for CONFIRM; a short HOLD needs a domestic ground of its own, recorded as independent",
    )  # fmt: skip
