"""What the machine itself costs: one synced commit, and one trip over a socket, with nothing of ours.

Knows:    SQLite as the store opens it; JSON lines over TCP.
Told:     how often.
Answers:  milliseconds to compare our figures with.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

from benchmarks.figures import Figure, latency
from evenhand.ground.sqlite import SqliteStore

_ENTRY_BYTES = 3_000


def _commits(folder: Path, count: int) -> list[float]:
    folder.mkdir(parents=True, exist_ok=True)
    store, taken = SqliteStore(folder / "peer.db"), []
    for i in range(count):
        batch: dict[bytes, bytes | None] = {i.to_bytes(8, "big"): os.urandom(_ENTRY_BYTES)}
        begun = time.monotonic_ns()
        store.apply(batch)
        taken.append((time.monotonic_ns() - begun) / 1e6)
    store.close()
    return taken


async def _echoes(count: int) -> list[float]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(json.loads(line)).encode() + b"\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1 << 20)
    line, taken = json.dumps({"entry": "x" * _ENTRY_BYTES}).encode() + b"\n", []
    for _ in range(count):
        begun = time.monotonic_ns()
        writer.write(line)
        await reader.readline()
        taken.append((time.monotonic_ns() - begun) / 1e6)
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    return taken


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return what the machine costs."""
    count = 20 if quick else 500
    note = "3 KB in one synced commit on the same disk; an entry needs four syncs to be durable at both"
    return [
        *latency("peer_synced_commit_ms", [_commits(folder / "peer", count)], note=note),
        *latency("peer_json_echo_ms", [asyncio.run(_echoes(count))], note="3 KB of JSON over TCP and back"),
    ]
