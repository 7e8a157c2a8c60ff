"""Machine-readable zones: read and check.

Knows:    what a zone without problems looks like, layout by layout; `mrz_reading` knows all others.
Told:     the lines of a zone and today's date.
Answers:  its values with every problem by field and place.
Trusted:  yes: what a document says of a person starts here.

A zone whose shape is wrong (lines, length, alphabet) is refused; one whose contents are wrong is read,
with problems, because an officer needs to see what stands there. For a zone without problems,
`print_mrz(parse_mrz(lines, today=…)) == lines` (mrz_print).

A lane reads thousands of sound zones for each unsound one. So one pattern takes a zone apart, its dates and codes are
looked up among sound ones, and what is not there, or has a wrong check digit, is read anew by `read_any`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from evenhand.travellers.check_digits import INVALID, LANES, VALUES
from evenhand.travellers.mrz_layout import LAYOUTS, MRV_A, MRV_B, TD1, TD2, TD3, Kind, Layout
from evenhand.travellers.mrz_reading import SoundCodes, read_any
from evenhand.travellers.mrz_values import SOUND_DATES, Mrz

_NAME: Final = "([A-Z]++(?:<[A-Z]++)*+)"
_NAMES: Final = f"{_NAME}(?:<<{_NAME})?+(<*+)"
_NUMBER: Final = "((...)(...)(...))(.)"
_PERSON: Final = "(.{7})(.)(.{7})"
_VALUES: Final = {digit: value for value, digit in enumerate("0123456789")} | {"<": 0}
_UNITS: Final = "0123456789" * 512
"""The last digit of a sum: an index costs less than a division, and no zone adds up to 5,120."""
_EMPTY: Final = frozenset("<" * (layout.optional.stop - layout.optional.start) for layout in LAYOUTS.values())
_NO_NUMBER: Final = "<" * 9
_NO_MORE: Final = "<" * 11

_Plan = tuple[Kind, Callable[[str], "re.Match[str] | None"], SoundCodes, int]
"""What it is called, what takes it apart, its codes, its lines; a plain tuple, which comes apart fastest."""


def _plan(layout: Layout) -> _Plan:
    """Return how a layout is read. The groups of its pattern stand in the order of the zone's fields."""
    optional = f"(.{{{layout.optional.stop - layout.optional.start}}})"
    if layout is TD1:
        pattern = rf"(.{{5}}){_NUMBER}{optional}\n{_PERSON}(...)(.{{11}})(.)\n{_NAMES}"
    else:
        ends = {"TD3": "(.)(.)", "TD2": "()(.)"}.get(layout.kind, "()()")
        pattern = rf"(.{{5}}){_NAMES}\n{_NUMBER}(...){_PERSON}{optional}{ends}"
    return layout.kind, re.compile(pattern).fullmatch, SoundCodes(layout.letters), layout.lines


_PLANS: Final = {
    layout.lines * (layout.width + 1) - 1: (_plan(layout), _plan(visa))
    for layout, visa in ((TD1, TD1), (TD2, MRV_B), (TD3, MRV_A))
}
"""By the number of characters with line ends between: the plan for a document and for a visa; TD1 has none."""


class _Threes(dict[str, int]):
    """What three characters of a zone add to a check digit: 37 cubed is 50,653. KeyError for other characters."""

    def __missing__(self, three: str) -> int:
        first, second, third = _values(three)
        found = self[three] = first * 7 + second * 3 + third
        return found


_THREES: Final = _Threes()


def parse_mrz(lines: Sequence[str], *, today: date) -> Mrz:
    """Read the lines of a zone; `today` decides centuries. Raises InputError if the shape is wrong."""
    text = "\n".join(lines)
    plans = _PLANS.get(len(text))
    if plans is None or not text.isascii():
        return read_any(lines, today)
    kind, fullmatch, codes, count = plans[text[0] == "V"]
    match = fullmatch(text)
    if match is None or len(lines) != count:
        return read_any(lines, today)
    try:
        found = _card(match, codes, today) if count == TD1.lines else _page(match, kind, codes, today)
    except KeyError:
        found = None
    return found or read_any(lines, today)


