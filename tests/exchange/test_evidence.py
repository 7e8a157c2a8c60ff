"""Evidence of two histories convicts the guilty, by its own signatures, and nobody else."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.exchange.evidence import Equivocation, build_evidence, open_evidence
from evenhand.ground.errors import EvenhandError, InputError, ProofInvalidError
from evenhand.ledger import merkle
from tests.exchange.ledger_of import ROSTER, Made


def two_histories() -> tuple[Made, Made]:
    left = Made().grow(3)
    right = Made(left.code, list(left.leaves), dict(left.parts))
    left.add(salt=b"left")
    right.add(salt=b"right")
    return left.grow(2), right.grow(4)


def evidence(left: Made, right: Made, size: int) -> bytes:
    proof = merkle.consistency_proof(right.hashes(), size, len(right.leaves)) if size < len(right.leaves) else []
    return build_evidence("ITA", left.checkpoint(size), right.checkpoint(), prefix_root=right.root(size), proof=proof)


@pytest.mark.parametrize("size", [4, 5, 6])
def test_two_histories_are_proved(size: int) -> None:
    left, right = two_histories()
    assert open_evidence(evidence(left, right, size), ROSTER).ledger == "ITA"


def test_two_roots_of_one_size_are_proved_without_any_hash() -> None:
    left, right = two_histories()
    data = build_evidence("ITA", left.checkpoint(6), right.checkpoint(6), prefix_root=right.root(6), proof=[])
    assert open_evidence(data, ROSTER).ledger == "ITA"


def test_one_history_proves_nothing() -> None:
    left, _ = two_histories()
    for size in (4, 6):
        with pytest.raises(ProofInvalidError, match="agree"):
            open_evidence(evidence(left, left, size), ROSTER)


def test_an_invented_prefix_proves_nothing() -> None:
    left, right = two_histories()
    data = build_evidence("ITA", right.checkpoint(4), right.checkpoint(), prefix_root=left.root(4), proof=[])
    with pytest.raises(ProofInvalidError):
        open_evidence(data, ROSTER)


def test_another_members_signature_proves_nothing() -> None:
    left, right = two_histories()
    data = build_evidence("ITA", left.checkpoint(6, by="PHL"), right.checkpoint(6), prefix_root=right.root(6), proof=[])
    with pytest.raises(EvenhandError):
        open_evidence(data, ROSTER)


def test_evidence_against_a_stranger_proves_nothing() -> None:
    left, right = two_histories()
    good = msgspec.json.decode(evidence(left, right, 4), type=Equivocation)
    stranger = msgspec.structs.replace(good, ledger="I;TA")  # found by the fuzzer: it was not said to be refused
    with pytest.raises(ProofInvalidError, match="no member here"):
        open_evidence(msgspec.json.encode(stranger, order="sorted"), ROSTER)


def test_malformed_evidence_is_refused() -> None:
    left, right = two_histories()
    good = msgspec.json.decode(evidence(left, right, 4), type=Equivocation)
    swapped = msgspec.structs.replace(good, first=good.second, second=good.first)
    not_text = msgspec.structs.replace(good, prefix_root="*")
    empty = msgspec.structs.replace(good, first=Made().checkpoint(0).decode())
    for claim in (swapped, not_text, empty):
        with pytest.raises(InputError):
            open_evidence(msgspec.json.encode(claim, order="sorted"), ROSTER)
    with pytest.raises(InputError):
        open_evidence(b"{}", ROSTER)
