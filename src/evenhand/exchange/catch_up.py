"""Catching up from tiles: a far-behind ledger is fetched as static C2SP resources and verified like a stream.

Knows:    which tiles prove that a bundle's end is a prefix of a checkpoint.
Told:     a function that fetches a path, and how far the ledger is held.
Answers:  batches for the mirror, in order.
Trusted:  no: the mirror judges every batch as if it came from a stranger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from evenhand.exchange.frames import Batch
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ledger.checkpoint import parse_checkpoint
from evenhand.ledger.merkle import consistency_proof
from evenhand.ledger.tiles import TILE_WIDTH, decode_bundle, proof_source, tile_path, tiles_for_size
from evenhand.trust.note import parse_note
from evenhand.trust.roster import FinalHead

Fetch = Callable[[str], Awaitable[bytes]]
"""Fetch a path below the ledger's prefix. Raises PeerUnreachableError."""

_PARTS = msgspec.msgpack.Decoder(list[tuple[int, str, bytes]])


async def batches(
    fetch: Fetch, ledger: str, held: int, final: FinalHead | None = None
) -> AsyncIterator[Batch]:
    """Yield batches that lead from `held` entries to the peer's checkpoint, or to the member's final head.

    Raises InputError.
    """
    checkpoint = await fetch("checkpoint")
    size = parse_checkpoint(parse_note(checkpoint).text).size
    stop = size if final is None else min(size, final.size)
    if held >= stop:
        return
    tiles = await _proof_tiles(fetch, size, stop)
    source = proof_source(lambda level, index: tiles[level, index])
    for bundle in range(held // TILE_WIDTH, -(-stop // TILE_WIDTH)):
        start, end = bundle * TILE_WIDTH, min(stop, (bundle + 1) * TILE_WIDTH)
        width = min(size - start, TILE_WIDTH)  # the widest there is: narrower ones need not be kept by anyone
        leaves = decode_bundle(await fetch(tile_path(None, bundle, width)), width=width)
        yield Batch(
            ledger=ledger, start=start, leaves=tuple(leaves[: end - start]), checkpoint=checkpoint,
            parts=tuple(await _parts(fetch, start, end)),
            proof=tuple(consistency_proof(source, end, size)) if end < size else (),
        )  # fmt: skip


async def _proof_tiles(fetch: Fetch, size: int, stop: int) -> dict[tuple[int, int], bytes]:
    """Fetch the tiles that prove prefixes: all above the leaves, and of the leaves' those where one may end."""
    tiles = {}
    ends = {size // TILE_WIDTH, stop // TILE_WIDTH}
    for tile in tiles_for_size(size):
        if tile.level is not None and (tile.level or tile.index in ends):
            tiles[tile.level, tile.index] = await fetch(tile_path(tile.level, tile.index, tile.width))
    return tiles


async def _parts(fetch: Fetch, start: int, end: int) -> list[tuple[int, str, bytes]]:
    try:
        return _PARTS.decode(await fetch(f"parts?from={start}&to={end}"))
    except UNREADABLE as error:
        raise InputError("a partner's sealed parts do not parse", why=str(error)) from error
