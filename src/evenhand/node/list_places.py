"""Where lists come from: files, folders and addresses; held whole, or read line by line as often as needed.

Knows:    which formats are several files, and the limits on all of them.
Told:     a format and a place.
Answers:  bytes by file name, or what begins a file of lines anew; a refusal of what is missing, foreign or too large.
Trusted:  no: what is fetched is input.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from evenhand.ground.errors import InputError, LimitError, NotFoundError, PeerUnreachableError
from evenhand.ground.limits import LIST_BYTES_MAX, LIST_LINE_BYTES_MAX, LIST_LINES_BYTES_MAX
from evenhand.interop.formats import LEGACY_FILES

_FETCH_SECONDS: Final = 300
_HTTP_OK: Final = 200
_LOCAL: Final = {"127.0.0.1", "localhost", "::1"}
_WEB: Final = ("http://", "https://")
_CHUNK_BYTES: Final = 1 << 16


async def files_at(list_format: str, place: str) -> dict[str, bytes]:
    """Return the bytes of a list's files by name. Raises NotFoundError, LimitError or PeerUnreachableError."""
    if place.startswith(_WEB):
        if list_format == "ofac-legacy":
            base, _, _ = place.rpartition("/")
            names = LEGACY_FILES
            fetched = {name: await _fetched(f"{base}/{name}", missing_is_fine=name != names[0]) for name in names}
            return {name: data for name, data in fetched.items() if data}
        return {urlsplit(place).path.rpartition("/")[2] or "list": await _fetched(place)}
    return await asyncio.to_thread(_local_files, list_format, Path(place))


@asynccontextmanager
async def lines_at(place: str) -> AsyncIterator[Callable[[], Iterator[bytes]]]:
    """Give what begins a file of lines anew; a file from an address is kept on disk for as long. Raises as `files_at`.

    Memory is needed for one line. Reading raises InputError if the file changes in between: what was planned from
    it would not be what is published.
    """
    with tempfile.TemporaryDirectory(prefix="evenhand-list-") as folder:
        path = Path(place)
        if place.startswith(_WEB):
            path = Path(folder) / "list"
            with path.open("wb") as file:
                async for chunk in _chunks(place, LIST_LINES_BYTES_MAX):
                    file.write(chunk)
        before = _stamp(path)
        if before[0] > LIST_LINES_BYTES_MAX:
            raise LimitError(f"{path} is too large for a list", why=f"the limit is {LIST_LINES_BYTES_MAX} bytes")

        def lines() -> Iterator[bytes]:
            _unchanged(path, before)
            with path.open("rb") as file:
                while line := file.readline(LIST_LINE_BYTES_MAX + 1):
                    yield line
            _unchanged(path, before)

        yield lines


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    return found.st_size, found.st_mtime_ns, found.st_ino


def _unchanged(path: Path, before: tuple[int, int, int]) -> None:
    if _stamp(path) != before:
        raise InputError(f"{path} changed while it was read", remedy="import it again when it is complete")


def _local_files(list_format: str, path: Path) -> dict[str, bytes]:
    if list_format != "ofac-legacy":
        return {path.name: _read(path)}
    folder = path if path.is_dir() else path.parent
    wanted = [name for name in LEGACY_FILES if (folder / name).is_file() or name == LEGACY_FILES[0]]
    return {name: _read(folder / name) for name in wanted}


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIST_BYTES_MAX:
            raise LimitError(f"{path} is too large for a list", why=f"the limit is {LIST_BYTES_MAX} bytes")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> NotFoundError:
    return NotFoundError(
        f"cannot read {path}", why=error.strerror or str(error), remedy="give the path of the list's file"
    )


async def _fetched(url: str, *, missing_is_fine: bool = False) -> bytes:
    return b"".join([chunk async for chunk in _chunks(url, LIST_BYTES_MAX, missing_is_fine=missing_is_fine)])


async def _chunks(url: str, bytes_max: int, *, missing_is_fine: bool = False) -> AsyncIterator[bytes]:
    if url.startswith("http://") and urlsplit(url).hostname not in _LOCAL:
        raise InputError(f"{url[:120]} is not https", why="anyone on the way could change the list", remedy="use https")
    try:
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            if response.status != _HTTP_OK:
                if missing_is_fine:
                    return
                raise PeerUnreachableError(f"{url[:120]} answered {response.status}", remedy="check the address")
            size = 0
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                size += len(chunk)
                if size > bytes_max:
                    raise LimitError(f"{url[:120]} is too large for a list", why=f"the limit is {bytes_max} bytes")
                yield chunk
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise PeerUnreachableError(
            f"cannot fetch {url[:120]}", why=str(error) or type(error).__name__,
            remedy="check the address, or download the list and give its path",
        ) from error  # fmt: skip
