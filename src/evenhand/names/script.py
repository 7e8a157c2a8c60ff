"""Which script a letter or a word is written in.

Knows:    the Unicode blocks of the scripts this release can compare; those of tables/alphabets say their own.
Told:     letters.
Answers:  ISO 15924 codes; `Zyyy` for marks common to all, `Zzzz` for a script that is not known.
Trusted:  yes: a name in an unknown script must be reported, not passed.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final

from evenhand.names.alphabets import alphabets

_BLOCKS: Final = (
    (0x0041, 0x024F, "Latn"), (0x0250, 0x02FF, "Latn"), (0x0370, 0x03FF, "Grek"), (0x0400, 0x052F, "Cyrl"),
    (0x0531, 0x058F, "Armn"), (0x0591, 0x05FF, "Hebr"), (0x0600, 0x06FF, "Arab"), (0x0750, 0x077F, "Arab"),
    (0x08A0, 0x08FF, "Arab"), (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "Guru"),
    (0x0A80, 0x0AFF, "Gujr"), (0x0B00, 0x0B7F, "Orya"), (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"),
    (0x0C80, 0x0CFF, "Knda"), (0x0D00, 0x0D7F, "Mlym"), (0x0D80, 0x0DFF, "Sinh"), (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Laoo"), (0x1000, 0x109F, "Mymr"), (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"), (0x1C90, 0x1CBF, "Geor"), (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"), (0x3005, 0x3007, "Hani"), (0x3041, 0x30FF, "Kana"), (0x3130, 0x318F, "Hang"),
    (0x31F0, 0x31FF, "Kana"), (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xA640, 0xA69F, "Cyrl"),
    (0xAB30, 0xAB6F, "Latn"), (0xAC00, 0xD7AF, "Hang"), (0xF900, 0xFAFF, "Hani"), (0xFB00, 0xFB06, "Latn"),
    (0xFB13, 0xFB17, "Armn"), (0xFB1D, 0xFB4F, "Hebr"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab"),
    (0x20000, 0x323AF, "Hani"),
)  # fmt: skip
_ALL: Final = tuple(sorted((*_BLOCKS, *((one.first, one.last, code) for code, one in alphabets().items()))))
_STARTS: Final = tuple(block[0] for block in _ALL)


@lru_cache(maxsize=20_000)
def script_of(mark: str) -> str:
    """Return the ISO 15924 code of one letter; Zyyy for digits and marks, Zzzz for an unknown script."""
    if not (mark.isalpha() or mark in "\u094d\u0ccd"):
        return "Zyyy"
    code = ord(mark)
    index = bisect_right(_STARTS, code) - 1
    if index >= 0 and code <= _ALL[index][1]:
        return _ALL[index][2]
    return "Zzzz"


def scripts_in(text: str) -> tuple[str, ...]:
    """Return the scripts of the letters of a text in order of first use, without Zyyy."""
    return tuple(dict.fromkeys(code for mark in text if (code := script_of(mark)) != "Zyyy"))
