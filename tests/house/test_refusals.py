"""Whoever is refused hears what to do instead: every refusal of the node and of the command line names a remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tools.rooms import ROOT

ROOMS = ("casework", "cli", "node", "trust")
REFUSALS = {"RefusedError", "NotFoundError", "UsageError"}
FILES = sorted(path for room in ROOMS for path in (ROOT / "src/evenhand" / room).rglob("*.py"))


def refusals(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "src/evenhand")))
def test_every_refusal_says_what_to_do(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    silent = [one.lineno for one in refusals(text) if not {one.arg for one in one.keywords} & {"remedy", None}]
    assert silent == []


def test_there_is_something_to_look_at() -> None:
    assert sum(len(list(refusals(path.read_text("utf-8")))) for path in FILES) > 100
