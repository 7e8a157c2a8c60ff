"""What must hold of signatures, of the expelled and of receipts once links are mended; judged as in `invariants`.

Signatures are judged by another library than the product's, and roots by the recursion of RFC 6962 itself.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evenhand.exchange.bundle import write_bundle
from evenhand.ground.errors import RefusedError
from evenhand.ledger.log import Log
from evenhand.matching.contract import Query
from evenhand.trust.roster import RosterMember
from tests.world.site import Site

if TYPE_CHECKING:
    from tests.world.world import World


def everything_held_is_signed(world: World) -> Iterator[str]:
    """Nothing is held that its owner did not sign: at every honest member, of every member, liars too."""
    for site in world.honest():
        for member in world.roster.members:
            if member.code in site.up.roster.by_code:
                log = site.up.ledgers.log(member.code)
                fault = _fault(log, member) if log.size else ""
                if fault:
                    yield f"{site.code} holds {log.size} entries of {member.code}: {fault}"


def _fault(log: Log, member: RosterMember) -> str:
    leaves = tuple(log.entries(0, log.size))
    if log.head.checkpoint and log.head.checkpoint_size == log.size:
        text, _, signatures = log.head.checkpoint.decode().rpartition("\n\n")
        _, size, root = text.split("\n")
        if (int(size), b64decode(root)) != (log.size, _root(leaves)):
            return "the checkpoint does not cover them"
        blobs = [b64decode(line.split(" ")[2])[4:] for line in signatures.splitlines()]
        return "" if any(_is_signed(member, f"{text}\n".encode(), blob) for blob in blobs) else "nobody signed them"
    # Cut at a final head or a leaf that nobody can take in: no checkpoint has this size.
    return "" if all(_is_leaf_signed(member, leaf) for leaf in leaves) else "one has no signature of its owner's"


@lru_cache(maxsize=4096)
def _root(leaves: tuple[bytes, ...]) -> bytes:
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def _is_leaf_signed(member: RosterMember, leaf: bytes) -> bool:
    body, _, rest = leaf.removeprefix(b'{"envelope":').rpartition(b',"key":"')
    return _is_signed(member, b"evenhand/envelope/v1\n" + body, b64decode(rest.split(b'"')[4]))


def _is_signed(member: RosterMember, message: bytes, signature: bytes) -> bool:
    return any(_verifies(key.vkey, message, signature) for key in member.logs)


@lru_cache(maxsize=65_536)
def _verifies(vkey: str, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(vkey.split("+", 2)[2])[1:]).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def nothing_comes_in_after_an_end(world: World) -> Iterator[str]:
    """Whoever knows that a member was expelled takes in nothing more of it."""
    for (reader, code), (size, urgent) in sorted(world.ended.items()):
        site = world.sites[reader]
        if site.member is None:
            continue
        log, express = site.up.ledgers.log(code), site.up.ledgers.express.get(code, {})
        final = world.roster.by_code[code].final
        assert final is not None
        if log.size > max(size, final.size):
            yield f"{reader} took in entry {log.size - 1} of {code}, which was expelled at {final.size}"
        if any(index >= final.size for index in express.keys() - urgent):
            yield f"{reader} let an entry of the expelled {code} overtake"


def the_expelled_get_nothing(world: World) -> Iterator[str]:
    """Nobody serves an expelled member, by feed, by parts or by a bundle."""
    for code in sorted(world.expelled):
        for site in world.honest():
            for path, asked in _paths(site, code):
                try:
                    asked()
                except RefusedError:
                    continue
                yield f"{site.code} serves the expelled {code} by {path}"


def _paths(site: Site, code: str) -> tuple[tuple[str, Callable[[], object]], ...]:
    desk, own = site.up.desk, site.code
    return (
        ("the ordinary lane", lambda: desk.open(code, {own: 0}, "ordinary")),
        ("the express lane", lambda: desk.open(code, {own: 0}, "express")),
        ("parts", lambda: desk.parts_for(code, own, [0])),
        ("a bundle", lambda: list(write_bundle(desk, reader=code, positions={own: 0}, rosters=[]))),
    )


def the_expelled_stop_nobody(world: World) -> Iterator[str]:
    """No notice of an expelled member is found: nobody answers for it."""
    names = sorted({said.name for said in world.everything_said() if said.originator in world.expelled})
    for site in world.honest() if names else ():
        found = site.up.find(Query(names=tuple(names)), at_ms=world.clock.now_ms).answer.candidates
        for one in found:
            if one.originator in world.expelled:
                yield f"{site.code} still finds a notice of the expelled {one.originator}"


def every_receipt_is_there(world: World) -> Iterator[str]:
    """Every member that was told of a withdrawal or an erasure has acknowledged it to its originator."""
    honest = {site.code: site for site in world.honest()}
    for said in world.everything_said():
        author = honest.get(said.originator)
        if author is None or said.withdrawn_at is None:
            continue
        act = "withdrawn" if said.erased_at is None else "erased"
        for code in sorted(honest.keys() - {said.originator}):
            given = author.up.watchlist.fold.ledger(code).receipts
            if said.match_label == "all" and f"{said.originator}:{said.withdrawn_at}:{act}" not in given:
                yield f"{said.originator} has no receipt of {code} for entry {said.withdrawn_at} ({act})"
