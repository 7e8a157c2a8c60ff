"""A list where people have accounts: another authority's word is published, everything else is drafted for three."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evenhand.ground.errors import InputError, LimitError, RefusedError, UsageError
from evenhand.interop.formats import BUILT_IN
from evenhand.interop.policy import POLICIES
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.node.cases import from_lists
from evenhand.notices.proving import OTHERS_LISTS, is_lists_word
from tests.node.people.coalition import Coalition

from .drafts import STATEMENTS, WHY

HEAD = "reference,name,given_name,family_name,birth_date,sex,nationality,documents,offence,remarks\n"
ORFEO = "T1,Orfeo Fittizzio,Orfeo,Fittizzio,1979-03-04,male,UTO,passport:XF555:UTO,An invented offence,Seen twice\n"
ELVIRA = "T2,Elvira Inventata,Elvira,Inventata,1984-09-21,female,UTO,passport:XF556:UTO,An invented offence,\n"
LAW = {
    "category": "terrorism", "legal_basis": "Invented statute, section 1", "issuing_authority": "Invented court",
    "fallback": "DISCREET_REPORT",
}  # fmt: skip
ARREST = {**LAW, "action": "ARREST"}
YES = {"verdict": "APPROVE", "reason": "in order"}


class Table:
    """A table of ITA's own, which its analyst drafts."""

    def __init__(self, coalition: Coalition, file: Path) -> None:
        self.ita, self.file, self.coalition = coalition["ITA"], file, coalition

    def request(self, *rows: str, **more: Any) -> dict[str, Any]:
        self.file.write_text(HEAD + "".join(rows), "utf-8")
        return {"format": "template", "place": str(self.file), **more}

    async def draft(self, *rows: str, **more: Any) -> Any:
        asked = self.request(*rows, **{"policy": {**LAW, "action": "INTERVIEW"}, "statements": STATEMENTS, **more})
        return await self.ita.ask("a-analyst", "case.draft-list", **asked)

    async def approve(self, case: str) -> None:
        await self.ita.ask("a-analyst", "case.submit", case=case)
        await self.ita.ask("a-approver", "case.approve", case=case, **YES)
        await self.ita.ask("a-legal-reviewer", "case.legal", case=case, **YES)

    async def publish(self, case: str) -> str:
        await self.approve(case)
        done = await self.ita.ask("a-approver", "case.publish", case=case)
        self.coalition.share()
        return f"ITA:{done['notice']['notice_id']}"


@pytest.fixture
def table(coalition: Coalition, tmp_path: Path) -> Table:
    return Table(coalition, tmp_path / "people.csv")


def counts(said: dict[str, Any]) -> list[int]:
    return [said[one] for one in ("drafted", "rewritten", "under_way", "unchanged")] + [len(said["gone"])]


def un_list(file: Path) -> dict[str, Any]:
    file.write_bytes(write_un_xml(synthetic_persons(1, 6)))
    return {"format": "un-sc", "place": str(file)}


async def seen(coalition: Coalition, name: str) -> list[Any]:
    found = await coalition["PHL"].ask("a-officer", "find", **WHY, names=[name])
    return list(found["document"]["answer"]["candidates"])


def test_every_format_but_a_table_of_ones_own_is_another_authoritys() -> None:
    assert set(BUILT_IN) - {"template"} == OTHERS_LISTS
    assert all(is_lists_word(name, POLICIES[name].action) for name in OTHERS_LISTS)
    assert not any(is_lists_word("un-sc", one) for one in ("SEARCH", "REFUSE_ENTRY", "NO_BOARD", "HOLD", "ARREST"))
    assert not is_lists_word("a-package-s-format", "DISCREET_REPORT")


@pytest.mark.parametrize("policy", [ARREST, {**LAW, "action": "INTERVIEW"}, None])
@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_table_of_ones_own_is_published_by_nobody_alone(
    table: Table, policy: dict[str, Any] | None, *, dry_run: bool
) -> None:
    with pytest.raises(RefusedError, match="not published by one person") as refused:
        await table.ita.ask("a-approver", "import", **table.request(ORFEO, policy=policy, dry_run=dry_run))
    assert "case draft-list template" in refused.value.remedy
    table.coalition.share()
    assert await seen(table.coalition, "Orfeo Fittizzio") == []


