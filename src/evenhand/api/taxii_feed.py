"""What a TAXII reader gets in which order: a line for each version of an object, in the order it became known here.

Knows:    for each reader and audience a sequence of object ids with the instant each was added.
Told:     that a reader asks; it then looks at what changed in the ledgers since it last looked.
Answers:  lines in order; `taxii_objects` makes what stands behind them.
Trusted:  yes. Lines hold ids and instants only, so an erasure leaves nothing here to erase.

`date_added` is unique and rises in commit order: it is written in the same batch as the line, and nothing
above it is shown before. A new version comes at the end; the versions that were in the collection before it stay
for who asks for them. What is taken back, narrowed or marked too strictly comes once more as revoked, and its
versions go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import msgspec

from evenhand.api.events import fresh_changes
from evenhand.api.taxii_objects import Line, Objects
from evenhand.ground.clock import format_ms
from evenhand.ground.limits import TAXII_VERSIONS_MAX
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
_US: Final = 1_000


class _State(msgspec.Struct, array_like=True):
    """How far the lines have come: in the ledgers, in the roster's versions, and in time."""

    positions: dict[str, int]
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
        self._room = f"taxii/{reader}/".encode("ascii")
        held = store.get(self._room + b"state")
        empty = msgspec.msgpack.encode(_State(positions={}, roster=0, last_us=0))
        self._stored, self._state = (msgspec.msgpack.decode(held or empty, type=_State) for _ in range(2))
        self._pending: dict[str, None] = {}
        self._due: list[tuple[int, str]] | None = None
        self._seen_activity = -1
        self._busy = asyncio.Lock()
        self.objects = Objects(member, reader)

    # -- reading -------------------------------------------------------------------------------------------

    def lines(self, audience: str, after_us: int = 0) -> Iterator[tuple[int, Line]]:
        """Yield (date added in microseconds, line) after an instant, in order."""
        place = self._place(audience, b"added/")
        for key, value in self._store.scan(place + _stamp(after_us + 1), place + b"\xff" * 9):
            yield int.from_bytes(key[len(place) :], "big"), msgspec.msgpack.decode(value, type=Line)

    def line(self, audience: str, object_id: str) -> tuple[int, Line] | None:
        """Return the last line of an object, or None."""
        return next(reversed(self.history(audience, object_id)), None)

    def history(self, audience: str, object_id: str) -> list[tuple[int, Line]]:
        """Return every version held of an object, oldest first."""
        place, found = self._place(audience, b"added/"), []
        for stamp in _stamps(self._store.get(self._place(audience, b"object/") + object_id.encode("utf-8", "replace"))):
            value = self._store.get(place + stamp)
            assert value is not None
            found.append((int.from_bytes(stamp, "big"), msgspec.msgpack.decode(value, type=Line)))
        return found

    def is_date_added(self, audience: str, instant_us: int) -> bool:
        """Say whether this very instant was given to a line: then a reader counts by our clock, not its own."""
        return self._store.get(self._place(audience, b"added/") + _stamp(instant_us)) is not None

    # -- following -----------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Bring the lines up to date with the ledgers, without holding up the node's other work."""
        async with self._busy:
            self._note_changes()
            while self._pending:
                keys = list(self._pending)[:_CHUNK]
                self._write(keys)
                self.objects.forget(keys)
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
            if self._state.seen_ms < instant <= now:
                self._pending[key] = None
        self._state.seen_ms = now

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
        items = self.objects.chosen(keys)
        placed: dict[str, tuple[str, Exportable]] = {item.key: (self._audience(item), item) for item in items}
        for audience in AUDIENCES:
            here = [item for where, item in placed.values() if where == audience]
            self._put_all(batch, audience, stix.frame(here) if here else [], "")
            for key in keys:
                where, item = placed.get(key, ("", None))
                if item is not None and where == audience:
                    self._put_all(batch, audience, stix.objects(item), key, item.notice.version if item.stands else 0)
                    self._note_objects(batch, audience, key, [one["id"] for one in stix.objects(item)])
                else:
                    self._take_back(batch, audience, key)
        if len(keys) == len(self._pending):
            self._stored = msgspec.structs.replace(self._state, positions=dict(self._state.positions))
        # Until the last of what is pending is written, a node that stops must look at all of it again.
        self._stored.last_us = self._state.last_us
        batch[self._room + b"state"] = msgspec.msgpack.encode(self._stored)
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
            self._put(batch, audience, msgspec.structs.replace(found[1], version=now, gone=True, number=0))

    def _put_all(
        self, batch: Batch, audience: str, made: list[stix.StixObject], notice: str, number: int = 0
    ) -> None:
        for one in made:
            version = one.get("modified") or one["created"]
            found = self.line(audience, one["id"])
            if found is not None and found[1].version == version and not found[1].gone:
                continue
            frame = b"" if notice else msgspec.json.encode(one)
            self._put(batch, audience, Line(one["id"], version, notice, one["created"], False, frame, number))  # noqa: FBT003

    def _put(self, batch: Batch, audience: str, line: Line) -> None:
        """Add a line at the end. Earlier versions stay, unless this one, or what it follows, speaks of nobody."""
        now_us = self._member.clock.now_ms() * _US
        self._state.last_us = added = max(self._state.last_us + 1, now_us)
        place = self._place(audience, b"added/")
        before = self.history(audience, line.object_id)
        keeps = bool(line.number and before and before[-1][1].number)
        for instant, _ in before[: 1 - TAXII_VERSIONS_MAX] if keeps else before:
            batch[place + _stamp(instant)] = None
        kept = before[1 - TAXII_VERSIONS_MAX :] if keeps else []
        for instant, one in kept:
            old = msgspec.structs.replace(one, first=instant == kept[0][0], last=False)
            if old != one:
                batch[place + _stamp(instant)] = msgspec.msgpack.encode(old)
        named = self._place(audience, b"object/") + line.object_id.encode("utf-8")
        batch[named] = b"".join(_stamp(instant) for instant, _ in kept) + _stamp(added)
        batch[place + _stamp(added)] = msgspec.msgpack.encode(msgspec.structs.replace(line, first=not kept, last=True))

    def _place(self, audience: str, what: bytes) -> bytes:
        return self._room + audience.encode("ascii") + b"/" + what


def _stamps(value: bytes | None) -> list[bytes]:
    return [] if value is None else [value[at : at + 8] for at in range(0, len(value), 8)]


def _stamp(instant_us: int) -> bytes:
    return min(max(instant_us, 0), 2**63 - 1).to_bytes(8, "big")


def _instants(member: Member) -> Iterator[tuple[int, str]]:
    """Yield when each notice begins and ends to be valid: nobody says so in a ledger."""
    for ledger in member.watchlist.fold.ledgers.values():
        for held in ledger.notices.values():
            if held.latest is not None:
                yield held.latest.expires_ms, held.key
                yield held.latest.valid_from_ms, held.key
