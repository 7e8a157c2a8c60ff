"""The mirror: decide whether offered entries truly continue a ledger, without touching anything.

Knows:    how a ledger is verified: signature, place, hash, root, consistency.
Told:     a batch or an express entry, what is held, and the roster.
Answers:  what to store, or that it is nothing new, or from where to ask again; a refusal with its reason.
Trusted:  yes: this is the only door by which another member's bytes come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from evenhand.exchange.frames import Batch, Express
from evenhand.ground.errors import InputError, ProofInvalidError, RefusedError, SignatureInvalidError
from evenhand.ledger.checkpoint import Checkpoint, open_checkpoint
from evenhand.ledger.envelope import Envelope, PartHeader, check_part, hash_text, open_leaf
from evenhand.ledger.merkle import CompactRange, leaf_hash, verify_consistency, verify_inclusion
from evenhand.trust.note_keys import Verifier
from evenhand.trust.roster import Roster

_REMEMBERED_BYTES_MAX: Final = 8192  # forty signature lines; longer notes are opened each time

Parts = dict[tuple[int, str], bytes]


@dataclass(frozen=True)
class Standing:
    """What is held of a ledger: size, right edge of the tree, and whether its member was caught lying."""

    ledger: str
    size: int
    edge: tuple[bytes, ...]
    quarantined: bool = False


@dataclass(frozen=True)
class Accepted:
    """Entries that verified and follow directly on what is held."""

    leaves: tuple[bytes, ...]
    hashes: tuple[bytes, ...] = field(repr=False)
    envelopes: tuple[Envelope, ...]
    parts: Parts = field(repr=False)
    checkpoint: Checkpoint
    exact: bool
    """Whether the checkpoint covers exactly what is held after this."""


@dataclass(frozen=True)
class NothingNew:
    """All of it was held already."""


@dataclass(frozen=True)
class AskFrom:
    """The batch begins beyond what is held: ask again from `size`."""

    size: int


def checkpoint_of(data: bytes, ledger: str, roster: Roster) -> Checkpoint:
    """Open a checkpoint of a member's ledger under the roster.

    Raises SignatureInvalidError, InputError or NotFoundError.
    """
    # The size picks the key (keys are valid from an entry on), so it is read before it is believed.
    keys = tuple(key for size in _sizes(data) for key in roster.checkpoint_verifiers(ledger, size))
    claimed = _opened(data, keys) if len(data) <= _REMEMBERED_BYTES_MAX else open_checkpoint(data, keys)
    if claimed.origin != roster.origin(ledger):
        raise InputError(f"a checkpoint of {claimed.origin} was offered as {ledger}'s")
    return claimed


@lru_cache(maxsize=4096)
def _opened(data: bytes, keys: tuple[Verifier, ...]) -> Checkpoint:
    """Remember what verified, by all that decides it: one checkpoint comes with many batches and heartbeats."""
    return open_checkpoint(data, keys)


def _sizes(data: bytes) -> Sequence[int]:
    lines = data.split(b"\n", 3)
    if len(lines) < 3 or not lines[1].isdigit() or len(lines[1]) > 19:  # noqa: PLR2004 - C2SP: a 63-bit size
        raise InputError("a checkpoint does not parse")
    return (int(lines[1]),)


def _admit(standing: Standing, roster: Roster, index: int) -> None:
    """Refuse entry `index` of a member that was ended before it, or caught lying. Raises RefusedError."""
    member = roster.member(standing.ledger)
    if member.final is not None and index >= member.final.size:
        raise RefusedError(
            f"entries of {standing.ledger} after {member.final.size} are not accepted",
            why=f"the roster lists {standing.ledger} as {member.status}",
        )
    if standing.quarantined:
        raise RefusedError(
            f"{standing.ledger} is quarantined", why="it signed two different histories",
            remedy="see `evenhand peer status`; the members decide by a roster change",
        )  # fmt: skip


def accept_batch(batch: Batch, standing: Standing, roster: Roster) -> Accepted | NothingNew | AskFrom:
    """Judge a batch. Raises VerificationError, InputError or RefusedError; nothing was changed then."""
    if batch.start > standing.size:
        return AskFrom(standing.size)
    leaves = batch.leaves[standing.size - batch.start :]
    if not leaves and batch.start + len(batch.leaves) < standing.size:
        return NothingNew()
    end = standing.size + len(leaves)
    checkpoint = checkpoint_of(batch.checkpoint, standing.ledger, roster)
    if checkpoint.size < end:
        raise ProofInvalidError(f"a checkpoint of {checkpoint.size} cannot cover {end} entries")
    if leaves:
        _admit(standing, roster, standing.size)
    grown = CompactRange(standing.size, standing.edge)
    hashes = tuple(leaf_hash(leaf) for leaf in leaves)
    grown.extend(hashes)
    if end:
        verify_consistency(end, checkpoint.size, list(batch.proof), grown.root(), checkpoint.root)
    envelopes = _open_covered(leaves, standing, roster)
    kept = len(envelopes)
    _check_end(standing, hashes[:kept], roster)
    if kept == len(leaves):
        parts = _check_parts(batch.parts, standing.size, envelopes)
        return Accepted(leaves, hashes, envelopes, parts, checkpoint, exact=checkpoint.size == end)
    before = tuple(part for part in batch.parts if part[0] < standing.size + kept)
    parts = _check_parts(before, standing.size, envelopes)
    return Accepted(leaves[:kept], hashes[:kept], envelopes, parts, checkpoint, exact=False)


def _check_end(standing: Standing, hashes: Sequence[bytes], roster: Roster) -> None:
    """Refuse a history that ends elsewhere than the members agreed a ledger ends. Raises ProofInvalidError."""
    final = roster.member(standing.ledger).final
    if final is None or not hashes or standing.size + len(hashes) != final.size:
        return
    reached = CompactRange(standing.size, standing.edge)
    reached.extend(hashes)
    if hash_text(reached.root()) != final.root:
        raise ProofInvalidError(
            f"the {final.size} entries of {standing.ledger} are not those with which the roster ends its ledger",
            remedy="ask the member that sent them, and those who signed the roster, which history they hold",
        )


def _open_covered(leaves: Sequence[bytes], standing: Standing, roster: Roster) -> tuple[Envelope, ...]:
    """Read leaves whose root a verified checkpoint signed, up to the member's final head or the first bad one.

    What stands before a leaf that nobody can take in is taken in however the sender cut its batches, so that
    every member ends at the same entry. Raises InputError or SignatureInvalidError if the first one is bad.
    """
    ledger, final = standing.ledger, roster.member(standing.ledger).final
    envelopes: list[Envelope] = []
    for index, leaf in enumerate(leaves, standing.size):
        if final is not None and index >= final.size:
            break
        try:
            envelopes.append(_open_leaf_covered(leaf, ledger, index, roster))
        except (InputError, SignatureInvalidError):
            if not envelopes:
                raise
            break
    return tuple(envelopes)


def _open_leaf_covered(leaf: bytes, ledger: str, index: int, roster: Roster) -> Envelope:
    verifier = roster.entry_verifier(ledger, index)
    return open_leaf(leaf, originator=ledger, index=index, verifier=verifier, is_covered=True)


def open_ahead(
    leaf: bytes, ledger: str, index: int, *, checkpoint: bytes, proof: Sequence[bytes], roster: Roster
) -> tuple[Envelope, Checkpoint]:
    """Read a leaf ahead of its turn by its inclusion in a signed checkpoint, as a batch would be read (ADR 0009).

    Raises VerificationError or InputError.
    """
    found = checkpoint_of(checkpoint, ledger, roster)
    verify_inclusion(leaf_hash(leaf), index, found.size, list(proof), found.root)
    return _open_leaf_covered(leaf, ledger, index, roster), found


def _check_parts(
    offered: tuple[tuple[int, str, bytes], ...], start: int, envelopes: tuple[Envelope, ...]
) -> Parts:
    parts: Parts = {}
    headers: dict[tuple[int, str], PartHeader] = {
        (start + i, part.name): part for i, envelope in enumerate(envelopes) for part in envelope.parts
    }
    for index, name, sealed in offered:
        if index < start:
            continue
        header = headers.get((index, name))
        if header is None or not check_part(header, sealed):
            raise ProofInvalidError(f"a sealed part of entry {index} is not the one its envelope names")
        parts[index, name] = sealed
    return parts


@dataclass(frozen=True)
class AcceptedExpress:
    """An urgent entry that is certainly in its member's ledger, ahead of its turn."""

    envelope: Envelope
    parts: Parts = field(repr=False)
    checkpoint: Checkpoint


def accept_express(express: Express, standing: Standing, roster: Roster) -> AcceptedExpress | NothingNew:
    """Judge an urgent entry ahead of its turn. Raises VerificationError, InputError or RefusedError."""
    if express.index < standing.size:
        return NothingNew()
    _admit(standing, roster, express.index)
    envelope, checkpoint = open_ahead(
        express.leaf, standing.ledger, express.index,
        checkpoint=express.checkpoint, proof=express.proof, roster=roster,
    )  # fmt: skip
    if envelope.urgency != "immediate":
        raise RefusedError(
            f"entry {express.index} of {standing.ledger} may not overtake others", why="it is routine"
        )
    offered = tuple((express.index, name, sealed) for name, sealed in express.parts)
    return AcceptedExpress(envelope, _check_parts(offered, express.index, (envelope,)), checkpoint)
