"""The stream of changes: who may follow it, for how long, and from where."""

from __future__ import annotations

import asyncio
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pyotp
import pytest

from evenhand.api.changes import LATE
from evenhand.api.events import event_id
from evenhand.api.routes import ROWS
from evenhand.api.service import Incoming
from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import ManualClock
from evenhand.ledger.merkle import EMPTY_ROOT
from evenhand.node.people.accounts import Account, MachineKey
from evenhand.node.people.sessions import IDLE_MS
from evenhand.trust.keys import generate_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import FinalHead, card
from tests.api.conftest import Desk, Served, make_key
from tests.api.test_routes import problem

PASSWORD = "four unrelated words, one comma"
ROW = next(row for row in ROWS if row.path == "/v1/changes")


async def _followed(desk: Desk, token: str) -> AsyncIterator[bytes]:
    """Open a stream, past its first comment."""
    headers = {"authorization": f"Bearer {token}"}
    caller = desk.service.admit(ROW, headers)
    reply = await desk.service.answer(ROW, caller, Incoming(path_values={}, query=(), headers=headers))
    assert reply.stream is not None
    stream = aiter(reply.stream)
    begun = await anext(stream)
    assert re.fullmatch(rb": changes\nid: [\w-]+\n\n", begun), "an id before anything happens"
    return stream


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 20)


async def _is_ended(desk: Desk, stream: AsyncIterator[bytes]) -> None:
    await desk.publish(("Told Nobody", "1980", "T0"))
    assert (await _next(stream)).startswith(b": ended")
    with pytest.raises(StopAsyncIteration):
        await _next(stream)
    assert desk.service.streams.count == 0


async def test_a_stream_ends_with_its_key(desk: Desk) -> None:
    key = make_key(desk.site, "follower", Role.ANALYST)
    stream = await _followed(desk, key)
    await desk.publish(("Told Once", "1980", "T1"))
    assert b"event: person" in await _next(stream)
    waiting = asyncio.create_task(_next(stream))
    await asyncio.sleep(0.05)
    desk.site.people.registry.drop(MachineKey, key.split("_")[1])
    await desk.publish(("Told Nobody", "1980", "T2"))
    assert (await waiting).startswith(b": ended"), "nothing is told after the key has ended"
    with pytest.raises(StopAsyncIteration):
        await _next(stream)


async def test_a_stream_ends_in_the_midst_of_what_it_tells(desk: Desk) -> None:
    key = make_key(desk.site, "follower", Role.ANALYST)
    stream = await _followed(desk, key)
    await desk.publish(("Told One", "1980", "T1"), ("Told Two", "1980", "T2"))
    assert b"event: person" in await _next(stream)
    desk.site.people.registry.drop(MachineKey, key.split("_")[1])
    assert (await _next(stream)).startswith(b": ended")


async def test_a_stream_ends_when_its_key_runs_out_or_may_no_more(desk: Desk) -> None:
    for change in ({"until_ms": 0}, {"roles": (Role.OFFICER,)}):
        key = make_key(desk.site, "follower", Role.ANALYST)
        stream = await _followed(desk, key)
        row = desk.site.people.registry.get(MachineKey, key.split("_")[1])
        assert row is not None
        desk.site.people.registry.put(msgspec.structs.replace(row, **change))
        await _is_ended(desk, stream)


async def test_a_quiet_stream_ends_by_its_next_comment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.api.events._COMMENT_SECONDS", 0.02)
    key = make_key(desk.site, "follower", Role.ANALYST)
    stream = await _followed(desk, key)
    assert await _next(stream) == b": still here\n\n"
    desk.site.people.registry.drop(MachineKey, key.split("_")[1])
    assert (await _next(stream)).startswith(b": ended")


