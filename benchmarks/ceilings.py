"""How far any matcher of names can come on the judged names, and by whom the right person is outranked.

Knows:    when two names are written with the same words.
Told:     a split of judged names and the answers of `evenhand bench names`.
Answers:  a page of counts by category: no name of a person is in it.
Trusted:  no.

Run: python -m benchmarks.ceilings ANSWERS.jsonl [--split FOLDER] [--page FILE]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from benchmarks.matching import PAGE, SHARED
from benchmarks.name_systems import Row, rows_of
from evenhand.names.cleaning import clean, mrz_words
from evenhand.names.latin import fold
from evenhand.names.parts import TITLES
from evenhand.names.script import script_of

_BREAK: Final = re.compile(r"[\W_]+")
_TEN: Final = 10
_ROWS: Final = 64
"""Asked names compared with all listed ones at a time."""
ASKED, EXPECTED, NEARER, OTHERS = "asked", "expected", "nearer", "others"
"""Who outranks the right person: one written as the asked name, as the right one; nearer by letters; others."""


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain letters, in alphabetical order, without titles."""
    text = clean(name)
    pieces = [piece for piece in _BREAK.split(mrz_words(text) or text) if piece]
    plain = [fold(one) if script_of(one[0]) == "Latn" else one.casefold() for one in pieces]
    kept = [one for one in plain if one and one not in TITLES]
    return tuple(sorted(kept or plain))


class Split(NamedTuple):
    """Questions, the names of every listed person, who bears the same words, and the names in plain letters."""

    questions: list[Row]
    names: dict[str, tuple[str, ...]]
    bearers: dict[tuple[str, ...], set[str]]
    letters: list[str]
    owners: list[str]


def load(folder: Path) -> Split:
    """Return a split of judged names."""
    names = {row["id"]: tuple(one["name"] for one in row["names"]) for row in rows_of(folder / "index.jsonl")}
    bearers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    letters, owners = [], []
    for key, own in names.items():
        for name in own:
            bearers[words(name)].add(key)
            if text := "".join(words(name)):
                letters.append(text)
                owners.append(key)
    return Split(rows_of(folder / "queries.jsonl"), names, bearers, letters, owners)


def ceiling(split: Split, row: Row) -> float:
    """Return the chance that a matcher which sees nothing but names puts the right person first.

    Whoever is written as the asked name is no worse an answer than the right person; nor is whoever is written as the
    name that the question was made from. Names that look alike but are not the same do not lower it.
    """
    right = row["expected"]
    same = split.bearers.get(words(row["name"]), set())
    if same:
        return 1 / len(same) if right in same else 0.0
    return 1 / len(split.bearers.get(words(row.get("index_name") or ""), set()) | {right})


