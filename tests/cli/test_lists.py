"""A table of one's own becomes notices: by our template, or by a mapping that a person has confirmed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.cli.screens import import_screen
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_formats import WRITERS
from evenhand.interop.synthetic_records import write_ftm, write_template

from .conftest import type_in


def test_a_template_is_written_filled_and_imported(solo: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    assert type_in("template", file).code == 0
    file.write_bytes(file.read_bytes() + write_template(synthetic_persons(5, 3)).split(b"\r\n", 1)[1])
    done = type_in("import", "template", file, "--data", solo, "--json").said
    assert (done["published"], done["refusals"]) == (3, [])
    again = type_in("import", "template", file, "--data", solo, "--json").said
    assert (again["published"], again["unchanged"]) == (0, 3)


def test_a_table_of_ones_own_is_mapped_first(solo: Path, tmp_path: Path) -> None:
    table, columns = tmp_path / "own.csv", tmp_path / "columns.json"
    table.write_text("Case number,Full name,Charge,Shoe\n7,Ada Invented,Theft,40\n")
    shown = type_in("template", columns, "--from", table)
    assert "not taken" in shown.out
    said = type_in("template", columns, "--from", table, "--force", "--json").said
    assert {**said["mapping"], "Shoe": ""} == json.loads(columns.read_text())
    unmapped = type_in("import", "template", table, "--data", solo)
    assert (unmapped.code, "no column for reference" in unmapped.err) == (1, True)
    done = type_in("import", "template", table, "--columns", columns, "--data", solo, "--json").said
    assert done["published"] == 1, done["refusals"]
    assert [one["field"] for one in done["refusals"]] == ["Shoe"]


def test_a_file_that_is_there_is_written_over_by_force_alone(tmp_path: Path) -> None:
    table, filled = tmp_path / "own.csv", tmp_path / "filled.csv"
    table.write_text("Case number,Full name,Charge\n7,Ada Invented,Theft\n")
    filled.write_text("a day's work")
    for options in ((), ("--from", table)):
        refused = type_in("template", filled, *options)
        assert (refused.code, "is there already" in refused.err, "--force" in refused.err) == (2, True, True)
        assert filled.read_text() == "a day's work"
    assert type_in("template", filled, "--force").code == 0
    assert filled.read_text("utf-8-sig").startswith("reference,name")


def test_two_columns_for_one_are_refused_and_said(solo: Path, tmp_path: Path) -> None:
    table, columns = tmp_path / "own.csv", tmp_path / "columns.json"
    table.write_text("reference,name,name2,offence\n7,Ada Invented,Cy Invented,Theft\n")
    columns.write_text('{"name2": "name"}')
    refused = type_in("import", "template", table, "--columns", columns, "--data", solo)
    assert (refused.code, "'name' and 'name2' of the table would both be 'name'" in refused.err) == (1, True)


def test_a_proposal_says_what_is_missing_and_other_formats_have_no_columns(solo: Path, tmp_path: Path) -> None:
    table, columns = tmp_path / "own.csv", tmp_path / "columns.json"
    table.write_text("Shoe\n40\n")
    assert "Still needed" in type_in("template", columns, "--from", table).out
    wrong = type_in("import", "un-sc", table, "--columns", columns, "--data", solo)
    assert (wrong.code, "mapped" in wrong.err) == (2, True)
    columns.write_text("{")
    assert type_in("import", "template", table, "--columns", columns, "--data", solo).code == 1


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_synthetic_list_can_be_imported(name: str, solo: Path, tmp_path: Path) -> None:
    file = tmp_path / "invented"
    assert type_in("synthetic", name, file, "--count", 4, "--seed", 3).code == 0
    done = type_in("import", name, file, "--dry-run", "--data", solo, "--json").said
    assert done["published"] + done["unchanged"] + done["corrected"] == 4


def test_a_list_of_lines_is_compared_with_what_is_held(solo: Path, tmp_path: Path) -> None:
    rows = write_ftm(synthetic_persons(5, 24)).splitlines()
    file = tmp_path / "entities.ftm.json"
    file.write_bytes(b"\n".join(rows))
    done = type_in("import", "ftm", file, "--data", solo, "--json").said
    assert (done["published"], done["edition"]) == (24, "2025-01-31")
    file.write_bytes(b"\n".join([rows[0].replace(b"Invented for tests", b"Corrected"), *rows[1:23], rows[1]]))
    done = type_in("import", "ftm", file, "--data", solo, "--json").said
    assert [done[what] for what in ("published", "corrected", "unchanged", "withdrawn")] == [0, 1, 22, 1]
    assert [one["line"] for one in done["refusals"]] == [24], "the same entry twice"
    file.write_bytes(b"\n".join(rows[:9]))
    stopped = type_in("import", "ftm", file, "--data", solo)
    assert (stopped.code, "would withdraw 14 of 23" in stopped.err) == (3, True)
    file.write_bytes(b"\n".join([*rows[:9], b"{"]))
    damaged = type_in("import", "ftm", file, "--data", solo, "--accept-mass-withdrawal")
    assert (damaged.code, "damaged JSON at line 10" in damaged.err) == (1, True)
    file.write_bytes(b"\n".join(rows[:9]))
    done = type_in("import", "ftm", file, "--accept-mass-withdrawal", "--data", solo, "--json").said
    assert [done[what] for what in ("published", "corrected", "unchanged", "withdrawn")] == [0, 1, 8, 14]


def test_a_number_given_to_somebody_else_stops_the_import(solo: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("reference,name,offence\n1,Ada Invented,Theft\n2,Cy Invented,Theft\n")
    assert type_in("import", "template", table, "--data", solo, "--json").said["published"] == 2
    table.write_text("reference,name,offence\n1,Eve Madeup,Theft\n2,Cy Invented,Fraud\n")
    assert "line 2" in type_in("import", "template", table, "--dry-run", "--data", solo, "--json").said["alarm"]
    stopped = type_in("import", "template", table, "--data", solo)
    assert (stopped.code, "in 1 of 2 corrections" in stopped.err) == (3, True)
    done = type_in("import", "template", table, "--accept-mass-withdrawal", "--data", solo, "--json").said
    assert done["corrected"] == 2


def test_what_another_member_marked_is_not_published_to_all(solo: Path, tmp_path: Path) -> None:
    file = tmp_path / "marked.ftm.json"
    said = [
        {"id": f"eh-{mark}", "schema": "Person", "properties": {
            "name": ["Ada Invented"], "topics": ["sanction"],
            "sanctions": [{"properties": {"reason": ["Theft"], "summary": [f"TLP:{mark} PAP:RED"]}}],
        }}
        for mark in ("GREEN", "AMBER", "AMBER+STRICT", "RED")
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, said)))
    done = type_in("import", "ftm", file, "--data", solo, "--json").said
    assert (done["published"], [one["entry_id"] for one in done["refusals"]]) == (
        1, ["eh-AMBER", "eh-AMBER+STRICT", "eh-RED"],
    )  # fmt: skip
    own = ("--audience", "ITA", "--detail-audience", "ITA")
    done = type_in("import", "ftm", file, "--data", solo, *own, "--json").said
    assert (done["published"], done["unchanged"], [one["entry_id"] for one in done["refusals"]]) == (2, 1, ["eh-RED"])
    done = type_in("import", "ftm", file, "--data", solo, "--json").said
    assert (done["withdrawn"], done["unchanged"]) == (0, 1), "what a mark refuses is not what is gone"


def test_what_stands_by_approvals_and_left_its_list_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    import_screen(
        {"list": "un-sc", "edition": "2025-01-31", "dry_run": False, "published": 0, "corrected": 0, "withdrawn": 0,
         "unchanged": 5, "gone": ["ITA:ab"], "refusals": [], "alarm": ""}
    )  # fmt: skip
    shown = " ".join(capsys.readouterr().out.split())
    assert "stands by its approvals. If it shall go: evenhand notice withdraw ITA:ab" in shown
