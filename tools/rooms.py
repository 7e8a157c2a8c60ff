"""Which modules are dry, as `[tool.evenhand]` in pyproject.toml says.

Knows:    the table's patterns and the source tree.
Told:     nothing; it reads pyproject.toml.
Answers:  the modules that must touch no socket, disk, database, clock or dice.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "evenhand"


def house_rules() -> dict[str, Any]:
    """Return the table `[tool.evenhand]`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rules: dict[str, Any] = project["tool"]["evenhand"]
    return rules


def matches(module: str, patterns: list[str]) -> bool:
    """Say whether the path `module`, relative to src/evenhand, fits one of the patterns."""
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def is_dry(module: str, rules: dict[str, Any]) -> bool:
    """Say whether the path `module`, relative to src/evenhand, is held dry."""
    return matches(module, rules["dry"]) and not matches(module, rules["wet"])


def modules() -> list[str]:
    """Return every module's path relative to src/evenhand, sorted."""
    return sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
