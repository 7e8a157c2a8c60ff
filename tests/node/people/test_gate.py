"""Every operation names one permission, and every role is allowed or refused as the table says, and logged."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.ground.errors import EvenhandError, InputError, RefusedError
from evenhand.ground.paging import cursor
from evenhand.node.operations import OPERATIONS
from evenhand.node.people.accounts import owner
from evenhand.node.people.gate import BY_APPROVAL, POWERS, authorise
from evenhand.node.people.journal import journal_of
from evenhand.trust.permissions import TABLE, Permission, Role

from .conftest import Staff


def test_every_operation_names_exactly_one_permission() -> None:
    assert set(OPERATIONS) <= set(POWERS)


async def test_every_operation_by_every_role_as_the_table_says_and_logged(staff: Staff) -> None:
    await staff.hire_all()
    for role in Role:
        name = f"a-{role.value.replace('_', '-')}"
        for operation in OPERATIONS:
            permission = POWERS[operation]
            if operation in {"session.close", "session.show"}:
                continue  # they end or show the session itself: below
            before = staff.site.casework.book.size
            allowed = permission in TABLE[role] and operation not in BY_APPROVAL
            refused = await _refusal(staff, name, operation)
            assert (refused is None) is allowed, f"{role} {operation}: {refused}"
            looks = [one for one in journal_of(staff.site, before) if one["kind"] == "people.look"]
            if permission is not Permission.SIGN_IN:
                assert looks[0]["operation"] == operation
                assert bool(looks[0].get("refused")) is not allowed


async def _refusal(staff: Staff, name: str, operation: str) -> str | None:
    """Return the gate's words, or None where the gate let the caller pass (the request itself is nonsense)."""
    try:
        await staff.ask(name, operation, **{"no such field": 1})
    except RefusedError as error:
        return error.what
    except EvenhandError:
        return None
    return None


async def test_a_stranger_is_told_to_sign_in(staff: Staff) -> None:
    assert (await staff.ask("", "state"))["notices"] == 0, "a node without accounts is its owner's"
    await staff.hire("admin", Role.ADMINISTRATOR)
    staff.tokens |= {"forger": "evs_0000000000000000_x", "nonsense": "x", "machine": "evk_0000000000000000_x"}
    for name in ("", "forger", "nonsense", "machine"):
        with pytest.raises(RefusedError, match="nobody is signed in"):
            await staff.ask(name, "state")
    refused = [one for one in journal_of(staff.site) if one["kind"] == "people.look"]
    assert [one["who"] for one in refused[-4:]] == [""] * 4
    with pytest.raises(RefusedError, match="nobody is signed in"):
        _ = staff.site.caller


async def test_one_person_cannot_publish_once_there_are_accounts(staff: Staff) -> None:
    await staff.hire_all([Role.APPROVER])
    with pytest.raises(RefusedError, match="not published by one person"):
        await staff.ask("a-approver", "notice.publish")


def test_what_names_no_permission_is_closed() -> None:
    everything: Any = owner("ITA")
    authorise(everything, "unheard of")
    with pytest.raises(RefusedError, match="closed"):
        authorise(_somebody(), "unheard of")


def _somebody() -> Any:
    from dataclasses import replace

    return replace(owner("ITA"), who="0" * 16, roles=frozenset({Role.OFFICER}))


@pytest.mark.parametrize("after", [
    "x 5", "5", "1 2 3", "-2 9", "-5 10", "-1 -1", "5 3", "3 99999999", "-1 " + "9" * 400, "+1 1", "-1 1_0", "-1 \u0663"
])  # fmt: skip
async def test_a_made_up_cursor_of_the_journal_is_refused(staff: Staff, after: str) -> None:
    for _ in range(12):
        staff.site.record("people.look", {"who": ""})
    with pytest.raises(InputError, match="not a cursor"):
        await staff.ask("", "people.journal", cursor=cursor(after, "people.journal"))
