"""A blinded question: is this in your set? The one asked learns nothing of what was asked.

Knows:    an oblivious pseudorandom function in the prime-order group of Ed25519.
Told:     items as bytes, secret scalars, blinded points, tags; randomness as an argument.
Answers:  blinded points, evaluated points, tags to compare.
Trusted:  yes; the partner is not: points outside the group are refused.

F(k, x) = SHA-256(x, k H(x)), where H hashes to the group. The asker sends r H(x) for a random r, which is a
random point to everyone else; the holder multiplies by its key k; the asker divides by r and compares with the
tags F(k, y) of the holder's set. Source: the 2HashDH OPRF (Jarecki, Kiayias, Krawczyk 2014) and its use for
private set intersection (RFC 9497 describes the mode without proofs); hashing to the group by two Elligator
maps added (RFC 9380 section 3), as libsodium implements the map.
"""

from __future__ import annotations

import hashlib
from typing import Final

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_from_uniform,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_scalar_invert,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import RuntimeError as SodiumError

from evenhand.ground.errors import VerificationError

POINT_BYTES: Final = 32
SCALAR_BYTES: Final = 32
WIDE_BYTES: Final = 64
"""Randomness for one scalar: twice its length, so that the reduction leaves no bias."""
TAG_BYTES: Final = 16
"""Two sets of a million items share a tag by chance once in 10^26."""
_HASH_TITLE: Final = b"evenhand/protection/hash-to-group/v1\n"
_TAG_TITLE: Final = b"evenhand/protection/tag/v1\n"


def scalar(wide: bytes) -> bytes:
    """Return a scalar from 64 uniform bytes."""
    return bytes(crypto_core_ed25519_scalar_reduce(wide))


def derived_scalar(secret: bytes, label: bytes) -> bytes:
    """Return the scalar that a secret gives for a label: one key for each asker."""
    return scalar(hashlib.blake2b(label, key=secret, digest_size=WIDE_BYTES).digest())


def hash_to_group(item: bytes) -> bytes:
    """Return the point of an item; nobody knows its logarithm."""
    wide = hashlib.sha512(_HASH_TITLE + item).digest()
    first = crypto_core_ed25519_from_uniform(wide[:POINT_BYTES])
    return bytes(crypto_core_ed25519_add(first, crypto_core_ed25519_from_uniform(wide[POINT_BYTES:])))


def blind(item: bytes, blinding: bytes) -> bytes:
    """Return the point that says nothing about the item to whoever does not know the blinding scalar."""
    return bytes(crypto_scalarmult_ed25519_noclamp(blinding, hash_to_group(item)))


def evaluate(point: bytes, key: bytes) -> bytes:
    """Return a partner's point times our key. Raises VerificationError for what is no point of the group."""
    if len(point) != POINT_BYTES or not crypto_core_ed25519_is_valid_point(point):
        raise VerificationError("a blinded question is not a point of the group")
    try:
        return bytes(crypto_scalarmult_ed25519_noclamp(key, point))
    except SodiumError as error:
        raise VerificationError("a blinded question cannot be evaluated", why=str(error)) from error


def unblinded_tag(item: bytes, evaluated: bytes, blinding: bytes) -> bytes:
    """Return the tag of an item from the holder's answer. Raises VerificationError."""
    return _tag(item, evaluate(evaluated, bytes(crypto_core_ed25519_scalar_invert(blinding))))


def tag(item: bytes, key: bytes) -> bytes:
    """Return the tag of an item of our own set."""
    return _tag(item, evaluate(hash_to_group(item), key))


def _tag(item: bytes, point: bytes) -> bytes:
    return hashlib.sha256(_TAG_TITLE + point + item).digest()[:TAG_BYTES]
