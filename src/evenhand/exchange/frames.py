"""What travels between members, and in file bundles: five kinds of frame.

Knows:    the shape and size of a frame.
Told:     bytes by peers and files; values by this node.
Answers:  length-prefixed MessagePack, or a refusal.
Trusted:  the parser is; nothing it returns is, before mirror, express, roster or evidence judged it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import FRAME_BYTES_MAX

PREFIX: Final = struct.Struct(">I")


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="batch"):
    """Entries `start`… of a ledger, the parts the reader may have, and a checkpoint that covers them.

    `proof` is the consistency proof from the last entry here to the checkpoint's size (empty if equal).
    """

    ledger: str
    start: int
    leaves: tuple[bytes, ...]
    parts: tuple[tuple[int, str, bytes], ...]
    checkpoint: bytes
    proof: tuple[bytes, ...] = ()


class Express(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="express"):
    """An urgent entry ahead of its turn, with its inclusion proof under a signed checkpoint."""

    ledger: str
    index: int
    leaf: bytes
    parts: tuple[tuple[str, bytes], ...]
    checkpoint: bytes
    proof: tuple[bytes, ...]


class Pulse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="heartbeat"):
    """A signed heartbeat."""

    note: bytes


class RosterFrame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="roster"):
    """A signed roster document."""

    document: bytes


class EvidenceFrame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="evidence"):
    """Proof that a member signed two histories."""

    evidence: bytes


Frame = Batch | Express | Pulse | RosterFrame | EvidenceFrame

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final[msgspec.msgpack.Decoder[Frame]] = msgspec.msgpack.Decoder(Frame)


def print_frame(frame: Frame) -> bytes:
    """Return the frame with its four-byte length in front."""
    body = _ENCODER.encode(frame)
    return PREFIX.pack(len(body)) + body


def parse_frame(body: bytes) -> Frame:
    """Read a frame without its length. Raises InputError."""
    try:
        return _DECODER.decode(body)
    except UNREADABLE as error:
        raise InputError("a frame from a peer does not parse", why=str(error)) from error


class FrameReader:
    """Cuts a byte stream into frames; holds at most one unfinished frame."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that `data` completes. Raises InputError or LimitError: cut the peer off."""
        self._held += data
        while len(self._held) >= PREFIX.size:
            (length,) = PREFIX.unpack_from(self._held)
            if length > FRAME_BYTES_MAX:
                raise LimitError(f"a frame of {length} bytes", why=f"frames are at most {FRAME_BYTES_MAX}")
            if len(self._held) < PREFIX.size + length:
                return
            body = bytes(self._held[PREFIX.size : PREFIX.size + length])
            del self._held[: PREFIX.size + length]
            yield parse_frame(body)

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a frame that has not ended."""
        return len(self._held)
