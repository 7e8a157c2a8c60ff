"""Signing in: two factors, short sessions, locks, keys for programs, and everything revocable."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import CorruptionError, EvenhandError, InputError, NotFoundError, RefusedError
from evenhand.node.people import credentials
from evenhand.node.people.accounts import Account
from evenhand.node.people.journal import journal_of
from evenhand.node.people.registry import Registry
from evenhand.node.people.sessions import ENROL_MS, IDLE_MS, LOCK_MS, SESSION_MS, People
from evenhand.trust import ed25519
from evenhand.trust.permissions import Role

from .conftest import PASSWORD, Staff


async def test_the_first_account_is_the_administrators(staff: Staff) -> None:
    with pytest.raises(RefusedError, match="first account"):
        await staff.ask("", "people.add", name="anna", roles=["analyst"], unit="desk")
    with pytest.raises(RefusedError, match="no accounts yet"):
        await staff.ask("", "people.key", name="gate", roles=["officer"], unit="desk")
    assert not (await staff.ask("", "people.list"))["manned"]
    assert (await staff.ask("", "session.show"))["account"] == "owner"
    await staff.hire("admin", Role.ADMINISTRATOR)
    said = await staff.ask("admin", "people.list")
    assert said["manned"]
    assert said["people"][0]["enrolled"]
    assert PASSWORD not in str(said)
    assert (await staff.ask("admin", "session.show"))["roles"] == ["administrator"]


@pytest.mark.parametrize(
    ("name", "password", "shift"), [("admin", "wrong words", 0), ("admin", PASSWORD, 300), ("nobody", PASSWORD, 0)]
)
async def test_wrong_is_wrong_in_the_same_words(staff: Staff, name: str, password: str, shift: int) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    staff.clock.advance(seconds=60)
    code = staff.code("admin")
    staff.clock.advance(seconds=shift)
    with pytest.raises(RefusedError, match="do not fit together"):
        await staff.ask("", "session.open", name=name, password=password, code=code)
    attempts = [one for one in journal_of(staff.site) if one["kind"] == "people.sign_in"]
    assert attempts[-1]["refused"]


async def test_a_code_counts_once(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    with pytest.raises(RefusedError, match="do not fit"):
        await staff.ask("", "session.open", name="admin", password=PASSWORD, code=staff.code("admin"))


async def test_five_failures_lock_for_a_quarter_of_an_hour(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    for _ in range(5):
        with pytest.raises(RefusedError):
            await staff.ask("", "session.open", name="admin", password="not this one", code="000000")
    with pytest.raises(RefusedError):
        await staff.sign_in("admin")
    staff.clock.advance(ms=LOCK_MS)
    assert await staff.sign_in("admin")


async def test_a_session_ends_by_itself_or_at_once(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    staff.clock.advance(ms=IDLE_MS)
    await staff.ask("anna", "state")
    staff.clock.advance(ms=IDLE_MS + 1)
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("anna", "state")
    began = await staff.sign_in("admin")
    for _ in range(SESSION_MS // IDLE_MS - 1):
        staff.clock.advance(ms=IDLE_MS)
        await staff.ask("admin", "state")
    staff.clock.advance(ms=IDLE_MS)
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("admin", "state")
    assert await staff.sign_in("admin") != began
    assert (await staff.ask("admin", "session.close"))["ended"] == 1
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("admin", "state")


@pytest.mark.parametrize("how", ["name", "session", "close"])
async def test_an_administrator_ends_sessions(staff: Staff, how: str) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    if how == "close":
        await staff.ask("admin", "people.change", name="anna", active=False)
    else:
        line = (await staff.ask("admin", "people.list"))["people"]
        session = next(one for one in line if one["name"] == "anna")["sessions"][0]
        what = "anna" if how == "name" else session
        assert (await staff.ask("admin", "people.revoke", what=what))["ended"] == 1
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("anna", "state")
    if how == "close":
        with pytest.raises(RefusedError, match="do not fit"):
            await staff.sign_in("anna")
    with pytest.raises(NotFoundError):
        await staff.ask("admin", "people.revoke", what="nothing")


async def test_an_enrolment_code_is_used_once_and_within_a_day(staff: Staff) -> None:
    added = await staff.ask("", "people.add", name="admin", roles=["administrator"], unit="ops")
    with pytest.raises(RefusedError, match="too easy"):
        await staff.ask("", "session.enrol", name="admin", code=added["code"], password="short")
    with pytest.raises(RefusedError, match="too easy"):
        await staff.ask("", "session.enrol", name="admin", code=added["code"], password="Admin Admin Admin")
    await staff.enrol("admin", added["code"])
    with pytest.raises(RefusedError, match="enrolment code"):
        await staff.enrol("admin", added["code"])
    await staff.sign_in("admin")
    late = await staff.ask("admin", "people.add", name="anna", roles=["analyst"], unit="desk")
    staff.clock.advance(ms=ENROL_MS)
    with pytest.raises(RefusedError, match="enrolment code"):
        await staff.enrol("anna", late["code"])


async def test_a_reset_takes_password_code_and_key_away(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    first = staff.site.people.registry.account("anna").key
    code = (await staff.ask("admin", "people.change", name="anna", reset=True))["code"]
    with pytest.raises(RefusedError):
        await staff.sign_in("anna")
    await staff.enrol("anna", code)
    await staff.sign_in("anna")
    second = staff.site.people.registry.account("anna").key
    assert first is not None
    assert second is not None
    assert first.key != second.key


async def test_other_roles_are_another_key(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    assert (await staff.ask("anna", "session.show"))["signs_as"] == ["AUTHOR"]
    changed = await staff.ask("admin", "people.change", name="anna", unit="desk 2")
    assert not changed["code"], "another unit leaves the key"
    changed = await staff.ask("admin", "people.change", name="anna", roles=["legal_reviewer"])
    await staff.enrol("anna", changed["code"])
    await staff.sign_in("anna")
    assert (await staff.ask("anna", "session.show"))["signs_as"] == ["LEGAL"]


async def test_the_signing_key_opens_with_the_token_alone(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    people = staff.site.people
    caller = people.caller(staff.tokens["anna"])
    assert caller is not None
    assert caller.seed is not None
    assert caller.key is not None
    import base64

    assert ed25519.public_key(caller.seed()) == base64.b64decode(caller.key.key)
    assert caller.key.is_vouched_for([people._keys.log_signer().verifier.public_key])
    account = people.registry.account("anna")
    with pytest.raises(CorruptionError):
        credentials.open_seed(account.sealed_seed, credentials.token_key("evs_guess"))


async def test_a_program_has_a_key_of_its_own(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    made = await staff.ask("admin", "people.key", name="gate.seven", roles=["officer"], unit="gate", days=2)
    staff.tokens["gate"] = made["key"]
    assert (await staff.ask("gate", "session.show"))["name"] == "gate.seven"
    with pytest.raises(RefusedError, match="your roles"):
        await staff.ask("gate", "notice.list")
    staff.clock.advance(days=2)
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("gate", "state")
    await staff.sign_in("admin")
    again = await staff.ask("admin", "people.key", name="gate.seven", roles=["officer"], unit="gate")
    staff.tokens["gate"] = again["key"]
    await staff.ask("admin", "people.revoke", what=again["key"].split("_")[1])
    with pytest.raises(RefusedError, match="signed in"):
        await staff.ask("gate", "state")
    with pytest.raises(RefusedError, match="from one day"):
        await staff.ask("admin", "people.key", name="gate", roles=["officer"], unit="gate", days=0)


WRONG: list[tuple[dict[str, Any], type[EvenhandError]]] = [
    ({"name": "Anna Bell", "roles": ["analyst"], "unit": "x"}, InputError),
    ({"name": "anna", "roles": ["analyst"], "unit": " "}, InputError),
    ({"name": "anna", "roles": [], "unit": "x"}, InputError),
    ({"name": "anna", "roles": ["analyst"], "unit": "x", "purposes": ["CURIOSITY"]}, InputError),
    ({"name": "anna", "roles": ["king"], "unit": "x"}, InputError),
    ({"name": "anna", "roles": ["administrator", "analyst"], "unit": "x"}, RefusedError),
    ({"name": "admin", "roles": ["analyst"], "unit": "x"}, RefusedError),
]


@pytest.mark.parametrize(("request_", "kind"), WRONG)
async def test_an_account_that_cannot_be_is_refused(
    staff: Staff, request_: dict[str, Any], kind: type[EvenhandError]
) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    with pytest.raises(kind):
        await staff.ask("admin", "people.add", **request_)


async def test_the_last_administrator_stays(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    with pytest.raises(RefusedError, match="nobody would be left"):
        await staff.ask("admin", "people.change", name="admin", active=False)
    with pytest.raises(NotFoundError):
        await staff.ask("admin", "people.change", name="nobody")
    with pytest.raises(RefusedError, match="cannot be"):
        await staff.ask("admin", "people.change", name="admin", roles=["administrator", "officer"])


async def test_everything_is_there_after_a_restart(staff: Staff, clock: ManualClock) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    member = staff.site.member
    again = People(Registry(member.store), keys=member.keys, clock=clock, entropy=bytes)
    assert again.caller(staff.tokens["admin"]) is not None
    assert again.registry.all(Account) == staff.site.people.registry.all(Account)
    assert isinstance(again.registry.account("admin"), Account)
