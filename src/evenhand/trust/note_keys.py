"""The keys of C2SP signed notes: their names, ids, text form and the algorithms behind them.

Knows:    the signature types of signed-note, tlog-cosignature and static-ct-api.
Told:     verifier keys as text, note texts, signature bytes.
Answers:  whether a signature of a note text is good; signatures of our own.
Trusted:  yes: a key accepted here can speak for a member.
"""

from __future__ import annotations

import binascii
import importlib
import importlib.util
import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from types import ModuleType
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from evenhand.ground.errors import InputError
from evenhand.ground.limits import TREE_SIZE_MAX
from evenhand.trust import ed25519

_NOT_IN_A_NAME: Final = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")
ED25519: Final = 0x01
ECDSA: Final = 0x02
COSIGNATURE: Final = 0x04
TREE_HEAD: Final = 0x05
ML_DSA_44: Final = 0x06

KEY_ID_BYTES: Final = 4
TIMESTAMP_BYTES: Final = 8
ML_DSA_44_KEY_BYTES: Final = 1_312
ML_DSA_44_SIGNATURE_BYTES: Final = 2_420
_VKEY_PARTS: Final = 3
_FIXED_KEY_BYTES: Final = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: ML_DSA_44_KEY_BYTES}
_SHA256_ECDSA: Final = b"\x04\x03"  # TLS SignatureAndHashAlgorithm, RFC 5246 section 7.4.1.4.1
_OPAQUE8_BYTES_MAX: Final = 255
_TIME_MAX: Final = 2**63 - 1  # C2SP tlog-cosignature


def offered(module: str) -> ModuleType | None:
    """Return a module of the cryptography package, or None where this release does not have it."""
    return importlib.import_module(module) if importlib.util.find_spec(module) else None


_mldsa: Any = offered("cryptography.hazmat.primitives.asymmetric.mldsa")


def decode_base64(text: str) -> bytes:
    """Decode standard base64 that has exactly one spelling (RFC 4648 section 4); InputError otherwise."""
    try:
        decoded = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise InputError("A field is not base64.") from None
    if encode_base64(decoded) != text:
        raise InputError("A field is base64 with stray bits.")
    return decoded


