"""Writes under an Idempotency-Key: done once, answered again, and kept so that nobody else reads the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from evenhand.api.app import App
from evenhand.api.problems import HttpError
from evenhand.api.repeats import Repeats
from evenhand.api.routes import _READING, ROWS
from evenhand.api.rows import Asked, Reply
from evenhand.api.service import Service
from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import StoreError
from evenhand.ground.limits import API_BUNDLE_BYTES_MAX, API_REPEAT_SECONDS
from evenhand.ground.sqlite import SqliteStore
from evenhand.ground.store import Batch, MemoryStore, Store
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.node.people.accounts import Account
from evenhand.trust.permissions import Role
from tests.api.conftest import PEOPLE, Desk, draft, make_key
from tests.api.test_routes import OCTETS, problem

READS = {
    "/v1/find", "/v1/find/batch", "/v1/carriers/paxlst", "/v1/travel/mrz", "/v1/travel/find", "/match/{dataset}",
    "/reconcile/{dataset}", "/reconcile/{dataset}/by/{link}", "/v1/reconciliation/links", "/v1/template/columns",
    "/v1/operations/audit.export", "/v1/operations/encounter.carry-out",
    "/taxii2/notices/collections/{collection}/objects", *(f"/v1/operations/{name}" for name in _READING),
}  # fmt: skip
"""Asked by POST, and asked again as often as one likes: nothing is written, or nothing that was not before."""
AT_THE_DOOR = {
    "/v1/sessions", "/v1/sessions/enrolment", "/v1/sessions/oidc", "/v1/sessions/oidc/end", "/v1/session/end"
}  # fmt: skip
"""Whose keys those of a caller cannot be: nobody is known yet, or nobody any more."""


def remember(store: Store, clock: ManualClock, seal: Callable[[], bytes] = lambda: bytes(32)) -> Repeats:
    """Return what remembers writes."""
    return Repeats(store, clock, key=b"k" * 32, seal=seal)


async def test_a_write_sent_twice_is_done_once(desk: Desk) -> None:
    async with desk.client() as http:
        problem(await http.post("/v1/notices", json=draft(*PEOPLE[0])), 400, "idempotency_key_missing")
        once = {"Idempotency-Key": "one"}
        before = desk.site.member.ledgers.log("ITA").size
        first = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=once)
        again = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=once)
        assert desk.site.member.ledgers.log("ITA").size == before + 1
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"]
        other = await http.post("/v1/notices", json=draft("Somebody Else"), headers=once)
        problem(other, 422, "idempotency_key_reused")
        bad = {"notice": {}, "detail": draft("x")["detail"]}
        refused = await http.post("/v1/notices", json=bad, headers={"Idempotency-Key": "two"})
        problem(refused, 400, "input")
        better = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers={"Idempotency-Key": "two"})
        assert better.status_code == 201, "a refused write may be tried again"
    stranger = make_key(desk.site, "stranger", Role.ANALYST, Role.APPROVER)
    async with desk.client(stranger) as http:
        mine = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=once)
        assert mine.json()["key"] != first.json()["key"], "keys belong to their caller"


def test_repeats_are_forgotten_after_a_day() -> None:
    clock, store = ManualClock(10**12), MemoryStore()
    repeats = remember(store, clock)
    done = Reply(body=b"done", status=201, headers={"Location": "/x"})
    assert repeats.begin("a", "k", b"q") is None
    with pytest.raises(HttpError, match="right now"):
        repeats.begin("a", "k", b"q")
    repeats.end("a", "k", b"q", done)
    held = remember(store, clock).begin("a", "k", b"q")
    assert held is not None
    assert (held.body, held.status) == (b"done", 201)
    clock.advance(seconds=API_REPEAT_SECONDS + 1)
    assert repeats.begin("a", "k", b"q") is None
    with pytest.raises(HttpError, match="not known"):
        remember(store, clock).begin("a", "k", b"q")


async def test_a_request_that_is_broken_off_leaves_the_outcome_open(desk: Desk) -> None:
    repeats = desk.service.repeats
    assert repeats.begin("c", "k", b"q") is None
    repeats.failed("c", "k")
    with pytest.raises(HttpError, match="not known"):
        repeats.begin("c", "k", b"q")
    repeats.refused("c", "never begun")
    await asyncio.sleep(0)


def test_every_write_honours_a_key() -> None:
    writes = [row for row in ROWS if row.method != "GET" and row.path not in READS | AT_THE_DOOR]
    assert len(writes) > 60
    assert not [row.path for row in writes if not row.keyed]
    assert not [row.path for row in ROWS if row.keyed and row.path in READS | AT_THE_DOOR]
    assert {row.operation for row in ROWS if row.shown_once} == {
        "people.add", "people.change", "people.key", "people.code", "protection.end",
    }  # fmt: skip


class _OnDisk:
    """The node's API over the store it has in life, and what lies in its files."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.place = desk, desk.site.folder.path / "api.sqlite"
        self.store = SqliteStore(self.place)
        self._start()

    def again(self) -> None:
        """Start the API once more."""
        self.store.close()
        self.store = SqliteStore(self.place)
        self._start()

    def _start(self) -> None:
        app = App(Service(site=self.desk.site, rules=self.desk.site.config.api, store=self.store), ROWS)
        self.desk.app, self.desk.service = app, app.service
        self.desk.transport = httpx.ASGITransport(app)  # type: ignore[arg-type]

    def holds(self, *texts: str) -> list[str]:
        """Return which of these texts are in a file of the store."""
        files = [one.read_bytes() for one in self.place.parent.glob("api.sqlite*")]
        there = b"repeat/v2/key/"
        assert any(there in data for data in files), "the rows are in these files, or this would prove nothing"
        return [text for text in texts if any(text.encode() in data for data in files)]


