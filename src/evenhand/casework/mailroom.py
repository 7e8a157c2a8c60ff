"""The mailroom: letters between members, which of them wait to be sent, and which lie unread.

Knows:    every letter written or received here, and what became of it.
Told:     letter records in the order of the decision book.
Answers:  what is still to be sent, what waits for a reader, and what must be escalated now, once.
Trusted:  yes: a decisive message that lies unread keeps a person in a cell.

Sending twice is impossible: a letter's id is decided before it is sent, and the shared ledger tells which
ids were sent. Source: PROCEDURE section 3 state 7; DESIGN section 11 (a message unread for five days).
"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from evenhand.casework.letters import Hit, Letter, Reminder, Reply, awaits_reader, is_urgent
from evenhand.casework.records import LetterRecord, LetterStep

REMINDER: Final = "-reminder"


class Kept(msgspec.Struct, kw_only=True):
    """A letter here and what became of it; `answered` by a reply, sent or received."""

    record: LetterRecord
    read_by: str = ""
    escalated: bool = False
    answered: bool = False

    @property
    def letter(self) -> Letter:
        """The letter itself."""
        return self.record.letter


class Mailroom:
    """The letters of one member."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.to_send: dict[str, Letter] = {}
        """Outgoing letters not yet seen in our own shared ledger."""

    def take(self, record: LetterRecord) -> None:
        """Keep a letter."""
        letter = record.letter
        self.kept.setdefault(letter.letter, Kept(record=record))
        if record.outgoing and letter.recipient != letter.sender:
            self.to_send[letter.letter] = letter
        if isinstance(letter.content, Reply) and letter.content.to_letter in self.kept:
            self.kept[letter.content.to_letter].answered = True

    def note(self, step: LetterStep) -> None:
        """Note that a letter was read or escalated."""
        kept = self.kept.get(step.letter)
        if kept is not None:
            kept.read_by = step.officer if step.act == "READ" else kept.read_by
            kept.escalated = kept.escalated or step.act == "ESCALATED"

    def forget(self, before_ms: int) -> None:
        """Forget letters kept before an instant: their records are deleted."""
        self.kept = {key: one for key, one in self.kept.items() if one.record.at_ms >= before_ms}
        self.to_send = {key: one for key, one in self.to_send.items() if key in self.kept}

    def was_sent(self, letter: str) -> None:
        """Note that a letter stands in our shared ledger."""
        self.to_send.pop(letter, None)

    def unread(self) -> list[Kept]:
        """Return the letters that wait for a reader: escalated ones first, then urgent ones, then by age."""
        waiting = [
            kept for kept in self.kept.values()
            if (not kept.record.outgoing or kept.letter.recipient == kept.letter.sender)
            and not kept.read_by and awaits_reader(kept.letter)
        ]  # fmt: skip
        return sorted(waiting, key=lambda one: (not one.escalated, not is_urgent(one.letter), one.record.at_ms))

    def to_escalate(self, now_ms: int, within_ms: int) -> list[Kept]:
        """Return urgent letters that lie too long: received and unread, or sent and unanswered."""
        return [
            kept for kept in self.kept.values()
            if is_urgent(kept.letter) and not kept.escalated and kept.record.at_ms + within_ms < now_ms
            and self._lies(kept)
        ]  # fmt: skip

    @staticmethod
    def _lies(kept: Kept) -> bool:
        if kept.record.outgoing and kept.letter.recipient != kept.letter.sender:
            return isinstance(kept.letter.content, Hit) and not kept.answered
        return not kept.read_by and awaits_reader(kept.letter)


def reminder_of(letter: Letter) -> Letter:
    """Return the one reminder of a letter, ahead of all other traffic."""
    return Letter(
        letter=letter.letter + REMINDER, sender=letter.sender, recipient=letter.recipient,
        encounter=letter.encounter, notice=letter.notice, urgency="FLASH", content=Reminder(to_letter=letter.letter),
    )  # fmt: skip


class Counts(Protocol):
    """What counts letters: figures of one month or of several."""

    def asked_us(self, message: str, at_ms: int, *, held: bool) -> None:
        """Count a hit message about a notice of ours."""
        ...

    def replied(self, message: str, at_ms: int) -> None:
        """Note an answer of ours."""
        ...


def count_letter(counts: Counts, record: LetterRecord, own: str) -> None:
    """Count what others asked us and when we answered: of our own posts' questions events tell already."""
    letter, content = record.letter, record.letter.content
    if isinstance(content, Hit) and not record.outgoing and letter.sender != own:
        counts.asked_us(letter.letter, record.at_ms, held=content.held)
    elif isinstance(content, Reply) and record.outgoing and letter.recipient != own:
        counts.replied(content.to_letter, record.at_ms)
