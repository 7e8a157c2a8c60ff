"""The heartbeat: what a member holds of every ledger, signed, once a second.

Knows:    heads, roots, cosignatures, roster version and the state digest.
Told:     this node's position, or a peer's heartbeat.
Answers:  a signed note; from a peer's, statements to compare with our own.
Trusted:  a peer's statement about itself only: heads in it carry the owner's signature or count for nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, SignatureInvalidError
from evenhand.trust.note import open_note
from evenhand.trust.note_keys import Signer, Verifier

_TITLE: Final = "evenhand/heartbeat/v1\n"


class HeadStatement(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How far the sender holds one ledger.

    `checkpoint` is the owner's signed note for exactly this size, `cosignature` the sender's line for it;
    `express` lists urgent entries applied ahead of `size`, `missing` entries whose part did not arrive.
    """

    ledger: str
    size: int
    root: str
    checkpoint: str = ""
    cosignature: str = ""
    express: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One signed statement of position. `time` is RFC 3339 UTC by the sender's clock."""

    format: int = 1
    member: str
    time: str
    roster: int
    state: str
    heads: tuple[HeadStatement, ...]
    receipts: tuple[tuple[str, int], ...] = ()
    """Withdrawals and erasures of (ledger, index) carried out and receipted lately."""


_CODEC: Final[Codec[Heartbeat]] = Codec(Heartbeat)


def sign_heartbeat(heartbeat: Heartbeat, signer: Signer) -> bytes:
    """Return the heartbeat as a signed note."""
    text = _TITLE + _CODEC.encode(heartbeat).decode("utf-8") + "\n"
    return (text + "\n" + signer.sign(text)).encode("utf-8")


@lru_cache(maxsize=1024)
def open_heartbeat(note: bytes, sender: str, verifiers: tuple[Verifier, ...]) -> Heartbeat:
    """Read a heartbeat of `sender`. Raises SignatureInvalidError or InputError.

    Cached by content: the same heartbeat comes by many paths.
    """
    text = open_note(note, list(verifiers)).text
    if not text.startswith(_TITLE):
        raise InputError("not a heartbeat")
    heartbeat = _CODEC.decode(text[len(_TITLE) : -1].encode("utf-8"))
    if heartbeat.member != sender:
        raise SignatureInvalidError(f"a heartbeat of {heartbeat.member} was signed by {sender}")
    parse_ms(heartbeat.time)
    return heartbeat
