"""What is wrong with a machine-readable zone, by field and place.

Knows:    what each field of ICAO 9303 may hold.
Told:     a zone's text, its layout, and the check digits it has and should have.
Answers:  problems in the order of check digits, then fields.
Trusted:  yes: an officer decides by these words whether to read the document again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from evenhand.travellers.codes import KNOWN_CODES
from evenhand.travellers.mrz_layout import NOWHERE, Layout
from evenhand.travellers.mrz_values import FieldName, Problem, ProblemKind, read_names

_DIGITS: Final = frozenset("0123456789")
_OLD_FRENCH: Final = "IDFRA"
"""In two lines of 36: a layout of its own, until the card of 2021 in three lines. Names and numbers are cut wrongly."""
_WORDS: Final[dict[FieldName, str]] = {
    "number": "the document number",
    "birth_date": "the date of birth",
    "expiry": "the date of expiry",
    "optional": "the optional data",
    "composite": "the whole zone",
}


class Sound(NamedTuple):
    """What the reader has found out already: whether dates exist, the number, and how far it runs on."""

    birth: bool
    expiry: bool
    number: str
    number_more: int


class _Fault(NamedTuple):
    field: FieldName
    kind: ProblemKind
    at: int
    found: str
    expected: str
    text: str


def digit_places(layout: Layout, number_at: int) -> list[tuple[FieldName, int]]:
    """Return the check digits a layout has, in the order of `Mrz.check_digits`, with their places."""
    places: list[tuple[FieldName, int]] = [
        ("number", number_at),
        ("birth_date", layout.birth_digit),
        ("expiry", layout.expiry_digit),
        ("optional", layout.optional_digit),
        ("composite", layout.composite_digit),
    ]
    return [(field, at) for field, at in places if at != NOWHERE]


def find_problems(text: str, layout: Layout, digits: tuple[str, str], sound: Sound) -> tuple[Problem, ...]:
    """Return everything wrong; `digits` are those found and those wanted, in one order."""
    faults = (
        *_digit_faults(layout, digits, sound),
        *_code_faults(text, layout),
        *_value_faults(text, layout, sound),
        *_name_faults(text[layout.names], layout),
    )
    return tuple(
        Problem(
            field=fault.field,
            kind=fault.kind,
            line=fault.at // layout.width + 1,
            column=fault.at % layout.width + 1,
            found=fault.found,
            expected=fault.expected,
            text=fault.text,
        )
        for fault in faults
    )


def _digit_faults(layout: Layout, digits: tuple[str, str], sound: Sound) -> Iterator[_Fault]:
    more = sound.number_more
    number_at = layout.optional.start + more - 1 if more else layout.number_digit
    for (field, at), found, wanted in zip(digit_places(layout, number_at), *digits, strict=True):
        if found != wanted:
            words = f"the check digit of {_WORDS[field]} should be {wanted}"
            yield _Fault(field, "check_digit", at, found, wanted, words)


def _code_faults(text: str, layout: Layout) -> Iterator[_Fault]:
    if text[0] not in layout.letters or text[1] in _DIGITS:
        words = f"no {layout.kind} document type is written so"
        yield _Fault("document_code", "code", 0, text[:2], " or ".join(layout.letters), words)
    if layout.kind == "TD2" and text.startswith(_OLD_FRENCH):
        words = "an identity card of France before 2021: its fields stand elsewhere, type them in as a row"
        yield _Fault("document_code", "code", 0, _OLD_FRENCH, "another document", words)
    fields: tuple[tuple[FieldName, int], ...] = (("issuer", 2), ("nationality", layout.nationality.start))
    for field, at in fields:
        code = text[at : at + 3]
        if code.rstrip("<") not in KNOWN_CODES:
            words = "no state or organisation has this code"
            yield _Fault(field, "code", at, code, "a code of ICAO 9303 part 3", words)
    if text[layout.sex] not in "FM<":
        yield _Fault("sex", "code", layout.sex, text[layout.sex], "F, M or <", "no sex is written so")


def _value_faults(text: str, layout: Layout, sound: Sound) -> Iterator[_Fault]:
    if not sound.number:
        words = "the document number is missing"
        yield _Fault("number", "missing", layout.number.start, "", "a number", words)
    if not sound.birth:
        words = "no such date; what is unknown is <<, from the day on"
        yield _Fault("birth_date", "date", layout.birth.start, text[layout.birth], "YYMMDD", words)
    if not sound.expiry:
        yield _Fault("expiry", "date", layout.expiry.start, text[layout.expiry], "YYMMDD", "no such date")


def _name_faults(names: str, layout: Layout) -> Iterator[_Fault]:
    at = layout.names.start
    digit = next((index for index, mark in enumerate(names) if mark in _DIGITS), None)
    if not names.strip("<"):
        yield _Fault("names", "missing", at, "", "a name", "the name is missing")
    elif digit is not None:
        yield _Fault("names", "character", at + digit, names[digit], "A to Z", "a name holds no digits")
    elif not read_names(names)[2]:
        words = "fillers do not divide the name: one between names, two between identifiers"
        yield _Fault("names", "filler", at, names.rstrip("<"), "single fillers, one double", words)
