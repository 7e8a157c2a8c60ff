"""A month in figures: signed, published, added up; and what each member delivers of what it promised."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.casework.records import Decision, EventRecord
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import InputError, RefusedError, SignatureInvalidError
from evenhand.node.publishing import Outgoing
from evenhand.node.reporting.month import SIGNED, bounds, count, month_before
from evenhand.node.reporting.scorecard import waited
from evenhand.notices.model import MonthlyFigures
from evenhand.oversight.months import KEPT, Months
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY
from evenhand.screening.events import (
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidatesShown,
    EncounterClosed,
    OriginatorAnswered,
    OriginatorContacted,
    PersonAsked,
    QueryMade,
    Verified,
)
from evenhand.screening.notice_events import AnyEvent, RedressDecided, RedressRequested
from tests.node.cases.drafts import published
from tests.node.deciding.conftest import Posts
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW
from tests.node.redress.test_desk import KEEP, matter_of

MONTH = "2026-09"  # NOW is in it


def test_a_month_begins_and_ends_in_utc() -> None:
    assert bounds(MONTH)[0] <= NOW < bounds(MONTH)[1]
    assert bounds("2026-12") == (parse_ms("2026-12-01T00:00:00Z"), parse_ms("2027-01-01T00:00:00Z"))
    assert month_before(parse_ms("2027-01-01T00:00:00Z")) == "2026-12"
    for wrong in ("2026-13", "x", ""):
        with pytest.raises(InputError):
            bounds(wrong)


async def lived(coalition: Coalition) -> tuple[str, str]:
    """Let some things happen in the month: two notices, one withdrawn, redress on the other."""
    kept, gone = await published(coalition), await published(coalition, name="Ana Otra")
    coalition.clock.advance(seconds=90)
    await coalition["ITA"].ask("a-analyst", "notice.withdraw", notice=gone, reason="over")
    coalition.clock.advance(seconds=3)
    coalition.share()
    for one in coalition.staff.values():
        one.site.member.tick()
    coalition.share()
    matter = await matter_of(coalition, kept)
    await coalition["PHL"].ask("a-redress-officer", "redress.decide", **KEEP | {"matter": matter})
    coalition.share()
    return kept, gone


class Strict(HTMLParser):
    """Counts tags, so that a page whose tags do not close is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        assert tag in {"line", "circle", "rect"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_page(page: str) -> None:
    parser = Strict()
    parser.feed(page)
    assert parser.open == []
    assert "<script" not in page
    assert not re.search(r"https?://", page), "a page asks nobody for anything"


async def test_a_month_counts_what_happened_and_is_signed(coalition: Coalition) -> None:
    await lived(coalition)
    said = await coalition["ITA"].ask("admin", "report.month", month=MONTH)
    report = said["figures"]["report"]
    assert report["notices"] == {"entered": 2, "extended": 0, "refused": 0, "withdrawn": 1}
    assert report["withdrawal_propagation"]["count"] == 2, "two partners signed receipts"
    assert report["withdrawal_propagation"]["p50_ms"] == 3000
    assert report["notice_age"]["count"] == 1
    other = (await coalition["PHL"].ask("admin", "report.month", month=MONTH))["figures"]["report"]
    assert other["redress"] == {"redress_requested": 1, "redress_decided": 1}
    check_page(said["page"])
    assert "2/2" not in said["page"]
    held = await coalition["PHL"].ask("admin", "report.verify", signed=said["signed"])
    assert held == said["figures"]
    signed = SIGNED.decode(said["signed"].encode())
    forged = msgspec.structs.replace(signed, figures=msgspec.structs.replace(signed.figures, decisions=0))
    for text, kind in ((SIGNED.encode(forged), SignatureInvalidError), (b"{}", InputError)):
        with pytest.raises(kind):
            await coalition["PHL"].ask("admin", "report.verify", signed=text.decode())
    spoiled = SIGNED.encode(msgspec.structs.replace(signed, signature="?"))
    with pytest.raises(InputError, match="base64"):
        await coalition["PHL"].ask("admin", "report.verify", signed=spoiled.decode())


async def test_totals_add_up_and_name_who_is_missing(coalition: Coalition) -> None:
    await lived(coalition)
    with pytest.raises(RefusedError, match="not over"):
        await coalition["ITA"].ask("admin", "report.publish", month=MONTH)
    coalition.clock.advance(days=31)
    for code in ("ITA", "PHL"):
        await coalition.wake_up(code)
        assert (await coalition[code].ask("admin", "report.publish"))["month"] == MONTH
    coalition["XPO"].site.member.publish([Outgoing(MonthlyFigures(month=MONTH, body="{}"))])
    coalition.share()
    said = await coalition["ITA"].ask("admin", "report.total")
    assert said["totals"]["members"] == ["ITA", "PHL"]
    assert said["totals"]["missing"] == ["XPO"], "what cannot be read is no report"
    assert said["totals"]["counts"]["notices_entered"] == 2
    assert said["totals"]["counts"]["redress_decided"] == 1
    assert said["totals"]["medians"]["withdrawal_propagation"]["members"] == 1
    check_page(said["page"])
    assert "XPO" in said["page"]


def contact(message: str, at_ms: int) -> OriginatorContacted:
    return OriginatorContacted(
        event_id=f"c{message}", at_ms=at_ms, member="PHL", unit="gate", encounter="e" + message, officer="0" * 16,
        notice="ITA:" + "0" * 32, message=message, urgency="URGENT",
    )  # fmt: skip


async def test_the_scorecard_says_what_was_promised_and_what_came(coalition: Coalition) -> None:
    promise = {"notices_monthly": 2, "publish_hours": 1, "answer_minutes": 30, "released_permille": 900}
    await coalition["ITA"].ask("admin", "report.pledge", **promise)
    await published(coalition)
    await published(coalition, name="Ana Otra", audience="PHL")
    office = coalition["PHL"].site.casework.office
    asked, answered = contact("m1", NOW + 1000), contact("m2", NOW + 2000)
    reply = OriginatorAnswered(
        event_id="a2", at_ms=NOW + 62_000, member="ITA", unit="", encounter="em2", officer="0" * 16,
        notice="ITA:" + "0" * 32, message="m2", answer="CONFIRM", version=1,
    )  # fmt: skip
    office.write([(EventRecord(event=one), "log") for one in (asked, answered, reply)], NOW + 70_000)
    coalition.clock.advance(days=31)
    await coalition.wake_up("ITA")
    await coalition.wake_up("PHL")
    await coalition["ITA"].ask("admin", "report.publish")
    coalition.share()
    said = await coalition["PHL"].ask("admin", "report.scorecard")
    line = said["scorecard"]["lines"][0]
    assert (line["member"], line["entered"]) == ("ITA", 2)
    assert line["decided_to_published"]["count"] == 2
    assert (line["asked"], line["answered"]["count"], line["answer"]["p50_ms"]) == (2, 1, 60_000)
    assert line["released"]["XPO"]["count"] < line["released"]["PHL"]["count"] == line["released"]["PHL"]["of"]
    assert line["kept"] == {
        "notices_monthly": True, "publish_hours": True, "answer_minutes": False, "released_permille": False
    }  # fmt: skip
    check_page(said["page"])
    assert "not kept" in said["page"]
    assert said["scorecard"]["lines"][1]["kept"] == {}


async def test_a_pledge_has_a_meaning(coalition: Coalition) -> None:
    for wrong in ({"notices_monthly": -1}, {"released_permille": 1001}):
        with pytest.raises(InputError, match="pledge"):
            await coalition["ITA"].ask("admin", "report.pledge", **wrong)
    with pytest.raises(RefusedError):
        await coalition["ITA"].ask("a-officer", "report.month")


async def test_figures_counted_ahead_are_those_of_the_whole_book(coalition: Coalition) -> None:
    await lived(coalition)
    site = coalition["PHL"].site
    office = site.casework.office
    start = NOW
    for month in range(KEPT + 3):  # a question in each month, answered in the next
        asked = OriginatorContacted(
            event_id=f"a{month}", at_ms=start, member="PHL", unit="u", encounter=f"e{month}", message=f"m{month}",
            notice="ITA:" + "0" * 32,
        )  # fmt: skip
        answered = OriginatorAnswered(
            event_id=f"b{month}", at_ms=start + 20 * DAY_MS, member="ITA", unit="", officer="l1",
            encounter=f"e{month}", message=f"m{month}", notice="ITA:" + "0" * 32, answer="CONFIRM", version=1,
        )  # fmt: skip
        query = PersonAsked(event_id=f"q{month}", at_ms=start, member="PHL", unit="u", officer="o", found=2)
        again = PersonAsked(event_id=f"r{month}", at_ms=start, member="ITA", unit="u", officer="o")
        office.write([(EventRecord(event=one), "log") for one in (query, again, asked, answered)], start)
        start += 31 * DAY_MS
    decisions = [one.decision for one in site.casework.book.entries() if one.decision is not None]
    ahead: list[str] = []
    read: list[str] = []
    at = NOW
    while at < start:
        name = format_ms(at)[:7]
        counted = office.months.report(*bounds(name))
        waits = office.months.waits(*bounds(name))
        (read if counted is None else ahead).append(name)
        if counted is not None:
            assert counted == count("PHL", decisions, month=name)
            assert waits == waited(decisions, month=name)
        else:
            assert waits is None
        at += 31 * DAY_MS
    assert len(ahead) >= KEPT - 1
    assert read[0] == MONTH, "of old months the book is read"
    said = await coalition["PHL"].ask("a-analyst", "report.month", month=MONTH)
    assert said["figures"]["report"]["queries"] == 1
    card = await coalition["PHL"].ask("a-analyst", "report.scorecard", month=MONTH)
    assert {line["member"]: line["asked"] for line in card["scorecard"]["lines"]}["ITA"] == 1
    future = office.months.report(*bounds("2031-01"))
    assert future is not None
    assert future.queries == 0


async def test_how_an_originator_answers_others_is_counted_and_silence_is_late(tmp_path: Path) -> None:
    posts = Posts(tmp_path, "ITA", "PHL", "XPO")
    key = posts.publish("PHL")
    letters = []
    for person in range(3):
        await posts.scan("ITA", post=f"lane {person}")
        await posts.verify("ITA", key)
        await posts.do("ITA", "check", officer="v1")
        await posts.do("ITA", "contact", officer="v1")
        known = (await posts.ask("PHL", "encounter.inbox", everything=True))["letters"]
        letters.append(next(one["letter"] for one in known if one["kind"] == "hit" and one["letter"] not in letters))
    posts.clock.advance(seconds=600)
    await posts.ask("PHL", "encounter.answer", letter=letters[0], answer="CONFIRM", officer="l1")
    posts.share()
    name = format_ms(posts.clock.now_ms())[:7]

    async def month() -> Any:
        return (await posts.ask("PHL", "report.month", month=name))["figures"]["report"]

    said = await month()
    assert (said["answers"]["count"], said["answers_late"]["count"], said["answers_late"]["of"]) == (1, 0, 1)
    assert said["answers"]["p50_ms"] >= 600_000
    posts.clock.advance(seconds=13 * 3600)
    await posts.ask("PHL", "encounter.answer", letter=letters[1], answer="DENY", officer="l1")
    said = await month()
    assert (said["answers"]["count"], said["answers_late"]["count"], said["answers_late"]["of"]) == (2, 2, 3)
    office = posts.site("PHL").casework.office
    decisions = [one.decision for one in office.book.entries() if one.decision is not None]
    assert office.months.report(*bounds(name)) == count("PHL", decisions, month=name)
    posts.coalition.close()


def test_what_began_in_one_month_is_counted_where_it_ends() -> None:
    start_ms, end_ms = bounds("2027-01")
    base: dict[str, Any] = {"member": "ITA", "unit": "u", "officer": "o"}
    events: list[AnyEvent] = [
        QueryMade(**base, event_id="q", at_ms=end_ms - 5000, encounter="x", sex="F"),
        CandidatesShown(**base, event_id="s", at_ms=end_ms - 4000, encounter="x",
                        candidates=(Candidate(notice="PHL:1", version=1, action="HOLD"),)),
        ActionTaken(**base, event_id="a", at_ms=end_ms - 3000, encounter="x", action="HOLD"),
        RedressRequested(**base, event_id="r", at_ms=end_ms - 2000, request="r1", notice="PHL:1", what="ACCESS"),
        Verified(**base, event_id="v", at_ms=end_ms + 1000, encounter="x", notice="PHL:1", outcome="NEGATIVE"),
        ActionEnded(**base, event_id="e", at_ms=end_ms + 20 * 60_000, encounter="x", how="RELEASED"),
        RedressDecided(**base, event_id="d", at_ms=end_ms + 20 * DAY_MS, request="r1", outcome="GRANTED"),
        EncounterClosed(**base, event_id="c", at_ms=end_ms + 5 * DAY_MS, encounter="x"),
    ]  # fmt: skip
    months = Months("ITA", DEFAULT_POLICY)
    for event in events:
        months.observe(event)
    records: list[Decision] = [EventRecord(event=event) for event in events]
    first, second = months.report(start_ms, end_ms), months.report(*bounds("2027-02"))
    assert (first, second) == tuple(count("ITA", records, month=name) for name in ("2027-01", "2027-02"))
    assert first is not None
    assert second is not None
    assert (first.holds, first.redress_duration.count, first.resolution.count) == (0, 0, 0)
    assert second.hold_minutes == {"15-60": 1}
    assert (second.redress_duration.p50_ms, second.resolution.p50_ms) == (20 * DAY_MS + 2000, 5000)
    assert second.outcomes_by_group["sex F NEGATIVE"] == 1
    months.forget(["x"])
