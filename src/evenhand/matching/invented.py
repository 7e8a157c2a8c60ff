"""An invented list with the name frequencies of real ones, to measure speed.

Knows:    the shipped rarity table, and that a list has many words that no table knows.
Told:     how many people and questions.
Answers:  figures: build, load, one question, many, a change, memory.
Trusted:  no: nothing here decides an answer.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.names.parts import rarity, rarity_words

_SEED: Final = 20_260_101
_HIT_ONE_IN: Final = 20
_CHANGES: Final = 20
_UNKNOWN_ONE_IN: Final = 12
"""One word in so many is in no table: two halves of known words."""
_RECENT_MAX: Final = 20_000
Tell = Callable[[str], None]


@cache
def _words() -> tuple[list[str], list[float]]:
    words = sorted(word for word in rarity_words() if len(word) > 1)
    total, sums = 0.0, []
    for word in words:
        total += 2.0 ** (-rarity(word) / 8)
        sums.append(total)
    return words, sums


def invent(people: int, *, seed: int = _SEED) -> Iterator[tuple[str, ...]]:
    """Return names of invented people, two to four each (three on average)."""
    dice = Random(seed)  # noqa: S311 - an invented list needs no secrecy
    words, sums = _words()
    for _ in range(people):
        parts = []
        for word in dice.choices(words, cum_weights=sums, k=3):
            known = word
            if dice.random() * _UNKNOWN_ONE_IN < 1:
                other = words[dice.randrange(len(words))]
                known = word[: (len(word) + 1) // 2] + other[len(other) // 2 :]
            parts.append(known.capitalize())
        names = [" ".join(parts), f"{parts[0]} {parts[2]}"]
        if dice.random() < 1 / 2:
            names.append(f"{parts[2].upper()}, {parts[0]}")
        if dice.random() < 1 / 2:
            names.append(f"{parts[1]} {parts[2]}")
        yield tuple(names)


def _listed(people: int) -> Iterator[tuple[str, Listed]]:
    for at, names in enumerate(invent(people)):
        yield f"X:{at}", Listed(person=Person(names=tuple(Name(text=name) for name in names)))


def _percentiles(spent: list[float], name: str) -> dict[str, float]:
    ranked = sorted(spent)
    return {
        f"{name}_p50_us": round(ranked[len(ranked) // 2] * 1e6),
        f"{name}_p99_us": round(ranked[len(ranked) * 99 // 100] * 1e6),
    }


def resident_mb() -> int:
    """Return the most memory that this process held so far, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used // (1 << 20 if sys.platform == "darwin" else 1 << 10))


def resident_now_mb() -> int:
    """Return the memory that this process holds now, in MB; the most so far where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resident_mb()
    return pages * resource.getpagesize() >> 20


def measure(
    people: int, questions: int, *, folder: Path | None = None, tell: Tell = lambda _: None, recent: int = _RECENT_MAX
) -> dict[str, float]:
    """Return figures for a list of that many invented people; the unit is the end of each name.

    `recent`: travellers asked before. `find_…` are wall times, `find_cpu_…` the time of the thread itself, where other
    work shares the machine.
    """
    matcher = NameMatcher()
    matcher.put("W:1", Listed(person=Person(names=(Name(text="Warm Up"),))))
    matcher.search(Query(names=("Warm Up",)))
    matcher.drop("W:1")
    tell("kernels are ready; building the list")
    started, worked = time.perf_counter(), time.process_time()
    matcher.put_many(_listed(people))
    figures: dict[str, float] = {
        "persons": people,
        "index_build_s": round(time.perf_counter() - started, 2),
        "index_build_cpu_s": round(time.process_time() - worked, 2),
        "build_peak_mb": resident_mb(),
    }
    tell(f"built in {figures['index_build_s']} s; saving and loading")
    with TemporaryDirectory(dir=folder) as room:
        path = Path(room) / "index"
        matcher.save(path)
        figures["snapshot_mb"] = path.stat().st_size >> 20
        matcher = NameMatcher()
        gc.collect()
        started, worked = time.perf_counter(), time.process_time()
        matcher.open(path)
        figures["snapshot_load_s"] = round(time.perf_counter() - started, 2)
        figures["snapshot_load_cpu_s"] = round(time.process_time() - worked, 2)
        figures |= _questions(matcher, people, (questions, recent), tell)
    return figures


def _questions(matcher: NameMatcher, people: int, asks: tuple[int, int], tell: Tell) -> dict[str, float]:
    questions, recent = asks
    figures: dict[str, float] = {"names": matcher.readings()}
    every = max(1, people // (questions // _HIT_ONE_IN + 1))
    hits = [names[0] for at, names in enumerate(invent(people)) if at % every == 0]
    strangers = [names[0] for names in invent((questions + recent) * 2, seed=_SEED + 1)]
    asked = [
        hits[at // _HIT_ONE_IN % len(hits)] if at % _HIT_ONE_IN == 0 else strangers[at] for at in range(questions * 2)
    ]
    tell("asking for the first time")
    figures |= _one_by_one(matcher, asked[:questions], "find_cold")
    tell("asking a day's travellers before measuring")
    figures |= _in_bulk(matcher, strangers[questions * 2 : questions * 2 + recent], "bulk_first_day")
    tell("asking another day's travellers")
    figures |= _in_bulk(matcher, strangers[questions * 2 + recent :], "bulk")
    tell("asking other travellers")
    figures |= _one_by_one(matcher, asked[questions:], "find")
    tell("changing the list")
    changes = []
    for at in range(_CHANGES):
        started = time.perf_counter()
        matcher.put(f"N:{at}", Listed(person=Person(names=(Name(text=strangers[at % questions]),))))
        matcher.search(Query(names=(strangers[at % questions],)))
        changes.append(time.perf_counter() - started)
    figures["change_searchable_ms"] = round(sorted(changes)[_CHANGES // 2] * 1e3, 2)
    figures["resident_mb"] = resident_now_mb()
    return figures


def _in_bulk(matcher: NameMatcher, names: list[str], title: str) -> dict[str, float]:
    begun, worked = time.perf_counter(), time.process_time()
    matcher.search_many([Query(names=(name,)) for name in names])
    return {
        f"{title}_per_s": round(len(names) / (time.perf_counter() - begun)),
        f"{title}_cpu_us": round((time.process_time() - worked) / len(names) * 1e6),
    }


def _one_by_one(matcher: NameMatcher, names: list[str], title: str) -> dict[str, float]:
    spent, worked, found = [], [], 0
    for name in names:
        begun, used = time.perf_counter(), time.thread_time()
        found += bool(matcher.search(Query(names=(name,))).candidates)
        worked.append(time.thread_time() - used)
        spent.append(time.perf_counter() - begun)
    return (
        _percentiles(spent, title) | _percentiles(worked, f"{title}_cpu")
        | {f"{title}_answered_pct": round(100 * found / len(names), 1)}
    )  # fmt: skip
