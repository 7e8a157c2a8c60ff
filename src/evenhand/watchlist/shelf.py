"""A shelf of notices that are unpacked when somebody asks for one: a restart need not unpack a hundred thousand.

Knows:    which block of packed notices holds which id.
Told:     ids in order, and a way to unpack a block.
Answers:  as a dict of notices by id.
Trusted:  yes, as far as its blocks: whoever packed them checked them before they came here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import Final

from evenhand.watchlist.fold import Held

PER_BLOCK: Final = 256
"""Notices in a block: one is unpacked in a millisecond, and a hundred thousand need 400."""

Unpack = Callable[[int], Sequence[Held]]
"""Unpack block n: the notices whose ids stand at n * PER_BLOCK and after. Raises CorruptionError."""


class Shelf(MutableMapping[str, Held]):
    """Notices by id, in the order they became known; the rest of a block is unpacked with the first of it."""

    def __init__(self, ids: Sequence[str], unpack: Unpack) -> None:
        self._held: dict[str, Held | int] = dict(zip(ids, range(len(ids)), strict=True))
        self._unpack = unpack

    def __getitem__(self, notice_id: str) -> Held:
        """Return a notice, unpacking its block if need be."""
        held = self._held[notice_id]
        if isinstance(held, int):
            for one in self._unpack(held // PER_BLOCK):
                if isinstance(self._held.get(one.notice_id), int):
                    self._held[one.notice_id] = one
            held = self._held[notice_id]
            assert not isinstance(held, int), "a block holds what its place in the order says"
        return held

    def __contains__(self, notice_id: object) -> bool:
        """Say whether a notice is known, without unpacking."""
        return notice_id in self._held

    def __setitem__(self, notice_id: str, held: Held) -> None:
        """Keep a notice."""
        self._held[notice_id] = held

    def __delitem__(self, notice_id: str) -> None:
        """Forget a notice."""
        del self._held[notice_id]

    def __iter__(self) -> Iterator[str]:
        """Yield ids in order, without unpacking."""
        return iter(self._held)

    def __reversed__(self) -> Iterator[str]:
        """Yield ids from the newest, without unpacking."""
        return reversed(self._held)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._held)
