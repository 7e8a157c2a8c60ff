"""The roster chain as stored: from the pinned genesis to the version in force.

Knows:    every roster document accepted here.
Told:     documents by peers, files and people; the genesis hash agreed out of band.
Answers:  the roster in force, and the documents a partner lacks.
Trusted:  yes; re-verified from the genesis at every start.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from evenhand.ground.errors import NotFoundError, RollbackError
from evenhand.ground.store import Store
from evenhand.trust.roster import Roster, open_genesis, open_next, read_roster

_PREFIX: Final = b"roster/"


@lru_cache(maxsize=64)
def _opened(pinned: str, documents: tuple[bytes, ...]) -> Roster:
    """Judge the last document of a chain; remembered by all that decides it, the genesis hash and every byte.

    Raises as `open_genesis` and `open_next`; a refusal is not remembered.
    """
    if len(documents) == 1:
        return open_genesis(documents[0], pinned_hash=pinned)
    return open_next(documents[-1], _opened(pinned, documents[:-1]))


class RosterChain:
    """All roster versions accepted here, oldest first."""

    def __init__(self, store: Store, pinned_genesis: str) -> None:
        self._store = store
        self._pinned = pinned_genesis
        self.documents: list[bytes] = []
        self._rosters: list[Roster] = []
        for _, document in store.scan(_PREFIX, _PREFIX + b"\xff"):
            self._keep(self._judge(document), document)

    @property
    def current(self) -> Roster:
        """The version in force. Raises NotFoundError before the genesis was taken in."""
        if not self._rosters:
            raise NotFoundError("this node has no roster yet", remedy="run `evenhand node join GENESIS_FILE`")
        return self._rosters[-1]

    @property
    def is_empty(self) -> bool:
        """Whether no roster is held yet."""
        return not self._rosters

    def offer(self, document: bytes) -> Roster | None:
        """Take in a document if it is the next version; return the new roster, or None if it is held already.

        Raises RollbackError (a fork, or a version too far ahead), SignatureInvalidError or InputError.
        """
        if document in self.documents:
            return None
        offered = read_roster(document)
        if offered.version <= len(self._rosters):
            if offered == self._rosters[offered.version - 1]:
                return None
            raise RollbackError(
                f"another roster of version {offered.version} was offered than the one in force here",
                remedy="compare `evenhand roster show` with other members by telephone",
            )
        roster = self._judge(document)
        self._store.apply({_PREFIX + roster.version.to_bytes(8, "big"): document})
        self._keep(roster, document)
        return roster

    def _judge(self, document: bytes) -> Roster:
        return _opened(self._pinned, (*self.documents, document))

    def _keep(self, roster: Roster, document: bytes) -> None:
        self._rosters.append(roster)
        self.documents.append(document)

    def since(self, version: int) -> list[bytes]:
        """Return the documents after a version, oldest first."""
        return self.documents[version:]
