"""Canonical bytes: RFC 8785 JSON for the values this product signs.

Knows:    JSON values of null, booleans, integers within 2^53, strings, lists, string-keyed maps.
Told:     structs and plain values by every room that signs or hashes.
Answers:  the one byte string for a value, and whether given bytes are that string.
Trusted:  yes: two spellings of one value would split the coalition.

Floats do not occur in anything we sign, so RFC 8785 section 3.2.2.3 (number serialisation) never
matters; keys are ASCII, so sorting by UTF-16 code units (section 3.2.3) equals sorting by bytes.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, Generic, TypeVar

import msgspec

from evenhand.ground.errors import InputError

T = TypeVar("T")

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that decoding foreign bytes raises; the last where they nest deeper than the interpreter goes."""

_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def canonical_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the RFC 8785 encoding of a struct or plain JSON value."""
    return _ENCODER.encode(value)


def digest(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return SHA-256 over the canonical encoding."""
    return hashlib.sha256(_ENCODER.encode(value)).digest()


class Codec(Generic[T]):
    """Strict reader and writer of one struct type: parse once, print back the same bytes."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._name = kind.__name__

    def encode(self, value: T) -> bytes:
        """Return the canonical bytes of `value`."""
        return _ENCODER.encode(value)

    def decode(self, data: bytes) -> T:
        """Read canonical bytes; anything that would not print back the same is an InputError."""
        try:
            value = self._decoder.decode(data)
        except UNREADABLE as error:
            raise InputError(f"not a valid {self._name}", why=str(error)) from error
        if _ENCODER.encode(value) != data:
            raise InputError(f"{self._name} is not in canonical form (RFC 8785)")
        return value
