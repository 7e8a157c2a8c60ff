"""A member's node without its sockets: everything a driver, a person or a simulation can ask of it.

Knows:    how the rooms are wired; nothing of HTTP, disks' kinds or real time.
Told:     frames by peers, records by people, ticks by a clock.
Answers:  feeds, heartbeats, answers, parity.
Trusted:  yes: one thread, one writer. After a failed write it answers nothing until opened again:
          recovery is the ordinary start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from evenhand.exchange.feed import FeedDesk, envelope_of
from evenhand.exchange.frames import Batch, EvidenceFrame, Express, Frame, Pulse, RosterFrame
from evenhand.exchange.heartbeat import HeadStatement, Heartbeat, open_heartbeat, sign_heartbeat
from evenhand.exchange.held import held_entries
from evenhand.exchange.ledgers import Arrival, Ledgers, root_text
from evenhand.exchange.mirror import AskFrom, Parts
from evenhand.exchange.witness import Witness
from evenhand.ground.clock import Clock, format_ms
from evenhand.ground.errors import StoreError, VerificationError
from evenhand.ground.store import Batch as Rows
from evenhand.ground.store import Store
from evenhand.matching.contract import Listed, Matcher, Query
from evenhand.node import garbage
from evenhand.node.answering import AnswerDocument, answer, answer_then, freshness
from evenhand.node.comparable import listed_of, picture_version
from evenhand.node.epochs import is_over, new_epoch
from evenhand.node.guard import Guard
from evenhand.node.narrowing import publish_told
from evenhand.node.publishing import Outgoing, Publisher
from evenhand.node.rosters import RosterChain
from evenhand.notices.model import DocumentNotice, PersonNotice, Receipt, decode_record
from evenhand.trust.keys import MemberKeys
from evenhand.trust.note import parse_note
from evenhand.trust.roster import Roster
from evenhand.watchlist.digest import Position, ViewVector
from evenhand.watchlist.keyring import Keyring
from evenhand.watchlist.replay import Watchlist
from evenhand.watchlist.view import View

_REPLAY_ENTRIES = 1024
_MANY_LEAVES = 64  # from here on a batch is worth a walk over what came of it


@dataclass(frozen=True)
class Surroundings:
    """What a member stands on: all of it replaceable by real doubles."""

    store: Store
    guard: Guard
    clock: Clock
    entropy: Callable[[int], bytes]
    matcher: Matcher
    partners_to_confirm: int = 0  # to be heard after a start before anything is signed; 0: half, rounded up
    forget_copies: Callable[[], None] = lambda: None  # called when something was erased: no copy may outlive it


class Member:
    """One member of the coalition."""

    def __init__(
        self, keys: MemberKeys, around: Surroundings, *, pinned_genesis: str, genesis: bytes | None = None
    ) -> None:
        self.keys = keys
        self.code = keys.member
        self.clock = around.clock
        self.matcher = around.matcher
        self.store = self._store = around.store
        self._guard, self._entropy, self._forget_copies = around.guard, around.entropy, around.forget_copies
        self.broken: StoreError | None = None
        self.rosters = RosterChain(around.store, pinned_genesis)
        if genesis is not None and self.rosters.is_empty:
            self.rosters.offer(genesis)
        self.watchlist = Watchlist(self.code, Keyring(self.code, *keys.sealing_secrets))
        self.ledgers = Ledgers(around.store, self.code, self.rosters.current, self._take)
        self.desk = FeedDesk(self.ledgers, self.watchlist.keyring.may_read)
        self.publisher = Publisher(
            keys=keys, store=around.store, guard=around.guard, clock=around.clock, entropy=around.entropy,
            ledgers=self.ledgers, hook=self._take, partners_to_confirm=around.partners_to_confirm,
        )  # fmt: skip
        self.witness = Witness(around.store, keys.witness_signer())
        self._changed: set[str] = set()
        self.listeners: list[set[str]] = []  # each takes in the keys that change, until its owner empties it
        self._cosigned: dict[str, tuple[bytes, str]] = {}
        self._recent_receipts: list[tuple[str, int]] = []
        self._view_cache: tuple[object, ViewVector] | None = None
        self.activity = 0  # grows with everything that could interest a follower; drivers wait on it

    # -- start -------------------------------------------------------------------------------------------

    def open(
        self, *, positions: Mapping[str, int] | None = None, late_us: int = 0, index_is_loaded: bool = False
    ) -> None:
        """Replay every ledger from `positions` (a snapshot's; default: from nothing). Start is replay.

        So are parts that came after `late_us` of entries before these. What an order erased is removed where a crash
        left it, before its receipt goes out. Raises CorruptionError where stored entries are damaged.
        """
        held = dict(positions or {})
        for code in self.ledgers.codes():
            for envelopes, parts in self.ledgers.stored(code, held.get(code, 0)):
                self._changed |= self.watchlist.take(Arrival(code, envelopes[0].index, envelopes, parts))[1]
        for code, index, leaf, sealed in self.ledgers.stored_express():
            parts = {(index, name): data for name, data in sealed}
            arrived = Arrival(code, index, (envelope_of(leaf),), parts, express=True)
            self._changed |= self.watchlist.take(arrived)[1]
        for _, code, indexes in self.ledgers.late.after(late_us) if positions else ():
            self._open_late(code, set(indexes))
        undone: Rows = {row: None for row in self.watchlist.erasures() if self._store.get(row) is not None}
        self.watchlist.scrub_due |= bool(undone)
        if undone or self.watchlist.damaged:
            self._store.apply(self.watchlist.damaged | undone)
            self.watchlist.damaged = {}
        if not index_is_loaded:
            self._learn()
            self._changed.clear()
            self.matcher.put_many(self._listed_items())
        self._after()
        self.publisher.resume(self.roster)

    def close(self) -> None:
        """Release the files this member holds."""
        self._store.close()
        self._guard.close()

    def _listed_items(self) -> Iterator[tuple[str, Listed]]:
        for key in self.view.listed_keys():
            listed = self._listed(key)
            if listed is not None:
                yield key, listed

    def _listed(self, key: str) -> Listed | None:
        originator, _, notice_id = key.partition(":")
        held = self.watchlist.fold.ledger(originator).notices.get(notice_id)
        if held is None or not self.view.is_listed(held):
            return None
        record = decode_record(held.versions[-1].text)
        return listed_of(record) if isinstance(record, PersonNotice | DocumentNotice) else None

    # -- state ---------------------------------------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        """The roster in force."""
        return self.rosters.current

    @property
    def view(self) -> View:
        """The watchlist as this member sees it."""
        return View(self.watchlist.fold, self.roster, self.code)

    def position(self, code: str) -> Position:
        """Return how far a ledger is applied here."""
        log, express = self.ledgers.log(code), sorted(self.ledgers.express.get(code, ()))
        size, member = log.size, self.roster.member(code)
        if member.status == "expelled" and member.final is not None:
            # What came in after the end decides no answer: nobody answers for this ledger any more.
            size, express = min(size, member.final.size), [i for i in express if i < member.final.size]
        return Position(
            ledger=code, size=size, root=root_text(log.root_at(size)), express=tuple(express),
            missing=tuple(sorted(self.watchlist.missing.get(code, ()))),
        )  # fmt: skip

    def vector(self) -> ViewVector:
        """Return the view vector: what decides every answer here."""
        if self._view_cache is None or self._view_cache[0] != self.activity:
            positions = tuple(self.position(code) for code in self.ledgers.codes())
            roster, engine = self.roster.version, picture_version(self.matcher.version)
            self._view_cache = (self.activity, ViewVector(roster=roster, matcher=engine, positions=positions))
        return self._view_cache[1]

    def heartbeat(self) -> bytes:
        """Return a signed heartbeat of this instant."""
        vector = self.vector()
        said = Heartbeat(
            member=self.code, time=format_ms(self.clock.now_ms()), roster=self.roster.version,
            state=vector.digest(), heads=tuple(self._head_statement(one) for one in vector.positions),
            receipts=tuple(self._recent_receipts[-64:]),
        )  # fmt: skip
        return sign_heartbeat(said, self.keys.log_signer())

    def _head_statement(self, position: Position) -> HeadStatement:
        head = self.ledgers.log(position.ledger).head
        exact = head.checkpoint_size == head.size == position.size and bool(head.checkpoint)
        return HeadStatement(
            ledger=position.ledger, size=position.size, root=position.root,
            checkpoint=head.checkpoint.decode("utf-8") if exact else "",
            cosignature=self._cosign(position.ledger, head.checkpoint) if exact else "",
            express=position.express, missing=position.missing,
        )  # fmt: skip

    def _cosign(self, ledger: str, checkpoint: bytes) -> str:
        if ledger == self.code:
            return ""  # a member is no witness of itself
        known = self._cosigned.get(ledger)
        if known is None or known[0] != checkpoint:
            line = self.keys.witness_signer().sign_at(parse_note(checkpoint).text, self.clock.now_ms() // 1000)
            known = self._cosigned[ledger] = (checkpoint, line)
        return known[1]

    # -- what peers send -------------------------------------------------------------------------

    def receive(self, frame: Frame, sender: str) -> AskFrom | None:
        """Take in a frame. Returns from where to ask again when a batch does not join on.

        Raises VerificationError, InputError, RefusedError, NotFoundError or StoreError; nothing changed then.
        """
        stays = isinstance(frame, Batch) and len(frame.leaves) >= _MANY_LEAVES
        with self._writing(), garbage.put_off(for_good=stays):
            return self._receive(frame, sender)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Stop for good after a failed write: memory and disk may differ."""
        self.require_whole()
        try:
            yield
        except StoreError as error:
            self.broken = error
            raise

    def _receive(self, frame: Frame, sender: str) -> AskFrom | None:
        match frame:
            case Batch():
                asked = self.ledgers.receive_batch(frame)
                self._after()
                return asked
            case Express():
                if self.ledgers.receive_express(frame):
                    self._after()
            case Pulse():
                self._receive_heartbeat(frame.note, sender)
            case RosterFrame():
                self.take_roster(frame.document)
            case EvidenceFrame():
                self.ledgers.receive_evidence(frame)
                self.activity += 1
        return None

    def _receive_heartbeat(self, note: bytes, sender: str) -> None:
        verifiers = self.roster.signing_verifiers().get(sender)
        if verifiers is None:
            raise VerificationError(f"a heartbeat of {sender[:10]}, which is not an active member")
        heartbeat = open_heartbeat(note, sender, tuple(verifiers))
        before = len(self.ledgers.evidence)
        self.ledgers.receive_heartbeat(heartbeat, self.clock.now_ms())
        self.publisher.note_heard(sender)
        if len(self.ledgers.evidence) != before:
            self.activity += 1

    def take_roster(self, document: bytes) -> Roster | None:
        """Take in the next roster version; audiences that lost a reader get new keys before anything else."""
        with self._writing():
            roster = self.rosters.offer(document)
        if roster is None:
            return None
        self.publisher.note_roster(roster)
        self.ledgers.roster = roster
        for ledger in self.watchlist.fold.ledgers.values():
            self._changed |= {held.key for held in ledger.notices.values()}
        self._after()
        self.tick()
        return roster

    def take_parts(self, ledger: str, parts: Parts) -> None:
        """Take in parts that were missing. Raises ProofInvalidError."""
        self.require_whole()
        rows = self.ledgers.receive_parts(ledger, self.watchlist.unerased(ledger, parts), self.clock.now_ms())
        if rows:
            self._apply(rows)
            self._open_late(ledger, {index for index, _ in parts})
            self._after()

    def _take(self, arrival: Arrival) -> Rows:
        rows, changed = self.watchlist.take(arrival)
        self._note(changed)
        return rows

    def _note(self, changed: set[str]) -> None:
        self._changed |= changed
        for heard in self.listeners:
            heard.update(changed)

    def _apply(self, rows: Rows) -> None:
        with self._writing():
            self._store.apply(rows)

    def _open_late(self, code: str, indexes: set[int]) -> None:
        """Open entries held before, whose keys or parts came only now, or the version they wait for."""
        ordered = sorted(indexes)
        for at in range(0, len(ordered), _REPLAY_ENTRIES):
            envelopes, parts = held_entries(self.ledgers, code, ordered[at : at + _REPLAY_ENTRIES])
            rows, changed = self.watchlist.take_late(envelopes, parts)
            self._note(changed)
            if rows:
                self._apply(rows)

    def _after(self) -> None:
        """Bring the matcher and the audiences up to date with what has just become durable."""
        self._learn()
        for key in sorted(self._changed):
            listed = self._listed(key)
            if listed is None:
                self.matcher.drop(key)
            else:
                self.matcher.put(key, listed)
        self._changed.clear()
        if self.watchlist.scrub_due:
            self.forget_copies(anew=is_over(self._store, self.watchlist.fold))
            self.watchlist.scrub_due = False
        self.activity += 1

    def forget_copies(self, *, anew: bool = True) -> None:
        """Leave no byte of what was erased in our files, and no copy that could still be read. Raises StoreError."""
        if anew:
            self._store.apply(new_epoch(self.watchlist.fold, self._entropy))
        self._forget_copies()
        self._store.scrub()

    def _learn(self) -> None:
        """Take in what came with keys: our own audiences, and entries that are open to us only now."""
        for originator, grant in self.watchlist.fresh_grants:
            if originator == self.code:
                self.publisher.book.learn(grant)
        self.watchlist.fresh_grants.clear()
        late, self.watchlist.late = self.watchlist.late, {}
        for code in sorted(late):
            self._open_late(code, late[code])

    # -- what this member says -------------------------------------------------------------------

    def publish(self, outgoing: Sequence[Outgoing]) -> list[int]:
        """Publish records; they are durable, signed and visible on return. Raises as `Publisher.publish`."""
        try:
            with self._writing(), garbage.put_off():
                return publish_told(self, outgoing)
        finally:
            if self.broken is None:
                self._after()

    def tick(self) -> None:
        """Do what is due: renew audiences, sign what a crash left, send receipts."""
        with self._writing():
            if self.publisher.refusal(self.roster) is not None or self.publisher.is_asking(self.roster):
                return
            self.publisher.resume(self.roster)
            stale = self.publisher.book.stale(self.roster)
            if stale:
                self.publisher.issue_keys(stale, self.roster)
                self._after()
        if self.watchlist.pending_receipts:
            self._send_receipts()

    def _send_receipts(self) -> None:
        done_at = format_ms(self.clock.now_ms())
        due = sorted(one for one in self.watchlist.pending_receipts if self.roster.is_active(one[0]))
        self.watchlist.pending_receipts.clear()
        outgoing = [
            Outgoing(
                Receipt(originator=originator, index=index, done_at=done_at,
                        act="erased" if act == "erased" else "withdrawn"),
                match_label=",".join(sorted((self.code, originator))),
            )
            for originator, index, act in due
        ]
        if outgoing:
            self.publish(outgoing)
            self._recent_receipts += [(originator, index) for originator, index, _ in due]

    # -- questions -------------------------------------------------------------------------------

    def find(self, query: Query, *, at_ms: int | None = None, as_of_ms: int | None = None) -> AnswerDocument:
        """Answer by all that is known, of this moment or another; or as the list stood at one. Raises StoreError."""
        self.require_whole()
        now = self.clock.now_ms()
        asked, instant = (answer, at_ms) if as_of_ms is None else (answer_then, as_of_ms)
        body = asked(
            query, matcher=self.matcher, view=self.view, vector=self.vector(), at_ms=now if instant is None else instant
        )
        heard = {code: self.ledgers.heard_ms.get(code) for code in self.roster.active_codes if code != self.code}
        return AnswerDocument(answer=body, freshness=freshness(heard, now))

    def require_whole(self) -> None:
        """Refuse to go on after a failed write: memory and disk may differ. Raises StoreError."""
        if self.broken is not None:
            remedy = "start it again: it replays its ledgers"
            raise StoreError("this node stopped after a failed write", why=self.broken.what, remedy=remedy)
