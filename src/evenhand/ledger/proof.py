"""Portable proofs: a text that shows anyone, offline, that an entry is in a ledger.

Knows:    the text form of C2SP tlog-proof@v1.
Told:     index, hashes and checkpoint; or proof text and the keys its reader trusts.
Answers:  the text, or the checkpoint under which the entry is proved.
Trusted:  yes, but for `extra`, which nothing authenticates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import NOTE_BYTES_MAX, PROOF_HASHES_MAX
from evenhand.ledger.checkpoint import Checkpoint, open_checkpoint, parse_hash, parse_size
from evenhand.ledger.merkle import leaf_hash, verify_inclusion
from evenhand.trust.note import Verifier
from evenhand.trust.note_keys import decode_base64, encode_base64

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof with its signed checkpoint (note bytes); `extra` is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def parse_proof(data: bytes) -> TlogProof:
    """Parse a proof; InputError (LimitError for too long) unless it prints back the same.

    The checkpoint is only cut out; `verify_proof` opens it.
    """
    if len(data) > 2 * NOTE_BYTES_MAX:
        raise LimitError("A proof is too long.")
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator or not checkpoint:
        raise InputError("A proof holds no checkpoint.")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise InputError("A proof is malformed.") from None
    if lines.pop(0) != _HEADER:
        raise InputError("A proof does not begin with its format's name.")
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        extra = decode_base64(lines.pop(0).removeprefix(_EXTRA))
    if not lines or not lines[0].startswith(_INDEX):
        raise InputError("A proof has no index line.")
    index = parse_size(lines.pop(0).removeprefix(_INDEX))
    if len(lines) > PROOF_HASHES_MAX:
        raise LimitError(f"A proof has more than {PROOF_HASHES_MAX} hashes.")
    return TlogProof(index, tuple(map(parse_hash, lines)), checkpoint, extra)


def print_proof(proof: TlogProof) -> bytes:
    """Print a proof that `parse_proof` reads back; InputError if it cannot be one."""
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(_EXTRA + encode_base64(proof.extra))
    lines.append(f"{_INDEX}{proof.index}")
    lines += map(encode_base64, proof.hashes)
    data = "".join(line + "\n" for line in lines).encode() + b"\n" + proof.checkpoint
    parse_proof(data)  # refuses what could not be read back
    return data


def verify_proof(
    proof: TlogProof, entry: bytes, verifiers: Iterable[Verifier], *, origin: str | None = None
) -> Checkpoint:
    """Check that `entry` is in the ledger and return the checkpoint that commits to it.

    Raises InputError, SignatureInvalidError or VerificationError for the checkpoint, as
    `open_checkpoint`, and ProofInvalidError when the entry is not proved.
    """
    checkpoint = open_checkpoint(proof.checkpoint, verifiers, origin=origin)
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint
