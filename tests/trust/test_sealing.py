"""Sealing: only the right key, at the right place, opens; lengths tell a power of two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import LimitError, VerificationError
from evenhand.trust.sealing import (
    BOX_OVERHEAD_BYTES,
    commitment,
    open_box,
    open_part,
    seal_box,
    seal_part,
    sealing_public_key,
    size_class,
)

KEY, NONCE, SALT = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32


@given(st.binary(max_size=5000), st.binary(max_size=40))
def test_what_is_sealed_opens_and_its_length_is_a_power_of_two(text: bytes, place: bytes) -> None:
    sealed = seal_part(text, key=KEY, nonce=NONCE, salt=SALT, bound_to=place)
    assert open_part(sealed, key=KEY, bound_to=place) == (SALT, text)
    assert len(sealed) == size_class(len(text))
    assert len(sealed).bit_count() == 1


@given(st.data())
def test_another_key_place_or_byte_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(seal_part(b"text", key=KEY, nonce=NONCE, salt=SALT, bound_to=b"ITA/1"))
    with pytest.raises(VerificationError):
        open_part(bytes(sealed), key=bytes(32), bound_to=b"ITA/1")
    with pytest.raises(VerificationError):
        open_part(bytes(sealed), key=KEY, bound_to=b"ITA/2")
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1
    with pytest.raises(VerificationError):
        open_part(bytes(sealed), key=KEY, bound_to=b"ITA/1")


@pytest.mark.parametrize("text", [b"", b"short", bytes(48)])
def test_a_stump_does_not_open(text: bytes) -> None:
    with pytest.raises(VerificationError):
        open_part(text, key=KEY, bound_to=b"")


def test_padding_that_hides_something_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # A hostile originator holds the key and can seal anything: seal a length that lies.
    import hmac

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    content = hmac.digest(KEY, b"evenhand/part/v1\x00" + NONCE, "sha256")
    for length, tail in ((2, b"abc"), (99, b"abc")):
        padded = SALT + length.to_bytes(4, "big") + tail
        sealed = NONCE + AESGCM(content).encrypt(bytes(12), padded, b"")
        with pytest.raises(VerificationError, match="padding"):
            open_part(sealed, key=KEY, bound_to=b"")


def test_too_much_text_is_refused() -> None:
    with pytest.raises(LimitError):
        size_class(1_048_576)


def test_commitments_differ_by_salt_name_and_text() -> None:
    made = {commitment(SALT, "match", b"a"), commitment(KEY, "match", b"a"),
            commitment(SALT, "detail", b"a"), commitment(SALT, "match", b"b")}  # fmt: skip
    assert len(made) == 4


def test_a_box_opens_for_its_member_and_context_only() -> None:
    mine, other = bytes([7]) * 32, bytes([8]) * 32
    box = seal_box(b"key", public_key=sealing_public_key(mine), context=b"ITA/PHL")
    assert len(box) == len(b"key") + BOX_OVERHEAD_BYTES
    assert open_box(box, secret=mine, context=b"ITA/PHL") == b"key"
    assert open_box(box, secret=other, context=b"ITA/PHL") is None
    assert open_box(box, secret=mine, context=b"ITA/XPO") is None
    assert open_box(b"dummy", secret=mine, context=b"ITA/PHL") is None
