"""The redress desk: receive, assess, block, decide, answer; each step at the member that may take it.

Knows:    who may decide, which notices stop meanwhile, and what each step records and sends.
Told:     requests of people; by redress officers.
Answers:  a receipt that says nothing about any list; matters with their clocks.
Trusted:  yes.

The receiver learns nothing it could tell the person: "neither confirm nor deny" begins at the counter.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import check_text
from evenhand.matching.contract import Query
from evenhand.node.cases.lifecycle import change_status
from evenhand.node.cases.shelf import event_fields, sign
from evenhand.node.comparable import in_hand
from evenhand.node.post import send
from evenhand.node.publishing import Outgoing
from evenhand.node.redress import shelf
from evenhand.node.redress.listing import ListRequest, desk
from evenhand.node.redress.model import MATTERS, TARGET_MS, Claimant, Matter, Request, Result, Ruling, What
from evenhand.node.site import Operation, Site
from evenhand.node.telling import new_id
from evenhand.notices.model import NoticeRef, Outcome
from evenhand.notices.proving import outcome_subject
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.notice_events import RedressBlockDecided, RedressDecided, RedressRequested
from evenhand.trust.permissions import check_redress_decider


class Receive(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person asks, and who they are."""

    what: What
    claimant: Claimant
    statement: str


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt for the person: a number and dates, and nothing about any notice."""

    request: str
    target: str
    limit: str


async def receive(site: Site, request: Receive) -> Received:
    """Take in a request of anyone, whatever their nationality. Raises InputError."""
    check_text(request.statement)
    now_ms, who = site.member.clock.now_ms(), request.claimant
    query = Query(
        names=who.names, birth_date=who.birth_date,
        documents=in_hand(who.documents),
    )  # fmt: skip
    found = site.member.find(query).answer.candidates
    row = Request(
        request=new_id(), what=request.what, claimant=who, statement=request.statement, since_ms=now_ms,
        received_by=site.caller.who, possible=tuple(f"{one.originator}:{one.notice_id}" for one in found),
    )  # fmt: skip
    shelf.put_request(site, row)
    site.record("redress.received", {"request": row.request, "who": site.caller.who})
    access = request.what == "ACCESS"
    limit_ms = DEFAULT_POLICY.redress_access_ms if access else DEFAULT_POLICY.redress_deletion_ms
    return Received(
        request=row.request, target=format_ms(now_ms + TARGET_MS), limit=format_ms(now_ms + limit_ms)
    )


class Assess(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notices a request concerns, and whether it is plausible; `decider` is another member if need be."""

    request: str
    notices: tuple[str, ...] = ()
    plausible: bool = False
    decider: str = ""


class Matters(msgspec.Struct, frozen=True, kw_only=True):
    """Matters, oldest first."""

    matters: tuple[Matter, ...]


async def assess(site: Site, request: Assess) -> Matters:
    """Open a matter for each notice concerned; plausible ones block it at once. Raises RefusedError."""
    row, member = shelf.request(site, request.request), site.member
    if row.assessed:
        raise RefusedError("this request was assessed already", remedy="see `evenhand redress list`")
    held = [site.held(one) for one in request.notices]
    made = []
    for one in held:
        decider = request.decider.upper() or member.code
        if decider == one.originator or not member.roster.is_active(decider):
            raise RefusedError(
                f"{decider} cannot decide about {one.key}", why="rule O-01: not the originator, and an active member",
                remedy="name another member with --decider",
            )  # fmt: skip
        made.append(
            Matter(
                matter=new_id(), request=row.request, what=row.what, notice=one.key, plausible=request.plausible,
                version=one.versions[-1].number if one.versions else 0, statement=row.statement, receiver=member.code,
                decider=decider, since_ms=member.clock.now_ms(), documents=row.claimant.documents,
            )
        )  # fmt: skip
    shelf.put_request(site, msgspec.structs.replace(row, assessed=True))
    for matter in made:
        open_matter(site, matter)
        for code in sorted({matter.originator, matter.decider} - {member.code}):
            send(
                site, to=code, topic="redress.request", thread=matter.matter, urgent=matter.plausible,
                body=MATTERS.encode(matter),
            )  # fmt: skip
    return Matters(matters=tuple(shelf.matter(site, one.matter) for one in made))


