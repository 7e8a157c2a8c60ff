"""A portable proof convinces a stranger of exactly one entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, LimitError, VerificationError
from evenhand.ledger import merkle
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.proof import TlogProof, parse_proof, print_proof, verify_proof
from evenhand.trust.note import Signer

SIGNER = Signer("ledgers.example.org/ita/1", bytes(range(32)))
ENTRIES = [b"entry %d" % number for number in range(40)]
LEAVES = [merkle.leaf_hash(one) for one in ENTRIES]


def _proof(index: int, size: int, extra: bytes | None = None) -> TlogProof:
    checkpoint = sign_checkpoint(Checkpoint(SIGNER.name, size, merkle.root_at(LEAVES, size)), SIGNER)
    return TlogProof(index, tuple(merkle.inclusion_proof(LEAVES, index, size)), checkpoint, extra)


def test_the_published_proofs(vectors: Path) -> None:
    case = json.loads((vectors / "proof/tlog_proof.json").read_text())
    assert (len(case["valid"]), len(case["invalid"])) == (3, 7)
    for text in case["valid"]:
        assert print_proof(parse_proof(text.encode())) == text.encode()
    for text in case["invalid"]:
        with pytest.raises(InputError):
            parse_proof(text.encode())


@given(
    data=st.data(),
    size=st.integers(1, 40),
    extra=st.none() | st.binary(max_size=20),
    bit=st.integers(0, 100_000),
)
def test_a_proof_verifies_and_any_flipped_bit_of_what_it_proves_fails(
    data: st.DataObject, size: int, extra: bytes | None, bit: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = _proof(index, size, extra)
    printed = print_proof(proof)
    assert parse_proof(printed) == proof
    checkpoint = verify_proof(proof, ENTRIES[index], [SIGNER.verifier], origin=SIGNER.name)
    assert checkpoint.size == size
    bit %= len(printed) * 8
    flipped = bytearray(printed)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        wrong = parse_proof(bytes(flipped))
        verify_proof(wrong, ENTRIES[index], [SIGNER.verifier], origin=SIGNER.name)
    except (InputError, VerificationError):
        return
    # Only the extra data is open to change: nothing authenticates it.
    assert wrong.extra != extra
    assert (wrong.index, wrong.hashes, wrong.checkpoint) == (proof.index, proof.hashes, proof.checkpoint)


def test_another_entry_is_not_proved() -> None:
    with pytest.raises(VerificationError):
        verify_proof(_proof(3, 40), ENTRIES[4], [SIGNER.verifier])


def test_an_empty_extra_is_kept_apart_from_none() -> None:
    assert parse_proof(print_proof(_proof(0, 1, b""))).extra == b""
    assert parse_proof(print_proof(_proof(0, 1))).extra is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\n\xff\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nextra \nextra \nindex 0\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nextra \n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\r\nindex 0\n\ncheckpoint\n",
    ],
)
def test_other_texts_do_not_parse(data: bytes) -> None:
    with pytest.raises(InputError):
        parse_proof(data)


def test_proofs_at_their_limits() -> None:
    assert len(parse_proof(print_proof(TlogProof(0, (bytes(32),) * 64, b"c"))).hashes) == 64
    with pytest.raises(LimitError):
        print_proof(TlogProof(0, (bytes(32),) * 65, b"c"))
    with pytest.raises(LimitError):
        parse_proof(b"x" * 2_000_001)
    with pytest.raises(InputError):
        print_proof(TlogProof(-1, (), b"c"))
