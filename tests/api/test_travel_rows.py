"""Travel documents over HTTP: what a row may hold, and what a misread zone is not searched by."""

from __future__ import annotations

from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from tests.api.conftest import PEOPLE, Desk
from tests.api.test_routes import problem

PATH = "/v1/travel/find"
ROW = {"family_name": "Ferventu", "given_names": "Ilmar", "birth_date": "1984-05-02", "nationality": "UTO"}


async def test_two_letters_are_a_country_in_a_row(desk: Desk) -> None:
    async with desk.client() as http:
        said = (await http.post(PATH, json={"row": {**ROW, "nationality": "it", "issuer": "DE"}})).json()
        assert said["traveller"]["nationalities"] == ["ITA"]
        problem(await http.post(PATH, json={"row": {**ROW, "nationality": "ZZ"}}), 400, "input")


async def test_nobody_in_a_row_is_born_tomorrow(desk: Desk) -> None:
    async with desk.client() as http:
        for born in ("2099-12-31", "1799-01-01"):
            problem(await http.post(PATH, json={"row": {**ROW, "birth_date": born}}), 400, "input")
        earlier = {"row": {**ROW, "birth_date": "2026-11-24"}, "today": "2026-11-23"}
        problem(await http.post(PATH, json=earlier), 400, "input")
        assert (await http.post(PATH, json={"row": ROW, "today": "2026-11-23"})).json()["answer"]["candidates"]


async def test_a_misread_birth_date_hides_nobody(desk: Desk) -> None:
    head, line = compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number="N1", primary="FERVENTU", secondary="ILMAR",
        nationality="UTO", birth_date="1984-05-02", sex="M", expiry="2030-01-01",
    ))  # fmt: skip
    misread = f"{head}\n{line.replace('840502', '140502')}"
    async with desk.client() as http:
        said = (await http.post(PATH, json={"zone": misread, "today": "2026-11-28"})).json()
    assert "birth_date" in {one["field"] for one in said["zone"]["read"]["problems"]}
    assert "birth_date" not in said["traveller"]
    assert [one["listed_as"] for one in said["answer"]["candidates"]] == [PEOPLE[0][0]]


ARABIC = ("عبد اللطيف البلوشاني", "1974-08-12", "X8888888")


async def test_a_zone_in_letters_for_arabic_finds_whom_the_name_finds(desk: Desk) -> None:
    await desk.publish(ARABIC)
    lines = compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number="N1", primary="ALBLWXSHANY", secondary="EBD ALLXTTYF",
        nationality="UTO", birth_date="1974-08-12", sex="M", expiry="2030-01-01",
    ))  # fmt: skip
    row = {"family_name": "ALBLWXSHANY", "given_names": "EBD ALLXTTYF", "birth_date": "1974-08-12"}
    async with desk.client() as http:
        by_name = (await http.post("/v1/find", json={"names": [ARABIC[0]], "birth_date": "1974-08-12"})).json()
        assert [(one["listed_as"], one["band"]) for one in by_name["answer"]["candidates"]] == [(ARABIC[0], "strong")]
        for asking in ({"zone": "\n".join(lines), "today": "2026-11-28"}, {"row": row}):
            said = (await http.post(PATH, json=asking)).json()
            assert [(one["listed_as"], one["band"]) for one in said["answer"]["candidates"]] == [(ARABIC[0], "strong")]
            assert said["traveller"]["names"] == [{"family": "ALBLWXSHANY", "given": "EBD ALLXTTYF"}]
