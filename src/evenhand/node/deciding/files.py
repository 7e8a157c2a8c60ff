"""Files that a person named, written and read beside the event loop.

Knows:    paths on this machine.
Told:     a place, and bytes to put there.
Answers:  bytes, or a sentence about what is wrong with the place.
Trusted:  yes: only who may use the control socket names a place.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from evenhand.ground.errors import UsageError


async def write_out(place: str, data: bytes) -> None:
    """Write a file. Raises UsageError."""
    try:
        await asyncio.to_thread(Path(place).write_bytes, data)
    except OSError as error:
        raise UsageError(f"cannot write {place}", why=error.strerror or "", remedy="name another file") from error


async def read_in(place: str) -> bytes:
    """Read a file. Raises UsageError."""
    try:
        return await asyncio.to_thread(Path(place).read_bytes)
    except OSError as error:
        raise UsageError(f"cannot read {place}", why=error.strerror or "", remedy="name another file") from error
