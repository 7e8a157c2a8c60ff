"""Headers are read as RFC 9110 and 9112 say, and where they say two things the request is refused."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from evenhand.api.headers import accepts, asks_for, check_host, said
from evenhand.api.problems import TAXII
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_BODY_BYTES_MAX

from .conftest import Desk, Served
from .test_routes import problem

KIND = "application/taxii+json"


@pytest.mark.parametrize(
    "accept",
    ["", " ", "*/*", "application/*", KIND, TAXII, "Application/TAXII+JSON;version=2.1", f"{KIND};Version=2.1",
     f'{KIND} ; VERSION="2.1"', f'{KIND};version="2\\.1"', f"{KIND};version=2.0, {TAXII}", "text/html, */*;q=0.8",
     f"{KIND};version=2.1;q=0.001", f"{TAXII};Q=1.000", f"*/*;q=0, {TAXII}", f"{KIND};q=0, {TAXII};q=0.1",
     f"{KIND};charset=utf-8", f'text/plain;note="a, \\"b\\"; c", {TAXII}', f"{TAXII};q=2, */*",
     f"{KIND};version=2.0, */*"],
)  # fmt: skip
def test_accepted(accept: str) -> None:
    assert accepts(accept, TAXII)


@pytest.mark.parametrize(
    "accept",
    [",", "application/json", "text/*", f"{KIND};version=2.0", f"{KIND};version=2.10", f"{TAXII};q=0", "*/*;q=0.000",
     f"{TAXII};q=0, */*", f"{KIND};q=0, application/*", "application/*;q=0, */*", f"{TAXII};q=x", f"{TAXII};q=1.5",
     f'text/plain;note="x, {TAXII}"', "application", f"{KIND}x"],
)  # fmt: skip
def test_not_accepted(accept: str) -> None:
    assert not accepts(accept, TAXII)


def test_a_type_is_asked_for_by_its_own_name() -> None:
    for accept in (TAXII, "APPLICATION/taxii+json", f"text/html, {KIND};version=2.0"):
        assert asks_for(accept, TAXII)
    for accept in ("", "*/*", "application/*", f"{TAXII};q=0", f'text/plain;note="{KIND}"'):
        assert not asks_for(accept, TAXII)


def test_a_long_accept_is_read_in_one_go() -> None:
    assert not accepts('"' + '\\"' * 30_000, TAXII)
    assert not accepts('"a' * 20_000, TAXII)


def test_lines_of_one_header_are_one_list_unless_they_decide() -> None:
    assert said([(b"accept", b"a/b"), (b"x", b"1"), (b"accept", b"c/d")]) == {"accept": "a/b, c/d", "x": "1"}
    with pytest.raises(InputError, match="content-type is given twice"):
        said([(b"content-type", b"a/b"), (b"content-type", b"a/b")])


@pytest.mark.parametrize(
    "host",
    [b"node", b"node.example:8080", b"127.0.0.1:80", b"[::1]:80", b"[v1.a:b]", b"no_de", b"n%C3%B6de", b"node:",
     b" node "],
)  # fmt: skip
def test_hosts(host: bytes) -> None:
    check_host([(b"host", host)], "1.1")


@pytest.mark.parametrize(
    "host",
    [b"", b" ", b":80", b"a b", b"a, b", b"node/x", b"user@node", b"node:8o", b"node:123456", b"[::1", b"::1",
     b"n%zzde", b'"node"', b"n\xc3\xb6de", b"node\nx"],
)  # fmt: skip
def test_what_is_no_host(host: bytes) -> None:
    for version in ("1.0", "1.1"):
        with pytest.raises(InputError, match="names no host"):
            check_host([(b"host", host)], version)


async def test_every_path_asks_for_one_host(desk: Desk) -> None:
    async with desk.client() as http:
        for path in ("/healthz", "/v1/state", "/nowhere", "/taxii2/"):
            for method in ("GET", "HEAD", "OPTIONS"):
                twice = await http.request(method, path, headers=[("Host", "one"), ("Host", "two")])
                assert twice.status_code == 400, (method, path)
        problem(await http.get("/healthz", headers=[("Host", "one"), ("Host", "one")]), 400, "input")


async def test_accept_in_two_lines_and_any_letters(desk: Desk) -> None:
    async with desk.client() as http:
        lines = [("Accept", "Application/TAXII+JSON;Version=2.1"), ("Accept", "text/html")]
        assert (await http.get("/taxii2/", headers=lines)).status_code == 200
        refused = await http.get("/taxii2/", headers={"Accept": f"{TAXII};q=0"})
        assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+json")
        lost = await http.get("/taxii2/nowhere/", headers=lines)
        assert (lost.status_code, lost.headers["content-type"]) == (404, TAXII)


def _asked(served: Served, head: bytes) -> tuple[int, dict[str, str], bytes]:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(head)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    first, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = first.decode().split("\r\n")
    return int(status.split(" ")[1]), {k.lower(): v for k, v in (one.split(": ", 1) for one in lines)}, body


def test_hosts_over_a_line(served: Served) -> None:
    key = f"Authorization: Bearer {served.key}\r\n".encode()
    for lines in (b"", b"Host: one\r\nHost: two\r\n", b"Host: \r\n", b"Host: a/b\r\n"):
        status, headers, body = _asked(served, b"GET /taxii2/ HTTP/1.1\r\nConnection: close\r\n%b%b\r\n" % (lines, key))
        assert (status, headers["content-type"], json.loads(body)["code"]) == (400, "application/problem+json", "input")
    status, _, body = _asked(served, b"GET /taxii2/ HTTP/1.0\r\n%b\r\n" % key)
    root = json.loads(body)["default"]
    assert (status, urlsplit(root).netloc) == (200, urlsplit(served.url).netloc)
    again = httpx.get(root, headers={"Authorization": f"Bearer {served.key}"})
    assert again.status_code == 200, "the address is one to follow"


async def test_what_a_body_asks_for_where_none_is_read_is_refused(desk: Desk) -> None:
    async def parts(*chunks: bytes) -> AsyncIterator[bytes]:
        for one in chunks:
            yield one

    async with desk.client() as http:
        for method in ("GET", "HEAD"):
            assert (await http.request(method, "/v1/notices", json={"mine": True})).status_code == 400
        said = await http.request("GET", "/v1/notices", params={"limit": 1}, content=parts(b"{", b'"mine":true}'))
        assert "takes no body" in problem(said, 400, "input").detail
        assert (await http.request("GET", "/healthz", content=b"x")).status_code == 400
        for empty in (b"", b"{}", b" { }\n"):
            answer = await http.request("GET", "/v1/notices", params={"limit": 1}, content=parts(empty))
            assert answer.status_code == 200, empty
        assert (await http.request("GET", "/v1/notices", content=b"{}")).status_code == 200
        long = await http.request("GET", "/v1/notices", content=b" " * (API_BODY_BYTES_MAX + 1))
        problem(long, 413, "request_entity_too_large")
