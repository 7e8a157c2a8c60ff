"""Verifying a decision book: every commitment, hash, clock and deletion, against what partners cosigned.

Knows:    what must be true of a book that nobody touched.
Told:     a book, the keys of its member and of the witnesses, and the policy.
Answers:  what was looked at, and every problem with its entry, in words.
Trusted:  yes: it is how anyone learns that a decision was changed, dropped or given another time.

A payload changed, exchanged or emptied does not fit its commitment. A leaf changed, dropped or put in does
not fit the root, and whoever computes a new root does not fit the checkpoints that partners cosigned, nor
their clocks: what a partner cosigned at noon was not recorded at one o'clock. A payload that is gone needs a
recorded deletion that was due. Source: RFC 6962 section 2.1; C2SP tlog-cosignature; PROCEDURE rule O-02.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from evenhand.casework.book import CODE, PAYLOAD, DecisionBook
from evenhand.casework.records import (
    KEPT_MS,
    DeletionRecord,
    EventRecord,
    Keeping,
    Leaf,
    commit,
    decode_decision,
    parse_leaf,
    split_payload,
)
from evenhand.ground.errors import CorruptionError, EvenhandError
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.cosignature import cosignature_time
from evenhand.ledger.log import part_row
from evenhand.ledger.merkle import CompactRange, leaf_hash
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, Policy
from evenhand.trust.note import parse_note
from evenhand.trust.note_keys import Verifier, decode_base64

_CHUNK: Final = 1024
_PROBLEMS_MAX: Final = 1000
_CLOCK_WORDS: Final = "was recorded at a time that its neighbours or its witnesses contradict"
Kind = Literal["GAP", "HASH", "CLOCK", "DROPPED", "KEPT", "CHECKPOINT", "WITNESS"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it must be; `entry` is None where it concerns the whole book."""

    kind: Kind
    entry: int | None
    found: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at. `good` means no problem; `witnessed` is the newest size a partner cosigned."""

    good: bool
    size: int
    root: str
    checked: int
    deleted: int
    seals: int
    witnessed: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Keys:
    """Whose signatures count: this member's on checkpoints, its partners' on cosignatures."""

    member: Sequence[Verifier]
    witnesses: Sequence[Verifier]


@dataclass
class _Walk:
    """What is gathered on the way through the book."""

    policy: Policy
    now_ms: int
    problems: list[Problem] = field(default_factory=list)
    seals: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Size cosigned: (earliest, latest time of a cosignature in ms)."""
    roots: dict[int, list[tuple[str, bytes]]] = field(default_factory=dict)
    absent: list[tuple[int, Leaf]] = field(default_factory=list)
    deletions: list[DeletionRecord] = field(default_factory=list)
    overdue: list[tuple[int, Leaf]] = field(default_factory=list)
    last_ms: int = 0
    floor_ms: int = 0
    checked: int = 0

    def say(self, kind: Kind, entry: int | None, found: str) -> None:
        if len(self.problems) < _PROBLEMS_MAX:
            self.problems.append(Problem(kind=kind, entry=entry, found=found))


def verify_book(book: DecisionBook, keys: Keys, *, now_ms: int, policy: Policy = DEFAULT_POLICY) -> Verdict:
    """Compute everything again and return what does not fit. One pass; a million entries in under a minute."""
    walk = _Walk(policy, now_ms)
    _open_checkpoints(book, keys, walk)
    tree = CompactRange()
    for start in range(0, book.size, _CHUNK):
        if not _chunk(book, walk, tree, start):
            break
    _check_roots(walk, tree)
    if tree.size == book.size and tree.root() != book.log.root:
        walk.say("HASH", None, "the entries do not hash to the stored root")
    _check_deletions(walk)
    return Verdict(
        good=not walk.problems, size=book.size, root=book.log.root.hex(), checked=walk.checked,
        deleted=len(walk.absent), seals=len(walk.seals), witnessed=max(walk.seals, default=0),
        problems=tuple(walk.problems),
    )  # fmt: skip


def _open_checkpoints(book: DecisionBook, keys: Keys, walk: _Walk) -> None:
    head = book.log.head
    if head.checkpoint:
        _open_own(book, keys, walk, head.checkpoint, "the newest checkpoint")
    for size, note in book.seals():
        if not _open_own(book, keys, walk, note, f"the witnessed checkpoint of {size} entries"):
            continue
        times = _cosigned_at(note, keys.witnesses)
        if times:
            walk.seals[size] = min(times), max(times)
        else:
            walk.say("WITNESS", None, f"no partner's cosignature on the checkpoint of {size} entries verifies")


