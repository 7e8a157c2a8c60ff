"""A carrier's message as flights and travellers, whatever format it came in.

Knows:    travellers, and what a carrier's list says of the flight.
Told:     by the readers of PAXLST and PNRGOV.
Answers:  values in which nobody is missing: who could not be read is listed as not screened.
Trusted:  yes: an answer to a carrier is made from these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Final, Literal, TypeVar

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import Sex
from evenhand.travellers.codes import read_code
from evenhand.travellers.mrz_values import DATES_READ
from evenhand.travellers.traveller import AGE_MAX, NAMES_LONGEST, Traveller, TravellerName, known_names

ListKind = Literal["passengers", "crew", "flight_status", "gate_passes", "bookings"]
_T = TypeVar("_T")
Purpose = Literal["original", "change", "cancel", "close", "close_absent"]
_OF_PEOPLE: Final = frozenset({"passengers", "crew", "gate_passes"})


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One readable traveller, with the carrier's references to answer by (booking locator, passenger)."""

    traveller: Traveller
    booking: str = ""
    reference: str = ""
    segment: int = 0


class NotScreened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One traveller who could not be read whole: where in the message, why, and what references there are.

    `name` is the name as it stands there. `traveller` is what could be read: it is searched for all the same, because
    one misspelt field must not hide who is listed; it clears nobody. `unheard` is who is named by references that no
    earlier list holds: nothing of that one was unreadable.
    """

    segment: int
    why: str
    booking: str = ""
    reference: str = ""
    name: str = ""
    traveller: Traveller | None = None
    unheard: bool = False


class Referred(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One traveller whom a closure or a cancellation names by references alone, as of an earlier list."""

    segment: int
    booking: str = ""
    reference: str = ""


class TravellerList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message; `announced` is the count the carrier gives; times are local, YYYY-MM-DDTHH:MM.

    `purpose` is "close_absent" where a closure names who did not board. `transaction_more` are the components behind
    the transaction reference, a version for one.
    """

    kind: ListKind
    purpose: Purpose
    message: str
    transaction: str = ""
    transaction_more: tuple[str, ...] = ()
    flight: str = ""
    departs_from: str = ""
    departs_at: str = ""
    arrives_at: str = ""
    arrives_to: str = ""
    travellers: tuple[Listed, ...] = ()
    not_screened: tuple[NotScreened, ...] = ()
    referred: tuple[Referred, ...] = ()
    announced: int | None = None

    @property
    def received(self) -> int:
        """How many the list holds, read or not."""
        return len(self.travellers) + len(self.not_screened) + len(self.referred)

    @property
    def is_whole(self) -> bool:
        """Tell whether everyone announced was read; if not, the flight has not been screened.

        A first list of people that names nobody, and announces none, says nothing of who travels.
        """
        if self.announced is None and not self.received:
            return self.purpose != "original" or self.kind not in _OF_PEOPLE
        return not self.not_screened and self.announced in (None, self.received)


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


_FAULTS_SAID: Final = 10


def all_faults(faults: Iterable[str]) -> str:
    """Return what is wrong with a traveller in one sentence, each fault once, and after ten how many more there are."""
    said = list(dict.fromkeys(faults))
    more = [f"and {len(said) - _FAULTS_SAID} more"] if len(said) > _FAULTS_SAID else []
    return "; ".join([*said[:_FAULTS_SAID], *more])


_LAYOUTS: Final = {
    "2": "DDMMYY", "3": "MMDDYY", "4": "DDMMYYYY", "101": "YYMMDD", "102": "YYYYMMDD", "201": "YYMMDDTTTT",
    "203": "YYYYMMDDTTTT",
}  # fmt: skip
"""Formats of a date by their code (UN/EDIFACT data element 2379); T is a digit of the time."""
_YEAR_FIRST: Final = frozenset({"101", "102", "201", "203"})
"""Whichever of these is stated, the length tells the date: carriers state one for another."""


def laid_out(text: str, code: str, *, timed: bool = False) -> str:
    """Return a date of a stated format with the year first, as the readers here take it; without a code, as it is.

    Raises ValueError for a code that is not known, and for a date that is not of its format: who read it all the same
    would take the day for the year.
    """
    if not code:
        return text
    layout = _LAYOUTS.get(code, "")
    if not layout:
        raise ValueError("a format of date that is not known")
    if code in _YEAR_FIRST and len(text) in (6, 8) and text.isascii() and text.isdecimal():
        return text
    if len(text) != len(layout) or not text.isascii() or not text.isdecimal():
        raise ValueError("a date that is not of its stated format")
    order = "YMDT" if timed else "YMD"
    digits = [*zip(layout, text, strict=True)]
    return "".join(digit for part in order for place, digit in digits if place == part)


_DIGITS: Final = re.compile(r"((?:\d\d)?\d\d)(\d\d)(\d\d)", re.ASCII)


def birth_date(text: str, today: date) -> str | None:
    """Read YYMMDD, YYYYMMDD or DDMMMYY (12JUL64) as far as it tells; None where all of it is zeros.

    Zeros stand for a day, or a month and day, that are not known, as < does (part 3 section 4.8 of ICAO 9303).
    Raises ValueError, also for a date to come and for one that nobody alive was born on.
    """
    said = _known(text)
    if said is None:
        return None
    value = _day(said, DATES_READ[today][0][_numeric(said)].value)
    if len(said) != _LONGEST:
        return value  # in the latest century that is not to come
    if value > today.isoformat()[: len(value)]:
        raise ValueError("a birth date in the future")
    if int(value[:4]) < today.year - AGE_MAX:
        raise ValueError(f"a birth date more than {AGE_MAX} years ago")
    return value


def is_two_digit_year(texts: Iterable[str]) -> bool:
    """Tell whether none of some birth dates, as written, has a year of four digits."""
    return all(len(text) < _LONGEST for text in texts)


def expiry_date(text: str, today: date) -> str | None:
    """Read the same forms as an expiry date. Raises ValueError."""
    said = _known(text)
    return None if said is None else _day(said, DATES_READ[today][1][_numeric(said)].value)


def _known(text: str) -> str | None:
    """Return a date with < for zeros that stand for a day, or a month and day; None if there is nothing else."""
    if not text.endswith("00"):
        return text
    found = _DIGITS.fullmatch(text)
    if found is None:
        return text
    if not text.strip("0"):
        return None
    return text[:-4] + "<<<<" if found[2] == "00" else text[:-2] + "<<"


def _numeric(text: str) -> str:
    if len(text) == 7 and text[2:5] in _MONTHS:  # noqa: PLR2004 - DDMMMYY
        return f"{text[5:]}{_MONTHS.index(text[2:5]) + 1:02}{text[:2]}<"
    return f"{text[-6:]}<"


def _day(text: str, value: str | None) -> str:
    found = _LONG.fullmatch(text) if len(text) == _LONGEST else None
    if found is not None:
        year, month, day = found.groups()
        with suppress(ValueError):
            date(int(year), int(month or 1), int(day or 1))
            return "-".join(part for part in (year, month, day) if part)
        value = None
    if value is None or len(text) != 6 + (text[2:5] in _MONTHS):
        raise ValueError("no such date")
    return value


_LONG: Final = re.compile(r"(\d{4})(?:<<<<|(\d\d)(?:<<|(\d\d)))", re.ASCII)
_LONGEST: Final = len("YYYYMMDD")


def country(code: str) -> str:
    """Return the ISO code behind a carrier's code of two or three letters, or of a zone. Raises InputError."""
    found = read_code(code)
    if found is None:
        raise InputError(f"not a country code: {code[:10]!r}")
    return found


