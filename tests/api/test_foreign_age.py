"""Answers from an old copy, in the forms of others: none of them is silent about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from evenhand.api.app import App
from evenhand.api.routes import ROWS
from evenhand.api.service import Service
from evenhand.ground.store import MemoryStore
from evenhand.node.answering import STALE_SECONDS
from evenhand.node.operations import perform
from tests.api.conftest import Desk, opened
from tests.api.test_carriers import BOARDING, CLEAR, EDIFACT, codes, paxlst
from tests.api.test_foreign_kinds import FORM

ROW = quote(msgspec.json.encode({"q": {"query": "Absolutely Nobody"}}).decode())
QUERY: Any = {"queries": {"q": {"schema": "Person", "properties": {"name": ["Absolutely Nobody"]}}}}
OUTLETS = ("match", "search", "reconcile", "paxlst", "catalog")


@pytest.fixture
async def partnered(tmp_path: Path) -> AsyncIterator[Desk]:
    """A node with one partner, which was never heard."""
    with opened(tmp_path / "ita", others=("PHL",)) as site:
        yield Desk(site, App(Service(site=site, rules=site.config.api, store=MemoryStore()), ROWS))


def hear(desk: Desk, seconds: int) -> None:
    member = desk.site.member
    member.ledgers.heard_ms["PHL"] = member.clock.now_ms() - seconds * 1000


async def answers(desk: Desk) -> dict[str, httpx.Response]:
    async with desk.client() as http:
        return {
            "match": await http.post("/match/default", json=QUERY),
            "search": await http.get("/search/default", params={"q": "Absolutely Nobody"}),
            "reconcile": await http.post("/reconcile/evenhand", content=f"queries={ROW}", headers=FORM),
            "paxlst": await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR), headers={**EDIFACT, **BOARDING}),
            "catalog": await http.get("/catalog"),
        }


@pytest.mark.parametrize(("heard", "stale"), [(None, True), (STALE_SECONDS + 60, True), (5, False)])
async def test_every_answer_says_whether_its_copy_is_old(partnered: Desk, heard: int | None, stale: bool) -> None:
    if heard is not None:
        hear(partnered, heard)
    said = await answers(partnered)
    for outlet in OUTLETS:
        reply = said[outlet]
        assert reply.status_code == 200, reply.text
        assert reply.headers["evenhand-stale"] == ("true" if stale else "false"), outlet
        seconds = reply.headers.get("evenhand-oldest-seconds")
        assert (seconds is None) if heard is None else (heard <= int(str(seconds)) < heard + 60), outlet
    assert said["match"].json().get("stale", False) is stale
    assert said["search"].json().get("stale", False) is stale
    assert said["reconcile"].json()["q"] == ({"result": [], "stale": True} if stale else {"result": []})
    catalog = said["catalog"].json()
    name = catalog["datasets"][0]["name"]
    assert catalog["index_stale"] is stale
    assert (catalog["current"], catalog["outdated"]) == (([], [name]) if stale else ([name], []))
    assert catalog["datasets"][0]["index_current"] is not stale


async def test_a_node_alone_is_never_old(desk: Desk) -> None:
    said = await answers(desk)
    assert {said[outlet].headers["evenhand-stale"] for outlet in OUTLETS} == {"false"}
    assert {said[outlet].headers["evenhand-oldest-seconds"] for outlet in OUTLETS} == {"0"}


async def test_an_entity_and_what_has_not_changed_say_it_too(desk: Desk) -> None:
    async with desk.client() as http:
        found = (await http.get("/search/default", params={"q": "Ilmar Ferventu"})).json()["results"]
        reply = await http.get(f"/entities/{found[0]['id']}")
        assert reply.headers["evenhand-stale"] == "false"
        same = await http.get(f"/entities/{found[0]['id']}", headers={"If-None-Match": reply.headers["etag"]})
        assert (same.status_code, same.headers["evenhand-stale"]) == (304, "false")


async def test_a_carrier_is_told_of_when_the_lists_are(partnered: Desk) -> None:
    async def told() -> tuple[str, list[str]]:
        async with partnered.client(**BOARDING) as http:
            reply = await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, CLEAR), headers=EDIFACT)
        return reply.text, codes(reply.content)

    text, said = await told()
    assert said == ["0Z", "0Z"]
    assert text.count("FTX+AAP+++OK TO BOARD, LISTS MAY BE OLD'") == 2
    hear(partnered, 7200)
    then = datetime.fromtimestamp(partnered.site.member.ledgers.heard_ms["PHL"] / 1000, UTC)
    text, said = await told()
    assert said == ["0Z", "0Z"]
    assert text.count(f"FTX+AAP+++OK TO BOARD, LISTS AS OF {then:%Y-%m-%d %H%M}Z'") == 2
    hear(partnered, 5)
    assert "OK TO BOARD'" in (await told())[0]


async def test_a_flight_answered_from_an_old_copy_is_on_record_once(partnered: Desk) -> None:
    async def kept() -> list[dict[str, Any]]:
        records = (await perform(partnered.site, "people.journal", b"{}")).records
        return [one for one in records if one["kind"] == "carrier.old_copy"]

    cancelled = paxlst(CLEAR).replace(b"BGM+745", b"BGM+745++1")
    async with partnered.client(**BOARDING) as http:
        await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR, CLEAR, CLEAR), headers=EDIFACT)
        (one,) = await kept()
        assert (one["unheard"], one["oldest_seconds"]) == (["PHL"], None)
        assert one["post"] == "IV123 FCO 2026-12-01T12:00"
        assert "NOBODY" not in str(one)
        await http.post("/v1/carriers/paxlst", content=cancelled, headers=EDIFACT)
        hear(partnered, 5)
        await http.post("/v1/carriers/paxlst", content=paxlst(CLEAR), headers=EDIFACT)
        assert len(await kept()) == 1