async def test_a_secret_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    on_disk = _OnDisk(desk)
    desk.site.people.add(Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="it"))
    key = {"name": "gate.seven", "roles": ["officer"], "unit": "gates", "days": 1}
    person = {"name": "a.bell", "roles": ["analyst"], "unit": "desk"}
    secrets = []
    async with desk.client(desk.operator) as http:
        again = {"reset": True}
        asked = (("/v1/keys", key, "key"), ("/v1/people", person, "code"), ("/v1/people/a.bell", again, "code"))
        for path, body, field in asked:
            once = {"Idempotency-Key": path}
            first = await http.post(path, json=body, headers=once)
            assert first.status_code == 200, first.text
            secrets.append(first.json()[field])
            told = problem(await http.post(path, json=body, headers=once), 409, "idempotency_answer_not_kept")
            assert "shown once" in told.why
        everyone = (await http.get("/v1/people")).json()
    assert [one["name"] for one in everyone["machines"]].count("gate.seven") == 1, "the repeat made no second key"
    assert all(one.startswith(("evk_", "eve_")) for one in secrets)
    assert on_disk.holds(*secrets, "evk_", "eve_", "gate.seven") == []


async def test_what_an_encounter_answers_lies_in_no_file_and_is_answered_again(desk: Desk) -> None:
    on_disk = _OnDisk(desk)
    name, born, number = PEOPLE[0]
    scan = {"names": [name], "birth_date": born, "officer": "o1", "purpose": "RESCREENING",
            "legal_basis": "invented law, article 1",
            "documents": [{"number": number, "issuer": "UTO"}]}  # fmt: skip
    once, path = {"Idempotency-Key": "scan"}, "/v1/operations/encounter.scan"
    async with desk.client() as http:
        first = await http.post(path, json=scan, headers=once)
        assert first.json()["candidates"][0]["reasons"], first.text
    assert on_disk.holds("candidates", "listed_as", "birth_date", name, born, number, first.json()["encounter"]) == []
    on_disk.again()
    async with desk.client() as http:
        again = await http.post(path, json=scan, headers=once)
        assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true"), "over a restart"


async def test_nobody_erased_is_in_an_answer_kept_before(desk: Desk) -> None:
    on_disk = _OnDisk(desk)
    path, scan = "/v1/operations/encounter.scan", {
        "names": [PEOPLE[0][0]], "officer": "o1", "purpose": "RESCREENING", "legal_basis": "invented law, article 1",
    }  # fmt: skip
    async with desk.client() as http:
        first = await http.post(path, json=scan, headers={"Idempotency-Key": "scan"})
        found = first.json()["candidates"][0]
        erasure = f"/v1/notices/{found['originator']}:{found['notice_id']}/erasure"
        ground, once = {"reason_class": "court"}, {"Idempotency-Key": "erase"}
        erased = await http.post(erasure, json=ground, headers=once)
        assert erased.status_code == 200, erased.text
        gone = problem(await http.post(path, json=scan, headers={"Idempotency-Key": "scan"}), 409,
                       "idempotency_answer_not_kept")  # fmt: skip
        assert "erased" in gone.why
    on_disk.again()
    async with desk.client() as http:
        assert (await http.post(erasure, json=ground, headers=once)).content == erased.content, "ids alone are kept"
        problem(await http.post(path, json=scan, headers={"Idempotency-Key": "scan"}), 409,
                "idempotency_answer_not_kept")  # fmt: skip


