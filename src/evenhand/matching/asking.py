"""What is asked of a listed name before anybody is shown: the bars of a question.

Knows:    how much other evidence can add to a name.
Told:     a question.
Answers:  the row of bars and cuts that kernels take (see candidacy.ASK).
Trusted:  yes: too high a bar is a suspect waved through.
"""

from __future__ import annotations

from typing import Final

from evenhand.matching.bands import POSSIBLE_MIN
from evenhand.matching.contract import Query
from evenhand.matching.evidence import DATE_EQUAL, NATION_EQUAL, SEX_EQUAL
from evenhand.matching.facts import facts_asked, least_for, points_for
from evenhand.matching.scorer import POINTS_PER_UNIT

ALONE_BARS: Final = (40, 90, 30)
"""Share, least weight and toll (see candidacy.enough) of a name beside which no birth date is known."""
DATED_BARS: Final = (40, 50, 0)
"""The same where both birth dates are known and may agree."""
LOOSE_BARS: Final = (55, 0, 0)
"""The same where every name that is somehow like the asked one is wanted, to measure."""
WIDE_BARS: Final = (25, 50, 0)
"""The same where those bring nobody above the cut-off: one given name in common is enough to be looked at."""
WIDE_POINTS: Final = 3 * POINTS_PER_UNIT // 2
"""What the score of a name that only WIDE_BARS bring is told less: the trees learned little of names so far apart. With
that much 4,200 training questions to a training list put most right people first; none and three units put fewer."""


def ask_of(query: Query) -> tuple[int, ...]:
    """Return the bars and cuts (see candidacy.ASK) below which no name can make a candidate of this question."""
    bonus = (NATION_EQUAL if query.nationalities else 0) + (0 if query.sex == "U" else SEX_EQUAL)
    dates, papers = query.birth_date is not None, bool(query.documents)
    facts = facts_asked(query.sex, query.nationalities, papers=papers, dated=dates)
    floor = least_for(looked_at=dates or papers)
    alone = max(floor, points_for(POSSIBLE_MIN - bonus))
    if query.birth_date is None:
        return (*ALONE_BARS, alone, *ALONE_BARS, alone, 0, facts)
    dated = max(floor, points_for(POSSIBLE_MIN - bonus - DATE_EQUAL))
    return (*ALONE_BARS, alone, *DATED_BARS, dated, int(query.birth_date[:4]), facts)
