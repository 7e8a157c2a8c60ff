"""The leaf of a ledger: a signed envelope that says that something was said, when, and to whom sealed.

Knows:    sequence, time, urgency, and for each sealed part its hash, size, audience and commitment.
Told:     sealed parts by the originator; leaves by anyone.
Answers:  leaf bytes for the tree, and envelopes whose form and signature were checked.
Trusted:  yes: nothing behind an envelope is looked at before it verified.

The signature covers the exact bytes of the canonical envelope (RFC 8785), never a normalised copy: one
changed space and it fails. What kind of record it is, and about whom, is inside the sealed parts.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError
from evenhand.ground.limits import ENTRY_BYTES_MAX
from evenhand.trust import ed25519
from evenhand.trust.note_keys import Verifier

Urgency = Literal["routine", "immediate"]
PARTS_MAX: Final = 4
_CONTEXT: Final = b"evenhand/envelope/v1\n"
HASH_BYTES: Final = 32


class PartHeader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the ledger says of a sealed part. `audience` is opaque; empty where the part is open to all."""

    name: Literal["match", "detail", "keys"]
    sha256: str
    bytes: int
    commitment: str
    audience: str
    epoch: int


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry as everyone may see it. `time` is RFC 3339 UTC by the originator's clock."""

    format: Literal[1] = 1
    originator: str
    index: int
    time: str
    urgency: Urgency
    parts: tuple[PartHeader, ...]


class _Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    envelope: msgspec.Raw
    key: str
    signature: str


_LEAF: Final = msgspec.json.Decoder(_Leaf)
_ENVELOPE: Final = msgspec.json.Decoder(Envelope)


def hash_text(data: bytes) -> str:
    """Return a 32-byte hash as base64 text."""
    return b64encode(data).decode("ascii")


def bound_to(originator: str, index: int, name: str) -> bytes:
    """Return what a sealed part is authenticated with: its place in the coalition."""
    return f"evenhand/part/{originator}/{index}/{name}".encode()


def print_leaf(envelope: Envelope, *, seed: bytes, key_id: bytes) -> bytes:
    """Sign an envelope with the ledger key and return the leaf. Raises LimitError."""
    body = canonical_bytes(envelope)
    signature = ed25519.sign(seed, _CONTEXT + body)
    leaf = b'{"envelope":%b,"key":"%b","signature":"%b"}' % (
        body, key_id.hex().encode(), b64encode(signature)
    )  # fmt: skip
    if len(leaf) > ENTRY_BYTES_MAX:
        raise LimitError(f"an entry of {len(leaf)} bytes", why=f"C2SP tlog-tiles allows {ENTRY_BYTES_MAX}")
    return leaf


def parse_leaf(leaf: bytes) -> tuple[Envelope, bytes, bytes, bytes]:
    """Read a leaf and return (envelope, signed bytes, key id, signature). Raises InputError."""
    try:
        outer = _LEAF.decode(leaf)
        body = bytes(outer.envelope)
        envelope = _ENVELOPE.decode(body)
        key, signature = bytes.fromhex(outer.key), b64decode(outer.signature, validate=True)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, Base64Error) as error:
        raise InputError("a ledger entry does not parse", why=str(error)) from error
    printed = b'{"envelope":%b,"key":"%b","signature":"%b"}' % (
        canonical_bytes(envelope), key.hex().encode(), b64encode(signature)
    )  # fmt: skip
    if printed != leaf or not 1 <= len(envelope.parts) <= PARTS_MAX:
        raise InputError("a ledger entry is not in canonical form")
    return envelope, _CONTEXT + body, key, signature


def open_leaf(leaf: bytes, *, originator: str, index: int, verifier: Verifier) -> Envelope:
    """Read a leaf at its place and check its signature.

    Raises InputError if it does not parse or names another place, SignatureInvalidError otherwise.
    """
    envelope, message, key, signature = parse_leaf(leaf)
    if (envelope.originator, envelope.index) != (originator, index):
        raise InputError(
            f"entry {index} of {originator} says it is entry {envelope.index} of {envelope.originator}"
        )
    if key != verifier.key_id or not ed25519.verify_cached(verifier.public_key, message, signature):
        raise SignatureInvalidError(f"entry {index} of {originator} is not signed by its key")
    return envelope


def check_part(header: PartHeader, sealed: bytes) -> bool:
    """Say whether sealed bytes are the ones the envelope announced."""
    return len(sealed) == header.bytes and hash_text(hashlib.sha256(sealed).digest()) == header.sha256
