"""CUSRES written: the answer to a carrier, traveller by traveller.

Knows:    CUSRES as carriers' systems read it, and who may stop a person.
Told:     a list as read, a verdict for each traveller, and the telephone number of people on duty.
Answers:  the bytes of the answer.
Trusted:  yes: 1Z keeps a person off an aircraft, so it needs a named human who decided it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, get_args

import msgspec

from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import check_text
from evenhand.interop.carriers.edifact import LEVELS, Segment, segment
from evenhand.interop.carriers.flights import Listed, NotScreened, TravellerList
from evenhand.interop.carriers.sending import Address, send

Verdict = Literal["cleared", "pending", "inhibited"]
_TELEPHONE: Final = re.compile(r"\+[1-9][0-9 ]{6,20}", re.ASCII)
_TEXT_MAX: Final = 70
"""Characters of a free text (4440) that every directory has room for: newer ones have 512."""
_KIND: Final = ("CUSRES", "D", "05B", "UN", "IATA")


class HumanDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who decided that this person does not board: a human's name or service number, and the decision's id."""

    authoriser: str
    decision: str

    def __post_init__(self) -> None:
        """Refuse empty fields. Raises InputError."""
        check_text(self.authoriser, characters_max=200)
        check_text(self.decision, characters_max=200)


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The verdict on one traveller; `decision` is compulsory for `inhibited`, and only there."""

    verdict: Verdict
    decision: HumanDecision | None = None

    def __post_init__(self) -> None:
        """Refuse a stop that no human decided. Raises RefusedError."""
        if (self.verdict == "inhibited") != (self.decision is not None):
            raise RefusedError(
                "a traveller is stopped by a named human's decision, and by nothing else",
                remedy="answer pending, open an encounter, and let an officer decide",
            )


class ReplyCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """ERC codes: the first character's meaning is agreed with each carrier, and `pending` is in no list."""

    cleared: str = "0Z"
    inhibited: str = "1Z"
    pending: str = "2Z"
    not_screened: str = "4Z"


