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
from base64 import b64encode
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError
from evenhand.ground.limits import ENTRY_BYTES_MAX
from evenhand.trust import ed25519
from evenhand.trust.note_keys import Verifier

Urgency = Literal["routine", "immediate"]
PARTS_MAX: Final = 4
_CONTEXT: Final = b"evenhand/envelope/v1\n"
HASH_BYTES: Final = 32


class PartHeader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
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


_OPENING: Final = b'{"envelope":'
_KEY: Final = b',"key":"'
_SIGNATURE: Final = b'","signature":"'
_CLOSING: Final = b'"}'
_KEY_DIGITS: Final = 8
_SIGNATURE_DIGITS: Final = 88
_KEY_AT: Final = len(_KEY) + _KEY_DIGITS + len(_SIGNATURE) + _SIGNATURE_DIGITS + len(_CLOSING)
_SIGNATURE_AT: Final = _SIGNATURE_DIGITS + len(_CLOSING)
_REMEMBERED_MAX: Final = 8192
_LARGE_BYTES: Final = range(8192, 262_144)
_ENVELOPE: Final = msgspec.json.Decoder(Envelope)


def hash_text(data: bytes) -> str:
    """Return a 32-byte hash as base64 text."""
    return b2a_base64(data, newline=False).decode("ascii")


def bound_to(originator: str, index: int, name: str) -> bytes:
    """Return what a sealed part is authenticated with: its place in the coalition."""
    return f"evenhand/part/{originator}/{index}/{name}".encode()


def print_leaf(envelope: Envelope, *, seed: bytes, key_id: bytes) -> bytes:
    """Sign an envelope with the ledger key and return the leaf. Raises LimitError."""
    body = canonical_bytes(envelope)
    signature = ed25519.sign(seed, _CONTEXT + body)
    leaf = b"".join(
        (_OPENING, body, _KEY, key_id.hex().encode(), _SIGNATURE, b64encode(signature), _CLOSING)
    )
    if len(leaf) > ENTRY_BYTES_MAX:
        raise LimitError(f"an entry of {len(leaf)} bytes", why=f"C2SP tlog-tiles allows {ENTRY_BYTES_MAX}")
    return leaf


@lru_cache(maxsize=_REMEMBERED_MAX)
def parse_leaf(leaf: bytes) -> tuple[Envelope, bytes, bytes, bytes]:
    """Read a leaf and return (envelope, signed bytes, key id, signature). Raises InputError.

    Remembered: an entry is read when it is taken in and again for each of the readers it is passed on to.
    """
    # Only one spelling is a leaf, so its frame is cut by place; what stands between is compared as printed.
    body, rest = leaf[len(_OPENING) : -_KEY_AT], leaf[-_KEY_AT:]
    digits, coded = rest[len(_KEY) : len(_KEY) + _KEY_DIGITS], rest[-_SIGNATURE_AT : -len(_CLOSING)]
    try:
        envelope = _ENVELOPE.decode(body)
        key, signature = bytes.fromhex(digits.decode("ascii")), a2b_base64(coded, strict_mode=True)
    except (*UNREADABLE, ValueError) as error:  # bad text and bad base64 are ValueErrors
        raise InputError("a ledger entry does not parse", why=str(error)) from error
    coded = b64encode(signature)
    printed = (_OPENING, canonical_bytes(envelope), _KEY, key.hex().encode(), _SIGNATURE, coded, _CLOSING)
    if b"".join(printed) != leaf or not 1 <= len(envelope.parts) <= PARTS_MAX:
        raise InputError("a ledger entry is not in canonical form")
    return envelope, _CONTEXT + body, key, signature


def open_leaf(
    leaf: bytes, *, originator: str, index: int, verifier: Verifier, is_covered: bool = False
) -> Envelope:
    """Read a leaf at its place and check its signature.

    `is_covered`: the caller verified a checkpoint signed by this same key over a root that it recomputed from
    these bytes. That signature says of the whole leaf what the envelope's own says of a part of it (ADR 0009),
    so the envelope's own is not computed again; `evenhand ledger verify` always does.

    Raises InputError if it does not parse or names another place, SignatureInvalidError otherwise.
    """
    envelope, message, key, signature = parse_leaf(leaf)
    if (envelope.originator, envelope.index) != (originator, index):
        raise InputError(
            f"entry {index} of {originator} says it is entry {envelope.index} of {envelope.originator}"
        )
    good = is_covered or ed25519.verify_cached(verifier.public_key, message, signature)
    if key != verifier.key_id or not good:
        raise SignatureInvalidError(f"entry {index} of {originator} is not signed by its key")
    return envelope


def check_part(header: PartHeader, sealed: bytes) -> bool:
    """Say whether sealed bytes are the ones the envelope announced."""
    if len(sealed) != header.bytes:
        return False
    return (_hash_of_large(sealed) if len(sealed) in _LARGE_BYTES else _hash_of(sealed)) == header.sha256


def _hash_of(sealed: bytes) -> str:
    return hash_text(hashlib.sha256(sealed).digest())


@lru_cache(maxsize=64)
def _hash_of_large(sealed: bytes) -> str:
    """Hash boxed keys of a whole coalition once: they are checked on arrival and again when they are opened."""
    return _hash_of(sealed)
