# ruff: noqa: ANN401, C901, PLR0917, PLR2004
"""Latin readings of a word in another script, best first, by learned tables.

Knows:    joint letter chunks and what follows what, per language (tables derived by tools/learn_readings.py).
Told:     a folded word.
Answers:  up to `READINGS_MAX` Latin readings with costs in twelfths of a bit above the best.
Trusted:  yes: the tables are part of the matcher's version.

The model is a bigram over joint chunks (M. Bisani and H. Ney, Joint-sequence models, 2008), decoded by beam.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

READINGS_MAX: Final = 8
_BEAM: Final = 12
_WIDTH: Final = 40
_WORD_MAX: Final = 40
_UNKNOWN_COST: Final = 120


class Model(NamedTuple):
    """Tables of one language, as arrays."""

    chars: NDArray[np.int32]
    chunk: NDArray[np.int32]
    start: NDArray[np.int32]
    latin: NDArray[np.uint8]
    cost: NDArray[np.uint8]
    backoff: NDArray[np.uint8]
    pair: NDArray[np.uint32]
    pair_cost: NDArray[np.uint8]


@lru_cache(maxsize=32)
def model(language: str) -> Model:
    """Return the tables of a language (ar, el, fa, he, hy, kana, kanji, ko, ru, zh)."""
    with files("evenhand.names").joinpath(f"tables/reading_{language}.npz").open("rb") as file:
        loaded: Any = np.load(file, allow_pickle=False)
        return Model(**{name: loaded[name] for name in Model._fields})


@njit(cache=True, nogil=True)
def _place(
    text: Any,
    size: Any,
    cost: Any,
    last: Any,
    count: Any,
    at: int,
    new: Any,
    new_size: int,
    new_cost: int,
    new_last: int,
) -> None:
    """Put one hypothesis into the beam at a position, keeping the best and no doubles."""
    beam = text.shape[1]
    worst, worst_cost = -1, -1
    for index in range(count[at]):
        if last[at, index] == new_last and size[at, index] == new_size:
            same = True
            for mark in range(new_size):
                if text[at, index, mark] != new[mark]:
                    same = False
                    break
            if same:
                cost[at, index] = min(cost[at, index], new_cost)
                return
        if cost[at, index] > worst_cost:
            worst_cost, worst = cost[at, index], index
    if count[at] < beam:
        worst = count[at]
        count[at] += 1
    elif worst_cost <= new_cost:
        return
    text[at, worst, :new_size] = new[:new_size]
    size[at, worst], cost[at, worst], last[at, worst] = new_size, new_cost, new_last


@njit(cache=True, nogil=True)
def _step(pair: Any, pair_cost: Any, backoff: Any, unigram: Any, before: int, chunk: int) -> int:
    key = before * 65536 + chunk
    index = np.searchsorted(pair, np.uint32(key))
    if index < pair.size and pair[index] == key:
        return int(pair_cost[index])
    return int(backoff[before]) + int(unigram[chunk])


@njit(cache=True, nogil=True)
def _decode(
    word: Any, chunk: Any, start: Any, latin: Any, unigram: Any, backoff: Any, pair: Any, pair_cost: Any
) -> Any:
    length = word.size
    text = np.zeros((length + 1, _BEAM, _WIDTH), np.uint8)
    size = np.zeros((length + 1, _BEAM), np.int32)
    cost = np.zeros((length + 1, _BEAM), np.int32)
    last = np.zeros((length + 1, _BEAM), np.int32)
    count = np.zeros(length + 1, np.int32)
    begin, end = latin.shape[0], latin.shape[0] + 1
    count[0] = 1
    last[0, 0] = begin
    new = np.zeros(_WIDTH, np.uint8)
    for at in range(length):
        for index in range(count[at]):
            here = size[at, index]
            new[:here] = text[at, index, :here]
            known = False
            for step in range(1, 3):
                if at + step > length:
                    break
                key = word[at] * 65536 + (word[at + 1] if step == 2 else 0)
                found = np.searchsorted(chunk, key)
                if found >= chunk.size or chunk[found] != key:
                    continue
                known = True
                for option in range(start[found], start[found + 1]):
                    long = here
                    for mark in latin[option]:
                        if mark == 0 or long >= _WIDTH - 1:
                            break
                        new[long] = mark
                        long += 1
                    if count[at + step] == _BEAM and cost[at, index] > cost[at + step].max():
                        continue
                    paid = cost[at, index] + _step(pair, pair_cost, backoff, unigram, last[at, index], option)
                    _place(text, size, cost, last, count, at + step, new, long, paid, option)
            if not known:
                _place(
                    text, size, cost, last, count, at + 1, new, here, cost[at, index] + _UNKNOWN_COST, last[at, index]
                )
    for index in range(count[length]):
        if last[length, index] != begin:
            cost[length, index] += _step(pair, pair_cost, backoff, unigram, last[length, index], end)
    return text[length, : count[length]], size[length, : count[length]], cost[length, : count[length]]


@lru_cache(maxsize=400_000)
def readings(word: str, language: str, most: int = READINGS_MAX) -> tuple[tuple[str, int], ...]:
    """Return (Latin reading, cost above the best in twelfths of a bit), best first; empty if none."""
    tables = model(language)
    marks = np.array([ord(mark) for mark in word[:_WORD_MAX]], np.int32)
    index = np.searchsorted(tables.chars, marks)
    index[index == tables.chars.size] = 0
    coded = np.where(tables.chars[index] == marks, index + 1, 0).astype(np.int32)
    text, size, cost = _decode(
        coded, tables.chunk, tables.start, tables.latin, tables.cost, tables.backoff, tables.pair, tables.pair_cost
    )
    best: dict[str, int] = {}
    for line, long, paid in zip(text, size, cost, strict=True):
        read = bytes(line[:long]).decode("ascii")
        if read:
            best[read] = min(best.get(read, 1 << 30), int(paid))
    ranked = sorted(best.items(), key=lambda item: (item[1], item[0]))[:most]
    return tuple((read, paid - ranked[0][1]) for read, paid in ranked)
