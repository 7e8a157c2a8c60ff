"""A person asks; the notice stops meanwhile; somebody apart decides; every member is bound."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.casework.records import EventRecord, FindingRecord
from evenhand.ground.errors import InputError, NotFoundError, RefusedError
from evenhand.node.exporting import gather
from evenhand.node.post import Letter
from evenhand.node.redress import shelf
from evenhand.node.redress.letters import take_block, take_decision, take_position, take_request
from evenhand.node.redress.model import MATTERS, Matter
from evenhand.screening.notice_events import RedressDecided, RedressRequested
from tests.node.cases.drafts import draft, published
from tests.node.people.coalition import Coalition

DOCUMENT = draft()["notice"]["person"]["documents"][0]
CLAIMANT = {"names": ["Juan Inventado"], "contact": "juan@post.example", "birth_date": "1980-05-17",
            "documents": [DOCUMENT]}  # fmt: skip

KEEP = {"result": "REFUSED", "reasons": "it is right", "ruling": "KEEP"}


async def asked(coalition: Coalition, what: str = "DELETION", code: str = "PHL") -> str:
    got = await coalition[code].ask("a-officer", "redress.receive", what=what, claimant=CLAIMANT, statement="not me")
    return str(got["request"])


async def matter_of(coalition: Coalition, key: str, what: str = "DELETION", code: str = "PHL", **more: Any) -> str:
    request = await asked(coalition, what, code)
    said = {"request": request, "notices": [key], "plausible": True} | more
    made = await coalition[code].ask("a-redress-officer", "redress.assess", **said)
    coalition.share()
    return str(made["matters"][0]["matter"])


async def standing(coalition: Coalition, code: str) -> str:
    listed = await coalition[code].ask("a-analyst", "notice.list", everything=True)
    return str(listed["notices"][0]["standing"])


async def test_the_receipt_says_nothing_about_any_notice(coalition: Coalition) -> None:
    await published(coalition)
    got = await coalition["PHL"].ask("a-officer", "redress.receive", what="ACCESS", claimant=CLAIMANT, statement="me?")
    assert set(got) == {"request", "target", "limit"}
    with pytest.raises(RefusedError):
        await coalition["PHL"].ask("a-officer", "redress.list")
    with pytest.raises(RefusedError, match="redress officer's"):
        await coalition["PHL"].ask("a-analyst", "redress.list")
    seen = await coalition["PHL"].ask("a-redress-officer", "redress.list")
    page = await coalition["PHL"].ask("a-redress-officer", "redress.list", limit=1)
    assert [len(page["requests"]), len(page["matters"]), page["next"]] == [1, 0, None]
    assert len(seen["requests"][0]["possible"]) == 1


async def test_a_plausible_request_blocks_everywhere_and_its_decision_binds_everyone(coalition: Coalition) -> None:
    ita, phl, key = coalition["ITA"], coalition["PHL"], await published(coalition)
    matter = await matter_of(coalition, key)
    assert [await standing(coalition, code) for code in ("ITA", "PHL", "XPO")] == ["blocked"] * 3
    waiting = (await ita.ask("a-liaison", "redress.list"))["matters"]
    assert [one["matter"] for one in waiting] == [matter]
    await ita.ask("a-liaison", "redress.position", matter=matter, position="the court named this passport")
    coalition.share()
    assert (await phl.ask("a-redress-officer", "redress.list"))["matters"][0]["position"]
    await phl.ask("a-redress-officer", "redress.block", matter=matter, uphold=True, reason="the photograph differs")
    decision = {"matter": matter, "result": "GRANTED", "reasons": "another person", "ruling": "DELETE"}
    assert [one.state for one in gather(phl.site.member, [key], "PHL")] == ["taken_back"], "it may stand again"
    await phl.ask("a-redress-officer", "redress.decide", **decision)
    assert [one.state for one in gather(phl.site.member, [key], "PHL")] == ["withdrawn"], "it never will"
    coalition.share()
    for code in ("ITA", "PHL", "XPO"):
        held = coalition[code].site.held(key)
        assert held.erased, f"{code}: the originator withdrew and erased by itself"
    request = shelf.requests(phl.site)[0].request
    told = await phl.ask("a-redress-officer", "redress.answer", request=request, text="What was held is deleted.")
    assert "another look" in told["letter"]
    assert told["in_time"]
    with pytest.raises(RefusedError, match="was answered"):
        await phl.ask("a-redress-officer", "redress.answer", request=request, text="again")
    await phl.ask("a-redress-officer", "redress.forget", request=request)
    assert shelf.requests(phl.site) == []
    decisions = [entry.decision for entry in phl.site.casework.book.entries()]
    kinds = [type(one.event) for one in decisions if isinstance(one, EventRecord)]
    assert RedressRequested in kinds
    assert RedressDecided in kinds
    findings = [one for one in decisions if isinstance(one, FindingRecord)]
    assert not [one for one in findings if one.finding.rule == "O-01"]


async def test_a_kept_notice_stands_again_and_a_corrected_one_with_its_next_version(coalition: Coalition) -> None:
    key = await published(coalition)
    await coalition["PHL"].ask("a-redress-officer", "redress.decide", matter=await matter_of(coalition, key), **KEEP)
    coalition.share()
    assert [await standing(coalition, code) for code in ("ITA", "XPO")] == ["stands"] * 2
    correct = {"result": "PARTLY", "reasons": "the birth date is wrong", "ruling": "CORRECT"}
    await coalition["PHL"].ask("a-redress-officer", "redress.decide", matter=await matter_of(coalition, key), **correct)
    coalition.share()
    assert [await standing(coalition, code) for code in ("ITA", "XPO")] == ["overruled"] * 2
    assert [one.state for one in gather(coalition["XPO"].site.member, [key], "XPO")] == ["taken_back"]
    await published(coalition, corrects=key, detail={"offence": "a corrected description"})
    assert [await standing(coalition, code) for code in ("ITA", "XPO")] == ["stands"] * 2


async def test_a_lifted_block_lets_the_notice_stand_while_the_matter_goes_on(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    first, second = await matter_of(coalition, key), await matter_of(coalition, key)
    await phl.ask("a-redress-officer", "redress.block", matter=first, uphold=False, reason="no evidence")
    coalition.share()
    assert await standing(coalition, "XPO") == "blocked", "the other matter still blocks it"
    await phl.ask("a-redress-officer", "redress.block", matter=second, uphold=False, reason="no evidence")
    coalition.share()
    assert await standing(coalition, "XPO") == "stands"
    with pytest.raises(RefusedError, match="no block"):
        await phl.ask("a-redress-officer", "redress.block", matter=second, uphold=True, reason="again")


async def test_nobody_decides_about_their_own_notice(coalition: Coalition) -> None:
    ita, xpo, key = coalition["ITA"], coalition["XPO"], await published(coalition)
    with pytest.raises(RefusedError, match="O-01"):
        await matter_of(coalition, key, code="ITA")
    matter = await matter_of(coalition, key, code="ITA", decider="XPO")
    assert await standing(coalition, "PHL") == "blocked"
    with pytest.raises(RefusedError, match="XPO decides"):
        await ita.ask("a-redress-officer", "redress.decide", **KEEP | {"matter": matter})
    await xpo.ask("a-redress-officer", "redress.decide", matter=matter, result="GRANTED", reasons="r", ruling="DELETE")
    coalition.share()
    assert coalition["PHL"].site.held(key).erased
    assert shelf.known(ita.site, matter).result == "GRANTED"  # type: ignore[union-attr]
    with pytest.raises(RefusedError, match="is decided"):
        await xpo.ask("a-redress-officer", "redress.decide", matter=matter, result="GRANTED", reasons="r")
    with pytest.raises(RefusedError, match="no position"):
        await ita.ask("a-liaison", "redress.position", matter=matter, position="late")


async def test_access_is_answered_without_touching_the_notice(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    matter = await matter_of(coalition, key, "ACCESS", plausible=False)
    assert await standing(coalition, "XPO") == "stands"
    request = shelf.requests(phl.site)[0].request
    with pytest.raises(RefusedError, match="not decided"):
        await phl.ask("a-redress-officer", "redress.answer", request=request, text="x")
    with pytest.raises(InputError, match="changes no notice"):
        await phl.ask("a-redress-officer", "redress.decide", **KEEP | {"matter": matter})
    said = {"result": "NEITHER_CONFIRM_NOR_DENY", "reasons": "an investigation is under way"}
    await phl.ask("a-redress-officer", "redress.decide", matter=matter, **said)
    with pytest.raises(RefusedError, match="open request is not deleted"):
        await phl.ask("a-redress-officer", "redress.forget", request=request)
    coalition.clock.advance(days=130)
    await coalition.wake_up("PHL")
    told = await phl.ask("a-redress-officer", "redress.answer", request=request, text="We can say neither.")
    assert not told["in_time"]
    assert (await phl.ask("a-redress-officer", "redress.list", everything=True))["requests"][0]["answer"]


@pytest.mark.parametrize(
    ("operation", "request_", "kind"),
    [
        ("redress.assess", {"request": "zz"}, NotFoundError),
        ("redress.decide", {"matter": "zz", "result": "GRANTED", "reasons": "r"}, NotFoundError),
        ("redress.receive", {"what": "ACCESS", "claimant": {"names": [], "contact": "x"}, "statement": ""}, InputError),
    ],
)
async def test_bad_requests_are_refused(
    coalition: Coalition, operation: str, request_: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await coalition["PHL"].ask("a-redress-officer", operation, **request_)


async def test_a_request_is_assessed_once_and_a_deletion_needs_a_ruling(coalition: Coalition) -> None:
    phl, key = coalition["PHL"], await published(coalition)
    request = await asked(coalition)
    made = await phl.ask("a-redress-officer", "redress.assess", request=request, notices=[key])
    with pytest.raises(RefusedError, match="already"):
        await phl.ask("a-redress-officer", "redress.assess", request=request)
    matter = made["matters"][0]["matter"]
    with pytest.raises(InputError, match="what becomes"):
        await phl.ask("a-redress-officer", "redress.decide", **KEEP | {"matter": matter, "ruling": ""})


def letter(sender: str, matter: Matter) -> Letter:
    body = MATTERS.encode(matter)
    return Letter(sender=sender, index=0, at_ms=0, thread="0" * 32, topic="redress.request", body=body)


async def test_a_letter_from_the_wrong_member_changes_nothing(coalition: Coalition) -> None:
    site, key = coalition["ITA"].site, await published(coalition)
    matter = shelf.known(site, await matter_of(coalition, key))
    assert matter is not None
    for take in (take_block, take_decision, take_position):
        with pytest.raises(InputError, match="nothing to say"):
            take(site, letter("XPO", matter))
    other = msgspec.structs.replace(matter, matter="9" * 32)
    for sender, changed in (
        ("XPO", other), ("PHL", msgspec.structs.replace(other, decider="ITA")),
        ("PHL", msgspec.structs.replace(other, notice="XPO:" + "0" * 32)),
    ):  # fmt: skip
        with pytest.raises(InputError, match=r"cannot open|not ours"):
            take_request(site, letter(sender, changed))
    take_request(site, letter("PHL", msgspec.structs.replace(matter, statement="changed")))
    assert shelf.known(site, matter.matter) == matter, "a matter that is known is not opened again"
