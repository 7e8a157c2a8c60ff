"""A checkpoint has one spelling, and only a trusted key makes it believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, SignatureInvalidError, VerificationError
from evenhand.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    parse_hash,
    parse_size,
    sign_checkpoint,
)
from evenhand.trust.note import Signer, parse_note, parse_vkey, print_note

SIGNER = Signer("ledgers.example.org/ita/1", bytes(range(32)))
ROOT = "A" * 43 + "="
lines = st.text(st.characters(min_codepoint=0x20, codec="utf-8"), min_size=1, max_size=30)
checkpoints = st.builds(
    Checkpoint,
    origin=lines,
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(lines, max_size=3).map(tuple),
)


def test_the_twenty_published_checkpoints_open(vectors: Path) -> None:
    cases = json.loads((vectors / "note/checkpoints.json").read_text())
    assert len(cases) == 20
    for case in cases:
        data = case["note"].encode()
        checkpoint = open_checkpoint(data, [parse_vkey(case["vkey"])])
        note = parse_note(data)
        assert checkpoint.text == note.text
        assert print_note(note) == data
        with pytest.raises(SignatureInvalidError):
            open_checkpoint(data.replace(b"\n", b"0\n", 2), [parse_vkey(case["vkey"])])
    assert max(parse_checkpoint(parse_note(one["note"].encode()).text).size for one in cases) == 35_225_469


@given(checkpoint=checkpoints, bit=st.integers(0, 10_000))
def test_signing_and_opening_are_inverse_and_any_flipped_bit_fails(checkpoint: Checkpoint, bit: int) -> None:
    assert parse_checkpoint(checkpoint.text) == checkpoint
    data = bytearray(sign_checkpoint(checkpoint, SIGNER))
    opened = open_checkpoint(bytes(data), [SIGNER.verifier], origin=checkpoint.origin)
    assert opened == checkpoint
    bit %= len(data) * 8
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises((InputError, SignatureInvalidError)):
        open_checkpoint(bytes(data), [SIGNER.verifier])


def test_another_origin_is_refused_where_one_is_asked_for() -> None:
    data = sign_checkpoint(Checkpoint("a", 0, bytes(32)), SIGNER)
    with pytest.raises(VerificationError):
        open_checkpoint(data, [SIGNER.verifier], origin="b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n\u0661\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        "o\n1\nAAAA\n",
        "o\n1\n!\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\next\n",
        f"o\r\n1\n{ROOT}\n",
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_checkpoint(text)


def test_values_that_cannot_be_a_checkpoint_are_not_signed() -> None:
    for wrong in (
        Checkpoint("a\nb", 1, bytes(32)),
        Checkpoint("a", -1, bytes(32)),
        Checkpoint("a", 1, bytes(31)),
        Checkpoint("a", 1, bytes(32), ("x\ny",)),
    ):
        with pytest.raises(InputError):
            sign_checkpoint(wrong, SIGNER)


def test_sizes_and_hashes_at_their_limits() -> None:
    assert (parse_size("0"), parse_size(str(2**63 - 1))) == (0, 2**63 - 1)
    assert parse_hash(ROOT) == bytes(32)
