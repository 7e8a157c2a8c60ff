"""A command line to type into, and members to type for: made once, copied for each test."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from evenhand.cli.app import app
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml

COMMAND = typer.main.get_command(app)
PEOPLE = synthetic_persons(7, 24)


@dataclass
class Typed:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> Any:
        return json.loads(self.out.splitlines()[-1])


Type = Callable[..., Typed]


def type_in(*words: object, text: str | None = None) -> Typed:
    """Run the command line in this process; the runner's own `invoke` would build every command anew each time."""
    runner, code = CliRunner(), 0
    with runner.isolation(input=text) as (out, err, _):
        try:
            COMMAND.main([str(word) for word in words], prog_name="evenhand")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        said, warned = (stream.getvalue().decode().replace("\r\n", "\n") for stream in (out, err))
    return Typed(code, said, warned)


def draft(person: SyntheticPerson, **more: object) -> str:
    import msgspec

    value = {
        "notice": {
            "kind": "person", "category": "test", "action": "DISCREET_REPORT",
            "person": msgspec.to_builtins(person.person),
        },
        "detail": {
            "offence": "Invented offence", "legal_basis": "Invented statute, section 1",
            "decision_reference": "T-1", "issuing_authority": "Invented court", "proportionality": "It is a test.",
        },
        **more,
    }  # fmt: skip
    return json.dumps(value)


def found_coalition(folder: Path, codes: tuple[str, ...], threshold: int) -> Path:
    for number, code in enumerate(codes):
        made = type_in(
            "node", "init", "--data", folder / code, "--member", code, "--coalition", "shield.example",
            "--listen", f"127.0.0.1:{7601 + number}", "--matcher", "plain",
        )  # fmt: skip
        assert made.code == 0, made.err
    genesis = folder / "genesis.roster"
    cards = [folder / code / "card.json" for code in codes]
    drafted = type_in(
        "roster", "draft", *cards, "--threshold", threshold, "--data", folder / codes[0], "--out", genesis
    )
    assert drafted.code == 0, drafted.err
    for code in codes[1:]:
        assert type_in("roster", "sign", genesis, "--data", folder / code).code == 0
    pinned = type_in("roster", "show", genesis, "--json").said["hash"]
    for code in codes:
        joined = type_in("node", "join", genesis, "--hash", pinned, "--data", folder / code)
        assert joined.code == 0, joined.err
    return folder


@pytest.fixture(scope="session")
def made_solo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One member alone, with a list imported."""
    folder = found_coalition(tmp_path_factory.mktemp("solo"), ("ITA",), 1)
    (folder / "list.xml").write_bytes(write_un_xml(PEOPLE))
    done = type_in("import", "un-sc", folder / "list.xml", "--data", folder / "ITA", "--json")
    assert done.said["published"] == len(PEOPLE), done.err
    return folder


@pytest.fixture(scope="session")
def made_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two members of one coalition, neither running nor holding anything."""
    return found_coalition(tmp_path_factory.mktemp("pair"), ("ITA", "PHL"), 2)


@pytest.fixture
def solo(made_solo: Path, tmp_path: Path) -> Path:
    """The data folder of a member alone."""
    return shutil.copytree(made_solo, tmp_path / "solo") / "ITA"


@pytest.fixture
def pair(made_pair: Path, tmp_path: Path) -> Path:
    """The folder of two members' data folders."""
    return shutil.copytree(made_pair, tmp_path / "pair")
