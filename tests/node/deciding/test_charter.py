"""The coalition's charter changes a period by a roster that enough members signed, and every node judges by it."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.casework.memory import dump, load
from evenhand.casework.office import Office
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, UsageError
from evenhand.oversight.findings import Finding
from evenhand.screening.clocks import DEFAULT_POLICY, MINUTE_MS

from .conftest import Posts

CODES = ("ITA", "PHL", "XPO")


async def charter(posts: Posts, **parameters: int) -> None:
    drawn = await posts.ask("ITA", "roster.propose", change="charter", parameters=parameters)
    for code in CODES:
        await posts.ask(code, "roster.apply", document=drawn["document"])
    posts.share()


async def hold(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)


def found(office: Office, rule: str) -> list[Finding]:
    return [one for one in office.overseer.findings.values() if one.rule == rule and one.state == "OPEN"]


async def test_a_shorter_hold_is_everybodys_law_from_then_on(posts: Posts) -> None:
    await charter(posts, hold_unconfirmed_ms=20 * MINUTE_MS)
    for code in CODES:
        assert posts.site(code).casework.office.policy.hold_unconfirmed_ms == 20 * MINUTE_MS
        assert posts.site(code).casework.office.policy.judge_ms == DEFAULT_POLICY.judge_ms
    await hold(posts)
    (view,) = (await posts.ask("ITA", "encounter.list"))["encounters"]
    (owed,) = [one for one in view["owed"] if one["act"] == "END_UNCONFIRMED_HOLD"]
    assert parse_ms(owed["by"]) == posts.clock.now_ms() + 20 * MINUTE_MS, "the officer sees the coalition's period"
    posts.clock.advance(ms=20 * MINUTE_MS + 1)
    posts.share()
    (breach,) = found(posts.site("ITA").casework.office, "A-03")
    assert breach.at_ms - breach.since_ms == 20 * MINUTE_MS


async def test_what_was_judged_stays_judged_after_a_start_and_after_another_change(posts: Posts) -> None:
    await hold(posts)
    posts.clock.advance(ms=61 * MINUTE_MS)
    posts.share()
    office = posts.site("ITA").casework.office
    assert len(found(office, "A-03")) == 1
    await charter(posts, hold_unconfirmed_ms=600 * MINUTE_MS, unread_ms=7 * MINUTE_MS)
    now = posts.clock.now_ms()
    memory = load(dump(office.memory(now)))
    for again in (Office(office.book, "ITA", now_ms=now), Office(office.book, "ITA", now_ms=now, memory=memory)):
        assert again.policy == office.policy != DEFAULT_POLICY
        assert again.overseer.policy == again.docket.policy == again.policy
        assert again.overseer.findings.keys() == office.overseer.findings.keys()
        assert again.next_due_ms == office.next_due_ms
    size = office.book.size
    posts.share()
    assert office.book.size == size, "said once"
    await charter(posts, hold_unconfirmed_ms=0, unread_ms=0)
    assert office.policy == DEFAULT_POLICY, "nothing set is the default again"


async def test_other_changes_of_the_roster_keep_the_charter(posts: Posts) -> None:
    plain = canonical_bytes(posts.site("ITA").member.roster)
    assert b"charter" not in plain, "a coalition without one has the bytes it always had"
    await charter(posts, unread_ms=7 * MINUTE_MS)
    drawn = await posts.ask("ITA", "roster.propose", change="renew")
    for code in CODES:
        await posts.ask(code, "roster.apply", document=drawn["document"])
    posts.share()
    assert posts.site("PHL").member.roster.parameters == {"unread_ms": 7 * MINUTE_MS}
    assert posts.site("PHL").casework.office.policy.unread_ms == 7 * MINUTE_MS


@pytest.mark.parametrize(("request_", "error"), [
    ({"change": "charter", "parameters": {"no_such_ms": 5}}, InputError),
    ({"change": "charter", "parameters": {"hold_unconfirmed_ms": -5}}, InputError),
    ({"change": "charter", "parameters": {"protection_ms": DEFAULT_POLICY.contact_ms}}, InputError),
    ({"change": "charter"}, UsageError), ({"change": "renew", "parameters": {"unread_ms": 5}}, UsageError),
])  # fmt: skip
async def test_what_cannot_be_set_is_refused(posts: Posts, request_: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        await posts.ask("ITA", "roster.propose", **request_)
