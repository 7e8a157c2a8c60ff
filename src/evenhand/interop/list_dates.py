"""Dates as lists write them, turned into the notice's dates.

Knows:    `08 Feb 1980`, `circa 1956`, `1956 to 1958`, `between 1956 and 1958`, `Nov. 1973`, `03/28/2025`, ISO dates.
Told:     texts.
Answers:  a BirthDate or a partial date; None where the text is not a date it knows.
Trusted:  yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate, check_partial_date
from evenhand.interop.remembered import remembered

_MONTHS: Final = {
    name: f"{number:02d}"
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_WORDED: Final = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s*(\d{4})")
_ISO: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2}|dd|00)(?P<mark>[/.])(\d{1,2}|mm|00)(?P=mark)(\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})/(\d{2})(?:/(\d{2}))?")
_UNKNOWN: Final = {"dd", "mm", "00"}
_YEARS: Final = re.compile(r"(\d{4})\s*-\s*(\d{4})")
_ABOUT: Final = re.compile(r"(?i)^(?:circa|approximately|approx\.?|about|ca\.?|c\.)\s*")
_ABOUT_AFTER: Final = re.compile(r"(?i)\s?\((?:circa|approximately|approximate|approx\.?|about|ca\.?)\)$")
_BETWEEN: Final = re.compile(r"(?i)between (?P<first>.+) and (?P<last>.+)")
# These look into free text of any wording: each part is taken whole, never given back (`*+`), and words begin where
# words begin, so that a text costs what it is long.
_EXPIRY: Final = re.compile(
    r"(?i)\b(?:expir[^\W\d_]*+|valid until)\W*+(?:(?:on|date)\W*+)?"
    r"(\d{1,2}\s+[A-Za-z]{3,9}\.?\s*\d{4}|[A-Za-z]{3,9}\.?\s*\d{4}|\d{4}-\d{2}-\d{2})"
)
_ISSUED: Final = re.compile(
    r"(?i)\bissued\W*+(?:(?:on|in)\W*+)?(\d{1,2}\s+[A-Za-z]{3,9}\.?\s*\d{4}|\d{4}-\d{2}-\d{2})"
)
_ISSUED_AT: Final = re.compile(
    r"(?i)\bissued (?:in|at|by) [^;()\d]{1,80}? on (\d{1,2} [A-Za-z]{3,9}\.? ?\d{4}|\d{4}-\d{2}-\d{2})"
)
"""The day behind the place: `issued in Kabul on 1 Jan 1999`."""


@remembered
def partial_date(text: str) -> str | None:
    """Read one date as YYYY, YYYY-MM or YYYY-MM-DD; None where it is none, or does not exist.

    Dates with slashes are month first, as OFAC prints them.
    """
    found = text.strip()
    if worded := _WORDED.fullmatch(found):
        month = _MONTHS.get(worded[2][:3].lower())
        if month is None:
            return None
        found = f"{worded[3]}-{month}" + (f"-{int(worded[1]):02d}" if worded[1] else "")
    elif slashed := _SLASHED.fullmatch(found):
        found = f"{slashed[3]}-{int(slashed[1]):02d}-{int(slashed[2]):02d}"
    elif not _ISO.fullmatch(found):
        return None
    try:
        check_partial_date(found)
    except InputError:
        return None
    return found


def day_first(text: str) -> str | None:
    """Read `31/01/1980`, `31.01.1980`, `dd/01/1980`, `1980/01/31` or any form of `partial_date`; None else.

    Outside the United States a date with slashes is day first, and one with points is everywhere; letters stand for
    what is not known.
    """
    found = _DAY_FIRST.fullmatch(text.strip())
    if found is None:
        backwards = _YEAR_FIRST.fullmatch(text.strip())
        return partial_date(text if backwards is None else "-".join(filter(None, backwards.groups())))
    day, _, month, year = found.groups()
    if month in _UNKNOWN:
        return partial_date(year)
    return partial_date(f"{year}-{month:0>2}" if day in _UNKNOWN else f"{year}-{month:0>2}-{day:0>2}")


def unslashed(text: str) -> str | None:
    """Read any form of `partial_date` that says which number is the month; None for slashes, which do not."""
    return None if "/" in text else partial_date(text)


@remembered
def birth_date_unslashed(text: str) -> BirthDate | None:
    """Read one as `birth_date` does, without slashes: for lists that write ISO dates, or a month by its name."""
    return _birth_date(text, unslashed)


@remembered
def birth_date(text: str) -> BirthDate | None:
    """Read one stated birth date: exact, partial, `circa`, or `A to B`; None where it is none of these.

    A range is kept by years, which is all `BirthDate.until` can hold. With slashes the month is first.
    """
    return _birth_date(text, partial_date)


@remembered
def birth_date_day_first(text: str) -> BirthDate | None:
    """Read one as `birth_date` does, with the day first and never the month: `12/31/1966` is no date here.

    Whoever guesses the month where it can be nothing else reads 03/04/1966 of the same table the wrong way round.
    """
    return _birth_date(text, day_first)


def _birth_date(text: str, read: Callable[[str], str | None]) -> BirthDate | None:
    plain = _ABOUT_AFTER.sub("", _ABOUT.sub("", text.strip()))
    certainty = "exact" if plain == text.strip() else "approximate"
    plain = _BETWEEN.sub(r"\g<first> to \g<last>", plain) if _BETWEEN.fullmatch(plain) else plain
    first, _, last = _YEARS.sub(r"\1 to \2", plain).partition(" to ")
    begin = read(_ABOUT.sub("", first))
    end = read(_ABOUT.sub("", last)) if last else None
    if begin is None or (last and end is None):
        return None
    if end is None:
        return BirthDate(value=begin, certainty="approximate" if certainty == "approximate" else "exact")
    return year_range(begin[:4], end[:4], approximate=certainty == "approximate")


def year_range(first: str, last: str, *, approximate: bool) -> BirthDate | None:
    """Make a range of years, or one year where both ends are equal; None where it is none."""
    try:
        return BirthDate(
            value=first,
            until=last if last != first else None,
            certainty="approximate" if approximate or last == first else "exact",
        )
    except InputError:
        return None


def expiry_in(note: str) -> str | None:
    """Find the expiry date a document's note states."""
    found = _EXPIRY.search(note)
    return partial_date(found[1]) if found else None


def issue_in(note: str) -> str | None:
    """Find the issue date a document's note states."""
    found = _ISSUED.search(note) or _ISSUED_AT.search(note)
    return partial_date(found[1]) if found else None
