"""Every command explains itself, and every wrong input is answered with what, why and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from evenhand.cli.app import app

from .conftest import PEOPLE, draft, type_in


def tree(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, child in getattr(command, "commands", {}).items():
        yield from tree(child, (*words, name))


COMMAND = typer.main.get_command(app)
ALL = list(tree(COMMAND))


@pytest.mark.parametrize("words", [words for words, _ in ALL], ids=" ".join)
def test_help_is_there(words: tuple[str, ...]) -> None:
    shown = type_in(*words, "--help")
    assert shown.code == 0
    assert "Usage:" in shown.out


@pytest.mark.parametrize(
    ("words", "command"), [(w, c) for w, c in ALL if not hasattr(c, "commands") and w[:1] != ("bench",)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_every_command_has_an_example_of_itself(words: tuple[str, ...], command: Any) -> None:
    assert f"Example: evenhand {' '.join(words)}" in command.help


WRONG: list[tuple[list[str], int, str]] = [
    (["find", "--data", "{solo}"], 1, "nothing to look for"),
    (["find", "X", "--sex", "q", "--data", "{solo}"], 1, "cannot be used"),
    (["find", "X", "--birth-date", "yesterday", "--data", "{solo}"], 1, ""),
    (["find", "--document", "X1", "--data", "{solo}"], 2, "TYPE:NUMBER:ISSUER"),
    (["find", "X", "--at", "noon", "--data", "{solo}"], 1, "RFC 3339"),
    (["find", "X", "--data", "{empty}"], 1, "evenhand node init"),
    (["state", "--data", "{empty}"], 1, "no node in"),
    (["parity", "ZZZ", "--data", "{solo}"], 1, "not in roster"),
    (["parity", "ITA", "--data", "{solo}"], 2, "itself"),
    (["peer", "status", "--data", "{solo}"], 2, "evenhand node run"),
    (["peer", "cut", "ITA", "--data", "{solo}"], 3, "this node itself"),
    (["peer", "heal", "ZZZ", "--data", "{solo}"], 1, "not in roster"),
    (["who-can-see", "ZZZ", "--data", "{solo}"], 3, "not in the roster"),
    (["who-can-see", "{text}", "--data", "{solo}"], 1, "is not JSON"),
    (["who-can-see", "{number}", "--data", "{solo}"], 1, "not a draft"),
    (["import", "telex", "{text}", "--data", "{solo}"], 2, "un-sc"),
    (["import", "un-sc", "{empty}/none.xml", "--data", "{solo}"], 1, "cannot read"),
    (["import", "un-sc", "{text}", "--data", "{solo}"], 1, ""),
    (["import", "ofac-legacy", "{empty}", "--data", "{solo}"], 1, "cannot read"),
    (["import", "un-sc", "{list}", "--policy", "{text}", "--data", "{solo}"], 1, "is not JSON"),
    (["import", "un-sc", "{list}", "--policy", "{number}", "--data", "{solo}"], 1, "cannot be used"),
    (["import", "un-sc", "http://lists.example/x.xml", "--data", "{solo}"], 1, "use https"),
    (["import", "un-sc", "http://127.0.0.1:9/x.xml", "--data", "{solo}"], 5, "cannot fetch"),
    (["import", "ofac-legacy", "http://127.0.0.1:9/sdn.csv", "--data", "{solo}"], 5, "cannot fetch"),
    (["import", "un-sc", "{list}", "--audience", "ZZZ", "--accept-mass-withdrawal", "--data", "{solo}"], 3, "audience"),
    (["notice", "publish", "{empty}/none.json", "--data", "{solo}"], 2, "cannot read"),
    (["notice", "publish", "{text}", "--data", "{solo}"], 1, "is not JSON"),
    (["notice", "publish", "{bare}", "--data", "{solo}"], 1, 'write {"notice": {"kind"'),
    (["notice", "publish", "{nobody}", "--data", "{solo}"], 3, "the audience is empty"),
    (["who-can-see", ",", "--data", "{solo}"], 3, "the audience is empty"),
    (["notice", "publish", "{deep}", "--data", "{solo}"], 1, "cli.md"),
    (["notice", "correct", "{key}", "{deeper}", "--data", "{solo}"], 1, "is not JSON"),
    (["import", "un-sc", "{list}", "--policy", "{deeper}", "--data", "{solo}"], 1, "is not JSON"),
    (["import", "template", "{list}", "--columns", "{deep}", "--data", "{solo}"], 1, "64 levels"),
    (["encounter", "report", "{key}", "{deeper}", "--data", "{solo}"], 1, "is not"),
    (["notice", "publish", "{number}", "--data", "{solo}"], 1, "cannot be used"),
    (["notice", "publish", "{poor}", "--data", "{solo}"], 3, "procedure"),
    (["notice", "publish", "{wrong}", "--data", "{solo}"], 1, "not a notice"),
    (["notice", "publish", "{numbered}", "--data", "{solo}"], 1, "leave it out"),
    (["notice", "correct", "f" * 32, "{poor}", "--data", "{solo}"], 1, "notice list"),
    (["notice", "withdraw", "f" * 32, "--reason", "x", "--data", "{solo}"], 1, "notice list"),
    (["notice", "withdraw", "", "--reason", "x", "--data", "{solo}"], 1, "notice list"),
    (["notice", "erase", "{key}", "--class", "whim", "--data", "{solo}"], 1, "redress"),
    (["notice", "flag", "{key}", "--action", "SHOUT", "--reason", "x", "--data", "{solo}"], 1, ""),
    (["notice", "link", "{key}", "{key}", "--relation", "same_person", "--reason", "x", "--data", "{solo}"], 1, ""),
    (["notice", "link", "{key}", "{key}", "--relation", "cousins", "--reason", "x", "--data", "{solo}"], 1, ""),
    (["notice", "show", "f" * 32, "--data", "{solo}"], 1, "notice list"),
    (["ledger", "verify", "ZZZ", "--data", "{solo}"], 1, "not in roster"),
    (["ledger", "export", "ITA", "{text}", "--for", "ITA", "--data", "{solo}"], 2, "exists"),
    (["ledger", "export", "ITA", "{empty}/a/b", "--for", "ITA", "--data", "{solo}"], 2, "cannot write"),
    (["ledger", "export", "ITA", "{empty}/new", "--for", "ZZZ", "--data", "{solo}"], 3, "gets nothing"),
    (["ledger", "import", "{text}", "--data", "{solo}"], 1, "ledger bundle"),
    (["ledger", "import", "{empty}/none", "--data", "{solo}"], 1, "cannot read"),
    (["ledger", "proof", "ITA", "9999", "--data", "{solo}"], 1, "no signed entry"),
    (["ledger", "proof", "ITA", "0", "--out", "{empty}/a/b", "--data", "{solo}"], 2, "cannot write"),
    (["roster", "draft", "{text}", "--threshold", "1", "--data", "{solo}"], 1, ""),
    (["roster", "draft", "{card}", "--threshold", "1", "--data", "{other}"], 2, "own card"),
    (["roster", "sign", "{text}", "--data", "{solo}"], 1, ""),
    (["roster", "sign", "{genesis}", "--data", "{other}"], 1, "these are keys of"),
    (["roster", "apply", "{text}", "--data", "{solo}"], 1, ""),
    (["roster", "propose", "promote", "ITA", "--data", "{solo}"], 2, "no change"),
    (["roster", "propose", "expel", "--data", "{solo}"], 2, "needs a member"),
    (["roster", "propose", "expel", "ZZZ", "--data", "{solo}"], 1, "not in roster"),
    (["node", "init", "--member", "Italy!", "--coalition", "c.example", "--data", "{empty}/n"], 1, ""),
    (["node", "init", "--member", "ITA", "--coalition", "c e", "--data", "{empty}/n"], 1, "coalition name"),
    (["node", "init", "--member", "ITA", "--coalition", "c", "--listen", "x", "--data", "{empty}/n"], 1, "HOST:PORT"),
    (["node", "init", "--member", "ITA", "--coalition", "c", "--url", "ftp://x", "--data", "{empty}/n"], 1, "https"),
    (["node", "init", "--member", "ITA", "--coalition", "c", "--data", "{solo}"], 3, "already holds"),
    (["node", "join", "{genesis}", "--hash", "0" * 64, "--data", "{other}"], 4, "telephone"),
    (["node", "join", "{genesis}", "--hash", "0" * 64, "--data", "{solo}"], 3, "already"),
    (["node", "run", "--data", "{other}"], 1, "node join"),
    (["node", "run", "--data", "{empty}"], 1, "node init"),
    (["demo", "--keep", "{solo}"], 2, "not empty"),
    (["find", "--bogus"], 2, "No such option"),
    (["conquer"], 2, "No such command"),
]  # fmt: skip


@pytest.fixture(scope="module")
def places(made_solo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "empty").mkdir()
    (folder / "text").write_text("this is neither JSON nor XML", "utf-8")
    (folder / "number").write_text("7", "utf-8")
    detail = dict.fromkeys(
        ("offence", "legal_basis", "decision_reference", "issuing_authority", "proportionality"), "Invented."
    )
    person = {"names": [{"text": "Onename"}]}
    notice = {"kind": "person", "category": "c", "action": "ARREST", "person": person}
    (folder / "poor").write_text(json.dumps({"notice": notice, "detail": detail}), "utf-8")
    (folder / "wrong").write_text(json.dumps({"notice": {**notice, "mood": "bad"}, "detail": detail}), "utf-8")
    (folder / "numbered").write_text(json.dumps({"notice": {**notice, "version": 9}, "detail": detail}), "utf-8")
    (folder / "bare").write_text(json.dumps({"kind": "person", "person": person}), "utf-8")
    (folder / "nobody").write_text(draft(PEOPLE[0], audience=""), "utf-8")
    (folder / "deep").write_text("[" * 100 + "]" * 100, "utf-8")
    (folder / "deeper").write_text('{"a":' * 100_000 + "1" + "}" * 100_000, "utf-8")
    other = type_in("node", "init", "--member", "PHL", "--coalition", "other.example", "--data", folder / "other")
    assert other.code == 0
    key = type_in("notice", "list", "--data", made_solo / "ITA", "--json").said["notices"][0]["key"]
    return {
        "solo": str(made_solo / "ITA"), "list": str(made_solo / "list.xml"),
        "genesis": str(made_solo / "genesis.roster"),
        "card": str(made_solo / "ITA" / "card.json"), "key": key,
        **{name: str(folder / name) for name in ("empty", "text", "number", "poor", "wrong", "numbered", "other")},
        **{name: str(folder / name) for name in ("bare", "nobody", "deep", "deeper")},
    }  # fmt: skip


@pytest.mark.parametrize(("words", "code", "said"), WRONG, ids=[" ".join(words)[:70] for words, _, _ in WRONG])
def test_wrong_input_is_explained(places: dict[str, str], words: list[str], code: int, said: str) -> None:
    typed = type_in(*(word.format(**places) for word in words))
    assert typed.code == code, typed.err
    assert typed.err.strip()
    assert said in " ".join(typed.err.split())
    assert "Traceback" not in typed.err


def test_a_program_reads_errors_as_json(places: dict[str, str]) -> None:
    typed = type_in("find", "--data", places["solo"], "--json")
    assert typed.code == 1
    assert typed.said["error"]["code"] == "input"


def test_a_folder_open_to_others_is_left_so_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    made = type_in("node", "init", "--member", "PHL", "--coalition", "other.example", "--data", folder)
    assert f"chmod 700 {folder}" in made.out
    assert folder.stat().st_mode & 0o777 == 0o755
    words = ("node", "init", "--member", "PHL", "--coalition", "other.example", "--json")
    assert type_in(*words, "--data", tmp_path / "new").said["open_to_others"] is False
