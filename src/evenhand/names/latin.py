# ruff: noqa: E501 - tables of letters and words
"""Latin words as plain letters a to z, and as sounds.

Knows:    diacritics, ligatures, ICAO 9303 part 3 section 6 spellings, digits misread for letters, spellings of one sound.
Told:     a word in Latin letters.
Answers:  folded words, their other usual spellings, and sound keys over a small alphabet.
Trusted:  yes: folding decides which names can meet at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from anyascii import anyascii

FORM_CHARACTERS_MAX: Final = 24
_SPECIAL: Final = str.maketrans({
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i",
    "ə": "a", "ħ": "h", "ŋ": "ng", "ƒ": "f", "ʻ": "", "ʼ": "", "ʽ": "", "ʾ": "", "ʿ": "",
})  # fmt: skip
_ICAO: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_DIGIT: Final = str.maketrans("0123456789", "olzeasbtbg")
_DIGIT_OTHER: Final = str.maketrans("0123456789", "oizeasgtbq")

_SOUNDS: Final = {
    "tsch": "C", "tch": "C", "sch": "S", "tsh": "C", "dzh": "J", "dsch": "J", "sh": "S", "ch": "C", "cz": "C",
    "ts": "C", "tz": "C", "tx": "C", "cs": "C", "zh": "J", "dj": "J", "dz": "J", "j": "J", "x": "ks", "ph": "f", "th": "t",
    "dh": "d", "kh": "X", "jh": "J", "gh": "g", "qu": "k", "q": "k", "ck": "k", "ce": "se", "ci": "si", "cy": "si",
    "c": "k", "w": "v", "ou": "u", "oo": "u", "ee": "i", "ie": "i", "ey": "ei", "ay": "ai", "oe": "o", "ue": "u",
    "ae": "e", "rh": "r", "sz": "S", "gn": "ni", "lh": "l", "nh": "n", "iy": "i", "ij": "i",
}  # fmt: skip
_SOUND: Final = re.compile("|".join(sorted(_SOUNDS, key=lambda key: (-len(key), key))))
_DOUBLE: Final = re.compile(r"(.)\1+")
_LAST: Final = re.compile(r"(?<=[aeiou])h(?=$|[^aeiouy])")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_WEAK: Final = re.compile(r"[aeiouyhv]+")


_ASSIMILATED: Final = re.compile(r"abd[eiou]{1,2}(sh|[tdrzsn])\1(?=[a-z]{2})")


def with_article(word: str) -> str:
    """Return a folded name with the article of its servant as it is written before other letters; empty for others.

    Abdurrahman, Abderrahmane: Abdulrahman.
    """
    found = _ASSIMILATED.match(word)
    return "" if found is None else f"abdul{found[1]}{word[found.end() :]}"


def fold(word: str) -> str:
    """Return a Latin word in letters a to z; digits become the letters they are mistaken for."""
    if word.isascii() and word.isalpha():
        return word.lower()[:FORM_CHARACTERS_MAX]
    return _letters(word.lower().translate(_SPECIAL), _DIGIT)


def _letters(low: str, digits: dict[int, int]) -> str:
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", low) if not unicodedata.combining(mark))
    if not bare.isascii():
        bare = anyascii(bare).lower()
    if any(mark.isdigit() for mark in bare) and any(mark.isalpha() for mark in bare):
        bare = bare.translate(digits)
    return "".join(mark for mark in bare if "a" <= mark <= "z")[:FORM_CHARACTERS_MAX]


@lru_cache(maxsize=400_000)
def spellings(word: str) -> tuple[str, ...]:
    """Return the folded word and its other usual foldings (umlauts by ICAO 9303, other readings of digits)."""
    low = word.lower()
    found = [fold(word)]
    if not low.isascii():
        found.append(_letters(low.translate(_ICAO).translate(_SPECIAL), _DIGIT))
    elif any(mark.isdigit() for mark in low):
        found.append(_letters(low, _DIGIT_OTHER))
    return tuple(dict.fromkeys(one for one in found if one))


@lru_cache(maxsize=1_000_000)
def sound(word: str) -> str:
    """Return the sound key of a folded word: one sign a sound, doubles once, silent h dropped."""
    key = _SOUND.sub(lambda found: _SOUNDS[found[0]], word)
    key = _LAST.sub("", _DOUBLE.sub(r"\1", key))
    return _DOUBLE.sub(r"\1", key.replace("y", "i") if len(key) > 1 and key[0] != "y" else key)[:FORM_CHARACTERS_MAX]


def sounding_apart(word: str, others: Iterable[str]) -> Iterator[str]:
    """Yield of other folded words those that sound neither like a word nor like one another, in their order."""
    heard = {sound(word)}
    for other in others:
        if (key := sound(other)) not in heard:
            heard.add(key)
            yield other


def retrieval_key(key: str) -> str:
    """Return the sound key with every run of vowels as one sign: the space in which neighbours are sought."""
    return _VOWELS.sub("a", key)


def skeleton(key: str) -> str:
    """Return the consonants of a sound key, without h and w: what an abjad writes."""
    return _WEAK.sub("", key)
