"""Recognising: a person who was found to be somebody else is not stopped again for that notice, whoever asks and how.

Knows:    how a person is known again, cleared pairs of this member, and redress numbers of all.
Told:     what is known of a person in hand, and what was found.
Answers:  what is shown, less the notices this person is known not to be the subject of; and how many those were.
Trusted:  yes: a pair that one way of asking does not honour stops the same person again.

An encounter always asks about a person in hand; a question outside one does where its purpose is a check of somebody
who waits. Who investigates or handles redress sees everything. Source: PROCEDURE sections 1 (point 4), 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.answering import Found
from evenhand.node.comparable import Asking, in_hand, names_said, question_of
from evenhand.node.site import Site
from evenhand.notices.model import RedressNumber
from evenhand.screening.cleared import Evidence, identity_basis

IN_HAND: Final = frozenset({"BORDER_CHECK", "BOARDING", "VISA", "POLICE_CHECK"})
"""Purposes for which somebody waits for the answer."""


def person_token(site: Site, person: Asking) -> str:
    """Return the token by which a person is known again within this member, asked about or met."""
    names = sorted({" ".join(name.casefold().split()) for name in names_said(person)})
    return site.casework.token([names, person.birth_date, person.sex] if names else _documents(person))


def evidence_of(site: Site, person: Asking, redress_number: str = "") -> Evidence:
    """Return the tokens by which this person is known again, in whatever words the documents are described."""
    first = _documents(person)[:1]
    return Evidence(
        person=person_token(site, person), document=site.casework.token(*first) if first else "",
        redress_number=redress_number,
    )  # fmt: skip


def _documents(person: Asking) -> list[str]:
    return sorted(f"{one.type}:{one.number.upper()}:{one.issuer}" for one in question_of(person).documents)


def unless_cleared(
    site: Site, person: Asking, found: Sequence[Found], redress_number: str = ""
) -> tuple[tuple[Found, ...], int]:
    """Return what was found less the notices this person was cleared of, and how many those were."""
    if not found:
        return (), 0
    evidence, numbers = evidence_of(site, person, redress_number), list(_numbers(site, person, redress_number))
    now, pairs = site.casework.now_ms, site.casework.office.pairs
    shown: list[Found] = []
    for one in found:
        key = f"{one.originator}:{one.notice_id}"
        standing = site.member.view.now(key, now)
        basis = "" if standing is None else identity_basis(standing.notice)
        by_number = any(said.notice.key == key and said.basis == basis for held in numbers for said in held.cleared)
        if not by_number and pairs.suppresses(key, basis, evidence) is None:
            shown.append(one)
    return tuple(shown), len(found) - len(shown)


def unless_known(site: Site, query: Query, found: Sequence[Found], purpose: str) -> tuple[tuple[Found, ...], int]:
    """Return what a question outside an encounter is shown, and how many notices its person was cleared of."""
    return unless_cleared(site, query, found) if purpose in IN_HAND else (tuple(found), 0)


def _numbers(site: Site, person: Asking, redress_number: str) -> Iterator[RedressNumber]:
    """Yield the redress numbers in force that are the person's: by the number itself, or by a document shown."""
    asked = _papers(question_of(person).documents)
    for code in site.member.roster.active_codes:
        for _, number in site.member.watchlist.fold.ledger(code).numbers.values():
            tied = _papers(in_hand(number.documents))
            if not number.revoked and (tied & asked or (redress_number and number.number == redress_number)):
                yield number


def _papers(documents: Iterable[QueryDocument]) -> set[tuple[str, str, str | None]]:
    return {(one.type, one.number.upper(), one.issuer) for one in documents}
