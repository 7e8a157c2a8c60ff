"""Deterministic UUIDs: the same notice has the same id in every export of every member.

Knows:    RFC 9562 section 5.5 (UUID version 5: SHA-1 over a namespace and a name).
Told:     what kind of object, and its key.
Answers:  the UUID's text.
Trusted:  not a trust boundary: anyone who knows a key can compute its id.

STIX 2.1 section 2.9 keeps its own namespace for observables; ours is another, as it demands.
"""

from __future__ import annotations

import hashlib
from typing import Final

NAMESPACE: Final = "5b0a9f5e-3c1d-5e0f-9a57-6d1f3f0c2e41"
"""Evenhand's namespace. It never changes: every id ever exported rests on it."""


def uuid5(kind: str, key: str) -> str:
    """Return the version 5 UUID of `kind:key` in our namespace."""
    named = bytes.fromhex(NAMESPACE.replace("-", "")) + f"{kind}:{key}".encode()
    raw = bytearray(hashlib.sha1(named, usedforsecurity=False).digest()[:16])
    raw[6] = raw[6] & 0x0F | 0x50
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
