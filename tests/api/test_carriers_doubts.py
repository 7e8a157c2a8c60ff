"""Carriers' lists in doubt: who was not read whole, has no name, does not travel or shares a reference."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from evenhand.casework.records import EventRecord, JournalRecord
from evenhand.ground.errors import StoreError
from evenhand.ground.store import Batch, MemoryStore
from evenhand.node.deciding.casework import Casework
from evenhand.node.operations import perform
from evenhand.screening.clocks import DAY_MS
from evenhand.screening.events import PersonAsked
from tests.api.conftest import Desk
from tests.api.test_carriers import BOARDING, EDIFACT, codes, encounters

PERSON = "NAD+FL+++FERVENTU:ILMAR'ATT+2++M'DTM+329:840502'NAT+2+UTO'RFF+ABO:0'DOC+P+X1234567'LOC+91+UTO'"


def message(*people: str, begin: str = "BGM+745'", flight: str = "IV123") -> bytes:
    body = f"{begin}RFF+TN:T1'TDT+20+{flight}'LOC+125+FCO'DTM+189:2612011200:201'{''.join(people)}CNT+42:{len(people)}'"
    whole = f"UNH+1+PAXLST:D:05B:UN:IATA'{body}UNT+{body.count(chr(39)) + 2}+1'"
    return f"UNB+UNOA:4+INVAIR+ITAPNR+261201:1200+R1'{whole}UNZ+1+R1'".encode()


async def told(desk: Desk, sent: bytes) -> list[str]:
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
        assert reply.status_code == 200, reply.text
        return codes(reply.content)


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("DTM+329:840502'", "DTM+329:20991231'"),
        ("DTM+329:840502'", "DTM+329:18350502'"),
        ("DTM+329:840502'", "DTM+329:840502'DTM+329:19991231'"),
        ("DTM+329:840502'", "DTM+329:840000'"),
        ("DTM+329:840502'", "DTM+329:19840500'"),
        ("ATT+2++M'", "ATT+2++M'ATT+2++F'"),
        ("NAT+2+UTO'", "NAT+2+ita'"),
        ("NAT+2+UTO'", "NAT+2+QQQ'"),
        ("LOC+91+UTO'", "LOC+91+UTO'LOC+91+ITA'"),
        ("LOC+91+UTO'", "LOC+91+UTO'DOC+V+V1'LOC+91+XYZ'"),
        ("LOC+91+UTO'", "DTM+36:300231'LOC+91+UTO'"),
        ("NAD+FL+++", "NAD+FL++"),
        ("NAD+FL+", "NAD+QQ+"),
    ],
)
async def test_no_bad_field_lets_a_listed_person_pass(desk: Desk, stated: str, written: str) -> None:
    assert stated in PERSON
    assert await told(desk, message(PERSON.replace(stated, written))) == ["2Z"]
    assert len(await encounters(desk)) == 1
    harmless = PERSON.replace("FERVENTU:ILMAR", "NOBODY:KNOWN").replace("X1234567", "N1")
    partial = written in ("DTM+329:840000'", "DTM+329:19840500'")
    assert await told(desk, message(harmless.replace(stated, written))) == ["0Z" if partial else "4Z"]
    assert len(await encounters(desk)) == 1


async def test_a_decoy_date_and_sex_hide_nobody_without_a_document(desk: Desk) -> None:
    person = PERSON.partition("DOC")[0].replace("ATT+2++M'", "ATT+2++M'ATT+2++F'")
    assert await told(desk, message(person.replace("DTM", "DTM+329:19991231'DTM"))) == ["2Z"]
    assert await told(desk, message(person.replace("840502", "20991231"), flight="IV124")) == ["2Z"]


@pytest.mark.parametrize("name", ["FNU:LNU", "XXX:XXX", ""])
async def test_nobody_without_a_name_is_cleared(desk: Desk, name: str) -> None:
    nameless = PERSON.replace("FERVENTU:ILMAR", name)
    assert await told(desk, message(nameless)) == ["2Z"], "the document is listed"
    assert len(await encounters(desk)) == 1
    assert await told(desk, message(nameless.replace("X1234567", "N1"))) == ["2Z"]
    assert len(await encounters(desk)) == 1
    kept = (await perform(desk.site, "people.journal", b"{}")).records[-2]
    assert (kept["kind"], kept["travellers"][0]["why"]) == ("carrier.not_screened", "a traveller without a name")


async def test_who_could_not_be_read_is_on_record_and_their_name_for_a_day(desk: Desk) -> None:
    unread = PERSON.replace("FERVENTU:ILMAR", "NOBODY:KNOWN").replace("X1234567", "N1").replace("840502", "991399")
    empty = "NAD+FL'RFF+AVF:LOC2'RFF+ABO:P2'"
    assert await told(desk, message(unread, empty)) == ["4Z", "4Z"]
    book = desk.site.casework.book
    told_of = [one for one in book.entries(0) if isinstance(one.decision, JournalRecord)][-2:]
    first, names = [msgspec.json.decode(one.decision.text) for one in told_of]  # type: ignore[union-attr]
    assert first["travellers"] == [
        {"segment": 8, "why": "birth date: no such date"},
        {"segment": 15, "why": "a traveller without name and document"},
    ]
    assert (first["post"], first["message"].startswith("IV123 FCO 2026-12-01T12:00")) == (
        "IV123 FCO 2026-12-01T12:00", True,
    )  # fmt: skip
    assert "NOBODY" not in str(first)
    assert names["travellers"] == [
        {"segment": 8, "booking": "", "reference": "0", "name": "NOBODY/KNOWN"},
        {"segment": 15, "booking": "LOC2", "reference": "P2", "name": ""},
    ]
    desk.site.casework.office.delete_due(desk.site.casework.now_ms + 2 * DAY_MS)
    left = {one.index: one.decision for one in book.entries(0)}
    assert [left[one.index] is not None for one in told_of] == [True, False]


async def test_who_was_not_read_whole_is_asked_for_on_record(desk: Desk) -> None:
    unread = PERSON.replace("840502", "991399")

    def asked() -> list[PersonAsked]:
        entries = desk.site.casework.book.entries(0)
        found = [one.decision.event for one in entries if isinstance(one.decision, EventRecord)]
        return [one for one in found if isinstance(one, PersonAsked)]

    before = len(asked())
    assert await told(desk, message(unread, "NAD+FL'RFF+ABO:P2'")) == ["2Z", "4Z"]
    assert [one.found for one in asked()[before:]] == [1]


@pytest.mark.parametrize("begin", ["BGM+745+XR'", "BGM+745++1'", "BGM+266+XF'"])
async def test_a_cancellation_is_acknowledged_and_screens_nobody(desk: Desk, begin: str) -> None:
    unread = PERSON.replace("840502", "991399")
    before = desk.site.casework.book.size
    sent = message(PERSON, unread, "NAD+ZZZ'RFF+ABO:P2'", begin=begin)
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=sent, headers=EDIFACT)
    assert (reply.status_code, codes(reply.content)) == (200, [])
    assert b"BGM+962'RFF+TN:T1'RFF+AF:IV123'" in reply.content
    assert await encounters(desk) == []
    new = [one.decision for one in desk.site.casework.book.entries(before)]
    assert not [one for one in new if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]
    assert not [one for one in new if isinstance(one, JournalRecord) and one.kind.startswith("carrier")]


async def test_who_shares_a_reference_is_told_apart_by_segment_and_name(desk: Desk) -> None:
    pair = PERSON.replace("ABO:0", "AVF:PNR1"), "NAD+FL+++HARM:LESS'DTM+329:900101'RFF+AVF:PNR1'"
    async with desk.client(**BOARDING) as http:
        reply = await http.post("/v1/carriers/paxlst", content=message(*pair), headers=EDIFACT)
    assert codes(reply.content) == ["2Z", "0Z"]
    assert ":SEGMENT 8 FERVENTU/ILMAR'" in reply.text
    assert "OK TO BOARD:SEGMENT 15 HARM/LESS'" in reply.text


async def test_a_name_with_too_long_a_spelling_keeps_nobody_else_from_being_screened(desk: Desk) -> None:
    long = "\u00dc" * 300
    sent = message(PERSON, f"NAD+FL+++{long}:{long}'ATT+2++M'DTM+329:800101'RFF+ABO:1'DOC+P+N1'")
    sent = sent.decode().replace("UNOA", "UNOW").encode("utf-8")
    assert await told(desk, sent) == ["2Z", "2Z"]
    assert len(await encounters(desk)) == 1
    kept = (await perform(desk.site, "people.journal", b"{}")).records[-2]
    assert "too long" in kept["travellers"][0]["why"] or "characters" in kept["travellers"][0]["why"]


async def test_a_name_in_letters_for_arabic_is_pending(desk: Desk) -> None:
    await desk.publish(("عبد اللطيف البلوشاني", "1974-08-12", "X8888888"))
    person = PERSON.replace("FERVENTU:ILMAR", "ALBLWXSHANY:EBD ALLXTTYF").replace("840502", "740812")
    assert await told(desk, message(person.replace("X1234567", "N1"))) == ["2Z"]


async def test_one_message_told_twice_at_once_begins_one_encounter(desk: Desk) -> None:
    """A carrier that heard nothing sends again, while the first is still looked into."""
    people = [f"NAD+FL+++NOBODY{chr(65 + one)}:KNOWN'DTM+329:900101'RFF+ABO:X{one}'" for one in range(25)]
    for count in (2, 3):
        sent = message(PERSON, *people, flight=f"IV{count}")
        answers = await asyncio.gather(*(told(desk, sent) for _ in range(count)))
        assert answers == [["2Z", *["0Z"] * 25]] * count
    assert len(await encounters(desk)) == 2, "one for each flight"


class FullStore(MemoryStore):
    """A disk that may be full."""

    full = False

    def apply(self, batch: Batch) -> None:
        if self.full:
            raise StoreError("the disk is full")
        super().apply(batch)


async def test_nobody_is_told_to_wait_for_what_another_message_began_and_is_not_on_disk(desk: Desk) -> None:
    store = FullStore()
    desk.site.casework = Casework(desk.site.member, store)

    async def tell() -> int:
        async with desk.client(**BOARDING) as http:
            return (await http.post("/v1/carriers/paxlst", content=message(PERSON), headers=EDIFACT)).status_code

    await told(desk, message(PERSON, flight="IV9"))
    store.full = True
    assert list(await asyncio.gather(tell(), tell())) == [503, 503]
    store.full = False
    assert len(await encounters(desk)) == 1
