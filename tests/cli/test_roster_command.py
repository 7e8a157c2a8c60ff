"""Who is a member changes by signatures; new keys are made, signed for and changed over to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.interop.synthetic import synthetic_persons
from evenhand.node.folder import Folder
from evenhand.trust.roster import read_roster, sign_roster

from .conftest import PEOPLE, draft, type_in

NEW = synthetic_persons(99, 2)


def publish(data: Path, where: Path, number: int) -> int:
    where.write_text(draft(NEW[number]))
    return type_in("notice", "publish", where, "--data", data).code


def test_new_keys_are_made_and_changed_over_to(solo: Path, tmp_path: Path) -> None:
    two, paper = tmp_path / "two.roster", tmp_path / "notice.json"
    old = json.loads((solo / "keys.json").read_text())
    proposed = type_in("roster", "propose", "rotate", "--new-keys", "--data", solo, "--out", two)
    assert proposed.code == 0, proposed.err
    assert "1 signature of the version before, and 1 signature of its active members" in proposed.out
    assert json.loads((solo / "keys.json").read_text()) == old, "the old keys stay until the roster is in force"
    held = type_in("doctor", "--data", solo)
    assert "rotating its keys" in held.out
    assert publish(solo, paper, 1) == 3, "where the old key ends has been said"
    applied = type_in("roster", "apply", two, "--data", solo)
    assert applied.code == 0, applied.err
    assert "changed over" in applied.out
    new = json.loads((solo / "keys.json").read_text())
    assert new["log"] != old["log"]
    assert not (solo / "keys.next.json").exists()
    assert type_in("roster", "apply", two, "--data", solo).code == 0, "once more does nothing"
    assert publish(solo, paper, 1) == 0
    assert type_in("ledger", "verify", "--data", solo).code == 0
    assert type_in("find", PEOPLE[3].person.names[0].text, "--data", solo).code == 10


def test_another_version_in_force_lifts_the_hold(solo: Path, tmp_path: Path) -> None:
    two, other, three = (tmp_path / name for name in ("two", "other", "three"))
    assert type_in("roster", "propose", "rotate", "--new-keys", "--data", solo, "--out", two).code == 0
    assert type_in("roster", "propose", "renew", "--data", solo, "--out", other).code == 0
    assert "changed over" not in type_in("roster", "apply", other, "--data", solo).out
    assert publish(solo, tmp_path / "notice.json", 1) == 0
    assert type_in("roster", "propose", "renew", "--data", solo, "--out", three).code == 0
    assert type_in("roster", "apply", three, "--data", solo).code == 0
    late = type_in("roster", "apply", other, "--data", solo)
    assert (late.code, "superseded" in late.err) == (3, True)


def test_nobody_signs_away_its_own_key_by_a_draft_of_another(solo: Path, tmp_path: Path) -> None:
    new, two = tmp_path / "new", tmp_path / "two.roster"
    type_in("node", "init", "--data", new, "--member", "ITA", "--coalition", "shield.example")
    drawn = type_in("roster", "propose", "rotate", new / "card.json", "--data", solo, "--out", two)
    assert drawn.code == 0, drawn.err
    two.write_bytes(sign_roster(read_roster(two.read_bytes()), [Folder(new).read_keys().log_signer()]))
    refused = type_in("roster", "sign", two, "--data", solo)
    assert (refused.code, "not drawn up here" in refused.err) == (3, True)


def test_new_keys_are_for_this_node_alone(solo: Path) -> None:
    assert type_in("roster", "propose", "rotate", "ITA", "--new-keys", "--data", solo).code == 2
    assert type_in("roster", "propose", "renew", "--new-keys", "--data", solo).code == 2


def test_what_an_expulsion_needs_is_said_of_both_versions(pair: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.roster"
    drawn = type_in("roster", "propose", "expel", "PHL", "--data", pair / "ITA", "--out", two)
    needed = "Needs 2 signatures of the version before, and 1 signature of its active members"
    assert needed in " ".join(drawn.out.split())
    signed = type_in("roster", "sign", two, "--data", pair / "PHL")
    assert "as many signatures of the version before as that asks for" in " ".join(signed.out.split())


def test_a_node_does_not_cut_itself_off(solo: Path) -> None:
    cut = type_in("peer", "cut", "ITA", "--data", solo)
    assert (cut.code, "this node itself" in cut.err) == (3, True)


def test_the_charter_sets_a_period(solo: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.roster"
    for wrong in ("hold_unconfirmed_ms", "hold_unconfirmed_ms=soon", "=5"):
        assert type_in("roster", "propose", "charter", "--set", wrong, "--data", solo, "--out", two).code == 2
    words = ("roster", "propose", "charter", "--set", "hold_unconfirmed_ms=3000000", "--data", solo, "--out", two)
    assert type_in(*words).code == 0
    applied = type_in("roster", "apply", two, "--data", solo)
    assert (applied.code, "sets hold_unconfirmed_ms to 3000000" in applied.out) == (0, True)
    assert type_in("encounter", "list", "--data", solo).code == 0


def test_a_document_that_others_may_have_signed_is_not_written_over(
    solo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("roster", "propose", "renew", "--data", solo)
    assert type_in(*words).code == 0
    signed = (tmp_path / "version-2.roster").read_bytes()
    refused = type_in(*words)
    assert (refused.code, "version-2.roster is there already" in refused.err) == (2, True)
    assert (tmp_path / "version-2.roster").read_bytes() == signed
    assert type_in(*words, "--out", "version-2.roster").code == 0
    card = solo / "card.json"
    (tmp_path / "genesis.roster").write_bytes(b"signed by others")
    refused = type_in("roster", "draft", card, "--threshold", 1, "--data", solo)
    assert (refused.code, "genesis.roster is there already" in refused.err) == (2, True)
    assert (tmp_path / "genesis.roster").read_bytes() == b"signed by others"
