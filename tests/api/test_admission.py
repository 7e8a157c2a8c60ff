"""Admission: who may ask what, how often and in which form; refusals are problems on every path."""

from __future__ import annotations

import ast
import gzip
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from evenhand.api import problems
from evenhand.api.callers import token_in
from evenhand.api.problems import HttpError
from evenhand.api.routes import ROWS
from evenhand.casework.records import JournalRecord
from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import InputError
from evenhand.ground.limits import (
    API_BODY_BYTES_MAX,
    API_DROPPED_BYTES_MAX,
    API_DROPPED_SECONDS,
)
from evenhand.node.config import ApiRules, parse_config
from evenhand.node.people.accounts import Account
from evenhand.trust.permissions import Role
from tests.api.conftest import PEOPLE, Desk, Served, draft, make_key
from tests.api.test_routes import problem

JSON = {"Content-Type": "application/json"}


async def test_keys_may_do_what_their_roles_may(desk: Desk) -> None:
    officer = make_key(desk.site, "lane", Role.OFFICER)
    async with desk.client(officer) as http:
        assert (await http.post("/v1/find", json={"names": ["Nobody"]})).status_code == 200
        refused = problem(await http.get("/v1/notices"), 403, "forbidden")
        assert "analyst" in refused.remedy
        problem(await http.get("/v1/metrics"), 403, "forbidden")
    async with desk.client(desk.operator) as http:
        problem(await http.post("/v1/find", json={"names": ["Nobody"]}), 403, "forbidden")
    border = make_key(desk.site, "border", Role.OFFICER, purposes=("BORDER_CHECK",))
    async with desk.client(border) as http:
        refused = problem(await http.post("/v1/find", json={"names": ["Nobody"]}), 403, "not_entitled")
    async with desk.client(desk.auditor) as http:
        await http.get("/v1/session")  # a refusal is written down with the next answer, or within a second
        *_, tried = [one for one in (await http.get("/v1/journal")).json()["records"] if "refused" in one]
        assert (tried["operation"], tried["refused"], tried["header"]) == ("find", refused.code, "evenhand-purpose")


async def test_what_is_typed_into_a_header_is_not_on_record_for_good(desk: Desk) -> None:
    typed, size = "Orfeo Fittizzio", desk.site.casework.book.size
    wrong = (
        ({"Evenhand-Purpose": typed}, 400, "purpose_unknown", "evenhand-purpose"),
        ({"Evenhand-Purpose": "", "Evenhand-Reference": typed}, 400, "purpose_missing", "evenhand-purpose"),
        ({"Evenhand-Purpose": "BORDER_CHECK"}, 400, "reference_missing", "evenhand-reference"),
        ({"Evenhand-Legal-Basis": typed * 40}, 400, "input", "evenhand-legal-basis"),
        ({"Evenhand-Reference": typed * 40}, 400, "input", "evenhand-reference"),
    )
    async with desk.client() as http:
        for headers, status, code, _ in wrong:
            problem(await http.post("/v1/find", json={"names": ["Nobody"]}, headers=headers), status, code)
    await desk.site.durable()
    desk.service.rules = msgspec.structs.replace(desk.service.rules, legal_basis="")
    async with desk.client() as http:
        unsaid = await http.post("/v1/find", json={"names": ["Nobody"]}, headers={"Evenhand-Legal-Basis": ""})
        problem(unsaid, 400, "purpose_missing")
    await desk.site.durable()
    written = [one.decision for one in desk.site.casework.book.entries(size)]
    texts = [one.text for one in written if isinstance(one, JournalRecord)]
    said = [(one["refused"], one["header"]) for one in map(msgspec.json.decode, texts)]
    assert said == [*((code, header) for *_, code, header in wrong), ("purpose_missing", "evenhand-legal-basis")]
    assert not [one for one in texts if "Orfeo" in one or "Fittizzio" in one]


async def test_a_node_with_accounts_asks_them(desk: Desk) -> None:
    people = desk.site.people
    account = Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="it")
    people.add(account)
    async with desk.client() as http:
        assert (await http.get("/v1/notices")).status_code == 200
        closed = await http.post("/v1/notices", json=draft(*PEOPLE[0]), headers={"Idempotency-Key": "x"})
        assert "P-01" in problem(closed, 403, "forbidden").why
        wrong = {"name": "chief", "password": "a wrong one entirely", "code": "123456"}
        refused = await http.post("/v1/sessions", json=wrong)
        assert "used before" in problem(refused, 401, "unauthorized").why
        assert refused.headers["www-authenticate"].startswith("Bearer")
        weak = {"name": "chief", "code": "eve_0_wrong", "password": "x"}
        problem(await http.post("/v1/sessions/enrolment", json=weak), 403, "refused")
    async with desk.client("evs_0000_x") as http:
        problem(await http.get("/v1/state"), 401, "unauthorized")


