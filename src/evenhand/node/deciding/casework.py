"""Casework: the office of a member joined to its ledgers, its watchlist and the clock.

Knows:    which letters came and went in the shared ledger, and how notices of open encounters stand.
Told:     the member, a store for decisions, and to tick.
Answers:  the office, kept up to date; letters sent exactly once.
Trusted:  yes.

A letter is decided in the decision book first and published in the shared ledger after. A crash in between
leaves it in the outbox; one after it is recognised by its id. The same holds for what comes in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from evenhand.casework.book import DecisionBook
from evenhand.casework.docket import OVER
from evenhand.casework.letters import (
    Arrived,
    Hit,
    Letter,
    Reply,
    awaits_reader,
    is_urgent,
    parse_letter,
)
from evenhand.casework.office import Item, Office, Told
from evenhand.casework.records import FactRecord, JournalRecord, LetterRecord, TermsRecord
from evenhand.casework.retention import Deleted
from evenhand.casework.standings import Open, Said, open_cases, standing_of
from evenhand.exchange.witness import DECISIONS
from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import InputError, RefusedError
from evenhand.ground.store import Store
from evenhand.node.deciding.clearing import clearing
from evenhand.node.deciding.envelopes import TOPIC, outgoing, receipt
from evenhand.node.deciding.grouping import GroupWrite
from evenhand.node.deciding.owed import Heard
from evenhand.node.deciding.remembering import Keepsake
from evenhand.node.deciding.statuses import held_of, published_fact, status_fact, status_of
from evenhand.node.member import Member
from evenhand.oversight.consequences import Standing
from evenhand.screening.clocks import DEFAULT_POLICY, Policy, policy_of
from evenhand.screening.events import MessageReceived, OriginatorAnswered, Status
from evenhand.screening.notice_events import AnyEvent, CharterChanged, NoticeStatusChanged, PartiesChanged
from evenhand.trust.note_keys import Signer

_LOOK_MS: Final = 1_000
_TOKEN: Final = b"evenhand/person-token/v1\n"
_BLOCK_BYTES: Final = 64  # of SHA-256; a storage key is shorter
_LOG: Final = structlog.get_logger("evenhand.node.casework")


class Casework:
    """One member's casework over one store."""

    def __init__(
        self, member: Member, store: Store, *, entropy: Callable[[int], bytes] = os.urandom,
        policy: Policy = DEFAULT_POLICY, remembered: Path | None = None,
    ) -> None:  # fmt: skip
        """Open the book; `remembered` is where the office's memory lies between two lives."""
        self.member = member
        self.store = store
        self.entropy = entropy
        signer = Signer(member.keys.origin + DECISIONS, member.keys.log_seed)
        self._book = DecisionBook(store, signer, entropy)
        self.keepsake = None if remembered is None else Keepsake(remembered, member.keys.storage_key)
        memory = None if self.keepsake is None else self.keepsake.recall(self._book, member=member.code, policy=policy)
        self._office = Office(self._book, member.code, now_ms=member.clock.now_ms(), policy=policy, memory=memory)
        self._group = GroupWrite(self._office, member.clock)
        block = member.keys.storage_key.ljust(_BLOCK_BYTES, b"\x00")
        self._inner = hashlib.sha256(bytes(one ^ 0x36 for one in block) + _TOKEN)
        self._outer = hashlib.sha256(bytes(one ^ 0x5C for one in block))
        self._seen_activity = -1
        self._looked_ms = 0
        self._taken: dict[str, set[int]] = {}
        self._conduct: tuple[int, list[Said]] = (-1, [])
        self.heard = Heard()
        """Up to where the rules were told what the shared ledgers say."""

    @property
    def office(self) -> Office:
        """The office, with all taken in that is on disk: who was answered first sees no older picture."""
        self._office.fold()
        return self._office

    @property
    def book(self) -> DecisionBook:
        """The book, with what the rules found of all that is in it."""
        self._office.fold()
        return self._book

    def close(self) -> None:
        """Sign what was recorded and release the file."""
        self.office.write((), self.now_ms)
        self.book.sign()
        if self.keepsake is not None and self.keepsake.is_due(self.book):
            self.keepsake.keep(self.keepsake.take(self.office, self.now_ms))
        self._group.close()
        self.store.close()

    def delete_due(self, folder: Path | None = None) -> Deleted:
        """Delete every payload whose time is over, and what a kept memory holds of a case. Raises StoreError."""
        done = self.office.delete_due(self.now_ms, folder)
        if "case" in done.through and self.keepsake is not None:
            self.keepsake.forget()
        return done

    @property
    def now_ms(self) -> int:
        """This machine's time."""
        return self.member.clock.now_ms()

    def new_id(self) -> str:
        """Return a fresh opaque id: 128 random bits."""
        return self.entropy(16).hex()

    def token(self, value: object) -> str:
        """Return the token of a person or document: equal for equal values within this member, and a secret outside."""
        return self.token_of(canonical_bytes(value))

    def token_of(self, text: bytes) -> str:
        """Return the token of a text: HMAC-SHA-256 (RFC 2104) by its pads, half as dear as the library's object."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.hexdigest()

    def journal(self, kind: str, payload: dict[str, Any]) -> None:
        """Record what staff did or looked at, outside encounters."""
        text = canonical_bytes(payload).decode("utf-8")
        self.office.write([(JournalRecord(kind=kind, text=text), "log")], self.now_ms)

    def journal_later(self, kind: str, payload: dict[str, Any]) -> None:
        """Record what somebody looked at with the next write."""
        text = canonical_bytes(payload).decode("utf-8")
        self.office.keep([(JournalRecord(kind=kind, text=text), "log")])

    def record(self, event: AnyEvent) -> None:
        """Record one event, kept as a log is. Raises RefusedError or StoreError."""
        self.office.take([Told(event=event, keeping="log")], self.now_ms)

    async def durable(self) -> None:
        """Return when all that was put off is on disk: everyone who waits shares one write. Raises StoreError."""
        await self._group.durable()

    # -- standings -----------------------------------------------------------------------------------------------

    def cases(self, at_ms: int | None = None) -> dict[str, Open]:
        """Return the findings put to all, as they stand now or stood at an instant."""
        said = self._said()
        if not said:
            return {}
        at = self.now_ms if at_ms is None else at_ms
        return open_cases(said, threshold=self.member.roster.threshold, now_ms=at, policy=self.office.policy)

    def _said(self) -> list[Said]:
        """Return every step that members signed; gathered once for each state of the ledgers."""
        active = self.member.activity
        if self._conduct[0] != active:
            self._conduct = active, [
                Said(by_member=code, at_ms=time_ms, conduct=conduct)
                for code in self.member.roster.active_codes
                for time_ms, conduct in self.member.watchlist.fold.ledger(code).conduct.values()
            ]
        return self._conduct[1]

    @property
    def is_anyone_accused(self) -> bool:
        """Whether any finding was put to all: while none was, every member's standing is whole."""
        return bool(self._said())

    def standing(self, code: str, at_ms: int | None = None) -> Standing:
        """Return what a member may still do, now or at an instant, from signed steps alone."""
        at = self.now_ms if at_ms is None else at_ms
        return standing_of(code, self.cases(at).values(), at)

    def is_served(self, key: str) -> bool:
        """Say whether a notice is shown: not where it was published while its originator may not publish."""
        held = held_of(self.member, key)
        latest = None if held is None else held.latest
        return latest is not None and self.standing(key.partition(":")[0], latest.time_ms).may_publish

    # -- time ----------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Do all that came with frames and time; say whether a letter went out. Raises StoreError."""
        now, active = self.now_ms, self.member.activity
        changed = active != self._seen_activity
        if changed:
            self._seen_activity = active
            self._take_parties(now)
            self._take_letters(now)
        fresh = self.office.breaches.fresh
        if changed or fresh or now - self._looked_ms >= _LOOK_MS or self.office.next_due_ms < now:
            self._looked_ms = now
            self._take_statuses(now)
            self.office.tick(now)
        return self._send()

    def _take_parties(self, now: int) -> None:
        parties = tuple(sorted(self.member.roster.active_codes))
        if frozenset(parties) != self.office.overseer.engine.world.parties:
            event = PartiesChanged(
                event_id=f"roster:{self.member.roster.version}", at_ms=now, member=self.member.code, unit="",
                parties=parties,
            )  # fmt: skip
            self.record(event)
        parameters = self.member.roster.parameters
        try:
            wanted = policy_of(parameters)
        except InputError as error:
            _LOG.warning("charter_refused", roster=self.member.roster.version, reason=error.what)
            return
        if wanted != self.office.policy and (parameters or self.chartered):
            base = {"at_ms": now, "member": self.member.code, "unit": ""}
            event_id = f"charter:{self.member.roster.version}"
            self.record(CharterChanged(**base, event_id=event_id, parameters=parameters))  # type: ignore[arg-type]

    @property
    def chartered(self) -> bool:
        """Whether a charter ever set a parameter here: then its absence sets the defaults again."""
        return self.office.docket.chartered

    # -- letters -----------------------------------------------------------------------------------------------

    def _messages(self, code: str) -> Iterator[Letter]:
        """Yield the letters of a ledger not looked at yet."""
        taken = self._taken.setdefault(code, set())
        messages = self.member.watchlist.fold.ledger(code).messages
        for index in sorted(messages.keys() - taken):
            taken.add(index)
            message = messages[index][1]
            if message.topic != TOPIC:
                continue
            try:
                letter = parse_letter(message.body.encode("utf-8"))
            except InputError as error:
                _LOG.warning("letter_refused", originator=code, reason=error.what)
                continue
            if (letter.sender, letter.recipient) == (code, message.to):
                yield letter

    def _take_letters(self, now: int) -> None:
        for code in self.member.ledgers.codes():
            for letter in self._messages(code):
                if code == self.member.code:
                    self.office.mailroom.was_sent(letter.letter)
                elif letter.letter not in self.office.mailroom.kept and letter.recipient == self.member.code:
                    self.deliver(letter, now)

    def deliver(self, letter: Letter, now: int) -> None:
        """Take in a letter with what follows from it, in one transaction."""
        items: list[Item] = [(LetterRecord(letter=letter, outgoing=False, at_ms=now), "case")]
        told: list[Told] = []
        match letter.content:
            case Reply():
                told += self._answered(letter, letter.content, now)
                if told and letter.content.answer == "DENY":
                    self._deny(letter, told, items)
            case Arrived():
                told += self._received(letter, letter.content, now)
        if awaits_reader(letter) and letter.sender != self.member.code:
            items.append((LetterRecord(letter=receipt(letter), outgoing=True, at_ms=now), "case"))
        self.office.take(told, now, also=items)

    def _deny(self, letter: Letter, told: list[Told], items: list[Item]) -> None:
        """The originator says that it is somebody else: the pair is remembered without anybody's doing."""
        state = self.office.docket.states.get(letter.encounter)
        if state is None or state.stage in OVER or all(one.notice != letter.notice for one in state.candidates):
            return
        begins = {"at_ms": told[0].event.at_ms, "unit": state.unit}
        events, more = clearing(self, state, letter.notice, "the originator denied", base=begins)
        told += [Told(event=event, anyway=True) for event in events]
        items += more

    def deliver_own(self, reply: Letter) -> None:
        """Take in a reply to ourselves: a notice of ours was met at a post of ours."""
        if isinstance(reply.content, Reply):
            told, items = list(self._answered(reply, reply.content, self.now_ms)), list[Item]()
            if told and reply.content.answer == "DENY":
                self._deny(reply, told, items)
            self.office.take(told, self.now_ms, also=items)

    def terms(self, encounter: str) -> str:
        """Return the exact terms of an encounter that is known here, or nothing."""
        found = self.office.decisions(encounter)
        return next((one.terms for one in found if isinstance(one, TermsRecord)), "")

    def _asked(self, letter: Letter, to_letter: str) -> Letter | None:
        """Return the hit message of ours that a partner's letter is about, if it is that partner's to answer."""
        kept = self.office.mailroom.kept.get(to_letter)
        if kept is None or not isinstance(kept.letter.content, Hit):
            return None
        asked = kept.letter
        fits = (asked.recipient, asked.encounter, asked.sender) == (letter.sender, letter.encounter, self.member.code)
        return asked if fits else None

    def _at(self, asked: Letter, now: int) -> int:
        """Return the instant of what came about an encounter: never before its last step."""
        state = self.office.docket.states.get(asked.encounter)
        return now if state is None else max(now, state.last_ms)

    def _answered(self, letter: Letter, reply: Reply, now: int) -> Sequence[Told]:
        asked = self._asked(letter, reply.to_letter)
        if asked is None:
            return ()
        event = OriginatorAnswered(
            event_id=letter.letter, at_ms=self._at(asked, now), member=letter.sender, unit="", officer=reply.officer,
            encounter=letter.encounter, notice=asked.notice, message=asked.letter, answer=reply.answer,
            version=reply.version,
        )  # fmt: skip
        return (Told(event=event, anyway=True),)

    def _received(self, letter: Letter, receipt: Arrived, now: int) -> Sequence[Told]:
        asked = self._asked(letter, receipt.to_letter)
        if asked is None:
            return ()
        event = MessageReceived(
            event_id=letter.letter, at_ms=self._at(asked, now), member=letter.sender, unit="",
            encounter=letter.encounter, message=asked.letter,
        )  # fmt: skip
        return (Told(event=event, anyway=True),)

    def _send(self) -> bool:
        """Publish what waits in the outbox; what cannot go now waits on."""
        waiting = self.office.mailroom.to_send
        if not waiting or self.member.publisher.refusal(self.member.roster) is not None:
            return False
        letters = sorted(waiting.values(), key=lambda one: not is_urgent(one))
        due = [one for one in letters if self.member.roster.is_active(one.recipient)]
        for letter in due:
            self.member.publish([outgoing(letter)])
            self.office.mailroom.was_sent(letter.letter)
        return bool(due)

    # -- notices -------------------------------------------------------------------------------------------------

    def facts(self, key: str) -> list[Item]:
        """Return what the rules must know of a notice before it is shown, if they do not know it yet."""
        held = held_of(self.member, key)
        fact = None if held is None else published_fact(held)
        known = self.office.overseer.engine.world.notices.get(key)
        if fact is None or (known is not None and any(number == fact.version for _, number in known.versions)):
            return []
        return [(FactRecord(event=fact), "case")]

    def _take_statuses(self, now: int) -> None:
        """Copy a notice's change of status into each open encounter it concerns."""
        for key, encounters in self.office.docket.concerned().items():
            status = status_of(self.member, key, now)
            for encounter in encounters:
                if status != self._told(encounter, key):
                    self._tell_status(encounter, key, status, now)

    def _told(self, encounter: str, key: str) -> Status:
        """Return the status an encounter goes by; of all that end a notice one word is as good as another."""
        state = self.office.docket.states[encounter]
        if key in state.void:
            now = status_of(self.member, key, self.now_ms)
            return "WITHDRAWN" if now in {"PUBLISHED", "SUSPENDED", "BLOCKED"} else now
        in_hand = state.notice is not None and state.notice.notice == key
        if in_hand and "BLOCKED" in state.sides:
            now = status_of(self.member, key, self.now_ms)
            return now if now in {"SUSPENDED", "BLOCKED"} else "BLOCKED"
        return "PUBLISHED"

    def _tell_status(self, encounter: str, key: str, status: Status, now: int) -> None:
        state = self.office.docket.states[encounter]
        if key in state.void:
            return  # what was annulled stays so: it is verified anew elsewhere
        held = held_of(self.member, key)
        number = 0 if held is None else len(held.statuses) + len(held.outdated) + len(held.versions)
        event_id = f"{encounter}:{key}:{status}:{number}"
        if self.book.index_of(event_id) is not None:
            return
        event = NoticeStatusChanged(
            event_id=event_id, at_ms=max(now, state.last_ms),
            member=self.member.code, unit=state.unit, encounter=encounter, notice=key, status=status,
        )  # fmt: skip
        fact = status_fact(key, status, now, number=number)
        try:
            self.office.take([Told(event=event)], now, also=[(FactRecord(event=fact), "case")])
        except RefusedError as error:
            _LOG.warning("status_refused", encounter=encounter, reason=error.what)
