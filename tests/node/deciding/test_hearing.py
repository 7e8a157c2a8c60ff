"""What partners publish is judged when it arrives, what is recalled is acknowledged or found, audits count."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.ground.clock import format_ms
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.witness_text import AddCheckpoint, print_add_checkpoint
from evenhand.node.deciding.hearing import hear, remember
from evenhand.node.deciding.owed import AT_ONCE_MS, LINE_MAX, Change, Heard, Owed
from evenhand.node.deciding.partners import SILENT_MS, look_at_partners
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Notice, Source, decode_record
from evenhand.oversight.findings import Finding
from tests.net.coalition import DETAIL
from tests.node.cases.conftest import coalition
from tests.node.cases.drafts import published
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import quick_argon

from .conftest import DAY_MS, Posts

__all__ = ["coalition", "quick_argon"]
MINUTE_MS = 60_000


def findings(coalition: Coalition, code: str, rule: str = "") -> list[Finding]:
    casework = coalition[code].site.casework
    casework.tick()
    return [one for one in casework.office.overseer.findings.values() if one.rule.startswith(rule)]


def say(coalition: Coalition, key: str, **changes: Any) -> None:
    site = coalition["ITA"].site
    notice = decode_record(site.held(key).versions[-1].text)
    assert isinstance(notice, Notice)
    site.member.publish([Outgoing(msgspec.structs.replace(notice, notice_id="ab" * 16, version=1, **changes), DETAIL)])
    coalition.share()


async def test_a_partners_notice_is_judged_when_it_arrives_and_only_once(coalition: Coalition) -> None:
    key = await published(coalition)
    assert findings(coalition, "PHL", "P-") == []
    world = coalition["PHL"].site.casework.office.overseer.engine.world
    assert {one.role for one in world.notices[key].approvals} == {"NATIONAL", "LEGAL"}
    say(coalition, key, approvals=None)
    for _ in range(2):
        (breach,) = findings(coalition, "PHL", "P-01")
        assert (breach.severity, breach.member) == ("S1", "ITA")
        coalition["PHL"].site.casework.heard = Heard()  # another life, which had not remembered
        hear(coalition["PHL"].site)
    assert findings(coalition, "ITA", "P-") == []


async def test_what_rests_on_a_list_waits_until_it_is_shown(coalition: Coalition) -> None:
    key = await published(coalition)
    size = coalition["PHL"].site.casework.book.size
    say(coalition, key, approvals=None, source=Source(list="un-sc", entry_id="QDi.001"))
    assert coalition["PHL"].site.casework.book.size == size


@pytest.mark.parametrize("act", ["withdraw", "erase"])
async def test_a_notice_that_ended_is_not_reviewed_any_more(coalition: Coalition, act: str) -> None:
    ita, key = coalition["ITA"], await published(coalition)
    more = {"reason": "over"} if act == "withdraw" else {"reason_class": "error"}
    await ita.ask("a-analyst", f"notice.{act}", notice=key, **more)
    coalition.share()
    coalition.clock.advance(days=400)
    assert [findings(coalition, code, "L-01") for code in ("ITA", "PHL")] == [[], []]


async def test_a_partner_finds_a_review_that_was_left_out(coalition: Coalition) -> None:
    await published(coalition)
    coalition.clock.advance(days=400)
    assert [findings(coalition, code, "L-01")[0].member for code in ("ITA", "PHL")] == ["ITA", "ITA"]


async def test_what_was_heard_is_remembered(coalition: Coalition) -> None:
    await published(coalition)
    site = coalition["PHL"].site
    remember(site, closing=True)
    site.casework.heard = Heard()
    assert hear(site) == 0
    assert site.casework.heard.sizes["ITA"] == site.member.ledgers.log("ITA").size
    assert site.casework.heard.waiting == {}


# -- acknowledgements ---------------------------------------------------------------------------------------------


def look(posts: Posts, minutes: int, *, silent: bool = False) -> None:
    """Let time pass a minute at a time; `silent`: nobody hears anybody."""
    for _ in range(minutes):
        posts.clock.advance(ms=MINUTE_MS)
        if not silent:
            posts.share()
        for code in ("ITA", "PHL", "XPO"):
            look_at_partners(posts.site(code))
            posts.site(code).casework.tick()


def found(posts: Posts, code: str, rule: str) -> list[Finding]:
    every = posts.site(code).casework.office.overseer.findings.values()
    return [one for one in every if one.rule == rule and one.state == "OPEN"]


async def test_what_everybody_acknowledges_leaves_no_trace(posts: Posts) -> None:
    posts.share()
    look(posts, 2)
    size = posts.site("ITA").casework.book.size
    posts.publish("ITA")
    key = posts.publish("ITA", version=2)
    await posts.ask("ITA", "notice.withdraw", notice=key, reason="over")
    posts.share()  # it goes out; the heartbeat a second later covers it
    look(posts, 20)
    assert posts.site("ITA").casework.book.size == size
    assert found(posts, "ITA", "L-02") == []


async def test_who_does_not_acknowledge_a_withdrawal_is_found_once_it_is_late(posts: Posts) -> None:
    key = posts.publish("ITA")
    look(posts, 2)
    posts.coalition.away.add("PHL")
    await posts.ask("ITA", "notice.withdraw", notice=key, reason="over")
    look(posts, 14)
    assert found(posts, "ITA", "L-02") == []
    look(posts, 24 * 60)
    (late,) = found(posts, "ITA", "L-02")
    assert (late.severity, late.member, late.notice) == ("S1", "PHL", key), "cut off, so it had the day"
    posts.coalition.away.clear()
    look(posts, 2)
    world = posts.site("ITA").casework.office.overseer.engine.world
    assert world.offline == set()
    assert posts.site("ITA").casework.heard.owed.oldest is None


async def test_a_correction_that_a_connected_partner_does_not_apply_is_found_in_a_quarter_of_an_hour(
    posts: Posts,
) -> None:
    posts.publish("ITA")
    look(posts, 2)
    posts.publish("ITA", version=2)
    site = posts.site("ITA")
    stuck = site.member.ledgers.heartbeats["PHL"]
    heads = tuple(msgspec.structs.replace(one, size=0) if one.ledger == "ITA" else one for one in stuck.heads)
    for minute in range(17):
        posts.clock.advance(ms=MINUTE_MS)
        site.member.ledgers.heartbeats["PHL"] = msgspec.structs.replace(stuck, heads=heads)
        site.member.ledgers.heard_ms["PHL"] = posts.clock.now_ms()
        look_at_partners(site)
        site.casework.tick()
        assert len(found(posts, "ITA", "L-02")) == (minute > 14), minute
    assert found(posts, "ITA", "L-02")[0].severity == "S2"


def test_the_oldest_of_each_line_is_told_and_met() -> None:
    owed, has = Owed(), set[tuple[str, int]]()
    for index in range(LINE_MAX + 1):
        owed.add(Change(index=index, at_ms=index, notice="n", version=2), ["PHL", "XPO"])
    recall = Change(index=10**6, at_ms=0, notice="n", version=2, status="SUSPENDED")
    owed.add(recall, ["PHL"])
    partners = frozenset({"PHL", "XPO"})

    def acknowledged(code: str, change: Change) -> bool:
        return (code, change.index) in has

    assert owed.late(AT_ONCE_MS - 1) == []
    assert [(code, one.index) for code, one in owed.late(AT_ONCE_MS)] == [("PHL", 0), ("XPO", 0), ("PHL", 10**6)]
    assert owed.late(AT_ONCE_MS) == []
    has |= {("PHL", 0), ("PHL", 1)}
    assert [(code, one.index) for code, one in owed.settle(acknowledged, partners)] == [("PHL", 0)]
    assert owed.oldest == 0
    assert owed.settle(acknowledged, frozenset({"PHL"})) == []
    assert owed.oldest == 2, "who left owes nothing"


def test_a_word_about_older_versions_holds_up_no_recall() -> None:
    owed = Owed()
    owed.add(Change(index=1, at_ms=0, notice="n", version=1, status="SUSPENDED", in_turn=True), ["PHL"])
    owed.add(Change(index=2, at_ms=0, notice="n", version=2, status="WITHDRAWN"), ["PHL"])
    assert owed.settle(lambda _, change: change.index == 2, frozenset({"PHL"})) == []
    assert owed.oldest == 1
    assert [one.index for _, one in owed.late(AT_ONCE_MS)] == [1], "the recall was acknowledged: it overtook"


# -- audit and time -----------------------------------------------------------------------------------------------


def show_head(posts: Posts, source: str, reader: str, size: int = 1, root: bytes = b"\x01" * 32) -> int:
    """Have a member show a head of its decision ledger to another, as its node does every hour."""
    signer = posts.site(source).casework.book.signer
    body = print_add_checkpoint(AddCheckpoint(0, (), sign_checkpoint(Checkpoint(signer.name, size, root), signer)))
    member = posts.site(reader).member
    return member.witness.add_checkpoint(body, member.roster, posts.clock.now_ms() // 1000)[0]


async def test_who_shows_its_decisions_to_nobody_for_a_day_is_found(posts: Posts) -> None:
    look(posts, 1)
    posts.clock.advance(ms=DAY_MS // 2)
    posts.share()
    assert show_head(posts, "PHL", "ITA") == 200
    look(posts, 1)
    posts.clock.advance(ms=DAY_MS // 2 + 5 * MINUTE_MS)
    posts.share()
    look(posts, 1)
    assert {one.member for one in found(posts, "ITA", "O-02")} == {"ITA", "XPO"}
    assert all("away from audit" in one.found for one in found(posts, "ITA", "O-02"))


async def test_two_heads_of_one_size_are_two_histories(posts: Posts) -> None:
    look(posts, 1)
    assert show_head(posts, "PHL", "ITA") == 200
    look(posts, 1)
    assert show_head(posts, "PHL", "ITA", root=b"\x02" * 32) == 409
    look(posts, 1)
    (breach,) = found(posts, "ITA", "O-02")
    assert (breach.member, breach.severity) == ("PHL", "S1")
    assert "hash" in breach.found


@pytest.mark.parametrize(("ahead_ms", "who"), [(4_000, []), (6_000, ["PHL"]), (-6_000, ["PHL"])])
async def test_a_clock_that_is_off_is_found_once_an_hour(posts: Posts, ahead_ms: int, who: list[str]) -> None:
    look(posts, 1)
    ledgers = posts.site("ITA").member.ledgers
    for _ in range(5):
        posts.clock.advance(ms=SILENT_MS)
        for code, off in (("PHL", ahead_ms), ("XPO", 0)):
            at = format_ms(posts.clock.now_ms() + off)
            ledgers.heartbeats[code] = msgspec.structs.replace(ledgers.heartbeats[code], time=at)
            ledgers.heard_ms[code] = posts.clock.now_ms()
        look_at_partners(posts.site("ITA"))
    assert [one.member for one in found(posts, "ITA", "O-02")] == who
