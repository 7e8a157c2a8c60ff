"""Confirmation: what partners must have told about our own ledger before anything is signed after a start.

Knows:    whom we heard since the start, and how many are enough.
Told:     heartbeats as held, the roster, the instant.
Answers:  how far partners remember our ledger; why it may not be signed yet.
Trusted:  yes: a restored backup that signs forks the ledger for good.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from evenhand.exchange.ledgers import Ledgers
from evenhand.exchange.mirror import checkpoint_of
from evenhand.ground.errors import InputError, RefusedError, VerificationError
from evenhand.trust.roster import Roster

ASKING_MS: Final = 3_000
"""A partner in reach has connected and told its position by then: its heartbeat is the first thing it sends."""


def remembered(ledgers: Ledgers, own: str, *, beyond: int = 0) -> int:
    """Return the largest size of our ledger above `beyond` that a partner holds under our own signature, or `beyond`.

    A partner's word alone counts for nothing: else one liar could keep this node from signing.
    """
    sizes = [beyond]
    for heartbeat in ledgers.heartbeats.values():
        for head in heartbeat.heads:
            if head.ledger == own and head.checkpoint and head.size > max(sizes):
                try:
                    signed = checkpoint_of(head.checkpoint.encode("utf-8"), own, ledgers.roster)
                except (VerificationError, InputError):
                    continue
                sizes.append(signed.size)
    return max(sizes)


def partners_needed(others: int, wanted: int) -> int:
    """Return how many of `others` must be heard; `wanted` 0 means half of them, rounded up."""
    return min(others, wanted or (others + 1) // 2)


def unconfirmed(
    roster: Roster, own: str, heard_from: AbstractSet[str], *, since_start_ms: int, wanted: int
) -> RefusedError | None:
    """Return why partners have not yet said enough about our ledger, or None.

    All in reach are asked: as long as one is silent, the first seconds are waited for, however many spoke.
    """
    others = {code for code in roster.active_codes if code != own}
    heard, needed = others & heard_from, partners_needed(len(others), wanted)
    if heard == others:
        return None
    if len(heard) < needed:
        count = "no partner has" if not heard else f"{len(heard)} of the {needed} partners needed have"
        return RefusedError(
            f"{count} confirmed this ledger's size since the start",
            why="a restored backup that signs would fork the ledger",
            remedy="run the node and wait for partners: `evenhand peer status`; `signing.partners_to_confirm` "
            "in evenhand.toml says how many",
        )  # fmt: skip
    if 0 <= since_start_ms < ASKING_MS:
        return RefusedError(
            f"{len(heard)} of {len(others)} partners have confirmed this ledger's size so far",
            why="the others are still being asked: one of them may hold more of it",
            remedy=f"try again in {ASKING_MS // 1000} seconds",
        )
    return None
