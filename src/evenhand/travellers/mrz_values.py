"""What a machine-readable zone says: its values, its problems, and how names and dates are read from it.

Knows:    ICAO 9303 part 3 sections 4.6 to 4.8: names, truncation, two-digit years, unknown parts.
Told:     fields as they stand, and today's date.
Answers:  names with spaces, dates as YYYY, YYYY-MM or YYYY-MM-DD, and back.
Trusted:  yes: a wrong century or a name taken for whole loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

import msgspec

from evenhand.ground.errors import InputError
from evenhand.travellers.check_digits import VALUES, check_digit
from evenhand.travellers.mrz_layout import Kind

FieldName = Literal[
    "document_code",
    "issuer",
    "number",
    "names",
    "nationality",
    "birth_date",
    "sex",
    "expiry",
    "optional",
    "composite",
]
ProblemKind = Literal["check_digit", "code", "date", "filler", "character", "missing"]

EXPIRY_YEARS_AHEAD: Final = 49
"""An expiry year lies at most so far ahead, and at most 50 years back: documents run for 10, cards for 30."""
_DAYS_CACHED: Final = 4
_DATES_CACHED: Final = 65_536  # every day of a century fits: 36,525
_YYMMDD: Final = re.compile(r"(\d\d)(?:<<<<|(\d\d)(?:<<|(\d\d)))", re.ASCII)
UNKNOWN_DATE: Final = "<<<<<<"
_BIRTH_WEIGHTS: Final = (3, 1, 7, 3, 1, 7, 3)
_EXPIRY_WEIGHTS: Final = (1, 7, 3, 1, 7, 3, 1)
"""In all three layouts with a composite digit a birth date begins at its second weight, an expiry at its third."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing wrong: which field, where (line and column from 1), and in words."""

    field: FieldName
    kind: ProblemKind
    line: int
    column: int
    found: str
    expected: str
    text: str


