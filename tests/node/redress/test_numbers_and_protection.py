"""Redress numbers end with consent or notice; protection is asked without saying who, never by the state fled."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
import pytest

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import EvenhandError, InputError, NotFoundError, RefusedError, VerificationError
from evenhand.identity.person import Document
from evenhand.node.post import Letter, unhandled
from evenhand.node.redress import protection
from evenhand.node.redress.objecting import Objection, take_objection
from evenhand.node.redress.protection import (
    Question,
    Reply,
    item_of,
    take_question,
    take_reply,
)
from evenhand.node.refugees import is_refugee_document
from evenhand.node.topics import TOPICS, settle
from evenhand.trust import blinded
from tests.node.cases.drafts import draft, published
from tests.node.people.coalition import Coalition

DOCUMENT = draft()["notice"]["person"]["documents"][0]
OWN = {"type": "passport", "number": "V-123 456", "issuer": "UTO"}
HELD = {"type": "passport", "number": "v123456", "issuer": "UTO"}


def numbers(coalition: Coalition, code: str) -> int:
    return len(coalition[code].site.member.watchlist.fold.ledger("PHL").numbers)


async def test_a_number_reaches_every_member_and_is_erased_with_consent(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    misuse = {"consent": "file C-1", "marks": ["scar on the left hand"]}
    made = await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key], misuse=misuse)
    coalition.share()
    assert [numbers(coalition, code) for code in ("ITA", "PHL", "XPO")] == [1, 1, 1]
    assert made["cleared"] == [key]
    await phl.ask("a-redress-officer", "redress.take-back", number=made["number"][:10])
    coalition.share()
    assert [numbers(coalition, code) for code in ("ITA", "PHL", "XPO")] == [0, 0, 0]
    with pytest.raises(NotFoundError):
        await phl.ask("a-redress-officer", "redress.take-back", number=made["number"])


async def test_a_victims_data_goes_with_the_notice(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    misuse = {"consent": "file C-1", "marks": ["scar"]}
    await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key], misuse=misuse)
    await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key])
    coalition.share()
    await coalition["ITA"].ask("a-analyst", "notice.withdraw", notice=key, reason="over")
    coalition.share()
    assert [numbers(coalition, code) for code in ("ITA", "PHL", "XPO")] == [1, 1, 1], "the number without data stays"


async def test_a_number_is_tied_to_something(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    with pytest.raises(RefusedError, match="issuer"):
        await phl.ask("a-redress-officer", "redress.number", documents=[OWN | {"issuer": None}], notices=[key])
    with pytest.raises(InputError, match="tied"):
        await phl.ask("a-redress-officer", "redress.number", documents=[], notices=[key])
    await coalition["ITA"].ask("a-analyst", "notice.erase", notice=key, reason_class="court")
    coalition.share()
    with pytest.raises(NotFoundError, match="nothing any more"):
        await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key])


async def ask(coalition: Coalition, code: str, originator: str, *documents: dict[str, Any]) -> dict[str, Any]:
    asked = await coalition[code].ask("a-liaison", "protection.ask", documents=list(documents), originator=originator)
    before = asked["report"]
    coalition.share()
    shown = await coalition[code].ask("a-liaison", "protection.show", question=asked["question"])
    return {"before": before, **shown}


async def test_whoever_is_protected_is_not_reported_and_nobody_learns_who_was_asked(coalition: Coalition) -> None:
    await coalition["XPO"].ask("a-redress-officer", "protection.grant", documents=[OWN], against=["ITA"])
    yes = await ask(coalition, "PHL", "ITA", HELD)
    assert (yes["before"], yes["report"], yes["awaited"]) == ("wait", "no", [])
    no = await ask(coalition, "PHL", "ITA", DOCUMENT)
    assert no["report"] == "yes"
    letters = coalition["XPO"].site.member.watchlist.fold.ledger("PHL").messages.values()
    bodies = [said.body for _, said in letters if said.topic == "protection.ask"]
    assert len(bodies) == 2
    assert not any("123456" in body for body in bodies)
    own = await ask(coalition, "XPO", "ITA", OWN)
    assert own["report"] == "no", "what we protect ourselves needs no answer"


def answer_sizes(coalition: Coalition) -> set[int]:
    """Return how many things are listed in XPO's answers to ITA."""
    messages = coalition["ITA"].site.member.watchlist.fold.ledger("XPO").messages.values()
    return {said.body.count('",') for _, said in messages if said.topic == "protection.tell"}


async def test_the_state_fled_learns_nothing(coalition: Coalition) -> None:
    await coalition["XPO"].ask("a-redress-officer", "protection.grant", documents=[OWN], against=["ITA"])
    answer = await ask(coalition, "ITA", "PHL", OWN)
    assert answer["report"] == "yes", "to ITA there is no such person"
    before = answer_sizes(coalition)
    await coalition["XPO"].ask("a-redress-officer", "protection.grant", documents=[DOCUMENT], against=["PHL"])
    await ask(coalition, "ITA", "PHL", OWN)
    assert answer_sizes(coalition) == before, "an answer's length does not tell how many are protected"


async def test_a_long_register_is_answered_over_several_looks(
    coalition: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protection, "TAGS_AT_ONCE", 1)
    more = [OWN | {"number": f"W{number}"} for number in range(3)]
    made = await coalition["XPO"].ask("a-redress-officer", "protection.grant", documents=[OWN, *more], against=["ITA"])
    asked = await coalition["PHL"].ask("a-liaison", "protection.ask", documents=[HELD], originator="ITA")
    coalition.share(1)
    assert not settle(coalition["XPO"].site), "more is to be prepared"
    for _ in range(3):
        coalition.share(1)
    assert settle(coalition["XPO"].site)
    coalition.share()
    shown = await coalition["PHL"].ask("a-liaison", "protection.show", question=asked["question"])
    assert shown["report"] == "no"
    assert coalition["XPO"].site.tags
    await coalition["XPO"].ask("a-redress-officer", "protection.end", protection=made["protection"])
    assert not coalition["XPO"].site.tags


async def test_a_refugee_document_answers_at_once(coalition: Coalition) -> None:
    asked = await coalition["PHL"].ask(
        "a-liaison", "protection.ask", documents=[HELD | {"issuer": "XXB"}], originator="ITA"
    )
    assert asked["report"] == "no"
    assert is_refugee_document(Document(type="convention_1951", number="1", issuer="UTO"))
    assert not is_refugee_document(Document(type="passport", number="1", issuer="UTO"))
    assert item_of(msgspec.convert(OWN, Document)) == item_of(msgspec.convert(HELD, Document))


