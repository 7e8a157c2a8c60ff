"""The matcher's version, known without making anything ready to match.

Knows:    which files decide an answer.
Told:     nothing.
Answers:  SHA-256 over the code and tables of names and matching.
Trusted:  yes: it is a part of the state digest; equal digests promise equal answers.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def matcher_version() -> str:
    """Return SHA-256 in hex over the code and tables of names and matching."""
    total = hashlib.sha256()
    for package in ("evenhand.names", "evenhand.matching"):
        room = files(package)
        tables = list(room.joinpath("tables").iterdir())
        parts = [*room.iterdir(), *tables, *(one for folder in tables if folder.is_dir() for one in folder.iterdir())]
        for part in sorted(parts, key=lambda one: one.name):
            if part.is_file() and part.name.endswith((".py", ".npz", ".gz", ".tsv")):
                total.update(part.name.encode() + b"\0" + hashlib.sha256(part.read_bytes()).digest())
    return total.hexdigest()
