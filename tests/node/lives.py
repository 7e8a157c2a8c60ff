"""Random lives of a small coalition whose only author corrects, withdraws and erases while its readers hear in any way.

Batches come from whoever has them, cut anywhere and with parts lost; urgent entries overtake; lots of parts come late;
rosters change; power fails at any write. At each step a reader must be what its own disk would make of it: one started
from its last snapshot, and one that replays its ledgers, say the same of everything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, Literal
from unittest import mock

import msgspec

from evenhand.exchange import feed
from evenhand.exchange.feed import Lane
from evenhand.exchange.frames import Batch, Frame, Pulse
from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.errors import RefusedError, StoreError
from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Query
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.narrowing import label_of_all
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from evenhand.notices.model import ErasureOrder, Retraction, StatusChange
from evenhand.trust.roster import FinalHead, RosterMember, roster_hash, sign_roster
from evenhand.watchlist.fold import Held
from tests.net.coalition import DETAIL, Coalition, notice
from tests.world.disk import AtWrite, FallibleStore

AUTHOR: Final = "ITA"
READERS: Final = ("FRA", "PHL", "XPO")
CODES: Final = tuple(sorted((AUTHOR, *READERS)))
STATUSES: Final[tuple[Literal["SUSPENDED", "BLOCKED", "STANDING"], ...]] = (
    "SUSPENDED", "BLOCKED", "STANDING", "STANDING",
)  # fmt: skip
LABELS: Final = ("all", "FRA,ITA", "ITA,PHL", "FRA,ITA,PHL", "ITA", "ITA,XPO", "FRA,ITA,XPO")


@dataclass(frozen=True)
class Ways:
    """What happens in a life, and how often; `lost` and `cut` are chances."""

    steps: dict[str, int]
    notices: int = 3
    entries: tuple[int, ...] = (1, 1, 2, 3, 64)  # in a batch
    lost: float = 0.4  # of the parts of an entry, on their way in a batch
    cut: float = 0.0  # of power, while something comes in
    older: bool = False  # words about older versions may overtake, as older code published them


@dataclass
class Site:
    """A member and what outlives it."""

    store: FallibleStore = field(default_factory=FallibleStore)
    guard: MemoryGuard = field(default_factory=MemoryGuard)
    has_snapshot: bool = False


class Lives:
    """One life, drawn from a seed; `live` raises AssertionError with all that had happened."""

    def __init__(self, folder: Path, seed: int, ways: Ways) -> None:
        self.dice, self.ways, self.folder = Random(seed), ways, folder
        self.coalition = Coalition(folder, CODES)
        self.sites = {code: Site() for code in CODES}
        self.members = {code: self.start(code, self.sites[code]) for code in CODES}
        self.author = self.members[AUTHOR]
        self.told: list[tuple[object, ...]] = [("seed", seed)]
        self._touched: set[str] = set()
        for one in self.members.values():
            for other in self.members.values():
                if one is not other:
                    one.receive(Pulse(note=other.heartbeat()), other.code)

    def start(self, code: str, site: Site, *, snapshot: bool = False) -> Member:
        """Start a member from what its site holds."""
        around = Surroundings(site.store, site.guard, SystemClock(), os.urandom, build_matcher())
        pinned = roster_hash(self.coalition.genesis)
        member = Member(self.coalition.keys[code], around, pinned_genesis=pinned, genesis=self.coalition.document)
        if snapshot:
            assert open_with_snapshot(member, self.folder / code), "an older snapshot fits"
        else:
            member.open()
        return member

    def live(self, steps: int) -> None:
        """Take some steps, and look after each at whom it touched; at the end at everyone."""
        names, weights = zip(*self.ways.steps.items(), strict=True)
        with self._words():
            for _ in range(steps):
                step = self.dice.choices(names, weights)[0]
                self._step(getattr(self, step), is_coming_in=step in {"hear", "overtake", "fetch"})
                self._look()
            self._touched.update(READERS)
            self._look()

    def _look(self) -> None:
        for code in sorted(self._touched):
            self.check(code)
        self._touched.clear()

    def _reader(self) -> str:
        code = self.dice.choice(READERS)
        self._touched.add(code)
        return code

    @contextmanager
    def _words(self) -> Iterator[None]:
        if not self.ways.older:
            yield
            return
        urgency = property(lambda one: "immediate" if one.detail is None else "routine")
        with mock.patch.object(Outgoing, "urgency", urgency):
            yield

    def _step(self, step: Callable[[], None], *, is_coming_in: bool) -> None:
        if is_coming_in and self.dice.random() < self.ways.cut:
            for code in READERS:
                way: AtWrite = "persisted" if self.dice.random() < 0.7 else "failed"
                self.sites[code].store.fail_at(self.dice.choice((0, 0, 0, 1, 2)), way)
        try:
            step()
        except StoreError:
            self.told.append(("power failed",))
            self._touched.update(READERS)
            for code in READERS:
                self.sites[code].store.repair()
                self.restart(code)
        except RefusedError:
            self.told.append(("refused",))
        finally:
            for code in READERS:
                self.sites[code].store.repair()

    # -- what the author says --------------------------------------------------------------------

    def _held(self) -> tuple[int, Held | None]:
        number = self.dice.randint(1, self.ways.notices)
        return number, self.author.watchlist.fold.ledger(AUTHOR).notices.get(f"{number:032x}")

    def correct(self) -> None:
        """Publish a notice, or its next version, for any members."""
        number, held = self._held()
        if held is not None and (held.retracted or held.erased):
            return
        version = 1 if held is None or held.latest is None else held.latest.number + 1
        label = self.dice.choice(LABELS)
        said = notice(number, self.dice.choice((f"Nara Invented{number}", f"Ovo Madeup{version}")), version=version)
        labels = {"match_label": label, "detail_label": self.dice.choice((label, "ITA"))}
        self._say(Outgoing(said, DETAIL, **labels), "version", number, version, label)

    def _say(self, outgoing: Outgoing, *told: object) -> None:
        self.told.append((*told, "at", self.author.publish([outgoing])))

    def _about(self, record: StatusChange | Retraction | ErasureOrder, held: Held) -> None:
        label = label_of_all(self.author, held.versions)
        self._say(Outgoing(record, match_label=label), type(record).__name__, held.notice_id)

    def mark(self) -> None:
        """Say how a notice stands."""
        _, held = self._held()
        if held is not None and held.versions and not held.retracted:
            status = self.dice.choice(STATUSES)
            self._about(StatusChange(notice_id=held.notice_id, status=status, reason="r"), held)

    def withdraw(self) -> None:
        """Withdraw a notice."""
        _, held = self._held()
        if held is not None and held.versions and not held.retracted:
            self._about(Retraction(notice_id=held.notice_id, reason="wrong"), held)

    def erase(self) -> None:
        """Order the erasure of all versions of a notice."""
        _, held = self._held()
        if held is not None and held.versions:
            entries = tuple(version.index for version in held.versions)
            self._about(ErasureOrder(notice_id=held.notice_id, entries=entries, reason_class="redress"), held)

    def change_roster(self) -> None:
        """Suspend a reader, or let one come back; at most one is suspended."""
        current = self.author.roster
        away = [code for code in READERS if not current.is_active(code)]
        code = away[0] if away else self.dice.choice(READERS)
        log = self.author.ledgers.log(code)

        def changed(one: RosterMember) -> RosterMember:
            if one.code != code:
                return one
            if away:
                return msgspec.structs.replace(one, status="active", final=None)
            final = FinalHead(size=log.size, root=root_text(log.root))
            return msgspec.structs.replace(one, status="suspended", final=final)

        successor = msgspec.structs.replace(
            current, version=current.version + 1, previous=roster_hash(current),
            issued=format_ms(SystemClock().now_ms()), members=tuple(map(changed, current.members)),
        )  # fmt: skip
        document = sign_roster(successor, [self.coalition.keys[one].log_signer() for one in CODES])
        self.told.append(("back" if away else "suspended", code))
        for member in self.members.values():
            member.take_roster(document)

    # -- what readers hear -----------------------------------------------------------------------

    def hear(self) -> None:
        """Take in a batch of any length from anyone, some parts lost."""
        code = self._reader()
        source = self.dice.choice([AUTHOR, AUTHOR, *(one for one in CODES if one != code)])
        lost = self.ways.lost if self.dice.random() < 0.6 else 0.0
        with mock.patch.object(feed, "_BATCH_ENTRIES", self.dice.choice(self.ways.entries)):
            frames = self._frames(code, source, "ordinary")
        for frame in frames:
            if isinstance(frame, Batch):
                gone = {index for index, _, _ in frame.parts if self.dice.random() < lost}
                parts = tuple(part for part in frame.parts if part[0] not in gone)
                self.members[code].receive(msgspec.structs.replace(frame, parts=parts), source)
                upto = frame.start + len(frame.leaves)
                self.told.append((code, "heard of", source, "up to", upto, "less", sorted(gone)))

    def overtake(self) -> None:
        """Take in urgent entries ahead of their turn, until the line breaks."""
        code = self._reader()
        for frame in self._frames(code, AUTHOR, "express"):
            if self.dice.random() < 0.15:
                break
            self.members[code].receive(frame, AUTHOR)
            self.told.append((code, "was overtaken by", getattr(frame, "index", None)))

    def fetch(self) -> None:
        """Take in some of the parts that are missing, in one lot."""
        code = self._reader()
        missing = sorted(self.members[code].watchlist.missing.get(AUTHOR, ()))
        source = self.dice.choice([AUTHOR, AUTHOR, *(one for one in READERS if one != code)])
        some = [index for index in missing if self.dice.random() < 0.6]
        if some:
            found = self.members[source].desk.parts_for(code, AUTHOR, some)
            self.told.append((code, "fetches", some, "of", source, "and gets", [index for index, _, _ in found]))
            self.members[code].take_parts(AUTHOR, {(index, name): sealed for index, name, sealed in found})

    def _frames(self, code: str, source: str, lane: Lane) -> list[Frame]:
        desk, held = self.members[source].desk, self.members[code].ledgers.log(AUTHOR).size
        return desk.next_frames(desk.open(code, {AUTHOR: held}, lane))

    def keep(self) -> None:
        """Write a reader's snapshot."""
        code = self._reader()
        save_snapshot(self.members[code], self.folder / code)
        self.sites[code].has_snapshot = True
        self.told.append((code, "keeps a snapshot"))

    def stop(self) -> None:
        """Stop a reader and start it."""
        self.restart(self._reader())

    def restart(self, code: str) -> None:
        """Start a reader anew, by its snapshot or without."""
        by_snapshot = self.sites[code].has_snapshot and self.dice.random() < 0.5
        self.members[code] = self.start(code, self.sites[code], snapshot=by_snapshot)
        self.told.append((code, "starts", "by snapshot" if by_snapshot else "by replay"))

    # -- what must hold --------------------------------------------------------------------------

    def check(self, code: str) -> None:
        """Compare a reader with what its disk makes of it."""
        live, site = self.members[code], self.sites[code]
        here = picture(live)
        assert not here["erased text held"], self._story(code, "holds what was erased", here["erased text held"])
        for snapshot in (False, True)[: 1 + site.has_snapshot]:
            copy = Site()
            copy.store.restore(site.store.rows())
            copy.guard.signed = site.guard.signed
            there = picture(self.start(code, copy, snapshot=snapshot))
            way = "a start by snapshot" if snapshot else "a replay"
            for what, value in here.items():
                assert value == there[what], self._story(code, f"{what} differs after {way}", value, there[what])

    def _story(self, code: str, *what: object) -> str:
        return "\n".join([code, *map(str, what), *(" ".join(map(str, one)) for one in self.told)])


