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
from evenhand.node.deciding.hearing import hear
from evenhand.node.deciding.sheltering import take_word
from evenhand.node.post import Handler, collect, unhandled
from evenhand.node.redress.letters import obey, take_block, take_decision, take_position, take_request
from evenhand.node.redress.numbers import tidy
from evenhand.node.redress.objecting import take_objection
from evenhand.node.redress.protection import take_question
from evenhand.node.redress.watching import watch
from evenhand.node.site import Site

TOPICS: Final[dict[str, Handler]] = {
    "case.review": take_review,
    "case.verdict": take_verdict,
    "error.report": take_error,
    "error.answer": take_error,
    "redress.request": take_request,
    "redress.position": take_position,
    "redress.block": take_block,
    "redress.decided": take_decision,
    "protection.ask": take_question,
    "protection.object": take_objection,
    "protection.tell": take_word,
}


def look(site: Site) -> int:
    """Handle every message that came in, do what redress elsewhere decided, and see who is hunted; say how many.

    The rules hear of every notice that came.
    """
    hear(site)
    return collect(site, TOPICS) + obey(site) + tidy(site) + watch(site)


def settle(site: Site) -> bool:
    """Look into the post, and say whether nothing is left for the next look."""
    look(site)
    return not unhandled(site, TOPICS) and not site.casework.heard.waiting