def _open_own(book: DecisionBook, keys: Keys, walk: _Walk, note: bytes, name: str) -> bool:
    try:
        found = open_checkpoint(note, keys.member, origin=book.signer.name)
    except EvenhandError as error:
        walk.say("CHECKPOINT", None, f"{name} does not verify: {error.what}")
        return False
    if found.size > book.size:
        walk.say("GAP", None, f"{name} covers {found.size} entries, but {book.size} are held")
        return False
    walk.roots.setdefault(found.size, []).append((name, found.root))
    return True


def _cosigned_at(note: bytes, witnesses: Sequence[Verifier]) -> list[int]:
    """Return the times, in ms, of the cosignatures on a note that verify."""
    parsed = parse_note(note)
    return [
        cosignature_time(one.blob) * 1000
        for one in parsed.signatures
        for witness in witnesses
        if one.name == witness.name and one.key_id == witness.key_id and witness.verify(parsed.text, one.blob)
    ]


def _chunk(book: DecisionBook, walk: _Walk, tree: CompactRange, start: int) -> bool:
    stop = min(start + _CHUNK, book.size)
    try:
        leaves = book.log.entries(start, stop)
    except CorruptionError as error:
        walk.say("GAP", start, error.what)
        return False
    held = book.log.parts(start, stop)
    for index, data in enumerate(leaves, start):
        _check_roots(walk, tree)
        for node in tree.append(leaf_hash(data)):
            if node.level % 8 == 0:
                _check_node(book, walk, node.level, node.index, node.hash)
        _entry(walk, index, data, held.get((index, PAYLOAD)))
    return True


def _check_node(book: DecisionBook, walk: _Walk, level: int, index: int, computed: bytes) -> None:
    try:
        same = book.log.hash_at(level, index) == computed
    except CorruptionError:
        same = False
    if not same:
        walk.say("HASH", None, f"tile row {level}/{index} was changed")


def _check_roots(walk: _Walk, tree: CompactRange) -> None:
    """Compare the tree with each checkpoint of exactly this size."""
    for name, root in walk.roots.pop(tree.size, ()):
        if tree.root() != root:
            walk.say("HASH", tree.size - 1, f"the first {tree.size} entries are not those of {name}")
    span = walk.seals.get(tree.size)
    if span is not None:
        if walk.last_ms > span[0] + walk.policy.clock_skew_ms:
            walk.say("CLOCK", tree.size - 1, f"an entry up to this one {_CLOCK_WORDS}")
        walk.floor_ms = max(walk.floor_ms, span[1])


def _entry(walk: _Walk, index: int, data: bytes, payload: bytes | None) -> None:
    walk.checked += 1
    try:
        leaf = parse_leaf(data)
    except CorruptionError as error:
        walk.say("HASH", index, error.what)
        return
    skew = walk.policy.clock_skew_ms
    if leaf.at_ms < max(walk.last_ms, walk.floor_ms) - skew or leaf.at_ms > walk.now_ms + skew:
        walk.say("CLOCK", index, _CLOCK_WORDS)
    walk.last_ms = max(walk.last_ms, leaf.at_ms)
    if payload is None:
        walk.absent.append((index, leaf))
        return
    salt, text = split_payload(payload)
    if commit(salt, text) != decode_base64(leaf.commitment):
        walk.say("HASH", index, "the stored decision is not the one that was recorded")
        return
    kept_ms = KEPT_MS[leaf.keeping]
    if kept_ms is not None and leaf.at_ms + kept_ms + DAY_MS < walk.now_ms:
        walk.overdue.append((index, leaf))
    _content(walk, index, leaf, text)


def _content(walk: _Walk, index: int, leaf: Leaf, text: bytes) -> None:
    if leaf.keeping != "lasting" and b'"kind"' not in text:
        return
    record = decode_decision(text)
    if isinstance(record, DeletionRecord):
        walk.deletions.append(record)
    elif isinstance(record, EventRecord) and record.event.at_ms > leaf.at_ms + walk.policy.clock_skew_ms:
        walk.say("CLOCK", index, "an event says that it happened after it was recorded")


def _check_deletions(walk: _Walk) -> None:
    by_keeping: dict[Keeping, list[DeletionRecord]] = {}
    for record in walk.deletions:
        by_keeping.setdefault(record.keeping, []).append(record)
    for index, leaf in walk.absent:
        kept_ms = KEPT_MS[leaf.keeping]
        covered = kept_ms is not None and any(
            index < record.through and leaf.at_ms < record.before_ms <= record.at_ms - kept_ms
            for record in by_keeping.get(leaf.keeping, ())
        )
        if not covered:
            walk.say("DROPPED", index, "its payload is gone, and no deletion that was due covers it")
    for index, _ in walk.overdue:
        walk.say("KEPT", index, "its payload is still here a day after it should have been deleted")


def payload_row(index: int) -> bytes:
    """Return the key of a payload in the store."""
    return part_row(CODE, index, PAYLOAD)
