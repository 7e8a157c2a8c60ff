"""A word of a name as the matcher compares it, and the kinds of its spellings.

Knows:    nothing but its own shape.
Told:     nothing.
Answers:  types and numbers that all who read and compare names share.
Trusted:  yes: a kind decides what a spelling may meet.
"""

from __future__ import annotations

from typing import Final, NamedTuple

WRITTEN, LEARNED, ABJAD, NICKNAME, ASIAN, USAGE = 0, 1, 2, 4, 8, 16
"""Kinds of a spelling, as bits: as written, read by a table, without vowels, a nickname's formal name, CJK, another
people's spelling of the same name (Cemal, Jamal)."""
ASKED_ALONE: Final = NICKNAME | USAGE
"""Kinds that only an asked word has: what it stands for. A listed word must be that, or nearly."""


class Word(NamedTuple):
    """One word: (spelling, cost, kind) best first; class; whether it is tied to the next by a hyphen; its characters.

    `native`: up to three characters of the whole name, for Han and Hangul names (see `evenhand.names.native`).
    """

    spellings: tuple[tuple[str, int, int], ...]
    kind: int
    tied: bool
    native: int = 0


Reading = tuple[Word, ...]
