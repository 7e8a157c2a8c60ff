"""What a TAXII reader gets in which order: a line for each version of an object, in the order it became known here.

Knows:    for each reader and audience a sequence of object ids with the instant each was added.
Told:     that a reader asks; it then looks at what changed in the ledgers since it last looked.
Answers:  lines in order; `taxii_objects` makes what stands behind them.
Trusted:  yes. Lines hold ids and instants only, so an erasure leaves nothing here to erase.

`date_added` is unique and rises in commit order: it is written in the same batch as the line, and nothing
above it is shown before. A new version comes at the end, and the one before it goes: what was corrected is not read
again. What is taken back, narrowed or marked too strictly comes once more, empty of words.

Readers put the collections together by id and `modified`, so each version of an object is above what any collection of
its reader said of it before; and it is revoked only where the notice is gone for good, since nothing comes back from
that in STIX.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Literal

import msgspec

from evenhand.api.changes import Reading, places_now
from evenhand.api.instants import Instants
from evenhand.api.taxii_objects import Line, Objects
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.store import Batch, Store
from evenhand.interop.export import stix
from evenhand.interop.export.released import Exportable
from evenhand.interop.export.uuids import uuid5
from evenhand.node.details import audience_of_entry
from evenhand.node.member import Member
from evenhand.watchlist.release import ALL

AUDIENCES: Final = ("all", "restricted", "received")
TITLES: Final = {
    "all": "Ours, released to every member", "restricted": "Ours, released to some members",
    "received": "Received from other members",
}  # fmt: skip
_CHUNK: Final = 100
_ROUNDS: Final = 3
"""How often to look for what happened while one looked: a ledger that never rests must not keep a reader for ever."""
_US: Final = 1_000


class _State(msgspec.Struct, array_like=True):
    """How far the lines have come: in the ledgers, in the roster's versions, and in time."""

    positions: dict[str, int]
    """As a `Reading` keeps them; those of an earlier edition, without late parts, begin again."""
    roster: int
    last_us: int
    seen_ms: int = 0
    """Up to when notices that began or ended have been told: nobody says so in a ledger, also not to who was down."""


def collection_id(member: Member, reader: str, audience: str) -> str:
    """Return the UUID of a collection; it never changes."""
    return uuid5("taxii", f"{member.roster.coalition}/{member.code}/{reader}/{audience}")


