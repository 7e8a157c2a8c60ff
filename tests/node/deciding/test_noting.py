"""Every question is on record before its answer leaves, many in one write, and the rules judge it."""

from __future__ import annotations

import ast
import asyncio
import hmac
from pathlib import Path

import msgspec
import pytest

from evenhand.casework.records import EventRecord, JournalRecord
from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import RefusedError, StoreError
from evenhand.ground.store import Batch, MemoryStore
from evenhand.matching.contract import Query
from evenhand.node.asking import searched
from evenhand.node.deciding.casework import Casework
from evenhand.node.deciding.noting import begin
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Site, Stated
from evenhand.notices.conduct import Conduct
from evenhand.screening.events import CandidatesShown, PersonAsked, QueryMade
from evenhand.trust.permissions import Role
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW, quick_argon

from .conftest import NAME, Posts

__all__ = ["quick_argon"]
SOURCE = Path(__file__).resolve().parents[3] / "src/evenhand"
WHY = {"purpose": "BORDER_CHECK", "legal_basis": "Code 8", "reference": "crossing 12"}


class CountingStore(MemoryStore):
    """Memory that counts its writes and can be told to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.full = False

    def apply(self, batch: Batch) -> None:
        if self.full:
            raise StoreError("the disk is full")
        self.writes += 1
        super().apply(batch)


def counting(site: Site) -> CountingStore:
    store = CountingStore()
    site.casework = Casework(site.member, store)
    return store


def asked(site: Site) -> list[PersonAsked]:
    found = [one.decision for one in site.casework.book.entries()]
    return [one.event for one in found if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]


async def test_a_question_says_who_asked_why_and_what_was_found(posts: Posts) -> None:
    posts.publish("PHL")
    await posts.ask("ITA", "find", names=[NAME], **WHY)
    await posts.ask("ITA", "find", names=["Nadie Ninguno"], **WHY)
    hit, none = asked(posts.site("ITA"))
    assert (hit.officer, hit.purpose, hit.legal_basis, hit.reference, hit.via) == ("owner", *WHY.values(), "find")
    assert (hit.found, none.found, hit.categories) == (1, 0, ("terrorism",))
    assert hit.view == posts.site("ITA").member.vector().digest()
    texts = [one.decision.text for one in posts.site("ITA").casework.book.entries()
             if isinstance(one.decision, JournalRecord) and one.decision.kind == "find.terms"]  # fmt: skip
    assert [NAME in text and hit.event_id in text for text in texts] == [True], "the terms of a hit are a case"
    book = posts.site("ITA").casework.book
    payloads = b"".join(book.payload(index) or b"" for index in range(book.size))
    assert b"Ninguno" not in payloads, "of a person without a hit nothing is kept but tokens"
    assert await posts.findings("ITA") == []


async def test_the_token_of_a_question_is_that_of_an_encounter(posts: Posts) -> None:
    await posts.scan("ITA", names=[NAME], documents=[])
    await posts.ask("ITA", "find", names=[NAME.upper()], **WHY)
    events = [getattr(one.decision, "event", None) for one in posts.site("ITA").casework.book.entries()]
    (made,) = [one.person for one in events if isinstance(one, QueryMade)]
    assert asked(posts.site("ITA"))[0].person == made
    await posts.ask("ITA", "find", documents=[{"type": "passport", "number": "x1", "issuer": "UTO"}], **WHY)
    assert asked(posts.site("ITA"))[1].person not in {"", made}


async def test_the_owner_of_a_node_without_accounts_is_found_where_no_reason_is_given(posts: Posts) -> None:
    await posts.ask("ITA", "find", names=[NAME])
    said = await posts.ask("ITA", "finding.list", rule="Q-01")
    assert [one["found"] for one in said["findings"]] == ["a question without purpose, legal basis"]
    await posts.ask("ITA", "find", names=["A"], purpose="BORDER_CHECK", legal_basis="Code 8")
    posts.clock.advance(seconds=3600)
    assert "Q-02" in await posts.findings("ITA"), "no crossing stands beside it"
    for _ in range(3):
        await posts.ask("ITA", "find", names=["B"], **WHY)
    again = await posts.ask("ITA", "finding.list", rule="Q-02")
    assert "queried 3 times without a new encounter" in again["findings"][-1]["found"]


async def test_many_questions_share_one_write(posts: Posts) -> None:
    site = posts.site("ITA")
    store = counting(site)
    await posts.ask("ITA", "find", names=["warm up"], **WHY)
    before = store.writes
    await asyncio.gather(*(posts.ask("ITA", "find", names=[f"Person {n}"], **WHY) for n in range(50)))
    assert len(asked(site)) == 51
    assert store.writes - before == 1
    given = {"names": ["Nadie"], "purpose": "BORDER_CHECK", "legal_basis": "Code 8", "movement": "CROSSING"}
    await posts.ask("ITA", "encounter.scan", officer="o1", unit="u", **given)
    before = store.writes
    await asyncio.gather(*(posts.ask("ITA", "encounter.scan", officer="o1", unit="u", **given) for _ in range(20)))
    assert store.writes - before == 1, "so do scans"
    events = [getattr(one.decision, "event", None) for one in site.casework.book.entries()]
    assert sum(isinstance(one, CandidatesShown) for one in events) == 21


async def test_nobody_is_answered_where_the_record_cannot_be_written(posts: Posts) -> None:
    site = posts.site("ITA")
    store = counting(site)
    await posts.ask("ITA", "find", names=["warm up"], **WHY)
    store.full = True
    tasks = [asyncio.create_task(posts.ask("ITA", "find", names=[f"P {n}"], **WHY)) for n in range(3)]
    gone = asyncio.create_task(posts.ask("ITA", "find", names=["gone"], **WHY))
    await asyncio.sleep(0)
    gone.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in done)
    store.full = False
    assert len(asked(site)) == 1
    await posts.ask("ITA", "find", names=["again"], **WHY)
    assert len(asked(site)) == 2, "what was not answered was not asked"


async def test_whoever_has_an_account_states_why_and_asks_for_what_is_theirs(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ManualClock(NOW), ("ITA",))
    staff = coalition["ITA"]
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("gate", Role.OFFICER, purposes=["BORDER_CHECK", "VISA"], categories=["fugitive"])
    for more, what in (({}, "purpose and legal basis"), ({"purpose": "VISA"}, "legal basis"),
                       ({"purpose": "FUN", "legal_basis": "l"}, "no purpose"),
                       ({"purpose": "INVESTIGATION", "legal_basis": "l"}, "entitlement")):  # fmt: skip
        with pytest.raises(RefusedError, match=what) as refused:
            await staff.ask("gate", "find", names=["A"], **more)
        assert refused.value.why == "rule Q-01"
    await staff.ask("gate", "find", names=["A"], **WHY)
    looks = [one.decision for one in staff.site.casework.book.entries() if isinstance(one.decision, JournalRecord)]
    assert sum('"operation":"find"' in one.text and '"refused":' not in one.text for one in looks) == 5
    assert sum('"operation":"find"' in one.text and '"refused":' in one.text for one in looks) == 4
    assert len(asked(staff.site)) == 1
    coalition.close()


async def test_what_is_outside_an_entitlement_is_not_shown_and_found(posts: Posts) -> None:
    posts.publish("PHL")
    site = posts.site("ITA")
    owner = site.caller
    machine = msgspec.structs.replace(owner.entitlement, categories=frozenset({"fugitive"}))
    caller = owner.__class__(who="m1", name="lane", roles=owner.roles, unit="lane 4", entitlement=machine)
    site.stated = Stated(**WHY, via="http", caller=caller)
    with pytest.raises(RefusedError, match="what was found is outside"):
        await posts.ask("ITA", "find", names=[NAME])
    said = await posts.ask("ITA", "find.batch", questions=[{"names": [NAME]}, {"names": ["Nadie"], "reference": "r2"}])
    assert ["outside" in one["not_asked"] for one in said["answers"]] == [True, False]
    assert "terrorism" not in said["answers"][0]["not_asked"], "what was found is told to nobody whose it is not"
    with pytest.raises(RefusedError, match="outside"):
        searched(site, Query(names=(NAME,)), begin(site))
    await site.durable()
    assert [(one.officer, one.unit, one.found) for one in asked(site)] == [("m1", "lane 4", n) for n in (1, 1, 0, 1)]
    assert asked(site)[2].reference == "crossing 12", "a list's own reference stands behind the request's"
    del site.stated
    found = (await posts.ask("ITA", "finding.list", rule="Q-01"))["findings"]
    assert len(found) == 3


async def test_a_line_of_a_list_may_bring_its_own_case(posts: Posts) -> None:
    why = {"purpose": "VISA", "legal_basis": "Code 8"}
    await posts.ask("ITA", "find.batch", **why, questions=[{"names": ["Nadie"], "reference": "visa 7"}])
    assert [(one.reference, one.via) for one in asked(posts.site("ITA"))] == [("visa 7", "batch")]


def accuse(posts: Posts, accused: str, count: int) -> None:
    """Have upheld findings stand against a member, as everyone's ledgers say."""
    for number in range(count):
        key = f"V-01:{number}"
        opened = Conduct(finding=key, member=accused, step="OPENED", reason="r", rule="V-01", severity="S1", found="f",
                         since_ms=1, at_ms=2)  # fmt: skip
        upheld = Conduct(finding=key, member=accused, step="UPHELD", reason="r")
        posts.site("XPO").member.publish([Outgoing(opened), Outgoing(upheld)])
    posts.share()
    posts.clock.advance(seconds=60)


