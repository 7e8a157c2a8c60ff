"""The mirror takes in what truly continues a ledger, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.exchange.mirror import (
    Accepted,
    AcceptedExpress,
    AskFrom,
    NothingNew,
    accept_batch,
    accept_express,
    checkpoint_of,
)
from evenhand.ground.errors import (
    EvenhandError,
    InputError,
    NotFoundError,
    ProofInvalidError,
    RefusedError,
    SignatureInvalidError,
)
from evenhand.ledger.envelope import hash_text
from evenhand.trust.note_keys import Signer
from evenhand.trust.roster import FinalHead, LogKey, Roster
from tests.exchange.ledger_of import KEYS, ROSTER, Made


def changed(batch: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(batch, **changes)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_any_cut_of_a_true_ledger_is_accepted(held: int, start: int, stop: int, size: int) -> None:
    made = Made().grow(9)
    held, start, stop = min(held, size), min(start, size), min(max(start, stop), size)
    answer = accept_batch(made.batch(start, stop, at=size), made.standing(held), ROSTER)
    if start > held:
        assert answer == AskFrom(held)
    elif stop < held:
        assert answer == NothingNew()
    else:
        assert isinstance(answer, Accepted)
        assert answer.leaves == tuple(made.leaves[held:stop])
        assert sorted(answer.parts) == [(i, "match") for i in range(held, stop)]
        assert answer.exact is (size == stop)


def other_history(made: Made, at: int) -> Made:
    """Return a ledger of the same member that differs from entry `at` on."""
    fork = Made(made.code, made.leaves[:at], dict(list(made.parts.items())[:at]))
    fork.add(salt=b"other")
    return fork.grow(len(made.leaves) - at)


def test_another_history_is_refused_before_anything_is_stored() -> None:
    made = Made().grow(6)
    fork = other_history(made, 2)
    with pytest.raises(ProofInvalidError):
        accept_batch(fork.batch(4, 7), made.standing(4), ROSTER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"checkpoint": b"nonsense"}, InputError),
        ({"checkpoint": b"a\nb\nc\n"}, InputError),
        ({"checkpoint": Made("PHL").grow(6).checkpoint()}, EvenhandError),
        ({"checkpoint": Made().grow(6).checkpoint(by="PHL")}, EvenhandError),
        ({"checkpoint": Made().grow(3).checkpoint()}, ProofInvalidError),
        ({"parts": ((5, "match", b"another".ljust(512)),)}, ProofInvalidError),
        ({"parts": ((5, "detail", b""),)}, ProofInvalidError),
        ({"parts": ((9, "match", b""),)}, ProofInvalidError),
        ({"leaves": (b"x", b"y", b"z")}, EvenhandError),
        ({"ledger": "FRA"}, NotFoundError),
    ],
)
def test_a_false_batch_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    made = Made().grow(6)
    batch = changed(made.batch(3, 6), **changes)
    standing = made.standing(3) if "ledger" not in changes else changed_ledger(made, "FRA")
    with pytest.raises(error):
        accept_batch(batch, standing, ROSTER)


def changed_ledger(made: Made, code: str) -> Any:
    standing = made.standing(3)
    return type(standing)(code, standing.size, standing.edge)


def test_an_entry_signed_by_another_member_is_refused() -> None:
    made = Made().grow(2)
    stranger = Made("PHL").grow(3)
    mixed = Made("ITA", [*made.leaves, stranger.leaves[2]], {**made.parts, 2: stranger.parts[2]})
    with pytest.raises((InputError, SignatureInvalidError)):
        accept_batch(mixed.batch(2, 3), mixed.standing(2), ROSTER)


def spoilt(made: Made, index: int) -> Made:
    """Break the envelope signature of an entry: its member's checkpoint signs the leaf as it is."""
    leaf = bytearray(made.leaves[index])
    leaf[-20] = ord("A") if leaf[-20] != ord("A") else ord("B")
    made.leaves[index] = bytes(leaf)
    return made


def misnamed(made: Made, index: int) -> Made:
    """Let an entry name another key than its member's."""
    held = KEYS[made.code].log_signer().verifier.key_id.hex().encode()
    made.leaves[index] = made.leaves[index].replace(b'"key":"' + held, b'"key":"00000000')
    return made


def rotated(first: int) -> Any:
    """Return a roster in which entries from `first` on are signed by another key than ITA's made ones."""
    name = KEYS["ITA"].log_signer().verifier.name
    fresh = Signer(name, b"n" * 32).verifier.vkey
    members = tuple(
        msgspec.structs.replace(m, logs=(*m.logs, LogKey(vkey=fresh, first=first))) if m.code == "ITA" else m
        for m in ROSTER.members
    )
    return msgspec.structs.replace(ROSTER, members=members)


def test_a_checkpoint_signs_the_leaves_below_it() -> None:
    made = spoilt(Made().grow(6), 4)
    assert isinstance(accept_batch(made.batch(3, 6), made.standing(3), ROSTER), Accepted)


def test_at_a_rotation_the_checkpoint_signs_the_leaves_below_it_too() -> None:
    made = spoilt(Made().grow(6), 4)
    answer = accept_batch(made.batch(3, 6), made.standing(3), rotated(6))
    assert isinstance(answer, Accepted)
    assert answer.exact