def agreed(told: Sequence[str], read: Callable[[str], _T], what: str, faults: list[str]) -> _T | None:
    """Return the one value that texts of a field tell.

    None, and a fault, where one cannot be read or two differ: who is listed could hide behind the other.
    """
    try:
        first, *others = map(read, told)
    except (InputError, ValueError) as error:
        faults.append(f"{what}: {error.what if isinstance(error, InputError) else error}")
        return None
    if others and any(other != first for other in others):
        faults.append(f"{what}: two values")
        return None
    return first


def sex_in(codes: Mapping[str, Sex], code: str) -> Sex:
    """Return the sex of a message's code. Raises ValueError."""
    if code not in codes:
        raise ValueError("an unknown code")
    return codes[code]


def longest_names(family: str, given: str, faults: list[str]) -> tuple[TravellerName, ...]:
    """Return a name as far as it is known, with and without titles, which booking systems run on (WILLIAMMR).

    One too long is cut, which is a fault, and still searched for.
    """
    if len(family) > NAMES_LONGEST or len(given) > NAMES_LONGEST:
        faults.append(f"a name of more than {NAMES_LONGEST} characters")
        return known_names(family[:NAMES_LONGEST], given[:NAMES_LONGEST], truncated=True)
    return known_names(family, given)


def local_time(text: str) -> str:
    """Read YYMMDDHHMM or YYYYMMDDHHMM, or either without time. Raises ValueError."""
    digits = text if len(text) in (8, 12) else f"20{text}"
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in (8, 12):
        raise ValueError("no such time")
    day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat()
    hour, minute = digits[8:10], digits[10:]
    if not hour:
        return day
    if int(hour) > 23 or int(minute) > 59:  # noqa: PLR2004 - a day's last minute
        raise ValueError("no such time")
    return f"{day}T{hour}:{minute}"
