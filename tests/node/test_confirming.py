"""Before the first signature after a start, partners are asked; a restored member does not fork its ledger."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.exchange.frames import Pulse
from evenhand.exchange.heartbeat import HeadStatement, Heartbeat, sign_heartbeat
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import RefusedError, StoreError
from evenhand.node.confirming import ASKING_MS, partners_needed, unconfirmed
from tests.world.four import publishes_behind
from tests.world.site import keys_of
from tests.world.world import World

CODES = ("DEU", "ITA", "PHL", "XPO")


@pytest.mark.parametrize(
    ("others", "wanted", "needed"), [(0, 0, 0), (1, 0, 1), (2, 0, 1), (3, 0, 2), (40, 0, 20), (3, 1, 1), (3, 9, 3)]
)
def test_half_of_the_partners_are_needed_unless_another_number_is_set(others: int, wanted: int, needed: int) -> None:
    assert partners_needed(others, wanted) == needed


@pytest.mark.parametrize(
    ("heard", "waited", "wanted", "said"),
    [
        ((), 10**6, 0, "no partner has confirmed"),
        (("PHL",), 10**6, 0, "1 of the 2 partners needed"),
        (("PHL", "FRA"), 10**6, 0, "1 of the 2 partners needed"),
        (("PHL", "XPO"), ASKING_MS - 1, 0, "2 of 3 partners have confirmed"),
        (("PHL", "XPO"), ASKING_MS, 0, ""),
        (("PHL", "XPO"), -5, 0, ""),
        (("PHL", "XPO", "DEU"), 0, 0, ""),
        (("PHL",), ASKING_MS, 1, ""),
        (("PHL", "XPO"), 10**6, 3, "2 of the 3 partners needed"),
    ],
)
def test_who_must_have_spoken(heard: tuple[str, ...], waited: int, wanted: int, said: str) -> None:
    roster = World(1, CODES).roster
    refused = unconfirmed(roster, "ITA", set(heard), since_start_ms=waited, wanted=wanted)
    assert (refused is None) if not said else (refused is not None and said in refused.what)


def pulse(world: World, sender: str, reader: str) -> None:
    world.member(reader).up.receive(Pulse(note=world.member(sender).up.heartbeat()), sender)


def test_a_first_partner_that_is_itself_behind_does_not_let_a_restored_member_fork() -> None:
    world = World(5, CODES)
    world.clock.run()
    ita = world.member("ITA")
    ita.publish()
    world.settle()
    world.back_up("ITA")
    world.stop("PHL")  # it stays where it is: as far behind as the backup
    lost = ita.publish()
    world.settle()
    world.restore_backup("ITA", guard_too=True)
    world.start("PHL")
    pulse(world, "PHL", "ITA")
    with pytest.raises(RefusedError, match="1 of the 2 partners needed"):
        ita.publish()
    pulse(world, "XPO", "ITA")
    with pytest.raises(RefusedError, match="were signed"):
        ita.publish()
    world.heal()
    publishes_behind(world, lost)


def test_an_image_of_a_machine_from_before_its_first_publication_does_not_fork() -> None:
    """Its ledger is empty and no guard knows better, as on a new machine; but it had met partners."""
    world = World(5, CODES)
    world.clock.run()
    world.back_up("ITA")
    ita = world.member("ITA")
    lost = ita.publish()
    world.settle()
    world.restore_backup("ITA", guard_too=True)
    assert ita.up.ledgers.log("ITA").size == 0
    with pytest.raises(RefusedError, match="no partner has confirmed"):
        ita.publish()
    world.heal()
    publishes_behind(world, lost)


def test_a_machine_that_never_met_a_partner_begins_its_ledger_at_once() -> None:
    """Else a coalition could never begin; a restart before anybody was met changes nothing."""
    world = World(5, CODES)
    ita = world.member("ITA")
    ita.stop()
    ita.start()
    assert ita.up.publisher.refusal(ita.up.roster) is None
    world.heal()
    ita.publish()
    world.settle()
    world.check()


def test_that_a_partner_was_met_is_written_once_and_a_failing_disk_lets_nobody_be_heard() -> None:
    world = World(5, CODES)
    ita = world.member("ITA")
    ita.crash(at_write="failed")
    with pytest.raises(StoreError, match="the disk gave way"):
        pulse(world, "PHL", "ITA")
    assert ita.up.publisher.heard_from == set()
    ita.start()
    before = ita.store.writes
    for sender in ("PHL", "XPO", "PHL"):
        pulse(world, sender, "ITA")
    assert ita.store.writes == before + 1
    assert ita.up.publisher.heard_from == {"PHL", "XPO"}


def test_even_where_enough_have_spoken_the_first_seconds_are_for_the_others() -> None:
    world = World(5, CODES[1:])
    world.clock.run()
    ita = world.member("ITA")
    ita.publish()
    world.settle()
    world.back_up("ITA")
    world.stop("PHL")
    ita.publish()
    world.settle()
    world.restore_backup("ITA", guard_too=True)
    world.start("PHL")
    pulse(world, "PHL", "ITA")
    with pytest.raises(RefusedError, match="still being asked"):
        ita.publish()
    pulse(world, "XPO", "ITA")
    with pytest.raises(RefusedError, match="were signed"):
        ita.publish()
    world.heal()
    ita.publish()
    world.settle()
    world.check()


def test_a_partner_that_only_says_it_holds_more_keeps_nobody_from_signing() -> None:
    world = World(5, CODES)
    world.clock.run()
    ita = world.member("ITA")
    ita.publish()
    world.settle()
    held = ita.up.position("ITA")
    true = ita.up.ledgers.log("ITA").head.checkpoint.decode()
    for checkpoint in ("rubbish", true.replace(f"\n{held.size}\n", "\n900\n"), true):
        lie = HeadStatement(ledger="ITA", size=900, root=held.root, checkpoint=checkpoint)
        said = Heartbeat(
            member="PHL", time=format_ms(world.clock.now_ms + 60_000), roster=1, state="", heads=(lie,)
        )  # fmt: skip
        note = sign_heartbeat(msgspec.structs.replace(said, state=checkpoint[:9]), keys_of("PHL").log_signer())
        ita.up.receive(Pulse(note=note), "PHL")
        assert ita.up.publisher.refusal(ita.up.roster) is None
    ita.publish()
    world.settle()
    world.check()


def test_a_member_on_a_new_machine_says_nothing_by_itself_before_partners_were_asked() -> None:
    """Store and guard are lost. The first partner it hears holds nothing of it: a receipt now would fork its ledger."""
    world = World(7, CODES)
    world.clock.run()
    for reader in ("DEU", "PHL", "XPO"):
        world.cut("ITA", reader)
    withdrawn = world.member("DEU").publish()
    world.member("DEU").withdraw(withdrawn)
    world.network.wake("DEU")
    world.clock.run()
    mine = world.member("ITA").publish()
    desk = world.member("ITA").up.desk
    for frame in desk.next_frames(desk.open("PHL", {"ITA": 0}, "ordinary")):
        world.member("PHL").up.receive(frame, "ITA")  # nobody else has it
    world.member("ITA").restore_backup({}, guard_too=True)
    world.start("ITA")
    world.network.heal()
    for one, other in (("ITA", "DEU"), ("ITA", "PHL"), ("PHL", "XPO"), ("PHL", "DEU")):
        world.cut(one, other)
    world.heartbeat()
    world.clock.run()  # XPO relays what DEU withdrew, and knows nothing of ITA's own ledger
    member = world.member("ITA").up
    assert member.watchlist.pending_receipts
    assert member.publisher.refusal(member.roster) is None
    assert member.ledgers.log("ITA").size == 0
    world.heal()
    world.check()
    assert mine.index is not None
    assert world.member("XPO").up.ledgers.log("ITA").size > mine.index


def test_entries_that_nobody_holds_are_given_up_by_hand_and_no_ledger_forks() -> None:
    """As docs/how-to/lost-entries.md says: the refusal names the page once every partner was heard."""
    world = World(7, CODES)
    world.clock.run()
    world.member("ITA").publish()
    world.settle()
    world.back_up("ITA")
    for reader in ("DEU", "PHL", "XPO"):
        world.cut("ITA", reader)
    world.member("ITA").publish()
    size = world.member("ITA").up.ledgers.log("ITA").size
    world.restore_backup("ITA")
    site = world.member("ITA")
    refused = site.up.publisher.refusal(site.up.roster)
    assert refused is not None
    assert "let the node run" in refused.remedy
    world.network.heal()
    world.settle()
    refused = site.up.publisher.refusal(site.up.roster)
    assert refused is not None
    assert "lost-entries" in refused.remedy
    site.stop()
    site.guard.signed = None  # guard.json moved away
    world.start("ITA")
    world.settle()
    site.acknowledged = {index: leaf for index, leaf in site.acknowledged.items() if index < size - 1}
    site.said.pop()
    again = site.publish()
    world.settle()
    assert again.index == size - 1
    world.check()
