"""Mutual TLS between members: the roster's certificates and nobody else's.

Knows:    how to make TLS 1.3 contexts that trust exactly the certificates of the roster.
Told:     our keys and the roster.
Answers:  a server context, a client context per partner, and who is at the other end of a connection.
Trusted:  yes, for who is asking; what is said is verified again by signature.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evenhand.ground.errors import InputError
from evenhand.trust.keys import MemberKeys
from evenhand.trust.roster import Roster


def _identify(context: ssl.SSLContext, keys: MemberKeys) -> None:
    """Load our certificate and key. The ssl module reads files only: owner-only, then gone."""
    certificate = x509.load_der_x509_certificate(keys.certificate_der()).public_bytes(Encoding.PEM)
    handle, path = tempfile.mkstemp(prefix="evenhand-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(keys.transport_key_pem() + certificate)
        context.load_cert_chain(path)
    finally:
        Path(path).unlink()


def _strict(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # names prove nothing here: the certificate itself is pinned by the roster
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def server_context(keys: MemberKeys, roster: Roster) -> ssl.SSLContext:
    """Return a context that lets in whoever holds a certificate of the roster."""
    context = _strict(ssl.PROTOCOL_TLS_SERVER)
    _identify(context, keys)
    trust_roster(context, roster)
    return context


def trust_roster(context: ssl.SSLContext, roster: Roster) -> None:
    """Add a later roster's certificates. Members that left are refused by `peer_code`, not here."""
    for member in roster.members:
        context.load_verify_locations(cadata=b64decode(member.certificate))


def client_context(keys: MemberKeys, certificate: str) -> ssl.SSLContext:
    """Return a context that accepts exactly one partner's certificate (base64 DER)."""
    context = _strict(ssl.PROTOCOL_TLS_CLIENT)
    _identify(context, keys)
    try:
        context.load_verify_locations(cadata=b64decode(certificate))
    except (ssl.SSLError, ValueError) as error:
        raise InputError("a member's certificate in the roster does not parse", why=str(error)) from error
    return context


def peer_code(connection: ssl.SSLObject | None, roster: Roster) -> str | None:
    """Return the code of the active member at the other end, or None."""
    certificate = None if connection is None else connection.getpeercert(binary_form=True)
    if certificate is None:
        return None
    code = roster.by_certificate.get(b64encode(certificate).decode("ascii"))
    return code if code is not None and roster.is_active(code) else None
