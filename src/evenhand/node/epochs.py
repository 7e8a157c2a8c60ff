"""Epochs between erasures: what is sealed in one cannot be opened in the next, by anybody.

Knows:    one random value in the node's store, which every erasure replaces.
Told:     that something was erased; a title, by a room that keeps copies elsewhere.
Answers:  the key under which that room seals its copies now.
Trusted:  yes: the value is scrubbed from the store's files with what was erased, so that copies go with it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from evenhand.ground.store import Batch, Store

_PLACE: Final = b"erased/epoch"
_EPOCH_BYTES: Final = 32


def new_epoch(entropy: Callable[[int], bytes]) -> Batch:
    """Return the rows that begin an epoch."""
    return {_PLACE: entropy(_EPOCH_BYTES)}


def key_of_epoch(store: Store, storage_key: bytes, title: bytes) -> bytes:
    """Return the 32 bytes under which copies are sealed until the next erasure."""
    return hmac.digest(storage_key, title + (store.get(_PLACE) or b""), "sha256")
