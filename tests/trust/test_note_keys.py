"""Each signature type of a note is checked by its own rules, against published and fresh signatures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evenhand.ground.errors import InputError, SignatureInvalidError
from evenhand.trust import note, note_keys
from evenhand.trust.note import Signature, SignedNote, Signer, Verifier

SEED = bytes(range(32))
ROOT = note_keys.encode_base64(bytes(32))
TEXT = f"example.org/ledger\n7\n{ROOT}\n"


def _spki(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _opens(verifier: Verifier, text: str, blob: bytes) -> bool:
    data = note.print_note(SignedNote(text, (Signature(verifier.name, verifier.key_id, blob),)))
    try:
        return note.open_note(data, [verifier]).text == text
    except SignatureInvalidError:
        return False


def test_the_published_rfc6962_tree_head_verifies(shared_data: Path) -> None:
    case = json.loads((shared_data / "vectors/tlog/note/rfc6962_type5.json").read_text())
    verifier = note.parse_vkey(case["vkey"])
    assert verifier.algorithm == note.TREE_HEAD
    assert verifier.vkey == case["vkey"]
    assert verifier.public_key == note_keys.decode_base64(case["pub_der_b64"])
    data = case["checkpoint"].encode()
    opened = note.open_note(data, [verifier])
    blob = opened.verified[0].blob
    for wrong in (b"", blob[:-1], blob[:8] + b"\x04\x01" + blob[10:], bytes(8) + blob[8:]):
        assert not verifier.verify(opened.text, wrong)
    for text in ("no tree\n", opened.text.replace("115474666", "0115474666"), "a\n1\n!!\n", "a\n1\nAAAA\n"):
        assert not verifier.verify(text, blob)
    assert not verifier.verify(opened.text.replace("115474666", "9" * 19), blob)
    assert not verifier.verify(opened.text.replace("115474666", "9" * 20), blob)


def test_the_published_ml_dsa_key_parses_only_with_the_id_of_the_standard(shared_data: Path) -> None:
    case = json.loads((shared_data / "vectors/tlog/note/mldsa44_vkey.json").read_text())
    verifier = note.parse_vkey(case["vkey"])
    assert verifier.algorithm == note.ML_DSA_44
    assert verifier.vkey == case["vkey"]
    with pytest.raises(InputError):
        note.parse_vkey(case["vkey_as_in_upstream_test"])


def test_an_ml_dsa_cosignature_verifies() -> None:
    key = mldsa.MLDSA44PrivateKey.generate()
    verifier = Verifier.of("witness.example.org", note.ML_DSA_44, key.public_key().public_bytes_raw())
    message = note_keys.subtree_message(verifier.name, 9, ("example.org/ledger", 7, bytes(32)))
    assert message is not None
    by, of = b"\x13witness.example.org", b"\x12example.org/ledger"
    end = (7).to_bytes(8, "big") + bytes(32)
    assert message == b"subtree/v1\n\0" + by + (9).to_bytes(8, "big") + of + bytes(8) + end
    blob = (9).to_bytes(8, "big") + key.sign(message)
    assert _opens(verifier, TEXT, blob)
    assert not _opens(verifier, TEXT.replace("7", "8"), blob)
    assert not _opens(verifier, TEXT, (8).to_bytes(8, "big") + blob[8:])
    assert not _opens(verifier, TEXT, blob[:-1])
    assert not _opens(verifier, "not a checkpoint\n", blob)
    assert not _opens(verifier, "o" * 256 + f"\n7\n{ROOT}\n", blob)


def test_without_ml_dsa_in_the_library_its_keys_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier.of("witness.example.org", note.ML_DSA_44, bytes(1312))
    missing = note_keys.offered("cryptography.hazmat.primitives.asymmetric.absent")
    assert missing is None
    monkeypatch.setattr(note_keys, "_mldsa", missing)
    assert not verifier.is_supported
    assert not verifier.verify(TEXT, bytes(8 + 2420))
    signer = Signer("example.org/ledger", SEED)
    line = Signature(verifier.name, verifier.key_id, bytes(8 + 2420))
    signed = note.parse_note(note.sign_note(TEXT, signer))
    data = note.print_note(SignedNote(TEXT, (*signed.signatures, line)))
    assert note.open_note(data, [signer.verifier, verifier]).unverified == (line,)


def test_an_ecdsa_note_verifies_and_its_id_is_of_the_key_alone() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    verifier = Verifier.of("rekor.example.org", note.ECDSA, _spki(key))
    assert verifier.key_id == hashlib.sha256(_spki(key)).digest()[:4]
    assert note.parse_vkey(verifier.vkey) == verifier
    blob = key.sign(b"text\n", ec.ECDSA(SHA256()))
    assert _opens(verifier, "text\n", blob)
    assert not _opens(verifier, "other\n", blob)
    by_hand = Verifier("a", b"aaaa", note.ECDSA, b"not a key")
    assert not by_hand.verify("text\n", blob)


def test_a_cosignature_verifies_with_its_time() -> None:
    signer = Signer("witness.example.org", SEED, note.COSIGNATURE)
    line = note.parse_signature_line(signer.sign_at(TEXT, 1_700_000_000))
    assert _opens(signer.verifier, TEXT, line.blob)
    assert not _opens(signer.verifier, TEXT, (5).to_bytes(8, "big") + line.blob[8:])
    assert not _opens(signer.verifier, TEXT, line.blob[8:])
    assert not _opens(signer.verifier, TEXT, b"\xff" * 8 + line.blob[8:])


def test_signers_refuse_what_is_not_theirs() -> None:
    with pytest.raises(ValueError, match="sign_at"):
        Signer("a", SEED, note.COSIGNATURE).sign(TEXT)
    with pytest.raises(ValueError, match="cosigner"):
        Signer("a", SEED).sign_at(TEXT, 1)
    with pytest.raises(ValueError, match="cosigner"):
        Signer("a", SEED, note.COSIGNATURE).sign_at(TEXT, 2**63)
    with pytest.raises(InputError):
        Signer("a", SEED, note.ECDSA)
    with pytest.raises(InputError):
        Signer("a b", SEED)
    assert SEED.hex() not in repr(Signer("a", SEED))
    assert repr(SEED) not in repr(Signer("a", SEED))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u2003b", "a\x00", "\udc80"])
def test_a_name_that_cannot_name_a_key(name: str) -> None:
    with pytest.raises(InputError):
        note_keys.require_key_name(name)


def test_keys_that_are_none() -> None:
    rsa_key = _spki(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    for algorithm, key in ((1, b"short"), (2, b"no DER"), (5, rsa_key), (6, b""), (0xFF, b"x" * 32)):
        with pytest.raises(InputError):
            Verifier.of("a", algorithm, key)
    with pytest.raises(InputError):
        note.parse_vkey("name+00000000+")
