"""Looking after ledgers and links: verify everything, carry a ledger by hand, prove an entry, cut a link.

Knows:    ledgers held here, bundles, proofs.
Told:     requests of whoever looks after this node.
Answers:  verdicts, files, counts.
Trusted:  yes; `verify` trusts nothing it reads.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from evenhand.exchange.bundle import read_bundle, write_bundle
from evenhand.exchange.frames import Batch, Frame
from evenhand.exchange.ledgers import root_text
from evenhand.exchange.mirror import checkpoint_of
from evenhand.exchange.witness import cosigned_by
from evenhand.ground.errors import EvenhandError, NotFoundError, RefusedError, StoreError, UsageError
from evenhand.ledger.envelope import check_part, open_leaf
from evenhand.ledger.proof import TlogProof, print_proof
from evenhand.node.asking import PartnerRequest
from evenhand.node.member import Member
from evenhand.node.site import Operation, Progress, Site

_CHUNK: Final = 256
_READ_BYTES: Final = 1 << 20


class VerifyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ledger by its member's code, or all."""

    code: str | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger checked from its first byte. `fault` is empty where everything verified."""

    ledger: str
    entries: int
    root: str
    signed: int
    cosigned_by: tuple[str, ...]
    parts: int
    fault: str


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """Every ledger asked for; `good` if none has a fault."""

    ledgers: tuple[Verdict, ...]
    good: bool


async def verify(site: Site, request: VerifyRequest) -> Verdicts:
    """Check every signature, part and hash of ledgers again. Raises NotFoundError."""
    member = site.member
    codes = member.ledgers.codes() if request.code is None else (member.roster.member(request.code.upper()).code,)
    verdicts = tuple([await _verify(site, code) for code in codes])
    return Verdicts(ledgers=verdicts, good=not any(one.fault for one in verdicts))


async def _verify(site: Site, code: str) -> Verdict:
    member = site.member
    log, parts, fault = member.ledgers.log(code), 0, ""
    size, root, head = log.size, log.root, log.head
    try:
        for start in range(0, size, _CHUNK):
            parts += _verify_entries(member, code, start, min(start + _CHUNK, size))
            await site.report(Progress(what=f"verifying {code}", done=min(start + _CHUNK, size), total=size))
            await asyncio.sleep(0)
        if log.size == size:
            log.recompute()
        if head.checkpoint:
            stated = checkpoint_of(head.checkpoint, code, member.roster)
            if stated.root != log.root_at(stated.size):
                fault = f"the signed checkpoint of {stated.size} entries has another root"
    except EvenhandError as error:
        fault = error.what
    lines = member.ledgers.cosignatures.get(code, {})
    return Verdict(
        ledger=code, entries=size, root=root_text(root), signed=head.checkpoint_size, parts=parts, fault=fault,
        cosigned_by=() if fault else tuple(cosigned_by(code, head.checkpoint, lines, member.roster)),
    )  # fmt: skip


def _verify_entries(member: Member, code: str, start: int, stop: int) -> int:
    log = member.ledgers.log(code)
    parts = log.parts(start, stop)
    for index, leaf in enumerate(log.entries(start, stop), start):
        verifier = member.roster.entry_verifier(code, index)
        envelope = open_leaf(leaf, originator=code, index=index, verifier=verifier)
        for header in envelope.parts:
            sealed = parts.get((index, header.name))
            if sealed is not None and not check_part(header, sealed):
                raise StoreError(f"part {header.name} of entry {index} of {code} was changed")
    return len(parts)


# -- by hand ---------------------------------------------------------------------------------------------


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ledgers (empty: all) for a reader, written to an absolute path."""

    codes: tuple[str, ...]
    reader: str
    place: str


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a file carried: entries by ledger after it, bytes, and what of it was refused."""

    place: str
    bytes: int
    entries: dict[str, int]
    new: int
    refused: tuple[str, ...] = ()


async def export(site: Site, request: ExportRequest) -> Carried:
    """Write a bundle of what `reader` may have. Raises RefusedError, NotFoundError or UsageError."""
    member, target = site.member, Path(request.place)
    codes = [member.roster.member(code.upper()).code for code in request.codes] or list(member.ledgers.codes())
    chunks = write_bundle(
        member.desk, reader=request.reader.upper(), positions=dict.fromkeys(codes, 0), rosters=member.rosters.since(0)
    )
    size = 0
    for written in _writing(target, chunks):
        size += written
        await asyncio.sleep(0)
    sizes = {code: member.ledgers.log(code).size for code in codes}
    return Carried(place=str(target), bytes=size, entries=sizes, new=sum(sizes.values()))


def _writing(target: Path, chunks: Iterator[bytes]) -> Iterator[int]:
    """Write chunks to a new file, yielding the bytes of each; a refusal leaves no file."""
    try:
        with target.open("xb") as file:
            for chunk in chunks:
                yield file.write(chunk)
    except FileExistsError as error:
        raise UsageError(f"{target} exists", remedy="name a new file") from error
    except OSError as error:
        raise UsageError(f"cannot write {target}", why=error.strerror or "", remedy="name another file") from error
    except RefusedError:
        target.unlink()
        raise


class CarryRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bundle at an absolute path."""

    place: str


