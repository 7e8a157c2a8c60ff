"""The decision book: the private ledger of one member, and the payloads that may be deleted beside it.

Knows:    where leaves, payloads, event ids and witnessed checkpoints lie in the store.
Told:     records with how long they are kept, and the time; cosignatures of partners.
Answers:  indexes, durable on return; records or None once deleted; checkpoints; inclusion proofs.
Trusted:  its rows are not: `casework.verifying` computes everything again.

A write may be made in two steps, of which a thread does the second; nothing else is read or written until it has
landed. The tree, its hashes and its proofs are those of the shared ledger (`ledger.log`). The checkpoint's origin is
the member's with `/decisions` behind it, signed by the same key: roots leave the country, leaves and payloads
do not. One transaction holds a record's leaf, payload and head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from time import perf_counter
from typing import Final

from evenhand.casework.records import (
    Decision,
    EventRecord,
    Keeping,
    Leaf,
    commit,
    decode_decision,
    encode_decision,
    parse_leaf,
    print_leaf,
    split_payload,
)
from evenhand.ground.errors import StoreError
from evenhand.ground.store import Batch, Store, TwoStepStore, in_two_steps
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.log import Extension, Log, part_row
from evenhand.ledger.proof import TlogProof
from evenhand.trust.note_keys import Signer
from evenhand.trust.sealing import SALT_BYTES

CODE: Final = "decisions"
PAYLOAD: Final = "p"
_EVENT: Final = b"event/"
_SEAL: Final = b"seal/"
_HOUR_S: Final = 3600
_SCAN_ENTRIES: Final = 1024


@dataclass(frozen=True)
class Entry:
    """One entry as read back; `decision` is None where its payload is not held any more."""

    index: int
    leaf: Leaf
    decision: Decision | None


@dataclass
class Underway:
    """Records on their way to the disk. `commit` is for one thread, the rest for whoever began."""

    store: TwoStepStore
    first: int
    records: Sequence[tuple[Decision, Keeping]]
    at_ms: int
    error: StoreError | None = None
    done: Event = field(default_factory=Event)
    seconds: float = 0.0
    """How long the disk took."""

    def commit(self) -> None:
        """Wait for the disk; `error` says why where it failed, and then nothing was written."""
        error: StoreError | None = StoreError("the write broke off")
        begun = perf_counter()
        try:
            self.store.commit()
            error = None
        except StoreError as failed:
            error = failed
        finally:
            self.error, self.seconds = error, perf_counter() - begun
            self.done.set()


class DecisionBook:
    """The decision ledger of one member: one writer, one store."""

    def __init__(self, store: Store, signer: Signer, entropy: Callable[[int], bytes]) -> None:
        self.store = store
        self.signer = signer
        self._log = Log(store, CODE)
        self._entropy = entropy
        self._underway: Underway | None = None

    @property
    def size(self) -> int:
        """Entries recorded, those on their way to the disk too."""
        return self._log.size

    @property
    def log(self) -> Log:
        """The tree, once everything in it is on the disk. Raises StoreError."""
        self.land()
        return self._log

    # -- writing -------------------------------------------------------------------------------------------

    def append(self, records: Sequence[tuple[Decision, Keeping]], now_ms: int) -> int:
        """Record decisions in one transaction; return the index of the first. Raises StoreError."""
        self.land()
        first, (rows, extension) = self.size, self._grown(records, now_ms)
        self.store.apply(rows)
        self._log.adopt(extension)
        return first

    def begin(self, records: Sequence[tuple[Decision, Keeping]], now_ms: int) -> Underway | None:
        """Put decisions into a transaction for a thread to commit, and return it. Raises StoreError.

        None where the store does not write in two steps: nothing is done then.
        """
        self.land()
        store = in_two_steps(self.store)
        if store is None:
            return None
        first, (rows, extension) = self.size, self._grown(records, now_ms)
        store.begin(rows)
        self._log.adopt(extension)
        self._underway = Underway(store, first, records, now_ms)
        return self._underway

    def land(self) -> None:
        """Wait until what is under way is on the disk. Raises StoreError where it did not get there."""
        going, self._underway = self._underway, None
        if going is None:
            return
        going.done.wait()
        if going.error is not None:
            self._log.reload()
            raise going.error

    def _grown(self, records: Sequence[tuple[Decision, Keeping]], now_ms: int) -> tuple[Batch, Extension]:
        """Return the rows that record decisions, and how the log grows by them."""
        rows: Batch = {}
        leaves, salts = [], self._entropy(SALT_BYTES * len(records))
        for at, (index, (record, keeping)) in enumerate(enumerate(records, self.size)):
            salt, text = salts[at * SALT_BYTES : (at + 1) * SALT_BYTES], encode_decision(record)
            leaves.append(print_leaf(now_ms, keeping, commit(salt, text)))
            rows[part_row(CODE, index, PAYLOAD)] = salt + text
            if isinstance(record, EventRecord):
                rows[_EVENT + record.event.event_id.encode()] = index.to_bytes(8, "big")
        extension = self._log.extend(leaves)
        return rows | extension.rows, extension

    def sign(self) -> bytes:
        """Return a checkpoint of everything recorded, signed and stored; the same one while nothing is added."""
        log = self.log
        if log.head.checkpoint_size != log.size or not log.head.checkpoint:
            note = sign_checkpoint(Checkpoint(self.signer.name, log.size, log.root), self.signer)
            extension = log.with_checkpoint(note)
            self.store.apply(extension.rows)
            log.adopt(extension)
        return log.head.checkpoint

    def seal(self, size: int, note: bytes, now_ms: int) -> None:
        """Keep a checkpoint with its partners' cosignatures: the newest of each hour, and the newest."""
        self.land()
        hour = now_ms // 1000 // _HOUR_S
        rows: Batch = {_SEAL + hour.to_bytes(8, "big"): size.to_bytes(8, "big") + note}
        self.store.apply(rows)

    # -- reading ----------------------------------------------------------------------------------------------

    def seals(self) -> list[tuple[int, bytes]]:
        """Return (size, cosigned note) of every checkpoint kept, oldest first."""
        found = self.store.scan(_SEAL, _SEAL + b"\xff" * 9)
        return [(int.from_bytes(value[:8], "big"), value[8:]) for _, value in found]

    def index_of(self, event_id: str) -> int | None:
        """Return where an event was recorded, or None."""
        self.land()
        found = self.store.get(_EVENT + event_id.encode())
        return None if found is None else int.from_bytes(found, "big")

    def payload(self, index: int) -> bytes | None:
        """Return the stored payload, salt first, or None once deleted."""
        return self.log.part(index, PAYLOAD)

    def entry(self, index: int) -> Entry:
        """Return one entry. Raises CorruptionError."""
        (leaf,) = self.log.entries(index, index + 1)
        payload = self.payload(index)
        return Entry(index, parse_leaf(leaf), None if payload is None else decode_decision(split_payload(payload)[1]))

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order. Raises CorruptionError."""
        end = self.size if stop is None else min(stop, self.size)
        for at in range(start, end, _SCAN_ENTRIES):
            until = min(at + _SCAN_ENTRIES, end)
            held = self.log.parts(at, until)
            for index, leaf in enumerate(self.log.entries(at, until), at):
                payload = held.get((index, PAYLOAD))
                decision = None if payload is None else decode_decision(split_payload(payload)[1])
                yield Entry(index, parse_leaf(leaf), decision)

    def proof(self, index: int) -> TlogProof:
        """Return the proof that an entry is in the tree of the newest checkpoint, which is made if need be."""
        checkpoint = self.sign()
        return TlogProof(index, tuple(self.log.inclusion(index, self.size)), checkpoint)
