"""Elders: who may be meant where a birth year was written with two digits: somebody a century older.

Knows:    that 25 is 2025 or 1925, and how old a person can be.
Told:     a question with the later century.
Answers:  the question by the same day a century before; none where that is nobody alive.
Trusted:  yes: a century taken for certain clears whoever is listed of the other.

Whoever is about thirty or younger is asked for twice. For whom that is in vain cannot be told from the list for less:
of a long one, evidence may take nearly every such date for a listed one, if only for a slip of the pen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.matching.contract import Query
from evenhand.travellers.traveller import AGE_MAX

_CENTURY: Final = 100


def both_centuries(query: Query, now_ms: int, *, two_digit_year: bool) -> tuple[Query, ...]:
    """Return a question, and behind it the same by the day a century before where somebody so old may be alive.

    A year that was written whole (not `two_digit_year`) is of one century.
    """
    if query.birth_date is None or not two_digit_year:
        return (query,)
    year = int(query.birth_date[:4]) - _CENTURY
    if year < datetime.fromtimestamp(now_ms / 1000, UTC).year - AGE_MAX:
        return (query,)
    try:
        return query, msgspec.structs.replace(query, birth_date=f"{year:04}{query.birth_date[4:]}")
    except InputError:
        return (query,)  # 29 February 1900
