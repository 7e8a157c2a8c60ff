"""Cosignatures: a witness says that, at a time, this is the largest consistent tree it has seen.

Knows:    the Ed25519 form of C2SP tlog-cosignature (cosignature/v1).
Told:     checkpoint texts, times, a witness's seed; or signatures of others.
Answers:  signature lines, and the time at which another cosigned.
Trusted:  yes: it shows whether partners see one history.
"""

from __future__ import annotations

from evenhand.ground.errors import SignatureInvalidError
from evenhand.trust import ed25519
from evenhand.trust.note_keys import COSIGNATURE, Signer, cosigned_message, split_time


def cosign(note_text: str, seed: bytes, name: str, time_s: int) -> str:
    """Return the signature line (with its final LF) of witness `name` for a checkpoint's note text.

    `time_s` is Unix time in seconds. The seed must serve no other cosigner, for the message does not
    name it. InputError if the name cannot name a key, ValueError if the time or seed cannot be one.
    """
    return Signer(name, seed, COSIGNATURE).sign_at(note_text, time_s)


def cosignature_time(blob: bytes) -> int:
    """Return the time (Unix seconds) a cosignature claims, unverified; SignatureInvalidError if none."""
    parts = split_time(blob, ed25519.SIGNATURE_BYTES)
    if parts is None:
        raise SignatureInvalidError("A signature is not a cosignature: it has no time.")
    return parts[0]


def verify_cosignature(note_text: str, blob: bytes, public_key: bytes) -> int:
    """Return the time (Unix seconds) at which `public_key` cosigned a checkpoint's note text.

    `blob` is the signature without its key id. Raises SignatureInvalidError.
    """
    time_s = cosignature_time(blob)
    message = cosigned_message(note_text, time_s)
    if not ed25519.verify_cached(public_key, message, blob[-ed25519.SIGNATURE_BYTES :]):
        raise SignatureInvalidError("A cosignature is wrong.")
    return time_s
