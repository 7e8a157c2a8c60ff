# ruff: noqa: ANN401, C901, FBT001, FBT003, PLR0917, PLR2004
"""EM over joint letter chunks, as kernels: which native letters stand for which Latin ones.

Follows S. Jiampojamarn, G. Kondrak and T. Sherif (2007), many-to-many alignments. A chunk pair is one 64-bit key:
native letters of 12 bits each, then Latin letters of 5 bits after a leading one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

LATIN_SPAN = 4294967296
_NATIVE_MAX, _LATIN_MAX = 46, 62


@njit(cache=True)
def place(keys: Any, key: int) -> int:
    """Return the slot of a key in an open-addressed table, or of the free slot where it would go."""
    mask = keys.size - 1
    at = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
    while keys[at] not in (key, -1):
        at = (at + 1) & mask
    return int(at)


@njit(cache=True)
def chunk(native: Any, i: int, more: int, latin: Any, j: int, wide: int) -> int:
    """Return the key of `more` native letters at i with `wide` Latin letters at j."""
    first, second = np.int64(0), np.int64(1)
    for at in range(more):
        first = first * 4096 + native[i + at]
    for at in range(wide):
        second = second * 32 + latin[j + at]
    return int(first * LATIN_SPAN + second)


@njit(cache=True)
def chance(keys: Any, values: Any, key: int, more: int, wide: int, first: bool) -> float:
    """Return the probability of a chunk pair; in the first round a prior for equal lengths."""
    at = place(keys, key)
    if first:
        keys[at] = key
        return float(0.01 * 0.02 ** (abs(wide - 1) + (more - 1) * 1.2))
    return float(values[at]) if keys[at] == key else 0.0


@njit(cache=True)
def expect(
    native: Any, latin: Any, weight: float, sizes: Any, keys: Any, values: Any, new: Any, first: bool, least: float
) -> bool:
    """Add the expected counts of one word pair to `new`; return whether the pair was likely enough."""
    n, m = native.size, latin.size
    if n == 0 or m == 0 or n > _NATIVE_MAX or m > _LATIN_MAX:
        return False
    forward, backward = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1))
    forward[0, 0] = backward[n, m] = 1.0
    for i in range(n):
        for j in range(m + 1):
            if forward[i, j] > 0:
                for more in range(1, min(sizes[0], n - i) + 1):
                    for wide in range(0 if more == 1 else 1, min(sizes[1], m - j) + 1):
                        p = chance(keys, values, chunk(native, i, more, latin, j, wide), more, wide, first)
                        forward[i + more, j + wide] += forward[i, j] * p
    total = forward[n, m]
    if total <= 1e-290 or (not first and np.log(total) / (n + m) < least):
        return False
    for i in range(n - 1, -1, -1):
        for j in range(m, -1, -1):
            for more in range(1, min(sizes[0], n - i) + 1):
                for wide in range(0 if more == 1 else 1, min(sizes[1], m - j) + 1):
                    if backward[i + more, j + wide] > 0:
                        key = chunk(native, i, more, latin, j, wide)
                        part = chance(keys, values, key, more, wide, first) * backward[i + more, j + wide]
                        backward[i, j] += part
                        new[place(keys, key)] += weight * forward[i, j] * part / total
    return True


@njit(cache=True)
def best_path(native: Any, latin: Any, sizes: Any, keys: Any, values: Any, least: float) -> Any:
    """Return the slots of the likeliest chunks of one word pair; empty if it is too unlikely."""
    n, m = native.size, latin.size
    best, back = np.full((n + 1, m + 1), -1e30), np.zeros((n + 1, m + 1), np.int64)
    best[0, 0] = 0.0
    for i in range(n):
        for j in range(m + 1):
            if best[i, j] > -1e29:
                for more in range(1, min(sizes[0], n - i) + 1):
                    for wide in range(0 if more == 1 else 1, min(sizes[1], m - j) + 1):
                        p = chance(keys, values, chunk(native, i, more, latin, j, wide), more, wide, False)
                        if p > 0 and best[i, j] + np.log(p) > best[i + more, j + wide]:
                            best[i + more, j + wide] = best[i, j] + np.log(p)
                            back[i + more, j + wide] = more * 16 + wide
    if n == 0 or m == 0 or best[n, m] / (n + m) < least:
        return np.zeros(0, np.int64)
    path = np.zeros(n, np.int64)
    count, i, j = 0, n, m
    while i > 0:
        step = back[i, j]
        i, j = i - step // 16, j - step % 16
        path[count] = place(keys, chunk(native, i, step // 16, latin, j, step % 16))
        count += 1
    return path[:count][::-1]
