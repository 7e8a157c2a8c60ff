"""Run the simulated coalition over many seeds and print one JSON line: `python -m tests.world.simulate`.

Each seed is a life of its own: the same seed gives the same digest on any machine. Exit code 0 only if no
promise was broken; a violation is printed to standard error with its seed as soon as it is found.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from tests.world.campaign import Outcome, live

_TELL_EVERY = 25
"""Seeds between two lines on standard error: a campaign that is stopped leaves what it found."""


def run(seeds: range, *, members: int, workers: int) -> Iterator[Outcome]:
    """Yield the outcome of every seed in order."""
    if workers == 1 or len(seeds) == 1:
        yield from (live(seed, members) for seed in seeds)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(partial(live, members=members), seeds)


def summary(outcomes: Iterable[Outcome], *, members: int, seconds: float) -> dict[str, object]:
    """Return the line to print: one digest over the digests of all seeds."""
    outcomes = list(outcomes)
    faults: Counter[str] = Counter()
    digest = hashlib.sha256()
    for outcome in outcomes:
        faults.update(outcome.faults)
        digest.update(bytes.fromhex(outcome.digest))
    return {
        "seeds": len(outcomes),
        "first_seed": outcomes[0].seed,
        "members": members,
        "events": sum(outcome.events for outcome in outcomes),
        "simulated_seconds": sum(outcome.simulated_ms for outcome in outcomes) // 1000,
        "faults": dict(sorted(faults.items())),
        "violations": sum(len(outcome.violations) for outcome in outcomes),
        "violating_seeds": [outcome.seed for outcome in outcomes if outcome.violations],
        "digest": digest.hexdigest(),
        "cpu_seconds": round(sum(outcome.cpu_seconds for outcome in outcomes), 1),
        "wall_seconds": round(seconds, 1),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="simulate", description="Run the simulated coalition.")
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds")
    parser.add_argument("--members", type=int, default=41, help="members per coalition")
    parser.add_argument("--first-seed", type=int, default=0, help="the first seed")
    parser.add_argument("--minutes", type=float, default=0, help="begin no seed after so long; 0: do all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    asked = parser.parse_args(arguments)
    if asked.seeds < 1 or asked.members < 1:
        parser.error("seeds and members count from 1")
    began, outcomes = time.monotonic(), []
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    for outcome in run(seeds, members=asked.members, workers=min(asked.workers, asked.seeds)):
        outcomes.append(outcome)
        for sentence in outcome.violations:
            print(sentence, file=sys.stderr, flush=True)
        if asked.minutes and time.monotonic() - began > asked.minutes * 60:
            break
        if len(outcomes) % _TELL_EVERY == 0 and len(outcomes) < asked.seeds:
            so_far = summary(outcomes, members=asked.members, seconds=time.monotonic() - began)
            print(json.dumps(so_far), file=sys.stderr, flush=True)
    line = summary(outcomes, members=asked.members, seconds=time.monotonic() - began)
    print(json.dumps(line))
    return 1 if line["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
