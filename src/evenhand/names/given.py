"""Given names that stand for one another: what their bearers are called, and one name from language to language.

Knows:    tables/given.tsv, written by hand: Sasha is Aleksandr, Pepe is Jose; George is Jorge and Gyorgy.
Told:     nothing.
Answers:  for a folded word those it may stand for, with costs as `parts.nicknames` has them.
Trusted:  yes: the table is part of the matcher's version.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from evenhand.names.latin import sound

_OF_SHORT, _OF_FORMAL, _ELSEWHERE = 8, 24, 40
"""Twelfths of a bit: a short form is known by its formal name; a formal one may be shortened, or said elsewhere."""
GIVEN_MAX: Final = {_OF_SHORT: 5, _OF_FORMAL: 2, _ELSEWHERE: 2}
"""The most that a word stands for by this table, by cost; the usual ones come first. A list is asked for each."""


def lines() -> Iterator[tuple[list[str], list[str]]]:
    """Yield the formal names and the short ones of every line; of a name from language to language no short ones."""
    text = files("evenhand.names").joinpath("tables/given.tsv").read_text(encoding="ascii")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            formal, _, short = line.partition(":")
            yield formal.split(), short.split()


@cache
def given() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return for every word of the table what it stands for, none that sounds like it or like another."""
    found: dict[str, dict[str, int]] = {}

    def say(word: str, others: list[str], cost: int) -> None:
        costs = found.setdefault(word, {})
        for other in others:
            costs[other] = min(cost, costs.get(other, cost))

    for formal, short in lines():
        for word in short:
            say(word, formal, _OF_SHORT)
        for word in formal:
            say(word, short or formal, _OF_FORMAL if short else _ELSEWHERE)
    return {word: _apart(word, costs) for word, costs in found.items()}


def _apart(word: str, costs: dict[str, int]) -> tuple[tuple[str, int], ...]:
    heard, kept = {sound(word)}, list[tuple[str, int]]()
    for other, cost in sorted(costs.items(), key=lambda item: item[1]):  # in the order of the table, cost by cost
        if (key := sound(other)) not in heard and sum(paid == cost for _, paid in kept) < GIVEN_MAX[cost]:
            heard.add(key)
            kept.append((other, cost))
    return tuple(kept)
