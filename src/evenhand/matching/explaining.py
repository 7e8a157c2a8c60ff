# ruff: noqa: ANN401, PLR0917
"""How a listed name that was found meets the asked one: the comparison once more, by the words that found it.

Knows:    that words are kept by number on both sides, so that nothing need be read or packed again.
Told:     a question's words, a list, and a reading that was found in it.
Answers:  the features and the aligned words that a reason is made of.
Trusted:  yes: reasons must come from the comparison that decided.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from evenhand.matching.alike import int64
from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.unfolding import unfold


@njit(cache=True, nogil=True)
def explain(words: Any, ids: Any, at_desk: Any, reading: int, row: Any, pairs: Any) -> int:
    """Fill `row` and `pairs` as `compare` does, of a question's words against a reading; return how many pairs.

    `words`, `at_desk`: a question's words and a Desk, in hand; nobody else may be at work at that desk.
    """
    desk = at_desk.value
    listing, room, memo = desk.listing, desk.room, desk.room.memo
    asked, listed = room.asked[0], room.listed[0]
    unfold(words.value, ids, asked)
    unfold(listing.words, listing.ids[listing.start[reading] : listing.start[reading + 1]], listed)
    met = compare(asked, int64(0), listed, int64(0), desk.tables, memo, room.words, row, pairs)
    for form in range(listed.spelling_start[listed.slot_start[1]]):
        for slot in range(SLOTS_MAX):
            memo[listed.number[form], slot] = 0
    return int(met)
