"""Benchmarks from the command line: names against a judged split, pairs, and speed.

Knows:    the file formats of the benchmarks.
Told:     paths.
Answers:  result files and JSON on standard output.
Trusted:  no: it only reads, asks the matcher and writes what it said.
"""

from __future__ import annotations

import csv
import heapq
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_NAME_CHARACTERS_MAX
from evenhand.identity.dates import check_partial_date
from evenhand.identity.person import Name, Person
from evenhand.matching.asking import LOOSE_BARS, WIDE_BARS, WIDE_POINTS
from evenhand.matching.bands import POSSIBLE_MIN, band_of, weigh
from evenhand.matching.beside import alone
from evenhand.matching.build import compile_apart
from evenhand.matching.contract import Listed
from evenhand.matching.engine import NameMatcher
from evenhand.matching.evidence import compare_texts
from evenhand.matching.scorer import CUT_POINTS, NAME_MIN, POINTS_PER_UNIT, name_score, strength_points

app = typer.Typer(help="Measure the matcher.", no_args_is_help=True)
_DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_KEEP = 10
_LOOK = 400
_LEAST = -12 * POINTS_PER_UNIT
"""Log odds below which nobody is worth telling, whatever their birth date."""
_BATCH = 500
_TELL_EVERY = 1_000


