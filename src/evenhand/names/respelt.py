"""Latin words that are known to be spellings of one word: Husayn and Hussein, Aleksej and Aleksey.

Knows:    tables/respelt.tsv.gz, learned by tools/learn_respelt.py.
Told:     two folded words.
Answers:  how often they were seen to be written for one word of another script.
Trusted:  yes: the table is part of the matcher's version.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[tuple[str, str], int]:
    packed = files("evenhand.names").joinpath("tables/respelt.tsv.gz").read_bytes()
    found = {}
    for line in gzip.decompress(packed).decode("ascii").split("\n"):
        word, _, others = line.partition("\t")
        for one in others.split(","):
            found[word, one.rstrip("0123456789")] = int(one.lstrip("abcdefghijklmnopqrstuvwxyz"))
    return found


def known_pairs() -> tuple[tuple[str, str, int], ...]:
    """Return every two words that are known as spellings of one, the first in the alphabet first, with their bits."""
    return tuple((one, other, bits) for (one, other), bits in _table().items())


def respelt(one: str, other: str) -> int:
    """Return how often two folded words were written for one native word, in bits; 0 if they are not known as that."""
    return _table().get((one, other) if one < other else (other, one), 0)


@cache
def _by_word() -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for (one, other), bits in _table().items():
        found.setdefault(one, []).append((other, bits))
        found.setdefault(other, []).append((one, bits))
    return {word: tuple(sorted(others)) for word, others in found.items()}


def respellings(word: str) -> tuple[tuple[str, int], ...]:
    """Return the other spellings of a folded word, each with its bits (see `respelt`)."""
    return _by_word().get(word, ())
