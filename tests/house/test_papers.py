"""Documentation cannot lie: decisions, commands, versions and words are checked against the house."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer.main

import evenhand
from evenhand.cli.app import app
from evenhand.ground import errors
from tools.rooms import ROOT, SOURCE, house_rules, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RULES = house_rules()
COMMAND = typer.main.get_command(app)
DOCS = ROOT / "docs"
DECISIONS = sorted(path for path in (DOCS / "adr").glob("*.md") if path.name != "index.md")
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
LOCKS = ("requirements.lock", "requirements-dev.lock")
# A path of one machine, an address of one network, or a word for the way this text was made.
WORKPLACE = re.compile(
    r"/(work|tmp|home|root)/|\b(?:10|172|192)\.\d+\.\d+\.\d+:\d+|\bissues show\b|(?<!no-emit-)index-url"
    r"|(?i:language model|\bAI[- ]assist|\bchatbot\b)"
)


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_fits_on_a_page_and_is_listed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert len(text.splitlines()) <= RULES["adr_lines_max"]
    assert text.startswith(f"# {int(path.name[:4])}. "), "the title begins with the number"
    index = (DOCS / "adr" / "index.md").read_text("utf-8")
    assert re.search(r"^:glob:\n\n0\*$", index, re.MULTILINE), "the index lists every decision"


def test_decisions_have_a_number_each() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(numbers) == len(set(numbers)) >= 2


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_make_command_in_the_papers_exists(path: Path) -> None:
    code = re.findall(r"`([^`\n]+)`|^(?:\$ )?(make .*)$", path.read_text("utf-8"), re.MULTILINE)
    for words in (("".join(piece)).split() for piece in code):
        if words[:1] == ["make"]:
            wanted = {word for word in words[1:] if word.isalpha() and word.islower()}
            assert wanted <= TARGETS, f"{' '.join(words)}: no such target"


def commands() -> set[tuple[str, ...]]:
    """Return the words after `evenhand` in the papers' code, up to the first that is not a plain word."""
    found: set[tuple[str, ...]] = set()
    for path in PAPERS:
        for line in re.findall(r"(?:^|[`/$ ])evenhand ([a-z][^`\n]*)", path.read_text("utf-8"), re.MULTILINE):
            words = takewhile(re.compile(r"[a-z][a-z-]*").fullmatch, line.split())
            found.add(tuple(words)[:2])
    return found - {()}


@pytest.mark.parametrize("words", sorted(commands()), ids=" ".join)
def test_a_command_in_the_papers_exists(words: tuple[str, ...]) -> None:
    command: Any = COMMAND
    for word in words:
        if hasattr(command, "commands"):
            command = command.get_command(typer.Context(command), word)
            assert command is not None, f"evenhand {' '.join(words)}: no such command"


def test_every_exit_code_is_on_the_page() -> None:
    page = (DOCS / "reference" / "index.md").read_text("utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    codes = {kind.exit_code for kind in vars(errors).values() if hasattr(kind, "exit_code")}
    assert codes
    assert codes <= listed


def test_the_readme_begins_with_the_two_commands() -> None:
    top = (ROOT / "README.md").read_text("utf-8").splitlines()[:25]
    assert any(line.startswith("make demo") for line in top)
    assert any(line.startswith("make test") for line in top)


def test_every_target_is_phony_and_explained() -> None:
    phony = set(re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert phony == explained == TARGETS


def test_the_version_is_one() -> None:
    version = PROJECT["project"]["version"]
    assert evenhand.__version__ == version
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)


def names(requirements: list[str]) -> set[str]:
    return {
        re.split(r"[\[<>=!~; ]", line)[0].lower() for line in requirements if line and line[0] not in "#-"
    }


def test_every_dependency_is_locked_and_argued() -> None:
    declared = names(PROJECT["project"]["dependencies"])
    extras = PROJECT["project"]["optional-dependencies"].values()
    everything = declared | names([line for extra in extras for line in extra])
    assert declared <= names((ROOT / LOCKS[0]).read_text("utf-8").splitlines())
    assert everything <= names((ROOT / LOCKS[1]).read_text("utf-8").splitlines())
    decision = (DOCS / "adr" / "0001-dependencies.md").read_text("utf-8")
    argued = set(re.findall(r"^\| ([\w.-]+) \|", decision, re.MULTILINE))
    assert {name.lower() for name in argued} >= everything


def test_every_dependency_is_used() -> None:
    declared = names(PROJECT["project"]["dependencies"])
    source = "\n".join((SOURCE / name).read_text("utf-8") for name in modules())
    for package, projects in packages_distributions().items():
        if re.search(rf"^\s*(?:import|from) {package}\b", source, re.MULTILINE):
            declared -= {project.lower() for project in projects}
    assert not declared, "nothing imports these"


def test_the_two_locks_agree() -> None:
    # Without markers: what one system needs at run time may be needed on all of them in development.
    lines = ((ROOT / name).read_text("utf-8").splitlines() for name in LOCKS)
    run, dev = ({line.partition(" ;")[0] for line in one} for one in lines)
    assert run <= dev


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    assert not re.search(r"https?:|^-|@", (ROOT / name).read_text("utf-8"), re.MULTILINE)


def test_nothing_names_the_place_it_was_written_in() -> None:
    found = []
    for name in tracked():
        if name.startswith("tests/house/"):
            continue
        try:
            text = (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {hit.group()}" for hit in WORKPLACE.finditer(text)]
    assert not found
