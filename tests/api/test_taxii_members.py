"""TAXII for another member: what it was released, while it is active, by no other path, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from stix2 import parse

from evenhand.api.app import App
from evenhand.api.problems import TAXII as MEDIA
from evenhand.api.problems import HttpError
from evenhand.api.routes import ROWS
from evenhand.api.rows import Row
from evenhand.api.service import Incoming, Service
from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.errors import StoreError
from evenhand.ground.store import Batch, MemoryStore
from evenhand.node.driver import NodeDriver
from evenhand.node.operations import perform
from evenhand.screening.events import DataReleased
from evenhand.trust.keys import generate_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import card, print_card
from tests.api.conftest import PEOPLE, ROLES, Desk, draft, make_key, opened

ROOT = "/taxii2/notices"
ACCEPT = {"Accept": MEDIA}
OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json")
SECRET = ("Secreta Nomine", "1971-01-01", "S0000001")
EXAMPLE = {"queries": {"q": {"schema": "Person", "properties": {"name": [SECRET[0]]}}}}


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Desk]:
    """ITA's node in a coalition with PHL: three notices for every member, and one for ITA alone."""
    with opened(tmp_path / "ita", others=("PHL",)) as site:
        host, _, port = site.config.listen.partition(":")
        site.driver = NodeDriver(site.member, host=host, port=int(port))
        await site.driver.start()
        made = Desk(site, App(Service(site=site, rules=site.config.api, store=MemoryStore()), ROWS))
        await made.publish(*PEOPLE)
        await ask(made, "notice.publish", draft(*SECRET, audience="ITA"))
        try:
            yield made
        finally:
            await site.driver.stop()


async def ask(desk: Desk, operation: str, request: dict[str, Any]) -> Any:
    return await perform(desk.site, operation, msgspec.json.encode(request))


async def change_roster(desk: Desk, change: str) -> None:
    proposed = await ask(desk, "roster.propose", {"change": change, "subject": "PHL"})
    await ask(desk, "roster.apply", {"document": proposed.document})


def reader(desk: Desk, unit: str = "PHL") -> httpx.AsyncClient:
    return desk.client(make_key(desk.site, "reader", *ROLES, unit=unit), **ACCEPT)


async def titles(http: httpx.AsyncClient) -> list[str]:
    reply = await http.get(f"{ROOT}/collections/")
    assert reply.status_code == 200, reply.text
    return [one["alias"] for one in reply.json()["collections"]]


THEIRS = ["phl-all", "phl-restricted", "phl-received"]


@pytest.mark.parametrize("unit", ["PHL", "phl", " Phl ", "\uff30\uff28\uff2c"])
async def test_a_unit_is_a_members_code_in_whatever_letters(both: Desk, unit: str) -> None:
    async with reader(both, unit) as http:
        assert await titles(http) == THEIRS
        every = await http.get(f"{ROOT}/collections/phl-all/objects", params={"limit": 1000})
        assert PEOPLE[0][0] in every.text
        assert "objects" not in (await http.get(f"{ROOT}/collections/phl-restricted/objects")).json()
        assert (await http.get(f"{ROOT}/collections/ita-restricted/objects")).status_code == 404
    for ours in ("tests", "ITA", "ita", "PHL desk"):
        async with reader(both, ours) as http:
            assert (await titles(http))[0] == "ita-all"


@pytest.mark.parametrize("change", ["suspend", "expel"])
async def test_a_member_that_is_not_active_reads_nothing_and_never_more(both: Desk, change: str) -> None:
    async with reader(both) as http, reader(both, "phl") as small:
        assert await titles(http) == await titles(small) == THEIRS
        await change_roster(both, change)
        for path in ("/taxii2/", f"{ROOT}/", f"{ROOT}/collections/", f"{ROOT}/collections/phl-all/objects/",
                     f"{ROOT}/collections/ita-all/objects/", f"{ROOT}/collections/ita-received/"):  # fmt: skip
            for one in (http, small):
                refused = await one.get(path)
                said = refused.json()
                assert (refused.status_code, said["code"]) == (403, "other_member"), path
                assert f"{change[:5]}" in said["why"]
                assert "roster show" in said["remedy"]
        if change == "suspend":
            await change_roster(both, "reinstate")
            assert await titles(http) == THEIRS


