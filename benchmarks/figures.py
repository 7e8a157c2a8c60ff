"""Figures: a measured number with what was wanted, and percentiles of repeated measurements.

Knows:    names, units by suffix, wanted bounds.
Told:     samples by the benchmarks.
Answers:  figures for `bench/results.json` and the printed table.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Literal

import msgspec


class Figure(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One number. `wanted` is the bound of the project, `better` the direction in which it holds."""

    name: str
    value: float
    samples: int
    better: Literal["lower", "higher"] = "lower"
    wanted: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the bound holds; None where there is no bound."""
        if self.wanted is None:
            return None
        return self.value <= self.wanted if self.better == "lower" else self.value >= self.wanted


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest sample with at least `share` of all at or below it."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(1, rank) - 1]


def latency(
    name: str, runs: Sequence[Sequence[float]], *, p50: float | None = None, p99: float | None = None,
    note: str = "",
) -> list[Figure]:  # fmt: skip
    """Return p50 and p99 of a latency: the median over the runs of each run's percentile."""
    count = sum(len(run) for run in runs)
    return [
        Figure(
            name=f"{name}_p{round(share * 100)}", value=median(percentile(run, share) for run in runs),
            samples=count, wanted=wanted, note=note,
        )
        for share, wanted in ((0.5, p50), (0.99, p99))
    ]  # fmt: skip


def middle(
    name: str, values: Sequence[float], *, wanted: float | None = None,
    better: Literal["lower", "higher"] = "lower", note: str = "",
) -> Figure:  # fmt: skip
    """Return the median of repeated runs."""
    return Figure(
        name=name, value=median(values), samples=len(values), wanted=wanted, better=better, note=note
    )
