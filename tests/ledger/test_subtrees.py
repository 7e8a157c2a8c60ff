"""A part of a tree lies in the whole, by proofs made from their definition; nothing else is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import ProofInvalidError
from evenhand.ledger import merkle, tiles
from evenhand.ledger.tiles import TILE_WIDTH, Tile

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(70)]


def proof_of(start: int, end: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """Write SUBTREE_SUBPROOF as Merkle Tree Certificates, section 4.4, defines it; nothing of ours is in it."""
    if (start, end) == (0, len(leaves)):
        return [] if known else [merkle.root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:half], leaves[half:]
    if end <= half:
        return [*proof_of(start, end, left, known=known), merkle.root_of(right)]
    if half <= start:
        return [*proof_of(start - half, end - half, right, known=known), merkle.root_of(left)]
    return [*proof_of(0, end - half, right, known=False), merkle.root_of(left)]


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int, int]:
    """Give a subtree's start and end, and the size of a tree that holds it."""
    level = draw(st.integers(0, 6))
    start = draw(st.integers(0, (len(LEAVES) - 1) >> level)) << level
    end = draw(st.integers(start + 1, min(start + (1 << level), len(LEAVES))))
    return start, end, draw(st.just(end) | st.integers(end, len(LEAVES)))


def _flipped(hashed: bytes, bit: int) -> bytes:
    return (int.from_bytes(hashed) ^ 1 << bit).to_bytes(32)


def _check(part: tuple[int, int, int], proof: list[bytes], root: bytes, whole: bytes) -> None:
    start, end, size = part
    merkle.verify_subtree_consistency(start, end, size, proof, roots=(root, whole))


@given(part=parts(), bit=st.integers(0, 255), data=st.data())
def test_a_subtree_is_believed_by_its_proof_alone(part: tuple[int, int, int], bit: int, data: st.DataObject) -> None:
    start, end, size = part
    root, whole = merkle.root_of(LEAVES[start:end]), merkle.root_of(LEAVES[:size])
    proof = proof_of(start, end, LEAVES[:size])
    _check(part, proof, root, whole)
    wrong = [[*proof, LEAVES[0]]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong += [[], proof[:-1], [*proof[:at], _flipped(proof[at], bit), *proof[at + 1 :]]]
    for hashes in wrong:
        with pytest.raises(ProofInvalidError):
            _check(part, hashes, root, whole)
    for one, other in ((_flipped(root, bit), whole), (root, _flipped(whole, bit))):
        with pytest.raises(ProofInvalidError):
            _check(part, proof, one, other)


def test_every_subtree_of_every_small_tree_is_believed() -> None:
    for size in range(1, 34):
        for level in range(6):
            for start in range(0, size, 1 << level):
                for end in range(start + 1, min(start + (1 << level), size) + 1):
                    root, whole = merkle.root_of(LEAVES[start:end]), merkle.root_of(LEAVES[:size])
                    _check((start, end, size), proof_of(start, end, LEAVES[:size]), root, whole)


@pytest.mark.parametrize(("part", "said"), [
    ((5, 5, 9), "not a range"), ((-1, 5, 9), "not a range"), ((0, 2**63, 2**63), "not a range"),
    ((1, 3, 9), "not a subtree"), ((4, 9, 9), "not a subtree"), ((0, 5, 4), "cannot contain"),
    ((0, 5, 2**63), "cannot contain"),
])  # fmt: skip
def test_what_is_no_subtree_of_the_tree_is_refused(part: tuple[int, int, int], said: str) -> None:
    with pytest.raises(ProofInvalidError, match=said):
        _check(part, [], LEAVES[0], LEAVES[0])


def test_a_proof_that_lacks_all_or_the_last_is_too_short() -> None:
    root, whole = merkle.root_of(LEAVES[:3]), merkle.root_of(LEAVES[:5])
    proof = proof_of(0, 3, LEAVES[:5])
    assert len(proof) == 4
    for hashes in ([], proof[:1], proof[:-1]):
        with pytest.raises(ProofInvalidError, match="too short"):
            _check((0, 3, 5), hashes, root, whole)


@pytest.mark.parametrize("size", [0, 1, TILE_WIDTH - 1, TILE_WIDTH, TILE_WIDTH + 1, TILE_WIDTH**2 + TILE_WIDTH + 3])
def test_tiles_and_bundles_of_a_size_hold_each_hash_once(size: int) -> None:
    bundles = list(tiles.bundles_for_size(size))
    assert [one.index for one in bundles] == list(range(len(bundles)))
    assert sum(one.width for one in bundles) == size
    assert [one for one in bundles[:-1] if one.width != TILE_WIDTH] == []
    held = list(tiles.tiles_for_size(size))
    assert [Tile(tiles.ENTRIES, one.index, one.width) for one in held if one.level == 0] == bundles
    for level in range(4):
        assert sum(one.width for one in held if one.level == level) == size // TILE_WIDTH**level
