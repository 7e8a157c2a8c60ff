"""Derive the shipped table of Latin words that are spellings of one word, from words paired across scripts.

Run: python -m tools.learn_respelt TOKEN_PAIRS.jsonl.gz src/evenhand/names/tables/respelt.tsv.gz
Two Latin words are spellings of one where both were seen for the same native word. Chinese, Japanese and Korean are
left out: they have one syllable where Latin letters tell two names apart. One sighting is an accident; of two words
that nobody bears nothing needs to be known.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

from rapidfuzz.distance import OSA

from evenhand.names.latin import fold
from evenhand.names.parts import is_known

LANGUAGES = frozenset({"ar", "el", "fa", "he", "hy", "ru"})
SEEN_MIN, LETTERS_MIN = 2, 2
APART_MAX = 0.6
"""The share of letters that may differ: kings and countries are translated, and one is taken for another."""
WORDS_MAX = 60
"""The commonest Latin words that are taken of one native word."""


def written_for(path: Path) -> dict[tuple[str, str], Counter[str]]:
    """Return per language and native word the folded Latin words seen for it."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            word = fold(row["latin"])
            if row["lang"] in LANGUAGES and len(word) > LETTERS_MIN:
                found[row["lang"], row["native"]][word] += row["count"]
    return found


def spellings_of_one(written: dict[tuple[str, str], Counter[str]]) -> Counter[tuple[str, str]]:
    """Return how often two Latin words, the first in the alphabet first, were seen for one native word."""
    found: Counter[tuple[str, str]] = Counter()
    for seen in written.values():
        for (one, count), (other, less) in combinations(seen.most_common(WORDS_MAX), 2):
            found[min(one, other), max(one, other)] += min(count, less)
    return Counter({
        (one, other): n
        for (one, other), n in found.items()
        if n >= SEEN_MIN
        and (is_known(one) or is_known(other))
        and OSA.distance(one, other) <= APART_MAX * max(len(one), len(other))
    })


def lines_of(pairs: Counter[tuple[str, str]]) -> list[str]:
    """Return a line a word: the words after it in the alphabet that are spellings of it, each with its bits."""
    found: dict[str, list[str]] = defaultdict(list)
    for (one, other), count in sorted(pairs.items()):
        found[one].append(f"{other}{count.bit_length()}")
    return [f"{word}\t{','.join(others)}" for word, others in found.items()]


if __name__ == "__main__":
    table = spellings_of_one(written_for(Path(sys.argv[1])))
    Path(sys.argv[2]).write_bytes(gzip.compress("\n".join(lines_of(table)).encode(), 9, mtime=0))
    print(len(table))
