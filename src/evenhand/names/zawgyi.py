"""Burmese written for the Zawgyi font, put into Unicode's letters and order.

Knows:    the code points at which Zawgyi keeps its marks, and that it writes a vowel sign before the letter it follows.
Told:     a word in Burmese letters.
Answers:  the same word in Unicode; what is no Zawgyi comes back as it is.
Trusted:  yes: part of the matcher's version.

Most of what Burma wrote before 2019, parliament's lists among it, is Zawgyi: the same block of Unicode, other letters.
"""

from __future__ import annotations

import re
from typing import Final

_TELLS: Final = re.compile("(?:^|[^က-ဪျ-ှဿ၎])ေ|္(?![က-အ])|[ါ-း][ျ-ှ္]|[\u1033\u1034\u105a\u1060-\u1097]")
"""A vowel sign before any letter, a stacked letter that is not there, a mark below after one that stands behind it, or
one that only Zawgyi has."""
_MARKS: Final = str.maketrans({
    "\u1033": "ု", "\u1034": "ူ", "\u1039": "်", "\u103a": "ျ", "\u103b": "ြ", "\u103c": "ွ",
    "\u103d": "ှ", "\u105a": "ါ်", "\u1060": "္က", "\u1061": "္ခ", "\u1062": "္ဂ", "\u1063": "္ဃ",
    "\u1064": "င်္", "\u1065": "္စ", "\u1066": "္ဆ", "\u1067": "္ဆ", "\u1068": "္ဇ",
    "\u1069": "္ဈ", "\u106a": "ဉ", "\u106b": "ည", "\u106c": "္ဋ", "\u106d": "္ဌ", "\u106e": "ဍ္ဍ",
    "\u106f": "ဎ္ဍ", "\u1070": "္ဏ", "\u1071": "္တ", "\u1072": "္တ", "\u1073": "္ထ",
    "\u1074": "္ထ", "\u1075": "္ဒ", "\u1076": "္ဓ", "\u1077": "္န", "\u1078": "္ပ", "\u1079": "္ဖ",
    "\u107a": "္ဗ", "\u107b": "္ဘ", "\u107c": "္မ", "\u107d": "ျ",
    **dict.fromkeys("\u107e\u107f\u1080\u1081\u1082\u1083\u1084", "ြ"), "\u1085": "္လ",
    "\u1086": "ဿ", "\u1087": "ှ", "\u1088": "ှု", "\u1089": "ှူ", "\u108a": "ွှ", "\u108b": "င်္ိ",
    "\u108c": "င်္ီ", "\u108d": "င်္ံ", "\u108e": "ိံ", "\u108f": "န", "\u1090": "ရ",
    "\u1091": "ဏ္ဍ", "\u1092": "ဋ္ဌ", "\u1093": "္ဘ", "\u1094": "့", "\u1095": "့",
    "\u1096": "္တွ", "\u1097": "ဋ္ဋ",
})  # fmt: skip
_FOR_LETTERS: Final = (("၀", "ဝ"), ("၇", "ရ"))
"""Digits that are typed for the letters they look like."""
_SYLLABLE: Final = re.compile("(ေ?)(ြ?)([က-အဥဿ])((?:္[က-အ])?)([ျွှ]*)")


def _ordered(found: re.Match[str]) -> str:
    vowel, before, letter, stacked, after = found.groups()
    return letter + stacked + "".join(mark for mark in "ျြွှ" if mark in before + after) + vowel


def from_zawgyi(word: str) -> str:
    """Return a word written for Zawgyi in Unicode, any other as it is."""
    if not _TELLS.search(word):
        return word
    text = word.translate(_MARKS)
    for digit, letter in _FOR_LETTERS:
        text = text.replace(digit, letter)
    text = _SYLLABLE.sub(_ordered, text)
    return re.sub("([့း])(်)", r"\2\1", text).replace("ုိ", "ို").replace("ံု", "ုံ").replace("ဥ်", "ဉ်")
