"""What a member serves over HTTPS, to whom, and how it says no."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from evenhand.exchange.frames import Batch, Frame, RosterFrame
from evenhand.exchange.http_client import Link
from evenhand.exchange.ledgers import Ledgers
from evenhand.exchange.tls import client_context
from evenhand.ground.errors import InputError, PeerUnreachableError, RefusedError
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.merkle import leaf_hash
from evenhand.ledger.tiles import decode_bundle, decode_tile
from evenhand.ledger.witness_text import AddCheckpoint, print_add_checkpoint
from tests.net.coalition import Coalition, outgoing, until


def link(coalition: Coalition, asker: str, server: str) -> Link:
    return Link(coalition.keys[asker], coalition.card(server), coalition.drivers[asker], lambda: ())


def test_static_resources_are_those_of_c2sp_and_errors_are_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path, ("ITA", "PHL")).running() as coalition:
            coalition.publish("ITA", *(outgoing(i, f"Invented Person {i}") for i in range(4)))
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 5)
            asking = link(coalition, "ITA", "PHL")
            asking.start()
            try:
                log = coalition.members["ITA"].ledgers.log("ITA")
                note = await asking.fetch("ledger/ITA/checkpoint")
                verifiers = coalition.members["ITA"].roster.checkpoint_verifiers("ITA", 5)
                assert open_checkpoint(note, verifiers).root == log.root
                leaves = decode_bundle(await asking.fetch("ledger/ITA/tile/entries/000.p/5"))
                assert leaves == log.entries(0, 5)
                hashes = decode_tile(await asking.fetch("ledger/ITA/tile/0/000.p/5"))
                assert hashes == [leaf_hash(leaf) for leaf in leaves]
                parts = await asking.fetch_parts("ITA", 1, 3)
                assert {(index, name) for index, name, _ in parts} == {
                    (i, n) for i in (1, 2) for n in ("match", "detail")
                }
                assert len(msgspec.msgpack.decode(await asking.fetch("roster?since=0"))) == 1
                for path, status in (
                    ("ledger/FRA/checkpoint", "404"), ("ledger/PHL/checkpoint", "404"),
                    ("ledger/ITA/tile/0/000.p/6", "404"), ("ledger/ITA/tile/0/zero", "400"),
                    ("ledger/ITA/parts?from=0&to=999", "400"), ("ledger/ITA/parts?from=x&to=1", "400"),
                    ("roster", "400"), ("follow?roster=0&from=ITA", "400"), ("nowhere", "404"),
                ):  # fmt: skip
                    with pytest.raises(PeerUnreachableError, match=status):
                        await asking.fetch(path)
            finally:
                await asking.stop()
            with pytest.raises(PeerUnreachableError, match="closed"):
                await asking.fetch("roster?since=0")

    asyncio.run(story())


@dataclass
class Recorder:
    """An inbox that only notes what comes."""

    ledgers: Ledgers
    frames: list[Frame] = field(default_factory=list)

    def roster_version(self) -> int:
        return self.ledgers.roster.version

    async def deliver(self, frame: Frame, sender: str) -> bool:
        self.frames.append(frame)
        return True


def test_whoever_gets_an_entry_knows_already_who_has_left(tmp_path: Path) -> None:
    """By either lane and by tiles: a member that heard of an expulsion late would pass on to the expelled."""

    async def story() -> None:
        coalition = Coalition(tmp_path)
        async with coalition.running("ITA"):
            reader = coalition.open("PHL")
            coalition.members["ITA"].take_roster(coalition.successor(expel="XPO"))
            coalition.publish("ITA", *(outgoing(i, f"Invented Person {i}") for i in range(1100)))
            inbox = Recorder(reader.ledgers)
            asking = Link(coalition.keys["PHL"], coalition.card("ITA"), inbox, lambda: ("ITA",))
            asking.start()
            for task in asking._tasks.values():
                task.cancel()
            try:
                await asking._catch_up("ITA")
                assert [type(frame) for frame in inbox.frames[:2]] == [RosterFrame, Batch]
                inbox.frames.clear()
                async for frame in asking._frames("ordinary", ("ITA",)):
                    inbox.frames.append(frame)
                    if isinstance(frame, Batch):
                        break
                assert [type(frame) for frame in inbox.frames] == [RosterFrame, Batch]
            finally:
                await asking.stop()

    asyncio.run(story())


async def ask_anyway(port: int, context: ssl.SSLContext) -> None:
    """Send a request over a connection that should not have come about; raise what happens to it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(b"GET /roster?since=0 HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        if not await reader.read(100):
            raise ConnectionResetError
    finally:
        writer.transport.abort()


def test_whoever_holds_no_certificate_of_the_roster_is_not_let_in(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL", "XPO"), listed=2)
        async with coalition.running("ITA", "PHL"):
            naked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            naked.check_hostname, naked.verify_mode = False, ssl.CERT_NONE
            for context in (naked, client_context(coalition.keys["XPO"], coalition.card("ITA").certificate)):
                with pytest.raises((ssl.SSLError, ConnectionError)):
                    await ask_anyway(coalition.ports["ITA"], context)
            # And a partner is not taken for another one: the certificate is pinned by the roster.
            wrong = coalition.card("PHL")
            wrong = msgspec.structs.replace(wrong, urls=coalition.card("ITA").urls)
            asking = Link(coalition.keys["PHL"], wrong, coalition.drivers["PHL"], lambda: ())
            asking.start()
            try:
                with pytest.raises(PeerUnreachableError, match="does not answer"):
                    await asking.fetch("roster?since=0")
            finally:
                await asking.stop()

    asyncio.run(story())


def test_a_certificate_that_does_not_parse_is_said_in_words(tmp_path: Path) -> None:
    coalition = Coalition(tmp_path, ("ITA",))
    with pytest.raises(InputError, match="certificate"):
        client_context(coalition.keys["ITA"], "AAAA")


def test_a_member_is_a_c2sp_witness(tmp_path: Path) -> None:
    async def story() -> None:
        async with Coalition(tmp_path, ("ITA", "PHL")).running() as coalition:
            coalition.publish("ITA", outgoing(1, "Invented Person"))
            log = coalition.members["ITA"].ledgers.log("ITA")
            asking = link(coalition, "ITA", "PHL")
            asking.start()
            try:
                assert asking._session is not None
                url = f"{asking.peer.urls[0]}/add-checkpoint"
                body = print_add_checkpoint(AddCheckpoint(0, (), log.head.checkpoint))
                async with asking._session.post(url, data=body) as response:
                    assert response.status == 200
                    line = await response.text()
                assert line.startswith("— shield.example/PHL/witness ")
                async with asking._session.post(url, data=body) as response:
                    assert (response.status, await response.text()) == (409, f"{log.size}\n")
            finally:
                await asking.stop()
            await until(lambda: "PHL" in coalition.members["ITA"].ledgers.cosignatures.get("ITA", {}))
            (head,) = [h for s in coalition.drivers["ITA"].peer_status() for h in s.heads if h.ledger == "ITA"]
            assert head.cosigned_by == ("PHL",)

    asyncio.run(story())


def test_a_restored_backup_refuses_to_sign_until_partners_refilled_it(tmp_path: Path) -> None:
    async def story() -> None:
        coalition = Coalition(tmp_path, ("ITA", "PHL"))
        async with coalition.running():
            coalition.publish("ITA", outgoing(1, "Invented Person"))
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 2)
            await coalition.stop("ITA")
            shutil.copytree(tmp_path / "ITA", tmp_path / "backup")
            await coalition.start("ITA")
            await until(lambda: bool(coalition.members["ITA"].publisher.heard_from))
            coalition.publish("ITA", outgoing(2, "Invented Second"), outgoing(3, "Invented Third"))
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 4)
            await coalition.stop("ITA")
            shutil.rmtree(tmp_path / "ITA")
            shutil.copytree(tmp_path / "backup", tmp_path / "ITA")  # the guard file is restored with it
            member = coalition.open("ITA")
            with pytest.raises(RefusedError, match="no partner has confirmed"):
                member.publish([outgoing(4, "Invented Fork")])
            member.close()
            await coalition.start("ITA")
            await until(lambda: coalition.members["ITA"].ledgers.log("ITA").size == 4)
            await until(lambda: coalition.members["ITA"].publisher.refusal(coalition.members["ITA"].roster) is None)
            coalition.publish("ITA", outgoing(4, "Invented Fourth"))
            await until(lambda: coalition.members["PHL"].ledgers.log("ITA").size == 5)
            assert not coalition.members["PHL"].ledgers.evidence

    asyncio.run(story())


def test_a_stranger_who_begins_no_handshake_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.ground.listener.HANDSHAKE_SECONDS", 0.3)

    async def story() -> None:
        async with Coalition(tmp_path, ("ITA",)).running() as coalition:
            reader, writer = await asyncio.open_connection("127.0.0.1", coalition.ports["ITA"])
            async with asyncio.timeout(5):
                assert await reader.read() == b""
            writer.close()

    asyncio.run(story())
