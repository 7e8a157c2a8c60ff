"""Redress on the command line: from the counter to the letter, numbers, and protection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.redress import _matter_screen
from evenhand.ground.clock import SystemClock
from evenhand.node.folder import Folder, open_member

from .conftest import PEOPLE, type_in
from .test_people_command import enrol, sign_in

DOCUMENT = PEOPLE[3].person.documents[0]
TEXT = f"{DOCUMENT.type}:{DOCUMENT.number}:{DOCUMENT.issuer}"


@pytest.fixture
def by_rosa(solo: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    first = type_in("people", "add", "admin", "--role", "administrator", "--unit", "ops", "--data", solo, "--json")
    sign_in(solo, "admin", enrol(solo, "admin", first.said["code"]), monkeypatch)
    made = type_in("people", "add", "rosa", "--role", "redress_officer", "--unit", "r", "--data", solo, "--json")
    sign_in(solo, "rosa", enrol(solo, "rosa", made.said["code"]), monkeypatch)

    def do(*words: object, code: int = 0) -> str:
        done = type_in("redress", *words, "--data", solo)
        assert done.code == code, done.err or done.out
        return done.out or done.err

    return do


def test_from_the_counter_to_the_letter(by_rosa: Any, solo: Path) -> None:
    name = PEOPLE[3].person.names[0].text
    got = by_rosa(
        "receive", "access", "--name", name, "--contact", "1 Road", "--statement", "am I held?", "--document", TEXT
    )
    number = got.split()[1].rstrip(":")
    assert "at the latest" in got
    listed = by_rosa("list")
    assert "to be assessed" in listed
    assert "may concern ITA:" in listed
    assert "O-01" in by_rosa("assess", number, "--notice", keys_of(solo), code=3)
    assert "No matter" in by_rosa("assess", number)
    assert "another look" in by_rosa("answer", number, "--text", "Nothing is held on you.")
    assert "answered" in by_rosa("list", "--all")
    assert "Deleted" in by_rosa("forget", number)
    for words in (("block", "zz", "--reason", "r"), ("decide", "zz", "granted", "--reasons", "r", "--published", "p"),
                  ("position", "zz", "--text", "t")):  # fmt: skip
        by_rosa(*words, code=3 if words[0] == "position" else 1)


def keys_of(solo: Path) -> str:
    with open_member(Folder(solo), SystemClock()) as member:
        return next(iter(member.view.listed_keys()))


def test_numbers_come_and_go(by_rosa: Any, solo: Path) -> None:
    key = keys_of(solo)
    made = by_rosa("number", "--document", TEXT, "--notice", key, "--consent", "file C-1", "--mark", "scar")
    assert key in made
    number = made.split()[1]
    assert "Erasure ordered" in by_rosa("take-back", number)


def test_who_is_protected_is_not_reported(by_rosa: Any, solo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_rosa("protect", "--document", "passport:V1:UTO", "--against", "uto")
    listed = by_rosa("protected")
    assert "against UTO" in listed
    name = listed.split()[0]
    monkeypatch.setenv("EVENHAND_SESSION", str(solo / "admin.session"))
    made = type_in("people", "add", "lisa", "--role", "liaison", "--unit", "r", "--data", solo, "--json")
    sign_in(solo, "lisa", enrol(solo, "lisa", made.said["code"]), monkeypatch)
    assert "must not be told" in by_rosa("may-report", "UTO", "--document", "passport:V-1:UTO", code=3)
    may = type_in("redress", "may-report", "UTO", "--document", "passport:W1:UTO", "--data", solo, "--json")
    assert (may.code, may.said["report"]) == (0, "yes")
    assert "may be told" in by_rosa("may-report", "UTO", "--question", may.said["question"])
    monkeypatch.setenv("EVENHAND_SESSION", str(solo / "rosa.session"))
    by_rosa("protect", "--document", TEXT, "--against", "ITA")
    assert "object to it" in by_rosa("protected")
    assert "Deleted" in by_rosa("unprotect", name)


def test_a_matter_is_shown_with_its_state(capsys: pytest.CaptureFixture[str]) -> None:
    matter = {
        "matter": "3" * 32, "what": "DELETION", "plausible": True, "decider": "PHL", "receiver": "PHL",
        "notice": "ITA:" + "0" * 32, "version": 1, "statement": "not me", "position": "it is",
    }  # fmt: skip
    _matter_screen(matter)
    _matter_screen(matter | {"block": "LIFTED"})
    _matter_screen(matter | {"result": "GRANTED", "ruling": "DELETE", "reasons": "r"})
    shown = capsys.readouterr().out
    assert [word for word in ("blocked", "open", "GRANTED", "position") if word in shown] == [
        "blocked", "open", "GRANTED", "position"
    ]  # fmt: skip
