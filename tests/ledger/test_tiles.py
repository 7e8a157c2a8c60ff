"""A ledger is cut into the tiles of C2SP tlog-tiles, and proofs are read back from them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import CorruptionError, InputError, LimitError
from evenhand.ledger import merkle, tiles
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.tiles import Tile
from evenhand.trust.note import parse_vkey

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def test_the_tessera_log_is_read_in_every_size(vectors: Path) -> None:
    """Read tessera-log/checkpoint*, each tessera-log/tile and each bundle, and rebuild each root."""
    log = vectors / "tessera-log"
    files = {one.relative_to(log).as_posix() for one in log.rglob("*") if one.is_file()}
    read = set()
    for size in range(16):
        data = (log / f"checkpoint.{size}").read_bytes()
        checkpoint = open_checkpoint(data, [parse_vkey(TESSERA_KEY)], origin="example.com/log/testdata")
        assert checkpoint.size == size
        hashes: list[bytes] = []
        for tile in tiles.tiles_for_size(size):
            hashes = tiles.decode_tile((log / tile.path).read_bytes(), width=tile.width)
            read.add(tile.path)
        for bundle in tiles.bundles_for_size(size):
            raw = (log / bundle.path).read_bytes()
            entries = tiles.decode_bundle(raw, width=size)
            assert tiles.encode_bundle(entries) == raw
            assert [merkle.leaf_hash(one) for one in entries] == hashes
            read.add(bundle.path)
        assert merkle.root_of(hashes) == checkpoint.root
        read.add(f"checkpoint.{size}")
    assert (log / "checkpoint").read_bytes() in {
        (log / f"checkpoint.{size}").read_bytes() for size in range(16)
    }
    assert files - read == {"checkpoint"}


def test_published_tile_paths(vectors: Path) -> None:
    case = json.loads((vectors / "tile_paths.json").read_text())
    for index, path in case["index_paths"].items():
        assert tiles.tile_path(0, int(index)) == f"tile/0/{path}"
        assert tiles.parse_tile_path(f"tile/entries/{path}.p/7") == Tile(tiles.ENTRIES, int(index), 7)
    for path in case["invalid_paths"]:
        with pytest.raises(InputError):
            tiles.parse_tile_path(path)
    for size in (70_000, 256):
        counted: Counter[str] = Counter()
        for tile in tiles.tiles_for_size(size):
            full = tile.width == tiles.TILE_WIDTH
            counted[f"level{tile.level}_{'full' if full else 'partial'}"] += 1 if full else tile.width
        assert counted == case[f"size_{size}"]


@given(
    level=st.none() | st.integers(0, 63),
    index=st.integers(0, tiles.TILE_INDEX_MAX),
    width=st.integers(1, 256),
)
def test_paths_print_and_parse_alike(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert tiles.parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x000/001",
        "tile/entries/000/",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/" + "x999/" * 9 + "999",
        "tile/0/" + "x999/" * 6 + "999",
        "/tile/0/000",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(InputError):
        tiles.parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 2**55, 1), (0, 0, 0), (0, 0, 257)]
)
def test_tiles_outside_the_limits_have_no_path(level: int, index: int, width: int) -> None:
    with pytest.raises(InputError):
        tiles.tile_path(level, index, width)


@given(entries=st.lists(st.binary(max_size=40), max_size=256), cut=st.integers(0, 10_000))
def test_bundles_print_and_parse_alike_and_a_cut_one_is_refused(entries: list[bytes], cut: int) -> None:
    data = tiles.encode_bundle(entries)
    assert tiles.decode_bundle(data, width=len(entries)) == entries
    short = data[: cut % (len(data) + 1)]
    try:
        found = tiles.decode_bundle(short)
    except InputError:
        return
    assert found == entries[: len(found)]
    assert tiles.encode_bundle(found) == short


def test_bundles_at_their_limits() -> None:
    assert tiles.decode_bundle(tiles.encode_bundle([b"x" * 65_535])) == [b"x" * 65_535]
    for wrong in ([b"x" * 65_536], [b""] * 257):
        with pytest.raises(LimitError):
            tiles.encode_bundle(wrong)
    with pytest.raises(LimitError):
        tiles.decode_bundle(b"\0\0" * 257)
    with pytest.raises(InputError):
        tiles.decode_bundle(b"\0\0", width=2)
    with pytest.raises(InputError):
        tiles.decode_bundle(b"\0")


def test_tiles_hold_whole_hashes_only() -> None:
    for wrong in (b"", b"x" * 31, b"x" * 33, b"x" * 32 * 257):
        with pytest.raises(InputError):
            tiles.decode_tile(wrong)
    with pytest.raises(InputError):
        tiles.decode_tile(b"x" * 64, width=1)


SIZE = 66_000
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(SIZE)]


@pytest.fixture(scope="module")
def stored() -> dict[tuple[int, int], bytes]:
    """Every tile of a tree of three levels of tiles, built from the rows below."""
    rows = [LEAVES]
    while len(rows[-1]) >= 256:
        row = rows[-1]
        rows.append([merkle.root_of(row[at : at + 256]) for at in range(0, len(row) - 255, 256)])
    found = {}
    for tile in tiles.tiles_for_size(SIZE):
        assert tile.level is not None
        start = tile.index * 256
        found[tile.level, tile.index] = b"".join(rows[tile.level][start : start + tile.width])
    return found


def test_proofs_are_read_from_few_tiles(stored: dict[tuple[int, int], bytes]) -> None:
    asked = []

    def read_tile(level: int, index: int) -> bytes:
        asked.append((level, index))
        return stored[level, index]

    source = tiles.proof_source(read_tile)
    root = merkle.root_of(LEAVES)
    assert merkle.root_at(source, SIZE) == root
    for index in (0, 255, 256, 65_535, 65_536, SIZE - 1):
        asked.clear()
        merkle.verify_inclusion(LEAVES[index], index, SIZE, merkle.inclusion_proof(source, index, SIZE), root)
        assert len(asked) <= 2 * SIZE.bit_length()
    for old in (1, 256, 300, 65_536, 65_999):
        proof = merkle.consistency_proof(source, old, SIZE)
        merkle.verify_consistency(old, SIZE, proof, merkle.root_at(source, old), root)


def test_a_tile_shorter_than_its_tree_is_damage(stored: dict[tuple[int, int], bytes]) -> None:
    source = tiles.proof_source(lambda level, index: stored[level, index][:-32])
    with pytest.raises(CorruptionError):
        merkle.root_at(source, SIZE)
