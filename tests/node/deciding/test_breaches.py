"""A finding S1 is told at once to the other member it concerns, and never to the state somebody fled."""

from __future__ import annotations

from typing import Any

from evenhand.casework.letters import Breach
from evenhand.casework.memory import dump, load
from evenhand.casework.records import LetterRecord
from evenhand.node.deciding.merging import Carried, print_carried
from evenhand.screening.events import (
    ActionTaken,
    Candidate,
    CandidatesShown,
    OriginatorContacted,
    QueryMade,
    Verified,
)

from .conftest import PASSPORT, Posts


async def told(posts: Posts, code: str) -> list[Any]:
    return list((await posts.ask(code, "finding.list", state=""))["told"])


def wait(posts: Posts, minutes: int) -> None:
    posts.clock.advance(seconds=60 * minutes)
    posts.share()


async def hold(posts: Posts) -> str:
    """Hold somebody without authorisation, the originator asked; nobody answers."""
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    return key


async def test_both_members_and_their_oversight_hear_at_once_and_once(posts: Posts) -> None:
    key = await hold(posts)
    await posts.do("ITA", "act", action="ARREST", anyway=True)
    said = await told(posts, "PHL")
    assert {one["says"]["rule"] for one in said} == {"A-01", "A-02"}
    assert len(said) == len({one["says"]["finding"] for one in said}) == 3, "two acts without authorisation"
    assert {(one["by"], one["says"]["member"], one["says"]["unit"]) for one in said} == {("ITA", "ITA", "airport")}
    assert "o1" not in str(said), "the officer is named to nobody else"
    assert await told(posts, "XPO") == [], "it does not concern them"
    assert await told(posts, "ITA") == []
    (first, *_), everything = said, await posts.ask("PHL", "encounter.inbox")
    assert {one["kind"] for one in everything["letters"] if one["urgency"] == "URGENT"} >= {"breach"}
    opened = await posts.ask("PHL", "encounter.read", letter=first["letter"][:12], officer="ov2")
    assert opened["notice"] == key
    before = posts.site("ITA").casework.book.size
    for _ in range(3):
        posts.share()
    assert posts.site("ITA").casework.book.size == before
    memory = load(dump(posts.site("ITA").casework.office.memory(posts.clock.now_ms())))
    assert memory is not None
    assert memory.breaches.waiting == {}


async def test_the_silent_originator_hears_what_it_is_accused_of(posts: Posts) -> None:
    await hold(posts)
    wait(posts, 35)
    (said,) = [one for one in await told(posts, "PHL") if one["says"]["rule"] == "C-02"]
    assert said["says"]["member"] == "PHL"


async def test_what_was_told_is_taken_back_in_the_same_way(posts: Posts) -> None:
    await hold(posts)
    await posts.do("ITA", "act", action="ARREST", anyway=True)
    given = {"code": "DANGER_TO_LIFE", "reason": "fire", "second": "s2", "officer": "s1", "hours_back": 3}
    await posts.ask("ITA", "finding.except", encounter=posts.encounter, rules=["A-01"], **given)
    posts.share()
    said = {(one["says"]["rule"], one["says"].get("state", "OPEN")) for one in await told(posts, "PHL")}
    assert said == {("A-01", "EXCEPTED"), ("A-02", "OPEN")}
    assert {one["says"]["rule"] for one in (await posts.ask("PHL", "finding.list"))["told"]} == {"A-02"}


async def test_the_originator_hears_of_a_breach_no_earlier_than_of_the_person(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    assert "A-02" in await posts.findings("ITA")
    assert await told(posts, "PHL") == []
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    assert "A-02" in {one["says"]["rule"] for one in await told(posts, "PHL")}


async def test_the_state_fled_hears_nothing(posts: Posts) -> None:
    key = posts.publish("PHL")
    passport = {"type": "passport", "number": PASSPORT, "issuer": "UTO"}
    await posts.scan("ITA", nationalities=["XXB"], documents=[passport])
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    await posts.do("ITA", "check", officer="v1")
    wait(posts, 24 * 60)
    assert {"A-02", "A-03"} <= set(await posts.findings("ITA"))
    assert [one for one in await told(posts, "PHL") if one["says"]["rule"].startswith("A-")] == []
    letters = [one.decision for one in posts.site("ITA").casework.book.entries()]
    breaches = [one for one in letters if isinstance(one, LetterRecord) and isinstance(one.letter.content, Breach)]
    assert [one for one in breaches if one.letter.encounter] == []


async def test_a_post_that_asked_without_looking_has_told_the_originator_all_the_same(posts: Posts) -> None:
    """Merged from a post that called its encounter what it liked: refused as a step, done as a fact."""
    key = posts.publish("PHL")
    site, now = posts.site("ITA"), posts.clock.now_ms()
    base: dict[str, Any] = {"member": "ITA", "unit": "harbour", "officer": "o3", "encounter": "haha-1"}
    candidate = Candidate(notice=key, version=1, action="HOLD", terrorism=True)
    events = (
        QueryMade(**base, event_id="h1", at_ms=now - 90 * 60_000, purpose="BORDER_CHECK", person="p"),
        CandidatesShown(**base, event_id="h2", at_ms=now - 89 * 60_000, candidates=(candidate,)),
        Verified(**base, event_id="h3", at_ms=now - 88 * 60_000, notice=key, outcome="POSITIVE"),
        OriginatorContacted(**base, event_id="h4", at_ms=now - 87 * 60_000, notice=key, message="radio"),
        ActionTaken(**base, event_id="h5", at_ms=now - 86 * 60_000, action="HOLD"),
    )  # fmt: skip
    place = site.folder.path / "post.json"
    carried = Carried(member="ITA", events=events, terms=(), pairs=(), letters=())
    place.write_bytes(print_carried(carried, site.member.keys))
    await posts.ask("ITA", "encounter.merge", place=str(place), officer="s1")
    posts.share()
    assert "A-03" in {one["says"]["rule"] for one in await told(posts, "PHL")}
