"""How old this node's copy is, said beside every answer that has no place of its own for it.

Knows:    the headers that say it.
Told:     requests in others' forms: of OpenSanctions, of OpenRefine, of carriers.
Answers:  the age by this node's own clock, and its headers.
Trusted:  yes: silence of an old copy is no answer, and whoever reads it must be able to tell.

Source: PROCEDURE section 3: a copy older than 15 minutes is shown as stale.
"""

from __future__ import annotations

from evenhand.api.rows import Asked
from evenhand.node.answering import Freshness
from evenhand.node.searching import freshness_here


def age_here(asked: Asked) -> Freshness:
    """Return how old the copy is that answers a request: once for each, whatever it holds."""
    member = asked.site.member
    return freshness_here(member, member.clock.now_ms())


def age_told(age: Freshness) -> dict[str, str]:
    """Return an age as headers. Seconds are left out where a partner was not heard since the node started."""
    said = {"Evenhand-Stale": "true" if age.stale else "false"}
    return said if age.oldest_seconds is None else {**said, "Evenhand-Oldest-Seconds": f"{age.oldest_seconds}"}
