"""A member's ledger as stored: entries, tiles, parts and head, for our own and for mirrored ones alike.

Knows:    where a ledger's rows lie in the store, and how a tree grows.
Told:     entries that were verified or are our own; batches are applied by the caller.
Answers:  entries, tiles, bundles, proofs and roots at any size; the rows that an extension needs.
Trusted:  its rows are not: whoever signs or serves proofs recomputes from what is read here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import CorruptionError, InputError, NotFoundError
from evenhand.ground.store import Batch, Store
from evenhand.ledger import merkle
from evenhand.ledger.merkle import CompactRange
from evenhand.ledger.tiles import encode_bundle

TILE_WIDTH: Final = 256


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far a ledger is held, and the newest checkpoint that covers exactly that (or nothing yet)."""

    size: int = 0
    edge: tuple[bytes, ...] = ()
    checkpoint: bytes = b""
    checkpoint_size: int = 0


_HEAD_ENCODER: Final = msgspec.msgpack.Encoder()
_HEAD_DECODER: Final = msgspec.msgpack.Decoder(Head)


@lru_cache(maxsize=4096)
def _prefix(kind: bytes, code: str) -> bytes:
    return kind + code.encode() + b"/"


def head_row(code: str) -> bytes:
    """Key of a ledger's head."""
    return _prefix(b"head/", code)


def entry_row(code: str, index: int) -> bytes:
    """Key of a leaf."""
    return _prefix(b"leaf/", code) + index.to_bytes(8, "big")


def part_row(code: str, index: int, name: str) -> bytes:
    """Key of a sealed part."""
    return _prefix(b"part/", code) + index.to_bytes(8, "big") + name.encode()


def _node_row(code: str, level: int, index: int) -> bytes:
    return _prefix(b"node/", code) + level.to_bytes(8, "big") + index.to_bytes(8, "big")


def forget_ledger(store: Store, code: str) -> Batch:
    """Return the rows that remove a damaged ledger from a store, so that it is fetched again."""
    kinds = (b"head/", b"leaf/", b"part/", b"node/", b"urgent/", b"express/")
    prefixes = [_prefix(kind, code) for kind in kinds]
    rows: Batch = {head_row(code): None}
    for prefix in prefixes:
        rows.update({key: None for key, _ in store.scan(prefix, prefix + b"\xff" * 17)})
    return rows


@dataclass(frozen=True)
class Extension:
    """A ledger grown by verified leaves, not yet written: rows to apply and the head they lead to."""

    rows: Batch
    head: Head
    root: bytes


