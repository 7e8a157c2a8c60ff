"""What a post decided while it was cut off, carried to its member and merged without loss; and the member's law.

Knows:    how a post writes down what it did, and in which order it is taken.
Told:     a file of one post by a person of its member; legal bases by a legal reviewer.
Answers:  what was new, what was known, and what the procedure would have refused.
Trusted:  the file is not: it must bear the signature of a post of this member, and be in canonical form.

Every event counts at its own time. Merging twice changes nothing. A step that the procedure refuses was
done all the same: it is recorded with the rule that refused it. Source: PROCEDURE section 3 (offline).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Final, Literal

import msgspec

from evenhand.casework.letters import Letter
from evenhand.casework.office import Item, Told
from evenhand.casework.records import EventRecord, LetterRecord, PairRecord, TermsRecord
from evenhand.ground.canonical import Codec, canonical_bytes
from evenhand.ground.errors import InputError, RefusedError, SignatureInvalidError
from evenhand.node.deciding.acting import Acting, actor
from evenhand.node.deciding.files import read_in, write_out
from evenhand.node.site import Site
from evenhand.notices.model import Action
from evenhand.screening.events import CandidatesShown
from evenhand.screening.notice_events import (
    AcknowledgementOwed,
    AnyEvent,
    AuditChecked,
    CharterChanged,
    ConnectionChanged,
    LegalBasisRegistered,
    PartiesChanged,
)
from evenhand.trust import ed25519
from evenhand.trust.keys import MemberKeys, sign_bytes
from evenhand.watchlist.view import ledger_keys


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a post carries: its events with their times, the terms it asked by, cleared pairs, letters to send."""

    format: Literal[1] = 1
    member: str
    events: tuple[AnyEvent, ...]
    terms: tuple[TermsRecord, ...]
    pairs: tuple[PairRecord, ...]
    letters: tuple[Letter, ...]


class Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post's file under its member's ledger key (Ed25519, base64)."""

    carried: Carried
    signature: str


_CODEC: Final[Codec[Sealed]] = Codec(Sealed)
_TITLE: Final = b"evenhand/post-file/v1\n"
_HEARD: Final = (PartiesChanged, CharterChanged, ConnectionChanged, AuditChecked, AcknowledgementOwed)


def print_carried(carried: Carried, keys: MemberKeys) -> bytes:
    """Print what a post carries, signed with its member's ledger key."""
    signature = sign_bytes(keys, _TITLE + canonical_bytes(carried))
    return _CODEC.encode(Sealed(carried=carried, signature=b64encode(signature).decode("ascii")))


def _opened(site: Site, data: bytes) -> Carried:
    """Return what a post of this member carried. Raises InputError, RefusedError or SignatureInvalidError."""
    sealed = _CODEC.decode(data)
    member, carried = site.member, sealed.carried
    if carried.member != member.code:
        raise RefusedError(
            f"these are decisions of {carried.member}", why="rule Q-01: a member records its own decisions",
            remedy="merge them at that member",
        )  # fmt: skip
    try:
        signature = b64decode(sealed.signature, validate=True)
    except ValueError as error:
        raise InputError("the signature is not base64", why=str(error)) from error
    text = _TITLE + canonical_bytes(carried)
    if not any(ed25519.verify(key, text, signature) for key in ledger_keys(member.roster.member(member.code))):
        raise SignatureInvalidError(
            "no post of ours wrote this file as it is", why="rule O-02: it was changed on its way, or is another's",
            remedy="have the post write it again: `evenhand encounter carry-out`",
        )  # fmt: skip
    return carried


class FileRequest(Acting, frozen=True, kw_only=True):
    """A file on this machine."""

    place: str


class CarriedOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    place: str
    events: int


async def carry_out(site: Site, request: FileRequest) -> CarriedOut:
    """Write everything this post decided to a file for its member. Raises UsageError.

    What it heard of others (the roster, lines, audits, notices) its member hears by itself.
    """
    actor(site, request)
    found: dict[type, list[Any]] = {EventRecord: [], TermsRecord: [], PairRecord: [], LetterRecord: []}
    for entry in site.casework.book.entries():
        event = entry.decision.event if isinstance(entry.decision, EventRecord) else None
        heard = event is not None and not event.encounter and (
            event.member != site.member.code or isinstance(event, _HEARD)
        )
        if type(entry.decision) in found and not heard:
            found[type(entry.decision)].append(entry.decision)
    carried = Carried(
        member=site.member.code, events=tuple(one.event for one in found[EventRecord]),
        terms=tuple(found[TermsRecord]), pairs=tuple(found[PairRecord]),
        letters=tuple(one.letter for one in found[LetterRecord] if one.outgoing),
    )  # fmt: skip
    await write_out(request.place, print_carried(carried, site.member.keys))
    return CarriedOut(place=request.place, events=len(carried.events))


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What merging did: events new here, known before, and of the new ones those a rule refuses."""

    new: int
    known: int
    against: int


async def merge(site: Site, request: FileRequest) -> Merged:
    """Take in what a post carried. Raises UsageError, InputError, RefusedError or SignatureInvalidError.

    Nothing is taken in then.
    """
    actor(site, request)
    casework = site.casework
    carried = _opened(site, await read_in(request.place))
    now, office = casework.now_ms, casework.office
    late = [event for event in carried.events if event.at_ms > now + office.policy.clock_skew_ms]
    if late:
        raise InputError("an event lies in the future", why="rule O-02", remedy="correct the clocks, then merge again")
    fresh = [event for event in carried.events if casework.book.index_of(event.event_id) is None]
    begun = {event.encounter for event in fresh}
    hits = {event.encounter for event in fresh if isinstance(event, CandidatesShown) and event.candidates}
    items: list[Item] = [
        (one, "case" if one.encounter in hits else "screened") for one in carried.terms if one.encounter in begun
    ]
    items += [(one, "case") for one in carried.pairs if one.pair.encounter in begun]
    items += [
        (LetterRecord(letter=letter, outgoing=True, at_ms=now), "case")
        for letter in carried.letters if letter.letter not in office.mailroom.kept and letter.encounter in begun
    ]  # fmt: skip
    told = [Told(event=event, anyway=True, offline=True) for event in sorted(fresh, key=lambda one: one.at_ms)]
    first = office.take(told, now, also=items)
    against = sum(
        1 for entry in casework.book.entries(first)
        if isinstance(entry.decision, EventRecord) and entry.decision.against
    )  # fmt: skip
    if casework.tick():
        site.wake()
    return Merged(new=len(fresh), known=len(carried.events) - len(fresh), against=against)


class Law(Acting, frozen=True, kw_only=True):
    """A legal basis of this member for one action."""

    action: Action
    legal_basis: str


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """Every legal basis registered here."""

    bases: tuple[tuple[str, str], ...]


async def law(site: Site, request: Law) -> Registered:
    """Register a legal basis: without one no coercive action can be authorised. Raises InputError."""
    who, casework = actor(site, request), site.casework
    if not request.legal_basis.strip():
        raise InputError("a legal basis names the statute and section")
    known = casework.office.docket.charter.legal_bases
    if (site.member.code, request.action, request.legal_basis) not in known:
        event = LegalBasisRegistered(
            event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit=who.unit,
            officer=who.officer, action=request.action, legal_basis=request.legal_basis,
        )  # fmt: skip
        casework.record(event)
    bases = casework.office.docket.charter.legal_bases
    return Registered(bases=tuple(sorted((action, text) for _, action, text in bases)))


MERGING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    ("encounter.carry-out", FileRequest, carry_out),
    ("encounter.merge", FileRequest, merge),
    ("encounter.law", Law, law),
)
