"""Proof checking agrees with transparency-dev/merkle, but where we refuse more on purpose (ADR 0003)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evenhand.ground.errors import ProofInvalidError
from evenhand.ledger import merkle
from evenhand.ledger.tiles import tiles_for_size

# Accepted upstream, refused here: roots of twelve bytes, and proofs about no leaves at all.
REFUSED_ON_PURPOSE = {
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    *(
        f"subtreeconsistency/additional/subtree-is-empty-{rest}.json"
        for rest in (
            "sizes-are-equal-one-subtree-root-valid-proof-is-empty",
            "sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty",
            "sizes-are-equal-zero-subtree-root-valid-proof-is-empty",
            "sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty",
            "subtree-root-valid-proof-is-empty",
            "subtree-root-valid-tree-root-random-proof-is-empty",
        )
    ),
}
COUNTS = {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}


def _b64(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _files(root: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((root / "merkle" / kind).rglob("*.json")):
        yield str(path.relative_to(root / "merkle")), json.loads(path.read_text())


def _check(kind: str, case: dict[str, Any]) -> None:
    proof = [_b64(one) for one in case["proof"] or []]
    if kind == "inclusion":
        leaf, root = _b64(case["leafHash"]), _b64(case["root"])
        merkle.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
    elif kind == "consistency":
        roots = _b64(case["root1"]), _b64(case["root2"])
        merkle.verify_consistency(case["size1"], case["size2"], proof, *roots)
    elif kind == "subtreeinclusion":
        leaf, root = _b64(case["leafHash"]), _b64(case["root"])
        subtree = case["start"], case["end"]
        merkle.verify_subtree_inclusion(leaf, case["leafIdx"], subtree, proof, root)
    else:
        roots = _b64(case["root1"]), _b64(case["root2"])
        merkle.verify_subtree_consistency(case["start"], case["end"], case["size"], proof, roots=roots)


@pytest.mark.parametrize("kind", COUNTS)
def test_every_upstream_verdict_is_ours(vectors: Path, kind: str) -> None:
    cases = list(_files(vectors, kind))
    assert len(cases) == COUNTS[kind]
    for name, case in cases:
        if case["wantErr"] or name in REFUSED_ON_PURPOSE:
            assert case["wantErr"] is (name not in REFUSED_ON_PURPOSE), name
            with pytest.raises(ProofInvalidError):
                _check(kind, case)
        else:
            _check(kind, case)


def test_every_refusal_on_purpose_is_still_a_file(vectors: Path) -> None:
    assert all((vectors / "merkle" / name).is_file() for name in REFUSED_ON_PURPOSE)


def test_the_roots_of_rfc6962(vectors: Path) -> None:
    case = json.loads((vectors / "merkle/rfc6962_roots.json").read_text())
    leaves = [merkle.leaf_hash(bytes.fromhex(one)) for one in case["leaf_inputs_hex"]]
    assert merkle.EMPTY_ROOT.hex() == case["empty_root"] == merkle.root_of([]).hex()
    assert [merkle.root_of(leaves[:size]).hex() for size in range(1, 9)] == case["roots_hex_by_size_1_to_8"]


def test_generated_json_roots_proofs_and_tiles(vectors: Path) -> None:
    made = json.loads((vectors / "generated.json").read_text())
    leaves = [merkle.leaf_hash(b"leaf %d" % number) for number in range(1000)]
    for size, root in made["roots"].items():
        assert merkle.root_of(leaves[: int(size)]).hex() == root == merkle.root_at(leaves, int(size)).hex()
    for one in made["inclusion"]:
        proof = merkle.inclusion_proof(leaves, one["index"], one["size"])
        assert [part.hex() for part in proof] == one["proof"]
        root = merkle.root_at(leaves, one["size"])
        merkle.verify_inclusion(leaves[one["index"]], one["index"], one["size"], proof, root)
    for one in made["consistency"]:
        proof = merkle.consistency_proof(leaves, one["from"], one["to"])
        assert [part.hex() for part in proof] == one["proof"]
        roots = merkle.root_at(leaves, one["from"]), merkle.root_at(leaves, one["to"])
        merkle.verify_consistency(one["from"], one["to"], proof, *roots)
    tiles = {}
    for tile in tiles_for_size(1000):
        assert tile.level is not None
        step = 256**tile.level
        start = tile.index * 256
        row = [merkle.root_of(leaves[at * step : (at + 1) * step]) for at in range(start, start + tile.width)]
        tiles[tile.path] = sha256(b"".join(row)).hexdigest()
    assert tiles == made["tiles_size_1000"]
