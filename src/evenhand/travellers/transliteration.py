"""Spellings that a machine-readable zone may hold for a name in its own letters, as sets.

Knows:    ICAO 9303 part 3 section 6: tables for Latin, Cyrillic and Arabic letters (tables/spellings.tsv).
Told:     a name as printed in the visible zone or on a list; or a name of a zone.
Answers:  the set of zone spellings, and for a zone's name the spellings without its escapes.
Trusted:  yes: a person has several lawful spellings, and one missing from the set is a missed person.

The first spelling of a letter is the one the standard recommends; after it stand others it allows (Г as H in
Ukrainian), spellings that states use, and for Arabic the letter without the reversible escape X. The tables were
compared with the text of the eighth edition (2021), letter by letter: tests/travellers/test_transliteration.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from itertools import product
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.ground.limits import NAME_CHARACTERS_MAX

SPELLINGS_MAX: Final = 256
"""More are not listed: then letters that occur again are all spelled the same way, then only the first way."""
_DROPPED: Final = frozenset("ʼʹʺ`´")
"""Marks that are no punctuation to Unicode and stand for an apostrophe; all punctuation but these is left out."""
_DIVIDERS: Final = frozenset(" ,-‐‑–—<")
"""Part 3 section 4.6: hyphens and commas divide name components; an apostrophe and everything else does not."""
_SHADDA: Final = "\u0651"
_TEH_MARBUTA: Final = "\u0629"
_FINAL: Final = "$"
"""After teh marbuta: it ends a name component, where XAH is recommended and not XTA."""


def _load() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {letter: (letter,) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    text = files("evenhand.travellers").joinpath("tables/spellings.tsv").read_text("utf-8")
    for line in text.splitlines():
        letters, _, spellings = line.partition("\t")
        if letters.startswith("#"):
            continue
        for letter in chr(int(letters, base=0)) if letters.startswith("0x") else letters:
            table[letter] = tuple(spellings.split("|"))
    return table


TABLE: Final = _load()
"""The spellings of every letter, the recommended one first."""
_PLAIN: Final = re.compile(r"[A-Za-z ]*", re.ASCII)


def mrz_spellings(name: str) -> frozenset[str]:
    """Return the zone spellings of a name, words divided by one space; at most `SPELLINGS_MAX`.

    Letters of other scripts have no table in the standard: such a name has an empty set, and is left to
    the matcher's own readings. Raises InputError for names over the limit.
    """
    if len(name) <= NAME_CHARACTERS_MAX and _PLAIN.fullmatch(name):
        return frozenset((" ".join(name.upper().split()),))  # each letter has its own spelling alone
    letters = _letters(name)
    if letters is None:
        return frozenset()
    kinds = list(dict.fromkeys(letter for letter in letters if len(_choices(letter)) > 1))
    count = 1
    for letter in letters:
        count = min(count * len(_choices(letter)), SPELLINGS_MAX + 1)
    if count <= SPELLINGS_MAX:
        return frozenset(map(_tidy, product(*map(_choices, letters))))
    found: set[str] = set()
    for choice in product(*map(_choices, kinds)):
        if len(found) == SPELLINGS_MAX:
            break
        chosen = dict(zip(kinds, choice, strict=True))
        found.add(_tidy(chosen.get(letter, _choices(letter)[0]) for letter in letters))
    return frozenset(found)


def recommended_spelling(name: str) -> str | None:
    """Return the spelling ICAO 9303 recommends; None where the name has letters outside its tables."""
    letters = _letters(name)
    return None if letters is None else _tidy(_choices(letter)[0] for letter in letters)


def _choices(letter: str) -> tuple[str, ...]:
    """Return the spellings of a letter, of one that a shadda doubles, or of a divider; the recommended one first."""
    if letter == " ":
        return (" ",)
    if letter.endswith(_SHADDA):
        once = _choices(letter[:-1])
        return tuple(dict.fromkeys((*(spelling * 2 for spelling in once), *once)))
    if letter.endswith(_FINAL):
        general, final, *others = TABLE[_TEH_MARBUTA]
        return (final, general, *others)
    return TABLE[letter]


def _tidy(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())


def _letters(name: str) -> list[str] | None:
    """Return the letters to be spelled, upper-case; None if one has no row and no letter under its marks."""
    if len(name) > NAME_CHARACTERS_MAX:
        raise InputError(f"a name of {len(name)} characters", why=f"the limit is {NAME_CHARACTERS_MAX}")
    letters: list[str] = []
    for mark in unicodedata.normalize("NFC", name):
        upper = mark if mark == "ß" else mark.upper()
        if mark == _SHADDA:
            _double(letters)
        elif upper in TABLE:
            letters.append(upper)
        elif upper in _DIVIDERS:
            letters.append(" ")
        elif not (upper in _DROPPED or unicodedata.combining(mark) or _is_silent(mark)):
            plain = unicodedata.normalize("NFKD", upper)
            if not all(part in TABLE or unicodedata.combining(part) for part in plain):
                return None
            letters.extend(part for part in plain if part in TABLE)
    _mark_finals(letters)
    return letters


def _is_silent(mark: str) -> bool:
    """Tell whether a mark is punctuation, or joins and divides letters without being seen (a zero-width non-joiner)."""
    category = unicodedata.category(mark)
    return category[0] == "P" or category == "Cf"


def _double(letters: list[str]) -> None:
    """Double the last letter, over the vowel signs that stand between it and its shadda."""
    place = next((at for at in reversed(range(len(letters))) if not unicodedata.combining(letters[at][0])), None)
    if place is not None and letters[place][0].isalpha() and not letters[place].endswith(_SHADDA):
        letters[place] += _SHADDA


def _mark_finals(letters: list[str]) -> None:
    """Mark each teh marbuta that ends a name component; vowel signs may follow it."""
    ends = True
    for at in reversed(range(len(letters))):
        if letters[at] == _TEH_MARBUTA and ends:
            letters[at] += _FINAL
        if not unicodedata.combining(letters[at][0]):
            ends = letters[at] == " "


_ESCAPES: Final = {"NXX": ("N",), "UXX": ("U", "UE")}
_DIGRAPHS: Final = {"AE": "A", "OE": "O", "UE": "U", "AA": "A", "SS": "S"}
_SEVERAL: Final = re.compile("|".join((*_ESCAPES, *_DIGRAPHS)))


def plain_spellings(name: str) -> frozenset[str]:
    """Return a zone's name and what stands behind its escapes and digraphs (NXX, UXX; AE for Ä …).

    These are further spellings to search by, never a replacement: MANUEL is no Manül.
    """
    if _SEVERAL.search(name) is None:
        return frozenset((name,))
    found = {name}
    for escape, plain in _ESCAPES.items():
        if escape in name:
            found = {spelling.replace(escape, letter) for spelling in found for letter in plain} | {name}
    for digraph, plain_letter in _DIGRAPHS.items():
        found |= {spelling.replace(digraph, plain_letter) for spelling in found}
    return frozenset(found)
