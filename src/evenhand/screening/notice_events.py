"""What happens to notices, requests, members and their audit, as the rules need to know it.

Knows:    submission to erasure, acknowledgements, redress, registrations, and audit contacts.
Told:     by members and their drivers, one event at a time.
Answers:  closed, tagged structs; with `screening.events` the whole stream, and its codec.
Trusted:  for their form only: rules judge what they say.

Source: PROCEDURE sections 2, 4 and 5.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import InputError
from evenhand.notices.model import Action
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    CandidateOpened,
    CandidatesShown,
    CustodyStep,
    DataReleased,
    EncounterClosed,
    Event,
    ExceptionDeclared,
    FollowedUp,
    HitReported,
    LiveChecked,
    MessageReceived,
    Movement,
    OriginatorAnswered,
    OriginatorContacted,
    PairCleared,
    PersonAsked,
    QueryMade,
    SideStateEntered,
    Status,
    Verified,
)

ApprovalRole = Literal["NATIONAL", "LEGAL", "COMPLIANCE"]
MANDATORY: Final = (
    "name", "birth_date", "sex", "nationality", "legal_basis", "decision_reference", "issuing_authority",
    "offence", "penalty_threshold", "action", "fallback", "proportionality", "review_date", "handling",
    "audience",
)  # fmt: skip
"""Statements every notice makes before publication (PROCEDURE section 2); "unknown" may be one."""


class NoticeSubmitted(Event, frozen=True, kw_only=True):
    """An author (`officer`) asks for review; `resubmission` of a refused notice says whether facts are new."""

    notice: str
    resubmission: bool = False
    new_facts: bool = False


class NoticeApproved(Event, frozen=True, kw_only=True):
    """An approver (`officer`) signed one of the approvals."""

    notice: str
    version: int
    role: ApprovalRole


class NoticeRefused(Event, frozen=True, kw_only=True):
    """The reviewer refused the notice, with a reason."""

    notice: str
    reason: str


class NoticePublished(Event, frozen=True, kw_only=True):
    """Version `version` is visible to posts; `officer` is the author. `stated` lists what it says.

    `identity` is `cleared.identity_basis` of this version: pairs that rested on another one have lapsed.
    """

    notice: str
    version: int
    action: Action
    fallback: Action
    category: str
    review_by_ms: int
    expires_ms: int
    text: str
    identity: str = ""
    stated: tuple[str, ...] = MANDATORY
    strong_identifier: bool = True
    terrorism: bool = False
    tlp: Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"] = "AMBER"
    audience: tuple[str, ...] = ()


class NoticeStatusChanged(Event, frozen=True, kw_only=True):
    """The originator suspends, blocks, restores, withdraws or erases; or expiry came."""

    notice: str
    status: Status


class NoticeExtended(Event, frozen=True, kw_only=True):
    """A reviewer (`officer`) extended the notice; `text` and `assessment` are digests of the reasons."""

    notice: str
    text: str
    assessment: str
    review_by_ms: int
    expires_ms: int


class NoticeObjected(Event, frozen=True, kw_only=True):
    """A reviewer found that the notice breaks neutrality or a protection against its originator."""

    notice: str
    ground: Literal["NEUTRALITY", "PROTECTION"]


class NoticeFlagged(Event, frozen=True, kw_only=True):
    """This member executes only `action` on its territory; None lifts the flag."""

    notice: str
    action: Action | None


class NoticeAcknowledged(Event, frozen=True, kw_only=True):
    """This member applied a correction (`version`) or a withdrawal or erasure (`status`)."""

    notice: str
    version: int
    status: Status = "PUBLISHED"


class AcknowledgementOwed(Event, frozen=True, kw_only=True):
    """These members have yet to acknowledge a correction (`version`) or a recall (`status`), said at `at_ms`.

    Told of who may read the notice, and only where somebody has not acknowledged at once: who has owes nothing.
    """

    notice: str
    version: int
    owed_by: tuple[str, ...]
    status: Status = "PUBLISHED"


class RedressRequested(Event, frozen=True, kw_only=True):
    """A person asks for access, correction or deletion at `member`; `plausible` requests block."""

    request: str
    notice: str
    what: Literal["ACCESS", "CORRECTION", "DELETION"]
    plausible: bool = False


class RedressBlockDecided(Event, frozen=True, kw_only=True):
    """Whether the block stays was decided."""

    request: str
    upheld: bool


class RedressDecided(Event, frozen=True, kw_only=True):
    """The request was decided by `officer` of `unit` and `member`."""

    request: str
    outcome: Literal["GRANTED", "PARTLY", "REFUSED", "NEITHER_CONFIRM_NOR_DENY"]


class PartiesChanged(Event, frozen=True, kw_only=True):
    """The roster's active members are now these codes."""

    parties: tuple[str, ...]


class EntitlementSet(Event, frozen=True, kw_only=True):
    """`subject` may query these categories for these purposes, from now on."""

    subject: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]


class CharterChanged(Event, frozen=True, kw_only=True):
    """The roster's charter sets these parameters from now on; every other has its default again."""

    parameters: dict[str, int]


class LegalBasisRegistered(Event, frozen=True, kw_only=True):
    """This member's law allows `action` on this basis, as registered with the coalition."""

    action: Action
    legal_basis: str


class ConnectionChanged(Event, frozen=True, kw_only=True):
    """This member's node is, or is no longer, connected to its partners."""

    online: bool


class AuditChecked(Event, frozen=True, kw_only=True):
    """An audit reached this member's decision ledger: what it found, and the clock's skew (signed ms)."""

    problem: Literal["NONE", "GAP", "HASH"] = "NONE"
    skew_ms: int = 0


class ExportRequested(Event, frozen=True, kw_only=True):
    """Oversight asks this member for an export."""

    request: str
    by: str = ""
    what: str = ""


class ExportAnswered(Event, frozen=True, kw_only=True):
    """The export was delivered, or refused."""

    request: str
    refused: bool = False


EncounterEvent = (
    QueryMade | CandidatesShown | CandidateOpened | Verified | PairCleared | LiveChecked
    | OriginatorContacted | MessageReceived | OriginatorAnswered | ActionAuthorised | ActionTaken
    | ActionEnded | CustodyStep | HitReported | FollowedUp | EncounterClosed | SideStateEntered
    | NoticeStatusChanged
)  # fmt: skip
"""What moves one encounter; a notice's change of status is told to each encounter it concerns."""
AnyEvent = (
    EncounterEvent | Movement | PersonAsked | DataReleased | ExceptionDeclared | NoticeSubmitted
    | NoticeApproved | NoticeRefused | NoticePublished | NoticeExtended | NoticeObjected | NoticeFlagged
    | NoticeAcknowledged | AcknowledgementOwed | RedressRequested | RedressBlockDecided | RedressDecided
    | PartiesChanged | CharterChanged | EntitlementSet | LegalBasisRegistered | ConnectionChanged | AuditChecked
    | ExportRequested | ExportAnswered
)  # fmt: skip

_EVENT: Final[msgspec.json.Decoder[AnyEvent]] = msgspec.json.Decoder(AnyEvent)


def encode_event(event: AnyEvent) -> bytes:
    """Print an event as canonical JSON (RFC 8785)."""
    return canonical_bytes(event)


def decode_event(data: bytes) -> AnyEvent:
    """Read an event; anything not exactly as printed is an InputError."""
    try:
        event = _EVENT.decode(data)
    except UNREADABLE as error:
        raise InputError("not a valid event", why=str(error)) from error
    if canonical_bytes(event) != data:
        raise InputError("event is not in canonical form (RFC 8785)")
    return event