async def test_a_lowered_members_notices_are_discreet_in_every_answer(posts: Posts) -> None:
    posts.publish("PHL")
    accuse(posts, "PHL", 3)
    said = await posts.ask("ITA", "find", names=[NAME], **WHY)
    (found,) = said["document"]["answer"]["candidates"]
    assert (found["requested_action"], found["action_here"]) == ("HOLD", "DISCREET_REPORT")
    assert '"action_here":"DISCREET_REPORT"' in said["body"]
    other = await posts.ask("XPO", "find", names=[NAME], **WHY)
    assert other["body"] == said["body"], "every member answers alike"
    batch = await posts.ask("ITA", "find.batch", questions=[{"names": [NAME]}], **WHY)
    assert batch["answers"][0]["candidates"][0]["action_here"] == "DISCREET_REPORT"
    scan = await posts.scan("ITA")
    assert scan["candidates"][0]["action_here"] == "DISCREET_REPORT"
    at = said["document"]["answer"]["at"]
    posts.clock.advance(seconds=91 * 86_400)
    later = await posts.ask("ITA", "find", names=[NAME], at=at, **WHY)
    assert later["document"]["answer"]["candidates"][0]["action_here"] == "DISCREET_REPORT", "as of that instant"


async def test_what_was_published_while_suspended_is_shown_to_nobody(posts: Posts) -> None:
    accuse(posts, "PHL", 5)
    posts.publish("PHL")
    said = await posts.ask("ITA", "find", names=[NAME], **WHY)
    assert said["document"]["answer"]["candidates"] == []
    assert (await posts.scan("ITA"))["candidates"] == []


