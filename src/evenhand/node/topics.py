"""Which room handles which message of a partner.

Knows:    topics and rooms.
Told:     nothing.
Answers:  one table, and the look into the post that uses it.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Final

from evenhand.node.cases.lifecycle import take_error
from evenhand.node.cases.workflow import take_review, take_verdict
from evenhand.node.post import Handler, collect
from evenhand.node.site import Site

TOPICS: Final[dict[str, Handler]] = {
    "case.review": take_review,
    "case.verdict": take_verdict,
    "error.report": take_error,
    "error.answer": take_error,
}


def look(site: Site) -> int:
    """Handle every message that came in; say how many."""
    return collect(site, TOPICS)
