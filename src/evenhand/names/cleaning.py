"""A name as it was written, without what is no part of it.

Knows:    marks that are not seen, and how a field of a machine-readable zone holds a name.
Told:     a text.
Answers:  the same in normal form; the name inside a field.
Trusted:  yes: what is taken away here is never read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ZONE_NAME_CHARACTERS: Final = 30
"""Characters of the name field of the shortest zone (TD1): a full one may have been cut (ICAO 9303 part 5)."""
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_ACCENTS_ALONE: Final = str.maketrans(dict.fromkeys("\u00b4\u0384\u1fbd\u1fbf\u1ffd\u1ffe", "'"))
"""Accents that stand by themselves, typed for an apostrophe (O´Malley): normal form would make them a blank."""
_MRZ: Final = re.compile(r"[A-Z<]+<<?[A-Z<]*", re.ASCII)


def clean(name: str) -> str:
    """Return a name in Unicode normal form without invisible and direction-changing marks."""
    seen = _INVISIBLE.sub("", name).translate(_ACCENTS_ALONE)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", seen)).strip()


def mrz_words(text: str) -> str | None:
    """Return the name inside a machine-readable zone field as `given family`, or None if it is no such field."""
    if "<" not in text or not _MRZ.fullmatch(text):
        return None
    family, _, given = text.strip("<").partition("<<")
    return f"{given.replace('<', ' ')} {family.replace('<', ' ')}".strip()