async def test_a_suspended_member_asks_nothing(posts: Posts) -> None:
    accuse(posts, "ITA", 8)
    for operation, request in (("find", {"names": [NAME]}), ("find.batch", {"questions": [{"names": [NAME]}]})):
        with pytest.raises(RefusedError, match="querying is suspended"):
            await posts.ask("ITA", operation, **request, **WHY)


NOTED = {
    "node/asking.py": "the one operation",
    "node/batching.py": "the same for a list, noted line by line",
    "api/carriers.py": "a flight, noted traveller by traveller",
}
ALLOWED = NOTED | {
    "node/searching.py": "for a list, a flight, and single questions of one moment",
    "node/warming.py": "a matcher around the matcher",
    "node/deciding/scanning.py": "an encounter, with its own record",
    "node/answering.py": "what `Member.find` is made of",
    "node/cases/checking.py": "a draft of ours against notices, on the case's record",
    "node/redress/desk.py": "a person's own request, recorded as received",
    "node/redress/protection.py": "persons protected here, by a redress officer, on the gate's record",
}


def test_nothing_else_in_the_node_or_its_faces_searches() -> None:
    found: dict[str, list[str]] = {}
    for room in ("node", "api", "cli", "desk"):
        for path in sorted((SOURCE / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                words = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
                if words.endswith(("matcher.search", "search_many", "member.find", "search_all", "together.document")):
                    found.setdefault(str(path.relative_to(SOURCE)), []).append(words)
    assert set(found) <= set(ALLOWED), found
    assert set(ALLOWED) <= set(found), "an exception that nobody needs any more"
    for name in NOTED:
        assert " note(" in (SOURCE / name).read_text("utf-8"), f"{name} searches and notes nobody"


async def test_a_token_is_an_hmac(posts: Posts) -> None:
    casework = posts.site("ITA").casework
    key = casework.member.keys.storage_key
    expected = hmac.digest(key, b"evenhand/person-token/v1\n" + b'["a"]', "sha256").hex()
    assert casework.token(["a"]) == expected
