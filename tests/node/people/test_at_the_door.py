"""At the door: passwords are looked at beside the loop; a flood of strangers neither holds it nor fills the ledger."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import BusyError, RefusedError
from evenhand.ground.limits import SIGN_IN_COUNTED_MS, SIGN_INS_WAITING_MAX
from evenhand.node.people import credentials, managing
from evenhand.node.people.accounts import SessionRow
from evenhand.node.people.journal import journal_of
from evenhand.node.people.sessions import FAILURES_MAX
from evenhand.trust.permissions import Role

from .conftest import PASSWORD, Staff

HASH_SECONDS = 0.3
WRONG = "not anybody's password"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that takes its time, as the real one does: without the interpreter's lock."""
    quick = credentials.is_password

    def is_password(password: str, hashed: str) -> bool:
        time.sleep(HASH_SECONDS)
        return quick(password, hashed)

    monkeypatch.setattr(credentials, "is_password", is_password)


async def attempt(staff: Staff, name: str, password: str = WRONG, code: str = "000000") -> Any:
    return await staff.ask("", "session.open", name=name, password=password, code=code)


def attempts(staff: Staff) -> list[dict[str, Any]]:
    return [one for one in journal_of(staff.site) if one["kind"] == "people.sign_in" and "refused" in one]


@pytest.mark.usefixtures("slow")
async def test_nobody_waits_for_a_strangers_password(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    knocking = asyncio.gather(*(attempt(staff, f"nobody{one}") for one in range(3)), return_exceptions=True)
    loop, longest = asyncio.get_running_loop(), 0.0
    while not knocking.done():
        began = loop.time()
        await asyncio.sleep(0.005)
        longest = max(longest, loop.time() - began)
    assert longest < HASH_SECONDS - 0.05
    assert all(isinstance(one, RefusedError) for one in knocking.result())


@pytest.mark.usefixtures("slow")
async def test_as_many_wait_as_may_and_the_rest_is_told_when_to_come_again(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    many = [asyncio.create_task(attempt(staff, "nobody")) for _ in range(SIGN_INS_WAITING_MAX + 2)]
    await asyncio.wait(many, timeout=HASH_SECONDS)
    told = [one.exception() for one in many if one.done()]
    assert [type(one) for one in told] == [BusyError] * 2
    assert isinstance(told[0], BusyError)
    assert told[0].wait_seconds > 0
    await asyncio.gather(*many, return_exceptions=True)
    await staff.sign_in("admin")


async def test_failures_of_strangers_are_counted_and_not_written_one_by_one(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    for name in ("nobody", "somebody", "else"):
        with pytest.raises(RefusedError):
            await attempt(staff, name)
    with pytest.raises(RefusedError):
        await staff.ask("", "session.enrol", name="nobody", code="eve_0_wrong", password=PASSWORD)
    assert len(attempts(staff)) == 1, "the first is written down at once"
    managing.note_counted(staff.site)
    assert len(attempts(staff)) == 1, "its minute is not over"
    staff.clock.advance(ms=SIGN_IN_COUNTED_MS)
    managing.note_counted(staff.site)
    managing.note_counted(staff.site)
    first, rest = attempts(staff)
    assert (first["account"], "times" in first) == ("", False)
    assert (rest["account"], rest["times"], rest["since_ms"]) == ("", 3, first["at_ms"])
    with pytest.raises(RefusedError):
        await attempt(staff, "nobody")
    assert len(attempts(staff)) == 3, "another minute has a first one again"


async def test_what_is_counted_is_written_before_the_node_stops(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    for _ in range(4):
        with pytest.raises(RefusedError):
            await attempt(staff, "nobody")
    managing.note_counted(staff.site, closing=True)
    assert [one.get("times", 1) for one in attempts(staff)] == [1, 3]


async def test_each_failure_before_the_lock_is_on_record_and_those_behind_it_are_counted(staff: Staff) -> None:
    account = await staff.hire("admin", Role.ADMINISTRATOR)
    for _ in range(FAILURES_MAX + 4):
        with pytest.raises(RefusedError):
            await attempt(staff, "admin")
    managing.note_counted(staff.site, closing=True)
    told = attempts(staff)
    assert {one["account"] for one in told} == {account}
    assert [one.get("times", 1) for one in told] == [1] * (FAILURES_MAX + 1) + [3]


async def test_a_refusal_takes_as_long_whoever_is_named(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    record = type(staff.site).record

    def slowly(*given: Any) -> None:  # a disk that takes its time: only where there is something to write
        time.sleep(0.09)
        record(*given)

    monkeypatch.setattr(type(staff.site), "record", slowly)
    took = {"nobody": 0.0, "admin": 0.0}
    await asyncio.gather(attempt(staff, "nobody"), return_exceptions=True)  # the first of them is written down
    for name in took:
        began = time.monotonic()
        with pytest.raises(RefusedError):
            await attempt(staff, name)
        took[name] = time.monotonic() - began
    assert took["nobody"] >= managing.ALIKE_SECONDS
    assert took["admin"] - took["nobody"] < 0.07


async def test_an_endless_password_is_nobodys_and_is_not_looked_at(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    began = time.monotonic()
    with pytest.raises(RefusedError):
        await attempt(staff, "admin", password="a\u0323\u0307" * 300_000)
    assert time.monotonic() - began < managing.ALIKE_SECONDS + 0.3


def closed(staff: Staff) -> None:
    registry = staff.site.people.registry
    registry.put(msgspec.structs.replace(registry.account("anna"), active=False))


def reset(staff: Staff) -> None:
    staff.site.people.reset(staff.site.people.registry.account("anna"))


@pytest.mark.parametrize("change", [closed, reset])
@pytest.mark.parametrize("step", ["is_password", "password_key"])
async def test_what_changed_while_a_password_was_looked_at_counts(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, change: Callable[[Staff], None], step: str
) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    staff.site.people.registry.end_sessions(staff.site.people.registry.account("anna").account)
    loop, real = asyncio.get_running_loop(), getattr(credentials, step)

    def meanwhile(*given: Any) -> Any:
        asyncio.run_coroutine_threadsafe(_done(lambda: change(staff)), loop).result(5)
        return real(*given)

    monkeypatch.setattr(credentials, step, meanwhile)
    staff.clock.advance(seconds=30)
    with pytest.raises(RefusedError, match="do not fit together"):
        await attempt(staff, "anna", PASSWORD, staff.code("anna"))
    account = staff.site.people.registry.account("anna").account
    assert not [one for one in staff.site.people.registry.all(SessionRow) if one.account == account]


async def _done(change: Callable[[], None]) -> None:
    change()


async def test_one_enrolment_code_sets_one_password(staff: Staff) -> None:
    added = await staff.ask("", "people.add", name="admin", roles=["administrator"], unit="ops")
    both = await asyncio.gather(
        *(staff.ask("", "session.enrol", name="admin", code=added["code"], password=PASSWORD) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["RefusedError", "dict"]


async def test_one_code_opens_one_session(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    staff.clock.advance(seconds=30)
    code = staff.code("admin")
    both = await asyncio.gather(
        *(attempt(staff, "admin", PASSWORD, code) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["RefusedError", "dict"]
