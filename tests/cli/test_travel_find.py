"""`travel find`: whom a machine-readable zone describes is looked up, with what is wrong in it said first."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from evenhand.cli.travel import app
from evenhand.ground.clock import SystemClock
from evenhand.node.folder import open_member
from evenhand.node.operations import perform
from evenhand.node.site import Site
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from tests.api.conftest import PEOPLE, draft, make_folder

STATED = ["--purpose", "RESCREENING", "--legal-basis", "invented law", "--today", "2026-11-28"]


def zone(name: str, number: str, nationality: str = "UTO") -> list[str]:
    given, family = name.upper().split()
    return list(compose_mrz(MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number=number, primary=family, secondary=given,
        nationality=nationality, birth_date="1984-05-02", sex="M", expiry="2030-01-01",
    )))  # fmt: skip


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    folder, genesis = make_folder(tmp_path / "ita")
    with open_member(folder, SystemClock(), genesis=genesis) as member:
        await perform(Site(member, folder, folder.read_config()), "notice.publish",
                      msgspec.json.encode(draft(*PEOPLE[0])))  # fmt: skip
    return folder.path


def test_the_holder_is_looked_up_by_the_zone(data: Path) -> None:
    said = CliRunner().invoke(app, ["find", *zone(*PEOPLE[0][::2]), *STATED, "--data", str(data), "--json"])
    assert said.exit_code == 10, said.output
    assert [one["listed_as"] for one in json.loads(said.stdout)["answer"]["candidates"]] == [PEOPLE[0][0]]
    nobody = CliRunner().invoke(app, ["find", *zone("Nobody Whatsoever", "N1"), *STATED, "--data", str(data)])
    assert nobody.exit_code in {0, 5}, nobody.output


def test_what_is_wrong_and_who_is_protected_is_said_first(data: Path) -> None:
    first, second = zone(*PEOPLE[0][::2], "XXB")
    lines = [first, second.replace("840502", "84O502")]
    said = CliRunner().invoke(app, ["find", *lines, *STATED, "--data", str(data)])
    assert said.exit_code == 10, said.output
    assert "problem at line 2" in said.stderr
    assert "protection check" in said.stderr
    assert CliRunner().invoke(app, ["find", "no zone", *STATED, "--data", str(data)]).exit_code == 1
