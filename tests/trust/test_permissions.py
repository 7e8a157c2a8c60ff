"""The table role by permission, and duties one person must not join."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import RefusedError
from evenhand.trust.permissions import (
    INCOMPATIBLE,
    PERSONAL,
    SEPARATIONS,
    TABLE,
    Deed,
    Permission,
    Role,
    check_allowed,
    check_redress_decider,
    check_roles,
    check_separate,
    is_allowed,
)


def test_every_role_has_powers_and_every_power_a_role() -> None:
    assert set(TABLE) == set(Role)
    assert frozenset().union(*TABLE.values()) == set(Permission)


def test_the_administrator_reads_no_personal_data() -> None:
    assert not TABLE[Role.ADMINISTRATOR] & PERSONAL
    assert not any(TABLE[role] & {Permission.NODE_OPERATE} for role in Role if role != Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_allowed_or_refused_as_the_table_says(role: Role, permission: Permission) -> None:
    roles = frozenset({role})
    if permission in TABLE[role]:
        assert is_allowed(roles, permission)
        check_allowed(roles, permission)
    else:
        with pytest.raises(RefusedError, match="ask one of"):
            check_allowed(roles, permission)


def test_roles_that_stand_alone() -> None:
    for alone, _ in INCOMPATIBLE:
        check_roles(alone)
        with pytest.raises(RefusedError):
            check_roles(alone | {Role.OFFICER})
    check_roles(frozenset({Role.OFFICER, Role.VERIFIER}))


@pytest.mark.parametrize("pair", SEPARATIONS)
def test_duties_apart_in_both_directions(pair: object) -> None:
    first, second = pair.first, pair.second  # type: ignore[attr-defined]
    for done, wanted in ((first, second), (second, first)):
        with pytest.raises(RefusedError, match=pair.rule):  # type: ignore[attr-defined]
            check_separate("p1", wanted, [Deed(person="p1", permission=done)])
        check_separate("p1", wanted, [Deed(person="p2", permission=done)])


def test_redress_is_decided_apart() -> None:
    given = {"originator": "PHL", "executors": [("ITA", "u1")]}
    check_redress_decider(decider=("ITA", "u2"), **given)  # type: ignore[arg-type]
    for decider in (("PHL", "u9"), ("ITA", "u1")):
        with pytest.raises(RefusedError, match="O-01"):
            check_redress_decider(decider=decider, **given)  # type: ignore[arg-type]
