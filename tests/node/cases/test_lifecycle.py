"""After publication: due dates, suspension, and errors that others find, each with its clock."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
import structlog

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import EvenhandError, InputError, NotFoundError, RefusedError
from evenhand.node import post
from evenhand.node.cases.lifecycle import RESOLVE_MS, TELL_MS, ErrorReport, take_error
from evenhand.node.post import Letter, Postman, send, unhandled
from evenhand.node.publishing import Outgoing
from evenhand.node.telling import Draft, complete, new_id
from evenhand.node.topics import TOPICS, look
from evenhand.notices.model import Source
from evenhand.trust.permissions import Role
from tests.node.people.coalition import Coalition

from .drafts import WHY, draft, drafted, published


async def found(coalition: Coalition, code: str) -> int:
    said = await coalition[code].ask("a-officer", "find", **WHY, names=["Juan Inventado"])
    return len(said["document"]["answer"]["candidates"])


async def test_a_suspended_notice_stops_no_one_anywhere(coalition: Coalition) -> None:
    ita, key = coalition["ITA"], await published(coalition)
    assert await found(coalition, "PHL") == 1
    await ita.ask("a-analyst", "notice.suspend", notice=key, reason="a doubt")
    coalition.share()
    assert [await found(coalition, code) for code in ("ITA", "PHL", "XPO")] == [0, 0, 0]
    listed = await coalition["PHL"].ask("a-analyst", "notice.list", everything=True)
    assert listed["notices"][0]["standing"] == "suspended"
    await ita.ask("a-approver", "notice.restore", notice=key, reason="settled")
    coalition.share()
    assert await found(coalition, "PHL") == 1
    with pytest.raises(RefusedError, match="not suspended"):
        await ita.ask("a-approver", "notice.restore", notice=key, reason="again")
    await ita.ask("a-analyst", "notice.withdraw", notice=key, reason="over")
    with pytest.raises(RefusedError, match="withdrawn"):
        await ita.ask("a-analyst", "notice.suspend", notice=key, reason="a doubt")


async def test_a_warning_comes_four_months_ahead(coalition: Coalition) -> None:
    ita, key = coalition["ITA"], await published(coalition)
    assert (await ita.ask("a-analyst", "case.due"))["notices"] == []
    coalition.clock.advance(days=61)
    await coalition.wake_up("ITA")
    assert [one["key"] for one in (await ita.ask("a-analyst", "case.due"))["notices"]] == [key]
    coalition.clock.advance(days=130)
    await coalition.wake_up("ITA")
    assert (await ita.ask("a-analyst", "case.due"))["notices"][0]["review_days"] < 0
    coalition.clock.advance(days=200)
    await coalition.wake_up("ITA")
    assert (await ita.ask("a-analyst", "case.due"))["notices"] == [], "expired by itself"


async def test_an_error_is_told_answered_and_timed(coalition: Coalition) -> None:
    ita, phl, key = coalition["ITA"], coalition["PHL"], await published(coalition)
    with pytest.raises(RefusedError, match="is ours"):
        await ita.ask("a-analyst", "error.report", notice=key, found="x")
    told = await phl.ask("a-officer", "error.report", notice=key, found="the passport is another person's")
    assert not told["told_late"]
    coalition.share()
    waiting = (await ita.ask("a-analyst", "error.list"))["reports"]
    assert [one["state"] for one in waiting] == ["open"]
    with pytest.raises(NotFoundError):
        await phl.ask("a-liaison", "error.answer", report=told["report"]["report"], answer="x")
    await ita.ask("a-liaison", "error.answer", report=told["report"]["report"][:8], answer="corrected in version 2")
    coalition.share()
    assert (await phl.ask("a-officer", "error.list"))["reports"] == []
    every = (await phl.ask("a-officer", "error.list", everything=True))["reports"]
    assert every[0]["report"]["answer"] == "corrected in version 2"


async def test_an_unresolved_error_goes_to_oversight(coalition: Coalition) -> None:
    key = await published(coalition)
    when = "2026-01-01T00:00:00Z"
    told = await coalition["PHL"].ask("a-officer", "error.report", notice=key, found="wrong", found_at=when)
    assert told["told_late"]
    coalition.share()
    coalition.clock.advance(ms=RESOLVE_MS + TELL_MS)
    await coalition.wake_up("ITA")
    assert (await coalition["ITA"].ask("a-analyst", "error.list"))["reports"][0]["state"] == "to oversight"
    await coalition.wake_up("PHL")
    for code in ("ITA", "PHL"):
        await coalition[code].hire("olga", Role.OVERSIGHT)
        (seen,) = (await coalition[code].ask("olga", "finding.list"))["errors"]
        assert seen["report"]["notice"] == key, "the oversight bodies of both see it"


async def test_what_was_told_in_time_was_not_late_a_week_after(coalition: Coalition) -> None:
    key = await published(coalition)
    await coalition["PHL"].ask("a-officer", "error.report", notice=key, found="the passport is another person's")
    coalition.share()
    coalition.clock.advance(ms=2 * TELL_MS)
    for code, who in (("PHL", "a-officer"), ("ITA", "a-analyst")):
        await coalition.wake_up(code)
        (line,) = (await coalition[code].ask(who, "error.list"))["reports"]
        assert not line["told_late"]
    with pytest.raises(InputError, match="before it is told"):
        await coalition["PHL"].ask("a-officer", "error.report", notice=key, found="x", found_at="2999-01-01T00:00:00Z")


def letter(sender: str, topic: str, report: ErrorReport) -> Letter:
    return Letter(sender=sender, index=0, at_ms=0, thread="0" * 32, topic=topic, body=canonical_bytes(report))


@pytest.mark.parametrize(
    ("sender", "topic", "change"),
    [
        ("XPO", "error.report", {}),
        ("PHL", "error.report", {"notice": "XPO:" + "0" * 32}),
        ("PHL", "error.answer", {"answer": "all is well"}),
    ],
)
async def test_a_letter_about_somebody_elses_matter_is_refused(
    coalition: Coalition, sender: str, topic: str, change: dict[str, Any]
) -> None:
    fields = {"report": "1" * 32, "notice": "ITA:" + "0" * 32, "found": "wrong", "reporter": "PHL",
              "found_at": "2026-01-01T00:00:00.000Z"}  # fmt: skip
    with pytest.raises(InputError, match="nothing to say"):
        take_error(coalition["ITA"].site, letter(sender, topic, ErrorReport(**(fields | change))))


async def test_a_letter_that_cannot_be_used_is_left_and_the_next_one_read(coalition: Coalition) -> None:
    for body in (b"{}", b'{"case":1}'):
        send(coalition["ITA"].site, to="PHL", topic="case.review", thread="0" * 32, body=body)
    coalition.share(1)
    assert unhandled(coalition["PHL"].site, TOPICS) == []
    assert look(coalition["PHL"].site) == 0


async def test_a_letter_that_meets_a_fault_of_ours_stops_no_other_and_is_tried_again_after_a_start(
    coalition: Coalition,
) -> None:
    for topic in ("a.broken", "a.whole"):
        send(coalition["ITA"].site, to="PHL", topic=topic, thread="0" * 32, body=b"{}")
    coalition.share(1)
    site, read = coalition["PHL"].site, []

    def broken(_: Any, __: Letter) -> None:
        raise KeyError("Planted Name")

    topics: dict[str, Any] = {"a.broken": broken, "a.whole": lambda _, letter: read.append(letter.topic)}
    with structlog.testing.capture_logs() as said:
        assert post.collect(site, topics) == 1
    assert read == ["a.whole"]
    assert "Planted" not in str(said)
    assert [(one["event"], one["kind"]) for one in said] == [("letter_failed", "KeyError")]
    assert unhandled(site, topics) == []
    site.handled.clear()  # as at a start
    assert [one.topic for one in unhandled(site, topics)] == ["a.broken"]


async def test_the_postman_reads_while_the_node_runs(coalition: Coalition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "_LOOK_SECONDS", 0.001)
    seen: list[int] = []

    def once(_: Any) -> bool:
        seen.append(1)
        if len(seen) == 1:
            raise EvenhandError("not now")
        if len(seen) == 2:
            raise KeyError("a fault of ours")
        return len(seen) > 3

    postman = Postman(coalition["ITA"].site, once)
    await postman.stop()
    await postman.start()
    await asyncio.sleep(0.1)
    await postman.stop()
    assert seen == [1, 1, 1, 1], "after failures and after a look that left something it looks again, then it rests"


async def test_a_draft_is_not_published_by_the_back_door(coalition: Coalition) -> None:
    await drafted(coalition)
    with pytest.raises(RefusedError, match="one person"):
        await coalition["ITA"].ask("a-approver", "notice.publish", **draft())


async def test_who_signed_nothing_is_said_so(coalition: Coalition) -> None:
    site = coalition["ITA"].site
    made = complete(msgspec.convert(draft(), Draft), notice_id=new_id(), version=1, now_ms=coalition.clock.now_ms())
    site.member.publish([Outgoing(made)])
    coalition.share()
    proved = await coalition["PHL"].ask("a-analyst", "case.check", notice=f"ITA:{made.notice_id}")
    assert proved["provenance"] == "not approved"
    assert "without any approval" in proved["objections"][0]["found"]
    listed = msgspec.structs.replace(made, notice_id=new_id(), source=Source(list="un-sc", entry_id="X.1"))
    site.member.publish([Outgoing(listed)])
    coalition.share()
    proved = await coalition["PHL"].ask("a-analyst", "case.check", notice=f"ITA:{listed.notice_id}")
    assert (proved["provenance"], proved["objections"]) == ("from a list", [])
