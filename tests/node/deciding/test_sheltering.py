"""No hit message leaves about somebody protected against its reader, or while a member may still say so."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, RefusedError
from evenhand.node.deciding.sheltering import take_word
from evenhand.node.post import Letter
from evenhand.node.redress.protection import take_reply
from evenhand.node.topics import look

from .conftest import NINE, PASSPORT, Posts

SHOWN = {"type": "passport", "number": PASSPORT, "issuer": "UTO"}


async def verified(posts: Posts, *, category: str = "terrorism", second: str = "v2", **more: Any) -> str:
    key = posts.publish("PHL", category=category)
    await posts.scan("ITA", **more)
    await posts.verify("ITA", key, second=second)
    return key


async def letters(posts: Posts) -> list[str]:
    every = (await posts.ask("PHL", "encounter.inbox"))["letters"]
    return [one["kind"] for one in every if one["encounter"]]


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


def asked(posts: Posts) -> list[str]:
    ledger = posts.site("ITA").member.watchlist.fold.ledger("ITA")
    return [one.to for _, one in ledger.messages.values() if one.topic == "protection.ask"]


async def told_of_p03(posts: Posts, state: str = "OPEN") -> list[Any]:
    return (await posts.ask("ITA", "finding.list", rule="P-03", state=state))["findings"]


async def test_a_report_waits_for_every_member_and_goes_when_they_said(posts: Posts) -> None:
    posts.coalition.away = {"XPO"}
    await verified(posts)
    site = posts.site("ITA")
    assert asked(posts) == ["XPO"], "the verification asks: there is no time to lose"
    await posts.do("ITA", "check", officer="v1")
    for _ in range(2):
        with pytest.raises(RefusedError, match="XPO did not say") as refused:
            await posts.do("ITA", "contact", officer="v1")
        assert "again" in refused.value.remedy
        assert "2026-" in refused.value.remedy, "it says from when on it goes without"
    looks = [getattr(one.decision, "refused", "") for one in site.casework.book.entries()]
    assert looks.count("protection awaited: XPO") == 2, "that it waits is on record"
    posts.coalition.away = set()
    posts.share()
    await posts.do("ITA", "contact", officer="v1")
    assert await letters(posts) == ["hit"]
    assert asked(posts) == ["XPO"], "one encounter asks once"
    assert await told_of_p03(posts, "") == []


@pytest.mark.parametrize(("category", "minutes"), [("terrorism", 10), ("fugitive", 40)])
async def test_an_absent_member_does_not_hold_a_report_for_ever(posts: Posts, category: str, minutes: int) -> None:
    posts.coalition.away = {"XPO"}
    await verified(posts, category=category)
    await posts.do("ITA", "check", minutes=minutes - 2, officer="v1")
    with pytest.raises(RefusedError, match="XPO did not say"):
        await posts.do("ITA", "contact", minutes=1, officer="o1")
    await posts.do("ITA", "contact", minutes=1, officer="o1")
    posts.clock.advance(seconds=3 * 3600)
    assert "C-01" not in await posts.findings("ITA"), "it went before the originator had to be told"
    (found,) = await told_of_p03(posts, "EXCEPTED")
    assert "without the word of XPO" in found["found"]
    said = await posts.ask("ITA", "finding.list")
    assert said["excepted"] == {"P-03 PARTNER_SILENT": 1}
    (declared,) = posts.site("ITA").casework.office.overseer.engine.declared("ITA")
    assert (declared.silent, declared.encounter, declared.second) == (("XPO",), posts.encounter, "v2")
    month = await posts.ask("ITA", "report.month", month=format_ms(posts.clock.now_ms())[:7])
    assert month["figures"]["report"]["findings"]["P-03 EXCEPTED"] == 1
    assert month["figures"]["report"]["exceptions"] == {"PARTNER_SILENT": 1}
    assert await letters(posts) == ["hit"]


async def test_a_yes_that_comes_late_is_a_breach_at_once(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    posts.coalition.away = {"XPO"}
    await verified(posts)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", minutes=10, officer="v1")
    assert await told_of_p03(posts) == []
    posts.coalition.away = set()
    posts.share()
    (found,) = await told_of_p03(posts)
    assert found["severity"] == "S1"
    assert "protected person was reported" in found["found"]
    (alarm,) = (await posts.ask("ITA", "redress.list"))["alarms"]
    assert (alarm["finding"], alarm["encounter"]) == (found["finding"], posts.encounter)
    with pytest.raises(RefusedError, match="protected"):
        await posts.do("ITA", "report", items=NINE, officer="v1")
    with pytest.raises(RefusedError, match="not put to all"):
        await posts.ask("ITA", "finding.open", finding=found["finding"], reason="r", officer="a1")
    with pytest.raises(InputError, match="was not asked"):
        take_word(posts.site("ITA"), answer_of_xpo(posts))
    assert len(await told_of_p03(posts)) == 1, "an answer read twice is one breach"


def answer_of_xpo(posts: Posts) -> Letter:
    ledger = posts.site("ITA").member.watchlist.fold.ledger("XPO")
    (index, (at_ms, said)), = [(i, one) for i, one in ledger.messages.items() if one[1].topic == "protection.tell"]
    return Letter(sender="XPO", index=index, at_ms=at_ms, thread=said.thread, topic=said.topic, body=said.body.encode())


async def test_an_answer_kept_before_a_crash_still_stops_its_encounter(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    key = posts.publish("PHL")
    await posts.scan("ITA")
    posts.coalition.away = {"ITA"}
    await posts.verify("ITA", key)
    ita, xpo = posts.site("ITA"), posts.site("XPO")
    posts.coalition._pump(ita.member, xpo.member)
    look(xpo)
    posts.coalition._pump(xpo.member, ita.member)
    take_reply(ita, answer_of_xpo(posts))  # and here the power went
    posts.coalition.away = set()
    posts.share()
    (view,) = (await posts.ask("ITA", "encounter.list"))["encounters"]
    assert "PROTECTED_PERSON" in view["sides"]


async def test_one_person_alone_does_not_go_without_a_members_word(posts: Posts) -> None:
    posts.coalition.away = {"XPO"}
    await verified(posts, second="")
    await posts.do("ITA", "check", officer="v1")
    with pytest.raises(RefusedError, match="one person alone"):
        await posts.do("ITA", "contact", minutes=12, officer="v1")
    await posts.do("ITA", "contact", officer="o1")
    assert await letters(posts) == ["hit"]


async def test_who_is_asked_late_has_a_minute(posts: Posts) -> None:
    posts.coalition.away = {"XPO"}
    await verified(posts)
    store = posts.site("ITA").member.store
    store.apply({key: None for key, _ in store.scan(b"protection/", b"protection0")})
    with pytest.raises(RefusedError, match="XPO did not say"):
        await posts.do("ITA", "contact", minutes=12, officer="o1")


async def test_a_refugees_papers_are_never_reported_however_long_it_takes(posts: Posts) -> None:
    posts.coalition.away = {"XPO"}
    await verified(posts, nationalities=["XXB"])
    await posts.do("ITA", "check", officer="v1")
    with pytest.raises(RefusedError, match="protected"):
        await posts.do("ITA", "contact", minutes=50, officer="o1")
    assert await letters(posts) == []


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


async def test_who_keeps_silent_for_a_protected_person_is_accused_of_nothing(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    await verified(posts)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "act", action="INTERVIEW", officer="o1")
    posts.clock.advance(days=3)
    posts.share()
    assert [rule for rule in await posts.findings("ITA") if rule in {"C-01", "C-03", "C-04"}] == []


async def test_a_protected_person_who_is_somebody_else_is_cleared_in_silence(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    key = await verified(posts)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "verify", notice=key, outcome="NEGATIVE", officer="v1", second="v2")
    posts.clock.advance(days=3)
    posts.share()
    assert [rule for rule in await posts.findings("ITA") if rule.startswith("C-0")] == []
    assert await letters(posts) == []


async def test_an_error_is_not_told_of_this_encounter_to_the_state_fled(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    posts.coalition.away = {"XPO"}
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.do("ITA", "open")
    for words, instead in (("XPO did not say", "case report-error"), ("protected against the originator", "oversight")):
        with pytest.raises(RefusedError, match=words) as refused:
            await posts.do("ITA", "error", notice=key, evidence="the birth date is another person's")
        assert "rule P-03" in refused.value.why
        assert instead in refused.value.remedy
        posts.coalition.away = set()
        posts.share()
    await posts.scan("ITA", nationalities=["XXB"])
    with pytest.raises(RefusedError, match="protected"):
        await posts.do("ITA", "error", notice=key, evidence="wrong")
    assert await letters(posts) == []


async def test_after_a_late_yes_nothing_more_is_told(posts: Posts) -> None:
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    posts.coalition.away = {"XPO"}
    await verified(posts)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", minutes=10, officer="v1", urgency="FLASH")
    await posts.do("ITA", "report", items=NINE, officer="o1")
    posts.coalition.away = set()
    posts.share()
    told = await letters(posts)
    for _ in range(30):
        posts.clock.advance(seconds=60)
        posts.share()
    with pytest.raises(RefusedError, match="nothing more is told"):
        await posts.do("ITA", "follow-up", outcome="UPDATED")
    assert await letters(posts) == told, "no follow-up"
    ledger = posts.site("ITA").member.watchlist.fold.ledger("ITA")
    assert not [one for _, one in ledger.messages.values() if '"body":"reminder"' in one.body], "and no reminder"
