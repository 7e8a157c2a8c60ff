"""A version number is used once: what becomes of a case whose number an import or another case used first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import RefusedError, StoreError
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.node.cases import shelf
from tests.node.people.coalition import Coalition

from .drafts import STATEMENTS, approved, published
from .test_from_lists import LAW, ORFEO, YES, Table, counts


class Listed:
    """A list of six people, of some of whom ITA asks more."""

    def __init__(self, coalition: Coalition, folder: Path) -> None:
        self.coalition, self.ita = coalition, coalition["ITA"]
        self.table = Table(coalition, folder / "none.csv")
        file = folder / "un.xml"
        file.write_bytes(write_un_xml(synthetic_persons(1, 6)))
        self.asked: dict[str, Any] = {"format": "un-sc", "place": str(file)}

    async def take_in(self, **more: Any) -> Any:
        return await self.ita.ask("a-approver", "import", **self.asked, **more)

    async def draft(self, *only: str) -> Any:
        listed = (await self.ita.ask("a-analyst", "notice.list"))["notices"]
        return await self.ita.ask(
            "a-analyst", "case.draft-list", **self.asked, policy={**LAW, "action": "INTERVIEW"}, only=only,
            statements={
                **STATEMENTS, "nationality_unknown": True, "compatible_with": [one["key"] for one in listed],
                "compatibility": "looked at each of them",
            },
        )  # fmt: skip

    async def one(self) -> str:
        """Return an entry that stands."""
        listed = (await self.ita.ask("a-analyst", "notice.list"))["notices"]
        return str(listed[0]["source"].split(" ")[1])

    async def state(self, case: str) -> tuple[str, int]:
        shown = await self.ita.ask("a-analyst", "case.show", case=case)
        return shown["state"], len(shown.get("given", ()))

    async def at(self, code: str, key: str) -> tuple[str, int, bool]:
        self.coalition.share()
        said = (await self.coalition[code].ask("a-analyst", "notice.show", notice=key))["notice"]
        return said["action"], said["version"], "approvals" in said

    async def refused(self, case: str) -> None:
        """Publish a case whose number was used."""
        with pytest.raises(RefusedError, match="is not its next one") as refused:
            await self.ita.ask("a-approver", "case.publish", case=case)
        assert "the case is RETURNED" in refused.value.why
        assert await self.state(case) == ("RETURNED", 0)


@pytest.fixture
def listed(coalition: Coalition, tmp_path: Path) -> Listed:
    return Listed(coalition, tmp_path)


async def test_an_import_between_draft_and_publication_returns_the_case(listed: Listed) -> None:
    case = (await listed.draft())["cases"][0]
    await listed.table.approve(case)
    await listed.take_in()
    ahead = await listed.draft()
    assert counts(ahead) == [0, 5, 0, 0, 0], "what is approved is not under way: its number is used"
    assert f"case {case} on it is APPROVED: have it returned first" in ahead["refusals"][-1]["reason"]
    await listed.refused(case)
    assert counts(await listed.draft()) == [0, 1, 5, 0, 0]
    shown = await listed.ita.ask("a-analyst", "case.show", case=case)
    assert (shown["kind"], shown["notice"]["version"]) == ("CORRECTION", 2)
    key = await listed.table.publish(case)
    assert await listed.at("PHL", key) == await listed.at("ITA", key) == ("INTERVIEW", 2, True)
    assert counts(await listed.draft()) == [0, 0, 5, 1, 0]


async def test_a_correction_by_the_list_between_draft_and_publication_returns_the_case(listed: Listed) -> None:
    await listed.take_in()
    chosen = await listed.one()
    (case,) = (await listed.draft(chosen))["cases"]
    await listed.table.approve(case)
    milder = {**LAW, "action": "DISCREET_REPORT", "fallback": "NONE", "legal_basis": "Another invented statute"}
    assert (await listed.take_in(policy=milder))["corrected"] == 6
    await listed.refused(case)
    assert counts(await listed.draft(chosen)) == [0, 1, 0, 0, 0]
    key = await listed.table.publish(case)
    assert await listed.at("PHL", key) == ("INTERVIEW", 3, True)


async def test_of_two_corrections_of_one_notice_the_second_is_returned(coalition: Coalition, listed: Listed) -> None:
    key = await published(coalition)
    first, second = [
        await approved(coalition, corrects=key, detail={"offence": said}) for said in ("more of it", "less of it")
    ]
    await listed.ita.ask("a-approver", "case.publish", case=first)
    await listed.refused(second)
    with pytest.raises(RefusedError, match="is not its next one"):
        await listed.ita.ask("a-analyst", "case.submit", case=second)
    shown = await listed.ita.ask("a-analyst", "case.show", case=second)
    said = {name: shown["notice"][name] for name in ("kind", "category", "action", "person")}
    detail = {name: value for name, value in shown["detail"].items() if name not in {"salt", "remarks"}}
    again = {"draft": {"notice": said, "detail": detail}, "statements": STATEMENTS, "case": second}
    await listed.ita.ask("a-analyst", "case.draft", **again)
    assert await listed.table.publish(second) == key
    assert (await listed.at("PHL", key))[1] == 3
    shown = await coalition["PHL"].ask("a-analyst", "notice.show", notice=key)
    assert shown["detail"]["offence"] == "less of it"


async def test_a_case_on_what_was_withdrawn_is_returned_and_written_anew_by_nobody(
    coalition: Coalition, listed: Listed
) -> None:
    key = await published(coalition)
    case = await approved(coalition, corrects=key, detail={"offence": "more of it"})
    await listed.ita.ask("a-analyst", "notice.withdraw", notice=key, reason="mistaken")
    with pytest.raises(RefusedError, match="was withdrawn"):
        await listed.ita.ask("a-approver", "case.publish", case=case)
    assert await listed.state(case) == ("RETURNED", 0)
    with pytest.raises(RefusedError, match="was withdrawn"):
        await listed.ita.ask("a-analyst", "case.submit", case=case)


async def test_a_case_called_published_that_never_stood_is_drafted_again(listed: Listed) -> None:
    """So stores have it where an import came between, before the number was looked at."""
    (case, *_) = (await listed.draft())["cases"]
    await listed.table.approve(case)
    await listed.take_in()
    site = listed.ita.site
    old = shelf.find(site, case)
    size = site.member.ledgers.log("ITA").size
    shelf.put(site, msgspec.structs.replace(old, state="PUBLISHED", entry=size))
    assert counts(await listed.draft()) == [1, 5, 0, 0, 0]


async def test_a_crash_between_ledger_and_shelf_publishes_once(
    coalition: Coalition, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, log = await approved(coalition), listed.ita.site.member.ledgers.log("ITA")

    def fails(*_: Any) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(shelf, "put", fails)
        with pytest.raises(StoreError):
            await listed.ita.ask("a-approver", "case.publish", case=case)
    size = log.size
    done = await listed.ita.ask("a-approver", "case.publish", case=case)
    assert (done["state"], done["entry"], log.size) == ("PUBLISHED", size - 1, size)


@pytest.mark.parametrize(("op", "who"), [("case.approve", "a-approver"), ("case.legal", "a-legal-reviewer")])
async def test_whoever_approves_may_return_until_it_is_published(
    listed: Listed, tmp_path: Path, op: str, who: str
) -> None:
    table = Table(listed.coalition, tmp_path / "people.csv")
    (case,) = (await table.draft(ORFEO))["cases"]
    await table.approve(case)
    for verdict in ("APPROVE", "REFUSE"):
        with pytest.raises(RefusedError, match="review is due"):
            await table.ita.ask(who, op, case=case, **{**YES, "verdict": verdict})
    with pytest.raises(RefusedError, match="no COMPLIANCE review is due"):
        await table.ita.ask("a-compliance-desk", "case.compliance", case=case, verdict="RETURN", reason="look again")
    await table.ita.ask(who, op, case=case, verdict="RETURN", reason="look again")
    assert await listed.state(case) == ("RETURNED", 0)
    changed = await table.draft(ORFEO.replace("Seen twice", "Seen once"))
    assert (counts(changed), changed["cases"]) == ([0, 1, 0, 0, 0], [case])
    await table.publish(case)
