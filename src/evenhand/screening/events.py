"""What happens in an encounter and around it, as the decision ledger records it.

Knows:    every act, message, custody step, crossing and declared exception; who, where and when.
Told:     by posts, members and their drivers, one event at a time.
Answers:  closed, tagged structs that print back the bytes they were read from.
Trusted:  for their form only: rules judge what they say.

Events of notices, redress and audit are in `screening.notice_events`. Instants are UTC milliseconds since
1970. Persons appear as tokens: a salted commitment that is equal for one person within one member.
Source: PROCEDURE sections 3 and 4.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.ground.errors import InputError
from evenhand.notices.model import Action

Outcome = Literal["POSITIVE", "INCONCLUSIVE", "NEGATIVE"]
Answer = Literal["CONFIRM", "DENY", "WITHDRAW", "MORE_INFO"]
Status = Literal["PUBLISHED", "SUSPENDED", "BLOCKED", "REVIEW_DUE", "EXPIRED", "WITHDRAWN", "ERASED"]
Urgency = Literal["FLASH", "URGENT", "ROUTINE"]
ReportField = Literal[
    "located", "place_time_reason", "route", "companions", "identity", "vehicle", "objects",
    "circumstances", "requested",
]  # fmt: skip
Identifier = Literal["name", "birth_date", "sex", "document", "biometric", "nationality", "mark", "contact"]


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
            tag_field="kind"):  # fmt: skip
    """What every event carries; `officer` is an opaque id, empty where software acted alone."""

    event_id: str
    at_ms: int
    member: str
    unit: str
    officer: str = ""
    encounter: str = ""

    def __post_init__(self) -> None:
        """Refuse an event that nobody could cite. Raises InputError."""
        if not self.event_id or not self.member or self.at_ms < 0:
            raise InputError("an event needs an id, a member and an instant after 1970")


class QueryMade(Event, frozen=True, kw_only=True):
    """State 0: somebody is looked up. `terms` and `view` are digests; ages in milliseconds."""

    authority: str = ""
    post: str = ""
    device: str = ""
    purpose: str = ""
    legal_basis: str = ""
    terms: str = ""
    view: str = ""
    view_age_ms: int = 0
    offline: bool = False
    person: str = ""
    document: str = ""
    redress_number: str = ""
    categories: tuple[str, ...] = ()
    lane: str = ""
    nationality: str = ""
    sex: str = ""
    age_band: str = ""


class PersonAsked(Event, frozen=True, kw_only=True, gc=False):
    """Somebody was looked up outside an encounter: by a program, a list, or at a desk.

    `reference` is the crossing, boarding or case it belongs to, `via` the way it came. `terms` and `person` are keyed
    tokens: the exact terms are kept only where something was found (`found` counts the notices shown, `suppressed`
    those this person was cleared of).
    """

    authority: str = ""
    purpose: str = ""
    legal_basis: str = ""
    reference: str = ""
    via: str = ""
    terms: str = ""
    view: str = ""
    person: str = ""
    categories: tuple[str, ...] = ()
    found: int = 0
    suppressed: int = 0


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One notice shown: its key (`ITA:0123…`), version, and what it asked for when it was shown.

    `lower_action` is the fallback or flag that applies at this member, where there is one.
    """

    notice: str
    version: int
    action: Action
    lower_action: Action | None = None
    terrorism: bool = False


class CandidatesShown(Event, frozen=True, kw_only=True):
    """States 1 and 2: the answer; no candidates means no hit. `suppressed` counts cleared pairs."""

    candidates: tuple[Candidate, ...] = ()
    suppressed: int = 0
    matcher: str = ""
    carrier: bool = False


class CandidateOpened(Event, frozen=True, kw_only=True):
    """State 3 begins: an officer reads the evidence for and against."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One identifier compared with the person or document in hand."""

    identifier: Identifier
    agrees: bool


class Verified(Event, frozen=True, kw_only=True):
    """State 4: `officer` decided; `second` is the second person; `available` could have been compared."""

    notice: str
    outcome: Outcome
    compared: tuple[Comparison, ...] = ()
    available: tuple[Identifier, ...] = ()
    second: str = ""
    supervisor: str = ""
    grounds: str = ""


class PairCleared(Event, frozen=True, kw_only=True):
    """A cleared pair was written: this person, with this document if any, is not the subject of this notice."""

    notice: str
    person: str
    basis: str
    document: str = ""


class LiveChecked(Event, frozen=True, kw_only=True):
    """State 5: the originator's ledger was asked now (`reached`), or the copy's age was noted."""

    notice: str
    version: int
    status: Status
    reached: bool = True
    view_age_ms: int = 0
    flag: Action | None = None
    protected: bool = False
    compatible: bool = True


