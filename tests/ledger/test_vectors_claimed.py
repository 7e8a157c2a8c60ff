"""No published vector lies unread: each file is claimed by a test, or named as having nothing to test."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CLAIMS = {
    "merkle/inclusion/*.json": "ledger/test_merkle_vectors.py",
    "merkle/consistency/*.json": "ledger/test_merkle_vectors.py",
    "merkle/subtreeinclusion/*.json": "ledger/test_merkle_vectors.py",
    "merkle/subtreeconsistency/*.json": "ledger/test_merkle_vectors.py",
    "merkle/rfc6962_roots.json": "ledger/test_merkle_vectors.py",
    "generated.json": "ledger/test_merkle_vectors.py",
    "tessera-log/checkpoint*": "ledger/test_tiles.py",
    "tessera-log/tile/*": "ledger/test_tiles.py",
    "tile_paths.json": "ledger/test_tiles.py",
    "note/checkpoints.json": "ledger/test_checkpoint.py",
    "note/cosignature_v1.json": "ledger/test_cosignature.py",
    "note/signed_note.json": "trust/test_note.py",
    "note/rfc6962_type5.json": "trust/test_note_keys.py",
    "note/mldsa44_vkey.json": "trust/test_note_keys.py",
    "witness/add_checkpoint.json": "ledger/test_witness_text.py",
    "witness/witness_update.json": "ledger/test_witness_text.py",
    "witness/policy.json": "ledger/test_policy.py",
    "proof/tlog_proof.json": "ledger/test_proof.py",
    "rekor/*": "ledger/test_rekor.py",
    "ed25519/ed25519vectors.json": "trust/test_ed25519.py",
}
NOT_DATA = ("README.md", "ed25519/README.md", "LICENSES/*")


def test_every_file_is_claimed(vectors: Path) -> None:
    files = [str(one.relative_to(vectors)) for one in sorted(vectors.rglob("*")) if one.is_file()]
    unclaimed = [one for one in files if not any(fnmatchcase(one, claim) for claim in (*CLAIMS, *NOT_DATA))]
    assert unclaimed == []
    unused = [claim for claim in CLAIMS if not any(fnmatchcase(one, claim) for one in files)]
    assert unused == []


def test_every_claim_is_honoured() -> None:
    for claim, test in CLAIMS.items():
        source = (TESTS / test).read_text(encoding="utf-8")
        name = claim.split("/")[0] if claim.endswith("*") else claim.split("/")[-1]
        kind = claim.split("/")[1] if claim.endswith("/*.json") else name.removesuffix("*")
        assert kind in source, f"{test} does not read {claim}"
