"""How fast one core reads: machine-readable zones, a UN list, a FollowTheMoney file; by processor time.

Knows:    the writers of invented lists.
Told:     nothing; sizes are fixed but for `quick`.
Answers:  zones per second by layout, seconds for a list, rows per second and memory growth for a file.
Trusted:  no: measured, not shipped.

Processor time, because other work on the machine should not count; the best of several short runs, because it
still does: shared caches and clock rates are not ours to hold.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, get_args

from benchmarks.figures import Figure
from benchmarks.machine import resident_mb
from evenhand.interop.ftm_list import read_lines
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.interop.synthetic_records import ftm_rows
from evenhand.interop.un_sc import parse as parse_un
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_layout import Kind
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues

TODAY = date(2026, 11, 23)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def best(work: Callable[[], Any], runs: int) -> float:
    """Return the least processor time of several runs, in seconds."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def zones(kind: Kind, count: int, dice: Random) -> list[tuple[str, ...]]:
    """Invent zones without problems; most personal-number fields are empty, as in most countries."""

    def word(letters: int) -> str:
        return "".join(dice.choices(LETTERS, k=letters))

    return [
        compose_mrz(MrzValues(
            kind=kind, document_code={"TD3": "P", "MRV-A": "V", "MRV-B": "V"}.get(kind, "I"), issuer="UTO",
            number=f"{word(2)}{dice.randint(1_000_000, 9_999_999)}", primary=word(dice.randint(4, 10)),
            secondary=f"{word(5)} {word(6)}", nationality="UTO", sex="F" if dice.random() < 0.5 else "M",
            birth_date=f"{dice.randint(1950, 2010)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            expiry=f"{dice.randint(2026, 2036)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            optional=word(7) if dice.random() < 0.2 else "",
        ))
        for _ in range(count)
    ]  # fmt: skip


def read_zones(made: list[tuple[str, ...]]) -> None:
    """Read every zone."""
    for zone in made:
        parse_mrz(zone, today=TODAY)


def read_file(rows: list[bytes], count: int) -> float:
    """Read a FollowTheMoney file of so many rows as it streams by; return how much memory grew, in MB."""

    def lines() -> Iterator[bytes]:
        return islice(cycle(rows), count)

    before, most = resident_mb(os.getpid()), 0.0
    for number, _ in enumerate(read_lines(lines)):
        if number % 10_000 == 0:
            most = max(most, resident_mb(os.getpid()) - before)
    return most


def run(folder: Path, *, quick: bool = False) -> list[Figure]:  # noqa: ARG001 - as every benchmark
    """Measure."""
    dice, runs = Random(1), 1 if quick else 15
    made = {kind: zones(kind, 100 if quick else 3_000, dice) for kind in get_args(Kind)}
    figures = [
        Figure(name=f"mrz_{kind.lower().replace('-', '_')}_per_s", samples=runs, better="higher", wanted=200_000,
               value=len(some) / best(partial(read_zones, some), runs), note="processor time, one core")
        for kind, some in made.items()
    ]  # fmt: skip
    listed = write_un_xml(synthetic_persons(1, 20 if quick else 700))
    repeated = min(runs, 3)
    figures.append(
        Figure(name="un_list_parse_s", value=best(lambda: parse_un(listed), repeated), samples=repeated, wanted=2,
               note="700 people; processor time")
    )  # fmt: skip
    rows, count = list(ftm_rows(synthetic_persons(1, 20 if quick else 500))), 200 if quick else 500_000
    begun = time.process_time()
    grown = read_file(rows, count)
    seconds = time.process_time() - begun
    return [
        *figures,
        Figure(name="ftm_rows_per_s", value=count / seconds, samples=1, better="higher", wanted=5_000,
               note=f"{count} rows, each a sanctioned person with papers; processor time"),
        Figure(name="ftm_memory_growth_mb", value=grown, samples=1, wanted=20, note="resident, over the same rows"),
    ]  # fmt: skip