class OriginatorContacted(Event, frozen=True, kw_only=True):
    """State 6: a message to the originator; `about` says whether it asks or tells.

    `without` are members whose word on protection was awaited in vain (rule P-03).
    """

    notice: str
    message: str
    about: Literal["CONFIRMATION", "NEGATIVE", "ERROR"] = "CONFIRMATION"
    urgency: Urgency = "ROUTINE"
    reason: str = ""
    without: tuple[str, ...] = ()


class MessageReceived(Event, frozen=True, kw_only=True):
    """The originator's node has the message: `member` is the originator."""

    message: str


class OriginatorAnswered(Event, frozen=True, kw_only=True):
    """State 7: `member` and `officer` are the originator's."""

    notice: str
    message: str
    answer: Answer
    version: int


class ActionAuthorised(Event, frozen=True, kw_only=True):
    """State 8: `officer` is the authoriser; `independent` marks a domestic ground of its own for a hold."""

    action: Action
    legal_basis: str = ""
    proportionality: str = ""
    independent: bool = False


class ActionTaken(Event, frozen=True, kw_only=True):
    """State 9 begins. A NO BOARD message names a `telephone` that a person answers."""

    action: Action
    place: str = ""
    force: str = "none"
    telephone: str = ""
    subject_told: bool = False
    child: bool = False


class ActionEnded(Event, frozen=True, kw_only=True):
    """The action is over; after a hold or arrest the person is free or handed over."""

    how: Literal["RELEASED", "HANDED_OVER", "DONE"] = "DONE"


CustodyAct = Literal[
    "REASONS", "LANGUAGE", "LAWYER_NOTICE", "CONSULAR_OFFER", "ASYLUM_CLAIMED", "ASYLUM_PASSED_ON", "JUDGE"
]


class CustodyStep(Event, frozen=True, kw_only=True):
    """One guarantee of a person deprived of liberty was given, claimed or passed on."""

    act: CustodyAct
    note: str = ""


class ReportItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of the nine items: a text, or why it was not obtained."""

    item: ReportField
    text: str = ""
    not_obtained_because: str = ""


class HitReported(Event, frozen=True, kw_only=True):
    """State 10: the nine items, to the originator; `without` as in the contact."""

    notice: str
    items: tuple[ReportItem, ...]
    without: tuple[str, ...] = ()


class FollowedUp(Event, frozen=True, kw_only=True):
    """State 11: what came of it. `leaflet` is empty for a discreet notice."""

    outcome: Literal["UPDATED", "DELETED", "JUSTIFIED", "HANDED_OVER"]
    leaflet: str = ""


class EncounterClosed(Event, frozen=True, kw_only=True):
    """State 12: `reviewer_unit` looked at it, or is empty where no review was owed."""

    reviewer_unit: str = ""


class SideStateEntered(Event, frozen=True, kw_only=True):
    """A fact that changes what may be done: misuse of the identity, protection, open redress."""

    side: Literal["MISUSED_IDENTITY", "PROTECTED_PERSON", "REDRESS_OPEN"]
    notice: str
    until_ms: int | None = None


MovementKind = Literal["CROSSING", "BOARDING", "CASE"]


class Movement(Event, frozen=True, kw_only=True):
    """A crossing or boarding took place, or a case stands open, for a person at a lane."""

    what: MovementKind
    person: str
    lane: str = ""
    systematic: bool = False
    nationality: str = ""
    sex: str = ""
    age_band: str = ""


class DataReleased(Event, frozen=True, kw_only=True):
    """Data of a notice left the unit for `recipient`: a member's code, or a name outside.

    `outside_audience`: a member to whom the originator did not release it.
    """

    notice: str
    recipient: str
    reach: Literal["MEMBER", "DOMESTIC", "CARRIER", "PUBLIC"] = "MEMBER"
    outside_audience: bool = False


class ExceptionDeclared(Event, frozen=True, kw_only=True):
    """An outage, imminent danger to life, or a member's silence on protection; counted and published.

    It has a reason and a second person; PARTNER_SILENT is declared with the message that could not wait (P-03).

    It covers findings of its member on the named encounter or notice, or of the whole `unit` when both
    are empty, from `from_ms` to `until_ms`. `rules` empty means every rule. `silent` are the members whose word
    was awaited in vain.
    """

    code: Literal["OUTAGE", "DANGER_TO_LIFE", "PARTNER_SILENT"]
    reason: str
    second: str
    from_ms: int
    until_ms: int
    notice: str = ""
    rules: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
