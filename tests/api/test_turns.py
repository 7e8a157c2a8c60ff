"""However long the list, a poll leaves the node's loop to others every few looks, and looks at no more than it must."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from taxii2client.v21 import as_pages  # type: ignore[import-untyped]

from evenhand.api import changes, instants, taxii
from evenhand.api.changes import Reading
from evenhand.api.instants import Instants
from evenhand.api.problems import TAXII as MEDIA
from evenhand.api.taxii_feed import Feed
from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.store import MemoryStore
from evenhand.node.operations import perform
from evenhand.node.publishing import Outgoing
from evenhand.watchlist.opening import open_entry
from tests.api.conftest import PEOPLE, Desk, Served, draft
from tests.api.test_taxii import _collection
from tests.net.coalition import DAY_MS, DETAIL, Coalition, notice, outgoing

ROOT = "/taxii2/notices/collections/ita-all"
ACCEPT = {"Accept": MEDIA}
MANY = 60


class Looks:
    """Counts looks in each turn of the loop."""

    def __init__(self) -> None:
        self.turn = 0
        self.by_turn: Counter[int] = Counter()

    def at(self, of: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*given: Any, **named: Any) -> Any:
            self.by_turn[self.turn] += 1
            return of(*given, **named)

        return looked

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[None]:
        """Count what is looked at inside, while others have their turns."""
        self.by_turn.clear()

        async def others() -> None:
            while True:
                self.turn += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(others())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            beside.cancel()

    @property
    def most(self) -> int:
        return max(self.by_turn.values(), default=0)

    @property
    def all(self) -> int:
        return sum(self.by_turn.values())


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Coalition]:
    """ITA alone, with sixty notices."""
    made = Coalition(tmp_path, ("ITA",))
    made.open("ITA").publish([outgoing(number, f"Nara Invented{number}") for number in range(MANY)])
    yield made
    made.members["ITA"].close()


async def test_a_first_poll_opens_entries_some_at_a_time(many: Coalition, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, member = Looks(), many.members["ITA"]
    monkeypatch.setattr(changes, "_ENTRIES", 8)
    monkeypatch.setattr(changes, "open_entry", looks.at(open_entry))
    feed = Feed(MemoryStore(), member, "ITA")
    async with looks.counted():
        await feed.follow()
    assert (looks.most, looks.all) == (8, MANY + 1)
    async with looks.counted():
        await feed.follow()
        member.publish([outgoing(MANY, "Later Invented")])
        await feed.follow()
    assert looks.all == 1, "what was read is not read again"
    assert len({line.notice for _, line in feed.lines("all") if line.notice}) == MANY + 1


def test_ledgers_in_which_nothing_is_new_take_no_share_of_a_turn(
    many: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = many.members["ITA"]
    monkeypatch.setattr(changes, "_ENTRIES", 8)
    monkeypatch.setattr(member.ledgers, "codes", lambda: ("ITA", *(f"Q{number:02}" for number in range(20))))
    reading, turns = changes.Reading(member, {}), 0
    while not reading.has_come_to(changes.places_now(member)):
        assert list(reading.turn()) or turns == 0, "the first entry holds keys alone"
        turns += 1
    assert turns == -(-(member.ledgers.log("ITA").size) // 8)


async def test_what_happens_while_a_poll_gives_way_is_in_it_or_in_the_next(
    many: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, said = many.members["ITA"], MANY
    monkeypatch.setattr(changes, "_ENTRIES", 8)
    monkeypatch.setattr("evenhand.api.taxii_feed._CHUNK", 8)
    feed = Feed(MemoryStore(), member, "ITA")

    async def publish() -> None:
        nonlocal said
        for _ in range(30):
            member.publish([outgoing(said, f"Later Invented{said}")])
            said += 1
            await asyncio.sleep(0)

    await asyncio.gather(publish(), feed.follow(), feed.follow())
    await feed.follow()
    assert len({line.notice for _, line in feed.lines("all") if line.notice}) == said
    added = [at for at, _ in feed.lines("all")]
    assert added == sorted(set(added))


async def test_a_poll_that_was_broken_off_loses_nothing(many: Coalition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_ENTRIES", 8)
    feed = Feed(MemoryStore(), many.members["ITA"], "ITA")
    for turns in (3, 3):
        polling = asyncio.create_task(feed.follow())
        for _ in range(turns):
            await asyncio.sleep(0)
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling
    await feed.follow()
    assert len({line.notice for _, line in feed.lines("all") if line.notice}) == MANY


def test_an_import_into_one_ledger_leaves_the_others_their_share(
    many: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = many.members["ITA"].ledgers
    held = ledgers.log("ITA")
    monkeypatch.setattr(changes, "_ENTRIES", 8)
    monkeypatch.setattr(ledgers, "codes", lambda: ("ITA", "PHL", "XPO", "ZZZ"))
    monkeypatch.setattr(ledgers, "log", lambda _: held)
    told = [one.ledger for one in Reading(many.members["ITA"], {}).turn()]
    assert told == ["ITA", "PHL", "XPO", "ZZZ"], "two entries of each, and one of them is keys"


async def test_instants_are_looked_at_some_at_a_time_and_not_again_for_each_change(
    many: Coalition, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, member = Looks(), many.members["ITA"]
    clock = member.clock = ManualClock(member.clock.now_ms())
    monkeypatch.setattr(instants, "_TURN", 8)
    monkeypatch.setattr(Instants, "_of", looks.at(Instants._of))
    feed = Feed(MemoryStore(), member, "ITA")
    await feed.follow()
    async with looks.counted():
        member.publish([outgoing(MANY, "Later Invented")])
        await feed.follow()
    assert looks.all == 1, "at the one that changed"
    clock.advance(ms=DAY_MS)
    async with looks.counted():
        await feed.follow()
    assert (looks.most, looks.all) == (8, MANY + 1), "once a day at all of them"
    async with looks.counted():
        clock.advance(seconds=60)
        await feed.follow()
    assert looks.all == 0


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("restarts", [False, True])
async def test_what_begins_and_ends_days_later_is_told_when_it_does(
    many: Coalition, days: int, *, restarts: bool
) -> None:
    member, store = many.members["ITA"], MemoryStore()
    clock = member.clock = ManualClock(member.clock.now_ms())
    feed = Feed(store, member, "ITA")
    await feed.follow()  # before they are published: they are noted as they come
    at = format_ms(clock.now_ms() + days * DAY_MS)
    begins = msgspec.structs.replace(notice(MANY, "Begins Later"), valid_from=at)
    ends = msgspec.structs.replace(notice(MANY + 1, "Ends Soon"), review_by=at, expires=at)
    member.publish([Outgoing(begins, DETAIL), Outgoing(ends, DETAIL)])
    assert await _standing(feed) == [MANY + 1]
    clock.advance(days=days, seconds=-1)
    assert await _standing(feed) == [MANY + 1]
    clock.advance(seconds=2)
    assert await _standing(Feed(store, member, "ITA") if restarts else feed) == [MANY]


async def _standing(feed: Feed) -> list[int]:
    await feed.follow()
    told = {int(line.notice.partition(":")[2], 16) for _, line in feed.lines("all") if line.number}
    return sorted(told - set(range(MANY)))


# -- filters --------------------------------------------------------------------------------------------------------


async def test_an_id_is_found_without_a_search(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks()
    monkeypatch.setattr(taxii, "_fits", looks.at(taxii._fits))
    async with desk.client(**ACCEPT) as http:
        every = (await http.get(f"{ROOT}/objects", params={"limit": 1000})).json()["objects"]
        wanted = [every[4]["id"], every[1]["id"], every[4]["id"], "identity--none"]
        async with looks.counted():
            params: dict[str, Any] = {"match[id]": ",".join(wanted)}
            found = (await http.get(f"{ROOT}/objects", params=params)).json()
        assert (found, looks.all) == ({"more": False, "objects": [every[1], every[4]]}, 2)
        first = (await http.get(f"{ROOT}/objects", params={**params, "limit": 1})).json()
        assert (first["more"], first["objects"]) == (True, [every[1]])
        rest = (await http.get(f"{ROOT}/objects", params={**params, "limit": 1, "next": first["next"]})).json()
        assert rest == {"more": False, "objects": [every[4]]}


async def test_a_filter_gives_way_and_a_page_ends_early(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks()
    monkeypatch.setattr(taxii, "_fits", looks.at(taxii._fits))
    monkeypatch.setattr(taxii, "_TURN", 2)
    async with desk.client(**ACCEPT) as http:
        every = (await http.get(f"{ROOT}/objects", params={"limit": 1000})).json()["objects"]
        async with looks.counted():
            nothing = (await http.get(f"{ROOT}/objects", params={"match[type]": "sighting", "limit": 1})).json()
        assert (nothing, looks.most, looks.all) == ({"more": False}, 2, len(every))
        monkeypatch.setattr(taxii, "TAXII_LOOKS_MAX", 2)
        notices: list[Any] = []
        params: dict[str, Any] = {"match[type]": "evenhand-notice", "limit": 1}
        empty = 0
        while True:
            async with looks.counted():
                page = (await http.get(f"{ROOT}/objects", params=params)).json()
            assert looks.all <= 2
            notices += page.get("objects", [])
            empty += "objects" not in page
            if not page["more"]:
                break
            params["next"] = page["next"]
        assert notices == [one for one in every if one["type"] == "evenhand-notice"]
        assert empty, "some had nothing, and more to come"


async def test_what_was_replaced_while_a_filter_gave_way_comes_once_as_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taxii, "_TURN", 2)
    async with desk.client(**ACCEPT) as http:
        every = (await http.get(f"{ROOT}/objects", params={"limit": 1000})).json()["objects"]
        listed = (await http.get("/v1/notices", headers={"Accept": "application/json"})).json()["notices"]
        key = next(one["key"] for one in listed if one["listed_as"] == PEOPLE[0][0])
        changed = msgspec.json.encode({"notice": key, "draft": draft("Replaced Invented")})

        async def correct() -> None:
            for _ in range(3):
                await asyncio.sleep(0)
            await perform(desk.site, "notice.correct", changed)

        params: dict[str, Any] = {"match[type]": "identity,evenhand-notice", "limit": 1}
        seen: dict[str, Any] = {}
        page, _ = await asyncio.gather(http.get(f"{ROOT}/objects", params=params), correct())
        while True:
            for one in page.json().get("objects", []):
                assert one["id"] not in seen or one["modified"] > seen[one["id"]]["modified"]
                seen[one["id"]] = one
            if not page.json()["more"]:
                break
            page = await http.get(f"{ROOT}/objects", params={**params, "next": page.json()["next"]})
        assert len(seen) == len([one for one in every if one["type"] in params["match[type]"]])
        names = {one.get("name") for one in seen.values()}
        assert ("Replaced Invented" in names, PEOPLE[0][0] in names) == (True, False)


def test_the_client_of_oasis_goes_through_empty_pages(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    every = _collection(served, "Ours, released to every member")
    whole = [one for one in every.get_objects(limit=1000)["objects"] if one["type"] == "identity"]
    monkeypatch.setattr(taxii, "_TURN", 2)
    monkeypatch.setattr(taxii, "TAXII_LOOKS_MAX", 2)
    for per_request in (1, 3):
        pages = list(as_pages(every.get_objects, per_request=per_request, type="identity"))
        assert [one for page in pages for one in page.get("objects", [])] == whole
