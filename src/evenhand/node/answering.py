"""Answering: candidates from the matcher, joined with what their notices ask, under one state digest.

Knows:    the view, the matcher and the age of what partners last said.
Told:     a question and an instant.
Answers:  one document: `answer` is byte-identical at every member with equal view and clearance for the
          same question and instant; `freshness` is this node's own.
Trusted:  yes. A candidate is a reason to ask a question, never an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.clock import format_ms
from evenhand.matching.contract import Answer, Candidate, Matcher, Query, Reason
from evenhand.node.comparable import listed_of
from evenhand.notices.model import DocumentNotice, Handling, PersonNotice
from evenhand.watchlist.digest import ViewVector
from evenhand.watchlist.view import Standing, View

STALE_SECONDS: Final = 15 * 60  # PROCEDURE section 3: older is shown as stale
OFFLINE_SECONDS: Final = 24 * 60 * 60  # PROCEDURE section 3: older yields DISCREET_REPORT at most


class Linked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What a member says of this notice and another."""

    said_by: str
    relation: str
    notice: str


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One notice that may concern the person or document in hand."""

    originator: str
    notice_id: str
    version: int
    kind: str
    listed_as: str
    category: str
    requested_action: str
    fallback_action: str
    action_here: str
    strength: int
    band: str
    reasons: tuple[Reason, ...]
    handling: Handling
    expires: str
    flagged_here: bool = False
    refer_to_originator: bool = False
    links: tuple[Linked, ...] = ()


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part every member with equal view and clearance prints alike."""

    at: str
    state: str
    candidates: tuple[Found, ...]
    not_compared: tuple[str, ...]


class Freshness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How old this node's copy is: seconds since the partner longest unheard was heard (None: never)."""

    oldest_seconds: int | None
    by_member: dict[str, int | None]
    stale: bool
    action_ceiling: str | None
    """DISCREET_REPORT where the copy is too old for more."""


class AnswerDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer and this node's freshness."""

    answer: AnswerBody
    freshness: Freshness

    def body_bytes(self) -> bytes:
        """Return the canonical bytes of the answer proper."""
        return canonical_bytes(self.answer)


def united(first: AnswerDocument, second: AnswerDocument) -> AnswerDocument:
    """Return the answer to two questions about one person: each notice once, as the stronger says, strongest first."""
    found = strongest(first.answer.candidates, second.answer.candidates)
    both = dict.fromkeys((*first.answer.not_compared, *second.answer.not_compared))
    body = msgspec.structs.replace(second.answer, candidates=found, not_compared=tuple(both))
    return msgspec.structs.replace(second, answer=body)


def strongest(*found: Sequence[Found]) -> tuple[Found, ...]:
    """Return what questions about one person found: each notice once, as the strongest says, strongest first."""
    kept: dict[tuple[str, str], Found] = {}
    for one in sorted((one for some in found for one in some), key=_order):
        kept.setdefault((one.originator, one.notice_id), one)
    return tuple(kept.values())


def _order(one: Found) -> tuple[int, str]:
    return -one.strength, f"{one.originator}:{one.notice_id}"


def answer(query: Query, *, matcher: Matcher, view: View, vector: ViewVector, at_ms: int) -> AnswerBody:
    """Return what the list says about a question at an instant."""
    found = matcher.search(query)
    return AnswerBody(
        at=format_ms(at_ms),
        state=vector.digest(),
        candidates=standing_candidates(found, view, at_ms),
        not_compared=found.not_compared,
    )


def answer_then(query: Query, *, matcher: Matcher, view: View, vector: ViewVector, at_ms: int) -> AnswerBody:
    """Return what the list said about a question at an instant, by its originators' own times.

    What was erased since is gone for good and is not found.
    """
    otherwise = set(view.keys_told_otherwise(at_ms))
    then = matcher.fresh()
    then.put_many((key, listed_of(one.notice)) for key in sorted(otherwise) if (one := view.at(key, at_ms)) is not None)
    found = matcher.search(query)
    candidates = [one for one in found.candidates if one.key not in otherwise]
    candidates += then.search(query).candidates
    standing = [(one, view.at(one.key, at_ms)) for one in sorted(candidates, key=lambda one: (-one.strength, one.key))]
    return AnswerBody(
        at=format_ms(at_ms), state=vector.digest(), not_compared=found.not_compared,
        candidates=tuple(_found(candidate, notice) for candidate, notice in standing if notice is not None),
    )  # fmt: skip


def standing_candidates(found: Answer, view: View, at_ms: int) -> tuple[Found, ...]:
    """Return what a search found, less what does not stand at the instant, with what is asked of each."""
    standing = [(candidate, view.now(candidate.key, at_ms)) for candidate in found.candidates]
    return tuple(_found(candidate, notice) for candidate, notice in standing if notice is not None)


def _found(candidate: Candidate, standing: Standing) -> Found:
    notice = standing.notice
    return Found(
        originator=standing.originator, notice_id=notice.notice_id, version=notice.version,
        kind="person" if isinstance(notice, PersonNotice) else "document", listed_as=listed_as(notice),
        category=notice.category, requested_action=notice.action, fallback_action=notice.fallback,
        action_here=standing.action, strength=candidate.strength, band=candidate.band,
        reasons=candidate.reasons, handling=notice.handling, expires=notice.expires,
        flagged_here=standing.flagged_here, refer_to_originator=standing.refer_to_originator,
        links=tuple(
            Linked(said_by=code, relation=relation, notice=key) for code, relation, key in standing.links
        ),
    )  # fmt: skip


def listed_as(notice: PersonNotice | DocumentNotice) -> str:
    """Return the one line by which a notice is called on a screen."""
    if isinstance(notice, PersonNotice):
        names = notice.person.names
        return next((name.text for name in names if name.kind == "primary"), names[0].text)
    return f"{notice.document.type} {notice.document.number}"


def freshness(heard_ms: dict[str, int | None], now_ms: int) -> Freshness:
    """Return how old the copy is, from when each active partner was last heard."""
    ages = {
        code: None if heard is None else max(0, now_ms - heard) // 1000
        for code, heard in sorted(heard_ms.items())
    }
    known = [age for age in ages.values() if age is not None]
    oldest = max(known) if known and len(known) == len(ages) else None
    alone = not ages
    too_old = not alone and (oldest is None or oldest > OFFLINE_SECONDS)
    return Freshness(
        oldest_seconds=0 if alone else oldest, by_member=ages,
        stale=not alone and (oldest is None or oldest > STALE_SECONDS),
        action_ceiling="DISCREET_REPORT" if too_old else None,
    )  # fmt: skip