async def test_what_was_composed_before_an_erasure_is_not_kept_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, once = "/v1/operations/encounter.scan", {"Idempotency-Key": "scan"}
    scan = {"names": ["Nobody"], "officer": "o1", "purpose": "RESCREENING", "legal_basis": "invented law, article 1"}
    told = desk.service._perform

    async def meanwhile(asked: Asked) -> Reply:
        reply = await told(asked)
        desk.site.member.forget_copies()
        return reply

    async with desk.client() as http:
        monkeypatch.setattr(desk.service, "_perform", meanwhile)
        assert (await http.post(path, json=scan, headers=once)).status_code == 200
        monkeypatch.undo()
        problem(await http.post(path, json=scan, headers=once), 409, "idempotency_answer_not_kept")


def test_an_answer_is_bound_to_its_epoch_and_its_key() -> None:
    clock, store, epochs = ManualClock(10**12), MemoryStore(), [b"1" * 32]
    repeats = remember(store, clock, lambda: epochs[-1])
    for key in ("k", "other"):
        assert repeats.begin("a", key, b"q") is None
        repeats.end("a", key, b"q", Reply(body=key.encode()))
    rows = {row: value for row, value in store.scan(b"", b"\xff") if b"/key/" in row}
    first, second = rows
    store.apply({first: rows[second], second: rows[first]})
    for key in ("k", "other"):
        with pytest.raises(HttpError, match=r"another request|not kept"):
            repeats.begin("a", key, b"q")
    store.apply(dict(rows))
    assert repeats.begin("a", "k", b"q") is not None
    epochs.append(b"2" * 32)
    with pytest.raises(HttpError, match="not kept"):
        repeats.begin("a", "k", b"q")


def test_what_an_earlier_version_kept_in_clear_text_goes_at_the_first_start(tmp_path: Path) -> None:
    place = tmp_path / "api.sqlite"
    store = SqliteStore(place)
    store.apply({b"repeat/key/x": b"evk_secret", b"repeat/time/x": b"x"})
    remember(store, ManualClock(10**12))
    assert not list(store.scan(b"repeat/key/", b"repeat/time0"))
    assert not [one for one in tmp_path.iterdir() if b"evk_secret" in one.read_bytes()]
    store.close()


async def test_kept_answers_are_forgotten_where_nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.api.repeats._MINUTE_SECONDS", 0.01)
    clock, store = ManualClock(10**12), MemoryStore()
    repeats = remember(store, clock)
    assert repeats.begin("a", "k", b"q") is None
    repeats.end("a", "k", b"q", Reply(body=b"x"))
    apply, failed = store.apply, list[int]()

    def once(batch: Batch) -> None:
        if not failed:
            failed.append(1)
            raise StoreError("the disk is full")
        apply(batch)

    monkeypatch.setattr(store, "apply", once)
    tending = asyncio.create_task(repeats.tend())
    clock.advance(seconds=API_REPEAT_SECONDS + 1)
    await asyncio.sleep(0.1)
    assert failed
    assert not list(store.scan(b"", b"\xff")), "after a failure it tries again"
    tending.cancel()
    await asyncio.gather(tending, return_exceptions=True)


async def test_what_a_write_changed_does_not_refuse_its_own_repeat(desk: Desk) -> None:
    async with desk.client() as http:
        made = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers={"Idempotency-Key": "make"})
        path = f"/v1/notices/{made.json()['key']}"
        asked = (
            ("PUT", path, draft("Vojtek Inventovich")),
            ("POST", f"{path}/flag", {"action": "DISCREET_REPORT", "reason": "no warrant here"}),
            ("POST", f"{path}/withdrawal", {"reason": "mistaken identity"}),
            ("POST", f"{path}/erasure", {"reason_class": "court"}),
        )
        for method, where, body in asked:
            tag = (await http.get(path)).headers["etag"]
            said = {"Idempotency-Key": f"{method} {where}", "If-Match": tag}
            before = desk.site.member.ledgers.log("ITA").size
            first = await http.request(method, where, json=body, headers=said)
            assert first.status_code == 200, first.text
            again = await http.request(method, where, json=body, headers=said)
            assert (again.status_code, again.content) == (200, first.content), where
            assert again.headers["idempotency-replayed"] == "true"
            assert desk.site.member.ledgers.log("ITA").size == before + 1
            other = {**said, "Idempotency-Key": "fresh"}
            problem(await http.request(method, where, json=body, headers=other), 412, "precondition_failed")


