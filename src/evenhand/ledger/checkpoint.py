"""Checkpoints: the three lines by which a ledger commits to all it holds.

Knows:    the text form of C2SP tlog-checkpoint v1.0.0.
Told:     origin, size and root; or note text from anyone.
Answers:  the same as text, signed notes, or values once verified.
Trusted:  yes: what a checkpoint says is what members compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import InputError, VerificationError
from evenhand.ground.limits import TREE_SIZE_MAX
from evenhand.ledger.merkle import HASH_BYTES
from evenhand.trust.note import Signer, Verifier, open_note, sign_note
from evenhand.trust.note_keys import decode_base64, encode_base64

_SIZE_DIGITS_MAX: Final = len(str(TREE_SIZE_MAX))
_FIXED_LINES: Final = 3


def parse_size(text: str) -> int:
    """Parse a decimal without leading zeros from 0 to 2^63 - 1; InputError otherwise."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _SIZE_DIGITS_MAX:
        raise InputError("A size or index is not a decimal number of at most 2^63 - 1.")
    size = int(text)
    if size > TREE_SIZE_MAX or str(size) != text:
        raise InputError("A size or index has leading zeros or is above 2^63 - 1.")
    return size


def parse_hash(text: str) -> bytes:
    """Parse a base64 SHA-256 hash; InputError otherwise."""
    decoded = decode_base64(text)
    if len(decoded) != HASH_BYTES:
        raise InputError("A hash does not have 32 bytes.")
    return decoded


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a ledger commits to: its origin (name), its size in leaves and its 32-byte root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text, ending in LF."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Parse a checkpoint's note text (no signatures); InputError unless it prints back the same."""
    if not text.endswith("\n"):
        raise InputError("A checkpoint does not end in a line feed.")
    lines = text[:-1].split("\n")
    if len(lines) < _FIXED_LINES:
        raise InputError("A checkpoint has fewer than three lines.")
    if any(not line or min(line) < " " for line in lines):
        raise InputError("A checkpoint has an empty line or a control character.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, parse_size(size), parse_hash(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note of a checkpoint; InputError if its values cannot be one.

    Never sign two checkpoints of one origin that are not consistent: they are evidence against us.
    """
    text = checkpoint.text
    if parse_checkpoint(text) != checkpoint:
        raise InputError("A checkpoint's lines hold a line feed.")
    return sign_note(text, signer)


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier], *, origin: str | None = None) -> Checkpoint:
    """Verify a signed checkpoint and return it.

    With `origin`, another origin is refused. Raises InputError when it is no checkpoint,
    SignatureInvalidError when no key of `verifiers` signed it or one failed, VerificationError when
    the origin is another.
    """
    checkpoint = parse_checkpoint(open_note(data, verifiers).text)
    if origin is not None and checkpoint.origin != origin:
        raise VerificationError(f"A checkpoint of {checkpoint.origin} came where {origin} was asked for.")
    return checkpoint
