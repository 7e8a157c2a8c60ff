"""Retention: payloads whose time is over are deleted for good, and the files are searched to show it.

Knows:    how long each kind of payload is kept, and what was deleted so far.
Told:     the time, a book, and the folder whose files to search.
Answers:  what was deleted; for each searched file, how many deleted payloads are still found in it.
Trusted:  yes: "deleted" that leaves bytes in a file is a lie to the person concerned.

The deletion is recorded before it is done, and done again at the next start if a crash came between: it
harms nobody to delete twice. SQLite overwrites what it frees (`secure_delete`), the write-ahead log is
truncated, and with a proof the file is rewritten whole (VACUUM). What a disk's firmware keeps of a block it
gave up, no program can see; docs/trust.md says so. Source: PROCEDURE section 5; Directive (EU) 2016/680
art 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import apsw
import msgspec

from evenhand.casework.book import CODE, PAYLOAD, DecisionBook
from evenhand.casework.records import KEPT_MS, DeletionRecord, Keeping, parse_leaf
from evenhand.ground.errors import StoreError
from evenhand.ground.sqlite import SqliteStore
from evenhand.ground.store import Batch
from evenhand.ledger.log import part_row

_CHUNK: Final = 1024
_BATCH_ROWS: Final = 5000
_READ_BYTES: Final = 8 << 20
NEEDLE_BYTES: Final = 512
"""How much of a payload is searched for: its salt and the beginning of its text."""
PROVED_MAX: Final = 400
"""Payloads of one deletion that are searched for; all of them up to here, then evenly spread ones."""


class DecisionStore(SqliteStore):
    """The store of decisions: as any, and it can be rewritten without what was deleted."""

    def rewrite(self) -> None:
        """Write the file anew with what is still in it, and empty the write-ahead log. Raises StoreError."""
        try:
            with self._gate:
                self._db.execute("VACUUM").fetchall()
        except apsw.Error as error:
            raise StoreError("the store cannot be rewritten", why=str(error), remedy="free some disk space") from error
        self.scrub()


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the folder: how many of the payloads it held before the deletion, and holds after it."""

    file: str
    size_bytes: int
    before: int
    after: int


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """What one run deleted, by keeping; `searched` only with a proof, over `needles` payloads."""

    deleted: dict[str, int]
    before: dict[str, int]
    through: dict[str, int]
    needles: int = 0
    searched: tuple[Searched, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether no searched payload is in any file any more."""
        return not any(one.after for one in self.searched)


def delete_due(
    book: DecisionBook, *, now_ms: int, folder: Path | None = None, done: Mapping[Keeping, int] | None = None
) -> Deleted:
    """Delete every payload whose time is over; with `folder`, search its files before and after.

    `done` says below which entry each keeping has nothing left to delete. Raises StoreError.
    """
    due: dict[Keeping, list[int]] = {}
    for keeping, kept_ms in KEPT_MS.items():
        if kept_ms is not None:
            due[keeping] = list(_due(book, keeping, now_ms - kept_ms, start=(done or {}).get(keeping, 0)))
    needles = _needles(book, [index for indexes in due.values() for index in indexes]) if folder else []
    before = _search(folder, needles) if folder else {}
    limits: dict[str, int] = {}
    for keeping, indexes in due.items():
        if indexes:
            limits[keeping] = now_ms - (KEPT_MS[keeping] or 0)
            _record(book, keeping, indexes, now_ms)
            _erase(book, indexes)
    if any(due.values()):
        if folder is not None and isinstance(book.store, DecisionStore):
            book.store.rewrite()
        book.store.scrub()
    after = _search(folder, needles) if folder else {}
    return Deleted(
        deleted={keeping: len(indexes) for keeping, indexes in due.items() if indexes}, before=limits,
        through={keeping: indexes[-1] + 1 for keeping, indexes in due.items() if indexes}, needles=len(needles),
        searched=tuple(
            Searched(file=name, size_bytes=size, before=before.get(name, (0, 0))[1], after=count)
            for name, (size, count) in sorted(after.items())
        ),
    )  # fmt: skip


def finish_deletions(
    book: DecisionBook, deletions: Iterable[DeletionRecord], *, done: Mapping[Keeping, int] | None = None
) -> dict[Keeping, int]:
    """Delete what the last recorded deletion of each keeping names and a crash left.

    Returns below which entry each keeping has nothing left to delete; `done` is that before these deletions.
    """
    known = dict(done or {})
    last: dict[Keeping, tuple[int, DeletionRecord]] = {}
    for record in deletions:
        before = last.get(record.keeping)
        last[record.keeping] = (known.get(record.keeping, 0) if before is None else before[1].through, record)
    count = 0
    for start, record in last.values():
        found = _due(book, record.keeping, record.before_ms, start=start)
        left = [index for index in found if index < record.through]
        _erase(book, left)
        count += len(left)
    if count:
        book.store.scrub()
    return known | {keeping: record.through for keeping, (_, record) in last.items()}


def _due(book: DecisionBook, keeping: Keeping, before_ms: int, *, start: int = 0) -> Iterator[int]:
    """Yield the entries of one keeping recorded before an instant whose payload is still here."""
    for at in range(start, book.size, _CHUNK):
        leaves = [parse_leaf(data) for data in book.log.entries(at, min(at + _CHUNK, book.size))]
        if all(leaf.at_ms >= before_ms for leaf in leaves):
            return
        for index, leaf in enumerate(leaves, at):
            if leaf.keeping == keeping and leaf.at_ms < before_ms and book.payload(index) is not None:
                yield index


def _record(book: DecisionBook, keeping: Keeping, indexes: list[int], now_ms: int) -> None:
    record = DeletionRecord(
        keeping=keeping, before_ms=now_ms - (KEPT_MS[keeping] or 0), through=indexes[-1] + 1, count=len(indexes),
        at_ms=now_ms,
    )  # fmt: skip
    book.append([(record, "lasting")], now_ms)


def _erase(book: DecisionBook, indexes: list[int]) -> None:
    for start in range(0, len(indexes), _BATCH_ROWS):
        rows: Batch = {part_row(CODE, index, PAYLOAD): None for index in indexes[start : start + _BATCH_ROWS]}
        book.store.apply(rows)


def _needles(book: DecisionBook, indexes: list[int]) -> list[bytes]:
    step = max(1, -(-len(indexes) // PROVED_MAX))
    found = (book.payload(index) for index in sorted(indexes)[::step])
    return [payload[:NEEDLE_BYTES] for payload in found if payload is not None]


def _search(folder: Path, needles: list[bytes]) -> dict[str, tuple[int, int]]:
    """Return for each file under a folder its size and how many needles, or their salts alone, it holds."""
    found: dict[str, tuple[int, int]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = path.stat().st_size, _count(path, needles)
    return found


def _count(path: Path, needles: list[bytes]) -> int:
    seen: set[bytes] = set()
    carried = b""
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            window = carried + block
            seen |= {one for one in needles if one not in seen and (one in window or one[:32] in window)}
            carried = window[-NEEDLE_BYTES:]
    return len(seen)