def _rows(path: Path, *fields: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file. Raises InputError if it cannot be read or a row lacks a field."""
    rows: list[dict[str, Any]] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    row = msgspec.json.decode(line)
                    if not isinstance(row, dict) or not set(fields) <= set(row):
                        raise InputError(f"{path}, line {number}: not an object with {', '.join(fields)}")
                    rows.append(row)
    except (OSError, *UNREADABLE) as error:
        raise InputError(f"cannot read {path}", why=str(error)) from error
    return rows


def _say(words: str) -> None:
    """Tell how far it is, beside the result."""
    typer.echo(words, err=True)


def _check_out(out: Path) -> None:
    """Raise InputError now rather than after an hour's work if the result cannot be written."""
    if not out.parent.is_dir():
        raise InputError(f"there is no folder {out.parent}", remedy="make it, or choose another file with --out")


def whole_date(text: str | None) -> str | None:
    """Return the part of a date that exists in the calendar of the benchmark: years before 1850 move by a century."""
    if text is None:
        return None
    year = int(text[:4])
    while year < 1850:  # noqa: PLR2004 - identity.dates begins there
        year += 100
    for size in (10, 7, 4):
        shorter = f"{year:04d}{text[4:size]}"
        try:
            check_partial_date(shorter)
        except InputError:
            continue
        return shorter
    return None


def load_split(split: Path) -> tuple[NameMatcher, dict[str, str | None]]:
    """Return a matcher over a split's index, and its birth dates as written."""
    matcher = NameMatcher()
    dates: dict[str, str | None] = {}
    items = []
    for row in _rows(split / "index.jsonl", "id", "names"):
        names = tuple(
            Name(text=name["name"][:QUERY_NAME_CHARACTERS_MAX]) for name in row["names"] if name["name"].strip()
        )
        dates[row["id"]] = row.get("dob")
        items.append((row["id"], Listed(person=Person(names=names))))
    matcher.put_many(items)
    return matcher, dates


def rank_all(matcher: NameMatcher, names: Sequence[str]) -> list[list[tuple[str, int]]]:
    """Return for every name the people somehow like it, best first, with points; all names go through at once.

    A name that meets nobody above the cut-off is asked for again, among more people; who comes only then has little in
    common with it, and is told at `WIDE_POINTS` less.
    """
    best: list[dict[str, int]] = [{} for _ in names]
    asked = list(range(len(names)))
    for bars, less in ((LOOSE_BARS, 0), (WIDE_BARS, WIDE_POINTS)):
        for one in matcher.find([names[at] for at in asked], (*bars, _LEAST, *bars, _LEAST, 0)):
            known, key = best[asked[one.asked]], one.block.key(one.owner)
            known[key] = max(one.points - less, known.get(key, _LEAST))
        asked = [at for at in asked if max(best[at].values(), default=_LEAST) < CUT_POINTS]
    return [heapq.nsmallest(_LOOK, found.items(), key=lambda item: (-item[1], item[0])) for found in best]


def dated(ranked: list[tuple[str, int]], dates: dict[str, str | None], dob: str | None) -> list[tuple[str, int]]:
    """Return the best of some ranked people when their birth dates are compared with the asked one.

    Dates are compared as they are written: a misread day that no month has, or a year long ago, is evidence too.
    """
    if dob is None or not _DATE.fullmatch(dob):
        return ranked[:_KEEP]
    weighed = []
    for key, points in ranked:
        listed = dates[key]
        known = listed is not None and _DATE.fullmatch(listed)
        weighed.append((key, points + strength_points(compare_texts(dob, listed)[0]) if listed and known else points))
    return sorted(weighed, key=lambda item: (-item[1], item[0]))[:_KEEP]


def answer(matcher: NameMatcher, dates: dict[str, str | None], name: str, dob: str | None) -> list[tuple[str, int]]:
    """Return the best people for one name and a birth date, with points."""
    return dated(rank_all(matcher, [name[:QUERY_NAME_CHARACTERS_MAX]])[0], dates, dob)


def _asks_date(row: dict[str, Any], *, names_only: bool) -> bool:
    return not names_only or "dob" in row.get("category", "") or row.get("type") == "homonym_other_dob"


@app.command()
def names(
    split: Annotated[Path, typer.Argument(help="Folder with index.jsonl, queries.jsonl and negatives.jsonl.")],
    out: Annotated[Path, typer.Option(help="File of answers, one JSON object a line.")],
    names_only: Annotated[bool, typer.Option(help="Ignore birth dates outside the date categories.")] = False,
) -> None:
    """Answer every question of a split of judged names.

    Example: evenhand bench names ../shared/bench/names/dev --out answers.jsonl --names-only
    """
    _check_out(out)
    started = time.perf_counter()
    matcher, dates = load_split(split)
    built = time.perf_counter() - started
    _say(f"{len(dates):,} people read in {built:.0f} s")
    questions = [row for part in ("queries", "negatives") for row in _rows(split / f"{part}.jsonl", "qid", "name")]
    started = time.perf_counter()
    with out.open("w", encoding="utf-8") as file:
        for done in range(0, len(questions), _BATCH):
            rows = questions[done : done + _BATCH]
            found = rank_all(matcher, [row["name"][:QUERY_NAME_CHARACTERS_MAX] for row in rows])
            for row, ranked in zip(rows, found, strict=True):
                best = dated(ranked, dates, row.get("dob") if _asks_date(row, names_only=names_only) else None)
                file.write(json.dumps({"qid": row["qid"], "results": best}) + "\n")
            _say(f"{min(done + _BATCH, len(questions)):,} of {len(questions):,} questions answered")
    spent = time.perf_counter() - started
    report = {
        "questions": len(questions),
        "build_s": round(built, 1),
        "us_per_query": round(spent / max(1, len(questions)) * 1e6),
    }
    typer.echo(json.dumps(report))


@app.command()
def pairs(
    table: Annotated[Path, typer.Argument(help="CSV with columns name1 and name2.")],
    out: Annotated[Path, typer.Option(help="The same CSV with strength and band added.")],
) -> None:
    """Score names pair by pair.

    Example: evenhand bench pairs pairs.csv --out scored.csv
    """
    _check_out(out)
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"name1", "name2"} <= set(reader.fieldnames or ()):
                raise InputError(f"{table} has no columns name1 and name2", remedy="name them in the first line")
            rows = list(reader)
            columns = [*(reader.fieldnames or ()), "strength", "band", "points"]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot read {table}", why=str(error)) from error
    for done, row in enumerate(rows):
        if done % _TELL_EVERY == 0 and done:
            _say(f"{done:,} of {len(rows):,} pairs scored")
        one, other = ((row[column] or "")[:QUERY_NAME_CHARACTERS_MAX] for column in ("name1", "name2"))
        row["strength"], row["band"], row["points"] = score_names(one, other)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    typer.echo(json.dumps({"pairs": len(rows)}))


def score_names(asked: str, listed: str) -> tuple[int, str, int]:
    """Return strength, band and points of two names side by side."""
    found = alone(asked, listed) if asked.strip() and listed.strip() else None
    if found is None:
        return 0, "none", 0
    return *rated(*found), found[0]


def rated(points: int, weak: bool) -> tuple[int, str]:
    """Return strength and band of points: possible from even odds on, not from where a strength is rounded to it."""
    score = name_score(points)
    strength = weigh(score, weak_name=weak or score < NAME_MIN, reasons=())
    if points < CUT_POINTS:
        strength = min(strength, POSSIBLE_MIN - 1)
    return strength, band_of(strength) or "none"


@app.command()
def speed(
    persons: Annotated[int, typer.Option(min=100, help="People in the invented list.")] = 100_000,
    questions: Annotated[int, typer.Option(min=10, help="Questions asked, one in twenty a hit.")] = 2_000,
) -> None:
    """Build an invented list with realistic name frequencies and print figures as JSON.

    Example: evenhand bench speed --persons 1000000
    """
    from evenhand.matching.invented import measure

    compile_apart()
    typer.echo(json.dumps(measure(persons, questions, tell=_say), indent=1))


if __name__ == "__main__":
    sys.exit(app())