def _page(match: re.Match[str], kind: Kind, codes: SoundCodes, today: date) -> Mrz | None:
    """Return a zone of two lines if nothing is wrong in it. Raises KeyError for what no sound zone holds."""
    (head, primary, secondary, filler, number, one, two, three, number_digit, nationality, birth7, sex, expiry7,
     optional, end, last) = match.groups()  # fmt: skip
    births, expiries = SOUND_DATES[today]
    birth, birth_digit, birth_sum = births[birth7]
    expiry, expiry_digit, expiry_sum = expiries[expiry7]
    document_code, issuer, nation, read_sex = codes[head + nationality + sex]
    total = _THREES[one] + _THREES[two] + _THREES[three]
    if number_digit != _UNITS[total] or number == _NO_NUMBER:
        return None
    data, own = "", 0
    if optional not in _EMPTY:
        data = optional.rstrip("<")
        first, second, third = _lanes(optional)
        own = first * 7 + second * 3 + third
    if last:
        total += _VALUES[number_digit] * 7 + birth_sum + expiry_sum + own
        if end:  # without data 0 or < will do (part 4 section 4.2.2)
            total += _VALUES[end]
            if end != _UNITS[own] and (end != "<" or data):
                return None
        if last != _UNITS[total]:
            return None
    return Mrz(
        kind=kind, document_code=document_code, issuer=issuer, number=number.rstrip("<"), nationality=nation,
        primary=primary.replace("<", " "), secondary=secondary.replace("<", " ") if secondary else "",
        birth_date=birth, sex=read_sex, expiry=expiry, optional=data, names_truncated=not filler,
        check_digits=f"{number_digit}{birth_digit}{expiry_digit}{end}{last}",
    )  # fmt: skip


def _card(match: re.Match[str], codes: SoundCodes, today: date) -> Mrz | None:
    """Return a zone of three lines if nothing is wrong in it. Raises KeyError for what no sound zone holds."""
    (head, number, one, two, three, number_digit, optional, birth7, sex, expiry7, nationality, more, last, primary,
     secondary, filler) = match.groups()  # fmt: skip
    births, expiries = SOUND_DATES[today]
    birth, birth_digit, birth_sum = births[birth7]
    expiry, expiry_digit, expiry_sum = expiries[expiry7]
    document_code, issuer, nation, read_sex = codes[head + nationality + sex]
    total = _THREES[one] + _THREES[two] + _THREES[three]
    if number_digit != _UNITS[total] or number == _NO_NUMBER:
        return None
    total += _VALUES[number_digit] * 7 + birth_sum + expiry_sum
    data = later = ""
    if optional not in _EMPTY:  # it begins at the second of three weights
        data = optional.rstrip("<")
        first, second, third = _lanes(optional)
        total += first * 3 + second + third * 7
    if more != _NO_MORE:
        later = more.rstrip("<")
        first, second, third = _lanes(more)
        total += first * 7 + second * 3 + third
    if last != _UNITS[total]:
        return None
    return Mrz(
        kind="TD1", document_code=document_code, issuer=issuer, number=number.rstrip("<"), nationality=nation,
        primary=primary.replace("<", " "), secondary=secondary.replace("<", " ") if secondary else "",
        birth_date=birth, sex=read_sex, expiry=expiry, optional=data, optional_more=later, names_truncated=not filler,
        check_digits=f"{number_digit}{birth_digit}{expiry_digit}{last}",
    )  # fmt: skip


def _lanes(field: str) -> tuple[int, int, int]:
    """Return the sums of every first, second and third character's value. Raises KeyError."""
    values = _values(field)
    lanes = (int.from_bytes(values, "big") << -len(values) % 3 * 8) % LANES
    return lanes >> 16, lanes >> 8 & 255, lanes & 255


def _values(field: str) -> bytes:
    """Return the values of characters. Raises KeyError for one no zone can hold."""
    values = field.encode("ascii").translate(VALUES)
    if INVALID in values:
        raise KeyError(field)
    return values
