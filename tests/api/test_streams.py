"""Places for streams: nobody takes those of the others, and none is lost."""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from evenhand.api.app import App
from evenhand.api.problems import HttpError
from evenhand.api.routes import ROWS
from evenhand.api.service import Incoming
from evenhand.api.streams import Streams
from evenhand.ground.limits import API_CALLER_STREAMS_MAX, API_STREAMS_MAX
from evenhand.trust.permissions import Role
from tests.api.conftest import Desk, make_key
from tests.api.test_routes import problem

ROW = next(row for row in ROWS if row.path == "/v1/changes")


async def _words(*words: bytes, fails: bool = False) -> AsyncGenerator[bytes]:
    for word in words:
        yield word
    if fails:
        raise OSError("the line broke")


async def _open(desk: Desk, token: str) -> AsyncIterator[bytes]:
    headers = {"authorization": f"Bearer {token}"}
    caller = desk.service.admit(ROW, headers)
    reply = await desk.service.answer(ROW, caller, Incoming(path_values={}, query=(), headers=headers))
    assert reply.stream is not None
    return reply.stream


async def test_one_key_leaves_places_for_the_others(desk: Desk) -> None:
    greedy, other = (make_key(desk.site, name, Role.ANALYST) for name in ("greedy", "other"))
    held = [await _open(desk, greedy) for _ in range(API_CALLER_STREAMS_MAX)]
    assert desk.service.streams.count == len(held), "from before the first byte"
    async with desk.client(greedy) as http:
        refused = await http.get("/v1/changes")
        problem(refused, 429, "streams_of_caller_full")
        assert refused.headers["retry-after"] == "5"
    held.append(await _open(desk, other))
    held.pop(0)
    gc.collect()
    held.append(await _open(desk, greedy))
    for name in ("", "evk_0000000000000000_stranger"):
        async with desk.client(name) as http:
            problem(await http.get("/v1/changes"), 401, "unauthorized")
    assert desk.service.streams.count == len(held) == API_CALLER_STREAMS_MAX + 1
    held.clear()
    gc.collect()
    assert desk.service.streams.count == 0


async def test_all_places_are_taken_by_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert API_CALLER_STREAMS_MAX * 8 <= API_STREAMS_MAX
    monkeypatch.setattr("evenhand.api.streams.API_STREAMS_MAX", 2)
    held = [await _open(desk, make_key(desk.site, f"reader {n}", Role.ANALYST)) for n in range(2)]
    async with desk.client() as http:
        problem(await http.get("/v1/changes"), 503, "streams_full")
    assert len(held) == 2


async def test_a_place_is_free_once_however_its_stream_ends() -> None:
    streams = Streams()
    ended, broken, closed = (streams.hold("a", _words(b"x", fails=n == 1)) for n in range(3))
    forgotten = [streams.hold("b", _words(b"x"))]
    assert [one async for one in ended] == [b"x"]
    assert streams.count == 3
    await ended.aclose()
    assert streams.count == 3, "once"
    assert await anext(broken) == b"x"
    with pytest.raises(OSError, match="broke"):
        await anext(broken)
    assert streams.count == 2
    await closed.aclose()
    forgotten.clear()
    gc.collect()
    assert streams.count == 0
    forgotten += [streams.hold("a", _words()) for _ in range(API_CALLER_STREAMS_MAX)]
    with pytest.raises(HttpError):
        streams.hold("a", _words())


async def test_the_head_of_a_stream_takes_no_place(desk: Desk) -> None:
    async with desk.client() as http:
        for _ in range(API_CALLER_STREAMS_MAX + 1):
            assert (await http.head("/v1/changes")).status_code == 200
    assert isinstance(desk.app, App)
    assert desk.service.streams.count == 0
