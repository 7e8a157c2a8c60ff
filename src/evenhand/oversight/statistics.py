"""Exact comparisons of counts, in integers: the same verdict on every machine.

Knows:    the hypergeometric distribution, the two-proportion z test, and Wilson's interval.
Told:     counts.
Answers:  verdicts, and proportions in per mille.
Trusted:  yes: a float's last bit must not decide whether a post is reviewed.
"""

from __future__ import annotations

from math import comb, isqrt
from typing import Final

EXACT_MAX: Final = 2_000
"""Up to this many people the test is exact (Fisher 1922); above, normal: its error is far below a per mille."""
_Z_SQUARED_MICRO: Final = ((50, 2_705_543), (25, 3_841_459), (10, 5_411_894), (5, 6_634_897), (1, 9_549_536))
"""One-sided p in per mille, and the square of its normal quantile in millionths (e.g. 2.326348^2)."""
_Z95_MICRO: Final = 3_841_459  # 1.959964^2: the two-sided 95 % interval


def is_ratio_reached(hits: int, of: int, other_hits: int, *, other_of: int, permille: int) -> bool:
    """Say whether hits/of is at least permille/1000 times other_hits/other_of."""
    return hits * other_of * 1000 >= permille * other_hits * of


def is_significant(hits: int, of: int, other_hits: int, *, other_of: int, permille: int) -> bool:
    """Say whether so many hits in the first group would come by chance with p < permille/1000 (one-sided).

    Exact up to EXACT_MAX people (Fisher, hypergeometric tail); then the pooled two-proportion z test,
    whose quantile is the next stricter one of the table.
    """
    total, marked = of + other_of, hits + other_hits
    if total <= EXACT_MAX:
        tail = sum(
            comb(marked, count) * comb(total - marked, of - count)
            for count in range(hits, min(marked, of) + 1)
        )
        return tail * 1000 < permille * comb(total, of)
    gap = hits * other_of - other_hits * of
    spread = of * other_of * marked * (total - marked)
    quantile = next((z for p, z in _Z_SQUARED_MICRO if p <= permille), _Z_SQUARED_MICRO[-1][1])
    return gap > 0 and gap * gap * total * 1_000_000 > quantile * spread


def wilson_permille(hits: int, of: int) -> tuple[int, int, int]:
    """Return (low, share, high) in per mille, rounded outwards: Wilson's 95 % score interval (1927).

    (0, 0, 1000) where nothing was counted: nothing is known.
    """
    if of == 0:
        return 0, 0, 1000
    unit = 1_000_000
    centre = 2 * hits * unit + _Z95_MICRO
    # n * width^2 = z^2 * (z^2 + 4 * hits * (of - hits) / of), all times unit^2
    inner = _Z95_MICRO * (_Z95_MICRO * of + 4 * hits * (of - hits) * unit)
    root = isqrt(inner // of)
    below = 2 * (of * unit + _Z95_MICRO)
    low = max(0, (centre - root - 1) * 1000 // below) if hits else 0
    high = min(1000, -((-(centre + root + 1) * 1000) // below)) if hits < of else 1000
    return low, (2000 * hits + of) // (2 * of), high


def quantile(values: list[int], permille: int) -> int:
    """Return the nearest-rank quantile of sorted values; 0 of none."""
    if not values:
        return 0
    return values[max(0, -(-len(values) * permille // 1000) - 1)]
