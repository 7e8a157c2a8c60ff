"""Fuzzing targets for what C2SP writes: notes, checkpoints, tiles, proofs, witness requests; and ledger entries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from evenhand.ground.errors import InputError
from evenhand.ledger import merkle
from evenhand.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from evenhand.ledger.envelope import Envelope, PartHeader, hash_text, parse_leaf, print_leaf
from evenhand.ledger.policy import parse_policy, print_policy
from evenhand.ledger.proof import TlogProof, parse_proof, print_proof
from evenhand.ledger.tiles import decode_bundle, decode_tile, encode_bundle, parse_tile_path
from evenhand.ledger.witness_text import AddCheckpoint, parse_add_checkpoint, print_add_checkpoint
from evenhand.trust.note import Signer, parse_note, parse_vkey, print_note
from tests.fuzz.targets import Target

SIGNER = Signer("ledgers.example.org/ita/1", bytes(range(32)))
HASHES = [merkle.leaf_hash(b"%d" % number) for number in range(5)]
CHECKPOINT = Checkpoint(SIGNER.name, 5, merkle.root_of(HASHES))
SIGNED = sign_checkpoint(CHECKPOINT, SIGNER)
PROOF = TlogProof(2, tuple(merkle.inclusion_proof(HASHES, 2, 5)), SIGNED, b"x")
REQUEST = AddCheckpoint(3, tuple(merkle.consistency_proof(HASHES, 3, 5)), SIGNED)
POLICY = f"log {SIGNER.verifier.vkey}\nwitness w {SIGNER.verifier.vkey} https://w.example/\ngroup g 1 w\nquorum g\n"


def printed_back(parse: Callable[[bytes], Any], show: Callable[[Any], bytes]) -> Callable[[bytes], None]:
    """Return a target: what is read prints back the same."""

    def read(data: bytes) -> None:
        try:
            found = parse(data)
        except InputError:
            return
        assert show(found) == data

    return read


def checkpoint(data: bytes) -> None:
    """A checkpoint's text is read or refused, and prints back."""
    with suppress(InputError, UnicodeDecodeError):
        text = data.decode("utf-8")
        assert parse_checkpoint(text).text == text


def key(data: bytes) -> None:
    """A verifier key is read or refused, and prints back."""
    with suppress(InputError, UnicodeDecodeError):
        text = data.decode("utf-8")
        assert parse_vkey(text).vkey == text


def tile(data: bytes) -> None:
    """A tile is whole hashes or refused."""
    with suppress(InputError):
        assert b"".join(decode_tile(data)) == data


def tile_path(data: bytes) -> None:
    """A tile has one path."""
    with suppress(InputError, UnicodeDecodeError):
        text = data.decode("utf-8")
        assert parse_tile_path(text).path == text


def entry(data: bytes) -> None:
    """A ledger entry is read or refused."""
    parse_leaf.cache_clear()
    with suppress(InputError):
        assert parse_leaf(data)[0].parts


def policy(data: bytes) -> None:
    """A witness policy is read or refused, and means the same when printed."""
    try:
        found = parse_policy(data)
    except InputError:
        return
    assert parse_policy(print_policy(found)) == found


def leaf() -> bytes:
    """Return a sound ledger entry."""
    part = PartHeader(
        name="match", sha256=hash_text(bytes(32)), bytes=512, commitment=hash_text(bytes(32)), audience="A" * 24,
        epoch=1,
    )  # fmt: skip
    envelope = Envelope(originator="ITA", index=3, time="2026-01-01T00:00:00.000Z", urgency="routine", parts=(part,))
    return print_leaf(envelope, seed=SIGNER.seed, key_id=SIGNER.verifier.key_id)


TARGETS = {
    "note": Target(printed_back(parse_note, print_note), lambda: [SIGNED], 400),
    "checkpoint": Target(checkpoint, lambda: [CHECKPOINT.text.encode()], 150),
    "verifier-key": Target(key, lambda: [SIGNER.verifier.vkey.encode()], 150),
    "bundle-of-entries": Target(printed_back(decode_bundle, encode_bundle), lambda: [encode_bundle([b"a", b""])], 300),
    "tile": Target(tile, lambda: [b"".join(HASHES)], 8_224),
    "tile-path": Target(tile_path, lambda: [b"tile/0/x001/234.p/5", b"tile/entries/000"], 60),
    "ledger-entry": Target(entry, lambda: [leaf()], 700),
    "ledger-proof": Target(printed_back(parse_proof, print_proof), lambda: [print_proof(PROOF)], 700),
    "witness-request": Target(
        printed_back(parse_add_checkpoint, print_add_checkpoint), lambda: [print_add_checkpoint(REQUEST)], 700
    ),
    "witness-policy": Target(policy, lambda: [POLICY.encode()], 500),
}
