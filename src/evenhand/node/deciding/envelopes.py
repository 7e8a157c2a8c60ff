"""Envelopes: how a letter of an encounter goes into the shared ledger, sealed to the two of them.

Knows:    topic, thread and label of a letter; the receipt that answers one.
Told:     letters.
Answers:  what is published for each.
Trusted:  yes: a label too wide shows a person's encounter to others.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.casework.letters import Arrived, Letter, is_urgent, print_letter
from evenhand.ground.canonical import digest
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Message

TOPIC: Final = "encounter.letter"
ARRIVED: Final = "-arrived"
_THREAD_DIGITS: Final = 32
_ID: Final = re.compile(r"[0-9a-f]{32}")


def outgoing(letter: Letter) -> Outgoing:
    """Return a letter as it is published. A post may have called its encounter anything: the thread is always an id."""
    named = letter.encounter or letter.letter[:_THREAD_DIGITS]
    message = Message(
        thread=named if _ID.fullmatch(named) else digest(named).hex()[:_THREAD_DIGITS], to=letter.recipient,
        topic=TOPIC, body=print_letter(letter).decode("utf-8"), urgent=is_urgent(letter),
    )  # fmt: skip
    return Outgoing(message, match_label=",".join(sorted((letter.sender, letter.recipient))))


def receipt(letter: Letter) -> Letter:
    """Return the receipt that a node writes by itself: it says nothing of people."""
    return Letter(
        letter=letter.letter + ARRIVED, sender=letter.recipient, recipient=letter.sender,
        encounter=letter.encounter, notice=letter.notice, urgency=letter.urgency,
        content=Arrived(to_letter=letter.letter),
    )  # fmt: skip
