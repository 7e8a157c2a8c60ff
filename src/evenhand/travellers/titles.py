"""Titles beside a name: MR, MRS, MSTR and their like, alone or run on (ABDULMR), as booking systems write them.

Knows:    the titles of passenger names: MR, MRS, MS, MISS, MSTR, DR, and CHD, INF and INFT for a child and an infant.
Told:     a part of a name, or a name in one text.
Answers:  the spellings it may stand for: as written first, then without a title, which is a further way to ask.
Trusted:  yes: a title asked for as a name hides who is listed, and a name taken for a title would as well.

No spelling replaces another where a name may end so (DEMR, ALEKSANDR): both are asked.
"""

from __future__ import annotations

import re
from typing import Final

_TITLES: Final = ("MSTR", "MISS", "MRS", "INFT", "INF", "CHD", "MR", "MS", "DR")
"""Longer ones before those they end with."""
_MAY_BE: Final = re.compile(rf"(?:{'|'.join(_TITLES)})\b", re.IGNORECASE | re.ASCII).search
_IS_TITLE: Final = re.compile(rf"(?:{'|'.join(_TITLES)})+", re.IGNORECASE | re.ASCII).fullmatch
_RUN_ON: Final = ("MSTR", "MRS", "MR")
"""Of those run on, in a text where nothing tells given from family names: the ends that hardly a name has."""
_LEFT_MIN: Final = 2
"""Letters of a given name that a title is run into (BOMR)."""
_LEFT_IN_TEXT_MIN: Final = 3
"""The same where it is not told which word is the given name: Nimr is no Ni."""
_DOTS: Final = ".,"


def may_be_titled(text: str) -> bool:
    """Tell whether a word ends as a title does: nearly no name needs a closer look."""
    return _MAY_BE(text) is not None


def untitled(part: str, *, run_on: bool) -> tuple[str, ...]:
    """Return the spellings of a given or family name, three at most: as written, with one title left, without any.

    Nothing is left of a part that is a title only: one empty spelling. With `run_on`, the last word may end with one
    or more: ALEKSANDRMR is Aleksandr, and in the end Aleksan. A name ends as one title does, hardly as two.
    """
    kept = [word for word in part.split() if not _is_title(word)]
    if not kept:
        return ("",)
    found = {part: None, " ".join(kept): None}
    while run_on and (shorter := _without_end(kept[-1], _TITLES, _LEFT_MIN)):
        kept[-1] = shorter
        found[" ".join(kept)] = None
    return tuple(dict.fromkeys((part, *list(found)[-2:])))


def untitled_text(name: str) -> str:
    """Return a name in one text without titles, those run on included; as it is where nothing else would be left."""
    if not may_be_titled(name):
        return name
    kept = name.split()
    for at in range(len(kept)):
        while shorter := _without_end(kept[at], _RUN_ON, _LEFT_IN_TEXT_MIN):
            kept[at] = shorter
    return " ".join(word for word in kept if not _is_title(word)) or name


def _is_title(word: str) -> bool:
    return _IS_TITLE(word.strip(_DOTS)) is not None


def _without_end(word: str, titles: tuple[str, ...], left_min: int) -> str:
    """Return a word without the title run into its end; empty if there is none, or hardly a name before it."""
    upper = word.upper()
    title = next((one for one in titles if upper.endswith(one)), "")
    left = len(word) - len(title)
    return word[:left] if title and left >= left_min else ""
