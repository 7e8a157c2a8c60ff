"""What two members write to each other about one encounter, inside a sealed entry of the ledger.

Knows:    hit messages, answers, receipts, reports, follow-ups, reminders, findings S1; which are urgent.
Told:     by the office of a member, or opened from a partner's ledger.
Answers:  closed, tagged structs that print back the same; the urgency of each.
Trusted:  for their form only: a partner may write anything.

Source: PROCEDURE section 3 states 6, 7, 10 and 11; Regulation (EU) 2018/1862 art 48 (hit messages).
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.oversight.findings import FindingState
from evenhand.screening.events import Answer, Comparison, ReportItem, Urgency


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
            tag_field="body"):  # fmt: skip
    """What a letter says."""


class Hit(_Body, frozen=True, kw_only=True, tag="hit"):
    """State 6: somebody who may be the subject is here; please confirm. `held` says that a person waits."""

    version: int
    outcome: str
    compared: tuple[Comparison, ...]
    held: bool
    reason: str
    reach: str = ""


class Cleared(_Body, frozen=True, kw_only=True, tag="cleared"):
    """State 4: the person here is not the subject of the notice."""

    version: int
    grounds: str


class Fault(_Body, frozen=True, kw_only=True, tag="fault"):
    """Evidence of an error in the notice (PROCEDURE section 2)."""

    version: int
    evidence: str


class Reply(_Body, frozen=True, kw_only=True, tag="reply"):
    """State 7: an officer of the originator answers the letter `to_letter`."""

    to_letter: str
    answer: Answer
    version: int
    officer: str
    text: str = ""


class Arrived(_Body, frozen=True, kw_only=True, tag="arrived"):
    """The node has the letter; written by software, and says nothing of people."""

    to_letter: str


class Report(_Body, frozen=True, kw_only=True, tag="report"):
    """State 10: the nine items."""

    items: tuple[ReportItem, ...]
    action: str


class FollowUp(_Body, frozen=True, kw_only=True, tag="follow_up"):
    """State 11: what came of it."""

    outcome: str
    text: str = ""


class Reminder(_Body, frozen=True, kw_only=True, tag="reminder"):
    """An urgent letter is still unread: sent once, ahead of other traffic."""

    to_letter: str


class Breach(_Body, frozen=True, kw_only=True, tag="breach"):
    """A finding S1 that concerns both (PROCEDURE section 4): it names member and unit, and never an officer.

    `state` says whether it stands, was excepted, or was taken back since.
    """

    finding: str
    rule: str
    member: str
    unit: str
    found: str
    since_ms: int
    at_ms: int
    state: FindingState = "OPEN"


Body = Hit | Cleared | Fault | Reply | Arrived | Report | FollowUp | Reminder | Breach


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One letter. `encounter` is the writer's own opaque id; a reply keeps the id of what it answers."""

    letter: str
    sender: str
    recipient: str
    encounter: str
    notice: str
    urgency: Urgency = "ROUTINE"
    content: Body


_CODEC: Final[Codec[Letter]] = Codec(Letter)


def print_letter(letter: Letter) -> bytes:
    """Print a letter as canonical JSON."""
    return _CODEC.encode(letter)


def parse_letter(data: bytes) -> Letter:
    """Read a letter. Raises InputError unless it prints back the same."""
    return _CODEC.decode(data)


def awaits_reader(letter: Letter) -> bool:
    """Say whether a person must read this letter: all but receipts."""
    return not isinstance(letter.content, Arrived | Reminder)


def is_urgent(letter: Letter) -> bool:
    """Say whether it travels ahead of others and escalates while unread."""
    return letter.urgency != "ROUTINE"
