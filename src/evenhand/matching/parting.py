"""Names that were run together: MUSTAFAKAMAL is asked as MUSTAFA KAMAL too, where somebody listed bears both.

Knows:    that departure systems and machine-readable zones drop blanks between given names, and what articles are.
Told:     names as written, and which words are listed.
Answers:  long words that nobody is known to bear, the rows of listed words they may be made of, names written apart.
Trusted:  yes: a name that is left in one piece may be a suspect waved through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from evenhand.names.cleaning import ZONE_NAME_CHARACTERS
from evenhand.names.latin import fold
from evenhand.names.parts import SERVANTS

Way = tuple[str, ...]
"""Listed words that are an asked word if they are written without blanks, in their order."""

WORD_MIN: Final = 7
"""Letters of the shortest word that may be several."""
_WORD_MAX: Final = 40
PARTS_MAX: Final = 6
_PART_MIN: Final = 3
_SHORT: Final = frozenset({"al", "el", "ul", "ud", "de", "da", "di", "du", "la", "le"})
"""Articles and the like: the parts of fewer letters that are told from any two letters."""
_LOOKED_AT: Final = 64
"""So many rows of listed words of one asked word are looked at, those of fewest words first."""
_WORDS_MAX: Final = 3
"""So many words of one name are taken apart."""
WAYS_MAX: Final = 4
"""So many ways to write one name apart are asked: each costs as much as a name."""
_LATIN: Final = re.compile(rf"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]{{{WORD_MIN},{_WORD_MAX}}}")


class Run(NamedTuple):
    """A long word of a name: where it stands, and folded."""

    begin: int
    end: int
    word: str


def folded(word: str) -> str:
    """Return a Latin word of any length in letters a to z."""
    return word.lower() if word.isascii() else "".join(map(fold, word))


def long_words(name: str) -> Iterator[Run]:
    """Yield the words of a name that are long enough to be several."""
    for found in _LATIN.finditer(name):
        yield Run(found.start(), found.end(), folded(found[0]))


def ways(word: str, listed: Callable[[Sequence[str]], Sequence[bool]]) -> tuple[Way, ...]:
    """Return the rows of two to PARTS_MAX words that a folded word is made of, the fewest parts first.

    `listed` tells of some words whether they are. A servant (Abdul) need not be: it is one with the word behind it.
    """
    size = len(word)
    reached: dict[int, list[Way]] = {0: [()]}
    for begin in range(size - 1):
        before = [way for way in reached.get(begin, ()) if len(way) < PARTS_MAX]  # what ends here
        parts = [word[begin:end] for end in range(begin + 2, size + 1)] if before else []
        parts = [part for part in parts if part != word and (len(part) >= _PART_MIN or part in _SHORT)]
        for part, known in zip(parts, listed(parts) if parts else (), strict=True):
            if known or part in SERVANTS:
                reached.setdefault(begin + len(part), []).extend((*way, part) for way in before)
    found = [way for way in reached.get(size, ()) if borne_parts(way)]
    return tuple(sorted(found, key=lambda way: (len(way), way))[:_LOOKED_AT])


def borne_parts(way: Way) -> Way:
    """Return those of some words that somebody must bear: all but articles and servants."""
    return tuple(part for part in way if len(part) >= _PART_MIN and part not in SERVANTS)


class Apart(NamedTuple):
    """A name with some of its words written apart, and what those are made of."""

    name: str
    parts: Way


def written_apart(
    name: str, runs: Sequence[tuple[Run, Sequence[Way]]], borne: Callable[[Way], bool]
) -> tuple[Apart, ...]:
    """Return a name with some of its long words written apart, the most parts first; WAYS_MAX at the most.

    `runs`: its long words and what somebody bears that each may be made of, of which the first WAYS_MAX count; `borne`
    tells whether one listed name has all of some words.
    """
    chosen = product(*((None, *made_of[:WAYS_MAX]) for _, made_of in runs[:_WORDS_MAX]))
    every = [(tuple(part for way in one if way for part in way), one) for one in chosen if any(one)]
    kept = [(parts, one) for parts, one in every if borne(parts)]
    kept.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    return tuple(Apart(_rewritten(name, runs, one), parts) for parts, one in kept[:WAYS_MAX])


def _rewritten(name: str, runs: Sequence[tuple[Run, Sequence[Way]]], chosen: Sequence[Way | None]) -> str:
    text, tie = name, "<" if "<" in name else " "
    for (run, _), way in reversed([*zip(runs, chosen, strict=False)]):
        if way:
            text = f"{text[: run.begin]}{_like(name[run.begin : run.end], tie.join(way))}{text[run.end :]}"
    return f"{text}<" if tie == "<" and len(name) < ZONE_NAME_CHARACTERS <= len(text) else text  # or it seems cut


def _like(written: str, apart: str) -> str:
    """Return words in capitals where the word that they were was written so: a zone has no small letters."""
    return apart.upper() if written.isupper() else apart
