"""Scripts that are read letter by letter from a data file: to add one is to add its file and its tests.

Knows:    the files in tables/alphabets, each named by the ISO 15924 code of its script.
Told:     a word in such a script.
Answers:  its block of letters, and Latin spellings, the usual one first.
Trusted:  yes: the files are part of the matcher's version.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_BLOCK: Final = "block"


class Alphabet(NamedTuple):
    """Where the letters of a script lie, and per letter the usual spelling and another."""

    first: int
    last: int
    usual: dict[str, str]
    other: dict[str, str]


def _parse(text: str) -> Alphabet:
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    (_, first, last), letters = rows[0], rows[1:]
    usual = {mark: spelt.split(",")[0].strip("-") for mark, spelt in letters}
    other = {mark: spelt.split(",")[-1].strip("-") for mark, spelt in letters}
    return Alphabet(int(first, 16), int(last, 16), usual, other)


@cache
def alphabets() -> dict[str, Alphabet]:
    """Return the alphabets by the code of their script."""
    folder = files("evenhand.names").joinpath("tables/alphabets")
    return {
        one.name.removesuffix(".tsv"): _parse(one.read_text(encoding="utf-8"))
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".tsv")
    }


def spelt(word: str, script: str) -> tuple[str, ...]:
    """Return the spellings of a word in a script that has a file."""
    table = alphabets()[script]
    found = ("".join(letters.get(mark, "") for mark in word) for letters in (table.usual, table.other))
    return tuple(dict.fromkeys(one for one in found if one))
