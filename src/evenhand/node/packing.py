"""The snapshot's file: sealed blocks behind a sealed table, so that a start opens what it needs and no more.

Knows:    AES-256-GCM under the node's storage key, and where each block lies.
Told:     a table and blocks to write; a path to read.
Answers:  the table at once, a block when asked; nothing where any byte of the file is not what was written.
Trusted:  no: what a snapshot says is compared with the ledgers.

Every block is bound to its file and its number. The hash of all blocks but the first stands in the
sealed table and is compared when the file is opened, so a damaged block is known then and not in the middle of a
question; the first is unsealed then anyway, and its seal is its check.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import CorruptionError

_TITLE: Final = b"evenhand/snapshot/v4\n"
_NONCE_BYTES: Final = 12
_LENGTH_BYTES: Final = 8
_NAME_BYTES: Final = 16


class _Table(msgspec.Struct, frozen=True, array_like=True):
    name: bytes
    """Random: the file that the blocks belong to."""
    content: bytes
    lengths: list[int]
    sha256: bytes


_TABLE: Final = msgspec.msgpack.Decoder(_Table)


def write_packed(path: Path, *, key: bytes, content: bytes, blocks: Sequence[bytes]) -> None:
    """Seal `content` and `blocks` into a file, whole or not at all. Raises OSError."""
    seal, name, hashed = AESGCM(key), os.urandom(_NAME_BYTES), hashlib.sha256()
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        # The table has one length whatever the hash is, so it is written last, in front.
        lengths = [_NONCE_BYTES + len(block) + 16 for block in blocks]
        empty = msgspec.msgpack.encode(_Table(name, content, lengths, bytes(32)))
        file.seek(len(_TITLE) + _LENGTH_BYTES + _NONCE_BYTES + len(empty) + 16)
        for number, block in enumerate(blocks):
            nonce = os.urandom(_NONCE_BYTES)
            sealed = nonce + seal.encrypt(nonce, block, _place(name, number))
            if number:
                hashed.update(sealed)
            file.write(sealed)
        table = msgspec.msgpack.encode(_Table(name, content, lengths, hashed.digest()))
        nonce = os.urandom(_NONCE_BYTES)
        file.seek(0)
        file.write(_TITLE + (len(table) + 16).to_bytes(_LENGTH_BYTES, "big") + nonce)
        file.write(seal.encrypt(nonce, table, _TITLE))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _place(name: bytes, number: int) -> bytes:
    return _TITLE + name + number.to_bytes(_LENGTH_BYTES, "big")


class Packed:
    """An opened file: mapped into memory, checked, its blocks still sealed."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open and check the file. Raises FileNotFoundError or CorruptionError."""
        with path.open("rb") as file:
            self._seal = AESGCM(key)
            try:
                self._data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
                at, self._table = self._open_table()
            except (ValueError, InvalidTag, *UNREADABLE, OverflowError) as error:
                raise CorruptionError(f"{path} is damaged", why=type(error).__name__) from error
        self._starts = [at]
        for length in self._table.lengths:
            self._starts.append(self._starts[-1] + length)
        rest = self._data[self._starts[min(1, len(self._table.lengths))] :]
        if self._starts[-1] != len(self._data) or hashlib.sha256(rest).digest() != self._table.sha256:
            raise CorruptionError(f"{path} is damaged", why="its blocks were changed")
        self.first = self.block(0) if self._table.lengths else b""
        """The first block, unsealed."""

    def _open_table(self) -> tuple[int, _Table]:
        start = len(_TITLE) + _LENGTH_BYTES
        if bytes(self._data[: len(_TITLE)]) != _TITLE:
            raise ValueError("another format")
        end = start + _NONCE_BYTES + int.from_bytes(self._data[len(_TITLE) : start], "big")
        nonce, sealed = bytes(self._data[start : start + _NONCE_BYTES]), self._data[start + _NONCE_BYTES : end]
        return end, _TABLE.decode(self._seal.decrypt(nonce, sealed, _TITLE))

    @property
    def content(self) -> bytes:
        """What was written beside the blocks."""
        return self._table.content

    def block(self, number: int) -> bytes:
        """Unseal a block. Raises CorruptionError: the file was changed under our hands."""
        sealed = self._data[self._starts[number] : self._starts[number + 1]]
        try:
            return self._seal.decrypt(
                bytes(sealed[:_NONCE_BYTES]), sealed[_NONCE_BYTES:], _place(self._table.name, number)
            )
        except InvalidTag as error:
            raise CorruptionError(
                "the snapshot was changed while it was in use", remedy="delete it and start the node again"
            ) from error