def nearest(split: Split, rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Return for every question how many letters the right person's nearest name is off, and anybody else's."""
    found, owner = {}, np.array(split.owners)
    for begin in range(0, len(rows), _ROWS):
        part = rows[begin : begin + _ROWS]
        asked = ["".join(words(row["name"])) for row in part]
        off = cdist(asked, split.letters, scorer=Levenshtein.distance, dtype=np.uint16)
        for row, line in zip(part, off, strict=True):
            mine = owner == row["expected"]
            found[row["qid"]] = (int(line[mine].min(initial=999)), int(line[~mine].min(initial=999)))
    return found


def first(answer: list[tuple[str, float]], right: str) -> float:
    """Return the chance that the right person is first when equal scores come in any order."""
    score = dict(answer).get(right)
    if score is None or any(other > score for _, other in answer):
        return 0.0
    return 1 / sum(other == score for _, other in answer)


def outranked_by(split: Split, row: Row, answer: list[tuple[str, float]], off: tuple[int, int]) -> str:
    """Return what kind of person stands above the right one (see ASKED)."""
    score = dict(answer).get(row["expected"], float("-inf"))
    above = {key for key, other in answer if key != row["expected"] and other >= score}
    if above & split.bearers.get(words(row["name"]), set()):
        return ASKED
    if above & {key for name in split.names[row["expected"]] for key in split.bearers[words(name)]}:
        return EXPECTED
    return NEARER if off[1] < off[0] and _alike(row, split) else OTHERS


def _alike(row: Row, split: Split) -> bool:
    """Tell whether the asked name and a name of the right person are in one script, so that letters can be counted."""
    scripts = {script_of(name.strip()[:1]) for name in split.names[row["expected"]]}
    return script_of(row["name"].strip()[:1]) in scripts


def counts(split: Split, answers: dict[str, list[tuple[str, float]]]) -> dict[str, Counter[str]]:
    """Return by category: questions, sums of ceilings and of first places, and the misses by kind."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    missed = []
    for row in split.questions:
        reached, can = first(answers.get(row["qid"], []), row["expected"]), ceiling(split, row)
        total: Any = found[row["category"]]
        total.update({"questions": 1, "first": reached, "ceiling": can, "capped": int(can < 1)})
        if reached < 1:
            missed.append(row)
    off = nearest(split, missed)
    for row in missed:
        answer = answers.get(row["qid"], [])
        total = found[row["category"]]
        total["missed"] += 1
        total["absent"] += int(row["expected"] not in dict(answer))
        total[outranked_by(split, row, answer, off[row["qid"]])] += 1
    return dict(found)


_INTRODUCTION: Final = """# How far names alone can come

Written by `python -m benchmarks.ceilings`; do not edit. On the whole development split of the judged names, birth
dates left out.

*Ceiling*: where another listed person is written with the same words as the asked name, or as the name the question was
made from (order, titles, case and diacritics left out), no matcher that sees only names can be sure who is meant; its
chance is counted. *Capped*: so many questions are of that kind.

*Missed* questions are counted once each. Somebody above the right person is written as the asked name (*asked*) or as
the right one (*right*); or some listed person is nearer to the asked name by letters than the right one (*nearer*; not
counted from one script to another); or none of these (*others*), which a matcher could mend. *Absent*: of the missed,
those whose right person is not among the first ten.
"""
_HEAD: Final = (
    "category", "questions", "capped", "ceiling", "first", "missed", "asked", "right", "nearer", "others", "absent",
)  # fmt: skip


def page(found: dict[str, Counter[str]], groups: dict[str, list[str]]) -> str:
    """Return the page: a table a group."""
    lines = [_INTRODUCTION]
    for group, categories in groups.items():
        known = [name for name in categories if name in found]
        if not known:
            continue
        lines += [
            f"## {group[0].upper()}{group[1:]}",
            "",
            f"| {' | '.join(_HEAD)} |",
            "|---" * len(_HEAD) + "|",
        ]
        total: Counter[str] = Counter()
        for name in known:
            total.update(found[name])
        shown = [(name, found[name]) for name in known] + ([("together", total)] if len(known) > 1 else [])
        lines += [_line(name, one) for name, one in shown]
        lines.append("")
    return "\n".join(lines)


def _line(name: str, one: Counter[str]) -> str:
    share = {kind: f"{100 * one[kind] / one['questions']:.1f}" for kind in ("ceiling", "first")}
    cells = [one["questions"], one["capped"], share["ceiling"], share["first"], one["missed"], one[ASKED],
             one[EXPECTED], one[NEARER], one[OTHERS], one["absent"]]  # fmt: skip
    return f"| {name} | {' | '.join(str(cell) for cell in cells)} |"


def main(arguments: list[str] | None = None) -> int:
    """Write the page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ceilings", description=__doc__)
    parser.add_argument("answers", type=Path, help="what `evenhand bench names SPLIT --names-only` wrote")
    parser.add_argument("--split", type=Path, default=SHARED / "dev", help="folder with index.jsonl and queries.jsonl")
    parser.add_argument("--page", type=Path, default=PAGE / "matching-ceilings.md", help="where the page goes")
    chosen = parser.parse_args(arguments)
    if not (chosen.split / "index.jsonl").exists():
        print(f"there are no judged names in {chosen.split}")
        return 1
    answers = {row["qid"]: [(key, score) for key, score in row["results"]] for row in rows_of(chosen.answers)}
    chosen.page.write_text(page(counts(load(chosen.split), answers), GROUPS), "utf-8")
    return 0


GROUPS: Final = {
    "romanisation, spelling": ["spelling_variant", "arabic_roman", "arabic_roman_composed"],
    "typos, OCR, machine-readable zones": [
        "typo_keyboard1", "typo_keyboard2", "typo_ocr", "typo_cyrillic", "thirdparty_noise", "mrz_full",
        "mrz_truncated", "mrz_cyrillic",
    ],
    "Indic, Thai": ["xs_hi", "xs_ne", "xs_mr", "xs_bn", "xs_ta", "xs_si", "xs_th"],
    "structure, nicknames": [
        "token_order", "missing_token", "extra_token", "initials", "particles", "hyphen_concat", "patronymic_dropped",
        "nickname",
    ],
    "Cyrillic, Greek, Georgian, Armenian": [
        "xs_ru", "xs_uk", "xs_bg", "xs_sr", "xs_mk", "xs_be", "xs_mn", "xs_el", "xs_ka", "xs_hy", "xs_hy_composed",
    ],
    "Arabic, Persian, Urdu, Kurdish, Hebrew": ["xs_ar", "xs_ar_composed", "xs_fa", "xs_ur", "xs_ckb", "xs_he"],
    "Han, kana, Hangul, and between scripts": [
        "xs_zh_native", "xs_zh_foreign", "xs_ja_kanji", "xs_ja_kana", "xs_ko_native", "xs_ko_foreign", "xs_hanja",
        "xs_nonlatin",
    ],
}  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
