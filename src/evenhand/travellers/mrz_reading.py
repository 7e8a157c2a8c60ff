"""Any machine-readable zone read field by field, with everything that is wrong in it.

Knows:    ICAO 9303 parts 3 to 7: TD1, TD2, TD3, MRV-A and MRV-B.
Told:     the lines of a zone and today's date.
Answers:  its values with every problem by field and place; what the codes of a zone say.
Trusted:  yes: what a document says of a person starts here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

from evenhand.ground.errors import InputError
from evenhand.travellers.check_digits import INVALID, LANES, VALUES, check_digit
from evenhand.travellers.codes import KNOWN_CODES
from evenhand.travellers.mrz_layout import LAYOUTS, NOWHERE, SHAPES, Layout, layout_of
from evenhand.travellers.mrz_problems import Sound, find_problems
from evenhand.travellers.mrz_values import DATES_READ, Mrz, clean_lines, read_names

_Sex = Literal["F", "M", "X"]
_DIGITS: Final = "0123456789"
_SECOND: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
_SEXES: Final[dict[str, _Sex]] = {"F": "F", "M": "M", "<": "X"}


class SoundCodes(dict[str, tuple[str, str, str, _Sex]]):
    """As `CodesRead`, if all of it is known: document code, issuer, nationality, sex. KeyError for any other."""

    def __init__(self, letters: str) -> None:
        self._letters = letters

    def __missing__(self, standing: str) -> tuple[str, str, str, _Sex]:
        read = _read_codes(standing, self._letters)
        if not read.known:
            raise KeyError(standing)
        if len(self) >= _CODES_MAX:
            self.clear()
        found = self[standing] = (read.document_code, read.issuer, read.nationality, read.sex)
        return found


class CodesRead(dict[str, "_Read"]):
    """What the codes of a zone say, by document code, issuer, nationality and sex as they stand there.

    Travellers' documents come from few issuers, so nearly every zone finds its answer here.
    """

    def __init__(self, letters: str) -> None:
        self._letters = letters

    def __missing__(self, standing: str) -> _Read:
        if len(self) >= _CODES_MAX:
            self.clear()
        read = self[standing] = _read_codes(standing, self._letters)
        return read


class _Read(NamedTuple):
    """Document code, issuer and nationality without fillers, the sex, and whether all of it is known."""

    document_code: str
    issuer: str
    nationality: str
    sex: _Sex
    known: bool


_CODES_MAX: Final = 65_536


class _Composite(NamedTuple):
    """What the last check digits need: the fields after the dates, and the bits that bring them to threes.

    The composite digit needs no pass of its own over the zone: its weights begin anew every three characters,
    so it is a sum of the fields' sums, each by the weight its first character has.
    """

    optional: slice
    optional_pad: int
    more: slice | None
    more_pad: int
    personal: bool
    digit_at: int


class _Plan(NamedTuple):
    """A layout as the reader uses it.

    `pick` takes the text apart in one step; a check digit that a layout lacks is picked from place 0 and not
    used. `more` is the second optional field of TD1; `composite` is None for visas, which have no such digit.
    """

    layout: Layout
    width: int
    pick: itemgetter[Any]
    codes: CodesRead
    number: slice
    number_digit: int
    more: slice | None
    composite: _Composite | None


def _plan(layout: Layout) -> _Plan:
    def pad(field: slice) -> int:
        width: int = field.stop - field.start
        return -width % 3 * 8

    pick = itemgetter(
        *(slice(0, 5), layout.names, layout.number, layout.number_digit, layout.nationality),
        *(slice(layout.birth.start, layout.birth_digit + 1), layout.sex),
        *(slice(layout.expiry.start, layout.expiry_digit + 1), layout.optional),
        *(max(layout.optional_digit, 0), max(layout.composite_digit, 0)),
    )
    more = layout.optional_more if layout.optional_more.stop else None
    composite = _Composite(
        optional=layout.optional, optional_pad=pad(layout.optional), more=more, more_pad=pad(layout.optional_more),
        personal=layout.optional_digit != NOWHERE, digit_at=layout.optional_digit,
    )  # fmt: skip
    return _Plan(
        layout=layout, width=layout.width, pick=pick, codes=CodesRead(layout.letters), number=layout.number,
        number_digit=layout.number_digit, more=more,
        composite=composite if layout.composite_digit != NOWHERE else None,
    )  # fmt: skip


_PLANS: Final = {
    (layout.lines, layout.lines * layout.width, visa): _plan(layout)
    for layout in LAYOUTS.values()
    for visa in ((True, False) if layout.kind == "TD1" else (layout.letters == "V",))
}


def read_any(lines: Sequence[str], today: date) -> Mrz:
    """Read the lines of any zone; `today` decides centuries. Raises InputError if the shape is wrong."""
    text = "".join(lines)
    plan = _PLANS.get((len(lines), len(text), text[:1] == "V"))
    values = text.encode("latin-1", "replace").translate(VALUES)
    if plan is None or not len(lines[0]) == len(lines[-1]) == plan[1] or INVALID in values:
        raise _shape_fault(lines, text)
    layout, _, pick, codes, number_at, digit_at, more_at, composite = plan
    (head, names, number, number_digit, nationality, birth7, sex, expiry7, optional, optional_digit,
     composite_digit) = pick(text)  # fmt: skip
    births, expiries = DATES_READ[today]
    birth, birth_sound, birth_wanted, birth_sum = births[birth7]
    expiry, expiry_sound, expiry_wanted, expiry_sum = expiries[expiry7]
    lanes = int.from_bytes(values[number_at], "big") % LANES
    number_sum = (lanes >> 16) * 7 + (lanes >> 8 & 255) * 3 + (lanes & 255)
    data, more = optional.rstrip("<"), 0
    if number_digit == "<" and (more := _long(text, layout)):
        number += optional[: more - 1]
        number_digit, number_wanted = optional[more - 1], check_digit(number)
        data = data[more + 1 :]
    else:
        number, number_wanted = number.rstrip("<"), _DIGITS[number_sum % 10]
    found = number_digit + birth7[6] + expiry7[6]
    wanted = number_wanted + birth_wanted + expiry_wanted
    if composite is not None:
        start = number_sum + 7 * values[digit_at] + birth_sum + expiry_sum
        found += optional_digit + composite_digit if composite.personal else composite_digit
        filled = "" if (data or more) else optional_digit
        wanted += _last_digits(values, composite, filled, start)
    primary, secondary, regular = read_names(names)
    document_code, issuer, nationality, read_sex, known = codes[head + nationality + sex]
    sound = found == wanted and known and regular and birth_sound and expiry_sound and number
    return Mrz(
        kind=layout.kind, document_code=document_code, issuer=issuer, number=number, primary=primary,
        secondary=secondary, nationality=nationality, birth_date=birth, sex=read_sex, expiry=expiry,
        optional=data, optional_more=text[more_at].rstrip("<") if more_at is not None else "",
        names_truncated=names[-1] != "<", check_digits=found,
        problems=()
        if sound
        else find_problems(text, layout, (found, wanted), Sound(birth_sound, expiry_sound, number, more)),
    )  # fmt: skip


def _last_digits(values: bytes, composite: _Composite, without: str, start: int) -> str:
    """Return the digits wanted for the optional data, if there is a place for one, and for the whole zone.

    `start` is the sum over number and dates. `without` is the optional digit as it stands where there are no
    optional data, else nothing: without data 0 or < will do (part 4 section 4.2.2).
    """
    optional, pad, more, more_pad, personal, digit_at = composite
    lanes = 0 if without else (int.from_bytes(values[optional], "big") << pad) % LANES
    if more is not None:  # TD1: the field begins at the second of three weights, and another follows
        start += (lanes >> 16) * 3 + (lanes >> 8 & 255) + (lanes & 255) * 7
        lanes = (int.from_bytes(values[more], "big") << more_pad) % LANES
    own = (lanes >> 16) * 7 + (lanes >> 8 & 255) * 3 + (lanes & 255) if lanes else 0
    if not personal:
        return _DIGITS[(start + own) % 10]
    whole = _DIGITS[(start + own + values[digit_at]) % 10]
    return ("<" if without == "<" else _DIGITS[own % 10]) + whole


def _read_codes(standing: str, letters: str) -> _Read:
    code, issuer, nationality, sex = standing[:2], standing[2:5].rstrip("<"), standing[5:8].rstrip("<"), standing[8]
    known = (
        KNOWN_CODES.issuperset((issuer, nationality))
        and sex in _SEXES
        and code[0] in letters
        and code[1] in _SECOND
    )
    return _Read(code.rstrip("<"), issuer, nationality, _SEXES.get(sex, "X"), known)


def _shape_fault(lines: Sequence[str], text: str) -> InputError:
    """Say what is wrong with the shape, and that it would be read as typed in where that is so."""
    found = _shape_of(lines, text)
    assert found is not None, "who calls this could not read them"
    with suppress(InputError):
        mended = clean_lines("\n".join(lines), tolerant=True)
        if _shape_of(mended, "".join(mended)) is None:
            return InputError(found.what, why=found.why, remedy=_TYPED)
    return found


_WIDTHS_SAID: Final = 4
_TYPED: Final = "where the zone was typed or pasted, read it with `--tolerant` (over HTTP `tolerant`)"


def _shape_of(lines: Sequence[str], text: str) -> InputError | None:
    """Return what is wrong with the shape, the number and length of lines, else a character; None if nothing is."""
    widths = [len(line) for line in lines] or [0]
    if len(set(widths)) > 1:
        told = ", ".join(map(str, widths[:_WIDTHS_SAID]))
        return InputError(f"the lines of the zone differ in length: {told} characters", remedy=SHAPES)
    try:
        layout_of(len(lines), widths[0], text[:1])
    except InputError as error:
        return error
    return _alphabet(text, widths[0])


def _alphabet(text: str, width: int) -> InputError | None:
    wrong = (index for index, mark in enumerate(text) if not mark.isascii() or VALUES[ord(mark)] == INVALID)
    at = next(wrong, None)
    if at is None:
        return None
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
