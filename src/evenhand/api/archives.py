"""Lists of several files over HTTP: a zip archive in the body, of which the files of the list are taken and no others.

Knows:    the files of `ofac-legacy`, and zip archives.
Told:     an archive as it was kept, and an empty folder beside it.
Answers:  nothing; the folder holds the files under the names that the list gives them.
Trusted:  yes: no name in an archive touches the disk, and what it unpacks to is counted while it is unpacked.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Final

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import LIST_BYTES_MAX
from evenhand.interop.formats import LEGACY_FILES

_CHUNK_BYTES: Final = 65_536
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How the parts of a plain archive are packed; other methods unpack to far more, and fail in ways of their own."""
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What zipfile raises on an archive that is damaged or encrypted."""


def unpack(archive: Path | IO[bytes], folder: Path) -> None:
    """Unpack the files of the list. Raises InputError or LimitError."""
    try:
        with zipfile.ZipFile(archive) as packed:
            _unpack(packed, folder)
    except _DAMAGE as error:
        raise InputError(
            "this is no zip archive that can be read", why=type(error).__name__,
            remedy=f"pack {', '.join(LEGACY_FILES)} into a plain zip archive",
        ) from error  # fmt: skip


def _unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    left = LIST_BYTES_MAX
    for part in packed.infolist():
        name = PurePosixPath(part.filename).name.lower()
        if name not in LEGACY_FILES:
            continue
        if part.compress_type not in _METHODS:
            raise zipfile.BadZipFile(f"{name} is packed by method {part.compress_type}")
        try:
            with packed.open(part) as source, (folder / name).open("xb") as file:
                left = _copy(source, file, left)
        except FileExistsError as error:
            raise InputError(f"two files of the archive are called {name}") from error


def _copy(source: IO[bytes], file: IO[bytes], left: int) -> int:
    """Copy a part; return how many bytes may still come. Raises LimitError."""
    while chunk := source.read(_CHUNK_BYTES):
        left -= len(chunk)
        if left < 0:
            raise LimitError("the archive unpacks to too much", why=f"the limit is {LIST_BYTES_MAX} bytes")
        file.write(chunk)
    return left
