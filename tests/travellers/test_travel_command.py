"""`travel` at the command line: zones with problems and suggestions, carriers' lists, and exit codes."""

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


UNB = "UNB+UNOA:4+CARRIER+BORDER+261123:1000+R1'"
PEOPLE = (
    "BGM+745'TDT+20+UT123'LOC+125+FCO'DTM+189:2611231000:201'"
    "NAD+FL+++ERIKSSON:ANNA'DTM+329:740812'DOC+P:110:ZZZ+L898902C3'LOC+91+D'NAD+FL+++FNU'DOC+P:110:ZZZ+X1'"
)


def carriers_file(folder: Path, *messages: tuple[str, str]) -> str:
    text = UNB
    for number, (kind, body) in enumerate(messages, start=1):
        text += f"UNH+{number}+{kind}'{body}UNT+{body.count(chr(39)) + 2}+{number}'"
    path = folder / "list.edi"
    path.write_text(text + f"UNZ+{len(messages)}+R1'")
    return str(path)


def test_a_carriers_list_is_shown(tmp_path: Path) -> None:
    booked = "TVL+231126:1000::1200+FCO+MNL+UT+123'SRC'RCI+UT:LOC1'TIF+ROE+PAT:A:1'"
    path = carriers_file(tmp_path, ("PAXLST:D:05B:UN:IATA", PEOPLE + "CNT+42:2'"), ("PNRGOV:11:1:IA", booked))
    run = CliRunner().invoke(app, ["flight", path, *TODAY])
    assert run.exit_code == 0, run.output
    assert "passengers of UT123 (original), FCO 2026-11-23T10:00 to ?: travellers read: 2" in run.output
    assert "ANNA ERIKSSON; born 1974-08-12; passport DEU L898902C3" in run.output
    assert "name unknown; born unknown; passport ? X1" in run.output
    assert "bookings of UT123" in run.output
    assert "PAT ROE" in run.output


def test_a_list_that_is_not_whole_did_not_verify(tmp_path: Path) -> None:
    torn = PEOPLE + "NAD+FL+++ROE:PAT'DTM+329:991399'CNT+42:4'"
    path = carriers_file(tmp_path, ("PAXLST:D:05B:UN:IATA", torn), ("PAXLST:D:05B:UN:IATA", "BGM+745'"))
    run = CliRunner().invoke(app, ["flight", path, *TODAY])
    assert run.exit_code == 4
    assert "could not be read, segment 13: birth date: no such date" in run.output
    assert "4 were announced, 3 are in the list" in run.output
    assert "message 2 was refused" in run.output
    said = json.loads(CliRunner().invoke(app, ["flight", path, *TODAY, "--json"]).output)
    assert (len(said["lists"][0]["not_screened"]), len(said["refused"])) == (1, 1)


def test_who_closes_a_flight_by_reference_is_counted(tmp_path: Path) -> None:
    closed = "BGM+266+CLOB'TDT+20+UT123'NAD+ZZZ'RFF+ABO:P1'NAD+ZZZ'RFF+ABO:P2'CNT+42:2'"
    run = CliRunner().invoke(app, ["flight", carriers_file(tmp_path, ("PAXLST:D:05B:UN:IATA", closed)), *TODAY])
    assert (run.exit_code, "named by reference alone: 2" in run.output) == (0, True), run.output
    assert "were announced" not in run.output


@pytest.mark.parametrize("content", [None, b"no interchange"])
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.edi"
    if content is not None:
        path.write_bytes(content)
    assert CliRunner().invoke(app, ["flight", str(path), *TODAY]).exit_code == 1
