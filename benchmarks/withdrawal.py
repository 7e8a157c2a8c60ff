"""How soon a withdrawn notice stops matching at a partner that is busy with a backlog of ordinary entries.

Knows:    the express lane should let a withdrawal overtake.
Told:     the size of the backlog and how many withdrawals follow it.
Answers:  milliseconds from the order to the first answer without the notice, and how many truly overtook.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.coalition import FOLLOWER, OWNER, make_plan
from benchmarks.figures import Figure, latency
from benchmarks.latency import pair

_PAUSE_S = 0.05


async def _measure(folder: Path, *, backlog: int, rounds: int, each: int) -> tuple[list[list[float]], int]:
    remotes = await pair(make_plan(folder))
    owner, follower = remotes[OWNER], remotes[FOLLOWER]
    taken: list[list[float]] = []
    overtook = 0
    try:
        await owner.ask("publish_bulk", 0, rounds * each)
        await follower.ask("reached", await owner.ask("size"))
        await follower.ask("look_away")
        for turn in range(rounds):
            numbers = list(range(turn * each, (turn + 1) * each))
            for number in numbers:
                assert await follower.ask("expect_gone", number), "it must match before it is withdrawn"
            start = rounds * each + turn * backlog
            ordered = await owner.ask("bulk_then_withdraw", start, backlog, numbers, _PAUSE_S)
            size = await owner.ask("size")
            gone = {number: await follower.ask("gone", number) for number in numbers}
            taken.append([(gone[number][0] - at) / 1e6 for number, at in ordered.items()])
            overtook += sum(held < size - each for _, held in gone.values())
            await follower.ask("reached", size)
    finally:
        for remote in remotes.values():
            await remote.stop()
    return taken, overtook


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the withdrawal figures."""
    backlog, rounds, each = (300, 1, 2) if quick else (10_000, 5, 10)
    taken, overtook = asyncio.run(
        _measure(folder / "withdraw", backlog=backlog, rounds=rounds, each=each)
    )
    note = f"{rounds} times {each} withdrawals behind {backlog} ordinary entries just published"
    everything = [one for run in taken for one in run]
    figures = latency("withdraw_to_no_match_ms", [everything], p99=200, note=note)
    figures.append(
        Figure(name="withdrawals_that_overtook", value=overtook, samples=len(everything), better="higher",
               note="they took effect before the backlog had arrived")
    )  # fmt: skip
    return figures