async def test_a_stream_ends_with_its_session_and_does_not_prolong_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.api.events._COMMENT_SECONDS", 0.02)
    people = desk.site.people
    people.add(Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="it"))
    clock = ManualClock(desk.site.member.clock.now_ms())
    desk.site.member.clock = people._clock = clock
    code = people.add(Account(account="b" * 16, name="b.reader", roles=(Role.ANALYST,), unit="desk"))
    factor = pyotp.TOTP(pyotp.parse_uri(await people.enrol("b.reader", code, PASSWORD)).secret)
    for how in ("suspended", "idle"):
        clock.advance(seconds=60)
        proof = await people.prove("b.reader", PASSWORD)
        token, _ = await people.sign_in(proof, PASSWORD, factor.at(clock.now_ms() // 1000))
        stream = await _followed(desk, token)
        clock.advance(seconds=IDLE_MS // 2_000)
        assert await _next(stream) == b": still here\n\n"
        if how == "suspended":
            account = people.registry.account("b.reader")
            people.registry.put(msgspec.structs.replace(account, active=False))
            assert (await _next(stream)).startswith(b": ended")
            people.registry.put(msgspec.structs.replace(account, active=True))
        else:
            clock.advance(seconds=IDLE_MS // 2_000 + 1)
            assert (await _next(stream)).startswith(b": ended"), "listening is no use of a session"
        assert people.caller(token) is None


async def test_entries_that_tell_nothing_are_passed_without_a_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.api.changes._ENTRIES", 1)
    stream = await _followed(desk, desk.key)
    member = desk.site.member
    member.publisher.issue_keys(["ITA", "ITA,PHL", "ITA,XPO"], member.roster)
    await desk.publish(("Told Behind", "1980", "T1"))
    monkeypatch.setattr("evenhand.api.events._COMMENT_SECONDS", 0.0)
    assert b"event: person" in await _next(stream), "and no comment before it"


async def test_an_id_of_more_than_is_held_is_refused(desk: Desk) -> None:
    size = desk.site.member.ledgers.log("ITA").size
    async with desk.client() as http:
        for ahead in ({"ITA": 1_000_000}, {"ITA": size + 1}, {"ITA": size, "ZZZ": 0}, {"ita": 1},
                      {"ITA": size, "ITA/keys": size + 1, LATE: 0}, {"ZZZ/keys": 0, LATE: 0}):  # fmt: skip
            for query, headers in (({}, {"Last-Event-ID": event_id(ahead)}), ({"last_event_id": event_id(ahead)}, {})):
                refused = problem(await http.get("/v1/changes", params=query, headers=headers), 400, "input")
                assert "without an id" in refused.remedy
        for none in ({"ITA": 1, LATE: 2**53}, {"ITA": -1, LATE: 0}):
            text = urlsafe_b64encode(msgspec.json.encode(none)).decode("ascii")
            refused = problem(await http.get("/v1/changes", params={"last_event_id": text}), 400, "input")
            assert refused.detail == "not an event id of this node"


async def test_an_id_resumes_where_it_was_given_and_one_of_an_earlier_edition_at_the_start(desk: Desk) -> None:
    size = desk.site.member.ledgers.log("ITA").size
    for places, entries in (({"ITA": size - 1, LATE: 0}, [size - 1]), ({"ITA": size}, [1, 2, 3])):
        told = {"authorization": f"Bearer {desk.key}", "last-event-id": event_id(places)}
        incoming = Incoming(path_values={}, query=(), headers=told)
        reply = await desk.service.answer(ROW, desk.service.admit(ROW, told), incoming)
        assert reply.stream is not None
        stream = aiter(reply.stream)
        await anext(stream)
        heard = [await _next(stream) for _ in entries]
        assert [msgspec.json.decode(one.partition(b"data: ")[2])["entry"] for one in heard] == entries


async def test_an_id_outlives_the_standing_of_a_member(desk: Desk) -> None:
    member, now = desk.site.member, desk.site.member.clock.now_ms()
    keys = generate_keys(member="PHL", coalition="shield.example", entropy=os.urandom, now_ms=now)
    gone = msgspec.structs.replace(
        card(keys, name="Philippines", urls=()), status="expelled", final=FinalHead(size=0, root=root_text(EMPTY_ROOT))
    )
    member.ledgers.roster = msgspec.structs.replace(member.roster, members=(*member.roster.members, gone))
    told = {"authorization": f"Bearer {desk.key}", "last-event-id": event_id({"ITA": 1, "PHL": 0})}
    reply = await desk.service.answer(
        ROW, desk.service.admit(ROW, told), Incoming(path_values={}, query=(), headers=told)
    )
    assert reply.status == 200


def test_the_head_of_a_stream_is_answered_and_ends(served: Served) -> None:
    key: Any = {"Authorization": f"Bearer {served.key}"}
    with httpx.Client(base_url=served.url, headers=key, trust_env=False, timeout=5) as http:
        for _ in range(3):
            head = http.head("/v1/changes")
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-type"].startswith("text/event-stream")
            assert "content-length" not in head.headers
        bundle = http.head("/v1/ledgers/ITA/bundle?reader=ITA", headers={"Authorization": f"Bearer {served.operator}"})
        assert (bundle.status_code, bundle.content) == (200, b"")
        said = http.get("/v1/metrics", headers={"Authorization": f"Bearer {served.operator}"}).text
        assert "evenhand_api_streams 0" in said
