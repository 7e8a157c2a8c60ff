"""Fetching a ledger again: what is held of it is dropped, and partners send it once more.

Knows:    which rows and files hold a ledger, and when dropping it would lose something for good.
Told:     a data folder whose node does not run, and a member's code.
Answers:  how much was dropped.
Trusted:  yes: it deletes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import msgspec

from evenhand.exchange.ledgers import is_convicted
from evenhand.ground.errors import NotFoundError, RefusedError, StoreError
from evenhand.ground.sqlite import SqliteStore
from evenhand.ledger.log import entry_row, forget_ledger
from evenhand.node.folder import Folder, alone
from evenhand.node.rosters import RosterChain


@contextmanager
def _stopped(folder: Folder) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(alone(folder))
        except StoreError as error:
            raise RefusedError(
                "a ledger is dropped while the node stands still", why="another process has this node open",
                remedy="stop the node, run this again, then start it",
            ) from error  # fmt: skip
        yield


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """What was dropped of a ledger: entries, and bytes of entries and sealed parts."""

    ledger: str
    entries: int
    bytes: int
    own: bool


def drop_ledger(folder: Folder, code: str, *, own: bool) -> Dropped:
    """Drop what is held of a ledger, whatever state it is in, so that partners send it again.

    Nothing of it is read: a rotten ledger keeps a node from opening. Raises NotFoundError, RefusedError
    or StoreError; nothing was changed then.
    """
    config = folder.read_config()
    if not config.genesis:
        raise NotFoundError(f"{config.member} belongs to no coalition yet", remedy="run `evenhand node join`")
    with _stopped(folder):
        store = SqliteStore(folder.store)
        try:
            code = RosterChain(store, config.genesis).current.member(code).code
            if code == config.member and not own:
                raise RefusedError(
                    f"{code} is this node's own ledger", why="entries that no partner holds would be lost for good",
                    remedy="if its own ledger is what rotted, say so with --own; partners send back what they hold",
                )  # fmt: skip
            if is_convicted(store, code):
                raise RefusedError(
                    f"{code} is quarantined", why="nothing of its ledger would be accepted again",
                    remedy="keep what is held; the members decide by a roster change",
                )  # fmt: skip
            rows = forget_ledger(store, code)
            first = entry_row(code, 0)[:-8]
            entries = [key for key in rows if key.startswith(first)]
            size = sum(len(store.get(key) or b"") for key in rows)
            # A snapshot of the same entries would pass for whole although sealed parts are gone.
            folder.snapshot.unlink(missing_ok=True)
            store.apply(rows)
            store.scrub()
        finally:
            store.close()
    return Dropped(ledger=code, entries=len(entries), bytes=size, own=code == config.member)
