"""Over the real UN list, a second member finds people by spellings from other scripts and from a document's zone.

Whom to ask for is read off the list by rule; no person is named here.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from rich.cells import cell_len

from evenhand.cli.demo_coalition import free_ports

from .conftest import Typed, type_in

MRZ_NAME = 30
"""Characters of a name on an identity card (ICAO 9303-5)."""
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def un_list(shared_data: Path) -> Path:
    return next(shared_data.glob("lists/un/un_consolidated_2025-04-19.xml"))


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory, un_list: Path, compiled_kernels: None) -> Iterator[Path]:
    """Two running nodes as they are made; ITA has imported the list, PHL has received it."""
    folder = tmp_path_factory.mktemp("scripts")
    for code, port in zip(("ITA", "PHL"), free_ports(2), strict=True):
        type_in("node", "init", "--data", folder / code, "--member", code, "--coalition", "shield.example",
                "--listen", f"127.0.0.1:{port}")  # fmt: skip
    genesis = folder / "genesis.roster"
    cards = [folder / code / "card.json" for code in ("ITA", "PHL")]
    type_in("roster", "draft", *cards, "--threshold", 2, "--data", folder / "ITA", "--out", genesis)
    type_in("roster", "sign", genesis, "--data", folder / "PHL")
    pinned = type_in("roster", "show", genesis, "--json").said["hash"]
    with contextlib.ExitStack() as running:
        for code in ("ITA", "PHL"):
            assert type_in("node", "join", genesis, "--hash", pinned, "--data", folder / code).code == 0
            running.enter_context(run(folder / code))
        held_until(lambda: type_in("state", "--data", folder / "PHL", "--json").said["running"])
        done = type_in("import", "un-sc", un_list, "--data", folder / "ITA", "--json").said
        assert done["published"] > 600
        held_until(lambda: states(folder)[0] == states(folder)[1])
        yield folder


@contextlib.contextmanager
def run(data: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-m", "evenhand.cli", "node", "run", "--data", str(data)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert b"serves" in process.stdout.readline()
        yield
        process.terminate()


def held_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def states(folder: Path) -> list[str]:
    return [type_in("state", "--data", folder / code, "--json").said["digest"] for code in ("ITA", "PHL")]


def listed_people(path: Path) -> Iterator[tuple[str, str]]:
    """Read (name in Latin letters, name in its own script) of every person, in the list's order."""
    for person in etree.parse(path).iter("INDIVIDUAL"):
        parts = (person.findtext(f"{which}_NAME") for which in ("FIRST", "SECOND", "THIRD", "FOURTH"))
        yield " ".join(part.strip() for part in parts if part), (person.findtext("NAME_ORIGINAL_SCRIPT") or "").strip()


def in_a_zone(name: str) -> str:
    """Write a name as a machine-readable zone does that has no room for all of it."""
    *given, surname = name.upper().split()
    return f"{surname}<<{'<'.join(given)}"[:MRZ_NAME]


def questions(path: Path) -> dict[str, tuple[str, str]]:
    """Choose by rule: (spelling to ask, name as listed) for each kind of spelling."""
    people = list(listed_people(path))
    arabic = next(one for one in people if re.fullmatch(r"[\u0621-\u064a]+( [\u0621-\u064a]+){3}", one[1]))
    cyrillic = next(one for one in people if re.fullmatch(r"[\u0400-\u04ff ]+", one[1]))
    long = next(
        name for name, _ in people if re.fullmatch(r"[A-Z]+( [A-Z]+)+", name) and len(name) > MRZ_NAME
    )  # fmt: skip
    return {"Arabic": arabic[::-1], "Cyrillic": cyrillic[::-1], "MRZ": (in_a_zone(long), long)}


def find(folder: Path, code: str, *words: str) -> Typed:
    return type_in("find", *words, "--data", folder / code)


@pytest.mark.parametrize("kind", ["Arabic", "Cyrillic", "MRZ"])
def test_a_second_member_finds_the_person_and_says_why_on_one_screen(members: Path, un_list: Path, kind: str) -> None:
    spelling, listed = questions(un_list)[kind]
    shown = find(members, "PHL", spelling)
    assert shown.code == 10, shown.out + shown.err
    lines = shown.out.splitlines()
    assert len(lines) <= 24
    assert max(cell_len(line) for line in lines) <= 80
    assert f"of 1000: {listed}" in " ".join(shown.out.split())
    assert "+ name: the names are" in shown.out
    assert f"asked {spelling if spelling.isascii() else chr(0x2068) + spelling}" in " ".join(shown.out.split())
    assert "never an order" in shown.out


def test_both_members_say_the_same_bytes(members: Path, un_list: Path) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    for spelling, _ in questions(un_list).values():
        answers = [find(members, code, spelling, "--answer-only", "--at", at).out for code in ("ITA", "PHL")]
        assert answers[0] == answers[1]
        assert '"candidates":[{' in answers[0]


def test_a_withdrawal_counts_in_the_next_answer_at_the_second(members: Path, un_list: Path) -> None:
    spelling, _ = questions(un_list)["Cyrillic"]
    found = type_in("find", spelling, "--data", members / "PHL", "--json").said["answer"]["candidates"]
    key = f"ITA:{found[0]['notice_id']}"
    assert type_in("notice", "withdraw", key, "--reason", "a test", "--data", members / "ITA").code == 0
    held_until(lambda: states(members)[0] == states(members)[1])
    left = type_in("find", spelling, "--data", members / "PHL", "--json").said["answer"]["candidates"]
    assert found[0]["notice_id"] not in {one["notice_id"] for one in left}
