# ruff: noqa: E501, PLW2901 - tables of letters and words
"""Letter-by-letter readings where usage is regular: Indic, Georgian, Kurdish, and Cyrillic by the passport rules.

Knows:    the parallel layout of the Indic blocks, inherent vowels, ICAO 9303 Cyrillic.
Told:     one word in one script.
Answers:  Latin spellings, the likeliest first.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from anyascii import anyascii

_INDIC_BASE: Final = {"Deva": 0x900, "Beng": 0x980, "Guru": 0xA00, "Gujr": 0xA80, "Orya": 0xB00, "Taml": 0xB80,
                      "Telu": 0xC00, "Knda": 0xC80, "Mlym": 0xD00}  # fmt: skip
_CONSONANTS: Final = dict(zip(
    range(0x15, 0x3A),
    ["k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "n", "p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "l", "v", "sh", "sh", "s", "h"], strict=True,
))  # fmt: skip
_VOWELS: Final = dict(
    zip(
        range(0x05, 0x15),
        ["a", "a", "i", "i", "u", "u", "ri", "l", "e", "e", "e", "ai", "o", "o", "o", "au"],
        strict=True,
    )
)
_SIGNS: Final = dict(
    zip(range(0x3E, 0x4D), ["a", "i", "i", "u", "u", "ri", "ri", "e", "e", "e", "ai", "o", "o", "o", "au"], strict=True)
)
_NUKTA, _VIRAMA, _NASAL = 0x3C, 0x4D, (0x01, 0x02)
_EXTRA: Final = {
    0x58: "q",
    0x59: "kh",
    0x5A: "g",
    0x5B: "z",
    0x5C: "r",
    0x5D: "rh",
    0x5E: "f",
    0x5F: "y",
    0x72: "a",
    0x70: "n",
    0x71: "",
}
_NO_SCHWA_DROP: Final = ("Taml", "Telu", "Knda", "Mlym", "Sinh")

_SINHALA: Final = {chr(0xD9A + i): c for i, c in enumerate(
    ["k", "kh", "g", "gh", "n", "ng", "ch", "chh", "j", "jh", "n", "n", "nj", "t", "th", "d", "dh", "n", "nd", "t", "th", "d", "dh", "n", "_", "nd", "p", "ph", "b", "bh", "m", "mb", "y", "r", "_", "l", "_", "_", "v", "sh", "sh", "s", "h", "l", "f"])}  # fmt: skip
_SINHALA_VOWELS: Final = {
    chr(0xD85 + i): c
    for i, c in enumerate(
        ["a", "a", "ae", "ae", "i", "i", "u", "u", "ru", "ru", "l", "l", "e", "e", "ai", "o", "o", "au"]
    )
}
_SINHALA_SIGNS: Final = {"ා": "a", "ැ": "ae", "ෑ": "ae", "ි": "i", "ී": "i", "ු": "u", "ූ": "u", "ෘ": "ru", "ෙ": "e",
                         "ේ": "e", "ෛ": "ai", "ො": "o", "ෝ": "o", "ෞ": "au", "ෟ": "au", "්": "", "ං": "n", "ඃ": "h"}  # fmt: skip
_TAMIL_SOFT: Final = {"k": "g", "ch": "s", "t": "d", "p": "b"}


def indic(word: str, script: str) -> tuple[str, ...]:
    """Return spellings of an Indic word: final and middle schwas dropped, middle or final ones only, none dropped."""
    units = _sinhala_units(word) if script == "Sinh" else _heard(_indic_units(word, _INDIC_BASE[script]))
    full = _joined(units)
    if script in _NO_SCHWA_DROP:
        if script == "Taml":
            soft = _tamil_soft(units)
            return tuple(dict.fromkeys((soft, full, _tamil_voiced(soft))))
        return (full,)
    final = _without_final(units)
    middle = _without_middle(final)
    found = [_joined(middle), _joined(final), full]
    if len(units) > 2 and units[-1][1] is None and units[-2][1] == "" and units[-1][0] != "h":  # noqa: PLR2004 - singh
        found.insert(0 if units[-1][0] in _LIQUIDS else 1, _joined([*middle[:-1], units[-1]]))
    if len(units) > 1 and units[-1] == ("v", None) and units[-2][1] == "a":
        found.insert(1, found[0].removesuffix("v") + "o")  # Rao
    return tuple(dict.fromkeys(found))


_LIQUIDS: Final = frozenset({"r", "l", "y", "v", "n", "m"})
"""Consonants that cannot end a word after another one: Chandra and Krishna, but Anand, and Gupt as well as Gupta."""


def _joined(units: Units) -> str:
    """Return units as one text, with the vowel that is not written."""
    return "".join(consonant + (vowel if vowel is not None else "a") for consonant, vowel in units)


def _without_final(units: Units) -> Units:
    """Return units without the vowel that is neither written nor said at the end."""
    last = units[-1:]
    return [*units[:-1], (last[0][0], "")] if len(units) > 1 and last[0][1] is None else units


def _without_middle(units: Units) -> Units:
    """Return units without the vowels that are neither written nor said inside: Dalpat, Harpreet, Shyamprasad."""
    tail = list(units)
    for at in range(len(tail) - 2, 0, -1):
        begins = at + 2 < len(tail) and tail[at + 1][0] != tail[at + 2][0] and tail[at + 2][0] in {"r", "y"}
        if tail[at][1] is None and tail[at - 1][1] != "" and (tail[at + 1][1] != "" or begins):
            tail[at] = (tail[at][0], "")
    return tail


Units = list[tuple[str, str | None]]


def _heard(units: Units) -> Units:
    """Return units as they are said together: -mb-, -ngh-, gya, and va where Marathi writes vha."""
    out: Units = []
    for at, (consonant, vowel) in enumerate(units):
        after = units[at + 1][0] if at + 1 < len(units) else ""
        if vowel == "" and consonant == "n" and after[:1] in ("p", "b"):
            out.append(("m", ""))
        elif vowel == "" and consonant == "n" and after == "h":
            out.append(("ng", ""))
        elif vowel == "" and consonant == "j" and after == "n":
            out.append(("g", ""))
        elif out and out[-1] == ("g", "") and units[at - 1] == ("j", ""):
            out.append(("y", vowel))
        elif out and out[-1] == ("v", "") and consonant == "h":
            out[-1] = ("v", vowel)
        else:
            out.append((consonant, vowel))
    return out


def _indic_units(word: str, base: int) -> list[tuple[str, str | None]]:
    units: list[tuple[str, str | None]] = []
    for mark in unicodedata.normalize("NFC", word):
        at = ord(mark) - base
        if at in _CONSONANTS:
            units.append((_CONSONANTS[at], None))
        elif at in _EXTRA:
            units.append((_EXTRA[at], None if at < 0x60 else ""))  # noqa: PLR2004 - nukta letters carry a vowel
        elif at in _VOWELS:
            units.append(("", _VOWELS[at]))
        elif at in _NASAL:
            units.append(("n", ""))
        elif at == _VIRAMA and units:
            units[-1] = (units[-1][0], "")
        elif at == _NUKTA and units:
            old = units[-1][0]
            units[-1] = ({"j": "z", "ph": "f", "d": "r", "k": "q", "dh": "rh"}.get(old, old), units[-1][1])
        elif at in _SIGNS or at in {0x45, 0x49}:
            vowel = _SIGNS.get(at, "o")
            units = [*units[:-1], (units[-1][0], vowel)] if units and units[-1][1] is None else [*units, ("", vowel)]
        elif at in {0x57, 0x55, 0x56} and units:
            units[-1] = (units[-1][0], "au")
    return units


def _sinhala_units(word: str) -> list[tuple[str, str | None]]:
    units: list[tuple[str, str | None]] = []
    for mark in word:
        if mark in _SINHALA:
            units.append((_SINHALA[mark], None))
        elif mark in _SINHALA_VOWELS:
            units.append(("", _SINHALA_VOWELS[mark]))
        elif mark in {"ං", "ඃ"}:
            units.append((_SINHALA_SIGNS[mark], ""))
        elif mark in _SINHALA_SIGNS and units:
            units[-1] = (units[-1][0], _SINHALA_SIGNS[mark])
    return units


def _tamil_soft(units: list[tuple[str, str | None]]) -> str:
    out = ""
    for at, (consonant, vowel) in enumerate(units):
        double = at > 0 and units[at - 1] == (consonant, "")
        doubled = at + 1 < len(units) and units[at + 1][0] == consonant and vowel == ""
        if at > 0 and not double and not doubled:
            consonant = _TAMIL_SOFT.get(consonant, consonant)
        out += consonant + (vowel if vowel is not None else "a")
    return out


def _tamil_voiced(text: str) -> str:
    """Return a Tamil word as others write it: voiced where it begins and where it is doubled, no i before an initial r."""
    if text[:2] in ("ir", "il") and len(text) > 3:  # noqa: PLR2004 - Tamil lets no word begin with r or l
        text = text[1:]
    for plain, voiced in (("kk", "gg"), ("tt", "dd"), ("pp", "bb")):
        text = text.replace(plain, voiced)
    return {"k": "g", "p": "b", "t": "d"}.get(text[:1], text[:1]) + text[1:]


_CYRILLIC: Final = dict(zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџѓќѕүөәқғңһҳҷӣӯұҚ",
    ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "a", "y", "_", "e", "yu", "ya", "i", "yi", "ye", "g", "u", "j", "lj", "nj", "c", "dj", "dz", "g", "k", "dz", "u", "o", "a", "k", "g", "n", "h", "h", "j", "i", "u", "u", "k"], strict=True,
))  # fmt: skip
_PASSPORT: Final = {**_CYRILLIC, "й": "i", "ю": "iu", "я": "ia", "ъ": "ie", "ї": "i", "є": "ie"}
_UKRAINIAN: Final = {**_CYRILLIC, "г": "h", "и": "y", "й": "i", "ю": "iu", "я": "ia"}
_BULGARIAN: Final = {**_CYRILLIC, "х": "h", "щ": "sht", "ж": "zh", "й": "y"}
_TO_RUSSIAN: Final = str.maketrans({"і": "и", "ї": "и", "є": "е", "ґ": "г", "ў": "у", "ј": "й", "љ": "ль", "њ": "нь",
    "ћ": "ч", "ђ": "дж", "џ": "дж", "ѓ": "г", "ќ": "к", "ѕ": "з", "ү": "у", "ө": "о", "ә": "а", "қ": "к", "ғ": "г",
    "ң": "н", "һ": "х", "ҳ": "х", "ҷ": "дж", "ӣ": "и", "ӯ": "у", "ұ": "у"})  # fmt: skip


_SHORT_A: Final = re.compile("ъ(?=[бвгджзйклмнпрстфхцчшщ])")
"""The hard sign before a consonant: a vowel of Bulgarian."""


def cyrillic(word: str) -> tuple[str, ...]:
    """Return the usual, the passport (ICAO 9303), the Ukrainian and the Bulgarian spelling of a Cyrillic word."""
    tables: tuple[dict[str, str], ...] = (_CYRILLIC, _PASSPORT, _UKRAINIAN, _BULGARIAN)
    if _SHORT_A.search(word):
        tables = (_BULGARIAN, _CYRILLIC, _PASSPORT)
    if any(mark in "іїєґ" for mark in word):
        tables = (_UKRAINIAN, _PASSPORT, _CYRILLIC)
    return tuple(dict.fromkeys("".join(table.get(mark, "") for mark in word).replace("_", "") for table in tables))


def to_russian(word: str) -> str:
    """Return a Cyrillic word in the letters of Russian, for the learned readings."""
    return _SHORT_A.sub("а", word).translate(_TO_RUSSIAN)


_SOUNDS_RUSSIAN: Final = (
    ("chh", "ч"), ("tsh", "ч"), ("ch", "ч"), ("sh", "ш"), ("kh", "х"), ("gh", "г"), ("jh", "з"), ("zh", "ж"), ("th", "т"),
    ("dh", "д"), ("bh", "б"), ("ph", "ф"), ("rh", "р"), ("ts", "ц"), ("dz", "дз"), ("ya", "я"), ("yu", "ю"), ("ye", "е"),
    ("yo", "йо"), ("ae", "э"), ("oe", "ё"), ("ue", "ы"), ("j", "дж"), ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"),
    ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"),
    ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "у"), ("x", "кс"), ("y", "й"),
    ("z", "з"),
)  # fmt: skip


def by_ear(text: str) -> str:
    """Return sounds in Latin letters as a Russian would write them: his readings know how Europeans spell theirs."""
    out, at = "", 0
    while at < len(text):
        for sounds, mark in _SOUNDS_RUSSIAN:
            if text.startswith(sounds, at):
                out += mark
                at += len(sounds)
                break
        else:
            at += 1
    return "э" + out[1:] if out[:1] == "е" and text[:1] == "e" else out


_KURDISH: Final = {"ا": "a", "ب": "b", "پ": "p", "ت": "t", "ج": "c", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ر": "r",
    "ڕ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ع": "", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ک": "k",
    "ك": "k", "گ": "g", "ل": "l", "ڵ": "l", "م": "m", "ن": "n", "ه": "h", "ھ": "h", "ە": "e", "و": "u", "ۆ": "o",
    "ی": "i", "ي": "i", "ێ": "e", "ئ": "", "ۇ": "u", "ۈ": "u", "ې": "e", "ى": "i", "ڭ": "ng", "ۋ": "v"}  # fmt: skip


def kurdish(word: str) -> str:
    """Return the spelling of a word in Sorani Kurdish or Uyghur letters, where every vowel is written."""
    return "".join(_KURDISH.get(mark, "") for mark in word)


_GEORGIAN_LETTERS: Final = dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    ["a", "b", "g", "d", "e", "v", "z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t", "u", "p", "k", "gh", "q", "sh", "ch", "ts", "dz", "ts", "ch", "kh", "j", "h"], strict=True))  # fmt: skip


def georgian(word: str) -> tuple[str, ...]:
    """Return the national spelling (2002) of a Georgian word, with f for ph, and without the -i of the nominative."""
    plain = "".join(_GEORGIAN_LETTERS.get(mark, "") for mark in word)
    foreign = "".join("f" if mark == "ფ" else _GEORGIAN_LETTERS.get(mark, "") for mark in word)
    stem = foreign[:-1] if len(foreign) > 4 and foreign[-1] == "i" and foreign[-2] not in "aeiou" else foreign  # noqa: PLR2004
    return tuple(dict.fromkeys((plain, foreign, stem)))


def plain(word: str) -> tuple[str, ...]:
    """Return the letter-by-letter spelling of scripts without rules of their own here (Lao, Khmer, Burmese, Ethiopic)."""
    read = "".join(mark for mark in anyascii(word).lower() if "a" <= mark <= "z")
    return (read,) if read else ()
