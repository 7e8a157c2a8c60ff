"""Suspension, blocking and redress: what keeps a notice from stopping anyone, and since when."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document
from evenhand.notices.model import ErasureOrder, Message, Outcome, Record, RedressNumber, StatusChange
from evenhand.notices.proving import outcome_subject
from evenhand.trust.keys import generate_keys
from evenhand.trust.roster import FinalHead, card
from evenhand.watchlist.view import View
from tests.exchange.ledger_of import ROSTER
from tests.notices.officers import approval, officer, seed
from tests.watchlist.test_fold import NOW, folded, identity, person, ref, told
from tests.watchlist.test_view import view

KEY = ref(1).key
DECIDER = generate_keys(member="PHL", coalition="c.example", entropy=lambda count: seed("PHL")[:count], now_ms=NOW)
JUDGED = msgspec.structs.replace(
    ROSTER,
    members=tuple(card(DECIDER, name="P", urls=()) if one.code == "PHL" else one for one in ROSTER.members),
)


def change(status: Any) -> StatusChange:
    return StatusChange(notice_id=identity(1), status=status, reason="r")


@pytest.mark.parametrize("status", ["SUSPENDED", "BLOCKED"])
def test_a_blocked_notice_stops_no_one_until_it_stands_again(status: str) -> None:
    seen = view(told(0, person(1)), told(1, change(status)))
    assert seen.now(KEY, NOW + 10) is None
    assert seen.at(KEY, NOW) is not None
    assert seen.at(KEY, NOW + 1) is None
    freed = view(told(0, person(1)), told(2, change("STANDING")), told(1, change(status)))
    assert freed.now(KEY, NOW + 10) is not None
    assert list(freed.listed_keys()) == [KEY]


def outdated(up_to: int) -> StatusChange:
    return StatusChange(notice_id=identity(1), status="SUSPENDED", reason="r", up_to=up_to)


def test_a_version_outdated_stands_for_nobody_and_a_later_one_does() -> None:
    first, second, third = told(0, person(1)), told(1, person(1, 2)), told(5, person(1, 3))
    dropped = view(first, told(2, outdated(1)), told(3, change("STANDING")))
    assert dropped.now(KEY, NOW + 10) is None, "whatever is said of the notice"
    assert dropped.at(KEY, NOW + 1) is not None
    assert dropped.at(KEY, NOW + 2) is None
    assert view(told(2, outdated(1))).at(KEY, NOW + 10) is None
    for stands in (view(first, second, told(2, outdated(1))), view(first, told(2, outdated(1)), third)):
        assert stands.now(KEY, NOW + 10) is not None
        assert stands.at(KEY, NOW + 10) is not None
    assert view(first, second, third, told(6, outdated(2)), told(7, change("BLOCKED"))).now(KEY, NOW + 10) is None


def test_only_a_suspension_names_versions() -> None:
    for status, up_to in (("STANDING", 1), ("BLOCKED", 2), ("SUSPENDED", -1)):
        with pytest.raises(InputError, match="versions"):
            msgspec.structs.replace(change(status), up_to=up_to)


def outcome(decision: Any, version: int = 1) -> Outcome:
    made = Outcome(
        request=identity(9), notice=ref(1), version=version, decision=decision, reason="another person",
        decided=approval("red", "REDRESS", member="PHL"),
    )  # fmt: skip
    signed = approval("red", "REDRESS", outcome_subject(made), by=officer("red", "PHL"))
    return msgspec.structs.replace(made, decided=signed)


@pytest.mark.parametrize(
    ("decision", "versions", "stands"),
    [("DELETE", 1, False), ("DELETE", 2, False), ("CORRECT", 1, False), ("CORRECT", 2, True), ("KEEP", 1, True)],
)
def test_an_outcome_of_redress_binds_every_member(decision: str, versions: int, stands: bool) -> None:
    items = [told(0, person(1)), told(1, outcome(decision), "PHL"), *([told(5, person(1, 2))] if versions > 1 else [])]
    seen = View(folded(items)[0], JUDGED, "XPO")
    assert (seen.now(KEY, NOW + 10) is not None) is stands
    assert (seen.at(KEY, NOW + 10) is not None) is stands
    assert seen.at(KEY, NOW) is not None, "before it was decided, it stood"


def test_nobody_is_bound_by_an_unsigned_outcome_or_one_of_the_originator_or_the_expelled() -> None:
    loose = msgspec.structs.replace(outcome("DELETE"), reason="other words")
    for item in (told(1, loose, "PHL"), told(1, outcome("DELETE"), "ITA")):
        assert View(folded([told(0, person(1)), item])[0], JUDGED, "XPO").now(KEY, NOW + 10) is not None
    members = tuple(
        msgspec.structs.replace(m, status="expelled", final=FinalHead(size=1, root="")) if m.code == "PHL" else m
        for m in JUDGED.members
    )
    gone = msgspec.structs.replace(JUDGED, members=members)
    items = [told(0, person(1)), told(1, outcome("DELETE"), "PHL"), told(2, outcome("KEEP"), "PHL")]
    assert View(folded(items[:2])[0], gone, "XPO").now(KEY, NOW + 10) is not None
    assert View(folded([items[0], items[2], items[1]])[0], JUDGED, "XPO").now(KEY, NOW + 10) is not None


NUMBER = RedressNumber(number=identity(7), documents=(Document(type="passport", number="U1"),), cleared=())


@pytest.mark.parametrize("record", [Message(thread=identity(7), to="ITA", topic="a.b", body="{}"), NUMBER])
def test_an_erased_message_or_number_is_not_taken_in_again(record: Record) -> None:
    said = told(3, record)
    order = told(4, ErasureOrder(notice_id=identity(7), entries=(3,), reason_class="retention"))
    for items in ([said], [said, order], [order, said]):
        fold, _ = folded(items)
        assert bool(fold.ledger("ITA").messages or fold.ledger("ITA").numbers) is (order not in items)
