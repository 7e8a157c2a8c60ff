"""Words of names that are translated, not spelt: numbers of rulers, titles. To add one is to add a line to the table.

Knows:    tables/translated.tsv.
Told:     a word and its place in a name.
Answers:  what it stands for in Latin letters, if it is such a word.
Trusted:  yes: the table is part of the matcher's version.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

FIRST, LAST = "first", "last"


@cache
def _translated() -> dict[tuple[str, str], str]:
    text = files("evenhand.names").joinpath("tables/translated.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {(unicodedata.normalize("NFKC", word), place): meant for word, meant, place in rows}


def translated(word: str, place: int, count: int) -> str | None:
    """Return what a word at a place (0 first) among `count` words stands for; None if it is spelt like any other."""
    if count < 2:  # noqa: PLR2004 - whoever has one name is called by it
        return None
    where = FIRST if place == 0 else LAST if place == count - 1 else ""
    return _translated().get((word.rstrip("．"), where)) if where else None
