"""Exports: entries of a decision book with their payloads and proofs, which anyone verifies offline.

Knows:    the form of an export, and what must fit in it.
Told:     a book and the entries wanted; or an export and the key its reader trusts.
Answers:  bytes; or what each entry says and whether all of it is proved.
Trusted:  an export is not: nothing in it counts before it is verified.

One signed checkpoint stands for the book; every entry brings its RFC 6962 inclusion proof, its salt and its
text. An entry whose payload was deleted is exported without it: that it existed, and when, is still proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from evenhand.casework.book import DecisionBook
from evenhand.casework.records import commit, parse_leaf, split_payload
from evenhand.ground.canonical import Codec
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import EvenhandError, ProofInvalidError
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.merkle import leaf_hash, verify_inclusion
from evenhand.trust.note_keys import Verifier, decode_base64, encode_base64


class ExportedEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One entry: its place, leaf, proof, and payload (base64) if it is still held."""

    index: int
    leaf: str
    proof: tuple[str, ...]
    payload: str = ""


class Export(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checkpoint (note text) and entries under it."""

    format: Literal[1] = 1
    checkpoint: str
    entries: tuple[ExportedEntry, ...]


class ExportVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an export proves: whose book, how large, and every entry as it was recorded."""

    good: bool
    origin: str
    size: int
    problems: tuple[str, ...]
    entries: tuple[dict[str, Any], ...]


_CODEC: Final[Codec[Export]] = Codec(Export)


def make_export(book: DecisionBook, indexes: Sequence[int]) -> Export:
    """Return entries of a book with their proofs under its newest checkpoint."""
    checkpoint, size = book.sign(), book.size
    entries = []
    for index in indexes:
        (leaf,) = book.log.entries(index, index + 1)
        payload = book.payload(index)
        entries.append(
            ExportedEntry(
                index=index, leaf=encode_base64(leaf),
                proof=tuple(encode_base64(one) for one in book.log.inclusion(index, size)),
                payload="" if payload is None else encode_base64(payload),
            )
        )  # fmt: skip
    return Export(checkpoint=checkpoint.decode("utf-8"), entries=tuple(entries))


def print_export(export: Export) -> bytes:
    """Print an export as canonical JSON."""
    return _CODEC.encode(export)


def verify_export(data: bytes, verifiers: Sequence[Verifier]) -> ExportVerdict:
    """Verify an export with nothing but the member's key. Raises InputError or SignatureInvalidError."""
    export = _CODEC.decode(data)
    checkpoint = open_checkpoint(export.checkpoint.encode("utf-8"), verifiers)
    problems: list[str] = []
    entries: list[dict[str, Any]] = []
    for entry in export.entries:
        try:
            entries.append(_verified(entry, checkpoint.size, checkpoint.root))
        except EvenhandError as error:
            problems.append(f"entry {entry.index}: {error.what}")
    return ExportVerdict(
        good=not problems, origin=checkpoint.origin, size=checkpoint.size, problems=tuple(problems),
        entries=tuple(entries),
    )  # fmt: skip


def _verified(entry: ExportedEntry, size: int, root: bytes) -> dict[str, Any]:
    data = decode_base64(entry.leaf)
    verify_inclusion(leaf_hash(data), entry.index, size, [decode_base64(one) for one in entry.proof], root)
    leaf = parse_leaf(data)
    told: dict[str, Any] = {"index": entry.index, "recorded": format_ms(leaf.at_ms), "keeping": leaf.keeping}
    if not entry.payload:
        return {**told, "deleted": True}
    salt, text = split_payload(decode_base64(entry.payload))
    if commit(salt, text) != decode_base64(leaf.commitment):
        raise ProofInvalidError("the payload is not the one that was recorded")
    return {**told, "says": msgspec.json.decode(text)}
