"""A member rotates its keys: everyone reads on, and a stolen old key reads nothing new."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from evenhand.trust.keys import rotate_keys
from evenhand.trust.roster import LogKey, card
from evenhand.watchlist.keyring import Keyring
from tests.world.site import Said
from tests.world.timing import BORN_MS
from tests.world.world import World

CODES = ("ITA", "PHL", "XPO")


def rotate(world: World, code: str, *, lost: bool) -> None:
    """Give a member new keys by a roster; with `lost`, the old ones are gone from its machine."""
    site, members = world.member(code), dict(world.roster.by_code)
    new = rotate_keys(site.keys, entropy=site.dice.randbytes, now_ms=BORN_MS)
    if lost:
        new = replace(new, retired=())
    fresh, old = card(new, name=code, urls=()), members[code]
    first = site.up.ledgers.log(code).size
    members[code] = replace(fresh, logs=(*old.logs, LogKey(vkey=fresh.logs[0].vkey, first=first)))
    site.stop()
    site.keys = new
    world._decide(members, next(other for other in CODES if other != code))
    world.start(code)


def reads(world: World, code: str, said: Said) -> bool:
    return said.notice_id in world.member(code).up.watchlist.fold.ledger(said.originator).notices


@pytest.mark.parametrize("lost", [False, True])
def test_whoever_rotates_reads_on_and_the_old_key_reads_nothing_new(lost: bool) -> None:
    world = World(3, CODES)
    world.clock.run()
    stolen = world.member("PHL").keys.sealing_secret
    before = [world.member(code).publish() for code in CODES]
    world.settle()
    rotate(world, "PHL", lost=lost)
    world.heal()
    after = [world.member(code).publish() for code in CODES]
    world.heal()
    kept = [said for said in before if not lost or said.originator != "PHL"]
    for code in CODES:
        for said in [*after, *(kept if code == "PHL" else before)]:
            assert reads(world, code, said), (code, said)
    thief = Keyring("PHL", stolen)
    log = world.member("ITA").up.ledgers.log("ITA")
    for (_, name), part in sorted(log.parts(0, log.size).items()):
        if name == "keys":
            thief.take("ITA", part)
    assert [grant.epoch for grant in thief.grants("ITA")] == [1]
    if not lost:
        world.check()
