"""Remembering: the office's memory in a sealed file, so that a start need not read a year of decisions.

Knows:    where the file lies, and when it is worth writing.
Told:     an office; a book to fit.
Answers:  a memory that fits the book, or nothing.
Trusted:  no: sealed under the storage key, compared with the book by size and root, and ignored where anything differs.

Written when a node stops, and while it runs after as many decisions as it would take a second to read again; a crash
costs the time to read what came after. Source: docs/adr/0065.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog

from evenhand.casework.book import DecisionBook
from evenhand.casework.memory import Memory, dump, load
from evenhand.casework.office import Office, is_of
from evenhand.ground.errors import CorruptionError
from evenhand.node import garbage
from evenhand.node.packing import Packed, write_packed
from evenhand.screening.clocks import Policy

WORTH_ENTRIES: Final = 10_000
"""Fewer are read again in less than a second."""
_LOG: Final = structlog.get_logger("evenhand.node.deciding.remembering")


class Keepsake:
    """The file that holds an office's memory between two lives."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._size = 0
        self._forgotten = 0

    def recall(self, book: DecisionBook, *, member: str, policy: Policy) -> Memory | None:
        """Return the memory of a book, or None where there is none that fits."""
        with garbage.put_off(for_good=True):
            try:
                memory = load(Packed(self._path, self._key).first)
            except FileNotFoundError:
                return None
            except CorruptionError as error:
                _LOG.warning("memory_ignored", reason=error.why)
                return None
        if memory is None or not is_of(memory, book, member, policy):
            _LOG.warning("memory_ignored", reason="of other code, or of another book")
            return None
        self._size = memory.size
        return memory

    def is_due(self, book: DecisionBook) -> bool:
        """Say whether so much was recorded since the last memory that it is worth writing another."""
        return book.size - self._size >= WORTH_ENTRIES

    def take(self, office: Office, now_ms: int) -> tuple[int, bytes]:
        """Return the memory as of now, to be kept when there is time. Raises StoreError."""
        with garbage.put_off():
            content = dump(office.memory(now_ms))
        self._size = office.book.size
        return self._forgotten, content

    def keep(self, taken: tuple[int, bytes]) -> None:
        """Write a memory, whole or not at all; a disk that refuses costs only time at the next start."""
        forgotten, content = taken
        try:
            write_packed(self._path, key=self._key, content=b"", blocks=[content])
            if forgotten != self._forgotten:
                self.forget()  # a payload was deleted meanwhile, and what was written may tell of it
        except OSError as error:
            _LOG.warning("memory_not_written", reason=str(error))

    def forget(self) -> None:
        """Delete the file: it still holds, sealed, what was deleted since. Raises OSError."""
        self._forgotten += 1
        self._size = 0
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".partial").unlink(missing_ok=True)
