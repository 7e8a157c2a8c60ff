"""Whatever comes in whatever order, and wherever power fails: a reader is what its own disk would make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.node.lives import Lives, Ways

SAID = {"correct": 4, "mark": 1, "withdraw": 1, "erase": 1, "change_roster": 1}
HEARD = {"hear": 6, "fetch": 3, "keep": 1, "stop": 1}
KINDS = {
    "of every kind": Ways(SAID | HEARD | {"overtake": 2}, cut=0.2),
    "of versions for fewer": Ways({"correct": 3, "hear": 6, "fetch": 6}, notices=1, entries=(3, 64), lost=0.8),
    "of withdrawals before their key": Ways(
        {"correct": 2, "withdraw": 2, "overtake": 4, "hear": 8, "fetch": 6}, notices=5, entries=(1, 2), lost=0.8
    ),
    "of many erasures": Ways(
        {"correct": 3, "erase": 4, "hear": 9, "fetch": 9}, notices=12, entries=(64,), lost=0.7, cut=0.5
    ),
    "beside older code": Ways(
        {"correct": 2, "overtake": 4, "hear": 9}, notices=1, entries=(1, 2), lost=0.1, older=True
    ),
}


@pytest.mark.parametrize(
    ("kind", "steps", "seeds"),
    [  # among the seeds are those whose lives found what the code before did wrong
        ("of every kind", 30, range(40)),
        ("of versions for fewer", 30, range(40)),
        ("of withdrawals before their key", 40, range(40, 60)),
        ("of many erasures", 60, range(30, 55)),
        ("beside older code", 30, range(40)),
    ],
)
def test_lives(tmp_path: Path, kind: str, steps: int, seeds: range) -> None:
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        Lives(folder, seed, KINDS[kind]).live(steps)