class Desk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The people a carrier can reach at any hour (E.164 with +), and the codes agreed with it."""

    telephone: str
    codes: ReplyCodes = ReplyCodes()

    def __post_init__(self) -> None:
        """Refuse a desk that cannot be called. Raises InputError."""
        if not _TELEPHONE.fullmatch(self.telephone):
            raise InputError("an answer needs a 24-hour telephone number", remedy="write it as +, country code, number")


def write_cusres(
    flight: TravellerList, replies: Mapping[int, Reply], desk: Desk, address: Address, *, lists: str = ""
) -> bytes:
    """Return the answer; `replies` holds one for each traveller, by `Listed.segment`.

    `lists`, such as `LISTS AS OF 2026-12-01 1830Z`, stands beside each clearance: it rests on lists that may be old.

    It may also hold that one who was not read whole is pending or inhibited, by `NotScreened.segment`. All others who
    could not be read, and whom the carrier counted without naming, are answered as not screened: never as cleared,
    never left out. Each traveller stands behind `ERP+2`; what is missing of the flight as a whole behind `ERP+1`.
    A cancellation is acknowledged, and so is who is named by reference alone: neither has a reply.
    Raises InputError if a traveller has no reply, a reply no traveller, or who was not read whole is cleared.
    """
    body = [segment("BGM", "962"), *_head(flight)]
    if flight.purpose != "cancel":
        words = {verdict: _words(verdict, desk, lists) for verdict in get_args(Verdict)}
        body += _answers(flight, replies, desk, words, LEVELS[address.level])
    elif replies:
        raise InputError("a reply to a cancellation", remedy="who does not travel is not screened: give no replies")
    return send(address, _KIND, body)


def _answers(
    flight: TravellerList, replies: Mapping[int, Reply], desk: Desk, says: Mapping[Verdict, str], encoding: str
) -> Iterator[Segment]:
    """Yield what is said of each traveller, and of how many were not received; `says` has the words of a verdict."""
    numbers = {listed.segment for listed in flight.travellers}
    unread = {missed.segment for missed in flight.not_screened}
    if len(numbers | unread) < len(flight.travellers) + len(flight.not_screened):
        raise InputError(
            "two travellers stand in one segment, so that a reply to one would be the other's",
            remedy="answer this list by hand",
        )
    if not numbers <= set(replies) <= numbers | unread:
        raise InputError("replies and travellers do not fit", remedy="give one reply for each traveller")
    if any(replies[number].verdict == "cleared" for number in unread & set(replies)):
        raise InputError("a traveller who was not read whole is cleared", remedy="leave out the reply, or say pending")
    people: list[Listed | NotScreened] = [*flight.travellers, *flight.not_screened]
    shared = Counter((one.booking, one.reference) for one in people)
    said: dict[Verdict, list[Segment]] = {}
    for one in people:
        reply = replies.get(one.segment)
        key = one.booking, one.reference
        which = "" if any(key) and shared[key] == 1 else _who(one, encoding)
        yield _ONE
        yield from _named(one.booking, one.reference)
        if reply is None:
            said_of = "ON NO LIST BEFORE" if isinstance(one, NotScreened) and one.unheard else "COULD NOT BE READ"
            words = f"NOT SCREENED, SEGMENT {one.segment} {said_of}, CALL {desk.telephone}"
            yield from _said(desk.codes.not_screened, words, which)
        elif which:
            yield from _said(getattr(desk.codes, reply.verdict), says[reply.verdict], which)
        else:
            if reply.verdict not in said:
                said[reply.verdict] = _said(getattr(desk.codes, reply.verdict), says[reply.verdict])
            yield from said[reply.verdict]
    if flight.announced not in (None, flight.received):
        words = f"NOT SCREENED, {flight.announced} ANNOUNCED, {flight.received} RECEIVED, CALL {desk.telephone}"
        yield _WHOLE
        yield from _said(desk.codes.not_screened, words)
    elif not flight.received and not flight.is_whole:
        yield _WHOLE
        yield from _said(desk.codes.not_screened, f"NOT SCREENED, A LIST THAT NAMES NOBODY, CALL {desk.telephone}")


def _who(one: Listed | NotScreened, encoding: str) -> str:
    """Return segment and name of a traveller whom the references do not tell from another, as the answer can say it."""
    if isinstance(one, NotScreened):
        name = one.name
    else:
        name = next((f"{each.family}/{each.given or ''}".rstrip("/") for each in one.traveller.names), "")
    text = "".join(mark if mark.isprintable() else " " for mark in f"SEGMENT {one.segment} {name}".strip())
    return text[:_TEXT_MAX].encode(encoding, "replace").decode(encoding)


def _head(flight: TravellerList) -> list[Segment]:
    transaction = ("TN", flight.transaction, *flight.transaction_more)
    head = [segment("RFF", transaction)] if flight.transaction else []
    head.append(segment("RFF", ("AF", flight.flight)))
    stops = (
        ("189", flight.departs_at, "125", flight.departs_from),
        ("232", flight.arrives_at, "87", flight.arrives_to),
    )
    for time_code, at, place_code, place in stops:
        if at:
            head.append(segment("DTM", (time_code, at[2:].translate(_PLAIN), "201")))
        if place:
            head.append(segment("LOC", place_code, place))
    return head


_PLAIN: Final = str.maketrans("", "", "-T:")


def _words(verdict: Verdict, desk: Desk, lists: str) -> str:
    if verdict == "cleared":
        return f"OK TO BOARD, {lists}" if lists else "OK TO BOARD"
    if verdict == "pending":
        return f"PENDING, A PERSON IS DECIDING, CALL {desk.telephone}"
    return f"NO BOARD, IF THERE IS A QUESTION, CALL {desk.telephone}"


def _named(booking: str, reference: str) -> list[Segment]:
    named = [segment("RFF", ("AVF", booking))] if booking else []
    if reference:
        named.append(segment("RFF", ("ABO", reference)))
    return named


def _said(code: str, words: str, which: str = "") -> list[Segment]:
    return [segment("ERC", code), segment("FTX", "AAP", "", "", (words, which) if which else words)]


_WHOLE: Final = segment("ERP", "1")
"""What follows is about the message and its flight: the heading, by data element 1049."""
_ONE: Final = segment("ERP", "2")
"""What follows is about one traveller: the detail, by data element 1049."""
