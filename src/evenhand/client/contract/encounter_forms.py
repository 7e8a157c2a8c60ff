"""The forms of `encounter`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values; unknown fields of a newer node's answers are left unread.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from evenhand.client.contract.shared import Found, QueryDocument


class Act(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is done, where, with what force; a NO BOARD names a telephone that a person answers."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    place: str = ""
    force: str = "none"
    telephone: str = ""
    subject_told: bool = False
    child: bool = False


class Authorise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The action, its registered legal basis, why no milder one serves."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    legal_basis: str = ""
    proportionality: str = ""
    independent: bool = False


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the person is known to be protected against the originator (a refugee document says so by itself)."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    protected: bool = False


class Close(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unit that reviewed it, where a review is owed."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    reviewer_unit: str = ""


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One identifier compared with the person or document in hand."""

    identifier: Literal["biometric", "birth_date", "contact", "document", "mark", "name", "nationality", "sex"]
    agrees: bool


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How urgent the message to the originator is and why; `reach` is where a person answers here."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    urgency: Literal["FLASH", "ROUTINE", "URGENT"] = "URGENT"
    reason: str = ""
    reach: str = ""


class Custody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A guarantee given, claimed or passed on."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    act: Literal[
        "ASYLUM_CLAIMED", "ASYLUM_PASSED_ON", "CONSULAR_OFFER", "JUDGE", "LANGUAGE", "LAWYER_NOTICE", "REASONS",
    ]
    note: str = ""


class EncounterView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an encounter stands. `at_most` is the strongest action allowed now, and why."""

    encounter: str
    stage: str
    sides: tuple[str, ...]
    officer: str
    unit: str
    candidates: tuple[str, ...]
    notice: str
    outcome: str
    answer: str
    message: str
    action: str
    underway: bool
    at_most: str
    because: str
    owed: tuple[Owed, ...]


class Encounters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of encounters, the ones with the nearest clock first."""

    encounters: tuple[EncounterView, ...]
    next: str | None


class End(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an action ended."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    how: Literal["DONE", "HANDED_OVER", "RELEASED"] = "RELEASED"


class FileRequestBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file on this machine."""

    officer: str = ""
    unit: str = ""


class Follow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it; `leaflet` is the redress leaflet given, never for a discreet notice."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    outcome: Literal["DELETED", "HANDED_OVER", "JUSTIFIED", "UPDATED"]
    leaflet: str = ""
    text: str = ""


class Inbox(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`everything`: also what was read, and what was sent. `cursor`: where the last page ended."""

    officer: str = ""
    unit: str = ""
    everything: bool = False
    limit: int = 100
    cursor: str = ""


class Law(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A legal basis of this member for one action."""

    officer: str = ""
    unit: str = ""
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    legal_basis: str


class LetterRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A letter, or a unique beginning of its id."""

    officer: str = ""
    unit: str = ""
    letter: str


class LetterView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A letter as its reader sees it."""

    letter: str
    sender: str
    recipient: str
    encounter: str
    notice: str
    urgency: str
    kind: str
    at: str
    read_by: str
    escalated: bool
    answered: bool
    says: dict[str, Any]


class Letters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of letters, those that wait longest and matter most first."""

    letters: tuple[LetterView, ...]
    next: str | None


class LookingListRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`everything`: also encounters that are closed. `cursor`: where the last page ended."""

    officer: str = ""
    unit: str = ""
    everything: bool = False
    limit: int = 100
    cursor: str = ""


class LookingShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One encounter with everything recorded of it."""

    encounter: EncounterView
    events: tuple[dict[str, Any], ...]


class Merged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What merging did: events new here, known before, and of the new ones those a rule refuses."""

    new: int
    known: int
    against: int


class Moved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One movement. `systematic`: everybody is checked at this lane. `at`: RFC 3339, now if absent."""

    what: Literal["BOARDING", "CASE", "CROSSING"] = "CROSSING"
    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    lane: str = ""
    systematic: bool = False
    at: str | None = None


class Movements(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Movements of one unit, in any order."""

    officer: str = ""
    unit: str = ""
    movements: tuple[Moved, ...]


class Owed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One duty with its last instant."""

    act: str
    owed_by: str
    rule: str
    by: str
    overdue: bool
    about: str


class Registered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every legal basis registered here."""

    bases: tuple[tuple[str, ...], ...]


class ReportHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The nine items of a hit report."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    items: tuple[ReportItem, ...]


class ReportItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the nine items: a text, or why it was not obtained."""

    item: Literal[
        "circumstances", "companions", "identity", "located", "objects", "place_time_reason", "requested", "route",
        "vehicle",
    ]
    text: str = ""
    not_obtained_because: str = ""


class Respond(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The originator's answer to a hit message."""

    officer: str = ""
    unit: str = ""
    letter: str
    answer: Literal["CONFIRM", "DENY", "MORE_INFO", "WITHDRAW"]
    text: str = ""


class Scan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a person, and why they are looked up."""

    officer: str = ""
    unit: str = ""
    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Literal["F", "M", "U", "X"] = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[QueryDocument, ...] = ()
    redress_number: str = ""
    purpose: str = ""
    legal_basis: str = ""
    authority: str = ""
    post: str = ""
    device: str = ""
    lane: str = ""
    movement: Literal["", "BOARDING", "CASE", "CROSSING"] = ""
    systematic: bool = False
    carrier: bool = False
    two_digit_year: bool = False


class Scanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The encounter that began, and what was shown."""

    encounter: str
    at: str
    state: str
    candidates: tuple[Found, ...]
    suppressed: int
    stale: bool
    action_ceiling: str | None
    not_compared: tuple[str, ...]


class ShowRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One encounter."""

    officer: str = ""
    unit: str = ""
    encounter: str


class SideState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that changes what may be done, and the candidate it concerns."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    side: Literal["MISUSED_IDENTITY", "PROTECTED_PERSON", "REDRESS_OPEN"]
    notice: str


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every step says."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False


class Taken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many movements were recorded."""

    recorded: int


class TellError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Evidence of an error in a candidate's notice."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    notice: str
    evidence: str


class Verify(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was compared, what could have been, and what the officer and a second person found."""

    officer: str = ""
    unit: str = ""
    encounter: str
    anyway: bool = False
    notice: str
    outcome: Literal["INCONCLUSIVE", "NEGATIVE", "POSITIVE"]
    compared: tuple[Comparison, ...] = ()
    available: tuple[
        Literal["biometric", "birth_date", "contact", "document", "mark", "name", "nationality", "sex"], ...,
    ] = ()
    second: str = ""
    second_code: str = ""
    supervisor: str = ""
    supervisor_code: str = ""
    grounds: str = ""
