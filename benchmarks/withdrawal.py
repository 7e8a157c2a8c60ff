"""How soon a withdrawn notice stops matching at a partner that is busy with a backlog of ordinary entries.

Knows:    the express lane should let a withdrawal overtake.
Told:     the size of the backlog and how many withdrawals.
Answers:  milliseconds from the order to the first answer without the notice, and how many truly overtook.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.coalition import FOLLOWER, OWNER, make_plan
from benchmarks.figures import Figure, latency
from benchmarks.latency import pair


async def _measure(folder: Path, *, backlog: int, repeats: int) -> tuple[list[float], int]:
    remotes = await pair(make_plan(folder))
    owner, follower = remotes[OWNER], remotes[FOLLOWER]
    taken, overtook = [], 0
    try:
        await owner.ask("publish_bulk", 0, repeats)
        await follower.ask("reached", await owner.ask("size"))
        await follower.ask("watch", False)
        for turn in range(repeats):
            assert await follower.ask("expect_gone", turn), "the notice must match before it is withdrawn"
            ordered = await owner.ask("bulk_then_withdraw", repeats + turn * backlog, backlog, turn)
            gone, held = await follower.ask("gone", turn)
            size = await owner.ask("size")
            taken.append((gone - ordered) / 1e6)
            overtook += held < size
            await follower.ask("reached", size)
    finally:
        for remote in remotes.values():
            await remote.stop()
    return taken, overtook


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the withdrawal figures."""
    backlog, repeats = (300, 2) if quick else (10_000, 20)
    taken, overtook = asyncio.run(_measure(folder / "withdraw", backlog=backlog, repeats=repeats))
    note = f"{repeats} withdrawals, each behind {backlog} ordinary entries just published"
    figures = latency("withdraw_to_no_match_ms", [taken], p99=200, note=note)
    figures.append(
        Figure(name="withdrawals_that_overtook", value=overtook, samples=repeats, better="higher",
               note="the rest met a partner that had already caught up")
    )  # fmt: skip
    return figures
