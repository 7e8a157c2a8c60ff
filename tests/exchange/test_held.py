"""Entries that are opened again: read by themselves, however far apart they lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from evenhand.exchange.frames import Batch, Pulse
from evenhand.exchange.held import held_entries
from evenhand.ground.store import MemoryStore
from tests.net.coalition import Coalition, outgoing

BETWEEN = 40


class Counting(MemoryStore):
    """A store that counts the rows it was made to read."""

    read = 0

    def get(self, key: bytes) -> bytes | None:
        self.read += 1
        return super().get(key)

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        for row in super().scan(start, stop):
            self.read += 1
            yield row


def test_two_entries_far_apart_are_opened_without_all_between_them(tmp_path: Path) -> None:
    coalition, store = Coalition(tmp_path, ("ITA", "PHL")), Counting()
    author, reader = coalition.open("ITA"), coalition.open("PHL", store)
    author.receive(Pulse(note=reader.heartbeat()), "PHL")
    indexes = author.publish([outgoing(number, f"Nara Invented{number}") for number in range(BETWEEN)])
    far = {indexes[0], indexes[-1]}
    for frame in author.desk.next_frames(author.desk.open("PHL", {"ITA": 0}, "ordinary")):
        assert isinstance(frame, Batch)
        parts = tuple(part for part in frame.parts if part[0] not in far)
        reader.receive(msgspec.structs.replace(frame, parts=parts), "ITA")
    late = {(index, name): sealed for index, name, sealed in author.desk.parts_for("PHL", "ITA", sorted(far))}
    store.read = 0
    reader.take_parts("ITA", late)
    assert not reader.watchlist.missing["ITA"]
    assert store.read < BETWEEN, f"{store.read} rows: all parts between them would be twice as many as entries"
    envelopes, parts_held = held_entries(reader.ledgers, "ITA", [*sorted(far), indexes[-1] + 1])
    assert [one.index for one in envelopes] == sorted(far), "what is not held is left out"
    assert parts_held == late
    for member in (author, reader):
        member.close()
