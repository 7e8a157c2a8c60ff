"""The usual word of a name: Latin letters only, and the same word wherever it stands.

Knows:    which words depend on their neighbours: particles, titles, servants, patronymics, translated ones.
Told:     a piece of a name between spaces.
Answers:  the word that `forms` makes of it in any name, or nothing where that depends on the name.
Trusted:  yes: both sides of every comparison pass here. A test holds it to `forms`.
"""

from __future__ import annotations

from evenhand.names.besides import with_nicknames
from evenhand.names.forms import spell
from evenhand.names.parts import PLAIN, depends
from evenhand.names.translated import translated
from evenhand.names.word import Word


def usual(piece: str) -> Word | None:
    """Return the word that a piece is in every name, or None where that depends on the name, or is not Latin letters.

    Most words that travellers bring are of this kind, and to read whole names to learn that costs five times as much.
    """
    if not (piece.isascii() and piece.isalpha()) or depends(piece.lower()):
        return None
    if translated(piece, 0, 2) or translated(piece, 1, 2):
        return None
    return Word(with_nicknames(spell(piece)), PLAIN, tied=False)
