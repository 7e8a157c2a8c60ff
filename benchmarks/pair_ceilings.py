"""How far any matcher of names can come on the judged pairs, and which kinds of rows are judged otherwise here.

Knows:    when two names are written with the same words, and which rows ask one question twice.
Told:     the open pairs of nomenklatura (see `benchmarks.side_by_side`).
Answers:  a page of counts by kind: no name of a person is in it.
Trusted:  no.

Run: python -m benchmarks.pair_ceilings [--page FILE]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.ceilings import words
from benchmarks.matching import PAGE
from benchmarks.side_by_side import NAMES, SHARED, Judged, both_files, is_judged
from evenhand.cli.bench import score_names

_KINDS: Final = (
    ("a word left out", ("dropped",)),
    ("a word more", ("added",)),
    ("a letter or syllable otherwise", ("char sub", "vowel", "consonant", "ending", "insert", "reorder", "defect",
                                        "char-", "single-char", "character sub", "rearrangement")),
    ("spelt or written otherwise", ("translit", "romanisation", "giles", "stripped", "hyphen", "comma", "space")),
    ("father or patronymic exchanged", ("patronymic", "father")),
    ("tribe, place or clan exchanged", ("nisbah", "clan", "tribal", "region")),
    ("given name exchanged", ("given-name", "given name", "stem swap", "onset")),
    ("family name exchanged", ("surname", "family")),
    ("another word exchanged", ("swap", "sub")),
)  # fmt: skip
"""What the notes of the made pairs say, in words of ours; the first that fits."""


class Ceiling(NamedTuple):
    """Rows that one answer a question must get wrong, and the best F1 with it, in per cent."""

    wrong: int
    best: float


def question(row: Judged) -> frozenset[tuple[str, ...]]:
    """Return what a row asks: the words of both names, whatever their order, case and titles."""
    return frozenset((words(row.one), words(row.other)))


def answers(rows: Iterable[Judged], *, at_a_tie: bool = True) -> dict[frozenset[tuple[str, ...]], bool]:
    """Return the answer to every question that fits most rows; yes where the names are the same."""
    said: dict[frozenset[tuple[str, ...]], Counter[bool]] = defaultdict(Counter)
    for row in rows:
        said[question(row)][row.same] += 1
    return {
        asked: len(asked) == 1 or (at_a_tie if count[True] == count[False] else count[True] > count[False])
        for asked, count in said.items()
    }


def ceiling(rows: Sequence[Judged], fixed: dict[frozenset[tuple[str, ...]], bool]) -> Ceiling:
    """Return how far somebody comes who answers every question as `fixed` says."""
    met = sum(row.same and fixed[question(row)] for row in rows)
    said, same = sum(fixed[question(row)] for row in rows), sum(row.same for row in rows)
    wrong = sum(row.same != fixed[question(row)] for row in rows)
    return Ceiling(wrong, 200 * met / max(1, said + same))


def kind_of(row: dict[str, str]) -> str:
    """Return the kind of a row of the name benchmark, in words."""
    if row["case_group"] != "synth_people":
        return row["category"] if row["category"][:1].isupper() else "tests and checks of the project"
    note = row["notes"].casefold()
    return next((kind for kind, signs in _KINDS if any(sign in note for sign in signs)), "other made pairs")


def kinds_table(path: Path) -> list[str]:
    """Return a table of the rows of people of the name benchmark by kind: how many, missed, joined wrongly."""
    rows, missed, joined = Counter[str](), Counter[str](), Counter[str]()
    with path.open(encoding="utf-8", newline="") as file:
        for row in filter(is_judged, csv.DictReader(file)):
            kind, same = kind_of(row), row["is_match"] == "true"
            said = score_names(row["name1"], row["name2"])[1] != "none"
            rows[kind] += 1
            missed[kind] += same and not said
            joined[kind] += said and not same
    wrong = sorted((kind for kind in rows if missed[kind] or joined[kind]), key=lambda kind: (-rows[kind], kind))
    right = sum(rows[kind] for kind in rows if kind not in wrong)
    lines = ["| kind | rows | missed | joined wrongly |", "|---|---|---|---|"]
    lines += [f"| {kind} | {rows[kind]} | {missed[kind]} | {joined[kind]} |" for kind in wrong]
    return [*lines, f"| all other kinds ({len(rows) - len(wrong)}) | {right} | 0 | 0 |",
            f"| together | {rows.total()} | {missed.total()} | {joined.total()} |"]  # fmt: skip


def page(folder: Path) -> str:
    """Return the page."""
    files = both_files(folder)
    everything = [row for rows in files.values() for row in rows]
    ties = [answers(everything, at_a_tie=said) for said in (True, False)]
    lines = [
        "# How far two names side by side can be judged", "",
        "Written by `python -m benchmarks.pair_ceilings`; do not edit. On the rows of people of nomenklatura's open",
        "pairs that are not flagged as wrongly judged.", "",
        "Rows ask one *question* if both names are written with the same words: order, case and titles left out. Who",
        "sees names alone answers a question once. *Unreachable* rows are those that the best such answers get wrong:",
        "rows judged otherwise than others of the same question, and two names with the same words judged two",
        "people's, which this matcher never parts. *One answer for both files*: the files judge some of each other's",
        "questions otherwise; where as many rows say yes as no, the answer is yes or no. What is judged by taste",
        "(a letter that is a slip in one row and another name in the next) is not counted: the true ceilings are",
        "lower.", "",
        "| file | rows | questions | unreachable | best F1 | one answer for both files: yes at a tie | no at a tie |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for title, rows in files.items():
        own, asked = ceiling(rows, answers(rows)), len({question(row) for row in rows})
        shared = " | ".join(f"{one.wrong} wrong, {one.best:.1f}" for one in (ceiling(rows, fixed) for fixed in ties))
        lines.append(f"| {title} | {len(rows)} | {asked} | {own.wrong} | {own.best:.1f} | {shared} |")
    lines += ["", "## What is judged otherwise here", "", "Rows of the name benchmark at the shipped cut-off.", ""]
    return "\n".join([*lines, *kinds_table(folder / NAMES), ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; 1 if the pairs are not at hand."""
    parser = argparse.ArgumentParser(description="How far names alone can come on the judged pairs.")
    parser.add_argument("--folder", type=Path, default=SHARED, help="where the judged pairs are")
    parser.add_argument("--page", type=Path, default=PAGE / "pair-ceilings.md", help="the page to write")
    told = parser.parse_args(arguments)
    if not (told.folder / NAMES).exists():
        print("the judged pairs are not at hand")
        return 1
    told.page.write_text(page(told.folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