def encode_base64(data: bytes) -> str:
    """Encode as standard base64 with padding, on one line."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def require_key_name(name: str) -> None:
    """Raise InputError unless `name` can name a key (C2SP signed-note, Format)."""
    if not name or _NOT_IN_A_NAME.search(name):
        raise InputError("A key name is empty or holds a space, a control character or a plus sign.")


def key_id(name: str, algorithm: int, public_key: bytes) -> bytes:
    """Return the 4-byte id of a key: a hint for lookups, never a proof (C2SP signed-note)."""
    if algorithm == ECDSA:
        return sha256(public_key).digest()[:KEY_ID_BYTES]
    material = sha256(public_key).digest() if algorithm == TREE_HEAD else public_key
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + material).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name; `algorithm` is the signature type byte."""

    name: str
    key_id: bytes
    algorithm: int
    public_key: bytes

    @classmethod
    def of(cls, name: str, algorithm: int, public_key: bytes) -> Verifier:
        """Make the verifier of a key, computing its id; InputError if it cannot be such a key."""
        require_key_name(name)
        _require_key(algorithm, public_key)
        return cls(name, key_id(name, algorithm, public_key), algorithm, public_key)

    @property
    def vkey(self) -> str:
        """The text form: name+hex(id)+base64(type || key)."""
        material = encode_base64(bytes([self.algorithm]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @property
    def is_supported(self) -> bool:
        """Whether this installation can check signatures of this type."""
        return self.algorithm != ML_DSA_44 or _mldsa is not None

    def verify(self, text: str, blob: bytes) -> bool:
        """Say whether `blob` (without the key id) signs the note `text`; False if unsupported."""
        if self.algorithm == ED25519:
            return ed25519.verify_cached(self.public_key, text.encode(), blob)
        if self.algorithm == ECDSA:
            return _verify_ecdsa(self.public_key, text.encode(), blob)
        if self.algorithm == COSIGNATURE:
            return _verify_cosignature(self.public_key, text, blob)
        if self.algorithm == TREE_HEAD:
            return _verify_tree_head(self.public_key, text, blob)
        return _verify_ml_dsa(self, text, blob)


@lru_cache(maxsize=1024)  # rosters name the same keys version after version
def parse_vkey(text: str) -> Verifier:
    """Parse a verifier key (C2SP signed-note, Verifier keys); InputError unless all of it fits."""
    parts = text.split("+", _VKEY_PARTS - 1)
    if len(parts) != _VKEY_PARTS:
        raise InputError(
            "this is no verifier key", why="it has three parts: name+id+key",
            remedy="copy it whole, in quotes: the command that wrote the file printed it",
        )
    name, stated_id, material = parts
    raw = decode_base64(material)
    if not raw:
        raise InputError("A verifier key holds no key.")
    verifier = Verifier.of(name, raw[0], raw[1:])
    if verifier.key_id.hex() != stated_id:
        raise InputError("The id of a verifier key does not belong to its key.")
    return verifier


def _require_key(algorithm: int, public_key: bytes) -> None:
    if algorithm in _FIXED_KEY_BYTES:
        if len(public_key) != _FIXED_KEY_BYTES[algorithm]:
            raise InputError("A public key has the wrong length.")
    elif algorithm in {ECDSA, TREE_HEAD}:
        if _load_ecdsa(public_key) is None:
            raise InputError("A public key is not an elliptic-curve key in DER.")
    else:
        raise InputError(f"Signature type {algorithm:#04x} is unknown.")


@dataclass(frozen=True, slots=True)
class Signer:
    """A named secret Ed25519 seed; `algorithm` 0x01 signs notes, 0x04 cosigns checkpoints."""

    name: str
    seed: bytes = field(repr=False)
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        """Refuse names no key may have, and types that this seed cannot sign."""
        require_key_name(self.name)
        if self.algorithm not in {ED25519, COSIGNATURE}:
            raise InputError(f"No signer for signature type {self.algorithm:#04x}.")

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return _public_half(self.name, self.algorithm, self.seed)

    def sign(self, text: str) -> str:
        """Return the signature line (with its final LF) of a note text; ValueError for a cosigner."""
        if self.algorithm != ED25519:
            raise ValueError("a cosigner signs with a time: use sign_at")
        return self._line(ed25519.sign(self.seed, text.encode()))

    def sign_at(self, text: str, time_s: int) -> str:
        """Return the cosignature line (with its final LF) of a checkpoint text at a Unix time in seconds.

        ValueError unless this is a cosigner and the time fits.
        """
        if self.algorithm != COSIGNATURE or not 0 <= time_s <= _TIME_MAX:
            raise ValueError("only a cosigner signs with a time, and only with one from 0 to 2^63 - 1")
        signature = ed25519.sign(self.seed, cosigned_message(text, time_s))
        return self._line(time_s.to_bytes(TIMESTAMP_BYTES, "big") + signature)

    def _line(self, blob: bytes) -> str:
        return signature_line(self.name, self.verifier.key_id, blob)


@lru_cache(maxsize=256)  # asked for with every signature
def _public_half(name: str, algorithm: int, seed: bytes) -> Verifier:
    return Verifier.of(name, algorithm, ed25519.public_key(seed))


def signature_line(name: str, identity: bytes, blob: bytes) -> str:
    """Print a signature line of a note, with its final LF; `identity` is the 4-byte key id."""
    return f"\N{EM DASH} {name} {encode_base64(identity + blob)}\n"


# -- the algorithms ----------------------------------------------------------------------------------


def cosigned_message(text: str, time_s: int) -> bytes:
    """Return the bytes an Ed25519 cosignature signs (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def split_time(blob: bytes, signature_bytes: int) -> tuple[int, bytes] | None:
    """Split a timestamped signature into time and signature; None if it cannot be one."""
    if len(blob) != TIMESTAMP_BYTES + signature_bytes:
        return None
    time = int.from_bytes(blob[:TIMESTAMP_BYTES], "big")
    return (time, blob[TIMESTAMP_BYTES:]) if time <= _TIME_MAX else None


def _verify_cosignature(public_key: bytes, text: str, blob: bytes) -> bool:
    parts = split_time(blob, ed25519.SIGNATURE_BYTES)
    return parts is not None and ed25519.verify_cached(public_key, cosigned_message(text, parts[0]), parts[1])


@lru_cache(maxsize=256)
def _load_ecdsa(spki: bytes) -> ec.EllipticCurvePublicKey | None:
    try:
        key = load_der_public_key(spki)
    except Exception:  # noqa: BLE001 - the library raises several kinds for keys of strangers
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _verify_ecdsa(spki: bytes, message: bytes, signature: bytes) -> bool:
    key = _load_ecdsa(spki)
    if key is None:
        return False
    try:
        key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _tree_of(text: str) -> tuple[str, int, bytes] | None:
    """Read origin, size and root of a checkpoint text: what the structured algorithms sign."""
    lines = text.split("\n", 3)
    if len(lines) <= 3 or not (lines[1].isascii() and lines[1].isdecimal()):  # noqa: PLR2004
        return None
    try:
        root = decode_base64(lines[2])
    except InputError:
        return None
    size = int(lines[1]) if len(lines[1]) < 20 else TREE_SIZE_MAX + 1  # noqa: PLR2004
    if size > TREE_SIZE_MAX or str(size) != lines[1] or len(root) != 32:  # noqa: PLR2004
        return None
    return lines[0], size, root


def _verify_tree_head(spki: bytes, text: str, blob: bytes) -> bool:
    """Check an RFC 6962 section 3.5 tree head: time (ms) || hash and signature type || opaque16."""
    tree = _tree_of(text)
    signature = blob[12:]
    if tree is None or blob[8:10] != _SHA256_ECDSA or int.from_bytes(blob[10:12], "big") != len(signature):
        return False
    message = b"\x00\x01" + blob[:TIMESTAMP_BYTES] + tree[1].to_bytes(8, "big") + tree[2]
    return _verify_ecdsa(spki, message, signature)


def subtree_message(cosigner: str, time_s: int, tree: tuple[str, int, bytes]) -> bytes | None:
    """Return the bytes an ML-DSA-44 cosignature of (origin, size, root) signs; None if they cannot be."""
    origin, size, root = tree
    names = cosigner.encode(), origin.encode()
    if not all(1 <= len(one) <= _OPAQUE8_BYTES_MAX for one in names):
        return None
    by, of = (bytes([len(one)]) + one for one in names)
    return b"subtree/v1\n\0" + by + time_s.to_bytes(8, "big") + of + bytes(8) + size.to_bytes(8, "big") + root


def _verify_ml_dsa(verifier: Verifier, text: str, blob: bytes) -> bool:
    parts, tree = split_time(blob, ML_DSA_44_SIGNATURE_BYTES), _tree_of(text)
    if parts is None or tree is None or not verifier.is_supported:
        return False
    message = subtree_message(verifier.name, parts[0], tree)
    if message is None:
        return False
    try:
        _mldsa.MLDSA44PublicKey.from_public_bytes(verifier.public_key).verify(parts[1], message)
    except (InvalidSignature, ValueError):
        return False
    return True
