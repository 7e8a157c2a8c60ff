"""Proofs of who somebody is: passwords by argon2id, codes by TOTP, random tokens by their hash.

Knows:    argon2 (RFC 9106), TOTP (RFC 6238), AES-GCM under keys derived from a secret in hand.
Told:     what a person typed, random bytes, the time.
Answers:  hashes, verdicts, sealed and opened officer seeds.
Trusted:  yes.

Passwords follow NIST SP 800-63B: long, any characters, no rules of composition. A token carries 256 random
bits, so its plain SHA-256 is enough; only hashes are stored.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import b32encode, b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evenhand.ground.errors import CorruptionError, RefusedError

Entropy = Callable[[int], bytes]
PASSWORD_CHARACTERS_MIN: Final = 12
PASSWORD_CHARACTERS_MAX: Final = 200
TOTP_SECONDS: Final = 30
_TOTP_SECRET_BYTES: Final = 20  # RFC 4226 section 4: 160 bits
_TOKEN_BYTES: Final = 32
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
_SEED_TITLE: Final = b"evenhand/officer-seed/v1\n"
_TIME_COST, _MEMORY_KIB, _LANES = 3, 65_536, 4  # RFC 9106 section 4, second recommended option
_HASHER: Final = PasswordHasher(time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=_LANES)


def check_new_password(password: str, name: str) -> None:
    """Refuse a password that is short, endless, or the name. Raises RefusedError."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX or name in password.casefold():
        raise RefusedError(
            "this password is too easy",
            why=f"it needs {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters without your name",
            remedy="take four or more unrelated words",
        )


def _typed(password: str) -> bytes:
    # Two keyboards may send one letter as one character or as two.
    return unicodedata.normalize("NFKC", password).encode("utf-8")


def hash_password(password: str, entropy: Entropy) -> str:
    """Return the argon2id hash of a password in its own text form, salt included."""
    return _HASHER.hash(_typed(password), salt=entropy(_SALT_BYTES))


def is_password(password: str, hashed: str) -> bool:
    """Say whether a password is the hashed one; an empty hash costs as much time and is never right.

    Longer than a password may be is nobody's: to fold a megabyte of marks upon letters takes minutes.
    """
    typed = _typed(password) if len(password) <= PASSWORD_CHARACTERS_MAX else b""
    try:
        _HASHER.verify(hashed or _nobody(), typed)
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


@cache
def _nobody() -> str:
    return _HASHER.hash(b"nobody has this password", salt=b"sixteen bytes ok")


def new_totp_secret(entropy: Entropy) -> str:
    """Return a fresh TOTP secret in base32."""
    return b32encode(entropy(_TOTP_SECRET_BYTES)).decode("ascii")


def totp_uri(secret: str, *, name: str, issuer: str) -> str:
    """Return the otpauth URI that an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def totp_step(secret: str, code: str, *, now_ms: int, after: int) -> int | None:
    """Return the time step whose code this is (now, or one step to either side), or None.

    Steps up to `after` are refused: a code counts once (RFC 6238 section 5.2).
    """
    clock = pyotp.TOTP(secret)
    present = now_ms // 1000 // TOTP_SECONDS
    for step in (present, present - 1, present + 1):
        if step > after and hmac.compare_digest(clock.at(step * TOTP_SECONDS).encode(), code.strip().encode()):
            return step
    return None


def new_token(kind: str, entropy: Entropy) -> tuple[str, str]:
    """Return (id, token): `kind_ID_SECRET`, of which the id may be shown and logged."""
    name = entropy(_ID_BYTES).hex()
    secret = urlsafe_b64encode(entropy(_TOKEN_BYTES)).decode("ascii").rstrip("=")
    return name, f"{kind}_{name}_{secret}"


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token, hex."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def is_token(token: str, hashed: str) -> bool:
    """Say whether a token is the one with this hash, in constant time."""
    return hmac.compare_digest(token_hash(token), hashed)


def password_key(password: str, salt: bytes) -> bytes:
    """Return 32 bytes that only who knows the password can derive: they seal the officer's seed."""
    return hash_secret_raw(
        _typed(password), salt, time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=_LANES, hash_len=32,
        type=Type.ID,
    )  # fmt: skip


def token_key(token: str) -> bytes:
    """Return 32 bytes that only who holds the token can derive."""
    return hashlib.sha256(_SEED_TITLE + token.encode("utf-8")).digest()


def seal_seed(seed: bytes, key: bytes, entropy: Entropy) -> str:
    """Return an officer's seed sealed under a key, base64."""
    nonce = entropy(_NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, seed, _SEED_TITLE)).decode("ascii")


def open_seed(sealed: str, key: bytes) -> bytes:
    """Return an officer's seed. Raises CorruptionError where the key is another one or the bytes changed."""
    data = b64decode(sealed)
    try:
        return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _SEED_TITLE)
    except InvalidTag as error:
        raise CorruptionError(
            "the officer's signing key cannot be opened", remedy="have the administrator reset the account"
        ) from error
