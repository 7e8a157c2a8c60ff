"""Parity: given another member's heads, say equal, or exactly what each side lacks and why.

Knows:    positions, and which entries are released to whom.
Told:     our view and theirs.
Answers:  one line per ledger.
Trusted:  for what it says of us; of them it repeats what they signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evenhand.watchlist.digest import Position

Difference = Literal["equal", "we_are_behind", "they_are_behind", "forked", "express", "parts_missing"]


@dataclass(frozen=True)
class LedgerParity:
    """How two members stand on one ledger; counts are entries."""

    ledger: str
    difference: Difference
    we_lack: int
    they_lack: int
    not_released_to_us: int
    not_released_to_them: int
    text: str


@dataclass(frozen=True)
class Parity:
    """How two members stand: equal views, or not, and where."""

    equal: bool
    ours: str
    theirs: str
    ledgers: tuple[LedgerParity, ...]
    remarks: tuple[str, ...]


def compare(
    ours: Position | None,
    theirs: Position | None,
    *,
    prefix_root: str | None,
    withheld: tuple[int, int],
    ledger: str,
) -> LedgerParity:  # fmt: skip
    """Compare two positions of one ledger.

    `prefix_root` is the root of the larger ledger, as held here, at the size of the smaller; None if unknown.
    `withheld` counts the entries held here that are not released to us and not released to them.
    """
    mine, other = (
        (ours or Position(ledger=ledger, size=0, root="")),
        (theirs or Position(ledger=ledger, size=0, root="")),
    )
    to_us, to_them = withheld
    gap = other.size - mine.size
    difference: Difference = "equal"
    text = f"{ledger}: equal at {mine.size} entries"
    if gap == 0 and mine.root != other.root:
        difference, text = (
            "forked",
            f"{ledger}: two histories of {mine.size} entries; see `evenhand peer status`",
        )
    elif gap < 0 and prefix_root not in (None, other.root) and other.size:
        difference, text = "forked", f"{ledger}: their {other.size} entries are not a prefix of ours"
    elif gap > 0:
        difference, text = "we_are_behind", f"{ledger}: we are behind by {gap} entries of {ledger}"
    elif gap < 0:
        difference, text = "they_are_behind", f"{ledger}: they are behind by {-gap} entries of {ledger}"
    elif mine.missing != other.missing:
        difference = "parts_missing"
        text = f"{ledger}: parts have not arrived: ours {len(mine.missing)}, theirs {len(other.missing)}"
    elif mine.express != other.express:
        difference, text = "express", f"{ledger}: urgent entries were applied ahead of their turn on one side"
    if to_us:
        text += f"; {to_us} entries are not released to us by {ledger}"
    if to_them:
        text += f"; {to_them} entries are not released to them by {ledger}"
    return LedgerParity(
        ledger=ledger, difference=difference, we_lack=max(0, gap), they_lack=max(0, -gap),
        not_released_to_us=to_us, not_released_to_them=to_them, text=text,
    )  # fmt: skip


def remarks(versions: Mapping[str, tuple[object, object]]) -> tuple[str, ...]:
    """Say which versions (roster, matcher) differ between the two sides: {what: (ours, theirs)}."""
    return tuple(
        f"{what} differs: ours {a}, theirs {b}" for what, (a, b) in sorted(versions.items()) if a != b
    )
