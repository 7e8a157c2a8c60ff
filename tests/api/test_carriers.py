"""Carriers over HTTP: every traveller is answered, nobody is stopped by software, nothing passes in silence."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from pydifact.segmentcollection import RawSegmentCollection

from evenhand.api.carriers import question
from evenhand.identity.person import Document
from evenhand.node.operations import perform
from evenhand.node.people.accounts import MachineKey
from evenhand.travellers.traveller import Traveller, TravellerName
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


async def test_every_answer_names_the_sender_in_full_and_has_a_reference_of_its_own(desk: Desk) -> None:
    sent = paxlst(CLEAR).replace(b"+INVAIR+ITAPNR+", b"+INVAIR:1A+ITAPNR:ZZ+")
    head, message, tail = sent.partition(b"UNH+1")[0], sent[sent.index(b"UNH+1") : sent.index(b"UNZ")], b"UNZ+3+R1'"
    broken = message.replace(b"UNT+", b"UNT+9")
    other = message.replace(b"UNH+1+", b"UNH+2+").replace(b"+1'", b"+2'")
    assert other.count(b"2'") > message.count(b"2'")
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=head + broken + message + other + tail, headers=EDIFACT)
        again = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
    heads = re.findall(r"UNB\+UNOA:4\+ITAPNR:ZZ\+INVAIR:1A\+\d{6}:\d{4}\+(\d{1,14})'", reply.text + again.text)
    assert len(heads) == len(set(heads)) == 4
    assert reply.text.count("CONTRL:4:1:UN") == 1
    assert codes(again.content) == ["0Z"]


async def test_a_test_is_refused_as_one_and_opens_nothing(desk: Desk) -> None:
    sent = paxlst(LISTED).replace(b"261201:1200+R1'", b"261201:1200+R1++APIS++++1'")
    assert sent.count(b"++++1'") == 1
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
        assert reply.status_code == 422
        assert "UCI+R1+INVAIR+ITAPNR+4+25+UNB'" in reply.text
        assert await encounters(desk) == []


def test_a_refugees_document_tells_a_carrier_no_nationality() -> None:
    document = Document(type="passport", number="X1", issuer="DEU")
    traveller = Traveller(names=(TravellerName(family="FERVENTU"),), nationalities=("XXB",), documents=(document,))
    assert (question(traveller).nationalities, question(traveller).documents[0].issuer) == ((), "DEU")


async def test_a_stolen_passport_keeps_whoever_carries_it_waiting(desk: Desk) -> None:
    stolen = draft("nobody")
    stolen["notice"] = {
        "kind": "document", "category": "terrorism", "action": "DISCREET_REPORT",
        "document": {"type": "passport", "number": "LD7654321", "issuer": "UTO", "status": "stolen"},
    }  # fmt: skip
    await perform(desk.site, "notice.publish", msgspec.json.encode(stolen))
    holder = ("NOBODY:KNOWN", "900101", "LD7654321")
    async with desk.client(**BOARDING) as http:
        for sent, said in (
            (paxlst(CLEAR, holder), ["0Z", "2Z"]),
            (paxlst(holder).replace(b"LOC+91+UTO", b"LOC+91+GBR"), ["0Z"]),
            (paxlst(holder).replace(b"DOC+P:", b"DOC+I:"), ["0Z"]),
            (paxlst(holder).replace(b"LD7654321", b"LD7654322"), ["0Z"]),
        ):
            reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
            assert codes(reply.content) == said
        asked: dict[str, Any] = {"documents": [{"type": "passport", "number": "LD 765-4321", "issuer": "UTO"}]}
        found = (await http.post("/v1/find", json=asked, headers={"Evenhand-Reference": "gate 4"})).json()
        (one,) = found["answer"]["candidates"]
        assert (one["kind"], one["band"]) == ("document", "strong")
        assert "type, number and issuer" in one["reasons"][0]["text"]


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


TWO = [{"identifier": "document", "agrees": True}, {"identifier": "birth_date", "agrees": True}]
STOP: dict[str, Any] = {"action": "NO_BOARD", "legal_basis": "Code 12", "proportionality": "no milder means would do"}


async def encounters(desk: Desk) -> list[str]:
    listed = await perform(desk.site, "encounter.list", b"{}")
    return [one.encounter for one in listed.encounters]


async def _do(desk: Desk, step: str, **more: Any) -> Any:
    (encounter,) = await encounters(desk)
    request = {"encounter": encounter, "officer": "o1", "unit": "airport", **more}
    return await perform(desk.site, f"encounter.{step}", msgspec.json.encode(request))


async def _stop(desk: Desk) -> None:
    """Have people stop the one traveller who waits, by every step that the procedure asks for."""
    law = {"action": "NO_BOARD", "legal_basis": "Code 12", "officer": "legal1", "unit": "law"}
    await perform(desk.site, "encounter.law", msgspec.json.encode(law))
    await _do(desk, "open")
    (notice,) = (await _do(desk, "show")).encounter.candidates
    await _do(desk, "verify", officer="v1", second="v2", notice=notice, outcome="POSITIVE", compared=TWO,
              available=["document"])  # fmt: skip
    await _do(desk, "check", officer="v1")
    await _do(desk, "contact", officer="v1", urgency="FLASH", reason="boards")
    desk.site.casework.tick()
    (letter,) = (await perform(desk.site, "encounter.inbox", b"{}")).letters
    answer = {"letter": letter.letter, "answer": "CONFIRM", "officer": "l1", "unit": "desk"}
    await perform(desk.site, "encounter.answer", msgspec.json.encode(answer))
    desk.site.casework.tick()
    await _do(desk, "authorise", officer="s1", **STOP)
    await _do(desk, "act", action="NO_BOARD", telephone="+39 06 0000000")


async def test_a_carrier_that_asks_again_waits_in_the_same_encounter(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:
        for reference in ("R1", "R2"):
            sent = paxlst(CLEAR, LISTED, reference=reference)
            reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
            assert codes(reply.content) == ["0Z", "2Z"]
        assert len(await encounters(desk)) == 1
        other = paxlst(LISTED).replace(b"IV123", b"IV124")
        assert codes((await http.post("/v1/carriers/paxlst", content=other, headers=EDIFACT)).content) == ["2Z"]
        assert len(await encounters(desk)) == 2


@pytest.mark.parametrize(
    ("what", "found"),
    [("another day", []), ("the list again, as the doors close", []), ("the same message", ["Q-02"])],
)
async def test_a_list_sent_again_is_no_curiosity(desk: Desk, what: str, found: list[str]) -> None:
    async with desk.client(**BOARDING) as http:
        for day in range(1, 4):
            sent = paxlst(CLEAR, reference=f"R{day if what.startswith('the list') else 1}")
            if what == "another day":
                sent = sent.replace(b"2612011200", f"26120{day}1200".encode())
            assert codes((await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)).content) == ["0Z"]
    await desk.site.casework.durable()
    desk.site.casework.tick()
    findings = await perform(desk.site, "finding.list", b"{}")
    assert [one.rule for one in findings.findings] == found


async def test_who_was_cleared_of_one_notice_waits_for_the_other_in_one_encounter(desk: Desk) -> None:
    again = await perform(desk.site, "notice.publish", msgspec.json.encode(draft(*PEOPLE[0])))
    async with desk.client(**BOARDING) as http:

        async def asked(sent: bytes) -> int:
            reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
            assert codes(reply.content) == ["2Z"]
            return len(await encounters(desk))

        assert await asked(paxlst(LISTED)) == 1
        await _do(desk, "open")
        await _do(desk, "verify", officer="v1", second="v2", notice=again.key, outcome="NEGATIVE", compared=TWO,
                  available=["document"], grounds="another face")  # fmt: skip
        assert await asked(paxlst(LISTED)) == 1
        other = paxlst(LISTED).replace(b"IV123", b"IV124")
        assert [await asked(other) for _ in range(3)] == [2, 2, 2]


async def test_a_person_on_whom_people_decided_is_stopped_on_that_flight_alone(desk: Desk) -> None:
    async with desk.client(**BOARDING) as http:

        async def answered(sent: bytes) -> list[str]:
            return codes((await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)).content)

        assert await answered(paxlst(LISTED)) == ["2Z"]
        await _stop(desk)
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, LISTED, reference="R2"), headers=EDIFACT)
        assert codes(reply.content) == ["0Z", "1Z"]
        assert b"NO BOARD, IF THERE IS A QUESTION, CALL ?+39 06 0000000" in reply.content
        for other in ((b"IV123", b"IV124"), (b"2612011200", b"2612021200")):
            assert await answered(paxlst(LISTED).replace(*other)) == ["2Z"], "another flight is another decision"
        (stopped,) = [one.encounter for one in (await perform(desk.site, "encounter.list", b"{}")).encounters
                      if one.action == "NO_BOARD"]  # fmt: skip
        over = {"encounter": stopped, "officer": "o1", "unit": "airport", "how": "RELEASED"}
        await perform(desk.site, "encounter.end", msgspec.json.encode(over))
        assert await answered(paxlst(LISTED)) == ["2Z"], "what was ended stops nobody"


@pytest.mark.parametrize("how", ["against the procedure", "by a program"])
async def test_no_other_act_stops_anybody(desk: Desk, how: str) -> None:
    async with desk.client(**BOARDING) as http:
        await http.post("/v1/carriers/paxlst", content=paxlst(LISTED), headers=EDIFACT)
        if how == "by a program":
            await _stop(desk)
            (encounter,) = await encounters(desk)
            state = desk.site.casework.office.docket.states[encounter]
            desk.site.people.registry.put(msgspec.structs.replace(
                desk.site.people.registry.all(MachineKey)[0], machine="o1",
            ))  # fmt: skip
            assert state.action == "NO_BOARD"
        else:
            await _do(desk, "act", action="NO_BOARD", anyway=True)
        reply = await http.post("/v1/carriers/paxlst", content=paxlst(LISTED), headers=EDIFACT)
        assert codes(reply.content) == ["2Z"]
