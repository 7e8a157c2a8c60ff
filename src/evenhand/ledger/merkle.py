"""RFC 6962 Merkle trees: roots, the right edge that grows them, and every proof about them.

Knows:    hashes, sizes and indexes.
Told:     leaf hashes, and where to read hashes of complete subtrees.
Answers:  roots and proofs; or ProofInvalidError when a proof of somebody else does not fit.
Trusted:  yes: "the same data in every hand" is decided here.

Sources: RFC 6962 section 2.1, RFC 9162 section 2.1, and the subtree proofs of C2SP tlog-mirror.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct

from evenhand.ground.errors import InputError, ProofInvalidError
from evenhand.ground.limits import TREE_SIZE_MAX

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

ProofSource = Callable[[int, int], bytes]
"""Hash of the complete subtree at (level, index): leaves [index * 2^level, (index + 1) * 2^level)."""


class CompletedNode(Struct, frozen=True):
    """The complete subtree of 2^level leaves from index * 2^level on, just completed by an append."""

    level: int
    index: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def _fold_edge(hashes: Sequence[bytes]) -> bytes:
    """Root of the tree whose complete subtrees, largest first, are `hashes` (at least one)."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class CompactRange:
    """A tree reduced to its size and the hashes of its right edge: all that growing it needs.

    `hashes` are the complete subtrees, largest first; there are as many as `size` has bits set.
    Owned by one caller; not safe for two threads.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Take a stored edge; InputError unless the hashes are as many and as long as `size` demands."""
        edge = list(hashes)
        if not 0 <= size <= TREE_SIZE_MAX:
            raise InputError(f"A tree cannot have {size} leaves.")
        if len(edge) != size.bit_count():
            raise InputError(f"A tree of {size} leaves has {size.bit_count()} edge hashes, not {len(edge)}.")
        if any(len(one) != HASH_BYTES for one in edge):
            raise InputError("A hash on the edge of a tree does not have 32 bytes.")
        self._size = size
        self._hashes = edge

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Hashes of the right edge, largest subtree first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[CompletedNode]:
        """Add one leaf hash; return the interior nodes it completes, lowest first."""
        completed: list[CompletedNode] = []
        index, level, node = self._size, 0, leaf
        hashes = self._hashes
        while index & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            index >>= 1
            level += 1
            completed.append(CompletedNode(level, index, node))
        hashes.append(node)
        self._size += 1
        return completed

    def extend(self, leaves: Iterable[bytes]) -> list[CompletedNode]:
        """Add leaf hashes in order; return all the interior nodes they complete."""
        completed: list[CompletedNode] = []
        for leaf in leaves:
            completed += self.append(leaf)
        return completed

    def root(self) -> bytes:
        """Root hash of the tree as it stands."""
        return _fold_edge(self._hashes) if self._hashes else EMPTY_ROOT

    def copy(self) -> CompactRange:
        """Return an independent range, so that a batch can be tried and dropped."""
        return CompactRange(self._size, self._hashes)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree with these leaf hashes."""
    tree = CompactRange()
    tree.extend(leaf_hashes)
    return tree.root()


# -- making proofs -----------------------------------------------------------------------------------


def _source(hashes: ProofSource | Sequence[bytes]) -> ProofSource:
    if callable(hashes):
        return hashes
    leaves = hashes

    def hash_at(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return hash_at


def _complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Complete subtrees (level, index) that make up the leaves [start, end), from left to right.

    `start` must be a multiple of the smallest power of two >= end - start, as in every RFC 6962 split.
    """
    parts = []
    position = start
    while position < end:
        level = (end - position).bit_length() - 1
        parts.append((level, position >> level))
        position += 1 << level
    return parts


def _range_hash(hash_at: ProofSource, start: int, end: int) -> bytes:
    return _fold_edge([hash_at(level, index) for level, index in _complete_subtrees(start, end)])


def _split(size: int) -> int:
    """Largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def root_at(hashes: ProofSource | Sequence[bytes], size: int) -> bytes:
    """Root of the first `size` leaves; of a ProofSource it reads one hash for each bit set in `size`."""
    return _range_hash(_source(hashes), 0, size) if size else EMPTY_ROOT


def inclusion_proof(hashes: ProofSource | Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves (RFC 9162 section 2.1.3.1).

    `hashes` is the list of leaf hashes, or a ProofSource, of which O(log size) hashes are read.
    Raises InputError when the leaf is outside the tree.
    """
    if not 0 <= index < size <= TREE_SIZE_MAX:
        raise InputError(f"Leaf {index} is not in a tree of {size} leaves.")
    hash_at = _source(hashes)
    start, end = 0, size
    proof = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(hash_at, middle, end))
            end = middle
        else:
            proof.append(_range_hash(hash_at, start, middle))
            start = middle
    proof.reverse()
    return proof


