"""The guard against a restored backup: the newest signed checkpoint, kept outside the store.

Knows:    size and root of the largest tree this member ever signed on this machine.
Told:     each checkpoint, just before it is signed.
Answers:  what was last signed.
Trusted:  yes, together with partners, who remember what we signed even if this file was restored too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import CorruptionError, InputError


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The largest tree signed: size and root in hex; and the newest roster version that was in force here."""

    size: int
    root: str
    roster: int = 0


_CODEC: Codec[Signed] = Codec(Signed)


class Guard(Protocol):
    """Where the last signed size is remembered."""

    def read(self) -> Signed | None:
        """Return what was last signed."""
        ...

    def write(self, signed: Signed) -> None:
        """Remember durably, before signing."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


class MemoryGuard:
    """A guard that lives as long as its owner keeps it: for simulation and throw-away nodes."""

    def __init__(self) -> None:
        self.signed: Signed | None = None

    def read(self) -> Signed | None:
        """Return what was last signed."""
        return self.signed

    def write(self, signed: Signed) -> None:
        """Remember."""
        self.signed = signed

    def close(self) -> None:
        """Nothing to release."""


class FileGuard:
    """A guard in a small file beside the store, written in place and synced; read from the disk once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._held: Signed | None = None  # what the file holds; None also while that is not known

    def read(self) -> Signed | None:
        """Return what was last signed. Raises CorruptionError."""
        if self._held is None:
            self._held = self._read()
        return self._held

    def _read(self) -> Signed | None:
        data = os.pread(self._handle, 4096, 0).split(b"\n")[0].rstrip()
        if not data:
            return None
        try:
            return _CODEC.decode(data)
        except InputError as error:
            raise CorruptionError(
                f"the guard file {self._path} is damaged", why=str(error),
                remedy="do not sign from this machine before partners confirmed the ledger's size",
            ) from error  # fmt: skip

    def write(self, signed: Signed) -> None:
        """Overwrite in place and sync: one line shorter than a disk sector, so it is whole or old."""
        self._held = None  # should this fail, the file says what it holds
        os.pwrite(self._handle, _CODEC.encode(signed).ljust(200) + b"\n", 0)
        os.fdatasync(self._handle)
        self._held = signed

    def close(self) -> None:
        """Release the file."""
        os.close(self._handle)
