"""A member's ledger made by hand: leaves, parts, checkpoints, and a roster that names its keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from evenhand.exchange.frames import Batch, Express
from evenhand.exchange.mirror import Standing
from evenhand.ground.clock import format_ms
from evenhand.ledger import merkle
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.envelope import Envelope, PartHeader, Urgency, hash_text, print_leaf
from evenhand.ledger.merkle import CompactRange, leaf_hash
from evenhand.trust.keys import MemberKeys, generate_keys
from evenhand.trust.roster import Roster, card

NOW = 1_790_000_000_000
CODES = ("ITA", "PHL", "XPO")


def keys_of(code: str) -> MemberKeys:
    """Return fixed keys of a member."""
    counter = iter(range(sum(map(ord, code)), 10_000))
    return generate_keys(
        member=code,
        coalition="shield.example",
        entropy=lambda n: next(counter).to_bytes(4, "big").rjust(n, b"\1"),
        now_ms=NOW,
    )


KEYS = {code: keys_of(code) for code in CODES}
ROSTER = Roster(
    coalition="shield.example",
    version=1,
    previous=None,
    issued=format_ms(NOW),
    expires=format_ms(NOW + 10**10),
    threshold=2,
    members=tuple(card(KEYS[code], name=code, urls=()) for code in CODES),
)


@dataclass
class Made:
    """One member's ledger in memory."""

    code: str = "ITA"
    leaves: list[bytes] = field(default_factory=list)
    parts: dict[int, bytes] = field(default_factory=dict)

    def add(self, *, urgency: Urgency = "routine", salt: bytes = b"") -> int:
        """Append an entry with one part and return its index."""
        index = len(self.leaves)
        sealed = (b"part %d" % index + salt).ljust(512, b".")
        header = PartHeader(
            name="match",
            sha256=hash_text(hashlib.sha256(sealed).digest()),
            bytes=512,
            commitment=hash_text(bytes(32)),
            audience="a",
            epoch=1,
        )
        envelope = Envelope(
            originator=self.code, index=index, time=format_ms(NOW + index), urgency=urgency, parts=(header,)
        )
        keys = KEYS[self.code]
        self.leaves.append(print_leaf(envelope, seed=keys.log_seed, key_id=keys.log_signer().verifier.key_id))
        self.parts[index] = sealed
        return index

    def grow(self, count: int) -> Made:
        """Append ordinary entries."""
        for _ in range(count):
            self.add()
        return self

    def hashes(self) -> list[bytes]:
        """Return the leaf hashes."""
        return [leaf_hash(leaf) for leaf in self.leaves]

    def root(self, size: int | None = None) -> bytes:
        """Return the root at a size."""
        return merkle.root_of(self.hashes()[: len(self.leaves) if size is None else size])

    def checkpoint(self, size: int | None = None, *, root: bytes | None = None, by: str | None = None) -> bytes:
        """Return a signed checkpoint."""
        size = len(self.leaves) if size is None else size
        keys = KEYS[by or self.code]
        signer = keys.log_signer()
        return sign_checkpoint(Checkpoint(signer.name, size, self.root(size) if root is None else root), signer)

    def batch(self, start: int, stop: int, *, at: int | None = None) -> Batch:
        """Return entries start..stop-1 under a checkpoint of size `at` (default: all)."""
        size = len(self.leaves) if at is None else at
        return Batch(
            ledger=self.code,
            start=start,
            leaves=tuple(self.leaves[start:stop]),
            parts=tuple((i, "match", self.parts[i]) for i in range(start, stop)),
            checkpoint=self.checkpoint(size),
            proof=tuple(merkle.consistency_proof(self.hashes(), stop, size)) if 0 < stop < size else (),
        )

    def express(self, index: int) -> Express:
        """Return an entry with its inclusion proof under the newest checkpoint."""
        return Express(
            ledger=self.code,
            index=index,
            leaf=self.leaves[index],
            parts=(("match", self.parts[index]),),
            checkpoint=self.checkpoint(),
            proof=tuple(merkle.inclusion_proof(self.hashes(), index, len(self.leaves))),
        )

    def standing(self, size: int, *, quarantined: bool = False) -> Standing:
        """Return what a mirror holds after `size` entries."""
        tree = CompactRange()
        tree.extend(self.hashes()[:size])
        return Standing(self.code, size, tree.hashes, quarantined)
