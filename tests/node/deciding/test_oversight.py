"""Oversight sees completeness first, then findings; what members sign about one of them takes effect by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.casework.exporting import verify_export
from evenhand.casework.verifying import payload_row
from evenhand.ground.errors import NotFoundError, RefusedError, UsageError
from evenhand.node.publishing import Outgoing
from evenhand.notices.conduct import Conduct
from evenhand.trust.note_keys import parse_vkey

from .conftest import Posts


async def irregular(posts: Posts) -> str:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    posts.clock.advance(seconds=70 * 60)
    posts.share()
    return key


async def test_an_irregular_hold_is_found_with_proofs_that_verify_offline(posts: Posts, tmp_path: Path) -> None:
    await irregular(posts)
    assert {"A-02", "A-03", "A-05"} <= set(await posts.findings("ITA"))
    assert await posts.findings("ITA", rule="A-03") == ["A-03"]
    said = await posts.ask("ITA", "finding.list", rule="A-03")
    assert said["completeness"]["size"] == posts.site("ITA").casework.book.size
    finding = said["findings"][0]
    assert (finding["severity"], finding["unit"]) == ("S1", "airport")
    shown = await posts.ask("ITA", "finding.show", finding=finding["finding"][:20], officer="ov1")
    assert [event["event"]["kind"] for event in shown["events"]] == ["ActionTaken"]
    place = tmp_path / "case.json"
    for what in ({"finding": finding["finding"]}, {"encounter": posts.encounter}, {"first": 0, "last": 3}):
        done = await posts.ask("ITA", "audit.export", place=str(place), officer="ov1", **what)
        verdict = verify_export(place.read_bytes(), [parse_vkey(done["vkey"])])
        assert verdict.good
        assert len(verdict.entries) == done["entries"] > 0
    drawn = await posts.ask("ITA", "audit.sample", seed="spring", count=3, officer="ov1")
    assert drawn["encounters"] == [posts.encounter]
    with pytest.raises(UsageError):
        await posts.ask("ITA", "audit.sample", seed="", officer="ov1")
    with pytest.raises(NotFoundError):
        await posts.ask("ITA", "finding.show", finding="Z", officer="ov1")


async def test_a_changed_decision_is_found_and_becomes_a_finding(posts: Posts) -> None:
    await posts.scan("ITA")
    casework = posts.site("ITA").casework
    assert (await posts.ask("ITA", "audit.verify", officer="ov1"))["good"]
    before = casework.store.get(payload_row(2))
    assert before is not None
    casework.store.apply({payload_row(2): before[:-1] + b" "})
    said = await posts.ask("ITA", "audit.verify")
    assert not said["good"]
    assert [one["entry"] for one in said["verdict"]["problems"]] == [2]
    assert await posts.findings("ITA") == ["O-02"]


async def test_an_exception_is_counted_and_held_against_nobody(posts: Posts) -> None:
    await irregular(posts)
    given = {"code": "DANGER_TO_LIFE", "reason": "fire", "encounter": posts.encounter, "officer": "s1",
             "unit": "airport", "hours_back": 3}  # fmt: skip
    for wrong in ({"second": "s1"}, {"second": ""}, {"second": "s2", "hours_back": 30}):
        with pytest.raises(RefusedError):
            await posts.ask("ITA", "finding.except", **(given | wrong))
    done = await posts.ask("ITA", "finding.except", **given, second="s2")
    assert len(done["covers"]) > 2
    assert "A-03" not in await posts.findings("ITA")
    assert (await posts.ask("ITA", "finding.list"))["excepted"]["A-03 DANGER_TO_LIFE"] == 1


async def test_upheld_cases_lower_notices_and_suspend_by_themselves(posts: Posts) -> None:
    key = await irregular(posts)
    finding = (await posts.ask("ITA", "finding.list", rule="A-03"))["findings"][0]["finding"]
    opened = await posts.ask("ITA", "finding.open", finding=finding, reason="held 70 minutes", officer="ov1")
    assert opened["rung"] == "NOTICE"
    posts.clock.advance(seconds=10)
    posts.share()
    with pytest.raises(NotFoundError):
        await posts.ask("PHL", "finding.judge", finding="zz", step="UPHELD", reason="r", officer="ov2")
    await posts.ask("ITA", "finding.answer", finding=finding, step="EXPLAINED", reason="the line", officer="s1")
    posts.clock.advance(seconds=10)
    posts.share()
    judged = await posts.ask("PHL", "finding.judge", finding=finding[:12], step="UPHELD", reason="r", officer="ov2")
    assert judged["rung"] == "PUBLIC_COUNT"
    for number in range(7):
        _accuse(posts, number)
    posts.clock.advance(seconds=10)
    posts.share()
    said = await posts.ask("XPO", "finding.standing", member="ita")
    assert not said["standings"][0]["may_query"]
    assert len(said["cases"]) == 8
    with pytest.raises(RefusedError, match="querying is suspended"):
        await posts.scan("ITA")
    own = posts.publish("ITA", 9, passport="Z7654321")
    seen = await posts.scan("PHL", documents=[{"type": "passport", "number": "Z7654321", "issuer": "UTO"}], names=[])
    assert seen["candidates"] == [], "published while it may not publish"
    assert own.startswith("ITA:")
    await posts.ask("ITA", "finding.answer", finding=finding, step="APPEALED", reason="clock", officer="s1")
    posts.clock.advance(seconds=10)
    posts.share()
    await posts.ask("XPO", "finding.judge", finding=finding, step="APPEAL_GRANTED", reason="right", officer="ov3")
    posts.clock.advance(seconds=10)
    posts.share()
    assert (await posts.ask("ITA", "finding.standing", member="ITA"))["standings"][0]["may_query"]
    assert key.startswith("PHL:")


def _accuse(posts: Posts, number: int) -> None:
    opening = Conduct(
        finding=f"A-06:e{number}", member="ITA", step="OPENED", reason="r", rule="A-06", severity="S1", found="held"
    )
    posts.site("XPO").member.publish([Outgoing(opening)])
    verdict = Conduct(finding=f"A-06:e{number}", member="ITA", step="UPHELD", reason="r")
    posts.site("XPO").member.publish([Outgoing(verdict)])


async def test_a_lowered_member_is_served_as_discreet(posts: Posts) -> None:
    key = posts.publish("ITA", 3, passport="Z1111111")
    for number in range(3):
        _accuse(posts, number)
    posts.clock.advance(seconds=10)
    posts.share()
    said = await posts.scan("PHL", documents=[{"type": "passport", "number": "Z1111111", "issuer": "UTO"}], names=[])
    assert [one["action_here"] for one in said["candidates"]] == ["DISCREET_REPORT"]
    await posts.verify("PHL", key)
    checked = await posts.do("PHL", "check", officer="v1")
    assert checked["at_most"] == "DISCREET_REPORT"
