"""Taste is executable: the sizes, names and headers of every file (STYLE habits 4 and 14)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.rooms import ROOT, SOURCE, house_rules, modules

RULES = house_rules()
CODE_FOLDERS = ("src", "tests", "tools", "benchmarks")
CODE = sorted(
    path.relative_to(ROOT).as_posix() for folder in CODE_FOLDERS for path in (ROOT / folder).rglob("*.py")
)
HEADERS = ("Knows:", "Told:", "Answers:", "Trusted:")
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}
UNFINISHED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pragma:\s*no cover"
    r"|(?i:\bstub(bed|s)?\b|\bfor now\b|\bplaceholder implementation\b)"
    r"|(?i:\bsimplified\b(?! (?:or|and) traditional| Chinese| Han))"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(name: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def function_lines(node: Function) -> int:
    """Count a function's lines without its decorators and docstring: what one must hold in mind."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def positional_arguments(node: Function) -> int:
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def is_exempt(node: Function) -> bool:
    """Typer makes a command's options of its arguments; nobody passes them by position.

    The same freedom has a kernel that numba compiles: it takes flat arrays, and no structs.
    """
    marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
    return any(word in marks for word in ("command", "callback", "jit", "kernel"))


def test_there_is_code_to_look_at() -> None:
    assert len(modules()) > 10
    assert len(CODE) > len(modules())


@pytest.mark.parametrize("name", CODE)
def test_a_file_fits_on_its_shelf(name: str) -> None:
    lines = len((ROOT / name).read_text("utf-8").splitlines())
    assert lines <= RULES["file_lines_max"], f"{name} has {lines} lines"


@pytest.mark.parametrize("name", CODE)
def test_a_function_fits_in_a_head(name: str) -> None:
    for node in functions(name):
        lines = function_lines(node)
        assert lines <= RULES["function_lines_max"], f"{name}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize("name", [name for name in CODE if not name.startswith("tests/")])
def test_a_call_names_what_it_passes(name: str) -> None:
    for node in functions(name):
        count = positional_arguments(node)
        assert count <= RULES["positional_arguments_max"] or is_exempt(node), (
            f"{name}:{node.lineno} {node.name} takes {count} positional arguments"
        )


@pytest.mark.parametrize("name", CODE)
def test_no_module_is_a_drawer(name: str) -> None:
    assert not FORBIDDEN_NAMES & {Path(part).stem for part in Path(name).parts}


@pytest.mark.parametrize("name", modules())
def test_a_module_says_what_it_knows(name: str) -> None:
    docstring = ast.get_docstring(ast.parse((SOURCE / name).read_text("utf-8")))
    assert docstring, f"{name} has no docstring"
    lines = docstring.splitlines()
    assert lines[0].endswith("."), f"{name}: the first line is one sentence"
    if Path(name).name == "__init__.py":
        return  # a package without code of its own: its modules introduce themselves
    starts = [index for header in HEADERS for index, line in enumerate(lines) if line.startswith(header)]
    assert len(starts) == len(HEADERS), f"{name}: each of {HEADERS} once"
    assert starts == sorted(starts), f"{name}: the order is {HEADERS}"


@pytest.mark.parametrize("name", modules())
def test_nothing_is_left_for_later(name: str) -> None:
    for number, line in enumerate((SOURCE / name).read_text("utf-8").splitlines(), start=1):
        assert not UNFINISHED.search(line), f"{name}:{number}: {line.strip()}"


LOGGED_WITH_WORDS = re.compile(
    r"\.exception\([\"']|exc_info=|\b(print_exc|format_exc|print_exception|format_exception|faulthandler)\b"
    r"|pretty_exceptions_show_locals=True|pretty_exceptions_enable=True"
)


@pytest.mark.parametrize("name", modules())
def test_no_exception_is_logged_with_its_words(name: str) -> None:
    """They may name a person: `evenhand.ground.faults.fault` says kind and place."""
    for number, line in enumerate((SOURCE / name).read_text("utf-8").splitlines(), start=1):
        assert not LOGGED_WITH_WORDS.search(line), f"{name}:{number}: {line.strip()}"


@pytest.mark.parametrize(
    "name", [name for name in modules() if not name.endswith(("__init__.py", "__main__.py"))]
)
def test_no_module_is_dead(name: str) -> None:
    """Every module is imported by another one or by the tests, or named as an entry point."""
    dotted = ".".join(("evenhand", *Path(name).with_suffix("").parts))
    package, _, stem = dotted.rpartition(".")
    wanted = re.compile(
        rf"{re.escape(dotted)}\b|from {re.escape(package)} import (\([^)]*|[^\n]*)\b{stem}\b"
        rf"|from \.+\w* import (\([^)]*|[^\n]*)\b{stem}\b"
    )
    users = [other for other in (*CODE, "pyproject.toml") if other != f"src/evenhand/{name}"]
    assert any(wanted.search((ROOT / user).read_text("utf-8")) for user in users), f"nothing imports {dotted}"