@pytest.mark.parametrize("is_manned", [False, True])
async def test_an_encounter_begins_for_a_purpose_of_the_key(desk: Desk, is_manned: bool) -> None:
    if is_manned:
        desk.site.people.add(Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="it"))
    key = make_key(desk.site, "rescreening", Role.OFFICER, purposes=("RESCREENING",))
    path, who = "/v1/operations/encounter.scan", {} if is_manned else {"officer": "o1"}
    scan = {"names": ["Nobody"], "legal_basis": "invented law, article 1", **who}
    async with desk.client(key) as http:
        wrong = await http.post(path, json={**scan, "purpose": "VISA"}, headers={"Idempotency-Key": "1"})
        assert "entitlement" in problem(wrong, 403, "refused").detail
        right = await http.post(path, json={**scan, "purpose": "RESCREENING"}, headers={"Idempotency-Key": "2"})
        assert right.status_code == 200, right.text


async def test_a_key_that_has_run_out_is_no_key(desk: Desk) -> None:
    desk.site.member.clock = ManualClock(desk.site.member.clock.now_ms() + 2 * 86_400_000)
    async with desk.client() as http:
        problem(await http.get("/v1/state"), 401, "unauthorized")


def test_clients_show_keys_in_many_ways() -> None:
    assert token_in("Bearer abc") == token_in("ApiKey abc") == token_in("abc") == "abc"
    assert token_in("Basic dXNlcjphYmM=") == "abc"
    assert token_in("Basic %%") == token_in("Digest abc") == token_in("") == token_in("Basic w7zDvA==") == ""


async def test_every_wrong_way_is_a_problem(desk: Desk) -> None:
    async with desk.client() as http:
        problem(await http.get("/v1/nowhere"), 404, "not_found")
        wrong = await http.patch("/v1/notices/x")
        assert problem(wrong, 405, "method_not_allowed").remedy == f"use {wrong.headers['allow']}"
        assert wrong.headers["allow"] == "GET, HEAD, OPTIONS, PUT"
        problem(await http.post("/v1/find", content=b"{}", headers={"Content-Type": "text/plain"}), 415,
                "unsupported_media_type")  # fmt: skip
        large = b'{"names":["' + b"x" * API_BODY_BYTES_MAX + b'"]}'
        problem(await http.post("/v1/find", content=large, headers=JSON), 413, "request_entity_too_large")
        problem(await http.post("/v1/find", content=b"{", headers=JSON), 400, "input")
        problem(await http.post("/v1/find", content=b"\xff", headers=JSON), 400, "input")
        problem(await http.post("/v1/find", json={"names": ["x"], "colour": 1}), 400, "input")
        problem(await http.get("/v1/notices", params={"colour": "red"}), 400, "input")
        problem(await http.get("/v1/notices?mine=true&mine=true"), 400, "input")
        problem(await http.get("/v1/notices", params={"mine": "perhaps"}), 400, "input")
        problem(await http.get("/v1/state", params={"x": "1"}), 400, "input")
        problem(await http.get("/v1/notices/zzzz"), 404, "not_found")
        once = {"Idempotency-Key": "x", **JSON}
        problem(await http.post("/v1/notices/zz/withdrawal", content=b"[]", headers=once), 400, "input")
        both = {"notice": "zz", "reason": "x"}
        problem(await http.post("/v1/notices/zz/withdrawal", json=both, headers=once), 400, "input")
        assert (await http.options("/v1/find")).status_code == 204
        for path in ("/v1/notices", "/v1/notices/", "/v1/notices/x"):
            told = await http.options(path)
            assert (told.status_code, told.content) == (204, b"")
            assert told.headers["allow"] == (await http.patch(path)).headers["allow"]
        problem(await http.options("/v1/nowhere"), 404, "not_found")


