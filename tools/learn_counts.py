# ruff: noqa: E501 - one formula a line
"""Derive rarities of words, nicknames and spellings of Korean syllables from public people and their name forms.

Run: python tools/learn_counts.py PERSONS.jsonl.gz PAIRS.jsonl.gz OUT_FOLDER
The Korean table (hangul.tsv.gz) comes from `learn_readings.align` over whole names of three syllables.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evenhand.names.latin import fold
from tools.learn_readings_han import write

_PEOPLE_EQUIVALENT = 117_302 + 590_000 * 2.5 / 6 / 2.3


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a compressed file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def latin_forms(person: dict[str, Any]) -> list[list[str]]:
    """Return the folded words of each Latin name of a person."""
    names = [name["name"] for name in person["names"] if name["script"] == "Latin"]
    return [[word for part in re.split(r"[\s,\-]+", name) if (word := fold(part))] for name in names]


def rarity_lines(counts: Counter[str]) -> list[str]:
    """Return lines of rarity in eighths of a bit and the words that have it."""
    groups: dict[int, list[str]] = defaultdict(list)
    for word, count in counts.items():
        if count >= 3 and 1 < len(word) <= 20:  # noqa: PLR2004 - seen three times
            bits = max(24, min(120, round(8 * math.log2(_PEOPLE_EQUIVALENT / count))))
            groups[bits // 2 * 2].append(word)
    return [f"{bits}\t{' '.join(sorted(groups[bits]))}" for bits in sorted(groups)]


def given_pairs(forms: list[list[str]]) -> set[tuple[str, str]]:
    """Return the pairs of first words that one person has beside one family name."""
    found = set()
    for at, one in enumerate(forms):
        for other in forms[at + 1 :]:
            if len(one) > 1 and len(other) > 1 and one[-1] == other[-1] and one[0] not in other and other[0] not in one:
                found.add((min(one[0], other[0]), max(one[0], other[0])))
    return {pair for pair in found if min(len(pair[0]), len(pair[1])) > 1}


def nickname_lines(pairs: Counter[tuple[str, str]], counts: Counter[str]) -> list[str]:
    """Return lines of a given name and the names that stand for it, the commonest first."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (one, other), count in pairs.items():
        share = count / min(counts[one], counts[other])
        if (count >= 3 and share >= 0.01) or (count == 2 and share >= 0.05):  # noqa: PLR2004 - often enough
            found[one].append((count, other))
            found[other].append((count, one))
    return [
        f"{word}\t{','.join(other for _, other in sorted(found[word], reverse=True)[:14])}" for word in sorted(found)
    ]


def main(persons: Path, pairs: Path, out: Path) -> None:
    """Count and write."""
    single: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for person in rows(persons):
        forms = latin_forms(person)
        single.update({word for form in forms for word in form})
        together.update(given_pairs(forms))
    total: Counter[str] = Counter(single)
    for row in rows(pairs):
        total[fold(row["latin"])] += row["count"] / 6
    write(out / "rarity.tsv.gz", rarity_lines(total))
    write(out / "nicknames.tsv.gz", nickname_lines(together, single))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
