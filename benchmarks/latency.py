"""How soon a partner has what was published: durable there, and named by an answer there; also far away.

Knows:    two processes, each with its store, guard and driver, over mutual TLS on the loopback.
Told:     how many entries at 100 a second, how often, and the one-way delay of the road.
Answers:  latencies from the call that publishes to the partner's commit and to its first right answer.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.coalition import CODES, FOLLOWER, OWNER, Plan, free_port, make_plan
from benchmarks.figures import Figure, latency
from benchmarks.process import Remote
from benchmarks.proxy import Road, run_exactly

RATE_PER_S = 100.0
_DELAY_S = 0.1
_WARM_ENTRIES = 50

Runs = tuple[list[list[float]], list[list[float]]]


async def pair(plan: Plan) -> dict[str, Remote]:
    """Start both members and wait until each follows the other."""
    remotes = {code: Remote(plan, code) for code in CODES}
    for remote in remotes.values():
        await remote.ready()
    for remote in remotes.values():
        await remote.ask("connected")
    return remotes


async def measure(remotes: dict[str, Remote], *, entries: int, repeats: int) -> Runs:
    """Publish at a steady pace, several times; return milliseconds to durable and to found, run by run."""
    owner, follower = remotes[OWNER], remotes[FOLLOWER]
    durable_ms: list[list[float]] = []
    found_ms: list[list[float]] = []
    for turn in range(repeats + 1):
        count = entries if turn else _WARM_ENTRIES
        handed = await owner.ask("publish_paced", turn * 1_000_000, count, RATE_PER_S)
        await follower.ask("reached", await owner.ask("size"))
        await asyncio.sleep(0.2)
        durable, found = await follower.ask("arrivals")
        if turn:  # the first turn warmed both up: keys were issued, code was loaded
            durable_ms.append([(durable[index] - at) / 1e6 for index, at in handed.items()])
            found_ms.append([(found[index] - at) / 1e6 for index, at in handed.items()])
    return durable_ms, found_ms


async def _loopback(folder: Path, *, entries: int, repeats: int) -> Runs:
    remotes = await pair(make_plan(folder))
    try:
        return await measure(remotes, entries=entries, repeats=repeats)
    finally:
        for remote in remotes.values():
            await remote.stop()


async def _far(folder: Path, *, entries: int, repeats: int) -> tuple[Runs, list[float]]:
    doors = {code: free_port() for code in CODES}
    plan = make_plan(folder, seen_at=doors)
    roads = [Road(doors[code], plan.ports[code], _DELAY_S) for code in CODES]
    for road in roads:
        await road.open()
    remotes = await pair(plan)
    try:
        runs = await measure(remotes, entries=entries, repeats=repeats)
        return runs, [late for road in roads for late in road.late_ms]
    finally:
        for remote in remotes.values():
            await remote.stop()
        for road in roads:
            await road.close()


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the latency figures."""
    entries, repeats = (30, 1) if quick else (500, 5)
    durable, found = asyncio.run(_loopback(folder / "near", entries=entries, repeats=repeats))
    note = f"100 entries/s, two processes, mutual TLS on loopback; median of {repeats} runs of {entries}"
    figures = latency("publish_to_partner_durable_ms", durable, p50=5, p99=50, note=note)
    figures += latency("publish_to_partner_searchable_ms", found, p50=20, p99=100, note=note)
    entries, repeats = (20, 1) if quick else (300, 3)
    (durable, found), late = run_exactly(_far(folder / "far", entries=entries, repeats=repeats))
    delay_ms = _DELAY_S * 1000
    note = f"a road of {delay_ms:.0f} ms one way (which no code can beat) is taken off"
    rest = [[[value - delay_ms for value in turn] for turn in runs] for runs in (durable, found)]
    figures += latency("far_publish_to_partner_durable_ms", durable, p50=delay_ms + 5, p99=delay_ms + 50)
    figures += latency("far_publish_to_partner_durable_rest_ms", rest[0], p50=5, p99=50, note=note)
    figures += latency("far_publish_to_partner_searchable_ms", found, p50=delay_ms + 20, p99=delay_ms + 100)
    figures += latency("far_publish_to_partner_searchable_rest_ms", rest[1], p50=20, p99=100, note=note)
    figures += latency("peer_road_late_ms", [late], note="how late the delay itself came; part of the figures above")
    return figures
