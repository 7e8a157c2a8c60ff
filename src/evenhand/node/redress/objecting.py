"""Objecting to a notice of a state fled, without saying who is protected, or by whom.

Knows:    the coalition's compliance desk, and how a block is opened there in its own name.
Told:     by a redress officer of the protecting member; as a sealed letter, by the desk's node.
Answers:  a matter at the desk, which blocks the notice at once and is decided there by a person.
Trusted:  yes: the originator learns that the desk blocked its notice, and nothing of whoever asked for it.

Source: PROCEDURE section 2 (refugee check) and section 5; 1951 Refugee Convention art 33.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import check_text
from evenhand.node.cases.workflow import desks_of
from evenhand.node.post import Letter, send
from evenhand.node.redress import shelf
from evenhand.node.redress.desk import open_matter
from evenhand.node.redress.model import MATTERS, Matter
from evenhand.node.site import Operation, Site
from evenhand.node.telling import new_id


class ToObject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of a state fled, and grounds for the desk's redress officer alone."""

    notice: str
    grounds: str


class Objection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`protection.object`: `matter` is chosen by the sender, so that one objection opens one matter."""

    matter: str
    notice: str
    grounds: str


class Objected(msgspec.Struct, frozen=True, kw_only=True):
    """Where the objection went."""

    matter: str
    desk: str


_CODEC: Final = Codec(Objection)


async def object_to(site: Site, request: ToObject) -> Objected:
    """Object at the compliance desk to a notice on somebody protected here. Raises RefusedError."""
    check_text(request.grounds)
    held, own = site.held(request.notice), site.member.code
    desk = min(desks_of(site.member.roster, held.originator))
    if held.originator in {own, desk}:
        raise RefusedError(
            "no desk stands apart from this notice", why=f"{held.originator} would judge its own notice",
            remedy="withdraw it if it is ours, or go through `evenhand redress assess --decider`",
        )  # fmt: skip
    said = Objection(matter=new_id(), notice=held.key, grounds=request.grounds)
    site.record("protection.objected", {"matter": said.matter, "notice": held.key, "who": site.caller.who})
    if desk == own:
        _open(site, said)
    else:
        send(site, to=desk, topic="protection.object", thread=said.matter, body=_CODEC.encode(said), urgent=True)
    return Objected(matter=said.matter, desk=desk)


def take_objection(site: Site, letter: Letter) -> None:
    """Open a matter in the desk's own name; the sender is not named to anyone. Raises InputError."""
    said = _CODEC.decode(letter.body)
    originator = said.notice.partition(":")[0]
    own = site.member.code
    if own not in desks_of(site.member.roster, originator) or originator in {own, letter.sender}:
        raise InputError("this objection is not this desk's to judge")
    if shelf.known(site, said.matter) is None:
        _open(site, said)


def _open(site: Site, said: Objection) -> None:
    held = site.held(said.notice)
    matter = Matter(
        matter=said.matter, request=said.matter, what="DELETION", notice=held.key, plausible=True,
        version=held.versions[-1].number if held.versions else 0, statement="rule P-03", receiver=site.member.code,
        decider=site.member.code, since_ms=site.member.clock.now_ms(),
    )  # fmt: skip
    send(
        site, to=matter.originator, topic="redress.request", thread=matter.matter, urgent=True,
        body=MATTERS.encode(matter),
    )  # fmt: skip
    # The grounds stay here: they may say who is protected.
    open_matter(site, msgspec.structs.replace(matter, statement=said.grounds), by_software=True)


OBJECTING: Final = (Operation("protection.object", ToObject, "publish", object_to),)