async def test_a_key_of_another_member_is_confined_to_taxii(both: Desk) -> None:
    """Whatever path is added: it is open to everybody, TAXII's, or closed to such a key."""
    key, ours = (make_key(both.site, unit.lower(), *ROLES, Role.ADMINISTRATOR, unit=unit) for unit in ("PHL", "ITA"))

    def code(shown: str, row: Row) -> str:
        try:
            both.service.admit(row, {"authorization": f"Bearer {shown}", "content-type": row.accepts})
        except HttpError as error:
            return error.code
        return ""

    rows = [row for row in both.app.rows if not row.by_link]
    assert not any(code(ours, row) == "other_member" for row in rows)
    open_to_it = {row.path for row in rows if code(key, row) != "other_member"}
    assert {path for path in open_to_it if not path.startswith("/taxii2")} == {
        row.path for row in rows if row.needs == "open"
    }
    assert open_to_it >= set(OPEN)
    async with reader(both) as http:
        for path in OPEN:
            assert (await http.get(path)).status_code == 200
        for asked in (http.get("/v1/notices"), http.post("/match/default", json=EXAMPLE), http.get("/v1/changes"),
                      http.get("/v1/export", params={"format": "stix"}),
                      http.post("/v1/reconciliation/links", json={"hours": 1})):  # fmt: skip
            refused = await asked
            assert (refused.status_code, refused.json()["code"]) == (403, "other_member")
            assert "unit of ours" in refused.json()["remedy"]
            assert SECRET[0] not in refused.text


async def test_a_link_ends_where_its_key_turns_out_to_be_another_members(tmp_path: Path) -> None:
    """A key may be older than the membership of the member whose code is its unit."""
    with opened(tmp_path / "ita") as site:
        desk = Desk(site, App(Service(site=site, rules=site.config.api, store=MemoryStore()), ROWS))
        async with desk.client(make_key(site, "early", *ROLES, unit="PHL")) as http:
            link = (await http.post("/v1/reconciliation/links", json={"hours": 1})).json()["url"]
            assert (await http.get(link)).status_code == 200
            key = {"authorization": http.headers["authorization"]}
            row = next(one for one in ROWS if one.path == "/v1/changes")
            incoming = Incoming(target="/v1/changes", path_values={}, query=(), headers=key, body=b"")
            reply = await desk.service.answer(row, desk.service.admit(row, key), incoming)
            assert reply.stream is not None
            stream = aiter(reply.stream)
            assert (await anext(stream)).startswith(b": changes")
            now = site.member.clock.now_ms()
            keys = generate_keys(member="PHL", coalition="shield.example", entropy=os.urandom, now_ms=now)
            theirs = print_card(card(keys, name="Philippines", urls=("https://127.0.0.1:9",))).decode()
            proposed = await ask(desk, "roster.propose", {"change": "join", "subject": theirs})
            await ask(desk, "roster.apply", {"document": proposed.document})
            assert (await http.get(link)).status_code == 403
            assert (await http.get("/v1/notices")).status_code == 403
            await desk.publish(("Told Nobody", "1980", "T0"))
            assert (await anext(stream)).startswith(b": ended")


async def _names(desk: Desk, collection: str = "ita-all", **params: str) -> list[str]:
    async with desk.client(make_key(desk.site, "poller", Role.ANALYST), **ACCEPT) as http:
        reply = await http.get(f"{ROOT}/collections/{collection}/objects", params={"limit": "1000", **params})
    assert reply.status_code == 200, reply.text
    return [one["name"] for one in reply.json().get("objects", []) if one.get("identity_class") == "individual"]


async def _last_added(desk: Desk) -> str:
    async with desk.client(**ACCEPT) as http:
        listed = (await http.get(f"{ROOT}/collections/ita-all/manifest", params={"limit": 1000})).json()["objects"]
    return str(listed[-1]["date_added"])


def _restart(desk: Desk, *, after_ms: int) -> None:
    """Let the node be down for a while: nothing is left of TAXII but what its store holds."""
    desk.service.parts.pop("taxii")
    desk.site.member.clock = ManualClock(desk.site.member.clock.now_ms() + after_ms)


async def test_what_begins_or_ends_while_the_node_is_down_is_told(both: Desk) -> None:
    now = both.site.member.clock.now_ms()
    begins, ends = draft("Begins Later", number="B1"), draft("Ends Soon", number="E1")
    begins["notice"]["valid_from"] = format_ms(now + 25_000)
    ends["notice"] |= {"review_by": format_ms(now + 20_000), "expires": format_ms(now + 25_000)}
    await _names(both)
    for one in (begins, ends, draft("Stays Listed", number="L1")):
        await ask(both, "notice.publish", one)
    before = await _names(both)
    assert ("Begins Later" in before, "Ends Soon" in before) == (False, True)
    added = await _last_added(both)
    _restart(both, after_ms=32_000)
    assert sorted(await _names(both, added_after=added)) == ["Begins Later", "withdrawn"]
    again = await _names(both)
    assert ("Begins Later" in again, "Ends Soon" in again) == (True, False)
    assert await _names(both, added_after=await _last_added(both)) == [], "and once"


