"""Suggestions for a misread zone: one letter taken for its look-alike.

Knows:    which characters of OCR-B readers confuse (0 and O, 1 and I, …).
Told:     a zone whose check digits or dates do not fit.
Answers:  replacements that make at least one problem go and none come, as suggestions only.
Trusted:  no: a person compares each with the document; nothing here changes what was read.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from evenhand.travellers.mrz import parse_mrz

CONFUSIONS: Final[dict[str, str]] = {
    "0": "ODQ",
    "1": "IL7",
    "2": "Z",
    "4": "A",
    "5": "S",
    "6": "G",
    "7": "T1",
    "8": "B",
    "A": "4",
    "B": "8",
    "C": "<G",
    "D": "0O",
    "G": "6C",
    "I": "1L",
    "K": "<",
    "L": "1I",
    "O": "0DQ",
    "Q": "0O",
    "S": "5",
    "T": "7",
    "Z": "2",
    "<": "KC",
}


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read `instead` at line and column (from 1): so many problems would go, so many would remain."""

    line: int
    column: int
    found: str
    instead: str
    problems_gone: int
    problems_left: int


def suggest(lines: tuple[str, ...], *, today: date) -> tuple[Suggestion, ...]:
    """Return single replacements that mend the zone, the best first; none for a zone without problems.

    Raises InputError as `parse_mrz`. Work is bounded: at most three replacements for each character.
    """
    before = {(problem.field, problem.kind) for problem in parse_mrz(lines, today=today).problems}
    found: list[Suggestion] = []
    if not before:
        return ()
    for row, line in enumerate(lines):
        for column, mark in enumerate(line):
            for instead in CONFUSIONS.get(mark, ""):
                mended = (*lines[:row], line[:column] + instead + line[column + 1 :], *lines[row + 1 :])
                after = {(problem.field, problem.kind) for problem in parse_mrz(mended, today=today).problems}
                if after < before:
                    found.append(
                        Suggestion(
                            line=row + 1,
                            column=column + 1,
                            found=mark,
                            instead=instead,
                            problems_gone=len(before - after),
                            problems_left=len(after),
                        )
                    )
    return tuple(sorted(found, key=lambda item: (item.problems_left, item.line, item.column, item.instead)))
