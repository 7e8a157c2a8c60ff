"""What is known of a person or machine that may use this node.

Knows:    roles, unit, entitlements, and how somebody proves who they are.
Told:     by an administrator and by the person; read back from the deletable store.
Answers:  immutable values, and the caller that a session or key makes of them.
Trusted:  yes: the gate believes what stands here.

An account's id is opaque and is what partners and the decision ledger see; its name stays in this node.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.notices.approvals import OfficerKey, OfficerRole
from evenhand.screening.purpose import PURPOSES, Entitlement
from evenhand.trust.permissions import Permission, Role, check_roles, is_allowed

_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,39}", re.ASCII)
UNIT_CHARACTERS_MAX: Final = 60
OWNER: Final = "owner"
"""Who calls while this node has no accounts: the one who owns the data folder."""
SIGNS: Final[dict[Role, OfficerRole]] = {
    Role.ANALYST: "AUTHOR",
    Role.APPROVER: "NATIONAL",
    Role.LEGAL_REVIEWER: "LEGAL",
    Role.COMPLIANCE_DESK: "COMPLIANCE",
    Role.REDRESS_OFFICER: "REDRESS",
}
"""Roles that sign acts which partners check, and what they sign as."""


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wrong passwords or codes in a row, and until when nothing is tried again."""

    failures: int = 0
    until_ms: int = 0


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One person. Secrets are hashed or sealed; `subject` is `ISSUER|SUB` for who signs in by OIDC.

    `enrolment` is the hash of the one-time code with which a new person sets a password; `totp_step` the last
    time step whose code was used, so that no code is used twice (RFC 6238 section 5.2).
    """

    account: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    active: bool = True
    subject: str = ""
    password: str = ""
    totp: str = ""
    totp_step: int = 0
    enrolment: str = ""
    enrolment_until_ms: int = 0
    lock: Lock = Lock()
    key: OfficerKey | None = None
    sealed_seed: str = ""
    seed_salt: str = ""

    def __post_init__(self) -> None:
        """Check name, unit, roles and purposes. Raises InputError or RefusedError."""
        if not _NAME.fullmatch(self.name):
            raise InputError(f"not a name to sign in with: {self.name[:40]!r}", remedy="use lower-case letters: a.bell")
        if not 1 <= len(self.unit.strip()) <= UNIT_CHARACTERS_MAX:
            raise InputError("a person belongs to a unit", remedy="name it with --unit")
        if not self.roles:
            raise InputError("a person has at least one role", remedy=f"choose of {', '.join(Role)}")
        check_roles(frozenset(self.roles))
        strange = [one for one in self.purposes if one not in PURPOSES]
        if strange:
            raise InputError(f"no purpose is called {strange[0][:40]!r}", remedy=f"choose of {', '.join(PURPOSES)}")


class SessionRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-in that has not ended: the token's hash, its times, and the officer's seed sealed under the token."""

    session: str
    account: str
    token_hash: str
    since_ms: int
    until_ms: int
    seen_ms: int
    sealed_seed: str = ""


class MachineKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key for a program: the token's hash, what it may, and until when."""

    machine: str
    name: str
    token_hash: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    until_ms: int


@dataclass(frozen=True)
class Caller:
    """Who asks: the gate's and every operation's view of a person or machine."""

    who: str
    name: str
    roles: frozenset[Role]
    unit: str
    entitlement: Entitlement
    is_machine: bool = False
    session: str = ""
    key: OfficerKey | None = None
    seed: Callable[[], bytes] | None = field(default=None, repr=False)

    @property
    def is_owner(self) -> bool:
        """Whether this is the data folder's owner on a node without accounts."""
        return self.who == OWNER

    def may(self, permission: Permission) -> bool:
        """Say whether this caller holds a permission."""
        return self.is_owner or is_allowed(self.roles, permission)


def owner(member: str) -> Caller:
    """Return the caller of a node without accounts: whoever can open the folder holds the member's keys."""
    entitlement = Entitlement(purposes=frozenset(PURPOSES), categories=frozenset({"*"}))
    return Caller(who=OWNER, name=OWNER, roles=frozenset(), unit=member, entitlement=entitlement)


def entitlement_of(purposes: tuple[str, ...], categories: tuple[str, ...]) -> Entitlement:
    """Return the entitlement of an account or key."""
    return Entitlement(purposes=frozenset(purposes), categories=frozenset(categories))


def officer_roles(roles: tuple[Role, ...]) -> tuple[OfficerRole, ...]:
    """Return what the holder of these roles signs as, in order."""
    return tuple(sorted(SIGNS[role] for role in roles if role in SIGNS))
