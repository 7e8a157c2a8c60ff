"""The decision book: the private ledger of one member, and the payloads that may be deleted beside it.

Knows:    where leaves, payloads, event ids and witnessed checkpoints lie in the store.
Told:     records with how long they are kept, and the time; cosignatures of partners.
Answers:  indexes, durable on return; records or None once deleted; checkpoints; inclusion proofs.
Trusted:  its rows are not: `casework.verifying` computes everything again.

The tree, its hashes and its proofs are those of the shared ledger (`ledger.log`). The checkpoint's origin is
the member's with `/decisions` behind it, signed by the same key: roots leave the country, leaves and payloads
do not. One transaction holds a record's leaf, payload and head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from evenhand.ground.store import Batch, Store
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.log import Log, part_row
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


class DecisionBook:
    """The decision ledger of one member: one writer, one store."""

    def __init__(self, store: Store, signer: Signer, entropy: Callable[[int], bytes]) -> None:
        self.store = store
        self.signer = signer
        self.log = Log(store, CODE)
        self._entropy = entropy

    @property
    def size(self) -> int:
        """Entries recorded."""
        return self.log.size

    # -- writing -------------------------------------------------------------------------------------------

    def append(self, records: Sequence[tuple[Decision, Keeping]], now_ms: int) -> int:
        """Record decisions in one transaction; return the index of the first. Raises StoreError."""
        first, leaves, rows = self.log.size, [], Batch()
        for index, (record, keeping) in enumerate(records, first):
            salt, text = self._entropy(SALT_BYTES), encode_decision(record)
            leaves.append(print_leaf(now_ms, keeping, commit(salt, text)))
            rows[part_row(CODE, index, PAYLOAD)] = salt + text
            if isinstance(record, EventRecord):
                rows[_EVENT + record.event.event_id.encode()] = index.to_bytes(8, "big")
        extension = self.log.extend(leaves)
        self.store.apply(rows | extension.rows)
        self.log.adopt(extension)
        return first

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
