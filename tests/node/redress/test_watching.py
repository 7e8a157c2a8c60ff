"""The refugee check at publication: the protecting member finds the notice when it arrives, and says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.casework.records import JournalRecord
from evenhand.ground.errors import NotReadyError
from evenhand.node.redress import watching
from evenhand.node.topics import look
from evenhand.notices.model import decode_record
from tests.node.cases.drafts import draft, published
from tests.node.people.coalition import Coalition


def document_of(coalition: Coalition, key: str) -> dict[str, Any]:
    """Return the document that a notice names."""
    held = coalition["XPO"].site.held(key)
    named = decode_record(held.versions[-1].text).person.documents[0]  # type: ignore[union-attr]
    return {"type": named.type, "number": named.number, "issuer": named.issuer}


def journal(coalition: Coalition, code: str) -> list[str]:
    found = [one.decision for one in coalition[code].site.casework.book.entries()]
    return [one.text for one in found if isinstance(one, JournalRecord) and one.kind == "protection.hunted"]


async def hunted(coalition: Coalition, code: str) -> list[tuple[str, str]]:
    desk = await coalition[code].ask("a-redress-officer", "redress.list")
    return [(protection, notice) for protection, notice, _ in desk["hunted"]]


async def test_a_notice_of_a_state_fled_is_found_when_it_arrives_and_once(coalition: Coalition) -> None:
    first = await published(coalition)
    both = [document_of(coalition, first), draft("Ana Otra")["notice"]["person"]["documents"][0]]
    for code, against in (("XPO", "ITA"), ("PHL", "XPO")):
        await coalition[code].ask("a-redress-officer", "protection.grant", documents=both, against=[against])
    look(coalition["XPO"].site)
    look(coalition["PHL"].site)
    ((protection, notice),) = await hunted(coalition, "XPO")
    assert notice == first, "also one that was there before"
    assert await hunted(coalition, "PHL") == [], "ITA is no state that this person fled"
    second = await published(coalition, name="Ana Otra")
    coalition.share()
    assert sorted(await hunted(coalition, "XPO")) == sorted([(protection, first), (protection, second)])
    for _ in range(2):
        look(coalition["XPO"].site)
    coalition["XPO"].site.watched.clear()  # a start
    look(coalition["XPO"].site)
    assert len(journal(coalition, "XPO")) == 2, "each is recorded once"
    assert journal(coalition, "ITA") == []
    sent = coalition["ITA"].site.member.watchlist.fold.ledger("XPO").messages
    assert not any(said.topic.startswith("protection") for _, said in sent.values()), "and nobody is told"
    await coalition["XPO"].ask("a-redress-officer", "protection.end", protection=protection)
    assert await hunted(coalition, "XPO") == []
    look(coalition["XPO"].site)


async def test_a_matcher_that_is_not_ready_is_asked_again(
    coalition: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await published(coalition)
    await coalition["XPO"].ask(
        "a-redress-officer", "protection.grant", documents=[document_of(coalition, key)], against=["ITA", "PHL"]
    )

    def not_ready(*_: object) -> None:
        raise NotReadyError("the matcher is being made ready")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "hunted", not_ready)
        assert look(coalition["XPO"].site) == 0
    assert await hunted(coalition, "XPO") == []
    assert look(coalition["XPO"].site) == 1
    assert len(await hunted(coalition, "XPO")) == 1
