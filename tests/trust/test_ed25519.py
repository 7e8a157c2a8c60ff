"""Every node gives one verdict on a signature, also on the 914 edge cases of C2SP's CCTV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.trust import ed25519

VECTORS = Path(__file__).resolve().parents[2] / "../shared/data/vectors/tlog/ed25519/ed25519vectors.json"
SEED = bytes(range(32))
ORDER = 2**252 + 27742317777372353535851937790883648493


def _openssl_accepts(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_the_914_edge_vectors_get_one_verdict() -> None:
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not here")
    vectors = json.loads(VECTORS.read_text())
    assert len(vectors) == 914
    accepted = []
    for vector in vectors:
        key, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        message = vector["msg"].encode()
        verdict = ed25519.verify(key, message, signature)
        assert ed25519.verify_cached(key, message, signature) is verdict
        flags = set(vector["flags"] or ())
        if flags & {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"}:
            assert not verdict, vector["number"]
        else:
            assert verdict, vector["number"]
            assert _openssl_accepts(key, message, signature), vector["number"]
            accepted.append(vector["number"])
    assert len(accepted) == 43


def test_signing_is_rfc_8032_test_1() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert ed25519.public_key(seed) == key
    assert ed25519.sign(seed, b"") == signature
    assert ed25519.verify(key, b"", signature)


@settings(max_examples=40, deadline=None)
@given(message=st.binary(max_size=300), bit=st.integers(0, 511))
def test_any_flipped_bit_of_a_signature_fails(message: bytes, bit: int) -> None:
    key, signature = ed25519.public_key(SEED), ed25519.sign(SEED, message)
    assert ed25519.verify(key, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(key, message, bytes(flipped))
    assert not ed25519.verify(key, message + b"\0", signature)


def test_a_scalar_at_or_above_the_group_order_is_refused() -> None:
    key, signature = ed25519.public_key(SEED), ed25519.sign(SEED, b"m")
    scalar = int.from_bytes(signature[32:], "little")
    assert not ed25519.verify(key, b"m", signature[:32] + (scalar + ORDER).to_bytes(32, "little"))
    assert not ed25519.verify(key, b"m", signature[:32] + (ORDER - 1).to_bytes(32, "little"))


@pytest.mark.parametrize("low", range(0xED, 0x100))
@pytest.mark.parametrize("top", [0x7F, 0xFF])
def test_every_encoding_of_y_at_or_above_the_prime_is_refused(low: int, top: int) -> None:
    point = bytes([low]) + b"\xff" * 30 + bytes([top])
    signature = ed25519.sign(SEED, b"m")
    assert not ed25519.verify(point, b"m", signature)
    assert not ed25519.verify(ed25519.public_key(SEED), b"m", point + signature[32:])


def test_a_point_just_below_the_prime_reaches_the_equation() -> None:
    point = b"\x05" + b"\xff" * 30 + b"\x7f"
    lower = b"\xff" * 5 + b"\xfe" + b"\xff" * 25 + b"\x7f"
    signature = ed25519.sign(SEED, b"m")
    assert not ed25519.verify(point, b"m", signature)
    assert not ed25519.verify(lower, b"m", signature)


@pytest.mark.parametrize(("key_bytes", "signature_bytes"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_wrong_lengths_are_refused(key_bytes: int, signature_bytes: int) -> None:
    key = (ed25519.public_key(SEED) + b"\0")[:key_bytes]
    signature = (ed25519.sign(SEED, b"m") + b"\0")[:signature_bytes]
    assert not ed25519.verify(key, b"m", signature)


def test_a_seed_of_another_length_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.public_key(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.sign(b"short", b"m")


def test_what_strangers_can_make_large_is_not_remembered() -> None:
    key = ed25519.public_key(SEED)
    before = ed25519._remembered.cache_info().currsize
    message = bytes(2_049)
    signature = ed25519.sign(SEED, message)
    assert ed25519.verify_cached(key, message, signature)
    assert not ed25519.verify_cached(key, message + b"x", signature)
    assert not ed25519.verify_cached(key, b"m", bytes(1_000_000))
    assert not ed25519.verify_cached(bytes(1_000_000), b"m", bytes(64))
    assert ed25519._remembered.cache_info().currsize == before
    small = ed25519.sign(SEED, b"remembered once")
    for _ in range(2):
        assert ed25519.verify_cached(key, b"remembered once", small)
    assert ed25519._remembered.cache_info().currsize == before + 1