async def carry_in(site: Site, request: CarryRequest) -> Carried:
    """Take in a bundle: it is judged like anything a partner sends. Raises as `Member.receive`."""
    member, path = site.member, Path(request.place)
    before = {code: member.ledgers.log(code).size for code in member.ledgers.codes()}
    refused: list[str] = []
    counted = _Counted(path)
    for frame in read_bundle(counted):
        _take(member, frame, refused)
        await site.report(Progress(what="reading the bundle", done=counted.bytes, total=0))
        await asyncio.sleep(0)
    site.wake()
    after = {code: member.ledgers.log(code).size for code in member.ledgers.codes()}
    return Carried(
        place=str(path), bytes=counted.bytes, entries=after, refused=tuple(dict.fromkeys(refused)),
        new=sum(count - before.get(code, 0) for code, count in after.items()),
    )  # fmt: skip


class _Counted:
    """A file in chunks, counting what was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(_READ_BYTES):
                    self.bytes += len(chunk)
                    yield chunk
        except OSError as error:
            why = error.strerror or ""
            raise NotFoundError(f"cannot read {self._path}", why=why, remedy="give the bundle's path") from error


def _take(member: Member, frame: Frame, refused: list[str]) -> None:
    try:
        member.receive(frame, frame.ledger if isinstance(frame, Batch) else member.code)
    except RefusedError as error:
        refused.append(error.what)


class ProofRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry."""

    code: str
    index: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A C2SP tlog-proof and the entry it proves (base64), both of which anyone can check offline."""

    proof: str
    entry: str
    size: int


async def prove(site: Site, request: ProofRequest) -> Proof:
    """Prove that an entry is in a ledger. Raises NotFoundError."""
    log = site.member.ledgers.log(site.member.roster.member(request.code.upper()).code)
    size = log.head.checkpoint_size
    if not 0 <= request.index < size:
        raise NotFoundError(
            f"{log.code} has no signed entry {request.index}",
            why=f"entries 0 to {size - 1} are signed" if size else "nothing is signed yet",
            remedy="name an entry that is",
        )
    proof = TlogProof(request.index, tuple(log.inclusion(request.index, size)), log.head.checkpoint)
    entry = log.entries(request.index, request.index + 1)[0]
    return Proof(proof=print_proof(proof).decode("utf-8"), entry=b64encode(entry).decode("ascii"), size=size)


# -- links --------------------------------------------------------------------------------------------------


class LinkState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether we talk to a partner."""

    partner: str
    cut: bool


async def cut(site: Site, request: PartnerRequest) -> LinkState:
    """Stop talking to a partner, both ways, until healed or restarted. Raises as `heal`, and RefusedError."""
    code = site.member.roster.member(request.code.upper()).code
    if code == site.member.code:
        raise RefusedError(f"{code} is this node itself", remedy="name a partner: `evenhand peer status` lists them")
    await site.running().cut(code)
    return LinkState(partner=code, cut=True)


async def heal(site: Site, request: PartnerRequest) -> LinkState:
    """Talk to a partner again. Raises NotFoundError or UsageError."""
    code = site.member.roster.member(request.code.upper()).code
    await site.running().heal(code)
    return LinkState(partner=code, cut=False)


KEEPING: Final = (
    Operation("ledger.verify", VerifyRequest, "read", verify),
    Operation("ledger.export", ExportRequest, "operate", export),
    Operation("ledger.import", CarryRequest, "operate", carry_in),
    Operation("ledger.proof", ProofRequest, "read", prove),
    Operation("peer.cut", PartnerRequest, "operate", cut),
    Operation("peer.heal", PartnerRequest, "operate", heal),
)
