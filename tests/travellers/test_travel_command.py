"""`travel mrz` at the command line: fields, problems, suggestions and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evenhand.cli.travel import app

LINES = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
WRONG = [LINES[0], LINES[1].replace("740812", "74O812")]
TODAY = ["--today", "2026-11-23"]


def test_lines_a_file_and_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "zone.txt"
    path.write_text("\n".join(LINES))
    for arguments, given in ((LINES, None), ([str(path)], None), (["-"], "\n".join(LINES)), (["".join(LINES)], None)):
        run = CliRunner().invoke(app, ["mrz", *arguments, *TODAY], input=given)
        assert run.exit_code == 0, run.output
        assert "number: L898902C3" in run.output


def test_a_wrong_zone_did_not_verify() -> None:
    run = CliRunner().invoke(app, ["mrz", *WRONG, *TODAY])
    assert run.exit_code == 4
    assert "birth date: unknown" in run.output
    assert "problem at line 2, column 20" in run.output
    assert "perhaps line 2, column 16: 0 instead of O" in run.output


def test_json() -> None:
    run = CliRunner().invoke(app, ["mrz", *WRONG, *TODAY, "--json"])
    read = json.loads(run.output)
    assert read["issuer"] == "UTO"
    assert [problem["field"] for problem in read["problems"]] == ["birth_date", "composite", "birth_date"]
    assert read["suggestions"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["P<UTO"], 1),
        (["/no/such/file"], 1),
        ([*LINES, "--today", "yesterday"], 2),
        ([line.lower() for line in LINES], 1),
    ],
)
def test_what_cannot_be_read(arguments: list[str], code: int) -> None:
    assert CliRunner().invoke(app, ["mrz", *arguments]).exit_code == code


def test_typed_input_is_accepted_when_asked() -> None:
    assert CliRunner().invoke(app, ["mrz", *(line.lower() for line in LINES), "--tolerant"]).exit_code == 0
