"""What must hold of how notices stand: watched while links are bad, and judged once they are mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evenhand.node.deciding.statuses import held_of
from evenhand.node.member import Member
from tests.world.site import Said, Site

if TYPE_CHECKING:
    from tests.world.world import World


class Watch:
    """Sees at each member, after whatever comes in, which notices for it stopped standing though nobody said so."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stood: dict[str, tuple[Member, set[str]]] = {}
        """By member: which notices stood in this life of its machine."""
        self.vanished: dict[tuple[str, str], str] = {}
        """By member and originator, what stood no longer."""

    def look(self, site: Site) -> None:
        """Compare what stands at a member with what stood."""
        member = site.member
        if member is None:
            return
        life, stood = self._stood.get(site.code, (None, set[str]()))
        if life is not member:  # whatever a restart loses is no other member's doing
            stood = set()
        lasting = self._lasting(site)
        stands = {key for key in lasting if _stands(member, key)}
        for key in (stood & lasting) - stands:
            self.vanished[site.code, key.partition(":")[0]] = f"{key} vanished at {site.code}, for which it stands"
        self._stood[site.code] = member, stood | stands

    def _lasting(self, site: Site) -> set[str]:
        """Return the notices that nobody stopped, of which every version is for this member."""
        said = [one for one in self._world.everything_said() if site.up.roster.is_active(one.originator)]
        others = {one.key for one in said if one.stopped or not _is_for(one, site.code)}
        return {one.key for one in said} - others


def _is_for(said: Said, code: str) -> bool:
    return said.match_label == "all" or code in said.match_label.split(",")


def _stands(member: Member, key: str) -> bool:
    held = held_of(member, key)
    return held is not None and member.view.is_listed(held)


def nothing_vanishes_by_anothers_version(world: World) -> Iterator[str]:
    """A notice goes on standing at whoever may read each version, in whatever order these came in."""
    for (code, originator), sentence in sorted(world.watch.vanished.items()):
        if originator not in world.liars and code not in world.liars:
            yield sentence


def whoever_holds_a_notice_holds_how_it_stands(world: World) -> Iterator[str]:
    """At every reader stands what its originator lets stand, in that version, and nothing else."""
    honest = world.honest()
    for author in honest:
        for held in list(author.up.watchlist.fold.ledger(author.code).notices.values()):
            number = held.versions[-1].number if held.versions else 0
            stands = author.up.view.is_listed(held)
            said = [one for one in author.said if (one.notice_id, one.version) == (held.notice_id, number)]
            for site in honest:
                mine = held_of(site.up, held.key)
                mine_stands = mine is not None and site.up.view.is_listed(mine)
                is_reader = any(_is_for(one, site.code) for one in said)
                if mine is not None and mine_stands and not (stands and mine.versions[-1].number == number):
                    yield f"{held.key} stands at {site.code} in version {mine.versions[-1].number}, not as it is"
                elif stands and is_reader and not mine_stands:
                    yield f"{held.key} stands in version {number}, and not at {site.code}, which may read it"
