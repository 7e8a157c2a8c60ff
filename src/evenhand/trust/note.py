"""C2SP signed notes: text that anyone can read, with signatures anyone can check.

Knows:    the note format and its rules for known, unknown and failing keys.
Told:     note bytes, and the verifiers the caller trusts.
Answers:  text with the signatures that verified; or the error that says why it is not trusted.
Trusted:  yes: checkpoints, rosters and cosignatures all arrive as notes.

Source: C2SP signed-note v1.0.0; golang.org/x/mod/sumdb/note for the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError
from evenhand.ground.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX
from evenhand.trust.note_keys import (
    COSIGNATURE,
    ECDSA,
    ED25519,
    KEY_ID_BYTES,
    ML_DSA_44,
    TREE_HEAD,
    Signer,
    Verifier,
    decode_base64,
    key_id,
    parse_vkey,
    require_key_name,
    signature_line,
)

__all__ = [
    "COSIGNATURE",
    "ECDSA",
    "ED25519",
    "ML_DSA_44",
    "TREE_HEAD",
    "OpenedNote",
    "Signature",
    "SignedNote",
    "Signer",
    "Verifier",
    "key_id",
    "open_note",
    "parse_note",
    "parse_signature_line",
    "parse_vkey",
    "print_note",
    "sign_note",
]

_LINE_START: Final = "\N{EM DASH} "
_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: `blob` is what follows the 4-byte `key_id`."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its final LF."""
        return signature_line(self.name, self.key_id, self.blob)


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as parsed: nothing about it is verified."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note with at least one good signature of a trusted key, in the order of its lines."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def parse_signature_line(line: str) -> Signature:
    """Parse one signature line, without or with its final LF; InputError unless it is well formed."""
    fields = line.removesuffix("\n").removeprefix(_LINE_START).split(" ")
    if not line.startswith(_LINE_START) or len(fields) != 2:  # noqa: PLR2004 - name and base64
        raise InputError("A signature line of a note is malformed.")
    name, encoded = fields
    require_key_name(name)
    raw = decode_base64(encoded)
    if len(raw) <= KEY_ID_BYTES:
        raise InputError("A signature line of a note holds no signature.")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def parse_note(data: bytes) -> SignedNote:
    """Parse a signed note without verifying it.

    Raises LimitError above a million bytes or a hundred signatures, InputError on any other flaw.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise LimitError(f"A note has more than {NOTE_BYTES_MAX} bytes.")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("A note is not UTF-8.") from None
    if _CONTROLS.search(whole):
        raise InputError("A note holds a control character.")
    split = whole.rfind("\n\n")
    block = whole[split + 2 :]
    if split < 0 or not block.endswith("\n"):
        raise InputError("A note has no signature block.")
    lines = block[:-1].split("\n")
    if len(lines) > NOTE_SIGNATURES_MAX:
        raise LimitError(f"A note has more than {NOTE_SIGNATURES_MAX} signatures.")
    return SignedNote(whole[: split + 1], tuple(map(parse_signature_line, lines)))


def print_note(note: SignedNote) -> bytes:
    """Print a note as bytes that `parse_note` reads back; InputError if it cannot be a note."""
    data = (note.text + "\n" + "".join(one.line for one in note.signatures)).encode()
    if parse_note(data) != note:
        raise InputError("A note's text must end in a line feed and be free of control characters.")
    return data


def sign_note(text: str, *signers: Signer) -> bytes:
    """Sign a note text (it ends in LF) with each signer and print it; InputError if it cannot be a note."""
    return print_note(SignedNote(text, tuple(parse_signature_line(one.sign(text)) for one in signers)))


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if not verifier.is_supported:
            continue
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise InputError(f"Two keys share the name {verifier.name} and one id.")
    return known


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> OpenedNote:
    """Parse a note and check the signatures of known keys.

    Signatures of unknown keys are ignored; a failing one of a known key refuses the note, and so does
    the want of any good one (both SignatureInvalidError). A key's repeated signatures must all be
    good; the first is reported. Raises InputError when the bytes are not a note.
    """
    note = parse_note(data)
    known = _by_name_and_id(verifiers)
    verified: dict[tuple[str, bytes], Signature] = {}
    unverified = []
    for signature in note.signatures:
        owner = signature.name, signature.key_id
        verifier = known.get(owner)
        if verifier is None:
            unverified.append(signature)
        elif verifier.verify(note.text, signature.blob):
            verified.setdefault(owner, signature)
        else:
            raise SignatureInvalidError(f"The signature of {signature.name} on a note is wrong.")
    if not verified:
        raise SignatureInvalidError("No known key has signed a note.")
    return OpenedNote(note.text, tuple(verified.values()), tuple(unverified))
