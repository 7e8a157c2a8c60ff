"""Refuse a run whose dry rooms are not covered to the last branch.

Knows:    coverage.py's JSON report and the table of dry rooms.
Told:     the report's path, by `make test`.
Answers:  exit code 0 and silence, or 1 and every line and branch that no test reached.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from tools.rooms import house_rules, is_dry

_PREFIX: Final = "src/evenhand/"


def gaps(report: dict[str, Any], rules: dict[str, Any]) -> list[str]:
    """Return one sentence for each dry module with an unreached line or branch.

    A report that measured no branches, or no dry module at all, is itself a gap.
    """
    if not report["meta"]["branch_coverage"]:
        return ["the report holds no branches"]
    found, seen = [], 0
    for name, measured in sorted(report["files"].items()):
        module = name.replace("\\", "/").rpartition(_PREFIX)[2]
        if not is_dry(module, rules):
            continue
        seen += 1
        lines = measured["missing_lines"]
        branches = [f"{start}->{stop}" for start, stop in measured["missing_branches"]]
        if lines or branches:
            found.append(f"{_PREFIX}{module}: lines {lines}, branches {branches} not reached")
    return found if seen else ["the report holds no dry room"]


def main() -> int:
    """Read the report named on the command line; print the gaps."""
    report = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    found = gaps(report, house_rules())
    for gap in found:
        print(gap, file=sys.stderr)
    if found:
        print(f"{len(found)} dry modules are below 100 % branch coverage", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
