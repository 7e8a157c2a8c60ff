"""People on the command line: from an empty node to a signed-in officer and a key for a program."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest

from evenhand.cli import face

from .conftest import draft, type_in
from .test_commands import NEW

PASSWORD = "four unrelated words, one comma"


def enrol(data: Path, name: str, code: str) -> str:
    done = type_in(
        "people", "enrol", name, "--code", code, "--password-file", "-", "--data", data, "--json", text=PASSWORD
    )
    assert done.code == 0, done.err
    return pyotp.parse_uri(done.said["totp"]).secret


def sign_in(data: Path, name: str, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SESSION", str(data / f"{name}.session"))
    done = type_in(
        "sign-in", name, "--code", pyotp.TOTP(secret).now(), "--password-file", "-", "--data", data, text=PASSWORD
    )
    assert done.code == 0, done.err
    assert f"Signed in as {name}" in done.out


def test_from_nobody_to_people(solo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SESSION", str(tmp_path / "none"))
    assert "No accounts yet" in type_in("people", "list", "--data", solo).out
    assert "owner" in type_in("people", "whoami", "--data", solo).out
    added = type_in("people", "add", "admin", "--role", "administrator", "--unit", "ops", "--data", solo, "--json")
    secret = enrol(solo, "admin", added.said["code"])
    refused = type_in("state", "--data", solo)
    assert refused.code == 3
    assert "evenhand sign-in" in refused.err
    sign_in(solo, "admin", secret, monkeypatch)
    assert (solo / "admin.session").stat().st_mode & 0o077 == 0
    assert type_in("state", "--data", solo).code == 0
    assert type_in("notice", "list", "--data", solo).code == 3, "the administrator reads no personal data"
    shown = type_in("people", "add", "anna", "--role", "analyst", "--unit", "desk 1", "--data", solo)
    assert "Enrolment code" in shown.out
    again = type_in("people", "change", "anna", "--reset", "--data", solo, "--json").said["code"]
    key = type_in("people", "key", "gate", "--role", "officer", "--unit", "gate", "--data", solo)
    assert "evk_" in key.out
    listed = type_in("people", "list", "--data", solo)
    assert "invited" in listed.out
    assert "gate" in listed.out
    anna = enrol(solo, "anna", again)
    sign_in(solo, "anna", anna, monkeypatch)
    assert "Signs as AUTHOR" in type_in("people", "whoami", "--data", solo).out
    path = tmp_path / "draft.json"
    path.write_text(draft(NEW[0]), "utf-8")
    assert type_in("notice", "publish", path, "--data", solo).code == 3
    assert type_in("people", "journal", "--data", solo).code == 3
    assert "Signed out" in type_in("sign-out", "--data", solo).out
    assert type_in("notice", "list", "--data", solo).code == 3
    monkeypatch.setenv("EVENHAND_SESSION", str(solo / "admin.session"))
    assert "Ended" in type_in("people", "revoke", "admin", "--data", solo).out


def test_the_journal_is_read_by_oversight(solo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = type_in("people", "add", "admin", "--role", "administrator", "--unit", "ops", "--data", solo, "--json")
    sign_in(solo, "admin", enrol(solo, "admin", first.said["code"]), monkeypatch)
    added = type_in("people", "add", "olga", "--role", "oversight", "--unit", "board", "--data", solo, "--json")
    sign_in(solo, "olga", enrol(solo, "olga", added.said["code"]), monkeypatch)
    whole = type_in("people", "journal", "--data", solo, "--json").said["records"]
    monkeypatch.setattr(face, "API_PAGE_ITEMS_MAX", 1)
    paged = type_in("people", "journal", "--data", solo, "--json").said["records"]
    assert paged[: len(whole)] == whole, "page by page, and then who asked for it"
    shown = type_in("people", "journal", "--data", solo)
    assert "people.sign_in" in shown.out
    assert type_in("people", "revoke", "nobody", "--data", solo).code == 3


def test_a_password_can_be_typed(solo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SESSION", str(solo / "s"))
    first = type_in("people", "add", "admin", "--role", "administrator", "--unit", "ops", "--data", solo, "--json")
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    done = type_in("people", "enrol", "admin", "--code", first.said["code"], "--data", solo, text=typed)
    assert "otpauth" in done.out
    secret = pyotp.parse_uri(done.out[done.out.index("otpauth") :].strip()).secret
    code = pyotp.TOTP(secret).now()
    assert type_in("sign-in", "admin", "--data", solo, text=f"{PASSWORD}\n{code}\n").code == 0
