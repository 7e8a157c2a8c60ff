"""One simulated life per seed: publications, faults and attacks by the dice, then healing and judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import process_time
from typing import Literal

from evenhand.ground.errors import EvenhandError
from tests.world.disk import AtWrite
from tests.world.invariants import violations
from tests.world.site import Said, Site
from tests.world.world import World, publish_quietly

LIFE_MS = 16_000
_BEAT_MS = 3_000
_FAN_OUT = 3
_FIRST = 26


@dataclass
class Outcome:
    """What one seed came to."""

    seed: int
    events: int
    simulated_ms: int
    faults: dict[str, int]
    violations: list[str]
    digest: str
    cpu_seconds: float = field(default=0.0, compare=False)


def codes_of(members: int) -> list[str]:
    """Return invented member codes: AAA, AAB, ..."""
    return [f"A{chr(65 + i // _FIRST)}{chr(65 + i % _FIRST)}" for i in range(members)]


def live(seed: int, members: int) -> Outcome:
    """Run one seed from birth to judgement."""
    began = process_time()
    codes = codes_of(members)
    newcomer = codes[-1] if seed % 3 == 0 and members > 4 else None
    inside = [code for code in codes if code != newcomer]
    world = World(seed, inside, outside=[] if newcomer is None else [newcomer])
    world.clock.run()
    life = _Life(world, inside, newcomer)
    life.plan()
    world.storm()
    world.clock.advance(seconds=LIFE_MS / 1000)
    world.heal()
    world.defy()
    found = [*life.last_word(), *violations(world)]
    faults = {kind: world.faults[kind] for kind in sorted(world.faults)}
    return Outcome(
        seed, world.clock.events, world.clock.now_ms - _born(), faults, found, world.digest,
        process_time() - began,
    )  # fmt: skip


def _born() -> int:
    from tests.world.timing import BORN_MS

    return BORN_MS


class _Life:
    """Puts a seed's events on the world's calendar."""

    def __init__(self, world: World, codes: list[str], newcomer: str | None) -> None:
        self.world = world
        self.dice = Random(f"life of {world.seed}")
        self.newcomer = newcomer
        picked = self.dice.sample(codes, min(len(codes), 12))
        few = max(1, min(4, len(codes) // 3))
        self.publishers, rest = picked[:few], picked[few:]
        self.liar = rest[0] if len(rest) > 1 and world.seed % 2 else None
        leaver = self.publishers[-1] if few > 1 and world.seed % 2 == 0 else rest[1] if len(rest) > 2 else None
        self.leaver = leaver if world.seed % 5 < 2 else None
        self.codes = codes
        self.said: list[Said] = []
        self.words = Random(f"words of {world.seed}")
        """Dice of their own: the lives that were lived before there were such words are planned as they were."""

    def plan(self) -> None:
        """Decide what happens when."""
        for code in self.publishers:
            for _ in range(self.dice.randint(1, 2)):
                self.at(200, 12_000, partial(self.publish, code))
        if self.world.seed % 3:
            self.at(6_000, 13_000, self.unsay)
        self.at(4_000, 14_000, self.remark)
        self.plan_words()
        self.at(1_000, 6_000, self.part)
        self.at(500, 12_000, lambda: self.cut(6))
        for way in ("failed", "persisted"):
            self.at(500, 13_000, partial(self.crash, way))
        self.at(4_000, 14_000, self.rot)
        self.back_up()
        self.replay()
        if self.liar is not None:
            self.at(2_000, 12_000, self.lie)
        if self.leaver is not None:
            self.at(5_000, 12_000, lambda: self.leave(str(self.leaver)))
        if self.newcomer is not None:
            self.at(13_000, 15_000, lambda: self.world.admit(str(self.newcomer)))
        self.at(3_000, 14_000, self.forge)
        for at in range(_BEAT_MS, LIFE_MS, _BEAT_MS):
            self.world.clock.after(at, lambda: self.world.heartbeat(fan_out=_FAN_OUT))

    def plan_words(self) -> None:
        """Release one notice to fewer; suspend or block another, release it to all, and perhaps let it stand again."""
        site = self.world.member(self.words.choice(self.publishers))
        some = [",".join(sorted({site.code, *self.words.sample(self.codes, len(self.codes) // 2)})) for _ in "ab"]
        told: dict[str, Said] = {}

        def publish(name: str, label: str) -> None:
            told[name] = site.publish(match_to=label, detail_to=label)

        status: Literal["SUSPENDED", "BLOCKED"] = self.words.choice(("SUSPENDED", "BLOCKED"))
        steps: list[tuple[int, int, str, Callable[[], object]]] = [
            (200, 3_000, "", partial(publish, "wide", "all")),
            (200, 3_000, "", partial(publish, "few", some[0])),
            (4_000, 12_000, "wide", lambda: site.correct(told["wide"], match_to=some[1], detail_to=some[1])),
            (4_000, 7_000, "few", lambda: site.change_status(told["few"], status)),
            (8_000, 12_000, "few", lambda: site.correct(told["few"], match_to="all")),
        ]
        if self.words.random() < 0.5:
            steps.append((13_000, 14_000, "few", lambda: site.change_status(told["few"], "STANDING")))
        for earliest_ms, latest_ms, needs, act in steps:
            say = partial(self._say, site, act, needs=needs, told=told)
            self.world.clock.after(self.words.randint(earliest_ms, latest_ms), say)

    def _say(self, site: Site, act: Callable[[], object], *, needs: str, told: dict[str, Said]) -> None:
        if self._speaks(site) and (not needs or needs in told):
            publish_quietly(site, act, self.world)

    def at(self, earliest_ms: int, latest_ms: int, act: Callable[[], object]) -> None:
        """Let something happen at a random moment."""
        self.world.clock.after(self.dice.randint(earliest_ms, latest_ms), act)  # type: ignore[arg-type]

    def _speaks(self, site: Site) -> bool:
        return site.member is not None and self.world.roster.is_active(site.code)

    def publish(self, code: str) -> None:
        site = self.world.member(code)
        readers = ",".join(sorted({code, *self.dice.sample(self.codes, min(4, len(self.codes)))}))
        kind = self.dice.random()
        match_to, detail_to = ("all", "all") if kind < 0.6 else ("all", readers) if kind < 0.8 else (readers, readers)
        if self._speaks(site) and publish_quietly(
            site, lambda: self.said.append(site.publish(match_to=match_to, detail_to=detail_to)), self.world
        ):
            self.world.faults["published"] += 1

    def unsay(self) -> None:
        """Correct one notice, withdraw another, erase a third, all of one originator."""
        standing = [said for said in self.said if said.withdrawn_at is None and said.match_label == "all"]
        if not standing:
            return
        author = self.world.member(self.dice.choice(standing).originator)
        mine = [said for said in standing if said.originator == author.code]
        acts = [author.withdraw, author.erase] if self.dice.random() < 0.5 else [author.erase, author.withdraw]
        if self._speaks(author):
            publish_quietly(author, lambda: author.correct(mine[0]), self.world)
        for said, act in zip(mine, acts, strict=False):
            if self._speaks(author):
                publish_quietly(author, partial(act, said), self.world)

    def remark(self) -> None:
        """Flag one notice and link two."""
        site = self.world.member(self.dice.choice(self.publishers))
        if not self.said or not self._speaks(site):
            return
        flagged = self.dice.choice(self.said)
        publish_quietly(site, lambda: site.flag(flagged), self.world)
        if len({said.key for said in self.said}) > 1 and self._speaks(site):
            first = self.dice.choice(self.said)
            second = self.dice.choice([said for said in self.said if said.key != first.key])
            publish_quietly(site, lambda: site.link(first, second), self.world)

    def last_word(self) -> list[str]:
        """Let one of those who published do so again, now that all is mended; say so if it cannot."""
        site = next((site for site in self.world.honest() if site.code in self.publishers), None)
        if site is None:
            return []
        try:
            site.publish()
        except EvenhandError as error:
            return [f"seed {self.world.seed}: last_word: {site.code} cannot publish: {error}"]
        self.world.settle()
        return []

    def part(self) -> None:
        self.world.part(self.dice.sample(self.codes, self.dice.randint(1, max(1, len(self.codes) // 2))))

    def cut(self, links: int) -> None:
        for _ in range(links):
            self.world.cut(*self.dice.sample(self.codes, 2))

    def crash(self, way: AtWrite) -> None:
        self.world.crash(self.dice.choice(self.codes), at_write=way)

    def rot(self) -> None:
        """Flip a stored bit at a member whose own ledger somebody else holds whole: nobody can refill another."""
        code = self.dice.choice(self.codes)
        if self._is_copied(code) and self._running(code):
            self.world.flip_bits(code)

    def back_up(self) -> None:
        code = self.dice.choice([code for code in self.codes if code != self.liar])
        self.at(1_000, 5_000, lambda: self.world.back_up(code))
        self.at(7_000, 14_000, lambda: self._restore(code))

    def _restore(self, code: str) -> None:
        if self._is_copied(code) and self._running(code):
            self.world.restore_backup(code, guard_too=self._is_widely_held(code))

    def _running(self, code: str) -> bool:
        return self.world.member(code).member is not None and code not in self.world.liars

    def _rows(self, code: str) -> set[bytes]:
        prefixes = (b"leaf/" + code.encode(), b"part/" + code.encode())
        return {key for key in self.world.member(code).store.rows() if key.startswith(prefixes)}

    def _is_copied(self, code: str) -> bool:
        author = self.world.member(code)
        if author.member is None:
            return False
        others = [site.store.rows().keys() for site in self.world.honest() if site is not author]
        return all(any(key in other for other in others) for key in self._rows(code))

    def _is_widely_held(self, code: str) -> bool:
        """Say whether so many hold a ledger whole that its owner may lose its guard as well (ADR 0007).

        One more than half of its partners: another may lose what it holds to a flipped bit.
        """
        leaves = {key for key in self._rows(code) if key.startswith(b"leaf/")}
        others = [site for site in self.world.honest() if site.code != code]
        holders = [site for site in others if leaves <= site.store.rows().keys()]
        return len(holders) > len(self.world.roster.active_codes) // 2 + 1

    def replay(self) -> None:
        code = self.dice.choice(self.codes)
        self.world.network.recorder[code] = []
        self.at(5_000, 15_000, lambda: self.world.replay(code, 40))

    def lie(self) -> None:
        assert self.liar is not None
        site = self.world.member(self.liar)
        if not self._speaks(site) or site.store.is_armed:
            return
        deceived = self.dice.sample(self.codes, len(self.codes) // 2)
        if self.liar in deceived:
            deceived.remove(self.liar)
        publish_quietly(site, lambda: self.world.split_view(site.code, deceived), self.world)

    def forge(self) -> None:
        code, victim = self.dice.sample(self.codes, 2)
        if self._speaks(self.world.member(code)):
            self.world.forge(code, victim)

    def leave(self, code: str) -> None:
        if code not in self.world.liars:
            self.world.expel(code)
