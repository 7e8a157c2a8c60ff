"""What opens late is told all the same: keys after a member joined or came back, and parts that come when they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from evenhand.api import changes
from evenhand.api.changes import LATE, Reading, places_now
from evenhand.api.events import event_id, positions_of
from evenhand.api.taxii_feed import Feed
from evenhand.exchange.feed import Feed as Stream
from evenhand.exchange.frames import Pulse
from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.store import MemoryStore
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import save_snapshot
from evenhand.notices.model import Retraction
from evenhand.trust.roster import FinalHead, RosterMember, roster_hash, sign_roster
from tests.net.coalition import Coalition, outgoing


def key(number: int) -> str:
    return f"XPO:{number:032x}"


class Lines:
    """ITA and XPO, and PHL, whose links carry what is said when the test says so."""

    def __init__(self, root: Path, listed: int) -> None:
        codes = ("ITA", "XPO", "PHL")  # who signs rosters comes first
        self.world = Coalition(root, codes if listed < len(codes) else tuple(sorted(codes)), listed=listed)
        self.ita, self.xpo = self.world.open("ITA"), self.world.open("XPO")
        self._streams: dict[tuple[str, str, str], Stream] = {}
        self.meet(self.ita, self.xpo)

    def join(self) -> None:
        """PHL joins; XPO has not heard of it yet."""
        self.roster = self.world.successor(join="PHL")
        self.phl = self.world.open("PHL")
        for member in (self.ita, self.phl):
            member.take_roster(self.roster)
        self.meet(self.ita, self.phl)

    def stand(self, status: str) -> None:
        """Change PHL's standing: ITA and PHL hear of it first."""
        current = self.ita.roster
        members = tuple(self._standing(one, status) for one in current.members)
        now = SystemClock().now_ms()
        following = msgspec.structs.replace(
            current, version=current.version + 1, previous=roster_hash(current), issued=format_ms(now), members=members
        )
        self.roster = sign_roster(following, [self.world.keys[code].log_signer() for code in ("ITA", "XPO")])
        for member in (self.ita, self.phl):
            member.take_roster(self.roster)

    def _standing(self, one: RosterMember, status: str) -> RosterMember:
        if one.code != "PHL":
            return one
        log = self.ita.ledgers.log("PHL")
        final = None if status == "active" else FinalHead(size=log.size, root=root_text(log.root))
        return msgspec.structs.replace(one, status=status, final=final)

    def grant(self) -> None:
        """XPO hears of the roster, and grants its keys anew."""
        self.xpo.take_roster(self.roster)
        self.xpo.tick()

    @staticmethod
    def meet(*members: Member) -> None:
        for one in members:
            for other in members:
                if one is not other:
                    one.receive(Pulse(note=other.heartbeat()), other.code)

    def carry(self, source: Member, reader: Member, ledger: str) -> None:
        """Bring what a ledger has grown by, with the parts that the reader may have now."""
        place = (source.code, reader.code, ledger)
        if place not in self._streams:
            held = reader.ledgers.log(ledger).size
            self._streams[place] = source.desk.open(reader.code, {ledger: held}, "ordinary")
        while frames := source.desk.next_frames(self._streams[place]):
            for frame in frames:
                reader.receive(frame, source.code)

    def parts(self) -> int:
        """ITA sends PHL what parts of XPO's ledger it may have and has not; return of how many entries."""
        missing = sorted(self.phl.watchlist.missing.get("XPO", ()))
        found = {(index, name): data for index, name, data in self.ita.desk.parts_for("PHL", "XPO", missing)}
        self.phl.take_parts("XPO", found)
        return len({index for index, _ in found})


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """XPO published before PHL joined, and PHL holds its ledger without a key."""
    made = Lines(tmp_path, 2)
    made.xpo.publish([outgoing(7, "Nara Invented"), outgoing(8, "Ovo Invented")])
    made.carry(made.xpo, made.ita, "XPO")
    made.join()
    made.carry(made.ita, made.phl, "XPO")
    yield made
    for member in made.world.members.values():
        member.close()


async def received(feed: Feed) -> list[str]:
    await feed.follow()
    return sorted({line.notice for _, line in feed.lines("received") if line.notice and line.number})


def told(reading: Reading, member: Member) -> list[tuple[str, bool]]:
    """Return all that a reader is told until it has come to the present."""
    found: list[tuple[str, bool]] = []
    while True:
        found += [(one.notice, one.late) for one in reading.turn()]
        if reading.has_come_to(places_now(member)):
            return found


def resumed(member: Member, places: dict[str, int]) -> Reading:
    """Return the reading of who comes back with the id it had, to this process or the next."""
    return Reading(member, positions_of(event_id(places)))


# -- keys that come late --------------------------------------------------------------------------------------------