async def test_no_policy_makes_an_arrest_of_a_list(coalition: Coalition, tmp_path: Path) -> None:
    asked = un_list(tmp_path / "un.xml")
    for action in ("SEARCH", "NO_BOARD", "REFUSE_ENTRY", "HOLD", "ARREST"):
        with pytest.raises(RefusedError, match=f"{action} is not asked for by one person"):
            await coalition["ITA"].ask("a-approver", "import", **asked, policy={**LAW, "action": action})
    with pytest.raises(UsageError, match="no list format"):
        await coalition["ITA"].ask("a-approver", "import", format="pdf", place=asked["place"])
    done = await coalition["ITA"].ask("a-approver", "import", **asked, policy={**LAW, "action": "INTERVIEW"})
    assert done["published"] == 6


async def test_a_list_of_the_united_nations_is_found_at_another_member(coalition: Coalition, tmp_path: Path) -> None:
    done = await coalition["ITA"].ask("a-approver", "import", **un_list(tmp_path / "un.xml"))
    assert done["published"] == 6
    coalition.share()
    (found, *_) = await seen(coalition, synthetic_persons(1, 6)[0].person.names[0].text)
    proved = await coalition["PHL"].ask("a-analyst", "case.check", notice=f"ITA:{found['notice_id']}")
    assert (proved["provenance"], proved["objections"]) == ("from a list", [])


async def test_rows_become_cases_and_cases_notices_that_every_member_can_check(table: Table) -> None:
    dry = await table.draft(ORFEO, ELVIRA, dry_run=True)
    assert (counts(dry), dry["cases"]) == ([2, 0, 0, 0, 0], [])
    said = await table.draft(ORFEO, ELVIRA)
    assert (counts(said), len(said["cases"]), said["refusals"]) == ([2, 0, 0, 0, 0], 2, [])
    assert counts(await table.draft(ORFEO, ELVIRA)) == [0, 0, 2, 0, 0], "the same table changes nothing"
    table.coalition.share()
    assert await seen(table.coalition, "Orfeo Fittizzio") == []
    keys = [await table.publish(case) for case in said["cases"]]
    assert len(await seen(table.coalition, "Orfeo Fittizzio")) == 1
    proved = await table.coalition["PHL"].ask("a-analyst", "case.check", notice=keys[0])
    assert (proved["provenance"], proved["objections"]) == ("approved", [])
    assert counts(await table.draft(ORFEO, ELVIRA)) == [0, 0, 0, 2, 0], "the notices say what the table says"
    table.coalition.clock.advance(days=181)
    await table.coalition.wake_up("ITA")
    assert counts(await table.draft(ORFEO, ELVIRA)) == [0, 0, 0, 2, 0], "a review is an act of its own"


async def test_a_row_that_changed_corrects_its_notice_and_one_that_is_gone_is_named(table: Table) -> None:
    first, second = (await table.draft(ORFEO, ELVIRA))["cases"]
    key, other = await table.publish(first), await table.publish(second)
    said = await table.draft(ORFEO.replace("Seen twice", "Seen three times"))
    assert (counts(said), said["gone"]) == ([1, 0, 0, 0, 1], [other])
    shown = await table.ita.ask("a-analyst", "case.show", case=said["cases"][0])
    assert (shown["kind"], shown["notice"]["version"]) == ("CORRECTION", 2)
    assert await table.publish(said["cases"][0]) == key
    only = await table.draft(ORFEO.replace("Seen twice", "Seen three times"), only=["T1"])
    assert (counts(only), only["gone"]) == ([0, 0, 0, 1, 0], []), "of a part nothing is gone"
    swapped = await table.draft(ELVIRA.replace("T2", "T1"), dry_run=True)
    assert "may now be somebody else's" in swapped["alarm"]


