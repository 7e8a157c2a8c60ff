"""Carriers over HTTP: every traveller is answered, nobody is stopped by software, nothing passes in silence."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime

import msgspec
from pydifact.segmentcollection import RawSegmentCollection

from tests.api.conftest import PEOPLE, Desk, draft

EDIFACT = {"Content-Type": "application/edifact"}
BOARDING = {"Evenhand-Purpose": "BOARDING"}


def paxlst(*travellers: tuple[str, str, str], announced: int | None = None, reference: str = "R1") -> bytes:
    """Return a PAXLST of a flight: (NAME:GIVEN, YYMMDD, passport number)."""
    body = [
        "UNH+1+PAXLST:D:05B:UN:IATA", "BGM+745", "RFF+TN:T1", "NAD+MS+++INVENTED AIR", "TDT+20+IV123",
        "LOC+125+FCO", "DTM+189:2612011200:201", "LOC+87+MNL", "DTM+232:2612020600:201",
    ]  # fmt: skip
    for number, (name, born, document) in enumerate(travellers):
        body += [
            f"NAD+FL+++{name}", "ATT+2++M", f"DTM+329:{born}", "LOC+178+FCO", "LOC+179+MNL", "NAT+2+UTO",
            f"RFF+AVF:PNR{number}", f"RFF+ABO:{number}", f"DOC+P:110:ZZZ+{document}", "DTM+36:300101", "LOC+91+UTO",
        ]  # fmt: skip
    body.append(f"CNT+42:{len(travellers) if announced is None else announced}")
    whole = [
        f"UNB+UNOA:4+INVAIR+ITAPNR+261201:1200+{reference}", *body, f"UNT+{len(body) + 1}+1", f"UNZ+1+{reference}",
    ]  # fmt: skip
    return "".join(f"{one}'" for one in whole).encode("ascii")


CLEAR = ("NOBODY:KNOWN", "900101", "N0000001")
LISTED = ("FERVENTU:ILMAR", "840502", "X1234567")


def codes(message: bytes) -> list[str]:
    """Return the ERC codes, read by another parser than ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses the directory of the syntax's newest release
        read = RawSegmentCollection.from_str(message.decode("ascii"))
    return [str(one.elements[0]) for one in read.segments if one.tag == "ERC"]


async def test_a_flight_is_answered_traveller_by_traveller(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, LISTED, CLEAR), headers=EDIFACT)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"] == "application/edifact"
        assert codes(reply.content) == ["0Z", "2Z", "0Z"]
        assert b"CALL ?+39 06 0000000" in reply.content
        assert b"1Z" not in reply.content
        assert b"INVAIR" in reply.content
        assert str(datetime.now(UTC).year)[2:].encode() in reply.content


async def test_a_candidate_opens_an_encounter(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, LISTED), headers=EDIFACT)
        listed = (await http.post("/v1/operations/encounter.list", json={"officer": "o", "unit": "u"})).json()
        assert len(next(value for value in listed.values() if isinstance(value, list))) == 1


async def test_who_could_not_be_read_is_named_as_not_screened(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        unreadable = ("BROKEN:DATE", "991399", "N1")
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, unreadable), headers=EDIFACT)
        assert codes(reply.content) == ["0Z", "4Z"]
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, announced=3), headers=EDIFACT)
        assert codes(reply.content) == ["0Z", "4Z"]


async def test_what_cannot_be_relied_on_is_answered_with_contrl(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        for broken in (b"not edifact", paxlst(CLEAR)[:-20], paxlst(CLEAR).replace(b"PAXLST:D", b"PAXLST:X")):
            reply = await http.post("/v1/carriers/paxlst", content=broken, headers=EDIFACT)
            assert reply.status_code == 422
            assert b"CONTRL" in reply.content
            assert b"UCI" in reply.content


async def test_three_hundred_travellers(desk: Desk) -> None:
    flight = [(f"NOBODY{chr(65 + n % 26)}{chr(65 + n // 26)}:KNOWN", "900101", f"N{n:07d}") for n in range(299)]
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(*flight, LISTED), headers=EDIFACT)
        assert codes(reply.content).count("0Z") == 299
        assert codes(reply.content)[-1] == "2Z"


async def test_without_people_to_call_nothing_is_answered(desk: Desk) -> None:
    desk.service.rules = msgspec.structs.replace(desk.service.rules, telephone="")
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR), headers=EDIFACT)
        assert (reply.status_code, reply.json()["code"]) == (503, "no_telephone")


async def test_a_withdrawn_notice_keeps_nobody_waiting(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        made = await http.post("/v1/notices", json=draft(*PEOPLE[0]), headers={"Idempotency-Key": "again"})
        keys = [one["key"] for one in (await http.get("/v1/notices")).json()["notices"]]
        assert made.json()["key"] in keys
        for key in keys:
            said = {"Idempotency-Key": key}
            await http.post(f"/v1/notices/{key}/withdrawal", json={"reason": "mistaken identity"}, headers=said)
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(LISTED), headers=EDIFACT)
        assert codes(reply.content) == ["0Z"]