async def test_a_node_that_stops_half_way_tells_the_rest_later(both: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.api.taxii_feed._CHUNK", 2)
    store, writes = both.service.store, []

    def fail_later(batch: Batch) -> None:
        writes.append(batch)
        if len(writes) == 2:
            raise StoreError("the disk is full")
        MemoryStore.apply(store, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "apply", fail_later)
    async with both.client(**ACCEPT) as http:
        assert (await http.get(f"{ROOT}/collections/ita-all/objects")).status_code == 503
    _restart(both, after_ms=1_000)
    assert sorted(await _names(both)) == sorted(one[0] for one in PEOPLE)
    assert await _names(both, "ita-restricted") == [SECRET[0]]


# -- who was given what ---------------------------------------------------------------------------------------------


def _released(desk: Desk) -> list[tuple[str, str, str, str]]:
    found = [getattr(one.decision, "event", None) for one in desk.site.casework.book.entries()]
    return [(one.notice, one.recipient, one.officer, one.unit) for one in found if isinstance(one, DataReleased)]


async def test_what_a_member_is_given_is_on_record_once_for_each_version(both: Desk) -> None:
    (key,) = await both.publish(("Given Person", "1980-01-01", "M1"))
    shown = make_key(both.site, "reader", Role.ANALYST, unit="PHL")
    who = shown.split("_")[1]
    path = f"{ROOT}/collections/phl-all"
    both.site.casework.tick()  # as the running node does: the rules hear who is a party
    async with both.client(shown, **ACCEPT) as http, both.client(**ACCEPT) as own:
        await own.get(f"{ROOT}/collections/ita-all/objects", params={"limit": 1000})
        for quiet in ("/taxii2/", f"{path}/", f"{path}/manifest"):
            assert (await http.get(quiet)).status_code == 200
        assert _released(both) == [], "we read ourselves, and a manifest tells ids"
        first = (await http.get(f"{path}/objects", params={"limit": 1000})).json()
        given = _released(both)
        assert len(given) == len(set(given)) == 4
        assert (key, "PHL", who, "PHL") in given
        again = (await http.get(f"{path}/objects", params={"limit": 1000})).json()
        one = f"{path}/objects/{first['objects'][-1]['id']}"
        await http.get(one)
        assert (again, _released(both)) == (first, given), "what was given is given again, and on record already"
        await _correct(both, key, "Given Again", "all")
        await http.get(one)
        assert len(_released(both)) == 4 + ("Given Again" in (await http.get(one)).text)
        await http.get(f"{path}/objects", params={"limit": 1000})
        later = _released(both)
        assert {released[0] for released in later[4:]} == {key}
        await _correct(both, key, "Given No More", "nobody")
        await ask(both, "notice.withdraw", {"notice": key, "reason": "mistaken identity"})
        await http.get(f"{path}/objects", params={"limit": 1000})
        assert _released(both) == later, "nothing of anybody is in what is taken back"
    findings = await ask(both, "finding.list", {})
    assert [line for line in findings.findings if line.rule == "Q-01"] == []


# -- one reader, three collections ----------------------------------------------------------------------------------


class Merging:
    """A client that follows STIX: it puts collections together by id and `modified`; nothing returns from revoked."""

    def __init__(self, http: httpx.AsyncClient, code: str) -> None:
        self.http, self.code = http, code
        self.newest: dict[str, dict[str, Any]] = {}
        self.dead: set[str] = set()

    async def poll(self) -> None:
        for audience in ("all", "restricted", "received"):
            params = {"limit": 1000}
            reply = await self.http.get(f"{ROOT}/collections/{self.code}-{audience}/objects", params=params)
            assert reply.status_code == 200, reply.text
            for one in reply.json().get("objects", []):
                parse(one, allow_custom=True)
                known = self.newest.get(one["id"])
                if known is None or known.get("modified", "") < one.get("modified", ""):
                    self.newest[one["id"]] = one
                elif known.get("modified") == one.get("modified"):
                    assert known == one, "one version, one text"
        self.dead |= {name for name, one in self.newest.items() if one.get("revoked")}

    def names(self) -> list[str]:
        people = [one for one in self.newest.values() if one.get("identity_class") == "individual"]
        return sorted(one["name"] for one in people if one["id"] not in self.dead and one["name"] != "withdrawn")

    def words(self) -> str:
        return msgspec.json.encode(self.newest).decode()


MOVES: dict[str, tuple[str, str]] = {
    "all": ("all", "AMBER"), "some": ("ITA,PHL", "AMBER"), "nobody": ("ITA", "AMBER"), "red": ("all", "RED"),
}  # fmt: skip


async def _correct(desk: Desk, key: str, name: str, move: str) -> None:
    audience, tlp = MOVES[move]
    changed = draft(name, audience=audience)
    changed["notice"]["handling"] = {"tlp": tlp}
    await ask(desk, "notice.correct", {"notice": key, "draft": changed})


@pytest.mark.parametrize("moves", [
    ("some", "all", "some", "all"), ("nobody", "all"), ("nobody", "some", "nobody", "all"),
    ("red", "all", "red", "some"), ("some", "nobody", "red", "some"),
])  # fmt: skip
@pytest.mark.parametrize("polls", [1, 2, 3])
async def test_a_reader_has_what_it_may_have_whatever_way_the_audience_went(
    both: Desk, moves: tuple[str, ...], polls: int
) -> None:
    (key,) = await both.publish(("Moving Person", "1980-01-01", "M1"))
    async with reader(both) as http, both.client(**ACCEPT) as own:
        client, ours = Merging(http, "phl"), Merging(own, "ita")
        await client.poll()
        assert "Moving Person" in client.names()
        for step, move in enumerate(moves):
            await _correct(both, key, f"Moved {step}", move)
            if step % polls and step + 1 < len(moves):
                continue  # a client that was away
            await client.poll()
            await ours.poll()
            assert (f"Moved {step}" in client.names()) is (move in {"all", "some"}), move
            assert (f"Moved {step}" in client.words()) is (move in {"all", "some"}), move
            assert (f"Moved {step}" in ours.names()) is (move != "red")
            assert "Moving Person" not in client.words()
            assert not client.dead, "it stands, or may stand again"
        await ask(both, "notice.withdraw", {"notice": key, "reason": "mistaken identity"})
        await client.poll()
        assert len(client.dead) == 2
        assert client.names() == sorted(one[0] for one in PEOPLE)


async def test_a_withdrawal_is_told_where_the_notice_had_been(both: Desk) -> None:
    (key,) = await both.publish(("Lost Person", "1980-01-01", "M1"))
    async with reader(both) as http:
        client = Merging(http, "phl")
        await client.poll()
        await _correct(both, key, "Lost Elsewhere", "nobody")
        await client.poll()
        assert not client.dead
        await ask(both, "notice.withdraw", {"notice": key, "reason": "mistaken identity"})
        every = (await http.get(f"{ROOT}/collections/phl-all/objects", params={"limit": 1000})).json()["objects"]
        assert [one["type"] for one in every if one.get("revoked")] == ["identity", "evenhand-notice"]
        await client.poll()
        assert len(client.dead) == 2


async def test_what_is_suspended_takes_its_sightings_along_and_brings_them_back(both: Desk) -> None:
    whole = draft("Met Person")
    whole["notice"]["person"]["names"] = [{"text": "Met Person", "given": "Met", "family": "Person"}]
    key = (await ask(both, "notice.publish", whole)).key
    met = {"notice": key, "place": {"text": "gate 3", "country": "ITA"}, "report": "walked past"}
    await ask(both, "notice.sighting", met)
    async with reader(both) as http:
        client = Merging(http, "phl")
        for operation, seen in ((None, True), ("notice.suspend", False), ("notice.restore", True)):
            if operation is not None:
                await ask(both, operation, {"notice": key, "reason": "under review"})
            await client.poll()
            assert ("Met Person" in client.names(), "walked past" in client.words()) == (seen, seen), operation
            assert not client.dead
        await _correct(both, key, "Met Person", "nobody")
        await client.poll()
        assert ("Met Person" in client.names(), "walked past" in client.words()) == (False, False)
        await _correct(both, key, "Met Person", "some")
        await client.poll()
        assert ("Met Person" in client.names(), "walked past" in client.words()) == (True, True)


async def test_an_erasure_is_told_where_the_notice_had_been_and_nowhere_else(both: Desk) -> None:
    keys = await both.publish(("Erased Person", "1980-01-01", "M1"), ("Narrowed Person", "1980-01-01", "M2"))
    paper = draft("", number="D7", audience="all")
    del paper["notice"]["person"]
    paper["notice"] |= {"kind": "document", "document": {"type": "passport", "number": "D7654321", "issuer": "UTO"}}
    keys.append((await ask(both, "notice.publish", paper)).key)
    listing = await ask(both, "notice.list", {})
    (secret,) = [line.key for line in listing.notices if SECRET[0] in line.listed_as]
    async with reader(both) as http, both.client(**ACCEPT) as own:
        client, ours = Merging(http, "phl"), Merging(own, "ita")
        await client.poll()
        await ours.poll()
        before = set(client.newest)
        await _correct(both, keys[1], "Narrowed Since", "nobody")
        for key in (secret, *keys):
            await ask(both, "notice.erase", {"notice": key, "reason_class": "court"})
        await client.poll()
        await ours.poll()
        assert set(client.newest) == before, "no object that it never had, not even an id"
        assert secret.partition(":")[2] not in client.words()
        assert (len(client.dead), len(ours.dead)) == (5, 7), "a document notice has no person to take back"
        assert client.names() == ours.names() == sorted(one[0] for one in PEOPLE)
