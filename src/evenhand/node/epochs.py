"""Epochs between erasures: what is sealed in one cannot be opened in the next, by anybody.

Knows:    one random value in the node's store, which every erasure replaces, and how many entries had been erased then.
Told:     that something was erased; a title, by a room that keeps copies elsewhere.
Answers:  the key under which that room seals its copies now.
Trusted:  yes: the value is scrubbed from the store's files with what was erased, so that copies go with it.

A start replays every erasure there ever was. The count tells these from one whose epoch a crash kept from beginning.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from evenhand.ground.store import Batch, Store
from evenhand.watchlist.fold import Fold

_PLACE: Final = b"erased/epoch"
_COUNT_BYTES: Final = 8
_RANDOM_BYTES: Final = 32


def new_epoch(fold: Fold, entropy: Callable[[int], bytes]) -> Batch:
    """Return the rows that begin an epoch."""
    return {_PLACE: _count(fold) + entropy(_RANDOM_BYTES)}


def is_over(store: Store, fold: Fold) -> bool:
    """Say whether entries have been erased since the epoch began."""
    return (store.get(_PLACE) or b"")[:_COUNT_BYTES] != _count(fold)


def key_of_epoch(store: Store, storage_key: bytes, title: bytes) -> bytes:
    """Return the 32 bytes under which copies are sealed until the next erasure."""
    return hmac.digest(storage_key, title + (store.get(_PLACE) or b""), "sha256")


def _count(fold: Fold) -> bytes:
    return sum(len(one.gone) for one in fold.ledgers.values()).to_bytes(_COUNT_BYTES, "big")
