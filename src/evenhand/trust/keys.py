"""A member's secret keys, in one file that only its owner may read.

Knows:    four seeds and a transport certificate; which purpose each serves.
Told:     fresh random bytes at birth; a path.
Answers:  signers and secrets to the rooms that need them; the public card for the roster.
Trusted:  yes: whoever reads this file is the member.

The log key signs checkpoints and envelopes; the witness key cosigns other members' checkpoints and, as
C2SP tlog-cosignature asks, signs nothing else; the sealing key opens epoch keys; the transport key makes
the TLS certificate; the storage key seals what this node caches on its own disk.
"""

from __future__ import annotations

import hashlib
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError, NotFoundError, RefusedError
from evenhand.trust import ed25519, sealing
from evenhand.trust.codes import check_member_code
from evenhand.trust.note_keys import COSIGNATURE, Signer

SEED_BYTES = 32
_CERTIFICATE_YEARS = 30  # trust ends with the roster, not with the certificate


class MemberKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secrets of one member, base64."""

    format: int = 1
    member: str
    coalition: str
    log: str
    witness: str
    sealing: str
    transport: str
    storage: str
    certificate: str
    retired: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Earlier sealing secrets: what was sealed to them before a rotation still opens."""

    def __repr__(self) -> str:
        """Say whose keys these are and nothing else: a traceback must not print a secret."""
        return f"MemberKeys({self.member})"

    @property
    def origin(self) -> str:
        """The checkpoint origin line of this member's ledger."""
        return ledger_origin(self.coalition, self.member)

    def log_signer(self) -> Signer:
        """Return the signer of checkpoints and rosters."""
        return Signer(self.origin, b64decode(self.log))

    def witness_signer(self) -> Signer:
        """Return the cosigner."""
        return Signer(f"{self.origin}/witness", b64decode(self.witness), COSIGNATURE)

    @property
    def log_seed(self) -> bytes:
        """Ed25519 seed of the ledger."""
        return b64decode(self.log)

    @property
    def sealing_secret(self) -> bytes:
        """X25519 secret that opens epoch keys."""
        return b64decode(self.sealing)

    @property
    def sealing_secrets(self) -> tuple[bytes, ...]:
        """Every X25519 secret this member had, the present one first."""
        earlier = () if self.retired is msgspec.UNSET else self.retired
        return (self.sealing_secret, *(b64decode(text) for text in earlier))

    @property
    def storage_key(self) -> bytes:
        """32 bytes that seal local caches."""
        return b64decode(self.storage)

    def certificate_der(self) -> bytes:
        """Return the transport certificate, DER."""
        return b64decode(self.certificate)

    def transport_key_pem(self) -> bytes:
        """Return the transport secret key, PKCS #8 PEM, for the TLS library."""
        key = Ed25519PrivateKey.from_private_bytes(b64decode(self.transport))
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def ledger_origin(coalition: str, member: str) -> str:
    """Return the C2SP origin line of a member's ledger: `coalition/CODE`."""
    return f"{coalition}/{member}"


_CODEC: Codec[MemberKeys] = Codec(MemberKeys)


def generate_keys(*, member: str, coalition: str, entropy: Callable[[int], bytes], now_ms: int) -> MemberKeys:
    """Make a member's keys from `entropy(n)`, which returns n random bytes. Raises InputError."""
    check_member_code(member)
    if not coalition or any(mark.isspace() or mark in "+/" for mark in coalition):
        raise InputError(
            f"not a coalition name: {coalition[:40]!r}", remedy="use a domain-like name: shield.example"
        )
    transport = entropy(SEED_BYTES)
    return MemberKeys(
        member=member,
        coalition=coalition,
        log=_text(entropy(SEED_BYTES)),
        witness=_text(entropy(SEED_BYTES)),
        sealing=_text(entropy(SEED_BYTES)),
        transport=_text(transport),
        storage=_text(entropy(SEED_BYTES)),
        certificate=_text(_certificate(member, transport, int.from_bytes(entropy(8), "big") >> 1, now_ms)),
    )


def rotate_keys(keys: MemberKeys, *, entropy: Callable[[int], bytes], now_ms: int) -> MemberKeys:
    """Make new keys for the same member, which still open what was sealed to the old ones.

    The storage key stays: it never leaves this machine, and what the node keeps here is sealed under it.
    """
    made = generate_keys(member=keys.member, coalition=keys.coalition, entropy=entropy, now_ms=now_ms)
    earlier = () if keys.retired is msgspec.UNSET else keys.retired
    return msgspec.structs.replace(made, storage=keys.storage, retired=(keys.sealing, *earlier))


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _certificate(member: str, seed: bytes, serial: int, now_ms: int) -> bytes:
    """Return a self-signed X.509 certificate over the transport key, DER."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    # The key is part of the name: TLS looks issuers up by name, and of two alike takes the one it met first.
    finger = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:32]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"evenhand {member} {finger}")])
    born = datetime.fromtimestamp(now_ms // 1000, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial + 1)
        .not_valid_before(born.replace(year=born.year - 1, day=1))
        .not_valid_after(born.replace(year=born.year + _CERTIFICATE_YEARS, day=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, None)
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def save_keys(keys: MemberKeys, path: Path) -> None:
    """Write a new key file with owner-only permissions. Raises RefusedError if one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise RefusedError(
            f"{path} already holds keys", why="overwriting them would end this member",
            remedy="choose another data folder",
        ) from error  # fmt: skip
    with os.fdopen(handle, "wb") as file:
        file.write(_CODEC.encode(keys))
        file.flush()
        os.fsync(file.fileno())


def load_keys(path: Path) -> MemberKeys:
    """Read a key file. Raises NotFoundError, InputError, or RefusedError if others may read it."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise NotFoundError(f"no key file at {path}", remedy="run `evenhand node init` first") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RefusedError(
            f"{path} can be read by others", why=f"its mode is {stat.S_IMODE(mode):o}",
            remedy=f"run `chmod 600 {path}` and, if anyone else used this machine, rotate the keys",
        )  # fmt: skip
    return _CODEC.decode(path.read_bytes())


def public_keys(keys: MemberKeys) -> tuple[str, str, str]:
    """Return (log vkey, witness vkey, sealing public key in base64) for the roster."""
    return (
        keys.log_signer().verifier.vkey,
        keys.witness_signer().verifier.vkey,
        _text(sealing.sealing_public_key(keys.sealing_secret)),
    )


def sign_bytes(keys: MemberKeys, message: bytes) -> bytes:
    """Return the log key's Ed25519 signature over `message`."""
    return ed25519.sign(keys.log_seed, message)
