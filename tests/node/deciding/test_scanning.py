"""Who may not look a person up learns nothing of them by being refused, and is on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.casework.records import EventRecord, JournalRecord
from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import RefusedError
from evenhand.screening.events import Event, PersonAsked, QueryMade
from evenhand.trust.permissions import Role
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW, Staff, quick_argon

from .conftest import NAME, Posts

__all__ = ["quick_argon"]
UNLISTED = "Nadie Ninguno"
WHY = {"purpose": "BORDER_CHECK", "legal_basis": "Code 8"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Staff]:
    """A member with accounts; somebody is listed."""
    coalition = Coalition(tmp_path, ManualClock(NOW), ("ITA", "PHL"))
    posts = Posts.__new__(Posts)
    posts.clock, posts.coalition, posts.encounter = coalition.clock, coalition, ""
    posts.publish("PHL")
    staff = coalition["ITA"]
    await staff.hire("admin", Role.ADMINISTRATOR)
    yield staff
    coalition.close()


async def refusal(staff: Staff, who: str, **request: Any) -> tuple[str, str, str]:
    with pytest.raises(RefusedError) as refused:
        await staff.ask(who, "encounter.scan", **request)
    return refused.value.what, refused.value.why, refused.value.remedy


def events(staff: Staff) -> list[Event]:
    found = [one.decision for one in staff.site.casework.book.entries()]
    return [one.event for one in found if isinstance(one, EventRecord)]


def journal(staff: Staff, kind: str) -> list[dict[str, Any]]:
    found = [one.decision for one in staff.site.casework.book.entries()]
    return [msgspec.json.decode(one.text) for one in found if isinstance(one, JournalRecord) and one.kind == kind]


@pytest.mark.parametrize(
    ("why", "said"),
    [({}, "the query does not state its purpose and legal basis"),
     ({"purpose": "VISA", "legal_basis": "l"}, "VISA is outside the officer's entitlement"),
     ({"purpose": "FUN", "legal_basis": "l"}, "FUN is no purpose")],
)  # fmt: skip
async def test_nobody_is_searched_for_without_reasons(desk: Staff, why: dict[str, str], said: str) -> None:
    who = await desk.hire("curious", Role.OFFICER)
    told = [await refusal(desk, "curious", names=[name], **why) for name in (NAME, UNLISTED)]
    assert told[0] == told[1], "the refusal is the same whether or not somebody is listed"
    assert told[0][:2] == (said, "rule Q-01")
    assert not [one for one in events(desk) if isinstance(one, QueryMade | PersonAsked)], "nobody was looked up"
    looks = [one for one in journal(desk, "people.look") if one["operation"] == "encounter.scan" and "refused" in one]
    noted = "purpose_unknown" if "FUN" in said else said  # what is typed may be a name, and a record is for good
    assert [(one["who"], one["refused"]) for one in looks] == [(who, noted)] * 2
    assert NAME not in str(looks)


async def test_who_is_entitled_to_no_category_is_told_nothing_by_being_refused(desk: Staff) -> None:
    await desk.hire("nothing", Role.OFFICER, purposes=["BORDER_CHECK"])
    told = [await refusal(desk, "nothing", names=[name], movement="CROSSING", **WHY) for name in (NAME, UNLISTED)]
    assert told[0] == told[1]
    assert told[0][0] == "no category is within the officer's entitlement"


async def test_what_is_found_outside_an_entitlement_is_not_named_and_is_found(desk: Staff) -> None:
    who = await desk.hire("gate", Role.OFFICER, purposes=["BORDER_CHECK"], categories=["fugitive"])
    said = await refusal(desk, "gate", names=[NAME], movement="CROSSING", **WHY)
    assert said[0] == "what was found is outside the officer's entitlement"
    assert "terrorism" not in "".join(said)
    with pytest.raises(RefusedError) as asked:
        await desk.ask("gate", "find", names=[NAME], **WHY)
    assert (asked.value.what, asked.value.why, asked.value.remedy) == said, "as a question outside an encounter"
    scanned, other = [one for one in events(desk) if isinstance(one, PersonAsked)]
    assert (scanned.officer, scanned.via, scanned.categories, scanned.found) == (
        who, "encounter.scan", ("terrorism",), 1
    )  # fmt: skip
    assert (scanned.terms, scanned.person, scanned.view) == (other.terms, other.person, other.view)
    assert [one["event"] for one in journal(desk, "find.terms")] == [scanned.event_id, other.event_id]
    assert not [one for one in events(desk) if isinstance(one, QueryMade)], "no encounter begins"
    found = desk.site.casework.office.overseer.findings.values()
    assert [(one.rule, one.found) for one in found] == [("Q-01", "outside the officer's entitlement: terrorism")] * 2
    assert (await desk.ask("gate", "encounter.scan", names=[UNLISTED], movement="CROSSING", **WHY))["candidates"] == []


async def test_whom_a_person_was_cleared_of_does_not_refuse_them(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key, "NEGATIVE")
    again = await posts.scan("ITA")
    assert (again["candidates"], again["suppressed"]) == ([], 1)
    made = [one.decision.event for one in posts.site("ITA").casework.book.entries()
            if isinstance(one.decision, EventRecord) and isinstance(one.decision.event, QueryMade)]  # fmt: skip
    assert [one.categories for one in made] == [("terrorism",), ()], "what is not shown is of nobody's entitlement"
