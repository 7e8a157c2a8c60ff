"""A case from draft to publication on the command line, by three people at one machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.cli.case import _drafted_screen, _due_screen, _report_line

from .conftest import PEOPLE, draft, type_in
from .test_commands import NEW, keys
from .test_people_command import enrol, sign_in

ROLES = {"anna": "analyst", "paul": "approver", "lena": "legal_reviewer"}


@pytest.fixture
def manned(solo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    first = type_in("people", "add", "admin", "--role", "administrator", "--unit", "ops", "--data", solo, "--json")
    sign_in(solo, "admin", enrol(solo, "admin", first.said["code"]), monkeypatch)
    secrets = {}
    for name, role in ROLES.items():
        made = type_in("people", "add", name, "--role", role, "--unit", "desk", "--data", solo, "--json")
        secrets[name] = enrol(solo, name, made.said["code"])
    for name, secret in secrets.items():
        sign_in(solo, name, secret, monkeypatch)
    return solo


def test_three_people_publish(manned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def by(name: str, *words: object) -> object:
        monkeypatch.setenv("EVENHAND_SESSION", str(manned / f"{name}.session"))
        done = type_in("case", *words, "--data", manned)
        assert done.code == 0, done.err
        return done.out

    path = tmp_path / "draft.json"
    path.write_text(draft(NEW[0]), "utf-8")
    monkeypatch.setenv("EVENHAND_SESSION", str(manned / "anna.session"))
    made = type_in(
        "case", "draft", path, "--penalty-threshold", "five years and more", "--neutrality", "general criminal law",
        "--child", "no", "--nationality-unknown", "--data", manned, "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    case = made.said["case"]
    assert "SUBMITTED" in str(by("anna", "submit", case[:8]))
    assert "NATIONAL, LEGAL" in str(by("paul", "list"))
    by("paul", "review", case, "--reason", "necessary")
    assert "APPROVED" in str(by("lena", "review", case, "--as", "legal", "--reason", "lawful"))
    assert "Published in entry" in str(by("paul", "publish", case))
    assert "NATIONAL APPROVE" in str(by("anna", "show", case))
    key = f"ITA:{made.said['notice']['notice_id']}"
    assert "approved" in str(by("anna", "check", key))
    assert "SUSPENDED" in str(by("anna", "suspend", key, "--reason", "a doubt"))
    assert "STANDING" in str(by("paul", "restore", key, "--reason", "settled"))
    by("anna", "due")
    by("anna", "errors")


def test_what_cannot_be_done_is_said(manned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SESSION", str(manned / "anna.session"))
    assert type_in("case", "review", "0", "--as", "king", "--reason", "r", "--data", manned).code == 2
    assert type_in("case", "review", "0", "--reason", "r", "--data", manned).code == 3
    assert type_in("case", "show", "zz", "--data", manned).code == 1
    listed = keys(manned)[0]
    assert type_in("case", "check", listed, "--data", manned).code == 0, "from a list"
    told = type_in("case", "report-error", listed, "--found", "wrong", "--data", manned)
    assert "is ours" in told.err
    assert type_in("case", "lay-before", "zz", "--data", manned).code == 3, "an analyst lays nothing before the desk"
    assert type_in("case", "answer-error", "zz", "--answer", "x", "--data", manned).code == 3
    path = tmp_path / "draft.json"
    path.write_text(json.dumps({}), "utf-8")
    assert type_in("case", "draft", path, "--data", manned).code == 1
    assert PEOPLE


def test_a_report_is_shown_with_its_clock(capsys: pytest.CaptureFixture[str]) -> None:
    report = {"report": "3" * 32, "notice": "ITA:" + "0" * 32, "found": "wrong passport", "reporter": "PHL"}
    line = {"report": report, "state": "open", "told_late": True, "resolve_by": "2026-12-01T00:00:00.000Z"}
    _report_line(line)
    _report_line(line | {"report": report | {"answer": "corrected"}, "told_late": False})
    _due_screen({"notices": [{"key": "ITA:" + "0" * 32, "review_by": "2026-12-01T", "review_days": 7,
                              "expires": "2027-01-01T", "expires_days": 38}]})  # fmt: skip
    shown = capsys.readouterr().out
    assert [word for word in ("told late", "corrected", "2026-12-01 (7 d)") if word in shown] == [
        "told late", "corrected", "2026-12-01 (7 d)"
    ]  # fmt: skip


def test_without_approvals_a_check_fails(solo: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text(draft(NEW[0]), "utf-8")
    key = type_in("notice", "publish", path, "--data", solo, "--json").said["key"]
    checked = type_in("case", "check", key, "--data", solo)
    assert checked.code == 4
    assert "P-01" in checked.out


def test_a_table_of_ones_own_becomes_cases(manned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, stated = tmp_path / "people.csv", tmp_path / "statements.json"
    table.write_text("reference,name,birth_date,offence,shoe\nT-1,Vojtek Invento,1984-05-02,An invented offence,40\n")
    stated.write_text('{"penalty_threshold": "five years", "neutrality": "general criminal law", "child": "no"}')
    monkeypatch.setenv("EVENHAND_SESSION", str(manned / "paul.session"))
    alone = type_in("import", "template", table, "--data", manned)
    assert (alone.code, "case draft-list template" in alone.err) == (3, True)
    monkeypatch.setenv("EVENHAND_SESSION", str(manned / "anna.session"))
    words = ["case", "draft-list", "template", table, "--statements", stated, "--data", manned]
    dry = type_in(*words, "--dry-run")
    assert ("1 drafted" in dry.out, "dry run" in dry.out, "shoe" in dry.out) == (True, True, True), dry.err
    assert "Case" in type_in(*words, "--only", "T-1").out
    assert type_in(*words, "--json").said["under_way"] == 1


def test_what_is_gone_and_what_looks_wrong_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _drafted_screen({
        "list": "template", "edition": "", "dry_run": False, "drafted": 0, "rewritten": 0, "under_way": 0,
        "unchanged": 0, "cases": [], "gone": ["ITA:ab"], "refusals": [], "alarm": "somebody else's",
    })  # fmt: skip
    said = capsys.readouterr().out
    assert ("evenhand notice withdraw ITA:ab" in said, "Alarm: somebody else's" in said) == (True, True)
