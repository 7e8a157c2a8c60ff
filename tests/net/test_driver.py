"""Members on a real network: what travels, what is refused, what comes back after cuts and restarts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evenhand.exchange.http_client import Link
from evenhand.ground.errors import PeerUnreachableError
from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.driver import NodeDriver
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import save_snapshot
from evenhand.notices.model import ErasureOrder, Retraction
from tests.net.coalition import Coalition, outgoing, until

PASSPORT_7 = Query(documents=(QueryDocument(number="U0000007", issuer="UTO"),))


def found(coalition: Coalition, code: str, query: Query = PASSPORT_7) -> int:
    return len(coalition.members[code].find(query).answer.candidates)


def test_every_member_gives_the_same_answer_bytes(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path).running() as coalition:
            coalition.publish("ITA", *(outgoing(i, f"Invented Person {i}") for i in range(10)))
            await until(lambda: found(coalition, "XPO") == 1 and found(coalition, "PHL") == 1)
            await until(lambda: len({m.vector().digest() for m in coalition.members.values()}) == 1)
            at = coalition.members["ITA"].clock.now_ms()
            answers = {m.find(PASSPORT_7, at_ms=at).body_bytes() for m in coalition.members.values()}
            assert len(answers) == 1
            assert b"Invented Person 7" in answers.pop()

    asyncio.run(story())


def test_a_withdrawal_reaches_a_cut_member_through_a_third_and_is_receipted(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path).running() as coalition:
            coalition.publish("ITA", outgoing(7, "Invented Person"))
            await until(lambda: found(coalition, "PHL") == 1 and found(coalition, "XPO") == 1)
            await coalition.drivers["ITA"].cut("PHL")
            coalition.publish("ITA", Outgoing(Retraction(notice_id=f"{7:032x}", reason="wrong person")))
            await until(lambda: found(coalition, "XPO") == 0)
            assert found(coalition, "PHL") == 1, "the cut must be real"
            await until(lambda: found(coalition, "PHL") == 0)  # relayed by XPO, after ITA was silent for a while
            await coalition.drivers["ITA"].heal("PHL")
            fold = coalition.members["ITA"].watchlist.fold
            await until(lambda: all(fold.ledger(code).receipts for code in ("PHL", "XPO")))
            status = {one.code: one for one in coalition.drivers["ITA"].peer_status()}
            assert status["PHL"].connected
            assert not status["PHL"].cut

    asyncio.run(story())


def test_an_erased_payload_is_gone_from_every_file_of_every_member(tmp_path: Path) -> None:
    async def story() -> list[bytes]:
        async with Coalition(tmp_path).running() as coalition:
            (index,) = coalition.publish("ITA", outgoing(7, "Invented Person"))[-1:]
            log = coalition.members["ITA"].ledgers.log("ITA")
            await until(lambda: found(coalition, "PHL") == 1 and found(coalition, "XPO") == 1)
            sealed = [log.part(index, name) for name in ("match", "detail")]
            order = ErasureOrder(notice_id=f"{7:032x}", entries=(index,), reason_class="court")
            coalition.publish("ITA", Outgoing(order))
            fold = coalition.members["ITA"].watchlist.fold
            await until(lambda: all(fold.ledger(code).receipts for code in ("PHL", "XPO")))
            return [part[:64] for part in sealed if part is not None]

    traces = asyncio.run(story())
    assert len(traces) == 2
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(trace in data for trace in traces), f"{file.name} still holds an erased part"


def test_a_member_far_behind_catches_up_from_tiles_and_restarts_from_its_snapshot(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL"))
        async with coalition.running("ITA"):
            coalition.publish("ITA", *(outgoing(i, f"Invented Person {i}") for i in range(1500)))
            await coalition.start("PHL")
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 1501)
            await until(lambda: not coalition.members["PHL"].watchlist.missing.get("ITA"))
            assert found(coalition, "PHL") == 1
            save_snapshot(coalition.members["PHL"], tmp_path / "PHL" / "snapshot")
            before = coalition.members["PHL"].vector()
            await coalition.stop("PHL")
            coalition.publish("ITA", outgoing(2000, "Invented Latecomer"))
            await coalition.start("PHL")
            assert coalition.members["PHL"].vector() == before
            assert found(coalition, "PHL") == 1
            late = Query(documents=(QueryDocument(number="U0002000", issuer="UTO"),))
            await until(lambda: found(coalition, "PHL", late) == 1)

    asyncio.run(story())


def test_a_newcomer_is_granted_the_old_epochs_and_fetches_the_parts_it_missed(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL", "XPO"), listed=2)
        async with coalition.running("ITA", "PHL"):
            coalition.publish("ITA", *(outgoing(i, f"Invented Person {i}") for i in range(20)))
            document = coalition.successor(join="XPO")
            coalition.members["ITA"].take_roster(document)
            driver = coalition.open("XPO")
            driver.take_roster(document)
            coalition.drivers["XPO"] = NodeDriver(driver, host="127.0.0.1", port=coalition.ports["XPO"])
            await coalition.drivers["XPO"].start()
            await until(lambda: found(coalition, "XPO") == 1)
            await until(lambda: len({m.vector().digest() for m in coalition.members.values()}) == 1)

    asyncio.run(story())


def test_an_expelled_member_gets_nothing_more_from_anyone(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path).running() as coalition:
            coalition.publish("ITA", outgoing(7, "Invented Person"))
            await until(lambda: found(coalition, "XPO") == 1)
            size = coalition.members["XPO"].ledgers.log("ITA").size
            coalition.members["ITA"].take_roster(coalition.successor(expel="XPO"))
            coalition.drivers["ITA"].wake()
            await until(lambda: coalition.members["PHL"].roster.version == 2)
            coalition.publish("ITA", outgoing(8, "Invented Other"))
            eight = Query(documents=(QueryDocument(number="U0000008", issuer="UTO"),))
            await until(lambda: found(coalition, "PHL", eight) == 1)
            await asyncio.sleep(1.5)
            assert found(coalition, "XPO", eight) == 0
            log = coalition.members["XPO"].ledgers.log("ITA")
            assert all(b"match" not in leaf for leaf in log.entries(size, log.size))
            # Asking all the same, by hand and with a valid certificate, is refused too.
            link = Link(coalition.keys["XPO"], coalition.card("PHL"), coalition.drivers["XPO"], lambda: ("ITA",))
            link.start()
            try:
                with pytest.raises(PeerUnreachableError, match="403"):
                    await link.fetch("roster?since=0")
                assert not link.is_up
            finally:
                await link.stop()

    asyncio.run(story())


def test_a_taken_port_is_said_in_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path, ("ITA",)).running() as coalition:
            second = NodeDriver(coalition.members["ITA"], host="127.0.0.1", port=coalition.ports["ITA"])
            with pytest.raises(PeerUnreachableError, match="cannot listen"):
                await second.start()
            await second.stop()

    asyncio.run(story())
