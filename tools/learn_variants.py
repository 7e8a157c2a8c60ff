"""Derive the shipped table of variant Han: traditional, Hong Kong, Taiwan and Japanese forms of one character.

Source: the character tables of OpenCC (Apache-2.0), as packed by opencc-python-reimplemented (Apache-2.0).
Run: python tools/learn_variants.py OPENCC_DICTIONARY_FOLDER OUT.tsv.gz
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

TABLES = ("JPVariants", "TWVariants", "HKVariants")


def rows(folder: Path, name: str) -> list[tuple[str, str]]:
    """Return (character, first of its other forms) of a table."""
    found = []
    for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        mark, _, others = line.partition("\t")
        first = others.split(" ")[0].strip()
        if len(mark) == 1 and len(first) == 1 and mark != first:
            found.append((mark, first))
    return found


def folds(folder: Path) -> dict[str, str]:
    """Return per character the simplified character that stands for it."""
    simple = dict(rows(folder, "TSCharacters"))
    found = dict(simple)
    for table in TABLES:
        for whole, variant in rows(folder, table):
            target = simple.get(whole, whole)
            if variant != target and variant not in found and target not in (found.get(variant), variant):
                found[variant] = target
    for _ in range(4):
        found = {mark: found.get(target, target) for mark, target in found.items()}
    return {mark: target for mark, target in found.items() if mark != target and found.get(target, target) == target}


if __name__ == "__main__":
    table = folds(Path(sys.argv[1]))
    lines = "\n".join(mark + table[mark] for mark in sorted(table))
    Path(sys.argv[2]).write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    print(len(table))
