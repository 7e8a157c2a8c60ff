"""Passing on: data of a notice leaves the unit, and whom its marking and its originator let have it.

Knows:    markings, the roster's parties, and who was given the key to a notice.
Told:     by whoever tells somebody: another member, a domestic authority, a carrier, the public.
Answers:  that it was recorded; a refusal where rule Q-01 would find it, unless it was done already.
Trusted:  yes: what leaves by telephone leaves no other trace.

What this node writes for another member's hands is recorded by itself (`node.exporting`). Source: PROCEDURE
section 2 (handling marking and audience) and rule Q-01; FIRST TLP 2.0.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from evenhand.casework.office import Told
from evenhand.casework.records import JournalRecord
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import InputError, RefusedError
from evenhand.node.deciding.acting import Acting, actor
from evenhand.node.deciding.judging import told as told_of
from evenhand.node.exporting import readers_for
from evenhand.node.site import Site
from evenhand.notices.model import Notice, decode_record
from evenhand.oversight.rules.q import REACH
from evenhand.screening.events import DataReleased


class PassOn(Acting, frozen=True, kw_only=True):
    """Which notice, to whom, and why; `anyway`: it was passed on although the marking forbids it."""

    notice: str
    recipient: str
    reach: Literal["MEMBER", "DOMESTIC", "CARRIER", "PUBLIC"] = "DOMESTIC"
    reason: str = ""
    anyway: bool = False


class PassedOn(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded; `against` says why it may not have been, and is empty where it might."""

    notice: str
    recipient: str
    against: str


async def pass_on(site: Site, request: PassOn) -> PassedOn:
    """Record that data of a notice is passed on. Raises NotFoundError, InputError or RefusedError (rule Q-01)."""
    who, casework, held = actor(site, request), site.casework, site.held(request.notice)
    recipient = request.recipient.strip().upper() if request.reach == "MEMBER" else request.recipient.strip()
    if not recipient or not request.reason.strip():
        raise InputError("passing on names to whom and why", remedy="give --to and --reason")
    latest = held.latest
    if latest is None:
        raise InputError("of this notice nothing is left to pass on", remedy="see `evenhand notice show`")
    notice = decode_record(latest.text)
    assert isinstance(notice, Notice)
    against, outside = "", False
    if request.reach == "MEMBER" and not site.member.roster.is_active(recipient):
        against = f"{recipient} is no party"
    elif request.reach == "MEMBER" and recipient not in {site.member.code, held.originator}:
        outside = recipient not in (readers_for(site.member, held.originator, latest.index, "match", recipient) or ())
        against = f"{recipient} is not in its audience" if outside else ""
    if not against and request.reach not in REACH[notice.handling.tlp]:
        against = f"TLP:{notice.handling.tlp} does not reach {request.reach}"
    if against and not request.anyway:
        raise RefusedError(
            against, why="rule Q-01: the originator decides who is told",
            remedy=f"ask {held.originator} to release it; if it was passed on already, record that with --anyway",
        )  # fmt: skip
    event = DataReleased(
        event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit=who.unit, officer=who.officer,
        notice=held.key, recipient=recipient, reach=request.reach, outside_audience=outside,
    )  # fmt: skip
    why = canonical_bytes({"event": event.event_id, "reason": request.reason}).decode("utf-8")
    also = (*told_of(site, held.key), (JournalRecord(kind="notice.pass-on", text=why), "log"))
    casework.office.take([Told(event=event, keeping="log")], casework.now_ms, also=also)
    casework.tick()
    return PassedOn(notice=held.key, recipient=recipient, against=against)


PASSING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (("notice.pass-on", PassOn, pass_on),)
