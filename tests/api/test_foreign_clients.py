"""Clients that nobody here wrote, in the words of their own manuals: OpenSanctions, OpenRefine."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import requests
from followthemoney import model

from evenhand.node.operations import perform
from evenhand.trust.permissions import Role
from tests.api.conftest import PEOPLE, Desk, Served, draft, make_key

NAME, BORN, NUMBER = PEOPLE[0]


def test_the_examples_of_opensanctions_run_unchanged(served: Served) -> None:
    # As in the API's published Python examples: the bare key, several names, two queries in one request.
    headers = {"Authorization": served.screening}
    query: Any = {
        "queries": {
            "query-A": {"schema": "Person", "properties": {"name": [NAME, "Ильмар Фервенту"], "birthDate": [BORN]}},
            "query-B": {"schema": "Company", "properties": {"name": ["Invented Ltd"], "jurisdiction": ["Utopia"]}},
        }
    }
    response = requests.post(f"{served.url}/match/default", headers=headers, json=query, timeout=10)
    response.raise_for_status()
    results = [
        {"id": result["id"], "name": result["properties"]["name"], "match": result["match"]}
        for query_id in query["queries"]
        for result in response.json()["responses"][query_id]["results"]
    ]
    assert [(one["name"], one["match"]) for one in results] == [([NAME], True)]
    assert response.json()["responses"]["query-B"]["query"] == {"id": None, **query["queries"]["query-B"]}
    found = requests.get(f"{served.url}/entities/{results[0]['id']}", headers=headers, timeout=10).json()
    assert found["properties"]["passportNumber"] == [NUMBER]
    assert found["properties"]["sanctions"][0]["schema"] == "Sanction"


async def test_matches_are_valid_entities_with_scores(desk: Desk) -> None:
    query = {"schema": "Person", "properties": {"firstName": "Ilmar", "lastName": ["Ferventu"], "gender": ["male"],
             "passportNumber": [NUMBER], "nationality": ["UTO"], "position": [{"id": "nested"}]}}  # fmt: skip
    async with desk.client() as http:
        reply = await http.post("/match/sanctions", json={"queries": {"q": query}})
        answer = reply.json()
        assert answer["limit"] == 5
        (found,) = answer["responses"]["q"]["results"]
        assert 0.85 <= found["score"] <= 1
        assert found["features"]["document"] > 0
        entity = model.get_proxy(found, cleaned=False)
        assert entity.schema.validate({"properties": entity.properties}) is None
        low = await http.post("/match/default?threshold=0.1&cutoff=0&limit=1", json={"queries": {"q": query}})
        assert low.json()["responses"]["q"]["results"][0]["match"] is True
        none = await http.post("/match/default?threshold=1&cutoff=1", json={"queries": {"q": {**query, "properties":
                               {"name": ["Ilmar Ferventu"]}}}})  # fmt: skip
        assert none.json()["responses"]["q"]["results"] == []
        paper = {"schema": "Passport", "properties": {"number": [NUMBER], "country": ["UTO"]}}
        reply = await http.post("/match/default", json={"queries": {"q": paper}})
        (held,) = reply.json()["responses"]["q"]["results"]
        assert held["id"] == found["id"]


async def test_refusals_of_yente(desk: Desk) -> None:
    good = {"queries": {"q": {"schema": "Person", "properties": {"name": [NAME]}}}}
    async with desk.client() as http:
        assert (await http.post("/match/moon", json=good)).status_code == 404
        for wrong in ("threshold=x", "threshold=2", "limit=x", "algorithm=magic", "topics=crime"):
            assert (await http.post(f"/match/default?{wrong}", json=good)).status_code == 400, wrong
        assert (await http.post("/match/default", json={"queries": {}})).status_code == 413
        assert (await http.post("/match/default", json={"q": 1})).status_code == 400
        assert (await http.get("/search/default")).status_code == 400
        for entity in ("nothing", "eh-ITA-1234", "eh--"):
            assert (await http.get(f"/entities/{entity}")).status_code == 404


async def test_search_catalog_and_algorithms(desk: Desk) -> None:
    async with desk.client() as http:
        found = (await http.get("/search/default", params={"q": NAME, "limit": 1, "schema": "Person"})).json()
        assert [one["caption"] for one in found["results"]] == [NAME]
        assert "score" not in found["results"][0]
        assert (await http.get("/search/default", params={"q": NAME, "schema": "Vessel"})).json()["results"] == []
        catalog = (await http.get("/catalog")).json()
        assert catalog["datasets"][0]["version"] == desk.site.member.vector().digest()
        assert (await http.get("/algorithms")).json()["default"] == "evenhand"
        plain = (await http.get(f"/entities/{found['results'][0]['id']}", params={"nested": "false"})).json()
        assert "sanctions" not in plain["properties"]


async def test_a_candidate_too_secret_to_export_is_named_as_withheld(desk: Desk) -> None:
    red = draft("Secret Personage", number="S1")
    red["notice"]["handling"] = {"tlp": "RED"}
    await perform(desk.site, "notice.publish", msgspec.json.encode(red))
    query = {"schema": "Person", "properties": {"name": ["Secret Personage"], "birthDate": ["1984-05-02"]}}
    async with desk.client() as http:
        reply = await http.post("/match/default", json={"queries": {"q": query}})
        (found,) = reply.json()["responses"]["q"]["results"]
        assert found["score"] > 0.6
        assert "withheld" in found["caption"]
        assert (await http.get(f"/entities/{found['id']}")).status_code == 404


async def _form(http: httpx.AsyncClient, queries: dict[str, Any]) -> httpx.Response:
    body = f"queries={quote(msgspec.json.encode(queries).decode())}"
    return await http.post(
        "/reconcile/evenhand", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )


async def test_a_session_of_openrefine(desk: Desk) -> None:
    key = make_key(desk.site, "refine", Role.OFFICER, Role.ANALYST, purposes=("RESCREENING",))
    async with desk.client(key, **{"Evenhand-Purpose": "", "Evenhand-Legal-Basis": ""}) as http:
        manifest = (await http.get("/reconcile/evenhand")).json()
        assert manifest["versions"] == ["0.2"]
        assert manifest["defaultTypes"][0] == {"id": "Person", "name": "Person"}
        place = manifest["suggest"]["property"]
        path = f"{place['service_url']}{place['service_path']}"
        suggested = (await http.get(path, params={"prefix": "date", "cursor": 0})).json()
        assert suggested == {"result": [{"id": "birthDate", "name": "Date of birth"}]}
        types = (await http.get("/reconcile/evenhand/suggest/type", params={"prefix": "pe"})).json()["result"]
        assert [one["id"] for one in types] == ["Person"]
        # The columns of somebody's table: a name, and a birth date beside it.
        queries = {
            "q0": {"query": NAME, "type": "Person", "type_strict": "should", "limit": 3,
                   "properties": [{"pid": "birthDate", "v": "1984"}, {"pid": "gender", "v": {"id": "male"}}]},
            "q1": {"query": "Absolutely Nobody Here", "limit": 3}, "q2": {"query": "", "type": ["Person"]},
            "q3": {"query": NUMBER, "type": "Passport", "properties": [{"pid": "Passport:country", "v": ["UTO"]}]},
        }  # fmt: skip
        reply = await _form(http, queries)
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        (found,) = answer["q0"]["result"]
        assert (found["name"], found["match"]) == (NAME, False)
        assert 70 <= found["score"] <= 100
        assert answer["q1"] == answer["q2"] == {"result": []}
        assert answer["q3"]["result"][0]["id"] == found["id"]
        same = await http.get("/reconcile/evenhand", params={"queries": msgspec.json.encode(queries).decode()})
        assert same.json() == answer
        typed = await http.get("/reconcile/evenhand/suggest/entity", params={"prefix": NAME})
        assert typed.json()["result"][0]["id"] == found["id"]
        assert (await http.get("/reconcile/evenhand/suggest/entity")).json() == {"result": []}
        assert (await _form(http, {})).status_code == 413
        for body in (b"queries=nonsense", b"extend=1", b"\xff\xfe=1", b"a=1&" * 30):
            wrong = await http.post(
                "/reconcile/evenhand", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert wrong.status_code == 400