async def test_a_notice_of_the_state_fled_is_shown_to_the_redress_officer(coalition: Coalition) -> None:
    key, phl = await published(coalition), coalition["PHL"]
    made = await phl.ask("a-redress-officer", "protection.grant", documents=[DOCUMENT], against=["ITA"])
    listed = await phl.ask("a-redress-officer", "protection.list")
    assert listed["notices"] == [[made["protection"], key]]
    await phl.ask("a-redress-officer", "protection.end", protection=made["protection"][:8])
    assert (await phl.ask("a-redress-officer", "protection.list"))["protected"] == []
    with pytest.raises(NotFoundError):
        await phl.ask("a-redress-officer", "protection.end", protection=made["protection"])


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("protection.grant", {"documents": [OWN], "against": []}),
        ("protection.grant", {"documents": [], "against": ["ITA"]}),
        ("protection.grant", {"documents": [OWN | {"issuer": None}], "against": ["ITA"]}),
        ("protection.grant", {"documents": [OWN], "against": ["italy"]}),
    ],
)
async def test_a_protection_names_somebody_and_somewhere(
    coalition: Coalition, operation: str, request_: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        await coalition["PHL"].ask("a-redress-officer", operation, **request_)


async def test_what_cannot_be_asked_is_refused(coalition: Coalition, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="issuers"):
        await coalition["PHL"].ask("a-liaison", "protection.ask", documents=[OWN | {"issuer": None}], originator="ITA")
    with pytest.raises(NotFoundError):
        await coalition["PHL"].ask("a-liaison", "protection.show", question="zz")
    monkeypatch.setattr(protection, "REGISTER_MAX", 0)
    with pytest.raises(RefusedError, match="full"):
        await coalition["PHL"].ask("a-redress-officer", "protection.grant", documents=[OWN], against=["ITA"])


def letter(sender: str, body: bytes) -> Letter:
    return Letter(sender=sender, index=0, at_ms=0, thread="0" * 32, topic="protection.ask", body=body)


async def test_partners_that_cheat_are_refused(coalition: Coalition, monkeypatch: pytest.MonkeyPatch) -> None:
    site = coalition["XPO"].site
    point = b64encode(b"\x00" * 32).decode()
    for points, kind in (((), InputError), ((point,), VerificationError)):
        with pytest.raises(kind):
            take_question(site, letter("ITA", protection._QUESTION.encode(Question(question="1" * 32, points=points))))
    good = b64encode(blinded.hash_to_group(b"x")).decode()
    monkeypatch.setattr(protection, "ASKED_DAILY_MAX", 0)
    with pytest.raises(RefusedError, match="too often"):
        take_question(site, letter("ITA", protection._QUESTION.encode(Question(question="1" * 32, points=(good,)))))
    asked = await coalition["PHL"].ask("a-liaison", "protection.ask", documents=[OWN], originator="ITA")
    for sender, name, kind2 in (("ITA", asked["question"], InputError), ("XPO", "0" * 32, InputError),
                                ("XPO", asked["question"], VerificationError)):  # fmt: skip
        body = protection._REPLY.encode(Reply(question=name, points=(), tags=()))
        with pytest.raises(kind2):
            take_reply(coalition["PHL"].site, letter(sender, body))
    coalition.share()
    assert unhandled(site, TOPICS) == [], "a refused question is not asked for ever"
    assert issubclass(VerificationError, EvenhandError)


async def test_the_desk_blocks_in_its_own_name(coalition: Coalition) -> None:
    key, phl, xpo = await published(coalition), coalition["PHL"], coalition["XPO"]
    await phl.ask("a-redress-officer", "protection.object", notice=key, grounds="Juan is protected by PHL")
    coalition.share()
    listed = await coalition["ITA"].ask("a-analyst", "notice.list", everything=True)
    assert listed["notices"][0]["standing"] == "blocked"
    seen = (await coalition["ITA"].ask("a-liaison", "redress.list"))["matters"][0]
    assert (seen["receiver"], seen["decider"], seen["statement"]) == ("XPO", "XPO", "rule P-03")
    assert "PHL" not in str(seen)
    said = {"matter": seen["matter"], "result": "GRANTED", "reasons": "protected", "ruling": "DELETE"}
    await xpo.ask("a-redress-officer", "redress.decide", **said)
    coalition.share()
    assert coalition["ITA"].site.held(key).erased
    assert "PHL" not in str((await coalition["ITA"].ask("a-liaison", "redress.list", everything=True))["matters"])


async def test_an_objection_goes_to_a_desk_that_stands_apart(coalition: Coalition) -> None:
    own, desks = await published(coalition, "PHL"), await published(coalition, "XPO", name="Ana Otra")
    for key in (own, desks):
        with pytest.raises(RefusedError, match="no desk stands apart"):
            await coalition["PHL"].ask("a-redress-officer", "protection.object", notice=key, grounds="g")
    by_itself = await coalition["XPO"].ask("a-redress-officer", "protection.object", notice=own, grounds="g")
    assert by_itself["desk"] == "XPO"
    body = canonical_bytes(Objection(matter="1" * 32, notice=own, grounds="g"))
    for code, sender in (("ITA", "XPO"), ("XPO", "PHL")):
        with pytest.raises(InputError, match="not this desk"):
            take_objection(coalition[code].site, letter(sender, body))
