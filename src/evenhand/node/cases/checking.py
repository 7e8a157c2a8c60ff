"""The machine checks before review that need more than the record: law, neutrality, other notices, age.

Knows:    what PROCEDURE section 2 asks for, point by point.
Told:     a case, the watchlist through the member, the time.
Answers:  every finding with its rule and remedy; none means people may look at it.
Trusted:  yes: nothing is submitted while one stands.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from evenhand.ground.canonical import digest
from evenhand.interop.neutrality import protected
from evenhand.matching.contract import Query
from evenhand.node.cases.model import Case
from evenhand.node.comparable import in_hand
from evenhand.node.member import Member
from evenhand.node.refugees import REFUGEE_CODES, is_refugee_document
from evenhand.notices.checks import Finding, check_notice
from evenhand.notices.model import PersonNotice

ADULT_YEARS: Final = 18
STATEMENT_CHARACTERS_MIN: Final = 10


def check_case(member: Member, case: Case) -> tuple[Finding, ...]:
    """Return every finding on a case, those of the record first."""
    found = [*check_notice(case.notice, case.detail), *_stated(case), *_neutral(case)]
    if isinstance(case.notice, PersonNotice):
        found += _child(case, case.notice, member.clock.now_ms())
        found += _compatible(member, case, case.notice)
        found += _refugee(case, case.notice)
        person = case.notice.person
        if not person.nationalities and not case.statements.nationality_unknown and case.notice.action != "NONE":
            found.append(_finding("nationality", "no nationality", "add one, or state that it is unknown"))
    return tuple(found)


def _finding(rule: str, words: str, remedy: str) -> Finding:
    return Finding(rule=rule, found=words, remedy=remedy)


def _says(text: str) -> bool:
    return len(text.strip()) >= STATEMENT_CHARACTERS_MIN


def _stated(case: Case) -> list[Finding]:
    found = []
    if not _says(case.statements.penalty_threshold):
        found.append(_finding("penalty-threshold", "the offence's penalty is not stated", "state --penalty-threshold"))
    if not _says(case.statements.neutrality):
        found.append(
            _finding(
                "neutrality", "not stated why this is no political, military, religious or racial matter",
                "state --neutrality",
            )
        )  # fmt: skip
    if case.kind == "EXTENSION" and not _says(case.statements.assessment):
        found.append(_finding("L-01", "an extension without an assessment", "state --assessment"))
    return found


def _neutral(case: Case) -> list[Finding]:
    """Refuse a text that states what no notice may hold."""
    texts = [value for value in msgspec.structs.asdict(case.detail).values() if isinstance(value, str)]
    texts += [*case.detail.remarks, *case.detail.marks, case.notice.category]
    return [
        _finding("P-03", f"{text[:60]!r} states a protected characteristic", "leave it out")
        for text in texts if protected(text)
    ]  # fmt: skip


def born_after(value: str, now_ms: int) -> bool:
    """Say whether somebody born on this (partial) date may be under age."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    latest = (value + "-12-31"[len(value) - 4 :])[:10] if len(value) in {4, 7} else value
    return latest > f"{now.year - ADULT_YEARS:04d}-{now.month:02d}-{now.day:02d}"


def _child(case: Case, notice: PersonNotice, now_ms: int) -> list[Finding]:
    may_be = any(born_after(one.value, now_ms) for one in notice.person.birth_dates)
    if may_be and case.statements.child == "no":
        return [_finding("child", "the birth date says that this may be a child", "state --child yes")]
    if (may_be or case.statements.child == "yes") and not _says(case.statements.child_reason):
        return [_finding("child", "a child, and no word on the child's best interests", "state --child-reason")]
    return []


def _refugee(case: Case, notice: PersonNotice) -> list[Finding]:
    """Find a person whom a document or nationality names as refugee or stateless (ICAO 9303 part 3 section 5)."""
    person = notice.person
    marked = bool(REFUGEE_CODES & set(person.nationalities)) or any(is_refugee_document(d) for d in person.documents)
    if not marked or _says(case.statements.protection):
        return []
    return [
        _finding(
            "P-03", "a refugee's or stateless person's document, and no word on the protection granted",
            "ask the state that issued it, and state --protection; a state fled seeks no refugee here",
        )
    ]  # fmt: skip


def _compatible(member: Member, case: Case, notice: PersonNotice) -> list[Finding]:
    """Find notices on what may be the same person that the author has not looked at."""
    person = notice.person
    query = Query(
        names=tuple(name.text for name in person.names[:10]),
        birth_date=person.birth_dates[0].value if person.birth_dates else None,
        documents=in_hand(person.documents[:10]),
    )  # fmt: skip
    strong = [
        f"{one.originator}:{one.notice_id}" for one in member.find(query).answer.candidates if one.band == "strong"
    ]  # fmt: skip
    unseen = [key for key in strong if key != case.key and key not in case.statements.compatible_with]
    if not unseen and (not case.statements.compatible_with or _says(case.statements.compatibility)):
        return []
    return [
        _finding(
            "compatibility", f"there are other notices on what may be this person: {', '.join(unseen) or 'as named'}",
            "name each with --compatible-with, and say with --compatibility why both can stand",
        )
    ]  # fmt: skip


def subject_digest(case: Case) -> str:
    """Return the digest by which a refused notice is known again: who it is about and what is asked."""
    bare = msgspec.to_builtins(case.notice)
    return digest({name: bare.get(name) for name in ("person", "document", "category")}).hex()