async def test_a_correction_without_a_key_is_taken_as_before(desk: Desk) -> None:
    async with desk.client() as http:
        key = (await http.get("/v1/notices")).json()["notices"][0]["key"]
        path = f"/v1/notices/{key}"
        tag = (await http.get(path)).headers["etag"]
        assert (await http.put(path, json=draft("Other Name"), headers={"If-Match": tag})).status_code == 200
        long = {"Idempotency-Key": "k" * 501, "If-Match": tag}
        problem(await http.put(path, json=draft("Other Name"), headers=long), 400, "idempotency_key_missing")


async def test_a_roster_proposed_twice_with_one_key_is_one_document(desk: Desk) -> None:
    body, once = {"change": "renew"}, {"Idempotency-Key": "propose"}
    async with desk.client(desk.operator) as http:
        first = await http.post("/v1/roster/proposals", json=body, headers=once)
        again = await http.post("/v1/roster/proposals", json=body, headers=once)
        assert (again.status_code, again.content) == (first.status_code, first.content), first.text


async def test_an_answer_too_long_to_keep_is_known_to_have_been_given(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.api.service.API_BODY_BYTES_MAX", 10)
    once = {"Idempotency-Key": "long"}
    async with desk.client() as http:
        first = await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=once)
        assert first.status_code == 201, first.text
        problem(await http.post("/v1/notices", json=draft("Vojtek Invento"), headers=once), 409,
                "idempotency_answer_not_kept")  # fmt: skip


async def test_a_repeat_of_an_upload_that_broke_off_meanwhile_is_sent_again(desk: Desk) -> None:
    path, once = "/v1/imports/un-sc", {"Idempotency-Key": "broken", **OCTETS}
    data, known = write_un_xml(synthetic_persons(1, 2)), desk.service.repeats.knows
    caller = desk.service.admit(next(one for one in ROWS if one.path == "/v1/imports/{format}"), {
        "authorization": f"Bearer {desk.key}", "content-type": "application/octet-stream",
    }, {"format": "un-sc"})  # fmt: skip
    assert caller is not None
    assert desk.service.repeats.begin(caller.who, "broken", b"") is None  # the first upload is under way

    def known_then_refused(caller: str, key: str) -> bool:
        found = known(caller, key)
        desk.service.repeats.refused(caller, key)  # and breaks off while the repeat is read
        return found

    desk.service.repeats.knows = known_then_refused  # type: ignore[method-assign]
    async with desk.client() as http:
        problem(await http.post(path, content=data, headers=once), 409, "idempotency_key_in_use")
        desk.service.repeats.knows = known  # type: ignore[method-assign]
        assert (await http.post(path, content=data, headers=once)).json()["published"] == 2


async def test_a_list_sent_twice_with_one_key_is_imported_once(desk: Desk) -> None:
    data = write_un_xml(synthetic_persons(1, 20))
    path, once = "/v1/imports/un-sc", {"Idempotency-Key": "list", **OCTETS}
    async with desk.client() as http:
        other = {**OCTETS, "Idempotency-Key": "dry"}
        dry = await http.post(path, content=data, headers=other, params={"dry_run": True})
        assert dry.json()["dry_run"]
        first = await http.post(path, content=data, headers=once)
        assert first.json()["published"] == 20
        again = await http.post(path, content=data, headers=once)
        assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
        problem(await http.post(path, content=data + b" ", headers=once), 422, "idempotency_key_reused")
        problem(await http.post(path, content=data, headers=other), 422, "idempotency_key_reused")
    assert not list(desk.site.folder.path.glob("upload-*"))


async def test_a_repeat_too_large_is_not_read_to_its_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path, once = "/v1/operations/encounter.merge", {"Idempotency-Key": "merge", **OCTETS}
    who = {"officer": "o1", "unit": "tests"}
    async with desk.client() as http:
        carried = (await http.post("/v1/operations/encounter.carry-out", json=who)).content
        assert (await http.post(path, params=who, content=carried, headers=once)).status_code == 200
        row = next(one for one in ROWS if one.path == path)

        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield bytes(1 << 20)

        object.__setattr__(row, "body_bytes_max", 1 << 22)
        try:
            much = await http.post(path, params=who, content=endless(), headers=once)
        finally:
            object.__setattr__(row, "body_bytes_max", API_BUNDLE_BYTES_MAX)
        problem(much, 413, "request_entity_too_large")
