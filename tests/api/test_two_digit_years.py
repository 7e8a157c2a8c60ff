"""A birth year of two digits is of two centuries: whoever is over a hundred is found, and few are asked for twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from evenhand.matching.contract import Query
from evenhand.node.elders import Elders
from evenhand.node.operations import perform
from evenhand.screening.events import CandidatesShown
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


async def test_few_are_asked_for_twice(desk: Desk) -> None:
    elders = Elders(desk.site.member)

    def asked(born: str | None) -> str | None:
        found = elders.question(Query(names=("Velmo Tarsinek",), birth_date=born))
        return None if found is None else found.birth_date

    recent = f"{YEAR + 100}-01-25"
    assert asked(recent) is None, "nobody listed is so old"
    await publish(desk)
    assert (asked(recent), asked(recent[:4]), asked(None)) == (BORN, BORN[:4], None)
    assert [asked(f"{YEAR + 100 + by}-03-01") for by in (-2, -1, 1, 2)] == [
        None, f"{YEAR - 1}-03-01", f"{YEAR + 1}-03-01", None,
    ]  # fmt: skip
    assert asked("1984-05-02") is None, "nobody alive"


async def test_a_long_list_is_looked_through_in_turns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.node.elders._TURN", 1)
    for number, born in enumerate((BORN, f"{YEAR - 9}-01-25", f"{YEAR - 18}-01-25")):
        await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], born, f"X555000{number}")))
    whole, half = Elders(desk.site.member), Elders(desk.site.member)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(count())
    await whole.prepare()
    beside.cancel()
    assert turns >= 2

    def asked(elders: Elders, year: int) -> bool:
        return elders.question(Query(names=(OLD[0],), birth_date=f"{year + 100}-01-25")) is not None

    begun = asyncio.create_task(half.prepare())
    await asyncio.sleep(0)  # one turn: the question does not wait for the others
    for elders in (whole, half):
        assert [asked(elders, YEAR - back) for back in (0, 5, 9, 18)] == [True, False, True, True]
    await begun
    await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], f"{YEAR - 5}-01-25", "X5550009")))
    assert asked(whole, YEAR - 5)
    assert asked(half, YEAR - 5)


async def test_an_approximate_year_and_a_range_reach_further(desk: Desk) -> None:
    elders = Elders(desk.site.member)

    def years() -> list[int]:
        asked = (elders.question(Query(names=("V",), birth_date=str(YEAR + 100 + by))) for by in range(-8, 2))
        return [int(one.birth_date or "") - YEAR for one in asked if one is not None]

    await publish(desk, certainty="approximate")
    assert years() == [-3, -2, -1, 0, 1]
    made = draft("Ozmo Tarsinek", number="X5550003")
    made["notice"]["person"]["birth_dates"] = [{"value": str(YEAR - 6), "until": str(YEAR - 5)}]
    await perform(desk.site, "notice.publish", msgspec.json.encode(made))
    assert years() == [-7, -6, -5, -4, -3, -2, -1, 0, 1]


async def test_a_day_that_the_other_century_has_not_is_not_asked_for(desk: Desk) -> None:
    made = draft("Ozmo Tarsinek", "1900-03-01", "X5550003")
    await perform(desk.site, "notice.publish", msgspec.json.encode(made))
    elders = Elders(desk.site.member)
    assert elders.question(Query(names=("V",), birth_date="2000-02-29")) is None
    assert elders.question(Query(names=("V",), birth_date="2000-02-28")) is not None


async def test_a_scan_asks_for_both_centuries_as_find_does(desk: Desk) -> None:
    await publish(desk)
    young = {"names": [OLD[0]], "birth_date": f"{YEAR + 100}-01-25", "nationalities": ["UTO"], "legal_basis": "l",
             "purpose": "BORDER_CHECK", "officer": "o1", "unit": "gate", "movement": "CROSSING"}  # fmt: skip
    for flag in (False, True):
        body = msgspec.json.encode({**young, "two_digit_year": flag})
        scanned = await perform(desk.site, "encounter.scan", body)
        assert len(scanned.candidates) == flag
    assert len(await encounters(desk)) == 1


async def test_whoever_is_listed_later_is_asked_for_from_then_on(desk: Desk) -> None:
    elders, young = Elders(desk.site.member), Query(names=(OLD[0],), birth_date=f"{YEAR + 100}-01-25")
    assert elders.question(young) is None
    await publish(desk)
    asked = elders.question(young)
    assert asked is not None
    assert asked.birth_date == BORN
