"""Every write of a life is crashed twice, failed and failed but persisted: nothing promised is lost, nothing forks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from evenhand.ground.errors import StoreError
from evenhand.node.guard import MemoryGuard, Signed
from tests.world.disk import AtWrite
from tests.world.site import Said, Site
from tests.world.world import World, publish_quietly

CODES = ("ITA", "PHL", "XPO")


def script(world: World) -> None:
    """One short life: publish, mirror, withdraw, erase, correct, change the roster, receipt."""
    ita, phl = world.member("ITA"), world.member("PHL")
    said: list[Said] = []
    for _ in range(3):
        publish_quietly(ita, lambda: said.append(ita.publish()), world)
        world.clock.run()
    publish_quietly(phl, lambda: phl.publish(detail_to="ITA,PHL"), world)
    world.clock.run()
    acts: tuple[Callable[[Said], object], ...] = (ita.withdraw, ita.erase, ita.correct)
    for act, one in zip(acts, said, strict=False):
        if not _is_up(ita):
            world.clock.run()
        publish_quietly(ita, partial(act, one), world)
        world.clock.run()
    world.expel("XPO", tell="ITA")
    world.clock.run()
    world.heartbeat()
    world.clock.run()


def _is_up(site: Site) -> bool:
    return site.member is not None


def writes_of(code: str) -> int:
    """Return how many writes the life takes at a member that does not crash."""
    world = World(1, CODES)
    world.clock.run()
    before = world.member(code).store.writes
    script(world)
    return world.member(code).store.writes - before


WRITES = {code: writes_of(code) for code in ("ITA", "PHL")}


def test_the_life_writes_often_enough_to_say_something() -> None:
    assert WRITES["ITA"] >= 12
    assert WRITES["PHL"] >= 12


@pytest.mark.parametrize("way", ["failed", "persisted"])
@pytest.mark.parametrize(("code", "at"), [(code, at) for code, count in WRITES.items() for at in range(count)])
def test_a_crash_at_any_write_loses_nothing_and_forks_nothing(code: str, at: int, way: AtWrite) -> None:
    world = World(1, CODES)
    world.clock.run()
    site = world.member(code)
    site.store.fail_at(at, way)
    script(world)
    assert not site.store.is_armed, "the write that was to fail never came"
    world.heal()
    world.check()
    assert not world.liars
    survivor = site.publish()
    world.settle()
    world.check()
    assert survivor.index is not None


@pytest.mark.parametrize("way", ["failed", "persisted"])
def test_a_failed_write_stops_the_member_until_it_starts_again(way: AtWrite) -> None:
    world = World(2, CODES)
    world.clock.run()
    ita = world.member("ITA")
    member = ita.up
    ita.crash(at_write=way)
    with pytest.raises(StoreError):
        ita.publish()
    with pytest.raises(StoreError, match="stopped after a failed write"):
        member.heartbeat() if member.broken is None else member.require_whole()
    world.heal()
    world.check()
    assert ita.publish().index is not None


class FailingGuard(MemoryGuard):
    """A guard whose next write of a larger tree fails, before or after it persists."""

    def __init__(self, way: AtWrite) -> None:
        super().__init__()
        self.way: AtWrite | None = way

    def write(self, signed: Signed) -> None:
        """Write, or fail once."""
        grows = self.signed is not None and signed.size > self.signed.size
        if grows and self.way is not None:
            way, self.way = self.way, None
            if way == "persisted":
                super().write(signed)
            raise OSError(28, "no space is left, invented")
        super().write(signed)


@pytest.mark.parametrize("way", ["failed", "persisted"])
def test_nobody_sees_a_checkpoint_before_the_guard_knows_it(way: AtWrite) -> None:
    world = World(3, CODES)
    world.clock.run()
    ita = world.member("ITA")
    ita.publish()
    guard = FailingGuard(way)
    guard.signed, ita.guard = ita.guard.signed, guard
    ita.stop()
    world.clock.run()
    ita.start()
    world.heartbeat()
    world.clock.run()
    before = ita.up.ledgers.log("ITA").size
    member = ita.up
    with pytest.raises(StoreError, match="guard"):
        ita.publish()
    assert member.ledgers.log("ITA").size == before, "what the guard does not know is not shown"
    assert member.broken is not None
    opened = ita.start()
    assert opened.ledgers.log("ITA").size == before + 1, "the store kept entry and checkpoint"
    assert guard.signed is not None
    assert guard.signed.size == before + 1, "the start raised the guard before showing it"
    world.heal()
    world.check()
    assert ita.publish().index is not None
