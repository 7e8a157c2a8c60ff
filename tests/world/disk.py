"""A disk that can fail at a chosen write, lose what came after a backup, and rot by single bits."""

from __future__ import annotations

from random import Random
from typing import Literal

from evenhand.ground.errors import StoreError
from evenhand.ground.store import Batch, MemoryStore

AtWrite = Literal["failed", "persisted"]
ROTTING = (b"leaf/", b"part/", b"head/", b"express/")
"""Rows that hold ledgers: whatever is flipped there must be noticed."""


class FallibleStore(MemoryStore):
    """A memory store whose writes are counted and can be made to fail once, before or after persisting."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self._countdown: int | None = None
        self._way: AtWrite = "failed"

    def fail_at(self, writes_from_now: int, way: AtWrite) -> None:
        """Fail the n-th write from now (0: the next): before it persists, or just after."""
        self._countdown, self._way = writes_from_now, way

    @property
    def is_armed(self) -> bool:
        """Whether a failure is still to come."""
        return self._countdown is not None

    def repair(self) -> None:
        """Fail no more."""
        self._countdown = None

    def apply(self, batch: Batch) -> None:
        """Write the whole batch, unless this is the write that fails."""
        self.writes += 1
        if self._countdown is None:
            super().apply(batch)
            return
        self._countdown -= 1
        if self._countdown >= 0:
            super().apply(batch)
            return
        self._countdown = None
        if self._way == "persisted":
            super().apply(batch)
        raise StoreError(f"the disk gave way: the write {self._way}")

    def flip_bit(self, dice: Random, prefixes: tuple[bytes, ...] = ROTTING) -> bytes | None:
        """Flip one bit in one stored row; return its key, or None where there is nothing to rot."""
        rows = self.rows()
        keys = [key for key in sorted(rows) if key.startswith(prefixes)]
        if not keys:
            return None
        key = keys[dice.randrange(len(keys))]
        super().apply({key: flipped(rows[key], dice)})
        return key


def flipped(data: bytes, dice: Random) -> bytes:
    """Return the bytes with one bit changed."""
    at = dice.randrange(len(data) * 8)
    damaged = bytearray(data)
    damaged[at // 8] ^= 1 << at % 8
    return bytes(damaged)
