"""Start is replay: what rotted is noticed, what expired or was rotated refuses to sign, what is damaged is refused."""

from __future__ import annotations

import pytest

from evenhand.exchange.frames import Express
from evenhand.ground.errors import CorruptionError, NotFoundError, ProofInvalidError, RefusedError
from evenhand.ground.store import MemoryStore
from evenhand.ledger.log import Log, forget_ledger, head_row, part_row
from evenhand.node.rosters import RosterChain
from tests.world.world import World

CODES = ("ITA", "PHL", "XPO")


def with_express(world: World) -> bytes:
    """Let PHL hold an urgent entry of ITA ahead of its turn; return its row."""
    ita, phl = world.member("ITA").up, world.member("PHL").up
    world.member("ITA").publish()
    said = world.member("ITA").publish()
    world.member("ITA").withdraw(said)
    for frame in ita.desk.next_frames(ita.desk.open("PHL", {"ITA": 0}, "express")):
        assert isinstance(frame, Express)
        phl.receive(frame, "ITA")
    rows = [key for key in world.member("PHL").store.rows() if key.startswith(b"express/")]
    return rows[-1]


def test_urgent_entries_ahead_of_their_turn_survive_a_restart() -> None:
    world = World(1, CODES)
    world.clock.run()
    with_express(world)
    before = world.member("PHL").up.vector()
    world.stop("PHL")
    world.start("PHL")
    assert world.member("PHL").up.vector() == before
    world.heal()
    world.check()


@pytest.mark.parametrize("bit", range(0, 4_000, 333))
def test_a_rotten_urgent_entry_is_fetched_again(bit: int) -> None:
    world = World(1, CODES)
    world.clock.run()
    row = with_express(world)
    site = world.member("PHL")
    site.stop()
    data = bytearray(site.store.rows()[row])
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    site.store.apply({row: bytes(data)})
    world.heal()
    world.check()


def test_a_damaged_checkpoint_of_our_own_is_signed_again() -> None:
    world = World(1, CODES)
    world.clock.run()
    world.member("ITA").publish()
    world.settle()
    site = world.member("ITA")
    good = site.up.ledgers.log("ITA").head.checkpoint
    site.stop()
    stored = site.store.rows()[head_row("ITA")]
    at = stored.index(good) + len(good) - 20
    site.store.apply({head_row("ITA"): stored[:at] + b"Z" + stored[at + 1 :]})
    world.heal()
    assert site.up.ledgers.log("ITA").head.checkpoint == good
    world.check()


def test_a_ledger_that_was_forgotten_leaves_no_row() -> None:
    world = World(1, CODES)
    world.clock.run()
    world.member("ITA").publish()
    world.settle()
    store = world.member("PHL").store
    store.apply(forget_ledger(store, "ITA"))
    assert not [key for key in store.rows() if b"/ITA" in key]


def test_a_tile_row_that_was_changed_is_noticed() -> None:
    world = World(1, CODES)
    world.clock.run()
    log: Log = world.member("ITA").up.ledgers.log("ITA")
    store = world.member("ITA").store
    leaves = [bytes([i % 256, i // 256]) for i in range(256)]
    extension = log.extend(leaves)
    store.apply(extension.rows)
    log.adopt(extension)
    log.check_grown(log.range_at(0), leaves)
    store.apply({b"node/ITA/" + (8).to_bytes(8, "big") + bytes(8): b"\x00" * 32})
    with pytest.raises(CorruptionError, match="does not hash") as caught:
        log.check_grown(log.range_at(0), leaves)
    assert caught.value.ledger == "ITA"


def test_late_parts_must_be_those_the_envelope_names() -> None:
    world = World(1, CODES)
    world.clock.run()
    said = world.member("ITA").publish()
    world.settle()
    member = world.member("PHL").up
    assert said.index is not None
    with pytest.raises(ProofInvalidError):
        member.take_parts("ITA", {(said.index, "match"): b"something else"})
    before = world.member("PHL").store.get(part_row("ITA", said.index, "match"))
    member.take_parts("ITA", {})
    assert before == world.member("PHL").store.get(part_row("ITA", said.index, "match"))


def test_parts_that_come_after_their_erasure_are_never_written() -> None:
    world = World(1, CODES)
    world.clock.run()
    for reader in ("DEU", "PHL", "XPO"):
        world.cut("ITA", reader)
    author, site = world.member("ITA"), world.member("PHL")
    said = author.publish()
    assert said.index is not None
    desk, log = author.up.desk, author.up.ledgers.log("ITA")
    late = desk.next_frames(desk.open("PHL", {"ITA": 0}, "ordinary"))
    parts = log.parts(said.index, said.index + 1)
    assert len(parts) == 2
    author.erase(said)
    for frame in [*desk.next_frames(desk.open("PHL", {"ITA": 0}, "express")), *late]:
        site.up.receive(frame, "ITA")
    assert site.up.ledgers.log("ITA").size > said.index
    rows = [part_row("ITA", said.index, name) for name in ("match", "detail")]
    assert [site.store.get(row) for row in rows] == [None, None]
    writes = site.store.writes
    site.up.take_parts("ITA", parts)  # asked for before the order came
    assert site.store.writes == writes
    assert [site.store.get(row) for row in rows] == [None, None]
    world.heal()
    world.check()


def test_an_expired_roster_stops_signing_and_nothing_else() -> None:
    world = World(1, CODES)
    world.clock.run()
    said = world.member("ITA").publish()
    world.settle()
    world.clock.advance(days=366)
    with pytest.raises(RefusedError, match="has expired"):
        world.member("ITA").publish()
    world.member("ITA").up.tick()
    assert said.notice_id in world.member("PHL").up.watchlist.fold.ledger("ITA").notices


def test_an_expelled_member_may_not_publish() -> None:
    world = World(1, CODES)
    world.clock.run()
    world.expel("XPO", tell="ITA")
    for document in world.documents[1:]:
        world.member("XPO").up.take_roster(document)
    with pytest.raises(RefusedError, match="XPO may not publish"):
        world.member("XPO").publish()


def test_before_the_genesis_there_is_no_roster() -> None:
    chain = RosterChain(MemoryStore(), "0" * 64)
    assert chain.is_empty
    with pytest.raises(NotFoundError, match="no roster yet"):
        _ = chain.current
