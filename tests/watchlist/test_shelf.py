"""A shelf is a dict of notices that unpacks a block when one of it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evenhand.watchlist.fold import Held
from evenhand.watchlist.shelf import PER_BLOCK, Shelf

IDS = [f"{number:032x}" for number in range(PER_BLOCK + 10)]


class Blocks:
    """Packed notices, and which blocks were unpacked."""

    def __init__(self) -> None:
        self.unpacked: list[int] = []

    def __call__(self, number: int) -> Sequence[Held]:
        """Unpack a block."""
        self.unpacked.append(number)
        return [Held("ITA", one, []) for one in IDS[number * PER_BLOCK : (number + 1) * PER_BLOCK]]


def test_only_the_block_of_what_is_asked_for_is_unpacked_and_once() -> None:
    blocks = Blocks()
    shelf = Shelf(IDS, blocks)
    assert len(shelf) == len(IDS)
    assert IDS[3] in shelf
    assert list(shelf) == IDS
    assert list(reversed(shelf)) == IDS[::-1]
    assert not blocks.unpacked
    assert shelf[IDS[-1]].notice_id == IDS[-1]
    assert shelf[IDS[-2]] is shelf.get(IDS[-2])
    assert blocks.unpacked == [1]
    assert [held.notice_id for held in shelf.values()] == IDS
    assert blocks.unpacked == [1, 0]


def test_what_was_put_or_taken_before_its_block_was_unpacked_stays_so() -> None:
    blocks = Blocks()
    shelf = Shelf(IDS, blocks)
    mine = Held("ITA", IDS[0], [], erased=True)
    shelf[IDS[0]] = mine
    del shelf[IDS[1]]
    shelf["f" * 32] = Held("ITA", "f" * 32, [])
    assert not blocks.unpacked
    assert shelf[IDS[2]].notice_id == IDS[2]
    assert shelf[IDS[0]] is mine
    assert IDS[1] not in shelf
    assert shelf.get(IDS[1]) is None
    assert list(shelf)[-1] == "f" * 32
    with pytest.raises(KeyError):
        shelf["0" * 31]


def test_what_changes_in_an_unpacked_notice_is_kept() -> None:
    shelf = Shelf(IDS, Blocks())
    shelf[IDS[5]].retracted = (9, 9)
    assert shelf[IDS[6]].retracted is None
    assert shelf[IDS[5]].retracted == (9, 9)
