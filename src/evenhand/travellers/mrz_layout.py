"""Where each field of the five machine-readable zones stands.

Knows:    ICAO 9303 parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B).
Told:     the number of lines, their length and the first letter.
Answers:  a layout: slices into the zone's lines joined without line ends.
Trusted:  yes: a shifted slice would read one field as another.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from evenhand.ground.errors import InputError

Kind = Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]
NOWHERE: Final = -1
"""The place of a check digit that a layout does not have."""


class Layout(NamedTuple):
    """One format; `composite` slices add up, with `composite_pad`, to a multiple of three characters."""

    kind: Kind
    lines: int
    width: int
    letters: str
    names: slice
    number: slice
    number_digit: int
    nationality: slice
    birth: slice
    birth_digit: int
    sex: int
    expiry: slice
    expiry_digit: int
    optional: slice
    optional_digit: int
    optional_more: slice
    composite: tuple[slice, ...]
    composite_pad: bytes
    composite_digit: int


def _two_lines(kind: Kind, width: int, letters: str) -> Layout:
    """Return the layout of a two-line zone: they differ in width and in what follows the expiry date."""
    at = width
    personal = kind == "TD3"  # the only one with a check digit of its own for the optional data
    checked = kind in ("TD2", "TD3")
    optional_end = 2 * width - personal - checked
    last = 2 * width - 1
    spans = (slice(at, at + 10), slice(at + 13, at + 20), slice(at + 21, last)) if checked else ()
    return Layout(
        kind=kind,
        lines=2,
        width=width,
        letters=letters,
        names=slice(5, width),
        number=slice(at, at + 9),
        number_digit=at + 9,
        nationality=slice(at + 10, at + 13),
        birth=slice(at + 13, at + 19),
        birth_digit=at + 19,
        sex=at + 20,
        expiry=slice(at + 21, at + 27),
        expiry_digit=at + 27,
        optional=slice(at + 28, optional_end),
        optional_digit=optional_end if personal else NOWHERE,
        optional_more=slice(0, 0),
        composite=spans,
        composite_pad=bytes(-sum(span.stop - span.start for span in spans) % 3),
        composite_digit=last if checked else NOWHERE,
    )


TD1: Final = Layout(
    kind="TD1",
    lines=3,
    width=30,
    letters="AIC",
    names=slice(60, 90),
    number=slice(5, 14),
    number_digit=14,
    nationality=slice(45, 48),
    birth=slice(30, 36),
    birth_digit=36,
    sex=37,
    expiry=slice(38, 44),
    expiry_digit=44,
    optional=slice(15, 30),
    optional_digit=NOWHERE,
    optional_more=slice(48, 59),
    composite=(slice(5, 37), slice(38, 45), slice(48, 59)),
    composite_pad=bytes(1),
    composite_digit=59,
)
TD2: Final = _two_lines("TD2", 36, "AIC")
TD3: Final = _two_lines("TD3", 44, "P")
MRV_A: Final = _two_lines("MRV-A", 44, "V")
MRV_B: Final = _two_lines("MRV-B", 36, "V")
LAYOUTS: Final = {layout.kind: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)}

_BY_SIZE: Final = {
    (layout.lines, layout.width, layout.letters == "V"): layout for layout in (TD2, TD3, MRV_A, MRV_B)
}
_TD1_SIZE: Final = (TD1.lines, TD1.width)
SHAPES: Final = "give 3 lines of 30, 2 of 36 or 2 of 44 characters"


def layout_of(lines: int, width: int, first: str) -> Layout:
    """Return the layout by number of lines, their length, and the zone's first letter. Raises InputError."""
    if (lines, width) == _TD1_SIZE:
        return TD1
    found = _BY_SIZE.get((lines, width, first == "V"))
    if found is None:
        raise InputError(
            f"no machine-readable zone has {lines} lines of {width} characters",
            remedy=SHAPES,
        )
    return found
