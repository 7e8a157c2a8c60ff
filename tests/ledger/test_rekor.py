"""Real Sigstore bundles (rekor/*): their entries are proved by our trees and our checkpoints."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evenhand.ground.errors import ProofInvalidError, SignatureInvalidError
from evenhand.ledger.checkpoint import open_checkpoint, parse_checkpoint
from evenhand.ledger.merkle import leaf_hash, verify_inclusion
from evenhand.ledger.proof import TlogProof, parse_proof, print_proof, verify_proof
from evenhand.trust.note import ED25519, Verifier, parse_note, parse_vkey, print_note

BUNDLES = {
    "a.dsse.staging-rekor-v2.txt": "a.dsse.staging-rekor-v2.txt.sigstore.json",
    "bundle_v3.txt": "bundle_v3.txt.sigstore",
    "staging-rekor-v2.txt": "staging-rekor-v2.txt.sigstore.json",
}
TRUSTED_ROOT = "trustedroot.v1.local_tlog_ed25519_rekor-tiles.json"


def _entry(vectors: Path, artifact: str) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    bundle = json.loads((vectors / "rekor" / BUNDLES[artifact]).read_text())
    (entry,) = bundle["verificationMaterial"]["tlogEntries"]
    return bundle, base64.b64decode(entry["canonicalizedBody"]), entry["inclusionProof"]


def test_every_file_of_the_folder_is_read(vectors: Path) -> None:
    names = {one.name for one in (vectors / "rekor").iterdir()}
    assert names == {*BUNDLES, *BUNDLES.values(), TRUSTED_ROOT}


@pytest.mark.parametrize("artifact", BUNDLES)
def test_the_logged_entry_is_included_under_its_checkpoint(vectors: Path, artifact: str) -> None:
    _, body, stated = _entry(vectors, artifact)
    note = parse_note(stated["checkpoint"]["envelope"].encode())
    assert print_note(note) == stated["checkpoint"]["envelope"].encode()
    checkpoint = parse_checkpoint(note.text)
    assert checkpoint.size == int(stated["treeSize"])
    assert checkpoint.root == base64.b64decode(stated["rootHash"])
    index = int(stated["logIndex"])
    hashes = [base64.b64decode(one) for one in stated["hashes"]]
    verify_inclusion(leaf_hash(body), index, checkpoint.size, hashes, checkpoint.root)
    with pytest.raises(ProofInvalidError):
        verify_inclusion(leaf_hash(body + b" "), index, checkpoint.size, hashes, checkpoint.root)


@pytest.mark.parametrize("artifact", BUNDLES)
def test_the_logged_entry_names_what_was_signed(vectors: Path, artifact: str) -> None:
    bundle, body, _ = _entry(vectors, artifact)
    signed = (vectors / "rekor" / artifact).read_bytes()
    if "dsseEnvelope" in bundle:
        # What was signed is the envelope (DSSE's pre-authentication encoding); the sample beside it is prose.
        assert signed.startswith(b"DO NOT MODIFY ME!")
        kind, payload = (bundle["dsseEnvelope"][part] for part in ("payloadType", "payload"))
        told = base64.b64decode(payload)
        signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(told), told)
    digest = sha256(signed)
    assert digest.hexdigest().encode() in body or base64.b64encode(digest.digest()) in body


def test_the_staging_log_signed_its_checkpoint(vectors: Path) -> None:
    _, body, stated = _entry(vectors, "staging-rekor-v2.txt")
    data = stated["checkpoint"]["envelope"].encode()
    origin = parse_checkpoint(parse_note(data).text).origin
    published = json.loads((vectors / "note/checkpoints.json").read_text())
    (key,) = {one["vkey"] for one in published if one["vkey"].startswith(f"{origin}+")}
    hashes = tuple(base64.b64decode(one) for one in stated["hashes"])
    proof = parse_proof(print_proof(TlogProof(int(stated["logIndex"]), hashes, data)))
    assert verify_proof(proof, body, [parse_vkey(key)], origin=origin).size == 646


def test_a_key_of_a_trusted_root_is_a_verifier_and_another_logs(vectors: Path) -> None:
    (log,) = json.loads((vectors / "rekor" / TRUSTED_ROOT).read_text())["tlogs"]
    spki = base64.b64decode(log["publicKey"]["rawBytes"])
    assert sha256(spki).digest() == base64.b64decode(log["logId"]["keyId"])
    _, _, stated = _entry(vectors, "staging-rekor-v2.txt")
    verifier = Verifier.of("log2025-alpha1.rekor.sigstage.dev", ED25519, spki[-32:])
    assert parse_vkey(verifier.vkey) == verifier
    with pytest.raises(SignatureInvalidError):
        open_checkpoint(stated["checkpoint"]["envelope"].encode(), [verifier])
