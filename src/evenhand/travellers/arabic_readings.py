"""Names that a zone holds in ICAO's letters for Arabic, read back into Arabic script.

Knows:    ICAO 9303 part 3 section 6 C, whose escape X makes its spellings reversible; who writes Arabic script.
Told:     a name of a zone, a row or a carrier's list, and the codes of states beside it.
Answers:  the Arabic names it may stand for: none for a name in ordinary Latin spelling.
Trusted:  yes: the letters of MXHMD are near no spelling of Muhammad, and its holder is found by محمد alone.

Nothing is read unless all of a name follows the table and something in it is spelled as only the table spells it
(`_tells`): XAVIER, HOXHA, XIE, MAXWELL and EBDON stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby, islice, product
from typing import Final

from evenhand.travellers.transliteration import TABLE

READINGS_MAX: Final = 4
"""More are not listed: a name seldom has more than two pairs of letters that may be one letter with a shadda."""
ARABIC_STATES: Final = frozenset({
    "AFG", "ARE", "BHR", "COM", "DJI", "DZA", "EGY", "ERI", "ESH", "IRN", "IRQ", "JOR", "KWT", "LBN", "LBY", "MAR",
    "MRT", "OMN", "PAK", "PSE", "QAT", "SAU", "SDN", "SOM", "SYR", "TCD", "TUN", "YEM",
})  # fmt: skip
"""Whose people have names in Arabic script: beside these codes a word without vowels needs no escape."""
_SKELETON: Final = 3
"""So many letters and no vowel among them are no ordinary word."""
_VOWELS: Final = frozenset("AEIU")
_ARTICLE: Final = ["A", "L"]
_BEGINS_NO_WORD: Final = frozenset({"U", "XE", "XI", "XW", "XAY", "XAH", "XTA"})
"""Hamza alone and on its seats, alef maksura, teh marbuta."""
_ENDS_A_WORD: Final = frozenset({"XAY", "XAH", "XTA"})
"""Alef maksura and teh marbuta: what follows them can only be an article that was written to them."""
_TELLING: Final = re.compile(r"EBD(AL\w+)?|\w*ALLH|(\w{3,})?ALDYN", re.ASCII)
"""Abd, Allah and al-din, alone and joined: they need no escape, and many names have no other sign."""


def _inverse() -> dict[str, str]:
    """Return letters by their spellings: the recommended one, and further ones that have the escape."""
    arabic = {letter: said for letter, said in TABLE.items() if unicodedata.bidirectional(letter) == "AL"}
    found = {said[0]: letter for letter, said in reversed(arabic.items())}  # Y is U+064A rather than U+06D0
    for letter, said in arabic.items():
        for spelling in said[1:]:
            if spelling.startswith("X"):
                found.setdefault(spelling, letter)
    found.pop("")  # the tatweel's
    return found


_LETTERS: Final = _inverse()
_ANY: Final = "|".join(sorted(_LETTERS, key=len))
_BEGUN: Final = "|".join(sorted({spelling[:end] for spelling in _LETTERS for end in range(1, len(spelling))}))
_SIGN: Final = re.compile("X|EBD|ALLH|ALDYN").search
"""A name without any of these tells nothing (`_tells`), whatever follows the table in it."""
_LETTER: Final = re.compile(_ANY)
_WORD: Final = re.compile(f"(?:{_ANY})+")
_CUT: Final = re.compile(f"((?:{_ANY})*)(?:{_BEGUN})")
_STRONG: Final = frozenset(filter(re.compile("X[B-DF-HJ-NP-TVZ]{2}").fullmatch, _LETTERS))
"""X before two consonants (XTT, XSS, XSH …): no language that has an X of its own writes so."""


def may_be_arabic(identifiers: Iterable[str]) -> bool:
    """Tell whether names in capitals have a sign of the table's letters: nearly none needs a closer look."""
    return _SIGN(" ".join(identifiers)) is not None


def arabic_readings(identifiers: Iterable[str], states: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the Arabic names behind a name, at most `READINGS_MAX`; none if it is not in these letters.

    `identifiers` stand in the order in which the name is asked for; each may end within a letter, where its field
    was full. `states` are codes of nationality and issuer.
    """
    said = [identifier.upper() for identifier in identifiers]
    in_arabic = not ARABIC_STATES.isdisjoint(states)
    if not in_arabic and not may_be_arabic(said):  # nearly every traveller
        return ()
    words: list[list[str]] = []
    for identifier in said:
        spelled = spelled_letters(identifier)
        if spelled is None:
            return ()
        words += spelled
    if any(map(_is_misplaced, words)):
        return ()
    return read_back(words) if any(_tells(word, in_arabic=in_arabic) for word in words) else ()


def read_back(words: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names with these letters, at most `READINGS_MAX`; a letter twice is two, or one with a shadda."""
    choices = [choice for word in words for choice in ((" ",), *_written(word))][1:]
    kept, merged = (["".join(choice[end] for choice in choices)] for end in (0, -1))
    mixed = map("".join, islice(product(*choices), READINGS_MAX))
    return tuple(dict.fromkeys((*kept, *merged, *mixed)))[:READINGS_MAX]


def spelled_letters(identifier: str) -> list[list[str]] | None:
    """Return an identifier's words as the spellings of their letters; None if one is outside the table."""
    words = identifier.split()
    if words and (cut := _CUT.fullmatch(words[-1])):
        words[-1:] = [cut[1]] if cut[1] else []
    return [_LETTER.findall(word) for word in words] if all(map(_WORD.fullmatch, words)) else None


def _written(word: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what stands in Arabic for each letter of a word, or for a run of the same one."""
    written: list[tuple[str, ...]] = []
    before = ""
    for spelling, run in groupby(word):
        letter, count = _LETTERS[spelling], len(list(run))
        doubled = count > 1 and before and not (spelling == "L" and before == "A" and count == 2)  # noqa: PLR2004
        written.append((letter * count, letter * ((count + 1) // 2)) if doubled else (letter * count,))
        before = spelling
    return written


def _is_misplaced(word: Sequence[str]) -> bool:
    """Tell whether a letter stands where none such stands in Arabic: nearly every Latin name has one, if only an I."""
    return word[0] in _BEGINS_NO_WORD or any(
        (spelling == "I" and ((at and word[at - 2 : at] != _ARTICLE) or at + 1 == len(word)))
        or (spelling in _ENDS_A_WORD and at + 1 < len(word) and word[at + 1 : at + 3] != _ARTICLE)
        for at, spelling in enumerate(word)
    )


def _tells(word: Sequence[str], *, in_arabic: bool) -> bool:
    """Tell whether a word is spelled as only the table spells it."""
    if not _STRONG.isdisjoint(word) or _TELLING.fullmatch("".join(word)):
        return True
    bare = word[2:] if word[:2] == _ARTICLE else word[1:] if word[0] == "A" else word
    escapes = {spelling for spelling in word if len(spelling) > 1}
    if len(escapes) > 1:
        return True
    return (bool(escapes) or in_arabic) and len(bare) >= _SKELETON and _VOWELS.isdisjoint(bare)
