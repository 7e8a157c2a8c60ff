"""All ledgers a node holds, its own and its mirrors: what was verified goes in, durable before visible.

Knows:    logs, claims to be checked later, express entries, quarantine, heartbeats of all members.
Told:     frames from peers; what else to write in the same transaction by the room above.
Answers:  arrivals (entries now held), evidence found, where to ask again.
Trusted:  yes: one writer, one transaction per batch; a failed write leaves nothing half done in memory.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from evenhand.exchange.evidence import accused, build_evidence, open_evidence
from evenhand.exchange.frames import Batch, EvidenceFrame, Express
from evenhand.exchange.heartbeat import HeadStatement, Heartbeat
from evenhand.exchange.late import LateParts
from evenhand.exchange.mirror import (
    Accepted,
    AcceptedExpress,
    AskFrom,
    NothingNew,
    Parts,
    Standing,
    accept_batch,
    accept_express,
    checkpoint_of,
    open_ahead,
)
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import CorruptionError, InputError, ProofInvalidError, VerificationError
from evenhand.ground.limits import EXPRESS_PENDING_MAX
from evenhand.ground.store import Batch as Rows
from evenhand.ground.store import Store
from evenhand.ledger.envelope import Envelope, PartHeader, check_part, open_leaf, parse_leaf
from evenhand.ledger.log import Log, part_row
from evenhand.trust.roster import Roster

_CLAIMS_MAX: Final = 64  # per ledger: signed checkpoints beyond what we hold, to be checked when we get there
_REPLAY_ENTRIES: Final = 1024
_EVIDENCE_PREFIX: Final = b"evidence/"
_EXPRESS_PREFIX: Final = b"express/"
_URGENT_PREFIX: Final = b"urgent/"


@dataclass(frozen=True)
class Arrival:
    """Entries of one ledger that are about to become durable; `express` ones are ahead of their turn."""

    ledger: str
    start: int
    envelopes: tuple[Envelope, ...]
    parts: Parts = field(repr=False)
    express: bool = False


Hook = Callable[[Arrival], Rows]
"""Called before the write; returns rows for the same transaction."""


class _StoredExpress(msgspec.Struct, frozen=True, array_like=True):
    leaf: bytes
    parts: tuple[tuple[str, bytes], ...]
    checkpoint: bytes
    proof: tuple[bytes, ...] | None = None  # none in rows of earlier editions: the leaf's own signature is checked


_EXPRESS_CODEC: Final = msgspec.msgpack.Decoder(_StoredExpress)


class Ledgers:
    """Every ledger of the coalition as held here."""

    def __init__(self, store: Store, own: str, roster: Roster, hook: Hook) -> None:
        self.own = own
        self.roster = roster
        self._store = store
        self._hook = hook
        self._logs: dict[str, Log] = {}
        self.late = LateParts(store)
        self._claims: dict[str, dict[int, bytes]] = {}
        self.express: dict[str, dict[int, _StoredExpress]] = {}
        self.evidence: dict[str, bytes] = {
            key[len(_EVIDENCE_PREFIX) :].decode(): value
            for key, value in store.scan(_EVIDENCE_PREFIX, _EVIDENCE_PREFIX + b"\xff")
        }
        self._urgent: dict[str, list[int]] = {}
        for key, _ in store.scan(_URGENT_PREFIX, _URGENT_PREFIX + b"\xff"):
            self._urgent.setdefault(key[len(_URGENT_PREFIX) : -9].decode(), []).append(
                int.from_bytes(key[-8:], "big")
            )
        self.heartbeats: dict[str, Heartbeat] = {}
        self.heard_ms: dict[str, int] = {}
        self.cosignatures: dict[str, dict[str, tuple[int, str]]] = {}

    def log(self, code: str) -> Log:
        """Return the ledger of a member, empty where nothing is held."""
        found = self._logs.get(code)
        if found is None:
            found = self._logs[code] = Log(self._store, code)
        return found

    def codes(self) -> tuple[str, ...]:
        """Codes of all members of the roster, whatever their standing."""
        return tuple(member.code for member in self.roster.members)

    def counted(self, code: str) -> int:
        """Return how many entries held count: those within the final head of a member that was ended."""
        final = self.roster.member(code).final
        held = self.log(code).size
        return held if final is None else min(held, final.size)

    def standing(self, code: str) -> Standing:
        """Return what the mirror judges against."""
        head = self.log(code).head
        return Standing(code, head.size, head.edge, code in self.evidence)

    # -- entries ----------------------------------------------------------------------------------------

    def receive_batch(self, batch: Batch) -> AskFrom | None:
        """Take in a batch: verify, write, then show. Returns from where to ask again, if it does not join on.

        Raises VerificationError, InputError, RefusedError or StoreError; nothing was changed then.
        """
        self.roster.member(batch.ledger)
        judged = accept_batch(batch, self.standing(batch.ledger), self.roster)
        if isinstance(judged, AskFrom):
            return judged
        if isinstance(judged, NothingNew):
            return None
        log = self.log(batch.ledger)
        if not judged.leaves and (not judged.exact or log.head.checkpoint_size == log.size):
            return None
        self._commit(batch, judged, log)
        return None

    def _commit(self, batch: Batch, judged: Accepted, log: Log) -> None:
        extension = log.extend(
            judged.leaves,
            hashes=judged.hashes,
            checkpoint=batch.checkpoint if judged.exact else b"",
            checkpoint_size=judged.checkpoint.size,
        )
        rows = dict(extension.rows)
        waiting = self.express.get(log.code, {})
        passed = [index for index in waiting if index < extension.head.size]
        parts, leaves = dict(judged.parts), dict(enumerate(judged.leaves, log.size))
        for index in passed:  # whoever sent the batch may have been shown less than whoever sent this ahead
            if waiting[index].leaf == leaves.get(index):
                parts.update({(index, name): sealed for name, sealed in waiting[index].parts})
        rows.update({part_row(log.code, index, name): sealed for (index, name), sealed in parts.items()})
        rows.update({_express_row(log.code, index): None for index in passed})
        rows.update(self.urgent_rows(judged.envelopes))
        if judged.leaves:
            rows.update(self._hook(Arrival(log.code, log.size, judged.envelopes, parts)))
        self._store.apply(rows)
        log.adopt(extension)
        self.note_urgent(judged.envelopes)
        for index in passed:
            del waiting[index]
        self._check_claims(log.code)

    def urgent_rows(self, envelopes: tuple[Envelope, ...]) -> Rows:
        """Return the rows that remember which entries may overtake others."""
        return {
            _URGENT_PREFIX + one.originator.encode() + b"/" + one.index.to_bytes(8, "big"): b"\x01"
            for one in envelopes
            if one.urgency == "immediate"
        }

    def note_urgent(self, envelopes: tuple[Envelope, ...]) -> None:
        """Remember durable urgent entries for the express lane."""
        for one in envelopes:
            if one.urgency == "immediate":
                self._urgent.setdefault(one.originator, []).append(one.index)

    def urgent_between(self, code: str, start: int, stop: int) -> list[int]:
        """Return the indexes of urgent entries in start..stop-1."""
        held = self._urgent.get(code, [])
        return held[bisect_left(held, start) : bisect_left(held, stop)]

    def receive_parts(self, code: str, parts: Parts, now_ms: int) -> Rows:
        """Return rows for parts that came later than their entries, in what order too. Raises ProofInvalidError.

        Parts of entries that are ahead of their turn are left out: they are asked for again once it has come.
        """
        log = self.log(code)
        parts = {(index, name): sealed for (index, name), sealed in parts.items() if index < log.size}
        rows = self.late.rows(code, {index for index, _ in parts}, now_ms)
        for (index, name), sealed in parts.items():
            headers: dict[str, PartHeader] = {
                part.name: part for part in parse_leaf(log.entries(index, index + 1)[0])[0].parts
            }
            header = headers.get(name)
            if header is None or not check_part(header, sealed):
                raise ProofInvalidError(f"a sealed part of entry {index} is not the one its envelope names")
            rows[part_row(code, index, name)] = sealed
        return rows

    def receive_express(self, express: Express) -> bool:
        """Take in an urgent entry ahead of its turn; say whether it was new. Raises as `receive_batch`."""
        waiting = self.express.setdefault(express.ledger, {})
        if express.index in waiting:
            return False
        judged = accept_express(express, self.standing(express.ledger), self.roster)
        if isinstance(judged, NothingNew):
            return False
        if len(waiting) >= EXPRESS_PENDING_MAX:
            raise InputError(
                f"{express.ledger} has too many urgent entries waiting", why=f"{len(waiting)} wait"
            )
        stored = _StoredExpress(express.leaf, express.parts, express.checkpoint, express.proof)
        rows: Rows = {_express_row(express.ledger, express.index): msgspec.msgpack.encode(stored)}
        self._hold(waiting, express.index, stored, judged, rows)
        self._claim(express.ledger, judged.checkpoint.size, express.checkpoint)
        return True

    def _hold(
        self, waiting: dict[int, _StoredExpress], index: int, stored: _StoredExpress,
        judged: AcceptedExpress, rows: Rows,
    ) -> None:  # fmt: skip
        code = judged.envelope.originator
        rows.update(self._hook(Arrival(code, index, (judged.envelope,), judged.parts, express=True)))
        self._store.apply(rows)
        waiting[index] = stored

    def stored(self, code: str, start: int) -> Iterator[tuple[tuple[Envelope, ...], Parts]]:
        """Yield the entries held of a ledger from `start` on, with their parts, for replay. Raises CorruptionError."""
        log = self.log(code)
        tree = log.range_at(start)
        for at in range(start, log.size, _REPLAY_ENTRIES):
            stop = min(at + _REPLAY_ENTRIES, log.size)
            leaves = log.entries(at, stop)
            log.check_grown(tree, leaves)
            try:
                envelopes = tuple(parse_leaf(leaf)[0] for leaf in leaves)
            except InputError as error:
                raise CorruptionError(f"a stored entry of {code} is damaged", ledger=code) from error
            yield envelopes, log.parts(at, stop)
        log.check_root(tree)
        self.check_head(code)

    def stored_express(self) -> list[tuple[str, int, bytes, tuple[tuple[str, bytes], ...]]]:
        """Return (ledger, index, leaf, parts) of urgent entries still ahead of their turn, for replay."""
        found = []
        for key, value in self._store.scan(_EXPRESS_PREFIX, _EXPRESS_PREFIX + b"\xff"):
            code, index = key[len(_EXPRESS_PREFIX) : -9].decode(), int.from_bytes(key[-8:], "big")
            try:
                stored = _EXPRESS_CODEC.decode(value)
            except UNREADABLE as error:
                raise CorruptionError(
                    f"a stored urgent entry of {code} is damaged", why=str(error), ledger=code
                ) from error
            self._check_stored(code, index, stored)
            self.express.setdefault(code, {})[index] = stored
            found.append((code, index, stored.leaf, stored.parts))
        return found

    def _open_stored(self, code: str, index: int, stored: _StoredExpress) -> Envelope:
        if stored.proof is None:
            verifier = self.roster.entry_verifier(code, index)
            return open_leaf(stored.leaf, originator=code, index=index, verifier=verifier)
        return open_ahead(
            stored.leaf, code, index, checkpoint=stored.checkpoint, proof=stored.proof, roster=self.roster
        )[0]

    def _check_stored(self, code: str, index: int, stored: _StoredExpress) -> None:
        try:
            envelope = self._open_stored(code, index, stored)
            headers: dict[str, PartHeader] = {header.name: header for header in envelope.parts}
            whole = all(name in headers and check_part(headers[name], data) for name, data in stored.parts)
        except (InputError, VerificationError):
            whole = False
        if not whole:
            raise CorruptionError(f"a stored urgent entry of {code} is damaged", ledger=code)

    def check_head(self, code: str) -> None:
        """Judge a stored checkpoint anew; forget it if it was damaged, for a partner or our key gives another."""
        log = self.log(code)
        if not log.head.checkpoint:
            return
        try:
            found = checkpoint_of(log.head.checkpoint, code, self.roster)
            whole = found.size == log.head.checkpoint_size <= log.size and found.root == log.root_at(found.size)
        except (InputError, VerificationError):
            whole = False
        if not whole:
            extension = log.without_checkpoint()
            self._store.apply(extension.rows)
            log.adopt(extension)

    # -- what others say ------------------------------------------------------------------------------------

    def receive_heartbeat(self, heartbeat: Heartbeat, now_ms: int) -> None:
        """Take in a verified heartbeat: its heads are compared with what is held here."""
        known = self.heartbeats.get(heartbeat.member)
        if known is not None and heartbeat.time < known.time:
            return  # a late copy says nothing new
        self.heartbeats[heartbeat.member] = heartbeat
        self.heard_ms[heartbeat.member] = now_ms
        sender, known_codes, logs = heartbeat.member, self.roster.by_code, self._logs
        for head in heartbeat.heads:
            if not head.checkpoint or head.ledger not in known_codes:
                continue
            if head.cosignature:
                self.cosignatures.setdefault(head.ledger, {})[sender] = (head.size, head.cosignature)
            log = logs.get(head.ledger) or self.log(head.ledger)
            if not log.agrees(head.size, head.root):
                self._doubt(head)

    def beyond(self, heartbeat: Heartbeat) -> list[HeadStatement]:
        """Return the heads of a heartbeat that go beyond what is held here, of members not caught lying."""
        logs, evidence = self._logs, self.evidence
        return [
            head for head in heartbeat.heads
            if head.size > (logs.get(head.ledger) or self.log(head.ledger)).head.size and head.ledger not in evidence
        ]  # fmt: skip

    def _doubt(self, head: HeadStatement) -> None:
        """Keep a checkpoint that goes beyond what is held, or against it, to be compared."""
        try:
            checkpoint = checkpoint_of(head.checkpoint.encode("utf-8"), head.ledger, self.roster)
        except (VerificationError, InputError):
            return  # the owner did not sign it: the sender's word alone counts for nothing
        if checkpoint.size:
            self._claim(head.ledger, checkpoint.size, head.checkpoint.encode("utf-8"))

    def _claim(self, code: str, size: int, note: bytes) -> None:
        claims = self._claims.setdefault(code, {})
        if size not in claims and len(claims) >= _CLAIMS_MAX:
            claims.pop(next(iter(claims)))
        claims[size] = note
        self._check_claims(code)

    def _check_claims(self, code: str) -> None:
        """Compare every signed checkpoint seen with the tree held, as far as the tree has come."""
        log, claims = self.log(code), self._claims.get(code, {})
        for size in [size for size in claims if size <= log.size]:
            note = claims[size]
            agrees = checkpoint_of(note, code, self.roster).root == log.root_at(size)
            second = log.head.checkpoint_size
            if agrees or code in self.evidence:
                del claims[size]
            elif size <= second:  # a larger signed checkpoint of our own is needed to convict; it will come
                del claims[size]
                self._keep_evidence(
                    build_evidence(
                        code, note, log.head.checkpoint, prefix_root=log.root_at(size),
                        proof=log.consistency(size, second),
                    )
                )  # fmt: skip

    def receive_evidence(self, frame: EvidenceFrame) -> bool:
        """Judge evidence from anyone and quarantine the member it convicts; say whether it was new."""
        if accused(frame.evidence) in self.evidence:
            return False
        open_evidence(frame.evidence, self.roster)
        self._keep_evidence(frame.evidence)
        return True

    def _keep_evidence(self, evidence: bytes) -> None:
        ledger = open_evidence(evidence, self.roster).ledger
        self._store.apply({_EVIDENCE_PREFIX + ledger.encode(): evidence})
        self.evidence[ledger] = evidence


def is_convicted(store: Store, code: str) -> bool:
    """Say whether evidence against a member is stored."""
    return store.get(_EVIDENCE_PREFIX + code.encode()) is not None


def _express_row(code: str, index: int) -> bytes:
    return _EXPRESS_PREFIX + code.encode() + b"/" + index.to_bytes(8, "big")


def root_text(root: bytes) -> str:
    """Return a root as base64 text."""
    return b64encode(root).decode("ascii")


def root_bytes(text: str) -> bytes:
    """Read a root from base64 text."""
    return b64decode(text, validate=True)
