"""The office: one member's decisions recorded, judged, timed and answered for.

Knows:    the book, the docket, the mailroom, cleared pairs and the overseer, and their one order.
Told:     events to take, letters, looks of staff, and the time, by the node.
Answers:  what an event led to; a refusal that names the rule and what to do instead.
Trusted:  yes: nothing is answered before it is durable.

Start is replay: everything held in memory is read off the book. What a crash left undone between two writes
(a finding, an escalation) is done at the next start, and never twice, because each has an id that follows
from what caused it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from evenhand.casework.book import DecisionBook, Underway
from evenhand.casework.breaches import Breaches
from evenhand.casework.docket import KINDS, Docket, learned
from evenhand.casework.letters import Breach
from evenhand.casework.mailroom import Mailroom, count_letter, reminder_of
from evenhand.casework.memory import Memory, edition
from evenhand.casework.overseer import Overseer
from evenhand.casework.records import (
    Decision,
    DeletionRecord,
    EventRecord,
    FactRecord,
    FindingRecord,
    FindingStep,
    Keeping,
    LetterRecord,
    LetterStep,
    OverdueRecord,
    PairRecord,
    TermsRecord,
    require_readable,
)
from evenhand.casework.retention import Deleted, delete_due, finish_deletions
from evenhand.ground.errors import RefusedError, StoreError
from evenhand.oversight.findings import Finding
from evenhand.oversight.months import Months
from evenhand.screening.cleared import ClearedPairs, Evidence
from evenhand.screening.clocks import DEFAULT_POLICY, Policy
from evenhand.screening.coercion import Refusal
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import Event
from evenhand.screening.notice_events import AnyEvent, EncounterEvent

Item = tuple[Decision, Keeping]
Missed = tuple[str, str, str, int]
"""(encounter, act, about, last instant): what an overdue record is known by."""


@dataclass(frozen=True)
class Told:
    """An event to take; `anyway`: it was done although the procedure refuses it, and is recorded as such."""

    event: AnyEvent
    anyway: bool = False
    offline: bool = False
    keeping: Keeping = "case"


def is_of(memory: Memory, book: DecisionBook, member: str, policy: Policy) -> bool:
    """Say whether a memory is of this member's book: it may be older than the book, never other."""
    if (memory.member, memory.policy) != (member, policy) or memory.size > book.size:
        return False
    return book.log.root_at(memory.size) == memory.root


def refused(refusal: Refusal) -> RefusedError:
    """Return a refusal of the procedure as an error that names the rule and what to do instead."""
    return RefusedError(refusal.found, why=f"rule {refusal.rule}", remedy=refusal.instead)


