"""Callers over HTTP: a key or a session in an Authorization header, and the one gate of the node.

Knows:    how clients show a token: Bearer; ApiKey, as clients of OpenSanctions do; Basic, as TAXII's do.
Told:     the header of a request.
Answers:  the caller, and for which member it reads; or a refusal.
Trusted:  yes. On a node without accounts the folder's owner may do everything, but only at its own machine:
          over HTTP nobody is the owner, and only keys that the owner made count.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final, Literal

from evenhand.api.problems import HttpError
from evenhand.ground.errors import RefusedError
from evenhand.node.people.accounts import Caller
from evenhand.node.people.gate import POWERS, authorise
from evenhand.node.site import Site
from evenhand.trust.permissions import Permission, check_allowed

Need = Permission | Literal["open"]
_UNAUTHORISED: Final = {"WWW-Authenticate": 'Bearer realm="evenhand", Basic realm="evenhand"'}


def token_in(header: str) -> str:
    """Return the token of an Authorization header, or "" where there is none."""
    scheme, space, rest = header.strip().partition(" ")
    if not space:
        return scheme  # examples of OpenSanctions send the bare key
    if scheme.lower() in {"bearer", "apikey"}:
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(rest, validate=True).partition(b":")[2].decode("ascii")
        except (Base64Error, ValueError):
            return ""
    return ""


def identify(site: Site, token: str, *, acts: bool = True) -> Caller:
    """Return who shows a token; `acts` is False where nothing new is asked. Raises HttpError (401)."""
    people = site.people
    is_session = token.startswith("evs_") and not people.registry.is_empty
    found = people.caller(token, acts=acts) if is_session else people.by_key(token, site.member.clock.now_ms())
    if found is None:
        raise not_known(
            "this key or session is not known here" if token else "no key was sent",
            remedy="send `Authorization: Bearer KEY`; the operator makes one with `evenhand people key`",
        )
    return found


def not_known(what: str, *, why: str = "", remedy: str = "") -> HttpError:
    """Return the refusal of somebody who has not shown who they are."""
    return HttpError(401, what, code="unauthorized", why=why, remedy=remedy, headers=_UNAUTHORISED)


def check_may(site: Site, caller: Caller, operation: str, need: Permission) -> None:
    """Refuse what the caller's roles do not allow. Raises HttpError (403)."""
    try:
        if operation and not site.people.registry.is_empty:
            authorise(caller, operation)
        else:
            check_allowed(caller.roles, need)
    except RefusedError as error:
        raise HttpError(403, error.what, code="forbidden", why=error.why, remedy=error.remedy) from error


def reads_for(site: Site, caller: Caller) -> str:
    """Return the member whose hands a caller's answers reach: another one whose code is the caller's unit, or ours.

    The member need not be active: a key of one that was suspended or expelled must not become a key of ours.
    """
    member = site.member
    return member.roster.code_in(caller.unit) or member.code


def check_reader(site: Site, caller: Caller, *, for_members: bool) -> None:
    """Refuse a key for another member what was not sorted out for that one. Raises HttpError (403).

    `for_members` says whether the path gives each reader only what it was released. People of ours who sign in are not
    another member's programs, whatever their unit is called; with TAXII they read as the member all the same.
    """
    reader = reads_for(site, caller)
    if reader == site.member.code or not (for_members or caller.is_machine):
        return
    if not for_members:
        raise HttpError(
            403, f"this key reads for {reader}, and only with TAXII", code="other_member",
            why=f"its unit is the code of {reader}: anything else here is not sorted by what {reader} was released",
            remedy="poll /taxii2/; for a program of ours have a key made with a unit of ours (`evenhand people key`)",
        )  # fmt: skip
    if not site.member.roster.is_active(reader):
        raise HttpError(
            403, f"nothing is given to {reader} now", code="other_member",
            why=f"it is {site.member.roster.member(reader).status} by the roster",
            remedy="see `evenhand roster show`; the key works again once the member is reinstated",
        )  # fmt: skip


def need_of(operation: str) -> Permission:
    """Return the permission an operation asks for. Raises KeyError for one that names none."""
    return POWERS[operation]
