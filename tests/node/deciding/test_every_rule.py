"""Each of the 25 rules finds its breach at a node: from what people and partners do, not from made-up events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import pytest

from evenhand.casework.records import EventRecord
from evenhand.node.deciding.merging import Carried, print_carried
from evenhand.node.deciding.partners import look_at_partners
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import PersonNotice, decode_record
from evenhand.oversight.engine import RULES
from evenhand.oversight.findings import Finding
from evenhand.screening.events import CandidatesShown, QueryMade
from tests.net.coalition import DETAIL
from tests.node.cases.conftest import coalition
from tests.node.cases.drafts import draft, published
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import quick_argon

from .conftest import PASSPORT, TWO, Posts

__all__ = ["coalition", "quick_argon"]
HOURS: Final = 60
DAYS: Final = 24 * HOURS
SHOWN: Final = {"type": "passport", "number": PASSPORT, "issuer": "UTO"}


def wait(posts: Posts, minutes: int) -> None:
    posts.clock.advance(seconds=60 * minutes)
    posts.share()


async def asked(posts: Posts, **more: Any) -> str:
    """Verify somebody at ITA against a notice of PHL and ask PHL to confirm."""
    key = posts.publish("PHL", **more)
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    return key


async def held(posts: Posts, **more: Any) -> str:
    key = await asked(posts, **more)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    return key


# -- queries ---------------------------------------------------------------------------------------------------------


async def q01(posts: Posts) -> str:
    key = posts.publish("PHL")
    await posts.ask("ITA", "notice.pass-on", notice=key, recipient="an airline", reach="CARRIER", reason="asked",
                    officer="o1", anyway=True)  # fmt: skip
    return "ITA"


async def q02(posts: Posts) -> str:
    await posts.scan("ITA", movement="")
    wait(posts, 31)
    return "ITA"


async def q03(posts: Posts) -> str:
    crossing = {"names": ["Nadie Invisible"], "lane": "4", "systematic": True}
    await posts.ask("ITA", "encounter.movement", movements=[crossing], officer="gate4", unit="airport")
    wait(posts, 11)
    return "ITA"


async def q04(posts: Posts) -> str:
    people = [(f"{group}{number}", group, number < checks) for group, checks in (("UTO", 120), ("XXA", 40))
              for number in range(120)]  # fmt: skip
    crossings = [{"names": [name], "nationalities": [group], "lane": "4"} for name, group, _ in people]
    await posts.ask("ITA", "encounter.movement", movements=crossings, officer="gate4", unit="airport")
    for name, group, checked in people:
        if checked:
            await posts.scan("ITA", names=[name], documents=[], nationalities=[group], lane="4", movement="")
    wait(posts, 40 * DAYS)
    return "ITA"


# -- verification ------------------------------------------------------------------------------------------------


async def v01(posts: Posts) -> str:
    posts.publish("PHL")
    await posts.scan("ITA")
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    return "ITA"


async def v02(posts: Posts) -> str:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key, compared=TWO[:1])
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    return "ITA"


async def v03(posts: Posts) -> str:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", minutes=25 * HOURS, anyway=True)  # without a line: a day
    return "ITA"


async def v04(posts: Posts) -> str:
    key = await asked(posts)
    await posts.ask("PHL", "notice.suspend", notice=key, reason="a doubt")
    wait(posts, 1)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    return "ITA"


# -- action ----------------------------------------------------------------------------------------------------------


async def a01(posts: Posts) -> str:
    await asked(posts)
    await posts.do("ITA", "act", action="ARREST", anyway=True)
    return "ITA"


async def a02(posts: Posts) -> str:
    await held(posts)
    return "ITA"


def after_a_hold(minutes: int) -> Callable[[Posts], Awaitable[str]]:
    async def story(posts: Posts) -> str:
        await held(posts)
        wait(posts, minutes)
        return "ITA"

    return story


async def a04(posts: Posts) -> str:
    await held(posts)
    (letter,) = [one for one in (await posts.ask("PHL", "encounter.inbox"))["letters"] if one["kind"] == "hit"]
    await posts.ask("PHL", "encounter.answer", letter=letter["letter"], answer="DENY", officer="l1")
    posts.share()
    wait(posts, 16)
    return "ITA"


# -- communication --------------------------------------------------------------------------------------------------


async def c01(posts: Posts) -> str:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    wait(posts, 16)
    return "ITA"


async def c02(posts: Posts) -> str:
    await asked(posts)
    wait(posts, 13 * HOURS)
    return "ITA"


async def c04(posts: Posts) -> str:
    """A post that was cut off and did not know of the pair stops the cleared person again; its file is merged."""
    key = posts.publish("PHL")
    await posts.scan("ITA")
    first = posts.encounter
    await posts.verify("ITA", key, "NEGATIVE")
    wait(posts, 5)
    site, again = posts.site("ITA"), list[QueryMade | CandidatesShown]()
    for event in site.casework.office.events(first):
        if isinstance(event, QueryMade | CandidatesShown):
            fresh = {"event_id": f"again-{len(again)}", "encounter": "e" * 32, "at_ms": posts.clock.now_ms() - 1}
            again.append(msgspec.structs.replace(event, **fresh))
    carried = Carried(member="ITA", events=tuple(again), terms=(), pairs=(), letters=())
    place = site.folder.path / "post.json"
    place.write_bytes(print_carried(carried, site.member.keys))
    await posts.ask("ITA", "encounter.merge", place=str(place), officer="s1")
    return "ITA"


async def p03(posts: Posts) -> str:
    """A member that was silent says too late that it protects the person."""
    await posts.ask("XPO", "protection.grant", documents=[SHOWN], against=["PHL"])
    posts.coalition.away = {"XPO"}
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", minutes=12, officer="v1")
    posts.coalition.away = set()
    posts.share()
    return "ITA"


async def l02(posts: Posts) -> str:
    key = posts.publish("ITA")
    _look(posts, 2)
    posts.coalition.away.add("PHL")
    await posts.ask("ITA", "notice.withdraw", notice=key, reason="over")
    _look(posts, 1)
    posts.clock.advance(days=1)
    _look(posts, 2)
    return "ITA"


def _look(posts: Posts, minutes: int) -> None:
    for _ in range(minutes):
        wait(posts, 1)
        for code in ("ITA", "XPO"):
            look_at_partners(posts.site(code))
            posts.site(code).casework.tick()


async def o02(posts: Posts) -> str:
    said = await posts.ask("ITA", "audit.request", by="a court", what="everything on one encounter", officer="ov1")
    await posts.ask("ITA", "audit.refuse", request=said["request"][:8], reason="not now", officer="ov1")
    return "ITA"


AT_POSTS: Final[dict[str, Callable[[Posts], Awaitable[str]]]] = {
    "Q-01": q01, "Q-02": q02, "Q-03": q03, "Q-04": q04, "V-01": v01, "V-02": v02, "V-03": v03, "V-04": v04,
    "A-01": a01, "A-02": a02, "A-03": after_a_hold(61), "A-04": a04, "A-05": after_a_hold(61),
    "A-06": after_a_hold(2 * DAYS + 1), "C-01": c01, "C-02": c02, "C-03": after_a_hold(61), "C-04": c04,
    "P-03": p03, "L-02": l02, "O-02": o02,
}  # fmt: skip
"""On nodes without accounts, where each request names who acts."""


# -- with accounts -------------------------------------------------------------------------------------------------


def say(coalition: Coalition, key: str, **changes: Any) -> None:
    """Have ITA publish its notice anew under another id, with something about it changed."""
    site = coalition["ITA"].site
    notice = decode_record(site.held(key).versions[-1].text)
    assert isinstance(notice, PersonNotice)
    site.member.publish([Outgoing(msgspec.structs.replace(notice, notice_id="ab" * 16, version=1, **changes), DETAIL)])
    coalition.share()


async def p01(coalition: Coalition) -> str:
    say(coalition, await published(coalition), approvals=None)
    return "PHL"


async def p02(coalition: Coalition) -> str:
    key = await published(coalition)
    notice = decode_record(coalition["ITA"].site.held(key).versions[-1].text)
    assert isinstance(notice, PersonNotice)
    say(coalition, key, action="HOLD", person=msgspec.structs.replace(notice.person, documents=()))
    return "PHL"


async def l01(coalition: Coalition) -> str:
    await published(coalition)
    coalition.clock.advance(days=400)
    return "PHL"


async def o01(coalition: Coalition) -> str:
    key = await published(coalition)
    claimant = {"names": ["Juan Inventado"], "contact": "juan@post.example", "birth_date": "1980-05-17",
                "documents": draft()["notice"]["person"]["documents"]}  # fmt: skip
    got = await coalition["PHL"].ask("a-officer", "redress.receive", what="ACCESS", claimant=claimant, statement="me?")
    await coalition["PHL"].ask("a-redress-officer", "redress.assess", request=got["request"], notices=[key])
    coalition.share()
    coalition.clock.advance(days=121)
    return "PHL"


WITH_PEOPLE: Final[dict[str, Callable[[Coalition], Awaitable[str]]]] = {
    "P-01": p01, "P-02": p02, "L-01": l01, "O-01": o01,
}  # fmt: skip


def test_there_is_a_story_for_each_rule() -> None:
    assert set(AT_POSTS) | set(WITH_PEOPLE) == {rule.code for rule in RULES}


def judge(site: Any, code: str) -> list[Finding]:
    """Return what a rule found, once the finding stands in the book with the events it rests on."""
    site.casework.tick()
    every = [one for one in site.casework.office.overseer.findings.values() if (one.rule, one.state) == (code, "OPEN")]
    found = [one for one in every if ":overdue:" not in one.finding_id]  # by its own rule, and no clock of the docket
    for one in found:
        assert one.severity in {"S1", "S2"}
        assert one.evidence
        for event in one.evidence:
            index = site.casework.book.index_of(event)
            assert index is not None, "its evidence can be exported with a proof"
            assert isinstance(site.casework.book.entry(index).decision, EventRecord)
    return found


@pytest.mark.parametrize("code", AT_POSTS)
async def test_a_breach_at_a_post_is_found(posts: Posts, code: str) -> None:
    where = await AT_POSTS[code](posts)
    assert judge(posts.site(where), code)


@pytest.mark.parametrize("code", WITH_PEOPLE)
async def test_a_breach_among_people_with_accounts_is_found(coalition: Coalition, code: str) -> None:
    where = await WITH_PEOPLE[code](coalition)
    assert judge(coalition[where].site, code)

