"""A witness answers as the public witnesses do, but for the one status that ADR 0003 decides."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, LimitError
from evenhand.ledger import merkle
from evenhand.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from evenhand.ledger.cosignature import cosign, verify_cosignature
from evenhand.ledger.witness_text import (
    AddCheckpoint,
    Decision,
    decide_add_checkpoint,
    parse_add_checkpoint,
    print_add_checkpoint,
)
from evenhand.trust import ed25519
from evenhand.trust.note import (
    ED25519,
    Signer,
    Verifier,
    open_note,
    parse_note,
    parse_signature_line,
    parse_vkey,
    sign_note,
)

SIGNER = Signer("ledgers.example.org/ita/1", bytes(range(32)))
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(20)]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(21)]
WITNESS_SEED = bytes(31) + b"w"

# litewitness answers 403 "unknown log"; tlog-witness v1.0.0 says 404, and so do we.
UNKNOWN_LOG = 404


def _sigsum_verifier(case: dict[str, Any]) -> Verifier:
    return Verifier.of(case["origin"], ED25519, bytes.fromhex(case["log_vkey_or_pubkey_hex"]))


@pytest.mark.parametrize("log", ["sigsum", "sumdb"])
def test_the_published_conversation(vectors: Path, log: str) -> None:
    case = json.loads((vectors / "witness/add_checkpoint.json").read_text())[log]
    verifier = parse_vkey(case["vkey"]) if log == "sumdb" else _sigsum_verifier(case)
    stored = 0, merkle.EMPTY_ROOT
    for step in case["steps"]:
        data = step["request"].encode()
        request = parse_add_checkpoint(data)
        assert print_add_checkpoint(request) == data
        decision = decide_add_checkpoint(*stored, request, [verifier], origin=case["origin"])
        wanted = step["assert"].split('"')[1].replace("\\n", "\n")
        if wanted == "unknown log":
            assert (decision.status, step["status"]) == (UNKNOWN_LOG, 403)
        else:
            assert decision.status == step["status"]
        if decision.status == 200:
            assert decision.checkpoint is not None
            stored = decision.checkpoint.size, decision.checkpoint.root
            line = cosign(decision.note_text, WITNESS_SEED, "example.com/witness", 1)
            assert line.startswith(wanted)
            blob = parse_signature_line(line).blob
            assert verify_cosignature(decision.note_text, blob, ed25519.public_key(WITNESS_SEED)) == 1
        elif decision.status == 409:
            assert decision.body == wanted
        else:
            assert wanted in decision.reason


def _update(stored: tuple[int, bytes], old: int, data: bytes, proof: list[bytes], key: Verifier) -> Decision:
    return decide_add_checkpoint(*stored, AddCheckpoint(old, tuple(proof), data), [key])


def test_the_published_update(vectors: Path) -> None:
    case = json.loads((vectors / "witness/witness_update.json").read_text())
    key = parse_vkey(case["log_vkey"])
    given_proof = [bytes.fromhex(one) for one in case["consistency_proof_5_to_8_hex"]]
    seed = base64.b64decode(case["log_skey_test_only"].split("+", 4)[4])[1:]
    for name in ("init", "next"):
        checkpoint = parse_checkpoint(parse_note(case[name].encode()).text)
        assert sign_checkpoint(checkpoint, Signer("monkeys", seed)) == case[name].encode()
    assert parse_vkey(case["witness_vkey"]).name == "witness"
    first = parse_checkpoint(parse_note(case["init"].encode()).text)
    stored = first.size, first.root
    statuses = []
    for one in case["cases"]:
        proof = given_proof if one.get("proof") == "given" else [bytes.fromhex(part) for part in one.get("proof", [])]
        decision = _update(stored, one["old"], case[one["to"]].encode(), proof, key)
        statuses.append((one["want"], decision.status))
    assert statuses == [
        ("ok", 200),
        ("stale(409)", 409),
        ("ok (resubmission)", 200),
        ("old size larger (400)", 400),
        ("invalid proof (422)", 422),
    ]


def _request(old: int, new: int, root: bytes | None = None) -> AddCheckpoint:
    data = sign_checkpoint(Checkpoint(SIGNER.name, new, root or ROOTS[new]), SIGNER)
    proof = merkle.consistency_proof(LEAVES, old, new) if old <= new else []
    return AddCheckpoint(old, tuple(proof), data)


@given(old=st.integers(0, 20), new=st.integers(0, 20), stored=st.integers(0, 20))
def test_only_growth_from_what_was_last_cosigned_is_cosigned(old: int, new: int, stored: int) -> None:
    request = _request(old, new)
    assert parse_add_checkpoint(print_add_checkpoint(request)) == request
    decision = decide_add_checkpoint(stored, ROOTS[stored], request, [SIGNER.verifier], origin=SIGNER.name)
    expected = 400 if old > new else 409 if old != stored else 200
    assert decision.status == expected
    assert not decision.conflict
    assert decision.checkpoint is not None
    assert open_note(request.checkpoint, [SIGNER.verifier]).text == decision.note_text
    assert (decision.body == f"{stored}\n") is (expected == 409)


@pytest.mark.parametrize("old", [5, 3])
def test_another_root_for_a_cosigned_size_is_evidence(old: int) -> None:
    decision = decide_add_checkpoint(5, ROOTS[5], _request(old, 5, ROOTS[4]), [SIGNER.verifier])
    assert (decision.status, decision.conflict, decision.body) == (409, True, "5\n")


def test_an_empty_tree_has_the_empty_root_only() -> None:
    decision = decide_add_checkpoint(0, ROOTS[0], _request(0, 0, ROOTS[4]), [SIGNER.verifier])
    assert decision.status == 422


def test_from_size_zero_a_proof_must_be_empty() -> None:
    request = AddCheckpoint(0, (LEAVES[0],), _request(0, 5).checkpoint)
    assert decide_add_checkpoint(0, ROOTS[0], request, [SIGNER.verifier]).status == 422


def test_strangers_are_told_so() -> None:
    request = _request(0, 5)
    assert decide_add_checkpoint(0, ROOTS[0], request, []).status == 404
    assert decide_add_checkpoint(0, ROOTS[0], request, [SIGNER.verifier], origin="other").status == 404
    stranger = Signer(SIGNER.name, bytes(32)).verifier
    assert decide_add_checkpoint(0, ROOTS[0], request, [stranger]).status == 403
    for garbage in (b"no note", b"\xff\n1\n\n"):
        asked = AddCheckpoint(0, (), garbage)
        assert decide_add_checkpoint(0, ROOTS[0], asked, [SIGNER.verifier]).status == 400
    unsigned = AddCheckpoint(0, (), request.checkpoint.partition(b"\n\n")[0] + b"\n\n")
    assert decide_add_checkpoint(0, ROOTS[0], unsigned, [SIGNER.verifier]).status == 403
    longer = sign_note("o\n1\n" + "A" * 43 + "=\n\nmore\n", SIGNER)
    assert decide_add_checkpoint(0, ROOTS[0], AddCheckpoint(0, (), longer), [SIGNER.verifier]).status == 403


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"\n\ncheckpoint",
        b"new 0\n\ncheckpoint",
        b"old 01\n\ncheckpoint",
        b"old -1\n\ncheckpoint",
        b"old 1\nAAAA\n\ncheckpoint",
        b"old \xff\n\ncheckpoint",
    ],
)
def test_other_requests_do_not_parse(data: bytes) -> None:
    with pytest.raises(InputError):
        parse_add_checkpoint(data)


def test_requests_at_their_limits() -> None:
    assert parse_add_checkpoint(print_add_checkpoint(AddCheckpoint(1, (bytes(32),) * 63, b"c"))).old_size == 1
    with pytest.raises(LimitError):
        print_add_checkpoint(AddCheckpoint(1, (bytes(32),) * 64, b"c"))
    with pytest.raises(LimitError):
        parse_add_checkpoint(b"old 0\n\n" + b"x" * 1_004_097)
    for wrong in (AddCheckpoint(1, (bytes(31),), b"c"), AddCheckpoint(1, (), b"")):
        with pytest.raises(InputError):
            print_add_checkpoint(wrong)


@given(data=st.binary(max_size=100).map(lambda tail: b"old 7\n" + tail))
def test_what_parses_prints_the_same_bytes(data: bytes) -> None:
    try:
        request = parse_add_checkpoint(data)
    except InputError:
        return
    assert print_add_checkpoint(request) == data
