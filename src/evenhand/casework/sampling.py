"""Samples for review: drawn by a seed, so that anyone with the book draws the same.

Knows:    which encounters there are, and what came of them.
Told:     a seed, a count and a kind.
Answers:  encounters in the order in which the seed draws them.
Trusted:  yes: a sample that its subject could choose would show nothing.

The order is that of SHA-256 over the seed, the book's root and the encounter's id: whoever drew before the
book was closed could not know it. Source: PROCEDURE section 3 state 12 (quality review).
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec

from evenhand.casework.office import Office
from evenhand.screening.encounter import Encounter
from evenhand.screening.ladder import is_adverse

What = Literal["all", "adverse", "negative", "open"]
_CONTEXT: Final = b"evenhand/sample/v1\n"


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A sample, and all that is needed to draw it again: seed, size and root of the book, how many there were."""

    what: str
    seed: str
    size: int
    root: str
    among: int
    encounters: tuple[str, ...]


def draw(office: Office, *, what: What, count: int, seed: str) -> Drawn:
    """Return `count` encounters of a kind, as the seed draws them."""
    root = office.book.log.root
    among = [key for key, state in office.docket.states.items() if _is(state, what)]

    def drawn(key: str) -> bytes:
        return hashlib.sha256(_CONTEXT + seed.encode() + b"\n" + root + key.encode()).digest()

    return Drawn(
        what=what, seed=seed, size=office.book.size, root=root.hex(), among=len(among),
        encounters=tuple(sorted(among, key=drawn)[:count]),
    )  # fmt: skip


def _is(state: Encounter, what: What) -> bool:
    match what:
        case "adverse":
            return state.action is not None and is_adverse(state.action)
        case "negative":
            return bool(state.refuted)
        case "open":
            return state.stage != "CLOSED"
        case "all":
            return True