class MrzValues(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The values of a zone.

    `primary` and `secondary` are the identifiers with spaces for fillers; `issuer` and `nationality` are
    codes as they stand there (D for Germany); dates are None where all of it is unknown; sex X is `<`.
    `optional_more` is the second optional field, which only TD1 has.
    """

    kind: Kind
    document_code: str
    issuer: str
    number: str
    primary: str
    secondary: str = ""
    nationality: str
    birth_date: str | None = None
    sex: Literal["F", "M", "X"] = "X"
    expiry: str | None = None
    optional: str = ""
    optional_more: str = ""


class Mrz(MrzValues, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A zone as read.

    `names_truncated`: the name field is filled to its last place, so the name may go on: compare as prefix.
    `check_digits` as they stand: number, birth, expiry, then optional and composite where there are such.
    """

    names_truncated: bool = False
    check_digits: str
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong; a forger computes check digits too."""
        return not self.problems


class ReadDate(NamedTuple):
    """A date field with its check digit: the date as far as known, whether it is one, the digit it needs.

    `composite` is what its seven characters add to the check digit of the whole zone.
    """

    value: str | None
    sound: bool
    digit: str
    composite: int


def read_birth(text: str, today: date) -> ReadDate:
    """Read seven characters as a birth date: in the latest century that is not in the future."""
    found = _YYMMDD.match(text)
    if found is None:
        return _read(text, _BIRTH_WEIGHTS, None, sound=text.startswith(UNKNOWN_DATE))
    year = today.year - (today.year - int(found[1])) % 100
    written = _dated(year, found[2], found[3])
    if written is not None and written > today.isoformat()[: len(written)]:
        written = _dated(year - 100, found[2], found[3])
    return _read(text, _BIRTH_WEIGHTS, written, sound=written is not None)


def read_expiry(text: str, today: date) -> ReadDate:
    """Read seven characters as an expiry date: in the century that is nearest to today."""
    found = _YYMMDD.match(text)
    if found is None:
        return _read(text, _EXPIRY_WEIGHTS, None, sound=text.startswith(UNKNOWN_DATE))
    latest = today.year + EXPIRY_YEARS_AHEAD
    written = _dated(latest - (latest - int(found[1])) % 100, found[2], found[3])
    return _read(text, _EXPIRY_WEIGHTS, written, sound=written is not None)


class _Dates(dict[str, ReadDate]):
    """Dates read already, by the seven characters: every day of a century is fewer than 65,536."""

    def __init__(self, read: Callable[[str, date], ReadDate], today: date) -> None:
        self._read = read
        self._today = today

    def __missing__(self, text: str) -> ReadDate:
        if len(self) >= _DATES_CACHED:
            self.clear()
        found = self[text] = self._read(text, self._today)
        return found


class _SoundDates(dict[str, tuple[str | None, str, int]]):
    """Dates that are ones and whose digit is right: date, digit, `ReadDate.composite`. KeyError for any other."""

    def __init__(self, dates: _Dates) -> None:
        self._dates = dates

    def __missing__(self, text: str) -> tuple[str | None, str, int]:
        value, sound, digit, composite = self._dates[text]
        if not sound or text[6:] != digit:
            raise KeyError(text)
        if len(self) >= _DATES_CACHED:
            self.clear()
        found = self[text] = (value, digit, composite)
        return found


class _Days(dict[date, tuple[_Dates, _Dates]]):
    """The tables that read birth and expiry dates on a day; of the last few days, for midnight."""

    def __missing__(self, today: date) -> tuple[_Dates, _Dates]:
        if len(self) >= _DAYS_CACHED:
            self.clear()
        found = self[today] = (_Dates(read_birth, today), _Dates(read_expiry, today))
        return found


class _SoundDays(dict[date, tuple[_SoundDates, _SoundDates]]):
    """As `_Days`, of sound dates only."""

    def __missing__(self, today: date) -> tuple[_SoundDates, _SoundDates]:
        if len(self) >= _DAYS_CACHED:
            self.clear()
        births, expiries = _DAYS[today]
        found = self[today] = (_SoundDates(births), _SoundDates(expiries))
        return found


_DAYS: Final = _Days()
DATES_READ: Final[Mapping[date, tuple[Mapping[str, ReadDate], Mapping[str, ReadDate]]]] = _DAYS
"""By the day: tables that answer `read_birth` and `read_expiry` for seven characters."""
_Sound = Mapping[str, tuple[str | None, str, int]]
SOUND_DATES: Final[Mapping[date, tuple[_Sound, _Sound]]] = _SoundDays()
"""By the day: date, digit and `ReadDate.composite` for seven characters without a fault; KeyError for others."""


def _read(text: str, weights: tuple[int, ...], value: str | None, *, sound: bool) -> ReadDate:
    return ReadDate(value, sound, check_digit(text[:6]), _weighed(text, weights))


def _weighed(text: str, weights: tuple[int, ...]) -> int:
    """Return the sum of seven characters' values by weights; what is short (EDIFACT has no digit) adds less."""
    return sum(VALUES[ord(mark)] * weight for mark, weight in zip(text, weights, strict=False))


def _dated(year: int, month: str | None, day: str | None) -> str | None:
    """Return the date in ISO 8601 as far as known; None if there is no such day."""
    try:
        date(year, int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join((f"{year:04}", *(part for part in (month, day) if part is not None)))


def write_date(value: str | None) -> str:
    """Return six characters: YYMMDD with < for what is not known."""
    return (value or "")[2:].replace("-", "").ljust(6, "<")


def read_names(field: str) -> tuple[str, str, bool]:
    """Return primary and secondary identifier, with spaces for fillers, and whether fillers are regular."""
    said = field.replace("<", " ").rstrip()
    primary, _, secondary = said.partition("  ")
    # Letters and single fillers within both identifiers, one double filler between them, and no more.
    regular = said.replace(" ", "").isalpha() and said[0] != " " and "   " not in said and "  " not in secondary
    return primary, secondary, regular


def write_names(primary: str, secondary: str, width: int) -> str:
    """Return a name field; too long names are cut so that both identifiers stay (part 3 section 4.6.2)."""
    first, second = primary.replace(" ", "<"), secondary.replace(" ", "<")
    whole = f"{first}<<{second}" if second else first
    if len(whole) > width and second and len(first) > width - 3:
        # The primary identifier gives way until the first letter of the secondary one has its place.
        whole = f"{first[: width - 3].rstrip('<').ljust(width - 3, '<')}<<{second}"
    return whole[:width].ljust(width, "<")


def clean_lines(text: str, *, tolerant: bool = False) -> tuple[str, ...]:
    """Split text into the lines of a zone; one line of 72, 88 or 90 characters is cut where lines end.

    Empty lines before and behind them, and blanks at the ends of a line, carry nothing and are read over. With
    `tolerant`, small letters are raised, all blanks and empty lines dropped, and look-alikes of < taken for it: for
    typed or pasted input, never for a reader's. Raises InputError if nothing is left.
    """
    if tolerant:
        text = text.upper().translate(_LOOK_ALIKES)
    stripped = "\n".join(line.strip(_BLANKS) for line in text.splitlines()).strip("\n")
    lines = tuple(line for line in stripped.split("\n") if line or not tolerant)
    if not stripped:
        raise InputError("an empty machine-readable zone")
    if len(lines) == 1 and len(lines[0]) in _JOINED:
        width = _JOINED[len(lines[0])]
        return tuple(lines[0][start : start + width] for start in range(0, len(lines[0]), width))
    return lines


_BLANKS: Final = " \t"
_JOINED: Final = {90: 30, 88: 44, 72: 36}
_LOOK_ALIKES: Final = str.maketrans(
    {" ": None, "\t": None, "\u00a0": None, "«": "<<", "‹": "<", "＜": "<", "〈": "<"}
)
