"""Erasure on a real disk: pages that were split and moved about keep no copy, and the node need not stop for it."""

from __future__ import annotations

from pathlib import Path

from evenhand.exchange.frames import Pulse
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import ErasureOrder
from tests.net.coalition import Coalition, outgoing

_ENTRIES = 150
_STEP = 7
_TRACE_BYTES, _APART = 48, 160


def _traces(member: Member, index: int) -> list[bytes]:
    log = member.ledgers.log("ITA")
    parts = [part for name in ("match", "detail") if (part := log.part(index, name)) is not None]
    assert len(parts) == 2
    return [part[at : at + _TRACE_BYTES] for part in parts for at in range(0, len(part) - _TRACE_BYTES, _APART)]


def test_among_many_entries_the_erased_ones_leave_no_byte_in_any_file_of_a_running_member(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ("ITA", "PHL"))
    author, reader = coalition.open("ITA"), coalition.open("PHL")
    author.receive(Pulse(note=reader.heartbeat()), "PHL")
    feed = author.desk.open("PHL", {"ITA": 0}, "ordinary")
    placed = []
    for number in range(_ENTRIES):  # one by one: pages fill and split as they do in service
        placed += author.publish([outgoing(number, f"Invented Person {number}")])
        for frame in author.desk.next_frames(feed):
            reader.receive(frame, "ITA")
    erased = range(0, _ENTRIES, _STEP)
    traces = [trace for number in erased for trace in _traces(author, placed[number])]
    kept = _traces(author, placed[1])
    for number in erased:
        order = ErasureOrder(notice_id=f"{number:032x}", entries=(placed[number],), reason_class="court")
        author.publish([Outgoing(order)])
    for frame in author.desk.next_frames(feed):
        reader.receive(frame, "ITA")
    for code in ("ITA", "PHL"):
        data = b"".join(file.read_bytes() for file in (tmp_path / code).rglob("*") if file.is_file())
        assert all(trace in data for trace in kept), "what stands is there, or this would prove nothing"
        assert not any(trace in data for trace in traces), f"{code} still holds erased bytes"
    for member in (author, reader):
        member.close()
