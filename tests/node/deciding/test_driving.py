"""On real lines: partners cosign the decision ledger, remember it, and the originator's node is asked now."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from evenhand.ground.store import MemoryStore
from evenhand.node.config import NodeConfig
from evenhand.node.deciding import driving
from evenhand.node.deciding.casework import Casework
from evenhand.node.deciding.driving import DecisionDriver, have_witnessed
from evenhand.node.folder import Folder
from evenhand.node.operations import perform
from evenhand.node.site import Site
from evenhand.screening.clocks import Policy
from tests.net.coalition import Coalition, outgoing, until


def site_of(coalition: Coalition, code: str) -> Site:
    config = NodeConfig(member=code, name=code, coalition="shield.example", listen="127.0.0.1:1")
    return Site(coalition.members[code], Folder(coalition.root / code), config, coalition.drivers[code])


async def test_partners_witness_and_answer(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ("ITA", "PHL"))
    async with coalition.running():
        sites = {code: site_of(coalition, code) for code in ("ITA", "PHL")}
        drivers = [DecisionDriver(site) for site in sites.values()]
        for driver in drivers:
            await driver.start()
        await until(lambda: coalition.members["PHL"].publisher.refusal(coalition.members["PHL"].roster) is None)
        coalition.publish("PHL", outgoing(1, "Berenice Fantasma"))
        casework, now = sites["ITA"].casework, b""
        await until(lambda: coalition.members["ITA"].view.now(f"PHL:{1:032x}", casework.now_ms) is not None)

        async def do(what: str, text: bytes) -> object:
            return await perform(sites["ITA"], f"encounter.{what}", text)

        said = await do("scan", b'{"documents":[{"number":"U0000001","issuer":"UTO"}],"purpose":"BORDER_CHECK",'
                                b'"legal_basis":"Code 8","officer":"o1","unit":"u1"}')  # fmt: skip
        now = b'"encounter":"' + said.encounter.encode() + b'"'  # type: ignore[attr-defined]
        await do("open", b'{"officer":"o1",' + now + b"}")
        two = b'[{"identifier":"document","agrees":true},{"identifier":"sex","agrees":true}],'
        who = b'{"officer":"v1","second":"v2","outcome":"POSITIVE","notice":"PHL:","compared":'
        await do("verify", who + two + now + b"}")
        await do("check", b'{"officer":"v1",' + now + b"}")
        checked = casework.office.docket.states[said.encounter].checked  # type: ignore[attr-defined]
        assert checked is not None
        assert checked.reached
        await do("contact", b'{"officer":"v1","urgency":"FLASH",' + now + b"}")
        await until(lambda: bool(sites["PHL"].casework.office.mailroom.unread()))
        await until(lambda: casework.office.docket.states[said.encounter].received)  # type: ignore[attr-defined]
        witnessed = await have_witnessed(sites["ITA"])
        assert [one.verdict for one in witnessed] == ["COSIGNED"]
        assert [one.verdict for one in await have_witnessed(sites["ITA"])] == ["COSIGNED"]
        assert casework.book.seals()[-1][0] == casework.book.size, "that an audit came is recorded once an hour"
        assert sites["PHL"].member.witness.audited["ITA"][1]
        await other_history(coalition, sites["ITA"])
        await coalition.stop("PHL")
        assert [one.verdict for one in await have_witnessed(sites["ITA"])] == ["UNREACHABLE"]
        for driver in drivers[:1]:
            await driver.stop()


async def test_a_missed_deadline_shows_within_a_second(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ("ITA",))
    async with coalition.running():
        site = site_of(coalition, "ITA")
        coalition.publish("ITA", outgoing(1, "Berenice Fantasma"))
        casework = Casework(site.member, MemoryStore(), policy=Policy(open_candidate_ms=300))
        site.__dict__["casework"] = casework
        driver = DecisionDriver(site)
        await driver.start()
        await perform(site, "encounter.scan", b'{"names":["Berenice Fantasma"],"purpose":"BORDER_CHECK",'
                      b'"legal_basis":"Code 8","officer":"o1","movement":"CROSSING"}')  # fmt: skip
        due = casework.office.next_due_ms
        findings = casework.office.overseer.findings
        await until(lambda: bool(findings))
        assert casework.now_ms - due <= 1000
        assert [one.at_ms for one in findings.values()] == [due]
        await driver.stop()


async def other_history(coalition: Coalition, site: Site) -> None:
    """A member that begins another decision ledger under the same name is caught by who cosigned the first."""
    forged = Site(site.member, site.folder, site.config, site.driver)
    forged.__dict__["casework"] = Casework(site.member, MemoryStore())
    for number in range(site.casework.book.size + 3):
        forged.casework.journal("forged", {"number": number})
    assert [one.verdict for one in await have_witnessed(forged)] == ["REFUSED"]
    assert [one.rule for one in forged.casework.office.overseer.findings.values()] == ["O-02"]
    assert coalition.members["PHL"].witness is not None


@pytest.mark.parametrize(
    ("loop", "work", "event"),
    [("_tick_forever", "tick", "casework_tick_failed"), ("_delete_forever", "delete_due", "deleting_failed")],
)
async def test_a_fault_of_ours_is_said_and_stops_no_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: str, work: str, event: str
) -> None:
    coalition = Coalition(tmp_path, ("ITA",))
    async with coalition.running():
        site, tried = site_of(coalition, "ITA"), []

        def fail() -> None:
            tried.append(1)
            raise KeyError("Planted Name")

        monkeypatch.setattr(site.casework, work, fail)
        for name in ("_TICK_SECONDS", "_RETENTION_SECONDS"):
            monkeypatch.setattr(driving, name, 0.001)
        with structlog.testing.capture_logs() as said:
            going = asyncio.create_task(getattr(DecisionDriver(site), loop)())
            await until(lambda: len(tried) > 2)
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)
        assert {(one["event"], one["kind"]) for one in said if one["event"] == event} == {(event, "KeyError")}
        assert "Planted" not in str(said)
        site.close()
