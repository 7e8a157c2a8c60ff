"""The state digest: thirty-two bytes that tell two officers whether they look at the same picture.

Knows:    the view vector: roster version, each member's position, the matcher's version.
Told:     positions of ledgers as applied here.
Answers:  canonical bytes and their SHA-256.
Trusted:  yes: equal digests must mean equal answers at equal clearance.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256

import msgspec

from evenhand.ground.canonical import canonical_bytes


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How far one ledger is applied. `express` entries count ahead of `size`; `missing` ones lack a part."""

    ledger: str
    size: int
    root: str
    express: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


class ViewVector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Everything that decides an answer, beside the question, the instant and the clearance."""

    roster: int
    matcher: str
    positions: tuple[Position, ...]

    def digest(self) -> str:
        """Return the state digest as 64 hex digits."""
        return self._digest

    @cached_property
    def _digest(self) -> str:  # each answer names it, and a vector never changes
        return sha256(b"evenhand/state/v1\n" + canonical_bytes(self)).hexdigest()
