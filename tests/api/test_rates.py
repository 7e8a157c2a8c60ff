"""Rates: each key and each unknown address has one, and says how long to wait."""

from __future__ import annotations

import pytest

from evenhand.api.problems import HttpError
from evenhand.api.rates import Rates, bucket_of
from evenhand.ground.clock import ManualClock
from evenhand.ground.limits import API_DOOR_PER_SECOND, SIGN_INS_WAITING_MAX
from evenhand.trust.permissions import Role
from tests.api.conftest import Desk, make_key
from tests.api.test_routes import problem


async def test_rates_hold_and_say_how_long(desk: Desk) -> None:
    desk.site.member.clock = ManualClock(desk.site.member.clock.now_ms())
    desk.service.rates = Rates(2)
    async with desk.client() as http:
        replies = [await http.get("/v1/state") for _ in range(5)]
        assert [one.status_code for one in replies] == [200] * 4 + [429]
        problem(replies[-1], 429, "rate_limited")
        assert replies[-1].headers["retry-after"] == "1"
        other = make_key(desk.site, "other", Role.ANALYST)
    async with desk.client(other) as http:
        assert (await http.get("/v1/state")).status_code == 200


def test_a_bucket_fills_evenly() -> None:
    rates = Rates(10)
    for _ in range(20):
        rates.take("a", 0)
    with pytest.raises(HttpError, match="10 requests"):
        rates.take("a", 50)
    rates.take("a", 150)
    with pytest.raises(HttpError):
        rates.take("a", 160)
    rates.take("a", 60_000)


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.api.rates.API_BUCKETS_MAX", 3)
    rates = Rates(1)
    for number in range(2):
        rates.take(f"once {number}", 0)
    for _ in range(2):
        rates.take("busy", 1_000)
    rates.take("new", 1_000)
    assert set(rates._buckets) == {"busy", "new"}, "who was long gone made room"
    with pytest.raises(HttpError):
        rates.take("busy", 1_000)
    for number in range(3):
        rates.take(f"many {number}", 1_000)
    assert len(rates._buckets) <= 3


def test_whoever_is_unknown_is_counted_by_where_they_come_from() -> None:
    assert bucket_of("192.0.2.7") != bucket_of("192.0.2.8")
    assert bucket_of("2001:db8:0:1::5") == bucket_of("2001:db8:0:1:ffff::9%eth0") != bucket_of("2001:db8:0:2::5")
    assert bucket_of("::ffff:192.0.2.7") == bucket_of("192.0.2.7"), "as a socket of both families names it"
    assert bucket_of("") == bucket_of("nowhere")


async def test_who_knocks_at_the_door_is_counted_more_closely(desk: Desk) -> None:
    desk.site.member.clock = ManualClock(desk.site.member.clock.now_ms())
    knock = {"name": "x", "password": "a wrong one entirely", "code": "123456"}
    async with desk.client("") as http:
        replies = [await http.post("/v1/sessions/oidc/end", json={}) for _ in range(2 * API_DOOR_PER_SECOND)]
        assert {one.status_code for one in replies} == {400}
        refused = await http.post("/v1/sessions", json=knock)
        assert "/v1/find" not in problem(refused, 429, "rate_limited").remedy
        assert refused.headers["retry-after"] == "1"
        assert (await http.get("/v1/state")).status_code == 401, "by the rate of wrong keys"
        assert (await http.get("/docs")).status_code == 200
    async with desk.client() as http:
        assert (await http.get("/v1/state")).status_code == 200


async def test_where_too_many_sign_in_the_rest_is_told_when_to_come_again(desk: Desk) -> None:
    hashing = desk.site.people.hashing
    hashing._here = SIGN_INS_WAITING_MAX
    async with desk.client("") as http:
        busy = await http.post("/v1/sessions", json={"name": "x", "password": "a wrong one", "code": "123456"})
    problem(busy, 503, "busy")
    assert busy.headers["retry-after"] == "5"


async def test_wrong_keys_and_knocking_at_the_door_are_under_a_rate(desk: Desk) -> None:
    desk.site.member.clock = ManualClock(desk.site.member.clock.now_ms())
    desk.service.rates = Rates(2)
    async with desk.client("evk_0000_wrong") as http:
        replies = [(await http.get("/v1/state")).status_code for _ in range(5)]
        assert replies == [401] * 4 + [429]
        knock = {"name": "x", "password": "a wrong one entirely", "code": "123456"}
        problem(await http.post("/v1/sessions", json=knock), 429, "rate_limited")
        problem(await http.get("/reconcile/evenhand/by/no.link"), 429, "rate_limited")
        assert (await http.get("/healthz")).status_code == 200
    async with desk.client() as http:
        assert (await http.get("/v1/state")).status_code == 200, "who shows a key is counted by it"
