"""Routes: each does what the command does, in the API's terms."""

from __future__ import annotations

import asyncio
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any, get_type_hints

import httpx
import msgspec
import pytest

from evenhand.api.problems import Problem
from evenhand.api.routes import ROWS
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX
from evenhand.interop.formats import BUILT_IN, ListFormat
from evenhand.interop.model import ParsedList, Refusal
from evenhand.interop.policy import POLICIES
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_ofac_legacy, write_un_xml
from evenhand.node.operations import OPERATIONS, perform
from tests.api.conftest import PEOPLE, Desk, draft

ONCE = {"Idempotency-Key": "one-and-only"}
OCTETS = {"Content-Type": "application/octet-stream"}


def problem(reply: httpx.Response, status: int, code: str) -> Problem:
    """Return the problem of a reply, which must be one, with this status and code."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    read = msgspec.json.decode(reply.content, type=Problem)
    assert (read.status, read.code) == (status, code)
    assert read.detail
    assert read.instance
    assert read.type == f"/docs#problem-{code}"
    return read


def test_nobody_names_a_file_of_this_machine_over_http() -> None:
    for row in ROWS:
        if row.operation not in {"", "encounter.act"}:  # an act has a place too: where it was done
            assert get_type_hints(OPERATIONS[row.operation].request).get("place") is not str, row.path


def test_no_path_is_written_twice() -> None:
    written = [(row.method, re.sub(r"{\w+}", "{}", row.path)) for row in ROWS]
    assert len(written) == len(set(written))


async def test_find_gives_the_exact_bytes_every_member_shares(desk: Desk) -> None:
    async with desk.client() as http:
        at = "2099-01-01T00:00:00.000Z"
        reply = await http.post("/v1/find", json={"names": [PEOPLE[0][0]], "at": at})
        assert reply.status_code == 200, reply.text
        ours = await perform(desk.site, "find", b'{"names":["%b"],"at":"%b"}' % (PEOPLE[0][0].encode(), at.encode()))
        assert ours.body.encode() in reply.content
        reply = await http.post("/v1/find", json={"names": [PEOPLE[0][0]]})
        found = reply.json()["answer"]["candidates"]
        assert [one["listed_as"] for one in found] == [PEOPLE[0][0]]


async def test_a_batch_answers_in_order_and_says_what_could_not_be_asked(desk: Desk) -> None:
    questions: list[dict[str, Any]] = [{"names": [name], "reference": number} for name, _, number in PEOPLE]
    questions.insert(1, {"reference": "empty"})
    async with desk.client() as http:
        reply = await http.post("/v1/find/batch", json={"questions": questions * 10})
        answers = reply.json()["answers"]
        assert [one["reference"] for one in answers[:4]] == ["X1234567", "empty", "X7654321", "X1111111"]
        assert [len(one["candidates"]) for one in answers[:4]] == [1, 0, 1, 1]
        assert "nothing to look for" in answers[1]["not_asked"]
        assert len(reply.json()["states"]) == 1
        many = [questions[0]] * (API_BATCH_QUESTIONS_MAX + 1)
        problem(await http.post("/v1/find/batch", json={"questions": many}), 413, "limit")


async def test_a_person_is_looked_up_for_a_purpose_and_on_a_legal_basis(desk: Desk) -> None:
    question = {"names": ["Nobody"]}
    desk.service.rules = msgspec.structs.replace(desk.service.rules, legal_basis="")
    async with desk.client(**{"Evenhand-Legal-Basis": ""}) as http:
        problem(await http.post("/v1/find", json=question), 400, "purpose_missing")
    async with desk.client(**{"Evenhand-Purpose": "CURIOSITY"}) as http:
        problem(await http.post("/v1/find", json=question), 400, "purpose_unknown")
    async with desk.client(**{"Evenhand-Purpose": "BORDER_CHECK"}) as http:
        problem(await http.post("/v1/find", json=question), 400, "reference_missing")
        reply = await http.post("/v1/find", json=question, headers={"Evenhand-Reference": "lane 4"})
        assert reply.status_code == 200
        problem(await http.post("/v1/find", json=question, headers={"Evenhand-Reference": "x" * 600}), 400, "input")


async def test_a_notice_lives_its_life(desk: Desk) -> None:
    async with desk.client() as http:
        made = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=ONCE)
        assert made.status_code == 201, made.text
        key = made.json()["key"]
        assert made.headers["location"] == f"/v1/notices/{key}"
        shown = await http.get(made.headers["location"])
        assert shown.json()["standing"] == "stands"
        tag = shown.headers["etag"]
        for told in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            same = await http.get(f"/v1/notices/{key}", headers={"If-None-Match": told})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
            assert "content-length" not in same.headers
        better = draft("Vojtek Inventovich")
        path = f"/v1/notices/{key}"
        problem(await http.put(path, json=better), 428, "precondition_required")
        problem(await http.put(path, json=better, headers={"If-Match": '"other"'}), 412, "precondition_failed")
        changed = await http.put(path, json=better, headers={"If-Match": tag})
        assert changed.json()["version"] == 2
        problem(await http.put(path, json=better, headers={"If-Match": tag}), 412, "precondition_failed")
        flag = {"action": "DISCREET_REPORT", "reason": "no warrant here"}
        said = await http.post(f"{path}/flag", json=flag, headers={"Idempotency-Key": "flag"})
        assert said.status_code == 200, said.text
        met = {"place": {"text": "Manila, terminal 3"}, "report": "boarded"}
        assert (await http.post(f"{path}/sightings", json=met, headers={"Idempotency-Key": "s"})).status_code == 200
        gone = {"reason": "mistaken identity"}
        stale = {"Idempotency-Key": "w", "If-Match": tag}
        problem(await http.post(f"{path}/withdrawal", json=gone, headers=stale), 412, "precondition_failed")
        done = await http.post(f"{path}/withdrawal", json=gone, headers={"Idempotency-Key": "w"})
        assert done.status_code == 200, done.text
        assert (await http.get(path)).json()["standing"] == "withdrawn"
        erased = {"reason_class": "court"}
        assert (await http.post(f"{path}/erasure", json=erased, headers={"Idempotency-Key": "e"})).status_code == 200
        problem(await http.post(f"{path}/erasure", json=erased, headers={"Idempotency-Key": "e2"}), 403, "refused")


async def test_pages_end_in_null_and_lose_nothing(desk: Desk) -> None:
    async with desk.client() as http:
        keys, cursor = [], ""
        while True:
            page = (await http.get("/v1/notices", params={"limit": 2, "cursor": cursor})).json()
            keys += [one["key"] for one in page["notices"]]
            if page["next"] is None:
                break
            cursor = page["next"]
            await desk.publish(("Someone New", "1990", f"N{len(keys)}")) if len(keys) < 4 else None
        assert keys == sorted(set(keys))
        assert len(keys) >= 3
        problem(await http.get("/v1/notices", params={"limit": 2, "mine": True, "cursor": cursor}), 400, "input")
        for wrong in ("%%%", "x" * 2000, "é", "bnVsbA"):
            problem(await http.get("/v1/notices", params={"cursor": wrong}), 400, "input")
        problem(await http.get("/v1/notices", params={"limit": 0}), 400, "input")
        assert (await http.get("/v1/notices", params={"source": "un-sc"})).json() == {"notices": [], "next": None}


async def test_withdrawn_notices_are_listed_when_asked_for(desk: Desk) -> None:
    async with desk.client() as http:
        first = (await http.get("/v1/notices")).json()["notices"][0]["key"]
        await http.post(f"/v1/notices/{first}/erasure", json={"reason_class": "error"}, headers=ONCE)
        standing = (await http.get("/v1/notices")).json()["notices"]
        everything = (await http.get("/v1/notices", params={"everything": True, "mine": True})).json()["notices"]
        assert {one["key"] for one in everything} - {one["key"] for one in standing} == {first}


async def test_lists_come_as_bodies(desk: Desk) -> None:
    data = write_un_xml(synthetic_persons(1, 20))
    async with desk.client() as http:
        path = "/v1/imports/un-sc"
        dry = await http.post(path, content=data, headers=OCTETS, params={"dry_run": True})
        assert (dry.json()["dry_run"], dry.json()["published"]) == (True, 20)
        assert (await http.post(path, content=data, headers=OCTETS)).json()["published"] == 20
        assert (await http.post(path, content=data, headers=OCTETS)).json()["unchanged"] == 20
        problem(await http.post(path, content=b"", headers=OCTETS), 400, "input")
        problem(await http.post("/v1/imports/pdf", content=data, headers=OCTETS), 400, "usage")
        assert (await http.get("/v1/notices", params={"source": "un-sc", "limit": 50})).json()["next"] is None
    assert not list(desk.site.folder.path.glob("upload-*"))


async def test_a_table_of_ones_own_is_proposed_confirmed_and_imported(desk: Desk) -> None:
    table = b"Own,Full name,DOB,Charge\r\nT-1,Vojtek Invento,1984-05-02,recruitment for terrorism\r\n"
    async with desk.client() as http:
        empty = (await http.get("/v1/template")).text
        assert empty.lstrip("\ufeff").startswith("reference,name,")
        said = (await http.post("/v1/template/columns", content=table, headers=OCTETS)).json()
        assert said["mapping"] == {"Full name": "name", "DOB": "birth_date", "Charge": "offence"}
        assert (said["unmapped"], said["missing"], said["sample"]["Own"]) == (["Own"], ["reference"], "T-1")
        problem(await http.post("/v1/template/columns", content=b"\xff", headers=OCTETS), 400, "input")
        path, mapped = "/v1/imports/template", {**said["mapping"], "Own": "reference"}
        problem(await http.post(path, content=table, headers=OCTETS), 400, "input")
        confirmed = {"columns": msgspec.json.encode(mapped).decode()}
        twice = {"columns": msgspec.json.encode({**mapped, "DOB": "name"}).decode()}
        refused = problem(await http.post(path, content=table, headers=OCTETS, params=twice), 400, "input")
        assert "would both be 'name'" in refused.detail
        done = await http.post(path, content=table, headers=OCTETS, params=confirmed)
        assert (done.json()["published"], done.json()["refusals"]) == (1, [])
        rules = msgspec.structs.replace(POLICIES["template"], action="INTERVIEW")
        more = {**confirmed, "policy": msgspec.json.encode(rules).decode()}
        assert (await http.post(path, content=table, headers=OCTETS, params=more)).json()["corrected"] == 1
        for wrong in ({"columns": "[]"}, {"policy": "{"}, {"policy": '{"colour":1}'}, {"columns": '{"Own":"nothing"}'}):
            problem(await http.post(path, content=table, headers=OCTETS, params=wrong), 400, "input")


async def test_a_table_is_drafted_and_nothing_of_it_published(desk: Desk) -> None:
    table = b"reference,name,birth_date,offence\nT-1,Vojtek Invento,1984-05-02,recruitment for terrorism\n"
    stated = {"penalty_threshold": "five years and more", "neutrality": "general criminal law", "child": "no"}
    said = {"statements": msgspec.json.encode(stated).decode(), "only": '["T-1"]'}
    async with desk.client() as http:
        path = "/v1/drafts/template"
        done = await http.post(path, content=table, headers=OCTETS, params=said)
        assert (done.json()["drafted"], len(done.json()["cases"])) == (1, 1), done.text
        assert (await http.post(path, content=table, headers=OCTETS, params=said)).json()["under_way"] == 1
        assert (await http.get("/v1/notices", params={"source": "template"})).json()["notices"] == []
        for wrong in ({"only": "{}"}, {"only": '["T-2"]'}, {"statements": "[]"}, {"statements": '{"colour":1}'}):
            problem(await http.post(path, content=table, headers=OCTETS, params=wrong), 400, "input")
        problem(await http.post("/v1/drafts/pdf", content=table, headers=OCTETS), 400, "usage")


async def test_a_list_of_several_files_comes_as_an_archive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_ofac_legacy(synthetic_persons(1, 5))
    folder = [f"../../{name.upper()}" for name in files]
    async with desk.client() as http:
        path = "/v1/imports/ofac-legacy"
        done = await http.post(path, content=zipped(zip(folder, files.values(), strict=True)), headers=OCTETS)
        assert done.json()["published"] == 5, done.text
        again = await http.post(path, content=zipped(files.items()), headers=OCTETS)
        assert (again.json()["published"], again.json()["unchanged"]) == (0, 5)
        sound = zipped(files.items())
        for wrong in (b"PK", sound[:-40], sound.replace(b"sdn.csv", b"sdn.csx"), zipped([("sdn.csv", b"")] * 2),
                      sound[:200] + bytes(40) + sound[240:]):  # fmt: skip
            assert (await http.post(path, content=wrong, headers=OCTETS)).status_code in {400, 404}
        monkeypatch.setattr("evenhand.api.archives.LIST_BYTES_MAX", 1_000_000)
        bomb = zipped([("sdn.csv", bytes(2_000_000))])
        assert len(bomb) < 10_000
        problem(await http.post(path, content=bomb, headers=OCTETS), 413, "limit")
    assert not list(desk.site.folder.path.glob("upload-*"))


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip archive; two files may have one name."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        warnings.simplefilter("ignore")
        for name, data in files:
            packed.writestr(name, data)
    return stream.getvalue()


async def test_a_format_of_a_plug_in_is_imported_as_any_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = ListFormat(name="mine", policy=POLICIES["template"], parse=lambda files: ParsedList(
        name="mine", edition="", entries=(), refusals=(Refusal(
            line=1, entry_id="1", field="all", reason=str(len(next(iter(files.values())))),
        ),),
    ))  # fmt: skip
    for module in ("evenhand.api.uploads", "evenhand.node.importing"):
        monkeypatch.setattr(f"{module}.list_formats", lambda: {**BUILT_IN, "mine": mine})
    async with desk.client() as http:
        told = await http.post("/v1/imports/mine", content=b"1234", headers=OCTETS)
        assert told.json()["refusals"][0]["reason"] == "4"


async def test_ledgers_are_carried_by_hand(desk: Desk) -> None:
    async with desk.client(desk.operator) as http:
        bundle = await http.get("/v1/ledgers/ita/bundle", params={"reader": "ITA"})
        assert bundle.status_code == 200, bundle.text
        taken = await http.post("/v1/ledgers/bundles", content=bundle.content, headers=OCTETS)
        assert taken.json()["new"] == 0
        problem(await http.post("/v1/ledgers/bundles", content=b"nothing", headers=OCTETS), 400, "input")
        problem(await http.get("/v1/ledgers/ita/bundle", params={"reader": "XXX"}), 404, "not_found")


async def test_the_coalition_is_seen(desk: Desk) -> None:
    async with desk.client() as http:
        state = (await http.get("/v1/state")).json()
        assert (state["member"], state["notices"], state["running"]) == ("ITA", 3, True)
        assert (await http.get("/v1/peers")).json()["peers"] == []
        problem(await http.get("/v1/peers/ITA/parity"), 400, "usage")
        assert (await http.get("/v1/roster")).json()["roster"]["version"] == 1
        assert (await http.get("/v1/ledgers/verification")).json()["good"] is True
        assert (await http.get("/v1/ledgers/verification", params={"code": "ITA"})).json()["good"] is True
        assert (await http.get("/v1/ledgers/ITA/entries/0/proof")).json()["size"] >= 1
        problem(await http.get("/v1/ledgers/ITA/entries/99/proof"), 404, "not_found")
        seen = (await http.get("/v1/audience", params={"match": "all", "detail": "ITA"})).json()
        assert [one["code"] for one in seen["members"]] == ["ITA"]
        assert (await http.get("/v1/doctor")).json()["good"] is True


async def test_the_node_tells_how_it_is(desk: Desk) -> None:
    async with desk.client("") as http:
        assert (await http.get("/healthz")).json() == (await http.get("/readyz")).json() == {"status": "ok"}
        page = await http.get("/docs")
        policy = page.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert "<script" not in page.text
        assert not re.findall(r'(?:src|href)="(?!/|#)', page.text), "nothing is fetched from elsewhere"
        assert (await http.get("/openapi.json")).json()["openapi"] == "3.1.0"
        desk.service.stopping = True
        problem(await http.get("/readyz"), 503, "store")
        assert (await http.head("/healthz")).status_code == 200
    async with desk.client(desk.operator) as http:
        figures = (await http.get("/v1/metrics")).text
        assert 'evenhand_ledger_entries{ledger="ITA"}' in figures
        assert 'evenhand_api_requests_total{route="get_docs",status="200"} 1' in figures


async def test_an_operation_by_its_name(desk: Desk) -> None:
    named = [row for row in ROWS if row.tag == "operations" and row.operation]
    async with desk.client() as http:
        for row in named:
            reply = await http.post(row.path, json={"no such field": 1}, headers={"Idempotency-Key": row.name})
            assert reply.status_code in {400, 403}, reply.text


async def test_changes_are_told_and_resumed(desk: Desk) -> None:
    async with desk.client() as http:
        await _stream(http, desk)


async def _stream(http: httpx.AsyncClient, desk: Desk) -> None:
    told = [one async for one in _changes(http, 3, {"from_start": "true"})]
    assert [one["event"] for one in told] == ["person"] * 3
    await desk.publish(("Later Person", "1988", "L1"))
    again = [one async for one in _changes(http, 2, {}, {"Last-Event-ID": told[1]["id"]})]
    assert again[0]["data"] == told[2]["data"]
    after = [one async for one in _changes(http, 1, {"last_event_id": told[2]["id"]})]
    assert after[0]["data"] == again[1]["data"]
    for wrong in ("%%", "x" * 9000, "eyJJVEEiOi0xfQ"):
        problem(await http.get("/v1/changes", headers={"Last-Event-ID": wrong}), 400, "input")


async def _changes(
    http: httpx.AsyncClient, count: int, params: dict[str, str], headers: dict[str, str] | None = None
) -> Any:
    """Yield some events; the transport hands a stream over whole, so the service is told to stop."""
    app = http._transport.app  # type: ignore[attr-defined]
    app.service.stopping = False

    async def stop() -> None:
        await asyncio.sleep(0.3)
        app.service.stopping = True
        app.service.site.wake()

    task = asyncio.create_task(stop())
    reply = await http.get("/v1/changes", params=params, headers=headers)
    await task
    app.service.stopping = False
    assert reply.headers["content-type"].startswith("text/event-stream")
    blocks = [block for block in reply.text.split("\n\n") if block.startswith("id:")]
    for block in blocks[:count]:
        yield dict(line.split(": ", 1) for line in block.splitlines())


async def test_every_guarded_path_asks_for_a_key_and_refuses_the_wrong_one(desk: Desk) -> None:
    guarded = [row for row in ROWS if row.needs != "open"]
    assert len(guarded) > 40
    for row in guarded:
        path = re.sub(r"{\w+}", "x", row.path)
        for key in ("", "evk_0000_wrong", "nonsense"):
            async with desk.client(key) as http:
                reply = await http.request(row.method, path)
                refused = problem(reply, 401, "unauthorized")
                assert "evenhand people key" in refused.remedy
                assert "Bearer" in reply.headers["www-authenticate"]