async def test_a_draft_is_written_anew_and_a_review_goes_first(table: Table) -> None:
    (case,) = (await table.draft(ORFEO))["cases"]
    changed = ORFEO.replace("Seen twice", "Seen once")
    again = await table.draft(changed)
    assert (counts(again), again["cases"]) == ([0, 1, 0, 0, 0], [case])
    await table.ita.ask("a-analyst", "case.submit", case=case)
    waits = await table.draft(ORFEO)
    assert (counts(waits), f"case {case} on it is SUBMITTED" in waits["refusals"][0]["reason"]) == ([0] * 5, True)
    assert counts(await table.draft(changed)) == [0, 0, 1, 0, 0]
    no = {"verdict": "REFUSE", "reason": "too little"}
    await table.ita.ask("a-approver", "case.approve", case=case, **no)
    refused = await table.draft(changed)
    assert (counts(refused), "was refused" in refused["refusals"][0]["reason"]) == ([0] * 5, True)
    assert counts(await table.draft(ORFEO)) == [1, 0, 0, 0, 0], "it says something else now"


async def test_more_is_asked_of_some_people_of_a_list_and_the_list_leaves_them_alone(
    coalition: Coalition, tmp_path: Path
) -> None:
    ita, asked = coalition["ITA"], un_list(tmp_path / "un.xml")
    await ita.ask("a-approver", "import", **asked)
    listed = (await ita.ask("a-analyst", "notice.list"))["notices"]
    chosen = listed[0]["source"].split(" ")[1]
    more = {**asked, "policy": {**LAW, "action": "INTERVIEW"}, "only": [chosen], "statements": {
        **STATEMENTS, "nationality_unknown": True, "compatible_with": [one["key"] for one in listed],
        "compatibility": "looked at each of them",
    }}  # fmt: skip
    said = await ita.ask("a-analyst", "case.draft-list", **more)
    assert counts(said) == [1, 0, 0, 0, 0]
    table = Table(coalition, tmp_path / "none.csv")
    key = await table.publish(said["cases"][0])
    again = await ita.ask("a-approver", "import", **asked)
    assert (again["corrected"], again["unchanged"], again["withdrawn"]) == (0, 5, 0)
    assert [(one["entry_id"], "approvals of several" in one["reason"]) for one in again["refusals"][-1:]] == [
        (chosen, True)
    ]
    shown = await ita.ask("a-analyst", "notice.show", notice=key)
    assert shown["notice"]["action"] == "INTERVIEW"


async def test_what_a_person_took_back_is_not_drafted_again(table: Table) -> None:
    (case,) = (await table.draft(ORFEO))["cases"]
    key = await table.publish(case)
    await table.ita.ask("a-analyst", "notice.withdraw", notice=key, reason="mistaken")
    said = await table.draft(ORFEO)
    assert (counts(said), "by a person" in said["refusals"][-1]["reason"]) == ([0] * 5, True)


async def test_a_list_is_drafted_within_its_limit_and_by_its_numbers(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="no entry 'T9'"):
        await table.draft(ORFEO, only=["T9"])
    with pytest.raises(RefusedError, match="your roles"):
        await table.ita.ask("a-approver", "case.draft-list", **table.request(ORFEO))
    monkeypatch.setattr(from_lists, "_AT_A_TIME", 1)
    monkeypatch.setattr(from_lists, "LIST_DRAFTS_MAX", 1)
    with pytest.raises(LimitError, match="too many cases"):
        await table.draft(ORFEO, ELVIRA)
    assert counts(await table.draft(ORFEO, ELVIRA, only=["T2"])) == [1, 0, 0, 0, 0]


async def test_who_publishes_nothing_imports_nothing(
    coalition: Coalition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Suspended:
        may_publish = False

    ita = coalition["ITA"]
    monkeypatch.setattr(type(ita.site.casework), "standing", lambda *_: Suspended())
    with pytest.raises(RefusedError, match="publishing is suspended"):
        await ita.ask("a-approver", "import", **un_list(tmp_path / "un.xml"))
