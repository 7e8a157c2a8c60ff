"""What can be asked about people: accounts, keys for programs, sign-in, sign-out, the journal.

Knows:    the shape of each request.
Told:     by an administrator, or by whoever signs in.
Answers:  one-time codes and tokens, shown once; lists without secrets.
Trusted:  yes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotFoundError, RefusedError
from evenhand.node.people import oidc
from evenhand.node.people.accounts import Account, MachineKey, SessionRow, officer_roles
from evenhand.node.people.journal import JournalRequest, journal
from evenhand.node.site import Operation, Site
from evenhand.trust.permissions import Role, check_roles

T = TypeVar("T")
ALIKE_SECONDS: Final = 0.1
"""From the look at a password to the refusal: what is read and written of an account in between takes a few ms."""
DAY_MS: Final = 86_400_000
KEY_DAYS_MAX: Final = 366


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request; unknown fields are refused."""


class AddRequest(_Request, frozen=True, kw_only=True):
    """A new person; `subject` (`ISSUER|SUB`) for who signs in by OIDC."""

    name: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subject: str = ""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """The account's opaque id, and the code with which its owner sets a password within a day."""

    account: str
    name: str
    code: str


async def add(site: Site, request: AddRequest) -> Added:
    """Add a person. The first must be an administrator: from then on everybody signs in.

    Raises InputError or RefusedError.
    """
    people = site.people
    if people.registry.is_empty and Role.ADMINISTRATOR not in request.roles:
        raise RefusedError(
            "the first account is the administrator's", why="from the first account on everybody must sign in",
            remedy="run `evenhand people add NAME --role administrator --unit UNIT`",
        )  # fmt: skip
    account = Account(account=people.new_id(), **{name: getattr(request, name) for name in request.__struct_fields__})
    code = people.add(account)
    site.record("people.account", {"account": account.account, "roles": list(account.roles), "unit": account.unit})
    return Added(account=account.account, name=account.name, code=code)


class ChangeRequest(_Request, frozen=True, kw_only=True):
    """What is to be different; what is left out stays. `reset` makes a new enrolment code."""

    name: str
    roles: tuple[Role, ...] | None = None
    unit: str | None = None
    purposes: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    active: bool | None = None
    reset: bool = False


async def change(site: Site, request: ChangeRequest) -> Added:
    """Change an account; its sessions end. Raises NotFoundError, InputError or RefusedError."""
    people = site.people
    account = people.registry.account(request.name)
    wanted = {
        name: value for name in ("roles", "unit", "purposes", "categories", "active")
        if (value := getattr(request, name)) is not None
    }  # fmt: skip
    changed = msgspec.structs.replace(account, **wanted)
    check_roles(frozenset(changed.roles))
    others = [one for one in people.registry.all(Account) if one.active and one.account != account.account]
    if not any(Role.ADMINISTRATOR in one.roles for one in (changed, *others) if one.active):
        raise RefusedError("nobody would be left to administer", remedy="add another administrator first")
    people.registry.end_sessions(account.account)
    if changed.key is not None and officer_roles(changed.roles) != changed.key.roles:
        # What a key may sign is vouched for once; other roles are another key.
        changed = msgspec.structs.replace(changed, key=None, sealed_seed="", seed_salt="")
        request = msgspec.structs.replace(request, reset=True)
    code = people.reset(changed) if request.reset else ""
    if not request.reset:
        people.registry.put(changed)
    site.record(
        "people.account",
        {"account": account.account, "roles": list(changed.roles), "unit": changed.unit, "active": changed.active},
    )
    return Added(account=account.account, name=account.name, code=code)


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
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


class MachineLine(msgspec.Struct, frozen=True, kw_only=True):
    """One key for a program, without the key."""

    machine: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    until: str


class Everyone(msgspec.Struct, frozen=True, kw_only=True):
    """All who may use this node."""

    manned: bool
    people: tuple[PersonLine, ...]
    machines: tuple[MachineLine, ...]


class Nothing(_Request, frozen=True, kw_only=True):
    """A request without parameters."""


