"""Machine-readable zones: read and check.

Knows:    ICAO 9303 parts 3 to 7: TD1, TD2, TD3, MRV-A and MRV-B.
Told:     the lines of a zone and today's date.
Answers:  its values with every problem by field and place.
Trusted:  yes: what a document says of a person starts here.

A zone whose shape is wrong (lines, length, alphabet) is refused; one whose contents are wrong is read,
with problems, because an officer needs to see what stands there. For a zone without problems,
`print_mrz(parse_mrz(lines, today=…)) == lines` (mrz_print).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final, Literal

from evenhand.ground.errors import InputError
from evenhand.travellers.check_digits import INVALID, VALUES, check_digit, digit_of_values
from evenhand.travellers.codes import KNOWN_CODES
from evenhand.travellers.mrz_layout import LAYOUTS, NOWHERE, Layout, layout_of
from evenhand.travellers.mrz_problems import Sound, find_problems
from evenhand.travellers.mrz_values import Mrz, read_birth, read_expiry, read_names

_DIGITS: Final = "0123456789"
_SEXES: Final[dict[str, Literal["F", "M", "X"]]] = {"F": "F", "M": "M", "<": "X"}

def _picks(layout: Layout) -> tuple[itemgetter[Any], itemgetter[Any]]:
    """Return what takes a zone apart in one step: its text into fields, its values into what digits check."""

    def place(at: int) -> slice:
        return slice(at, at + 1) if at != NOWHERE else slice(0, 0)

    text = itemgetter(
        *(slice(0, 2), slice(2, 5), layout.names, layout.number, place(layout.number_digit)),
        *(layout.nationality, slice(layout.birth.start, layout.birth_digit + 1), place(layout.sex)),
        *(slice(layout.expiry.start, layout.expiry_digit + 1), layout.optional),
        *(place(layout.optional_digit), layout.optional_more, place(layout.composite_digit)),
    )
    return text, itemgetter(layout.number, layout.optional, *(layout.composite or (slice(0, 0),) * 3))


_PICKS: Final = {kind: _picks(layout) for kind, layout in LAYOUTS.items()}


def _shape(lines: Sequence[str]) -> tuple[str, bytes, Layout]:
    """Return a zone's joined text, its characters' values, and its layout. Raises InputError."""
    text = "".join(lines)
    width = len(lines[0]) if lines else 0
    layout = layout_of(len(lines), width, text[:1])
    if len(text) != width * layout.lines or len(lines[-1]) != width:
        raise InputError("the lines of the zone differ in length")
    values = text.encode("latin-1", "replace").translate(VALUES)
    if INVALID in values:
        raise _alphabet(text, width)
    return text, values, layout


def parse_mrz(lines: Sequence[str], *, today: date) -> Mrz:
    """Read the lines of a zone; `today` decides centuries. Raises InputError if the shape is wrong."""
    text, values, layout = _shape(lines)
    pick_text, pick_values = _PICKS[layout.kind]
    picked = pick_text(text)
    code, issuer, names, number, number_digit, nationality, birth7, sex, expiry7 = picked[:9]
    optional, optional_digit, optional_more, composite_digit = picked[9:]
    number_values, optional_values, *spans = pick_values(values)
    birth, expiry = read_birth(birth7, today), read_expiry(expiry7, today)
    more = _long(text, layout) if number_digit == "<" else 0
    if more:
        number += optional[: more - 1]
        number_digit, number_wanted = optional[more - 1], check_digit(number)
        optional = optional[more + 1 :]
    else:
        number, number_wanted = number.rstrip("<"), _DIGITS[digit_of_values(number_values)]
    found = f"{number_digit}{birth7[6]}{expiry7[6]}{optional_digit}{composite_digit}"
    wanted = number_wanted + birth.digit + expiry.digit
    if composite_digit:
        wanted += _optional_digit(optional_digit, optional, optional_values)
        wanted += _DIGITS[digit_of_values(b"".join(spans) + layout.composite_pad)]
    primary, secondary, regular = read_names(names)
    issuer, nationality = issuer.rstrip("<"), nationality.rstrip("<")
    sound = found == wanted and birth.sound and expiry.sound and regular and bool(number)
    sound = sound and _codes_sound(layout, code, sex, (issuer, nationality))
    return Mrz(
        kind=layout.kind,
        document_code=code.rstrip("<"),
        issuer=issuer,
        number=number,
        primary=primary,
        secondary=secondary,
        nationality=nationality,
        birth_date=birth.value,
        sex=_SEXES.get(sex, "X"),
        expiry=expiry.value,
        optional=optional.rstrip("<"),
        optional_more=optional_more.rstrip("<"),
        names_truncated=names[-1] != "<",
        check_digits=found,
        problems=()
        if sound
        else find_problems(text, layout, (found, wanted), Sound(birth.sound, expiry.sound, number, more)),
    )


def _codes_sound(layout: Layout, code: str, sex: str, places: tuple[str, str]) -> bool:
    return (
        KNOWN_CODES.issuperset(places)
        and sex in _SEXES
        and code[0] in layout.letters
        and code[1] not in _DIGITS
    )


def _optional_digit(found: str, text: str, values: bytes) -> str:
    """Return the digit wanted, if there is a place for it; without data 0 or < will do (part 4 section 4.2.2)."""
    if not found:
        return ""
    wanted = _DIGITS[digit_of_values(values + b"\0")]
    return "<" if found == "<" and not text.strip("<") else wanted


def _alphabet(text: str, width: int) -> InputError:
    at = next(index for index, mark in enumerate(text) if not mark.isascii() or VALUES[ord(mark)] == INVALID)
    return InputError(
        f"{text[at]!r} at line {at // width + 1}, column {at % width + 1}",
        why="a machine-readable zone holds A to Z, 0 to 9 and <",
    )


def _long(text: str, layout: Layout) -> int:
    """Return how many optional places the rest of a long number and its check digit take; 0 for none.

    A number of more than nine characters goes on in the optional data, followed by its check digit and
    a filler; < then stands where the check digit would (parts 5 and 6, section 4.2.2).
    """
    if layout.kind not in ("TD1", "TD2") or text[layout.number.stop - 1] == "<":
        return 0
    rest = len(text[layout.optional].partition("<")[0])
    return rest if rest > 1 else 0
