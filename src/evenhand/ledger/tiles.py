"""Tiles and entry bundles: how a ledger is cut into files that never change.

Knows:    the paths and contents of C2SP tlog-tiles, with its tiles of 256 hashes.
Told:     levels, indexes, sizes, entries; or paths and bytes of others.
Answers:  paths, tiles and bundles, and hashes read from tiles for proofs.
Trusted:  yes: it decides which bytes are an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import CorruptionError, InputError, LimitError
from evenhand.ground.limits import ENTRY_BYTES_MAX, TREE_SIZE_MAX
from evenhand.ledger.merkle import HASH_BYTES, ProofSource, root_of

TILE_HEIGHT: Final = 8  # levels of the tree in one tile
TILE_WIDTH: Final = 256  # hashes in a full tile, entries in a full bundle
TILE_LEVEL_MAX: Final = 63
TILE_INDEX_MAX: Final = TREE_SIZE_MAX >> TILE_HEIGHT
ENTRIES: Final = None  # in the place of a level: the bundles of entries
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_GROUP: Final = 1_000
_PATH_CHARACTERS_MAX: Final = 64
_LENGTH_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by level (`ENTRIES` for a bundle), index in its level, and width in hashes or entries."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Path below the ledger's prefix."""
        return tile_path(self.level, self.index, self.width)


def tile_path(level: int | None, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile, or of a bundle for level `ENTRIES`; InputError outside the limits."""
    if not (level is None or 0 <= level <= TILE_LEVEL_MAX):
        raise InputError(f"There is no tile level {level}.")
    if not (0 <= index <= TILE_INDEX_MAX and 1 <= width <= TILE_WIDTH):
        raise InputError(f"There is no tile {index} of width {width}.")
    groups = [f"{index % _GROUP:03}"]
    rest = index // _GROUP
    while rest:
        groups.insert(0, f"x{rest % _GROUP:03}")
        rest //= _GROUP
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Parse the path of a tile or bundle; InputError unless it is the one spelling of it."""
    match = _PATH.fullmatch(path) if len(path) <= _PATH_CHARACTERS_MAX else None
    if match is None:
        raise InputError("A tile path is malformed.")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match["width"] or TILE_WIDTH))
    if tile.path != path:
        raise InputError("A tile path is not spelled the one way it can be.")
    return tile


def _row(level: int | None, count: int) -> Iterator[Tile]:
    full, partial = divmod(count, TILE_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if partial:
        yield Tile(level, full, partial)


def tiles_for_size(size: int) -> Iterator[Tile]:
    """Give every hash tile of a tree of `size` leaves, lowest level first; empty tiles do not exist."""
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count >> TILE_HEIGHT


def bundles_for_size(size: int) -> Iterator[Tile]:
    """Give every entry bundle of a ledger of `size` entries, in order."""
    return _row(ENTRIES, size)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries (at most 256, each at most 65,535 bytes) with big-endian uint16 lengths; LimitError."""
    if len(entries) > TILE_WIDTH:
        raise LimitError(f"A bundle has at most {TILE_WIDTH} entries.")
    if any(len(entry) > ENTRY_BYTES_MAX for entry in entries):
        raise LimitError(f"An entry has at most {ENTRY_BYTES_MAX} bytes.")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_bundle(data: bytes, *, width: int | None = None) -> list[bytes]:
    """Read the entries of a bundle; InputError unless all bytes belong to at most 256 entries.

    With `width`, exactly so many entries are demanded.
    """
    entries: list[bytes] = []
    position, end = 0, len(data)
    while position < end:
        start = position + _LENGTH_BYTES
        position = start + int.from_bytes(data[position:start], "big")
        if start > end or position > end:
            raise InputError("A bundle ends within an entry.")
        entries.append(data[start:position])
        if len(entries) > TILE_WIDTH:
            raise LimitError(f"A bundle has at most {TILE_WIDTH} entries.")
    if width is not None and len(entries) != width:
        raise InputError(f"A bundle holds {len(entries)} entries where {width} were asked for.")
    return entries


def decode_tile(data: bytes, *, width: int | None = None) -> list[bytes]:
    """Cut a tile into its 1 to 256 hashes; InputError unless it is one, and of `width` if given."""
    count, rest = divmod(len(data), HASH_BYTES)
    if rest or not 1 <= count <= TILE_WIDTH:
        raise InputError("A tile does not hold 1 to 256 whole hashes.")
    if width is not None and count != width:
        raise InputError(f"A tile holds {count} hashes where {width} were asked for.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def proof_source(read_tile: Callable[[int, int], bytes]) -> ProofSource:
    """Return the hashes of complete subtrees, read from tiles.

    `read_tile(level, index)` gives the bytes of the widest tile known there. A tile is read once for
    each hash asked for: put a cache in front if tiles are far. Raises CorruptionError when a tile is
    shorter than the tree it belongs to demands.
    """

    def hash_at(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        first, count = index << height, 1 << height
        data = read_tile(tile_level, first // TILE_WIDTH)
        offset = (first % TILE_WIDTH) * HASH_BYTES
        row = data[offset : offset + count * HASH_BYTES]
        if len(row) != count * HASH_BYTES:
            raise CorruptionError(f"Tile {first // TILE_WIDTH} of level {tile_level} is too short.")
        return root_of(decode_tile(row))

    return hash_at
