"""Catching up from tiles: every batch verifies, and nothing after a member's final head is asked for."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from evenhand.exchange.catch_up import batches
from evenhand.exchange.frames import Batch
from evenhand.exchange.mirror import Accepted, accept_batch
from evenhand.ground.errors import InputError
from evenhand.ledger.envelope import hash_text
from evenhand.ledger.merkle import CompactRange
from evenhand.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, encode_bundle, parse_tile_path
from evenhand.trust.roster import FinalHead
from tests.exchange.ledger_of import ROSTER, Made

SIZE = 700
MADE = Made().grow(SIZE)
HASHES = MADE.hashes()


class Shelf:
    """A ledger's static resources, and what was fetched of them."""

    def __init__(self, parts: bytes | None = None) -> None:
        self.fetched: list[str] = []
        self._parts = parts

    async def fetch(self, path: str) -> bytes:
        self.fetched.append(path)
        if path == "checkpoint":
            return MADE.checkpoint()
        if path.startswith("parts?"):
            start, stop = (int(one.split("=")[1]) for one in path[6:].split("&"))
            found = [(i, "match", MADE.parts[i]) for i in range(start, stop)]
            return msgspec.msgpack.encode(found) if self._parts is None else self._parts
        tile = parse_tile_path(path)
        first = tile.index * TILE_WIDTH
        if tile.level is None:
            return encode_bundle(MADE.leaves[first : first + tile.width])
        below = 1 << (TILE_HEIGHT * tile.level)
        return b"".join(hash_over(first + i, below) for i in range(tile.width))


def hash_over(index: int, below: int) -> bytes:
    """Return the root over one span of `below` leaves."""
    tree = CompactRange()
    tree.extend(HASHES[index * below : (index + 1) * below])
    return tree.root()


def fetch_all(shelf: Shelf, held: int, final: int | None = None) -> list[Batch]:
    async def story() -> list[Batch]:
        head = None if final is None else FinalHead(size=final, root=hash_text(MADE.root(final)))
        return [batch async for batch in batches(shelf.fetch, "ITA", held, head)]

    return asyncio.run(story())


def taken(found: list[Batch], held: int) -> int:
    standing = MADE.standing(held)
    for batch in found:
        judged = accept_batch(batch, standing, ROSTER)
        assert isinstance(judged, Accepted)
        assert set(judged.parts) == {(i, "match") for i in range(standing.size, batch.start + len(batch.leaves))}
        standing = MADE.standing(standing.size + len(judged.leaves))
    return standing.size


@pytest.mark.parametrize("held", [0, 255, 256, 300, 699])
def test_every_batch_verifies_up_to_the_checkpoint(held: int) -> None:
    assert taken(fetch_all(Shelf(), held), held) == SIZE


@pytest.mark.parametrize("final", [1, 255, 256, 257, 300, 511, 512, 600, 699, 700, 900])
def test_nothing_after_a_final_head_is_asked_for(final: int) -> None:
    shelf = Shelf()
    assert taken(fetch_all(shelf, 0, final), 0) == min(final, SIZE)
    stops = [int(path.rsplit("=", 1)[1]) for path in shelf.fetched if path.startswith("parts?")]
    assert max(stops) == min(final, SIZE)


@pytest.mark.parametrize("final", [0, 256, 300])
def test_a_ledger_held_to_its_final_head_is_left_alone(final: int) -> None:
    shelf = Shelf()
    assert taken(fetch_all(shelf, final, final), final) == final
    assert shelf.fetched == ["checkpoint"]


def test_parts_that_do_not_parse_are_refused() -> None:
    with pytest.raises(InputError, match="do not parse"):
        fetch_all(Shelf(b"\xc1"), 0)