async def test_another_member_gets_by_taxii_what_was_opened_to_it_after_its_poll(lines: Lines) -> None:
    store = MemoryStore()
    feed, away = Feed(store, lines.ita, "PHL"), Feed(away_store := MemoryStore(), lines.ita, "PHL")
    assert await received(feed) == await received(away) == []
    lines.grant()
    lines.xpo.publish([outgoing(9, "Later Invented")])
    lines.carry(lines.xpo, lines.ita, "XPO")
    every = [key(7), key(8), key(9)]
    assert await received(feed) == every
    assert await received(Feed(store, lines.ita, "PHL")) == every
    assert await received(Feed(away_store, lines.ita, "PHL")) == every, "the process ended before the keys came"
    assert await received(Feed(MemoryStore(), lines.ita, "PHL")) == every


async def test_a_newcomer_tells_its_own_readers_what_opens_when_keys_and_then_parts_come(lines: Lines) -> None:
    store = MemoryStore()
    feed, reading = Feed(store, lines.phl, "PHL"), Reading(lines.phl, {})
    assert (await received(feed), told(reading, lines.phl)) == ([], [])
    before = dict(reading.places)
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    assert (await received(feed), told(reading, lines.phl)) == ([], []), "keys without the parts open nothing"
    between = dict(reading.places)
    assert lines.parts() == 2
    both = [(key(7), True), (key(8), True)]
    assert await received(Feed(store, lines.phl, "PHL")) == [key(7), key(8)], "in the next process"
    assert await received(feed) == [key(7), key(8)]
    assert told(reading, lines.phl) == both
    assert told(resumed(lines.phl, between), lines.phl) == both
    assert set(told(resumed(lines.phl, before), lines.phl)) == set(both)
    assert told(resumed(lines.phl, reading.places), lines.phl) == []


