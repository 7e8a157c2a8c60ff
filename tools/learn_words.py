"""Derive the shipped tables of words: how rare they are, which given names stand for one another.

Run: python -m tools.learn_words PERSONS.jsonl.gz src/evenhand/names/tables
Rarity is counted in every population by itself (sources and scripts that belong together), so that a name common in
one of them is common; nicknames are given names that people of one family name were seen to change for one another.
Korean and Chinese given names of two syllables are hardly ever seen twice, yet made of few syllables: these are counted
by their places.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from itertools import permutations
from pathlib import Path
from typing import Any

from evenhand.names import asia
from evenhand.names.latin import fold, sound

EIGHTHS, LEAST_BITS, MOST_BITS = 8, 24, 134
SHARE_OF_ONE = 0.3
"""What a frequency in one population counts, against the frequency in all."""
SEEN_MIN = 2
PEOPLE_MIN = 2500
NICK_SEEN, NICK_SHARE, NICK_MOST, NICK_COST_MAX = 3, 0.02, 12, 120


def words_of(name: str) -> list[str]:
    """Return the folded words of a Latin name."""
    return [word for part in name.replace("-", " ").replace(",", " ").split() if len(word := fold(part)) > 1]


def population(row: dict[str, Any]) -> str:
    """Return the population a person is counted in."""
    scripts = {name["script"] for name in row["names"]}
    if set(row["source"]) & {"ofac", "un", "uk"}:
        return "listed"
    for script in ("Han", "Hangul", "Hebrew", "Cyrillic"):
        if script in scripts:
            return script
    return "chadwick" if row["source"] == ["chadwick"] else "other"


def rarities(rows: list[dict[str, Any]]) -> dict[int, list[str]]:
    """Return the words of every rarity, in eighths of a bit."""
    people: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        group = population(row)
        people[group] += 1
        counts[group].update({w for name in row["names"] if name["script"] == "Latin" for w in words_of(name["name"])})
    everyone = sum(people.values())
    total: Counter[str] = Counter()
    for one in counts.values():
        total.update(one)
    found: dict[int, list[str]] = defaultdict(list)
    for word, count in total.items():
        if count < SEEN_MIN:
            continue
        share = max(
            [count / everyone, *(SHARE_OF_ONE * counts[g][word] / n for g, n in people.items() if n >= PEOPLE_MIN)]
        )
        bits = round(-math.log2(share) * EIGHTHS)
        if bits < MOST_BITS:
            found[max(LEAST_BITS, bits) // 2 * 2].append(word)
    return found


def nicknames(rows: list[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """Return per given name those that stand for it, with costs in twelfths of a bit, likeliest first."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    alone: Counter[str] = Counter()
    for row in rows:
        names = {tuple(words_of(name["name"])) for name in row["names"] if name["script"] == "Latin"}
        names = {words for words in names if len(words) > 1}
        alone.update({words[0] for words in names})
        for one, other in permutations(sorted(names), 2):
            if one[-1] == other[-1] and one[0] != other[0] and one[0] not in other and other[0] not in one:
                seen[one[0]][other[0]] += 1
    everyone = sum(alone.values())
    found = {}
    for word, others in seen.items():
        changed = sum(others.values())
        kept = []
        for other, count in others.most_common(NICK_MOST):
            lift = count * everyone / (alone[other] * max(1, alone[word]))
            likely = count >= NICK_SEEN and count / changed >= NICK_SHARE and lift > 3  # noqa: PLR2004 - not by chance
            if likely and sound(word) != sound(other):
                kept.append((other, min(NICK_COST_MAX, round(-math.log2(count / changed) * 12))))
        if kept:
            found[word] = kept
    return found


def _given(name: str, script: str) -> tuple[str, str] | None:
    """Return the two characters of a native name's given part; None if it has not two."""
    if script == "Hangul" and all("가" <= mark <= "힣" for mark in name):
        size, known = asia.family_size(name), asia.hangul()
        if len(name) == size + 2 and name[0] in known and known[name[0]][0]:
            return name[size], name[size + 1]
    elif script == "Han" and len(name) == 3 and all(mark in asia.han() for mark in name):  # noqa: PLR2004
        return name[1], name[2]
    return None


def _spelt(mark: str, script: str) -> tuple[str, ...]:
    """Return how a character is written in Latin letters, each as often as the character."""
    if script == "Hangul":
        return tuple(dict.fromkeys((*asia.hangul().get(mark, ((), ()))[1][:3], asia.revised(mark))))
    return tuple(dict.fromkeys(text for part in asia.han()[mark][:3] for text in part[:1]))


def syllables(rows: list[dict[str, Any]]) -> list[str]:
    """Return lines (population, place, eighths of a bit, syllables); the first carries the share of the population."""
    lines = []
    for script in ("Hangul", "Han"):
        names = [one["name"] for row in rows for one in row["names"] if one["script"] == script]
        given = [marks for name in names if (marks := _given(name, script)) is not None]
        for place in range(2):
            count = Counter(text for marks in given for text in _spelt(marks[place], script))
            found: dict[int, list[str]] = defaultdict(list)
            total = len(given)
            for text, seen in count.items():
                bits = -math.log2(seen / total * (1 if place else SHARE_OF_ONE)) * EIGHTHS
                if seen >= SEEN_MIN:
                    found[round(bits) // 2 * 2].append(text)
            lines += [f"{script}\t{place}\t{bits}\t{' '.join(sorted(texts))}" for bits, texts in sorted(found.items())]
    return lines


def write(path: Path, lines: list[str]) -> None:
    """Write lines, compressed, without a time of day in the header."""
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(path, len(lines), path.stat().st_size)


def main(persons: Path, room: Path) -> None:
    """Write the tables."""
    with gzip.open(persons, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rare = rarities(rows)
    write(room / "rarity.tsv.gz", [f"{bits}\t{' '.join(sorted(words))}" for bits, words in sorted(rare.items())])
    write(room / "syllables.tsv.gz", syllables(rows))
    nick = nicknames(rows)
    write(
        room / "nicknames.tsv.gz",
        [f"{word}\t{','.join(f'{other}:{cost}' for other, cost in others)}" for word, others in sorted(nick.items())],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
