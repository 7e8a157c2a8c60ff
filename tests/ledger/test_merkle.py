"""Every proof made is believed, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, ProofInvalidError
from evenhand.ledger import merkle
from evenhand.ledger.merkle import CompactRange

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(300)]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


@st.composite
def ordered(draw: st.DrawFn, low: int = 0) -> tuple[int, int]:
    new = draw(st.integers(low, len(LEAVES)))
    return draw(st.integers(low, new)), new


def _flip(proof: list[bytes], bit: int) -> list[bytes]:
    whole = bytearray(b"".join(proof))
    bit %= len(whole) * 8
    whole[bit // 8] ^= 1 << bit % 8
    return [bytes(whole[at : at + 32]) for at in range(0, len(whole), 32)]


@given(pair=ordered(low=1), bit=st.integers(0, 10_000))
def test_inclusion_proofs_hold_and_break_with_any_bit(pair: tuple[int, int], bit: int) -> None:
    index, size = pair[0] - 1, pair[1]
    proof = merkle.inclusion_proof(LEAVES, index, size)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    wrong = [[*proof, LEAVES[0]]] + ([proof[:-1], _flip(proof, bit)] if proof else [])
    for hashes in wrong:
        with pytest.raises(ProofInvalidError):
            merkle.verify_inclusion(LEAVES[index], index, size, hashes, ROOTS[size])
    with pytest.raises(ProofInvalidError):
        merkle.verify_inclusion(_flip([LEAVES[index]], bit)[0], index, size, proof, ROOTS[size])


@given(pair=ordered(low=1), bit=st.integers(0, 10_000))
def test_consistency_proofs_hold_and_break_with_any_bit(pair: tuple[int, int], bit: int) -> None:
    old, new = pair
    proof = merkle.consistency_proof(LEAVES, old, new)
    merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
    wrong = [[*proof, LEAVES[0]]] + ([proof[:-1], _flip(proof, bit)] if proof else [])
    for hashes in wrong:
        with pytest.raises(ProofInvalidError):
            merkle.verify_consistency(old, new, hashes, ROOTS[old], ROOTS[new])
    with pytest.raises(ProofInvalidError):
        merkle.verify_consistency(old, new, proof, _flip([ROOTS[old]], bit)[0], ROOTS[new])
    with pytest.raises(ProofInvalidError):
        merkle.verify_consistency(old, new, proof, ROOTS[old], _flip([ROOTS[new]], bit)[0])


@given(pair=ordered())
def test_a_range_grown_in_two_steps_is_the_range_grown_in_one(pair: tuple[int, int]) -> None:
    old, new = pair
    first = CompactRange()
    first.extend(LEAVES[:old])
    assert first.root() == ROOTS[old]
    second = CompactRange(first.size, first.hashes)
    trial = second.copy()
    trial.extend(LEAVES[old:new])
    assert (trial.size, trial.root()) == (new, ROOTS[new])
    assert (second.size, second.root()) == (old, ROOTS[old])


@given(pair=ordered(low=1))
def test_proofs_from_completed_nodes_read_few_hashes(pair: tuple[int, int]) -> None:
    old, new = pair
    nodes = {(0, at): leaf for at, leaf in enumerate(LEAVES[:new])}
    tree = CompactRange()
    nodes |= {(one.level, one.index): one.hash for one in tree.extend(LEAVES[:new])}
    asked: list[tuple[int, int]] = []

    def hash_at(level: int, index: int) -> bytes:
        asked.append((level, index))
        return nodes[level, index]

    assert merkle.consistency_proof(hash_at, old, new) == merkle.consistency_proof(LEAVES, old, new)
    assert merkle.inclusion_proof(hash_at, old - 1, new) == merkle.inclusion_proof(LEAVES, old - 1, new)
    assert len(asked) <= 4 * new.bit_length()
    assert merkle.root_at(hash_at, new) == ROOTS[new]


@settings(max_examples=50)
@given(level=st.integers(0, 7), data=st.data())
def test_a_subtree_lies_in_the_tree(level: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, (len(LEAVES) - 1) >> level)) << level
    end = data.draw(st.integers(start + 1, min(start + (1 << level), len(LEAVES))))
    root = merkle.root_of(LEAVES[start:end])
    index = data.draw(st.integers(start, end - 1))
    proof = merkle.inclusion_proof(LEAVES[start:end], index - start, end - start)
    merkle.verify_subtree_inclusion(LEAVES[index], index, (start, end), proof, root)
    if end - start == 1:  # of one leaf, consistency is inclusion
        path = merkle.inclusion_proof(LEAVES, start, len(LEAVES))
        merkle.verify_subtree_consistency(start, end, len(LEAVES), path, roots=(root, ROOTS[-1]))


@pytest.mark.parametrize(("size", "hashes"), [(-1, []), (2**63, [b"h" * 32]), (3, [b"h" * 32]), (1, [b"h"])])
def test_a_stored_edge_must_fit_its_size(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(InputError):
        CompactRange(size, hashes)


def test_proofs_about_nothing_are_not_made() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 1)):
        with pytest.raises(InputError):
            merkle.inclusion_proof(LEAVES, index, size)
    with pytest.raises(InputError):
        merkle.consistency_proof(LEAVES, 2, 1)
    assert merkle.consistency_proof(LEAVES, 0, 5) == [] == merkle.consistency_proof(LEAVES, 5, 5)
    assert merkle.root_at(LEAVES, 0) == merkle.EMPTY_ROOT


def test_from_size_zero_only_the_empty_proof_and_root_are_believed() -> None:
    merkle.verify_consistency(0, 5, [], merkle.EMPTY_ROOT, ROOTS[5])
    merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
    for old, new, proof, old_root, new_root in (
        (0, 5, [LEAVES[0]], merkle.EMPTY_ROOT, ROOTS[5]),
        (0, 5, [], ROOTS[1], ROOTS[5]),
        (0, 0, [], merkle.EMPTY_ROOT, ROOTS[1]),
        (5, 5, [], ROOTS[5], ROOTS[4]),
        (5, 4, [], ROOTS[5], ROOTS[4]),
    ):
        with pytest.raises(ProofInvalidError):
            merkle.verify_consistency(old, new, proof, old_root, new_root)
