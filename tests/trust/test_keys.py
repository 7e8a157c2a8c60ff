"""Key files: owner-only, never overwritten, never printed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography import x509

from evenhand.ground.errors import InputError, NotFoundError, RefusedError
from evenhand.trust import ed25519
from evenhand.trust.keys import MemberKeys, generate_keys, load_keys, public_keys, rotate_keys, save_keys, sign_bytes


def keys(member: str = "ITA", coalition: str = "shield.example") -> MemberKeys:
    counter = iter(range(1, 100))
    return generate_keys(
        member=member, coalition=coalition, entropy=lambda n: bytes([next(counter)]) * n, now_ms=1_790_000_000_000
    )


def test_a_key_file_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    save_keys(keys(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keys(path) == keys()


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    save_keys(keys(), tmp_path / "keys.json")
    with pytest.raises(RefusedError, match="already holds keys"):
        save_keys(keys("PHL"), tmp_path / "keys.json")
    assert load_keys(tmp_path / "keys.json").member == "ITA"


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    save_keys(keys(), tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        load_keys(tmp_path / "keys.json")


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="node init"):
        load_keys(tmp_path / "keys.json")


def test_no_secret_is_printed() -> None:
    made = keys()
    assert repr(made) == "MemberKeys(ITA)"
    assert made.log not in str(made)


def test_each_purpose_has_its_own_key() -> None:
    made = keys()
    assert len({made.log, made.witness, made.sealing, made.transport, made.storage}) == 5
    log, witness, _ = public_keys(made)
    assert log.startswith("shield.example/ITA+")
    assert witness.startswith("shield.example/ITA/witness+")
    assert len(made.storage_key) == 32


def test_the_certificate_is_over_the_transport_key_and_says_who() -> None:
    made = keys()
    certificate = x509.load_der_x509_certificate(made.certificate_der())
    said = certificate.subject.rfc4514_string()
    assert said.startswith("CN=evenhand ITA ")
    other = rotate_keys(made, entropy=lambda n: b"\x77" * n, now_ms=1_790_000_000_000).certificate_der()
    assert x509.load_der_x509_certificate(other).subject.rfc4514_string() != said, "a name for each key"
    assert b"PRIVATE KEY" in made.transport_key_pem()


def test_rotated_keys_are_new_and_still_open_what_was_sealed_to_the_old(tmp_path: Path) -> None:
    old = keys()
    new = rotate_keys(old, entropy=lambda n: b"\x77" * n, now_ms=1_790_000_000_000)
    newest = rotate_keys(new, entropy=lambda n: b"\x78" * n, now_ms=1_790_000_000_000)
    for name in ("log", "witness", "sealing", "transport", "certificate"):
        assert len({getattr(old, name), getattr(new, name), getattr(newest, name)}) == 3
    assert newest.storage == old.storage, "what the node keeps on its own disk is still readable"
    assert newest.sealing_secrets == (newest.sealing_secret, new.sealing_secret, old.sealing_secret)
    save_keys(newest, tmp_path / "keys.json")
    assert load_keys(tmp_path / "keys.json") == newest


def test_signatures_of_the_log_key_verify() -> None:
    made = keys()
    assert ed25519.verify(made.log_signer().verifier.public_key, b"message", sign_bytes(made, b"message"))


@pytest.mark.parametrize(
    ("member", "coalition"), [("it", "a"), ("ITALY", "a"), ("ITA", ""), ("ITA", "a b"), ("ITA", "a/b")]
)
def test_unusable_names_are_refused(member: str, coalition: str) -> None:
    with pytest.raises(InputError):
        keys(member, coalition)
