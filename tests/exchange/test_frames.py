"""Frames: cut from a stream at any byte, bounded, and refused when foreign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.exchange.frames import (
    EvidenceFrame,
    Frame,
    FrameReader,
    Pulse,
    RosterFrame,
    parse_frame,
    print_frame,
)
from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import FRAME_BYTES_MAX
from tests.exchange.ledger_of import Made

MADE = Made().grow(3)
FRAMES: list[Frame] = [
    MADE.batch(0, 2),
    MADE.express(1),
    Pulse(note=b"n"),
    RosterFrame(document=b"d"),
    EvidenceFrame(evidence=b"e"),
]


@given(st.lists(st.integers(1, 400), max_size=40))
def test_a_stream_cut_anywhere_gives_the_same_frames(cuts: list[int]) -> None:
    data = b"".join(map(print_frame, FRAMES))
    reader, found = FrameReader(), []
    for size in [*cuts, len(data)]:
        found += list(reader.feed(data[:size]))
        data = data[size:]
    assert found == FRAMES
    assert reader.unfinished_bytes == 0


def test_a_frame_over_the_limit_cuts_the_peer_off_before_it_is_read() -> None:
    with pytest.raises(LimitError):
        list(FrameReader().feed((FRAME_BYTES_MAX + 1).to_bytes(4, "big")))


DEEP = b"\x82\xa1a" + b"\x91" * 5000 + b"\xc0" + b"\xa4kind\xa5pulse"


@pytest.mark.parametrize("body", [b"", DEEP, b"\xc1", b"\x80", print_frame(Pulse(note=b"n"))[4:] + b"\x00"])
def test_what_is_no_frame_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        parse_frame(body)
