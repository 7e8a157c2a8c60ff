"""An invented list with the name frequencies of real ones, to measure speed.

Knows:    the shipped rarity table.
Told:     how many people and questions.
Answers:  figures: build time, time of one question, questions a second.
Trusted:  no: nothing here decides an answer.
"""

from __future__ import annotations

import time
from functools import cache
from random import Random
from typing import Final

from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.names.parts import rarity, rarity_words

_SEED: Final = 20_260_101
_HIT_ONE_IN: Final = 20
_CHANGES: Final = 20


@cache
def _words() -> tuple[list[str], list[float]]:
    words = sorted(rarity_words())
    return words, [2.0 ** (-rarity(word) / 8) for word in words]


def invent(people: int, *, seed: int = _SEED) -> list[tuple[str, ...]]:
    """Return names of invented people, one to three each (two on average)."""
    dice = Random(seed)  # noqa: S311 - an invented list needs no secrecy
    words, weights = _words()
    found = []
    for _ in range(people):
        parts = [word.capitalize() for word in dice.choices(words, weights, k=3)]
        names = [" ".join(parts)]
        if dice.random() < 2 / 3:
            names.append(f"{parts[0]} {parts[2]}")
        if dice.random() < 1 / 3:
            names.append(f"{parts[2].upper()}, {parts[0]}")
        found.append(tuple(names))
    return found


def measure(people: int, questions: int) -> dict[str, float]:
    """Return figures for a list of that many invented people; times in seconds or microseconds as named."""
    listed = invent(people)
    matcher = NameMatcher()
    started = time.perf_counter()
    matcher.put_many((f"X:{at}", Listed(person=Person(names=_names(names)))) for at, names in enumerate(listed))
    build = time.perf_counter() - started
    strangers = invent(questions, seed=_SEED + 1)
    asked = [listed[at][0] if at % _HIT_ONE_IN == 0 else strangers[at][0] for at in range(questions)]
    matcher.search(Query(names=("Warm Up",)))
    spent = []
    for name in asked:
        started = time.perf_counter()
        matcher.search(Query(names=(name,)))
        spent.append(time.perf_counter() - started)
    changes = []
    for at in range(_CHANGES):
        started = time.perf_counter()
        matcher.put(f"N:{at}", Listed(person=Person(names=_names(strangers[at % questions]))))
        matcher.search(Query(names=strangers[at % questions][:1]))
        changes.append(time.perf_counter() - started)
    spent.sort()
    return {
        "persons": people,
        "names": sum(len(names) for names in listed),
        "index_build_s": round(build, 2),
        "find_p50_us": round(spent[len(spent) // 2] * 1e6),
        "find_p99_us": round(spent[len(spent) * 99 // 100] * 1e6),
        "bulk_per_s": round(len(spent) / sum(spent)),
        "change_searchable_ms": round(sorted(changes)[_CHANGES // 2] * 1e3, 2),
    }


def _names(names: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple(Name(text=name) for name in names)
