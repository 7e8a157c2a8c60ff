"""Late parts: in which order sealed parts came whose entries were held before them.

Knows:    for each lot of parts the entries they belong to, under the instant at which they came.
Told:     entries that get parts, for the transaction that writes these.
Answers:  what came after an instant, in order.
Trusted:  yes: whoever reads a ledger only forward learns from here that an entry passed long ago can be opened now.

An instant is above every one before it, in microseconds of our clock. So a store that begins anew, and fetches its
ledgers again, gives none that was given before: a place that a reader kept stays good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from evenhand.ground.store import Batch, Store

_LOTS: Final = b"late/came/"
_LAST: Final = b"late/last"
LOT_ENTRIES_MAX: Final = 256
"""Entries in a row: as many as a reader opens in some ten milliseconds."""
_LOT: Final = msgspec.msgpack.Decoder(tuple[str, list[int]])
_US: Final = 1_000


class LateParts:
    """Late parts of every ledger in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def last_us(self) -> int:
        """The latest instant given; 0: no part came late."""
        return int.from_bytes(self._store.get(_LAST) or b"", "big")

    def rows(self, code: str, indexes: Iterable[int], now_ms: int) -> Batch:
        """Return the rows that remember which entries of a ledger get parts now."""
        rows: Batch = {}
        at_us, ordered = max(self.last_us, now_ms * _US), sorted(indexes)
        for start in range(0, len(ordered), LOT_ENTRIES_MAX):
            at_us += 1
            rows[_row(at_us)] = msgspec.msgpack.encode((code, ordered[start : start + LOT_ENTRIES_MAX]))
            rows[_LAST] = _stamp(at_us)
        return rows

    def after(self, instant_us: int) -> Iterator[tuple[int, str, list[int]]]:
        """Yield (instant, ledger, entries) of what came after an instant, in order."""
        for key, value in self._store.scan(_row(instant_us + 1), _LOTS + b"\xff" * 9):
            yield int.from_bytes(key[len(_LOTS) :], "big"), *_LOT.decode(value)


def _row(instant_us: int) -> bytes:
    return _LOTS + _stamp(instant_us)


def _stamp(instant_us: int) -> bytes:
    return min(instant_us, 2**63 - 1).to_bytes(8, "big")