@pytest.mark.parametrize("how", [ValueError("Ilmar Ferventu"), KeyError("X1234567")])
async def test_what_we_did_not_expect_says_nothing(
    desk: Desk, how: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: Any) -> None:
        raise how

    monkeypatch.setattr("evenhand.api.service.perform", fail)
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with desk.client() as http:
        http._transport = transport
        failed = problem(await http.get("/v1/state"), 500, "error")
        assert "Ferventu" not in failed.detail
        once = {"Idempotency-Key": "k"}
        problem(await http.post("/v1/notices", json=draft(*PEOPLE[0]), headers=once), 500, "error")
        again = await http.post("/v1/notices", json=draft(*PEOPLE[0]), headers=once)
        problem(again, 409, "idempotency_outcome_unknown")
    logged = capsys.readouterr()
    assert failed.instance in logged.out + logged.err
    assert "Ferventu" not in logged.out + logged.err
    assert "X1234567" not in logged.out + logged.err


async def test_a_packed_body_is_of_another_media_type(desk: Desk) -> None:
    body = gzip.compress(b'{"names":["Nobody"]}')
    async with desk.client() as http:
        packed = await http.post("/v1/find", content=body, headers={**JSON, "Content-Encoding": "gzip"})
        problem(packed, 415, "unsupported_media_type")
        assert packed.headers["accept-encoding"] == "identity"
        plain = {**JSON, "Content-Encoding": "identity"}
        assert (await http.post("/v1/find", content=b'{"names":["Nobody"]}', headers=plain)).status_code == 200


async def test_a_body_where_none_is_asked_for_is_read_all_the_same(desk: Desk) -> None:
    async with desk.client(desk.operator) as http:
        for path in ("/v1/peers/PHL/cut", "/v1/peers/PHL/heal"):
            for body in (b'{"unknown":1}', b"rubbish", b"[]", b"null"):
                problem(await http.post(path, content=body), 400, "input")
            for body in (b"", b" ", b"{}"):
                problem(await http.post(path, content=body), 404, "not_found")  # there is no such partner here
            large = b" " * (API_BODY_BYTES_MAX + 1)
            problem(await http.post(path, content=large), 413, "request_entity_too_large")
    async with desk.client() as http:
        path = "/v1/operations/finding.list"
        auditor = {"Authorization": f"Bearer {desk.auditor}"}
        refused = problem(await http.post(path, json={"state": "junk"}, headers=auditor), 400, "input")
        assert "junk" in (refused.why or "")
        for state in ("", "OPEN", "EXCEPTED", "RETRACTED"):
            assert (await http.post(path, json={"state": state}, headers=auditor)).status_code == 200


def test_the_configuration_keeps_keys_off_the_open_network() -> None:
    assert ApiRules() == ApiRules(listen="")
    for wrong in (
        {"listen": "0.0.0.0:7501"}, {"listen": "127.0.0.1:7501", "certificate": "a.pem"},
        {"listen": "127.0.0.1:7501", "url": "ftp://x"}, {"listen": "127.0.0.1:7501", "requests_per_second": 0},
        {"listen": "nowhere"},
    ):  # fmt: skip
        with pytest.raises(InputError):
            msgspec.convert(wrong, ApiRules)
    text = 'member="ITA"\nname="I"\ncoalition="c"\nlisten="127.0.0.1:1"\n[api]\nlisten="[::1]:7501"\n'
    assert parse_config(text).api.listen == "[::1]:7501"


def test_every_row_is_one_or_the_other() -> None:
    for row in ROWS:
        assert bool(row.operation) != (row.run is not None), row.path
        assert re.fullmatch(r"(/[\w.{}-]+)+", row.path), row.path
        assert row.summary
        assert not row.summary.endswith(".")


def _refusals() -> Iterator[tuple[str, str]]:
    """Yield the code of every refusal that HTTP makes by itself, with the file that makes it."""
    for path in Path(problems.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "HttpError":
                said = {one.arg: one.value for one in node.keywords}
                code, status = said.get("code"), node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value), path.name
                elif isinstance(status, ast.Constant):
                    yield HttpError(int(str(status.value)), "what").code, path.name


async def test_every_kind_of_problem_is_explained_where_its_type_leads(desk: Desk) -> None:
    async with desk.client() as http:
        page = (await http.get("/docs")).text
    refused = dict(_refusals())
    assert len(refused) > 15
    assert set(problems.CODES) == set(refused) - {"input", "not_found"}, "each is made somewhere, and each is told"
    for code in {**refused, "error": "", "limit": "", "not_ready": "", "busy": ""}:
        assert page.count(f'id="problem-{code}"') == 1, code


def _said(served: Served, *parts: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes to a node's socket; return the status and the problem it answers with."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.1 if len(parts) > 2 else 0)  # that each is read for itself
        said = b""
        while chunk := connection.recv(65_536):
            said += chunk
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), msgspec.json.decode(body)


