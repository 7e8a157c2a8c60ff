"""What the papers and the help text tell people to type can be typed: every option is there, and none is missing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from tools.rooms import ROOT

from .test_help_and_errors import ALL, COMMAND

PAPERS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BREAK = "\\\n"


def lines(text: str) -> Iterator[str]:
    """Yield the command lines that stand alone, in a block: not what a sentence mentions."""
    for line in text.replace(BREAK, " ").splitlines():
        words = line.strip().removeprefix("$ ")
        if words.startswith("evenhand ") and (line.startswith(("    ", "$ ")) or words == line):
            yield words.partition("  #")[0].removesuffix("&").strip()


TYPED = [(path.relative_to(ROOT).as_posix(), line) for path in PAPERS for line in lines(path.read_text("utf-8"))]
EXAMPLES = [
    (" ".join(words), line.strip().removeprefix("Example: "))
    for words, command in ALL for line in (command.help or "").splitlines() if line.strip().startswith("Example: ")
]  # fmt: skip


def parse(line: str) -> None:
    """Let the command line read a line, and do nothing."""
    command: Any = COMMAND
    words = shlex.split(line)[1:]
    context: Any = None
    while hasattr(command, "commands"):
        name = words.pop(0)
        assert name in command.commands, line
        command, context = command.commands[name], typer.Context(command, parent=context)
    command.make_context(command.name, words, parent=context)


@pytest.mark.parametrize(("paper", "line"), TYPED, ids=lambda value: value[:70])
def test_what_a_paper_says_can_be_typed(paper: str, line: str) -> None:
    parse(line)


@pytest.mark.parametrize(("command", "line"), EXAMPLES, ids=lambda value: value[:70])
def test_an_example_can_be_typed(command: str, line: str) -> None:
    parse(line)


def test_a_wrong_line_is_seen() -> None:
    assert len(TYPED) > 80
    for wrong in ("evenhand state --nonsense", "evenhand case submit", "evenhand find --sex"):
        with pytest.raises(Exception, match=r"No such option|Missing|requires"):
            parse(wrong)
