"""The witness cosigns only what is consistent with what it cosigned before, and remembers first."""

from __future__ import annotations

from evenhand.exchange.witness import Witness, cosigned_by
from evenhand.ground.store import MemoryStore
from evenhand.ledger import merkle
from evenhand.ledger.witness_text import AddCheckpoint, print_add_checkpoint
from evenhand.trust.note import parse_note
from tests.exchange.ledger_of import KEYS, ROSTER, Made

NOW_S = 1_790_000_000


def ask(witness: Witness, made: Made, old: int, new: int, checkpoint: bytes | None = None) -> tuple[int, str, bytes]:
    proof = tuple(merkle.consistency_proof(made.hashes(), old, new)) if 0 < old < new else ()
    request = print_add_checkpoint(
        AddCheckpoint(old, proof, made.checkpoint(new) if checkpoint is None else checkpoint)
    )
    return witness.add_checkpoint(request, ROSTER, NOW_S)


def test_a_growing_ledger_is_cosigned_and_the_size_survives_a_restart() -> None:
    store, made = MemoryStore(), Made().grow(5)
    signer = KEYS["PHL"].witness_signer()
    status, _, line = ask(Witness(store, signer), made, 0, 3)
    assert status == 200
    assert cosigned_by("ITA", made.checkpoint(3), {"PHL": (3, line.decode())}, ROSTER) == ["PHL"]
    again = Witness(store, signer)
    assert ask(again, made, 0, 5)[:2] == (409, "text/x.tlog.size")
    assert ask(again, made, 0, 5)[2] == b"3\n"
    assert ask(again, made, 3, 5)[0] == 200


def test_another_history_an_unknown_ledger_and_noise_are_refused() -> None:
    made = Made().grow(5)
    witness = Witness(MemoryStore(), KEYS["PHL"].witness_signer())
    assert ask(witness, made, 0, 3)[0] == 200
    fork = Made(made.code, made.leaves[:2], dict(made.parts))
    fork.add(salt=b"other")
    fork.grow(2)
    assert ask(witness, fork, 3, 5)[0] == 422
    foreign = b"elsewhere.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
    line = made.checkpoint(3).split(b"\n\n")[1]
    assert ask(witness, made, 0, 3, foreign + line)[0] == 404
    assert ask(witness, made, 0, 3, b"noise")[0] in {400, 404}
    assert witness.add_checkpoint(b"noise", ROSTER, NOW_S)[0] == 400


def test_only_cosignatures_of_this_checkpoint_by_members_count() -> None:
    made = Made().grow(3)
    note = made.checkpoint()
    text = parse_note(note).text
    good = KEYS["PHL"].witness_signer().sign_at(text, NOW_S)
    other = KEYS["XPO"].witness_signer().sign_at(parse_note(made.checkpoint(2)).text, NOW_S)
    lines = {"PHL": (3, good), "XPO": (3, other), "FRA": (3, good)}
    assert cosigned_by("ITA", note, lines, ROSTER) == ["PHL"]
    assert cosigned_by("ITA", note, {"PHL": (2, good), "XPO": (3, good)}, ROSTER) == []
    assert cosigned_by("ITA", b"", lines, ROSTER) == []
