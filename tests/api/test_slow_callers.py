"""Slow callers: a connection that says nothing, or not all, ends; one that is being answered does not."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Final

import httpx
import pytest

from evenhand.api import pace
from tests.api.conftest import PURPOSE, Served
from tests.api.test_trailers import answer, authorization, connected

SHORT: Final = 0.6
HEAD = b"POST /v1/find HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b"
WHY = b"Evenhand-Purpose: RESCREENING\r\nEvenhand-Legal-Basis: invented law\r\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.api.server._TICKS_OF_A_SECOND", 1)
    monkeypatch.setattr(pace, "_TERMS", {"head": (SHORT, 1), "body": (SHORT, 1_000), "reader": (SHORT, 1)})


def ended(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_who_says_nothing_is_let_go_without_a_word(served: Served) -> None:
    with connected(served) as connection:
        assert ended(connection) == b""


def test_half_a_head_is_not_waited_for(served: Served) -> None:
    with connected(served) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(5):
            connection.sendall(b"a")  # one letter after the other is no whole head
            time.sleep(SHORT / 4)
        assert answer(connection)[0] == 408


def test_half_a_head_after_a_request_is_not_waited_for(served: Served) -> None:
    with connected(served) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(2 * SHORT)  # between two requests another timer runs
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"\r\n")
        assert answer(connection)[0] == 408


@pytest.mark.parametrize("known", [True, False])
def test_half_a_body_is_not_waited_for(served: Served, known: bool) -> None:
    with connected(served) as connection:
        key = authorization(served) if known else b""
        connection.sendall(HEAD % (100, key + WHY + b"\r\n") + b"{")
        assert answer(connection)[0] == (408 if known else 401)


def test_a_body_that_goes_on_may_take_as_long_as_it_needs(served: Served) -> None:
    body = b'{"names":["Zed Alpha"]' + b" " * 11_978
    with connected(served) as connection:
        connection.sendall(HEAD % (len(body) + 1, authorization(served) + WHY + b"Connection: close\r\n\r\n"))
        for at in range(0, len(body), 600):
            connection.sendall(body[at : at + 600])
            time.sleep(SHORT / 6)
        connection.sendall(b"}")
        assert answer(connection)[0] == 200


def test_whoever_waits_for_leave_to_send_a_body_is_not_too_slow(served: Served) -> None:
    with connected(served) as connection:
        more = authorization(served) + WHY + b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
        connection.sendall(HEAD % (23, more))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b'{"names":["Zed Alpha"]}')
        assert answer(connection)[0] == 200


def test_a_stream_of_changes_goes_on(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.key}", **PURPOSE}
    with httpx.stream("GET", f"{served.url}/v1/changes", headers=headers, timeout=10) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": changes"
        time.sleep(3 * SHORT)
        served.ask("notice.withdraw", {"notice": served.notices[0], "reason": "invented"})
        assert any("retraction" in line for line in lines)


def test_who_reads_nothing_of_what_he_asked_for_is_cut_off(served: Served) -> None:
    with connected(served) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 60)
        time.sleep(4 * SHORT)
        with pytest.raises(ConnectionError):
            _insist(connection)


def _insist(connection: socket.socket) -> None:
    for _ in range(20):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.05)


def test_who_reads_slowly_reads_all(served: Served) -> None:
    times = 40
    with connected(served) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n"
        connection.sendall(times * (request + b"\r\n") + request + b"Connection: close\r\n\r\n")
        said, began = 0, time.monotonic()
        while chunk := connection.recv(65_536):
            said += chunk.count(b"HTTP/1.1 200")
            if time.monotonic() - began < 4 * SHORT:
                time.sleep(SHORT / 4)
        assert said in {times, times + 1}  # one may lie across two readings
