"""What a key hears through foreign clients: whoever may only ask hears what an answer tells, and not the notice."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from followthemoney import model

from evenhand.casework.records import EventRecord
from evenhand.node.operations import perform
from evenhand.screening.events import PersonAsked
from evenhand.trust.permissions import Role
from tests.api.conftest import Desk, draft, make_key
from tests.api.test_foreign_kinds import FORM, document_draft, publish

NAME, BORN = "Detta Remarksova", "1969-09-09"
SECRETS = ("NID690909", "DR690909", "armed", "Secret Street", "scar on left", BORN, "un-sc")


def dossier() -> dict[str, Any]:
    made = draft(NAME, BORN, "DR690909")
    made["notice"]["person"]["names"].insert(0, {"text": "Remarks, D.", "kind": "alias_low"})
    made["notice"]["person"]["documents"].append({"type": "national_id", "number": "NID690909", "issuer": "UTO"})
    made["detail"] |= {
        "remarks": ["informants say armed"], "marks": ["scar on left hand"],
        "addresses": [{"text": "12 Secret Street, Utopia"}],
    }  # fmt: skip
    return made


async def _answers(desk: Desk, key: str) -> dict[str, Any]:
    row = quote(msgspec.json.encode({"q": {"query": NAME}}).decode())
    query = {"queries": {"q": {"schema": "Person", "properties": {"name": [NAME], "birthDate": ["1969"]}}}}
    async with desk.client(key) as http:
        made = (await http.post("/v1/reconciliation/links", json={"hours": 1})).json()["url"]
        link = made.partition("/reconcile/")[2]
        said = {
            "match": await http.post("/match/default", json=query),
            "search": await http.get("/search/default", params={"q": NAME}),
            "reconcile": await http.post("/reconcile/evenhand", content=f"queries={row}", headers=FORM),
            "link": await http.post(f"/reconcile/{link}", content=f"queries={row}", headers=FORM),
        }
    assert all(one.status_code == 200 for one in said.values())
    return {name: one.text for name, one in said.items()}


async def test_who_may_not_read_notices_is_told_no_more_than_an_answer_tells(desk: Desk) -> None:
    notice = await publish(desk, dossier())
    officer = make_key(desk.site, "officer", Role.OFFICER, purposes=("RESCREENING",))
    async with desk.client(officer) as http:
        assert (await http.get(f"/v1/notices/{notice}")).status_code == 403
        assert (await http.get(f"/entities/eh-{notice.replace(':', '-')}")).status_code == 403
    for outlet, text in (await _answers(desk, officer)).items():
        assert NAME in text, outlet
        assert not [one for one in SECRETS if one in text], outlet
    (found,) = msgspec.json.decode((await _answers(desk, officer))["match"])["responses"]["q"]["results"]
    assert (found["id"], found["caption"], found["match"]) == (f"eh-{notice.replace(':', '-')}", NAME, False)
    assert found["properties"] == {"name": [NAME], "notes": ["TLP:AMBER PAP:AMBER"], "topics": ["wanted"]}
    assert set(found["features"]) == {"name", "birth_date"}
    model.get_proxy(found, cleaned=False)


async def test_who_may_read_notices_is_told_what_the_entity_says(desk: Desk) -> None:
    notice = await publish(desk, dossier())
    both = make_key(desk.site, "analyst", Role.OFFICER, Role.ANALYST, purposes=("RESCREENING",))
    said = await _answers(desk, both)
    async with desk.client(both) as http:
        path = f"/entities/eh-{notice.replace(':', '-')}"
        whole = (await http.get(path, params={"nested": "false"})).json()["properties"]
    assert msgspec.json.decode(said["match"])["responses"]["q"]["results"][0]["properties"] == whole
    assert msgspec.json.decode(said["search"])["results"][0]["properties"] == whole
    assert "12 Secret Street, Utopia" in whole["address"]
    assert "TLP:AMBER PAP:AMBER" in whole["notes"], "each subject is told with its marks"


async def test_documents_and_what_is_withheld_are_named_alike(desk: Desk) -> None:
    made = document_draft("passport", "LP777777")
    await publish(desk, made)
    red = draft("Secret Personage", number="S1")
    red["notice"]["handling"] = {"tlp": "RED"}
    await perform(desk.site, "notice.publish", msgspec.json.encode(red))
    officer = make_key(desk.site, "officer", Role.OFFICER, purposes=("RESCREENING",))
    async with desk.client(officer) as http:
        found = (await http.get("/search/default", params={"q": "LP777777", "schema": "Passport"})).json()["results"]
        assert [(one["caption"], one["schema"], one["properties"]) for one in found] == [
            ("passport LP777777", "Asset",
             {"name": ["passport LP777777"], "notes": ["TLP:AMBER PAP:AMBER"], "topics": ["poi"]})
        ]
        (one,) = (await http.get("/search/default", params={"q": "Secret Personage"})).json()["results"]
        assert "withheld" in one["caption"]


async def test_the_id_of_an_entity_finds_it_and_nobody_else(desk: Desk) -> None:
    first, paper = await publish(desk, dossier()), await publish(desk, document_draft("passport", "LP777777"))
    await publish(desk, draft(NAME, BORN, "DR777777"))
    ids = {key: f"eh-{key.replace(':', '-')}" for key in (first, paper)}
    officer = make_key(desk.site, "officer", Role.OFFICER, purposes=("RESCREENING",))
    rows = {
        "person": {"query": f" {ids[first]} ", "properties": [{"pid": "birthDate", "v": "1700"}]},
        "paper": {"query": ids[paper], "type": "Person"}, "none": {"query": ids[first], "limit": 0},
        "document": {"query": f"{ids[first]}-doc-0"}, "unknown": {"query": f"eh-ITA-{'0' * 32}"},
    }  # fmt: skip
    async with desk.client(officer) as http:
        body = f"queries={quote(msgspec.json.encode(rows).decode())}"
        said = (await http.post("/reconcile/evenhand", content=body, headers=FORM)).json()
    for row, key in (("person", first), ("paper", paper)):
        (found,) = said[row]["result"]
        assert (found["id"], found["score"], found["match"]) == (ids[key], 100.0, False)
        assert found["description"] == "TLP:AMBER PAP:AMBER", "no name leaves without its marks"
    assert said["person"]["not_compared"] == ["birthDate"]
    assert said["none"]["error"].startswith("a limit is at least 1")
    assert said["unknown"]["result"] == said["document"]["result"] == []
    asked = [one.decision.event for one in desk.site.casework.book.entries() if isinstance(one.decision, EventRecord)]
    by = [one for one in asked if isinstance(one, PersonAsked) and one.via == "http /reconcile/{dataset}"]
    assert [one.found for one in by] == [1, 1, 0, 0], "each is on record, and who has the same name is not found"


async def test_an_id_shows_nothing_to_whom_a_question_would_not(desk: Desk) -> None:
    key = await publish(desk, dossier())
    narrow = make_key(desk.site, "narrow", Role.OFFICER, purposes=("RESCREENING",), categories=("customs",))
    async with desk.client(narrow) as http:
        body = f"queries={quote(msgspec.json.encode({'q': {'query': f'eh-{key.replace(chr(58), chr(45))}'}}).decode())}"
        said = (await http.post("/reconcile/evenhand", content=body, headers=FORM)).json()["q"]
    assert (said["status"], NAME in said["error"]) == (403, False)


async def test_the_total_of_a_match_counts_what_reaches_the_threshold(desk: Desk) -> None:
    """As yente counts (its `scoring.py`): results are what reaches the cutoff, up to the limit."""
    for number in range(3):
        await publish(desk, draft("Totalia Countwell", "1971-01-01", f"TC{number}"))
    await publish(desk, draft("Totalia Countwell", "1972-01-01", "TC9"))
    query = {"schema": "Person", "properties": {"name": ["Totalia Countwell"], "birthDate": ["1971-01-01"]}}
    async with desk.client() as http:
        async def asked(**given: float) -> tuple[int, list[float]]:
            said = (await http.post("/match/default", params=given, json={"queries": {"q": query}})).json()
            found = said["responses"]["q"]
            assert found["total"]["value"] >= sum(one["match"] for one in found["results"])
            return found["total"]["value"], [one["score"] for one in found["results"]]

        total, scores = await asked(threshold=0.1, cutoff=0.1)
        assert (total, len(scores)) == (4, 4)
        assert min(scores[:3]) > scores[3]
        assert await asked(threshold=scores[2], cutoff=0.1) == (3, scores)
        assert await asked(threshold=scores[2], cutoff=0.1, limit=1) == (3, scores[:1])
