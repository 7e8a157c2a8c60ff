"""Trailers: what follows a body is no header, and is bounded as all is that stands beside a body."""

from __future__ import annotations

import contextlib
import socket

import msgspec
import pytest

from evenhand.ground.limits import API_HEAD_BYTES_MAX
from tests.api.conftest import Served

HEAD = (
    b"POST /v1/find HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
    b"Evenhand-Purpose: RESCREENING\r\nEvenhand-Legal-Basis: invented law\r\n%bTransfer-Encoding: chunked\r\n\r\n"
)
BODY = b'17\r\n{"names":["Zed Alpha"]}\r\n'


def connected(served: Served) -> socket.socket:
    host, _, port = served.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Return status and body of the answer after which the other side ends."""
    said = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    assert said.count(b"HTTP/1.1 ") == 1
    return int(head.split()[1]), body


def insist(connection: socket.socket, part: bytes) -> None:
    for _ in range(10_000):
        connection.sendall(part)


def authorization(served: Served) -> bytes:
    return f"Authorization: Bearer {served.key}\r\n".encode()


def test_what_follows_a_body_lets_nobody_in(served: Served) -> None:
    with connected(served) as connection:
        connection.sendall(HEAD % b"" + BODY + b"0\r\n" + authorization(served) + b"\r\n")
        assert answer(connection)[0] == 401


def test_trailers_are_passed_over(served: Served) -> None:
    trailers = b"Expect: 100-continue\r\nEvenhand-Purpose: CURIOSITY\r\nX: y\r\n"
    with connected(served) as connection:
        connection.sendall(HEAD % authorization(served) + BODY + b"0\r\n" + trailers + b"\r\n")
        status, body = answer(connection)
        assert status == 200, body


@pytest.mark.parametrize("beside", [
    b"0\r\n" + b"a: b\r\n" * 50_000,  # many trailers
    b"0\r\na: " + b"b" * 300_000,  # one without end
    b"1;" + b"e" * 300_000,  # an extension of a chunk
    b"".join(b"1;" + b"e" * 1_000 + b"\r\n \r\n" for _ in range(300)),  # many of them
])  # fmt: skip
def test_what_stands_beside_a_body_is_bounded(served: Served, beside: bytes) -> None:
    with connected(served) as connection:
        connection.sendall(HEAD % authorization(served))
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(beside), 10_000):
                connection.sendall(beside[start : start + 10_000])
        status, body = answer(connection)
        assert status == 431
        assert msgspec.json.decode(body)["code"] == "request_header_fields_too_large"
    assert len(beside) > 2 * API_HEAD_BYTES_MAX


def test_a_body_in_the_smallest_pieces_is_read(served: Served) -> None:
    body = b'{"names":["Zed Alpha"],"documents":[]}'.replace(b"[]", b"[" + b" " * 30_000 + b"]")
    with connected(served) as connection:
        connection.sendall(HEAD % authorization(served))
        connection.sendall(b"".join(b"1\r\n%b\r\n" % body[at : at + 1] for at in range(len(body))) + b"0\r\n\r\n")
        assert answer(connection)[0] == 200


def test_trailers_without_end_after_an_answer_end_the_connection(served: Served) -> None:
    """The answer was given before the body had come: a second one would be taken for that of another request."""
    with connected(served) as connection:
        connection.sendall((HEAD % b"").replace(b"Connection: close\r\n", b""))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 401 ")
        with pytest.raises(ConnectionError):
            insist(connection, b"1;" + b"e" * 60_000)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(10) == b""
