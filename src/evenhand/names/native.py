"""The characters of a Han or Hangul name as numbers, variants of one character alike.

Knows:    which characters are forms of one (traditional and mainland, Japanese; table by tools/learn_variants.py).
Told:     a whole name in Han characters or Hangul syllables, or one word.
Answers:  numbers that hold its characters, three each; a number of its own for a word of any other script.
Trusted:  yes: two names in one script are told apart by their characters, not by how they sound.
"""

from __future__ import annotations

import gzip
import unicodedata
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from evenhand.names.script import script_of

CHARACTER_BITS: Final = 21
CHARACTERS_PER_CODE: Final = 3
SCRIPT_BITS: Final = 5
_SCRIPTS: Final = {
    code: number
    for number, code in enumerate(
        ("Cyrl", "Grek", "Armn", "Geor", "Hebr", "Arab", "Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda",
         "Mlym", "Sinh", "Thai", "Laoo", "Mymr", "Khmr", "Ethi"), 1,
    )
}  # fmt: skip
"""Scripts in which a slip is one letter of many; in Han, Hangul and kana it is another syllable."""
_CODES: Final = 2


@cache
def variants() -> dict[str, str]:
    """Return per character the simplified Han character it is a form of."""
    packed = files("evenhand.names").joinpath("tables/variants.tsv.gz").read_bytes()
    return {line[0]: line[1] for line in gzip.decompress(packed).decode("utf-8").split("\n")}


@lru_cache(maxsize=200_000)
def word_code(word: str) -> int:
    """Return a negative number that only this word of another script has: 57 bits of its SHA-256, then its script."""
    plain = unicodedata.normalize("NFC", "".join(variants().get(mark, mark) for mark in word.casefold()))
    script = _SCRIPTS.get(script_of(plain[:1]), 0) if plain else 0
    return -1 - (int.from_bytes(sha256(plain.encode()).digest()[:8], "big") >> 7 << SCRIPT_BITS | script)


def is_burmese(code: int) -> bool:
    """Tell whether a word's own number (see word_code) is that of a word in Burmese letters."""
    return code < 0 and (-1 - code) & ((1 << SCRIPT_BITS) - 1) == _SCRIPTS["Mymr"]


def codes(whole: str) -> tuple[int, ...]:
    """Return two numbers with the first six characters of a name, zero where there are none left."""
    marks = [ord(variants().get(mark, mark)) for mark in whole[: _CODES * CHARACTERS_PER_CODE]]
    found = []
    for at in range(_CODES):
        code = 0
        for mark in marks[at * CHARACTERS_PER_CODE : (at + 1) * CHARACTERS_PER_CODE]:
            code = code << CHARACTER_BITS | mark
        found.append(code)
    return tuple(found)
