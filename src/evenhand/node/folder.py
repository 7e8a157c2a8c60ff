"""The data folder: where one node keeps its keys, its configuration, its store and its control socket.

Knows:    which file is which, and who may read it.
Told:     a path.
Answers:  a new folder, its configuration, an open member.
Trusted:  yes: whoever may write here is the member.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.clock import Clock
from evenhand.ground.errors import CorruptionError, InputError, NotFoundError, RefusedError, StoreError
from evenhand.ground.sqlite import SqliteStore
from evenhand.node.config import NodeConfig, parse_config, print_config
from evenhand.node.control_client import is_served
from evenhand.node.guard import FileGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.people.oidc import Provider
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from evenhand.node.warming import matcher_for
from evenhand.trust.keys import MemberKeys, load_keys

_PATIENCE_SECONDS: Final = 10.0  # a command that has the node open ends sooner, and a start takes no longer
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Folder:
    """The paths in a data folder."""

    path: Path

    @property
    def keys(self) -> Path:
        """Secret keys, mode 0600."""
        return self.path / "keys.json"

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.path / "evenhand.toml"

    @property
    def card(self) -> Path:
        """What the others need to admit this member."""
        return self.path / "card.json"

    @property
    def store(self) -> Path:
        """Ledgers and rosters."""
        return self.path / "store.sqlite"

    @property
    def decisions(self) -> Path:
        """The member's own decisions: the private ledger and its payloads."""
        return self.path / "decisions.sqlite"

    @property
    def guard(self) -> Path:
        """The newest signed size, beside the store so that a restored backup is noticed."""
        return self.path / "guard.json"

    @property
    def snapshot(self) -> Path:
        """What replay would compute; may be deleted."""
        return self.path / "snapshot"

    def forget_snapshot(self) -> None:
        """Delete the snapshot: it still holds, sealed, what was erased since; a crash would leave it for long.

        Whoever has it mapped reads on; the next clean close writes another. Raises OSError.
        """
        self.snapshot.unlink(missing_ok=True)
        self.snapshot.with_suffix(".partial").unlink(missing_ok=True)

    @property
    def is_open_to_others(self) -> bool:
        """Whether others than its owner may look or write into the folder: then they could replace its files."""
        return bool(self.path.stat().st_mode & 0o077)

    @property
    def lock(self) -> Path:
        """Held by the one process that has this node open."""
        return self.path / "lock"

    @property
    def control(self) -> Path:
        """The socket on which a running node takes commands, mode 0600."""
        return self.path / "control.sock"

    def read_oidc(self) -> Provider:
        """Read which sign-in provider is trusted. Raises NotFoundError or InputError."""
        try:
            return msgspec.json.decode((self.path / "oidc.json").read_bytes(), type=Provider)
        except FileNotFoundError as error:
            raise NotFoundError(
                "no sign-in provider is set up", remedy="write oidc.json with issuer, client_id and client_secret"
            ) from error
        except UNREADABLE as error:
            raise InputError("oidc.json cannot be used", why=str(error), remedy="see docs/how-to/people.md") from error

    def read_config(self) -> NodeConfig:
        """Read the configuration. Raises NotFoundError or InputError."""
        try:
            text = self.config.read_text("utf-8")
        except FileNotFoundError as error:
            raise NotFoundError(
                f"no node in {self.path}", why="it has no evenhand.toml",
                remedy="run `evenhand node init`, or name the folder with --data or EVENHAND_DATA",
            ) from error  # fmt: skip
        return parse_config(text)

    def write_config(self, config: NodeConfig) -> None:
        """Write the configuration whole or not at all."""
        partial = self.config.with_suffix(".partial")
        partial.write_text(print_config(config), "utf-8")
        partial.replace(self.config)

    def read_keys(self) -> MemberKeys:
        """Read the keys. Raises NotFoundError, InputError or RefusedError."""
        return load_keys(self.keys)

    def make(self, config: NodeConfig) -> None:
        """Make the folder for its owner only; one that is there keeps its mode. Raises RefusedError."""
        if self.config.exists():
            raise RefusedError(
                f"{self.path} already holds a node", why="a member's keys are made once",
                remedy="choose another folder with --data",
            )  # fmt: skip
        if not self.path.is_dir():
            self.path.mkdir(mode=0o700, parents=True)
        self.write_config(config)


@contextmanager
def open_member(
    folder: Folder, clock: Clock, *, genesis: bytes | None = None, patience_seconds: float = _PATIENCE_SECONDS
) -> Iterator[Member]:
    """Open the member whose folder this is, and close its files at the end.

    Raises NotFoundError before `node join`, StoreError while another process has it open, CorruptionError.
    """
    config, keys = folder.read_config(), folder.read_keys()
    if not config.genesis:
        raise NotFoundError(
            f"{config.member} belongs to no coalition yet",
            remedy="get the genesis roster from another member and run `evenhand node join GENESIS --hash HASH`",
        )
    with alone(folder, patience_seconds=patience_seconds):
        store, guard = SqliteStore(folder.store), FileGuard(folder.guard)
        try:
            around = Surroundings(
                store, guard, clock, os.urandom, matcher_for(config.matching.engine),
                partners_to_confirm=config.signing.partners_to_confirm, forget_copies=folder.forget_snapshot,
            )  # fmt: skip
            member = Member(keys, around, pinned_genesis=config.genesis, genesis=genesis)
            _open(member, folder)
            yield member
            if config.storage.snapshot and member.broken is None:
                save_snapshot(member, folder.snapshot)
        finally:
            guard.close()
            store.close()


def _open(member: Member, folder: Folder) -> None:
    try:
        open_with_snapshot(member, folder.snapshot)
    except CorruptionError as error:
        if error.ledger:
            words = error.ledger + (" --own" if error.ledger == member.code else "")
            error.remedy = f"run `evenhand ledger refetch {words}`, then start the node: partners send it again"
        raise


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone(folder: Folder, *, patience_seconds: float = 0.0) -> Iterator[None]:
    """Hold the folder's lock: two processes that sign one ledger would fork it. Raises StoreError.

    Another command is waited for; a running node is not.
    """
    handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_seconds
    try:
        while not _locked(handle):
            if time.monotonic() >= deadline or is_served(folder.control):
                raise StoreError(
                    f"{folder.path} is in use", why="another process has this node open",
                    remedy="wait until it ends; while a node runs, commands reach it by its control socket",
                )  # fmt: skip
            time.sleep(_LOOK_SECONDS)
        yield
    finally:
        os.close(handle)
