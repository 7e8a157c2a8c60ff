"""A birth year of two digits is of two centuries: whoever is over a hundred is found, and is one person."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from evenhand.casework.records import EventRecord, JournalRecord
from evenhand.ground.clock import format_ms
from evenhand.node.operations import perform
from evenhand.screening.events import CandidatesShown, PersonAsked
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from tests.api.conftest import Desk, draft
from tests.api.test_carriers import BOARDING, encounters
from tests.api.test_carriers_doubts import message, told

YEAR = datetime.now(UTC).year - 101
BORN = f"{YEAR}-01-25"
OLD = ("Velmo Tarsinek", BORN, "X5550001")


def person(written: str, name: str = "TARSINEK:VELMO") -> str:
    return f"NAD+FL+++{name}'ATT+2++M'DTM+329:{written}'NAT+2+UTO'RFF+ABO:0'"


async def publish(desk: Desk, **birth: str) -> None:
    made = draft(*OLD)
    made["notice"]["person"]["birth_dates"] = [{"value": BORN, **birth}]
    await perform(desk.site, "notice.publish", msgspec.json.encode(made))


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (f"{YEAR % 100:02}0125", "2Z"), (f"25JAN{YEAR % 100:02}", "2Z"), (f"{YEAR}0125", "2Z"),
        (f"{YEAR + 100}0125", "0Z"), (f"{YEAR % 100:02}0125:101", "2Z"), (f"2501{YEAR % 100:02}:2", "2Z"),
        (f"{YEAR % 100:02}0000", "2Z"), (f"2501{YEAR + 100}:4", "0Z"), (f"{(YEAR + 57) % 100:02}0811", "0Z"),
        (f"{YEAR % 100:02}0125'DTM+329:{YEAR + 100}0125", "0Z"),
    ],
)  # fmt: skip
async def test_a_listed_person_over_a_hundred_is_not_cleared(desk: Desk, written: str, says: str) -> None:
    await publish(desk)
    assert await told(desk, message(person(written))) == [says]
    assert len(await encounters(desk)) == (says == "2Z")


async def test_whoever_else_is_young_boards(desk: Desk) -> None:
    await publish(desk)
    young = person(f"{YEAR % 100:02}0125", "NOBODY:KNOWN")
    assert await told(desk, message(young)) == ["0Z"]


async def test_whoever_may_be_of_either_century_is_one_traveller(desk: Desk) -> None:
    await publish(desk)
    await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], f"{YEAR + 100}-01-25", "X5550002")))
    sent = message(person(f"{YEAR % 100:02}0125"))
    assert await told(desk, sent) == ["2Z"]
    assert await told(desk, sent) == ["2Z"], "the carrier asks again until it hears a decision"
    [encounter] = await encounters(desk)
    made = desk.site.casework.office.events(encounter)
    [shown] = [one for one in made if isinstance(one, CandidatesShown)]
    assert len({one.notice for one in shown.candidates}) == len(shown.candidates) == 2


async def test_a_zone_is_asked_for_by_both(desk: Desk) -> None:
    await publish(desk)
    await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], f"{YEAR + 100}-01-25", "X5550002")))
    zone = compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number="L1", primary="TARSINEK", secondary="VELMO",
        nationality="UTO", birth_date=BORN,
    ))  # fmt: skip
    async with desk.client(**BOARDING, **{"Evenhand-Reference": "gate 4"}) as http:
        found = (await http.post("/v1/travel/find", json={"zone": "\n".join(zone)})).json()
    assert found["traveller"]["birth_date"] == f"{YEAR + 100}-01-25"
    assert found["traveller"]["two_digit_year"] is True
    candidates = found["answer"]["candidates"]
    assert sorted(one["notice_id"] for one in candidates) == sorted({one["notice_id"] for one in candidates})
    assert [one["band"] for one in candidates] == ["strong", "strong"]
    assert [one["strength"] for one in candidates] == sorted((one["strength"] for one in candidates), reverse=True)


@pytest.mark.parametrize(
    ("listed", "written", "says"),
    [
        ("1926-01-25", "240125", "2Z"), ("1926-01-25", "200125", "2Z"), ("1926-01-25", "160125", "2Z"),
        ("1976-01-25", "260125", "2Z"), ("1906-01-25", "260125", "2Z"),
        ("1926-01-25", "120125", "0Z"), ("1926-01-25", "240122", "0Z"), ("1926-01-25", "240000", "0Z"),
        ("1976", "260125", "0Z"),
    ],
)  # fmt: skip
async def test_two_digits_find_whom_four_digits_find(desk: Desk, listed: str, written: str, says: str) -> None:
    await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], listed, OLD[2])))
    for birth in (written, f"19{written}"):
        assert await told(desk, message(person(birth))) == [says], birth


async def test_a_scan_asks_for_both_centuries_as_find_does(desk: Desk) -> None:
    await publish(desk)
    young = {"names": [OLD[0]], "birth_date": f"{YEAR + 100}-01-25", "nationalities": ["UTO"], "legal_basis": "l",
             "purpose": "BORDER_CHECK", "officer": "o1", "unit": "gate", "movement": "CROSSING"}  # fmt: skip
    for flag in (False, True):
        body = msgspec.json.encode({**young, "two_digit_year": flag})
        scanned = await perform(desk.site, "encounter.scan", body)
        assert len(scanned.candidates) == flag
    assert len(await encounters(desk)) == 1


def questions(desk: Desk) -> list[PersonAsked]:
    found = [one.decision for one in desk.site.casework.book.entries(0)]
    return [one.event for one in found if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]


YOUNG: dict[str, Any] = {
    "names": [OLD[0]], "birth_date": f"{YEAR + 100}-01-25", "sex": "M", "nationalities": ["UTO"],
    "two_digit_year": True, "legal_basis": "l", "purpose": "BORDER_CHECK",
}  # fmt: skip
AT_GATE = {"officer": "o1", "unit": "gate", "movement": "CROSSING"}


async def ask(desk: Desk, what: str, **said: Any) -> Any:
    return await perform(desk.site, what, msgspec.json.encode(said))


async def find_by_zone(desk: Desk) -> int:
    zone = compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number="L1", primary="TARSINEK", secondary="VELMO",
        nationality="UTO", birth_date=BORN, sex="M",
    ))  # fmt: skip
    async with desk.client(**BOARDING, **{"Evenhand-Reference": "gate 4"}) as http:
        found = (await http.post("/v1/travel/find", json={"zone": "\n".join(zone)})).json()
    return len(found["answer"]["candidates"])


async def test_who_was_cleared_of_an_elder_is_known_at_every_door(desk: Desk) -> None:
    await publish(desk)
    sent = message(person(f"{YEAR % 100:02}0125") + "DOC+P+L1'LOC+91+UTO'")
    assert await told(desk, sent) == ["2Z"]
    [encounter] = await encounters(desk)
    [notice] = (await ask(desk, "encounter.show", officer="o1", encounter=encounter)).encounter.candidates
    await ask(desk, "encounter.open", officer="o1", encounter=encounter)
    differ = [{"identifier": one, "agrees": False} for one in ("birth_date", "biometric")]
    await ask(desk, "encounter.verify", officer="v1", second="v2", outcome="NEGATIVE", encounter=encounter,
              notice=notice, grounds="an infant", compared=differ)  # fmt: skip
    papers = [{"type": "passport", "number": "L1", "issuer": "UTO"}]
    assert await told(desk, sent) == ["0Z"]
    assert await find_by_zone(desk) == 0
    found = await ask(desk, "find", **YOUNG, documents=papers, reference="r")
    assert found.document.answer.candidates == ()
    assert (questions(desk)[-1].found, questions(desk)[-1].suppressed) == (0, 1)
    scanned = await ask(desk, "encounter.scan", **YOUNG, documents=papers, **AT_GATE)
    assert (scanned.candidates, scanned.suppressed) == ((), 1)
    found = await ask(desk, "find", **(YOUNG | {"purpose": "INVESTIGATION"}), documents=papers, reference="r")
    assert len(found.document.answer.candidates) == 1, "who investigates sees everything"


async def test_who_may_be_of_two_centuries_is_one_person_on_record(desk: Desk) -> None:
    await publish(desk)
    later = draft(OLD[0], f"{YEAR + 100}-01-25", "X5550002")
    await perform(desk.site, "notice.publish", msgspec.json.encode(later))
    for _ in range(2):
        await ask(desk, "find", **YOUNG, reference="gate 4")
    first, again = questions(desk)
    assert first.person == again.person != ""
    assert (first.found, again.found) == (2, 2)
    assert first.view == desk.site.member.vector().digest()
    assert not [one for one in (await ask(desk, "finding.list")).findings if one.rule == "Q-02"], "asked for twice"
    plain = await ask(desk, "find", **(YOUNG | {"two_digit_year": False}), reference="gate 4")
    assert len(plain.document.answer.candidates) == 1
    assert (questions(desk)[-1].person, questions(desk)[-1].terms != first.terms) == (first.person, True)
    assert [one for one in (await ask(desk, "finding.list")).findings if one.rule == "Q-02"], "a third time"
    told_of = [one.decision for one in desk.site.casework.book.entries(0)]
    terms = [one.text for one in told_of if isinstance(one, JournalRecord) and one.kind == "find.terms"]
    assert ["two_digit_year" in one for one in terms] == [True, True, False]


async def test_a_carrier_asks_once_for_who_may_be_of_two_centuries(desk: Desk) -> None:
    await publish(desk)
    sent = message(person(f"{YEAR % 100:02}0125"), person(f"{YEAR % 100:02}0125", "NOBODY:KNOWN"))
    assert await told(desk, sent) == ["2Z", "0Z"]
    assert [one.found for one in questions(desk)] == [1, 0]


async def test_as_of_a_day_when_they_were_listed_both_centuries_are_asked_about(desk: Desk) -> None:
    await publish(desk)
    then = format_ms(desk.site.member.clock.now_ms() + 1)
    [line] = [one for one in (await ask(desk, "notice.list", mine=True)).notices if one.listed_as == OLD[0]]
    await asyncio.sleep(0.01)
    await ask(desk, "notice.correct", notice=line.key, draft=draft(OLD[0], "1984-05-02", OLD[2]))
    for when, count in (({"as_of": then}, 1), ({}, 0)):
        found = await ask(desk, "find", **YOUNG, reference="r", **when)
        assert len(found.document.answer.candidates) == count
