"""What the decision ledger records: events, exact terms, looks of staff, cleared pairs, findings, deletions.

Knows:    each kind of record, how long its payload is kept, and the form of a leaf.
Told:     by the office that writes, and by stores that are read back.
Answers:  canonical bytes, and the same values from them; commitments and leaves.
Trusted:  yes: what does not print back the same is not what was recorded.

A leaf says when something was recorded and how long its payload is kept, and commits to the payload with a
salt of its own. Nothing in it names a person. Instants are UTC milliseconds since 1970. Source: DESIGN
sections 2 and 3; Directive (EU) 2016/680 art 25 (logging); RFC 8785; RFC 6962 (the tree around it).
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.casework.letters import Letter
from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import CorruptionError, InputError
from evenhand.oversight.findings import Finding
from evenhand.screening.cleared import ClearedPair, Evidence
from evenhand.screening.clocks import DAY_MS
from evenhand.screening.notice_events import AnyEvent
from evenhand.trust.note_keys import decode_base64, encode_base64
from evenhand.trust.sealing import SALT_BYTES, commitment

Keeping = Literal["screened", "log", "case", "lasting"]
YEAR_MS: Final = 365 * DAY_MS
KEPT_MS: Final[dict[Keeping, int | None]] = {
    "screened": DAY_MS,
    "log": 3 * YEAR_MS,
    "case": 5 * YEAR_MS,
    "lasting": None,
}
"""How long a payload is kept. `screened`: what a traveller without a hit was asked by (PROCEDURE section 5,
24 h); `log`: queries and views (Regulation (EU) 2018/1862 art 12(4): three years); `case`: encounters with a
candidate, findings, letters (Directive (EU) 2016/681 art 12(1): five years); `lasting`: deletions, which name
nobody."""
_NAME: Final = "decision"


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
              tag_field="record"):  # fmt: skip
    """What every record is."""


class EventRecord(_Record, frozen=True, kw_only=True, tag="event", gc=False):
    """An event that the rules judge. `against` names the rule that refused it, where it was done all the same."""

    event: AnyEvent
    against: str = ""
    offline: bool = False


class FactRecord(_Record, frozen=True, kw_only=True, tag="fact"):
    """What the shared ledger said of a notice when it was shown: the rules know it and do not judge it here."""

    event: AnyEvent


class TermsRecord(_Record, frozen=True, kw_only=True, tag="terms"):
    """The exact terms somebody was looked up by, as canonical JSON; `digest` stands in the query's event.

    `evidence` are the tokens by which the person is known again.
    """

    encounter: str
    digest: str
    terms: str
    evidence: Evidence


class LookRecord(_Record, frozen=True, kw_only=True, tag="look"):
    """Somebody asked for something: who, in which role, what, about what, and whether it was refused."""

    at_ms: int
    officer: str
    role: str
    what: str
    about: str = ""
    refused: str = ""


class JournalRecord(_Record, frozen=True, kw_only=True, tag="journal"):
    """What staff did or looked at outside encounters, as the room that knows it wrote it: canonical JSON."""

    kind: str
    text: str


class PairRecord(_Record, frozen=True, kw_only=True, tag="pair"):
    """A cleared pair with the evidence it rests on."""

    pair: ClearedPair


class LetterRecord(_Record, frozen=True, kw_only=True, tag="letter"):
    """A letter between members, as written here (`outgoing`) or received; the outbox is read off these."""

    letter: Letter
    outgoing: bool
    at_ms: int


class LetterStep(_Record, frozen=True, kw_only=True, tag="letter_step"):
    """What became of a letter here: it was read by somebody, or lay unread too long and was escalated."""

    letter: str
    act: Literal["READ", "ESCALATED"]
    at_ms: int
    officer: str = ""


class OverdueRecord(_Record, frozen=True, kw_only=True, tag="overdue"):
    """A duty's last instant passed; written once for each duty and deadline."""

    encounter: str
    act: str
    about: str
    by_ms: int


class FindingRecord(_Record, frozen=True, kw_only=True, tag="finding"):
    """A finding as it was opened, excepted or retracted."""

    finding: Finding


class FindingStep(_Record, frozen=True, kw_only=True, tag="finding_step"):
    """What a member said of a finding about itself, to its own oversight: an answer that is due in 72 hours."""

    finding: str
    act: Literal["EXPLAINED"]
    at_ms: int
    officer: str
    reason: str


class DeletionRecord(_Record, frozen=True, kw_only=True, tag="deletion"):
    """Payloads of one keeping recorded before an instant are deleted, in entries below `through`."""

    keeping: Keeping
    before_ms: int
    through: int
    count: int
    at_ms: int


Decision = (
    EventRecord | FactRecord | TermsRecord | LookRecord | JournalRecord | PairRecord | LetterRecord | LetterStep
    | OverdueRecord | FindingRecord | FindingStep | DeletionRecord
)  # fmt: skip
_DECODER: Final[msgspec.json.Decoder[Decision]] = msgspec.json.Decoder(Decision)


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaf of the decision ledger. `at_ms` is when it was recorded, by this machine's clock."""

    at_ms: int
    commitment: str
    format: Literal[1]
    keeping: Keeping


_LEAF: Final = msgspec.json.Decoder(Leaf)


def encode_decision(record: Decision) -> bytes:
    """Print a record as canonical JSON."""
    return canonical_bytes(record)


def require_readable(record: Decision) -> None:
    """Say before it is written what could not be read again: one such entry, and no start reads past it.

    Values are not checked when a struct is made of them. Raises InputError.
    """
    try:
        _DECODER.decode(encode_decision(record))
    except UNREADABLE as error:
        raise InputError("this cannot be recorded as it is, and nothing was done", why=str(error)) from error


def decode_decision(text: bytes) -> Decision:
    """Read a record. Raises CorruptionError: nobody but this node wrote it."""
    try:
        return _DECODER.decode(text)
    except UNREADABLE as error:
        raise CorruptionError("a recorded decision cannot be read", why=str(error)) from error


def print_leaf(at_ms: int, keeping: Keeping, committed: bytes) -> bytes:
    """Return a leaf: canonical JSON with its four names in order."""
    return b'{"at_ms":%d,"commitment":"%b","format":1,"keeping":"%b"}' % (
        at_ms, encode_base64(committed).encode(), keeping.encode()
    )  # fmt: skip


def parse_leaf(data: bytes) -> Leaf:
    """Read a leaf. Raises CorruptionError unless it prints back the same."""
    try:
        leaf = _LEAF.decode(data)
        if print_leaf(leaf.at_ms, leaf.keeping, decode_base64(leaf.commitment)) == data:
            return leaf
    except (*UNREADABLE, ValueError) as error:
        raise CorruptionError("a leaf of the decision ledger cannot be read", why=str(error)) from error
    raise CorruptionError("a leaf of the decision ledger is not as it was printed")


def commit(salt: bytes, text: bytes) -> bytes:
    """Return the salted commitment to a payload's text."""
    return commitment(salt, _NAME, text)


def split_payload(payload: bytes) -> tuple[bytes, bytes]:
    """Cut a stored payload into its salt and its text."""
    return payload[:SALT_BYTES], payload[SALT_BYTES:]
