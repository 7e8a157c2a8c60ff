"""No hit message leaves about somebody protected against its reader, or while a member has not said."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.ground.errors import RefusedError

from .conftest import NINE, PASSPORT, Posts

SHOWN = {"type": "passport", "number": PASSPORT, "issuer": "UTO"}


async def verified(posts: Posts, **more: Any) -> str:
    key = posts.publish("PHL")
    await posts.scan("ITA", **more)
    await posts.verify("ITA", key)
    return key


async def letters(posts: Posts) -> list[str]:
    return [one["kind"] for one in (await posts.ask("PHL", "encounter.inbox"))["letters"]]


@pytest.mark.parametrize("documents", [[SHOWN], []], ids=["shown", "named by the notice"])
@pytest.mark.parametrize("holder", ["XPO", "ITA"])
async def test_a_protected_person_is_never_reported(posts: Posts, holder: str, documents: list[Any]) -> None:
    await posts.ask(holder, "protection.grant", documents=[SHOWN], against=["PHL"])
    await verified(posts, documents=documents)
    await posts.do("ITA", "check", officer="v1")
    for step, more in (("contact", {"reason": "waits"}), ("report", {"items": NINE}), ("contact", {"anyway": True})):
        with pytest.raises(RefusedError, match="protected") as refused:
            await posts.do("ITA", step, officer="v1", **more)
        assert refused.value.why == "rule P-03"
        assert "oversight" in refused.value.remedy
    (view,) = (await posts.ask("ITA", "encounter.list"))["encounters"]
    assert "PROTECTED_PERSON" in view["sides"]
    assert await letters(posts) == []


async def test_a_report_waits_for_every_member_and_goes_when_they_said(posts: Posts) -> None:
    await verified(posts)
    site = posts.site("ITA")
    await posts.ask("ITA", "encounter.check", encounter=posts.encounter, officer="v1")
    for _ in range(2):
        with pytest.raises(RefusedError, match="XPO did not say") as refused:
            await posts.ask("ITA", "encounter.contact", encounter=posts.encounter, officer="v1")
        assert "again" in refused.value.remedy
    looks = [getattr(one.decision, "refused", "") for one in site.casework.book.entries()]
    assert looks.count("protection awaited: XPO") == 2, "that it waits is on record"
    posts.share()
    await posts.do("ITA", "contact", officer="v1")
    assert await letters(posts) == ["hit"]
    asked = [one for _, one in posts.site("XPO").member.watchlist.fold.ledger("ITA").messages.values()
             if one.topic == "protection.ask"]  # fmt: skip
    assert len(asked) == 1, "one encounter asks once"


@pytest.mark.parametrize("more", [
    {"nationalities": ["XXB"]}, {"documents": [SHOWN | {"number": "T1", "issuer": "XXC"}]},
])  # fmt: skip
async def test_a_refugees_papers_stop_the_report_by_themselves(posts: Posts, more: dict[str, Any]) -> None:
    await verified(posts, **more)
    with pytest.raises(RefusedError):
        await posts.do("ITA", "contact", officer="v1")
    done = await posts.do("ITA", "check", officer="v1")
    assert "PROTECTED_PERSON" in done["sides"]


async def test_a_number_without_characters_names_no_document(posts: Posts) -> None:
    key = posts.publish("PHL", passport="Z9")
    await posts.scan("ITA", documents=[{"type": "passport", "number": "", "issuer": "UTO"}])
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    assert await letters(posts) == ["hit"]
