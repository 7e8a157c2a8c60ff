"""The certificate and key with which the API serves other machines: read whole before anything is said to run.

Knows:    PEM, the ssl module and its words.
Told:     the data folder and the rules of the API.
Answers:  a TLS context, and when it ends; what is wrong with the two files in words.
Trusted:  with the API's key, which is read here and kept in the context alone.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509

from evenhand.ground.errors import InputError
from evenhand.node.config import ApiRules

_OTHER_KEY: Final = "KEY_VALUES_MISMATCH"
_REMEDY: Final = "correct `certificate` and `key` under [api] in evenhand.toml, or the files they name"


class Secured(NamedTuple):
    """What the API's line is secured with, and from when until when its certificates are valid."""

    context: ssl.SSLContext
    from_ms: int
    until_ms: int


def read_pair(folder: Path, rules: ApiRules) -> Secured | None:
    """Read what `api.certificate` and `api.key` name; None where they name nothing. Raises InputError."""
    if not rules.certificate:
        return None
    certificate, key = folder / rules.certificate, folder / rules.key
    written = _read(certificate, "certificate")
    _read(key, "key")
    asked: list[None] = []

    def no_password() -> str:  # without it OpenSSL asks the terminal, and a node that starts by itself waits for ever
        asked.append(None)
        return ""

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password=no_password)
        chain = x509.load_pem_x509_certificates(written)
    except (ssl.SSLError, ValueError) as error:
        if asked:
            remedy = f"write {key} without a passphrase, readable by the node's user alone"
            raise InputError("the API's key cannot be used", why="it is encrypted", remedy=remedy) from error
        if getattr(error, "reason", None) == _OTHER_KEY:
            why = f"{key} is not the key of {certificate}"
            raise InputError("the API's key and certificate do not belong together", why=why, remedy=_REMEDY) from error
        why = f"{certificate} and {key} are not a certificate and its key in PEM"
        raise InputError("the API's certificate cannot be used", why=why, remedy=_REMEDY) from error
    return Secured(
        context, max(_ms(one.not_valid_before_utc.timestamp()) for one in chain),
        min(_ms(one.not_valid_after_utc.timestamp()) for one in chain),
    )  # fmt: skip


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = f"{path}: {error.strerror or type(error).__name__}"
        raise InputError(f"the API's {what} cannot be read", why=why, remedy=_REMEDY) from error


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