def consistency_proof(hashes: ProofSource | Sequence[bytes], old: int, new: int) -> list[bytes]:
    """Prove that the tree of `new` leaves begins with the tree of `old` (RFC 9162 section 2.1.4.1).

    Empty when old is 0 or equals new. Raises InputError when old is larger than new.
    """
    if not 0 <= old <= new <= TREE_SIZE_MAX:
        raise InputError(f"A tree of {new} leaves cannot extend one of {old}.")
    if old in {0, new}:
        return []
    hash_at = _source(hashes)
    start, end = 0, new
    proof = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(hash_at, middle, end))
            end = middle
        else:
            proof.append(_range_hash(hash_at, start, middle))
            start = middle
    if start:
        proof.append(_range_hash(hash_at, start, end))
    proof.reverse()
    return proof


# -- checking proofs ---------------------------------------------------------------------------------


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofInvalidError("A hash in the proof does not have 32 bytes.")


def _require_equal(computed: bytes, stated: bytes, which: str) -> None:
    if computed != stated:
        raise ProofInvalidError(
            f"The proof leads to another {which} root.",
            why=f"it leads to {computed.hex()}, stated is {stated.hex()}",
        )


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash `leaf` is at `index` in the tree of `size` leaves with `root`.

    RFC 9162 section 2.1.3.2. Raises ProofInvalidError when anything does not fit.
    """
    if not 0 <= index < size <= TREE_SIZE_MAX:
        raise ProofInvalidError(f"Leaf {index} cannot be in a tree of {size} leaves.")
    _require_hashes(leaf, root, *proof)
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalidError("The inclusion proof is too long.")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise ProofInvalidError("The inclusion proof is too short.")
    _require_equal(computed, root, "tree's")


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of `new_size` leaves begins with the tree of `old_size`.

    RFC 9162 section 2.1.4.2. From size 0 only an empty proof and the empty root are accepted, as
    C2SP tlog-witness has it. Raises ProofInvalidError when anything does not fit.
    """
    if not 0 <= old_size <= new_size <= TREE_SIZE_MAX:
        raise ProofInvalidError(f"A tree of {new_size} leaves cannot extend one of {old_size}.")
    _require_hashes(old_root, new_root, *proof)
    if old_size == 0:
        _require_equal(EMPTY_ROOT, old_root, "empty")
    if old_size in {0, new_size}:
        if proof:
            raise ProofInvalidError("The consistency proof should be empty.")
        if old_size == new_size:
            _require_equal(old_root, new_root, "tree's")
        return
    verify_subtree_consistency(0, old_size, new_size, proof, roots=(old_root, new_root))


def _require_subtree(start: int, end: int) -> None:
    """Refuse [start, end) unless it is a subtree: start a multiple of 2^k >= end - start."""
    if not 0 <= start < end <= TREE_SIZE_MAX:
        raise ProofInvalidError(f"[{start}, {end}) is not a range of leaves.")
    if start & ((1 << (end - start - 1).bit_length()) - 1):
        raise ProofInvalidError(f"[{start}, {end}) is not a subtree.")


def verify_subtree_inclusion(
    leaf: bytes, index: int, subtree: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash `leaf` is at `index` (of the whole tree) in the subtree [start, end).

    Raises ProofInvalidError when anything does not fit.
    """
    start, end = subtree
    _require_subtree(start, end)
    verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], *, roots: tuple[bytes, bytes]
) -> None:
    """Check that the subtree [start, end) with roots[0] lies in the tree of `size` with roots[1].

    The subtree form of RFC 9162 section 2.1.4.2 (C2SP tlog-mirror; Merkle Tree Certificates,
    section 4.4). Raises ProofInvalidError when anything does not fit.
    """
    subtree_root, root = roots
    _require_subtree(start, end)
    if not end <= size <= TREE_SIZE_MAX:
        raise ProofInvalidError(f"A tree of {size} leaves cannot contain [{start}, {end}).")
    _require_hashes(subtree_root, root, *proof)
    left, position, last = start, end - 1, size - 1
    if position == last:  # the subtree is on the tree's edge: it joins as a whole
        while left != position:
            left, position, last = left >> 1, position >> 1, last >> 1
    else:
        while left != position and position & 1:
            left, position, last = left >> 1, position >> 1, last >> 1
    hashes = iter(proof)
    first = subtree_root if left == position else next(hashes, None)
    if first is None:
        raise ProofInvalidError("The consistency proof is too short.")
    old = new = first
    for sibling in hashes:
        if last == 0:
            raise ProofInvalidError("The consistency proof is too long.")
        if position & 1 or position == last:
            new = node_hash(sibling, new)
            if left < position:
                old = node_hash(sibling, old)
            while not position & 1 and position:
                left, position, last = left >> 1, position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        left, position, last = left >> 1, position >> 1, last >> 1
    if last:
        raise ProofInvalidError("The consistency proof is too short.")
    _require_equal(old, subtree_root, "older")
    _require_equal(new, root, "newer")