def test_an_entry_under_a_key_that_is_not_its_own_is_refused_though_covered() -> None:
    made = misnamed(Made().grow(6), 5)
    with pytest.raises(SignatureInvalidError):
        accept_batch(made.batch(5, 6), made.standing(5), ROSTER)


def test_what_stands_before_a_leaf_nobody_can_take_in_is_taken_in_however_batches_are_cut() -> None:
    made = misnamed(Made().grow(6), 5)
    answer = accept_batch(made.batch(3, 6), made.standing(3), ROSTER)
    assert isinstance(answer, Accepted)
    assert (answer.leaves, answer.exact) == (tuple(made.leaves[3:5]), False)
    assert sorted(answer.parts) == [(3, "match"), (4, "match")]
    assert len(answer.hashes) == len(answer.envelopes) == 2


def test_an_urgent_entry_is_judged_as_a_batch_judges_it() -> None:
    made = Made().grow(3)
    index = made.add(urgency="immediate")
    assert isinstance(accept_express(spoilt(made, index).express(index), made.standing(2), ROSTER), AcceptedExpress)
    assert isinstance(accept_batch(made.batch(2, 4), made.standing(2), ROSTER), Accepted)
    with pytest.raises(SignatureInvalidError):
        accept_express(misnamed(made, index).express(index), made.standing(2), ROSTER)


def test_parts_of_entries_held_already_are_passed_over() -> None:
    made = Made().grow(4)
    batch = changed(made.batch(1, 4), parts=((1, "match", b"whatever"), (3, "match", made.parts[3])))
    answer = accept_batch(batch, made.standing(3), ROSTER)
    assert isinstance(answer, Accepted)
    assert list(answer.parts) == [(3, "match")]


def test_a_checkpoint_alone_may_confirm_what_is_held() -> None:
    made = Made().grow(4)
    answer = accept_batch(made.batch(4, 4), made.standing(4), ROSTER)
    assert isinstance(answer, Accepted)
    assert answer.exact
    assert not answer.leaves


def test_a_quarantined_ledger_grows_no_more() -> None:
    made = Made().grow(4)
    with pytest.raises(RefusedError, match="quarantined"):
        accept_batch(made.batch(3, 4), made.standing(3, quarantined=True), ROSTER)


def ended(final: FinalHead) -> Roster:
    members = tuple(
        msgspec.structs.replace(m, status="expelled", final=final) if m.code == "ITA" else m for m in ROSTER.members
    )
    return msgspec.structs.replace(ROSTER, members=members)


def test_a_history_that_ends_elsewhere_than_the_roster_says_is_refused() -> None:
    made, other = Made().grow(4), Made().grow(3)
    other.add(salt=b"another")
    roster = ended(FinalHead(size=4, root=hash_text(other.root(4))))
    with pytest.raises(ProofInvalidError, match="the roster ends its ledger"):
        accept_batch(made.batch(1, 4), made.standing(1), roster)
    assert isinstance(accept_batch(made.batch(1, 3), made.standing(1), roster), Accepted), "not yet at its end"
    assert isinstance(accept_batch(other.batch(1, 4), other.standing(1), roster), Accepted)


def test_nothing_is_accepted_beyond_a_final_head() -> None:
    made = Made().grow(4)
    roster = ended(FinalHead(size=3, root=hash_text(made.root(3))))
    assert isinstance(accept_batch(made.batch(2, 3, at=3), made.standing(2), roster), Accepted)
    with pytest.raises(RefusedError, match="expelled"):
        accept_batch(made.batch(3, 4), made.standing(3), roster)
    crossing = accept_batch(made.batch(1, 4), made.standing(1), roster)
    assert isinstance(crossing, Accepted)
    assert (crossing.leaves, sorted(crossing.parts)) == (tuple(made.leaves[1:3]), [(1, "match"), (2, "match")])
    assert not crossing.exact


def test_an_urgent_entry_overtakes_with_its_proof() -> None:
    made = Made().grow(5)
    index = made.add(urgency="immediate")
    made.grow(2)
    answer = accept_express(made.express(index), made.standing(2), ROSTER)
    assert isinstance(answer, AcceptedExpress)
    assert answer.envelope.index == index
    assert list(answer.parts) == [(index, "match")]
    assert accept_express(made.express(index), made.standing(7), ROSTER) == NothingNew()


def test_a_routine_entry_may_not_overtake() -> None:
    made = Made().grow(5)
    with pytest.raises(RefusedError, match="routine"):
        accept_express(made.express(4), made.standing(2), ROSTER)


def test_an_urgent_entry_that_is_not_in_the_ledger_is_refused() -> None:
    made = Made().grow(5)
    fork = other_history(made, 4)
    fork.add(urgency="immediate")
    false = changed(fork.express(len(fork.leaves) - 1), checkpoint=made.grow(2).checkpoint())
    with pytest.raises(ProofInvalidError):
        accept_express(false, made.standing(2), ROSTER)


def test_a_checkpoint_of_another_ledger_is_refused_even_if_well_signed() -> None:
    signer = KEYS["ITA"].log_signer()
    text = "shield.example/PHL\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    with pytest.raises(EvenhandError):
        checkpoint_of((text + "\n" + signer.sign(text)).encode(), "ITA", ROSTER)
