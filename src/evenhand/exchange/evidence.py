"""Evidence that a member signed two histories: built from its own signatures, checked by anyone.

Knows:    checkpoints and consistency proofs.
Told:     two signed checkpoints of one ledger, and the hashes that connect the larger to its own past.
Answers:  canonical bytes that convince a stranger with the roster, or a refusal.
Trusted:  no need: the two signatures are the proof, whoever carries it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Final

import msgspec

from evenhand.exchange.mirror import checkpoint_of
from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError, ProofInvalidError
from evenhand.ledger.merkle import verify_consistency
from evenhand.trust.roster import Roster


class Equivocation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two signed checkpoints of `ledger` that no one history can have.

    `first` has the smaller or equal size; `prefix_root` is what the history of `second` had at that size,
    shown by `proof` (RFC 9162 section 2.1.4). It differs from the root signed in `first`.
    """

    format: int = 1
    ledger: str
    first: str
    second: str
    prefix_root: str
    proof: tuple[str, ...]


_CODEC: Final[Codec[Equivocation]] = Codec(Equivocation)


def build_evidence(
    ledger: str, first: bytes, second: bytes, *, prefix_root: bytes, proof: list[bytes]
) -> bytes:
    """Print evidence as canonical JSON; `open_evidence` judges it."""
    return _CODEC.encode(
        Equivocation(
            ledger=ledger, first=first.decode("utf-8"), second=second.decode("utf-8"),
            prefix_root=b64encode(prefix_root).decode("ascii"),
            proof=tuple(b64encode(one).decode("ascii") for one in proof),
        )
    )  # fmt: skip


def accused(data: bytes) -> str:
    """Return whose ledger evidence speaks of, before anything is believed. Raises InputError."""
    return _CODEC.decode(data).ledger


def open_evidence(data: bytes, roster: Roster) -> Equivocation:
    """Check evidence against the roster. Raises VerificationError or InputError if it proves nothing."""
    claim = _CODEC.decode(data)
    if claim.ledger not in roster.by_code:
        raise ProofInvalidError(f"evidence speaks of {claim.ledger[:10]!r}, who is no member here")
    first = checkpoint_of(claim.first.encode("utf-8"), claim.ledger, roster)
    second = checkpoint_of(claim.second.encode("utf-8"), claim.ledger, roster)
    try:
        prefix_root = b64decode(claim.prefix_root, validate=True)
        proof = [b64decode(one, validate=True) for one in claim.proof]
    except ValueError as error:
        raise InputError("evidence holds a hash that is not base64") from error
    if first.size > second.size or not first.size:
        raise InputError("evidence names its smaller checkpoint first, and no empty one")
    verify_consistency(first.size, second.size, proof, prefix_root, second.root)
    if prefix_root == first.root:
        raise ProofInvalidError("these two checkpoints agree: nothing is proved")
    return claim
