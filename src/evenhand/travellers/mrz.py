"""Machine-readable zones: read and check.

Knows:    what a zone without problems looks like, layout by layout; `mrz_reading` knows all others.
Told:     the lines of a zone and today's date.
Answers:  its values with every problem by field and place.
Trusted:  yes: what a document says of a person starts here.

A zone whose shape is wrong (lines, length, alphabet) is refused; one whose contents are wrong is read,
with problems, because an officer needs to see what stands there. For a zone without problems,
`print_mrz(parse_mrz(lines, today=…)) == lines` (mrz_print).

A lane reads thousands of sound zones for each unsound one. So one pattern takes a zone apart, and what is in no
table of sound values, or has a wrong check digit, is read anew, field by field, by `read_any`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from evenhand.travellers.check_digits import INVALID, LANES, VALUES
from evenhand.travellers.mrz_layout import MRV_A, MRV_B, TD1, TD2, TD3, Layout
from evenhand.travellers.mrz_reading import CodesRead, read_any
from evenhand.travellers.mrz_values import DATES_READ, Mrz

_NAME: Final = "([A-Z]++(?:<[A-Z]++)*+)"
_NAMES: Final = f"{_NAME}(?:<<{_NAME})?+<*+"
_NUMBER: Final = "((...)(...)(...))(.)"
_PERSON: Final = "(.{7})(.)(.{7})"
_DIGITS: Final = "0123456789"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)} | {"<": 0}


class _Plan(NamedTuple):
    """A layout as this reader uses it. The groups of its pattern stand in the order of the zone's fields."""

    layout: Layout
    pattern: re.Pattern[str]
    codes: CodesRead
    names_end: int


def _plan(layout: Layout) -> _Plan:
    optional = f"(.{{{layout.optional.stop - layout.optional.start}}})"
    if layout is TD1:
        pattern = rf"(.{{5}}){_NUMBER}{optional}\n{_PERSON}(...)(.{{11}})(.)\n{_NAMES}"
    else:
        ends = {"TD3": "(.)(.)", "TD2": "()(.)"}.get(layout.kind, "()()")
        pattern = rf"(.{{5}}){_NAMES}\n{_NUMBER}(...){_PERSON}{optional}{ends}"
    names_end = -1 if layout is TD1 else layout.width - 1
    return _Plan(layout, re.compile(pattern), CodesRead(layout.letters), names_end)


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
    plan = plans[text[0] == "V"]
    match = plan.pattern.fullmatch(text)
    if match is None or len(lines) != plan.layout.lines:
        return read_any(lines, today)
    try:
        return _sound(match, plan, today) or read_any(lines, today)
    except KeyError:
        return read_any(lines, today)


def _sound(match: re.Match[str], plan: _Plan, today: date) -> Mrz | None:
    """Return the zone if nothing is wrong in it. Raises KeyError for a character no zone can hold."""
    layout, _, codes, names_end = plan
    if layout is TD1:
        (head, number, one, two, three, number_digit, optional, birth7, sex, expiry7, nationality, later, last,
         primary, secondary) = match.groups()  # fmt: skip
        end, later = "", later.rstrip("<")
    else:
        (head, primary, secondary, number, one, two, three, number_digit, nationality, birth7, sex, expiry7, optional,
         end, last) = match.groups()  # fmt: skip
        later = ""
    births, expiries = DATES_READ[today]
    birth, _, _, birth_sum, birth_fine = births[birth7]
    expiry, _, _, expiry_sum, expiry_fine = expiries[expiry7]
    document_code, issuer, nation, read_sex, known = codes[head + nationality + sex]
    total = _THREES[one] + _THREES[two] + _THREES[three]
    number, data = number.rstrip("<"), optional.rstrip("<")
    if not (known and birth_fine and expiry_fine and number and number_digit == _DIGITS[total % 10]):
        return None
    own = _optional_sum(optional, later, layout) if data or later else 0
    if last:
        total += total % 10 * 7 + birth_sum + expiry_sum + own
        if end:  # without data 0 or < will do (part 4 section 4.2.2)
            total += _VALUES[end]
            if end != _DIGITS[own % 10] and (end != "<" or data):
                return None
        if last != _DIGITS[total % 10]:
            return None
    return Mrz(
        kind=layout.kind, document_code=document_code, issuer=issuer, number=number, nationality=nation,
        primary=primary.replace("<", " "), secondary=secondary.replace("<", " ") if secondary else "",
        birth_date=birth, sex=read_sex, expiry=expiry, optional=data, optional_more=later,
        names_truncated=match.string[names_end] != "<",
        check_digits=f"{number_digit}{birth7[6]}{expiry7[6]}{end}{last}",
    )  # fmt: skip


def _optional_sum(optional: str, later: str, layout: Layout) -> int:
    """Return what the optional fields add to the check digit of the whole zone; for TD3 also to their own."""
    first, second, third = _lanes(optional)
    if layout is not TD1:
        return first * 7 + second * 3 + third
    # The first field begins at the second of three weights, and another follows at the first.
    begun = first * 3 + second + third * 7
    first, second, third = _lanes(later)
    return begun + first * 7 + second * 3 + third


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
