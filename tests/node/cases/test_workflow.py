"""From draft to publication by several people, and every way in which one of them could cut it short."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.casework.records import EventRecord
from evenhand.ground.errors import InputError, NotFoundError, RefusedError, UsageError
from evenhand.node.cases import shelf
from evenhand.node.cases.model import FROM_DESK, TO_DESK, FromDesk, ToDesk
from evenhand.node.cases.workflow import desks_of, take_review, take_verdict
from evenhand.node.post import Letter
from evenhand.node.publishing import Outgoing
from evenhand.notices.conduct import Conduct
from evenhand.trust.permissions import Role
from evenhand.watchlist.release import ALL
from tests.node.people.coalition import Coalition

from .drafts import STATEMENTS, WHY, approved, draft, drafted, published, submitted

YES = {"verdict": "APPROVE", "reason": "in order"}


async def test_three_people_publish_and_every_member_can_check_it(coalition: Coalition) -> None:
    key = await published(coalition)
    for code in ("ITA", "PHL", "XPO"):
        proved = await coalition[code].ask("a-analyst", "case.check", notice=key)
        assert proved["provenance"] == "approved"
        assert proved["objections"] == []
        assert [one[0] for one in proved["signed"]] == ["AUTHOR", "NATIONAL", "LEGAL"]
        assert len({one[2] for one in proved["signed"]}) == 3
    found = await coalition["PHL"].ask("a-officer", "find", **WHY, names=["Juan Inventado"], birth_date="1980-05-17")
    assert len(found["document"]["answer"]["candidates"]) == 1


async def test_a_draft_is_invisible_to_every_post(coalition: Coalition) -> None:
    case = await approved(coalition)
    coalition.share()
    for code in ("ITA", "PHL"):
        found = await coalition[code].ask("a-officer", "find", **WHY, names=["Juan Inventado"])
        assert found["document"]["answer"]["candidates"] == []
    with pytest.raises(RefusedError, match="your roles"):
        await coalition["ITA"].ask("a-officer", "case.list")
    with pytest.raises(RefusedError, match="not shown to posts"):
        await coalition["ITA"].ask("a-liaison", "case.show", case=case)


async def test_an_arrest_goes_before_the_coalitions_desk(coalition: Coalition) -> None:
    ita, xpo = coalition["ITA"], coalition["XPO"]
    case = await approved(coalition, notice={"action": "ARREST"})
    with pytest.raises(RefusedError, match="COMPLIANCE"):
        await ita.ask("a-approver", "case.publish", case=case)
    with pytest.raises(RefusedError, match="desk is not here"):
        await ita.ask("a-compliance-desk", "case.compliance", case=case, **YES)
    with pytest.raises(RefusedError, match="another member"):
        await ita.ask("a-approver", "case.lay-before", case=case, desk="phl")
    await ita.ask("a-approver", "case.lay-before", case=case)
    coalition.share()
    assert [one["case"] for one in (await xpo.ask("a-compliance-desk", "case.list"))["cases"]] == [case]
    with pytest.raises(RefusedError):
        await xpo.ask("a-approver", "case.publish", case=case)
    await xpo.ask("a-compliance-desk", "case.compliance", case=case, **YES)
    coalition.share()
    shown = await ita.ask("a-analyst", "case.show", case=case)
    assert shown["state"] == "APPROVED"
    done = await ita.ask("a-approver", "case.publish", case=case)
    coalition.share()
    proved = await coalition["PHL"].ask("a-analyst", "case.check", notice=f"ITA:{done['notice']['notice_id']}")
    assert proved["objections"] == []
    assert proved["signed"][3][:2] == ["COMPLIANCE", "XPO"]


@pytest.mark.parametrize(("verdict", "state"), [("RETURN", "RETURNED"), ("REFUSE", "REFUSED")])
async def test_the_desk_can_say_no(coalition: Coalition, verdict: str, state: str) -> None:
    case = await approved(coalition, notice={"action": "HOLD"})
    await coalition["ITA"].ask("a-approver", "case.lay-before", case=case)
    coalition.share()
    await coalition["XPO"].ask("a-compliance-desk", "case.compliance", case=case, verdict=verdict, reason="thin")
    coalition.share()
    shown = await coalition["ITA"].ask("a-analyst", "case.show", case=case)
    assert shown["state"] == state
    assert shown["steps"][-1]["reason"] == "thin"


async def test_duties_are_two_peoples(coalition: Coalition) -> None:
    ita = coalition["ITA"]
    await ita.hire("both", Role.ANALYST, Role.APPROVER, Role.LEGAL_REVIEWER)
    made = await ita.ask("both", "case.draft", draft=draft(), statements=STATEMENTS)
    case = made["case"]
    await ita.ask("both", "case.submit", case=case)
    for operation in ("case.approve", "case.legal"):
        with pytest.raises(RefusedError, match="P-01"):
            await ita.ask("both", operation, case=case, **YES)
    other = await submitted(coalition, name="Ana Otra")
    await ita.ask("both", "case.approve", case=other, **YES)
    with pytest.raises(RefusedError, match="P-01"):
        await ita.ask("both", "case.legal", case=other, **YES)
    with pytest.raises(RefusedError, match="no NATIONAL review"):
        await ita.ask("a-approver", "case.approve", case=other, **YES)


async def test_what_was_submitted_is_what_is_published(coalition: Coalition) -> None:
    ita = coalition["ITA"]
    case = await submitted(coalition)
    with pytest.raises(RefusedError, match="is SUBMITTED"):
        await drafted(coalition, case=case)
    with pytest.raises(RefusedError, match="already"):
        await ita.ask("a-analyst", "case.submit", case=case)
    await ita.ask("a-approver", "case.approve", case=case, verdict="RETURN", reason="say more")
    again = await drafted(coalition, case=case, detail={"offence": "a better description"})
    assert again == case
    shown = await ita.ask("a-analyst", "case.submit", case=case)
    assert len(shown["given"]) == 1, "earlier signatures are gone"
    with pytest.raises(InputError, match="says why"):
        await ita.ask("a-approver", "case.approve", case=case, verdict="APPROVE", reason=" ")


async def test_stored_text_that_was_changed_after_approval_is_not_published(coalition: Coalition) -> None:
    site = coalition["ITA"].site
    case = shelf.find(site, await approved(coalition))
    changed = msgspec.structs.replace(case, notice=msgspec.structs.replace(case.notice, category="theft"))
    shelf.put(site, changed)
    with pytest.raises(RefusedError, match="would not accept"):
        await coalition["ITA"].ask("a-approver", "case.publish", case=case.case)


async def test_a_refused_notice_comes_again_only_with_new_facts(coalition: Coalition) -> None:
    ita = coalition["ITA"]
    case = await submitted(coalition)
    no = {"verdict": "REFUSE", "reason": "political", "ground": "NEUTRALITY"}
    await ita.ask("a-legal-reviewer", "case.legal", case=case, **no)
    with pytest.raises(RefusedError, match="P-03"):
        await submitted(coalition)
    await submitted(coalition, statements={"new_facts": "a court has convicted them since"})
    decisions = [entry.decision for entry in ita.site.casework.book.entries()]
    events = [one.event for one in decisions if isinstance(one, EventRecord)]
    kinds = [type(event).__name__ for event in events]
    assert kinds.count("NoticeSubmitted") == 2
    assert {"NoticeObjected", "NoticeRefused"} <= set(kinds)


LACKS: list[tuple[dict[str, Any], str]] = [
    ({"statements": {"penalty_threshold": ""}}, "penalty-threshold"),
    ({"statements": {"neutrality": ""}}, "neutrality"),
    ({"notice": {"action": "SEARCH"}, "no_documents": True}, "strong-identifier"),
    ({"detail": {"offence": "religion: invented"}}, "P-03"),
    ({"detail": {"offence": "--"}}, "offence"),
    ({"birth": "2015-01-01"}, "state --child yes"),
    ({"birth": "2015", "statements": {"child": "yes"}}, "best interests"),
    ({"nationalities": []}, "no nationality"),
    ({"nationalities": ["XXB"]}, "refugee"),
]


@pytest.mark.parametrize(("change", "found"), LACKS)
async def test_the_machine_names_what_is_missing(coalition: Coalition, change: dict[str, Any], found: str) -> None:
    change = dict(change)
    person = draft()["notice"]["person"]
    if change.pop("no_documents", False):
        del person["documents"]
    if "birth" in change:
        person["birth_dates"] = [{"value": change.pop("birth")}]
    if "nationalities" in change:
        person["nationalities"] = change.pop("nationalities")
    change["notice"] = {"person": person, **change.get("notice", {})}
    with pytest.raises(RefusedError, match=found):
        await submitted(coalition, **change)


async def test_other_notices_on_the_person_are_looked_at_first(coalition: Coalition) -> None:
    key = await published(coalition, "PHL")
    with pytest.raises(RefusedError, match="compatibility"):
        await submitted(coalition)
    with pytest.raises(RefusedError, match="compatibility"):
        await submitted(coalition, statements={"compatible_with": [key]})
    said = {"compatible_with": [key], "compatibility": "both ask for an interview only"}
    assert await submitted(coalition, statements=said)


async def test_a_correction_and_an_extension_are_new_versions_by_the_same_people(coalition: Coalition) -> None:
    key = await published(coalition)
    again = await published(coalition, corrects=key, detail={"offence": "a better description"})
    assert again == key
    with pytest.raises(RefusedError, match="L-01"):
        await drafted(coalition, corrects=key, kind="EXTENSION")
    new = {"proportionality": "the threat has grown; nothing less would do"}
    with pytest.raises(RefusedError, match="without an assessment"):
        await submitted(coalition, corrects=key, kind="EXTENSION", detail=new)
    said = {"assessment": "reviewed in full with the court's new decision"}
    await published(coalition, corrects=key, kind="EXTENSION", detail=new, statements=said)
    shown = await coalition["PHL"].ask("a-analyst", "notice.show", notice=key)
    assert [one["number"] for one in shown["versions"]] == [1, 2, 3]
    await coalition["ITA"].ask("a-analyst", "notice.withdraw", notice=key, reason="closed")
    with pytest.raises(RefusedError, match="withdrawn"):
        await drafted(coalition, corrects=key)


async def test_a_draft_brings_no_approvals_of_its_own(coalition: Coalition) -> None:
    key = await published(coalition)
    shown = await coalition["ITA"].ask("a-analyst", "notice.show", notice=key)
    with pytest.raises(InputError, match="no approvals"):
        await drafted(coalition, notice={"approvals": shown["notice"]["approvals"]})


async def test_only_people_sign(coalition: Coalition) -> None:
    ita = coalition["ITA"]
    made = await ita.ask("admin", "people.key", name="robot", roles=["analyst"], unit="desk")
    ita.tokens["robot"] = made["key"]
    case = await drafted(coalition)
    with pytest.raises(RefusedError, match="cannot sign"):
        await ita.ask("robot", "case.submit", case=case)


async def test_cases_are_found_by_their_beginning(coalition: Coalition) -> None:
    ita = coalition["ITA"]
    one = await drafted(coalition)
    assert (await ita.ask("a-analyst", "case.show", case=one[:12]))["case"] == one
    with pytest.raises(NotFoundError):
        await ita.ask("a-analyst", "case.show", case="zz")
    for number in range(17):
        await drafted(coalition, name=f"Persona {number}")
    names = [c["case"] for c in (await ita.ask("a-analyst", "case.list"))["cases"]]
    double = next(c[0] for c in names if sum(n[0] == c[0] for n in names) > 1)
    with pytest.raises(UsageError, match="begins"):
        await ita.ask("a-analyst", "case.show", case=double)


def letter(sender: str, topic: str, body: bytes) -> Letter:
    return Letter(sender=sender, index=0, at_ms=0, thread="0" * 32, topic=topic, body=body)


async def test_a_partner_cannot_lay_or_judge_what_is_not_its_to(coalition: Coalition) -> None:
    ita, xpo = coalition["ITA"].site, coalition["XPO"].site
    case = shelf.find(ita, await approved(coalition, notice={"action": "HOLD"}))
    with pytest.raises(InputError, match="not its own"):
        take_review(xpo, letter("PHL", "case.review", TO_DESK.encode(ToDesk(case=case))))
    verdict = FromDesk(case=case.case, verdict="APPROVE", reason="r", officer="0" * 16)
    with pytest.raises(InputError, match="on its desk"):
        take_verdict(ita, letter("XPO", "case.verdict", FROM_DESK.encode(verdict)))
    await coalition["ITA"].ask("a-approver", "case.lay-before", case=case.case)
    with pytest.raises(InputError, match="without a signature"):
        take_verdict(ita, letter("XPO", "case.verdict", FROM_DESK.encode(verdict)))
    other = shelf.find(ita, await approved(coalition, name="Ana Otra", notice={"action": "HOLD"}))
    coalition.share()
    await coalition["ITA"].ask("a-approver", "case.lay-before", case=other.case)
    coalition.share()
    done = await coalition["XPO"].ask("a-compliance-desk", "case.compliance", case=other.case, **YES)
    moved = msgspec.convert(done["given"][-1], type(case.given[0]))
    stolen = msgspec.structs.replace(verdict, approval=moved)
    with pytest.raises(InputError, match="not under this text"):
        take_verdict(ita, letter("XPO", "case.verdict", FROM_DESK.encode(stolen)))


def test_where_the_desk_sits(coalition: Coalition) -> None:
    roster = coalition["ITA"].site.member.roster
    assert desks_of(roster, "ITA") == {"XPO"}
    without = msgspec.structs.replace(roster, members=tuple(m for m in roster.members if m.code != "XPO"))
    assert desks_of(without, "ITA") == {"PHL"}
    alone = msgspec.structs.replace(roster, members=tuple(m for m in roster.members if m.code == "ITA"))
    assert desks_of(alone, "ITA") == {"ITA"}


async def test_a_member_whose_publishing_is_suspended_publishes_no_case(coalition: Coalition) -> None:
    case = await approved(coalition)
    steps: tuple[Any, ...] = ("OPENED", "UPHELD")
    opening: dict[str, Any] = {"rule": "A-03", "found": "held too long", "severity": "S1"}
    coalition["PHL"].site.member.publish([
        Outgoing(
            Conduct(
                finding=f"A-03:e{number}", member="ITA", step=step, reason="a reason",
                **(opening if step == "OPENED" else {}),
            ),
            None, match_label=ALL, detail_label=ALL,
        )
        for number in range(5) for step in steps
    ])  # fmt: skip
    coalition.share()
    with pytest.raises(RefusedError, match="suspended"):
        await coalition["ITA"].ask("a-approver", "case.publish", case=case)
