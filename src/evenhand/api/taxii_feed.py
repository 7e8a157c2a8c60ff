"""What a TAXII reader gets in which order: one line per object, added once, in the order it became known here.

Knows:    for each reader and audience a sequence of object ids with the instant each was added.
Told:     that a reader asks; it then looks at what changed in the ledgers since it last looked.
Answers:  lines in order; the objects behind them are made when asked for.
Trusted:  yes. Lines hold ids and instants only, so an erasure leaves nothing here to erase.

`date_added` is unique and rises in commit order: it is written in the same batch as the line, and nothing
above it is shown before. An object that changes moves to the end; what is taken back, narrowed or marked too
strictly comes once more as revoked, and stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from evenhand.api.events import fresh_changes
from evenhand.ground.clock import format_ms
from evenhand.ground.store import Batch, Store
from evenhand.interop.export import stix
from evenhand.interop.export.released import Exportable, Terms, choose
from evenhand.interop.export.uuids import uuid5
from evenhand.node.details import audience_of_entry
from evenhand.node.exporting import gather
from evenhand.node.member import Member
from evenhand.watchlist.release import ALL

AUDIENCES: Final = ("all", "restricted", "received")
TITLES: Final = {
    "all": "Ours, released to every member", "restricted": "Ours, released to some members",
    "received": "Received from other members",
}  # fmt: skip
_CHUNK: Final = 100
_US: Final = 1_000


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One object in a collection. `gone`: it was taken back from this collection at `version`."""

    object_id: str
    version: str
    notice: str
    created: str
    gone: bool = False
    frame: bytes = b""
    """The object itself where it says nothing of any notice: members, marks, our extension."""


class _State(msgspec.Struct, array_like=True):
    positions: dict[str, int]
    roster: int
    last_us: int


def collection_id(member: Member, reader: str, audience: str) -> str:
    """Return the UUID of a collection; it never changes."""
    return uuid5("taxii", f"{member.roster.coalition}/{member.code}/{reader}/{audience}")


