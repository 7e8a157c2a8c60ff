"""Questions: who is this, what do we hold, how do we stand with a partner. Who is looked up is recorded.

Knows:    the view, ledgers, heartbeats, parity.
Told:     requests of people and programs on this machine.
Answers:  structs that a face prints.
Trusted:  yes.
"""

from __future__ import annotations

from functools import reduce
from typing import Final, NamedTuple

import msgspec

from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, PeerUnreachableError, UsageError
from evenhand.identity.person import Sex
from evenhand.matching.contract import Answer, Query, QueryDocument
from evenhand.node.answering import AnswerDocument, listed_as, standing_candidates, united
from evenhand.node.answering import Found as Candidate
from evenhand.node.comparable import question_of
from evenhand.node.deciding.noting import begin, note, served
from evenhand.node.deciding.recognising import unless_known
from evenhand.node.driver import PeerStatus
from evenhand.node.elders import both_centuries
from evenhand.node.member import Member
from evenhand.node.site import Operation, Progress, Site, Stated
from evenhand.node.warming import patience
from evenhand.notices.model import Notice, decode_record
from evenhand.watchlist.digest import Position, ViewVector
from evenhand.watchlist.fold import Held
from evenhand.watchlist.parity import LedgerParity, compare, remarks
from evenhand.watchlist.release import parse_label, who_can_see


class FindRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of the person or document in hand; `at` is an RFC 3339 instant, now if absent.

    `at`: whom what is known now lists at an instant. `as_of`: whom the list named then, by its originators' times.
    Why is asked: purpose, legal basis, and the number of the crossing, boarding or case it belongs to (rule Q-01).
    `two_digit_year`: the document has two digits of the birth year, so that who is young may be a century older: that
    is asked as well.
    """

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    at: str | None = None
    as_of: str | None = None
    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""
    two_digit_year: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, and the exact bytes of its part that every member prints alike."""

    document: AnswerDocument
    body: str


async def find(site: Site, request: FindRequest) -> Found:
    """Answer whether a person or document is listed. Raises InputError or NotReadyError."""
    query = question_of(request)
    if request.at is not None and request.as_of is not None:
        raise InputError("`at` and `as_of` are two questions", remedy="ask one of them")
    at_ms, as_of_ms = (None if text is None else parse_ms(text) for text in (request.at, request.as_of))
    if site.driver is None:
        await site.report(Progress(what="making the matcher ready (minutes, the first time)", done=0, total=0))
    await patience(site.member.matcher)
    why = Stated(purpose=request.purpose, legal_basis=request.legal_basis, reference=request.reference, via="find")
    stated = begin(site, why)
    when = _When(at_ms=at_ms, as_of_ms=as_of_ms)
    document = await _look_up(site, query, stated, when, two_digit_year=request.two_digit_year)
    return Found(document=document, body=document.body_bytes().decode("utf-8"))


class _When(NamedTuple):
    """Instants in question: of what is known now, or of what the list named then; both absent: now."""

    at_ms: int | None
    as_of_ms: int | None


async def _look_up(
    site: Site, query: Query, stated: Stated, when: _When, *, two_digit_year: bool
) -> AnswerDocument:
    """Look somebody up and record it: the answer as it may be shown, durable on return. Raises RefusedError.

    Whoever may be of two centuries is one person, known again and recorded by the date of this one.
    """
    at_ms, as_of_ms = when
    if as_of_ms is None:
        document = await site.together.document(query, at_ms=at_ms, two_digit_year=two_digit_year)
    else:
        asked = both_centuries(query, site.member.clock.now_ms(), two_digit_year=two_digit_year)
        document = reduce(united, [site.member.find(one, as_of_ms=as_of_ms) for one in asked])
    shown, suppressed = served(site, document.answer.candidates, at_ms if as_of_ms is None else as_of_ms), 0
    if at_ms is None and as_of_ms is None:
        shown, suppressed = unless_known(site, query, shown, stated.purpose)
    if shown != document.answer.candidates:
        document = msgspec.structs.replace(
            document, answer=msgspec.structs.replace(document.answer, candidates=shown)
        )  # fmt: skip
    note(
        site, stated, query, shown, document.answer.state, suppressed=suppressed, two_digit_year=two_digit_year
    )  # fmt: skip
    await site.casework.durable()
    return document


