"""Machine-readable zones printed: as read, or composed from values with check digits of our own.

Knows:    the layouts, and how values turn into fields.
Told:     values of a zone.
Answers:  its lines.
Trusted:  yes: what is printed must read back as the same values.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.travellers.check_digits import INVALID, VALUES, check_digit
from evenhand.travellers.mrz_layout import LAYOUTS, NOWHERE, Layout
from evenhand.travellers.mrz_problems import digit_places
from evenhand.travellers.mrz_values import Mrz, MrzValues, write_date, write_names

_NUMBER_WIDTH: Final = 9


def print_mrz(mrz: Mrz) -> tuple[str, ...]:
    """Return the lines with the check digits read: the same lines, if the zone had no problems."""
    layout = LAYOUTS[mrz.kind]
    return _cut(_text(mrz, layout, mrz.check_digits), layout)


def compose_mrz(values: MrzValues) -> tuple[str, ...]:
    """Return the lines for values, with computed check digits; too long names are truncated.

    Raises InputError if another value is too long for its field or holds a character no zone can.
    """
    layout = LAYOUTS[values.kind]
    birth, expiry = write_date(values.birth_date), write_date(values.expiry)
    fields = [values.number, birth, expiry]
    if layout.optional_digit != NOWHERE:
        fields.append(values.optional)
    _text(values, layout, "0" * len(digit_places(layout, 0)))  # refuses what cannot be printed
    digits = "".join(check_digit(field) for field in fields)
    if layout.composite_digit != NOWHERE:
        draft = _text(values, layout, f"{digits}0")
        digits += check_digit("".join(draft[span] for span in layout.composite))
    return _cut(_text(values, layout, digits), layout)


def _text(values: MrzValues, layout: Layout, digits: str) -> str:
    number, number_digit, optional = values.number, digits[0], values.optional
    if len(number) > _NUMBER_WIDTH and layout.kind in ("TD1", "TD2"):
        optional = f"{number[_NUMBER_WIDTH:]}{number_digit}<{optional}".rstrip("<")
        number, number_digit = number[:_NUMBER_WIDTH], "<"
    names = write_names(values.primary, values.secondary, layout.names.stop - layout.names.start)
    parts: list[tuple[slice, str]] = [
        (slice(0, 2), values.document_code),
        (slice(2, 5), values.issuer),
        (layout.names, names),
        (layout.number, number),
        (layout.nationality, values.nationality),
        (layout.birth, write_date(values.birth_date)),
        (slice(layout.sex, layout.sex + 1), "<" if values.sex == "X" else values.sex),
        (layout.expiry, write_date(values.expiry)),
        (layout.optional, optional),
        (layout.optional_more, values.optional_more),
    ]
    places = digit_places(layout, layout.number_digit)
    standing = number_digit + digits[1:]
    parts += [(slice(at, at + 1), digit) for (_, at), digit in zip(places, standing, strict=True)]
    return _joined(parts)


def _joined(parts: list[tuple[slice, str]]) -> str:
    text = ""
    for place, value in sorted(parts, key=lambda part: (part[0].start, part[0].stop)):
        width = place.stop - place.start
        if len(value) > width:
            raise InputError(f"{len(value)} characters for a field of {width}")
        text += value.ljust(width, "<")
    if INVALID in text.encode("latin-1", "replace").translate(VALUES):
        raise InputError("a value holds what a machine-readable zone cannot", remedy="transliterate it first")
    return text


def _cut(text: str, layout: Layout) -> tuple[str, ...]:
    ends = range(0, len(text) + 1, layout.width)
    return tuple(text[start:end] for start, end in pairwise(ends))
