"""Closures that name travellers by references alone: whoever boards without having been screened is told."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.api.earlier_lists import EarlierLists
from evenhand.casework.records import JournalRecord
from evenhand.ground.clock import ManualClock
from evenhand.ground.limits import CARRIER_LISTS_SECONDS
from evenhand.ground.store import MemoryStore
from evenhand.interop.carriers.flights import TravellerList
from evenhand.interop.carriers.paxlst import read_batch
from tests.api.conftest import Desk
from tests.api.test_carriers import BOARDING, EDIFACT, codes
from tests.api.test_carriers_doubts import PERSON, message, told

CLOSE = "BGM+266+CLOB'"
HARM = "NAD+FL+++HARM:LESS'DTM+329:900101'"
KIN = "NAD+FL+++HARM:LESSER'DTM+329:910101'"
L1, P1, P2 = "RFF+AVF:L1'", "RFF+ABO:P1'", "RFF+ABO:P2'"


def refer(*references: str) -> str:
    return f"NAD+ZZZ'{''.join(references)}"


async def closed(desk: Desk, *people: str, begin: str = CLOSE, flight: str = "IV123") -> list[str]:
    return await told(desk, message(*people, begin=begin, flight=flight))


async def test_who_was_answered_is_known_by_either_reference_or_both(desk: Desk) -> None:
    assert await told(desk, message(HARM + L1 + P1, PERSON)) == ["0Z", "2Z"]
    for known in (refer(L1, P1), refer(L1), refer(P1), refer("RFF+ABO:0'"), refer("RFF+AVF:L9'", "RFF+ABO:0'")):
        assert await closed(desk, known) == []


async def test_who_was_on_no_list_has_not_been_screened(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1))
    sent = message(refer(L1, P1), refer(L1, P2), refer("RFF+AVF:L2'"), begin=CLOSE)
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
    assert codes(reply.content) == ["4Z", "4Z"]
    assert "RFF+AVF:L1'RFF+ABO:P2'ERC+4Z'FTX+AAP+++NOT SCREENED, SEGMENT 11 ON NO LIST BEFORE, CALL" in reply.text
    journal = [one.decision for one in desk.site.casework.book.entries(0)]
    (said,) = (one.text for one in journal if isinstance(one, JournalRecord) and one.kind == "carrier.not_screened")
    assert said.count("no earlier list") == 2


@pytest.mark.parametrize("begin", ["BGM+266+CLNB'", "BGM+266+XF'", "BGM+745+XR'"])
async def test_who_does_not_board_need_not_have_been_screened(desk: Desk, begin: str) -> None:
    assert await closed(desk, refer(L1, P1), begin=begin) == []


async def test_another_flight_or_day_is_no_list_of_this_one(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1))
    assert await closed(desk, refer(L1, P1), flight="IV124") == ["4Z"]
    tomorrow = message(refer(L1, P1), begin=CLOSE).replace(b"2612011200:201", b"2612021200:201")
    assert await told(desk, tomorrow) == ["4Z"]
    late = message(refer(L1, P1), begin=CLOSE).replace(b"2612011200:201", b"2612011745:201")
    assert await told(desk, late) == []


async def test_a_traveller_stands_for_one_reference(desk: Desk) -> None:
    await told(desk, message(HARM + L1, KIN + L1))
    await told(desk, message(HARM + L1, KIN + L1))  # once more, as the doors close
    assert await closed(desk, refer(L1), refer(L1)) == []
    assert await closed(desk, refer(L1), refer(L1, P1), refer(L1)) == ["4Z"]


async def test_a_list_sent_again_lists_nobody_more(desk: Desk) -> None:
    await told(desk, message(HARM + L1))
    await told(desk, message(HARM.replace("LESS", "LESSLEY") + L1))  # a name corrected
    assert await closed(desk, refer(L1), refer(L1)) == ["4Z"]
    await told(desk, message(HARM + L1 + P1))  # a reference added
    assert await closed(desk, refer(L1, P1), refer(L1, P2)) == ["4Z"]


async def test_a_closure_may_mix_its_references(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1, KIN + L1 + P2))
    for known in ((refer(L1), refer(P1)), (refer(P2), refer(L1)), (refer(L1), refer(L1, P1)), (refer(P1), refer(P2))):
        assert await closed(desk, *known) == []
    assert await closed(desk, refer(L1), refer(P1), refer(P2)) == ["4Z"]
    assert await closed(desk, refer(P1), refer(P1)) == ["4Z"]
    await told(desk, message("NAD+FL+++HARM:LESLIE'DTM+329:920101'RFF+ABO:P7'"))
    assert await closed(desk, refer("RFF+AVF:L7'", "RFF+ABO:P7'")) == []


async def test_who_was_not_read_is_not_answered_and_with_a_candidate_is(desk: Desk) -> None:
    unread = HARM.replace("900101", "999999") + P1
    listed = PERSON.replace("840502", "999999").replace("ABO:0", "ABO:P2")
    assert await told(desk, message(unread, listed)) == ["4Z", "2Z"]
    assert await closed(desk, refer(P1), refer(P2)) == ["4Z"]


async def test_a_whole_traveller_of_a_closure_is_screened(desk: Desk) -> None:
    await told(desk, message(HARM + P1))
    assert await closed(desk, refer(P1), PERSON) == ["2Z"]


def test_lists_are_forgotten_after_a_week() -> None:
    clock, store = ManualClock(10**12), MemoryStore()
    lists = EarlierLists(store, clock, key=b"k" * 32)
    week = CARRIER_LISTS_SECONDS * 1000

    def read(*people: str, begin: str = "BGM+745'") -> TravellerList:
        (found,) = read_batch(message(*people, begin=begin), today=date(2026, 12, 1)).lists
        return found

    def keep(flight: TravellerList) -> int:
        lists.keep(flight, {one.segment for one in flight.travellers})
        return len(store.rows())

    nobody, close = read("NAD+FL'"), read(refer(P1), refer(P2), begin=CLOSE)
    assert keep(nobody) == 0
    assert [keep(read(HARM + P1)), keep(read(KIN + P2)), keep(read(HARM + P1))] == [2, 4, 4]
    clock.advance(ms=week // 2)
    assert keep(read(HARM + P1)) == 5, "sent again: the same list at a second time"
    assert lists.unheard(close) == ()
    clock.advance(ms=week // 2 + 1)
    assert keep(nobody) == 2
    assert [one.reference for one in lists.unheard(close)] == ["P2"]
    clock.advance(ms=week)
    assert keep(nobody) == 0


async def test_nothing_kept_says_who_it_was(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1))
    kept = b"".join(key + value for key, value in desk.app.service.store.scan(b"carrier/", b"carrier0"))
    assert kept
    assert not [said for said in (b"HARM", b"L1", b"P1", b"IV123") if said in kept]
