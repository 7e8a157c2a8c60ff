"""Links for OpenRefine: narrow, short-lived, and gone with their key."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import msgspec

from evenhand.casework.records import EventRecord
from evenhand.ground.clock import ManualClock
from evenhand.ground.limits import API_LINK_HOURS_MAX
from evenhand.node.people.accounts import Account, MachineKey
from evenhand.screening.events import PersonAsked
from evenhand.trust.permissions import Role
from tests.api.conftest import PEOPLE, Desk, make_key
from tests.api.test_routes import problem

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINKS = "/v1/reconciliation/links"


async def _ask(http: httpx.AsyncClient, link: str) -> httpx.Response:
    queries = quote(msgspec.json.encode({"q": {"query": PEOPLE[0][0]}}).decode())
    return await http.post(link, content=f"queries={queries}", headers=FORM)


async def test_openrefine_works_by_an_address_alone(desk: Desk) -> None:
    key = make_key(desk.site, "refine", Role.OFFICER, purposes=("RESCREENING",))
    async with desk.client(key) as http:
        made = (await http.post(LINKS, json={"hours": 8})).json()
    assert re.fullmatch(r"http://node/reconcile/evenhand/by/[\w.-]+", made["url"])
    assert key.split("_", 2)[2] not in made["url"]
    async with httpx.AsyncClient(transport=desk.transport, base_url="http://node") as http:
        manifest = (await http.get(made["url"])).json()
        assert manifest["suggest"]["type"]["service_url"] == made["url"]
        assert not {"view", "authentication"} & set(manifest), "it opens no page of an entity, and no key is needed"
        assert (await _ask(http, made["url"])).json()["q"]["result"][0]["name"] == PEOPLE[0][0]
        types = await http.get(f"{made['url']}/suggest/type", params={"prefix": "per"})
        assert types.json()["result"] == [{"id": "Person", "name": "Person"}]
        # It opens this door and no other, and nothing else can be made of it.
        link = made["url"].rpartition("/")[2]
        other = f"/reconcile/default/by/{link}"
        for wrong in (other, f"/reconcile/evenhand/by/{link}x", f"/reconcile/evenhand/by/x{link}",
                      "/reconcile/evenhand/by/%C3%A4.x", "/reconcile/evenhand/by/e30.e30"):  # fmt: skip
            problem(await http.get(wrong), 401, "unauthorized")
        shown = {"Authorization": f"Bearer {link}"}
        problem(await http.post("/v1/find", json={"names": ["Nobody"]}, headers=shown), 401, "unauthorized")
    told = [event for event in _asked(desk) if event.via == "http /reconcile/{dataset}/by/{link}"]
    assert {(event.purpose, event.legal_basis) for event in told} == {("RESCREENING", "invented law, article 1")}


async def test_a_link_says_long_words_in_any_script(desk: Desk) -> None:
    said = {"Evenhand-Purpose": "RESCREENING", "Evenhand-Legal-Basis": "ق" * 500, "Evenhand-Reference": "ر" * 500}
    async with desk.client(make_key(desk.site, "refine", Role.OFFICER, purposes=("RESCREENING",))) as http:
        for name in said:
            http.headers.pop(name, None)
        headers = [(name.encode(), text.encode()) for name, text in said.items()]
        made = (await http.post(LINKS, json={"hours": 8}, headers=headers)).json()
    async with httpx.AsyncClient(transport=desk.transport, base_url="http://node") as http:
        assert (await http.get(made["url"])).status_code == 200, len(made["url"])


async def test_a_page_may_read_what_reconciliation_answers_and_nothing_else(desk: Desk) -> None:
    key = make_key(desk.site, "refine", Role.OFFICER, purposes=("RESCREENING",))
    async with desk.client(key) as http:
        link = (await http.post(LINKS, json={})).json()["url"]
    page = {"Origin": "http://127.0.0.1:3333"}
    async with httpx.AsyncClient(transport=desk.transport, base_url="http://node", headers=page) as http:
        paths = (link, f"{link}/suggest/type?prefix=per", f"{link}?colour=red", f"{link}x")
        asked = [await _ask(http, link), *[await http.get(path) for path in paths]]
        assert [one.status_code for one in asked] == [200, 200, 200, 400, 401]
        before = await http.options(link, headers={"Access-Control-Request-Method": "POST"})
        assert before.status_code == 204
        assert before.headers["access-control-allow-methods"] == "GET, POST"
        assert before.headers["access-control-allow-headers"] == "content-type"
        for one in (before, *asked):
            assert one.headers["access-control-allow-origin"] == "*", one.request.url
        # By key a page's own script shows the key: a browser adds none where any origin may read (no credentials).
        path = "/reconcile/evenhand"
        before = await http.options(path, headers={"Access-Control-Request-Headers": "authorization"})
        assert before.headers["access-control-allow-headers"] == (
            "authorization, content-type, evenhand-purpose, evenhand-legal-basis, evenhand-reference"
        )
        by_key = {"Authorization": f"Bearer {key}", "Evenhand-Legal-Basis": "invented law"}
        told = [before, await http.get(path), *[
            await http.get(f"{path}{rest}", headers=by_key)
            for rest in ("", "/suggest/type?prefix=per", "/suggest/property?prefix=na", "?colour=red")
        ]]  # fmt: skip
        assert [one.status_code for one in told] == [204, 401, 200, 200, 200, 400]
        for one in told:
            assert one.headers["access-control-allow-origin"] == "*", one.request.url
            assert "access-control-allow-credentials" not in one.headers
        for path in ("/v1/state", "/readyz", "/reconcile/evenhand/by", LINKS, "/entities/eh-ITA-1"):
            for other in (await http.get(path), await http.options(path)):
                assert not [name for name in other.headers if name.startswith("access-control")], path


async def test_addresses_are_told_with_the_scheme_that_is_spoken(desk: Desk) -> None:
    desk.service.rules = msgspec.structs.replace(desk.service.rules, certificate="node.pem", key="node.key")
    async with desk.client() as http:
        assert (await http.post(LINKS, json={})).json()["url"].startswith("https://node/reconcile/")
        assert (await http.get("/taxii2/")).json()["default"] == "https://node/taxii2/notices/"


def _asked(desk: Desk) -> list[PersonAsked]:
    decisions = [entry.decision for entry in desk.site.casework.book.entries()]
    return [one.event for one in decisions if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]


async def test_a_link_ends_with_its_time_and_with_its_key(desk: Desk) -> None:
    key = make_key(desk.site, "refine", Role.OFFICER, purposes=("RESCREENING",))
    async with desk.client(key) as http:
        first, second = [(await http.post(LINKS, json={"hours": hours})).json()["url"] for hours in (1, 20)]
        for hours in (0, API_LINK_HOURS_MAX + 1, "many"):
            problem(await http.post(LINKS, json={"hours": hours}), 400, "input")
        problem(await http.post(LINKS, json={"dataset": "none"}), 404, "not_found")
    async with httpx.AsyncClient(transport=desk.transport) as http:
        member = desk.site.member
        member.clock = ManualClock(member.clock.now_ms() + 2 * 3_600_000)
        problem(await _ask(http, first), 401, "unauthorized")
        assert (await _ask(http, second)).status_code == 200
        desk.site.people.registry.drop(MachineKey, key.split("_")[1])
        problem(await _ask(http, second), 401, "unauthorized")


async def test_only_programs_make_links_and_within_what_their_key_may(desk: Desk) -> None:
    reader = make_key(desk.site, "reader", Role.OFFICER)
    async with desk.client(desk.operator) as http:
        problem(await http.post(LINKS, json={}), 403, "forbidden")
    async with desk.client(reader) as http:
        made = (await http.post(LINKS, json={})).json()["url"]
    account = Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="it")
    desk.site.people.add(account)
    async with httpx.AsyncClient(transport=desk.transport) as http:
        assert (await _ask(http, made)).status_code == 200, "a key and its links outlive the first account"
