"""A private certification authority, as a member's own network has one: its certificate, and those it gives."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """An authority that nobody outside trusts; `bundle` holds its certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented authority")])
        made = self._builder(self._name, self._key, datetime.now(UTC) + timedelta(days=3650))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
    ) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        named = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            made.serial_number(x509.random_serial_number())
            .not_valid_before(min(datetime.now(UTC), until) - timedelta(days=2))
            .not_valid_after(until)
            .add_extension(named, critical=False)
            .add_extension(issuer, critical=False)
        )

    def give(self, name: str, *, days: float = 365, password: bytes = b"", early: bool = False) -> tuple[str, str]:
        """Write NAME.pem and NAME.key for 127.0.0.1, and return their names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._builder(subject, key, datetime.now(UTC) + timedelta(days=days))
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = made.add_extension(address, critical=False)
        if early:
            made._not_valid_before = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)  # no second setting
        hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        format_ = serialization.PrivateFormat.PKCS8
        pem = serialization.Encoding.PEM
        (self._folder / f"{name}.pem").write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(pem))
        (self._folder / f"{name}.key").write_bytes(key.private_bytes(pem, format_, hidden))
        return f"{name}.pem", f"{name}.key"