def test_keys_that_come_after_the_parts_open_them_to_who_passed(lines: Lines) -> None:
    """Parts are kept whoever they are for: here they are back from a backup, say, before the keys."""
    log = lines.ita.ledgers.log("XPO")
    lines.phl.take_parts("XPO", log.parts(0, log.size))
    reading = Reading(lines.phl, {})
    assert told(reading, lines.phl) == []
    before = dict(reading.places)
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    both = [(key(7), True), (key(8), True)]
    assert told(reading, lines.phl) == both
    assert told(Reading(lines.phl, {}), lines.phl) == [(one, False) for one, _ in both], "in their turn, and once"
    assert told(resumed(lines.phl, before), lines.phl) == both


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_who_stops_amid_what_keys_opened_goes_on_there(
    lines: Lines, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_ENTRIES", 6)  # two of each ledger
    lines.xpo.publish([outgoing(number, f"Nara Invented{number}") for number in range(10, 14)])
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    log = lines.ita.ledgers.log("XPO")
    lines.phl.take_parts("XPO", log.parts(0, log.size))
    reading = Reading(lines.phl, {})
    assert told(reading, lines.phl) == []
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    heard: list[str] = []
    while len(heard) < stop:
        for change in reading.turn():
            heard.append(change.notice)
            if len(heard) == stop:
                break
    rest = told(resumed(lines.phl, reading.places), lines.phl)
    assert [*heard, *(one for one, _ in rest)] == [key(number) for number in (7, 8, 10, 11, 12, 13)]


def test_keys_whose_own_part_comes_late_are_read_in_their_place(lines: Lines) -> None:
    lines.grant()
    lines.xpo.publish([outgoing(9, "Later Invented")])
    lines.carry(lines.xpo, lines.ita, "XPO")
    held = {"XPO": lines.phl.ledgers.log("XPO").size}
    (batch,) = lines.ita.desk.next_frames(lines.ita.desk.open("PHL", held, "ordinary"))
    lines.phl.receive(msgspec.structs.replace(batch, parts=()), "ITA")  # as who caught up from tiles has it
    reading = Reading(lines.phl, {})
    assert told(reading, lines.phl) == []
    before = dict(reading.places)
    while lines.parts():
        told(early := resumed(lines.phl, before), lines.phl)
        assert early.has_come_to(places_now(lines.phl))
    every = {key(7), key(8), key(9)}
    assert {one for one, _ in told(reading, lines.phl)} == every
    assert {one for one, _ in told(resumed(lines.phl, before), lines.phl)} == every
    assert told(resumed(lines.phl, reading.places), lines.phl) == []


async def test_who_comes_back_after_a_suspension_gets_what_was_said_meanwhile(tmp_path: Path) -> None:
    lines = Lines(tmp_path, 3)
    lines.phl = lines.world.open("PHL")
    lines.meet(lines.ita, lines.xpo, lines.phl)
    lines.xpo.publish([outgoing(7, "Nara Invented")])
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    theirs, ours = Feed(MemoryStore(), lines.ita, "PHL"), Feed(MemoryStore(), lines.phl, "PHL")
    reading = Reading(lines.phl, {})
    assert await received(theirs) == await received(ours) == [key(7)]
    assert told(reading, lines.phl) == [(key(7), False)]
    lines.stand("suspended")
    lines.grant()
    lines.xpo.publish([outgoing(8, "Meanwhile Invented")])
    lines.carry(lines.xpo, lines.ita, "XPO")
    assert await received(theirs) == [key(7)]
    lines.stand("active")
    lines.carry(lines.ita, lines.phl, "XPO")
    assert await received(theirs) == await received(ours) == [key(7)], "XPO has not granted yet"
    assert told(reading, lines.phl) == []
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    lines.parts()
    assert await received(theirs) == await received(ours) == [key(7), key(8)]
    assert set(told(reading, lines.phl)) == {(key(8), True)}
    for member in lines.world.members.values():
        member.close()


def test_what_overtook_and_then_came_in_its_turn_while_others_were_told_is_told_there(lines: Lines) -> None:
    stream = lines.xpo.desk.open("ITA", {"XPO": lines.ita.ledgers.log("XPO").size}, "express")
    lines.xpo.publish([Outgoing(Retraction(notice_id=f"{number:032x}", reason="mistaken")) for number in (7, 8)])
    for frame in lines.xpo.desk.next_frames(stream):
        lines.ita.receive(frame, "XPO")
    reading = Reading(lines.ita, places_now(lines.ita))
    turn = reading.turn()
    first = next(turn)
    assert (first.notice, first.overtaking) == (key(7), True)
    lines.carry(lines.xpo, lines.ita, "XPO")
    assert [(one.notice, one.overtaking) for one in turn] == [(key(7), False), (key(8), False)]


# -- restart --------------------------------------------------------------------------------------------------------


def test_a_start_from_an_older_snapshot_has_the_parts_that_came_since(lines: Lines) -> None:
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    lines.carry(lines.ita, lines.phl, "XPO")
    save_snapshot(lines.phl, lines.world.root / "PHL" / "snapshot")
    places = dict(Reading(lines.phl, {}).places)
    assert lines.parts() == 2
    assert sorted(lines.phl.view.listed_keys()) == [key(7), key(8)]
    vector = lines.phl.vector()
    lines.phl.close()
    again = lines.world.open("PHL")
    assert again.vector() == vector
    assert sorted(again.view.listed_keys()) == [key(7), key(8)]
    assert again.watchlist.given == lines.phl.watchlist.given
    assert {one for one, _ in told(resumed(again, places), again)} == {key(7), key(8)}


def test_what_came_late_into_a_ledger_that_is_fetched_again_is_told_in_its_turn(lines: Lines) -> None:
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    log = lines.ita.ledgers.log("XPO")
    lines.ita.store.apply(lines.ita.ledgers.late.rows("XPO", {log.size}, lines.ita.clock.now_ms()))
    reading = Reading(lines.ita, {"ITA": 0, "XPO": log.size + 1, LATE: 0})
    assert told(reading, lines.ita) == []
    lines.xpo.publish([outgoing(9, "Later Invented")])
    lines.carry(lines.xpo, lines.ita, "XPO")
    assert told(reading, lines.ita) == [(key(9), False)]


async def test_places_of_an_earlier_edition_are_told_everything_once_more(lines: Lines) -> None:
    """They say nothing of what opened late: what was lost then comes now, and what stands is not told anew."""
    lines.grant()
    lines.carry(lines.xpo, lines.ita, "XPO")
    places = {code: lines.ita.ledgers.log(code).size for code in lines.ita.ledgers.codes()}
    reading = resumed(lines.ita, places)
    assert [one for one, _ in told(reading, lines.ita)] == [key(7), key(8)]
    assert LATE in reading.places
    store, now = MemoryStore(), lines.ita.clock.now_ms()
    state = msgspec.msgpack.encode((places, lines.ita.roster.version, 5, now))
    store.apply({b"taxii/v2/PHL/state": state})
    assert await received(Feed(store, lines.ita, "PHL")) == [key(7), key(8)]
    whole = MemoryStore()
    feed = Feed(whole, lines.ita, "ITA")
    assert await received(feed) == [key(7), key(8)]
    before = list(feed.lines("received"))
    held = whole.get(b"taxii/v2/ITA/state")
    assert held is not None
    _, *rest = msgspec.msgpack.decode(held)
    whole.apply({b"taxii/v2/ITA/state": msgspec.msgpack.encode((places, *rest))})
    again = Feed(whole, lines.ita, "ITA")
    await again.follow()
    assert list(again.lines("received")) == before
