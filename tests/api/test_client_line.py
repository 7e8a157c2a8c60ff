"""The line of our client: whom it trusts, by which way it goes, and what it makes of silence and cuts."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from evenhand.api.server import ApiFace
from evenhand.client import ApiError, AsyncClient, Client, forms
from evenhand.client.following import SILENCE_SECONDS, Persistence, stream_timeout, trusted
from evenhand.client.requests import EventReader
from tests.api.authority import Authority
from tests.api.conftest import ROLES, Served, free_port, make_key, opened

EVENT = 'id: %s\nevent: person\ndata: {"ledger":"ITA","entry":%d,"at":"","kind":"person"}\n\n'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
Say = Callable[[socket.socket, str], None]


class Relay:
    """A node's address at which each connection is answered by the next of some scripts."""

    def __init__(self, *scripts: Say) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._serve, args=(scripts,))
        self._thread.start()

    def _serve(self, scripts: tuple[Say, ...]) -> None:
        for script in scripts:
            connection, _ = self.listener.accept()
            with connection, contextlib.suppress(OSError):
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65_536)
                self.asked.append(head.decode())
                script(connection, head.decode())
        self.listener.close()

    def close(self) -> None:
        self._thread.join(20)


def silent(connection: socket.socket, _: str) -> None:
    """Tell one change, and then nothing, without closing, until the reader has had enough."""
    connection.sendall(HEAD + (EVENT % ("one", 1)).encode())
    connection.recv(1)


def says(text: str, head: bytes = HEAD) -> Say:
    return lambda connection, _: connection.sendall(head + text.encode())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence and pauses of fractions of a second."""
    monkeypatch.setattr("evenhand.client.following.SILENCE_SECONDS", 0.3)
    monkeypatch.setattr("evenhand.client.following._PAUSE_SECONDS_MIN", 0.01)


def test_silence_is_three_comments_however_long_an_answer_may_take() -> None:
    timeout = stream_timeout(5.0)
    assert (timeout.read, timeout.connect) == (SILENCE_SECONDS, 5.0)
    assert SILENCE_SECONDS == 45.0


@pytest.mark.usefixtures("impatient")
def test_a_line_that_falls_silent_is_a_cut() -> None:
    relay = Relay(silent)
    with contextlib.closing(relay), Client(relay.url, key="k") as node:
        told = node.changes()
        assert next(told).id == "one"
        with pytest.raises(httpx.ReadTimeout):
            next(told)


@pytest.mark.usefixtures("impatient")
async def test_a_line_that_falls_silent_is_a_cut_on_asyncio_too() -> None:
    relay = Relay(silent)
    with contextlib.closing(relay):
        async with AsyncClient(relay.url, key="k") as node:
            told = node.changes()
            assert (await anext(told)).id == "one"
            with pytest.raises(httpx.ReadTimeout):
                await anext(told)


def _scripts() -> list[Say]:
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    gone = b"HTTP/1.1 401 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return [
        says(": changes\nid: zero\n\n"),  # cut before anything happened
        silent,
        says("", busy),
        says(EVENT % ("two", 2) + "id: three\nevent: person\nda"),  # cut within a change
        says(EVENT % ("three", 3)),
        says("", gone),
    ]


def _resumed(relay: Relay) -> list[str]:
    lines = ["".join(line for line in asked.splitlines() if line.lower().startswith("last-event-id")) for asked in
             relay.asked]  # fmt: skip
    return [line.partition(": ")[2] for line in lines]


@pytest.mark.usefixtures("impatient")
def test_following_misses_nothing_and_tells_nothing_twice() -> None:
    relay, heard = Relay(*_scripts()), list[str]()
    with contextlib.closing(relay), Client(relay.url, key="k") as node, pytest.raises(ApiError, match="401"):
        _hear(node.follow(), heard)
    assert heard == ["one", "two", "three"]
    assert _resumed(relay) == ["", "zero", "one", "one", "two", "three"]


def _hear(told: Iterator[forms.Change], heard: list[str]) -> None:
    for one in told:
        heard.append(one.id)  # noqa: PERF401 - it ends by an error, and what was heard counts


@pytest.mark.usefixtures("impatient")
async def test_following_on_asyncio_does_the_same() -> None:
    relay, heard = Relay(*_scripts()), list[str]()

    async def hear(told: AsyncIterator[forms.Change]) -> None:
        async for one in told:
            heard.append(one.id)

    with contextlib.closing(relay):
        async with AsyncClient(relay.url, key="k") as node:
            with pytest.raises(ApiError, match="401"):
                await hear(node.follow(from_start=True))
    assert heard == ["one", "two", "three"]
    assert _resumed(relay) == ["", "zero", "one", "one", "two", "three"]
    assert ["from_start" in asked for asked in relay.asked] == [True, False, False, False, False, False]


def test_an_address_where_nobody_is_raises_at_once() -> None:
    with Client(f"http://127.0.0.1:{free_port()}", key="k") as node, pytest.raises(httpx.ConnectError):
        next(node.follow())


def test_pauses_grow_to_a_bound_and_following_gives_up_in_the_end() -> None:
    reader, persistence, cut = EventReader(), Persistence(600.0), httpx.ReadTimeout("silent")
    reader.begin(opened=True)
    pauses, now = [persistence.after(cut, reader, 0.0)], 0.0
    reader.begin(opened=False)
    while now < 600.0:
        now += pauses[-1]
        if now < 600.0:
            pauses.append(persistence.after(cut, reader, now))
    with pytest.raises(httpx.ReadTimeout):
        persistence.after(cut, reader, now)
    assert 0.25 <= pauses[0] <= 0.5
    assert all(one <= 30.0 for one in pauses)
    assert min(pauses[8:]) >= 15.0
    assert 600.0 <= now <= 630.0


def test_pauses_begin_anew_once_something_was_told_and_a_node_may_ask_for_longer() -> None:
    reader, persistence = EventReader(), Persistence(600.0)
    reader.begin(opened=True)
    for _ in range(8):
        persistence.after(None, reader, 0.0)
    reader.told = True
    assert persistence.after(None, reader, 0.0) <= 0.5
    problem = forms.Problem(type="", title="", status=503, detail="")
    assert persistence.after(ApiError(problem, retry_after=7.0), reader, 0.0) == 7.0
    assert persistence.after(ApiError(problem, retry_after=7_000.0), reader, 0.0) == 30.0


@pytest.mark.parametrize("media", ["Content-Type: text/html\r\n", ""])
async def test_what_is_no_stream_is_said_so(media: str) -> None:
    head = f"HTTP/1.1 200 OK\r\n{media}Connection: close\r\n\r\n".encode()
    relay = Relay(says("<html>welcome</html>", head), says("<html>welcome</html>", head))
    with contextlib.closing(relay), Client(relay.url, key="k") as node:
        with pytest.raises(ApiError, match="instead of a stream"):
            next(node.follow())
        async with AsyncClient(relay.url, key="k") as other:
            with pytest.raises(ApiError, match="instead of a stream"):
                await anext(other.changes())


def test_a_real_node_is_followed_across_a_change(served: Served) -> None:
    with Client(served.url, key=served.key, purpose="BORDER_CHECK", legal_basis="invented law") as node:
        told = node.follow(from_start=True)
        assert [one.kind for one in itertools.islice(told, 3)] == ["person"] * 3
        withdrawing = threading.Timer(0.3, lambda: _withdraw(served))
        withdrawing.start()
        assert next(told).kind == "retraction"
        withdrawing.join()


def _withdraw(served: Served) -> None:
    with Client(served.url, key=served.key) as node:
        node.withdraw(served.notices[0], reason="mistaken identity")


def test_who_is_cut_before_anything_happened_has_an_id_to_resume_after(served: Served) -> None:
    head = {"Authorization": f"Bearer {served.key}"}
    with httpx.stream("GET", f"{served.url}/v1/changes", headers=head, trust_env=False) as reply:
        lines = reply.iter_lines()
        first = [next(lines), next(lines), next(lines)]
    assert (first[0], first[2]) == (": changes", "")
    _withdraw(served)
    with Client(served.url, key=served.key) as node:
        assert next(node.changes(after=first[1].removeprefix("id: "))).kind == "retraction"


# -- whom it trusts ------------------------------------------------------------------------------------------


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """A node with a certificate of a private authority: its address, a key, the authority's bundle."""
    folder = tmp_path / "ita"
    folder.mkdir(mode=0o700)
    authority, address = Authority(folder), f"127.0.0.1:{free_port()}"
    certificate, key = authority.give("api")
    ready: list[Any] = []
    began = threading.Event()

    async def serve() -> None:
        with opened(folder, listen=address, certificate=certificate, key=key) as site:
            face, stop = ApiFace(site), asyncio.Event()
            await face.start()
            ready.extend([make_key(site, "everything", *ROLES), asyncio.get_running_loop(), stop])
            began.set()
            await stop.wait()
            await face.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert began.wait(30)
    try:
        yield f"https://{address}", ready[0], authority.bundle
    finally:
        ready[1].call_soon_threadsafe(ready[2].set)
        thread.join(30)


async def test_a_private_authority_is_trusted_where_it_is_named(secured: tuple[str, str, Path]) -> None:
    url, key, bundle = secured
    for verify in (bundle, str(bundle), ssl.create_default_context(cafile=bundle)):
        with Client(url, key=key, verify=verify) as node:
            assert node.state().member == "ITA"
        async with AsyncClient(url, key=key, verify=verify) as other:
            assert (await other.state()).member == "ITA"


async def test_nobody_else_is_trusted_whatever_the_environment_says(
    secured: tuple[str, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key, bundle = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with Client(url, key=key) as node, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        node.state()
    async with AsyncClient(url, key=key) as other:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await other.state()


def test_a_bundle_is_trusted_alone(tmp_path: Path) -> None:
    context = trusted(Authority(tmp_path).bundle)
    assert isinstance(context, ssl.SSLContext)
    assert len(context.get_ca_certs()) == 1
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


class Proxy:
    """A proxy that opens tunnels; `asked` are the addresses."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked: list[str] = []
        self._threads: list[threading.Thread] = []
        self._main = threading.Thread(target=self._serve)
        self._main.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                head = near.recv(65_536).decode()
                self.asked.append(head.split()[1])
                host, _, port = head.split()[1].partition(":")
                far = socket.create_connection((host, int(port)))
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._threads += [threading.Thread(target=_pour, args=ends) for ends in ((near, far), (far, near))]
                for thread in self._threads[-2:]:
                    thread.start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in (self._main, *self._threads):
            thread.join(20)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()


async def test_a_proxy_is_used_where_it_is_named_and_never_by_the_environment(
    secured: tuple[str, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key, bundle = secured
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    with contextlib.closing(Proxy()) as proxy:
        with Client(url, key=key, verify=bundle, proxy=proxy.url) as node:
            assert node.state().member == "ITA"
        async with AsyncClient(url, key=key, verify=bundle, proxy=proxy.url) as other:
            assert (await other.state()).member == "ITA"
        assert proxy.asked == [url.removeprefix("https://")] * 2
    with Client(url, key=key, verify=bundle) as direct:
        assert direct.state().member == "ITA"
