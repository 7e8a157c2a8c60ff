"""The answer to a carrier: who boards, who waits for a person, and that software alone stops nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from evenhand.ground.errors import InputError, RefusedError
from evenhand.interop.carriers.cusres import Desk, HumanDecision, Reply, write_cusres
from evenhand.interop.carriers.edifact import parse
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.flights import Listed, NotScreened, TravellerList
from evenhand.interop.carriers.sending import Address
from evenhand.travellers.traveller import Traveller, TravellerName

AT = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
ADDRESS = Address(sender="BORDER", recipient="CARRIER", reference="A1", at=AT)
DESK = Desk(telephone="+39 06 1234567")
ANNA = Traveller(names=(TravellerName(family="ERIKSSON"),))
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
    answers = text.split("ERP+2'")[1:]
    assert [answer.split("ERC+")[1][:2] for answer in answers] == ["0Z", "2Z", "1Z", "4Z", "4Z"]
    assert "RFF+AVF:L5'RFF+ABO:P5'ERC+0Z'FTX+AAP+++OK TO BOARD'" in answers[0]
    assert all("CALL ?+39 06 1234567" in answer for answer in answers[1:])
    assert "SEGMENT 20" in answers[3]
    assert "5 ANNOUNCED, 4 RECEIVED" in answers[4]
    assert "ERIKSSON" not in text
    assert parse(data)[1][-1].tag == "UNZ"


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
