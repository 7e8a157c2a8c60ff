"""The snapshot: the folded watchlist and the index, so that a restart need not replay everything.

Knows:    how to save what `Member.open` would compute, sealed with the node's storage key.
Told:     a member, or a file.
Answers:  a file; or the positions from which replay goes on, after every check; or nothing.
Trusted:  no: a snapshot that does not fit the ledgers is ignored, and deleting it costs only time.
"""

from __future__ import annotations

import os
from base64 import b64decode
from pathlib import Path
from typing import Final

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evenhand.exchange.ledgers import root_text
from evenhand.ground.errors import CorruptionError
from evenhand.node import garbage
from evenhand.node.member import Member
from evenhand.watchlist.fold import Ledgerfold
from evenhand.watchlist.keyring import Grant

_TITLE: Final = b"evenhand/snapshot/v1\n"
_NONCE_BYTES: Final = 12
_LOG: Final = structlog.get_logger("evenhand.node.snapshot")


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """Everything that replay computes, and the positions it stands on."""

    roster: int
    matcher_version: str
    positions: dict[str, tuple[int, str]]
    ledgers: dict[str, Ledgerfold]
    grants: list[tuple[str, Grant]]
    missing: dict[str, list[int]]
    erased: dict[str, list[int]]
    faults: dict[str, list[tuple[int, str]]]
    sealed_under: list[tuple[str, str, int, list[int]]]
    pending: list[tuple[str, int, str]]
    matcher: bytes
    detail_under: list[tuple[str, str, int, list[int]]]


_DECODER: Final = msgspec.msgpack.Decoder(Snapshot)


def save_snapshot(member: Member, path: Path) -> None:
    """Write the snapshot whole or not at all. Raises OSError."""
    watchlist = member.watchlist
    logs = [member.ledgers.log(code) for code in member.ledgers.codes()]
    positions = {log.code: (log.size, root_text(log.root)) for log in logs}
    taken = Snapshot(
        roster=member.roster.version, matcher_version=member.matcher.version, positions=positions,
        ledgers=watchlist.fold.ledgers, grants=watchlist.keyring.dump(),
        missing={code: sorted(held) for code, held in watchlist.missing.items()},
        erased={code: sorted(held) for code, held in watchlist.erased.items()},
        faults=watchlist.faults,
        sealed_under=[(*name, indexes) for name, indexes in sorted(watchlist.sealed_under.items())],
        pending=sorted(watchlist.pending_receipts), matcher=member.matcher.dump(),
        detail_under=[(*name, indexes) for name, indexes in sorted(watchlist.detail_under.items())],
    )  # fmt: skip
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(member.keys.storage_key).encrypt(nonce, msgspec.msgpack.encode(taken), _TITLE)
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_TITLE + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def open_with_snapshot(member: Member, path: Path) -> bool:
    """Open a member from its snapshot if that fits, by full replay otherwise; say whether it fitted."""
    with garbage.put_off(for_good=True):  # a third of the time
        taken = _read(member, path)
        if taken is not None and _fits(member, taken):
            _open_from(member, taken)
            return True
    member.open()
    return False


def _open_from(member: Member, taken: Snapshot) -> None:
    watchlist = member.watchlist
    watchlist.fold.ledgers = taken.ledgers
    watchlist.keyring.load(taken.grants)
    watchlist.fresh_grants = list(taken.grants)
    watchlist.missing = {code: set(held) for code, held in taken.missing.items()}
    watchlist.erased = {code: set(held) for code, held in taken.erased.items()}
    watchlist.faults = taken.faults
    watchlist.sealed_under = {
        (code, audience, epoch): held for code, audience, epoch, held in taken.sealed_under
    }
    watchlist.detail_under = {
        (code, audience, epoch): held for code, audience, epoch, held in taken.detail_under
    }
    watchlist.pending_receipts = set(taken.pending)
    same_index = taken.matcher_version == member.matcher.version and taken.roster == member.roster.version
    if same_index:
        try:
            member.matcher.load(taken.matcher)
        except CorruptionError as error:
            _LOG.warning("index_rebuilt", reason=error.what)
            same_index = False
    member.open(
        positions={code: size for code, (size, _) in taken.positions.items()}, index_is_loaded=same_index
    )


def _read(member: Member, path: Path) -> Snapshot | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    body = data[len(_TITLE) :]
    try:
        text = AESGCM(member.keys.storage_key).decrypt(
            body[:_NONCE_BYTES], body[_NONCE_BYTES:], data[: len(_TITLE)]
        )
        return _DECODER.decode(text)
    except (InvalidTag, ValueError, msgspec.DecodeError) as error:
        _LOG.warning("snapshot_ignored", reason=type(error).__name__)
        return None


def _fits(member: Member, taken: Snapshot) -> bool:
    """Check every position against the ledgers held: a snapshot may be older than they are, never other."""
    for code, (size, root) in taken.positions.items():
        log = member.ledgers.log(code)
        if size > log.size or log.root_at(size) != b64decode(root):
            _LOG.warning("snapshot_ignored", ledger=code, reason="another history")
            return False
    return True
