"""Country names of lists turned into ICAO codes, and back.

Knows:    `country_table`.
Told:     names as lists write them.
Answers:  a three-letter ICAO 9303 code, or None: a guess here would be a wrong nationality.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Final

from evenhand.interop.country_table import COUNTRY_ROWS
from evenhand.interop.remembered import remembered

_CODES: Final[dict[str, str]] = {}
_NAMES: Final[dict[str, str]] = {}
_ALPHA2: Final[dict[str, str]] = {}
_PRIVATE: Final = {"XX"}
"""Two-letter codes of the table that ISO 3166-1 leaves to users: ours to read, not to send."""


def _folded(name: str) -> str:
    return " ".join(name.replace("\u2019", "'").casefold().split())


def _load() -> None:
    for row in COUNTRY_ROWS.strip().splitlines():
        code, alpha2, names = row.split(" ", 2)
        spellings = names.split("|")
        _NAMES[code] = spellings[0]
        if alpha2 not in _PRIVATE:
            _ALPHA2[code] = alpha2
        for spelling in (code, alpha2, *spellings):
            _CODES[_folded(spelling)] = code


_load()


@remembered
def country_code(name: str) -> str | None:
    """Return the ICAO code for a country's name, ISO alpha-2 or alpha-3 code; None if it is unknown."""
    return _CODES.get(_folded(name))


def country_name(code: str) -> str:
    """Return the name lists use for an ICAO code. Raises KeyError for codes outside the table."""
    return _NAMES[code]


def country_alpha2(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of an ICAO code; None where there is none, as for stateless persons."""
    return _ALPHA2.get(code)


def country_codes() -> tuple[str, ...]:
    """Return every code of the table, in table order."""
    return tuple(_NAMES)
