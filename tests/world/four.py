"""Four members, whether one finds whom another listed, and whether one that lost entries goes on behind them."""

from __future__ import annotations

from evenhand.matching.contract import Query
from tests.world.site import Said
from tests.world.world import World

CODES = ("DEU", "ITA", "PHL", "XPO")


def four_members() -> World:
    """Return a coalition of four that has begun."""
    world = World(7, CODES)
    world.clock.run()
    return world


def found(world: World, code: str, said: Said) -> list[str]:
    """Return the notices a member finds by the name that was said."""
    answer = world.member(code).up.find(Query(names=(said.name,)), at_ms=world.clock.now_ms).answer
    return [one.notice_id for one in answer.candidates]


def publishes_behind(world: World, lost: Said) -> None:
    """Publish once more as who lost what was said; it stands behind that, and no promise is broken."""
    again = world.member(lost.originator).publish()
    world.settle()
    world.check()
    assert lost.index is not None
    assert again.index is not None
    assert again.index > lost.index
