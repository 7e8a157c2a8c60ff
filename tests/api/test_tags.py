"""ETags of notices: a poller hears of receipts, and a receipt refuses nobody's change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from evenhand.api.app import App
from evenhand.api.routes import ROWS
from evenhand.api.service import Service
from evenhand.api.tags import is_of, notice_tag
from evenhand.ground.clock import ManualClock
from evenhand.ground.store import MemoryStore
from evenhand.node.showing import Shown, ShowRequest, show
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW

from .conftest import Desk, draft
from .test_routes import problem


class Two(Desk):
    """A desk, and a partner who may be away."""

    coalition: Coalition

    async def shown(self, key: str) -> Shown:
        return await show(self.site, ShowRequest(notice=key))


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    coalition = Coalition(tmp_path, ManualClock(NOW), ("ITA", "PHL"))
    site = coalition["ITA"].site
    made = Two(site, App(Service(site=site, rules=site.config.api, store=MemoryStore()), ROWS))
    made.coalition = coalition
    yield made
    coalition.close()


async def test_a_poller_hears_that_receipts_came_in(two: Two) -> None:
    [key] = await two.publish(("Ilmar Ferventu", "1984-05-02", "X1234567"))
    two.coalition.share()
    path, two.coalition.away = f"/v1/notices/{key}", {"PHL"}
    async with two.client() as http:
        gone = await http.post(f"{path}/withdrawal", json={"reason": "mistaken"}, headers={"Idempotency-Key": "w"})
        assert gone.status_code == 200, gone.text
        before = await http.get(path)
        assert [one["awaited"] for one in before.json()["orders"]] == [["PHL"]]
        tag = before.headers["etag"]
        two.coalition.clock.advance(seconds=60)
        same = await http.get(path, headers={"If-None-Match": tag})
        assert (same.status_code, same.headers["etag"]) == (304, tag), "only time has passed"
        two.coalition.away = set()
        two.coalition.share()
        two.coalition["PHL"].site.member.tick()  # signs its receipt
        two.coalition.share()
        after = await http.get(path, headers={"If-None-Match": tag})
        assert after.status_code == 200
        assert [(len(one["receipts"]), one["awaited"]) for one in after.json()["orders"]] == [(1, [])]
        assert after.headers["etag"] != tag


async def test_what_came_in_beside_a_notice_refuses_no_change_of_it(two: Two) -> None:
    [key] = await two.publish(("Ilmar Ferventu", "1984-05-02", "X1234567"))
    path = f"/v1/notices/{key}"
    shown = await two.shown(key)
    tag = notice_tag(msgspec.structs.replace(shown, witnesses=("PHL",)))
    assert tag != notice_tag(shown)
    async with two.client() as http:
        for wrong in (f"W/{tag}", '"other"', f'"other", W/{tag}', tag.strip('"'), f'"{tag[34:-1]}"', '"."'):
            said = await http.put(path, json=draft("Ilmar Inventov"), headers={"If-Match": wrong})
            problem(said, 412, "precondition_failed")
        done = await http.put(path, json=draft("Ilmar Inventov"), headers={"If-Match": f'"other", {tag}'})
        assert done.status_code == 200, done.text
        again = await http.put(path, json=draft("Ilmar Inventovich"), headers={"If-Match": tag})
        problem(again, 412, "precondition_failed")


async def test_a_tag_covers_all_of_an_answer_but_when_it_was_asked(two: Two) -> None:
    [key] = await two.publish(("Ilmar Ferventu", "1984-05-02", "X1234567"))
    shown = await two.shown(key)
    tag = notice_tag(shown)
    changed = {
        "key": "x", "standing": "x", "notice": None, "detail": None, "refer_to_originator": True,
        "action_here": "NONE", "versions": (), "orders": ("x",), "flags": ("x",), "links": ("x",),
        "sightings": ("x",), "witnesses": ("x",),
    }  # fmt: skip
    assert {*changed, "at"} == set(Shown.__struct_fields__)
    assert notice_tag(msgspec.structs.replace(shown, at="later")) == tag
    for name, value in changed.items():
        other = msgspec.structs.replace(shown, **{name: value})
        assert notice_tag(other) != tag, name
        assert is_of(tag, other) == (name in {"orders", "witnesses"}), name
