"""A carrier's message as flights and travellers, whatever format it came in.

Knows:    travellers, and what a carrier's list says of the flight.
Told:     by the readers of PAXLST and PNRGOV.
Answers:  values in which nobody is missing: who could not be read is listed as not screened.
Trusted:  yes: an answer to a carrier is made from these.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

from evenhand.travellers.mrz_values import DATES_READ
from evenhand.travellers.traveller import Traveller

ListKind = Literal["passengers", "crew", "flight_status", "gate_passes", "bookings"]
Purpose = Literal["original", "change", "cancel", "close"]


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One readable traveller, with the carrier's references to answer by (booking locator, passenger)."""

    traveller: Traveller
    booking: str = ""
    reference: str = ""
    segment: int = 0


class NotScreened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One traveller who could not be read: where in the message, why, and what references there are."""

    segment: int
    why: str
    booking: str = ""
    reference: str = ""


class TravellerList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message; `announced` is the count the carrier gives; times are local, YYYY-MM-DDTHH:MM."""

    kind: ListKind
    purpose: Purpose
    message: str
    transaction: str = ""
    flight: str = ""
    departs_from: str = ""
    departs_at: str = ""
    arrives_at: str = ""
    arrives_to: str = ""
    travellers: tuple[Listed, ...] = ()
    not_screened: tuple[NotScreened, ...] = ()
    announced: int | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether everyone announced was read; if not, the flight has not been screened."""
        return not self.not_screened and self.announced in (None, len(self.travellers))


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def birth_date(text: str, today: date) -> str:
    """Read YYMMDD, YYYYMMDD or DDMMMYY (12JUL64). Raises ValueError."""
    return _day(text, DATES_READ[today][0][_numeric(text)].value)


def expiry_date(text: str, today: date) -> str:
    """Read the same forms as an expiry date. Raises ValueError."""
    return _day(text, DATES_READ[today][1][_numeric(text)].value)


def _numeric(text: str) -> str:
    if len(text) == 7 and text[2:5] in _MONTHS:  # noqa: PLR2004 - DDMMMYY
        return f"{text[5:]}{_MONTHS.index(text[2:5]) + 1:02}{text[:2]}<"
    return f"{text[-6:]}<"


def _day(text: str, value: str | None) -> str:
    if len(text) == 8 and text.isdecimal() and text.isascii():  # noqa: PLR2004 - YYYYMMDD
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    if value is None or len(text) != 6 + (text[2:5] in _MONTHS):
        raise ValueError("no such date")
    return value


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