def open_matter(site: Site, matter: Matter, *, by_software: bool = False) -> None:
    """Keep a matter, record it, and block a notice of ours where it is plausible."""
    shelf.put_matter(site, matter)
    if matter.decider == site.member.code:  # whose clock runs is who decides
        unit = site.member.code if by_software else ""
        fields = event_fields(site, f"{matter.matter}:requested", unit=unit, by_software=by_software)
        site.event(
            RedressRequested(**fields, request=matter.matter, notice=matter.notice, what=matter.what,
                             plausible=matter.plausible)
        )  # fmt: skip
    if matter.plausible and matter.originator == site.member.code:
        held = site.own(matter.notice)
        if held.retracted is None and held.versions and held.status != "BLOCKED":
            change_status(site, matter.notice, "BLOCKED", "redress was asked for", by_software=by_software)


class Block(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the precautionary block of a matter stays; due within ten days."""

    matter: str
    uphold: bool
    reason: str


async def block(site: Site, request: Block) -> Matter:
    """Decide whether the block stays until the matter is decided. Raises RefusedError."""
    matter = _ours_to_decide(site, request.matter)
    check_text(request.reason)
    if not matter.plausible or matter.block:
        raise RefusedError(
            "no block is to be decided", why=matter.block.lower() or "the request blocked nothing",
            remedy="go on with the decision: `evenhand redress decide`",
        )
    matter = msgspec.structs.replace(matter, block="UPHELD" if request.uphold else "LIFTED")
    fields = event_fields(site, f"{matter.matter}:block")
    site.event(RedressBlockDecided(**fields, request=matter.matter, upheld=request.uphold))
    site.record("redress.block", {"matter": matter.matter, "upheld": request.uphold, "reason": request.reason})
    _tell(site, "redress.block", matter)
    return shelf.put_matter(site, matter)


def _ours_to_decide(site: Site, reference: str) -> Matter:
    """Return an open matter that this caller may decide. Raises RefusedError (O-01) or NotFoundError."""
    matter = shelf.matter(site, reference)
    if matter.decider != site.member.code:
        raise RefusedError(f"{matter.decider} decides this matter", remedy="wait, or see `evenhand redress list`")
    if matter.result:
        raise RefusedError(
            "this matter is decided", why=matter.result,
            remedy="answer the person; new facts are a new request: `evenhand redress receive`",
        )
    check_redress_decider(
        decider=(site.member.code, site.caller.unit), originator=matter.originator,
        executors=executors(site, matter.notice),
    )
    return matter


def executors(site: Site, notice: str) -> set[tuple[str, str]]:
    """Return (member, unit) of everyone here who acted on a notice."""
    return set(site.casework.office.overseer.engine.world.executors.get(notice, ()))


def _tell(site: Site, topic: str, matter: Matter) -> None:
    """Send a matter as it now stands to everyone concerned but us."""
    for code in sorted({matter.originator, matter.receiver, matter.decider} - {site.member.code}):
        send(site, to=code, topic=topic, thread=matter.matter, urgent=True, body=MATTERS.encode(matter))


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the originator says about a matter that another member decides."""

    matter: str
    position: str


async def position(site: Site, request: Position) -> Matter:
    """Give the decider our reasons for a notice of ours. Raises RefusedError."""
    matter = shelf.matter(site, request.matter)
    check_text(request.position)
    if matter.originator != site.member.code or matter.result:
        raise RefusedError(
            "no position is asked of us", why="the notice is another's, or the matter is decided",
            remedy="see which matters wait for ours: `evenhand redress list`",
        )
    matter = shelf.put_matter(site, msgspec.structs.replace(matter, position=request.position))
    site.record("redress.position", {"matter": matter.matter, "who": site.caller.who})
    _tell(site, "redress.position", matter)
    return matter


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision: what the person gets, and what becomes of the notice (`ruling` empty for access).

    `reasons` stay between the members concerned; `published_reason` is read by every member and names nobody.
    """

    matter: str
    result: Result
    reasons: str
    ruling: Ruling = ""
    published_reason: str = "decided on redress"


async def decide(site: Site, request: Decide) -> Matter:
    """Decide a matter; a ruling binds every member from this entry on. Raises RefusedError or InputError."""
    matter = _ours_to_decide(site, request.matter)
    check_text(request.reasons)
    if matter.what != "ACCESS" and not request.ruling:
        raise InputError("a decision on correction or deletion says what becomes of the notice", remedy="give --ruling")
    if matter.what == "ACCESS" and request.ruling:
        raise InputError("a request of access changes no notice", remedy="leave --ruling out")
    now_ms = site.member.clock.now_ms()
    if request.ruling:
        _publish_outcome(site, matter, request, now_ms)
    matter = msgspec.structs.replace(
        matter, result=request.result, ruling=request.ruling, reasons=request.reasons, decided_ms=now_ms
    )
    shelf.put_matter(site, matter)
    fields = event_fields(site, f"{matter.matter}:decided")
    site.event(RedressDecided(**fields, request=matter.matter, outcome=request.result))
    _tell(site, "redress.decided", matter)
    return matter


def _publish_outcome(site: Site, matter: Matter, request: Decide, now_ms: int) -> None:
    code, _, notice_id = matter.notice.partition(":")
    # The digest is over everything but the signature, so any signature may stand in its place meanwhile.
    blank = sign(site.caller, "REDRESS", "0" * 64, now_ms)
    outcome = Outcome(
        request=matter.matter, notice=NoticeRef(originator=code, notice_id=notice_id), version=matter.version,
        decision=request.ruling or "KEEP", reason=request.published_reason, decided=blank,
    )  # fmt: skip
    signed = sign(site.caller, "REDRESS", outcome_subject(outcome), now_ms)
    site.member.publish([Outgoing(msgspec.structs.replace(outcome, decided=signed))])
    site.wake()


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person is told."""

    request: str
    text: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The letter to the person, and whether it was in time."""

    request: str
    letter: str
    in_time: bool


_RIGHTS: Final = (
    "You may ask for another look, at this office or at the same office of any other member, and you may go to "
    "the oversight body or a court of this member. Your nationality makes no difference. Your number: {request}."
)


async def answer(site: Site, request: Answer) -> Answered:
    """Answer the person, once every matter is decided. Raises RefusedError."""
    row, now_ms = shelf.request(site, request.request), site.member.clock.now_ms()
    check_text(request.text)
    open_ = [one.matter for one in shelf.matters(site) if one.request == row.request and not one.result]
    if open_ or not row.assessed:
        raise RefusedError(
            "this request is not decided yet", why=f"{len(open_)} matters are open" if open_ else "nobody assessed it",
            remedy="see `evenhand redress list`",
        )  # fmt: skip
    if row.answer:
        raise RefusedError("this request was answered", remedy="take in a new one")
    letter = f"{request.text}\n\n{_RIGHTS.format(request=row.request)}"
    shelf.put_request(site, msgspec.structs.replace(row, answer=letter, answered_ms=now_ms))
    site.record("redress.answered", {"request": row.request, "who": site.caller.who})
    access = row.what == "ACCESS"
    limit_ms = DEFAULT_POLICY.redress_access_ms if access else DEFAULT_POLICY.redress_deletion_ms
    return Answered(request=row.request, letter=letter, in_time=now_ms <= row.since_ms + limit_ms)


class Forget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answered request whose personal data shall go."""

    request: str


async def forget(site: Site, request: Forget) -> Answered:
    """Delete an answered request and its matters from this node. Raises RefusedError or NotFoundError."""
    row = shelf.request(site, request.request)
    if not row.answer:
        raise RefusedError("an open request is not deleted", remedy="answer it first: `evenhand redress answer`")
    gone = [one.matter for one in shelf.matters(site) if one.request == row.request]
    rows = {b"redress/matter/" + name.encode("ascii"): None for name in gone}
    site.member.store.apply({b"redress/request/" + row.request.encode("ascii"): None, **rows})
    site.member.forget_copies()
    site.record("redress.forgotten", {"request": row.request, "who": site.caller.who})
    return Answered(request=row.request, letter="", in_time=True)


DESK: Final = (
    Operation("redress.receive", Receive, "publish", receive),
    Operation("redress.assess", Assess, "publish", assess),
    Operation("redress.block", Block, "publish", block),
    Operation("redress.position", Position, "publish", position),
    Operation("redress.decide", Decide, "publish", decide),
    Operation("redress.answer", Answer, "publish", answer),
    Operation("redress.list", ListRequest, "publish", desk),
    Operation("redress.forget", Forget, "publish", forget),
)
