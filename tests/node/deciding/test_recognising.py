"""Who was cleared is not stopped again, at whichever door of this member the question comes in."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.identity.person import Document
from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.comparable import question_of
from evenhand.node.deciding.recognising import evidence_of, person_token
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Cleared, NoticeRef, RedressNumber
from evenhand.screening.cleared import identity_basis
from evenhand.screening.events import PersonAsked

from .conftest import NAME, PASSPORT, Posts

PERSON: dict[str, Any] = {
    "names": [NAME], "documents": [{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
}  # fmt: skip
WHY = {"purpose": "BORDER_CHECK", "legal_basis": "Code 8", "reference": "lane 4"}


async def find(posts: Posts, code: str, **more: Any) -> int:
    said = await posts.ask(code, "find", **(PERSON | WHY | more))
    return len(said["document"]["answer"]["candidates"])


async def batch(posts: Posts, code: str, **more: Any) -> int:
    said = await posts.ask(code, "find.batch", questions=[PERSON], **(WHY | more))
    return len(said["answers"][0]["candidates"])


@pytest.mark.parametrize("ask", [find, batch])
async def test_the_cleared_person_is_not_found_again_by_any_question(posts: Posts, ask: Any) -> None:
    key = posts.publish("PHL")
    assert await ask(posts, "ITA") == 1
    await posts.scan("ITA")
    await posts.verify("ITA", key, "NEGATIVE")
    assert await ask(posts, "ITA") == 0
    assert await ask(posts, "ITA", purpose="INVESTIGATION") == 1, "who investigates sees everything"
    assert await ask(posts, "XPO") == 1, "another member has not met this person"
    book = posts.site("ITA").casework.book
    events = [getattr(one.decision, "event", None) for one in book.entries()]
    asked = [one for one in events if isinstance(one, PersonAsked)]
    assert [(one.found, one.suppressed) for one in asked] == [(1, 0), (0, 1), (1, 0)]


async def test_a_redress_number_is_consulted_by_every_question_at_every_member(posts: Posts) -> None:
    key = posts.publish("PHL")
    standing = posts.site("ITA").member.view.now(key, posts.clock.now_ms())
    assert standing is not None
    cleared = Cleared(notice=NoticeRef(originator="PHL", notice_id=key[4:]), basis=identity_basis(standing.notice))
    document = Document(type="passport", number=PASSPORT, issuer="UTO")
    number = RedressNumber(number="a" * 32, documents=(document,), cleared=(cleared,))
    posts.site("XPO").member.publish([Outgoing(number)])
    posts.share()
    for code in ("ITA", "PHL", "XPO"):
        assert await find(posts, code) == 0, code
    assert await find(posts, "ITA", documents=[]) == 1


async def test_another_document_is_another_question_and_accuses_nobody(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key, "NEGATIVE")
    assert len((await posts.scan("ITA", documents=[]))["candidates"]) == 1
    assert await posts.findings("ITA", rule="C-04") == []


@pytest.mark.parametrize(
    ("written", "asked"), [(("P", "D"), ("passport", "DEU")), (("passport", "DEU"), ("Passport", "D"))]
)
async def test_a_person_is_known_again_by_a_document_however_its_kind_and_issuer_are_written(
    posts: Posts, written: tuple[str, str], asked: tuple[str, str]
) -> None:
    site = posts.site("ITA")
    one, other = (
        Query(documents=(QueryDocument(number=PASSPORT, type=kind, issuer=issuer),))
        for kind, issuer in (written, asked)
    )
    assert evidence_of(site, one) == evidence_of(site, other)
    assert evidence_of(site, one).person == person_token(site, question_of(other)), "as a question is recorded"


async def test_a_redress_number_is_found_by_a_document_of_the_same_kind_in_other_words(posts: Posts) -> None:
    key = posts.publish("PHL")
    standing = posts.site("ITA").member.view.now(key, posts.clock.now_ms())
    assert standing is not None
    cleared = Cleared(notice=NoticeRef(originator="PHL", notice_id=key[4:]), basis=identity_basis(standing.notice))
    document = Document(type="P", number=PASSPORT, issuer="UTO")
    number = RedressNumber(number="a" * 32, documents=(document,), cleared=(cleared,))
    posts.site("XPO").member.publish([Outgoing(number)])
    posts.share()
    assert await find(posts, "ITA") == 0
