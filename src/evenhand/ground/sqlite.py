"""The store on SQLite: one table, one writer connection, every commit synced.

Knows:    SQLite through apsw, which bundles a version past the WAL-reset bug (fixed in 3.51.3).
Told:     batches by the node's one writer; its second step may be a thread's, and everything else waits for it.
Answers:  as `evenhand.ground.store.Store`.
Trusted:  for durability only.

`synchronous=FULL`: with NORMAL a power cut could take back a checkpoint that was already signed and
seen, which is a fork. `secure_delete` and a truncated WAL: an erased payload leaves no bytes behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import cast

import apsw

from evenhand.ground.errors import CorruptionError, StoreError
from evenhand.ground.store import Batch

_PAGE_BYTES = 16_384  # a 2 KB payload costs 2.3 KB here and 4.1 KB at 4 KB pages
_BUSY_MS = 5_000
_SCAN_ROWS = 512
_LOG_PAGES = 1_000
"""So long a write-ahead log is moved into the database: SQLite's own measure."""
_LOG_PAGES_MAX = 4_000
"""A longer one is moved by whoever writes: nobody found a moment between two writes."""
_SCAN = {
    ">=": "SELECT key, value FROM row WHERE key>=? AND key<? ORDER BY key LIMIT ?",
    ">": "SELECT key, value FROM row WHERE key>? AND key<? ORDER BY key LIMIT ?",
}


def _for_its_owner_only(path: Path) -> None:
    """Make the file before SQLite does, which gives its journals the same mode; narrow one of an older version.

    Raises OSError. A file system without modes keeps what it has.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(FileNotFoundError, PermissionError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


class _Logged:
    """How long the write-ahead log is."""

    def __init__(self) -> None:
        self.pages = 0

    def note(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        self.pages = pages
        return apsw.SQLITE_OK


class SqliteStore:
    """A store in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gate = Lock()
        """Taken for each reading and writing, and from `begin` to `commit`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _for_its_owner_only(path)
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(_BUSY_MS)
            for pragma in (
                f"page_size={_PAGE_BYTES}",
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
                "locking_mode=EXCLUSIVE",
                "cache_size=-32768",
            ):
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._logged = _Logged()  # by itself: a store that its connection knew would not close with its last user
            self._db.set_wal_hook(self._logged.note)
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS row (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise self._damaged(error) from error
        except (apsw.Error, OSError) as error:
            raise StoreError(
                f"cannot open the store {path}",
                why=str(error),
                remedy="check that the folder is writable and no other process has this node open",
            ) from error

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        found = self._read("SELECT value FROM row WHERE key=?", key)
        return cast("bytes", found[0][0]) if found else None

    def _read(self, query: str, *values: bytes | int) -> list[tuple[object, ...]]:
        try:
            with self._gate:
                return cast("list[tuple[object, ...]]", self._db.execute(query, values).fetchall())
        except apsw.CorruptError as error:
            raise self._damaged(error) from error
        except apsw.Error as error:
            raise StoreError(
                f"cannot read the store {self._path}", why=str(error),
                remedy="check the disk, then start the node again",
            ) from error  # fmt: skip

    def _damaged(self, error: apsw.Error) -> CorruptionError:
        return CorruptionError(
            f"the store file {self._path} is damaged", why=str(error),
            remedy="move it away, keep guard.json, run `evenhand node join` with the genesis roster again and start "
            "the node: partners send every ledger again, your own too",
        )  # fmt: skip

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs with start <= key < stop in key order, reading in pages of 512 rows.

        Paged so that a long scan never holds a read snapshot across a commit.
        """
        at, compare = start, ">="
        while True:
            rows = cast("list[tuple[bytes, bytes]]", self._read(_SCAN[compare], at, stop, _SCAN_ROWS))
            yield from rows
            if len(rows) < _SCAN_ROWS:
                return
            at, compare = rows[-1][0], ">"

    def apply(self, batch: Batch) -> None:
        """Write the whole batch in one synced transaction."""
        try:
            with self._gate, self._db:
                self._put(batch)
        except apsw.Error as error:
            raise self._unwritten(error) from error
        self.settle()

    def begin(self, batch: Batch) -> None:
        """Take a batch into a transaction that `commit` makes durable; whatever is asked meanwhile waits for it."""
        self._gate.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._put(batch)
        except BaseException as error:
            self._undo()
            self._gate.release()
            if isinstance(error, apsw.Error):
                raise self._unwritten(error) from error
            raise

    def commit(self) -> None:
        """Sync what `begin` took, or undo it: the only part that waits for the disk, and any thread's."""
        try:
            self._db.execute("COMMIT")
            if self._logged.pages >= _LOG_PAGES_MAX:
                self._move()
        except apsw.Error as error:
            self._undo()
            raise self._unwritten(error) from error
        finally:
            self._gate.release()

    def is_to_settle(self) -> bool:
        """Tell whether the write-ahead log is long."""
        return self._logged.pages >= _LOG_PAGES

    def settle(self) -> None:
        """Move a long write-ahead log into the database, unless somebody is at work: then it is done after that."""
        if self.is_to_settle() and self._gate.acquire(blocking=False):
            try:
                self._move()
            finally:
                self._gate.release()

    def _move(self) -> None:
        """Move the write-ahead log into the database: some 15 ms, which `commit` spares whoever waits for it."""
        with suppress(apsw.Error):  # all is durable where it is; the next write tries again
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._logged.pages = 0

    def _put(self, batch: Batch) -> None:
        puts = [(key, value) for key, value in batch.items() if value is not None]
        drops = [(key,) for key, value in batch.items() if value is None]
        if drops:
            self._db.executemany("DELETE FROM row WHERE key=?", drops)
        if puts:
            self._db.executemany("INSERT OR REPLACE INTO row VALUES (?,?)", puts)

    def _undo(self) -> None:
        with suppress(apsw.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _unwritten(self, error: apsw.Error) -> StoreError:
        return StoreError(
            f"cannot write to the store {self._path}", why=str(error),
            remedy="check free disk space and the file's permissions, then start the node again",
        )  # fmt: skip

    def scrub(self) -> None:
        """Move the WAL into the database and truncate it, so no deleted byte stays in a file."""
        with self._gate:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._logged.pages = 0

    def close(self) -> None:
        """Close the connection; SQLite checkpoints on the way."""
        with self._gate:
            self._db.close()