async def everyone(site: Site, _: Nothing) -> Everyone:
    """List accounts, sessions and keys."""
    registry = site.people.registry
    sessions = registry.all(SessionRow)
    return Everyone(
        manned=not registry.is_empty,
        people=tuple(
            PersonLine(
                account=one.account, name=one.name, roles=one.roles, unit=one.unit, active=one.active,
                enrolled=bool(one.password) or bool(one.subject), signs_as=() if one.key is None else one.key.roles,
                purposes=one.purposes, categories=one.categories,
                sessions=tuple(row.session for row in sessions if row.account == one.account),
            )
            for one in registry.all(Account)
        ),
        machines=tuple(
            MachineLine(machine=one.machine, name=one.name, roles=one.roles, unit=one.unit,
                        until=format_ms(one.until_ms))
            for one in registry.all(MachineKey)
        ),
    )  # fmt: skip


class KeyRequest(_Request, frozen=True, kw_only=True):
    """A key for a program: its name, roles, unit, entitlement, and how many days it lasts."""

    name: str
    roles: tuple[Role, ...]
    unit: str
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    days: int = 90


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key, shown this once."""

    key: str
    until: str


async def new_key(site: Site, request: KeyRequest) -> NewKey:
    """Make a key for a program. Raises InputError or RefusedError."""
    if not 1 <= request.days <= KEY_DAYS_MAX:
        raise RefusedError("a key lasts from one day to a year", remedy="give --days")
    if site.people.registry.is_empty:
        raise RefusedError("there are no accounts yet", remedy="add the administrator first: `evenhand people add`")
    # The same checks of form as for a person's account.
    Account(account="0" * 16, name=request.name, roles=request.roles, unit=request.unit, purposes=request.purposes)
    until_ms = site.member.clock.now_ms() + request.days * DAY_MS
    row = MachineKey(
        machine="", name=request.name, token_hash="", roles=request.roles, unit=request.unit,
        purposes=request.purposes, categories=request.categories, until_ms=until_ms,
    )  # fmt: skip
    token = site.people.new_machine(row)
    site.record("people.key", {"machine": token.split("_")[1], "roles": list(request.roles), "unit": request.unit})
    return NewKey(key=token, until=format_ms(until_ms))


class RevokeRequest(_Request, frozen=True, kw_only=True):
    """The id of a session or key (the digits between its underscores), or the name of a person."""

    what: str


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions and keys ended."""

    ended: int


async def revoke(site: Site, request: RevokeRequest) -> Revoked:
    """End a session, a key, or every session of a person, at once. Raises NotFoundError."""
    registry, what = site.people.registry, request.what
    person = registry.named(what)
    if person is not None:
        ended = registry.end_sessions(person.account)
    elif registry.get(SessionRow, what) is not None or registry.get(MachineKey, what) is not None:
        registry.drop(SessionRow, what)
        registry.drop(MachineKey, what)
        ended = 1
    else:
        raise NotFoundError(f"no session, key or person is called {what[:40]!r}", remedy="see `evenhand people list`")
    site.record("people.revoked", {"what": what, "ended": ended})
    return Revoked(ended=ended)


# -- sign-in ------------------------------------------------------------------------------------------------------


class EnrolRequest(_Request, frozen=True, kw_only=True):
    """The one-time code and the password its owner chose."""

    name: str
    code: str
    password: str


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """The otpauth URI for an authenticator, shown this once."""

    totp: str


async def enrol(site: Site, request: EnrolRequest) -> Enrolled:
    """Set a password with an enrolment code. Raises RefusedError, or BusyError."""
    uri = await _noted(site, request.name, site.people.enrol(request.name, request.code, request.password))
    return Enrolled(totp=uri)


class OpenRequest(_Request, frozen=True, kw_only=True):
    """Name, password and the code of this half minute."""

    name: str
    password: str
    code: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session's token and its end."""

    token: str
    until: str


async def open_session(site: Site, request: OpenRequest) -> Opened:
    """Sign in. Raises RefusedError, or BusyError."""
    people = site.people
    with people.hashing.place():
        proof = await people.prove(request.name, request.password)
        token, row = await _noted(site, request.name, people.sign_in(proof, request.password, request.code))
    return Opened(token=token, until=format_ms(row.until_ms))


