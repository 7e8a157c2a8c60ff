"""Write the contract that the repository keeps: every path of the API, as OpenAPI 3.1.

Knows:    where it is kept, and what would break a client written for it.
Told:     nothing; run it after a change of routes, requests or answers: python -m tools.contract.
Answers:  docs/reference/openapi.json, the bytes that a node serves at /openapi.json; or what would break, and no file.
Trusted:  not a trust boundary.

`python -m tools.contract --break` writes it all the same: for a change that is meant to break, and that the changelog
tells.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from evenhand.api.contract import document, print_document
from evenhand.api.routes import ROWS
from tools.contract_breaks import breaks

FILE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "openapi.json"
COMMAND: Final = "python -m tools.contract"


def kept() -> dict[str, Any]:
    """Return the contract that the repository keeps."""
    held: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return held


def main(arguments: list[str]) -> int:
    """Write the contract; with what would break a client, only where that is meant. Return an exit code."""
    if arguments not in ([], ["--break"]):
        print(f"{COMMAND} [--break]", file=sys.stderr)
        return 2
    found = breaks(kept(), document(ROWS)) if FILE.exists() else []
    for one in found:
        print(one, file=sys.stderr)
    if found and not arguments:
        print(f"nothing is written; if this is meant: {COMMAND} --break, and a line in the changelog", file=sys.stderr)
        return 1
    FILE.write_bytes(print_document(ROWS))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
