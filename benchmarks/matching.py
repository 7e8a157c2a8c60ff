"""The matcher against the judged names, beside the floor and the strongest open peer, in one run.

Knows:    where the judged names lie; the floor (anyascii and token sort); logic-v2 over the floor's best fifty.
Told:     `EVENHAND_BENCH_SAMPLE` questions a category and `EVENHAND_BENCH_PERSONS` people for the speed figures.
Answers:  figures as a dictionary, and a page with plots; only speed where the judged names are absent.
Trusted:  no.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from anyascii import anyascii
from rapidfuzz import fuzz, process

from benchmarks.matching_page import write_page
from evenhand.cli.bench import answer, load_split
from evenhand.matching.invented import measure
from evenhand.matching.scorer import CUT_POINTS

SHARED = Path(__file__).resolve().parents[1] / "../shared/bench/names"
PAGE = Path(__file__).resolve().parents[1] / "docs/reference"
_SAMPLE = int(os.environ.get("EVENHAND_BENCH_SAMPLE", "10"))
_PERSONS = int(os.environ.get("EVENHAND_BENCH_PERSONS", "20000"))
_NEGATIVES_PER_TYPE = 20
_KEEP = 10
_PEER_LOOKS_AT = 50
Results = dict[str, list[tuple[str, float]]]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def _evaluator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("judged_names", SHARED / "evaluate.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018 - a file that was just seen
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run() -> dict[str, Any]:
    """Return figures by group and category for each system, and speed on invented lists; write the page."""
    sizes = sorted({max(2_000, _PERSONS // 10), _PERSONS})
    report: dict[str, Any] = {"speed": [measure(persons, 1_000) for persons in sizes]}
    if (SHARED / "evaluate.py").exists():
        report |= _judged(SHARED / "dev")
    write_page(report, PAGE)
    return report


def _judged(split: Path) -> dict[str, Any]:
    judge = _evaluator()
    sample = judge.make_sample(split, _SAMPLE, _SAMPLE * _NEGATIVES_PER_TYPE)
    questions = [
        row for part in ("queries", "negatives") for row in _rows(split / f"{part}.jsonl") if row["qid"] in sample
    ]
    matcher, dates = load_split(split)
    floor = _floor(split, questions)
    systems: dict[str, Callable[[], Results]] = {
        "evenhand": lambda: {row["qid"]: [*answer(matcher, dates, row["name"], row.get("dob"))] for row in questions},
        "floor": lambda: {qid: found[:_KEEP] for qid, found in floor.items()},
    }
    if importlib.util.find_spec("nomenklatura") is not None:
        systems["logic-v2"] = lambda: _peer(split, questions, floor)
    report: dict[str, Any] = {"sample": len(questions), "systems": {}}
    for name, ask in systems.items():
        started = time.process_time()
        results = ask()
        spent = time.process_time() - started
        found = judge.evaluate(str(split), results, sample=sample)["rows"]
        report["systems"][name] = {
            part: {row: {k: round(v[k], 3) for k in ("n", "r1", "r_fpr")} for row, v in found[part].items()}
            for part in ("group", "category")
            if part in found
        } | {"cpu_us_per_question": round(spent / len(questions) * 1e6)}
        if name == "evenhand":
            report["false_alarms_per_100000"] = _false_alarms(split, results)
    return report


def _false_alarms(split: Path, results: Results) -> dict[str, float]:
    """Return false alarms in a hundred thousand at the shipped cut-off, by the script of the question."""
    asked: dict[str, list[bool]] = {}
    for row in _rows(split / "negatives.jsonl"):
        if row["qid"] in results:
            best = results[row["qid"]][:1]
            asked.setdefault(row["query_script"], []).append(bool(best) and best[0][1] >= CUT_POINTS)
    return {script: round(100_000 * sum(alarms) / len(alarms)) for script, alarms in sorted(asked.items())}


def _floor(split: Path, questions: list[dict[str, Any]]) -> Results:
    """Answer by token sort over plain letters, as many as the peer looks at."""
    listed = {
        row["id"]: " ".join(sorted(anyascii(row["names"][0]["name"]).lower().split()))
        for row in _rows(split / "index.jsonl")
    }
    keys, texts = list(listed), list(listed.values())
    found = {}
    for row in questions:
        asked = " ".join(sorted(anyascii(row["name"]).lower().replace("<", " ").split()))
        best = process.extract(asked, texts, scorer=fuzz.ratio, limit=_PEER_LOOKS_AT)
        found[row["qid"]] = [(keys[at], score) for _, score, at in best]
    return found


def _peer(split: Path, questions: list[dict[str, Any]], floor: Results) -> Results:
    """Answer by nomenklatura's logic-v2, scoring the floor's best."""
    model = importlib.import_module("followthemoney").model
    logic = importlib.import_module("nomenklatura.matching.logic_v2.model").LogicV2
    config = importlib.import_module("nomenklatura.matching.types").ScoringConfig.defaults()
    wanted = {key for found in floor.values() for key, _ in found}
    people = {}
    for row in _rows(split / "index.jsonl"):
        if row["id"] in wanted:
            people[row["id"]] = _entity(model, row["id"], [name["name"] for name in row["names"]], row.get("dob"))
    results: Results = {}
    for row in questions:
        asked = _entity(model, row["qid"], [row["name"]], row.get("dob"))
        scored = [(key, logic.compare(asked, people[key], config).score) for key, _ in floor[row["qid"]]]
        results[row["qid"]] = sorted(scored, key=lambda one: (-one[1], one[0]))[:_KEEP]
    return results


def _entity(model: Any, key: str, names: list[str], born: str | None) -> Any:  # noqa: ANN401 - the peer's own
    found = model.make_entity("Person")
    found.id = key
    for name in names:
        found.add("name", name)
    if born is not None:
        found.add("birthDate", born)
    return found
