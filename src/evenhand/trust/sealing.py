"""Sealing: parts under an audience's epoch key, and epoch keys to members by HPKE.

Knows:    AES-256-GCM, HMAC-SHA-256, HPKE (RFC 9180), sizes and salts; nothing of what is sealed.
Told:     keys, plaintext, and fresh random bytes by the caller.
Answers:  sealed bytes whose length tells only a power of two; plaintext, or a refusal.
Trusted:  yes: releasability rests on this room.

A sealed part is `nonce(32) || AES-256-GCM(content key, zero nonce, salt(32) || length(4) || text || zeros)`.
The content key is HMAC-SHA-256(epoch key, context || nonce): a fresh key for every part, so one epoch key
may seal any number of parts without a nonce ever repeating. The salt of the commitment lies inside the
seal: whoever holds only the ledger cannot try a dictionary of names against the commitment.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from evenhand.ground.errors import LimitError, VerificationError
from evenhand.ground.limits import PART_BYTES_MAX, PART_BYTES_MIN

NONCE_BYTES: Final = 32
SALT_BYTES: Final = 32
_LENGTH_BYTES: Final = 4
_TAG_BYTES: Final = 16
_OVERHEAD: Final = NONCE_BYTES + SALT_BYTES + _LENGTH_BYTES + _TAG_BYTES
_ZERO_NONCE: Final = bytes(12)  # safe: every content key seals exactly once
_PART_CONTEXT: Final = b"evenhand/part/v1\x00"
_COMMIT_CONTEXT: Final = b"evenhand/commit/v1\x00"
_ZEROS: Final = bytes(PART_BYTES_MAX)
_BLOCK_BYTES: Final = 64  # of SHA-256
_KEYED_MAX: Final = 1024
_PRIVATE_MAX: Final = 64
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
BOX_OVERHEAD_BYTES: Final = 32 + _TAG_BYTES
"""HPKE base mode: encapsulated X25519 key and AEAD tag."""


def commitment(salt: bytes, name: str, text: bytes) -> bytes:
    """Return the salted commitment of a part: SHA-256(context || salt || name || 0 || text)."""
    return hashlib.sha256(_COMMIT_CONTEXT + salt + name.encode() + b"\x00" + text).digest()


def size_class(text_bytes: int) -> int:
    """Return the sealed size in bytes for a text: the next power of two. Raises LimitError."""
    size = max(PART_BYTES_MIN, 1 << (text_bytes + _OVERHEAD - 1).bit_length())
    if size > PART_BYTES_MAX:
        raise LimitError(
            f"a part of {text_bytes} bytes",
            why=f"sealed parts are at most {PART_BYTES_MAX} bytes",
            remedy="shorten the free text or split the notice",
        )
    return size


@lru_cache(maxsize=_KEYED_MAX)
def _pads(key: bytes) -> tuple[bytes, bytes]:
    """Return what HMAC-SHA-256 under an epoch key hashes before the message, inside and outside (RFC 2104)."""
    block = (key if len(key) <= _BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(_BLOCK_BYTES, b"\x00")
    return bytes(one ^ 0x36 for one in block) + _PART_CONTEXT, bytes(one ^ 0x5C for one in block)


def _content_key(key: bytes, nonce: bytes) -> bytes:
    """Return HMAC-SHA-256(key, context || nonce), half as dear as the library's object for each part."""
    inner, outer = _pads(key)
    return hashlib.sha256(outer + hashlib.sha256(inner + nonce).digest()).digest()


def seal_part(text: bytes, *, key: bytes, nonce: bytes, salt: bytes, bound_to: bytes) -> bytes:
    """Seal `text` under an epoch key. `nonce` and `salt` are 32 fresh random bytes each.

    `bound_to` is authenticated, not sealed: the place in the ledger this part belongs to.
    """
    size = size_class(len(text))
    padded = b"".join((salt, len(text).to_bytes(_LENGTH_BYTES, "big"), text)).ljust(
        size - NONCE_BYTES - _TAG_BYTES, b"\x00"
    )
    content_key = _content_key(key, nonce)
    return nonce + AESGCM(content_key).encrypt(_ZERO_NONCE, padded, bound_to)


def open_part(sealed: bytes, *, key: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
    """Open a sealed part and return (salt, text). Raises VerificationError."""
    content_key = _content_key(key, sealed[:NONCE_BYTES])
    try:
        padded = AESGCM(content_key).decrypt(_ZERO_NONCE, sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise VerificationError("a sealed part does not open with its audience's key") from error
    end = SALT_BYTES + _LENGTH_BYTES
    length = int.from_bytes(padded[SALT_BYTES:end], "big")
    unused = len(padded) - end - length
    if unused < 0 or not padded.endswith(_ZEROS[:unused]):
        raise VerificationError("a sealed part's padding is malformed")
    return padded[:SALT_BYTES], padded[end : end + length]


def sealing_public_key(secret: bytes) -> bytes:
    """Return the X25519 public key (32 bytes) of a secret."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


@lru_cache(maxsize=_PRIVATE_MAX)
def _private(secret: bytes) -> X25519PrivateKey:
    """Read our own key once, not for every box."""
    return X25519PrivateKey.from_private_bytes(secret)


def seal_box(text: bytes, *, public_key: bytes, context: bytes) -> bytes:
    """Seal `text` to one member: HPKE base mode, DHKEM(X25519), HKDF-SHA256, AES-256-GCM."""
    return _SUITE.encrypt(text, X25519PublicKey.from_public_bytes(public_key), info=context)


def open_box(box: bytes, *, secret: bytes, context: bytes) -> bytes | None:
    """Open a box addressed to us, or return None: it is someone else's, or a dummy."""
    try:
        return bytes(_SUITE.decrypt(box, _private(secret), info=context))
    except (InvalidTag, ValueError):
        return None
