"""Whom the other century of a two-digit birth year is asked for: what the evidence may take for a listed date."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
import pytest

from evenhand.identity.dates import BirthDate
from evenhand.matching.contract import Query
from evenhand.matching.evidence import DATE_CONFLICT, compare_dates
from evenhand.node.elders import Elders
from evenhand.node.operations import perform
from tests.api.conftest import Desk, draft
from tests.api.test_two_digit_years import BORN, OLD, YEAR, publish


def dates() -> Iterator[str]:
    """Yield birth dates of the years that may be of either century, in each form that a question has."""
    for year in range(YEAR - 24, YEAR + 1):
        yield str(year)
        yield from (f"{year}-{month:02}" for month in (1, 5))
        yield from (f"{year}-{month:02}-{day:02}" for month in (1, 5) for day in (1, 5, 25))


@pytest.mark.parametrize("listed", [
    BirthDate(value="1925-01-25"), BirthDate(value="1925-05-01"), BirthDate(value="1959-01-25"),
    BirthDate(value="1924"),
    BirthDate(value="1976-01-25"), BirthDate(value="1976-01"), BirthDate(value="1976"), BirthDate(value="1920-05"),
    BirthDate(value="1898", until="1903"), BirthDate(value="1926-01-25", until="1930"), BirthDate(value="2005-01-25"),
    BirthDate(value="1928-01-25", certainty="approximate"), BirthDate(value="1976-01-25", certainty="approximate"),
])  # fmt: skip
async def test_every_date_that_the_evidence_does_not_hold_against_somebody_is_asked_for(
    desk: Desk, listed: BirthDate
) -> None:
    made = draft("Ozmo Tarsinek", number="X5550003")
    made["notice"]["person"]["birth_dates"] = [msgspec.to_builtins(listed)]
    await perform(desk.site, "notice.publish", msgspec.json.encode(made))
    elders = Elders(desk.site.member)
    asked = {
        born for born in dates()
        if elders.question(Query(names=("V",), birth_date=f"{int(born[:4]) + 100}{born[4:]}")) is not None
    }  # fmt: skip
    speaks = {born for born in dates() if compare_dates(born, listed)[0] > DATE_CONFLICT}
    assert speaks <= asked
    years = {born[:4] for born in speaks}
    assert not [born for born in asked - speaks if not {str(int(born[:4]) + by) for by in (-1, 0, 1)} & years]


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


async def test_another_day_of_a_year_one_digit_off_is_not_asked_for(desk: Desk) -> None:
    elders = Elders(desk.site.member)
    await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], "1976-01-25", OLD[2])))
    asked = [
        born for born in ("2026-01-25", "2026-01-26", "2025-01-25", "2006-01-25", "2026-01", "2026")
        if elders.question(Query(names=("V",), birth_date=born)) is not None
    ]  # fmt: skip
    assert asked == ["2026-01-25", "2006-01-25"]


async def test_what_was_erased_is_asked_for_by_nobody(desk: Desk) -> None:
    elders = desk.site.elders
    first, second = [
        (await perform(desk.site, "notice.publish", msgspec.json.encode(draft(OLD[0], BORN, f"X555000{n}")))).key
        for n in range(2)
    ]

    def asked() -> bool:
        both = [one.question(Query(names=(OLD[0],), birth_date=f"{YEAR + 100}-01-25")) is not None
                for one in (elders, Elders(desk.site.member))]  # fmt: skip
        assert both[0] is both[1], "a node just started holds the same"
        return both[0]

    for key, is_asked in (("", True), (first, True), (second, False)):
        if key:
            await perform(
                desk.site, "notice.erase", msgspec.json.encode({"notice": key, "reason_class": "error"})
            )
        assert asked() is is_asked
    assert str(YEAR) not in str(vars(elders)), "nothing that follows from what was erased is left"


async def test_a_corrected_year_is_asked_for_as_long_as_its_version_is_held(desk: Desk) -> None:
    """`find` may ask as of a day when it stood."""
    key = (await perform(desk.site, "notice.publish", msgspec.json.encode(draft(*OLD)))).key
    elders = desk.site.elders
    assert elders.question(Query(names=(OLD[0],), birth_date=f"{YEAR + 100}-01-25")) is not None
    made = draft(OLD[0], "1984-05-02", OLD[2])
    await perform(desk.site, "notice.correct", msgspec.json.encode({"notice": key, "draft": made}))
    for one in (elders, Elders(desk.site.member)):
        assert one.question(Query(names=(OLD[0],), birth_date=f"{YEAR + 100}-01-25")) is not None


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
        return elders.question(Query(names=(OLD[0],), birth_date=f"{year + 100}-05-07")) is not None

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


async def test_whoever_is_listed_later_is_asked_for_from_then_on(desk: Desk) -> None:
    elders, young = Elders(desk.site.member), Query(names=(OLD[0],), birth_date=f"{YEAR + 100}-01-25")
    assert elders.question(young) is None
    await publish(desk)
    asked = elders.question(young)
    assert asked is not None
    assert asked.birth_date == BORN
