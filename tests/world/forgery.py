"""Lies that a member tells in another's name, or after its end: none of them may come in anywhere.

A forger relays: entries that nobody wrote, under a checkpoint that its own key signed in another's name; an
urgent entry under a true checkpoint that does not cover it; evidence against a member that did nothing. A
defier was expelled and goes on publishing under the roster that still named it.
"""

from __future__ import annotations

import hashlib

from evenhand.exchange.evidence import build_evidence
from evenhand.exchange.frames import Batch, EvidenceFrame, Express, Frame
from evenhand.ground.clock import format_ms
from evenhand.ledger.checkpoint import Checkpoint
from evenhand.ledger.envelope import Envelope, PartHeader, Urgency, hash_text, print_leaf
from evenhand.ledger.log import Log
from evenhand.ledger.merkle import leaf_hash
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Retraction
from evenhand.trust import ed25519
from evenhand.trust.note_keys import signature_line
from evenhand.trust.roster import Roster

_URGENCIES: tuple[Urgency, ...] = ("routine", "immediate")
_PART = b"nobody wrote this".ljust(512, b".")


def forged(forger: Member, victim: str, now_ms: int) -> list[Frame]:
    """Return what a forger would have others believe of a victim's ledger, as far as it holds that ledger."""
    log = forger.ledgers.log(victim)
    leaf, urgent = (_leaf(forger, victim, now_ms, urgency) for urgency in _URGENCIES)
    extension = log.extend([leaf])
    note = _checkpoint(forger, victim, extension.head.size, extension.root)
    frames: list[Frame] = [
        Batch(ledger=victim, start=log.size, leaves=(leaf,), checkpoint=note, parts=((log.size, "match", _PART),)),
        EvidenceFrame(evidence=_slander(forger, victim, log)),
    ]
    if log.size and log.head.checkpoint_size == log.size:
        frames += [
            Express(
                ledger=victim, index=log.size, leaf=urgent, parts=(("match", _PART),), checkpoint=log.head.checkpoint,
                proof=(leaf_hash(leaf),),
            ),
            Express(
                ledger=victim, index=log.size, leaf=urgent, parts=(("match", _PART),), checkpoint=note,
                proof=tuple(log.inclusion(log.size - 1, log.size)),
            ),
            Batch(
                ledger=victim, start=log.size, leaves=(leaf,), checkpoint=log.head.checkpoint,
                parts=((log.size, "match", _PART),),
            ),
        ]  # fmt: skip
    return frames


def _leaf(forger: Member, victim: str, now_ms: int, urgency: Urgency) -> bytes:
    index = forger.ledgers.log(victim).size
    header = PartHeader(
        name="match", sha256=hash_text(hashlib.sha256(_PART).digest()), bytes=len(_PART),
        commitment=hash_text(bytes(32)), audience="", epoch=0,
    )  # fmt: skip
    envelope = Envelope(originator=victim, index=index, time=format_ms(now_ms), urgency=urgency, parts=(header,))
    stolen = forger.roster.entry_verifier(victim, index).key_id  # a public hint: anyone can write it
    return print_leaf(envelope, seed=forger.keys.log_seed, key_id=stolen)


def _checkpoint(forger: Member, victim: str, size: int, root: bytes) -> bytes:
    """Sign in another's name: the right name and key id, over the signature of another key."""
    verifier = forger.roster.checkpoint_verifiers(victim, size)[-1]
    text = Checkpoint(forger.roster.origin(victim), size, root).text
    blob = ed25519.sign(forger.keys.log_seed, text.encode())
    return (text + "\n" + signature_line(verifier.name, verifier.key_id, blob)).encode()


def _slander(forger: Member, victim: str, log: Log) -> bytes:
    first, second = _checkpoint(forger, victim, 1, bytes(32)), _checkpoint(forger, victim, 1, b"\1" * 32)
    return build_evidence(victim, first, second, prefix_root=b"\1" * 32, proof=[])


def defied(outcast: Member, roster: Roster, sizes: dict[str, int]) -> dict[str, list[Frame]]:
    """Let an expelled member say something urgent under an old roster; return what it sends each reader of a size."""
    publisher, log = outcast.publisher, outcast.ledgers.log(outcast.code)
    record = Outgoing(Retraction(notice_id="0" * 32, reason="mistake"))
    publisher.issue_keys([record.match_label], roster)
    publisher._write([publisher._seal(record, log.size, roster)])
    note, index = log.head.checkpoint, log.size - 1
    (leaf,) = log.entries(index, index + 1)
    parts = tuple((name, sealed) for (_, name), sealed in sorted(log.parts(index, index + 1).items()))
    return {
        reader: [
            Batch(
                ledger=outcast.code, start=size, leaves=tuple(log.entries(size, log.size)), checkpoint=note, parts=(),
            ),
            Express(
                ledger=outcast.code, index=index, leaf=leaf, parts=parts, checkpoint=note,
                proof=tuple(log.inclusion(index, log.size)),
            ),
        ]
        for reader, size in sizes.items()
        if size < log.size
    }  # fmt: skip


