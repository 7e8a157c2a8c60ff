"""The snapshot: the folded watchlist and the index, so that a restart need not replay everything.

Knows:    how to save what `Member.open` would compute, sealed with the node's storage key.
Told:     a member, or a file.
Answers:  a file; or the positions from which replay goes on, after every check; or nothing.
Trusted:  no: a snapshot that does not fit the ledgers is ignored, and deleting it costs only time.

Notices lie in blocks that are unpacked when one of them is asked for (`Shelf`): a start reads the file once, to
compare its hash, and decodes ids and the index's terms only.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import structlog

from evenhand.exchange.ledgers import root_text
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import CorruptionError
from evenhand.node import garbage
from evenhand.node.comparable import picture_version
from evenhand.node.member import Member
from evenhand.node.packing import Packed, write_packed
from evenhand.watchlist.fold import Held, Ledgerfold
from evenhand.watchlist.keyring import Grant
from evenhand.watchlist.shelf import PER_BLOCK, Shelf, Unpack

_LOG: Final = structlog.get_logger("evenhand.node.snapshot")


class Said(msgspec.Struct, frozen=True, array_like=True):
    """A folded ledger, its notices by id only: they lie in blocks from `first_block` on."""

    first_block: int
    ids: list[str]
    rest: Ledgerfold
    """All else of it, whatever kinds of records there are: what is forgotten here is lost at a restart."""


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """Everything that replay computes, and the positions it stands on."""

    roster: int
    matcher_version: str
    positions: dict[str, tuple[int, str]]
    ledgers: dict[str, Said]
    grants: list[tuple[str, Grant]]
    missing: dict[str, list[int]]
    erased: dict[str, list[int]]
    faults: dict[str, list[tuple[int, str]]]
    sealed_under: list[tuple[str, str, int, list[int]]]
    pending: list[tuple[str, int, str]]
    detail_under: list[tuple[str, str, int, list[int]]]
    unkeyed: dict[str, list[int]]
    waiting: dict[str, list[int]]
    given: list[tuple[str, str, int, dict[str, int]]]
    late_us: int
    """Up to when late parts are in it."""


_DECODER: Final = msgspec.msgpack.Decoder(Snapshot)
_BLOCK: Final = msgspec.msgpack.Decoder(list[Held])


def save_snapshot(member: Member, path: Path) -> None:
    """Write the snapshot whole or not at all. Raises OSError."""
    watchlist = member.watchlist
    logs = [member.ledgers.log(code) for code in member.ledgers.codes()]
    positions = {log.code: (log.size, root_text(log.root)) for log in logs}
    blocks = [member.matcher.dump()]
    ledgers = {code: _pack(ledger, blocks) for code, ledger in watchlist.fold.ledgers.items()}
    taken = Snapshot(
        roster=member.roster.version, matcher_version=picture_version(member.matcher.version), positions=positions,
        ledgers=ledgers, grants=watchlist.keyring.dump(),
        missing={code: sorted(held) for code, held in watchlist.missing.items()},
        erased={code: sorted(held) for code, held in watchlist.erased.items()},
        faults=watchlist.faults,
        sealed_under=[(*name, indexes) for name, indexes in sorted(watchlist.sealed_under.items())],
        pending=sorted(watchlist.pending_receipts),
        detail_under=[(*name, indexes) for name, indexes in sorted(watchlist.detail_under.items())],
        unkeyed={code: sorted(held) for code, held in watchlist.unkeyed.items()},
        waiting={code: sorted(held) for code, held in watchlist.waiting.items()},
        given=[(*name, readers) for name, readers in sorted(watchlist.given.items())],
        late_us=member.ledgers.late.last_us,
    )  # fmt: skip
    write_packed(path, key=member.keys.storage_key, content=msgspec.msgpack.encode(taken), blocks=blocks)


def _pack(ledger: Ledgerfold, blocks: list[bytes]) -> Said:
    """Put a ledger's notices behind the blocks there are; return the rest of it."""
    first, notices = len(blocks), iter(ledger.notices.values())
    while some := list(islice(notices, PER_BLOCK)):
        blocks.append(msgspec.msgpack.encode(some))
    return Said(
        first_block=first, ids=list(ledger.notices), rest=msgspec.structs.replace(ledger, notices={})
    )


def _unpack(said: Said, packed: Packed) -> Ledgerfold:
    def block(number: int) -> Sequence[Held]:
        return _BLOCK.decode(packed.block(said.first_block + number))

    unpack: Unpack = block
    return msgspec.structs.replace(said.rest, notices=Shelf(said.ids, unpack))


def open_with_snapshot(member: Member, path: Path) -> bool:
    """Open a member from its snapshot if that fits, by full replay otherwise; say whether it fitted."""
    with garbage.put_off(for_good=True):  # a third of the time
        packed = _read(member, path)
        taken = None if packed is None else _decode(packed)
        if packed is not None and taken is not None and _fits(member, taken):
            _open_from(member, taken, packed)
            return True
    member.open()
    return False


def _open_from(member: Member, taken: Snapshot, packed: Packed) -> None:
    watchlist = member.watchlist
    watchlist.fold.ledgers = {code: _unpack(said, packed) for code, said in taken.ledgers.items()}
    watchlist.keyring.load(taken.grants)
    watchlist.fresh_grants = list(taken.grants)
    watchlist.missing = {code: set(held) for code, held in taken.missing.items()}
    watchlist.unkeyed = {code: set(held) for code, held in taken.unkeyed.items()}
    watchlist.waiting = {code: set(held) for code, held in taken.waiting.items()}
    watchlist.taken = {code: size for code, (size, _) in taken.positions.items()}
    watchlist.erased = {code: set(held) for code, held in taken.erased.items()}
    watchlist.faults = taken.faults
    watchlist.sealed_under = {
        (code, audience, epoch): held for code, audience, epoch, held in taken.sealed_under
    }
    watchlist.detail_under = {
        (code, audience, epoch): held for code, audience, epoch, held in taken.detail_under
    }
    watchlist.given = {(code, audience, epoch): readers for code, audience, epoch, readers in taken.given}
    watchlist.pending_receipts = set(taken.pending)
    words = picture_version(member.matcher.version)
    same_index = taken.matcher_version == words and taken.roster == member.roster.version
    if same_index:
        try:
            member.matcher.load(packed.first)
        except CorruptionError as error:
            _LOG.warning("index_rebuilt", reason=error.what)
            same_index = False
    member.open(
        positions={code: size for code, (size, _) in taken.positions.items()}, late_us=taken.late_us,
        index_is_loaded=same_index,
    )


def _read(member: Member, path: Path) -> Packed | None:
    try:
        return Packed(path, member.keys.storage_key)
    except FileNotFoundError:
        return None
    except CorruptionError as error:
        _LOG.warning("snapshot_ignored", reason=error.why)
        return None


def _decode(packed: Packed) -> Snapshot | None:
    try:
        return _DECODER.decode(packed.content)
    except UNREADABLE:
        _LOG.warning("snapshot_ignored", reason="another edition")
        return None


def _fits(member: Member, taken: Snapshot) -> bool:
    """Check every position against the ledgers held: a snapshot may be older than they are, never other."""
    for code, (size, root) in taken.positions.items():
        log = member.ledgers.log(code)
        if size > log.size or log.root_at(size) != b64decode(root):
            _LOG.warning("snapshot_ignored", ledger=code, reason="another history")
            return False
    return True