class Office:
    """Everything one member decides."""

    def __init__(
        self, book: DecisionBook, member: str, *, now_ms: int, policy: Policy = DEFAULT_POLICY,
        memory: Memory | None = None,
    ) -> None:  # fmt: skip
        """Read the book, from where a memory of it ends. A memory must be of this book: `is_of`."""
        self.book = book
        self.member = member
        self._given = policy
        self.docket = Docket(member, policy)
        self.mailroom = Mailroom()
        self.pairs = ClearedPairs()
        self.overseer = Overseer(policy)
        self.breaches = Breaches()
        self.months = Months(member, policy)
        self.evidence: dict[str, Evidence] = {}
        """By encounter that has a candidate: the tokens by which its person is known again."""
        self.trail: dict[str, list[int]] = {}
        """By encounter that has a candidate: where its terms and its events stand in the book."""
        self.waiting: list[Item] = []
        """What goes into the book with the next write: nobody has been answered on the strength of it."""
        self.lost = 0
        """How often what waited was dropped, because a write before it failed: whoever waits for it is told so."""
        self._underway: Underway | None = None
        self._unfolded: Underway | None = None
        self._missed: set[Missed] = set()
        self._deleted: dict[Keeping, int] = {}
        if memory is not None:
            self.docket, self.mailroom, self.pairs = memory.docket, memory.mailroom, memory.pairs
            self.overseer, self.evidence, self.trail = memory.overseer, memory.evidence, memory.trail
            self._missed, self._deleted, self.months = memory.missed, memory.deleted, memory.months
            self.breaches = memory.breaches
        self._replay(now_ms, 0 if memory is None else memory.size)

    @property
    def policy(self) -> Policy:
        """The parameters in force: what was given, until the roster's charter says otherwise."""
        return self.docket.policy

    def memory(self, now_ms: int) -> Memory:
        """Return what this office remembers, by reference. Raises StoreError: what waits is written first."""
        self.write((), now_ms)
        return Memory(
            edition=edition(), member=self.member, policy=self._given, size=self.book.size, root=self.book.log.root,
            docket=self.docket, mailroom=self.mailroom, pairs=self.pairs, overseer=self.overseer,
            evidence=self.evidence, trail=self.trail, missed=self._missed, deleted=self._deleted, months=self.months,
            breaches=self.breaches,
        )  # fmt: skip

    def _replay(self, now_ms: int, start: int) -> None:
        deletions: list[DeletionRecord] = []
        for entry in self.book.entries(start):
            if isinstance(entry.decision, DeletionRecord):
                deletions.append(entry.decision)
            elif entry.decision is not None:
                self._fold(entry.decision, entry.index)
        self._deleted = finish_deletions(self.book, deletions, done=self._deleted)
        self.tick(now_ms)

    def _fold(self, decision: Decision, index: int) -> None:
        match decision:
            case EventRecord():
                self._fold_event(decision, index)
            case FactRecord():
                self.overseer.fact(decision.event)
            case TermsRecord():
                self.evidence[decision.encounter] = decision.evidence
                self.trail[decision.encounter] = [index]
            case PairRecord():
                self.pairs.add(decision.pair)
            case LetterRecord():
                self.mailroom.take(decision)
                count_letter(self.months, decision, self.member)
                if decision.outgoing and isinstance(decision.letter.content, Breach):
                    self.breaches.was_told(decision.letter.content)
            case LetterStep():
                self.mailroom.note(decision)
            case OverdueRecord():
                self._missed.add((decision.encounter, decision.act, decision.about, decision.by_ms))
            case FindingRecord():
                self._recorded(decision.finding)
            case FindingStep():
                self.overseer.said.setdefault(decision.finding, []).append(decision)
            case _:
                pass  # looks, journals and deletions change no state

    def _fold_event(self, record: EventRecord, index: int) -> None:
        event = record.event
        self.docket.learn(event)
        if type(event) in KINDS and event.encounter:
            self.docket.take(cast("EncounterEvent", event), against=bool(record.against))
            self.trail.setdefault(event.encounter, []).append(index)
            if event.encounter not in self.docket.states:
                self.evidence.pop(event.encounter, None)
                self.trail.pop(event.encounter, None)
        self.overseer.observe(event)
        self.months.observe(event)

    # -- taking ----------------------------------------------------------------------------------------------

    def take(self, told: Sequence[Told], now_ms: int, *, also: Sequence[Item] = ()) -> int:
        """Record events in their order, with what belongs to them, in one transaction; then judge them.

        Returns the index of the first entry. Raises RefusedError if the procedure refuses one of them that
        was not done anyway; nothing is recorded then. An event whose id stands in the book is left out.
        """
        self.land()
        fresh = [one for one in told if self.book.index_of(one.event.event_id) is None]
        records = self._checked(fresh)
        return self.write([*also, *records], now_ms)

    def _checked(self, told: Sequence[Told]) -> list[Item]:
        states: dict[str, Encounter] = {}
        records: list[Item] = []
        charter = self.docket.charter
        for one in told:
            against, charter = "", learned(charter, self.member, one.event)
            if type(one.event) in KINDS and one.event.encounter:
                event = cast("EncounterEvent", one.event)
                stepped = self.docket.step(event, after=states.get(event.encounter), charter=charter)
                if isinstance(stepped, Refusal):
                    if not one.anyway:
                        raise refused(stepped)
                    against = stepped.rule
                else:
                    states[event.encounter] = stepped.state
            records.append((EventRecord(event=one.event, against=against, offline=one.offline), one.keeping))
        return records

    def later(self, told: Sequence[Told], *, also: Sequence[Item] = ()) -> None:
        """Have events recorded with the next write, as `take` would. Raises InputError, RefusedError.

        For events that begin an encounter or belong to none: what they depend on stands already.
        """
        self.keep([*also, *self._checked(told)])

    def keep(self, items: Sequence[Item]) -> None:
        """Have records that nothing depends on written with the next write. Raises InputError."""
        for record, _ in items:
            require_readable(record)
        self.waiting += items

    def coming(self) -> Iterator[Decision]:
        """Yield what was recorded and is not taken in yet, because it waits or a thread is writing it."""
        underway = () if self._underway is None else self._underway.records
        for record, _ in (*underway, *self.waiting):
            yield record

    def write(self, items: Sequence[Item], now_ms: int) -> int:
        """Record what waits, and then anything; durable on return, and its findings too.

        Raises StoreError; InputError for what could not be read again, and then nothing is written.
        """
        for record, _ in items:
            require_readable(record)
        self.land()
        every, before = [*self.waiting, *items], len(self.waiting)
        if not every:
            return self.book.size
        first = self.book.append(every, now_ms)
        self.waiting.clear()
        self._fold_all(every, first, now_ms)
        return first + before

    def begin(self, now_ms: int) -> Underway | None:
        """Begin to write what waits, and return what a thread has to commit; `land` takes it in. Raises StoreError.

        None where nothing waits any more: the store does it all at once, or another write took it along.
        """
        self.land()
        if not self.waiting:
            return None
        self._underway = self.book.begin(self.waiting, now_ms)
        if self._underway is None:
            self.write((), now_ms)
        else:
            self.waiting = []
        return self._underway

    def land(self) -> None:
        """Take in what a thread wrote, once it is on the disk. Raises StoreError: see `landed`."""
        self.landed()
        self.fold()

    def landed(self) -> None:
        """Know that what a thread wrote is on the disk: whoever waited for it may go, before `fold` takes it in.

        Raises StoreError: it is not on the disk, and what waits is dropped, for it was numbered behind what failed.
        """
        self.fold()
        going, self._underway = self._underway, None
        if going is None:
            return
        try:
            self.book.land()
            if going.error is not None:
                raise going.error
        except StoreError:
            self.waiting = []
            self.lost += 1
            raise
        self._unfolded = going

    def fold(self) -> None:
        """Take in what landed, before anybody looks. A finding that cannot be written is fresh until the next write."""
        going, self._unfolded = self._unfolded, None
        if going is not None:
            with suppress(StoreError):
                self._fold_all(going.records, going.first, going.at_ms)

    def _fold_all(self, records: Sequence[Item], first: int, now_ms: int) -> None:
        """Take in what was recorded, and record what the rules found of it."""
        for index, (decision, _) in enumerate(records, first):
            self._fold(decision, index)
        self._record_findings(now_ms)

    def _record_findings(self, now_ms: int) -> None:
        fresh = self.overseer.fresh()
        if fresh:
            items: list[Item] = [(FindingRecord(finding=finding), "case") for finding in fresh]
            self.book.append(items, now_ms)
            for finding in fresh:
                self._recorded(finding)

    def _recorded(self, finding: Finding) -> None:
        self.overseer.recorded(finding)
        self.months.find(finding)
        self.breaches.take(finding)

    # -- time -------------------------------------------------------------------------------------------------

    @property
    def next_due_ms(self) -> int:
        """The earliest instant after which `tick` may have something to do."""
        own = self.docket.next_due_ms
        return self.overseer.next_due_ms if own is None else min(own, self.overseer.next_due_ms)

    def tick(self, now_ms: int) -> None:
        """Do what time brings: overdue duties, missed deadlines, letters unread for too long.

        Each is done once, whatever happens between two calls: what was done stands in the book, in the same
        transaction as what it led to. Raises StoreError.
        """
        self.land()
        items: list[Item] = []
        self.overseer.due(now_ms)
        for overdue in self.docket.overdue(now_ms):
            duty, by_ms = overdue.deadline.duty, overdue.deadline.by_ms
            key = (overdue.encounter, duty.act, duty.about, by_ms)
            if key not in self._missed:
                items.append((OverdueRecord(encounter=key[0], act=key[1], about=key[2], by_ms=by_ms), "case"))
                self.overseer.missed(overdue, self.docket.states[overdue.encounter])
        self._escalate(now_ms, items)
        items += [(FindingRecord(finding=finding), "case") for finding in self.overseer.fresh()]
        self.write(items, now_ms)
        self._tell(now_ms)

    def _tell(self, now_ms: int) -> None:
        """Write to whom else a finding S1 concerns: it goes out with the next letters."""
        if self.breaches.waiting:
            letters = self.breaches.due(self.member, self.docket, self.overseer.engine.world)
            self.write([(LetterRecord(letter=one, outgoing=True, at_ms=now_ms), "case") for one in letters], now_ms)

    def _escalate(self, now_ms: int, items: list[Item]) -> None:
        for kept in self.mailroom.to_escalate(now_ms, self.policy.unread_ms):
            letter = kept.letter
            items.append((LetterStep(letter=letter.letter, act="ESCALATED", at_ms=now_ms), "case"))
            state = self.docket.states.get(letter.encounter)
            silent = state is not None and "PROTECTED_PERSON" in state.sides  # whoever was told by mistake is not urged
            if kept.record.outgoing and letter.recipient != letter.sender and not silent:
                reminder = reminder_of(letter)
                items.append((LetterRecord(letter=reminder, outgoing=True, at_ms=now_ms), "case"))

    def delete_due(self, now_ms: int, folder: Path | None = None) -> Deleted:
        """Delete every payload whose time is over; with a folder, search its files. Raises StoreError.

        What was a case is forgotten here as well: no memory outlives its payload.
        """
        self.write((), now_ms)
        done = delete_due(self.book, now_ms=now_ms, folder=folder, done=self._deleted)
        self._deleted |= cast("dict[Keeping, int]", done.through)
        if "case" in done.through:
            self._forget(done.through["case"], done.before["case"])
        return done

    def _forget(self, through: int, before_ms: int) -> None:
        gone = [encounter for encounter, trail in self.trail.items() if trail[-1] < through]
        for encounter in gone:
            del self.trail[encounter]
            self.evidence.pop(encounter, None)
        self.docket.forget(gone)
        self.overseer.forget(gone, before_ms)
        self.pairs.forget_before(before_ms)
        self.mailroom.forget(before_ms)
        self.breaches.forget(before_ms)
        self.months.forget(gone)
        self._missed = {one for one in self._missed if one[3] >= before_ms}

    # -- for questions -----------------------------------------------------------------------------------------

    def decisions(self, encounter: str) -> list[Decision]:
        """Return what is recorded of an encounter that had a candidate, and is still kept, in order."""
        found = [self.book.entry(index).decision for index in self.trail.get(encounter, ())]
        return [one for one in found if one is not None]

    def events(self, encounter: str) -> list[Event]:
        """Return every recorded event of an encounter that had a candidate, in order of recording."""
        return [one.event for one in self.decisions(encounter) if isinstance(one, EventRecord)]
