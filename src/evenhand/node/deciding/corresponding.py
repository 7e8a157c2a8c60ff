"""Letters of an encounter: to the originator and back, read by people, answered by name.

Knows:    which letter each step sends; who may answer what.
Told:     requests of posts and liaison officers.
Answers:  encounters after a step; letters that wait; answers on their way.
Trusted:  yes. Source: PROCEDURE section 3 states 6, 7, 10 and 11.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from evenhand.casework.letters import Fault, FollowUp, Hit, Letter, Reply, Report, awaits_reader, is_urgent
from evenhand.casework.mailroom import Kept
from evenhand.casework.records import LetterRecord, LetterStep
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotFoundError, RefusedError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import page_of
from evenhand.node.deciding.acting import Acting, actor, note_look
from evenhand.node.deciding.looking import EncounterView, encounter_of
from evenhand.node.deciding.sheltering import shelter, shelter_error
from evenhand.node.deciding.statuses import held_of
from evenhand.node.deciding.stepping import Step, base, candidate, in_hand, letter_to, take
from evenhand.node.site import Site
from evenhand.screening.encounter import Encounter, is_in_custody
from evenhand.screening.events import (
    Answer,
    Comparison,
    ExceptionDeclared,
    FollowedUp,
    HitReported,
    OriginatorContacted,
    ReportItem,
    Urgency,
    Verified,
)


class Contact(Step, frozen=True, kw_only=True):
    """How urgent the message to the originator is and why; `reach` is where a person answers here."""

    urgency: Urgency = "URGENT"
    reason: str = ""
    reach: str = ""


async def contact(site: Site, request: Contact) -> EncounterView:
    """Send the hit message: a sealed entry that only the originator opens. Raises RefusedError.

    Nothing leaves about a person whom a member protects against the originator, or while one may still say so.
    """
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = in_hand(state)
    excepted = await shelter(site, state, who)
    state = encounter_of(site, request.encounter)
    content = Hit(
        version=notice.version, outcome=state.outcome or "", compared=_compared(site, state),
        held=is_in_custody(state), reason=request.reason, reach=request.reach,
    )  # fmt: skip
    letter, item = letter_to(site, state, notice.notice, content, request.urgency)
    event = OriginatorContacted(
        **base(site, state, who), notice=letter.notice, message=letter.letter, urgency=request.urgency,
        reason=request.reason, without=_silent(excepted),
    )  # fmt: skip
    return take(site, request, *excepted, event, also=(item,))


def _silent(excepted: tuple[ExceptionDeclared, ...]) -> tuple[str, ...]:
    """Return the members that an exception says were silent."""
    return tuple(code for one in excepted for code in one.silent)


def _compared(site: Site, state: Encounter) -> tuple[Comparison, ...]:
    events = site.casework.office.events(state.encounter)
    return next((event.compared for event in reversed(events) if isinstance(event, Verified)), ())


class ReportHit(Step, frozen=True, kw_only=True):
    """The nine items of a hit report."""

    items: tuple[ReportItem, ...]


async def report(site: Site, request: ReportHit) -> EncounterView:
    """Report the hit to the originator, with nine items or why one was not obtained. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = in_hand(state)
    excepted = await shelter(site, state, who)
    state = encounter_of(site, request.encounter)
    event = HitReported(
        **base(site, state, who), notice=notice.notice, items=request.items, without=_silent(excepted)
    )
    content = Report(items=request.items, action=state.action or "NONE")
    _, item = letter_to(site, state, notice.notice, content, "URGENT" if notice.terrorism else "ROUTINE")
    return take(site, request, *excepted, event, also=(item,))


class Follow(Step, frozen=True, kw_only=True):
    """What came of it; `leaflet` is the redress leaflet given, never for a discreet notice."""

    outcome: Literal["UPDATED", "DELETED", "JUSTIFIED", "HANDED_OVER"]
    leaflet: str = ""
    text: str = ""


async def follow_up(site: Site, request: Follow) -> EncounterView:
    """Record what came of a hit, and tell the originator. Raises RefusedError."""
    state, who = encounter_of(site, request.encounter), actor(site, request)
    event = FollowedUp(**base(site, state, who), outcome=request.outcome, leaflet=request.leaflet)
    notice = in_hand(state)
    _, item = letter_to(site, state, notice.notice, FollowUp(outcome=request.outcome, text=request.text), "ROUTINE")
    return take(site, request, event, also=(item,))


class TellError(Step, frozen=True, kw_only=True):
    """Evidence of an error in a candidate's notice."""

    notice: str
    evidence: str