async def _noted(site: Site, name: str, attempt: Awaitable[T]) -> T:
    """Try to sign somebody in, and record the attempt whatever comes of it.

    A refusal leaves at the same time whoever is named: how long it took must not say what was written of it.
    """
    registry, loop = site.people.registry, asyncio.get_running_loop()
    before, told_at = registry.named(name), loop.time() + ALIKE_SECONDS
    try:
        found = await attempt
    except RefusedError as error:
        _note_failure(site, before, registry.named(name), error.what)
        await asyncio.sleep(told_at - loop.time())
        raise
    account = registry.named(name)
    site.record("people.sign_in", {"account": "" if account is None else account.account})
    return found


def _note_failure(site: Site, before: Account | None, after: Account | None, refused: str) -> None:
    """Record a failed attempt: by itself where it brought an account nearer to its lock, any other counted."""
    account = "" if after is None else after.account
    is_nearer = before is not None and after is not None and before.lock != after.lock
    if is_nearer or site.people.attempts.is_first(account, refused, site.member.clock.now_ms()):
        site.record("people.sign_in", {"account": account, "refused": refused})


def note_counted(site: Site, *, closing: bool = False) -> None:
    """Record how many attempts failed in the minutes that are over, or, as the node stops, until now."""
    for one in site.people.attempts.due(site.member.clock.now_ms(), closing=closing):
        said = {"account": one.account, "refused": one.refused, "times": one.times, "since_ms": one.since_ms}
        site.record("people.sign_in", said)


class BeginRequest(_Request, frozen=True, kw_only=True):
    """Where the provider shall send the person back to."""

    redirect: str


async def begin(site: Site, request: BeginRequest) -> oidc.Begun:
    """Begin a sign-in by OIDC: where to send the person. Raises RefusedError or PeerUnreachableError."""
    return await oidc.begin(site.folder.read_oidc(), request.redirect)


class FinishRequest(_Request, frozen=True, kw_only=True):
    """What the provider sent back, and what `begin` gave to keep."""

    begun: oidc.Begun
    code: str
    state: str


async def finish(site: Site, request: FinishRequest) -> Opened:
    """Finish a sign-in by OIDC. Raises RefusedError, VerificationError or PeerUnreachableError."""
    provider = site.folder.read_oidc()
    subject = await oidc.finish(
        provider, request.begun, code=request.code, state=request.state, now_ms=site.member.clock.now_ms()
    )
    account = site.people.registry.subject(subject)

    async def attempt() -> tuple[str, SessionRow]:
        return site.people.sign_in_subject(subject)

    token, row = await _noted(site, "" if account is None else account.name, attempt())
    return Opened(token=token, until=format_ms(row.until_ms))


class Myself(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in."""

    name: str
    account: str
    roles: tuple[str, ...]
    unit: str
    signs_as: tuple[str, ...]


async def show_session(site: Site, _: Nothing) -> Myself:
    """Say who is signed in."""
    caller = site.caller
    return Myself(
        name=caller.name, account=caller.who, roles=tuple(sorted(caller.roles)), unit=caller.unit,
        signs_as=() if caller.key is None else caller.key.roles,
    )  # fmt: skip


async def close_session(site: Site, _: Nothing) -> Revoked:
    """Sign out."""
    site.people.registry.drop(SessionRow, site.caller.session)
    site.record("people.signed_out", {"account": site.caller.who})
    return Revoked(ended=int(bool(site.caller.session)))


PEOPLE: Final = (
    Operation("people.add", AddRequest, "operate", add),
    Operation("people.change", ChangeRequest, "operate", change),
    Operation("people.list", Nothing, "operate", everyone),
    Operation("people.key", KeyRequest, "operate", new_key),
    Operation("people.revoke", RevokeRequest, "operate", revoke),
    Operation("people.journal", JournalRequest, "operate", journal),
    Operation("session.enrol", EnrolRequest, "operate", enrol),
    Operation("session.open", OpenRequest, "operate", open_session),
    Operation("session.begin", BeginRequest, "operate", begin),
    Operation("session.finish", FinishRequest, "operate", finish),
    Operation("session.show", Nothing, "operate", show_session),
    Operation("session.close", Nothing, "operate", close_session),
)
