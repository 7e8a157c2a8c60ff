"""Who acts in an encounter: the person signed in, or on a node without accounts the one who is named.

Knows:    how an officer's id and unit come into an event.
Told:     a site and a request.
Answers:  the actor; a refusal where somebody acts in another's name.
Trusted:  yes: an event in the wrong name would accuse the wrong person.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from evenhand.casework.records import LookRecord
from evenhand.ground.errors import RefusedError, UsageError
from evenhand.node.site import Site
from evenhand.screening.notice_events import EntitlementSet
from evenhand.screening.purpose import Entitlement
from evenhand.trust.permissions import TABLE, Permission, Role, is_allowed


class Acting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every request of an encounter may say: who acts and for which unit, where nobody is signed in."""

    officer: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Actor:
    """An officer's opaque id, the unit, and what the person may look up."""

    officer: str
    unit: str
    entitlement: Entitlement


def actor(site: Site, request: Acting) -> Actor:
    """Return who acts. Raises UsageError where nobody is named, RefusedError for another's name."""
    caller = site.caller
    if not caller.is_owner:
        if request.officer not in {"", caller.who, caller.name}:
            raise RefusedError(
                f"you are signed in as {caller.name} and cannot act as {request.officer[:40]}",
                why="rule A-02: every act has its own person behind it", remedy="have that person sign in",
            )  # fmt: skip
        return Actor(caller.who, caller.unit, caller.entitlement)
    if not request.officer:
        raise UsageError("nobody is named for this act", remedy="name the officer with --officer, or sign in")
    # Whoever comes by a program's key may look up what the key was given for, also where nobody has an account.
    entitled = caller if site.stated.caller is None else site.stated.caller
    return Actor(request.officer, request.unit or site.member.code, entitled.entitlement)


def present_person(site: Site, name: str, code: str, able: Permission | None = None) -> str:
    """Return the id of another person who proves with a one-time code that they took part themselves.

    `able` is what they must be allowed to do. A node without accounts takes the name. Raises NotFoundError or
    RefusedError.
    """
    if not name or site.caller.is_owner:
        return name
    account = site.people.registry.account(name)
    if able is not None and not is_allowed(account.roles, able):
        roles = ", ".join(role for role in Role if able in TABLE[role])
        raise RefusedError(
            f"{account.name} may not do this", why=f"rule V-01: it takes somebody who is {roles}",
            remedy="have such a person look, and type a code of their own",
        )  # fmt: skip
    return site.people.witness(name, code)


def entitle(site: Site, who: Actor) -> None:
    """Record what the actor may look up, where it is not what the rules know."""
    casework = site.casework
    if casework.office.docket.charter.entitlements.get(who.officer) == who.entitlement:
        return
    now = casework.now_ms
    event = EntitlementSet(
        event_id=casework.new_id(), at_ms=now, member=site.member.code, unit=who.unit, officer=who.officer,
        subject=who.officer, purposes=tuple(sorted(who.entitlement.purposes)),
        categories=tuple(sorted(who.entitlement.categories)),
    )  # fmt: skip
    casework.record(event)


def note_look(site: Site, who: Actor, what: str, about: str, refused: str = "") -> None:
    """Record that somebody looked at something, or was refused."""
    look = LookRecord(
        at_ms=site.casework.now_ms, officer=who.officer, role=",".join(sorted(site.caller.roles)), what=what,
        about=about, refused=refused,
    )  # fmt: skip
    site.casework.office.write([(look, "log")], site.casework.now_ms)
