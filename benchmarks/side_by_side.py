"""Names side by side: are they one person's? Judged by the open pairs of nomenklatura (MIT), where they are at hand.

Knows:    the two files and which of their rows are of people.
Told:     the folder that holds them.
Answers:  precision, recall and F1 of the shipped cut-off, and how many rows are judged otherwise elsewhere.
Trusted:  no.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from evenhand.cli.bench import score_names

SHARED: Final = Path(__file__).resolve().parents[1] / "../shared/bench/opensanctions"
NAMES: Final = "nk_name_bench_person_flagged.csv"
ENTITIES: Final = "nk_entity_bench_checks.yml"
WANTED: Final = {"name benchmark": 0.95, "entity benchmark": 0.96}
PEER: Final = {"name benchmark": 0.909, "entity benchmark": 0.929}


class Judged(NamedTuple):
    """Two names and whether somebody judged them one person's."""

    one: str
    other: str
    same: bool


def name_rows(path: Path) -> list[Judged]:
    """Return the rows of people that nobody flagged as wrongly judged."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Judged(row["name1"], row["name2"], row["is_match"] == "true")
            for row in filter(is_judged, csv.DictReader(file))
        ]


def is_judged(row: dict[str, str]) -> bool:
    """Tell whether a row is of people and not flagged."""
    return row["schema"] == "Person" and row["suspect"] == "0"


def entity_rows(path: Path) -> list[Judged]:
    """Return the checks of people, their names put together where they are given in parts."""
    with path.open(encoding="utf-8") as file:
        checks = yaml.safe_load(file)["checks"]
    return [
        Judged(_whole(one["query"]), _whole(one["candidate"]), bool(one["match"]))
        for one in checks
        if one["schema"] == "Person"
    ]


def both_files(folder: Path) -> dict[str, list[Judged]]:
    """Return the rows of people of both files by their titles."""
    return {"name benchmark": name_rows(folder / NAMES), "entity benchmark": entity_rows(folder / ENTITIES)}


def _whole(person: dict[str, Any]) -> str:
    if person.get("name"):
        return str(person["name"])
    parts = (person.get(part) for part in ("firstName", "middleName", "fatherName", "lastName"))
    return " ".join(str(part) for part in parts if part)


def judge(rows: list[Judged], elsewhere: list[Judged]) -> dict[str, Any]:
    """Return precision, recall and F1, and how many rows are judged otherwise, here or elsewhere."""
    said = [score_names(row.one, row.other)[1] != "none" for row in rows]
    true = sum(yes and row.same for yes, row in zip(said, rows, strict=True))
    alarms, same = sum(said), sum(row.same for row in rows)
    return {
        "rows": len(rows),
        "precision": round(true / max(1, alarms), 4),
        "recall": round(true / max(1, same), 4),
        "f1": round(2 * true / max(1, alarms + same), 4),
        "contradicted": contradicted(rows, elsewhere),
    }


def contradicted(rows: list[Judged], elsewhere: list[Judged]) -> int:
    """Return how many rows are judged otherwise by another row of the same two names."""
    judged: dict[frozenset[str], set[bool]] = defaultdict(set)
    for row in (*rows, *elsewhere):
        judged[frozenset((row.one.casefold(), row.other.casefold()))].add(row.same)
    return sum(len(judged[frozenset((row.one.casefold(), row.other.casefold()))]) > 1 for row in rows)


def measured() -> dict[str, dict[str, Any]]:
    """Return what is found of both files; nothing where they are absent."""
    if not all((SHARED / name).exists() for name in (NAMES, ENTITIES)):
        return {}
    files = both_files(SHARED)
    names, entities = files.values()
    found = {title: judge(rows, other) for (title, rows), other in zip(files.items(), (entities, names), strict=True)}
    return {title: one | {"peer": PEER[title], "wanted": WANTED[title]} for title, one in found.items()}
