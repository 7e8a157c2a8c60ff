"""Noting questions: whoever looks somebody up outside an encounter is recorded before the answer leaves.

Knows:    who may ask for what, how a question comes into the decision ledger, and what may be shown of an answer.
Told:     every question of the one operation that searches: at a desk, over HTTP, of a list or a flight.
Answers:  what may be shown; a refusal where the rules forbid to ask. Durable after `Casework.durable`.
Trusted:  yes: a search that passes by here is curiosity that nobody will ever see.

One entry for each question, many in one write. Of a person without a hit only keyed tokens are kept; the exact
terms are kept with a hit, as a case is. Source: PROCEDURE section 3 state 0 and rules Q-01 to Q-03; Directive (EU)
2016/680 art 25; docs/adr/0064.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.casework.office import Item, refused
from evenhand.casework.records import EventRecord, JournalRecord
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import RefusedError
from evenhand.matching.contract import Query
from evenhand.node.answering import Found
from evenhand.node.deciding.recognising import person_token
from evenhand.node.people.accounts import Caller
from evenhand.node.site import Site, Stated
from evenhand.screening.coercion import objected
from evenhand.screening.events import DataReleased, PersonAsked
from evenhand.screening.ladder import lower_of
from evenhand.screening.notice_events import EntitlementSet
from evenhand.screening.purpose import BEYOND, PURPOSES, Entitlement, check_reasons

_DISCREET: Final = "DISCREET_REPORT"


def served(site: Site, found: Sequence[Found], at_ms: int | None = None) -> tuple[Found, ...]:
    """Return the candidates as they are shown: discreet where their originator's standing asks for it.

    What a member published while it might not is not shown at all (PROCEDURE section 4, consequences).
    """
    casework = site.casework
    if not found or not casework.is_anyone_accused:
        return tuple(found)
    return tuple(
        lowered(site, one, at_ms) for one in found if casework.is_served(f"{one.originator}:{one.notice_id}")
    )  # fmt: skip


def lowered(site: Site, found: Found, at_ms: int | None = None) -> Found:
    """Serve the coercive notices of a member whose standing asks for it as a discreet report."""
    if not site.casework.standing(found.originator, at_ms).coercive_as_discreet:
        return found
    action = lower_of(found.action_here, _DISCREET)  # type: ignore[arg-type]
    return msgspec.structs.replace(found, action_here=action)


def require_may_query(site: Site) -> None:
    """Refuse while upheld findings suspend this member's querying. Raises RefusedError."""
    casework = site.casework
    if casework.is_anyone_accused and not casework.standing(site.member.code).may_query:
        raise RefusedError(
            f"{site.member.code}'s querying is suspended", why="upheld findings: see `evenhand finding standing`",
            remedy="appeal with `evenhand finding appeal`, or have a partner's post ask",
        )  # fmt: skip


def stated_by(site: Site, said: Stated) -> Stated:
    """Return why the caller asks: as said, else as the request states, else as their entitlement leaves no choice."""
    request = site.stated
    caller = request.caller or site.caller
    only = next(iter(caller.entitlement.purposes)) if len(caller.entitlement.purposes) == 1 else ""
    return Stated(
        purpose=said.purpose or request.purpose or only,
        legal_basis=said.legal_basis or request.legal_basis or site.config.api.legal_basis,
        reference=said.reference or request.reference, via=said.via or request.via, caller=caller,
    )  # fmt: skip


def require_reasons(site: Site, who: str, stated: Stated, entitlement: Entitlement) -> None:
    """Refuse a question before anybody is searched for, and have that recorded. Raises RefusedError (rule Q-01).

    Nobody was looked up, so no rule has anything to find; whoever reads the journal sees that it was tried.
    """
    objections = check_reasons(stated.purpose, stated.legal_basis, entitlement)
    if objections:
        refusal = refused(objected(objections))
        typed = stated.purpose and stated.purpose not in PURPOSES  # it may be anything, a name too, and a record stays
        what = "purpose_unknown" if typed else refusal.what
        site.record_later("people.look", {"who": who, "operation": stated.via, "refused": what})
        raise refusal


def begin(site: Site, said: Stated | None = None) -> Stated:
    """Check that the caller may ask at all, and return why they do. Raises RefusedError (rule Q-01).

    On a node without accounts its owner may leave the reasons out, and the rule finds that.
    """
    require_may_query(site)
    stated = stated_by(site, said or Stated())
    caller = stated.caller or site.caller
    if not caller.is_owner:
        require_reasons(site, caller.who, stated, caller.entitlement)
    _entitle(site, caller)
    return stated


def _entitle(site: Site, caller: Caller) -> None:
    """Tell the rules what the caller may look up, where it is not what they know."""
    casework = site.casework
    if casework.office.docket.charter.entitlements.get(caller.who) == caller.entitlement:
        return
    given = caller.entitlement
    event = EntitlementSet(
        event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit=caller.unit,
        officer=caller.who, subject=caller.who, purposes=tuple(sorted(given.purposes)),
        categories=tuple(sorted(given.categories)),
    )  # fmt: skip
    casework.record(event)


def note(
    site: Site, stated: Stated, query: Query, found: Sequence[Found], state: str, *, suppressed: int = 0,
    two_digit_year: bool = False,
) -> None:  # fmt: skip
    """Have one question recorded with the next write. Raises RefusedError where what was found is not the caller's.

    `state` is the digest of the picture that was searched. The answer leaves after `Casework.durable`. Where a
    `two_digit_year` has somebody asked for by both centuries, that is one person, and one question by the later.
    """
    casework, caller = site.casework, stated.caller or site.caller
    categories = tuple(sorted({one.category for one in found}))
    allowed = caller.entitlement.categories
    over = [] if "*" in allowed else [one for one in categories if one not in allowed]
    now, terms = casework.now_ms, _terms_of(query, two_digit_year=two_digit_year)
    event = PersonAsked(
        event_id=f"{site.member.code}:{casework.book.size + len(casework.office.waiting)}", at_ms=now,
        member=site.member.code, unit=caller.unit, officer=caller.who, authority=site.config.name,
        purpose=stated.purpose, legal_basis=stated.legal_basis, reference=stated.reference, via=stated.via, view=state,
        terms=casework.token_of(msgspec.json.encode(terms)), person=person_token(site, query), categories=categories,
        found=len(found), suppressed=suppressed,
    )  # fmt: skip
    also: list[Item] = []
    if found:
        told = {"event": event.event_id, "terms": msgspec.to_builtins(terms)}
        text = canonical_bytes(told).decode("utf-8")
        also.append((JournalRecord(kind="find.terms", text=text), "case"))
    casework.office.keep([*also, (EventRecord(event=event), "log")])
    if over:  # in words that do not say what was found; the record does
        raise refused(objected([BEYOND]))


def _terms_of(query: Query, *, two_digit_year: bool) -> object:
    """Return all that was asked, as it is committed to: with the mark by which the picture tells a second date."""
    return {**msgspec.to_builtins(query), "two_digit_year": True} if two_digit_year else query


def note_released(site: Site, keys: Sequence[str], recipient: str, caller: Caller | None = None) -> None:
    """Have it recorded, with the next write, that these notices were written for another member's hands.

    `caller` is who asked, where a face knows them better than their token does.
    """
    casework, caller = site.casework, caller or site.caller
    base = {"member": site.member.code, "unit": caller.unit, "officer": caller.who, "at_ms": casework.now_ms}
    events = [DataReleased(**base, event_id=casework.new_id(), notice=key, recipient=recipient) for key in keys]  # type: ignore[arg-type]
    casework.office.keep([(EventRecord(event=one), "log") for one in events])
