"""The durable store: ordered keys and values, written in atomic batches.

Knows:    bytes under byte keys; nothing about what they mean.
Told:     batches by the one writer of a node.
Answers:  reads, ordered scans, and `apply`, which returns only when the batch is durable.
Trusted:  for durability only: every reader verifies what it reads (hash, signature or seal).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from sortedcontainers import SortedDict

Batch = dict[bytes, bytes | None]
"""Keys to their new value; None deletes."""


class Store(Protocol):
    """What a node needs of a disk."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        ...

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs with start <= key < stop in key order."""
        ...

    def apply(self, batch: Batch) -> None:
        """Write the whole batch or nothing; durable on return. Raises StoreError."""
        ...

    def scrub(self) -> None:
        """Leave no deleted byte behind in any file of this store."""
        ...

    def close(self) -> None:
        """Release the files."""
        ...


class TwoStepStore(Store, Protocol):
    """A store whose slow half, to wait for the disk, can be a thread's."""

    def begin(self, batch: Batch) -> None:
        """Take a batch that `commit` makes durable; whatever is asked meanwhile waits. Raises StoreError."""
        ...

    def commit(self) -> None:
        """Make durable what `begin` took, or undo it, from any thread. Raises StoreError."""
        ...

    def is_to_settle(self) -> bool:
        """Tell whether `settle` has something to do."""
        ...

    def settle(self) -> None:
        """Do what writing left for later, from any thread; nothing where another writes. Who asks meanwhile waits."""
        ...


def in_two_steps(store: Store) -> TwoStepStore | None:
    """Return a store that writes in two steps, or None where it does not."""
    return cast("TwoStepStore", store) if hasattr(store, "begin") else None


class MemoryStore:
    """A real store without a disk: for tests, simulation and throw-away nodes."""

    def __init__(self) -> None:
        self._rows: SortedDict[bytes, bytes] = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self._rows.get(key)

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs with start <= key < stop in key order; later writes do not disturb it."""
        for key in list(self._rows.irange(start, stop, inclusive=(True, False))):
            yield key, self._rows[key]

    def apply(self, batch: Batch) -> None:
        """Write the whole batch."""
        for key, value in batch.items():
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value

    def scrub(self) -> None:
        """Nothing to do: memory keeps no deleted row."""

    def close(self) -> None:
        """Nothing to release."""

    def rows(self) -> dict[bytes, bytes]:
        """Return a copy of everything: a backup, or a disk image to restore or damage."""
        return dict(self._rows)

    def restore(self, rows: dict[bytes, bytes]) -> None:
        """Replace everything by an earlier `rows()`."""
        self._rows = SortedDict(rows)
