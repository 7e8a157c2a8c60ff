"""A policy says who must have cosigned, and no reading of it is laxer than its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError, VerificationError
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.cosignature import cosign
from evenhand.ledger.policy import open_under, parse_policy, print_policy, satisfied
from evenhand.trust.note import COSIGNATURE, ECDSA, ED25519, Signer, Verifier

SEEDS = [bytes([number]) * 32 for number in range(1, 8)]
LOG = Signer("ledgers.example.org/ita/1", bytes(32))
COSIGNERS = [Signer(f"w{number}.example.org", seed, COSIGNATURE) for number, seed in enumerate(SEEDS)]
LINES = "".join(f"witness w{number} {one.verifier.vkey}\n" for number, one in enumerate(COSIGNERS))
POLICY = (
    f"# two kinds\n\nlog {LOG.verifier.vkey}\n{LINES}"
    "group x 2 w0 w1 w2\n\t group  y\tany w3 w4 \ngroup both all x y\nquorum both\n"
).encode()
CHECKPOINT = Checkpoint(LOG.name, 3, bytes(32))


def _keys(*numbers: int) -> list[bytes]:
    return [COSIGNERS[number].verifier.public_key for number in numbers]


def _cosigned(*numbers: int) -> bytes:
    data = sign_checkpoint(CHECKPOINT, LOG)
    lines = [cosign(CHECKPOINT.text, SEEDS[one], COSIGNERS[one].name, 9) for one in numbers]
    return data + "".join(lines).encode()


def test_the_published_policy(vectors: Path) -> None:
    for text in json.loads((vectors / "witness/policy.json").read_text())["valid"]:
        policy = parse_policy(text.encode())
        first, second = (one.verifier for one in policy.witnesses)
        assert {first.algorithm, second.algorithm} == {COSIGNATURE}
        assert [one.url for one in policy.witnesses] == [
            "https://sigsum.org/witness/",
            "https://example.com/witness/",
        ]
        assert satisfied(policy, [first.public_key, second.public_key])
        assert not satisfied(policy, [first.public_key])
        assert parse_policy(print_policy(policy)) == policy


def test_nested_groups_need_what_they_say() -> None:
    policy = parse_policy(POLICY)
    for numbers, met in (
        ((0, 1, 3), True),
        ((0, 2, 4), True),
        ((0, 3, 4), False),
        ((0, 1, 2), False),
        ((), False),
    ):
        assert satisfied(policy, _keys(*numbers)) is met
        if met:
            assert open_under(policy, _cosigned(*numbers)) == CHECKPOINT
        else:
            with pytest.raises(VerificationError):
                open_under(policy, _cosigned(*numbers))
    assert parse_policy(print_policy(policy)) == policy


def test_a_log_must_sign_a_checkpoint_of_its_own_origin() -> None:
    policy = parse_policy(POLICY.replace(b"quorum both", b"quorum none"))
    assert open_under(policy, sign_checkpoint(CHECKPOINT, LOG)) == CHECKPOINT
    with pytest.raises(SignatureInvalidError):
        open_under(policy, sign_checkpoint(Checkpoint("another", 3, bytes(32)), LOG))
    with pytest.raises(SignatureInvalidError):
        open_under(policy, sign_checkpoint(CHECKPOINT, Signer(LOG.name, SEEDS[0])))
    cosigned_only = b"\n".join([_cosigned(0).split(b"\n\n")[0], b"", _cosigned(0).split(b"\n")[-2], b""])
    with pytest.raises(SignatureInvalidError):
        open_under(policy, cosigned_only)


def test_a_quorum_of_one_witness() -> None:
    policy = parse_policy(LINES.encode() + b"quorum w5\n")
    assert satisfied(policy, _keys(5))
    assert not satisfied(policy, _keys(0, 1, 2, 3, 4, 6))


@given(
    needed=st.integers(1, 7), held=st.sets(st.integers(0, 6)), sizes=st.lists(st.integers(1, 3), max_size=3)
)
def test_a_threshold_counts_each_key_once(needed: int, held: set[int], sizes: list[int]) -> None:
    policy = parse_policy(f"{LINES}group g {needed} w0 w1 w2 w3 w4 w5 w6\nquorum g\n".encode())
    keys = _keys(*held) * (1 + len(sizes))
    assert satisfied(policy, keys) is (len(held) >= needed)
    assert parse_policy(print_policy(policy)) == policy


def test_more_witnesses_than_the_coalition_has_members() -> None:
    many = [Signer(f"m{number}", number.to_bytes(32, "big"), COSIGNATURE).verifier for number in range(41)]
    text = "".join(f"witness {one.name} {one.vkey}\n" for one in many)
    policy = parse_policy(
        f"{text}group all-of-us 30 {' '.join(one.name for one in many)}\nquorum all-of-us\n".encode()
    )
    assert satisfied(policy, [one.public_key for one in many[:30]])
    assert not satisfied(policy, [one.public_key for one in many[:29]])


def test_names_are_opaque_octets() -> None:
    text = (
        LINES.replace("witness w0 ", "witness \u212a ").encode().replace(b"witness w1 ", b"witness \xff\xfe ")
    )
    policy = parse_policy(text + b"group g all \xe2\x84\xaa \xff\xfe\nquorum g\n")
    assert satisfied(policy, _keys(0, 1))
    assert parse_policy(print_policy(policy)) == policy


W0, W1 = (one.verifier.vkey for one in COSIGNERS[:2])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum none",
        "quorum none\r\n",
        "quorum none\nquorum none\n",
        "quorum nobody\n",
        "quorum\n",
        "quorum none none\n",
        "quota none\n",
        f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none\n",
        "log nonsense\nquorum none\n",
        f"log {LOG.verifier.vkey} url more\nquorum none\n",
        f"witness none {W0}\nquorum none\n",
        f"witness a {W0}\nwitness b {W0}\nquorum a\n",
        f"witness a {W0}\nwitness a {W1}\nquorum a\n",
        f"quorum a\nwitness a {W0}\n",
        f"witness a {W0}\ngroup g 0 a\nquorum g\n",
        f"witness a {W0}\ngroup g 2 a\nquorum g\n",
        f"witness a {W0}\ngroup g 01 a\nquorum g\n",
        f"witness a {W0}\ngroup g some a\nquorum g\n",
        f"witness a {W0}\ngroup g any\nquorum g\n",
        f"witness a {W0}\ngroup g any a a\nquorum g\n",
        f"witness a {W0}\ngroup g any a\ngroup h any a\nquorum g\n",
        f"witness a {W0}\ngroup g any none\nquorum g\n",
        f"witness a {W0}\ngroup g any g\nquorum g\n",
        f"witness a {W0}\ngroup a any a\nquorum a\n",
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_policy(text.encode())


def test_a_key_that_cannot_cosign_is_no_witness() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(InputError):
        parse_policy(f"witness a {Verifier.of('a', ECDSA, spki).vkey}\nquorum a\n".encode())
    plain = Verifier.of("a", ED25519, COSIGNERS[0].verifier.public_key)
    with pytest.raises(InputError):
        parse_policy(f"witness a {plain.vkey}\nwitness b {W0}\nquorum a\n".encode())


def test_a_policy_has_bounds() -> None:
    with pytest.raises(LimitError):
        parse_policy(b"#" * 1_000_000 + b"\n")
    many = b"".join(b"group g%d any g%d\n" % (number, number - 1) for number in range(1, 600))
    with pytest.raises(LimitError):
        parse_policy(f"witness g0 {W0}\n".encode() + many + b"quorum none\n")
