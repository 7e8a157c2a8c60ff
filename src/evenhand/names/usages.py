"""Names as other peoples spell them: Jamal is Cemal, Gamal and Djamel; Uthman is Osman; Serhiy is Sergey.

Knows:    tables/usages.tsv, written by hand: the usual spellings of one name of Arabic origin a line; Slavic names.
Told:     a folded word.
Answers:  the other spellings that do not sound the same; also with what such names are made into: Kazimi, Abdulkazim.
Trusted:  yes: the table is part of the matcher's version.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Final

from evenhand.names.latin import sound, sounding_apart
from evenhand.names.slavic import slavic

USAGES_MAX: Final = 12
"""The most other spellings of a word; no name of the table has more that sound apart."""
_SERVANTS: Final = ("abdul", "abdel", "abdal", "abdil", "abdoul")
_STEM_MIN: Final = 4


def lines() -> tuple[tuple[str, ...], ...]:
    """Return the spellings of every name of the table, as they stand there."""
    text = files("evenhand.names").joinpath("tables/usages.tsv").read_text(encoding="ascii")
    return tuple(tuple(line.split()) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in lines():
        for word in line:
            found.setdefault(word, {}).update(dict.fromkeys(line))
    return {word: tuple(others) for word, others in found.items()}


@lru_cache(maxsize=200_000)
def usages(word: str) -> tuple[str, ...]:
    """Return the other spellings of a folded word that do not sound like it or like one another, the usual first."""
    return tuple(islice(sounding_apart(word, (*_of_arabic(word), *slavic(word))), USAGES_MAX))


def are_usages(one: str, other: str) -> bool:
    """Tell whether two folded words that sound apart are two usual spellings of one name."""
    key, other_key = sound(one), sound(other)
    return any(sound(found) == other_key for found in usages(one)) or any(
        sound(found) == key for found in usages(other)
    )


def _of_arabic(word: str) -> tuple[str, ...]:
    known = _by_word()
    if word in known:
        return known[word]
    head, rest = word[:5], word[5:]
    if head in _SERVANTS and rest in known:
        return tuple("abdul" + other for other in known[rest])
    stem, end = word[:-1], word[-1:]
    if end in ("i", "y") and len(stem) >= _STEM_MIN and stem in known:  # of Kazim: Kazimi
        return tuple(other + "i" for other in known[stem] if other[-1] not in "aeiouy")
    return ()
