"""The world: a coalition of real members in virtual time, attacked in the domain's own words.

`world.member("ITA").publish()`, `world.cut("ITA", "PHL")`, `world.expel("XPO")`, `world.heal()`, and after
every test `world.check()`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import CorruptionError, RefusedError, StoreError
from evenhand.ledger.log import forget_ledger
from evenhand.matching.contract import Matcher
from evenhand.trust.roster import FinalHead, Roster, RosterMember, card, roster_hash, sign_roster
from tests.world.disk import AtWrite
from tests.world.forgery import defied, forged
from tests.world.invariants import violations
from tests.world.lookup import ExactMatcher
from tests.world.network import CALM, STORM, Network
from tests.world.site import COALITION, Founding, Said, Site, keys_of
from tests.world.standing import Watch
from tests.world.timing import BORN_MS, Scheduler

_YEAR_MS = 365 * 86_400_000
_SKEW_MS = 600_000
_ROUNDS_MAX = 14
_GOSSIP_FIRST, _GOSSIP = 28, 6
"""Partners that hear each heartbeat while healing: at first enough of forty for those that started to sign again."""


class World:
    """A coalition of `codes`; those in `outside` have a machine and keys but are not yet members."""

    def __init__(
        self, seed: int, codes: Iterable[str], *, outside: Iterable[str] = (), threshold: int = 2,
        build_matcher: Callable[[], Matcher] = ExactMatcher,
    ) -> None:  # fmt: skip
        self.seed = seed
        self.dice = Random(seed)
        self.clock = Scheduler()
        self._digest = hashlib.sha256(str(seed).encode())
        codes = sorted(codes)
        self.rosters = [_genesis(tuple(codes), threshold)]
        self.documents = [_signed(self.rosters[0], codes)]
        founding = Founding(
            self.clock, roster_hash(self.rosters[0]), self.documents[0], build_matcher, self.note
        )
        self.sites = {
            code: Site(code, founding, dice=Random(f"{seed}/{code}"), skew_ms=self._skew())
            for code in [*codes, *outside]
        }
        self.outside = set(outside)
        self.watch = Watch(self)
        self.network = Network(self.sites, self.clock, self.dice, self.note, self._crashed, self.watch.look)
        self.expelled: set[str] = set()
        self.liars: set[str] = set()
        self.ended: dict[tuple[str, str], tuple[int, frozenset[int]]] = {}
        """What an honest member held of an expelled one when that one began to defy its end: size, urgent ones."""
        self._backups: dict[str, dict[bytes, bytes]] = {}
        for code in codes:
            self.sites[code].start()
        self.heartbeat()

    def _skew(self) -> int:
        return self.dice.randint(-_SKEW_MS, _SKEW_MS)

    # -- the record --------------------------------------------------------------------------------------

    def note(self, *words: object) -> None:
        """Add a logical event to the digest of this run."""
        self._digest.update(f"{self.clock.now_ms} {words}\n".encode())

    @property
    def digest(self) -> str:
        """SHA-256 over every logical event: the same seed gives the same."""
        return self._digest.hexdigest()

    @property
    def faults(self) -> Counter[str]:
        """Faults so far by kind."""
        return self.network.faults

    # -- who --------------------------------------------------------------------------------------------

    def member(self, code: str) -> Site:
        """Return a member's machine."""
        return self.sites[code]

    @property
    def roster(self) -> Roster:
        """The newest roster the members agreed on."""
        return self.rosters[-1]

    def honest(self) -> list[Site]:
        """Active members that run and never split their view, in code order."""
        return [
            site for code, site in sorted(self.sites.items())
            if site.member is not None and code not in self.liars and self.roster.is_active(code)
        ]  # fmt: skip

    # -- links -------------------------------------------------------------------------------------------

    def cut(self, one: str, other: str) -> None:
        """Break the link between two members."""
        self.faults["cut"] += 1
        self.note("cut", one, other)
        self.network.cut(one, other)

    def part(self, group: Iterable[str]) -> None:
        """Cut a group of members off from all others."""
        inside = set(group)
        self.faults["partition"] += 1
        self.note("part", sorted(inside))
        for one in sorted(inside):
            for other in sorted(set(self.sites) - inside):
                self.network.cut(one, other)

    def storm(self) -> None:
        """Let links lose, double, delay, reorder and damage frames."""
        self.network.weather = STORM

    def heal(self) -> None:
        """Mend every link and start every machine; then let everybody talk until nothing is new."""
        self.network.weather = CALM
        self.network.heal()
        for code, site in sorted(self.sites.items()):
            site.store.repair()
            if site.member is None and code not in self.outside:
                self.start(code)
        self.note("heal")
        self._tell_roster()
        self.settle()

    def heartbeat(self, *, fan_out: int | None = None) -> None:
        """Let every member send a heartbeat to everyone, or to a few."""
        codes = sorted(self.sites)
        for code in codes:
            if self.sites[code].member is not None:
                readers = codes if fan_out is None else self.dice.sample(codes, min(fan_out, len(codes)))
                self.network.pulse(code, readers)

    def settle(self) -> None:
        """Let everybody talk until a whole round brings nothing new."""
        before: object = None
        for number in range(_ROUNDS_MAX):
            for code in sorted(self.sites):
                self.network.wake(code)
            self.clock.run()
            self.clock.advance(seconds=1)
            self.heartbeat(fan_out=_GOSSIP_FIRST if number == 0 else _GOSSIP)
            self.clock.run()
            for _, site in sorted(self.sites.items()):
                self.network.due(site)
                self._ask_around(site)
            self.clock.run()
            after = [
                (site.code, site.up.vector(), sorted(site.up.ledgers.evidence)) for site in self.honest()
            ]
            if after == before:
                return
            before = after

    def _ask_around(self, site: Site) -> None:
        """Let a member ask everyone for parts that should be here, as its driver does."""
        for code in sorted(self.sites):
            if site.member is None or not any(site.up.watchlist.missing.values()):
                return
            if code != site.code:
                self.network.fetch_missing(site.up, code)

    # -- machines ----------------------------------------------------------------------------------------

    def start(self, code: str) -> None:
        """Start a machine. Where its disk lost a ledger, the operator removes it and it is fetched again."""
        site = self.sites[code]
        self.note("start", code)
        for _ in self.sites:
            try:
                site.start()
            except CorruptionError as error:
                self.faults["corruption_found"] += 1
                site.store.repair()
                site.store.apply(forget_ledger(site.store, error.ledger))
            except StoreError:
                continue
            else:
                return

    def _crashed(self, site: Site) -> None:
        self.note("crashed", site.code)
        self.clock.after(self.dice.randint(300, 3000), lambda: self._restart(site))

    def _restart(self, site: Site) -> None:
        if site.member is None:
            self.start(site.code)

    def crash(self, code: str, *, at_write: AtWrite) -> None:
        """Let a member's next write fail."""
        self.note("arm", code, at_write)
        self.sites[code].crash(at_write=at_write)

    def stop(self, code: str) -> None:
        """Switch a machine off."""
        self.note("stop", code)
        self.sites[code].stop()

    def back_up(self, code: str) -> None:
        """Keep an image of a member's disk."""
        self._backups[code] = self.sites[code].store.rows()

    def restore_backup(self, code: str, *, guard_too: bool = False) -> None:
        """Put the image back and start; whatever was written since is gone from this disk."""
        self.faults["restored_backup_and_guard" if guard_too else "restored_backup"] += 1
        self.note("restore", code, guard_too)
        self.sites[code].restore_backup(self._backups[code], guard_too=guard_too)
        self.start(code)

    def flip_bits(self, code: str) -> None:
        """Stop a machine, flip one bit of a ledger on its disk, and start it."""
        site = self.sites[code]
        site.stop()
        row = site.store.flip_bit(self.dice)
        if row is not None:
            self.faults["bit_flip_disk"] += 1
            self.note("flip", code, row[:4])
        self.start(code)

    # -- the coalition -------------------------------------------------------------------------------------

    def _decide(self, members: dict[str, RosterMember], tell: str) -> None:
        current = self.roster
        following = Roster(
            coalition=COALITION, version=current.version + 1, previous=roster_hash(current),
            issued=format_ms(BORN_MS), expires=format_ms(BORN_MS + _YEAR_MS), threshold=current.threshold,
            members=tuple(members[code] for code in sorted(members)),
        )  # fmt: skip
        document = _signed(following, [code for code in following.active_codes if current.is_active(code)])
        self.rosters.append(following)
        self.documents.append(document)
        self._catch_up_rosters(tell)
        self.network.wake(tell)

    def expel(self, code: str, *, tell: str | None = None) -> None:
        """Expel a member by a roster change that one member hears of first; it ends where that one holds it."""
        teller = tell or next(site.code for site in self.honest() if site.code != code)
        log = self.sites[teller].up.ledgers.log(code)
        members = dict(self.roster.by_code)
        old = members[code]
        members[code] = RosterMember(
            code=code, name=old.name, logs=old.logs, witness=old.witness, sealing=old.sealing,
            certificate=old.certificate, urls=old.urls, status="expelled",
            final=FinalHead(size=log.size, root=root_text(log.root)),
        )  # fmt: skip
        self.faults["expelled"] += 1
        self.note("expel", code, teller)
        self.expelled.add(code)
        self._decide(members, teller)

    def admit(self, code: str, *, tell: str | None = None) -> None:
        """Admit a member from outside; its machine starts empty."""
        teller = tell or next(site.code for site in self.honest())
        self.note("admit", code, teller)
        members = dict(self.roster.by_code) | {code: card(keys_of(code), name=code, urls=())}
        self._decide(members, teller)
        self.outside.discard(code)
        site = self.sites[code]
        site.start()
        for document in self.documents[1:]:
            site.up.take_roster(document)

    def _tell_roster(self) -> None:
        """Hand the newest roster to a member again: whoever heard it first may have crashed over it."""
        for site in self.honest()[:1]:
            self._catch_up_rosters(site.code)

    def _catch_up_rosters(self, teller: str) -> None:
        site = self.sites[teller]
        try:
            for document in self.documents[site.up.roster.version :]:
                site.up.take_roster(document)
        except StoreError:
            self.faults["crash"] += 1
            site.stop()
            self._crashed(site)

    def split_view(self, code: str, deceived: Iterable[str]) -> None:
        """Let a member show some readers another history."""
        self.note("split", code, sorted(deceived))
        self.sites[code].split_view(frozenset(deceived))
        self.faults["equivocation"] += 1
        self.liars.add(code)
        self.network.reset(code)
        self.network.wake(code)

    def replay(self, code: str, frames: int) -> None:
        """Let a member send old frames of its own again."""
        kept = self.network.recorder.get(code, [])
        for _ in range(min(frames, len(kept))):
            self.faults["replay"] += 1
            reader, frame = self.dice.choice(kept)
            self.network.replay(frame, code, reader)

    def forge(self, code: str, victim: str) -> None:
        """Let a member tell everyone what a victim never wrote, in the victim's name."""
        self.faults["forgery"] += 1
        self.note("forge", code, victim)
        for frame in forged(self.sites[code].up, victim, self.clock.now_ms):
            for reader in sorted(self.sites):
                if reader != code:
                    self.network.replay(frame, code, reader)

    def defy(self) -> None:
        """Let every expelled member that runs go on publishing to whoever knows that it was expelled."""
        for code in sorted(self.expelled):
            outcast = self.sites[code].member
            ended = next(i for i, roster in enumerate(self.rosters) if not roster.is_active(code))
            sizes = {site.code: site.up.ledgers.log(code).size for site in self.honest()}
            if outcast is None or ended == 0 or outcast.ledgers.log(code).size < max(sizes.values()):
                continue  # who lost entries of its own would sign another history: that is another crime
            self.faults["defiance"] += 1
            self.note("defy", code)
            for site in self.honest():
                self.ended[site.code, code] = sizes[site.code], frozenset(site.up.ledgers.express.get(code, ()))
            for reader, frames in defied(outcast, self.rosters[ended - 1], sizes).items():
                for frame in frames:
                    self.network.replay(frame, code, reader)
        self.clock.run()

    # -- judgement ----------------------------------------------------------------------------------------

    def everything_said(self) -> list[Said]:
        """Every notice version that anybody set out to publish."""
        return [said for _, site in sorted(self.sites.items()) for said in site.said]

    def check(self) -> None:
        """Assert every invariant of the coalition."""
        found = violations(self)
        assert not found, "\n".join(found)


def publish_quietly(site: Site, act: Callable[[], object], world: World) -> bool:
    """Let a member say something; a refusal or a failing disk is part of life here. Says whether it was said."""
    if site.member is None:
        return False
    try:
        act()
    except RefusedError:
        world.network.refused["publication"] += 1
        return False
    except StoreError:
        world.faults["crash"] += 1
        world._crashed(site)
        return False
    world.network.wake(site.code)
    return True


_SIGNED: dict[str, bytes] = {}


def _genesis(codes: tuple[str, ...], threshold: int) -> Roster:
    return Roster(
        coalition=COALITION, version=1, previous=None, issued=format_ms(BORN_MS),
        expires=format_ms(BORN_MS + _YEAR_MS), threshold=threshold,
        members=tuple(card(keys_of(code), name=code, urls=()) for code in codes),
    )  # fmt: skip


def _signed(roster: Roster, codes: Iterable[str]) -> bytes:
    """Sign with the first three: more would only cost time."""
    digest = roster_hash(roster)
    if digest not in _SIGNED:
        _SIGNED[digest] = sign_roster(roster, [keys_of(code).log_signer() for code in list(codes)[:3]])
    return _SIGNED[digest]
