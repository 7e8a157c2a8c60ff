"""Check digits of machine-readable zones: weights 7, 3, 1 over digits, letters and fillers, modulo 10.

Knows:    ICAO 9303 part 3 section 4.9.
Told:     characters A-Z, 0-9 and <.
Answers:  one digit.
Trusted:  yes: it finds misreading, not forgery; some double errors cancel out.

Character values are taken modulo 10 by one table, packed as base-256 places of an integer, and folded
modulo 256**3 - 1, which adds every third place. So a field costs one division, whatever its length.
"""

from __future__ import annotations

from typing import Final

CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
INVALID: Final = 255
VALUES: Final = bytes(
    CHARACTERS.index(chr(code)) % 36 % 10 if chr(code) in CHARACTERS else INVALID for code in range(256)
)
"""For `bytes.translate`: each character's value modulo 10; < counts 0; 255 marks what a zone cannot hold."""
LANES: Final = 256**3 - 1
"""Modulo this, the packed values of a field fold into three sums: of every first, second and third place."""
DIGITS_MAX: Final = 84
"""Characters at a time: 28 nines fill a place (252), and a zone's longest check spans 39."""


def digit_of_values(values: bytes) -> int:
    """Return the check digit of a field given by `VALUES`, whose length is a multiple of three."""
    folded = int.from_bytes(values, "big") % LANES
    return ((folded >> 16) * 7 + (folded >> 8 & 255) * 3 + (folded & 255)) % 10


def check_digit(text: str) -> str:
    """Return the check digit of at most `DIGITS_MAX` characters of a zone."""
    return str(digit_of_values(text.ljust(-(-len(text) // 3) * 3, "<").encode("ascii").translate(VALUES)))
