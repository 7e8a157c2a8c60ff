"""Approvals as signatures of officers inside the published record, so that any member can check rule P-01.

Knows:    officers' keys, who vouches for them, and the exact bytes an officer signs.
Told:     statements by the workflow that asks an officer; public keys by the roster.
Answers:  immutable values that print back the same bytes; the texts to sign and to verify.
Trusted:  yes: a signature over anything less than the whole act could be moved to another one.

An officer's key is vouched for by the officer's member, with its ledger key: partners know members, not
people. Officers appear by opaque ids. Source: PROCEDURE section 2; INTERPOL Rules on the Processing of Data.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError
from evenhand.identity.person import check_country
from evenhand.trust.ed25519 import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verify_cached

OfficerRole = Literal["AUTHOR", "NATIONAL", "LEGAL", "COMPLIANCE", "REDRESS"]
APPROVALS_MAX: Final = 16
_OFFICER: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEY_TITLE: Final = b"evenhand/officer-key/v1\n"
_ACT_TITLE: Final = b"evenhand/officer-act/v1\n"


def _bytes(text: str, count: int, what: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise InputError(f"{what} is not base64", why=str(error)) from error
    if len(data) != count:
        raise InputError(f"{what} has {len(data)} bytes", why=f"it must have {count}")
    return data


class OfficerKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer's public key and what its holder may sign, vouched for by `member` (base64, RFC 3339)."""

    member: str
    officer: str
    roles: tuple[OfficerRole, ...]
    key: str
    since: str
    until: str
    signature: str = ""

    def __post_init__(self) -> None:
        """Check every part by form; an empty signature is one not yet given. Raises InputError."""
        check_country(self.member)
        if not _OFFICER.fullmatch(self.officer):
            raise InputError("an officer is named by 16 hex digits", why="people are not named to partners")
        _bytes(self.key, PUBLIC_KEY_BYTES, "an officer's key")
        if self.signature:
            _bytes(self.signature, SIGNATURE_BYTES, "a signature")
        if parse_ms(self.since) >= parse_ms(self.until):
            raise InputError("an officer's key ends before it begins")

    def signed_text(self) -> bytes:
        """Return what the member's ledger key signs to vouch for this key."""
        return _KEY_TITLE + canonical_bytes(msgspec.structs.replace(self, signature=""))

    def is_vouched_for(self, member_keys: Sequence[bytes]) -> bool:
        """Say whether one of the member's ledger keys signed this."""
        if not self.signature:
            return False
        signature = b64decode(self.signature)
        return any(verify_cached(key, self.signed_text(), signature) for key in member_keys)


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer puts a name to: a role, an instant, and the digest of what lay before them."""

    role: OfficerRole
    at: str
    subject: str

    def __post_init__(self) -> None:
        """Check instant and digest. Raises InputError."""
        parse_ms(self.at)
        if not _DIGEST.fullmatch(self.subject):
            raise InputError("an act names its subject by SHA-256 in hex")

    def signed_text(self) -> bytes:
        """Return what the officer signs."""
        return _ACT_TITLE + canonical_bytes(self)


class Approval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer's signature under an act; the subject is computed by whoever checks, never taken from here."""

    role: OfficerRole
    at: str
    by: OfficerKey
    signature: str

    def __post_init__(self) -> None:
        """Check by form. Raises InputError."""
        parse_ms(self.at)
        _bytes(self.signature, SIGNATURE_BYTES, "a signature")

    def fault(self, subject: str, keys: Mapping[str, Sequence[bytes]]) -> str:
        """Say in words why this is no approval of `subject`, or nothing where it is.

        `keys` are each member's ledger keys, 32 bytes each.
        """
        if self.role not in self.by.roles:
            return f"officer {self.by.officer} may not sign as {self.role}"
        if not self.by.is_vouched_for(keys.get(self.by.member, ())):
            return f"{self.by.member} does not vouch for officer {self.by.officer}"
        if not parse_ms(self.by.since) <= parse_ms(self.at) < parse_ms(self.by.until):
            return f"the key of officer {self.by.officer} was not valid at {self.at}"
        text = Act(role=self.role, at=self.at, subject=subject).signed_text()
        if not verify_cached(b64decode(self.by.key), text, b64decode(self.signature)):
            return f"the signature of officer {self.by.officer} as {self.role} is not under this text"
        return ""


class Approvals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for a notice: the author first, then everyone who approved it.

    `detail` commits to the detail part with the salt in it (`detail_commitment`), so that a reader of the
    match part alone can check every signature, and a reader of the detail that it is the approved one.
    """

    detail: str
    given: tuple[Approval, ...]

    def __post_init__(self) -> None:
        """Check count and digest. Raises InputError."""
        if not _DIGEST.fullmatch(self.detail):
            raise InputError("approvals name the detail part by a digest in hex")
        if not 1 <= len(self.given) <= APPROVALS_MAX:
            raise InputError(f"{len(self.given)} approvals", why=f"there are 1 to {APPROVALS_MAX}")