class Feed:
    """Every collection of one reader."""

    def __init__(self, store: Store, member: Member, reader: str) -> None:
        self._store, self._member, self.reader = store, member, reader
        self._room = f"taxii/v2/{reader}/".encode("ascii")
        _drop(store, f"taxii/{reader}/".encode("ascii"))  # lines of an earlier form: all is told anew, under its ids
        held = store.get(self._room + b"state")
        empty = msgspec.msgpack.encode(_State(positions={}, roster=0, last_us=0))
        self._stored, self._state = (msgspec.msgpack.decode(held or empty, type=_State) for _ in range(2))
        self._reading = Reading(member, self._state.positions, reader)
        self._instants = Instants(member, self._state.seen_ms)
        self._pending: dict[str, None] = {}
        self._seen_activity = -1
        self._given: dict[str, str] = {}
        """The versions given in the batch that is being made, by object."""
        self._busy = asyncio.Lock()
        self.objects = Objects(member, reader)

    # -- reading -------------------------------------------------------------------------------------------

    def lines(self, audience: str, after_us: int = 0) -> Iterator[tuple[int, Line]]:
        """Yield (date added in microseconds, line) after an instant, in order."""
        place = self._place(audience, b"added/")
        for key, value in self._store.scan(place + _stamp(after_us + 1), place + b"\xff" * 9):
            yield int.from_bytes(key[len(place) :], "big"), msgspec.msgpack.decode(value, type=Line)

    def line(self, audience: str, object_id: str) -> tuple[int, Line] | None:
        """Return when an object was last added, and its line; None where it never was."""
        stamp = self._store.get(self._named(audience, object_id))
        if stamp is None:
            return None
        value = self._store.get(self._place(audience, b"added/") + stamp)
        assert value is not None
        return int.from_bytes(stamp, "big"), msgspec.msgpack.decode(value, type=Line)

    def is_date_added(self, audience: str, instant_us: int) -> bool:
        """Say whether this very instant was given to a line: then a reader counts by our clock, not its own."""
        return self._store.get(self._place(audience, b"added/") + _stamp(instant_us)) is not None

    def note_told(self, audience: str, lines: Iterable[tuple[int, Line]]) -> None:
        """Remember of lines as they were read that it is on record to whom they were given."""
        place, batch = self._place(audience, b"added/"), Batch()
        for added, line in lines:
            if self._store.get(place + _stamp(added)) == msgspec.msgpack.encode(line):  # it may have been replaced
                batch[place + _stamp(added)] = msgspec.msgpack.encode(msgspec.structs.replace(line, told=True))
        self._store.apply(batch)

    # -- following -----------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Bring the lines up to date with the ledgers, without holding up the node's other work."""
        async with self._busy:
            for _ in range(_ROUNDS):
                await self._note_changes()
                await self._write_pending()
                if self._seen_activity == self._member.activity:
                    break

    async def _write_pending(self) -> None:
        while self._pending:
            keys = list(islice(self._pending, _CHUNK))
            self._write(keys)
            self.objects.forget(keys)
            for key in keys:
                del self._pending[key]
            if self._pending:
                await asyncio.sleep(0)

    async def _note_changes(self) -> None:
        """Look at what happened up to now, some entries at a time; what happens meanwhile is for the next who asks."""
        member, now, seen = self._member, self._member.clock.now_ms(), self._member.activity
        if seen != self._seen_activity:
            if self._state.roster != member.roster.version:
                self._reading.begin_again()  # who may read what has changed: look at everything
                self._state.roster = member.roster.version
            until = places_now(member)
            while True:
                for change in self._reading.turn():
                    if change.notice:
                        self._pending[change.notice] = None
                        self._instants.note(change.notice)
                if self._reading.has_come_to(until):
                    break
                await asyncio.sleep(0)
            self._seen_activity = seen
        self._pending.update(dict.fromkeys(await self._instants.passed(now)))
        self._state.seen_ms = now

    def _audience(self, item: Exportable) -> str:
        member = self._member
        if item.originator != member.code:
            return "received"
        held = member.watchlist.fold.ledger(member.code).notices[item.notice.notice_id]
        assert held.latest is not None
        label = member.publisher.book.label_of(audience_of_entry(member, held.latest.index))
        return "all" if label == ALL else "restricted"

    def _write(self, keys: list[str]) -> None:
        """Write the lines of some notices, and how far we have come, in one batch."""
        batch: Batch = {}
        self._given.clear()
        found = {item.key: item for item in self.objects.chosen(keys)}
        # What was erased has no home: what its objects were is known from the lines alone.
        items = {key: found[key] for key in keys if key in found}  # in the order they became known
        home = {
            key: self._audience(item)
            for key, item in items.items() if item.state != "taken_back" and not item.erased
        }  # fmt: skip
        for audience in AUDIENCES:
            here = [items[key] for key, where in home.items() if where == audience]
            self._put_frame(batch, audience, stix.frame(here) if here else [])
            for key in keys:
                if home.get(key) != audience:
                    for_good = key in items and items[key].gone
                    self._take_back(batch, audience, self._listed(audience, key), for_good=for_good)
        for key, audience in home.items():
            self._put_notice(batch, audience, items[key])
        if len(keys) == len(self._pending):
            self._stored = msgspec.structs.replace(self._state, positions=dict(self._state.positions))
        # Until the last of what is pending is written, a node that stops must look at all of it again.
        self._stored.last_us = self._state.last_us
        batch[self._room + b"state"] = msgspec.msgpack.encode(self._stored)
        self._store.apply(batch)

    def _listed(self, audience: str, key: str) -> list[str]:
        """Return the ids of all that a collection ever had of a notice."""
        listed = self._store.get(self._place(audience, b"notice/") + key.encode("utf-8"))
        return [] if listed is None else msgspec.msgpack.decode(listed, type=list[str])

    def _take_back(self, batch: Batch, audience: str, objects: Iterable[str], *, for_good: bool) -> None:
        """Empty what a collection has of a notice that is no longer there; what was emptied may yet be revoked."""
        for object_id in objects:
            found = self.line(audience, object_id)
            if found is None or found[1].gone == "revoked" or (found[1].gone and not for_good):
                continue
            gone: Literal["revoked", "emptied"] = "revoked" if for_good else "emptied"
            version = self._above(object_id, "")
            line = msgspec.structs.replace(found[1], version=version, gone=gone, number=0, told=False)
            self._put(batch, audience, line)

    def _put_frame(self, batch: Batch, audience: str, made: list[stix.StixObject]) -> None:
        """Put what says nothing of any notice: it is the same in every collection, and never taken back."""
        for one in made:
            name, created = one["id"], one["created"]
            version, found = str(one.get("modified", created)), self.line(audience, name)
            if found is None or found[1].version != version:
                frame = msgspec.json.encode(one)
                self._put(batch, audience, Line(object_id=name, version=version, created=created, frame=frame))

    def _put_notice(self, batch: Batch, audience: str, item: Exportable) -> None:
        """Put a notice's objects, and take back those it has no longer: a sighting, where it does not stand."""
        made, listed = stix.objects(item), self._listed(audience, item.key)
        for one in made:
            found = self.line(audience, one["id"])
            if found is not None and found[1].source == one["modified"] and not found[1].gone:
                continue
            line = Line(
                object_id=one["id"], version=self._above(one["id"], one["modified"]), source=one["modified"],
                notice=item.key, created=one["created"], by=one["created_by_ref"],
                number=item.notice.version if item.stands else 0,
            )  # fmt: skip
            self._put(batch, audience, line)
        names = dict.fromkeys([*(one["id"] for one in made), *listed])
        self._take_back(batch, audience, list(names)[len(made) :], for_good=item.gone)
        place = self._place(audience, b"notice/") + item.key.encode("utf-8")
        batch[place] = msgspec.msgpack.encode(list(names))

    def _above(self, object_id: str, version: str) -> str:
        """Return this version, or the first one above all that any collection of this reader said of an object."""
        found = (self.line(audience, object_id) for audience in AUDIENCES)
        last = max([self._given.get(object_id, ""), *(one[1].version for one in found if one is not None)])
        made = max(version, format_ms(parse_ms(last) + 1)) if last else version
        self._given[object_id] = made
        return made

    def _put(self, batch: Batch, audience: str, line: Line) -> None:
        """Add a line at the end, in the place of the one that its object had."""
        now_us = self._member.clock.now_ms() * _US
        self._state.last_us = added = max(self._state.last_us + 1, now_us)
        place, named = self._place(audience, b"added/"), self._named(audience, line.object_id)
        before = self._store.get(named)
        if before is not None:
            batch[place + before] = None
        batch[named] = _stamp(added)
        batch[place + _stamp(added)] = msgspec.msgpack.encode(line)

    def _named(self, audience: str, object_id: str) -> bytes:
        return self._place(audience, b"object/") + object_id.encode("utf-8", "replace")

    def _place(self, audience: str, what: bytes) -> bytes:
        return self._room + audience.encode("ascii") + b"/" + what


def _drop(store: Store, room: bytes) -> None:
    rows: Batch = {key: None for key, _ in store.scan(room, room + b"\xff")}
    if rows:
        store.apply(rows)


def _stamp(instant_us: int) -> bytes:
    return min(max(instant_us, 0), 2**63 - 1).to_bytes(8, "big")
