"""What feeds the rules besides encounters: crossings, what is passed on, exports that are asked for; and answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.casework.records import EventRecord
from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.errors import InputError, LimitError, NotFoundError, RefusedError
from evenhand.ground.limits import MOVEMENTS_MAX
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Handling, PersonNotice, decode_record
from evenhand.screening.events import DataReleased, EncounterClosed, Movement
from evenhand.trust.permissions import Role
from tests.net.coalition import DETAIL
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW, quick_argon

from .conftest import NAME, PASSPORT, TWO, Posts

__all__ = ["quick_argon"]


def events(posts: Posts, kind: type) -> list[Any]:
    found = [one.decision.event for one in posts.site("ITA").casework.book.entries()
             if isinstance(one.decision, EventRecord)]  # fmt: skip
    return [one for one in found if isinstance(one, kind)]


def wait(posts: Posts, minutes: int) -> None:
    posts.clock.advance(seconds=60 * minutes)
    posts.share()


# -- crossings -------------------------------------------------------------------------------------------------------


async def cross(posts: Posts, *movements: Any, **more: Any) -> Any:
    return await posts.ask("ITA", "encounter.movement", movements=movements, officer="gate4", unit="airport", **more)


async def test_a_crossing_beside_its_scan_is_in_order_and_names_nobody(posts: Posts) -> None:
    person = {"names": [NAME], "documents": [{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
              "nationalities": ["UTO"], "birth_date": "1990-05-05", "sex": "F"}  # fmt: skip
    done = await cross(posts, {**person, "lane": "4", "systematic": True})
    assert done["recorded"] == 1
    await posts.scan("ITA", **{**person, "movement": "", "lane": "4"})
    wait(posts, 60)
    assert await posts.findings("ITA") == [], "either stands beside the other"
    (moved,) = events(posts, Movement)
    assert (moved.nationality, moved.sex, moved.age_band, moved.officer) == ("UTO", "F", "25-39", "gate4")
    assert NAME.split()[0].casefold() not in str(moved).casefold()


async def test_crossings_reported_later_count_at_their_own_time(posts: Posts) -> None:
    await posts.scan("ITA", movement="", lane="4")
    at = format_ms(posts.clock.now_ms() + 60_000)
    wait(posts, 45)
    assert await posts.findings("ITA") == ["Q-02"]
    await cross(posts, {"names": [NAME], "documents": [{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
                        "at": at})  # fmt: skip
    assert await posts.findings("ITA") == [], "the finding is taken back"


async def test_an_outage_that_was_declared_excuses_the_lane(posts: Posts) -> None:
    given = {"code": "OUTAGE", "reason": "power cut", "second": "s2", "officer": "s1", "unit": "airport"}
    await posts.ask("ITA", "finding.except", **given)
    await cross(posts, {"names": ["Nadie"], "lane": "4", "systematic": True})
    wait(posts, 20)
    said = await posts.ask("ITA", "finding.list")
    assert (said["findings"], said["excepted"]) == ([], {"Q-03 OUTAGE": 1})


@pytest.mark.parametrize(("movements", "error"), [
    ([], LimitError), ([{"names": ["x"]}] * (MOVEMENTS_MAX + 1), LimitError), ([{}], InputError),
    ([{"names": ["x"], "at": "2999-01-01T00:00:00Z"}], InputError),
])  # fmt: skip
async def test_what_is_no_movement_is_refused_whole(posts: Posts, movements: list[Any], error: type) -> None:
    before = posts.site("ITA").casework.book.size
    with pytest.raises(error):
        await cross(posts, *movements)
    assert posts.site("ITA").casework.book.size == before


# -- passing on ------------------------------------------------------------------------------------------------------


async def pass_on(posts: Posts, key: str, to: str, reach: str, **more: Any) -> Any:
    given = {"notice": key, "recipient": to, "reach": reach, "reason": "they need it", "officer": "l1"}
    return await posts.ask("ITA", "notice.pass-on", **(given | more))


async def test_what_the_marking_allows_is_passed_on_and_on_record(posts: Posts) -> None:
    key = posts.publish("PHL")
    for to, reach in (("harbour police", "DOMESTIC"), ("xpo", "MEMBER"), ("PHL", "MEMBER"), ("ITA", "MEMBER")):
        assert (await pass_on(posts, key, to, reach))["against"] == ""
    assert [one.recipient for one in events(posts, DataReleased)] == ["harbour police", "XPO", "PHL", "ITA"]
    assert await posts.findings("ITA") == []


@pytest.mark.parametrize(("to", "reach", "words"), [
    ("UTO", "MEMBER", "no party"), ("an airline", "CARRIER", "TLP:AMBER"), ("a newspaper", "PUBLIC", "TLP:AMBER"),
])  # fmt: skip
async def test_what_it_forbids_is_refused_and_found_where_it_was_done(
    posts: Posts, to: str, reach: str, words: str
) -> None:
    key = posts.publish("PHL")
    with pytest.raises(RefusedError, match=words) as refused:
        await pass_on(posts, key, to, reach)
    assert "rule Q-01" in refused.value.why
    assert "PHL" in refused.value.remedy
    assert events(posts, DataReleased) == []
    assert words in (await pass_on(posts, key, to, reach, anyway=True))["against"]
    (found,) = (await posts.ask("ITA", "finding.list"))["findings"]
    assert (found["rule"], found["severity"], found["notice"]) == ("Q-01", "S1", key)
    posts.coalition.share()
    (told,) = (await posts.ask("PHL", "finding.list"))["told"]
    assert told["says"]["rule"] == "Q-01", "and the originator hears of it at once"


async def test_a_member_to_whom_it_was_not_released_is_not_told(posts: Posts) -> None:
    key = posts.publish("PHL")
    notice = decode_record(posts.site("PHL").held(key).versions[-1].text)
    assert isinstance(notice, PersonNotice)
    green = msgspec.structs.replace(notice, notice_id="cd" * 16, handling=Handling(tlp="GREEN"))
    few = Outgoing(green, DETAIL, match_label="ITA,PHL", detail_label="ITA,PHL")
    posts.site("PHL").member.publish([few])
    posts.share()
    with pytest.raises(RefusedError, match="XPO is not in its audience"):
        await pass_on(posts, "PHL:" + "cd" * 16, "XPO", "MEMBER")
    await pass_on(posts, "PHL:" + "cd" * 16, "XPO", "MEMBER", anyway=True)
    assert await posts.findings("ITA") == ["Q-01"]


async def test_passing_on_says_to_whom_and_why(posts: Posts) -> None:
    key = posts.publish("PHL")
    for more in ({"recipient": " "}, {"reason": ""}):
        with pytest.raises(InputError, match="to whom and why"):
            await pass_on(posts, key, "x", "DOMESTIC", **more)
    await posts.ask("PHL", "notice.erase", notice=key, reason_class="error")
    posts.share()
    with pytest.raises(InputError, match="nothing is left"):
        await pass_on(posts, key, "x", "DOMESTIC")


async def test_what_is_written_for_another_member_is_on_record_by_itself(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.ask("ITA", "export", format="stix")
    assert events(posts, DataReleased) == []
    await posts.ask("ITA", "export", format="stix", reader="xpo", tlp_max="AMBER")
    assert [(one.notice, one.recipient) for one in events(posts, DataReleased)] == [(key, "XPO")]
    await posts.ask("PHL", "notice.withdraw", notice=key, reason="mistaken identity")
    posts.share()
    page = await posts.ask("ITA", "export", format="stix", reader="xpo", tlp_max="AMBER")
    assert page["taken_back"] == 1
    assert len(events(posts, DataReleased)) == 1, "what is taken back has no data of anybody"


# -- exports that are asked for --------------------------------------------------------------------------------------


async def test_an_export_is_delivered_in_time_or_found(posts: Posts, tmp_path: Path) -> None:
    asked = [await posts.ask("ITA", "audit.request", by="a court", what="all", officer="ov1") for _ in range(3)]
    assert len((await posts.ask("ITA", "audit.requests"))["requests"]) == 3
    place = str(tmp_path / "x.json")
    await posts.ask("ITA", "audit.export", place=place, officer="ov1", request=asked[0]["request"][:8])
    refused = await posts.ask("ITA", "audit.refuse", request=asked[1]["request"], reason="sealed", officer="ov1")
    assert refused["request"] == asked[1]["request"]
    (left,) = (await posts.ask("ITA", "audit.requests"))["requests"]
    assert left["request"] == asked[2]["request"]
    said = await posts.ask("ITA", "finding.list", rule="O-02")
    assert [one["found"] for one in said["findings"]] == ["an export was refused"]
    posts.clock.advance(days=10, seconds=1)
    posts.share()
    words = [one["found"] for one in (await posts.ask("ITA", "finding.list", rule="O-02"))["findings"]]
    assert words.count("an export was not delivered in time") == 1
    for wrong in ({"request": asked[0]["request"]}, {"request": ""}, {"request": "zz"}):
        with pytest.raises(NotFoundError, match="request that waits"):
            await posts.ask("ITA", "audit.refuse", reason="x", officer="ov1", **wrong)
    with pytest.raises(InputError):
        await posts.ask("ITA", "audit.refuse", request=left["request"], reason=" ", officer="ov1")
    with pytest.raises(InputError):
        await posts.ask("ITA", "audit.request", by="", what="x", officer="ov1")


# -- answers -----------------------------------------------------------------------------------------------------------


async def test_a_member_answers_its_own_oversight_within_72_hours(posts: Posts) -> None:
    posts.publish("PHL")
    await posts.scan("ITA")
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    (one, other) = (await posts.ask("ITA", "finding.list"))["findings"]
    given = {"step": "EXPLAINED", "officer": "s1"}
    done = await posts.ask("ITA", "finding.answer", finding=one["finding"][:12], reason="the line", **given)
    assert (done["rung"], done["opened_by"]) == ("EXPLANATION", "")
    shown = await posts.ask("ITA", "finding.show", finding=one["finding"], officer="ov1")
    assert [(step["step"], step["reason"]) for step in shown["steps"]] == [("EXPLAINED", "the line")]
    posts.clock.advance(days=3, seconds=1)
    posts.share()
    late = {each["finding"]: each["unanswered"] for each in (await posts.ask("ITA", "finding.list"))["findings"]}
    assert (late[one["finding"]], late[other["finding"]]) == (False, True)
    with pytest.raises(InputError):
        await posts.ask("ITA", "finding.answer", finding=other["finding"], reason=" ", **given)
    with pytest.raises(NotFoundError):
        await posts.ask("ITA", "finding.answer", finding="zz", reason="x", **given)
    away = next(each for each in (await posts.ask("ITA", "finding.list"))["findings"] if each["member"] == "PHL")
    with pytest.raises(RefusedError, match="about PHL"):
        await posts.ask("ITA", "finding.answer", finding=away["finding"], reason="x", **given)


async def test_whoever_closes_reviews_for_their_own_unit(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ManualClock(NOW), ("ITA",))
    staff = coalition["ITA"]
    await staff.hire("admin", Role.ADMINISTRATOR)
    for name, role, unit in (("vera", Role.VERIFIER, "airport"), ("otto", Role.OFFICER, "airport"),
                             ("sara", Role.SUPERVISOR, "airport"), ("rita", Role.SUPERVISOR, "review")):  # fmt: skip
        await staff.hire(name, role, unit=unit, purposes=["BORDER_CHECK"], categories=["*"])
    posts = Posts.__new__(Posts)
    posts.clock, posts.coalition, posts.encounter = staff.clock, coalition, ""
    key = posts.publish("ITA")
    said = await staff.ask(
        "otto", "encounter.scan", names=[NAME], documents=[{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
        purpose="BORDER_CHECK", legal_basis="Code 8", movement="CROSSING",
    )  # fmt: skip
    step = {"encounter": said["encounter"]}
    await staff.ask("vera", "encounter.open", **step)
    found = {"notice": key, "outcome": "INCONCLUSIVE", "compared": TWO, "available": ["document"]}
    with pytest.raises(RefusedError, match="otto may not do this") as refused:
        await staff.ask("vera", "encounter.verify", **step, **found, supervisor="otto", supervisor_code="123456")
    assert "supervisor" in refused.value.why
    await staff.ask("vera", "encounter.verify", **step, **(found | {"outcome": "NEGATIVE"}))
    await staff.ask("otto", "encounter.act", **step, action="SEARCH", anyway=True)
    await staff.ask("otto", "encounter.end", **step)
    with pytest.raises(RefusedError, match="cannot review for review") as refused:
        await staff.ask("sara", "encounter.close", **step, reviewer_unit="review")
    assert refused.value.why == "rule C-03"
    with pytest.raises(RefusedError, match="review by another unit"):
        await staff.ask("sara", "encounter.close", **step)
    assert (await staff.ask("rita", "encounter.close", **step))["stage"] == "CLOSED"
    closed = [one for one in staff.site.casework.office.events(said["encounter"]) if isinstance(one, EncounterClosed)]
    assert [one.reviewer_unit for one in closed] == ["review"]
    coalition.close()
