"""The network between simulated members: feeds, heartbeats and gossip over links that lose and damage.

It does what the HTTP driver does (open feeds, ask again, relay, fetch missing parts), in virtual time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from evenhand.exchange.feed import Feed, Lane
from evenhand.exchange.frames import Batch, Express, Frame, Pulse, RosterFrame, parse_frame, print_frame
from evenhand.exchange.heartbeat import HeadStatement
from evenhand.exchange.mirror import AskFrom
from evenhand.ground.errors import (
    EvenhandError,
    InputError,
    NotFoundError,
    RefusedError,
    StoreError,
    VerificationError,
)
from evenhand.node.member import Member
from tests.world.disk import flipped
from tests.world.site import Site
from tests.world.timing import Scheduler

_PREFIX_BYTES = 4
_LANES: tuple[Lane, ...] = ("express", "ordinary")


@dataclass(frozen=True)
class Weather:
    """How bad the links are: chances per frame, delays in milliseconds."""

    loss: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    flipped: float = 0.0
    delay_ms: tuple[int, int] = (5, 60)
    late_ms: tuple[int, int] = (200, 3000)


CALM = Weather()
STORM = Weather(loss=0.05, doubled=0.04, late=0.08, flipped=0.02)


@dataclass
class _Connection:
    """One reader's feeds at one source, as long as both run."""

    member: Member
    feeds: tuple[Feed, ...]
    in_flight: int = 0


