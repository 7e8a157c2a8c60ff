"""Country names of lists turned into ICAO codes, and back.

Knows:    `country_table`, and the codes that documents print beside those of countries (`travellers.codes`).
Told:     names as lists write them.
Answers:  a three-letter ICAO 9303 code, or None: a guess here would be a wrong nationality.
Trusted:  yes.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.interop.country_table import COUNTRY_ROWS
from evenhand.interop.remembered import remembered
from evenhand.travellers.codes import CODES, compared_code

_CODES: Final[dict[str, str]] = {}
_NAMES: Final[dict[str, str]] = {}
_ALPHA2: Final[dict[str, str]] = {}
_BETWEEN: Final = re.compile(r"(\s?(?:[,;/&]|\band\b)\s?)", re.IGNORECASE)
_MARKS_WITHIN: Final = 2
"""The most commas and `and`s inside one name of the table."""
_NO_ALPHA2: Final = "-"
"""Who has no state has no code of ISO 3166-1. `XX`, which lists write for it, they write as well for not known."""


def _folded(name: str) -> str:
    return " ".join(name.replace("\u2019", "'").casefold().split())


def _load() -> None:
    for row in COUNTRY_ROWS.strip().splitlines():
        code, alpha2, names = row.split(" ", 2)
        spellings = names.split("|")
        _NAMES[code] = spellings[0]
        if alpha2 != _NO_ALPHA2:
            _ALPHA2[code] = alpha2
            _CODES[_folded(alpha2)] = code
        for spelling in (code, *spellings):
            _CODES[_folded(spelling)] = code


_load()


@remembered
def country_code(name: str) -> str | None:
    """Return the ICAO code for what stands where a country belongs: its name or code; None if it is unknown.

    That is every code a document can print, in capitals: D gives DEU; XXB, UNO and GBN are no countries and stay.
    """
    code = name.strip()
    found = CODES.get(code)
    if found is None:
        return country_named(name)
    return compared_code(code) if found.kind == "state" else code


def country_named(name: str) -> str | None:
    """Return the ICAO code for a word of free text, where D or UNK may be any abbreviation: countries alone."""
    return _CODES.get(_folded(name))


def countries_in(text: str) -> list[str]:
    """Return the countries of `Italy, Korea, South and Malta`, each as written.

    A text in which something is no country stays whole, for the caller to refuse.
    """
    words, marks = _BETWEEN.split(text)[::2], _BETWEEN.split(text)[1::2]
    found: list[str] = []
    place = 0
    while place < len(words):
        for more in range(min(_MARKS_WITHIN, len(words) - 1 - place), -1, -1):
            pairs = zip(marks[place : place + more], words[place + 1 :], strict=False)
            name = "".join([words[place], *(mark + word for mark, word in pairs)])
            if country_code(name) is not None:
                found.append(name)
                place += more + 1
                break
        else:
            return [text]
    return found


def country_name(code: str) -> str:
    """Return the name lists use for an ICAO code. Raises KeyError for codes outside the table."""
    return _NAMES[code]


def country_alpha2(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of an ICAO code; None where there is none, as for stateless persons.

    Codes that documents print for a country beside its own are its: D is DE, GBN is GB, XKX is XK.
    """
    return _ALPHA2.get(compared_code(code))


def country_codes() -> tuple[str, ...]:
    """Return every code of the table, in table order."""
    return tuple(_NAMES)
