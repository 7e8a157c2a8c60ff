"""The matcher against the judged names, beside the floor: recall by category on a sample.

Knows:    where the judged names lie, and the floor (anyascii and token sort).
Told:     nothing; `EVENHAND_BENCH_SAMPLE` questions a category.
Answers:  figures as a dictionary; empty where the judged names are absent.
Trusted:  no.
"""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from anyascii import anyascii
from rapidfuzz import fuzz, process

from evenhand.cli.bench import answer, load_split
from evenhand.matching.invented import measure

SHARED = Path(__file__).resolve().parents[1] / "../shared/bench/names"
_SAMPLE = int(os.environ.get("EVENHAND_BENCH_SAMPLE", "10"))
_NEGATIVES_PER_TYPE = 20
_KEEP = 10


def _rows(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def _evaluator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("judged_names", SHARED / "evaluate.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018 - a file that was just seen
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run() -> dict[str, Any]:
    """Return figures by group for this matcher and for the floor, and speed on an invented list."""
    report: dict[str, Any] = {"speed": measure(20_000, 500)}
    if not (SHARED / "evaluate.py").exists():
        return report
    judge, split = _evaluator(), SHARED / "dev"
    sample = judge.make_sample(split, _SAMPLE, _SAMPLE * _NEGATIVES_PER_TYPE)
    questions = [
        row for part in ("queries", "negatives") for row in _rows(split / f"{part}.jsonl") if row["qid"] in sample
    ]
    matcher, dates = load_split(split)
    started = time.perf_counter()
    ours = {row["qid"]: answer(matcher, dates, row["name"], row.get("dob")) for row in questions}
    spent = time.perf_counter() - started
    report["us_per_question"] = round(spent / len(questions) * 1e6)
    systems = {"evenhand": ours, "floor": _floor(split, questions)}
    for name, results in systems.items():
        found = judge.evaluate(str(split), results, sample=sample)
        report[name] = {
            group: {k: round(v[k], 3) for k in ("n", "r1", "r_fpr")} for group, v in found["rows"]["group"].items()
        }
    return report


def _floor(split: Path, questions: list[dict[str, Any]]) -> dict[str, list[tuple[str, float]]]:
    """Answer by token sort over plain letters."""
    listed = {
        row["id"]: " ".join(sorted(anyascii(row["names"][0]["name"]).lower().split()))
        for row in _rows(split / "index.jsonl")
    }
    keys, texts = list(listed), list(listed.values())
    found = {}
    for row in questions:
        asked = " ".join(sorted(anyascii(row["name"]).lower().replace("<", " ").split()))
        best = process.extract(asked, texts, scorer=fuzz.ratio, limit=_KEEP)
        found[row["qid"]] = [(keys[at], score) for _, score, at in best]
    return found
