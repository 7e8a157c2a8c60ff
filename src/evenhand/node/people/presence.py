"""Presence: a code by which a second person shows at another's screen that they are there.

Knows:    that whoever asks is signed in as themselves.
Told:     by that person, in a session of their own: password and authenticator, or a provider.
Answers:  eight digits that count once, for two minutes.
Trusted:  yes: a second pair of eyes that is only a name is no second pair of eyes.

Source: PROCEDURE section 3 state 3 (a second person) and section 4 (declared exceptions).
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import RefusedError
from evenhand.node.site import Operation, Site


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request without parameters."""


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The code, to be typed at the other's screen, and until when."""

    code: str
    until: str


async def present(site: Site, _: Nothing) -> Presence:
    """Return a code for whoever is signed in. Raises RefusedError for the owner of a node, and for programs."""
    caller = site.caller
    if caller.is_owner or caller.is_machine:
        raise RefusedError(
            "only a person with an account can be a second person", why="rule V-01: another one looks again",
            remedy="sign in: `evenhand sign-in NAME`",
        )  # fmt: skip
    code, until_ms = site.people.new_code(caller.who)
    site.record("people.present", {"account": caller.who})
    return Presence(code=code, until=format_ms(until_ms))


PRESENCE: Final = (Operation("people.code", Nothing, "operate", present),)
