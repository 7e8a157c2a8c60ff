"""Birth dates as sources really give them: exact, partial, approximate, or a range of years.

Knows:    the Gregorian calendar and how certain a date is.
Told:     dates from lists, documents and officers.
Answers:  one checked value per stated date, printed back as it was read.
Trusted:  yes: an impossible date must not reach a notice or a match.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal

import msgspec

from evenhand.ground.errors import InputError

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_YEAR_MIN: Final = 1850
_YEAR_MAX: Final = 2150


class BirthDate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One stated date of birth.

    `value` is YYYY, YYYY-MM or YYYY-MM-DD; `until` (YYYY) closes a range of years that opens at `value`.
    """

    value: str
    until: str | None = None
    certainty: Literal["exact", "approximate"] = "exact"

    def __post_init__(self) -> None:
        """Refuse dates that do not exist. Raises InputError."""
        year = check_partial_date(self.value)
        if self.until is not None and not (len(self.until) == 4 and check_partial_date(self.until) >= year):  # noqa: PLR2004 - YYYY
            raise InputError(
                f"a range of birth years cannot end at {self.until!r}", why=f"it begins in {year}"
            )


@lru_cache(maxsize=65_536)  # dates repeat; a list is read faster for it
def check_partial_date(text: str) -> int:
    """Check YYYY, YYYY-MM or YYYY-MM-DD between 1850 and 2150 and return the year. Raises InputError."""
    found = _PARTIAL.fullmatch(text)
    if found is None:
        raise InputError(f"not a date: {text[:30]!r}", remedy="write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        date(year, month, day)
    except ValueError as error:
        raise InputError(f"no such date: {text}", why=str(error)) from error
    if not _YEAR_MIN <= year <= _YEAR_MAX:
        raise InputError(f"year out of range: {text}", why=f"years run from {_YEAR_MIN} to {_YEAR_MAX}")
    return year
