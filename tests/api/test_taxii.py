"""TAXII 2.1 as OASIS's own client polls it, and the rules by which no reader loses anything."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
import requests
from stix2 import TAXIICollectionSource, parse
from taxii2client.v21 import Collection, Server, as_pages  # type: ignore[import-untyped]

from evenhand.api.problems import TAXII as MEDIA
from evenhand.ground.clock import ManualClock
from evenhand.node.operations import perform
from evenhand.trust.permissions import Role
from tests.api.conftest import PEOPLE, Desk, Served, draft, make_key

ROOT = "/taxii2/notices"
ACCEPT = {"Accept": MEDIA}


def _collection(served: Served, title: str) -> Collection:
    server = Server(f"{served.url}/taxii2/", user="reader", password=served.key)
    return next(one for one in server.default.collections if one.title.startswith(title))


def test_the_client_of_oasis_polls_everything_once_and_then_what_is_new(served: Served) -> None:
    server = Server(f"{served.url}/taxii2/", user="reader", password=served.key)
    assert server.title == "Evenhand ITA"
    assert server.default.versions == [MEDIA]
    every = _collection(served, "Ours, released to every member")
    assert (every.can_read, every.can_write) == (True, False)
    pages = list(as_pages(every.get_objects, per_request=3))
    seen = [one for page in pages for one in page["objects"]]
    assert len(pages) > 2
    assert len({one["id"] for one in seen}) == len(seen)
    assert {one["name"] for one in seen if one.get("identity_class") == "individual"} == {p[0] for p in PEOPLE}
    manifest = every.get_manifest(limit=1000)["objects"]
    added = [one["date_added"] for one in manifest]
    assert added == sorted(set(added))
    assert [one["id"] for one in manifest] == [one["id"] for one in seen]
    assert every.get_objects(added_after=added[-1]).get("objects", []) == []
    assert every.get_objects(added_after="2099-01-01T00:00:00Z") == {"more": False}
    person = next(one for one in seen if one.get("identity_class") == "individual")
    assert every.get_object(person["id"])["objects"] == [person]
    assert every.object_versions(person["id"])["versions"] == [person["modified"]]
    withdrawn = served.notices[0]
    served.ask("notice.withdraw", {"notice": withdrawn, "reason": "mistaken identity"})
    news = every.get_objects(added_after=added[-1])["objects"]
    assert {one["revoked"] for one in news} == {True}
    assert not any(name in msgspec.json.encode(news).decode() for name, *_ in PEOPLE)


def test_stix2_reads_the_collection_as_a_source(served: Served) -> None:
    every = _collection(served, "Ours, released to every member")
    found = TAXIICollectionSource(every, allow_custom=True).query()
    assert {one["name"] for one in found if one["type"] == "identity"} >= {p[0] for p in PEOPLE}
    for one in every.get_objects(limit=100)["objects"]:
        parse(one, allow_custom=True)


async def _get(http: httpx.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    reply = await http.get(f"{ROOT}{path}", params=params, headers=ACCEPT)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == MEDIA
    answer: dict[str, Any] = reply.json()
    return answer


async def test_next_comes_with_more_and_belongs_to_its_question(desk: Desk) -> None:
    async with desk.client() as http:
        listed = (await _get(http, "/collections/"))["collections"]
        assert len({one["id"] for one in listed}) == 3
        name = listed[0]["id"]
        first = await _get(http, f"/collections/{name}/objects/", limit=2)
        assert first["more"] is True
        second = await _get(http, f"/collections/{name}/objects/", limit=2, next=first["next"])
        assert not {one["id"] for one in first["objects"]} & {one["id"] for one in second["objects"]}
        other = {"limit": 2, "next": first["next"], "match[type]": "identity"}
        assert (await http.get(f"{ROOT}/collections/{name}/objects", params=other, headers=ACCEPT)).status_code == 400
        assert (await _get(http, f"/collections/{listed[0]['alias']}"))["id"] == name


async def test_filters(desk: Desk) -> None:
    async with desk.client() as http:
        path = "/collections/ita-all/objects"
        everything = (await _get(http, path, limit=1000))["objects"]
        people = (await _get(http, path, **{"match[type]": "identity"}))["objects"]
        assert {one["type"] for one in people} == {"identity"}
        one = people[-1]
        assert (await _get(http, path, **{"match[id]": one["id"]}))["objects"] == [one]
        assert (await _get(http, path, **{"match[version]": one.get("modified", "")}))["objects"]
        assert len((await _get(http, path, **{"match[version]": "all", "limit": 1000}))["objects"]) == len(everything)
        version = one["modified"]
        for same in (version[:-1] + "000Z", version[:-1] + "+00:00", f"first,{version[:-1]}000Z"):
            assert one in (await _get(http, path, **{"match[version]": same, "match[id]": one["id"]}))["objects"], same
        other = {"match[version]": version[:-1] + "001Z", "match[id]": one["id"]}
        assert await _get(http, path, **other) == {"more": False}
        assert await _get(http, path, **{"match[spec_version]": "2.0"}) == {"more": False}
        for wrong in ({"limit": "0"}, {"limit": "x"}, {"added_after": "yesterday"}, {"match[colour]": "red"},
                      {"match[version]": "newest"}):  # fmt: skip
            assert (await http.get(f"{ROOT}{path}", params=wrong, headers=ACCEPT)).status_code == 400


async def test_a_reader_with_a_clock_of_its_own_loses_nothing(desk: Desk) -> None:
    async with desk.client() as http:
        path = "/collections/ita-all/manifest"
        added = [one["date_added"] for one in (await _get(http, path, limit=1000))["objects"]]
        between = added[-1][:-4] + "999Z"  # a clock a little ahead of ours
        assert len((await _get(http, path, added_after=between, limit=1000))["objects"]) == len(added)
        again = await _get(http, path, added_after=added[-2], limit=1000)
        assert [one["date_added"] for one in again["objects"]] == added[-1:]


async def test_narrowing_empties_and_widening_adds_again(desk: Desk) -> None:
    async with desk.client() as http:
        shown = (await http.get("/v1/notices")).json()["notices"][0]["key"]
        before = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        changed = {"notice": shown, "draft": draft(PEOPLE[0][0], audience="ITA")}
        await perform(desk.site, "notice.correct", msgspec.json.encode(changed))
        narrow = (await _get(http, "/collections/ita-restricted/objects", limit=1000))["objects"]
        assert [one["name"] for one in narrow if one.get("identity_class") == "individual"] == [PEOPLE[0][0]]
        after = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        assert {one["id"] for one in after} == {one["id"] for one in before}
        gone = [one for one in after if one.get("name") == "withdrawn"]
        assert len(gone) == 2
        assert after[-2:] == gone, "what is taken back comes at the end, where readers look"
        assert not any("revoked" in one for one in gone), "nothing comes back from revoked"
        wide = {"notice": shown, "draft": draft(PEOPLE[0][0])}
        await perform(desk.site, "notice.correct", msgspec.json.encode(wide))
        again = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        assert not any(one.get("name") == "withdrawn" for one in again)


async def test_what_was_corrected_is_not_read_again(desk: Desk) -> None:
    """One version of each object is held, and it answers to first, last, all and its own instant."""
    async with desk.client() as http:
        path = "/collections/ita-all/objects"
        before = (await _get(http, path, **{"match[type]": "identity", "limit": 1000}))["objects"]
        person = next(one for one in before if one["name"] == PEOPLE[0][0])
        key = next(one["key"] for one in (await http.get("/v1/notices")).json()["notices"]
                   if one["listed_as"] == PEOPLE[0][0])  # fmt: skip
        one = f"{path}/{person['id']}"
        said = person
        for name in ("Second Spelling", "Third Spelling"):
            changed = {"notice": key, "draft": draft(name)}
            await perform(desk.site, "notice.correct", msgspec.json.encode(changed))
            (said,) = (await _get(http, one))["objects"]
            assert (said["name"], said["modified"] > person["modified"]) == (name, True)
        for versions in ("all", "first", "last", "first,last", said["modified"]):
            assert (await _get(http, one, **{"match[version]": versions}))["objects"] == [said]
        assert await _get(http, one, **{"match[version]": person["modified"]}) == {"more": False}
        assert (await _get(http, f"{one}/versions"))["versions"] == [said["modified"]]
        assert await _get(http, f"{one}/versions", added_after="2099-01-01T00:00:00Z") == {"more": False}
        every = {"match[version]": "all", "limit": 1000}
        listed = (await _get(http, "/collections/ita-all/manifest", **every))["objects"]
        assert len(listed) == len({line["id"] for line in listed})
        text = msgspec.json.encode(await _get(http, path, **every)).decode()
        assert (PEOPLE[0][0] in text, "Second Spelling" in text, "Third Spelling" in text) == (False, False, True)
        await perform(desk.site, "notice.withdraw", msgspec.json.encode({"notice": key, "reason": "mistaken"}))
        gone = (await _get(http, one, **{"match[version]": "all"}))["objects"]
        assert [last["revoked"] for last in gone] == [True]
        assert (await _get(http, f"{one}/versions"))["versions"] == [gone[0]["modified"]]


async def test_what_is_marked_red_or_erased_is_taken_back(desk: Desk) -> None:
    async with desk.client() as http:
        keys = [one["key"] for one in (await http.get("/v1/notices")).json()["notices"]]
        before = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        red = draft("Marked Person", number="R1")
        red["notice"]["handling"] = {"tlp": "RED"}
        await perform(desk.site, "notice.correct", msgspec.json.encode({"notice": keys[0], "draft": red}))
        erasure = {"notice": keys[1], "reason_class": "court"}
        await perform(desk.site, "notice.erase", msgspec.json.encode(erasure))
        after = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        assert {one["id"] for one in after} == {one["id"] for one in before}
        assert len([one for one in after if one.get("name") == "withdrawn"]) == 4
        assert len([one for one in after if one.get("revoked")]) == 2, "the marks may change again, erasure may not"
        assert "Marked Person" not in msgspec.json.encode(after).decode()


async def test_what_expires_is_told_though_no_ledger_says_so(desk: Desk) -> None:
    async with desk.client() as http:
        before = (await _get(http, "/collections/ita-all/objects", limit=1000))["objects"]
        member = desk.site.member
        member.clock = ManualClock(member.clock.now_ms() + 400 * 86_400_000)
        key = make_key(desk.site, "later", Role.ANALYST)
        async with desk.client(key) as later:
            after = (await _get(later, "/collections/ita-all/objects", limit=1000))["objects"]
        assert len(after) == len(before)
        assert not any(name in msgspec.json.encode(after).decode() for name, *_ in PEOPLE)


async def test_lines_survive_a_restart(desk: Desk) -> None:
    async with desk.client() as http:
        before = await _get(http, "/collections/ita-all/manifest", limit=1000)
        desk.service.parts.pop("taxii")
        assert await _get(http, "/collections/ita-all/manifest", limit=1000) == before


async def test_refusals(desk: Desk) -> None:
    async with desk.client() as http:
        taxii = "application/taxii+json"
        for accept in ("application/json", f"{taxii};version=2.0", f"{taxii};version=2.10", f"{taxii};version=12.1"):
            assert (await http.get("/taxii2/", headers={"Accept": accept})).status_code == 406
        for accept in ("text/html, */*", f'{taxii}; q=0.5; version="2.1"'):
            assert (await http.get("/taxii2/", headers={"Accept": accept})).status_code == 200
        for path in ("/collections/none/", "/status/1/", "/collections/ita-all/objects/identity--1",
                     "/collections/ita-all/objects/identity--1/versions"):  # fmt: skip
            assert (await http.get(f"{ROOT}{path}", headers=ACCEPT)).status_code == 404
        said = {"Content-Type": MEDIA}
        path = f"{ROOT}/collections/ita-all/objects/"
        assert (await http.post(path, content=b'{"objects":[]}', headers=said)).status_code == 403
        assert (await http.delete(f"{path}identity--1/")).status_code == 405


async def test_every_refusal_is_an_error_message_of_taxii_and_a_problem_in_one(desk: Desk) -> None:
    async with desk.client() as http:
        for method, path, status in (
            ("GET", f"{ROOT}/collections/none/", 404), ("GET", "/taxii2/elsewhere/", 404), ("DELETE", ROOT, 405),
            ("GET", f"{ROOT}/collections/ita-all/objects/?limit=0", 400), ("GET", "/taxii2/?colour=red", 400),
            ("POST", f"{ROOT}/collections/ita-all/objects/", 415),
        ):  # fmt: skip
            reply = await http.request(method, path, headers=ACCEPT)
            said = reply.json()
            assert reply.status_code == status, (path, reply.text)
            assert reply.headers["content-type"] == MEDIA
            assert (said["http_status"], said["status"]) == (str(status), status)
            assert said["title"]
            assert said["description"] == said["detail"]
            assert (said["error_id"], said["error_code"]) == (said["instance"], said["code"])
        plain = await http.get("/taxii2/elsewhere/")
        assert plain.headers["content-type"] == "application/problem+json"
    async with desk.client("") as http:
        refused = await http.get("/taxii2/", headers=ACCEPT)
        assert (refused.status_code, refused.headers["content-type"]) == (401, MEDIA)
        assert "Basic" in refused.headers["www-authenticate"]


def test_the_client_of_oasis_is_told_why(served: Served) -> None:
    server = Server(f"{served.url}/taxii2/", user="reader", password="a wrong one")
    with pytest.raises(requests.HTTPError) as refused:
        server.refresh()
    assert refused.value.response is not None
    assert "people key" in refused.value.response.json()["remedy"]


@pytest.mark.parametrize("place", ["x", "-1", "", "1" * 20, "١٢"])
async def test_a_next_made_by_hand_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr("evenhand.api.taxii.after_of", lambda _, __: place)
    async with desk.client() as http:
        name = (await _get(http, "/collections/"))["collections"][0]["id"]
        answer = await http.get(f"{ROOT}/collections/{name}/objects/", params={"next": "made"}, headers=ACCEPT)
    assert answer.status_code == 400
