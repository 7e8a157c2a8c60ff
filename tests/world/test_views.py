"""One picture at every member: published, corrected, withdrawn, flagged and linked; now and at past instants."""

from __future__ import annotations

import pytest

from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Query
from evenhand.node.member import Member
from tests.world.four import CODES, found, four_members
from tests.world.world import World


@pytest.fixture
def world() -> World:
    return four_members()


def test_one_picture_at_every_member_by_the_real_matcher() -> None:
    world = World(3, CODES[:3], build_matcher=build_matcher)
    said = world.member("ITA").publish("Amir Testov Zqxworld")
    world.settle()
    world.check()
    assert all(found(world, code, said) == [said.notice_id] for code in CODES[:3])


def test_a_withdrawal_overtakes_and_reaches_behind_a_cut(world: World) -> None:
    said = world.member("ITA").publish()
    world.settle()
    world.cut("ITA", "PHL")
    world.member("ITA").withdraw(said)
    world.network.wake("ITA")
    world.clock.run()
    assert found(world, "PHL", said) == [said.notice_id]
    assert found(world, "XPO", said) == []
    world.heal()
    world.check()
    assert found(world, "PHL", said) == []
    receipts = world.member("ITA").up.watchlist.fold.ledger("PHL").receipts
    assert any(receipt.originator == "ITA" and receipt.act == "withdrawn" for receipt in receipts.values())


def test_an_owner_out_of_reach_is_read_through_others(world: World) -> None:
    world.cut("ITA", "PHL")
    said = world.member("ITA").publish()
    world.network.wake("ITA")
    world.clock.run()
    world.heartbeat()
    world.clock.run()
    assert found(world, "PHL", said) == [said.notice_id]
    world.check()


def test_a_correction_replaces_what_is_listed(world: World) -> None:
    first = world.member("ITA").publish()
    second = world.member("ITA").correct(first, "Zqxworld Corrected")
    world.settle()
    world.check()
    assert found(world, "PHL", first) == []
    assert found(world, "PHL", second) == [first.notice_id]


def test_a_notice_ends_at_its_instant_and_not_before(world: World) -> None:
    said = world.member("ITA").publish(days=3)
    world.settle()
    member = world.member("PHL").up
    expires = member.watchlist.fold.ledger("ITA").notices[said.notice_id].versions[0].expires_ms
    query = Query(names=(said.name,))
    assert member.find(query, at_ms=expires - 1).answer.candidates
    assert not member.find(query, at_ms=expires).answer.candidates
    world.clock.advance(days=3)
    assert found(world, "PHL", said) == []
    world.check()


def test_a_past_instant_is_answered_as_it_was(world: World) -> None:
    member, clock = world.member("ITA"), world.clock  # the instants are by the originator's clock
    world.settle()
    before = member.clock.now_ms()
    clock.advance(seconds=1)
    first = member.publish()
    clock.advance(seconds=60)
    published = member.clock.now_ms()
    clock.advance(seconds=1)
    second = member.correct(first, "Zqxworld Corrected")
    clock.advance(seconds=60)
    corrected = member.clock.now_ms()
    clock.advance(seconds=1)
    member.withdraw(first)
    clock.advance(seconds=3600)  # past every skew
    world.settle()
    for code in ("ITA", "PHL"):
        up = world.member(code).up

        def names(text: str, at_ms: int, up: Member = up) -> list[str]:
            return [one.listed_as for one in up.find(Query(names=(text,)), as_of_ms=at_ms).answer.candidates]

        assert [bool(names(first.name, at)) for at in (before, published, corrected)] == [False, True, False]
        assert [bool(names(second.name, at)) for at in (before, published, corrected)] == [False, False, True]
        assert not names(second.name, up.clock.now_ms())
    world.check()


def test_details_for_few_leave_the_others_to_ask_the_originator(world: World) -> None:
    said = world.member("ITA").publish(detail_to="ITA,PHL")
    secret = world.member("ITA").publish(match_to="ITA,PHL", detail_to="ITA,PHL")
    world.settle()
    world.check()
    query = Query(names=(said.name,))
    at_ms = world.clock.now_ms
    assert not world.member("PHL").up.find(query, at_ms=at_ms).answer.candidates[0].refer_to_originator
    assert world.member("XPO").up.find(query, at_ms=at_ms).answer.candidates[0].refer_to_originator
    assert found(world, "PHL", secret) == [secret.notice_id]
    assert found(world, "XPO", secret) == []


def test_a_flag_counts_for_the_flagging_member_alone_until_lifted(world: World) -> None:
    said = world.member("ITA").publish()
    world.settle()
    world.member("DEU").flag(said, "DISCREET_REPORT")
    world.settle()
    world.check()
    query = Query(names=(said.name,))
    at = world.clock.now_ms
    here = world.member("DEU").up.find(query, at_ms=at).answer.candidates[0]
    there = world.member("PHL").up.find(query, at_ms=at).answer.candidates[0]
    assert (here.action_here, here.flagged_here) == ("DISCREET_REPORT", True)
    assert (there.action_here, there.flagged_here) == ("HOLD", False)
    world.member("DEU").flag(said, "DISCREET_REPORT", lifted=True)
    assert world.member("DEU").up.find(query, at_ms=at).answer.candidates[0].action_here == "HOLD"


def test_links_of_an_expelled_member_count_no_more(world: World) -> None:
    one, other = world.member("ITA").publish(), world.member("PHL").publish()
    world.settle()
    world.member("XPO").link(one, other)
    world.settle()
    query = Query(names=(one.name,))
    assert world.member("DEU").up.find(query, at_ms=world.clock.now_ms).answer.candidates[0].links
    world.expel("XPO", tell="ITA")
    world.settle()
    world.check()
    assert not world.member("DEU").up.find(query, at_ms=world.clock.now_ms).answer.candidates[0].links
