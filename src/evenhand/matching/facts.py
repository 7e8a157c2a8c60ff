# ruff: noqa: ANN401
"""What is known of somebody beside names, in sixteen bits, and the least that a name must say beside it.

Knows:    what sex, nationality and birth date weigh (`evidence`), and how strength is made of all (`bands`).
Told:     those of a question and those of a listed person.
Answers:  the cut of log odds below which a name makes nobody a candidate, never too high.
Trusted:  yes: too high a cut is a suspect waved through.

Whoever reaches the cut is decoded, weighed and put into words, which takes longer than the comparison that found the
name. So the cut is that of this person, not of whoever might agree in everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from evenhand.identity.person import Sex
from evenhand.matching.alike import int64
from evenhand.matching.bands import NAME_SHARE, POSSIBLE_MIN
from evenhand.matching.evidence import DATE_EQUAL, NATION_CONFLICT, NATION_EQUAL, SEX_CONFLICT, SEX_EQUAL
from evenhand.matching.kernels import jit
from evenhand.matching.scorer import CUT_POINTS, FULL_POINTS, LOOK_MIN, NAME_MIN

WHOLE_CUT: Final = -1
"""Facts of a question whose cut is the same beside every person: it is read in several ways, or its cut was given."""
_SEX: Final = 3
_SEXES: Final[dict[Sex, int]] = {"F": 1, "M": 2}
_PAPERS: Final = 4
_NATIONS: Final = 3
"""Bits before those of nationalities."""
_NATION_BITS: Final = 12
_LOOKED_AT: Final = 1 << 16
"""Of a question alone: something beside the name is asked, so that a name may say as little as LOOK_MIN."""
NEVER: Final = 1 << 40
"""A cut that no name reaches."""
_UNKNOWN, _EQUAL, _CONFLICT = 0, 1, 2


def facts_of(sex: Sex, nationalities: Sequence[str], *, papers: bool) -> int:
    """Return sex, nationalities, and whether there are documents, in fifteen bits; two nations may share a bit."""
    nations = 0
    for code in nationalities:
        nations |= 1 << crc32(code.encode()) % _NATION_BITS
    return _SEXES.get(sex, 0) | _PAPERS * papers | nations << _NATIONS


def facts_asked(sex: Sex, nationalities: Sequence[str], *, papers: bool, dated: bool) -> int:
    """Return what a question tells beside names, for `cut_beside`."""
    return facts_of(sex, nationalities, papers=papers) | _LOOKED_AT * (papers or dated)


def points_for(strength: int) -> int:
    """Return the log odds a name needs so that its strength, with NAME_SHARE of it counted, reaches `strength`."""
    score = -(-strength * 100 // NAME_SHARE)
    return CUT_POINTS - ((NAME_MIN - score) * (FULL_POINTS - CUT_POINTS)) // (1000 - NAME_MIN)


def least_for(*, looked_at: bool) -> int:
    """Return the log odds that a name needs whatever else agrees; less where it is looked at beside other evidence."""
    return points_for((LOOK_MIN if looked_at else NAME_MIN) * NAME_SHARE // 100)


def cuts() -> NDArray[np.int64]:
    """Return cuts in log odds, by: more than a name is asked; a birth date may agree; sex; nationality."""
    found = np.full((2, 2, 3, 3), NEVER, np.int64)
    for looked_at in range(2):
        for dated in range(2):
            for sex, says in enumerate((0, SEX_EQUAL, SEX_CONFLICT)):
                for nation, adds in enumerate((0, NATION_EQUAL, NATION_CONFLICT)):
                    wanted = POSSIBLE_MIN - says - adds - DATE_EQUAL * dated
                    if wanted <= 10 * NAME_SHARE:  # the most that a name alone is worth
                        floor = least_for(looked_at=bool(looked_at))
                        found[looked_at, dated, sex, nation] = max(floor, points_for(wanted))
    return found


@jit
def cut_beside(table: Any, whole: int, asked: int, listed: int, dated: int) -> int:
    """Return the cut for a person: of `table` (see cuts) by what both know; `whole` where that does not say.

    Documents in hand may agree with listed ones, and be worth anything.
    """
    if asked < 0 or asked & listed & _PAPERS:
        return int(whole)
    sex = nation = int64(_UNKNOWN)
    if asked & _SEX and listed & _SEX:
        sex = int64(_EQUAL) if asked & _SEX == listed & _SEX else int64(_CONFLICT)
    mine, theirs = (asked & _LOOKED_AT - 1) >> _NATIONS, listed >> _NATIONS
    if mine and theirs:
        nation = int64(_EQUAL) if mine & theirs else int64(_CONFLICT)
    return int(table[int64(asked & _LOOKED_AT != 0), dated, sex, nation])