class Feed:
    """Every collection of one reader."""

    def __init__(self, store: Store, member: Member, reader: str) -> None:
        self._store, self._member, self.reader = store, member, reader
        self._room = f"taxii/{reader}/".encode("ascii")
        held = store.get(self._room + b"state")
        empty = _State(positions={}, roster=0, last_us=0)
        self._state = empty if held is None else msgspec.msgpack.decode(held, type=_State)
        self._pending: dict[str, None] = {}
        self._due: list[tuple[int, str]] | None = None
        self._seen_activity = -1
        self._seen_ms = 0
        self._busy = asyncio.Lock()

    # -- reading -------------------------------------------------------------------------------------------

    def lines(self, audience: str, after_us: int = 0) -> Iterator[tuple[int, Line]]:
        """Yield (date added in microseconds, line) after an instant, in order."""
        place = self._place(audience, b"added/")
        for key, value in self._store.scan(place + _stamp(after_us + 1), place + b"\xff" * 9):
            yield int.from_bytes(key[len(place) :], "big"), msgspec.msgpack.decode(value, type=Line)

    def line(self, audience: str, object_id: str) -> tuple[int, Line] | None:
        """Return an object's line, or None."""
        stamp = self._store.get(self._place(audience, b"object/") + object_id.encode("utf-8", "replace"))
        value = None if stamp is None else self._store.get(self._place(audience, b"added/") + stamp)
        if stamp is None or value is None:
            return None
        return int.from_bytes(stamp, "big"), msgspec.msgpack.decode(value, type=Line)

    def is_date_added(self, audience: str, instant_us: int) -> bool:
        """Say whether this very instant was given to a line: then a reader counts by our clock, not its own."""
        return self._store.get(self._place(audience, b"added/") + _stamp(instant_us)) is not None

    def objects(self, lines: Iterable[Line]) -> list[stix.StixObject]:
        """Make the objects of lines as they are now; one that is gone comes as revoked."""
        listed = list(lines)
        items = self._chosen({line.notice for line in listed if line.notice and not line.gone})
        made = {one["id"]: one for item in items for one in stix.objects(item)}
        return [self._object(line, made.get(line.object_id)) for line in listed]

    @staticmethod
    def _object(line: Line, made: stix.StixObject | None) -> stix.StixObject:
        if line.frame:
            frame: stix.StixObject = msgspec.json.decode(line.frame)
            return frame
        if made is not None and not line.gone:
            return made
        kind = line.object_id.partition("--")[0]
        said = {"type": kind, "spec_version": "2.1", "id": line.object_id, "created": line.created,
                "modified": line.version, "revoked": True}  # fmt: skip
        return said | ({"name": stix.WITHDRAWN} if kind == "identity" else {})

    # -- following -----------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Bring the lines up to date with the ledgers, without holding up the node's other work."""
        async with self._busy:
            self._note_changes()
            while self._pending:
                keys = list(self._pending)[:_CHUNK]
                self._write(keys)
                for key in keys:
                    del self._pending[key]
                await asyncio.sleep(0)

    def _note_changes(self) -> None:
        member, now = self._member, self._member.clock.now_ms()
        if member.activity != self._seen_activity:
            if self._state.roster != member.roster.version:
                self._state.positions.clear()  # who may read what has changed: look at everything
                self._state.roster = member.roster.version
            overtook: set[tuple[str, int]] = set()
            before = -1
            while before != sum(self._state.positions.values()):
                before = sum(self._state.positions.values())
                for change in fresh_changes(member, self._state.positions, overtook):
                    if change.notice:
                        self._pending[change.notice] = None
            self._seen_activity = member.activity
            self._due = None
        if self._due is None:
            self._due = sorted(_instants(member))
        for instant, key in self._due:
            if self._seen_ms < instant <= now and self._seen_ms:
                self._pending[key] = None
        self._seen_ms = now

    def _chosen(self, keys: Iterable[str]) -> tuple[Exportable, ...]:
        terms = Terms(own=self._member.code, reader=self.reader)
        return choose(gather(self._member, sorted(keys), self.reader), terms).items

    def _audience(self, item: Exportable) -> str:
        member = self._member
        if item.originator != member.code:
            return "received"
        held = member.watchlist.fold.ledger(member.code).notices[item.notice.notice_id]
        if held.latest is None:
            return "all"
        label = member.publisher.book.label_of(audience_of_entry(member, held.latest.index))
        return "all" if label == ALL else "restricted"

    def _write(self, keys: list[str]) -> None:
        """Write the lines of some notices, and how far we have come, in one batch."""
        batch: Batch = {}
        items = self._chosen(keys)
        placed: dict[str, tuple[str, Exportable]] = {item.key: (self._audience(item), item) for item in items}
        for audience in AUDIENCES:
            here = [item for where, item in placed.values() if where == audience]
            self._put_all(batch, audience, stix.frame(here) if here else [], "")
            for key in keys:
                where, item = placed.get(key, ("", None))
                if item is not None and where == audience:
                    self._put_all(batch, audience, stix.objects(item), key)
                    self._note_objects(batch, audience, key, [one["id"] for one in stix.objects(item)])
                else:
                    self._take_back(batch, audience, key)
        batch[self._room + b"state"] = msgspec.msgpack.encode(self._state)
        self._store.apply(batch)

    def _note_objects(self, batch: Batch, audience: str, key: str, made: list[str]) -> None:
        place = self._place(audience, b"notice/") + key.encode("utf-8")
        batch[place] = msgspec.msgpack.encode(made)

    def _take_back(self, batch: Batch, audience: str, key: str) -> None:
        """Revoke what a collection has of a notice that no longer belongs there."""
        listed = self._store.get(self._place(audience, b"notice/") + key.encode("utf-8"))
        for object_id in [] if listed is None else msgspec.msgpack.decode(listed, type=list[str]):
            found = self.line(audience, object_id)
            if found is None or found[1].gone:
                continue
            now = format_ms(self._member.clock.now_ms())
            self._put(batch, audience, msgspec.structs.replace(found[1], version=now, gone=True))

    def _put_all(self, batch: Batch, audience: str, made: list[stix.StixObject], notice: str) -> None:
        for one in made:
            version = one.get("modified") or one["created"]
            found = self.line(audience, one["id"])
            if found is not None and found[1].version == version and not found[1].gone:
                continue
            frame = b"" if notice else msgspec.json.encode(one)
            self._put(batch, audience, Line(one["id"], version, notice, one["created"], False, frame))  # noqa: FBT003

    def _put(self, batch: Batch, audience: str, line: Line) -> None:
        now_us = self._member.clock.now_ms() * _US
        self._state.last_us = added = max(self._state.last_us + 1, now_us)
        named = self._place(audience, b"object/") + line.object_id.encode("utf-8")
        stamp = batch.get(named) or self._store.get(named)
        if stamp is not None:
            batch[self._place(audience, b"added/") + stamp] = None
        batch[named] = _stamp(added)
        batch[self._place(audience, b"added/") + _stamp(added)] = msgspec.msgpack.encode(line)

    def _place(self, audience: str, what: bytes) -> bytes:
        return self._room + audience.encode("ascii") + b"/" + what


def _stamp(instant_us: int) -> bytes:
    return min(max(instant_us, 0), 2**63 - 1).to_bytes(8, "big")


def _instants(member: Member) -> Iterator[tuple[int, str]]:
    """Yield when each notice begins and ends to be valid: nobody says so in a ledger."""
    for ledger in member.watchlist.fold.ledgers.values():
        for held in ledger.notices.values():
            if held.latest is not None:
                yield held.latest.expires_ms, held.key
                yield held.latest.valid_from_ms, held.key
