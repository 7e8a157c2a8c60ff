"""Closures that name travellers by references alone: whoever boards without having been screened is told."""

from __future__ import annotations

import asyncio
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
L1, L2, P1, P2 = "RFF+AVF:L1'", "RFF+AVF:L2'", "RFF+ABO:P1'", "RFF+ABO:P2'"


def refer(*references: str) -> str:
    return f"NAD+ZZZ'{''.join(references)}"


async def closed(desk: Desk, *people: str, begin: str = CLOSE, flight: str = "IV123") -> list[str]:
    return await told(desk, message(*people, begin=begin, flight=flight))


def reading(sent: bytes) -> TravellerList:
    (found,) = read_batch(sent, today=date(2026, 12, 1)).lists
    return found


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


UNREAD, CHANGE = "NAD+FL'", "BGM+745+CP'"
REFERRED = [(L1, P1), (L1,), (P1,)]


@pytest.mark.parametrize("now", REFERRED)
@pytest.mark.parametrize("then", REFERRED)
async def test_who_could_not_be_read_the_second_time_has_not_been_screened(
    desk: Desk, now: tuple[str, ...], then: tuple[str, ...]
) -> None:
    assert await told(desk, message(HARM + L1 + P1, KIN + P2)) == ["0Z", "0Z"]
    for _ in range(2):
        assert await told(desk, message(UNREAD + "".join(now), begin=CHANGE)) == ["4Z"]
        assert await closed(desk, refer(*then), refer(P2)) == ["4Z"]
    assert await told(desk, message(HARM + L1 + P1, begin=CHANGE)) == ["0Z"]
    assert await closed(desk, refer(*then), refer(P2)) == []


async def test_the_later_of_two_lists_of_one_moment_counts() -> None:
    lists = EarlierLists(MemoryStore(), ManualClock(10**12), key=b"k" * 32)
    first, second = [reading(message(HARM + reference)) for reference in (P1, P2)]
    read, unread = {one.segment for one in first.travellers}, set[int]()
    for sent, answers in ((first, (read, unread)), (second, (unread, read))):
        for answered in answers:
            lists.keep(sent, answered)
    close = reading(message(refer(P1), refer(P2), begin=CLOSE))
    assert [one.reference for one in await lists.unheard(close)] == ["P1"]


async def test_of_a_booking_as_many_board_as_the_last_lists_answered(desk: Desk) -> None:
    await told(desk, message(HARM + L1, KIN + L1))
    assert await told(desk, message(HARM + L1, UNREAD + L1)) == ["0Z", "4Z"]
    assert await closed(desk, refer(L1), refer(L1)) == ["4Z"]
    await told(desk, message(HARM + L1, KIN + L1))
    assert await closed(desk, refer(L1), refer(L1)) == []
    await told(desk, message(KIN + L1, UNREAD + L1 + P1, begin=CHANGE))
    assert await closed(desk, refer(L1, P1), refer(L1)) == ["4Z"]


async def test_who_is_new_and_could_not_be_read_leaves_the_others_as_they_were(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1))
    assert await told(desk, message(UNREAD + L1 + P2, begin=CHANGE)) == ["4Z"]
    assert await closed(desk, refer(L1, P1), refer(L1, P2)) == ["4Z"]
    assert await closed(desk, refer(L1, P1)) == await closed(desk, refer(P1)) == await closed(desk, refer(L1)) == []


async def test_who_was_cancelled_or_on_no_list_was_not_read_badly(desk: Desk) -> None:
    await told(desk, message(HARM + L1))
    assert await told(desk, message(UNREAD + L1, begin="BGM+745+XR'")) == []
    for _ in range(2):
        assert await closed(desk, refer(L1), refer(L1)) == ["4Z"]


async def test_a_list_kept_before_the_unanswered_were_is_still_heard() -> None:
    """Then it was: time, and the codes of everybody who was answered."""
    store = MemoryStore()
    lists = EarlierLists(store, ManualClock(10**12), key=b"k" * 32)
    sent = reading(message(HARM + L1 + P1, KIN + P2))
    lists.keep(sent, {one.segment for one in sent.travellers})
    for key, value in store.rows().items():
        if value:
            store.apply({key: value[:8] + value[8 + 24:]})
    close = reading(message(refer(L1, P1), refer(L2), begin=CLOSE))
    assert [one.booking for one in await lists.unheard(close)] == ["L2"]


async def test_many_lists_of_a_flight_are_read_in_turns() -> None:
    lists = EarlierLists(MemoryStore(), ManualClock(10**12), key=b"k" * 32)
    for number in range(50):
        sent = reading(message(f"{HARM}RFF+ABO:P{number}'"))
        lists.keep(sent, {one.segment for one in sent.travellers})
    close = reading(message(refer(P1), refer("RFF+ABO:P50'"), begin=CLOSE))
    looked = asyncio.create_task(lists.unheard(close))
    turns = 0
    while not looked.done():
        await asyncio.sleep(0)
        turns += 1
    assert [one.reference for one in looked.result()] == ["P50"]
    assert turns >= 10


async def test_a_whole_traveller_of_a_closure_is_screened(desk: Desk) -> None:
    await told(desk, message(HARM + P1))
    assert await closed(desk, refer(P1), PERSON) == ["2Z"]


async def test_lists_are_forgotten_after_a_week() -> None:
    clock, store = ManualClock(10**12), MemoryStore()
    lists = EarlierLists(store, clock, key=b"k" * 32)
    week = CARRIER_LISTS_SECONDS * 1000

    def read(*people: str, begin: str = "BGM+745'") -> TravellerList:
        return reading(message(*people, begin=begin))

    def keep(flight: TravellerList) -> int:
        lists.keep(flight, {one.segment for one in flight.travellers})
        return len(store.rows())

    nobody, close = read("NAD+FL'"), read(refer(P1), refer(P2), begin=CLOSE)
    assert keep(nobody) == 0
    assert [keep(read(HARM + P1)), keep(read(KIN + P2)), keep(read(HARM + P1))] == [2, 4, 4]
    clock.advance(ms=week // 2)
    assert keep(read(HARM + P1)) == 5, "sent again: the same list at a second time"
    assert await lists.unheard(close) == ()
    clock.advance(ms=week // 2 + 1)
    assert keep(nobody) == 2
    assert [one.reference for one in await lists.unheard(close)] == ["P2"]
    clock.advance(ms=week)
    assert keep(nobody) == 0


async def test_nothing_kept_says_who_it_was(desk: Desk) -> None:
    await told(desk, message(HARM + L1 + P1))
    kept = b"".join(key + value for key, value in desk.app.service.store.scan(b"carrier/", b"carrier0"))
    assert kept
    assert not [said for said in (b"HARM", b"L1", b"P1", b"IV123") if said in kept]
