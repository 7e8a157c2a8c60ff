"""A cosignature binds a witness, a time and a checkpoint's text, and breaks with any of them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import SignatureInvalidError
from evenhand.ledger.checkpoint import Checkpoint
from evenhand.ledger.cosignature import cosign, cosignature_time, verify_cosignature
from evenhand.trust import ed25519
from evenhand.trust.note import COSIGNATURE, open_note, parse_note, parse_signature_line, parse_vkey

SEED = bytes(range(32))
TEXT = Checkpoint("ledgers.example.org/ita/1", 7, bytes(32)).text


def test_published_cosignatures_verify(vectors: Path) -> None:
    case = json.loads((vectors / "note/cosignature_v1.json").read_text())
    for one in case["vkeys"]:
        assert parse_vkey(one["vkey"]).algorithm == one["type"] == COSIGNATURE
    assert len(case["cosigned"]) == 3
    for one in case["cosigned"]:
        data = one["note"].encode()
        verifiers = {verifier.key_id: verifier for verifier in map(parse_vkey, one["vkeys"])}
        opened = open_note(data, verifiers.values())
        assert {signature.key_id for signature in opened.verified} == set(verifiers)
        for signature in opened.verified:
            key = verifiers[signature.key_id].public_key
            assert verify_cosignature(parse_note(data).text, signature.blob, key) == 1_767_139_200


def test_published_times_are_read(vectors: Path) -> None:
    for case in json.loads((vectors / "note/cosignature_v1.json").read_text())["timestamp_cases"]:
        blob = base64.b64decode(case["sig_b64"])[4:]
        if "unix" in case:
            assert cosignature_time(blob) == case["unix"]
        else:
            with pytest.raises(SignatureInvalidError):
                cosignature_time(blob)


@given(time_s=st.integers(0, 2**63 - 1), bit=st.integers(0, 72 * 8 - 1))
def test_a_cosignature_verifies_and_any_flipped_bit_fails(time_s: int, bit: int) -> None:
    line = parse_signature_line(cosign(TEXT, SEED, "witness.example.org", time_s))
    key = ed25519.public_key(SEED)
    assert line.name == "witness.example.org"
    assert verify_cosignature(TEXT, line.blob, key) == time_s
    flipped = bytearray(line.blob)
    flipped[bit // 8] ^= 1 << bit % 8
    for text, blob in ((TEXT, bytes(flipped)), (TEXT + "extension\n", line.blob), (TEXT, line.blob[8:])):
        with pytest.raises(SignatureInvalidError):
            verify_cosignature(text, blob, key)


def test_a_cosignature_is_not_a_signature_of_the_note() -> None:
    blob = parse_signature_line(cosign(TEXT, SEED, "w", 1)).blob
    assert not ed25519.verify(ed25519.public_key(SEED), TEXT.encode(), blob[8:])
