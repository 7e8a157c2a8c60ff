# ruff: noqa: E501 - tables
"""Derive the shipped reading tables from native–Latin token pairs.

Run: python tools/learn_readings.py PAIRS.jsonl.gz OUT_FOLDER [language …]
Then: python tools/learn_readings_han.py OUT_FOLDER; the readings of kanji are learned from what that writes.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from evenhand.names.asia import kanji
from evenhand.names.latin import fold
from tools.learn_readings_em import LATIN_SPAN, best_path, expect

SIZES = {"zh": (1, 6), "ja-kana": (2, 4), "ko": (2, 4), "kanji": (1, 6)}
TABLES = {
    "he": "he",
    "ar": "ar",
    "fa": "fa",
    "el": "el",
    "hy": "hy",
    "ko": "ko",
    "ja-kana": "kana",
    "zh": "zh",
    "ru": "ru",
    "kanji": "kanji",
}
BLOCKS = {"ar": "\u0600\u06ff", "fa": "\u0600\u06ff", "he": "\u0590\u05ff", "el": "\u0370\u1fff", "hy": "\u0530\u058f",
          "ru": "\u0400\u04ff", "ko": "\u1100\u11ff", "ja": "\u30a0\u30ff", "zh": "\u3400\u9fff"}  # fmt: skip
ROUNDS, TABLE_BITS = 8, 25
Chunk = tuple[str, str]
Paths = list[tuple[float, list[Chunk]]]


def native(text: str, language: str) -> str:
    """Return a native word as the names room hands it to the tables."""
    low = unicodedata.normalize("NFKC", text.lower())
    if language == "ko":
        low = unicodedata.normalize("NFD", low)
    elif language in ("ar", "fa", "he"):
        low = "".join(mark for mark in low if not unicodedata.combining(mark) or mark == "ٔ").replace("ـ", "")
    if language == "fa":
        low = low.replace("ي", "ی").replace("ى", "ی").replace("ك", "ک").replace("\u200c", "")
    return "".join(mark for mark in low if mark.isalpha() or unicodedata.combining(mark) or mark in "'ー׳")


def load(path: Path, language: str) -> list[tuple[str, str, int]]:
    """Return (native word, Latin word, count) of one language; of kanji, the names of the shipped dictionary."""
    if language == "kanji":
        return [(text, read, 1) for (text, _), found in sorted(kanji().items()) for read in found[:2]]
    first, last = BLOCKS[language[:2]]
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["lang"] == language:
                word, latin = native(row["native"], language[:2]), fold(row["latin"])
                if word and latin and all(first <= mark <= last or mark in "'ー" for mark in word):
                    found.append((word, latin, row["count"]))
    return found


def align(pairs: list[tuple[str, str, int]], sizes: tuple[int, int]) -> Paths:
    """Return the likeliest chunks of every pair that is likely enough."""
    letters = sorted({mark for word, _, _ in pairs for mark in word})
    code = {mark: at + 1 for at, mark in enumerate(letters)}
    rows = [
        (np.array([code[mark] for mark in word]), np.array([ord(mark) - 96 for mark in latin]), 1 + math.log(count))
        for word, latin, count in pairs
    ]
    limits = np.array(sizes)
    keys, values = np.full(1 << TABLE_BITS, -1, np.int64), np.zeros(1 << TABLE_BITS)
    for turn in range(ROUNDS):
        new = np.zeros(1 << TABLE_BITS)
        for word, latin, weight in rows:
            expect(word, latin, weight, limits, keys, values, new, turn == 0, -3.5 if turn < 3 else -2.6)  # noqa: PLR2004
        new[new < (0.3 if turn < 4 else 0.8)] = 0  # noqa: PLR2004 - rare chunks are let live at first
        values = new / new.sum()
    found = []
    for word, latin, weight in rows:
        path = [_text(int(keys[slot]), letters) for slot in best_path(word, latin, limits, keys, values, -2.6)]
        if path:
            found.append((weight, path))
    return found


def _text(key: int, letters: list[str]) -> Chunk:
    first, second = divmod(key, LATIN_SPAN)
    word = latin = ""
    while first:
        first, mark = divmod(first, 4096)
        word = letters[mark - 1] + word
    while second > 1:
        second, mark = divmod(second, 32)
        latin = chr(96 + mark) + latin
    return word, latin


def _cost(chance: float) -> int:
    return min(255, max(0, round(-math.log2(chance) * 12)))


def options(counts: Counter[Chunk]) -> list[Chunk]:
    """Return the chunks that are kept, grouped by native letters, likeliest first."""
    by_native: dict[str, list[Chunk]] = defaultdict(list)
    for one in counts:
        by_native[one[0]].append(one)
    kept = []
    for group in by_native.values():
        group.sort(key=lambda one: (-counts[one], one))
        total = sum(counts[one] for one in group)
        kept.append([one for at, one in enumerate(group) if not at or counts[one] >= max(1.0, 0.006 * total)][:10])
    return [one for group in kept for one in group]


def table(paths: Paths) -> dict[str, np.ndarray]:
    """Return the arrays of `evenhand.names.romanise.Model`."""
    counts: Counter[Chunk] = Counter()
    for weight, path in paths:
        for one in path:
            counts[one] += weight
    kept = options(counts)
    code = {mark: at + 1 for at, mark in enumerate(sorted({mark for one, _ in kept for mark in one}))}
    packed = {one: code[one[0]] * 65536 + (code[one[1]] if len(one) > 1 else 0) for one, _ in kept}
    kept.sort(key=lambda one: packed[one[0]])  # stable: likeliest first within a chunk
    number = {one: at for at, one in enumerate(kept)}
    chunks = sorted(set(packed.values()))
    start = np.searchsorted([packed[one[0]] for one in kept], [*chunks, 1 << 40])
    latin = np.zeros((len(kept), 6), np.uint8)
    for at, one in enumerate(kept):
        latin[at, : len(one[1])] = list(one[1].encode())
    alone = np.array([counts[one] for one in kept] + [0.0, len(paths)]) / sum(counts.values())
    cost = [_cost(p) if p else 255 for p in alone]
    backoff, keys, costs = _pairs(paths, number, alone, cost)
    return {
        "chars": np.array([ord(mark) for mark in code], np.int32), "chunk": np.array(chunks, np.int32),
        "start": start.astype(np.int32), "latin": latin, "cost": np.array(cost, np.uint8),
        "backoff": np.array(backoff, np.uint8), "pair": np.array(keys, np.uint32), "pair_cost": np.array(costs, np.uint8),
    }  # fmt: skip


def _pairs(
    paths: Paths, number: dict[Chunk, int], alone: np.ndarray, cost: list[int]
) -> tuple[list[int], list[int], list[int]]:
    """Return backoff costs, keys and costs of what follows what (Witten and Bell 1991)."""
    begin, end = len(number), len(number) + 1
    after: dict[int, Counter[int]] = defaultdict(Counter)
    for weight, path in paths:
        ids = [number.get(one, -1) for one in path]
        if -1 not in ids:
            for one, other in zip([begin, *ids], [*ids, end], strict=True):
                after[one][other] += weight  # type: ignore[assignment]
    backoff, rows = [0] * (end + 1), []
    for one, found in after.items():
        total, kinds = sum(found.values()), len(found)
        backoff[one] = _cost(kinds / (total + kinds))
        for other, count in found.items():
            price = _cost((count + kinds * alone[other]) / (total + kinds))
            if count >= 1.5 and price < backoff[one] + cost[other] - 1:  # noqa: PLR2004 - seen more than once
                rows.append((one * 65536 + other, price))
    rows.sort()
    return backoff, [key for key, _ in rows], [price for _, price in rows]


if __name__ == "__main__":
    for name in sys.argv[3:] or list(TABLES):
        read = align(load(Path(sys.argv[1]), name), SIZES.get(name, (2, 3)))
        np.savez_compressed(Path(sys.argv[2]) / f"reading_{TABLES[name]}.npz", **table(read))  # type: ignore[arg-type]
        print(name, len(read))
