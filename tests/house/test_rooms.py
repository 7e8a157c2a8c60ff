"""Dry rooms touch no socket, disk, database, clock or dice; floors hold; the coverage gate sees gaps."""

from __future__ import annotations

import ast
import copy
import os
import subprocess
import sys
from typing import Any

import pytest

from tools.coverage_rooms import gaps
from tools.rooms import ROOT, SOURCE, house_rules, is_dry, matches, modules

RULES = house_rules()
DRY = [name for name in modules() if is_dry(name, RULES)]
WET_MODULES = {
    *(
        "socket",
        "ssl",
        "select",
        "selectors",
        "asyncio",
        "aiohttp",
        "http",
        "urllib.request",
        "requests",
        "httpx",
    ),
    *("sqlite3", "apsw", "os", "shutil", "tempfile", "pathlib", "io.open", "subprocess", "threading"),
    *("time", "random", "secrets", "uuid"),
    *("evenhand.ground.sqlite", "evenhand.ground.clock.SystemClock"),
}
WET_CALLS = {
    *("open", "print", "input"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"),
    *("datetime.date.today", "os.urandom", "Random()"),
}


def imported(tree: ast.AST) -> set[str]:
    """Return each imported name in full, with every prefix of it: `a.b.c` gives a, a.b and a.b.c."""
    full: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            full |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            full |= {f"{node.module}.{alias.name}" for alias in node.names}
    full.discard("random.Random")  # dice that show the same numbers again: a seed is a value
    return {".".join(name.split(".")[:end]) for name in full for end in range(1, name.count(".") + 2)}


def called(tree: ast.AST) -> set[str]:
    """Return what is called, as written; a call without arguments also with its parentheses."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    bare = {ast.unparse(node) for node in calls if not node.args and not node.keywords}
    return bare | {ast.unparse(node.func) for node in calls}


def test_the_table_finds_every_dry_room() -> None:
    rooms = {name.split("/")[0] for name in DRY}
    assert {"identity", "notices", "ledger"} <= rooms
    for kind in ("dry", "wet"):
        unused = [
            pattern for pattern in RULES[kind] if not any(matches(name, [pattern]) for name in modules())
        ]
        assert not unused, f"no module fits these patterns of [tool.evenhand] {kind}: {unused}"


@pytest.mark.parametrize("name", DRY)
def test_a_dry_room_stays_dry(name: str) -> None:
    tree = ast.parse((SOURCE / name).read_text("utf-8"))
    assert not imported(tree) & WET_MODULES
    assert not called(tree) & WET_CALLS


@pytest.mark.parametrize(
    "line",
    [
        "import socket",
        "import os.path",
        "from time import time_ns",
        "from pathlib import Path",
        "from evenhand.ground import sqlite",
        "from evenhand.ground.clock import SystemClock",
        "def f():\n    import random",
    ],
)
def test_the_test_sees_a_wet_import(line: str) -> None:
    assert imported(ast.parse(line)) & WET_MODULES


def test_seeded_dice_are_values() -> None:
    seeded = ast.parse("from random import Random\nRandom(seed)")
    assert not imported(seeded) & WET_MODULES
    assert not called(seeded) & WET_CALLS
    assert called(ast.parse("Random()")) & WET_CALLS
    assert imported(ast.parse("from random import Random, choice")) & WET_MODULES


def test_the_test_sees_a_wet_call() -> None:
    assert called(ast.parse("with open(x) as f: pass")) & WET_CALLS
    assert called(ast.parse("now = datetime.now(tz=UTC)")) & WET_CALLS


def test_the_floors_hold() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-logo",
            "--no-cache",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


FULL: dict[str, Any] = {
    "meta": {"branch_coverage": True},
    "files": {
        "src/evenhand/identity/dates.py": {"missing_lines": [], "missing_branches": []},
        "src/evenhand/ground/sqlite.py": {"missing_lines": [7], "missing_branches": [[3, 9]]},
    },
}


def test_the_coverage_gate_asks_only_dry_rooms() -> None:
    assert gaps(FULL, RULES) == []


@pytest.mark.parametrize("gap", [{"missing_lines": [4]}, {"missing_branches": [[4, -1]]}])
def test_the_coverage_gate_sees_a_missing_line_or_branch(gap: dict[str, Any]) -> None:
    report = copy.deepcopy(FULL)
    report["files"]["src/evenhand/identity/dates.py"] |= gap
    assert len(gaps(report, RULES)) == 1
    assert gaps(report, RULES | {"wet": ["identity/dates.py"]}) == ["the report holds no dry room"]


def test_the_coverage_gate_refuses_a_report_without_branches_or_rooms() -> None:
    assert gaps({"meta": {"branch_coverage": False}, "files": {}}, RULES) == ["the report holds no branches"]
    assert gaps({"meta": {"branch_coverage": True}, "files": {}}, RULES) == ["the report holds no dry room"]
