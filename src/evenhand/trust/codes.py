"""Member codes: ISO 3166-1 alpha-3 and the ICAO 9303 organisation codes, by form.

Knows:    that a code is three capital letters (ITA, PHL, XPO for INTERPOL).
Told:     codes by rosters, keys and command lines.
Answers:  nothing, or a refusal.
Trusted:  yes: codes name folders, keys and ledgers.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.ground.errors import InputError

_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)


def check_member_code(code: str) -> None:
    """Refuse what is not three capital letters (ICAO 9303 part 3 section 5). Raises InputError."""
    if not _CODE.fullmatch(code):
        raise InputError(
            f"not a member code: {code[:20]!r}", remedy="use three capital letters: ITA, PHL, XPO"
        )
