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


async def test_who_has_no_authenticator_shows_a_code_of_their_own_session(tmp_path: Path) -> None:
    coalition, staff, _ = await two_people(tmp_path)
    people = staff.site.people
    added = await staff.ask("admin", "people.add", name="olga", roles=["verifier"], unit="desk 1", subject="sub-olga")
    assert added["code"]
    olga = people.registry.named("olga")
    assert olga is not None
    staff.tokens["olga"], _ = people.sign_in_subject("sub-olga")
    said = await staff.ask("olga", "people.code")
    wrong = f"{(int(said['code']) + 1) % 10**8:08d}"
    for given in ("", wrong):
        with pytest.raises(RefusedError, match="did not take part") as refused:
            people.witness("olga", given)
        assert "evenhand people code" in refused.value.remedy
    assert people.witness("olga", said["code"]) == olga.account
    with pytest.raises(RefusedError):
        people.witness("olga", said["code"])
    late = await staff.ask("olga", "people.code")
    staff.clock.advance(seconds=120)
    with pytest.raises(RefusedError):
        people.witness("olga", late["code"])
    coalition.close()


async def test_an_owner_or_a_program_is_nobodys_second_person(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ManualClock(NOW), ("ITA",))
    staff = coalition["ITA"]
    with pytest.raises(RefusedError, match="only a person"):
        await staff.ask("", "people.code")
    await staff.hire("admin", Role.ADMINISTRATOR)
    key = await staff.ask("admin", "people.key", name="lane", roles=["officer"], unit="lane 4")
    staff.tokens["lane"] = key["key"]
    with pytest.raises(RefusedError):
        await staff.ask("lane", "people.code")
    coalition.close()


async def test_an_exception_needs_a_second_person_who_was_there(tmp_path: Path) -> None:
    coalition, staff, _ = await two_people(tmp_path)
    await staff.hire("sofia", Role.SUPERVISOR)
    staff.clock.advance(seconds=60)
    given = {"code": "OUTAGE", "reason": "power cut", "second": "vera"}
    for code in ("", "000000"):
        with pytest.raises(RefusedError, match="did not take part"):
            await staff.ask("sofia", "finding.except", **given, second_code=code)
    said = await staff.ask("sofia", "finding.except", **given, second_code=staff.code("vera"))
    assert said["exception"]
    coalition.close()
