"""Which script a text is written in, as an ISO 15924 code.

Knows:    the Unicode blocks of scripts that names on lists are written in (Unicode 15, Blocks.txt).
Told:     names as read.
Answers:  one four-letter code; Zyyy where no letter decides.
Trusted:  yes: the matcher chooses its folding rules by this code.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from typing import Final

_BLOCKS: Final[tuple[tuple[int, int, str], ...]] = (
    (0x0041, 0x024F, "Latn"), (0x0370, 0x03FF, "Grek"), (0x0400, 0x052F, "Cyrl"), (0x0531, 0x058F, "Armn"),
    (0x0591, 0x05FF, "Hebr"), (0x0600, 0x06FF, "Arab"), (0x0700, 0x074F, "Syrc"), (0x0750, 0x077F, "Arab"),
    (0x0780, 0x07BF, "Thaa"), (0x0860, 0x08FF, "Arab"), (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"), (0x0B00, 0x0B7F, "Orya"), (0x0B80, 0x0BFF, "Taml"),
    (0x0C00, 0x0C7F, "Telu"), (0x0C80, 0x0CFF, "Knda"), (0x0D00, 0x0D7F, "Mlym"), (0x0D80, 0x0DFF, "Sinh"),
    (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Laoo"), (0x0F00, 0x0FFF, "Tibt"), (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"), (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"),
    (0x1800, 0x18AF, "Mong"), (0x1C90, 0x1CBF, "Geor"), (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek"),
    (0x2D00, 0x2D2F, "Geor"), (0x2D30, 0x2D7F, "Tfng"), (0x2D80, 0x2DDF, "Ethi"), (0x3041, 0x309F, "Hira"),
    (0x30A1, 0x30FF, "Kana"), (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xA960, 0xA97F, "Hang"),
    (0xAC00, 0xD7FF, "Hang"), (0xF900, 0xFAFF, "Hani"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab"),
    (0xFF21, 0xFF5A, "Latn"), (0xFF66, 0xFF9D, "Kana"), (0x20000, 0x3134F, "Hani"),
)  # fmt: skip
_STARTS: Final = tuple(first for first, _, _ in _BLOCKS)
COMMON: Final = "Zyyy"
_COMMON: Final = frozenset({COMMON})
_KANA: Final = frozenset({"Hira", "Kana"})
_SINGLE: Final = {frozenset({script}): "Jpan" if script in _KANA else script for _, _, script in _BLOCKS} | {
    frozenset[str](): COMMON
}
"""What a text is written in whose letters are all of one script, or that has none."""


@lru_cache(maxsize=65_536)  # a list has a few thousand different letters
def script_of(letter: str) -> str:
    """Return the script of one character; Zyyy for marks, digits and spaces that belong to none."""
    if not letter.isalpha():
        return COMMON
    place = bisect_right(_STARTS, ord(letter)) - 1
    if place < 0 or ord(letter) > _BLOCKS[place][1]:
        return COMMON
    return _BLOCKS[place][2]


def detect_script(text: str) -> str:
    """Return the script most letters belong to.

    Kana with or without Han is Jpan and Hangul with Han is Kore, as ISO 15924 names those mixtures; pure
    Hangul is Hang, pure Han is Hani (whether simplified or traditional cannot be told from a name).
    """
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else COMMON
    if (only := _SINGLE.get(frozenset(map(script_of, text)) - _COMMON)) is not None:
        return only  # nearly every name: counting would be dearer than all else
    counts = Counter(map(script_of, text))
    del counts[COMMON]
    if counts["Hira"] or counts["Kana"]:
        return "Jpan"
    if counts["Hang"] and counts["Hani"]:
        return "Kore"
    return max(sorted(counts), key=lambda script: counts[script])