async def tell_error(site: Site, request: TellError) -> EncounterView:
    """Tell the originator of an error in its notice (PROCEDURE section 2: within two working days).

    It says that somebody is here: not where a member protects this person, or has not said. Raises RefusedError.
    """
    state, who = encounter_of(site, request.encounter), actor(site, request)
    notice = candidate(state, request.notice)
    await shelter_error(site, state, who, notice)
    version = next(one.version for one in state.candidates if one.notice == notice)
    letter, item = letter_to(site, state, notice, Fault(version=version, evidence=request.evidence), "ROUTINE")
    event = OriginatorContacted(**base(site, state, who), notice=notice, message=letter.letter, about="ERROR")
    return take(site, request, event, also=(item,))


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as its reader sees it."""

    letter: str
    sender: str
    recipient: str
    encounter: str
    notice: str
    urgency: str
    kind: str
    at: str
    read_by: str
    escalated: bool
    answered: bool
    says: dict[str, Any]


class Letters(msgspec.Struct, frozen=True, kw_only=True):
    """A page of letters, those that wait longest and matter most first."""

    letters: tuple[LetterView, ...]
    next: str | None


class Inbox(Acting, frozen=True, kw_only=True):
    """`everything`: also what was read, and what was sent. `cursor`: where the last page ended."""

    everything: bool = False
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


async def inbox(site: Site, request: Inbox) -> Letters:
    """List the letters that wait for a reader: escalated ones first, then urgent ones. Raises InputError."""
    site.casework.tick()
    mailroom = site.casework.office.mailroom
    page, following = page_of(
        mailroom.kept.values() if request.everything else mailroom.unread(), _place, limit=request.limit,
        after=request.cursor, question=["encounter.inbox", request.everything],
    )  # fmt: skip
    return Letters(letters=tuple(_view(one, with_text=False) for one in page), next=following)


def _place(one: Kept) -> str:
    return f"{int(not one.escalated)} {int(not is_urgent(one.letter))} {one.record.at_ms:020} {one.letter.letter}"


def _view(kept: Kept, *, with_text: bool) -> LetterView:
    letter = kept.letter
    says: dict[str, Any] = msgspec.to_builtins(letter.content)
    kind = str(says.pop("body"))
    return LetterView(
        letter=letter.letter, sender=letter.sender, recipient=letter.recipient, encounter=letter.encounter,
        notice=letter.notice, urgency=letter.urgency, kind=kind, at=format_ms(kept.record.at_ms),
        read_by=kept.read_by, escalated=kept.escalated, answered=kept.answered, says=says if with_text else {},
    )  # fmt: skip


class LetterRequest(Acting, frozen=True, kw_only=True):
    """A letter, or a unique beginning of its id."""

    letter: str


def _kept(site: Site, wanted: str) -> Kept:
    """Return the letter that an id or a unique beginning names; receipts and reminders bear the id of their letter."""
    found = [
        one for name, one in site.casework.office.mailroom.kept.items()
        if wanted and name.startswith(wanted) and (awaits_reader(one.letter) or name == wanted)
    ]  # fmt: skip
    exact = [one for one in found if one.letter.letter == wanted]
    if len(exact or found) != 1:
        raise NotFoundError(f"{wanted[:40]!r} names no single letter", remedy="see `evenhand encounter inbox`")
    return (exact or found)[0]


async def read(site: Site, request: LetterRequest) -> LetterView:
    """Open a letter; that it was read, and by whom, is recorded. Raises NotFoundError."""
    who, kept = actor(site, request), _kept(site, request.letter)
    if not kept.read_by and (not kept.record.outgoing or kept.letter.recipient == site.member.code):
        step = LetterStep(letter=kept.letter.letter, act="READ", at_ms=site.casework.now_ms, officer=who.officer)
        site.casework.office.write([(step, "case")], site.casework.now_ms)
    note_look(site, who, "letter.read", kept.letter.letter)
    return _view(kept, with_text=True)


class Respond(LetterRequest, frozen=True, kw_only=True):
    """The originator's answer to a hit message."""

    answer: Answer
    text: str = ""


async def respond(site: Site, request: Respond) -> LetterView:
    """Answer a hit message as an officer of the originator. Raises NotFoundError or RefusedError."""
    who, kept = actor(site, request), _kept(site, request.letter)
    asked, casework = kept.letter, site.casework
    if not isinstance(asked.content, Hit) or asked.recipient != site.member.code:
        raise RefusedError(
            "this letter asks for no answer of ours", why="rule C-02: the originator answers hit messages",
            remedy="see which do: `evenhand encounter inbox`",
        )  # fmt: skip
    held = held_of(site.member, asked.notice)
    version = held.latest.number if held is not None and held.latest is not None else 0
    reply = Letter(
        letter=casework.new_id(), sender=site.member.code, recipient=asked.sender, encounter=asked.encounter,
        notice=asked.notice, urgency="FLASH" if is_urgent(asked) else "ROUTINE",
        content=Reply(to_letter=asked.letter, answer=request.answer, version=version, officer=who.officer,
                      text=request.text),
    )  # fmt: skip
    step = LetterStep(letter=asked.letter, act="READ", at_ms=casework.now_ms, officer=who.officer)
    record = LetterRecord(letter=reply, outgoing=True, at_ms=casework.now_ms)
    casework.office.write([(step, "case"), (record, "case")], casework.now_ms)
    if asked.sender == site.member.code:
        casework.deliver_own(reply)
    if casework.tick():
        site.wake()
    return _view(casework.office.mailroom.kept[reply.letter], with_text=True)


CORRESPONDING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("encounter.contact", Contact, contact),
    ("encounter.report", ReportHit, report),
    ("encounter.follow-up", Follow, follow_up),
    ("encounter.error", TellError, tell_error),
    ("encounter.inbox", Inbox, inbox),
    ("encounter.read", LetterRequest, read),
    ("encounter.answer", Respond, respond),
)