def test_what_is_no_request_is_refused_with_a_problem_too(served: Served) -> None:
    long = b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"
    for nonsense, expected, code in ((b"GARBAGE\r\n\r\n", 400, "input"), (long, 414, "address_too_long")):
        status, said = _said(served, nonsense)
        assert (status, said["status"], said["code"]) == (expected, expected, code)
        assert said["instance"]


def test_what_the_server_says_is_in_the_form_of_the_log(served: Served, capfd: pytest.CaptureFixture[str]) -> None:
    _said(served, b"GARBAGE\r\n\r\n")
    told = capfd.readouterr()
    lines = [line for line in f"{told.out}{told.err}".splitlines() if "Invalid HTTP request received" in line]
    assert len(lines) == 1
    assert "http_server" in lines[0]


def test_a_head_without_end_is_refused(served: Served) -> None:
    status, said = _said(served, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 40_000, b"a" * 40_000, b"a")
    assert (status, said["code"]) == (431, "request_header_fields_too_large")


def test_a_body_that_announces_too_much_is_not_waited_for(served: Served) -> None:
    head = (
        f"POST /v1/find HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {served.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )
    for length in (API_BODY_BYTES_MAX + 1, 10**18):
        status, said = _said(served, (head % length).encode(), b"{")
        assert (status, said["code"]) == (413, "request_entity_too_large")


TOO_LONG = (
    f"POST /v1/find HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {10**18}\r\n"
    "Content-Type: application/json\r\nAuthorization: Bearer %s\r\n\r\n"
)


def test_who_is_refused_while_he_speaks_reads_why(served: Served) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    for head, code in (((TOO_LONG % served.key).encode(), 413), (b"GARBAGE\r\n", 400)):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head)
            assert connection.recv(1, socket.MSG_PEEK), "he has answered"
            for _ in range(3):
                connection.sendall(b"a" * 50_000)
                time.sleep(0.05)  # time enough for a reset to come
            said = b""
            while chunk := connection.recv(65_536):
                said += chunk
            assert said.startswith(b"HTTP/1.1 %d " % code)


def _insist(connection: socket.socket, part: bytes, *, times: int, pause: float) -> None:
    for _ in range(times):
        connection.sendall(part)
        time.sleep(pause)


@pytest.mark.parametrize(("part", "times", "pause"), [
    (b"a" * 65_536, 2 * API_DROPPED_BYTES_MAX // 65_536 + 200, 0.0),  # by the bytes; some lie in sockets
    (b"a", 40, API_DROPPED_SECONDS / 10),  # by the time
])  # fmt: skip
def test_who_is_refused_and_does_not_stop_is_cut_off(served: Served, part: bytes, times: int, pause: float) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall((TOO_LONG % served.key).encode())
        assert connection.recv(1, socket.MSG_PEEK)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _insist(connection, part, times=times, pause=pause)


def _answered(served: Served, request: str) -> list[bytes]:
    """Send a request to a node's socket; return what came, reading by reading."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.encode())
        return list(iter(lambda: connection.recv(65_536), b""))


def test_an_answer_in_one_piece_comes_in_one_piece(served: Served) -> None:
    head = f"Host: x\r\nConnection: close\r\nAuthorization: Bearer {served.key}\r\n\r\n"
    readings = _answered(served, f"GET /v1/state HTTP/1.1\r\n{head}")
    assert len(readings) == 1, "head and body in one write"
    said, _, body = readings[0].partition(b"\r\n\r\n")
    lines = said.lower().split(b"\r\n")
    assert lines[0] == b"http/1.1 200 ok"
    assert {b"content-type: application/json", b"content-length: %d" % len(body), b"connection: close"} <= set(lines)
    assert {b"cache-control: no-store", b"x-content-type-options: nosniff"} <= set(lines)
    assert any(one.startswith(b"date: ") for one in lines)
    assert msgspec.json.decode(body)["member"]
    without_body = b"".join(_answered(served, f"HEAD /v1/state HTTP/1.1\r\n{head}"))
    assert without_body.endswith(b"\r\n\r\n")
    assert b"content-length: %d\r\n" % len(body) in without_body.lower()


def test_an_answer_in_one_piece_keeps_its_connection_and_its_place(served: Served) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        one = f"GET /v1/state HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.key}\r\n\r\n"
        other = "GET /v1/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall((one + other).encode())
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]] == [b"200", b"401"]
