"""Bundles: whole files only, of our kind only."""

from __future__ import annotations

import pytest

from evenhand.exchange.bundle import read_bundle
from evenhand.exchange.frames import Pulse, print_frame
from evenhand.ground.errors import InputError

GOOD = b"evenhand/bundle/v1\n" + print_frame(Pulse(note=b"n")) * 2


def test_a_bundle_is_read_in_any_chunks() -> None:
    for size in (1, 7, 1000):
        chunks = [GOOD[at : at + size] for at in range(0, len(GOOD), size)]
        assert list(read_bundle(chunks)) == [Pulse(note=b"n")] * 2


@pytest.mark.parametrize("data", [b"", b"even", GOOD[:-1], b"PK\x03\x04 something else entirely"])
def test_a_cut_off_or_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        list(read_bundle([data]))
