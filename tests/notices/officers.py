"""Officers of invented members, with real keys: they sign what the tests lay before them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import msgspec

from evenhand.notices.approvals import Act, Approval, OfficerKey, OfficerRole
from evenhand.trust import ed25519

SINCE, UNTIL = "2025-01-01T00:00:00.000Z", "2028-01-01T00:00:00.000Z"
AT = "2026-01-01T00:00:00.000Z"
EVERY: tuple[OfficerRole, ...] = ("AUTHOR", "NATIONAL", "LEGAL", "COMPLIANCE", "REDRESS")


def seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def public(name: str) -> bytes:
    return ed25519.public_key(seed(name))


def officer(name: str, member: str = "ITA", roles: tuple[OfficerRole, ...] = EVERY, **change: object) -> OfficerKey:
    key = OfficerKey(
        member=member, officer=hashlib.sha256(name.encode()).hexdigest()[:16], roles=roles,
        key=b64encode(public(name)).decode(), since=SINCE, until=UNTIL,
    )  # fmt: skip
    key = msgspec.structs.replace(key, **change)
    signature = ed25519.sign(seed(member), key.signed_text())
    return msgspec.structs.replace(key, signature=b64encode(signature).decode())


def approval(
    name: str = "ann", role: OfficerRole = "NATIONAL", subject: str = "0" * 64, *, by: OfficerKey | None = None,
    at: str = AT, member: str = "ITA",
) -> Approval:  # fmt: skip
    signature = ed25519.sign(seed(name), Act(role=role, at=at, subject=subject).signed_text())
    key = officer(name, member) if by is None else by
    return Approval(role=role, at=at, by=key, signature=b64encode(signature).decode())


KEYS = {code: (public(code),) for code in ("ITA", "PHL", "XPO")}
