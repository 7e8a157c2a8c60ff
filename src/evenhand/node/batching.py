"""Many questions at once: a flight's travellers, a day's, a list to be compared with ours.

Knows:    how to keep the node's other work going meanwhile.
Told:     questions of one caller, all for the same instant.
Answers:  an answer for each in order, under one state digest and one freshness.
Trusted:  yes, as a single question.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import EvenhandError, InputError, LimitError, RefusedError
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX
from evenhand.identity.person import Sex
from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.answering import Found, Freshness, standing_candidates
from evenhand.node.comparable import question_of
from evenhand.node.deciding.noting import begin, note, served
from evenhand.node.deciding.recognising import unless_known
from evenhand.node.searching import Searched, freshness_here, search_all
from evenhand.node.site import Operation, Site, Stated
from evenhand.node.warming import patience


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What is known of one person or document in hand; `reference` comes back with the answer."""

    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    reference: str = ""


class BatchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions, as of one instant (RFC 3339; absent: now), and why they are asked, as in `find`."""

    questions: tuple[Question, ...]
    at: str | None = None
    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""


class BatchLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The answer to one question, or why it could not be asked: `not_asked` is empty where it was."""

    reference: str
    candidates: tuple[Found, ...]
    not_compared: tuple[str, ...]
    not_asked: str = ""


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answers in the order of the questions; `states` has one digest unless the picture moved meanwhile."""

    at: str
    states: tuple[str, ...]
    answers: tuple[BatchLine, ...]
    freshness: Freshness


async def find_many(site: Site, request: BatchRequest) -> BatchAnswer:
    """Answer many questions. Raises LimitError, InputError, NotReadyError; a bad question is a line of its own."""
    if not request.questions:
        raise InputError("no questions", remedy="give at least one")
    if len(request.questions) > API_BATCH_QUESTIONS_MAX:
        raise LimitError(f"{len(request.questions)} questions", why=f"1 to {API_BATCH_QUESTIONS_MAX} at once")
    member = site.member
    await patience(member.matcher)
    why = Stated(purpose=request.purpose, legal_basis=request.legal_basis, reference=request.reference, via="batch")
    stated = begin(site, why)
    now = member.clock.now_ms()
    at_ms = now if request.at is None else parse_ms(request.at)
    asked: list[Query | InputError] = [_tried(question) for question in request.questions]
    found = search_all(member, [query for query in asked if isinstance(query, Query)])
    lines: list[BatchLine] = []
    states = {member.vector().digest(): None}
    for question, query in zip(request.questions, asked, strict=True):
        if isinstance(query, InputError):
            lines.append(_unasked(question, query))
            continue
        one = await anext(found)
        states[one.state] = None
        candidates, suppressed = _shown(site, one, at_ms), 0
        try:
            if candidates and request.at is None:
                candidates, suppressed = unless_known(site, query, candidates, stated.purpose)
            note(site, _beside(stated, question), query, candidates, one.state, suppressed=suppressed)
        except RefusedError as error:  # what was found is not this caller's to see
            lines.append(_unasked(question, error))
            continue
        lines.append(
            BatchLine(reference=question.reference, not_compared=one.answer.not_compared, candidates=candidates)
        )
    await site.durable()
    return BatchAnswer(
        at=format_ms(at_ms), states=tuple(states), answers=tuple(lines), freshness=freshness_here(member, now)
    )


def _shown(site: Site, searched: Searched, at_ms: int) -> tuple[Found, ...]:
    if not searched.answer.candidates:
        return ()  # as for nearly everybody
    return served(site, standing_candidates(searched.answer, site.member.view, at_ms), at_ms)


def _tried(question: Question) -> Query | InputError:
    try:
        return question_of(question)
    except InputError as error:
        return error


def _beside(stated: Stated, question: Question) -> Stated:
    """Return why one question is asked: a line of a list may bring its own reference."""
    if stated.reference or not question.reference:
        return stated
    return msgspec.structs.replace(stated, reference=question.reference)


def _unasked(question: Question, error: EvenhandError) -> BatchLine:
    return BatchLine(reference=question.reference, candidates=(), not_compared=(), not_asked=str(error))


BATCHING: Final = (Operation("find.batch", BatchRequest, "read", find_many),)
