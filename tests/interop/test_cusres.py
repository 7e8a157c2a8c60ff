"""The answer to a carrier: who boards, who waits for a person, and that software alone stops nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import pytest

from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import Document
from evenhand.interop.carriers.cusres import Desk, HumanDecision, Reply, write_cusres
from evenhand.interop.carriers.edifact import parse
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.flights import Listed, NotScreened, Referred, TravellerList
from evenhand.interop.carriers.sending import Address
from evenhand.travellers.traveller import Traveller, TravellerName

AT = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
ADDRESS = Address(sender="BORDER", recipient="CARRIER", reference="A1", at=AT)
DESK = Desk(telephone="+39 06 1234567")
ANNA = Traveller(names=(TravellerName(family="ERIKSSON"),))
PAPER = Traveller(documents=(Document(type="passport", number="1"),))


def named(family: str, given: str) -> Traveller:
    return Traveller(names=(TravellerName(family=family, given=given),))


FLIGHT = TravellerList(
    kind="passengers",
    purpose="original",
    message="1",
    transaction="T1",
    flight="UT123",
    departs_from="FCO",
    departs_at="2026-11-23T10:00",
    arrives_to="MNL",
    arrives_at="2026-11-24T07:00",
    travellers=tuple(Listed(traveller=ANNA, booking=f"L{n}", reference=f"P{n}", segment=n) for n in (5, 9, 12)),
    not_screened=(NotScreened(segment=20, why="no such date", booking="L20"),),
    announced=5,
)
DECISION = HumanDecision(authoriser="Officer 17", decision="D-1")
REPLIES = {
    5: Reply(verdict="cleared"),
    9: Reply(verdict="pending"),
    12: Reply(verdict="inhibited", decision=DECISION),
}


def test_every_traveller_gets_an_answer() -> None:
    data = write_cusres(FLIGHT, REPLIES, DESK, ADDRESS)
    message = read_interchange(data).messages[0]
    assert (message.type, message.fault) == ("CUSRES", None)
    text = data.decode()
    assert "RFF+TN:T1'RFF+AF:UT123'DTM+189:2611231000:201'LOC+125+FCO'DTM+232:2611240700:201'LOC+87+MNL'" in text
    answers = re.split(r"ERP\+[12]'", text)[1:]
    assert [answer.split("ERC+")[1][:2] for answer in answers] == ["0Z", "2Z", "1Z", "4Z", "4Z"]
    assert text.count("ERP+2'") == 4, "what is missing of the flight is no traveller"
    assert "RFF+AVF:L5'RFF+ABO:P5'ERC+0Z'FTX+AAP+++OK TO BOARD'" in answers[0]
    assert all("CALL ?+39 06 1234567" in answer for answer in answers[1:])
    assert "SEGMENT 20" in answers[3]
    assert "5 ANNOUNCED, 4 RECEIVED" in answers[4]
    assert "ERIKSSON" not in text
    assert parse(data)[1][-1].tag == "UNZ"


def test_a_shared_reference_is_answered_by_segment_and_name() -> None:
    pair = (
        Listed(traveller=ANNA, booking="L1", segment=5),
        Listed(traveller=named("HARM", "LESS"), booking="L1", segment=9),
        Listed(traveller=PAPER, segment=12), Listed(traveller=ANNA, booking="L2", segment=15),
    )  # fmt: skip
    missed = (NotScreened(segment=20, why="", name="GRIGIO/PAT\u00c9 ", booking="L1"), NotScreened(segment=24, why=""))
    flight = msgspec.structs.replace(FLIGHT, travellers=pair, not_screened=missed, announced=6)
    replies = {**dict.fromkeys((5, 12, 15), Reply(verdict="cleared")), 9: Reply(verdict="pending")}
    text = write_cusres(flight, replies, DESK, ADDRESS).decode()
    answers = text.split("ERP+2'")[1:]
    assert answers[:4] == [
        "RFF+AVF:L1'ERC+0Z'FTX+AAP+++OK TO BOARD:SEGMENT 5 ERIKSSON'",
        "RFF+AVF:L1'ERC+2Z'FTX+AAP+++PENDING, A PERSON IS DECIDING, CALL ?+39 06 1234567:SEGMENT 9 HARM/LESS'",
        "ERC+0Z'FTX+AAP+++OK TO BOARD:SEGMENT 12'",
        "RFF+AVF:L2'ERC+0Z'FTX+AAP+++OK TO BOARD'",
    ]
    assert ":SEGMENT 20 GRIGIO/PAT??'" in answers[4]
    assert ":SEGMENT 24'" in answers[5]
    long = msgspec.structs.replace(flight, travellers=(Listed(traveller=named("F" * 99, "G"), segment=5),))
    said = write_cusres(long, {5: Reply(verdict="cleared")}, DESK, ADDRESS).decode()
    assert f":SEGMENT 5 {'F' * 60}'" in said, "70 characters, which every directory has room for"


def test_who_was_not_read_whole_may_be_pending_and_is_never_cleared() -> None:
    text = write_cusres(FLIGHT, {**REPLIES, 20: Reply(verdict="pending")}, DESK, ADDRESS).decode()
    assert [answer.split("ERC+")[1][:2] for answer in re.split(r"ERP\+[12]'", text)[1:]] == [
        *("0Z", "2Z", "1Z", "2Z", "4Z"),
    ]
    with pytest.raises(InputError, match="not read whole is cleared"):
        write_cusres(FLIGHT, {**REPLIES, 20: Reply(verdict="cleared")}, DESK, ADDRESS)


def test_who_does_not_travel_has_no_reply_and_neither_has_who_is_named_by_reference() -> None:
    cancelled = msgspec.structs.replace(FLIGHT, purpose="cancel")
    text = write_cusres(cancelled, {}, DESK, ADDRESS).decode()
    assert "RFF+TN:T1'RFF+AF:UT123'" in text
    assert "ERC" not in text
    with pytest.raises(InputError, match="cancellation"):
        write_cusres(cancelled, REPLIES, DESK, ADDRESS)
    referred = (Referred(segment=5, reference="P5"), Referred(segment=7, reference="P7"))
    closed = TravellerList(
        kind="flight_status", purpose="close", message="1", flight="U1", referred=referred, announced=2
    )
    assert b"ERC" not in write_cusres(closed, {}, DESK, ADDRESS)
    less = write_cusres(msgspec.structs.replace(closed, announced=3), {}, DESK, ADDRESS)
    assert b"BGM+962'RFF+AF:U1'ERP+1'ERC+4Z'FTX+AAP+++NOT SCREENED, 3 ANNOUNCED, 2 RECEIVED" in less


def test_a_list_that_names_nobody_is_no_clearance() -> None:
    empty = TravellerList(kind="passengers", purpose="original", message="1", flight="UT123")
    assert b"ERP+1'ERC+4Z'FTX+AAP+++NOT SCREENED, A LIST THAT NAMES NOBODY" in write_cusres(empty, {}, DESK, ADDRESS)
    none = msgspec.structs.replace(empty, announced=0)
    assert b"ERC" not in write_cusres(none, {}, DESK, ADDRESS)


def test_a_transaction_is_told_with_its_version() -> None:
    versioned = msgspec.structs.replace(FLIGHT, transaction_more=("", "", "1"))
    assert b"RFF+TN:T1:::1'" in write_cusres(versioned, REPLIES, DESK, ADDRESS)


def test_an_answer_goes_to_the_sender_with_its_qualifier() -> None:
    address = msgspec.structs.replace(ADDRESS, sender=("BORDER", "ZZ"), recipient=("CARRIER", "1A", "DCS"))
    text = write_cusres(FLIGHT, REPLIES, DESK, address).decode()
    assert "UNB+UNOA:4+BORDER:ZZ+CARRIER:1A:DCS+261123:1005+A1'" in text
    assert "UNG+CUSRES+BORDER:ZZ+CARRIER:1A+261123:1005+1+UN+D:05B'" in text


def test_a_bare_flight_is_answered() -> None:
    bare = TravellerList(kind="flight_status", purpose="close", message="1", flight="UT123", announced=0)
    assert b"BGM+962'RFF+AF:UT123'UNT+4+1'" in write_cusres(bare, {}, DESK, ADDRESS)


@pytest.mark.parametrize(("verdict", "decision"), [("inhibited", None), ("pending", DECISION), ("cleared", DECISION)])
def test_only_a_human_decision_stops_a_person(verdict: str, decision: HumanDecision | None) -> None:
    with pytest.raises(RefusedError):
        Reply(verdict=verdict, decision=decision)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        HumanDecision(authoriser=" ", decision="D-1")


def test_nobody_is_left_without_a_reply() -> None:
    for replies in ({}, {**REPLIES, 99: Reply(verdict="cleared")}):
        with pytest.raises(InputError):
            write_cusres(FLIGHT, replies, DESK, ADDRESS)


@pytest.mark.parametrize("telephone", ["", "112", "+0 6123456", "+39 CALL ME"])
def test_an_answer_needs_a_telephone_number(telephone: str) -> None:
    with pytest.raises(InputError):
        Desk(telephone=telephone)


def test_a_level_without_the_letter_is_refused() -> None:
    strange = msgspec.structs.replace(FLIGHT, flight="Ü1")
    with pytest.raises(InputError):
        write_cusres(strange, REPLIES, DESK, ADDRESS)


def test_two_travellers_of_one_segment_are_not_answered_as_one() -> None:
    two = Listed(traveller=ANNA, booking="L5", reference="P6", segment=5)
    for more in ({"travellers": (*FLIGHT.travellers, two)}, {"not_screened": (NotScreened(segment=5, why="x"),)}):
        with pytest.raises(InputError, match="one segment"):
            write_cusres(msgspec.structs.replace(FLIGHT, **more), REPLIES, DESK, ADDRESS)


def test_a_clearance_by_lists_that_may_be_old_says_of_when_they_are() -> None:
    lists = "LISTS AS OF 2026-12-01 1830Z"
    plain, aged = (write_cusres(FLIGHT, REPLIES, DESK, ADDRESS, lists=one).decode() for one in ("", lists))
    assert aged.replace(f"OK TO BOARD, {lists}", "OK TO BOARD") == plain
    assert len(f"OK TO BOARD, {lists}") <= 70
    assert aged.count(lists) == plain.count("OK TO BOARD") > 0
