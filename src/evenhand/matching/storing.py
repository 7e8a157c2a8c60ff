"""Arrays in one file: a head that names them, the arrays, and a SHA-256 over everything.

Knows:    where each array lies in the file.
Told:     arrays by name, or a file that may be damaged or of another version.
Answers:  the same arrays in memory of their own, after they were verified.
Trusted:  yes: what is loaded here decides answers; nothing unverified is used.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from evenhand.ground.errors import CorruptionError

_ALIGNED: Final = 64
_VERSION_BYTES: Final = 32
_SUM_BYTES: Final = 32
_REMEDY: Final = "build it again from the notices"


class _Part(msgspec.Struct, array_like=True, frozen=True):
    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int


def pieces(version: str, arrays: dict[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    """Return the file of some arrays piece by piece; the SHA-256 of all before it is the last."""
    listed, at = [], 0
    for name, array in arrays.items():
        listed.append(_Part(name, array.dtype.str, array.shape, at))
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = msgspec.msgpack.encode(listed)
    first = bytes.fromhex(version) + len(head).to_bytes(8, "little") + head
    total = hashlib.sha256()
    for piece in (first, bytes(-len(first) % _ALIGNED)):
        total.update(piece)
        yield piece
    for array in arrays.values():
        whole: Any = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        for part in (memoryview(whole), memoryview(bytes(-array.nbytes % _ALIGNED))):
            total.update(part)
            yield part
    yield total.digest()


def save(path: Path, version: str, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays to a file."""
    with path.open("wb") as file:
        for piece in pieces(version, arrays):
            file.write(piece)


def load(data: bytes | memoryview, version: str) -> dict[str, NDArray[Any]]:
    """Return copies of the arrays in a file's bytes. Raises CorruptionError if damaged or of another version."""
    whole = np.frombuffer(data, np.uint8)
    _check(whole, version)
    return _views(whole.copy())


def opened(path: Path, version: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, mapped, verified and copied.

    Questions jump about in them: memory of its own comes in large pages, a file's in small ones that must be looked up.

    Raises CorruptionError if it is damaged or of another version, OSError if it cannot be read.
    """
    with path.open("rb") as file:
        try:
            room = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise CorruptionError("the index is empty", remedy=_REMEDY) from error
    return load(memoryview(room), version)


def _check(whole: NDArray[np.uint8], version: str) -> None:
    if whole[:_VERSION_BYTES].tobytes() != bytes.fromhex(version):
        raise CorruptionError("the index is of another matcher version", remedy=_REMEDY)
    body: Any = whole[:-_SUM_BYTES]
    if hashlib.sha256(memoryview(body)).digest() != whole[-_SUM_BYTES:].tobytes():
        raise CorruptionError("the index is damaged", remedy=_REMEDY)


def _views(whole: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    size = int.from_bytes(whole[_VERSION_BYTES : _VERSION_BYTES + 8].tobytes(), "little")
    first = _VERSION_BYTES + 8 + size
    parts = msgspec.msgpack.decode(whole[_VERSION_BYTES + 8 : first].tobytes(), type=list[_Part])
    first += -first % _ALIGNED
    found = {}
    for part in parts:
        kind = np.dtype(part.kind)
        count = int(np.prod(part.shape, dtype=np.int64))
        begin = first + part.offset
        found[part.name] = whole[begin : begin + count * kind.itemsize].view(kind).reshape(part.shape)
    return found
