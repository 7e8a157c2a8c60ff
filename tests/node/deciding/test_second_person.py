"""With accounts, the second person of a verification is there: a name alone, or a used code, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import NotFoundError, RefusedError
from evenhand.screening.events import Verified
from evenhand.trust.permissions import Role
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW, Staff, quick_argon

from .conftest import NAME, PASSPORT, TWO, Posts

__all__ = ["quick_argon"]


async def two_people(folder: Path) -> tuple[Coalition, Staff, str]:
    coalition = Coalition(folder, ManualClock(NOW), ("ITA",))
    staff = coalition["ITA"]
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("vera", Role.VERIFIER)
    return coalition, staff, await staff.hire("victor", Role.VERIFIER)


async def test_a_second_person_proves_that_they_are_there(tmp_path: Path) -> None:
    coalition, staff, victor = await two_people(tmp_path)
    staff.clock.advance(seconds=60)
    people, code = staff.site.people, staff.code("victor")
    for name, wrong in (("victor", ""), ("victor", "000000" if code != "000000" else "111111"),
                        ("victor", staff.code("vera"))):  # fmt: skip
        with pytest.raises(RefusedError, match="did not take part") as refused:
            people.witness(name, wrong)
        assert "rule V-01" in refused.value.why
    assert people.witness("victor", code) == victor
    with pytest.raises(RefusedError):
        people.witness("victor", code)
    with pytest.raises(NotFoundError):
        people.witness("nobody", code)
    for _ in range(5):
        with pytest.raises(RefusedError):
            people.witness("victor", "")
    staff.clock.advance(seconds=60)
    with pytest.raises(RefusedError):
        people.witness("victor", staff.code("victor"))
    coalition.close()


async def test_a_verification_with_accounts_needs_the_second_persons_code(tmp_path: Path) -> None:
    coalition, staff, victor = await two_people(tmp_path)
    posts = Posts.__new__(Posts)
    posts.clock, posts.coalition, posts.encounter = staff.clock, coalition, ""
    key = posts.publish("ITA")
    await staff.hire("otto", Role.OFFICER, purposes=["BORDER_CHECK"], categories=["*"])
    said = await staff.ask(
        "otto", "encounter.scan", names=[NAME], documents=[{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
        purpose="BORDER_CHECK", legal_basis="Code 8", movement="CROSSING",
    )  # fmt: skip
    step = {"encounter": said["encounter"]}
    await staff.ask("vera", "encounter.open", **step)
    found = {"notice": key, "outcome": "POSITIVE", "compared": TWO, "available": ["document"], "second": "victor"}
    with pytest.raises(RefusedError, match="did not take part"):
        await staff.ask("vera", "encounter.verify", **step, **found)
    staff.clock.advance(seconds=60)
    done = await staff.ask("vera", "encounter.verify", **step, **found, second_code=staff.code("victor"))
    assert done["stage"] == "POSITIVE"
    events = staff.site.casework.office.events(said["encounter"])
    assert [event.second for event in events if isinstance(event, Verified)] == [victor]
    coalition.close()
