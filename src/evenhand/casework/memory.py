"""What reading the whole decision book leaves in memory, kept so that a start reads only what came after.

Knows:    the parts of an office that are read off its book, and the code that read them.
Told:     by an office, at a moment when nothing waits.
Answers:  bytes, and the same parts from them, if the same code wrote them.
Trusted:  its bytes must be this node's own: whoever keeps them seals them. A memory that does not fit the book is
          ignored, and deleting it costs only time.

Python's own serialisation is used: 25 rules with clocks of their own have no other common form. It runs code that
its bytes name, so it opens nothing that was not sealed by this node. Source: docs/adr/0065.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.casework.breaches import Breaches
from evenhand.casework.docket import Docket
from evenhand.casework.mailroom import Mailroom
from evenhand.casework.overseer import Overseer
from evenhand.casework.records import Keeping
from evenhand.oversight.months import Months
from evenhand.screening.cleared import ClearedPairs, Evidence

_ROOMS: Final = ("casework", "oversight", "screening")


@dataclass
class Memory:
    """The parts of an office as of `size` entries under `root`; `edition` is that of the code."""

    edition: str
    member: str
    policy: Any
    size: int
    root: bytes
    docket: Docket
    mailroom: Mailroom
    pairs: ClearedPairs
    overseer: Overseer
    evidence: dict[str, Evidence]
    trail: dict[str, list[int]]
    missed: set[tuple[str, str, str, int]]
    deleted: dict[Keeping, int]
    months: Months
    breaches: Breaches


@cache
def edition() -> str:
    """Return the digest of the code that reads the book: another code may remember other things."""
    root, hashed = Path(__file__).resolve().parents[1], hashlib.sha256(msgspec.__version__.encode())
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()


def dump(memory: Memory) -> bytes:
    """Return a memory as bytes, to be sealed."""
    return pickle.dumps(memory, protocol=pickle.HIGHEST_PROTOCOL)


def load(data: bytes) -> Memory | None:
    """Return the memory in bytes that this node sealed, or None where other code wrote them."""
    try:
        found = pickle.loads(data)  # noqa: S301 - sealed under this node's storage key
    except Exception:  # noqa: BLE001 - a class that is gone may raise anything; then the book is read
        return None
    return found if isinstance(found, Memory) and found.edition == edition() else None
