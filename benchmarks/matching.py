"""The matcher against the judged names, beside the floor and the strongest open peer in one run, and its speed.

Knows:    where the judged names lie, and what the project wants of each group of them.
Told:     `EVENHAND_BENCH_SAMPLE` questions a category for the peer, which is slow, `EVENHAND_BENCH_EACH` for the others
          (0: all); `EVENHAND_BENCH_PERSONS` for speed.
Answers:  a report, figures with their bounds, and a page with plots; only speed where the judged names are absent.
Trusted:  no.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from benchmarks import side_by_side
from benchmarks.figures import Figure
from benchmarks.machine import describe
from benchmarks.matching_page import write_page
from benchmarks.name_systems import KEEP, Ours, Results, Row, floor, peer, rows_of
from evenhand.matching.build import compile_apart
from evenhand.matching.invented import measure

SHARED: Final = Path(__file__).resolve().parents[1] / "../shared/bench/names"
PAGE: Final = Path(__file__).resolve().parents[1] / "docs/reference"
_SAMPLE: Final = int(os.environ.get("EVENHAND_BENCH_SAMPLE", "25"))
_EACH: Final = int(os.environ.get("EVENHAND_BENCH_EACH", "0"))
_PERSONS: Final = int(os.environ.get("EVENHAND_BENCH_PERSONS", "1000000"))
_NEGATIVES_PER_TYPE: Final = 6
"""So many times the sample of a category are asked of each type of negative."""
_QUESTIONS: Final = 2_000
WANTED: Final[dict[str, tuple[float, float | None]]] = {
    "exact/case": (100, 99.5), "structure": (96, 76), "nickname": (80, 40), "romanisation/spelling": (96, 80),
    "typo/OCR/MRZ": (97, 84), "cross-script alphabetic": (95, 84), "cross-script abjad": (86, 58),
    "cross-script Indic/Thai": (90, 68), "cross-script CJK": (72, 52), "non-Latin to non-Latin": (78, 52),
    "date of birth": (98, None), "macro": (88, 68),
}  # fmt: skip
"""Per cent wanted of each group: right person first; found at one false alarm in a hundred."""
_SPEED: Final[dict[str, float]] = {
    "find_p50_us": 150, "find_p99_us": 2_000, "bulk_per_s": 20_000, "index_build_s": 120, "snapshot_load_s": 3,
    "resident_mb": 2_048, "change_searchable_ms": 5,
}  # fmt: skip
_WANTED_AT: Final = 1_000_000
REGIONS: Final = {
    "Latin": "Latin letters: Europe, Americas, Africa", "Cyrillic": "Cyrillic: Eastern Europe, Central Asia",
    "Greek": "Greek, Armenian, Georgian", "Armenian": "Greek, Armenian, Georgian",
    "Arabic": "Arabic, Hebrew: Middle East, North Africa", "Hebrew": "Arabic, Hebrew: Middle East, North Africa",
    "Han": "Han, kana: China, Japan", "Kana": "Han, kana: China, Japan", "Han+Kana": "Han, kana: China, Japan",
    "Hangul": "Hangul: Korea", "Thai": "Thai, Burmese: South-East Asia", "Myanmar": "Thai, Burmese: South-East Asia",
}  # fmt: skip
_OTHER: Final = "Devanagari and the like: South Asia"


def _tell(words: str) -> None:
    print(f"matching: {words}", file=sys.stderr, flush=True)


def run(*, quick: bool = False, page: Path = PAGE) -> dict[str, Any]:
    """Return figures by group and category for each system, and speed on invented lists; write the page."""
    compile_apart()
    report: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"), "machine": describe(), "quick": quick,
    }  # fmt: skip
    report["speed"] = _speed([200, 600] if quick else sorted({10_000, max(10_000, _PERSONS // 10), _PERSONS}), quick)
    if (SHARED / "evaluate.py").exists():
        with tempfile.TemporaryDirectory() as folder:
            report |= (
                _judged(_small(Path(folder)), 1, with_peer=False) if quick else _judged(SHARED / "dev", _SAMPLE)
            )
    report["side_by_side"] = side_by_side.measured()
    if not quick and _PERSONS >= _WANTED_AT:
        report["start"] = _start()
    report["machine"]["load_average_after"] = round(os.getloadavg()[0], 2)
    write_page(report, page, WANTED)
    return report


def _speed(sizes: list[int], quick: bool) -> list[dict[str, float]]:  # noqa: FBT001 - private
    if quick:
        return [measure(persons, 20, recent=40) for persons in sizes]
    found = []
    for persons in sizes:  # each in a process of its own, so that memory is its own
        _tell(f"{persons:,} invented people")
        words = [sys.executable, "-m", "evenhand.cli.bench", "speed", "--persons", str(persons), "--questions",
                 str(_QUESTIONS)]  # fmt: skip
        found.append(json.loads(subprocess.run(words, capture_output=True, check=True, text=True).stdout))
    return found


def _start() -> dict[str, float]:
    """Return what a start costs: kernels compiled on a new machine, and loaded on every later start."""
    figures = {}
    code = "from evenhand.matching.build import warm; import time; warm('names'); print(time.process_time())"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("kernels_compile", "kernels_load"):
            _tell(name)
            begun = time.perf_counter()
            spent = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, check=True, text=True,
                env={**os.environ, "NUMBA_CACHE_DIR": folder},
            ).stdout  # fmt: skip
            figures[f"{name}_s"] = round(time.perf_counter() - begun, 1)
            figures[f"{name}_cpu_s"] = round(float(spent), 1)
    return figures


def _evaluator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("judged_names", SHARED / "evaluate.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018 - a file that was just seen
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["load"] = lambda path: rows_of(Path(path))  # its own leaves files open
    return module


def _small(folder: Path) -> Path:
    """Write a small split: a question a category, their people and a few hundred others."""
    split = SHARED / "dev"
    sample = _evaluator().make_sample(str(split), 1, 4)
    wanted = set()
    for part in ("queries", "negatives"):
        kept = [row for row in rows_of(split / f"{part}.jsonl") if row["qid"] in sample]
        wanted |= {row.get("expected") for row in kept}
        _write(folder / f"{part}.jsonl", kept)
    people = rows_of(split / "index.jsonl")
    _write(folder / "index.jsonl", [row for at, row in enumerate(people) if row["id"] in wanted or at % 300 == 0])
    return folder


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def _judged(split: Path, each: int, *, with_peer: bool = True) -> dict[str, Any]:
    judge = _evaluator()
    sample = judge.make_sample(str(split), each, each * _NEGATIVES_PER_TYPE)
    negatives = rows_of(split / "negatives.jsonl")
    questions = rows_of(split / "queries.jsonl") + negatives
    if _EACH:
        larger = sample | judge.make_sample(str(split), _EACH, _EACH * _NEGATIVES_PER_TYPE)
        questions = [row for row in questions if row["qid"] in larger]
    some = [row for row in questions if row["qid"] in sample]
    answered: dict[str, tuple[list[Row], Results]] = {}
    spent: dict[str, int] = {}

    def ask(name: str, rows: list[Row], by: Callable[[], Results]) -> Results:
        _tell(f"{name}: {len(rows):,} questions")
        begun = time.process_time()
        found = by()
        spent[name] = round((time.process_time() - begun) / len(rows) * 1e6)
        answered[name] = rows, {qid: best[:KEEP] for qid, best in found.items()}
        return found

    _tell("reading the split")
    ours = Ours(split)
    ask("evenhand", questions, lambda: ours.answer(questions))
    shortlist = ask("floor", questions, lambda: floor(split, questions))
    if with_peer and importlib.util.find_spec("nomenklatura") is not None:  # seconds to import: not in a quick run
        ask("logic-v2", some, lambda: peer(split, some, shortlist))
        answered["evenhand, same sample"] = some, answered["evenhand"][1]
    return {
        "sample": {"per_category": each, "questions": len(some), "of": len(questions), "others_per_category": _EACH},
        "systems": {
            name: _scores(judge, split, {row["qid"] for row in rows}, found) | {"cpu_us_per_question": spent.get(name)}
            for name, (rows, found) in answered.items()
        },
        "false_alarms": _false_alarms(ours, negatives),
    }  # fmt: skip


def _scores(judge: ModuleType, split: Path, sample: set[str], results: Results) -> dict[str, Any]:
    judged = judge.evaluate(str(split), results, sample=sample)
    parts = {part: judged["rows"].get(part, {}) for part in ("group", "category")}
    parts["group"] = {name: parts["group"][name] for name in judge.GROUPS if name in parts["group"]}
    found: dict[str, Any] = {
        part: {name: {k: round(row[k], 4) for k in ("n", "r1", "r_fpr")} for name, row in rows.items()}
        for part, rows in parts.items()
    }
    macro = list(found["category"].values())
    found["group"]["macro"] = {
        "n": sum(row["n"] for row in macro),
        **{k: round(sum(row[k] for row in macro) / max(1, len(macro)), 4) for k in ("r1", "r_fpr")},
    }
    return found


def _false_alarms(ours: Ours, negatives: list[Row]) -> dict[str, dict[str, float]]:
    """Return alarms in 100,000 people who are not listed, at the shipped cut-offs, by region of the name."""
    innocent = [row for row in negatives if row["type"].startswith("random_")]
    found: dict[str, dict[str, float]] = {}
    for title, dated in (("name alone", False), ("name and birth date", True)):
        _tell(f"false alarms by {title}")
        alarms = ours.alarms(innocent, dated=dated)
        by_region: dict[str, list[bool]] = {}
        for row in innocent:
            if row["qid"] in alarms:
                region = REGIONS.get(row["query_script"], _OTHER)
                by_region.setdefault(region, []).append(alarms[row["qid"]])
        for region, one in sorted(by_region.items()):
            kept = found.setdefault(region, {})
            kept[title], kept[f"asked by {title}"] = round(100_000 * sum(one) / len(one)), len(one)
    return found


def figures(report: dict[str, Any]) -> list[Figure]:
    """Return the report's numbers that have a bound."""
    found = []
    groups = report.get("systems", {}).get("evenhand", {}).get("group", {})
    for name, (first, at_alarms) in WANTED.items():
        for kind, wanted, key in (("first", first, "r1"), ("at_1pct_alarms", at_alarms, "r_fpr")):
            if name in groups and wanted is not None:
                label = f"names_{name.lower().replace('/', '_').replace(' ', '_').replace('-', '_')}_{kind}_pct"
                row = groups[name]
                found.append(Figure(name=label, value=round(100 * row[key], 2), samples=row["n"], better="higher",
                                    wanted=wanted, note="judged names, development split"))  # fmt: skip
    for title, judged in report.get("side_by_side", {}).items():
        found.append(Figure(name=f"pairs_{title.replace(' ', '_')}_f1_pct", value=round(100 * judged["f1"], 2),
                            samples=judged["rows"], better="higher", wanted=100 * side_by_side.WANTED[title],
                            note="people of the open pairs of nomenklatura, not flagged"))  # fmt: skip
    last = report["speed"][-1]
    for name, bound in _SPEED.items():
        found.append(
            Figure(
                name=f"names_{name}", value=last[name], samples=_QUESTIONS,
                better="higher" if name.endswith("per_s") else "lower",
                wanted=bound if last["persons"] >= _WANTED_AT else None,
                note=f"{last['persons']:,} people, {last['names']:,} names",
            )
        )  # fmt: skip
    return found