@dataclass
class Network:
    """All links."""

    sites: dict[str, Site]
    scheduler: Scheduler
    dice: Random
    log: Callable[..., None]
    crashed: Callable[[Site], None]
    took: Callable[[Site], None] = lambda _: None
    """Told of each member that took something in."""
    weather: Weather = CALM
    faults: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    recorder: dict[str, list[tuple[str, Frame]]] = field(default_factory=dict)
    """What a replaying member has kept: reader and frame."""
    _cuts: set[frozenset[str]] = field(default_factory=set)
    _connections: dict[tuple[str, str], _Connection] = field(default_factory=dict)
    _relayed: dict[tuple[str, str], int] = field(default_factory=dict)

    # -- links -------------------------------------------------------------------------------------------

    def cut(self, one: str, other: str) -> None:
        """Break a link."""
        self._cuts.add(frozenset((one, other)))
        self._connections.pop((one, other), None)
        self._connections.pop((other, one), None)

    def heal(self) -> None:
        """Repair every link; every feed is opened anew, as after any cut."""
        self._cuts.clear()
        self._connections.clear()
        self._relayed.clear()

    def reset(self, source: str) -> None:
        """Break every connection from a member; they are opened anew."""
        for one in [one for one in self._connections if one[0] == source]:
            del self._connections[one]

    def replay(self, frame: Frame, source: str, reader: str) -> None:
        """Let a member send an old frame again."""
        self._post(frame, source, reader, None)

    def reaches(self, source: str, reader: str) -> bool:
        """Say whether two members run and are connected."""
        return (
            self.sites[source].member is not None
            and self.sites[reader].member is not None
            and frozenset((source, reader)) not in self._cuts
        )

    # -- sending ---------------------------------------------------------------------------------------

    def wake(self, source: str) -> None:
        """Something is new at a member: pump every feed from it."""
        for reader in self.sites:
            if reader != source:
                self.pump(source, reader)

    def pump(self, source: str, reader: str) -> None:
        """Send what a reader has not been sent of a member's own ledger."""
        if not self.reaches(source, reader):
            self._connections.pop((source, reader), None)
            return
        member = self.sites[source].face(reader)
        assert member is not None
        connection = self._connections.get((source, reader))
        try:
            if connection is None or connection.member is not member:
                size = self.sites[reader].up.ledgers.log(source).size
                feeds = tuple(member.desk.open(reader, {source: size}, lane) for lane in _LANES)
                connection = self._connections[source, reader] = _Connection(member, feeds)
            for feed in connection.feeds:
                while frames := member.desk.next_frames(feed):
                    for frame in frames:
                        self.send(frame, source, reader, connection)
        except RefusedError:
            self.refused["reader"] += 1
            self._connections.pop((source, reader), None)

    def again(self, source: str, reader: str) -> None:
        """Open a feed anew from what the reader holds."""
        self._connections.pop((source, reader), None)
        self.pump(source, reader)

    def relay(self, source: str, reader: str, ledger: str) -> None:
        """Read a ledger through a member that is not its owner."""
        size = self.sites[reader].up.ledgers.log(ledger).size
        if self._relayed.get((reader, ledger), -1) >= self.scheduler.now_ms:
            return
        self._relayed[reader, ledger] = self.scheduler.now_ms + 500
        desk = self.sites[source].up.desk
        try:
            feed = desk.open(reader, {ledger: size}, "ordinary")
            while frames := desk.next_frames(feed):
                for frame in frames:
                    self.send(frame, source, reader)
        except RefusedError:
            self.refused["reader"] += 1

    def send(self, frame: Frame, source: str, reader: str, connection: _Connection | None = None) -> None:
        """Send one frame into the weather."""
        weather, roll = self.weather, self.dice.random()
        if source in self.recorder:
            self.recorder[source].append((reader, frame))
        copies = 1
        if weather is not CALM:
            if roll < weather.loss:
                self.faults["loss"] += 1
                return
            if roll > 1 - weather.doubled:
                self.faults["duplicate"] += 1
                copies = 2
            if self.dice.random() < weather.flipped:
                self._send_damaged(frame, source, reader)
                return
        for _ in range(copies):
            self._post(frame, source, reader, connection)

    def _delay_ms(self) -> int:
        weather = self.weather
        if weather.late and self.dice.random() < weather.late:
            self.faults["reorder"] += 1
            return self.dice.randint(*weather.late_ms)
        self.faults["delay"] += 1
        return self.dice.randint(*weather.delay_ms)

    def _post(self, frame: Frame, source: str, reader: str, connection: _Connection | None) -> None:
        if connection is not None:
            connection.in_flight += 1

        def arrive() -> None:
            if connection is not None:
                connection.in_flight -= 1
            if self.reaches(source, reader):
                self.deliver(frame, source, reader)
            else:
                self.faults["cut_off"] += 1

        self.scheduler.after(self._delay_ms(), arrive)

    def _send_damaged(self, frame: Frame, source: str, reader: str) -> None:
        """Flip one bit of the printed frame; whatever the reader makes of it, the connection ends."""
        self.faults["bit_flip_link"] += 1
        body = flipped(print_frame(frame)[_PREFIX_BYTES:], self.dice)

        def arrive() -> None:
            self._connections.pop((source, reader), None)
            if not self.reaches(source, reader):
                return
            try:
                self.sites[reader].up.receive(parse_frame(body), source)
            except StoreError:
                self._crash(reader)
            except EvenhandError:
                self.refused["damaged"] += 1

        self.scheduler.after(self._delay_ms(), arrive)

    # -- arriving ----------------------------------------------------------------------------------------

    def deliver(self, frame: Frame, source: str, reader: str) -> None:
        """Give a frame to a member and do what its driver does then."""
        site = self.sites[reader]
        member = site.up
        heard, known = member.roster.version, len(member.ledgers.evidence)
        try:
            asked = member.receive(frame, source)
        except StoreError:
            self._crash(reader)
            return
        except (VerificationError, InputError, RefusedError, NotFoundError) as error:
            self.refused[error.code] += 1
            self.log("refused", reader, source, type(frame).__name__, error.code)
            return
        self.log("receive", reader, source, type(frame).__name__)
        self.took(site)
        if isinstance(asked, AskFrom) and isinstance(frame, Batch) and frame.ledger == source:
            self.again(source, reader)
        if isinstance(frame, Pulse):
            self._answer_pulse(member, source)
        elif isinstance(frame, Express | Batch):
            self.due(site)
        if member.roster.version != heard or len(member.ledgers.evidence) != known:
            self.wake(reader)

    def due(self, site: Site) -> None:
        """Let a member do what is due, if anything is."""
        member = site.member
        if member is None or member.broken is not None:
            return
        log = member.ledgers.log(site.code)
        if not (
            member.watchlist.pending_receipts or log.head.checkpoint_size != log.size
            or member.publisher.book.stale(member.roster)
        ):  # fmt: skip
            return
        before = log.size
        try:
            member.tick()
        except StoreError:
            self._crash(site.code)
            return
        if log.size != before:
            self.wake(site.code)

    def _crash(self, code: str) -> None:
        site = self.sites[code]
        site.stop()
        self.faults["crash"] += 1
        self.crashed(site)

    def pulse(self, source: str, readers: list[str]) -> None:
        """Send a heartbeat to readers."""
        site = self.sites[source]
        notes: dict[int, Pulse] = {}
        for reader in readers:
            if reader == source or not self.reaches(source, reader):
                continue
            face = site.face(reader)
            assert face is not None
            if id(face) not in notes:
                notes[id(face)] = Pulse(note=face.heartbeat())
            self.send(notes[id(face)], source, reader)

    def _answer_pulse(self, member: Member, source: str) -> None:
        heartbeat = member.ledgers.heartbeats.get(source)
        if heartbeat is None:
            return
        for document in member.rosters.since(heartbeat.roster):
            self.send(RosterFrame(document=document), member.code, source)
        for head in member.ledgers.beyond(heartbeat):
            self._answer_head(member, source, head)
        self.fetch_missing(member, source)

    def _answer_head(self, member: Member, source: str, head: HeadStatement) -> None:
        ledger, reader = head.ledger, member.code
        if ledger == source:
            connection = self._connections.get((source, reader))
            if connection is None or not connection.in_flight:
                self.again(source, reader)
        elif ledger in member.roster.by_code and (
            ledger == reader or not self.reaches(ledger, reader) or not member.roster.is_active(ledger)
        ):
            self.relay(source, reader, ledger)

    def fetch_missing(self, member: Member, source: str) -> None:
        """Ask a member for the parts that should be here and are not."""
        for ledger, indexes in sorted(member.watchlist.missing.items()):
            if not indexes or not self.reaches(source, member.code):
                continue
            try:
                found = self.sites[source].up.desk.parts_for(member.code, ledger, sorted(indexes))
                if found:
                    self.log("parts", member.code, source, ledger, len(found))
                    member.take_parts(ledger, {(index, name): sealed for index, name, sealed in found})
                    self.took(self.sites[member.code])
            except RefusedError:
                self.refused["reader"] += 1
            except VerificationError:
                self.refused["parts"] += 1  # of another history than the one held here
            except StoreError:
                self._crash(member.code)
                return
