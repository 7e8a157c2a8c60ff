"""TAXII hears what others say of a notice: a flag of ours, and redress that another member decided."""

from __future__ import annotations

import pytest

from evenhand.api.taxii_feed import AUDIENCES, Feed
from evenhand.api.taxii_objects import Line
from evenhand.ground.store import MemoryStore
from evenhand.node.member import Member
from tests.node.cases.conftest import coalition
from tests.node.cases.drafts import published
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import quick_argon
from tests.node.redress.test_desk import matter_of
from tests.world.world import World

__all__ = ["coalition", "quick_argon"]


async def news(feed: Feed, after_us: int = 0) -> tuple[int, list[tuple[Line, bytes]]]:
    """Return what became known of notices after an instant, as an incremental poll has it."""
    await feed.follow()
    found = [one for audience in AUDIENCES for one in feed.lines(audience, after_us)]
    told = [line for _, line in found if line.notice]
    return max([after_us, *(added for added, _ in found)]), list(zip(told, feed.objects.of(told), strict=True))


def feed_of(member: Member) -> Feed:
    return Feed(MemoryStore(), member, member.code)


async def test_a_flag_of_ours_is_a_later_version_of_the_object() -> None:
    world = World(11, ("ITA", "PHL"))
    world.clock.run()
    ita, phl = world.member("ITA"), world.member("PHL")
    said = ita.publish()
    world.settle()
    feed = feed_of(phl.up)
    added, before = await news(feed)
    assert len(before) == 2
    world.clock.advance(days=1)
    phl.flag(said, "NONE")
    added, after = await news(feed, added)
    assert [line.object_id for line, _ in after] == [line.object_id for line, _ in before]
    assert all(new.version > old.version for (new, _), (old, _) in zip(after, before, strict=True))
    assert b'"requested_action":"NONE"' in after[1][1]
    assert b'"requested_action":"NONE"' not in before[1][1]
    _, none = await news(feed, added)
    assert none == []


@pytest.mark.parametrize(("ruling", "revoked"), [("DELETE", True), ("CORRECT", False)])
async def test_redress_decided_by_another_member_takes_the_notice_back(
    coalition: Coalition, ruling: str, revoked: bool
) -> None:
    key = await published(coalition)
    feed = feed_of(coalition["XPO"].site.member)
    added, before = await news(feed)
    assert len(before) == 2
    matter = await matter_of(coalition, key)
    added, blocked = await news(feed, added)
    assert [line.number for line, _ in blocked] == [0, 0]
    assert b"revoked" not in b"".join(one for _, one in blocked)
    lifted = {"matter": matter, "uphold": False, "reason": "it may stand meanwhile"}
    await coalition["PHL"].ask("a-redress-officer", "redress.block", **lifted)
    coalition.share()
    added, stands = await news(feed, added)
    assert [line.number for line, _ in stands] == [1, 1]
    decision = {"matter": matter, "result": "GRANTED", "reasons": "another person", "ruling": ruling}
    await coalition["PHL"].ask("a-redress-officer", "redress.decide", **decision)
    coalition.share()
    _, decided = await news(feed, added)
    assert [line.number for line, _ in decided] == [0, 0]
    assert [b'"revoked":true' in one for _, one in decided] == [revoked] * 2
    assert all(new.version > old.version for (new, _), (old, _) in zip(decided, stands, strict=True))


async def test_lines_of_an_earlier_form_go_and_all_is_told_anew() -> None:
    world = World(11, ("ITA", "PHL"))
    world.clock.run()
    phl, store = world.member("PHL"), MemoryStore()
    world.member("ITA").publish()
    world.settle()
    store.apply({b"taxii/PHL/state": b"\x93\x80\x01\x02", b"taxii/PHL/all/added/x": b"of an earlier form"})
    _, told = await news(Feed(store, phl.up, "PHL"))
    assert len(told) == 2, "a person and a notice"
    assert not list(store.scan(b"taxii/PHL/", b"taxii/PHL0"))
