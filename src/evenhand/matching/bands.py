"""From evidence to strength and band.

Knows:    the cut-offs, and that a name alone is never strong.
Told:     a name score and reasons with weights, all in thousandths.
Answers:  strength 0 … 1000 and its band, or None below the lower cut-off.
Trusted:  yes: the cut-offs are part of the signed matcher version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evenhand.matching.contract import STRENGTH_MAX, Band, Reason
from evenhand.matching.evidence import DATE_ONE_DIGIT, DOCUMENT_EQUAL

NAME_SHARE: Final = 84
"""Hundredths of the strength that a name can give: equal names are worth a look, never strong."""
POSSIBLE_MIN: Final = 600
STRONG_MIN: Final = 850
WEAK_NAME_MAX: Final = 700
"""The most a kunya, a nickname or a low-quality alias can say by itself."""


def weigh(name_score: int, *, weak_name: bool, reasons: Sequence[Reason]) -> int:
    """Add a name score (0 … 1000, 0: no name agrees) and other evidence to a strength 0 … 1000.

    `weak_name`: the best name is a low-quality alias, nickname or kunya.
    """
    documents = [reason.weight for reason in reasons if reason.field == "document"]
    rest = [reason.weight for reason in reasons if reason.field not in ("document", "name")]
    confirmed = any(weight >= DATE_ONE_DIGIT for weight in rest) and not weak_name
    total = name_score * NAME_SHARE // 100 if name_score else 0
    if weak_name:
        total = min(total, WEAK_NAME_MAX)
    if name_score:
        total += sum(rest) + sum(weight for weight in documents if weight < POSSIBLE_MIN)
    if not confirmed:
        total = min(total, STRONG_MIN - 1)
    strongest = max(documents, default=0)
    if strongest >= DOCUMENT_EQUAL:
        total = max(total, strongest)
    elif strongest >= POSSIBLE_MIN:
        total = max(total, strongest, min(total + DATE_ONE_DIGIT, STRENGTH_MAX))
    return max(0, min(STRENGTH_MAX, total))


def band_of(strength: int) -> Band | None:
    """Return the band of a strength; None below the lower cut-off."""
    if strength >= STRONG_MIN:
        return "strong"
    return "possible" if strength >= POSSIBLE_MIN else None