def searched(
    site: Site, query: Query, stated: Stated, *, only: str = ""
) -> tuple[Answer, tuple[Candidate, ...]]:  # fmt: skip
    """Search for one of many questions and have it recorded: the matcher's answer, and what of it may be shown.

    `only` is the key of a notice that is asked for by its name: no other is found then, nor recorded as found. The
    answer leaves after `Site.durable`. Raises RefusedError, or StoreError after a failed write.
    """
    member = site.member
    member.require_whole()
    found = member.matcher.search(query)
    if only:
        found = msgspec.structs.replace(found, candidates=tuple(one for one in found.candidates if one.key == only))
    shown = served(site, standing_candidates(found, member.view, member.clock.now_ms()))
    shown, suppressed = unless_known(site, query, shown, stated.purpose)
    note(site, stated, query, shown, member.vector().digest(), suppressed=suppressed)
    return found, shown


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that says nothing more than its name."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The state digest and what it is the digest of; `notices` counts those that are listed."""

    member: str
    digest: str
    vector: ViewVector
    notices: int
    running: bool


async def state(site: Site, _: Nothing) -> State:
    """Say which picture this node has."""
    vector = site.member.vector()
    return State(
        member=site.member.code, digest=vector.digest(), vector=vector,
        notices=sum(1 for _ in site.member.view.listed_keys()), running=site.driver is not None,
    )  # fmt: skip


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notices: `mine` only, of one source list only, also those that no longer stand."""

    mine: bool = False
    source: str | None = None
    everything: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One notice in a list."""

    key: str
    listed_as: str
    version: int
    category: str
    action: str
    standing: str
    source: str
    expires: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Notices in key order."""

    notices: tuple[Line, ...]


def standing_of(member: Member, held: Held, now_ms: int) -> str:
    """Say in one word how a notice stands."""
    if held.erased:
        return "erased"
    if held.retracted is not None:
        return "withdrawn"
    if not member.view.is_listed(held):
        if held.status != "STANDING":
            return held.status.lower()
        if held.versions and member.view.overruled(held, held.versions[-1].number):
            return "overruled"  # redress was decided at another member
        return "void"  # its originator was expelled
    latest = held.versions[-1]
    if now_ms < latest.valid_from_ms:
        return "not yet valid"
    return "stands" if now_ms < latest.expires_ms else "expired"


async def list_notices(site: Site, request: ListRequest) -> Listing:
    """List the notices held here."""
    member, now = site.member, site.member.clock.now_ms()
    lines = []
    for code in sorted(member.watchlist.fold.ledgers):
        if request.mine and code != member.code:
            continue
        for held in member.watchlist.fold.ledgers[code].notices.values():
            line = _line(member, held, now)
            if line is None or (line.standing != "stands" and not request.everything):
                continue
            if request.source is None or line.source.partition(" ")[0] == request.source:
                lines.append(line)
    return Listing(notices=tuple(sorted(lines, key=lambda line: line.key)))


def _line(member: Member, held: Held, now_ms: int) -> Line | None:
    latest, standing = held.latest, standing_of(member, held, now_ms)
    if latest is None:
        return Line(
            key=held.key, listed_as="(its content is gone)", version=0, category="", action="NONE",
            standing=standing, source="", expires="",
        )  # fmt: skip
    notice = decode_record(latest.text)
    if not isinstance(notice, Notice):
        return None
    return Line(
        key=held.key, listed_as=listed_as(notice), version=latest.number, category=notice.category,
        action=notice.action, standing=standing, expires=notice.expires,
        source=" ".join(latest.source) if latest.source else "",
    )  # fmt: skip


class SeeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The labels a notice would be sealed to."""

    match: str
    detail: str


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What one member could read, and why."""

    code: str
    match: bool
    detail: bool
    match_reason: str
    detail_reason: str


class Sights(msgspec.Struct, frozen=True, kw_only=True):
    """Every member of the roster."""

    match: str
    detail: str
    members: tuple[Sight, ...]


async def see(site: Site, request: SeeRequest) -> Sights:
    """Say who could read a notice before it is published. Raises RefusedError on an impossible audience."""
    roster = site.member.roster
    match, detail = (parse_label(label, roster, site.member.code) for label in (request.match, request.detail))
    pairs = zip(who_can_see(match, roster), who_can_see(detail, roster), strict=True)
    members = tuple(
        Sight(code=a.code, match=a.reads, detail=b.reads, match_reason=a.reason, detail_reason=b.reason)
        for a, b in pairs
    )
    return Sights(match=match, detail=detail, members=members)


class Peers(msgspec.Struct, frozen=True, kw_only=True):
    """Every partner; `evidence` names the members proved to have shown two histories."""

    peers: tuple[PeerStatus, ...]
    now_ms: int
    evidence: tuple[str, ...]


async def peers(site: Site, _: Nothing) -> Peers:
    """Say how every partner stands towards us. Raises UsageError while no node runs."""
    return Peers(
        peers=tuple(site.running().peer_status()), now_ms=site.member.clock.now_ms(),
        evidence=tuple(sorted(site.member.ledgers.evidence)),
    )  # fmt: skip


class PartnerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner by its code."""

    code: str


class ParityAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How we stand with a partner by its last heartbeat; one line per ledger."""

    partner: str
    equal: bool
    ours: str
    theirs: str
    said_at: str
    heard_seconds_ago: int
    ledgers: tuple[LedgerParity, ...]
    remarks: tuple[str, ...]


MATCHER_DIFFERS: Final = (
    "the matcher's version differs: bring both nodes to the same release and the same `matching.engine`"
)


async def parity(site: Site, request: PartnerRequest) -> ParityAnswer:
    """Compare our view with a partner's. Raises NotFoundError, UsageError or PeerUnreachableError."""
    member, code = site.member, request.code.upper()
    member.roster.member(code)
    if code == member.code:
        raise UsageError("a member is always at parity with itself", remedy="name a partner")
    heartbeat = member.ledgers.heartbeats.get(code)
    if heartbeat is None:
        raise PeerUnreachableError(
            f"{code} has not been heard since this node started", remedy="see `evenhand peer status`"
        )
    ours, mine = member.vector(), {one.ledger: one for one in member.vector().positions}
    theirs = {
        head.ledger: Position(
            ledger=head.ledger, size=head.size, root=head.root, express=head.express, missing=head.missing
        )
        for head in heartbeat.heads
    }
    lines = tuple(_compare(member, code, mine.get(one), theirs.get(one)) for one in sorted({*mine, *theirs}))
    equal = heartbeat.state == ours.digest()
    said = remarks({"roster version": (ours.roster, heartbeat.roster)})
    if not equal and not said and all(line.difference == "equal" for line in lines):
        said = (MATCHER_DIFFERS,)
    heard = member.ledgers.heard_ms.get(code, 0)
    return ParityAnswer(
        partner=code, equal=equal, ours=ours.digest(), theirs=heartbeat.state, said_at=heartbeat.time,
        heard_seconds_ago=max(0, member.clock.now_ms() - heard) // 1000, ledgers=lines, remarks=said,
    )  # fmt: skip


def _compare(member: Member, partner: str, ours: Position | None, theirs: Position | None) -> LedgerParity:
    either = ours or theirs
    assert either is not None
    log = member.ledgers.log(either.ledger)
    prefix = root_text(log.root_at(theirs.size)) if theirs is not None and theirs.size <= log.size else None
    withheld = member.watchlist.withheld
    return compare(
        ours, theirs, prefix_root=prefix, ledger=either.ledger,
        withheld=(withheld(either.ledger, member.code), withheld(either.ledger, partner)),
    )  # fmt: skip


ASKING: Final = (
    Operation("find", FindRequest, "read", find),
    Operation("state", Nothing, "read", state),
    Operation("notice.list", ListRequest, "read", list_notices),
    Operation("who-can-see", SeeRequest, "read", see),
    Operation("peer.status", Nothing, "read", peers),
    Operation("parity", PartnerRequest, "read", parity),
)
