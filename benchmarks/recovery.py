"""How soon a member is whole again: after a cut, after a restart, and from nothing.

Knows:    roads that can be cut, snapshots, catching up from tiles.
Told:     how many entries, how long a cut.
Answers:  seconds.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.coalition import (
    CODES,
    FOLLOWER,
    OWNER,
    NoMatcher,
    Plan,
    build_member,
    free_port,
    make_plan,
    outgoing,
)
from benchmarks.figures import Figure, middle
from benchmarks.latency import RATE_PER_S, pair
from benchmarks.process import Remote
from benchmarks.proxy import Road

_CHUNK = 5_000


# -- a cut --------------------------------------------------------------------------------------------


async def _catch_up(folder: Path, *, cut_s: float) -> float:
    doors = {code: free_port() for code in CODES}
    plan = make_plan(folder, seen_at=doors)
    roads = [Road(doors[code], plan.ports[code]) for code in CODES]
    for road in roads:
        await road.open()
    remotes = await pair(plan)
    owner, follower = remotes[OWNER], remotes[FOLLOWER]
    await follower.ask("look_away")
    try:
        await owner.ask("publish_paced", 0, 50, RATE_PER_S)
        await follower.ask("reached", await owner.ask("size"))
        for road in roads:
            road.cut()
        await owner.ask("publish_paced", 50, round(cut_s * RATE_PER_S), RATE_PER_S)
        target = await owner.ask("size")
        reached = asyncio.create_task(follower.ask("reached", target))
        publishing = asyncio.create_task(owner.ask("publish_paced", 100_000, 100, RATE_PER_S))
        healed = time.monotonic_ns()
        for road in roads:
            road.heal()
        taken = (await reached - healed) / 1e9
        await publishing
        return taken
    finally:
        for remote in remotes.values():
            await remote.stop()
        for road in roads:
            await road.close()


# -- from nothing, and from a snapshot -------------------------------------------------------------------


def _fill(plan: Plan, entries: int) -> float:
    """Publish notices at the owner on its disk; return the seconds it took."""
    owner = build_member(plan, OWNER, matcher=NoMatcher())
    owner.open()
    begun = time.monotonic()
    for at in range(0, entries, _CHUNK):
        owner.publish(list(outgoing(at, min(_CHUNK, entries - at))))
    taken = time.monotonic() - begun
    owner._store.close()
    return taken


async def _load_and_restart(
    plan: Plan, *, entries: int, restarts: int
) -> tuple[float, list[tuple[float, float]]]:
    owner = await Remote(plan, OWNER).ready()
    size = await owner.ask("size")
    begun = time.monotonic_ns()
    follower = await Remote(plan, FOLLOWER).ready()
    await follower.ask("look_away")
    loaded = (await follower.ask("reached", size) - begun) / 1e9
    assert (await follower.ask("first_answer", entries - 1))[0], "the last notice must be found after loading"
    await follower.ask("save")
    await follower.stop()
    await owner.stop()
    times = []
    for _ in range(restarts):
        follower = await Remote(plan, FOLLOWER).ready()
        right, fitted, whole_s, open_s = await follower.ask("first_answer", entries // 2)
        assert right, "the first answer after a restart must be right"
        assert fitted, "the restart must come from the snapshot"
        times.append((open_s, whole_s))
        await follower.stop()
    return loaded, times


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the recovery figures."""
    cut_s, repeats = (1.0, 1) if quick else (20.0, 3)
    caught = [asyncio.run(_catch_up(folder / f"cut-{i}", cut_s=cut_s)) for i in range(repeats)]
    figures = [
        middle("catch_up_after_20s_cut_s", caught, wanted=1.5,
               note=f"{cut_s:.0f} s of 100 entries/s missed, while 100 more a second come")
    ]  # fmt: skip
    entries, restarts = (600, 1) if quick else (100_000, 5)
    plan = make_plan(folder / "load")
    published = _fill(plan, entries)
    loaded, times = asyncio.run(_load_and_restart(plan, entries=entries, restarts=restarts))
    return [
        *figures,
        Figure(name="publish_bulk_entries_per_s", value=entries / published, samples=1, better="higher",
               note="sealing, signing, two synced commits and the guard for each 500"),
        Figure(name="initial_load_100k_notices_s", value=loaded, samples=1, wanted=60,
               note=f"{entries} notices over loopback into an empty member, its start and index included"),
        middle("follower_restart_s", [one for one, _ in times], wanted=1,
               note=f"{entries} entries: opening from the snapshot; then the first answer was right"),
        middle("follower_restart_process_s", [whole for _, whole in times],
               note="the same from the start of the process: interpreter, imports, server, first answer"),
    ]  # fmt: skip
