"""A partner's notice is judged by rules P-01 and P-02 when it is first shown here: by its record alone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Notice, Source, decode_record
from tests.net.coalition import DETAIL
from tests.node.cases.conftest import coalition
from tests.node.cases.drafts import WHY, published
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import quick_argon

__all__ = ["coalition", "quick_argon"]


async def scan(coalition: Coalition, code: str, name: str = "Juan Inventado") -> int:
    why = {key: value for key, value in WHY.items() if key != "reference"}
    said = await coalition[code].ask("a-officer", "encounter.scan", names=[name], movement="CROSSING", **why)
    return len(said["candidates"])


def found(coalition: Coalition, code: str) -> list[Any]:
    findings = coalition[code].site.casework.office.overseer.findings.values()
    return [one for one in findings if one.rule.startswith("P-")]


def say(coalition: Coalition, key: str, **changes: Any) -> None:
    """Have ITA publish its notice anew under another id, with something about it changed."""
    site = coalition["ITA"].site
    notice = decode_record(site.held(key).versions[-1].text)
    assert isinstance(notice, Notice)
    changed = msgspec.structs.replace(notice, notice_id="ab" * 16, version=1, **changes)
    site.member.publish([Outgoing(changed, DETAIL)])
    coalition.share()


async def test_what_was_approved_as_it_must_be_is_lawful_and_judged_once(coalition: Coalition) -> None:
    await published(coalition)
    for _ in range(2):
        assert await scan(coalition, "PHL") == 1
    assert found(coalition, "PHL") == []
    world = coalition["PHL"].site.casework.office.overseer.engine.world
    (notice,) = world.notices.values()
    assert {one.role for one in notice.approvals} == {"NATIONAL", "LEGAL"}


@pytest.mark.parametrize("changes", [{"approvals": None}, {"category": "terrorism, moved"}], ids=["none", "moved"])
async def test_what_too_few_signed_is_found_where_it_is_shown(coalition: Coalition, changes: dict[str, Any]) -> None:
    key = await published(coalition)
    say(coalition, key, **changes)
    await scan(coalition, "PHL")
    (breach,) = found(coalition, "PHL")
    assert (breach.rule, breach.severity, breach.member, breach.unit) == ("P-01", "S1", "ITA", "")
    assert "0 approvers" in breach.found
    await scan(coalition, "PHL")
    assert len(found(coalition, "PHL")) == 1
    await scan(coalition, "ITA")
    assert found(coalition, "ITA") == [], "our own were judged when we published them"


async def test_what_another_authority_lists_rests_on_its_list(coalition: Coalition) -> None:
    key = await published(coalition)
    say(coalition, key, approvals=None, source=Source(list="un-sc", entry_id="QDi.001"))
    assert await scan(coalition, "PHL") == 2
    assert found(coalition, "PHL") == []


@pytest.mark.parametrize("changes", [
    {"action": "ARREST", "source": Source(list="un-sc", entry_id="QDi.001")},
    {"source": Source(list="template", entry_id="T1")}, {"source": Source(list="a-packages", entry_id="T1")},
], ids=["an arrest no list asks for", "a table of its own", "a format nobody here knows"])  # fmt: skip
async def test_the_originators_own_word_is_no_list(coalition: Coalition, changes: dict[str, Any]) -> None:
    key = await published(coalition)
    say(coalition, key, approvals=None, **changes)
    (breach, *_) = found(coalition, "PHL")
    assert (breach.rule, breach.severity, breach.member) == ("P-01", "S1", "ITA"), "before anybody is shown it"


async def test_a_coercive_notice_without_a_strong_identifier_is_found(coalition: Coalition) -> None:
    key = await published(coalition)
    held = decode_record(coalition["ITA"].site.held(key).versions[-1].text)
    person = msgspec.structs.replace(held.person, documents=(), biometrics=())  # type: ignore[union-attr]
    say(coalition, key, person=person, action="HOLD", fallback="HOLD", approvals=None)
    await scan(coalition, "PHL")
    assert sorted({one.rule for one in found(coalition, "PHL")}) == ["P-01", "P-02"]
    words = " ".join(one.found for one in found(coalition, "PHL"))
    assert "without fallback" in words
    assert "strong identifier" in words