def picture(member: Member) -> dict[str, object]:
    """Return all of a member that its disk must give again."""
    watchlist, log = member.watchlist, member.ledgers.log(AUTHOR)
    ledger = watchlist.fold.ledger(AUTHOR)
    names = [f"Nara Invented{number}" for number in range(1, 4)] + [f"Ovo Madeup{version}" for version in range(1, 7)]
    return {
        "digest": member.vector().digest(),
        "fold": {key: said for key, held in sorted(ledger.notices.items()) if any(said := _said(held))},
        "answers": [sorted(map(str, member.find(Query(names=(name,))).answer.candidates)) for name in names],
        "listed": sorted(member.view.listed_keys()),
        "missing": sorted(watchlist.missing.get(AUTHOR, ())),
        "given": {key: dict(sorted(readers.items())) for key, readers in sorted(watchlist.given.items())},
        "stored": [key for kind in (b"part/", b"express/") for key, _ in member.store.scan(kind, kind + b"\xff")],
        "ahead": sorted(member.ledgers.express.get(AUTHOR, ())),
        "erased text held": [index for index in sorted(ledger.gone) if log.parts(index, index + 1)],
    }


def _said(held: Held) -> tuple[object, ...]:
    versions = tuple((one.number, one.index, one.detail) for one in held.versions)
    outdated = () if held.erased else tuple(held.outdated)
    return versions, held.retracted, held.erased, tuple(held.statuses), outdated, tuple(sorted(held.emptied))
