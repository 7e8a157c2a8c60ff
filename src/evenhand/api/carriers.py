"""Carriers over HTTP: PAXLST in, CUSRES back, within one request.

Knows:    which traveller is answered how: no candidate is cleared, any candidate is pending until a person decides.
Told:     an interchange, as the body.
Answers:  CUSRES for a readable flight, CONTRL for what could not be read.
Trusted:  yes: nobody is kept off an aircraft by software alone, and nobody is passed over in silence.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Final, NamedTuple

import msgspec
import structlog

from evenhand.api.ages import age_here, age_told
from evenhand.api.earlier_lists import EarlierLists
from evenhand.api.problems import HttpError
from evenhand.api.rows import Asked, Reply
from evenhand.casework.records import JournalRecord
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_HEADER_CHARACTERS_MAX
from evenhand.interop.carriers.contrl import reject_interchange, report_messages
from evenhand.interop.carriers.cusres import Desk, HumanDecision, write_cusres
from evenhand.interop.carriers.cusres import Reply as Verdict
from evenhand.interop.carriers.edifact import LEVELS, EdifactError, Original
from evenhand.interop.carriers.envelope import Interchange
from evenhand.interop.carriers.flights import Listed, NotScreened, TravellerList
from evenhand.interop.carriers.paxlst import read_batch
from evenhand.interop.carriers.sending import Address
from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.answering import (
    STALE_SECONDS,
    AnswerDocument,
    Found,
    Freshness,
    standing_candidates,
    strongest,
    united,
)
from evenhand.node.comparable import question_of
from evenhand.node.deciding.boarding import Looked, looked
from evenhand.node.deciding.noting import begin, note, served
from evenhand.node.deciding.scanning import Scan, begun, may_scan
from evenhand.node.elders import both_centuries
from evenhand.node.operations import admit
from evenhand.node.searching import Searched, document_of, of_one_picture, renewed, search_all
from evenhand.node.site import Stated
from evenhand.travellers.traveller import Traveller, query_fields

MEDIA: Final = "application/edifact"
_NO_TESTS: Final = 25
"""ISO 9735-4: test processing cannot be performed."""
_REFERENCE: Final = "carriers.reference"
"""The part of the service that holds the last reference given: milliseconds, or one more."""
_EARLIER: Final = "carriers.earlier"
"""The part that remembers whom lists were answered for."""
_LOG: Final = structlog.get_logger("evenhand.api.carriers")


class _Sought(NamedTuple):
    """A traveller of a list, and the questions to ask: one, or one for each century of birth."""

    segment: int
    traveller: Traveller
    queries: tuple[Query, ...]


class _Met(NamedTuple):
    """A traveller for whom somebody listed was found."""

    segment: int
    queries: tuple[Query, ...]
    scan: Scan
    document: AnswerDocument


async def paxlst(asked: Asked) -> Reply:
    """Answer an interchange. Raises HttpError where this node has no telephone number to give."""
    telephone, member = asked.service.rules.telephone, asked.site.member
    if not telephone:
        raise HttpError(
            503, "this node cannot answer carriers yet", code="no_telephone",
            remedy="set `api.telephone` in evenhand.toml: every answer names people who can be called",
        )  # fmt: skip
    desk = Desk(telephone=telephone)
    now = datetime.fromtimestamp(member.clock.now_ms() / 1000, UTC)
    try:
        batch = read_batch(asked.body, today=now.date())
        if batch.interchange.is_test:
            raise _test(batch.interchange)
    except EdifactError as error:
        return Reply(body=reject_interchange(error, _address(asked, error.original, now)), status=422, media=MEDIA)

    def address() -> Address:
        return _address(asked, batch.interchange.original, now, level=batch.interchange.level)

    answers = [report_messages(batch, address())] if batch.refused else []
    pending, age = 0, age_here(asked)
    earlier = _earlier_lists(asked)
    for sent in batch.lists:
        flight = await _unheard_told(sent, earlier)
        verdicts = await _screen(asked, flight, batch.interchange)
        earlier.keep(flight, verdicts)
        pending += sum(one.verdict == "pending" for one in verdicts.values())
        answers.append(write_cusres(flight, verdicts, desk, address(), lists=_lists_of(age, now)))
        if age.stale and flight.purpose != "cancel":
            _keep_age(asked, flight, batch.interchange, age)
    _LOG.info("flights_answered", caller=asked.caller and asked.caller.name, flights=len(batch.lists), pending=pending)
    status = 200 if batch.lists else 422
    return Reply(body=b"".join(answers), status=status, media=MEDIA, headers=age_told(age))


def _lists_of(age: Freshness, now: datetime) -> str:
    """Return of when the lists are where they are to be shown as old: when the partner longest unheard was heard."""
    if not age.stale:
        return ""
    if age.oldest_seconds is None:
        return "LISTS MAY BE OLD"
    return f"LISTS AS OF {now - timedelta(seconds=age.oldest_seconds):%Y-%m-%d %H%MZ}"


def _keep_age(asked: Asked, flight: TravellerList, sent: Interchange, age: Freshness) -> None:
    """Have it recorded that a flight was answered from an old copy: `0Z` says no more than the lists of then."""
    silent = sorted(code for code, seconds in age.by_member.items() if seconds is None or seconds > STALE_SECONDS)
    told = {"post": _post(flight), "message": _occasion(flight, sent), "unheard": silent}
    asked.site.record_later("carrier.old_copy", {**told, "oldest_seconds": age.oldest_seconds})


def _earlier_lists(asked: Asked) -> EarlierLists:
    if _EARLIER not in asked.service.parts:
        member = asked.site.member
        asked.service.parts[_EARLIER] = EarlierLists(asked.service.store, member.clock, key=member.keys.storage_key)
    lists: EarlierLists = asked.service.parts[_EARLIER]
    return lists


async def _unheard_told(flight: TravellerList, earlier: EarlierLists) -> TravellerList:
    """Return a closure with those as not screened who board, and whom no list that was answered names."""
    unheard = await earlier.unheard(flight) if flight.purpose == "close" and flight.referred else ()
    if not unheard:
        return flight
    missed = [
        NotScreened(
            segment=one.segment, why="named by references that no earlier list holds", booking=one.booking,
            reference=one.reference, unheard=True,
        )
        for one in unheard
    ]  # fmt: skip
    segments = {one.segment for one in unheard}
    return msgspec.structs.replace(
        flight, referred=tuple(one for one in flight.referred if one.segment not in segments),
        not_screened=(*flight.not_screened, *missed),
    )  # fmt: skip


def _test(sent: Interchange) -> EdifactError:
    """Return why a test is not screened: encounters are about people who travel, and `0Z` is no word for a test."""
    error = EdifactError("a test interchange", fault=_NO_TESTS, segment=1, tag="UNB")
    error.original = sent.original
    return error


def _address(asked: Asked, original: Original, now: datetime, *, level: str = "UNOA") -> Address:
    """Return from whom to whom an answer goes, qualifiers and all, under a reference that no other answer has.

    A sender whose codes an answer in ASCII cannot carry is not named.
    """
    parts, member = asked.service.parts, asked.site.member
    parts[_REFERENCE] = max(parts.get(_REFERENCE, 0) + 1, member.clock.now_ms())
    if LEVELS[level] == "ascii" and not "".join((*original.sender, *original.recipient)).isascii():
        original = Original(original.reference)
    return Address(
        sender=original.recipient if original.recipient[0] else member.code,
        recipient=original.sender if original.sender[0] else "UNKNOWN",
        reference=f"{parts[_REFERENCE] % 10**14}", at=now, level=level,
    )  # fmt: skip


async def _screen(asked: Asked, flight: TravellerList, sent: Interchange) -> dict[int, Verdict]:
    """Look every traveller of a flight up, and begin an encounter for each with a candidate: all of them, or none.

    Who was not read whole is looked up by what was, and is pending with a candidate and not screened without. Nobody
    is looked up who does not travel: a cancellation is no boarding.
    """
    if flight.purpose == "cancel":
        return {}
    stated = begin(asked.site, Stated(reference=_occasion(flight, sent), via="carrier"))
    member = asked.site.member
    doubts = {missed.segment: missed.why for missed in flight.not_screened}
    listed = [(one.segment, one.traveller) for one in flight.travellers]
    listed += [(one.segment, one.traveller) for one in flight.not_screened if one.traveller is not None]
    pending: dict[int, bool] = {}
    people: list[_Sought] = []
    for segment, traveller in listed:
        try:
            people.append(_Sought(segment, traveller, _questions(traveller, member.clock.now_ms())))
        except InputError as error:  # one of many spellings too long: no reason to screen nobody
            pending[segment] = True
            doubts.setdefault(segment, error.what)
    met: list[_Met] = []
    since_ms = member.clock.now_ms()
    async for (segment, traveller, queries), found, shown in _looked_up(asked, stated, people):
        # What could not be compared has not been screened, and nobody without a name has: a person looks at it.
        pending[segment] = any(one.answer.not_compared for one in found) or not traveller.names
        if pending[segment]:
            doubts.setdefault(segment, "not compared" if traveller.names else "a traveller without a name")
        if shown:
            scan = _scan(asked, queries[0], flight, two_digit_year=traveller.two_digit_year)
            met.append(_Met(segment, queries, scan, reduce(united, [document_of(member, one) for one in found])))
    judged = await _encounters(asked, met, since_ms)
    for segment, verdict in judged.items():
        pending[segment] |= verdict.verdict != "cleared"
    _keep_doubts(asked, flight, sent, doubts)
    unread = {missed.segment for missed in flight.not_screened}
    verdicts = {
        segment: Verdict(verdict="pending" if waits else "cleared")
        for segment, waits in pending.items() if waits or segment not in unread
    }  # fmt: skip
    return verdicts | {segment: one for segment, one in judged.items() if one.verdict == "inhibited"}


async def _looked_up(
    asked: Asked, stated: Stated, people: Sequence[_Sought]
) -> AsyncIterator[tuple[_Sought, Sequence[Searched], tuple[Found, ...]]]:
    """Yield each of some people with the answers to all their questions, on record, and what may be shown.

    Whoever may be of two centuries is one person, and is recorded once.
    """
    site, member = asked.site, asked.site.member
    answered = search_all(member, [query for one in people for query in one.queries])
    for one in people:
        answers = of_one_picture(member, one.queries, [await anext(answered) for _ in one.queries])
        now = member.clock.now_ms()
        found = [standing_candidates(answer.answer, member.view, now) for answer in answers]
        shown = served(site, strongest(*found) if len(found) > 1 else found[0])
        note(site, stated, one.queries[0], shown, answers[0].state, two_digit_year=one.traveller.two_digit_year)
        yield one, answers, shown


def _keep_doubts(asked: Asked, flight: TravellerList, sent: Interchange, doubts: Mapping[int, str]) -> None:
    """Have it recorded whom a list left in doubt, and why, before the answer leaves.

    The log keeps where in which message they stand. Their names and references are kept for a day, as what a traveller
    without a hit was asked by: long enough for the carrier's call (PROCEDURE section 5).
    """
    if not doubts:
        return
    casework = asked.site.casework
    base = {"at_ms": asked.site.member.clock.now_ms(), "post": _post(flight), "message": _occasion(flight, sent)}
    told = [{"segment": segment, "why": why} for segment, why in sorted(doubts.items())]
    people: list[Listed | NotScreened] = [*flight.travellers, *flight.not_screened]
    names = [
        {"segment": one.segment, "booking": one.booking, "reference": one.reference, "name": _name_of(one)}
        for one in people if one.segment in doubts
    ]  # fmt: skip
    casework.journal_later("carrier.not_screened", {**base, "travellers": told})
    text = canonical_bytes({**base, "travellers": names}).decode("utf-8")
    casework.office.keep([(JournalRecord(kind="carrier.not_screened.names", text=text), "screened")])


def _name_of(one: Listed | NotScreened) -> str:
    return one.name if isinstance(one, NotScreened) else " / ".join(name.text for name in one.traveller.names)


async def _encounters(asked: Asked, met: Sequence[_Met], since_ms: int) -> dict[int, Verdict]:
    """Begin encounters for people to decide, through the gate of `encounter.scan`; return verdicts by segment.

    Nobody for whom people have one already gets a second: nothing else can happen between the look and the beginning,
    or the same message beside this one would begin as many again. Who was cleared of every candidate before is clear.
    """
    site = asked.site
    verdicts: dict[int, Verdict] = {}
    scans: dict[int, tuple[Scan, AnswerDocument]] = {}
    for one in met:
        document = renewed(site.member, one.queries, one.document)
        known = looked(site, one.scan, served(site, document.answer.candidates))
        if known is None:
            scans[one.segment] = one.scan, document
        else:
            verdicts[one.segment] = _known(known)
    if scans:
        admit(site, "encounter.scan")
        opened = begun(site, may_scan(site, met[0].scan), list(scans.values()), since_ms=since_ms)
        for segment, scanned in zip(scans, opened, strict=True):
            waits = scanned.candidates or scanned.not_compared
            verdicts[segment] = Verdict(verdict="pending" if waits else "cleared")
    if met:
        await site.casework.durable()  # also what another message began a moment ago
        site.casework.tick()
    return verdicts


def _known(known: Looked) -> Verdict:
    """Return the verdict on a traveller whom people looked at: theirs, or that it is still to come."""
    if not known.officer:
        return Verdict(verdict="pending")
    return Verdict(verdict="inhibited", decision=HumanDecision(authoriser=known.officer, decision=known.encounter))


def _occasion(flight: TravellerList, sent: Interchange) -> str:
    """Return what a carrier's questions are asked for: this message about this flight on this day; empty without one.

    A flight number flies every day, and one flight's list is sent again when check-in and doors close: neither is
    somebody who asks for one person again and again (rule Q-02). One message sent again and again is.
    """
    if not flight.flight:
        return ""
    return f"{_post(flight)}, {sent.sender} {sent.reference}/{flight.message}"[:API_HEADER_CHARACTERS_MAX]


def _post(flight: TravellerList) -> str:
    """Return a flight with its time, for which a decision is made."""
    return " ".join(one for one in (flight.flight, flight.departs_from, flight.departs_at) if one)


def _scan(asked: Asked, query: Query, flight: TravellerList, *, two_digit_year: bool) -> Scan:
    """Return a traveller as scanned; the post is the flight."""
    assert asked.caller is not None
    return Scan(
        names=query.names, birth_date=query.birth_date, sex=query.sex, nationalities=query.nationalities,
        documents=query.documents, purpose=asked.purpose, legal_basis=asked.legal_basis, carrier=True,
        movement="BOARDING", lane=flight.flight, post=_post(flight), device=asked.caller.name,
        officer=asked.caller.who, unit=asked.caller.unit, two_digit_year=two_digit_year,
    )  # fmt: skip


def _questions(traveller: Traveller, now_ms: int) -> tuple[Query, ...]:
    """Return the question about a traveller, and a second where the birth year may be a century before."""
    return both_centuries(question(traveller), now_ms, two_digit_year=traveller.two_digit_year)


def question(traveller: Traveller) -> Query:
    """Return a traveller as the matcher's question. Raises InputError."""
    fields = query_fields(traveller)
    documents = tuple(QueryDocument(**{k: v for k, v in one.items() if v is not None}) for one in fields["documents"])
    if not fields["names"] and not documents:
        raise InputError("a traveller without name and document")
    return question_of(Query(**{**fields, "documents": documents}))
