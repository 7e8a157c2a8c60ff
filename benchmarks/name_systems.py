"""Three systems that answer the judged names: ours, the floor, and the strongest open peer.

Knows:    the floor (anyascii and a token sort by rapidfuzz); nomenklatura's logic-v2 over the floor's best.
Told:     a split of judged names, and questions of it.
Answers:  ranked people with scores for each question; processor time spent.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import msgspec
from anyascii import anyascii
from rapidfuzz import fuzz, process

from evenhand.cli.bench import answer, load_split, whole_date
from evenhand.ground.limits import QUERY_NAME_CHARACTERS_MAX
from evenhand.matching.contract import Query
from evenhand.matching.engine import NameMatcher

Row = dict[str, Any]
Results = dict[str, list[tuple[str, float]]]
KEEP = 10
PEER_LOOKS_AT = 50


def rows_of(path: Path) -> list[Row]:
    """Return the objects of a JSON Lines file."""
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def born_of(row: Row) -> str | None:
    """Return the birth date a question may use: names alone, except where the date is what is judged."""
    judged = "dob" in row.get("category", "") or row.get("type") == "homonym_other_dob"
    return row.get("dob") if judged else None


class Ours:
    """The matcher over a split's index."""

    def __init__(self, split: Path) -> None:
        """Build the index."""
        self.matcher: NameMatcher
        self.matcher, self._dates = load_split(split)

    def answer(self, questions: list[Row]) -> Results:
        """Answer by name, and by birth date where that is judged."""
        return {row["qid"]: [*answer(self.matcher, self._dates, row["name"], born_of(row))] for row in questions}

    def alarms(self, questions: list[Row], *, dated: bool) -> dict[str, bool]:
        """Tell of each question whether an officer would see a candidate; with a birth date or without."""
        found = {}
        for row in questions:
            born = whole_date(row["dob"]) if dated else None
            name = row["name"][:QUERY_NAME_CHARACTERS_MAX]
            if name.strip() and (born is not None or not dated):
                found[row["qid"]] = bool(self.matcher.search(Query(names=(name,), birth_date=born)).candidates)
        return found


def floor(split: Path, questions: list[Row]) -> Results:
    """Answer by token sort over plain letters, as many as the peer looks at."""
    listed = {
        row["id"]: " ".join(sorted(anyascii(row["names"][0]["name"]).lower().split()))
        for row in rows_of(split / "index.jsonl")
    }
    keys, texts = list(listed), list(listed.values())
    found = {}
    for row in questions:
        asked = " ".join(sorted(anyascii(row["name"]).lower().replace("<", " ").split()))
        best = process.extract(asked, texts, scorer=fuzz.ratio, limit=PEER_LOOKS_AT)
        found[row["qid"]] = [(keys[at], score) for _, score, at in best]
    return found


def peer(split: Path, questions: list[Row], shortlist: Results) -> Results:
    """Answer by nomenklatura's logic-v2, scoring a shortlist for each question."""
    model = importlib.import_module("followthemoney").model
    logic = importlib.import_module("nomenklatura.matching.logic_v2.model").LogicV2
    config = importlib.import_module("nomenklatura.matching.types").ScoringConfig.defaults()
    wanted = {key for row in questions for key, _ in shortlist[row["qid"]]}
    people = {
        row["id"]: _entity(model, row["id"], [name["name"] for name in row["names"]], row.get("dob"))
        for row in rows_of(split / "index.jsonl")
        if row["id"] in wanted
    }
    results: Results = {}
    for row in questions:
        asked = _entity(model, row["qid"], [row["name"]], born_of(row))
        scored = [(key, logic.compare(asked, people[key], config).score) for key, _ in shortlist[row["qid"]]]
        results[row["qid"]] = sorted(scored, key=lambda one: (-one[1], one[0]))[:KEEP]
    return results


def _entity(model: Any, key: str, names: list[str], born: str | None) -> Any:  # noqa: ANN401 - the peer's own
    found = model.make_entity("Person")
    found.id = key
    for name in names:
        found.add("name", name)
    if born is not None:
        found.add("birthDate", born)
    return found
