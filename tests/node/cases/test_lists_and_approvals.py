"""An import beside people: whom they approved and the list dropped, and what they publish while it runs."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import RefusedError
from evenhand.node import importing
from evenhand.node.asking import Nothing
from evenhand.node.doctor import examine
from evenhand.node.list_gone import undecided
from evenhand.node.operations import perform
from evenhand.node.site import Progress
from tests.node.people.coalition import Coalition

from .test_from_lists import LAW
from .test_numbers import Listed


@pytest.fixture
def listed(coalition: Coalition, tmp_path: Path) -> Listed:
    return Listed(coalition, tmp_path)


def without(listed: Listed, entry_id: str) -> str:
    """Take an entry off the list; returns the file as it was."""
    file = Path(listed.asked["place"])
    text = file.read_text("utf-8")
    people = re.findall(r"<INDIVIDUAL>.*?</INDIVIDUAL>", text, flags=re.DOTALL)
    (gone,) = (one for one in people if entry_id in one)
    file.write_text(text.replace(gone, ""), "utf-8")
    return text


def restore(listed: Listed, text: str) -> None:
    Path(listed.asked["place"]).write_text(text, "utf-8")


async def warned(listed: Listed) -> bool:
    said = await examine(listed.ita.site, Nothing())
    return any("no more on the list they came from" in one.what for one in said.findings)


async def test_whom_people_approved_and_a_list_dropped_is_named_until_somebody_decides(listed: Listed) -> None:
    await listed.take_in()
    chosen = await listed.one()
    key = await listed.table.publish((await listed.draft(chosen))["cases"][0])
    assert (await listed.take_in())["gone"] == []
    text = without(listed, chosen)
    dry = await listed.take_in(dry_run=True)
    assert (dry["gone"], dry["withdrawn"], dry["unchanged"], dry["alarm"]) == ([key], 0, 5, "")
    assert not await warned(listed), "a dry run remembers nothing"
    for _ in range(2):
        done = await listed.take_in()
        assert (done["gone"], done["withdrawn"], done["refusals"][-1:]) == ([key], 0, dry["refusals"][-1:])
    assert await warned(listed)
    assert await listed.at("PHL", key) == ("INTERVIEW", 2, True), "no import takes it down"
    await listed.ita.ask("a-analyst", "notice.withdraw", notice=key, reason="taken off the list")
    assert (await warned(listed), (await listed.take_in())["gone"]) == (False, [])
    restore(listed, text)
    assert (await listed.take_in())["gone"] == []


async def test_whom_a_list_has_again_is_nobodys_question_any_more(listed: Listed) -> None:
    await listed.take_in()
    chosen = await listed.one()
    await listed.table.publish((await listed.draft(chosen))["cases"][0])
    text = without(listed, chosen)
    await listed.take_in()
    assert len(undecided(listed.ita.site.member)) == 1
    restore(listed, text)
    await listed.take_in()
    assert undecided(listed.ita.site.member) == ()


@pytest.fixture
def piecemeal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import one entry at a time."""
    monkeypatch.setattr(importing, "_CHUNK", 1)


async def take_in_while(listed: Listed, *cases: str, **more: Any) -> Any:
    """Import, and publish cases when the first piece is written."""
    waiting = list(cases)

    async def report(progress: Progress) -> None:
        while progress.what == "publishing" and waiting:
            case = waiting.pop()
            with contextlib.suppress(RefusedError):
                await listed.ita.ask("a-approver", "case.publish", case=case)

    site = listed.ita.site.asked_by(listed.ita.tokens["a-approver"], report)
    said = await perform(site, "import", msgspec.json.encode({**listed.asked, **more}))
    return msgspec.to_builtins(said)


@pytest.mark.usefixtures("piecemeal")
async def test_a_case_published_during_an_import_stays_and_the_entry_is_refused(
    listed: Listed
) -> None:
    cases, ita = (await listed.draft())["cases"], listed.ita
    await listed.table.approve(cases[-1])
    done = await take_in_while(listed, cases[-1])
    assert (done["published"], "during this import" in done["refusals"][-1]["reason"]) == (5, True)
    notices = (await ita.ask("a-analyst", "notice.list"))["notices"]
    assert sorted(one["action"] for one in notices) == ["DISCREET_REPORT"] * 5 + ["INTERVIEW"], "nobody stands twice"
    again = await listed.take_in()
    assert (again["published"], again["unchanged"]) == (0, 5)


@pytest.mark.usefixtures("piecemeal")
async def test_a_correction_published_during_an_import_stays(listed: Listed) -> None:
    await listed.take_in()
    cases = (await listed.draft())["cases"]
    await listed.table.approve(cases[-1])
    milder = {**LAW, "action": "DISCREET_REPORT", "legal_basis": "Another invented statute"}
    done = await take_in_while(listed, cases[-1], policy=milder)
    assert (done["corrected"], "during this import" in done["refusals"][-1]["reason"]) == (5, True)
    shown = await listed.ita.ask("a-analyst", "case.show", case=cases[-1])
    key = f"ITA:{shown['notice']['notice_id']}"
    assert (shown["state"], await listed.at("PHL", key)) == ("PUBLISHED", ("INTERVIEW", 2, True))


@pytest.mark.usefixtures("piecemeal")
async def test_what_is_approved_during_an_import_is_not_withdrawn_by_it(listed: Listed) -> None:
    await listed.take_in()
    rows = (await listed.ita.ask("a-analyst", "notice.list"))["notices"]
    entries = [one["source"].split(" ")[1] for one in rows]
    drafted = {entry: (await listed.draft(entry))["cases"][0] for entry in entries[:2]}
    for entry, case in drafted.items():
        await listed.table.approve(case)
        without(listed, entry)
    done = await take_in_while(listed, *drafted.values(), accept_mass_withdrawal=True)
    (key,) = done["gone"]
    assert (done["withdrawn"], await listed.at("PHL", key)) == (1, ("INTERVIEW", 2, True))
    assert sorted([(await listed.state(case))[0] for case in drafted.values()]) == ["PUBLISHED", "RETURNED"]
