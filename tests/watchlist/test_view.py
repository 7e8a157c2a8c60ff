"""The view: what stands when, for whom, and what is asked here."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.notices.model import Flag, Link, Record, Retraction
from evenhand.trust.roster import FinalHead, Roster
from evenhand.watchlist.fold import Told
from evenhand.watchlist.view import View
from tests.exchange.ledger_of import ROSTER
from tests.watchlist.test_fold import DAY, NOW, blank, folded, identity, person, ref, told

KEY = ref(1).key


def view(*items: Told, roster: Roster = ROSTER, member: str = "PHL") -> View:
    return View(folded(list(items))[0], roster, member)


@pytest.mark.parametrize(
    ("instant", "stands"), [(NOW - 1, False), (NOW, True), (NOW + 100 * DAY - 1, True), (NOW + 100 * DAY, False)]
)
def test_a_notice_stands_from_the_instant_to_the_instant_written_in_it(instant: int, stands: bool) -> None:
    assert (view(told(0, person(1))).now(KEY, instant) is not None) is stands


def test_history_is_by_the_originators_times() -> None:
    seen = view(told(0, person(1)), told(10, person(1, 2)), told(20, Retraction(notice_id=identity(1), reason="r")))
    versions = {at: seen.at(KEY, NOW + at) for at in (5, 15, 25)}
    assert [None if one is None else one.version.number for one in versions.values()] == [1, 2, None]
    assert seen.now(KEY, NOW + 5) is None, "a withdrawal counts at once, whatever its clock says"
    assert seen.at(KEY, NOW - 1) is None


def test_what_changed_or_ended_since_an_instant_is_told_otherwise_now() -> None:
    ended = Retraction(notice_id=identity(2), reason="r")
    seen = view(told(0, person(1)), told(1, person(2)), told(2, blank(3)), told(10, person(1, 2)), told(20, ended))
    assert set(seen.keys_told_otherwise(NOW + 5)) == {KEY, ref(2).key}
    assert set(seen.keys_told_otherwise(NOW + 15)) == {ref(2).key}


def test_unknown_notices_do_not_stand() -> None:
    seen = view(told(0, Retraction(notice_id=identity(1), reason="r")))
    assert seen.now(KEY, NOW) is None
    assert seen.now("FRA:" + identity(1), NOW) is None
    assert seen.at(ref(2).key, NOW) is None
    assert list(seen.listed_keys()) == []


@pytest.mark.parametrize(("status", "stands"), [("expelled", False), ("suspended", True)])
def test_notices_of_the_expelled_stop_no_one(status: str, stands: bool) -> None:
    members = tuple(
        msgspec.structs.replace(m, status=status, final=FinalHead(size=1, root="")) if m.code == "ITA" else m
        for m in ROSTER.members
    )
    roster = msgspec.structs.replace(ROSTER, members=members)
    said = Link(first=ref(1), second=ref(2, "PHL"), relation="same_person", reason="prints")
    seen = view(told(0, person(1)), told(1, blank(3)), told(0, person(2), "PHL"), told(2, said), roster=roster)
    assert (seen.now(KEY, NOW) is not None) is stands
    assert (seen.at(KEY, NOW) is not None) is stands
    assert len(list(seen.listed_keys())) == (3 if stands else 1)
    linked = seen.now(ref(2, "PHL").key, NOW)
    assert linked is not None
    assert bool(linked.links) is stands, "nor does anyone answer for the links of the expelled"


def test_a_flag_lowers_the_action_for_its_member_alone() -> None:
    flag: Record = Flag(notice=ref(1), action="DISCREET_REPORT", reason="constitution")
    items = (told(0, person(1)), told(0, flag, "PHL"))
    here, there = view(*items).now(KEY, NOW), view(*items, member="XPO").now(KEY, NOW)
    assert here is not None
    assert there is not None
    assert (here.action, here.flagged_here) == ("DISCREET_REPORT", True)
    assert (there.action, there.flagged_here) == ("HOLD", False)


def test_a_flag_never_raises_the_action_and_can_be_lifted() -> None:
    higher = Flag(notice=ref(1), action="ARREST", reason="r")
    lifted = Flag(notice=ref(1), action="NONE", reason="r", lifted=True)
    raised = view(told(0, person(1)), told(0, higher, "PHL")).now(KEY, NOW)
    back = view(told(0, person(1)), told(0, higher, "PHL"), told(1, lifted, "PHL")).now(KEY, NOW)
    assert raised is not None
    assert back is not None
    assert (raised.action, raised.flagged_here) == ("HOLD", True)
    assert (back.action, back.flagged_here) == ("HOLD", False)


def test_without_the_detail_one_refers_to_the_originator() -> None:
    seen = view(told(0, person(1), detail=False)).now(KEY, NOW)
    assert seen is not None
    assert seen.refer_to_originator


def test_links_are_shown_with_who_says_so_until_taken_back() -> None:
    same = Link(first=ref(1), second=ref(2, "XPO"), relation="same_person", reason="prints")
    gone = Link(first=ref(1), second=ref(2, "XPO"), relation="unlinked", reason="mistake")
    elsewhere = Link(first=ref(5), second=ref(6), relation="same_person", reason="prints")
    items = (told(0, person(1)), told(0, person(2), "XPO"), told(0, same, "PHL"), told(1, elsewhere, "PHL"))
    seen = view(*items)
    one, two = seen.now(KEY, NOW), seen.now(ref(2, "XPO").key, NOW)
    assert one is not None
    assert two is not None
    assert one.links == (("PHL", "same_person", ref(2, "XPO").key),)
    assert two.links == (("PHL", "same_person", KEY),)
    later = view(*items, told(9, gone, "PHL")).now(KEY, NOW)
    assert later is not None
    assert later.links == ()
