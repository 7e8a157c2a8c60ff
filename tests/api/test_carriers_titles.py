"""A title beside the name of a listed person clears nobody, however a carrier or a person writes it."""

from __future__ import annotations

import pytest

from tests.api.conftest import Desk
from tests.api.test_carriers import BOARDING
from tests.api.test_carriers_doubts import PERSON, message, told

WITHOUT_PAPERS = PERSON.partition("DOC")[0]


@pytest.mark.parametrize("given", ["ILMAR MR", "ILMARMR", "MR ILMAR", "ILMAR DRMR", "ILMARMSTR", "ILMAR:MR"])
async def test_a_listed_person_is_found_beside_a_title(desk: Desk, given: str) -> None:
    titled = WITHOUT_PAPERS.replace("FERVENTU:ILMAR", f"FERVENTU:{given}")
    assert await told(desk, message(titled)) == ["2Z"]
    other = titled.replace("FERVENTU", "NOBODY").replace("840502", "900101")
    assert await told(desk, message(other)) == ["0Z"]


async def test_a_title_alone_names_nobody(desk: Desk) -> None:
    for name in ("MR:MR", "FNU:MR"):
        nameless = PERSON.replace("FERVENTU:ILMAR", name).replace("X1234567", "N1")
        assert await told(desk, message(nameless)) == ["2Z"]


@pytest.mark.parametrize(
    "name",
    [
        "ILMAR MR FERVENTU", "ILMARMR FERVENTU", "Mr. Ilmar Ferventu", "FERVENTU ILMAR MR", "FERVENTU<<ILMARMR<<<<<<",
        "FERVENTU<<ILMAR<MR<<<<", "FERVENTU/ILMARMR", "Ferventu, Ilmar Mr",
    ],
)  # fmt: skip
async def test_who_types_a_title_finds_whom_they_would_without_it(desk: Desk, name: str) -> None:
    async with desk.client(**BOARDING, **{"Evenhand-Reference": "gate 4"}) as http:
        answers = [
            (await http.post("/v1/find", json={"names": [one], "birth_date": "1984-05-02"})).json()["answer"]
            for one in ("ILMAR FERVENTU", name)
        ]
    plain, titled = ([(one["notice_id"], one["band"]) for one in answer["candidates"]] for answer in answers)
    assert plain
    assert titled == plain
