"""How much memory an idle member takes.

Knows:    what Linux tells of a process.
Told:     how many notices it holds.
Answers:  resident megabytes (10^6 bytes).
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.coalition import FOLLOWER, OWNER, make_plan
from benchmarks.figures import Figure
from benchmarks.latency import pair
from benchmarks.machine import resident_mb

_IDLE_SECONDS = 1.0
_UN_LIST_ENTRIES = 1_000
"""The consolidated list of the Security Council names about a thousand persons and groups."""


async def _measure(folder: Path, *, entries: int) -> tuple[float, float]:
    remotes = await pair(make_plan(folder))
    follower = remotes[FOLLOWER]
    try:
        await asyncio.sleep(_IDLE_SECONDS)
        empty = resident_mb(follower.pid)
        await remotes[OWNER].ask("publish_bulk", 0, entries)
        await follower.ask("reached", await remotes[OWNER].ask("size"))
        await follower.ask("settle")
        await asyncio.sleep(_IDLE_SECONDS)
        return empty, resident_mb(follower.pid)
    finally:
        for remote in remotes.values():
            await remote.stop()


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the memory figures."""
    entries = 100 if quick else _UN_LIST_ENTRIES
    empty, full = asyncio.run(_measure(folder / "memory", entries=entries))
    return [
        Figure(name="memory_idle_mb", value=full, samples=1, wanted=150,
               note=f"resident, one member's process, following a partner, {entries} notices held"),
        Figure(name="memory_idle_empty_mb", value=empty, samples=1, note="the same without a notice"),
    ]  # fmt: skip
