"""Ed25519 with one strict verdict on every node, so no signature divides the members.

Knows:    RFC 8032 encodings and the points of small order.
Told:     keys, messages and signatures, as bytes.
Answers:  true or false; signatures; public keys.
Trusted:  yes: every signature of the product is decided here.

Libraries disagree on edge cases: of the 914 vectors of C2SP's CCTV, libsodium and OpenSSL differ on
165. With A and R required to be canonical and not of small order, and S canonical, they agree on all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
SEED_BYTES: Final = 32

_S_OFFSET: Final = 32
_S_TOP_SAFE: Final = 0x10  # S < 2^252 < L whenever its top byte is below this
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493  # L of RFC 8032 section 5.1
_PRIME_LOW_BYTE: Final = 0xED  # p = 2^255 - 19 is ED FF .. FF 7F, little-endian
_PRIME_MIDDLE: Final = b"\xff" * 30
_CACHE_ENTRIES: Final = 65_536
_CACHED_MESSAGE_BYTES_MAX: Final = 2_048  # checkpoints and cosigned texts have some 200, leaves some 400
_SEED_CACHE_ENTRIES: Final = 64

# The 8 points of small order in canonical form, and the two whose x is 0 with its sign bit set.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(point)
    for point in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)


def _is_acceptable_point(encoded: bytes) -> bool:
    if encoded in _SMALL_ORDER:
        return False
    if encoded[31] | 0x80 != 0xFF:  # noqa: PLR2004 - the common case: y is far below p
        return True
    return encoded[0] < _PRIME_LOW_BYTE or encoded[1:31] != _PRIME_MIDDLE


def _is_canonical_scalar(signature: bytes) -> bool:
    return signature[63] < _S_TOP_SAFE or int.from_bytes(signature[_S_OFFSET:], "little") < _ORDER


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the 64-byte `signature` of `message` is by the 32-byte `public_key`.

    Never raises on bytes, whatever they hold. Stricter than RFC 8032 section 5.1.7: A and R must be
    canonical and not of small order, S must be below the group order.
    """
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    if not (
        _is_acceptable_point(public_key)
        and _is_acceptable_point(signature[:_S_OFFSET])
        and _is_canonical_scalar(signature)
    ):
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


_remembered = lru_cache(maxsize=_CACHE_ENTRIES)(verify)


def verify_cached(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Answer as `verify`, remembering the last 65,536 answers by the whole content asked about.

    Messages above 2,048 bytes are not remembered, so that strangers cannot fill the memory.
    """
    if len(message) > _CACHED_MESSAGE_BYTES_MAX:
        return verify(public_key, message, signature)
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    return _remembered(public_key, message, signature)


@lru_cache(maxsize=_SEED_CACHE_ENTRIES)
def _expanded(seed: bytes) -> tuple[bytes, bytes]:
    pair: tuple[bytes, bytes] = crypto_sign_seed_keypair(seed)
    return pair


def public_key(seed: bytes) -> bytes:
    """Return the 32-byte public key of a 32-byte secret seed (RFC 8032 section 5.1.5).

    Raises ValueError if the seed has another length: a fault of our own code, never of input.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
    return _expanded(seed)[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the 64-byte signature of `message` under a 32-byte secret seed (RFC 8032 section 5.1.6).

    Raises ValueError if the seed has another length.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
    signed: bytes = crypto_sign(message, _expanded(seed)[1])
    return signed[:SIGNATURE_BYTES]
