"""Kinds of entity and document, as foreign clients ask for them: what we export is found, and no silence is empty."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest
from followthemoney import model

from evenhand.api.entities import entities_of
from evenhand.api.schemata import ALL_KINDS, SCHEMATA
from evenhand.interop.listed_documents import DOCUMENT_TYPES
from evenhand.node.operations import perform
from tests.api.conftest import PEOPLE, Desk, draft

NAME, _, NUMBER = PEOPLE[0]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def document_draft(kind: str, number: str, issuer: str | None = "UTO") -> dict[str, Any]:
    made = draft("nobody")
    document = {"type": kind, "number": number, "status": "stolen", **({"issuer": issuer} if issuer else {})}
    made["notice"] = {
        "kind": "document", "category": "terrorism", "action": "DISCREET_REPORT", "document": document,
    }  # fmt: skip
    return made


async def publish(desk: Desk, made: dict[str, Any]) -> str:
    return str((await perform(desk.site, "notice.publish", msgspec.json.encode(made))).key)


async def matched(http: httpx.AsyncClient, schema: str, /, **said: Any) -> dict[str, Any]:
    query = {"schema": schema, "properties": said}
    reply = await http.post("/match/default?threshold=0.85&cutoff=0.5&limit=50", json={"queries": {"q": query}})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()["responses"]["q"]
    return found


async def ids(http: httpx.AsyncClient, schema: str, /, **said: Any) -> list[str]:
    answer = await matched(http, schema, **said)
    assert answer["status"] == 200, answer
    return [one["id"] for one in answer["results"]]


async def reconciled(http: httpx.AsyncClient, row: dict[str, Any]) -> dict[str, Any]:
    body = f"queries={quote(msgspec.json.encode({'q': row}).decode())}"
    reply = await http.post("/reconcile/evenhand", content=body, headers=FORM)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()["q"]
    return answer


def test_the_schemata_are_those_of_follow_the_money() -> None:
    assert frozenset(model.schemata) == SCHEMATA
    assert set(DOCUMENT_TYPES) < set(ALL_KINDS)


async def test_whatever_we_export_is_found_again(desk: Desk) -> None:
    """Each document notice and each person with one paper, of every type: by each entity that the export makes."""
    kinds = (*ALL_KINDS, "number_plate", "chassis_number")
    keys = {}
    for place, kind in enumerate(kinds):
        keys[f"DN{place:02}7777"] = kind, await publish(desk, document_draft(kind, f"DN{place:02}7777", "ITA"))
        person = draft(f"Invented Namesake{place:02}", number="")
        person["notice"]["person"]["documents"] = [{"type": kind, "number": f"PN{place:02}6666", "issuer": "ITA"}]
        keys[f"PN{place:02}6666"] = kind, await publish(desk, person)
    async with desk.client() as http:
        for number, (kind, key) in keys.items():
            subject, *others = entities_of(desk.site.member, key)
            wanted = subject["id"]
            for one in (subject, *(each for each in others if each["schema"] != "Sanction")):
                assert wanted in await ids(http, one["schema"], **one["properties"]), (kind, one)
            if kind in ALL_KINDS and kind != "other":  # which no question finds by its number alone
                numbers = [(one["schema"], name) for one in (subject, *others) for name, values in
                           one["properties"].items() if number in values]  # fmt: skip
                for schema, name in numbers:
                    assert wanted in await ids(http, schema, **{name: [number]}), (kind, schema, name)


@pytest.mark.parametrize("kind", ["national_id", "residence_permit", "driving_licence"])
async def test_a_number_whose_kind_is_not_told_is_asked_as_every_kind(desk: Desk, kind: str) -> None:
    key = await publish(desk, document_draft(kind, "NI777777"))
    wanted = "eh-" + key.replace(":", "-")
    async with desk.client() as http:
        assert await ids(http, "Identification", number=["NI777777"]) == [wanted]
        assert await ids(http, "Person", idNumber=["NI777777"]) == [wanted]
        assert await ids(http, "Interval", number=["NI777777"]) == [wanted]
        for schema in ("Identification", "Asset", "Thing", "Interval"):
            found = (await http.get("/search/default", params={"schema": schema, "q": "NI777777"})).json()
            assert [one["id"] for one in found["results"]] == [wanted], schema
        assert [one["id"] for one in (await http.get("/search/default?q=NI777777")).json()["results"]] == [wanted]
        answer = await reconciled(http, {"query": "NI777777", "type": "Identification"})
        assert [one["id"] for one in answer["result"]] == [wanted]


async def test_a_kind_that_is_told_is_asked_as_what_may_be_the_same(desk: Desk) -> None:
    key = await publish(desk, document_draft("national_id", "NI777777", None))
    wanted = "eh-" + key.replace(":", "-")
    async with desk.client() as http:
        for told in ("national_id", "Identity Card", "ID", "Personalausweis", "carte nationale", "other"):
            assert await ids(http, "Identification", number=["NI777777"], type=[told]) == [wanted], told
        assert await ids(http, "Identification", number=["NI777777"], type=["P"]) == []


async def test_a_number_asked_as_many_kinds_weighs_as_one(desk: Desk) -> None:
    person = draft("Paperova Idna", number="")
    person["notice"]["person"]["documents"] = [{"type": "residence_permit", "number": "RP666666", "issuer": "UTO"}]
    await publish(desk, person)
    async with desk.client() as http:
        for number in ("RP666666", "RP66666G"):
            asked = {"names": ["Paperova Idna"], "documents": [{"type": "residence_permit", "number": number}]}
            found = (await http.post("/v1/find", json=asked)).json()["answer"]["candidates"]
            (one,) = (await matched(http, "Person", name=["Paperova Idna"], idNumber=[number]))["results"]
            assert round(one["score"] * 1000) == found[0]["strength"]


async def test_many_numbers_are_several_questions(desk: Desk) -> None:
    numbers = [f"N{place:07}" for place in range(9)]
    async with desk.client() as http:
        assert len(await ids(http, "Person", number=[*numbers, NUMBER])) == 1


async def test_vehicles_are_asked_for_by_what_is_written_on_them(desk: Desk) -> None:
    plate = "eh-" + (await publish(desk, document_draft("licence_plate", "AB123CD"))).replace(":", "-")
    vin = "eh-" + (await publish(desk, document_draft("vin", "ZFA12345678901234"))).replace(":", "-")
    async with desk.client() as http:
        for schema in ("Vehicle", "Asset", "Value", "Vessel", "Thing"):
            assert await ids(http, schema, registrationNumber=["AB 123 CD"]) == [plate], schema
            assert await ids(http, schema, registrationNumber=["ZFA12345678901234"], country=["ph"]) == [vin], schema
        assert await ids(http, "Vehicle", registrationNumber=["AB123CD"], country=["ph"]) == []
        answer = await reconciled(http, {"query": "AB123CD", "type": "Vehicle"})
        assert [one["id"] for one in answer["result"]] == [plate]
        named = await matched(http, "Vehicle", name=["Ocean Star"])
        assert (named["status"], named["detail"].startswith("nothing to look for")) == (400, True)


@pytest.mark.parametrize("schema", ["Persn", "person", "", "Verm\u00f6gen"])
async def test_a_schema_that_there_is_not_is_refused(desk: Desk, schema: str) -> None:
    async with desk.client() as http:
        good = {"schema": "Person", "properties": {"name": [NAME]}}
        queries = {"bad": {**good, "schema": schema}, "good": good}
        said = (await http.post("/match/default", json={"queries": queries})).json()["responses"]
        assert (said["bad"]["status"], said["good"]["status"]) == (400, 200)
        assert said["bad"]["detail"].startswith(f"FollowTheMoney has no schema {schema!r}")
        assert ("write Person" in said["bad"]["detail"]) is (schema == "person")
        assert (await http.get("/search/default", params={"q": NAME, "schema": schema})).status_code == 400
        if schema:  # a row without a type is one of persons
            row = await reconciled(http, {"query": NAME, "type": schema})
            assert (row["status"], "result" in row) == (400, False)


async def test_a_schema_of_what_we_do_not_hold_is_told_so(desk: Desk) -> None:
    told = ["schema Company: nothing of this kind is held here"]
    async with desk.client() as http:
        said = await matched(http, "Company", name=[NAME])
        assert (said["status"], said["results"], said["not_compared"]) == (200, [], told)
        found = (await http.get("/search/default", params={"q": NAME, "schema": "Company"})).json()
        assert (found["total"]["value"], found["not_compared"]) == (0, told)
        row = await reconciled(http, {"query": NAME, "type": ["Company"]})
        assert (row["status"], row["error"].startswith(told[0])) == (400, True)
        for parent in ("Thing", "LegalEntity"):
            assert len(await ids(http, parent, name=[NAME])) == 1, parent


async def test_a_nationality_says_nothing_of_who_issued_a_document(desk: Desk) -> None:
    async with desk.client() as http:
        plain = await ids(http, "Person", passportNumber=[NUMBER])
        assert len(plain) == 1
        for aside in ({"nationality": ["ph"]}, {"country": ["ph"]}, {"citizenship": ["ph", "us"]}):
            assert await ids(http, "Person", passportNumber=[NUMBER], **aside) == plain, aside
        row = {"query": "Somebody Unrelated", "type": "Person", "properties": [
            {"pid": "passportNumber", "v": NUMBER}, {"pid": "nationality", "v": "ph"}]}  # fmt: skip
        assert [one["id"] for one in (await reconciled(http, row))["result"]] == plain
        for schema in ("Passport", "Identification"):
            assert await ids(http, schema, number=[NUMBER], country=["ph"]) == []
            (one,) = (await matched(http, schema, number=[NUMBER], country=["UTO"]))["results"]
            assert (one["id"], one["match"]) == (plain[0], True)
            said = await matched(http, schema, number=[NUMBER], nationality=["ph"])
            assert ([each["id"] for each in said["results"]], said["not_compared"]) == (plain, ["nationality"])


async def test_no_evidence_is_lost_beside_what_the_nodes_own_question_finds(desk: Desk) -> None:
    asked: dict[str, Any] = {"names": ["I. Fervent"], "nationalities": ["PHL"], "documents": [{"number": NUMBER}]}
    async with desk.client() as http:
        own = (await http.post("/v1/find", json=asked)).json()["answer"]["candidates"]
        theirs = await matched(http, "Person", name=["I. Fervent"], nationality=["ph"], passportNumber=[NUMBER])
        assert [round(one["score"] * 1000) for one in theirs["results"]] == [one["strength"] for one in own]


async def test_words_that_cannot_be_compared_are_named_in_a_search(desk: Desk) -> None:
    async with desk.client() as http:
        found = (await http.get("/search/default", params={"q": "--"})).json()
        assert (found["total"]["value"], found["not_compared"]) == (0, ["'--': no letters that can be compared"])
        found = (await http.get("/search/default", params={"q": "--", "schema": "Identification"})).json()
        assert found["not_compared"] == ["document number '--': no letters or digits that can be compared"]
        assert "not_compared" not in (await http.get("/search/default", params={"q": NAME})).json()
