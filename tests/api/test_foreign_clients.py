"""Clients that nobody here wrote, in the words of their own manuals: OpenSanctions, OpenRefine."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import requests
from followthemoney import model

from evenhand.casework.records import EventRecord
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX
from evenhand.node.operations import perform
from evenhand.screening.events import PersonAsked
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
        assert (await http.post("/match/default", json={"queries": {}})).status_code == 400
        many = {str(number): good["queries"]["q"] for number in range(API_BATCH_QUESTIONS_MAX + 1)}
        assert (await http.post("/match/default", json={"queries": many})).status_code == 413
        assert (await http.post("/match/default", json={"q": 1})).status_code == 400
        assert (await http.get("/search/default")).status_code == 400
        for entity in ("nothing", "eh-ITA-1234", "eh--"):
            assert (await http.get(f"/entities/{entity}")).status_code == 404


async def test_search_catalog_and_algorithms(desk: Desk) -> None:
    async with desk.client() as http:
        found = (await http.get("/search/default", params={"q": NAME, "limit": 1, "schema": "Person"})).json()
        assert [one["caption"] for one in found["results"]] == [NAME]
        assert "score" not in found["results"][0]
        assert (await http.get("/search/default", params={"q": NAME, "schema": "Company"})).json()["results"] == []
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
        assert manifest["view"] == {"url": "http://node/entities/{{id}}"}
        assert manifest["authentication"].items() >= {"type": "apiKey", "name": "Authorization", "in": "header"}.items()
        place = manifest["suggest"]["property"]
        path = f"{place['service_url']}{place['service_path']}"
        suggested = (await http.get(path, params={"prefix": "date", "cursor": 0})).json()
        assert suggested == {"result": [{"id": "birthDate", "name": "Date of birth"}]}
        assert set(manifest["suggest"]) == {"type", "property"}
        types = (await http.get("/reconcile/evenhand/suggest/type", params={"prefix": "pe"})).json()["result"]
        assert [one["id"] for one in types] == ["Person"]
        # The columns of somebody's table: a name, and a birth date beside it.
        queries = {
            "q0": {"query": NAME, "type": "Person", "type_strict": "should", "limit": 3,
                   "properties": [{"pid": "birthDate", "v": "1984"}, {"pid": "gender", "v": {"id": "male"}}]},
            "q1": {"query": "Absolutely Nobody Here", "limit": 3}, "q2": {"query": "", "type": ["Person"]},
            "q4": {"query": "Some Ship", "type": ["Company"]},
            "q3": {"query": NUMBER, "type": "Passport", "properties": [{"pid": "Passport:country", "v": ["UTO"]}]},
        }  # fmt: skip
        reply = await _form(http, queries)
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        (found,) = answer["q0"]["result"]
        assert (found["name"], found["match"]) == (NAME, False)
        assert 70 <= found["score"] <= 100
        assert answer["q1"] == {"result": []}
        assert answer["q4"]["error"].startswith("schema Company: nothing of this kind is held here")
        assert answer["q2"] == {"error": "nothing to look for. What to do: give a name or a document.", "status": 400}
        assert answer["q3"]["result"][0]["id"] == found["id"]
        same = await http.get("/reconcile/evenhand", params={"queries": msgspec.json.encode(queries).decode()})
        assert same.json() == answer
        assert (await http.get("/reconcile/evenhand/suggest/entity", params={"prefix": NAME})).status_code == 404
        assert (await _form(http, {})).status_code == 400
        many = {str(number): {"query": NAME} for number in range(API_BATCH_QUESTIONS_MAX + 1)}
        assert (await http.get("/reconcile/evenhand", params={"queries": "{}"})).status_code == 400
        assert (await _form(http, many)).status_code == 413
        row = quote(msgspec.json.encode({"q": {"query": NAME}})).encode()
        for body in (
            b"queries=nonsense", b"extend=1", b"\xff\xfe=1", b"a=1&" * 30, b"queries=%b&colour=red" % row,
            b"queries=%b&queries=%b" % (row, row), b'queries={"q":{"query":"x","conditions":[]}}',
            b'queries={"q":{"properties":[{"pid":"name","v":"x","match":1}]}}',
        ):  # fmt: skip
            wrong = await http.post(
                "/reconcile/evenhand", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert wrong.status_code == 400, body


async def test_input_fields_of_openrefine_are_answered_page_by_page(desk: Desk) -> None:
    async with desk.client() as http:

        async def suggested(kind: str, **asked: Any) -> list[str]:
            reply = await http.get(f"/reconcile/evenhand/suggest/{kind}", params=asked)
            assert reply.status_code == 200, reply.text
            return [one["id"] for one in reply.json()["result"]]

        # As OpenRefine 3 sends it: https://github.com/reconciliation-api/specs/issues/104.
        widget = {"spell": "always", "exact": "false", "scoring": "schema", "prefixed": "true"}
        assert await suggested("property", prefix="nam", type="Passport", **widget) == []
        assert await suggested("property", prefix="document", type="Passport", **widget) == ["number"]
        assert await suggested("property", prefix="document", type="Person", **widget) == []
        assert await suggested("property", prefix="document", domain="Identification") == ["number"]
        assert await suggested("property", prefix="document", type="type/property", **widget) == ["number"]
        assert await suggested("property", prefix="na", type="Passport") == []
        assert await suggested("property", prefix="na", type="Person") == ["name", "nationality"]
        assert await suggested("property", prefix="reg", type="Vehicle") == ["registrationNumber"]
        assert await suggested("type", prefix="", type="/type/type", **widget) == [
            "Person", "Passport", "Identification", "Vehicle",
        ]  # fmt: skip
        whole = await suggested("property")
        paged = [one for skipped in range(0, 20, 4) for one in await suggested("property", cursor=skipped, limit=4)]
        assert paged == whole
        assert await suggested("property", cursor=len(whole)) == []
        for wrong in ("cursor=junk", "cursor=-1", "limit=0", "limit=x", "limit=1001", "colour=red",
                      "prefix=a&prefix=b"):  # fmt: skip
            for kind in ("type", "property"):
                reply = await http.get(f"/reconcile/evenhand/suggest/{kind}?{wrong}")
                assert reply.status_code == 400, wrong
        assert (await http.get("/reconcile/evenhand/suggest/type?domain=Person")).status_code == 400


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    ({"birthDate": ["unknown"]}, "not a date: 'unknown'"), ({"birthDate": ["02/05/1984"]}, "not a date: '02/05/1984'"),
    ({"birthDate": ["1984-02-30"]}, "no such date"), ({"birthDate": ["1984-05-02T25:00:00"]}, "no such instant"),
    ({"birthDate": [f"{year}" for year in range(1970, 1981)]}, "11 birth dates of one person"),
    ({"birthDate": [{"id": "x"}]}, "birthDate holds what is no text"), ({"name": ["N" * 501]}, "a name is too long"),
    ({"alias": [f"Name {number}" for number in range(60)]}, "too many names or documents"),
    ({"passportNumber": [f"X{number}" for number in range(60)]}, "too many names or documents"),
]  # fmt: skip


async def test_one_row_that_cannot_be_read_does_not_refuse_the_others(desk: Desk) -> None:
    good = {"schema": "Person", "properties": {"name": [NAME]}}
    queries: dict[str, Any] = {
        f"bad {number}": {"schema": "Person", "properties": {"name": [NAME], **wrong}}
        for number, (wrong, _) in enumerate(UNREADABLE)
    }
    queries |= {"good": good, "empty": {"schema": "Person", "properties": {}}, "blank": {
        "schema": "Passport", "properties": {"number": ["  "], "name": [NAME]}}}  # fmt: skip
    async with desk.client() as http:
        reply = await http.post("/match/default", json={"queries": queries})
        assert reply.status_code == 200, reply.text
        said = reply.json()["responses"]
        for number, (_, words) in enumerate(UNREADABLE):
            one = said[f"bad {number}"]
            assert (one["status"], one["results"], one["total"]["value"]) == (400, [], 0), one
            assert one["detail"].startswith(words), one["detail"]
            assert one["query"]["properties"] == queries[f"bad {number}"]["properties"]
        assert [one["caption"] for one in said["good"]["results"]] == [NAME]
        assert (said["good"]["status"], "detail" in said["good"], "not_compared" in said["good"]) == (200, False, False)
        for name in ("empty", "blank"):
            assert (said[name]["status"], said[name]["results"]) == (400, [])
            assert said[name]["detail"].startswith("nothing to look for")
    # Only what was asked is on record.
    assert len(_asked(desk)) == 1


async def test_a_value_that_says_nothing_is_ignored_and_an_instant_is_its_day(desk: Desk) -> None:
    async with desk.client() as http:

        async def one(schema: str = "Person", **said: Any) -> dict[str, Any]:
            query = {"schema": schema, "properties": said}
            reply = await http.post("/match/default?threshold=0.7&cutoff=0.5", json={"queries": {"q": query}})
            answer: dict[str, Any] = reply.json()["responses"]["q"]
            assert answer["status"] == 200, answer
            return answer

        plain = await one(name=[NAME], birthDate=[BORN])
        assert "birth_date" in plain["results"][0]["features"]
        for born in ([""], [" ", None], []):
            answer = await one(name=[NAME, "", None], birthDate=born, passportNumber=[""], gender=[""], country=[""])
            assert "birth_date" not in answer["results"][0]["features"]
            assert "not_compared" not in answer
        for text in (f"{BORN}T00:00:00", f"{BORN}T00:00", f"{BORN} 23:59:59.25", f"{BORN}T00:00:00Z",
                     f"{BORN}T00:00:00+02:00", f" {BORN} "):  # fmt: skip
            assert (await one(name=[NAME], birthDate=["", text]))["results"] == plain["results"], text
        assert (await one(name=[NAME], birthDate=[1984]))["results"]


async def test_what_is_not_compared_is_named(desk: Desk) -> None:
    async with desk.client() as http:
        query = {"schema": "Person", "properties": {
            "name": NAME, "gender": ["male", "female"], "nationality": ["PHL", "Atlantis"], "country": ["ph"],
            "position": [{"id": "nested"}], "topics": ["crime"], "notes": [""], "lastName": ["F"]}}  # fmt: skip
        paper = {"schema": "Passport", "properties": {"number": [NUMBER], "name": [NAME], "gender": ["strange"]}}
        reply = await http.post("/match/default", json={"queries": {"q": query, "paper": paper}})
        said = reply.json()["responses"]
        assert said["q"]["not_compared"] == [
            "lastName", "position", "topics", "nationality 'Atlantis'", "gender 'male'", "gender 'female'",
        ]  # fmt: skip
        assert said["paper"]["not_compared"] == ["gender", "name"]
        assert said["q"]["results"][0]["id"] == said["paper"]["results"][0]["id"]


async def test_every_birth_date_is_asked_about(desk: Desk) -> None:
    async with desk.client() as http:
        alone = {"schema": "Person", "properties": {"name": [NAME], "birthDate": [BORN]}}
        both = {"schema": "Person", "properties": {"name": [NAME], "birthDate": ["1951-01-01", BORN, BORN]}}
        reply = await http.post("/match/default", json={"queries": {"alone": alone, "both": both}})
        said = reply.json()["responses"]
        assert said["both"]["results"] == said["alone"]["results"]
        assert len(_asked(desk)) == 3
        many = {str(number): {"schema": "Person", "properties": {"name": [NAME], "birthDate": ["1984", "1985"]}}
                for number in range(API_BATCH_QUESTIONS_MAX // 2 + 1)}  # fmt: skip
        assert (await http.post("/match/default", json={"queries": many})).status_code == 413
        assert len(_asked(desk)) == 3, "a batch that is refused asks nothing"


async def test_a_row_whose_candidate_is_not_the_callers_to_see_is_refused_alone(desk: Desk) -> None:
    key = make_key(desk.site, "elsewhere", Role.OFFICER, purposes=("RESCREENING",), categories=("other",))
    seen = {"schema": "Person", "properties": {"name": [NAME], "birthDate": [BORN]}}
    none = {"schema": "Person", "properties": {"name": ["Absolutely Nobody Here"]}}
    async with desk.client(key) as http:
        said = (await http.post("/match/default", json={"queries": {"a": seen, "b": none}})).json()["responses"]
        assert (said["a"]["status"], said["a"]["results"], said["b"]["status"]) == (403, [], 200)
        assert "entitlement" in said["a"]["detail"]
        rows = (await _form(http, {"a": {"query": NAME}, "b": {"query": "Absolutely Nobody Here"}})).json()
        assert (rows["a"]["status"], "result" in rows["a"], rows["b"]) == (403, False, {"result": []})


async def test_one_row_of_a_table_that_cannot_be_read_stays_as_it_was(desk: Desk) -> None:
    """OpenRefine leaves a cell unreconciled that has no `result`; an empty one it shows as without candidates."""
    bad: list[tuple[dict[str, Any], str]] = [
        ({"query": NAME, "properties": [{"pid": "birthDate", "v": "unknown"}]}, "not a date"),
        ({"query": NAME, "properties": [{"pid": "birthDate", "v": ["02/05/1984"]}]}, "not a date"),
        ({"query": NAME, "properties": [{"pid": "birthDate", "v": [["1984"]]}]}, "birthDate holds what is no value"),
        ({"query": "N" * 501}, "a name is too long"), ({"query": NAME, "limit": 0}, "a limit is at least 1"),
        ({"properties": [{"pid": "name", "v": [None, ""]}]}, "nothing to look for"),
        ({"type": "Passport", "properties": [{"pid": "name", "v": NAME}]}, "nothing to look for"), ({}, "nothing"),
    ]  # fmt: skip
    queries = {f"q{number}": wrong for number, (wrong, _) in enumerate(bad)}
    queries["good"] = {"query": NAME, "properties": [
        {"pid": "birthDate", "v": ["", f"{BORN}T00:00:00Z"]}, {"pid": "colour", "v": "red"},
        {"pid": "nationality", "v": {"id": "PHL"}}]}  # fmt: skip
    async with desk.client() as http:
        reply = await _form(http, queries)
        assert reply.status_code == 200, reply.text
        said = reply.json()
        for number, (_, words) in enumerate(bad):
            assert set(said[f"q{number}"]) == {"error", "status"}, said[f"q{number}"]
            assert said[f"q{number}"]["error"].startswith(words)
        assert [one["name"] for one in said["good"]["result"]] == [NAME]
        assert said["good"]["not_compared"] == ["colour"]


async def test_a_row_that_may_be_of_several_types_is_asked_for_each(desk: Desk) -> None:
    async with desk.client() as http:
        queries = {
            "one": {"query": NAME, "type": ["Person"]}, "both": {"query": NAME, "type": ["Passport", "Person"]},
            "odd": {"query": NAME, "type": ["Company", "Person", "Person", "Thing"]},
            "number": {"query": NUMBER, "type": ["Person", "Passport"]}, "none": {"query": NAME, "type": []},
            "named": {"type": ["Passport", "Person"], "properties": [{"pid": "name", "v": NAME}]},
        }  # fmt: skip
        said = (await _form(http, queries)).json()
        (found,) = said["one"]["result"]
        for name in ("both", "none", "named"):
            assert said[name] == {"result": [found]}, name
        assert said["odd"] == {"result": [found], "not_compared": ["schema Company: nothing of this kind is held here"]}
        assert said["number"]["result"][0]["id"] == found["id"]
        assert said["number"]["result"][0]["score"] > 0
        both = {"query": NAME, "type": ["Passport", "Person"], "properties": [{"pid": "passportNumber", "v": NUMBER},
                {"pid": "birthDate", "v": BORN}]}  # fmt: skip
        for types in (["Passport", "Person"], ["Person", "Passport"]):
            joined = (await _form(http, {"q": {**both, "type": types}})).json()["q"]["result"]
            person = (await _form(http, {"q": {**both, "type": "Person"}})).json()["q"]["result"]
            assert joined == person, "the best of what each type says"


async def test_words_of_a_search_are_a_number_where_a_document_is_looked_for(desk: Desk) -> None:
    async with desk.client() as http:
        found = (await http.get("/search/default", params={"q": NUMBER, "schema": "Passport"})).json()["results"]
        assert [one["caption"] for one in found] == [NAME]
        assert (await http.get("/search/default", params={"q": "N" * 501})).status_code == 400
        path = f"/entities/{found[0]['id']}"
        for nested, has in (("true", True), ("1", True), ("False", False), ("0", False)):
            one = (await http.get(path, params={"nested": nested})).json()
            assert ("sanctions" in one["properties"]) is has, nested
        assert (await http.get(path, params={"nested": "banana"})).status_code == 400


def _asked(desk: Desk) -> list[PersonAsked]:
    decisions = [entry.decision for entry in desk.site.casework.book.entries()]
    return [one.event for one in decisions if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]
