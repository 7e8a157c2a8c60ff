"""The room `people`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from evenhand.client.requests import Call, call, quoted


class AddRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new person; `subject` (`ISSUER|SUB`) for who signs in by OIDC."""

    name: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subject: str = ""


class Added(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The account's opaque id, and the code with which its owner sets a password within a day."""

    account: str
    name: str
    code: str


class BeginRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the provider shall send the person back to."""

    redirect: str


class Begun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sign-in under way: `url` for the person; the rest stays with whoever began it."""

    url: str
    redirect: str
    state: str
    nonce: str
    verifier: str


class ChangeRequestBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be different; what is left out stays. `reset` makes a new enrolment code."""

    roles: tuple[Role, ...] | None = None
    unit: str | None = None
    purposes: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    active: bool | None = None
    reset: bool = False


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one-time code and the password its owner chose."""

    name: str
    code: str
    password: str


class Enrolled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The otpauth URI for an authenticator, shown this once."""

    totp: str


class Everyone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All who may use this node."""

    manned: bool
    people: tuple[PersonLine, ...]
    machines: tuple[MachineLine, ...]


class FinishRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the provider sent back, and what `begin` gave to keep."""

    begun: Begun
    code: str
    state: str


class Journal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of this node's records about who asked for what, oldest first."""

    records: tuple[dict[str, Any], ...]
    next: str | None


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key for a program: its name, roles, unit, entitlement, and how many days it lasts."""

    name: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    days: int = 90


class MachineLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One key for a program, without the key."""

    machine: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    until: str


class Myself(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is signed in."""

    name: str
    account: str
    roles: tuple[str, ...]
    unit: str
    signs_as: tuple[str, ...]


class NewKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key, shown this once."""

    key: str
    until: str


class OpenRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Name, password and the code of this half minute."""

    name: str
    password: str
    code: str


class Opened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session's token and its end."""

    token: str
    until: str


class PersonLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account, without its secrets."""

    account: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    active: bool
    enrolled: bool
    signs_as: tuple[str, ...]
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    sessions: tuple[str, ...]


class Presence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The code, to be typed at the other's screen, and until when."""

    code: str
    until: str


class RevokeRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The id of a session or key (the digits between its underscores), or the name of a person."""

    what: str


class Revoked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many sessions and keys ended."""

    ended: int


Role = Literal[
    "administrator", "analyst", "approver", "compliance_desk", "legal_reviewer", "liaison", "officer", "oversight",
    "redress_officer", "supervisor", "verifier",
]
"""The people of issue and procedure; one person may hold several, within `INCOMPATIBLE`."""


def people_list() -> Call[Everyone]:
    """Accounts, sessions and keys."""
    return call("GET", "/v1/people", Everyone)


def people_add(body: AddRequest, *, once: str = "") -> Call[Added]:
    """Add a person."""
    return call("POST", "/v1/people", Added, body=body, once=once)


def people_change(name: str, body: ChangeRequestBody, *, once: str = "") -> Call[Added]:
    """Change what a person may do."""
    return call("POST", f"/v1/people/{quoted(name)}", Added, body=body, once=once)


def people_key(body: KeyRequest, *, once: str = "") -> Call[NewKey]:
    """Make a key for a program."""
    return call("POST", "/v1/keys", NewKey, body=body, once=once)


def people_revoke(body: RevokeRequest, *, once: str = "") -> Call[Revoked]:
    """End a session, a key, or all sessions of a person."""
    return call("POST", "/v1/revocations", Revoked, body=body, once=once)


def people_journal(*, limit: int = 100, cursor: str = "") -> Call[Journal]:
    """Who asked for what."""
    return call("GET", "/v1/journal", Journal, query={"limit": limit, "cursor": cursor})


def session_open(body: OpenRequest) -> Call[Opened]:
    """Sign in."""
    return call("POST", "/v1/sessions", Opened, body=body)


def session_enrol(body: EnrolRequest) -> Call[Enrolled]:
    """Set a password with a one-time code."""
    return call("POST", "/v1/sessions/enrolment", Enrolled, body=body)


def session_begin(body: BeginRequest) -> Call[Begun]:
    """Begin to sign in with a provider."""
    return call("POST", "/v1/sessions/oidc", Begun, body=body)


def session_finish(body: FinishRequest) -> Call[Opened]:
    """Finish signing in with a provider."""
    return call("POST", "/v1/sessions/oidc/end", Opened, body=body)


def session_show() -> Call[Myself]:
    """Who is signed in."""
    return call("GET", "/v1/session", Myself)


def session_close() -> Call[Revoked]:
    """Sign out."""
    return call("POST", "/v1/session/end", Revoked)


def people_code(*, once: str = "") -> Call[Presence]:
    """Return a code for whoever is signed in."""
    return call("POST", "/v1/operations/people.code", Presence, once=once)
