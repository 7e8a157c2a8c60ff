"""The room `encounter`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from evenhand.client.contract.encounter_forms import (
    Act,
    Authorise,
    Check,
    Close,
    Contact,
    Custody,
    Encounters,
    EncounterView,
    End,
    FileRequestBody,
    Follow,
    Inbox,
    Law,
    LetterRequest,
    Letters,
    LetterView,
    LookingListRequest,
    LookingShown,
    Merged,
    Movements,
    Registered,
    ReportHit,
    Respond,
    Scan,
    Scanned,
    ShowRequest,
    SideState,
    Step,
    Taken,
    TellError,
    Verify,
)
from evenhand.client.requests import Call, call


def encounter_carry_out(body: FileRequestBody) -> Call[bytes]:
    """What this post decided while it was cut off, as a file for its member."""
    return call("POST", "/v1/operations/encounter.carry-out", bytes, body=body)


def encounter_merge(body: bytes, *, officer: str = "", unit: str = "", once: str = "") -> Call[Merged]:
    """Take in what a post decided while it was cut off."""
    return call(
        "POST", "/v1/operations/encounter.merge", Merged, sent=body, media="application/octet-stream", query={"officer":
        officer, "unit": unit}, once=once,
    )  # fmt: skip


def encounter_act(body: Act, *, once: str = "") -> Call[EncounterView]:
    """Record that an action begins."""
    return call("POST", "/v1/operations/encounter.act", EncounterView, body=body, once=once)


def encounter_answer(body: Respond, *, once: str = "") -> Call[LetterView]:
    """Answer a hit message as an officer of the originator."""
    return call("POST", "/v1/operations/encounter.answer", LetterView, body=body, once=once)


def encounter_authorise(body: Authorise, *, once: str = "") -> Call[EncounterView]:
    """Authorise an action, as somebody who did not verify."""
    return call("POST", "/v1/operations/encounter.authorise", EncounterView, body=body, once=once)


def encounter_check(body: Check, *, once: str = "") -> Call[EncounterView]:
    """Ask the originator's own node now, and record how the notice stands."""
    return call("POST", "/v1/operations/encounter.check", EncounterView, body=body, once=once)


def encounter_close(body: Close, *, once: str = "") -> Call[EncounterView]:
    """Close an encounter to which nothing is owed any more."""
    return call("POST", "/v1/operations/encounter.close", EncounterView, body=body, once=once)


def encounter_contact(body: Contact, *, once: str = "") -> Call[EncounterView]:
    """Send the hit message: a sealed entry that only the originator opens."""
    return call("POST", "/v1/operations/encounter.contact", EncounterView, body=body, once=once)


def encounter_custody(body: Custody, *, once: str = "") -> Call[EncounterView]:
    """Record a guarantee of a person who is held."""
    return call("POST", "/v1/operations/encounter.custody", EncounterView, body=body, once=once)


def encounter_end(body: End, *, once: str = "") -> Call[EncounterView]:
    """Record that an action is over: a release is never refused."""
    return call("POST", "/v1/operations/encounter.end", EncounterView, body=body, once=once)


def encounter_error(body: TellError, *, once: str = "") -> Call[EncounterView]:
    """Tell the originator of an error in its notice (PROCEDURE section 2: within two working days)."""
    return call("POST", "/v1/operations/encounter.error", EncounterView, body=body, once=once)


def encounter_follow_up(body: Follow, *, once: str = "") -> Call[EncounterView]:
    """Record what came of a hit, and tell the originator."""
    return call("POST", "/v1/operations/encounter.follow-up", EncounterView, body=body, once=once)


def encounter_inbox(body: Inbox) -> Call[Letters]:
    """List the letters that wait for a reader: escalated ones first, then urgent ones."""
    return call("POST", "/v1/operations/encounter.inbox", Letters, body=body)


def encounter_law(body: Law, *, once: str = "") -> Call[Registered]:
    """Register a legal basis: without one no coercive action can be authorised."""
    return call("POST", "/v1/operations/encounter.law", Registered, body=body, once=once)


def encounter_list(body: LookingListRequest) -> Call[Encounters]:
    """List the encounters under way."""
    return call("POST", "/v1/operations/encounter.list", Encounters, body=body)


def encounter_movement(body: Movements, *, once: str = "") -> Call[Taken]:
    """Record movements, all of them or none."""
    return call("POST", "/v1/operations/encounter.movement", Taken, body=body, once=once)


def encounter_open(body: Step, *, once: str = "") -> Call[EncounterView]:
    """Say that an officer reads the evidence now."""
    return call("POST", "/v1/operations/encounter.open", EncounterView, body=body, once=once)


def encounter_read(body: LetterRequest, *, once: str = "") -> Call[LetterView]:
    """Open a letter; that it was read, and by whom, is recorded."""
    return call("POST", "/v1/operations/encounter.read", LetterView, body=body, once=once)


def encounter_report(body: ReportHit, *, once: str = "") -> Call[EncounterView]:
    """Report the hit to the originator, with nine items or why one was not obtained."""
    return call("POST", "/v1/operations/encounter.report", EncounterView, body=body, once=once)


def encounter_scan(body: Scan, *, once: str = "") -> Call[Scanned]:
    """Look a person up and begin an encounter."""
    return call("POST", "/v1/operations/encounter.scan", Scanned, body=body, once=once)


def encounter_show(body: ShowRequest) -> Call[LookingShown]:
    """Show an encounter with all its events; that somebody looked is recorded."""
    return call("POST", "/v1/operations/encounter.show", LookingShown, body=body)


def encounter_side(body: SideState, *, once: str = "") -> Call[EncounterView]:
    """Record misuse of the identity, protection, or open redress."""
    return call("POST", "/v1/operations/encounter.side", EncounterView, body=body, once=once)


def encounter_verify(body: Verify, *, once: str = "") -> Call[EncounterView]:
    """Record a verification."""
    return call("POST", "/v1/operations/encounter.verify", EncounterView, body=body, once=once)
