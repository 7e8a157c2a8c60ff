"""Scanning: somebody is looked up for a stated reason, and what is shown is recorded before it is shown.

Knows:    purposes, and the facts that rules need.
Told:     what is known of a person at a post, by an officer.
Answers:  an encounter with its candidates, less those this person was cleared of.
Trusted:  yes: no answer leaves before the query, its exact terms and the answer are durable.

One transaction holds terms, query, answer and facts. Terms of a person without a hit are kept for a day, and
then only a count and a commitment are left. Source: PROCEDURE section 3 states 0 to 2, and section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from evenhand.casework.office import Item, Told, refused
from evenhand.casework.records import TermsRecord
from evenhand.ground.canonical import canonical_bytes, digest
from evenhand.ground.errors import RefusedError
from evenhand.identity.person import Sex
from evenhand.matching.contract import QueryDocument
from evenhand.node.answering import AnswerDocument, Found
from evenhand.node.comparable import question_of
from evenhand.node.deciding.acting import Acting, Actor, actor, entitle
from evenhand.node.deciding.judging import told as told_of
from evenhand.node.deciding.noting import note, require_may_query, require_reasons, served
from evenhand.node.deciding.recognising import evidence_of, unless_cleared
from evenhand.node.deciding.statuses import is_terrorism, status_of
from evenhand.node.people.accounts import Caller
from evenhand.node.site import Site, Stated
from evenhand.node.warming import patience
from evenhand.screening.coercion import Refusal
from evenhand.screening.events import Candidate, CandidatesShown, Movement, QueryMade

NEVER_HEARD_MS: Final = 10 * 365 * 24 * 3_600_000
_AGES: Final = ((14, "0-13"), (18, "14-17"), (25, "18-24"), (40, "25-39"), (60, "40-59"))


class Scan(Acting, frozen=True, kw_only=True):
    """What is known of a person, and why they are looked up. `movement`: what took place beside it, or empty.

    `two_digit_year`: as of `find`, the document has two digits of the birth year.
    """

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    redress_number: str = ""
    purpose: str = ""
    legal_basis: str = ""
    authority: str = ""
    post: str = ""
    device: str = ""
    lane: str = ""
    movement: Literal["", "CROSSING", "BOARDING", "CASE"] = ""
    systematic: bool = False
    carrier: bool = False
    two_digit_year: bool = False


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """The encounter that began, and what was shown; `suppressed` counts notices this person is cleared of."""

    encounter: str
    at: str
    state: str
    candidates: tuple[Found, ...]
    suppressed: int
    stale: bool
    action_ceiling: str | None
    not_compared: tuple[str, ...]


async def scan(site: Site, request: Scan) -> Scanned:
    """Look a person up and begin an encounter. Raises InputError, RefusedError, NotReadyError or StoreError."""
    since_ms, who = site.casework.now_ms, may_scan(site, request)
    query = question_of(request)
    await patience(site.member.matcher)
    document = await site.together.document(query, two_digit_year=request.two_digit_year)
    [scanned] = begun(site, who, [(request, document)], since_ms=since_ms)
    await site.casework.durable()  # and only then anybody sees it; all who scan at this moment share the write
    site.casework.tick()
    return scanned


def may_scan(site: Site, request: Scan) -> Actor:
    """Return who scans. Raises UsageError or RefusedError where they may not look anybody up, for these reasons."""
    who = actor(site, request)
    require_may_query(site)
    require_reasons(site, who.officer, _reasons(request), who.entitlement)
    entitle(site, who)
    return who


def _reasons(request: Scan) -> Stated:
    return Stated(purpose=request.purpose, legal_basis=request.legal_basis, via="encounter.scan")


def begun(
    site: Site, who: Actor, looked_up: Sequence[tuple[Scan, AnswerDocument]], *, since_ms: int
) -> list[Scanned]:
    """Begin an encounter for each of some people just looked up: all of them with one write, or none.

    They were asked about at `since_ms`, and are answered now (PROCEDURE section 3 state 0: seconds). They are shown
    after `Casework.durable`, and `Casework.tick` is due then. Raises RefusedError: somebody found is not theirs to see.
    """
    shown = [_shown(site, request, document) for request, document in looked_up]
    asked = [
        _asked(site, request, who, document, found, since_ms=since_ms)
        for (request, document), (found, _) in zip(looked_up, shown, strict=True)
    ]  # fmt: skip
    for (request, document), one, (found, suppressed) in zip(looked_up, asked, shown, strict=True):
        refusal = _refusal(site, one)
        if refusal is not None:
            # No encounter begins. That somebody was looked up, and what was found, is on record as a question.
            caller = Caller(who=who.officer, name=who.officer, roles=frozenset(), unit=who.unit,
                            entitlement=who.entitlement)
            stated = msgspec.structs.replace(_reasons(request), caller=caller)
            note(
                site, stated, question_of(request), found, document.answer.state, suppressed=suppressed,
                two_digit_year=request.two_digit_year,
            )  # fmt: skip
            raise refusal
    for key in dict.fromkeys(f"{one.originator}:{one.notice_id}" for found, _ in shown for one in found):
        site.casework.office.keep(told_of(site, key))
    scanned = []
    for (request, document), one, (found, suppressed) in zip(looked_up, asked, shown, strict=True):
        _record(site, request, one, found, suppressed)
        scanned.append(Scanned(
            encounter=one.encounter, at=document.answer.at, state=document.answer.state, candidates=tuple(found),
            suppressed=suppressed, stale=document.freshness.stale,
            action_ceiling=document.freshness.action_ceiling, not_compared=document.answer.not_compared,
        ))  # fmt: skip
    return scanned


def terms_of(request: Scan) -> str:
    """Return the exact terms of a query as canonical JSON."""
    names = ("names", "birth_date", "sex", "nationalities", "documents", "redress_number")
    terms = {name: getattr(request, name) for name in names}
    return canonical_bytes(terms | ({"two_digit_year": True} if request.two_digit_year else {})).decode("utf-8")


def _asked(
    site: Site, request: Scan, who: Actor, document: AnswerDocument, found: Sequence[Found], *, since_ms: int
) -> QueryMade:  # fmt: skip
    oldest = document.freshness.oldest_seconds
    alone = not document.freshness.by_member
    offline = not alone and (site.driver is None or not any(peer.connected for peer in site.driver.peer_status()))
    evidence = evidence_of(site, request, request.redress_number)
    return QueryMade(
        event_id=site.casework.new_id(), at_ms=since_ms, member=site.member.code, unit=who.unit, officer=who.officer,
        encounter=site.casework.new_id(), authority=request.authority or site.config.name,
        post=request.post or who.unit, device=request.device or "console", purpose=request.purpose,
        legal_basis=request.legal_basis, terms=digest(terms_of(request)).hex(), view=document.answer.state,
        view_age_ms=NEVER_HEARD_MS if oldest is None else oldest * 1000, offline=offline,
        person=evidence.person, document=evidence.document, redress_number=request.redress_number,
        categories=tuple(sorted({one.category for one in found})), lane=request.lane,
        nationality=request.nationalities[0] if request.nationalities else "",
        sex="" if request.sex == "U" else request.sex, age_band=age_band(request.birth_date, document.answer.at),
    )  # fmt: skip


def age_band(birth_date: str | None, at: str) -> str:
    """Return the band somebody is counted in at an instant, or nothing where the birth date is not known."""
    if birth_date is None:
        return ""
    age = int(at[:4]) - int(birth_date[:4]) - (len(birth_date) == len("2000-01-01") and birth_date[5:] > at[5:10])
    return next((band for limit, band in _AGES if age < limit), "60+")


def _refusal(site: Site, asked: QueryMade) -> RefusedError | None:
    stepped = site.casework.office.docket.step(asked)
    return refused(stepped) if isinstance(stepped, Refusal) else None


def _shown(site: Site, request: Scan, document: AnswerDocument) -> tuple[list[Found], int]:
    """Return the candidates to show, and how many were suppressed because this person is cleared of them."""
    now = site.casework.now_ms
    standing = [
        one for one in document.answer.candidates
        if status_of(site.member, f"{one.originator}:{one.notice_id}", now) == "PUBLISHED"
    ]  # fmt: skip
    shown, suppressed = unless_cleared(site, request, standing, request.redress_number)
    return list(served(site, shown)), suppressed


def _candidate(found: Found) -> Candidate:
    lowered = found.action_here if found.action_here != found.requested_action else None
    return Candidate(
        notice=f"{found.originator}:{found.notice_id}", version=found.version,
        action=found.requested_action, lower_action=lowered,  # type: ignore[arg-type]
        terrorism=is_terrorism(found.category),
    )  # fmt: skip


def _record(site: Site, request: Scan, asked: QueryMade, shown: list[Found], suppressed: int) -> None:
    casework = site.casework
    base = {"at_ms": asked.at_ms, "member": asked.member, "unit": asked.unit, "officer": asked.officer}
    hit = bool(shown)
    terms = TermsRecord(encounter=asked.encounter, digest=asked.terms, terms=terms_of(request),
                        evidence=evidence_of(site, request, request.redress_number))  # fmt: skip
    items: list[Item] = [(terms, "case" if hit else "screened")]
    told = []
    if request.movement:
        group = {"nationality": asked.nationality, "sex": asked.sex, "age_band": asked.age_band, "lane": asked.lane}
        event = Movement(event_id=casework.new_id(), what=request.movement, person=asked.person,
                         systematic=request.systematic, **base, **group)  # type: ignore[arg-type]  # fmt: skip
        told.append(Told(event=event, keeping="log"))
    told.append(Told(event=asked, keeping="case" if hit else "log"))
    answered = CandidatesShown(
        event_id=casework.new_id(), encounter=asked.encounter, candidates=tuple(_candidate(one) for one in shown),
        suppressed=suppressed, matcher=site.member.matcher.version, carrier=request.carrier,
        **{**base, "at_ms": max(asked.at_ms, casework.now_ms)},  # type: ignore[arg-type]
    )  # fmt: skip
    told.append(Told(event=answered, keeping="case" if hit else "log"))
    casework.office.later(told, also=items)