class Log:
    """One ledger in a store."""

    def __init__(self, store: Store, code: str) -> None:
        self.code = code
        self._store = store
        self.head = Head()
        self.reload()

    def reload(self) -> None:
        """Read the head again: at start, and after anything that failed halfway. Raises CorruptionError."""
        stored = self._store.get(head_row(self.code))
        try:
            self.head = Head() if stored is None else _HEAD_DECODER.decode(stored)
            self._range = CompactRange(self.head.size, self.head.edge)
        except (*UNREADABLE, InputError) as error:
            raise CorruptionError(
                f"the stored head of ledger {self.code} is damaged", why=str(error),
                remedy="run `evenhand doctor`; this ledger can be fetched again from partners",
                ledger=self.code,
            ) from error  # fmt: skip
        self._roots: dict[int, bytes] = {self.head.size: self._range.root()}
        self._texts: dict[int, str] = {}

    @property
    def size(self) -> int:
        """Entries held and verified."""
        return self.head.size

    @property
    def root(self) -> bytes:
        """Root over the entries held."""
        return self._roots[self.head.size]

    def agrees(self, size: int, root: str) -> bool:
        """Say whether the tree of `size` entries held has this root (base64); never beyond what is held."""
        if size > self.head.size:
            return False
        known = self._texts.get(size)
        if known is None:
            known = self._texts[size] = b64encode(self.root_at(size)).decode("ascii")
        return known == root

    # -- growing -------------------------------------------------------------------------------------

    def extend(
        self, leaves: Sequence[bytes], *, hashes: Sequence[bytes] | None = None,
        checkpoint: bytes = b"", checkpoint_size: int = 0,
    ) -> Extension:  # fmt: skip
        """Return what appending `leaves` would write; nothing changes before `adopt`.

        `hashes` are the leaves' hashes where the caller has just computed them.
        """
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves] if hashes is None else hashes
        grown = self._range.copy()
        rows: Batch = {entry_row(self.code, self.size + i): leaf for i, leaf in enumerate(leaves)}
        for node in grown.extend(hashes):
            if node.level % 8 == 0:
                rows[_node_row(self.code, node.level, node.index)] = node.hash
        keep = checkpoint or self.head.checkpoint
        head = Head(
            size=grown.size, edge=grown.hashes, checkpoint=keep,
            checkpoint_size=checkpoint_size if checkpoint else self.head.checkpoint_size,
        )  # fmt: skip
        rows[head_row(self.code)] = _HEAD_ENCODER.encode(head)
        return Extension(rows=rows, head=head, root=grown.root())

    def without_checkpoint(self) -> Extension:
        """Return the rows that forget a damaged checkpoint; the entries stay."""
        head = Head(size=self.size, edge=self.head.edge)
        return Extension(rows={head_row(self.code): _HEAD_ENCODER.encode(head)}, head=head, root=self.root)

    def with_checkpoint(self, checkpoint: bytes) -> Extension:
        """Return the rows that put a checkpoint of exactly the present size into the head."""
        return self.extend((), checkpoint=checkpoint, checkpoint_size=self.size)

    def signed(self, extension: Extension, checkpoint: bytes) -> Extension:
        """Return an extension with a checkpoint of exactly the size it leads to."""
        head = Head(
            size=extension.head.size, edge=extension.head.edge, checkpoint=checkpoint,
            checkpoint_size=extension.head.size,
        )  # fmt: skip
        rows = extension.rows | {head_row(self.code): _HEAD_ENCODER.encode(head)}
        return Extension(rows=rows, head=head, root=extension.root)

    def adopt(self, extension: Extension) -> None:
        """Take over an extension whose rows the store has made durable."""
        self.head = extension.head
        self._range = CompactRange(self.head.size, self.head.edge)
        if len(self._roots) > 4096:  # noqa: PLR2004 - a bounded memory of recent roots
            self._roots.clear()
            self._texts.clear()
        self._roots[self.head.size] = extension.root

    # -- reading ----------------------------------------------------------------------------------------

    def entries(self, start: int, stop: int) -> list[bytes]:
        """Return leaves start..stop-1. Raises CorruptionError where one is missing."""
        stop = min(stop, self.size)
        leaves = self._leaves(start, stop)
        if len(leaves) != max(0, stop - start):
            raise CorruptionError(
                f"entries of ledger {self.code} between {start} and {stop} are missing",
                remedy="run `evenhand doctor`; this ledger can be fetched again from partners",
                ledger=self.code,
            )
        return leaves

    def _leaves(self, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            one = self._store.get(entry_row(self.code, start))  # half as dear as a scan: readers wait for this one
            return [] if one is None else [one]
        return [leaf for _, leaf in self._store.scan(entry_row(self.code, start), entry_row(self.code, stop))]

    def parts(self, start: int, stop: int) -> dict[tuple[int, str], bytes]:
        """Return the sealed parts held for entries start..stop-1 by (index, part name)."""
        prefix = len(part_row(self.code, 0, ""))
        return {
            (int.from_bytes(key[prefix - 8 : prefix], "big"), key[prefix:].decode()): value
            for key, value in self._store.scan(part_row(self.code, start, ""), part_row(self.code, stop, ""))
        }

    def part(self, index: int, name: str) -> bytes | None:
        """Return one sealed part, or None where it is not held."""
        return self._store.get(part_row(self.code, index, name))

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree of 2**level leaves (a `merkle.ProofSource`)."""
        if level % 8 == 0 and level:
            stored = self._store.get(_node_row(self.code, level, index))
            if stored is None:
                raise CorruptionError(f"tile row {level}/{index} of ledger {self.code} is missing")
            return stored
        if level == 0:
            leaf = self._store.get(entry_row(self.code, index))
            if leaf is None:
                raise CorruptionError(f"entry {index} of ledger {self.code} is missing")
            return merkle.leaf_hash(leaf)
        base = level - level % 8
        width = 1 << (level - base)
        return merkle.root_of(self._hashes(base, index * width, width))

    def _hashes(self, level: int, start: int, width: int) -> list[bytes]:
        if level == 0:
            return [merkle.leaf_hash(leaf) for leaf in self.entries(start, start + width)]
        return [self.hash_at(level, start + i) for i in range(width)]

    def root_at(self, size: int) -> bytes:
        """Return the root when the ledger had `size` entries. Raises NotFoundError beyond that."""
        if size > self.size:
            raise NotFoundError(f"ledger {self.code} is held up to {self.size}, not {size}")
        known = self._roots.get(size)
        if known is None:
            known = self._roots[size] = self._root_of_prefix(size)
        return known

    def _root_of_prefix(self, size: int) -> bytes:
        return self.range_at(size).root()

    def range_at(self, size: int) -> CompactRange:
        """Return the right edge of the tree when the ledger had `size` entries."""
        edge, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                edge.append(self.hash_at(level, start >> level))
                start += 1 << level
        return CompactRange(size, edge)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return a C2SP tile of `width` hashes. Raises NotFoundError where the tree has not grown so far."""
        if (index * TILE_WIDTH + width) << (8 * level) > self.size:
            raise NotFoundError(f"tile {level}/{index} of width {width} is beyond size {self.size}")
        return b"".join(self._hashes(8 * level, index * TILE_WIDTH, width))

    def bundle(self, index: int, width: int) -> bytes:
        """Return a C2SP entry bundle. Raises NotFoundError where the ledger has not grown so far."""
        start = index * TILE_WIDTH
        if start + width > self.size:
            raise NotFoundError(f"bundle {index} of width {width} is beyond size {self.size}")
        return encode_bundle(self.entries(start, start + width))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `old` entries is a prefix of the tree of `new`."""
        return merkle.consistency_proof(self.hash_at, old, new) if 0 < old < new else []

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the inclusion proof of an entry in the tree of `size` entries."""
        return merkle.inclusion_proof(self.hash_at, index, size)

    def check_grown(self, tree: CompactRange, leaves: Sequence[bytes]) -> None:
        """Grow `tree` by stored leaves and compare its stored rows. Raises CorruptionError."""
        for node in tree.extend([merkle.leaf_hash(leaf) for leaf in leaves]):
            if node.level and node.level % 8 == 0 and self.hash_at(node.level, node.index) != node.hash:
                raise self._damaged(f"tile row {node.level}/{node.index} was changed")

    def check_root(self, tree: CompactRange) -> None:
        """Compare a tree grown from every stored leaf with the head. Raises CorruptionError."""
        if tree.size != self.size or tree.root() != self.root:
            raise self._damaged("stored entries were changed")

    def _damaged(self, why: str) -> CorruptionError:
        return CorruptionError(
            f"ledger {self.code} does not hash to its root", why=why, ledger=self.code,
            remedy="move store.sqlite away and start the node: it fetches every ledger from partners again",
        )  # fmt: skip

    def recompute(self) -> bytes:
        """Return the root recomputed from every stored leaf. Raises CorruptionError on any damage."""
        tree = CompactRange()
        for start in range(0, self.size, TILE_WIDTH):
            leaves = self.entries(start, start + TILE_WIDTH)
            for node in tree.extend([merkle.leaf_hash(leaf) for leaf in leaves]):
                if node.level % 8 == 0 and self.hash_at(node.level, node.index) != node.hash:
                    raise CorruptionError(
                        f"tile row {node.level}/{node.index} of ledger {self.code} is damaged"
                    )
        self.check_root(tree)
        return tree.root()
